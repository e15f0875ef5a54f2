/* observe.h: what the judge sees of a target: the SCIM view of users and groups, and the access document (docs/reference-
 * server.md).
 *
 * One observation costs one paged read of /Users, one of /Groups and one of the access document. On a shared server only the
 * people of the case are looked up, by userName, and only its groups are read, by id.
 */
#ifndef RUNNER_OBSERVE_H
#define RUNNER_OBSERVE_H

#include "common/base.h"
#include "common/json.h"

struct access_matrix;
struct arena;
struct directory;
struct error;
struct place;
struct scenario;

#define OBSERVE_PAGE      200
#define OBSERVE_MAX_PAGES 50
#define OBSERVE_MAX       10000 /* resources together; what a server shows beyond is not looked at */

struct seen_user {
    const char *id, *user_name; /* "" when absent or no string */
    bool active; /* literally true, or absent: RFC 7643 gives it no default, and a server without it has only active people */
    const json *resource;
};

struct seen_group {
    const char *id, *name;
    const json *members; /* the array, or NULL */
    const json *resource;
};

struct observation {
    bool scim;       /* the SCIM view could be read */
    int scim_status; /* of the read that failed */
    size_t exchange; /* the last read, for findings */
    struct seen_user *users;
    size_t user_count;
    struct seen_group *groups;
    size_t group_count;
    const json *access; /* the access document; NULL: not observable */
    bool repeated;      /* paging showed a resource twice */
    bool endless;       /* the list grew from page to page, beyond OBSERVE_MAX_PAGES or OBSERVE_MAX */
};

/* False: no reply. */
bool observe(struct place *place, const struct directory *directory, struct observation *out, struct error *err) MUST_USE;

const struct seen_user *observed_user(const struct observation *o, const char *id); /* NULL */
const struct seen_user *observed_user_named(const struct observation *o, const char *user_name,
                                            size_t *count); /* the first; any case */
const struct seen_group *observed_group(const struct observation *o, const char *id);
bool seen_member(const struct seen_group *group, const char *id);

/* The access document. */
const json *access_user(const json *document, const char *account,
                        const char *user_name); /* by account id (when not NULL), else by name */
const json *access_group(const json *document, const char *id);
const json *access_entry(const json *user, const char *resource);
const json *access_resource(const json *document, const char *resource);
/* "editor" or "editor, joinable"; "" for NULL */
const char *access_cell(struct arena *arena, const json *entry);

#endif
