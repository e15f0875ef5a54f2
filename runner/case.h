/* case.h: the state of one case while it is played. Private to play*.c, judge*.c and setup.c.
 *
 * The player (play_*.c) makes a step happen and writes down what it was (struct deed); the judge (judge_*.c) compares the
 * observations before and after with it.
 */
#ifndef RUNNER_CASE_H
#define RUNNER_CASE_H

#include "common/base.h"
#include "common/json.h"
#include "common/rng.h"
#include "reports/result.h"
#include "runner/fault.h"
#include "runner/observe.h"
#include "runner/place.h"
#include "runner/play.h"
#include "runner/scenario.h"
#include "simulator/directory.h"
#include "simulator/simulator.h"

struct map;
struct redactor;

#define CASE_TIME_OUTS 3 /* then the rest of the story is not told: a server that hangs must not hang the run */

enum key_kind { KEY_SESSION, KEY_API };

/* A session or API key of this case. */
struct kept_key {
    enum key_kind kind;
    const char *person; /* directory key or address */
    const char *secret;
};

/* What the player knows of a directory user or group beyond the directory. */
struct memory {
    const char *first_id; /* server id when first provisioned; NULL again after a hard delete */
    const char *last_id;
    bool edited;                        /* in the product, and the provider has said nothing since */
    bool gone;                          /* deleted on the server by the provider */
    const struct seen_group *inherited; /* Entra only adds: members that a linked group had before stay */
};

/* What a step was, for the judge. */
struct deed {
    const struct scenario_step *step;
    bool event;              /* the provider was at work */
    bool wide;               /* anybody may have changed */
    bool repeat;             /* a cycle with nothing changed: nothing may change */
    bool renamed_group;      /* members keep their access, only the group's name in it changes */
    size_t written, refused; /* write requests answered 2xx, and others */
    int64_t waited_ms;       /* by the provider, before it sent requests again */
    const char **subjects;   /* account ids, addresses, group ids and names that may change */
    size_t subject_count;
    size_t start;          /* exchanges from here on belong to the step */
    size_t first_exchange; /* and from here on to the event at hand */
};

struct play {
    struct arena *arena;
    const struct scenario *scenario;
    const struct dialect *dialect; /* NULL: raw */
    struct rng rng;
    struct place place;
    struct directory *directory;
    struct simulator simulator;
    struct memory *user_memory, *group_memory; /* by position in the directory */
    size_t remembered;                         /* people that user_memory has room for */

    struct kept_key *keys;
    size_t key_count;
    json *invites;         /* person: token */
    json *variables;       /* saved by request steps */
    bool disturbed;        /* a raw request wrote something that the directory does not know of */
    unsigned timed_out;    /* requests that the server let run into the time-out */
    bool token_revoked;    /* or it has expired: nothing can be read with it */
    bool shut_out;         /* nor from here, since SCIM requests have to come from elsewhere (scimAllowedAddresses) */
    int64_t token_left_ms; /* by the virtual clock; 0: it does not end */
    int64_t now_ms;        /* the provider's clock */
    struct faults faults;
    const struct play_options *options;
    const json *trail;                  /* events of the step, in stories that expect some: play_audit.h */
    int64_t trail_seen;                 /* sequence of the last one */
    const char *client, *client_secret; /* of the last create-client; NULL: none */

    struct observation before, after;
    struct deed deed;
    size_t step;   /* number, from 1; 0: set-up */
    size_t linted; /* exchanges already linted */

    struct case_result *result;
    struct finding *findings;
    size_t finding_count, finding_capacity;
    struct map *reported;   /* keys of findings that are there already */
    const char *unobserved; /* what could not be looked at, for people; NULL: nothing */
};

/* --- findings (judge.c) --- */

/* Adds a finding unless one of the same key is there; key NULL: rule and message. step, exchange -1 are filled in from the
 * play. Text is copied into the arena and redacted. class and level as given. */
void finding_add(struct play *play, struct finding finding, const char *key);
/* An access finding of level must: the common case. */
void finding_access(struct play *play, const char *rule, const char *message, const char *expected, const char *actual);
/* Protocol for requirement ids, dialect for okta. and entra., else access. */
enum finding_class rule_class(const char *rule);
enum finding_level rule_level(const char *rule);                /* should for requirements that say so, else must */
const char *rule_source(struct arena *arena, const char *rule); /* for people */
const char *rule_hint(const char *rule);                        /* NULL */
void unobserved(struct play *play, const char *what);

