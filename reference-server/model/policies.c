#include "common/base.h"

#include "reference-server/model/policies.h"

#include "common/memory.h"
#include "reference-server/model/access.h"
#include "reference-server/model/approval.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/incoming.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/place.h"
#include "reference-server/model/policy_names.h"

#include <string.h>

static const struct {
    const char *name;
    bool (*read)(const struct policy_reading *reading, const json *block);
} blocks[POLICY_BLOCK_COUNT] = {
#define X(block, name, read) [block] = {name, read},
    POLICY_BLOCKS(X)
#undef X
};

static const struct place root;

const struct policies policies_none;

const char *policy_block_name(enum policy_block block)
{
    return blocks[block].name;
}

void policies_free(const struct policies *policies)
{
    if (policies != NULL) {
        arena_free(policies->arena);
    }
}

/* The blocks that there are with those of `members` in their place, read again; NULL when one is refused. */
static struct policies *draft_of(const struct organization *organization, const struct place *up, const json *members,
                                 bool stored, struct model_failure *failure)
{
    struct arena *arena = arena_new();
    struct policies *draft = arena_alloc(arena, sizeof *draft);
    draft->arena = arena;
    for (size_t i = 0; i < POLICY_BLOCK_COUNT; i++) {
        const json *given = json_get(members, blocks[i].name);
        const json *block = given == NULL ? organization->policies->blocks[i] : given;
        const struct policy_reading reading = {draft, stored ? NULL : organization, {up, blocks[i].name}, failure};
        if (block == NULL || json_is(block, JSON_NULL)) {
            continue;
        }
        draft->blocks[i] = json_copy(arena, block);
        if (!place_object(&reading.at, block, NULL, failure) || !blocks[i].read(&reading, draft->blocks[i])) {
            arena_free(arena);
            return NULL;
        }
    }
    policy_names_make(draft);
    const struct policy_reading sources = {draft, organization, {up, blocks[POLICY_PROVISIONING].name}, failure};
    if (!stored && !policy_check_sources(&sources)) {
        arena_free(arena);
        return NULL;
    }
    return draft;
}

static void take(struct organization *organization, struct policies *draft)
{
    const struct policies *before = organization->policies;
    organization->policies = draft;
    organization->policy_version++;
    organization->revision++; /* entitlements are resources that SCIM lists */
    for (size_t i = 0; i < POLICY_BLOCK_COUNT; i++) {
        if (json_equal(before->blocks[i], draft->blocks[i])) {
            continue;
        }
        if (draft->blocks[i] == NULL) {
            change_gone(organization, RECORD_POLICY, blocks[i].name);
        } else {
            change_note(organization, RECORD_POLICY, blocks[i].name);
        }
    }
    policies_free(before);
}

static bool names_a_block(const json *members)
{
    for (size_t i = 0; i < POLICY_BLOCK_COUNT; i++) {
        if (json_get(members, blocks[i].name) != NULL) {
            return true;
        }
    }
    return false;
}

bool policies_set(struct organization *organization, const struct place *up, const json *members, struct model_failure *failure)
{
    if (!names_a_block(members)) {
        return true;
    }
    struct policies *draft = draft_of(organization, up, members, false, failure);
    if (draft == NULL) {
        return false;
    }
    audit_watch_everybody(organization);
    take(organization, draft);
    approval_release(organization);
    organization->window_next_ms = 0; /* rules have windows */
    audit_settle(organization);       /* what waited and comes now has entries of its own */
    incoming_reslot(organization);
    for (size_t i = 0; i < organization->accounts.count; i++) {
        access_settle(organization, organization->accounts.items[i]);
    }
    organization_pass_time(organization);
    return true;
}

void policies_write(const struct organization *organization, json *out)
{
    for (size_t i = 0; i < POLICY_BLOCK_COUNT; i++) {
        if (organization->policies->blocks[i] != NULL) {
            json_set_copy(out, blocks[i].name, organization->policies->blocks[i]);
        }
    }
}

bool policies_restore(struct organization *organization, const char *name, const json *block)
{
    json *members CLEANUP(json_cleanup) = json_object(NULL);
    json_set_copy(members, name, block);
    struct policies *draft = names_a_block(members) ? draft_of(organization, &root, members, true, NULL) : NULL;
    if (draft != NULL) {
        take(organization, draft);
    }
    return draft != NULL;
}
