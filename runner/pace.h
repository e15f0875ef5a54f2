/* pace.h: time that passes in truth, for `run --pace real` (struct pace in play.h). */
#ifndef RUNNER_PACE_H
#define RUNNER_PACE_H

#include "runner/play.h"

#define PACE_SLICE_MS 100 /* so soon a rest ends that is interrupted */

extern const struct pace pace_real;

#endif
