/* audit_filter.h: which entries of a trail (audit.h) somebody wants to see.
 *
 * An entry is a line that audit.c has written, without a blank and with its members in one order; so each wish is a piece of such a line, and looking for
 * it is all there is to do, in memory and in SQL alike (store_sqlite.c). A quote inside a text is escaped, so no name can pass for a member.
 */
#ifndef REFERENCE_SERVER_MODEL_AUDIT_FILTER_H
#define REFERENCE_SERVER_MODEL_AUDIT_FILTER_H

#include "common/base.h"

struct arena;

#define AUDIT_TIME         "\"time\":\"" /* stands before the time */
#define AUDIT_TIME_LETTERS 24

struct audit_wish {
    const char *actor;     /* exactly; NULL here and below: any */
    const char *action;    /* it begins with this */
    const char *target;    /* the id or the name, exactly */
    const char *from, *to; /* as time_format() writes: from this one on, before this one */
};

/* Pieces of a line. None is NULL. */
struct audit_filter {
    const char *actor, *action;
    const char *id, *name; /* one of the two */
    const char *from, *to; /* texts that a time is compared with, byte by byte */
};

struct audit_filter audit_filter_new(struct arena *arena, const struct audit_wish *wish);
bool audit_filter_passes(const struct audit_filter *filter, const char *line);

#endif
