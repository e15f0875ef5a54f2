/* Findings, and the frame of judging: observe, lint, then what changed. */
#include "common/base.h"

#include "runner/case.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/redact.h"
#include "common/text.h"
#include "runner/protocol_lint.h"
#include "runner/requirement.h"
#include "simulator/dialect.h"

#include <string.h>

#define ACTUAL_MAX 400 /* bytes of a value in a finding */

/* --- findings --- */

static const char *kept_text(const struct play *play, const char *text)
{
    if (text == NULL)
        return NULL;
    const char *clean = redact_text(play->place.redactor, play->arena, text);
    size_t n = strlen(clean);
    return n <= ACTUAL_MAX ? clean : arena_printf(play->arena, "%.*s…", (int)text_utf8_prefix(clean, ACTUAL_MAX), clean);
}

void finding_add(struct play *play, struct finding finding, const char *key)
{
    const char *unique = arena_printf(play->arena, "%s %s", finding.rule, key != NULL ? key : finding.message);
    if (map_get(play->reported, unique) != NULL)
        return;
    map_set(play->reported, unique, play);
    finding.message = kept_text(play, finding.message);
    finding.expected = kept_text(play, finding.expected);
    finding.actual = kept_text(play, finding.actual);
    finding.source = rule_source(play->arena, finding.rule);
    if (finding.hint == NULL)
        finding.hint = rule_hint(finding.rule);
    finding.step = play->step;
    if (play->finding_count == play->finding_capacity) {
        size_t capacity = play->finding_capacity == 0 ? 8 : play->finding_capacity * 2;
        play->findings = arena_grow(play->arena, play->findings, play->finding_count, capacity, sizeof *play->findings);
        play->finding_capacity = capacity;
    }
    play->findings[play->finding_count++] = finding;
}

void finding_access(struct play *play, const char *rule, const char *message, const char *expected, const char *actual)
{
    finding_add(play,
                (struct finding){.class = rule_class(rule),
                                 .rule = rule,
                                 .level = rule_level(rule),
                                 .message = message,
                                 .expected = expected,
                                 .actual = actual,
                                 .exchange = -1},
                NULL);
}

void unobserved(struct play *play, const char *what)
{
    if (play->unobserved == NULL)
        play->unobserved = what;
    else if (strstr(play->unobserved, what) == NULL)
        play->unobserved = arena_printf(play->arena, "%s, %s", play->unobserved, what);
}

/* --- protocol lint --- */

struct linted {
    struct play *play;
    size_t exchange;
};

static const char *as_phrase(struct arena *arena, const char *statement)
{
    size_t n = strlen(statement);
    return n > 0 && statement[n - 1] == '.' ? arena_strndup(arena, statement, n - 1) : statement;
}

static void report_lint(void *context, const struct lint_rule *rule, const struct lint_at *at)
{
    const struct linted *linted = context;
    struct play *play = linted->play;
    const struct requirement *requirement = requirement_find(rule->requirement);
    const char *path = arena_strndup(play->arena, at->request->target, strcspn(at->request->target, "?"));
    const char *says = requirement == NULL ? rule->requirement : as_phrase(play->arena, requirement->statement);
    struct finding finding = {.class = FINDING_PROTOCOL,
                              .rule = rule->requirement,
                              .level = rule->level,
                              .message = arena_printf(play->arena, "%s %s: %s", at->request->method, path, says),
                              .expected = at->expected,
                              .actual = at->actual,
                              .hint = rule->hint,
                              .exchange = (long)linted->exchange};
    finding_add(play, finding,
                rule->argument == NULL ? "lint" : rule->argument); /* once a case: the same fault shows in every reply */
}

void judge_lint(struct play *play)
{
    for (; play->linted < play->place.count; play->linted++) {
        struct sent *sent = &play->place.sent[play->linted];
        if (sent->response.status == 0 || sent->fault || !text_equal(sent->base, play->place.scim_base))
            continue;
        struct linted linted = {play, play->linted};
        protocol_lint(play->arena, sent->base, sent->request, &sent->response, sent_body(play->arena, sent), report_lint,
                      &linted);
    }
}

