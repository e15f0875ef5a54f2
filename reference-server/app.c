#include "common/base.h"

#include "reference-server/app.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/network.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/place.h"
#include "reference-server/model/profile_edit.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/role.h"
#include "reference-server/model/signin.h"
#include "reference-server/report.h"

#include <string.h>

/* A member of the body: text, or true and false; required or not. */
struct field {
    const char *name;
    bool required;
    const char **out; /* NULL: a flag */
    bool *flag;       /* stays as it is when the member is not there */
};

static bool is_field(const struct field *fields, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(fields[i].name, name) == 0)
            return true;
    return false;
}

/* Reads exactly these members; false: the reply is made. */
static bool read_fields(struct exchange *x, const struct field *fields, size_t count)
{
    json *body;
    if (!exchange_object(x, &body))
        return false;
    for (const json *member = json_first(body); member != NULL; member = json_next(member)) {
        if (!is_field(fields, count, json_key(member))) {
            reply_wrong(x, 400, "invalid", "leave it out", "the body has a member that is not known here: %s", json_key(member));
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        const json *value = json_get(body, fields[i].name);
        bool flag = fields[i].flag != NULL;
        if (value == NULL ? fields[i].required : !json_is(value, flag ? JSON_BOOL : JSON_STRING)) {
            reply_wrong(x, 400, "invalid", NULL, "%s has to be %s", fields[i].name, flag ? "true or false" : "a text");
            return false;
        }
        if (!flag)
            *fields[i].out = json_text(value);
        else if (value != NULL)
            *fields[i].flag = json_true(value);
    }
    return true;
}

static void reply_session(struct exchange *x, const char *session, const struct account *account)
{
    json *body = json_object(x->arena);
    json_set_text(body, "session", session);
    json_set_text(body, "user", account->user_name);
    reply_json(x, 200, body);
}

/* Where the person is: what the body says, since whoever plays a person plays the network, too; else where the request comes from. */
static bool read_address(struct exchange *x, const char *given, const char **out)
{
    struct network address;
    *out = given != NULL ? given : x->request->peer;
    if (given == NULL || (strchr(given, '/') == NULL && network_parse(given, &address)))
        return true;
    reply_wrong(x, 400, "invalid", "give one such as 192.0.2.7 or 2001:db8::7", "%.100s is no address", given);
    return false;
}

void app_sign_in(struct exchange *x)
{
    struct sign_in wish = {.user = NULL};
    const char *method, *address;
    const struct field fields[] = {{"user", true, &wish.user, NULL},
                                   {"method", true, &method, NULL},
                                   {"password", false, &wish.password, NULL},
                                   {"mfa", false, NULL, &wish.context.mfa},
                                   {"trustedDevice", false, NULL, &wish.context.trusted_device},
                                   {"address", false, &address, NULL}};
    if (!read_fields(x, fields, ARRAY_LEN(fields)) || !read_address(x, address, &wish.context.address))
        return;
    wish.claimed = address != NULL;
    if (!signin_method_read(method, &wish.method)) {
        reply_wrong(x, 400, "invalid", "use sso or password", "there is no method %s", method);
        return;
    }
    char session[MODEL_TOKEN_SIZE];
    struct account *account;
    struct model_failure failure;
    if (signin(x->organization, &wish, session, &account, &failure))
        reply_session(x, session, account);
    else
        reply_failure(x, &failure);
}

void app_accept_invite(struct exchange *x)
{
    const char *invite, *password;
    const struct field fields[] = {{"invite", true, &invite, NULL}, {"password", false, &password, NULL}};
    if (!read_fields(x, fields, ARRAY_LEN(fields)))
        return;
    char session[MODEL_TOKEN_SIZE];
    struct account *account;
    struct model_failure failure;
    if (signin_accept(x->organization, invite, password, session, &account, &failure))
        reply_session(x, session, account);
    else
        reply_failure(x, &failure);
}

void app_me(struct exchange *x)
{
    json *body = json_object(x->arena);
    json_set_text(body, "user", x->person->user_name);
    json_set_text(body, "with", x->person_entry);
    reply_json(x, 200, body);
}

void app_open(struct exchange *x)
{
    const char *path;
    const struct field fields[] = {{"resource", true, &path, NULL}};
    if (!read_fields(x, fields, ARRAY_LEN(fields)))
        return;
    struct access_entry entry;
    struct model_failure failure;
    if (!signin_open(x->arena, x->organization, x->person, x->entry, path, &entry, &failure)) {
        reply_failure(x, &failure);
        return;
    }
    json *body = json_object(x->arena);
    json_set_text(body, "resource", entry.resource->path);
    json_set_text(body, "role", role_name(entry.role));
    json_set_text(body, "state", entry.member ? "member" : "joinable");
    reply_json(x, 200, body);
}

void app_create_key(struct exchange *x)
{
    const char *name;
    const struct field fields[] = {{"name", true, &name, NULL}};
    if (!read_fields(x, fields, ARRAY_LEN(fields)))
        return;
    char key[MODEL_TOKEN_SIZE];
    struct model_failure failure;
    if (!signin_make_api_key(x->organization, x->person, name, key, &failure)) {
        reply_failure(x, &failure);
        return;
    }
    json *body = json_object(x->arena);
    json_set_text(body, "key", key);
    reply_json(x, 201, body);
}

/* {"firstName": "Ada", "phone": "+47 1"}: of one's own */
void app_edit_profile(struct exchange *x)
{
    static const struct place root;
    json *body;
    struct model_failure failure;
    if (!exchange_object(x, &body))
        return;
    if (profile_edit(x->organization, x->person, &root, body, true, &failure))
        reply_json(x, 200, profile_document(x->arena, x->organization, x->person));
    else
        reply_failure(x, &failure);
}

void app_create_workspace(struct exchange *x)
{
    const char *name;
    const struct field fields[] = {{"workspace", true, &name, NULL}};
    if (!read_fields(x, fields, ARRAY_LEN(fields)))
        return;
    struct resource *workspace;
    struct model_failure failure;
    if (!signin_create_workspace(x->organization, x->person, name, &workspace, &failure)) {
        reply_failure(x, &failure);
        return;
    }
    json *body = json_object(x->arena);
    json_set_text(body, "workspace", workspace->path);
    reply_json(x, 201, body);
}

static void reply_project(struct exchange *x, int status, const struct project *project)
{
    json *body = json_object(x->arena);
    json_set_text(body, "project", project->path);
    json_set_text(body, "owner", project->owner->user_name);
    if (project->archived)
        json_set_bool(body, "archived", true);
    project_work_write(project, body);
    reply_json(x, status, body);
}

void app_transfer_project(struct exchange *x)
{
    const char *path, *owner;
    const struct field fields[] = {{"project", true, &path, NULL}, {"owner", true, &owner, NULL}};
    struct project *project;
    struct model_failure failure;
    if (!read_fields(x, fields, ARRAY_LEN(fields)))
        return;
    if (signin_transfer_project(x->organization, x->person, path, owner, &project, &failure))
        reply_project(x, 200, project);
    else
        reply_failure(x, &failure);
}

static void archive(struct exchange *x, bool archived)
{
    const char *path;
    const struct field fields[] = {{"project", true, &path, NULL}};
    struct project *project;
    struct model_failure failure;
    if (!read_fields(x, fields, ARRAY_LEN(fields)))
        return;
    if (signin_archive_project(x->organization, x->person, path, archived, &project, &failure))
        reply_project(x, 200, project);
    else
        reply_failure(x, &failure);
}

void app_archive_project(struct exchange *x)
{
    archive(x, true);
}

void app_unarchive_project(struct exchange *x)
{
    archive(x, false);
}

void app_work(struct exchange *x)
{
    const char *path, *kind;
    const struct field fields[] = {{"project", true, &path, NULL}, {"kind", true, &kind, NULL}};
    enum project_work work;
    struct project *project;
    struct model_failure failure;
    if (!read_fields(x, fields, ARRAY_LEN(fields)))
        return;
    if (!project_work_read(kind, &work)) {
        reply_wrong(x, 400, "invalid", "use comment, task or complete", "there is no work of the kind %.40s", kind);
        return;
    }
    if (signin_work(x->organization, x->person, path, work, &project, &failure))
        reply_project(x, 201, project);
    else
        reply_failure(x, &failure);
}

void app_create_project(struct exchange *x)
{
    const char *path;
    const struct field fields[] = {{"project", true, &path, NULL}};
    if (!read_fields(x, fields, ARRAY_LEN(fields)))
        return;
    struct project *project;
    struct model_failure failure;
    if (!signin_create_project(x->arena, x->organization, x->person, path, &project, &failure)) {
        reply_failure(x, &failure);
        return;
    }
    reply_project(x, 201, project);
}

void app_invite_person(struct exchange *x)
{
    const char *user, *path, *word;
    const struct field fields[] = {{"user", true, &user, NULL}, {"resource", true, &path, NULL}, {"role", true, &word, NULL}};
    char invite[MODEL_TOKEN_SIZE];
    struct model_failure failure;
    enum role role;
    if (!read_fields(x, fields, ARRAY_LEN(fields)))
        return;
    if (!role_read(word, &role)) {
        reply_wrong(x, 400, "invalid", "use a role such as editor, or edit, check, view", "there is no role %.40s", word);
        return;
    }
    if (!signin_invite_by(x->organization, x->person, user, path, role, invite, &failure)) {
        reply_failure(x, &failure);
        return;
    }
    json *body = json_object(x->arena);
    json_set_text(body, "invite", invite);
    reply_json(x, 201, body);
}

void app_report(struct exchange *x)
{
    struct model_failure failure;
    if (signin_may_see_reports(x->organization, x->person, &failure))
        report_show(x);
    else
        reply_failure(x, &failure);
}
