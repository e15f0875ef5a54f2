#include "common/base.h"

#include "runner/target.h"

#include "common/digest.h"
#include "common/error.h"
#include "common/file.h"
#include "common/http.h"
#include "common/http_client.h"
#include "common/memory.h"
#include "common/redact.h"
#include "common/text.h"
#include "common/tls.h"
#include "runner/child.h"
#include "simulator/authorization.h"
#include "simulator/dialect.h"

#include <stdlib.h>
#include <string.h>

#define TARGET_FILE_MAX (64 * KIB)
#define TOKEN_VARIABLE  "SCIMULATOR_TOKEN"

/* --- the bundled server --- */

/* The value of "name=" in the server's line. */
static const char *line_value(struct arena *arena, const char *line, const char *name)
{
    const char *const *words;
    size_t count = text_split(arena, line, ' ', &words), n = strlen(name);
    for (size_t i = 0; i < count; i++)
        if (strncmp(words[i], name, n) == 0 && words[i][n] == '=')
            return words[i] + n + 1;
    return NULL;
}

static const char *const *server_arguments(struct arena *arena, const struct target_options *options)
{
    const char **out = arena_array(arena, 12 + 2 * options->defect_count, sizeof *out);
    size_t n = 0;
    const char *const fixed[] = {"serve", "--port", "0", "--empty", "--until-eof", "--seed"};
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
        out[n++] = fixed[i];
    out[n++] = arena_printf(arena, "%llu", (unsigned long long)options->seed);
    for (size_t i = 0; i < options->defect_count; i++) {
        out[n++] = "--defect";
        out[n++] = options->defects[i];
    }
    if (options->strict)
        out[n++] = "--strict";
    if (options->quick_passwords) {
        out[n++] = "--password-cost";
        out[n++] = "4";
    }
    return out;
}

static bool open_bundled(struct arena *arena, const struct target_options *options, struct target *out, struct error *err)
{
    char *token;
    if (!random_token(arena, 32, &token, err))
        return false;
    redactor_add(options->redactor, token);
    const char *environment[] = {arena_printf(arena, "SCIMULATOR_ADMIN_TOKEN=%s", token), NULL};
    const struct child_options start = {server_arguments(arena, options), environment};
    const char *line;
    if (!child_start(arena, &start, &out->child, &line, err))
        return false;
    out->name = "bundled reference server";
    out->admin_base = line_value(arena, line, "admin");
    out->admin_token = token;
    if (out->admin_base != NULL)
        return true;
    target_close(out);
    return error_set(err, ERROR_INTERNAL, "bundled server", "", "its first line names no admin URL: %s", line);
}

/* --- target files --- */

struct target_file {
    struct arena *arena;
    const struct json_document *document;
    bool expand; /* ${NAME} from the environment; else taken as it stands */
    struct error *err;
};

static bool complain(const struct target_file *file, const json *node, const char *remedy, const char *message)
{
    return error_set(file->err, ERROR_INVALID, json_where(file->arena, file->document, node), remedy, "%s", message);
}

/* ${NAME} as the whole value stands for an environment variable: secrets have no place in files that are passed around. */
static bool read_text(const struct target_file *file, const json *node, const char **out)
{
    const char *text = json_text(node);
    if (text == NULL)
        return complain(file, node, "write a string", "must be text");
    bool variable = text_starts(text, "${") && text_ends(text, "}");
    if (!variable && strstr(text, "${") != NULL)
        return complain(file, node, "put all of it into the variable", "${NAME} can only stand for a whole value");
    if (!variable || !file->expand) {
        *out = text;
        return true;
    }
    const char *name = arena_strndup(file->arena, text + 2, strlen(text) - 3);
    *out = getenv(name);
    if (*out == NULL || **out == '\0')
        return complain(file, node, arena_printf(file->arena, "export %s=...", name),
                        arena_printf(file->arena, "the environment has no %s", name));
    return true;
}

static bool read_skip(const struct target_file *file, const json *node, struct target *out)
{
    if (!json_is(node, JSON_ARRAY))
        return complain(file, node, "write a list of dialects, tags or scenario ids", "must be a list");
    const char **skip = arena_array(file->arena, json_count(node), sizeof *skip);
    for (const json *item = json_first(node); item != NULL; item = json_next(item))
        if ((skip[out->skip_count++] = json_text(item)) == NULL)
            return complain(file, item, "write a string", "must be text");
    out->skip = skip;
    return true;
}

