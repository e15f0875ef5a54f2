/* sample.h: one result with everything a report must cope with: every outcome, class and level, fields that are NULL, text of a hostile server,
 * bodies that are long, not JSON or not even text, a request without a reply. */
#ifndef TESTS_UNIT_REPORTS_SAMPLE_H
#define TESTS_UNIT_REPORTS_SAMPLE_H

#include "common/base.h"
#include "common/http.h"
#include "reports/result.h"

#include <string.h>

#define HOSTILE "</script><img src=x onerror=alert(1)>\"'&\033[2J\xE2\x80\xAE]]>"
#define BASE    "http://127.0.0.1:8080/scim/v2"

#define HEADERS(list)                                                                                                            \
    {                                                                                                                            \
        list, ARRAY_LEN(list), ARRAY_LEN(list)                                                                                   \
    }
#define BODY(text)                                                                                                               \
    {                                                                                                                            \
        text, sizeof(text) - 1                                                                                                   \
    }

static struct http_header json_request_headers[] = {{"Authorization", "Bearer ***"},
                                                    {"Content-Type", "application/scim+json; charset=utf-8"},
                                                    {"Accept", "application/scim+json"}};
static struct http_header get_headers[] = {{"Authorization", "Bearer ***"}, {"Accept-Encoding", "gzip"}};
static struct http_header reply_headers[] = {{"Content-Type", "application/scim+json"}, {"Content-Length", "71"}};
static struct http_header hostile_headers[] = {{"X-" HOSTILE, HOSTILE}, {"X-Latin", "caf\xE9"}, {"X-Empty", ""}};

static const struct http_request get_user = {
    "GET", "/Users?filter=userName+eq+%22ada%40acme.test%22", HEADERS(get_headers), {"", 0}, NULL, NULL, NULL};
static const struct http_response found = {
    200, HEADERS(reply_headers), BODY("{\"totalResults\":1,\"Resources\":[{\"id\":\"42\",\"userName\":\"ada@acme.test\"}]}"),
    NULL};
static const struct http_request patch_user = {
    "PATCH",
    "/Users/42",
    HEADERS(json_request_headers),
    BODY("{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[{\"op\":\"Replace\",\"path\":"
         "\"active\",\"value\":\"False\"}]}"),
    NULL,
    NULL,
    NULL};
static const struct http_response patched = {200, HEADERS(reply_headers),
                                             BODY("{\"id\":\"42\",\"userName\":\"ada@acme.test\",\"active\":true}"), NULL};
static const struct http_request read_access = {"GET", "/access?user=ada", HEADERS(get_headers), {"", 0}, NULL, NULL, NULL};
static const struct http_response access_document = {200, HEADERS(reply_headers),
                                                     BODY("{\"user\":\"ada\",\"signIn\":\"allowed\"}"), NULL};
static const struct http_request delete_user = {"DELETE", "/Users/42", HEADERS(get_headers), {"", 0}, NULL, NULL, NULL};

static const struct http_request hostile_request = {
    "POST", "/Groups?filter=members[value eq \"1\"]&x='", HEADERS(hostile_headers), BODY("it's \0 not text \xFF\xFE"), NULL, NULL,
    NULL};
static char long_body[20000];
static struct http_response hostile_reply = {500, HEADERS(hostile_headers), {long_body, 0}, NULL};
static const struct http_response html_reply = {299, HEADERS(hostile_headers), BODY("<html>\r\n" HOSTILE "\r\n\xC0\x80</html>\n"),
                                                NULL};

static struct exchange leaver_exchanges[] = {
    {1, SIDE_IDP, BASE, &get_user, &found, NULL, 2100},
    {2, SIDE_IDP, BASE, &get_user, &found, NULL, 900},
    {2, SIDE_IDP, BASE "/", &patch_user, &patched, NULL, 3400},
    {2, SIDE_OBSERVER, "http://127.0.0.1:8080/admin", &read_access, &access_document, NULL, 800},
    {3, SIDE_ADMIN, "http://127.0.0.1:8080/admin", &read_access, &access_document, NULL, 800},
    {4, SIDE_IDP, BASE, &delete_user, NULL, "connection closed by the server", 60000000},
};
static struct exchange hostile_exchanges[] = {
    {1, SIDE_IDP, BASE "?x=1", &hostile_request, &hostile_reply, NULL, 1},
    {1, SIDE_IDP, NULL, &hostile_request, &html_reply, NULL, 1},
};