/* --- refusals --- */

/* The exchange of this step that was refused with that status (0: any), or -1. Writes are looked at first. */
static long refused_exchange(const struct play *play, int status)
{
    long read = -1;
    for (size_t i = play->deed.first_exchange; i < play->place.count; i++) {
        const struct sent *sent = &play->place.sent[i];
        int got = sent->response.status;
        if (sent->side != SIDE_IDP || got < 300 || (status != 0 && got != status))
            continue;
        if (!text_equal(sent->request->method, "GET"))
            return (long)i;
        if (read < 0)
            read = (long)i;
    }
    return read;
}

static void complain_of(struct play *play, const struct event_outcome *outcome)
{
    finding_add(play,
                (struct finding){.class = FINDING_DIALECT,
                                 .rule = outcome->complaint_rule,
                                 .level = LEVEL_MUST,
                                 .message = outcome->complaint,
                                 .actual = outcome->console,
                                 .exchange = play->place.count > 0 ? (long)play->place.count - 1 : -1},
                NULL);
}

static void refused_finding(struct play *play, const struct event_outcome *outcome)
{
    long at = refused_exchange(play, outcome->first_refusal);
    const struct sent *sent = at < 0 ? NULL : &play->place.sent[at];
    const char *request =
        sent == NULL ? "a request" : arena_printf(play->arena, "%s %s", sent->request->method, sent->request->target);
    int status = sent == NULL ? outcome->first_refusal : sent->response.status;
    finding_add(play,
                (struct finding){.class = FINDING_DIALECT,
                                 .rule = dialect_is_okta(play->dialect) ? "okta.request-refused" : "entra.request-refused",
                                 .level = LEVEL_MUST,
                                 .message = arena_printf(play->arena, "%s was refused with %d, %s goes no further", request,
                                                         status, play->deed.step->title),
                                 .expected = "a status of 2xx",
                                 .actual = outcome->console,
                                 .exchange = at},
                arena_printf(play->arena, "%s %d", sent == NULL ? "" : sent->request->method, status));
}

void judge_refusal(struct play *play, const struct event_outcome *outcome)
{
    const json *refused = play->deed.step->refused;
    bool was_refused = outcome->refused > 0 || (outcome->console != NULL && outcome->complaint == NULL);
    long at = refused_exchange(play, outcome->first_refusal);
    struct sent *sent = at < 0 ? NULL : &play->place.sent[at];
    if (outcome->complaint != NULL)
        complain_of(play, outcome);
    if (refused != NULL)
        judge_expected_refusal(play, refused, was_refused && outcome->written == 0,
                               sent == NULL ? outcome->first_refusal : sent->response.status,
                               sent == NULL ? NULL : sent_body(play->arena, sent));
    else if (was_refused)
        refused_finding(play, outcome);
}

bool status_fits(const json *wanted, int status)
{
    int64_t n;
    if (wanted == NULL || (json_integer(wanted, &n) && n == status))
        return true;
    for (const json *node = json_is(wanted, JSON_ARRAY) ? json_first(wanted) : NULL; node != NULL; node = json_next(node))
        if (json_integer(node, &n) && n == status)
            return true;
    return false;
}

static void refusal_differs(struct play *play, const json *refused, const char *message, const char *expected, const char *actual)
{
    finding_access(play, json_get_text(refused, "rule", "expect.refused"),
                   arena_printf(play->arena, "%s %s", play->deed.step->title, message), expected, actual);
}

void judge_expected_refusal(struct play *play, const json *refused, bool was_refused, int status, const json *body)
{
    if (!was_refused) {
        refusal_differs(play, refused, "must be refused, but was carried out", "refused", "carried out");
        return;
    }
    if (!status_fits(json_get(refused, "status"), status))
        refusal_differs(play, refused, "was refused with another status", json_print(play->arena, json_get(refused, "status")),
                        arena_printf(play->arena, "%d", status));
    const char *const words[] = {"scimType", "error"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        const char *wanted = json_get_text(refused, words[i], NULL), *got = json_get_text(body, words[i], "(absent)");
        if (wanted != NULL && !text_equal(wanted, got))
            refusal_differs(play, refused, arena_printf(play->arena, "was refused with another %s", words[i]), wanted, got);
    }
    const char *part = json_get_text(refused, "detail", NULL),
               *detail = json_get_text(body, "detail", json_get_text(body, "message", ""));
    if (part != NULL && strstr(detail, part) == NULL)
        refusal_differs(play, refused, "was refused without saying why", arena_printf(play->arena, "a detail with \"%s\"", part),
                        detail);
}

