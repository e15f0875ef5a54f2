/* defects.h: wrong behaviour by name, so that the suite can prove that it notices.
 *
 * The correct code calls the seams below, always, and knows nothing of defects: there is no `if (defect)` anywhere. A seam runs the functions
 * of the defects that are switched on; with none it is an empty loop. A function changes what the seam hands it. One row of the table is one defect:
 * a name that begins with the number of the failure mode it plays (K), or of the seed whose rule it breaks (S), one line of text, and its functions.
 */
#ifndef REFERENCE_SERVER_DEFECTS_H
#define REFERENCE_SERVER_DEFECTS_H

#include "common/base.h"
#include "common/json.h"

struct error;
struct exchange;
struct model_steps;

/* A write to a resource, on its way. All trees are roots in the exchange's arena; a function may change them or put others in their place. */
struct change {
    const char *resource; /* name of its type: "User", "Group", … */
    const char *id;       /* NULL until a new one has its id */
    bool patch;           /* body is a PatchOp, else a resource */
    json *current;        /* as it stood, whole, with id, meta and derived attributes; NULL: a new one */
    json *body;           /* what the client sent */
    json *result;         /* from `applied` on: what is stored */
};

struct defect_row {
    const char *name, *text;
    /* What the organization does when people leave and enter (model/lifecycle.h): changes the table. */
    void (*steps)(struct model_steps *steps);
    /* A request has come in. The organization is not locked and the credentials are not checked: only what waits belongs here. */
    void (*arrive)(struct exchange *x);
    /* Credentials, plan and body are checked, the organization is locked. True: the function has made the reply, nothing else is done. */
    bool (*request)(struct exchange *x);
    /* The body is about to be read as a resource or a patch. */
    void (*apply)(struct exchange *x, struct change *change);
    /* The result is made and checked, not stored yet. */
    void (*applied)(struct exchange *x, struct change *change);
    /* It is stored. */
    void (*stored)(struct exchange *x, struct change *change);
    /* The reply is made (x->reply, x->response), not sent yet. The organization is still locked. */
    void (*response)(struct exchange *x);
};

extern const struct defect_row defect_rows[]; /* ordered by name */
extern const size_t defect_row_count;

struct defects; /* those that are switched on */

/* NULL: err is ERROR_USAGE. No names: an empty list, never NULL. */
struct defects *defects_new(const char *const *names, size_t count, struct error *err);
void defects_free(struct defects *defects);

void defects_steps(const struct defects *defects, struct model_steps *steps);
void defects_arrive(struct exchange *x);
bool defects_request(struct exchange *x);
void defects_apply(struct exchange *x, struct change *change);
void defects_applied(struct exchange *x, struct change *change);
void defects_stored(struct exchange *x, struct change *change);
void defects_response(struct exchange *x);
/* Whether one of them may look at a change's current and result, or at what its body says to all of the resource: then these are whole, else a
 * handler may bring up only the part that the change is about. */
bool defects_look_at_wholes(const struct exchange *x);

#endif
