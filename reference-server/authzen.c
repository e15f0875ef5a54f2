/* Evaluations and metadata. Sections named are those of the Authorization API 1.0. */
#include "common/base.h"

#include "reference-server/authzen.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/decision.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/state.h"

/* --- reading --- */

/* § "Request Identification". What can't stand in a header is no identifier: the HTTP server leaves it out. */
void authzen_request_id(struct exchange *x)
{
    const char *id = http_header(&x->request->headers, "X-Request-ID");
    if (id != NULL)
        reply_header(x, "X-Request-ID", id);
}

static const char *need_text(struct exchange *x, const json *entity, const char *key, const char *member, const char **out)
{
    *out = json_text(json_get(entity, member));
    return *out != NULL && **out != '\0' ? NULL : arena_printf(x->arena, "%s.%s has to be a text", key, member);
}

const char *authzen_entity(struct exchange *x, const json *request, const json *own, const char *key, enum authzen_need need,
                           const char **type, const char **id)
{
    const json *entity = json_get(own, key) != NULL ? json_get(own, key) : json_get(request, key);
    if (!json_is(entity, JSON_OBJECT))
        return arena_printf(x->arena, entity == NULL ? "%s is missing" : "%s has to be an object", key);
    const json *properties = json_get(entity, "properties");
    if (properties != NULL && !json_is(properties, JSON_OBJECT))
        return arena_printf(x->arena, "%s.properties has to be an object", key);
    if (need == AUTHZEN_NAME)
        return need_text(x, entity, key, "name", id);
    const char *wrong = need_text(x, entity, key, "type", type);
    if (wrong == NULL && need == AUTHZEN_TYPE_AND_ID)
        wrong = need_text(x, entity, key, "id", id);
    return wrong;
}

static const char *read_question(struct exchange *x, const json *request, const json *own, struct question *out)
{
    const json *context = json_get(own, "context") != NULL ? json_get(own, "context") : json_get(request, "context");
    const char *wrong = authzen_entity(x, request, own, "subject", AUTHZEN_TYPE_AND_ID, &out->subject_type, &out->subject);
    if (wrong == NULL)
        wrong = authzen_entity(x, request, own, "action", AUTHZEN_NAME, NULL, &out->action);
    if (wrong == NULL)
        wrong = authzen_entity(x, request, own, "resource", AUTHZEN_TYPE_AND_ID, &out->resource_type, &out->resource);
    if (wrong == NULL && context != NULL && !json_is(context, JSON_OBJECT))
        wrong = "context has to be an object";
    return wrong;
}

/* --- deciding --- */

static void put_via(json *context, const struct access_entry *entry)
{
    json *list = json_set_array(context, "via");
    for (size_t i = 0; i < entry->via_count; i++) {
        json *via = json_push_object(list);
        json_set_text(via, "grant", via_kind_word(entry->via[i].kind));
        if (entry->via[i].group != NULL)
            json_set_text(via, "group", entry->via[i].group->display_name);
        json_set_text(via, "role", role_name(entry->via[i].role));
    }
}

static bool put_decision(struct exchange *x, json *out, const struct question *question)
{
    struct decision decision = decide(x->arena, x->organization, question);
    json_set_bool(out, "decision", decision.allowed);
    json *context = json_set_object(out, "context");
    json_set_text(context, "reason", decision.reason);
    if (decision.entry.role == ROLE_NONE)
        return decision.allowed;
    json_set_text(context, "role", role_name(decision.entry.role));
    json_set_text(context, "state", decision.entry.member ? "member" : "joinable");
    put_via(context, &decision.entry);
    return decision.allowed;
}

static void evaluate_one(struct exchange *x, const json *request)
{
    struct question question = {0};
    const char *wrong = read_question(x, request, NULL, &question);
    if (wrong != NULL) {
        reply_wrong(x, 400, "invalid", NULL, "%s", wrong);
        return;
    }
    json *out = json_object(x->arena);
    put_decision(x, out, &question);
    reply_json(x, 200, out);
}

