#include "common/base.h"

#include "reference-server/model/policy_deprovisioning.h"

#include "reference-server/model/policies.h"

#define WORD(code, word) word,

static const char *const user_actions[] = {USER_REMOVAL_ACTIONS(WORD)};
static const char *const group_actions[] = {GROUP_REMOVAL_ACTIONS(WORD)};
static const char *const user_triggers[] = {"user_deactivated_in_okta"};
static const char *const group_triggers[] = {"user_removed_from_group"};

bool policy_read_deprovisioning(const struct policy_reading *reading, const json *block)
{
    struct policy_deprovisioning *out = &reading->policies->deprovisioning;
    const struct place user = {&reading->at, "user_removal"}, group = {&reading->at, "group_removal"};
    const json *from_all = json_get(block, "user_removal"), *from_group = json_get(block, "group_removal");
    struct model_failure *failure = reading->failure;
    size_t trigger = 0; /* there is but one of each */
    out->there = true;
    return place_object(&reading->at, block, "user_removal group_removal", failure) &&
           place_object(&user, from_all, "trigger actions retention_period", failure) &&
           place_choice(&user, from_all, "trigger", user_triggers, ARRAY_LEN(user_triggers), &trigger, failure) &&
           place_choices(&user, from_all, "actions", user_actions, ARRAY_LEN(user_actions), &out->user_actions, failure) &&
           policy_period(reading, &user, from_all, "retention_period", &out->retention_ms) &&
           place_object(&group, from_group, "trigger actions", failure) &&
           place_choice(&group, from_group, "trigger", group_triggers, ARRAY_LEN(group_triggers), &trigger, failure) &&
           place_choices(&group, from_group, "actions", group_actions, ARRAY_LEN(group_actions), &out->group_actions, failure);
}
