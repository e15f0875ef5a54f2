/* What RFC 7644 asks of clients, held against every request of every transcript. That the simulator sends just these is proven by test_transcripts.c.
 * Where a provider is known to do otherwise (letter case of `op`), nothing is asked. */
#include "common/base.h"
#include "tests/tap.h"

#include "common/http.h"
#include "common/json.h"
#include "reference-server/scim/filter.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/path.h"
#include "tests/unit/simulator/transcript_file.h"

#define FOLDER "tests/transcripts"

struct sent {
    struct arena *arena;
    const char *where; /* path of the transcript and the line of the request */
    const char *method, *head;
    struct http_target target;
    const json *body; /* NULL: none */
};

#define FAIL_SENT(sent, what) fail_msg("%s: %s", (sent)->where, (what))

static struct sent read_sent(struct arena *arena, const struct transcript *t, const char *request)
{
    struct error err;
    size_t line = strcspn(request, "\n"), word = strcspn(request, " ");
    struct sent sent = {.arena = arena,
                        .method = arena_strndup(arena, request, word),
                        .where = arena_printf(arena, "%s: %.*s", t->path, (int)line, request)};
    const char *target = arena_strndup(arena, request + word + 1, strcspn(request + word + 1, " ")),
               *end = strstr(request, "\n\n");
    sent.head = end == NULL ? request : arena_strndup(arena, request, (size_t)(end - request));
    if (!http_parse_target(arena, target, &sent.target, &err))
        FAIL_SENT(&sent, err.message);
    if (end != NULL && !text_is_blank(end + 2) &&
        (sent.body = json_parse(arena, (struct bytes){end + 2, strlen(end + 2)}, "body", &err)) == NULL)
        FAIL_SENT(&sent, err.message);
    return sent;
}

static bool names_schema(const struct sent *sent, const char *urn)
{
    for (const json *n = json_first(json_get(sent->body, "schemas")); n != NULL; n = json_next(n))
        if (text_equal(json_text(n), urn))
            return true;
    return false;
}

static unsigned every_request(void (*check)(const struct sent *sent, unsigned *seen))
{
    struct arena *arena = arena_new();
    const char *const *paths = NULL;
    size_t count = 0;
    struct error err = {0};
    unsigned seen = 0;
    assert_true(file_walk(arena, FOLDER, ".txt", &paths, &count, &err));
    for (size_t i = 0; i < count; i++) {
        struct transcript *t = arena_alloc(arena, sizeof *t);
        assert_true(transcript_load(arena, paths[i], t, &err));
        for (size_t k = 0; k < t->count; k++) {
            struct sent sent = read_sent(arena, t, t->exchanges[k].request);
            check(&sent, &seen);
        }
    }
    arena_free(arena);
    return seen;
}

/* --- URLs and filters --- */

static void check_filter(const struct sent *sent, unsigned *seen)
{
    struct scim_error err;
    const struct scim_filter *filter;
    const char *text = http_query(&sent->target, "filter");
    if (text == NULL || strstr(sent->where, "lookup-unquoted") != NULL) /* the one that is meant to break it */
        return;
    if (!scim_filter_parse(sent->arena, text, &filter, &err))
        FAIL_SENT(sent, err.detail);
    ++*seen;
}

/* proves: RFC7644-1.2-01 RFC7644-3.4.2.2-06 RFC7644-3.4.2.2-07 RFC7644-3.4.2.2-29 RFC7644-3.4.2.2-30 */
static void filters_obey_the_grammar(void **state)
{
    UNUSED(state);
    assert_true(every_request(check_filter) > 100);
}

/* --- bodies --- */

static void check_label(const struct sent *sent, unsigned *seen)
{
    if (sent->body == NULL)
        return;
    if (strstr(sent->head, "\nContent-Type: application/scim+json") == NULL)
        FAIL_SENT(sent, "the body is not labelled application/scim+json");
    if (json_count(json_get(sent->body, "schemas")) == 0)
        FAIL_SENT(sent, "the body names no schemas");
    ++*seen;
}

/* proves: RFC7644-3.1-01 RFC7644-8.1-01 */
static void bodies_are_labelled(void **state)
{
    UNUSED(state);
    assert_true(every_request(check_label) > 100);
}

static void check_resource(const struct sent *sent, unsigned *seen)
{
    if (sent->body == NULL || (!text_equal(sent->method, "POST") && !text_equal(sent->method, "PUT")))
        return;
    bool user = names_schema(sent, "urn:ietf:params:scim:schemas:core:2.0:User");
    if (!user && !names_schema(sent, "urn:ietf:params:scim:schemas:core:2.0:Group"))
        FAIL_SENT(sent, "the body is neither a user nor a group");
    if (text_is_blank(json_get_text(sent->body, user ? "userName" : "displayName", "")))
        FAIL_SENT(sent, "a required attribute is missing");
    ++*seen;
}

/* proves: RFC7644-3.5.1-12 */
static void resources_have_what_is_required(void **state)
{
    UNUSED(state);
    assert_true(every_request(check_resource) > 50);
}

/* --- patches --- */

static void check_operation(const struct sent *sent, const json *operation)
{
    struct scim_error err;
    struct scim_path path;
    size_t ops = 0;
    for (const json *n = json_first(operation); n != NULL; n = json_next(n))
        ops += text_equal_nocase(json_key(n), "op");
    const char *op = json_get_text(operation, "op", ""), *written = json_get_text(operation, "path", NULL);
    bool add = text_equal_nocase(op, "add"), remove = text_equal_nocase(op, "remove");
    if (ops != 1 || (!add && !remove && !text_equal_nocase(op, "replace")))
        FAIL_SENT(sent, "an operation is one of add, remove and replace");
    if (add && json_get(operation, "value") == NULL)
        FAIL_SENT(sent, "an add has a value");
    if (remove && written == NULL)
        FAIL_SENT(sent, "a remove has a path");
    if (written != NULL && !scim_path_parse(sent->arena, written, &path, &err))
        FAIL_SENT(sent, err.detail);
}

static void check_patch(const struct sent *sent, unsigned *seen)
{
    if (!text_equal(sent->method, "PATCH"))
        return;
    const json *operations = json_get(sent->body, "Operations");
    if (!names_schema(sent, SCIM_URN_PATCH))
        FAIL_SENT(sent, "the message does not say that it is a patch");
    if (!json_is(operations, JSON_ARRAY) || json_count(operations) == 0)
        FAIL_SENT(sent, "a patch has operations");
    for (const json *n = json_first(operations); n != NULL; n = json_next(n))
        check_operation(sent, n);
    ++*seen;
}

/* proves: RFC7644-3.1-04 RFC7644-3.5.2-04 RFC7644-3.5.2-05 RFC7644-3.5.2-06 RFC7644-3.5.2-08 RFC7644-3.5.2-09 RFC7644-3.5.2.1-01 */
static void patches_are_well_formed(void **state)
{
    UNUSED(state);
    assert_true(every_request(check_patch) > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_obey_the_grammar),
        cmocka_unit_test(bodies_are_labelled),
        cmocka_unit_test(resources_have_what_is_required),
        cmocka_unit_test(patches_are_well_formed),
    };
    return tap_run("duties of clients", tests);
}