void authzen_evaluation(struct exchange *x)
{
    json *request;
    if (exchange_object(x, &request))
        evaluate_one(x, request);
}

/* --- several at once --- */

/* § "Evaluations semantics": after which decision the rest is left out. */
enum semantic { EXECUTE_ALL, DENY_ON_FIRST_DENY, PERMIT_ON_FIRST_PERMIT };

static bool read_semantic(struct exchange *x, const json *request, enum semantic *out)
{
    static const char *const names[] = {"execute_all", "deny_on_first_deny", "permit_on_first_permit"};
    const json *options = json_get(request, "options"), *semantic = json_get(options, "evaluations_semantic");
    *out = EXECUTE_ALL;
    if (options != NULL && !json_is(options, JSON_OBJECT)) {
        reply_wrong(x, 400, "invalid", NULL, "options has to be an object");
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (text_equal(names[i], json_text(semantic)))
            *out = (enum semantic)i;
    if (semantic == NULL || text_equal(names[*out], json_text(semantic)))
        return true;
    reply_wrong(x, 400, "invalid", "execute_all, deny_on_first_deny or permit_on_first_permit",
                "options.evaluations_semantic has another value");
    return false;
}

/* § "Errors": one that can't be evaluated is a deny of its own. */
static bool put_evaluation(struct exchange *x, json *out, const json *request, const json *own)
{
    struct question question = {0};
    const char *wrong =
        json_is(own, JSON_OBJECT) ? read_question(x, request, own, &question) : "an evaluation has to be an object";
    if (wrong == NULL)
        return put_decision(x, out, &question);
    json_set_bool(out, "decision", false);
    json *error = json_set_object(json_set_object(out, "context"), "error");
    json_set_integer(error, "status", 400);
    json_set_text(error, "message", wrong);
    return false;
}

static void evaluate_all(struct exchange *x, const json *request, const json *evaluations, enum semantic semantic)
{
    json *out = json_object(x->arena), *list = json_set_array(out, "evaluations");
    for (const json *own = json_first(evaluations); own != NULL; own = json_next(own)) {
        bool allowed = put_evaluation(x, json_push_object(list), request, own);
        if (semantic == (allowed ? PERMIT_ON_FIRST_PERMIT : DENY_ON_FIRST_DENY))
            break;
    }
    reply_json(x, 200, out);
}

void authzen_evaluations(struct exchange *x)
{
    json *request;
    enum semantic semantic;
    if (!exchange_object(x, &request) || !read_semantic(x, request, &semantic))
        return;
    const json *evaluations = json_get(request, "evaluations");
    if (evaluations != NULL && !json_is(evaluations, JSON_ARRAY))
        reply_wrong(x, 400, "invalid", NULL, "evaluations has to be an array");
    else if (json_count(evaluations) > AUTHZEN_MAX_EVALUATIONS)
        reply_wrong(x, 400, "tooMany", "send several requests", "at most %d evaluations go into one request",
                    AUTHZEN_MAX_EVALUATIONS);
    else if (json_count(evaluations) == 0)
        evaluate_one(x, request);
    else
        evaluate_all(x, request, evaluations, semantic);
}

/* --- metadata --- */

void authzen_metadata(struct exchange *x)
{
    static const char *const endpoints[][2] = {{"access_evaluation_endpoint", "evaluation"},
                                               {"access_evaluations_endpoint", "evaluations"},
                                               {"search_subject_endpoint", "search/subject"},
                                               {"search_resource_endpoint", "search/resource"},
                                               {"search_action_endpoint", "search/action"}};
    const char *base = arena_printf(x->arena, "%s/organizations/%s", x->server->base_url, x->organization->id);
    json *out = json_object(x->arena);
    json_set_text(out, "policy_decision_point", base);
    for (size_t i = 0; i < ARRAY_LEN(endpoints); i++)
        json_set_text(out, endpoints[i][0], arena_printf(x->arena, "%s/access/v1/%s", base, endpoints[i][1]));
    reply_json(x, 200, out);
}
