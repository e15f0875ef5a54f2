/* organization.h: one tenant of the product: people, groups, workspaces, who may do what, and its settings.
 *
 * The model below the HTTP doors: no I/O, no threads (the caller holds one lock per organization), time and randomness handed
 * in. An organization owns everything in it and changes piece by piece, so it lives outside arenas; organization_free ends it.
 * Functions that answer take an arena. Access is derived by access.h and stored nowhere. Fields may be read by everybody and
 * are written only by the files of this folder. */
#ifndef REFERENCE_SERVER_MODEL_ORGANIZATION_H
#define REFERENCE_SERVER_MODEL_ORGANIZATION_H

#include "common/base.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/network.h"
#include "reference-server/model/audit.h"
#include "reference-server/model/clearance.h"
#include "reference-server/model/delays.h"
#include "reference-server/model/departed.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/list.h"
#include "reference-server/model/notification.h"
#include "reference-server/model/plan.h"
#include "reference-server/model/role.h"

struct arena;
struct map;
struct account;
struct basic;
struct policies;
struct threat;
struct group;
struct resource;
struct changes;
struct model_limits;
struct model_steps;
struct unique_rules;

#define ORGANIZATION_MAX_ITEMS    500000 /* resources of the types that schema files define */
#define ORGANIZATION_MAX_NAME     256    /* bytes of the name of an organization, workspace, folder or project */
#define ORGANIZATION_MAX_NETWORKS 50
#define ORGANIZATION_MAX_ADVANCE  (DAY_MS * 36525) /* of the virtual clock */
#define MODEL_TOKEN_SIZE          64               /* with the NUL */

/* Where ids and secrets come from. id fills a UUID in lower case; token at most MODEL_TOKEN_SIZE - 1 letters that nobody can guess. Neither
 * may repeat itself. */
struct model_random {
    void (*id)(void *context, char out[37]);
    void (*token)(void *context, char out[MODEL_TOKEN_SIZE]);
    void *context;
};

struct allowed_networks {
    struct network items[ORGANIZATION_MAX_NETWORKS];
    size_t count; /* 0: everywhere */
};

struct organization_settings {
    bool members_create_workspaces;           /* default true */
    size_t seats;                             /* 0: no limit. The break-glass owner has a seat of its own, outside the count. */
    enum org_role default_org_role;           /* of people who are created from now on */
    struct allowed_networks scim_networks;    /* where SCIM requests may come from */
    struct allowed_networks sign_in_networks; /* where people may sign in from */
    struct clearance_levels classifications;
};

struct organization {
    char *id, *name;
    struct list domains; /* of char * */
    const struct plan *plan;
    enum feature scim_feature;
    bool saml;
    const json *saml_settings; /* owned, packed: {"entityId", "signOnUrl", "passwordSignIn"}; NULL: nothing is said of it */
    struct organization_settings settings;
    const struct policies *policies; /* policies.h; never NULL */
    uint64_t policy_version;         /* goes up when they change */
    struct account *break_glass;     /* always there, always active */
    struct list scim_tokens;         /* of struct token *, oldest first: token.h */
    struct list clients;             /* of struct client *: client.h */
    struct basic *basic;             /* basic.h; NULL: none */
    struct list certificates;        /* of struct certificate *: certificate.h */

    struct list accounts; /* of struct account *, in order of creation: index access for paging */
    struct list groups;   /* of struct group * */
    struct list workspaces;
    struct list projects;
    struct list reviews;   /* of struct review *, oldest first: review.h */
    size_t resource_count; /* workspaces and folders */
    size_t seats_used;

    /* for the lookups of account.h, group.h, resource.h and signin.h */
    struct map *accounts_by_id, *accounts_by_name, *accounts_by_login;
    struct index accounts_by_email, accounts_by_external_id;
    struct map *admins; /* whose org role is admin: id -> struct account *; kept by account_set_org_role */
    struct map *groups_by_id, *groups_by_name;
    struct index groups_by_external_id;
    struct map *resources_by_path, *projects_by_path;
    struct map *sessions, *api_keys; /* by hash of the secret */
    struct index invites_by_address;
    struct map *invites; /* by hash of the secret */

    struct delays delays;
    struct map *pending; /* pending.h: changes that wait; NULL: none */

    struct map *item_sets, *items_by_id;     /* item.h */
    const struct unique_rules *unique_rules; /* unique.h; NULL: none. Set before anything enters that they are about */
    struct map *unique;                      /* value -> id (owned) of the resource that has it */
    bool
        unique_shared; /* stored resources have had a value in common: it became unique later, and the map knows but one of them */

    struct threat *threat; /* threat.h; NULL: nothing was refused yet */

    struct clock clock;
    int64_t clock_offset_ms; /* the virtual clock: how far it has been moved forward */
    int64_t window_seen_ms,
        window_next_ms; /* access_tick: until when windows have been looked at, and when the next one begins or ends */
    struct model_random random;
    const struct model_steps *steps;   /* lifecycle.h; never NULL */
    const struct model_limits *limits; /* limits.h; never NULL */
    uint64_t sequence;                 /* the next order number */
    uint64_t revision;                 /* goes up whenever a resource that SCIM lists comes, goes or changes */
    struct audit audit;
    struct departures departures; /* departed.h */
    struct outbox outbox;         /* notification.h */
    struct changes *changes;      /* changes.h; NULL: nobody stores this organization */
};

/* The address of the break-glass owner of such an organization. */
const char *organization_break_glass(struct arena *arena, const char *id, const char *domain, const char *break_glass);
/* An organization with nothing in it but the break-glass owner (address: break_glass, or "owner@" + the domain, or
 * owner@<id>.test), plan v7.team, SAML configured. id and name are copied. */
struct organization *organization_new(const char *id, const char *name, const char *domain, const char *break_glass,
                                      struct clock clock, struct model_random random);
/* One with nothing in it, not even an owner, that nobody stores yet: for record.h. */
struct organization *organization_bare(const char *id, const char *name, struct clock clock, struct model_random random);
void organization_free(struct organization *organization);     /* NULL is fine */
uint64_t organization_next(struct organization *organization); /* an order number that was not there before */

int64_t organization_now(const struct organization *organization);
bool organization_advance(struct organization *organization, int64_t by_ms,
                          struct model_failure *failure) MUST_USE; /* only forward, at most 100 years */
/* Does what is due by now: at the start of every request, and whenever the clock is moved. */
void organization_pass_time(struct organization *organization);
enum scim_state organization_scim(const struct organization *organization);
/* What stops SCIM, as a 403 for every SCIM call: names plan and flag, or says that SAML comes first. True when SCIM is
 * enabled. */
bool organization_scim_check(const struct organization *organization, struct model_failure *failure) MUST_USE;

/* May SCIM requests come from this numeric address (NULL: unknown)? 403 that names it. */
bool organization_address_check(const struct organization *organization, const char *address,
                                struct model_failure *failure) MUST_USE;

/* May somebody sign in from there? */
bool organization_sign_in_address(const struct organization *organization, const char *address);

/* SHA-256 of a secret in hex: how sessions, keys, invites and tokens are kept. */
void organization_hash(const char *secret, char out[65]);

#endif
