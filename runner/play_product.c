/* Steps in the product: what an owner does at the admin door, and what a person does at the app door. One row each. */
#include "common/base.h"

#include "runner/case.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/redact.h"
#include "common/text.h"
#include "runner/target.h"

#include <string.h>

struct product {
    struct play *play;
    const struct scenario_step *step;
    const char *person; /* who acts, at the app door */
    json *body;
};

/* --- bodies --- */

static const char *group_ref(const struct play *play, const char *key)
{
    const struct directory_group *group = directory_group(play->directory, key);
    if (group == NULL)
        return key;
    return group->server_id != NULL ? group->server_id : group->name;
}

static const char *user_ref(const struct play *play, const char *person)
{
    const json *user = person_access(play, play->after.access, person);
    return json_get_text(user, "user", person_name(play, person));
}

/* Members of the step as members of the request: people and groups by what the product knows them by; a place in the product
 * is a "resource". */
static void copy_members(struct product *p, bool resource)
{
    for (const json *node = json_first(p->step->operand); node != NULL; node = json_next(node)) {
        const char *key = json_key(node), *text = json_text(node);
        bool place = text_equal(key, "workspace") || text_equal(key, "folder");
        if (text_equal(key, "group"))
            json_set_text(p->body, key, group_ref(p->play, text));
        else if (text_equal(key, "user") || text_equal(key, "owner"))
            json_set_text(p->body, key, user_ref(p->play, text));
        else
            json_set_copy(p->body, resource && place ? "resource" : key, node);
    }
}

static bool body_members(struct product *p, struct error *err)
{
    UNUSED(err);
    copy_members(p, false);
    return true;
}

/* A manager is named by key. */
static bool body_profile(struct product *p, struct error *err)
{
    UNUSED(err);
    copy_members(p, false);
    json *profile = json_edit(p->body, "profile");
    const char *manager = json_get_text(profile, "manager", NULL);
    if (manager != NULL)
        json_set_text(profile, "manager", user_ref(p->play, manager));
    return true;
}

static bool body_grant(struct product *p, struct error *err)
{
    UNUSED(err);
    copy_members(p, true);
    return true;
}

static bool body_revoke(struct product *p, struct error *err)
{
    UNUSED(err);
    copy_members(p, true);
    json_remove(p->body, "role");
    return true;
}

static bool body_workspaces(struct product *p, struct error *err)
{
    UNUSED(err);
    json_set_copy(p->body, "workspaces", p->step->operand);
    return true;
}

static bool body_settings(struct product *p, struct error *err)
{
    copy_members(p, false);
    UNUSED(err);
    json *settings = json_edit(p->body, "settings");
    const char *owner = json_get_text(settings, "breakGlassOwner", NULL);
    if (owner != NULL)
        json_set_text(settings, "breakGlassOwner", user_ref(p->play, owner));
    return true;
}

static bool body_policies(struct product *p, struct error *err)
{
    UNUSED(err);
    json_set_copy(p->body, "policies", p->step->operand);
    return true;
}

/* A mapping goes by the group whose name it has. */
static bool body_answer(struct product *p, struct error *err)
{
    UNUSED(err);
    const char *mapping = json_get_text(p->step->operand, "mapping", NULL);
    copy_members(p, true);
    json_set_text(p->body, "mapping", mapping == NULL ? NULL : group_ref(p->play, mapping));
    return true;
}

static bool body_token(struct product *p, struct error *err)
{
    UNUSED(err);
    json_set_text(p->body, "token", p->play->place.token);
    return true;
}

static bool body_clock(struct product *p, struct error *err)
{
    UNUSED(err);
    json_set_text(p->body, "by", json_text(p->step->operand));
    return true;
}

static bool body_sign_in(struct product *p, struct error *err)
{
    UNUSED(err);
    const json *operand = p->step->operand;
    json_set_text(p->body, "user", user_ref(p->play, p->person));
    json_set_text(p->body, "method", json_get_text(operand, "method", "sso"));
    json_set_text(p->body, "password", json_get_text(operand, "password", NULL));
    json_set_bool(p->body, "mfa", json_get_bool(operand, "mfa", true));
    json_set_bool(p->body, "trustedDevice", json_get_bool(operand, "trustedDevice", true));
    json_set_text(p->body, "address", json_get_text(operand, "address", NULL));
    return true;
}

/* What the operand says but who does it. */
static bool body_own(struct product *p, struct error *err)
{
    UNUSED(err);
    for (const json *node = json_first(p->step->operand); node != NULL; node = json_next(node))
        if (!text_equal(json_key(node), "user"))
            json_set_copy(p->body, json_key(node), node);
    return true;
}

