#include "common/base.h"
#include "common/http.h"
#include "reference-server/scim/message.h"

#include "tests/unit/reference-server/test_scim.h"

/* query: raw target, or search: a SearchRequest body. reads: filter | attributes | excluded | sortBy | descending | startIndex | count */

static const char *join(struct arena *arena, struct scim_names names)
{
    const char *text = "";
    for (size_t i = 0; i < names.count; i++)
        text = arena_printf(arena, "%s%s%s", text, i > 0 ? "," : "", names.items[i]);
    return text;
}

static const char *show(struct arena *arena, const struct scim_search *s)
{
    return arena_printf(arena, "%s | %s | %s | %s | %s | %d | %d", s->filter != NULL ? s->filter : "-",
                        join(arena, s->attributes), join(arena, s->excluded), s->sort_by != NULL ? s->sort_by : "-",
                        s->descending ? "descending" : "ascending", (int)s->start_index, (int)s->count);
}

static void row(void **state)
{
    const struct table_case *c = *state;
    struct scim_test t = test_begin(c);
    struct scim_search search = {0};
    struct http_target target;
    bool good;
    if (table_field(c, "query") != NULL) {
        assert_true(http_parse_target(t.arena, table_field(c, "query"), &target, NULL));
        good = scim_message_read_query(t.arena, &target, &search, &t.err);
    } else {
        good = scim_message_read_search(t.arena, test_parse(t.arena, table_need(c, "search"), "search"), &search, &t.err);
    }
    if (test_outcome(c, &t, good))
        assert_string_equal(show(t.arena, &search), table_need(c, "reads"));
    test_end(&t);
}

int main(void)
{
    return tap_table("scim search", "tests/tables/scim_search.table", row);
}
