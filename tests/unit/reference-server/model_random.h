/* model_random.h: ids and tokens that count up, for tests of the model. */
#ifndef TESTS_UNIT_REFERENCE_SERVER_MODEL_RANDOM_H
#define TESTS_UNIT_REFERENCE_SERVER_MODEL_RANDOM_H

#include "common/base.h"

#include "reference-server/model/organization.h"

#include <stdio.h>

static unsigned counter; /* a test may set it back */

static inline void next_id(void *context, char out[37])
{
    UNUSED(context);
    (void)snprintf(out, 37, "00000000-0000-4000-8000-%012u", ++counter);
}

static inline void next_token(void *context, char out[MODEL_TOKEN_SIZE])
{
    UNUSED(context);
    (void)snprintf(out, MODEL_TOKEN_SIZE, "secret-%06u", ++counter);
}

#endif
