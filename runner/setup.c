/* Set-up of a case: the directory, an organization of its own, and the simulator. */
#include "common/base.h"

#include "runner/case.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/target.h"
#include "simulator/dialect.h"

#include <string.h>

#define NAME_LETTERS  "abcdefghijklmnopqrstuvwxyz0123456789"
#define NAME_LENGTH   10
#define OWNER_ADDRESS "owner@acme.test" /* of an organization that names nobody else, with the domain that scenarios have */

/* --- the organization --- */

/* Members named by keys, values kept. */
static void rename_people(const struct play *play, json *object)
{
    for (json *node = json_edit_first(object); node != NULL; node = json_edit_next(node))
        if (directory_user(play->directory, json_key(node)) != NULL)
            json_rename(node, person_name(play, json_key(node)));
}

static void name_person(const struct play *play, json *object, const char *member)
{
    const char *person = json_get_text(object, member, NULL);
    if (person != NULL)
        json_set_text(object, member, person_name(play, person));
}

/* An account that is there before SCIM has the names of the directory unless the file says otherwise. */
static void complete_accounts(const struct play *play, json *accounts)
{
    static const char *const names[] = {"givenName", "familyName"};
    for (json *node = json_edit_first(accounts); node != NULL; node = json_edit_next(node)) {
        const struct directory_user *user = directory_user(play->directory, json_key(node));
        for (size_t i = 0; user != NULL && i < ARRAY_LEN(names); i++)
            if (json_get(node, names[i]) == NULL && directory_text(user, names[i]) != NULL)
                json_set_text(node, names[i], directory_text(user, names[i]));
    }
}

static void resolve_workspaces(const struct play *play, json *workspaces)
{
    for (json *workspace = json_edit_first(workspaces); workspace != NULL; workspace = json_edit_next(workspace)) {
        rename_people(play, json_edit(workspace, "members"));
        for (json *folder = json_edit_first(json_edit(workspace, "folders")); folder != NULL; folder = json_edit_next(folder))
            rename_people(play, json_edit(folder, "members"));
        for (json *project = json_edit_first(json_edit(workspace, "projects")); project != NULL;
             project = json_edit_next(project))
            name_person(play, project, "owner");
    }
}

static json *organization_document(const struct play *play)
{
    const json *written = play->scenario->organization;
    json *document = written == NULL ? json_object(play->arena) : json_copy(play->arena, written);
    if (json_get(document, "name") == NULL)
        json_set_text(document, "name", "Acme");
    if (json_get(document, "domains") == NULL)
        json_push_text(json_set_array(document, "domains"), "acme.test");
    if (json_get(document, "plan") == NULL)
        json_set_text(document, "plan", "v7.team");
    if (json_get(document, "saml") == NULL)
        json_set_bool(document, "saml", true);
    complete_accounts(play, json_edit(document, "accounts"));
    rename_people(play, json_edit(document, "accounts"));
    resolve_workspaces(play, json_edit(document, "workspaces"));
    if (json_get(document, "settings") != NULL)
        name_person(play, json_edit(document, "settings"), "breakGlassOwner");
    return document;
}

/* The names of the break-glass owner are no set-up that a story rests on: another server has its own people. */
static bool has_accounts(const json *organization)
{
    const json *accounts = json_get(organization, "accounts");
    return json_count(accounts) > (json_get(accounts, OWNER_ADDRESS) != NULL);
}

/* --- other servers --- */

const char *setup_address(const struct play *play, const char *address)
{
    const char *domain = play->place.target == NULL ? NULL : play->place.target->user_domain, *at = strchr(address, '@');
    if (domain == NULL || at == NULL)
        return address;
    return arena_printf(play->arena, "%.*s@%s", (int)(at - address), address, domain);
}

static json *directory_document(const struct play *play)
{
    static const char *const addresses[] = {"email", "userName"};
    const json *written = play->scenario->directory;
    json *document = written == NULL ? json_object(play->arena) : json_copy(play->arena, written);
    for (json *user = json_edit_first(json_edit(document, "users")); user != NULL; user = json_edit_next(user))
        for (size_t i = 0; i < ARRAY_LEN(addresses); i++)
            if (json_get_text(user, addresses[i], NULL) != NULL)
                json_set_text(user, addresses[i], setup_address(play, json_get_text(user, addresses[i], "")));
    return document;
}

static bool waits(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->step_count; i++)
        if (scenario->steps[i].family == STEP_WAIT)
            return true;
    return false;
}

static bool ends_the_token(const json *fault)
{
    return text_equal(json_get_text(fault, "kind", NULL), fault_rows[FAULT_END_TOKEN].word);
}

static bool has_end_token(const json *faults)
{
    for (const json *node = json_is(faults, JSON_ARRAY) ? json_first(faults) : NULL; node != NULL; node = json_next(node))
        if (ends_the_token(node))
            return true;
    return json_is(faults, JSON_OBJECT) && ends_the_token(faults);
}

static bool needs_a_door(const struct scenario_step *step)
{
    if (step->family == STEP_FAULT)
        return has_end_token(step->operand);
    return step->family == STEP_PRODUCT && (step->product == STEP_SET_ORGANIZATION || step->product == STEP_ROTATE_TOKEN ||
                                            step->product == STEP_REVOKE_TOKEN || step->product == STEP_ADVANCE_CLOCK);
}

