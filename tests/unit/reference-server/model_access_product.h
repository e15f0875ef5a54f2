/* model_access_product.h: what people do in the product, as events of tests/tables/access_*.table. */
#ifndef TESTS_UNIT_REFERENCE_SERVER_MODEL_ACCESS_PRODUCT_H
#define TESTS_UNIT_REFERENCE_SERVER_MODEL_ACCESS_PRODUCT_H

#include "common/base.h"

#include "reference-server/model/resource.h"
#include "reference-server/model/signin.h"
#include "tests/unit/reference-server/model_access_world.h"

static bool enter(struct world *w, const char *name, enum entry entry, const char *password, struct model_failure *failure)
{
    char session[MODEL_TOKEN_SIZE];
    struct account *account;
    if (!signin(w->organization, &(struct sign_in){.user = address(w, name), .method = entry, .password = password}, session,
                &account, failure)) {
        return false;
    }
    map_set(w->sessions, name, arena_strdup(w->arena, session));
    return true;
}

static bool run_sso(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    return enter(w, words[1], ENTRY_SSO, NULL, failure);
}

static bool run_password(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    return enter(w, words[1], ENTRY_PASSWORD, words[2], failure);
}

static bool run_session(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    struct account *account;
    enum entry with;
    return signin_who(w->organization, map_get(text_equal(words[0], "use-key") ? w->keys : w->sessions, words[1]), NULL, &account,
                      &with, failure);
}

static bool run_key(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    char key[MODEL_TOKEN_SIZE];
    if (!signin_make_api_key(w->organization, person(w, words[1]), words[2], key, failure)) {
        return false;
    }
    map_set(w->keys, words[1], arena_strdup(w->arena, key));
    return true;
}

static bool run_accept(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    char session[MODEL_TOKEN_SIZE];
    struct account *account;
    if (!signin_accept(w->organization, map_get(w->invites, words[1]), count > 2 ? words[2] : NULL, session, &account, failure)) {
        return false;
    }
    map_set(w->sessions, words[1], arena_strdup(w->arena, session));
    return true;
}

static bool run_click(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    struct access_entry entry;
    return signin_open(w->arena, w->organization, person(w, words[1]), ENTRY_SSO, words[2], &entry, failure);
}

static bool run_workspace(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    struct resource *workspace;
    return signin_create_workspace(w->organization, person(w, words[1]), words[2], &workspace, failure);
}

/* transfer-project ada Sales/Launch bob; archive-project ada Sales/Launch */
static bool run_member_project(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    struct project *project;
    return count > 3
               ? signin_transfer_project(w->organization, person(w, words[1]), words[2], address(w, words[3]), &project, failure)
               : signin_archive_project(w->organization, person(w, words[1]), words[2], text_equal(words[0], "archive-project"),
                                        &project, failure);
}

/* comment ada Sales/Launch; task …; complete … */
static bool run_work(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    enum project_work work;
    struct project *project;
    UNUSED(count);
    return project_work_read(words[0], &work) &&
           signin_work(w->organization, person(w, words[1]), words[2], work, &project, failure);
}

static bool run_advance(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    json *request = json_object(w->arena);
    json_set_text(request, "action", "advance-clock");
    json_set_text(request, "by", words[1]);
    return actions_run(w->organization, request, json_object(w->arena), failure);
}

static bool run_project(struct world *w, const char *const *words, size_t count, struct model_failure *failure)
{
    UNUSED(count);
    struct project *project;
    return signin_create_project(w->arena, w->organization, person(w, words[1]), words[2], &project, failure);
}

#endif