static struct finding leaver_findings[] = {
    {FINDING_PROTOCOL, "RFC7644-3.12-01", "RFC 7644 §3.12", LEVEL_SHOULD, "an error reply has no detail", NULL, NULL, NULL, 1, 0},
    {FINDING_ACCESS, "access.inactive-no-way-in", "access model, deactivate", LEVEL_MUST, "ada is deactivated but can sign in",
     "sign-in refused", "sign-in allowed", "Entra sends \"False\" as a string: read it as a boolean.", 2, 3},
    {FINDING_DIALECT, "entra.boolean-string", "Entra's documentation", LEVEL_MUST, "the string \"False\" was ignored",
     "active false", "active true", NULL, 2, 2},
    {FINDING_PROTOCOL, "RFC7643-3.1-01", "RFC 7643 §3.1", LEVEL_MUST, "the reply has no schemas", "schemas", NULL, NULL, 2, 2},
    {FINDING_PROTOCOL, "RFC7643-3.1-01", "RFC 7643 §3.1", LEVEL_MUST, "the reply has no meta.location", NULL, "", NULL, 2, -1},
    {FINDING_PROTOCOL, "RFC7643-3.1-01", "RFC 7643 §3.1", LEVEL_MUST, "the reply has no schemas", NULL, NULL,
     "Send schemas in every resource.", 3, -1},
    {FINDING_PROTOCOL, "RFC7643-3.1-01", "RFC 7643 §3.1", LEVEL_MUST, "no reply", NULL, NULL, NULL, 4, 5},
    {FINDING_PROTOCOL, "RFC7643-3.1-01", "RFC 7643 §3.1", LEVEL_MUST, "no reply again", NULL, NULL, NULL, 4, 99},
};
static struct finding warning_findings[] = {
    {FINDING_PROTOCOL, "RFC7644-3.12-01", "RFC 7644 §3.12", LEVEL_SHOULD, "an error reply has no detail", "detail", NULL, NULL, 1,
     0},
    {FINDING_DIALECT, "okta.paging", NULL, LEVEL_SHOULD, "startIndex is ignored", NULL, NULL, NULL, 0, -1},
};
static struct finding hostile_findings[] = {
    {FINDING_PROTOCOL, HOSTILE, HOSTILE, LEVEL_MUST, "two\nlines " HOSTILE, HOSTILE, "caf\xE9", HOSTILE, 1, 0},
    {FINDING_ACCESS, NULL, NULL, LEVEL_MUST, NULL, NULL, NULL, NULL, 7, -1},
};

static const char *leaver_users[] = {"ada", "bob"};
static const char *leaver_resources[] = {"Sales", "Sales/Pricing"};
static const char *all_allowed[] = {"allowed", "allowed"};
static const char *ada_out[] = {"refused", NULL};
static const char *cells_before[] = {"editor", "viewer, joinable", "editor, joinable", ""};
static const char *cells_after[] = {"", "viewer, joinable", "editor, joinable", ""};
static const char *cells_expected[] = {"", "", NULL, NULL};
static const struct access_matrix before_leaving = {2, 2, leaver_users, all_allowed, leaver_resources, cells_before};
static const struct access_matrix after_leaving = {2, 2, leaver_users, all_allowed, leaver_resources, cells_after};
static const struct access_matrix due_after_leaving = {2, 2, leaver_users, ada_out, leaver_resources, cells_expected};

static const char *leaver_trace[] = {"2026-01-01T00:40:00.000Z 429 to GET /Users: waits 30 s"};

static struct step_result leaver_steps[] = {
    {"set-up", NULL, &before_leaving, NULL, 5000, NULL, 0},
    {"assign ada", &before_leaving, &before_leaving, NULL, 3000, NULL, 0},
    {"deactivate ada", &before_leaving, &after_leaving, &due_after_leaving, 6000, NULL, 0},
    {"bob signs in", &after_leaving, &after_leaving, NULL, 1000, leaver_trace, 1},
    {"delete ada", NULL, NULL, NULL, 60000000, NULL, 0},
};

static const char *hostile_users[] = {HOSTILE};
static const char *hostile_resources[] = {
    HOSTILE, "a resource with a name that is far too long for any terminal to show it on one line beside another one", "x"};