/* --- after a step --- */

static void remember_ids(struct play *play)
{
    size_t people = play->directory->user_count;
    if (people > play->remembered) { /* an import has brought some */
        play->user_memory = arena_grow(play->arena, play->user_memory, play->remembered, people + 1, sizeof *play->user_memory);
        play->remembered = people;
    }
    for (size_t i = 0; i < play->directory->user_count; i++) {
        const struct directory_user *user = play->directory->users[i];
        struct memory *memory = &play->user_memory[i];
        bool deleted = (user->state == USER_DELETED || user->removed) && user->server_id == NULL && memory->last_id != NULL;
        if (deleted)
            *memory = (struct memory){.last_id = memory->last_id, .gone = true};
        if (user->server_id == NULL)
            continue;
        if (memory->first_id == NULL)
            memory->first_id = user->server_id;
        memory->last_id = user->server_id;
        memory->gone = false;
    }
    for (size_t i = 0; i < play->directory->group_count; i++) {
        const struct directory_group *group = play->directory->groups[i];
        struct memory *memory = &play->group_memory[i];
        memory->gone = (group->deleted || group->erased || group->removed) && group->server_id == NULL &&
                       group->last_error == NULL && memory->last_id != NULL;
        if (group->server_id != NULL && memory->last_id == NULL && !dialect_is_okta(play->dialect))
            memory->inherited = observed_group(&play->before, group->server_id);
        if (group->server_id != NULL)
            memory->last_id = group->server_id;
    }
}

static void judge_end_of_list(struct play *play)
{
    if (!play->after.endless)
        return;
    finding_add(play,
                (struct finding){.class = FINDING_PROTOCOL,
                                 .rule = "protocol.list-ends",
                                 .level = LEVEL_MUST,
                                 .message = "the list does not come to an end",
                                 .expected = "a last page, where startIndex passes totalResults",
                                 .actual = arena_printf(play->arena, "more after %d pages", OBSERVE_MAX_PAGES),
                                 .exchange = (long)play->after.exchange},
                NULL);
}

/* Pages must not overlap (a shared server is asked for single people instead). */
static void judge_paging(struct play *play)
{
    judge_end_of_list(play);
    if (!play->after.repeated || play->place.organization == NULL)
        return;
    finding_add(play,
                (struct finding){.class = FINDING_PROTOCOL,
                                 .rule = "RFC7644-3.4.2.4-13",
                                 .level = LEVEL_MUST,
                                 .message = "a resource shows up twice on the way through the pages",
                                 .expected = "every resource once",
                                 .actual = "one of them twice",
                                 .exchange = (long)play->after.exchange},
                NULL);
}

/* Unreadable is right when the plan has no SCIM, SAML is missing, the token is gone, or the address is not allowed. */
static void judge_readable(struct play *play)
{
    const struct observation *o = &play->after;
    bool enabled = o->access == NULL || text_equal(json_get_text(o->access, "scim", "enabled"), "enabled");
    if (o->scim || !enabled || play->token_revoked || (play->addresses && o->scim_status == 403))
        return;
    finding_add(play,
                (struct finding){.class = FINDING_PROTOCOL,
                                 .rule = "protocol.readable",
                                 .level = LEVEL_MUST,
                                 .message = "users or groups can't be read",
                                 .expected = "200 with a list",
                                 .actual = arena_printf(play->arena, "%d", o->scim_status),
                                 .exchange = (long)o->exchange},
                NULL);
}

