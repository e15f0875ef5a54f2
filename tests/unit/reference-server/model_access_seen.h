/* model_access_seen.h: an organization as lines of text, as rows of tests/tables/access_*.table expect it. */
#ifndef TESTS_UNIT_REFERENCE_SERVER_MODEL_ACCESS_SEEN_H
#define TESTS_UNIT_REFERENCE_SERVER_MODEL_ACCESS_SEEN_H

#include "common/base.h"

#include "reference-server/model/access.h"
#include "reference-server/model/decision.h"
#include "reference-server/model/group.h"
#include "reference-server/model/notification.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/signin.h"
#include "reference-server/model/standing.h"
#include "tests/unit/reference-server/model_access_world.h"

#include <stdlib.h>

/* "manual", "group:Eng", "rule:leads" */
static const char *source(const struct world *w, const struct access_via *via)
{
    const char *name = via->group != NULL ? via->group->display_name : via->rule;
    return name == NULL ? via_kind_word(via->kind) : arena_printf(w->arena, "%s:%s", via_kind_word(via->kind), name);
}

static void write_access(struct buffer *b, const struct world *w, const struct account *account, bool with_name)
{
    struct access_list list = access_of(w->arena, w->organization, account);
    for (size_t i = 0; i < list.count; i++) {
        const struct access_entry *entry = &list.items[i];
        if (with_name) {
            buffer_printf(b, "%s ", short_name(w, account->user_name));
        }
        buffer_printf(b, "%s %s %s", entry->resource->path, role_name(entry->role), entry->member ? "member" : "joinable");
        for (size_t k = 0; k < entry->via_count; k++) {
            const struct access_via *via = &entry->via[k];
            buffer_printf(b, " %s=%s", source(w, via), role_name(via->role));
        }
        buffer_add_char(b, '\n');
    }
}

static const char *finish(const struct world *w, struct buffer *b)
{
    if (b->n > 0) {
        b->p[--b->n] = '\0'; /* the last newline */
    }
    return buffer_take(b, w->arena);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp((*(const struct account *const *)a)->user_name, (*(const struct account *const *)b)->user_name);
}

/* Everybody but the break-glass owner, by name. */
static size_t people_of(const struct world *w, struct account ***out)
{
    const struct list *all = &w->organization->accounts;
    struct account **people = arena_array(w->arena, all->count + 1, sizeof(struct account *));
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i] != w->organization->break_glass) {
            people[count++] = all->items[i];
        }
    }
    if (count > 1) {
        qsort(people, count, sizeof *people, compare_names);
    }
    *out = people;
    return count;
}

static const char *see_access(const struct world *w)
{
    struct buffer b = buffer_new(0);
    struct account **people;
    size_t count = people_of(w, &people);
    for (size_t i = 0; i < count; i++) {
        write_access(&b, w, people[i], true);
    }
    return finish(w, &b);
}

static const char *see_owner(const struct world *w)
{
    struct buffer b = buffer_new(0);
    write_access(&b, w, w->organization->break_glass, false);
    return finish(w, &b);
}

static const char *see_people(const struct world *w)
{
    struct buffer b = buffer_new(0);
    struct account **people;
    size_t count = people_of(w, &people);
    for (size_t i = 0; i < count; i++) {
        const struct account *a = people[i];
        buffer_printf(&b, "%s %s %s %s sessions=%zu keys=%zu invites=%zu\n", short_name(w, a->user_name),
                      a->active ? "active" : "inactive", a->managed ? "managed" : "unmanaged",
                      account_has_seat(a) ? "seat" : "no-seat", a->sessions.count, a->api_keys.count,
                      signin_invite_count(w->organization, a));
    }
    return finish(w, &b);
}

static const char *see_projects(const struct world *w)
{
    struct buffer b = buffer_new(0);
    for (size_t i = 0; i < w->organization->projects.count; i++) {
        const struct project *project = w->organization->projects.items[i];
        const uint32_t *work = project->work;
        buffer_printf(&b, "%s %s%s", project->path, short_name(w, project->owner->user_name),
                      project->archived ? " archived" : "");
        if (work[WORK_COMMENT] + work[WORK_TASK] > 0) {
            buffer_printf(&b, " %u comments, %u of %u tasks", work[WORK_COMMENT], work[WORK_COMPLETE], work[WORK_TASK]);
        }
        buffer_add_char(&b, '\n');
    }
    return finish(w, &b);
}

static const char *see_outbox(const struct world *w)
{
    struct buffer b = buffer_new(0);
    const struct notification *n;
    for (size_t i = 0; (n = notification_at(w->organization, &i)) != NULL;) {
        buffer_printf(&b, "%s %s about %s\n", notification_kind_word(n->kind), short_name(w, n->to_name),
                      n->about_name == NULL ? "nobody" : short_name(w, n->about_name));
    }
    return finish(w, &b);
}

static const char *see_kept(const struct world *w)
{
    struct buffer b = buffer_new(0);
    const char *id;
    void *departed;
    for (size_t i = 0; map_at(w->organization->departures.by_id, &i, &id, &departed);) {
        const json *user = json_get(((const struct departed *)departed)->kept, "user");
        buffer_printf(&b, "%s\n", short_name(w, json_get_text(user, "userName", "")));
    }
    return finish(w, &b);
}

static const char *see_waiting(const struct world *w)
{
    struct buffer b = buffer_new(0);
    struct account **people;
    size_t count = people_of(w, &people);
    for (size_t i = 0; i < count; i++) {
        struct access_waiting_list list = access_waiting(w->arena, w->organization, people[i]);
        for (size_t k = 0; people[i]->active && k < list.count; k++) {
            buffer_printf(&b, "%s %s %s %s %s\n", short_name(w, people[i]->user_name), list.items[k].resource->path,
                          role_name(list.items[k].via.role), access_wait_word(list.items[k].wait), source(w, &list.items[k].via));
        }
    }
    return finish(w, &b);
}

static const char *see_standing(const struct world *w)
{
    struct buffer b = buffer_new(0);
    struct account **people;
    size_t count = people_of(w, &people);
    for (size_t i = 0; i < count; i++) {
        struct standing standing = standing_of(w->arena, w->organization, people[i]);
        const char *const *permissions;
        size_t n = standing_permissions(w->arena, &standing, &permissions);
        buffer_printf(&b, "%s %s", short_name(w, people[i]->user_name), org_role_name(standing.org_role));
        for (size_t k = 0; k < n; k++) {
            buffer_printf(&b, " %s", permissions[k]);
        }
        buffer_add_char(&b, '\n');
    }
    return finish(w, &b);
}

static const char *see_inside(const struct world *w)
{
    struct buffer b = buffer_new(0);
    struct account **people;
    size_t count = people_of(w, &people);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < w->organization->projects.count; k++) {
            const struct project *project = w->organization->projects.items[k];
            const struct question question = {"user", people[i]->user_name, "read", "project", project->path};
            if (decide(w->arena, w->organization, &question).allowed) {
                buffer_printf(&b, "%s %s\n", short_name(w, people[i]->user_name), project->path);
            }
        }
    }
    return finish(w, &b);
}

#endif