/* A project is opened as a resource. */
static bool body_click(struct product *p, struct error *err)
{
    const char *project = json_get_text(p->step->operand, "project", NULL);
    (void)body_own(p, err);
    if (project != NULL) {
        json_remove(p->body, "project");
        json_set_text(p->body, "resource", project);
    }
    return true;
}

static bool body_transfer(struct product *p, struct error *err)
{
    const char *owner = json_get_text(p->step->operand, "owner", "");
    (void)body_own(p, err);
    json_set_text(p->body, "owner", user_ref(p->play, owner));
    return true;
}

static bool body_invite(struct product *p, struct error *err)
{
    const char *token = json_get_text(p->play->invites, p->person, NULL);
    if (token == NULL)
        return error_set(err, ERROR_INVALID, p->step->where, "", "there is no invite of %s: it was refused", p->person);
    json_set_text(p->body, "invite", token);
    return true;
}

/* --- what comes of it --- */

static void done_invite(struct product *p, const json *reply)
{
    const char *token = json_get_text(reply, "invite", NULL);
    if (token != NULL)
        redactor_add(p->play->place.redactor, token);
    json_set_text(p->play->invites, json_get_text(p->step->operand, "user", ""), token);
}

/* The provider uses it from now on. */
static void use_token(struct product *p, const char *token, int64_t life_ms)
{
    if (token == NULL)
        return;
    redactor_add(p->play->place.redactor, token);
    json_set_text(p->play->variables, "old-token", p->play->place.token);
    p->play->place.token = token;
    p->play->token_revoked = false;
    p->play->token_left_ms = life_ms;
}

static void done_token(struct product *p, const json *reply)
{
    int64_t life_ms = 0;
    const char *span = json_get_text(p->step->operand, "expiresIn", NULL);
    if (span != NULL && !duration_parse(span, &life_ms))
        life_ms = 0;
    use_token(p, json_get_text(reply, "scimToken", NULL), life_ms);
}

static void done_client(struct product *p, const json *reply)
{
    const char *client = json_get_text(reply, "client", NULL), *secret = json_get_text(reply, "clientSecret", NULL);
    if (client == NULL || secret == NULL)
        return;
    redactor_add(p->play->place.redactor, secret);
    p->play->client = client;
    p->play->client_secret = secret;
}

static void done_fetch(struct product *p, const json *reply)
{
    use_token(p, json_get_text(reply, "access_token", NULL), json_get_integer(reply, "expires_in", 0) * 1000);
}

static void done_clock(struct product *p, const json *reply)
{
    int64_t by_ms = 0;
    UNUSED(reply);
    if (duration_parse(json_text(p->step->operand), &by_ms))
        play_token_ages(p->play, by_ms);
}

static void done_revoke_token(struct product *p, const json *reply)
{
    UNUSED(reply);
    p->play->token_revoked = true;
}

static void done_edit(struct product *p, const json *reply)
{
    UNUSED(reply);
    const struct directory_user *user = directory_user(p->play->directory, json_get_text(p->step->operand, "user", ""));
    if (user != NULL)
        p->play->user_memory[user_index(p->play, user)].edited = true;
}

static void done_settings(struct product *p, const json *reply)
{
    const json *addresses = json_get(json_get(p->step->operand, "settings"), "scimAllowedAddresses");
    UNUSED(reply);
    if (addresses != NULL)
        p->play->addresses = json_count(addresses) > 0;
}

static void done_session(struct product *p, const json *reply)
{
    keep_key(p->play, KEY_SESSION, p->person, json_get_text(reply, "session", NULL));
}

static void done_key(struct product *p, const json *reply)
{
    keep_key(p->play, KEY_API, p->person, json_get_text(reply, "key", NULL));
}

/* --- who may change --- */

static void deed_named(struct product *p)
{
    const char *group = json_get_text(p->step->operand, "group", NULL), *user = json_get_text(p->step->operand, "user", NULL);
    const struct directory_group *directory = group == NULL ? NULL : directory_group(p->play->directory, group);
    if (directory != NULL)
        deed_group(p->play, directory, true);
    if (user != NULL)
        deed_person(p->play, user);
    if (p->person != NULL)
        deed_person(p->play, p->person);
}

static void deed_anybody(struct product *p)
{
    p->play->deed.wide = true;
}

static void deed_nobody(struct product *p)
{
    UNUSED(p);
}

/* --- the table --- */

enum credential { ADMIN, CLIENT, NONE, SESSION };

