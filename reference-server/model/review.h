/* review.h: access reviews: a campaign over the grants that there are, in which somebody keeps or revokes each.
 *
 * A campaign holds the grants of its scope as they were when it was opened: of people and of groups, everywhere, on one workspace with its folders or
 * on one folder, of everybody or of one person or group. Revoking one takes the grant away at once (grant.h, with the same refusals), and with it
 * what it gave; keeping one changes nothing. A grant that is gone meanwhile needs no decision any more. The campaign is closed by hand, or by the
 * organization's clock when it is due; what is undecided then is kept or revoked, as the campaign says. What can't be revoked then (the last owner's)
 * is kept and says why. A campaign with an interval opens again, under the same name and over the grants of that time, so long after its opening.
 * When the clock has passed several of these times at once, one campaign is opened, due as long after as the first was: nobody loses access by a
 * review that nobody could see.
 *
 * Closed campaigns stay to be read, the newest REVIEW_MAX of all; a campaign under way is never dropped. Stored as RECORD_REVIEW, each change whole.
 */
#ifndef REFERENCE_SERVER_MODEL_REVIEW_H
#define REFERENCE_SERVER_MODEL_REVIEW_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/role.h"

struct account;
struct group;
struct organization;
struct resource;

#define REVIEW_MAX       100  /* campaigns of an organization */
#define REVIEW_MAX_ITEMS 2000 /* grants in a campaign */

enum review_decision { REVIEW_UNDECIDED, REVIEW_KEEP, REVIEW_REVOKE, REVIEW_GONE };

struct review_item {
    char *subject; /* id of an account or a group */
    bool group;
    char *name, *path; /* userName or displayName then; workspace or folder */
    enum role role;    /* then */
    enum review_decision decision;
    bool by_rule;       /* decided because the campaign was due, or was closed */
    int64_t decided_ms; /* 0: undecided */
    char *note;         /* why it was kept although it should have gone; NULL: nothing to say */
};

struct review {
    char *id, *name;
    char *path;                           /* of the workspace or folder; NULL: all */
    char *subject;                        /* id of the account or group; NULL: all */
    int64_t opened_ms, due_ms, closed_ms; /* closed 0: open */
    int64_t term_ms;                      /* from opening to due */
    int64_t every_ms, next_ms;            /* 0: once; when it opens again, 0: no more */
    bool revoke_undecided;
    struct review_item *items;
    size_t count;
};

/* What a campaign is about. */
struct review_plan {
    const char *name;
    const struct resource *resource; /* NULL: everywhere */
    const struct account *account;   /* at most one of the two */
    const struct group *group;
    int64_t term_ms, every_ms; /* every 0: once; else at least the term */
    bool revoke_undecided;
};

struct review *review_find(const struct organization *organization, const char *id_or_name); /* by name the newest; NULL */
/* Refused: two open ones of a name, a name that is blank, an interval shorter than the term, more than REVIEW_MAX_ITEMS grants, REVIEW_MAX open ones. */
bool review_open(struct organization *organization, const struct review_plan *plan, struct review **out,
                 struct model_failure *failure) MUST_USE;
/* subject: id. Decided again: only a kept one. */
bool review_decide(struct organization *organization, struct review *review, const char *subject, const char *path,
                   enum review_decision decision, struct model_failure *failure) MUST_USE;
/* repeat false: it does not open again. */
bool review_close(struct organization *organization, struct review *review, bool repeat, struct model_failure *failure) MUST_USE;
/* Does what is due by the clock, each with an entry of its own in the trail by "clock". Before anybody looks: cheap when nothing is. True: something was. */
bool review_settle(struct organization *organization);

const char *review_decision_name(enum review_decision decision); /* "undecided", "keep", "revoke", "gone" */

void review_free_all(struct organization *organization);
/* For record.h. */
void review_write(const struct review *review, json *out);
bool review_restore(struct organization *organization, const char *id, const json *data) MUST_USE;

/* {"reviews": [...]}: of GET …/reviews, oldest first. status: "open", "closed", or NULL for both. */
json *review_document(struct arena *arena, const struct organization *organization, const char *status);

#endif