static bool read_member(const struct target_file *file, const json *member, struct target *out)
{
    const struct {
        const char *key;
        const char **text;
    } members[] = {{"name", &out->name},
                   {"scim", &out->scim_base},
                   {"token", &out->credentials.token},
                   {"authorization", &out->credentials.authorization},
                   {"user", &out->credentials.user},
                   {"password", &out->credentials.password},
                   {"clientId", &out->credentials.client},
                   {"clientSecret", &out->credentials.secret},
                   {"tokenEndpoint", &out->credentials.endpoint},
                   {"scope", &out->credentials.scope},
                   {"admin", &out->admin_base},
                   {"adminToken", &out->admin_token},
                   {"userDomain", &out->user_domain},
                   {"ca", &out->files.ca},
                   {"clientCertificate", &out->files.certificate},
                   {"clientKey", &out->files.key}};
    const char *known[ARRAY_LEN(members) + 2];
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        if (text_equal(json_key(member), members[i].key))
            return read_text(file, member, members[i].text);
        known[i] = members[i].key;
    }
    if (text_equal(json_key(member), "skip"))
        return read_skip(file, member, out);
    if (text_equal(json_key(member), "$schema"))
        return true;
    known[ARRAY_LEN(members)] = "skip";
    known[ARRAY_LEN(members) + 1] = "$schema";
    const char *near = text_nearest(json_key(member), known, ARRAY_LEN(known));
    const char *remedy = near != NULL
                             ? arena_printf(file->arena, "did you mean \"%s\"?", near)
                             : "known: name, scim, token, authorization, user, password, clientId, clientSecret, tokenEndpoint, "
                               "scope, admin, adminToken, userDomain, ca, clientCertificate, clientKey, skip";
    return complain(file, member, remedy, arena_printf(file->arena, "unknown member \"%s\"", json_key(member)));
}

/* Of a variable that was not looked up nothing is known. */
static bool check_url(const struct target_file *file, const char *key, const char *url)
{
    if (url == NULL || (!file->expand && text_starts(url, "${")))
        return true;
    return http_check_base_url(url, json_where(file->arena, file->document, json_get(file->document->root, key)), file->err);
}

/* What the file says about certificates: see check_files for what only the files themselves show. */
static bool check_file_members(const struct target_file *file, const struct target *target)
{
    static const char *const keys[] = {"ca", "clientCertificate", "clientKey"};
    const json *root = file->document->root;
    const char *const urls[] = {target->scim_base, target->admin_base};
    const json *certificate = json_get(root, "clientCertificate"), *key = json_get(root, "clientKey");
    if (certificate != NULL && key == NULL)
        return complain(file, certificate, "add \"clientKey\"", "\"clientCertificate\" needs \"clientKey\"");
    if (certificate == NULL && key != NULL)
        return complain(file, key, "add \"clientCertificate\"", "\"clientKey\" needs \"clientCertificate\"");
    for (size_t i = 0; i < ARRAY_LEN(keys) * ARRAY_LEN(urls); i++) {
        const char *key_used = keys[i / ARRAY_LEN(urls)], *url = urls[i % ARRAY_LEN(urls)];
        if (json_get(root, key_used) != NULL && url != NULL && text_starts_nocase(url, "http:"))
            return complain(file, json_get(root, key_used), "leave it away, or use an https URL",
                            arena_printf(file->arena, "\"%s\" is for https", key_used));
    }
    return true;
}

static bool has_control(const char *text)
{
    while (*text != '\0' && (unsigned char)*text >= ' ' && *text != 0x7f)
        text++;
    return *text != '\0';
}

