#include "common/base.h"
#include "runner/play_provider.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/case.h"

#include <string.h>

struct console {
    struct play *play;
    const char *rule, *hint;
};

static void differs(const struct console *c, const char *message, const char *expected, const char *actual)
{
    finding_add(c->play,
                (struct finding){.class = rule_class(c->rule),
                                 .rule = c->rule,
                                 .level = rule_level(c->rule),
                                 .message = message,
                                 .expected = expected,
                                 .actual = actual,
                                 .hint = c->hint,
                                 .exchange = -1},
                arena_printf(c->play->arena, "%zu %s", c->play->step, message));
}

static void fits(const struct console *c, const char *of, const json *wanted, const char *actual)
{
    if (wanted != NULL && !text_equal(json_text(wanted), actual))
        differs(c, arena_printf(c->play->arena, "the provider has %s in another state", of), json_text(wanted), actual);
}

static void waited_fits(const struct console *c, const json *wanted)
{
    int64_t ms = 0;
    if (wanted != NULL && duration_parse(json_text(wanted), &ms) && ms != c->play->deed.waited_ms)
        differs(c, "the provider waited for another time", json_text(wanted),
                arena_printf(c->play->arena, "%lld s", (long long)(c->play->deed.waited_ms / 1000)));
}

/* --- the directory --- */

/* By key; somebody whom an import has brought by the address. */
static const struct directory_user *someone(const struct console *c, const char *key)
{
    const struct directory_user *user = directory_user(c->play->directory, key);
    return user != NULL ? user : directory_user(c->play->directory, setup_address(c->play, key));
}

static const char *state_word(const struct directory_user *user)
{
    static const char *const words[] = {
        [USER_ACTIVE] = "active", [USER_DEACTIVATED] = "deactivated", [USER_RECYCLED] = "deleted", [USER_DELETED] = "deleted"};
    if (user == NULL)
        return "nobody";
    return user->state == USER_ACTIVE && user->suspended ? "suspended" : words[user->state];
}

static void profile_fits(const struct console *c, const json *wanted)
{
    const struct directory_user *user = someone(c, json_key(wanted));
    const char *prefix = c->play->place.prefix;
    for (const json *node = json_first(wanted); node != NULL; node = json_next(node)) {
        const char *value = user == NULL ? NULL : directory_text(user, json_key(node));
        if (value != NULL && prefix != NULL && text_starts(value, prefix))
            value += strlen(prefix);
        if (!text_equal(json_text(node), value))
            differs(c, arena_printf(c->play->arena, "%s of %s in the directory", json_key(node), json_key(wanted)),
                    json_text(node) == NULL ? "(none)" : json_text(node), value == NULL ? "(none)" : value);
    }
}

void provider_expect(struct play *play, const json *wanted, const char *rule, const char *hint)
{
    const struct console c = {play, rule, hint};
    const struct simulator *sim = &play->simulator;
    fits(&c, "its job", json_get(wanted, "job"), job_state_word(sim->job.state));
    for (const json *node = json_first(json_get(wanted, "users")); node != NULL; node = json_next(node)) {
        const struct directory_user *user = someone(&c, json_key(node));
        fits(&c, json_key(node), node, user == NULL ? "nobody" : simulator_person_state(sim, user));
    }
    for (const json *node = json_first(json_get(wanted, "groups")); node != NULL; node = json_next(node))
        fits(&c, json_key(node), node, simulator_push_state(sim, directory_group(play->directory, json_key(node))));
    for (const json *node = json_first(json_get(wanted, "people")); node != NULL; node = json_next(node))
        fits(&c, json_key(node), node, state_word(someone(&c, json_key(node))));
    for (const json *node = json_first(json_get(wanted, "sources")); node != NULL; node = json_next(node)) {
        const struct directory_user *user = someone(&c, json_key(node));
        fits(&c, json_key(node), node, user == NULL ? "nobody" : user->sourced ? "app" : "okta");
    }
    for (const json *node = json_first(json_get(wanted, "profiles")); node != NULL; node = json_next(node))
        profile_fits(&c, node);
    waited_fits(&c, json_get(wanted, "waited"));
}
