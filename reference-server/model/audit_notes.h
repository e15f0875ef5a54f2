/* audit_notes.h: what is noted of the request that runs. For the audit_event and audit_watch files alone. */
#ifndef REFERENCE_SERVER_MODEL_AUDIT_NOTES_H
#define REFERENCE_SERVER_MODEL_AUDIT_NOTES_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/audit_event.h"

struct map;

/* One person on some place, before. */
struct place_role {
    const char *path;
    enum role role;
};

struct watched {
    const char *id, *name;
    enum org_role org_role;          /* in effect, mappings included; of nobody active: user */
    const struct place_role *before; /* sorted by path */
    size_t count;
    const char *own;                /* permissions of the stored org role, separated by blanks; of nobody active: none */
    const char *const *permissions; /* those that groups give besides */
    size_t permission_count;
};

struct audit_notes {
    struct arena *arena;
    json *events;
    size_t count, more;
    json *group_fields;     /* of the group that is changed; NULL: none */
    struct watched *people; /* NULL before the first */
    size_t people_count, people_capacity;
    size_t people_room;   /* how many may be watched; 0 before anybody was to be */
    struct map *watching; /* by id */
};

/* NULL: nobody listens, or there are enough events. */
json *audit_notes_event(struct audit_notes *notes, enum audit_event event);
json *audit_notes_user_event(struct audit_notes *notes, enum audit_event event, const char *id, const char *name);
void audit_notes_value(json *out, const char *member, const char *text); /* cut; NULL: nothing */
void audit_notes_roles(json *event, const char *of, const char *resource, const char *old, const char *new);
/* What came of it for those who are watched, as events. */
void audit_watch_tell(const struct organization *organization, struct audit_notes *notes);

#endif
