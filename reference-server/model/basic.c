#include "common/base.h"

#include "reference-server/model/basic.h"

#include "common/digest.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/changes.h"

#include <stdio.h>
#include <string.h>

bool basic_text_valid(const char *text, bool user)
{
    for (const char *p = text; *p != '\0'; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7f || (user && *p == ':')) {
            return false;
        }
    }
    return *text != '\0' && strlen(text) <= BASIC_MAX_TEXT;
}

void basic_set(struct organization *organization, const char *user, const char *password, unsigned scopes,
               char made[BASIC_MAX_TEXT + 1])
{
    if (password != NULL) {
        (void)snprintf(made, BASIC_MAX_TEXT + 1, "%s", password);
    } else {
        organization->random.token(organization->random.context, made);
    }
    basic_remove(organization);
    struct basic *basic = mem_alloc(sizeof *basic);
    basic->user = mem_strdup(user);
    basic->scopes = scopes;
    basic->created_ms = organization_now(organization);
    organization_hash(made, basic->hash);
    organization->basic = basic;
    change_note(organization, RECORD_BASIC, "");
}

void basic_remove(struct organization *organization)
{
    if (organization->basic == NULL) {
        return;
    }
    change_gone(organization, RECORD_BASIC, "");
    mem_free(organization->basic->user);
    mem_free(organization->basic);
    organization->basic = NULL;
}

const struct basic *basic_find(const struct organization *organization, const char *user, const char *password)
{
    const struct basic *basic = organization->basic;
    char hash[65];
    organization_hash(password, hash);
    bool same = basic != NULL && digest_equal(basic->hash, hash);
    return same && *password != '\0' && text_equal(basic->user, user) ? basic : NULL;
}
