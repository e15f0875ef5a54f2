/* What access costs, in the model alone: microseconds, for tests/bench/access.
 *     access document PEOPLE   the whole access document of PEOPLE, PEOPLE/10 groups and 500 workspaces and folders, as bytes
 *     access print PEOPLE      printing the same bytes from a ready tree
 *     access person PEOPLE     the document of one person among PEOPLE, who has the same grants however many there are
 *     access join PEOPLE       one more member of a group among PEOPLE
 *     access leave PEOPLE      deactivations and returns among PEOPLE
 *     access leave-rules PEOPLE   the same with every rule about leavers
 *     access export PEOPLE     the document that sets the organization up, as bytes
 * with a mapping, a rule and approvals on. Each is the least of several repetitions in one process, so that what else the machine does counts little. */
#include "common/base.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/json.h"
#include "common/json_out.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/access_document.h"
#include "reference-server/model/account.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/organization_export.h"
#include "reference-server/model/place.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/resource.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PLACES  500
#define LEAVERS 500 /* a thousand changes */
#define TEAMS   100 /* of ten people, whom LEAVERS are among */

static uint64_t counter;

static void next_id(void *context, char out[37])
{
    UNUSED(context);
    (void)snprintf(out, 37, "00000000-0000-4000-8000-%012llu", (unsigned long long)++counter);
}

static void next_token(void *context, char out[MODEL_TOKEN_SIZE])
{
    UNUSED(context);
    (void)snprintf(out, MODEL_TOKEN_SIZE, "secret-%llu", (unsigned long long)++counter);
}

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void need(bool done, const char *what)
{
    if (!done) {
        (void)fprintf(stderr, "access: %s failed\n", what);
        exit(1);
    }
}

static void add_places(struct organization *organization)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct resource *place;
    for (size_t i = 0; i < PLACES / 2; i++) {
        const char *name = arena_printf(arena, "w%zu", i);
        need(resource_add_workspace(organization, name, true, NULL, &place, NULL), "a workspace");
        need(resource_add_folder(organization, arena_printf(arena, "%s/closed", name), TEAM_ACCESS_INVITE_ONLY, &place, NULL),
             "a folder");
    }
}

static struct account *add_person(struct organization *organization, size_t number)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json *user = json_object(arena);
    struct account *account;
    json_set_text(user, "userName", arena_printf(arena, "person%zu@acme.test", number));
    json_set_text(user, "title", number % 100 == 0 ? "Lead" : "Clerk");
    need(account_create(organization, user, &account, NULL, NULL), "a person");
    return account;
}

static struct resource *place_at(const struct organization *organization, size_t number)
{
    struct resource *workspace = organization->workspaces.items[number % organization->workspaces.count];
    return number % 2 == 0 ? workspace : workspace->folders.items[0];
}

/* Ten people a group, each group with a grant, every third person with one of their own. */
static void add_people(struct organization *organization, size_t people)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *ids[10];
    for (size_t i = 0; i < people; i++) {
        struct account *account = add_person(organization, i);
        ids[i % 10] = account->id;
        need(i % 3 != 0 || grant_person(organization, account, place_at(organization, i), ROLE_VIEWER, NULL), "a grant");
        if (i % 10 == 9) {
            json *resource = json_object(arena);
            struct group *group;
            json_set_text(resource, "displayName", arena_printf(arena, "group%zu", i / 10));
            need(group_create(organization, resource, ids, 10, &group, NULL), "a group");
            need(grant_group(organization, group, place_at(organization, i / 10), ROLE_EDITOR, NULL), "a grant");
        }
    }
}

static const char policies[] =
    "{\"group_mappings\": {\"group0\": {\"taskade_role\": \"manager\", \"permissions\": [], \"workspaces\": [\"w1\"]}},"
    " \"access_rules\": {\"leads\": {\"when\": {\"title\": \"Lead\"}, \"resource\": \"w2\", \"role\": \"viewer\"}},"
    " \"approvals\": {\"from_role\": \"maintainer\"}}";

static const char leaver_rules[] =
    "{\"deprovisioning_rules\": {\"user_removal\": {\"actions\": [\"revoke_taskade_access\", \"transfer_ownership\","
    " \"archive_user_content\", \"notify_team_members\"], \"retention_period\": \"30_days\"}}}";

static void add_policies(struct organization *organization, const char *text)
{
    static const struct place root;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct error err;
    const json *blocks = json_parse(arena, (struct bytes){text, strlen(text)}, "policies", &err);
    need(blocks != NULL && policies_set(organization, &root, blocks, NULL), "policies");
}