bool judge_step(struct play *play, struct error *err)
{
    play->before = play->after;
    if (!observe(&play->place, play->directory, &play->after, err))
        return false;
    remember_ids(play);
    judge_lint(play);
    judge_readable(play);
    judge_paging(play);
    if (play->after.access == NULL && play->dialect != NULL)
        unobserved(play, "access");
    if (!judge_access(play, err))
        return false;
    judge_access_document(play);
    judge_convergence(play);
    if (play->step > 0) {
        judge_changes(play);
        if (play->deed.step->family != STEP_PARALLEL)
            judge_reads(play);
    }
    return true;
}

/* --- matrices --- */

static struct access_matrix *new_matrix(const struct play *play, size_t users, size_t resources)
{
    struct access_matrix *m = arena_alloc(play->arena, sizeof *m);
    *m = (struct access_matrix){.users = users,
                                .resources = resources,
                                .user = arena_array(play->arena, users + 1, sizeof(char *)),
                                .sign_in = arena_array(play->arena, users + 1, sizeof(char *)),
                                .resource = arena_array(play->arena, resources + 1, sizeof(char *)),
                                .cell = arena_array(play->arena, users * resources + 1, sizeof(char *))};
    return m;
}

/* Rows: the directory's people, then whoever else the access document knows but the break-glass owner. */
static size_t matrix_rows(const struct play *play, const json *document, const char **keys)
{
    size_t n = 0;
    for (size_t i = 0; i < play->directory->user_count; i++)
        keys[n++] = play->directory->users[i]->key;
    for (const json *user = json_first(json_get(document, "users")); user != NULL; user = json_next(user))
        if (!json_get_bool(user, "breakGlass", false) && directory_user(play->directory, key_of_account(play, user)) == NULL)
            keys[n++] = json_get_text(user, "user", "");
    return n;
}

const struct access_matrix *access_matrix_of(const struct play *play, const json *document)
{
    if (document == NULL)
        return NULL;
    const json *resources = json_get(document, "resources");
    const char **keys =
        arena_array(play->arena, play->directory->user_count + json_count(json_get(document, "users")) + 1, sizeof(char *));
    size_t rows = matrix_rows(play, document, keys), column = 0;
    struct access_matrix *m = new_matrix(play, rows, json_count(resources));
    for (const json *node = json_first(resources); node != NULL; node = json_next(node))
        m->resource[column++] = json_get_text(node, "resource", "");
    for (size_t r = 0; r < rows; r++) {
        const json *user = person_access(play, document, keys[r]);
        m->user[r] = keys[r];
        m->sign_in[r] = json_get_text(user, "signIn", "refused");
        for (size_t c = 0; c < m->resources; c++)
            m->cell[r * m->resources + c] = access_cell(play->arena, access_entry(user, m->resource[c]));
    }
    return m;
}

static bool has_resource(const struct access_matrix *m, const char *resource, size_t *column)
{
    for (size_t c = 0; c < m->resources; c++)
        if (text_equal(m->resource[c], resource)) {
            *column = c;
            return true;
        }
    return false;
}

/* The layout of the actual matrix; rows that the expectation does not name stay NULL. */
const struct access_matrix *access_matrix_expected(const struct play *play, const json *expect)
{
    const json *access = json_get(expect, "access"), *sign_in = json_get(expect, "sign-in");
    const struct access_matrix *actual = access_matrix_of(play, play->after.access);
    if ((access == NULL && sign_in == NULL) || actual == NULL)
        return NULL;
    struct access_matrix *m = new_matrix(play, actual->users, actual->resources);
    for (size_t c = 0; c < m->resources; c++)
        m->resource[c] = actual->resource[c];
    for (size_t r = 0; r < m->users; r++) {
        const json *row = json_get(access, actual->user[r]);
        m->user[r] = actual->user[r];
        m->sign_in[r] = json_get_text(sign_in, actual->user[r], NULL);
        for (size_t c = 0; c < m->resources && row != NULL; c++)
            m->cell[r * m->resources + c] = "";
        size_t column;
        for (const json *node = json_first(row); node != NULL; node = json_next(node))
            if (has_resource(m, json_key(node), &column))
                m->cell[r * m->resources + column] = access_cell_wanted(play->arena, json_text(node));
    }
    return m;
}