/* --- people --- */
const char *person_name(const struct play *play, const char *person); /* userName of a directory key; an address stays */
const char *person_id(const struct play *play, const char *person);   /* server id as the provider knows it, or NULL */
const struct seen_user *person_seen(const struct play *play, const struct observation *o, const char *person);
const json *person_access(const struct play *play, const json *document, const char *person); /* of the access document */
/* A member of a group as scenarios name it: a key, an address, or "group:eng". NULL: the server has none. */
#define GROUP_MARK "group:"
const char *member_named(const struct play *play, const char *word); /* its id */
const char *member_word(const struct play *play, const char *id);    /* the other way; what nobody knows is the id itself */
size_t user_index(const struct play *play, const struct directory_user *user);
const char *key_of_account(const struct play *play,
                           const json *user); /* of the access document: the directory key, else its userName */
void keep_key(struct play *play, enum key_kind kind, const char *person, const char *secret);

/* --- subjects of a deed --- */
void deed_subject(struct play *play, const char *name); /* NULL is fine */
void deed_user(struct play *play, const struct directory_user *user);
void deed_group(struct play *play, const struct directory_group *group, bool members);
void deed_person(struct play *play, const char *person);
bool is_subject(const struct play *play, const char *name);

/* --- steps: false ends the case, err says why --- */
/* A request without a reply: a finding when the server still answers, if only with what can't be read, and then true; false when it is gone or
 * we were told to stop. */
bool survive(struct play *play, const struct error *err);
typedef bool play_step(struct play *play, const struct scenario_step *step, struct error *err);
play_step play_event, play_product, play_request, play_parallel, play_expect, play_wait, play_fault;

/* Virtual time passes for the provider, and for the organization where it has an admin door. */
bool play_pass(struct play *play, int64_t ms, struct error *err) MUST_USE;
/* The provider waits (simulator_pass): as play_pass, or for so long indeed (--pace real). */
bool play_back_off(void *play, int64_t ms, struct error *err) MUST_USE;
void play_token_ages(struct play *play, int64_t ms); /* the provider's token, by the organization's clock */
/* Sends what the provider sends (simulator_send), through the faults that are armed. */
bool play_send(void *play, const struct http_request *requests, size_t count, struct http_response *replies, struct error *err);

/* Text with ${...} filled in. overlay: variables that hide the case's, or NULL. False (ERROR_INVALID) when one is not there
 * yet. Reads the play only, so branches may call it at the same time, each with its own arena. */
bool variables_fill(const struct play *play, struct arena *arena, const json *overlay, const char *text, const char **out,
                    struct error *err) MUST_USE;
/* The same for every text of a value; *out is a copy. */
bool variables_fill_json(const struct play *play, struct arena *arena, const json *overlay, const json *value, json **out,
                         struct error *err) MUST_USE;

/* --- set-up --- */
/* Directory, place and simulator. */
bool setup_open(struct play *play, const struct target *target, struct connections *connections, struct error *err) MUST_USE;
/* Why the scenario can't be played on a server without an admin door, or NULL. */
const char *setup_obstacle(const struct scenario *scenario);
/* Why it can't be played as this dialect, whose authorization is by other means than a SCIM token, or NULL. dialect NULL: raw. */
const char *setup_no_token(const struct scenario *scenario, const struct dialect *dialect);
/* On a shared server whose domain for made-up people is known: address with that domain; else as it is. */
const char *setup_address(const struct play *play, const char *address);

/* --- the judge --- */
bool judge_step(struct play *play, struct error *err) MUST_USE; /* observes, and judges what is judged unasked */
void judge_lint(struct play *play);
void judge_convergence(struct play *play);
void judge_reads(struct play *play);
bool judge_access(struct play *play, struct error *err) MUST_USE;
void judge_access_document(struct play *play);
void judge_changes(struct play *play);
void judge_refusal(struct play *play, const struct event_outcome *outcome);
bool status_fits(const json *wanted, int status); /* a number or a list of them; NULL: any */
void judge_expected_refusal(struct play *play, const json *refused, bool was_refused, int status, const json *body);
const char *access_text(struct play *play, const json *user);          /* "Roadmap: editor; Sales: viewer, joinable", or "none" */
const char *access_cell_wanted(struct arena *arena, const char *cell); /* as a file may write it: as access_cell writes it */
const struct access_matrix *access_matrix_of(const struct play *play, const json *document);
const struct access_matrix *access_matrix_expected(const struct play *play,
                                                   const json *expect); /* NULL when it says nothing of access */

/* --- probing --- */
bool probe_sign_in(struct play *play, const char *person, bool *allowed, struct error *err) MUST_USE;
bool probe_key(struct play *play, const struct kept_key *key, bool *alive, struct error *err) MUST_USE;

#endif