/* `wait` moves the provider's clock everywhere; what a server does of itself in that time it does on one with a door only. Of that, stories
 * can tell about tokens that end; about anything else they say "server-clock". */
static bool outlives_a_token(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->step_count; i++) {
        const struct scenario_step *step = &scenario->steps[i];
        if (step->family == STEP_PRODUCT &&
            (step->product == STEP_CREATE_TOKEN || step->product == STEP_CREATE_CLIENT || step->product == STEP_FETCH_TOKEN))
            return true;
    }
    return false;
}

/* Steps and settings that a story rests on and that only the bundled server's doors can bring about. Workspaces and grants are
 * not among them: what SCIM shows
 * can be judged without. */
const char *setup_obstacle(const struct scenario *scenario)
{
    static const char *const plain[] = {"name", "domains", "plan", "saml", "workspaces", "accounts"};
    const json *organization = scenario->organization;
    if (scenario->alone)
        return "the story counts everything there is, and this server is used by others too";
    bool special = has_accounts(organization) || json_is(json_get(organization, "saml"), JSON_OBJECT) ||
                   !json_get_bool(organization, "saml", true) ||
                   !text_equal(json_get_text(organization, "plan", "v7.team"), "v7.team");
    for (const json *member = json_first(organization); member != NULL; member = json_next(member)) {
        size_t i = 0;
        while (i < ARRAY_LEN(plain) && !text_equal(plain[i], json_key(member)))
            i++;
        special = special || i == ARRAY_LEN(plain);
    }
    if (special)
        return "the story needs an organization set up in a way that this server has no door for";
    for (size_t i = 0; i < scenario->step_count; i++)
        if (needs_a_door(&scenario->steps[i]))
            return "the story needs the organization's plan, tokens or clock changed, and this server has no door for it";
    if (scenario->server_clock || (waits(scenario) && outlives_a_token(scenario)))
        return "the story needs the server's own clock moved, and this server has no door for it";
    return NULL;
}

/* Tells of the token that the provider holds: what one that holds none has to do with it can't be told. */
static bool is_about_a_token(const struct scenario_step *step)
{
    static const enum product_step steps[] = {STEP_CREATE_TOKEN, STEP_ROTATE_TOKEN, STEP_REVOKE_TOKEN, STEP_FETCH_TOKEN};
    for (size_t i = 0; step->family == STEP_PRODUCT && i < ARRAY_LEN(steps); i++)
        if (step->product == steps[i])
            return true;
    return step->family == STEP_FAULT && has_end_token(step->operand);
}

const char *setup_no_token(const struct scenario *scenario, const struct dialect *dialect)
{
    int form = dialect == NULL ? AUTHORIZATION_BEARER : dialect_value(dialect, AXIS_AUTHORIZATION);
    if (form != AUTHORIZATION_BASIC && form != AUTHORIZATION_CLIENT)
        return NULL;
    for (size_t i = 0; i < scenario->step_count; i++)
        if (is_about_a_token(&scenario->steps[i]))
            return "the story is about the provider's SCIM token, and with this authorization it has none";
    return NULL;
}

/* --- the whole --- */

static const char *play_credential(void *context)
{
    return place_credential(&((struct play *)context)->place);
}

#define PROVIDER_START_MS ((int64_t)1767225600000) /* 2026-01-01T00:00:00Z, so that a case reads the same on every day */

bool setup_open(struct play *play, const struct target *target, struct connections *connections, struct error *err)
{
    char letters[NAME_LENGTH + 1];
    rng_text(&play->rng, NAME_LETTERS, NAME_LENGTH, letters);
    const char *name = arena_printf(play->arena, "c%s", letters);
    const char *prefix = target->admin_base == NULL ? arena_printf(play->arena, "%s-", name) : NULL;
    play->place.target = target;
    play->now_ms = PROVIDER_START_MS;
    bool okta = play->dialect != NULL && dialect_is_okta(play->dialect);
    if (!directory_load(play->arena, directory_document(play), okta, prefix, &play->rng, &play->directory, err))
        return false;
    play->remembered = play->directory->user_count;
    play->user_memory = arena_array(play->arena, play->remembered + 1, sizeof *play->user_memory);
    play->group_memory = arena_array(play->arena, play->directory->group_count + 1, sizeof *play->group_memory);
    if (!place_open(play->arena, target, organization_document(play), name, connections, &play->place, err))
        return false;
    if (play->dialect != NULL && !place_authorize(&play->place, dialect_value(play->dialect, AXIS_AUTHORIZATION), err))
        return false;
    play->place.idle_ms = play->dialect == NULL ? 0 : (unsigned)dialect_value(play->dialect, AXIS_TIMEOUT) * 1000;
    play->place.suites = play->dialect != NULL ? dialect_tls_suites(play->dialect) : NULL;
    play->simulator = (struct simulator){.arena = play->arena,
                                         .dialect = play->dialect,
                                         .directory = play->directory,
                                         .rng = &play->rng,
                                         .token = place_credential(&play->place),
                                         .credential = play_credential,
                                         .send = play_send,
                                         .context = play,
                                         .clock = clock_fixed(&play->now_ms),
                                         .pass = play_back_off,
                                         /* In the other stories every event is a cycle that comes at once. */
                                         .timetable = waits(play->scenario)};
    return true;
}
