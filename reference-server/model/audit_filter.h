/* audit_filter.h: which entries of a trail (audit.h) somebody wants to see.
 *
 * An entry is a line that audit.c has written, without a blank and with its members in one order; so each wish is a piece of such a line, and looking
 * for it is all there is to do. A quote inside a text is escaped, so no name can pass for a member. What the entry says of itself stands before its
 * events, and only there it is looked for; what an event says is looked for in one event after the other, so that all wishes about events hold for
 * the same one.
 */
#ifndef REFERENCE_SERVER_MODEL_AUDIT_FILTER_H
#define REFERENCE_SERVER_MODEL_AUDIT_FILTER_H

#include "common/base.h"

struct arena;

#define AUDIT_TIME         "\"time\":\"" /* stands before the time */
#define AUDIT_TIME_LETTERS 24
#define AUDIT_EVENT_BEGIN  "{\"family\":\"" /* stands at the beginning of each event, and nowhere else */

struct audit_wish {
    const char *actor;          /* exactly; NULL here and below: any */
    const char *action;         /* it begins with this */
    const char *target;         /* the id or the name, exactly */
    const char *from, *to;      /* as time_format() writes: from this one on, before this one */
    const char *family, *event; /* of one of its events: their names in audit_event.h */
    const char *user;           /* whom that one is about: the id */
    const char *user_name;      /* or the name at that time */
    const char *resource;       /* the path that it is about */
    const char *of;             /* of permission_changes: "access", "grant", "organization", "permission" */
    const char *role;           /* the old one or the new one */
};

/* Pieces of a line. None of the entry is NULL. */
struct audit_filter {
    const char *actor, *action;
    const char *id, *name;                                         /* one of the two */
    const char *from, *to;                                         /* texts that a time is compared with, byte by byte */
    const char *family, *event, *user, *user_name, *resource, *of; /* of one event; all NULL: it needs none */
    const char *old_role, *new_role;                               /* one of the two; only with others of these */
};

struct audit_filter audit_filter_new(struct arena *arena, const struct audit_wish *wish);
bool audit_filter_passes(const struct audit_filter *filter, const char *line);
/* The same for one event as it stands in the line; for the events of an entry that passes. */
bool audit_filter_takes(const struct audit_filter *filter, const char *event, size_t n);

#endif
