#include "common/base.h"

#include "reference-server/scim_service.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/incoming.h"
#include "reference-server/scim/message.h"
#include "reference-server/service.h"
#include "reference-server/view.h"

#include <string.h>

/* What a write says about the password. */
struct password {
    const char *text; /* the new one; NULL: it stays, or goes */
    bool goes;
};

/* RFC 7643 §4.1.1: a password is written, never read, so `true` stands for one that is there: what is left of it after the change was not
 * touched. A client can't send it, since a password is text. */
static void mark_password(json *current, const struct account *account)
{
    if (account->password != NULL)
        json_set_bool(current, "password", true);
}

/* Looked at before anything changes, stored when the rest is done. */
static bool take_password(struct exchange *x, struct change *change, struct password *out)
{
    const json *before = json_get(change->current, "password"), *after = json_get(change->result, "password");
    const char *text = json_text(after);
    *out = (struct password){.text = text_is_blank(text) ? NULL : arena_strdup(x->arena, text),
                             .goes = before != NULL && after == NULL};
    view_strip(change->result);
    if (out->text == NULL || strlen(out->text) <= ACCOUNT_MAX_PASSWORD)
        return true;
    reply_refusal(x, 400, SCIM_INVALID_VALUE, "a password has at most %d bytes", ACCOUNT_MAX_PASSWORD);
    return false;
}

/* What may be the matter with a password has been looked at. */
static bool store_password(struct exchange *x, struct account *account, const struct password *password)
{
    struct model_failure failure;
    if (password->goes)
        account_drop_password(x->organization, account);
    if (password->text == NULL || account_set_password(x->organization, account, password->text, &failure))
        return true;
    reply_failure(x, &failure);
    return false;
}

void users_create(struct exchange *x)
{
    struct change change = {.resource = "User"};
    struct model_failure failure;
    struct subject subject = {0};
    const struct scim_projection *projection;
    struct password password;
    if (!service_projection(x, &projection, NULL) || !service_read_create(x, &change) || !take_password(x, &change, &password))
        return;
    if (!incoming_create(x->organization, change.result, &subject.account, &failure)) {
        reply_failure(x, &failure);
        return;
    }
    if (!store_password(x, subject.account, &password))
        return;
    change.id = subject.account->id;
    defects_stored(x, &change);
    service_reply(x, 201, subject, projection);
}

/* The common end of PUT and PATCH. */
static bool replace(struct exchange *x, struct account *account, struct change *change)
{
    struct model_failure failure;
    struct password password;
    if (!take_password(x, change, &password))
        return false;
    if (!incoming_replace(x->organization, account, change->result, !change->patch, &failure)) {
        reply_failure(x, &failure);
        return false;
    }
    if (!store_password(x, account, &password))
        return false;
    defects_stored(x, change);
    return true;
}

static void update(struct exchange *x, bool (*read)(struct exchange *x, struct change *change))
{
    struct subject subject;
    const struct scim_projection *projection;
    if (!service_projection(x, &projection, NULL) || !service_subject(x, &subject))
        return;
    struct account left = *subject.account; /* as the provider has left it */
    left.resource = incoming_resource(x->organization, subject.account);
    struct change change = {
        .resource = "User", .id = subject.account->id, .current = view_current(x, x->arena, (struct subject){.account = &left})};
    mark_password(change.current, subject.account);
    if (read(x, &change) && replace(x, subject.account, &change))
        service_reply(x, 200, subject, projection);
}

void users_replace(struct exchange *x)
{
    update(x, service_read_replace);
}

void users_patch(struct exchange *x)
{
    update(x, service_read_patch);
}

void users_delete(struct exchange *x)
{
    struct subject subject;
    struct model_failure failure;
    if (!service_subject(x, &subject))
        return;
    if (account_delete(x->organization, subject.account, &failure))
        reply_empty(x, 204);
    else
        reply_failure(x, &failure);
}
