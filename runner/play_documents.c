#include "common/base.h"

#include "runner/play_documents.h"

#include "common/http.h"
#include "common/memory.h"
#include "runner/case.h"
#include "runner/matcher.h"

#include <string.h>

struct document {
    struct play *play;
    const char *path, *member; /* member NULL: the whole body */
    const json *wanted;
    const char *rule, *hint;
};

static void differs(const struct document *d, const struct mismatch *mismatch)
{
    finding_add(d->play,
                (struct finding){.class = rule_class(d->rule),
                                 .rule = d->rule,
                                 .level = rule_level(d->rule),
                                 .message = arena_printf(d->play->arena, "%s tells something else%s%s", d->path,
                                                         mismatch->path[0] == '\0' ? "" : " at ", mismatch->path),
                                 .expected = mismatch->expected,
                                 .actual = mismatch->actual,
                                 .hint = d->hint,
                                 .exchange = -1},
                arena_printf(d->play->arena, "%zu %s", d->play->step, d->path));
}

static bool compare(const struct document *d, struct error *err)
{
    struct reply reply;
    struct mismatch mismatch;
    if (!place_admin(&d->play->place, "GET", d->path, NULL, &reply, err))
        return false;
    const json *found = d->member == NULL ? reply.body : json_get(reply.body, d->member);
    if (!matcher_match(d->play->arena, d->wanted, found, &mismatch))
        differs(d, &mismatch);
    return true;
}

static bool compare_reports(struct document d, struct error *err)
{
    for (const json *report = json_first(d.wanted); report != NULL; report = json_next(report)) {
        struct document one = d;
        one.path = arena_printf(d.play->arena, "/reports/%s", http_escape_component(d.play->arena, json_key(report)));
        one.wanted = report;
        if (!compare(&one, err))
            return false;
    }
    return true;
}

bool document_expect(struct play *play, const json *part, const char *rule, const char *hint, struct error *err)
{
    static const struct {
        const char *name, *path, *member;
    } documents[] = {{"health", "/health", "health_monitoring"},
                     {"audit-logs", "/audit?format=audit_logs&limit=1000", "audit_logs"}};
    struct document d = {.play = play, .wanted = part, .rule = rule, .hint = hint};
    for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
        if (strcmp(json_key(part), documents[i].name) == 0) {
            d.path = documents[i].path;
            d.member = documents[i].member;
            return compare(&d, err);
        }
    }
    return compare_reports(d, err);
}
