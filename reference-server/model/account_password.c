/* Passwords of accounts: kept as a salted hash, compared in constant time. */
#include "common/base.h"

#include "reference-server/model/account.h"

#include "common/digest.h"
#include "common/memory.h"
#include "reference-server/model/organization.h"

#include <string.h>

static char *password_hash(struct arena *arena, const char *salt, const char *password)
{
    char hash[65];
    organization_hash(arena_printf(arena, "%s$%s", salt, password), hash);
    return arena_printf(arena, "%s$%s", salt, hash);
}

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
    account->password = mem_strdup(password_hash(arena, salt, password));
    return true;
}

void account_drop_password(struct account *account)
{
    mem_free(account->password);
    account->password = NULL;
}

bool account_password_is(const struct account *account, const char *password)
{
    const char *end = account->password == NULL ? NULL : strrchr(account->password, '$');
    if (end == NULL || password == NULL || strlen(password) > ACCOUNT_MAX_PASSWORD) {
        return false;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *salt = arena_strndup(arena, account->password, (size_t)(end - account->password));
    return digest_equal(password_hash(arena, salt, password), account->password);
}
