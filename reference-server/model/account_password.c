/* Passwords of accounts: kept as scrypt, compared in constant time. */
#include "common/base.h"

#include "reference-server/model/account.h"

#include "common/digest.h"
#include "common/memory.h"
#include "common/unicode.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/organization.h"

#include <string.h>

bool account_set_password(struct organization *organization, struct account *account, const char *password,
                          struct model_failure *failure)
{
    if (password == NULL || *password == '\0' || strlen(password) > ACCOUNT_MAX_PASSWORD) {
        return model_failure_set(failure, MODEL_INVALID, "invalid", "", "a password has 1 to %d bytes", ACCOUNT_MAX_PASSWORD);
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    char salt[MODEL_TOKEN_SIZE];
    organization->random.token(organization->random.context, salt);
    mem_free(account->password);
    account->password = mem_strdup(digest_password(arena, salt, unicode_opaque(arena, password)));
    change_note(organization, RECORD_ACCOUNT, account->id);
    audit_secret(organization, account, "password");
    return true;
}

void account_drop_password(struct organization *organization, struct account *account)
{
    mem_free(account->password);
    account->password = NULL;
    change_note(organization, RECORD_ACCOUNT, account->id);
    audit_secret(organization, account, "password");
}

bool account_password_is(const struct account *account, const char *password)
{
    if (password == NULL || strlen(password) > ACCOUNT_MAX_PASSWORD) {
        return false;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    return digest_password_is(account == NULL ? NULL : account->password, unicode_opaque(arena, password));
}
