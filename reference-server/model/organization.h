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
#include "reference-server/model/failure.h"
#include "reference-server/model/list.h"
#include "reference-server/model/plan.h"
#include "reference-server/model/role.h"

struct arena;
struct map;
struct account;
struct basic;
struct group;
struct resource;
struct model_steps;

#define ORGANIZATION_MAX_ACCOUNTS  2000000
#define ORGANIZATION_MAX_GROUPS    100000
#define ORGANIZATION_MAX_RESOURCES 20000 /* workspaces and folders; as many projects */
#define ORGANIZATION_MAX_NAME      256   /* bytes of the name of an organization, workspace, folder or project */
#define ORGANIZATION_MAX_NETWORKS  50
#define MODEL_TOKEN_SIZE           64 /* with the NUL */

/* Where ids and secrets come from. id fills a UUID; token at most MODEL_TOKEN_SIZE - 1 letters that nobody can guess. Neither
 * may repeat itself. */
struct model_random {
    void (*id)(void *context, char out[37]);
    void (*token)(void *context, char out[MODEL_TOKEN_SIZE]);
    void *context;
};

struct organization_settings {
    bool members_create_workspaces; /* default true */
    size_t seats;                   /* 0: no limit. The break-glass owner has a seat of its own, outside the count. */
    enum org_role default_org_role; /* of people who are created from now on */
    struct network scim_networks[ORGANIZATION_MAX_NETWORKS]; /* where SCIM requests may come from; */
    size_t scim_network_count;                               /* 0: from everywhere */
};

struct organization {
    char *id, *name;
    struct list domains; /* of char * */
    const struct plan *plan;
    enum feature scim_feature;
    bool saml;
    struct organization_settings settings;
    struct account *break_glass; /* always there, always active */
    struct list scim_tokens;     /* of struct token *, oldest first: token.h */
    struct list clients;         /* of struct client *: client.h */
    struct basic *basic;         /* basic.h; NULL: none */

    struct list accounts; /* of struct account *, in order of creation: index access for paging */
    struct list groups;   /* of struct group * */
    struct list workspaces;
    struct list projects;
    size_t resource_count; /* workspaces and folders */
    size_t seats_used;

    /* for the lookups of account.h, group.h, resource.h and signin.h */
    struct map *accounts_by_id, *accounts_by_name, *accounts_by_login;
    struct index accounts_by_email, accounts_by_external_id;
    struct map *groups_by_id, *groups_by_name;
    struct index groups_by_external_id;
    struct map *resources_by_path, *projects_by_path;
    struct map *sessions, *api_keys; /* by hash of the secret */
    struct index invites_by_address;
    struct map *invites; /* by hash of the secret */

    struct clock clock;
    int64_t clock_offset_ms; /* the virtual clock: how far it has been moved forward */
    struct model_random random;
    const struct model_steps *steps; /* lifecycle.h; never NULL */
    uint64_t sequence;               /* the next order number */
    uint64_t changes;                /* goes up whenever a person or group comes, goes or changes */
};

/* An organization with nothing in it but the break-glass owner (address: break_glass, or "owner@" + the domain, or
 * owner@<id>.test), plan v7.team, SAML configured. id and name are copied. */
struct organization *organization_new(const char *id, const char *name, const char *domain, const char *break_glass,
                                      struct clock clock, struct model_random random);
void organization_free(struct organization *organization); /* NULL is fine */

int64_t organization_now(const struct organization *organization);
bool organization_advance(struct organization *organization, int64_t by_ms,
                          struct model_failure *failure) MUST_USE; /* only forward, at most 100 years */
enum scim_state organization_scim(const struct organization *organization);
/* What stops SCIM, as a 403 for every SCIM call: names plan and flag, or says that SAML comes first. True when SCIM is
 * enabled. */
bool organization_scim_check(const struct organization *organization, struct model_failure *failure) MUST_USE;

/* May SCIM requests come from this numeric address (NULL: unknown)? 403 that names it. */
bool organization_address_check(const struct organization *organization, const char *address,
                                struct model_failure *failure) MUST_USE;

/* SHA-256 of a secret in hex: how sessions, keys, invites and tokens are kept. */
void organization_hash(const char *secret, char out[65]);

#endif
