/* place.h: reading strict JSON with the place of every mistake: an unknown member or a wrong type is a failure whose pointer
 * (RFC 6901) says where. */
#ifndef REFERENCE_SERVER_MODEL_PLACE_H
#define REFERENCE_SERVER_MODEL_PLACE_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/failure.h"

/* A way from the root, on the stack: {.up = &outer, .key = "members"}. The root is {NULL, NULL}. */
struct place {
    const struct place *up;
    const char *key;
};

/* Code "invalid" at place/key (key NULL: the place itself). Returns false. */
bool place_refuse(const struct place *place, const char *key, struct model_failure *failure, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* What to do, for a failure that is there. Returns false. */
bool place_advise(struct model_failure *failure, const char *remedy);
/* Adds the place to a failure that came from below. Returns false. */
bool place_mark(const struct place *place, const char *key, struct model_failure *failure);

/* An object whose members are all in `allowed` (separated by blanks). NULL value: fine, nothing is there. */
bool place_object(const struct place *place, const json *value, const char *allowed, struct model_failure *failure) MUST_USE;
/* A member of one type; absent leaves *out as it is. Text is not blank and at most max bytes. */
bool place_text(const struct place *place, const json *object, const char *key, size_t max, const char **out,
                struct model_failure *failure) MUST_USE;
bool place_bool(const struct place *place, const json *object, const char *key, bool *out,
                struct model_failure *failure) MUST_USE;
bool place_value(const struct place *place, const json *object, const char *key, enum json_type type, const json **out,
                 struct model_failure *failure) MUST_USE;
/* A member that is one of count words; *out is its place among them. */
bool place_choice(const struct place *place, const json *object, const char *key, const char *const words[], size_t count,
                  size_t *out, struct model_failure *failure) MUST_USE;
/* A member that is a list of such words, each at most once: a bit for each in *out. */
bool place_choices(const struct place *place, const json *object, const char *key, const char *const words[], size_t count,
                   uint32_t *out, struct model_failure *failure) MUST_USE;

#endif
