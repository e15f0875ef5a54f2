#include "common/base.h"

#include "reference-server/scim_service.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/failure.h"
#include "reference-server/scim/message.h"
#include "reference-server/service.h"
#include "reference-server/view.h"

#include <string.h>

/* RFC 7643 §4.1.1: a password is written, never read. Looked at before anything changes, set when the rest is done. */
static bool take_password(struct exchange *x, struct change *change, const char **out)
{
    const char *password = json_get_text(change->result, "password", NULL);
    *out = text_is_blank(password) ? NULL : arena_strdup(x->arena, password);
    view_strip(change->result);
    if (*out == NULL || strlen(*out) <= ACCOUNT_MAX_PASSWORD)
        return true;
    reply_refusal(x, 400, SCIM_INVALID_VALUE, "a password has at most %d bytes", ACCOUNT_MAX_PASSWORD);
    return false;
}

/* What may be the matter with a password has been looked at. */
static bool store_password(struct exchange *x, struct account *account, const char *password)
{
    struct model_failure failure;
    if (password == NULL || account_set_password(x->organization, account, password, &failure))
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
    const char *password;
    if (!service_projection(x, &projection, NULL) || !service_read_create(x, &change) || !take_password(x, &change, &password))
        return;
    if (!account_create(x->organization, change.result, &subject.account, NULL, &failure)) {
        reply_failure(x, &failure);
        return;
    }
    if (!store_password(x, subject.account, password))
        return;
    change.id = subject.account->id;
    defects_stored(x, &change);
    service_reply(x, 201, subject, projection);
}

/* The common end of PUT and PATCH. */
static bool replace(struct exchange *x, struct account *account, struct change *change)
{
    struct model_failure failure;
    const char *password;
    if (!take_password(x, change, &password))
        return false;
    if (!account_replace(x->organization, account, change->result, &failure)) {
        reply_failure(x, &failure);
        return false;
    }
    if (!store_password(x, account, password))
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
    struct change change = {.resource = "User", .id = subject.account->id, .current = view_current(x, x->arena, subject)};
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