static const char *hostile_before[] = {"", "owner", ""};
static const char *hostile_after[] = {HOSTILE, "", ""};
static const struct access_matrix hostile_matrix_before = {1, 3, hostile_users, NULL, hostile_resources, hostile_before};
static const struct access_matrix hostile_matrix_after = {1, 3, hostile_users, NULL, hostile_resources, hostile_after};
static struct step_result hostile_steps[] = {
    {NULL, NULL, NULL, NULL, 0, NULL, 0},
    {HOSTILE, &hostile_matrix_before, &hostile_matrix_after, NULL, 0, hostile_users, 1},
};

static struct case_result sample_cases[] = {
    {.id = "access.joiner",
     .title = "A new colleague gets what the group gives",
     .dialect = "okta-aiw",
     .file = "scenarios/access/joiner.json",
     .outcome = OUTCOME_PASSED,
     .duration_us = 34499,
     .requests = 12,
     .steps = leaver_steps,
     .step_count = 2,
     .exchanges = leaver_exchanges,
     .exchange_count = 1},
    {.id = "access.leaver",
     .title = "A leaver has no way in",
     .dialect = "entra",
     .file = "scenarios/access/leaver.json",
     .outcome = OUTCOME_FAILED,
     .duration_us = 61234500,
     .requests = 4,
     .findings = leaver_findings,
     .finding_count = ARRAY_LEN(leaver_findings),
     .exchanges = leaver_exchanges,
     .exchange_count = ARRAY_LEN(leaver_exchanges),
     .steps = leaver_steps,
     .step_count = ARRAY_LEN(leaver_steps)},
    {.id = "protocol.paging",
     .title = "Lists come in pages",
     .dialect = "okta-aiw",
     .file = "scenarios/protocol/paging.json",
     .outcome = OUTCOME_WARNING,
     .duration_us = 999600,
     .requests = 1,
     .findings = warning_findings,
     .finding_count = ARRAY_LEN(warning_findings),
     .exchanges = leaver_exchanges,
     .exchange_count = 1,
     .steps = leaver_steps,
     .step_count = 2},
    {.id = "access.plan",
     .title = "A plan without SCIM",
     .dialect = "entra",
     .file = "scenarios/access/plan.json",
     .outcome = OUTCOME_SKIPPED,
     .reason = "the target has no admin API to set up a plan"},
    {.id = "access.folder",
     .title = "A folder is invite only",
     .dialect = "entra",
     .file = "scenarios/access/folder.json",
     .outcome = OUTCOME_NOT_OBSERVABLE,
     .reason = "the target's access can't be observed",
     .duration_us = 1500000,
     .requests = 9},
    {.id = "access.broken",
     .title = "The tool stumbles",
     .dialect = "okta-aiw",
     .file = "scenarios/access/broken.json",
     .outcome = OUTCOME_ERROR,
     .reason = "scenarios/access/broken.json:3:7: no such user \"eve\""},
    {.id = "hostile." HOSTILE,
     .title = HOSTILE,
     .dialect = "rfc",
     .outcome = OUTCOME_FAILED,
     .duration_us = 1,
     .requests = 2,
     .findings = hostile_findings,
     .finding_count = ARRAY_LEN(hostile_findings),
     .exchanges = hostile_exchanges,
     .exchange_count = ARRAY_LEN(hostile_exchanges),
     .steps = hostile_steps,
     .step_count = ARRAY_LEN(hostile_steps)},
    {.outcome = OUTCOME_SKIPPED},
};

static struct run_result sample_run = {
    .version = "1.2.3",
    .seed = 42,
    .target = BASE,
    .again = "--target " BASE " ",
    .scenarios = "my scenarios",
    .started = "2026-11-22T17:45:37.000Z",
    .duration_us = 63770000,
    .cases = sample_cases,
    .case_count = ARRAY_LEN(sample_cases),
};

/* The reply of 500 carries a long JSON text with characters of two bytes, so that a cut may fall inside one. */
static const struct run_result *sample(void)
{
    static const char start[] = "[\"", end[] = "\"]";
    memcpy(long_body, start, 2);
    size_t n = 2;
    while (n + 4 < sizeof long_body) {
        memcpy(long_body + n, "\xC3\xA9", 2);
        n += 2;
    }
    memcpy(long_body + n, end, 2);
    hostile_reply.body.n = n + 2;
    return &sample_run;
}

#endif