static const struct row {
    enum credential credential; /* ADMIN: an action of that word; CLIENT: the token endpoint; else a request to the app door */
    const char *path;
    bool (*body)(struct product *p, struct error *err);
    void (*deed)(struct product *p);
    void (*done)(struct product *p, const json *reply); /* may be NULL */
    const char *rule;                                   /* a person who is refused unexpectedly: the finding's rule */
} rows[PRODUCT_STEP_COUNT] = {
    [STEP_GRANT] = {ADMIN, NULL, body_grant, deed_named, NULL, NULL},
    [STEP_REVOKE] = {ADMIN, NULL, body_revoke, deed_named, NULL, NULL},
    [STEP_CREATE_WORKSPACE] = {ADMIN, NULL, body_members, deed_anybody, NULL, NULL},
    [STEP_MANAGE_WORKSPACES] = {ADMIN, NULL, body_workspaces, deed_anybody, NULL, NULL},
    [STEP_CREATE_FOLDER] = {ADMIN, NULL, body_members, deed_anybody, NULL, NULL},
    [STEP_SET_FOLDER] = {ADMIN, NULL, body_members, deed_anybody, NULL, NULL},
    [STEP_CREATE_PROJECT] = {ADMIN, NULL, body_members, deed_nobody, NULL, NULL},
    [STEP_TRANSFER_PROJECT] = {ADMIN, NULL, body_members, deed_anybody, NULL, NULL},
    [STEP_ARCHIVE_PROJECT] = {ADMIN, NULL, body_members, deed_nobody, NULL, NULL},
    [STEP_INVITE] = {ADMIN, NULL, body_grant, deed_named, done_invite, NULL},
    [STEP_SET_ORGANIZATION] = {ADMIN, NULL, body_settings, deed_anybody, done_settings, NULL},
    [STEP_SET_ORG_ROLE] = {ADMIN, NULL, body_members, deed_named, NULL, NULL},
    [STEP_EDIT_PROFILE] = {ADMIN, NULL, body_profile, deed_named, done_edit, NULL},
    [STEP_SET_POLICIES] = {ADMIN, NULL, body_policies, deed_anybody, NULL, NULL},
    [STEP_APPROVE] = {ADMIN, NULL, body_answer, deed_named, NULL, NULL},
    [STEP_REJECT] = {ADMIN, NULL, body_answer, deed_named, NULL, NULL},
    [STEP_ASSIGN_PROJECT] = {ADMIN, NULL, body_members, deed_named, NULL, NULL},
    [STEP_UNASSIGN_PROJECT] = {ADMIN, NULL, body_members, deed_named, NULL, NULL},
    [STEP_CLASSIFY_PROJECT] = {ADMIN, NULL, body_members, deed_nobody, NULL, NULL},
    [STEP_CREATE_TOKEN] = {ADMIN, NULL, body_members, deed_nobody, done_token, NULL},
    [STEP_ROTATE_TOKEN] = {ADMIN, NULL, body_members, deed_nobody, done_token, NULL},
    [STEP_REVOKE_TOKEN] = {ADMIN, NULL, body_token, deed_nobody, done_revoke_token, NULL},
    [STEP_CREATE_CLIENT] = {ADMIN, NULL, body_members, deed_nobody, done_client, NULL},
    [STEP_FETCH_TOKEN] = {CLIENT, NULL, body_members, deed_nobody, done_fetch, NULL},
    [STEP_OPEN_REVIEW] = {ADMIN, NULL, body_grant, deed_nobody, NULL, NULL},
    [STEP_DECIDE_REVIEW] = {ADMIN, NULL, body_grant, deed_named, NULL, NULL},
    [STEP_CLOSE_REVIEW] = {ADMIN, NULL, body_members, deed_anybody, NULL, NULL},
    [STEP_ADVANCE_CLOCK] = {ADMIN, NULL, body_clock, deed_anybody, done_clock, NULL},
    [STEP_SIGN_IN] = {NONE, "/sign-in", body_sign_in, deed_named, done_session, "expect.sign-in"},
    [STEP_CLICK] = {SESSION, "/open", body_click, deed_named, NULL, "expect.access"},
    [STEP_CREATE_API_KEY] = {SESSION, "/api-keys", body_own, deed_named, done_key, "expect.session"},
    [STEP_ACCEPT_INVITE] = {NONE, "/invites", body_invite, deed_named, done_session, "expect.sign-in"},
    [STEP_MEMBER_CREATES_WORKSPACE] = {SESSION, "/workspaces", body_own, deed_anybody, NULL, "expect.session"},
    [STEP_MEMBER_CREATES_PROJECT] = {SESSION, "/projects", body_own, deed_nobody, NULL, "expect.access"},
    [STEP_MEMBER_WORKS] = {SESSION, "/work", body_own, deed_nobody, NULL, "expect.access"},
    [STEP_MEMBER_TRANSFERS_PROJECT] = {SESSION, "/transfer-project", body_transfer, deed_anybody, NULL, "expect.access"},
};

