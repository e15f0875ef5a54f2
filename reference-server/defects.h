/* defects.h: wrong behaviour by name, so that the suite can prove that it notices.
 *
 * The correct code calls the seams below, always, and knows nothing of defects: there is no `if (defect)` anywhere. A seam runs the functions
 * of the defects that are switched on; with none it is an empty loop. A function changes what the seam hands it. One row of the table is one defect:
 * a name that begins with the number of the failure mode it plays, one line of text, and its functions.
 */
#ifndef REFERENCE_SERVER_DEFECTS_H
#define REFERENCE_SERVER_DEFECTS_H

#include "common/base.h"
#include "common/json.h"

struct error;
struct exchange;

/* What a lifecycle event was, for the seam behind it. Before and after are told apart by name: `deactivating` may still be refused. */
#define LIFECYCLE_EVENTS(X)                                                                                            \
    X(LIFECYCLE_CREATED, "created")                                                                                    \
    X(LIFECYCLE_DEACTIVATING, "deactivating")                                                                          \
    X(LIFECYCLE_DEACTIVATED, "deactivated")                                                                            \
    X(LIFECYCLE_REACTIVATED, "reactivated")                                                                            \
    X(LIFECYCLE_DELETED, "deleted")                                                                                    \
    X(LIFECYCLE_GROUP_RENAMED, "group renamed")

enum lifecycle_event {
#define X(name, text) name,
    LIFECYCLE_EVENTS(X)
#undef X
};

/* A write to a resource, at the moment it is about to be applied or has been. All trees are roots in the exchange's arena; a function may change
 * them or put others in their place. */
struct change {
    const char *resource; /* "User" or "Group" */
    const char *id;       /* NULL: a new one */
    json *current;        /* as stored, whole; NULL: a new one */
    json *body;           /* apply: what the client sent: resource (POST, PUT) or PatchOp */
    json *result;         /* applied: what will be stored */
};

struct defects; /* those that are switched on */

struct defect_row {
    const char *name, *text;
    /* The organization is not locked, the credentials are not checked: only what waits belongs here. */
    void (*arrive)(struct exchange *x);
    /* Credentials, plan and body are checked. True: the function has made the reply, nothing else is done. */
    bool (*request)(struct exchange *x);
    void (*apply)(struct exchange *x, struct change *change);   /* before the body is read as a resource or patch */
    void (*applied)(struct exchange *x, struct change *change); /* result made and checked, not yet stored */
    void (*lifecycle)(struct exchange *x, enum lifecycle_event event, const char *id); /* id of the account or group */
    void (*response)(struct exchange *x); /* the reply is made, not yet sent */
};

extern const struct defect_row defect_rows[];
extern const size_t defect_row_count;

/* NULL: err is ERROR_USAGE. No names: an empty list, never NULL. */
struct defects *defects_new(const char *const *names, size_t count, struct error *err);
void defects_free(struct defects *defects);

void defects_arrive(struct exchange *x);
bool defects_request(struct exchange *x);
void defects_apply(struct exchange *x, struct change *change);
void defects_applied(struct exchange *x, struct change *change);
void defects_lifecycle(struct exchange *x, enum lifecycle_event event, const char *id);
void defects_response(struct exchange *x);

#endif