static struct organization *make(size_t people)
{
    static int64_t now_ms = 1795369537000;
    struct organization *organization = organization_new("acme", "Acme", "acme.test", NULL, clock_fixed(&now_ms),
                                                         (struct model_random){next_id, next_token, NULL});
    changes_stop(organization);
    add_places(organization);
    add_people(organization, people);
    add_policies(organization, policies);
    return organization;
}

/* One repetition each; what is not part of it happens outside of start and end. */

static int64_t document(struct organization *organization, size_t people)
{
    UNUSED(people);
    struct arena *arena = arena_new();
    int64_t start = now_us();
    need(strlen(access_document_text(arena, organization)) > 0, "the document");
    arena_free(arena);
    return now_us() - start;
}

static int64_t print(struct organization *organization, size_t people)
{
    UNUSED(people);
    struct arena *arena = arena_new(), *other = arena_new();
    const json *tree = access_document(arena, organization);
    int64_t start = now_us();
    need(strlen(json_print(other, tree)) > 0, "the print");
    arena_free(other);
    int64_t us = now_us() - start;
    arena_free(arena);
    return us;
}

static int64_t person(struct organization *organization, size_t people)
{
    const struct account *account = organization->accounts.items[1 + people / 2 + 1]; /* a clerk, with a grant, in any hundreds */
    int64_t start = now_us();
    for (size_t i = 0; i < 1000; i++) {
        struct buffer buffer = buffer_new(0);
        struct json_out out = json_out_new(&buffer);
        access_document_write_user(&out, organization, account);
        need(buffer.n > 0, "the document");
        buffer_release(&buffer);
    }
    return now_us() - start;
}

static int64_t join(struct organization *organization, size_t people)
{
    struct group *group = organization->groups.items[0];
    const char *id = ((const struct account *)organization->accounts.items[1 + people / 2])->id;
    int64_t start = now_us();
    for (size_t i = 0; i < 1000; i++) {
        need(group_add_members(organization, group, &id, 1, NULL), "a member");
        group_remove_members(organization, group, &id, 1);
    }
    return now_us() - start;
}

static void set_active(struct organization *organization, struct account *account, bool active)
{
    json *resource CLEANUP(json_cleanup) = json_copy(NULL, account->resource); /* as a PATCH does */
    json_set_bool(resource, "active", active);
    need(account_replace(organization, account, resource, NULL), "a change of active");
}

/* People of TEAMS groups, which are spread over the whole organization, leave and return; those without a grant of their own. However many others there
 * are, just as many people and groups have to do with it. */
static int64_t leave(struct organization *organization, size_t people)
{
    int64_t start = now_us();
    for (size_t i = 0; i < LEAVERS; i++) {
        size_t number = i % TEAMS * (people / TEAMS) + i / TEAMS;
        struct account *account = organization->accounts.items[1 + number + (number % 3 == 0)];
        set_active(organization, account, false);
        set_active(organization, account, true);
    }
    return now_us() - start;
}

static int64_t export(struct organization *organization, size_t people)
{
    UNUSED(people);
    int64_t start = now_us();
    struct buffer buffer = buffer_new(SIZE_MAX / 4);
    struct json_out out = json_out_pretty(&buffer);
    organization_export(&out, organization);
    need(json_out_is_whole(&out) && !buffer.full, "the export");
    buffer_release(&buffer);
    return now_us() - start;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int64_t (*once)(struct organization *organization, size_t people);
        const char *more; /* policies */
    } rows[] = {{"document", document, NULL}, {"print", print, NULL}, {"person", person, NULL},
                {"join", join, NULL},         {"leave", leave, NULL}, {"leave-rules", leave, leaver_rules},
                {"export", export, NULL}};
    size_t people = argc == 3 ? (size_t)strtoul(argv[2], NULL, 10) : 0;
    for (size_t i = 0; people > 0 && i < ARRAY_LEN(rows); i++) {
        if (strcmp(rows[i].name, argv[1]) != 0) {
            continue;
        }
        struct organization *organization = make(people);
        if (rows[i].more != NULL) {
            add_policies(organization, rows[i].more);
        }
        int64_t least = INT64_MAX;
        for (int k = 0; k < 5; k++) {
            int64_t us = rows[i].once(organization, people);
            least = us < least ? us : least;
        }
        printf("%lld %zu people\n", (long long)least, people);
        organization_free(organization);
        return 0;
    }
    (void)fprintf(stderr, "access document|print|person|join|leave|leave-rules|export PEOPLE\n");
    return 2;
}