/* What belongs together, and what can't stand in a header (RFC 9110 §5.5, RFC 7617 §2). */
static bool check_credentials(const struct target_file *file, const struct target *target)
{
    static const char *const needs[][2] = {{"user", "password"},          {"password", "user"},
                                           {"clientId", "clientSecret"},  {"clientSecret", "tokenEndpoint"},
                                           {"tokenEndpoint", "clientId"}, {"scope", "clientId"}};
    static const char *const others[] = {"authorization", "user", "clientId"};
    const json *root = file->document->root;
    for (size_t i = 0; i < ARRAY_LEN(needs); i++)
        if (json_get(root, needs[i][0]) != NULL && json_get(root, needs[i][1]) == NULL)
            return complain(file, json_get(root, needs[i][0]), arena_printf(file->arena, "add \"%s\"", needs[i][1]),
                            arena_printf(file->arena, "\"%s\" needs \"%s\"", needs[i][0], needs[i][1]));
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (target->admin_base != NULL && json_get(root, others[i]) != NULL)
            return complain(file, json_get(root, others[i]), "leave it away",
                            "with \"admin\" every case has credentials made for it");
    const char *const texts[][2] = {{"authorization", target->credentials.authorization},
                                    {"user", target->credentials.user},
                                    {"password", target->credentials.password},
                                    {"clientId", target->credentials.client},
                                    {"clientSecret", target->credentials.secret}};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (texts[i][1] != NULL && (text_is_blank(texts[i][1]) || has_control(texts[i][1])))
            return complain(file, json_get(root, texts[i][0]), "write it as the server's administrator gave it",
                            "is blank, or has a control character in it");
    if (target->credentials.user != NULL && strchr(target->credentials.user, ':') != NULL)
        return complain(file, json_get(root, "user"), "HTTP Basic knows no such user", "a user has no colon");
    return true;
}

/* From the folder of the target file, so that both can be moved together. */
static void place_files(struct arena *arena, const char *path, struct http_client_files *files)
{
    const char **all[] = {&files->ca, &files->certificate, &files->key};
    const char *slash = strrchr(path, '/');
    for (size_t i = 0; i < ARRAY_LEN(all) && slash != NULL; i++)
        if (*all[i] != NULL && **all[i] != '/')
            *all[i] = arena_printf(arena, "%.*s/%s", (int)(slash - path), path, *all[i]);
}

static bool open_file(struct arena *arena, const char *path, bool expand_values, struct target *out, struct error *err)
{
    struct bytes text;
    struct json_document document;
    if (!file_read(arena, path, TARGET_FILE_MAX, &text, err) || !json_read(arena, text, path, &document, err))
        return false;
    const struct target_file file = {arena, &document, expand_values, err};
    if (!json_is(document.root, JSON_OBJECT))
        return complain(&file, document.root, "write {\"scim\": \"https://...\", \"token\": \"${SCIMULATOR_TOKEN}\"}",
                        "a target file is an object");
    for (const json *member = json_first(document.root); member != NULL; member = json_next(member))
        if (!read_member(&file, member, out))
            return false;
    if (out->admin_base != NULL && out->admin_token == NULL)
        return complain(&file, json_get(document.root, "admin"), "add \"adminToken\": \"${SCIMULATOR_ADMIN_TOKEN}\"",
                        "\"admin\" needs \"adminToken\"");
    if (out->admin_base == NULL && out->scim_base == NULL)
        return complain(&file, document.root, "add \"scim\": the URL that ends before /Users", "the file names no server");
    if (out->name == NULL)
        out->name = out->admin_base != NULL ? out->admin_base : out->scim_base;
    place_files(arena, path, &out->files);
    return check_url(&file, "admin", out->admin_base) && check_url(&file, "scim", out->scim_base) &&
           check_url(&file, "tokenEndpoint", out->credentials.endpoint) && check_credentials(&file, out) &&
           check_file_members(&file, out);
}

bool target_file_check(struct arena *arena, const char *path, struct error *err)
{
    struct target target = {0};
    return open_file(arena, path, false, &target, err);
}

/* --- certificates --- */

static const char *first_option(const struct http_client_files *files)
{
    return files->ca != NULL            ? "--ca"
           : files->certificate != NULL ? "--client-certificate"
           : files->key != NULL         ? "--client-key"
                                        : NULL;
}

/* What the options say comes before what the target file says. */
static bool check_files(const struct target_options *options, struct target *out, struct error *err)
{
    const struct http_client_files *given = &options->files;
    const char *url = out->admin_base != NULL ? out->admin_base : out->scim_base;
    if ((given->certificate == NULL) != (given->key == NULL))
        return given->key == NULL
                   ? error_set(err, ERROR_USAGE, "--client-certificate", "add --client-key", "a certificate needs its key")
                   : error_set(err, ERROR_USAGE, "--client-key", "add --client-certificate", "a key needs its certificate");
    if (first_option(given) != NULL && text_starts_nocase(url, "http:"))
        return error_set(err, ERROR_USAGE, first_option(given), "leave it away, or use an https URL", "%s is no https URL", url);
    if (given->ca != NULL)
        out->files.ca = given->ca;
    if (given->certificate != NULL)
        out->files.certificate = given->certificate, out->files.key = given->key;
    return tls_check(&(struct tls_files){out->files.certificate, out->files.key, out->files.ca}, err);
}