static const char *last_session(const struct play *play, const char *person)
{
    for (size_t i = play->key_count; i-- > 0;)
        if (play->keys[i].kind == KEY_SESSION && text_equal(play->keys[i].person, person))
            return play->keys[i].secret;
    return NULL;
}

static bool converse(struct product *p, const struct row *row, struct reply *reply, struct error *err)
{
    if (row->credential == ADMIN)
        return place_admin(&p->play->place, "POST", "/actions", p->body, reply, err);
    if (row->credential == CLIENT && p->play->client == NULL)
        return error_set(err, ERROR_INVALID, p->step->where, "add a \"create-client\" step before", "there is no client");
    if (row->credential == CLIENT)
        return place_token(&p->play->place, p->play->client, p->play->client_secret, json_get_text(p->body, "scope", NULL), reply,
                           err);
    const char *session = row->credential == SESSION ? last_session(p->play, p->person) : NULL;
    if (row->credential == SESSION && session == NULL)
        return error_set(err, ERROR_INVALID, p->step->where, "", "%s has no session: the sign-in was refused", p->person);
    return place_app(&p->play->place, SIDE_ADMIN, "POST", row->path, session, p->body, reply, err);
}

/* A person who is turned away is a finding, an owner's action that fails is a fault of the scenario. */
static bool refused(struct product *p, const struct row *row, const struct reply *reply, struct error *err)
{
    const char *code = json_get_text(reply->body, "error", "");
    const char *message = json_get_text(reply->body, "message", json_get_text(reply->body, "error_description", ""));
    p->play->deed.refused = 1;
    if (p->step->refused != NULL) {
        judge_expected_refusal(p->play, p->step->refused, true, reply->status, reply->body);
        return true;
    }
    if (row->rule == NULL)
        return error_set(err, ERROR_INVALID, p->step->where, json_get_text(reply->body, "remedy", ""),
                         "\"%s\" was refused: %d %s, %s", p->step->title, reply->status, code, message);
    finding_access(p->play, row->rule, arena_printf(p->play->arena, "%s was refused", p->step->title), "it works",
                   arena_printf(p->play->arena, "%d %s, %s", reply->status, code, message));
    return true;
}

static bool act(struct product *p, const struct row *row, struct error *err)
{
    struct reply reply;
    struct error problem = {0};
    p->body = json_object(p->play->arena);
    if (row->credential == ADMIN)
        json_set_text(p->body, "action", p->step->word);
    if (!row->body(p, err))
        return false;
    row->deed(p);
    if (!converse(p, row, &reply, &problem)) {
        *err = problem;
        return survive(p->play, &problem);
    }
    if (reply.status / 100 != 2)
        return refused(p, row, &reply, err);
    p->play->deed.written++;
    if (p->step->refused != NULL)
        judge_expected_refusal(p->play, p->step->refused, false, reply.status, NULL);
    if (row->done != NULL)
        row->done(p, reply.body);
    row->deed(p);
    return true;
}

/* {"sign-in": "ada", "click": "Roadmap"}: the click that follows. */
static bool click_after(struct product *p, struct error *err)
{
    const json *resource = json_get(p->step->node, "click");
    struct reply reply;
    if (resource == NULL || p->step->product != STEP_SIGN_IN || last_session(p->play, p->person) == NULL)
        return true;
    json *body = json_object(p->play->arena);
    json_set_copy(body, "resource", resource);
    if (!place_app(&p->play->place, SIDE_ADMIN, "POST", "/open", last_session(p->play, p->person), body, &reply, err))
        return survive(p->play, err);
    if (reply.status / 100 == 2)
        return true;
    finding_access(p->play, "expect.access", arena_printf(p->play->arena, "%s could not open %s", p->person, json_text(resource)),
                   "it opens", arena_printf(p->play->arena, "%d %s", reply.status, json_get_text(reply.body, "message", "")));
    return true;
}

bool play_product(struct play *play, const struct scenario_step *step, struct error *err)
{
    const struct row *row = &rows[step->product];
    struct product p = {.play = play, .step = step};
    if (row->credential == NONE || row->credential == SESSION)
        p.person = json_text(step->operand) != NULL ? json_text(step->operand) : json_get_text(step->operand, "user", "");
    if (play->place.organization == NULL) {
        unobserved(play, "what an owner or a person does in the product");
        return true;
    }
    return act(&p, row, err) && click_after(&p, err);
}
