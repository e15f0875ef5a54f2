#include "common/base.h"

#include "reference-server/model/actions_review.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/actions.h"
#include "reference-server/model/group.h"
#include "reference-server/model/place.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/review.h"

static const struct place root;

/* --- members --- */

static bool text_of(const struct call *call, const char *key, bool needed, const char **out)
{
    *out = NULL;
    return place_text(&root, call->request, key, ACTIONS_MAX_TEXT, out, call->failure) &&
           (*out != NULL || !needed || place_refuse(&root, key, call->failure, "%s is missing", key));
}

static bool unknown(const struct call *call, const char *key, const char *what, const char *name)
{
    model_failure_set(call->failure, MODEL_NOT_FOUND, "notFound", "", "there is no %s \"%.300s\"", what, name);
    return place_mark(&root, key, call->failure);
}

static bool duration_of(const struct call *call, const char *key, bool needed, int64_t *out)
{
    const char *text;
    *out = 0;
    if (!text_of(call, key, needed, &text)) {
        return false;
    }
    return text == NULL || (duration_parse(text, out) && *out > 0 && *out <= DURATION_MAX_MS) ||
           place_refuse(&root, key, call->failure, "\"%.100s\" is no duration such as \"30d\" or \"12h\"", text);
}

static bool resource_of(const struct call *call, bool needed, const struct resource **out)
{
    const char *path;
    if (!text_of(call, "resource", needed, &path)) {
        return false;
    }
    *out = path == NULL ? NULL : resource_find(call->organization, path);
    return path == NULL || *out != NULL || unknown(call, "resource", "workspace or folder", path);
}

/* At most one of the two; needed: exactly one. */
static bool subject_of(const struct call *call, bool needed, const struct account **account, const struct group **group)
{
    const char *user, *name;
    if (!text_of(call, "user", false, &user) || !text_of(call, "group", false, &name)) {
        return false;
    }
    if ((user != NULL && name != NULL) || (needed && user == NULL && name == NULL)) {
        return place_refuse(&root, NULL, call->failure, "name a group or a user, one of the two");
    }
    *account = user == NULL ? NULL : account_find(call->organization, user);
    *group = name == NULL ? NULL : group_find(call->organization, name);
    if (user != NULL && *account == NULL) {
        return unknown(call, "user", "person", user);
    }
    return name == NULL || *group != NULL || unknown(call, "group", "group", name);
}

static bool review_of(const struct call *call, struct review **out)
{
    const char *name;
    if (!text_of(call, "review", true, &name)) {
        return false;
    }
    *out = review_find(call->organization, name);
    return *out != NULL || unknown(call, "review", "review", name);
}

/* --- actions --- */

bool actions_review_open(const struct call *call)
{
    static const char *const words[] = {"keep", "revoke"};
    struct review_plan plan = {0};
    size_t undecided = 0;
    struct review *review;
    if (!text_of(call, "name", true, &plan.name) || !resource_of(call, false, &plan.resource) ||
        !subject_of(call, false, &plan.account, &plan.group) || !duration_of(call, "due", true, &plan.term_ms) ||
        !duration_of(call, "every", false, &plan.every_ms) ||
        !place_choice(&root, call->request, "undecided", words, ARRAY_LEN(words), &undecided, call->failure)) {
        return false;
    }
    plan.revoke_undecided = undecided == 1;
    if (!review_open(call->organization, &plan, &review, call->failure)) {
        return false;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json_set_text(call->result, "review", review->id);
    json_set_integer(call->result, "items", (int64_t)review->count);
    json_set_text(call->result, "due", time_format(arena, review->due_ms));
    return true;
}

bool actions_review_decide(const struct call *call)
{
    static const char *const words[] = {"keep", "revoke"};
    const struct account *account;
    const struct group *group;
    const struct resource *resource;
    struct review *review;
    size_t decision = ARRAY_LEN(words);
    if (!review_of(call, &review) || !subject_of(call, true, &account, &group) || !resource_of(call, true, &resource) ||
        !place_choice(&root, call->request, "decision", words, ARRAY_LEN(words), &decision, call->failure)) {
        return false;
    }
    if (decision == ARRAY_LEN(words)) {
        return place_refuse(&root, "decision", call->failure, "decision is missing: keep or revoke");
    }
    struct review_choice choice = {account != NULL ? account->id : group->id, resource->path,
                                   json_get(call->request, "temporary") != NULL, false};
    if (!place_bool(&root, call->request, "temporary", &choice.temporary, call->failure)) {
        return false;
    }
    return review_decide(call->organization, review, &choice, decision == 0 ? REVIEW_KEEP : REVIEW_REVOKE, call->failure);
}

bool actions_review_close(const struct call *call)
{
    struct review *review;
    bool repeat = true;
    return review_of(call, &review) && place_bool(&root, call->request, "repeat", &repeat, call->failure) &&
           review_close(call->organization, review, repeat, call->failure);
}