/* --- any SCIM server by URL --- */

static bool open_url(const char *url, struct target *out, struct error *err)
{
    out->name = out->scim_base = url;
    return http_check_base_url(url, "--target", err);
}

bool target_open(struct arena *arena, const struct target_options *options, struct target *out, struct error *err)
{
    *out = (struct target){0};
    if (options->url == NULL && first_option(&options->files) != NULL)
        return error_set(err, ERROR_USAGE, first_option(&options->files), "add --target https://...",
                         "the bundled server speaks http");
    if (options->url == NULL)
        return open_bundled(arena, options, out, err);
    if (options->defect_count > 0)
        return error_set(err, ERROR_USAGE, "--defect", "leave --target away, or start that server with --defect",
                         "defects are of the bundled server");
    if (options->strict)
        return error_set(err, ERROR_USAGE, "--strict-server", "leave --target away, or start that server with --strict",
                         "this is about the bundled server");
    bool is_url = strstr(options->url, "://") != NULL;
    if (is_url ? !open_url(options->url, out, err) : !open_file(arena, options->url, true, out, err))
        return false;
    if (!check_files(options, out, err))
        return false;
    if (out->admin_base == NULL && !credentials_have(&out->credentials, credentials_first(&out->credentials))) {
        out->credentials.token = getenv(TOKEN_VARIABLE);
        if (text_is_blank(out->credentials.token))
            return error_set(err, ERROR_USAGE, "--target", "export " TOKEN_VARIABLE "=<the SCIM token>",
                             "there is no token for %s", out->name);
    }
    credentials_hide(&out->credentials, options->redactor);
    if (out->admin_token != NULL)
        redactor_add(options->redactor, out->admin_token);
    return true;
}

void target_close(struct target *target)
{
    (void)child_stop(target->child);
    target->child = NULL;
}

/* The value of the Authorization header of a request that no dialect makes. */
static bool authorize(struct arena *arena, const struct target *target, struct http_client *client, const char **out,
                      struct error *err)
{
    int form = credentials_first(&target->credentials);
    const char *text = target->admin_base != NULL ? target->admin_token : credentials_text(arena, &target->credentials, form);
    if (target->admin_base == NULL && form == AUTHORIZATION_CLIENT) {
        struct http_response reply;
        struct access_token token;
        const char *base;
        const struct http_request *request = token_request(arena, &target->credentials, &base);
        if (!http_client_send(client, base, request, arena, &reply, err) ||
            !token_read(arena, &target->credentials, &reply, &token, err))
            return false;
        text = token.text;
    }
    *out = authorization_value(arena, target->admin_base != NULL ? AUTHORIZATION_BEARER : form, text);
    return true;
}

bool target_probe(const struct target *target, struct error *err)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    bool admin = target->admin_base != NULL;
    const char *authorization = NULL;
    const char *base = admin ? target->admin_base : target->scim_base;
    struct http_request request = {.method = "GET", .target = admin ? "/organizations" : "/Users?startIndex=1&count=1"};
    http_add_header(arena, &request.headers, "Accept", admin ? "application/json" : "application/scim+json");
    struct http_client *client = http_client_new(&(struct http_client_options){.timeout_ms = 15000, .files = target->files});
    struct http_response response;
    bool replied = authorize(arena, target, client, &authorization, err);
    http_add_header(arena, &request.headers, "Authorization", authorization == NULL ? "" : authorization);
    replied = replied && http_client_send(client, base, &request, arena, &response, err);
    http_client_free(client);
    if (!replied)
        return false;
    if (response.status == 401 || response.status == 403)
        return error_set(err, ERROR_CREDENTIALS, base,
                         admin                               ? "check the admin token"
                         : target->credentials.token != NULL ? "check the token in " TOKEN_VARIABLE
                                                               " and that the URL ends before /Users"
                                                             : "check the credentials of the target file, and that the URL ends "
                                                               "before /Users",
                         "the target answered %d to the first request", response.status);
    if (response.status >= 500 || response.status == 404)
        return error_set(err, ERROR_UNREACHABLE, base, "check that the URL is the SCIM base, the part before /Users",
                         "the target answered %d to GET %s", response.status, request.target);
    return true;
}
