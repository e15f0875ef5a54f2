#include "common/base.h"

#include "reference-server/model/token.h"

#include "common/digest.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/limits.h"
#include "reference-server/model/scope.h"

#include <stdio.h>
#include <string.h>

bool token_well_formed(const char *secret)
{
    size_t n = 0;
    for (; secret[n] != '\0'; n++) {
        if (n >= TOKEN_MAX_LENGTH || secret[n] <= ' ' || secret[n] > '~') {
            return false;
        }
    }
    return n > 0;
}

/* --- finding --- */

static struct token *at(const struct organization *organization, size_t i)
{
    return organization->scim_tokens.items[i];
}

static struct token *find_secret(const struct organization *organization, const char *secret)
{
    char hash[65];
    struct token *found = NULL;
    organization_hash(secret == NULL ? "" : secret, hash);
    for (size_t i = 0; i < organization->scim_tokens.count; i++) { /* all of them: the time tells nothing */
        found = digest_equal(at(organization, i)->hash, hash) ? at(organization, i) : found;
    }
    return text_is_blank(secret) ? NULL : found;
}

static struct token *find_name(const struct organization *organization, const char *name, bool previous)
{
    for (size_t i = 0; i < organization->scim_tokens.count; i++) {
        if (at(organization, i)->previous == previous && text_equal(at(organization, i)->name, name)) {
            return at(organization, i);
        }
    }
    return NULL;
}

const struct token *token_find(const struct organization *organization, const char *secret)
{
    return find_secret(organization, secret);
}

bool token_expired(const struct organization *organization, const struct token *token)
{
    return token->expires_ms <= organization_now(organization);
}

bool token_valid(const struct organization *organization, const char *secret)
{
    const struct token *token = token_find(organization, secret);
    return token != NULL && !token_expired(organization, token);
}

/* --- changes --- */

static void drop(struct organization *organization, struct token *token)
{
    if (token == NULL) {
        return;
    }
    change_gone(organization, RECORD_TOKEN, token->hash);
    list_remove(&organization->scim_tokens, token);
    mem_free(token->name);
    mem_free(token);
}

static bool refuse_secret_taken(struct model_failure *failure)
{
    return model_failure_set(failure, MODEL_CONFLICT, "taken", "give another one, or none", "this token is in use already");
}

static const struct token *add(struct organization *organization, const struct token_wish *wish,
                               char secret[TOKEN_MAX_LENGTH + 1])
{
    if (wish->secret != NULL) {
        (void)snprintf(secret, TOKEN_MAX_LENGTH + 1, "%s", wish->secret);
    } else {
        organization->random.token(organization->random.context, secret);
    }
    struct token *token = mem_alloc(sizeof *token);
    token->name = mem_strdup(wish->name);
    token->scopes = wish->scopes;
    token->created_ms = organization_now(organization);
    token->expires_ms = wish->life_ms == 0 ? TOKEN_NEVER : token->created_ms + wish->life_ms;
    organization_hash(secret, token->hash);
    list_push(&organization->scim_tokens, token);
    change_note(organization, RECORD_TOKEN, token->hash);
    return token;
}

static size_t names(const struct organization *organization)
{
    size_t count = 0;
    for (size_t i = 0; i < organization->scim_tokens.count; i++) {
        const struct token *token = at(organization, i);
        count += !token->previous || find_name(organization, token->name, false) == NULL;
    }
    return count;
}

static bool refuse_full(const struct organization *organization, struct model_failure *failure)
{
    return model_failure_set(failure, MODEL_CONFLICT, "tooMany", "revoke one first", "an organization has at most %zu tokens",
                             organization->limits->tokens);
}

bool token_create(struct organization *organization, const struct token_wish *wish, char secret[TOKEN_MAX_LENGTH + 1],
                  const struct token **out, struct model_failure *failure)
{
    if (find_name(organization, wish->name, false) != NULL || find_name(organization, wish->name, true) != NULL) {
        return model_failure_set(failure, MODEL_CONFLICT, "taken", "rotate it, or take another name",
                                 "there is a token \"%.100s\" already", wish->name);
    }
    if (names(organization) >= organization->limits->tokens) {
        return refuse_full(organization, failure);
    }
    if (wish->secret != NULL && find_secret(organization, wish->secret) != NULL) {
        return refuse_secret_taken(failure);
    }
    const struct token *token = add(organization, wish, secret);
    if (out != NULL) {
        *out = token;
    }
    return true;
}

/* The old one steps aside or goes. */
static void retire(struct organization *organization, struct token *old, const struct token_wish *wish)
{
    drop(organization, find_name(organization, wish->name, true));
    if (!wish->keep_old) {
        drop(organization, old);
        return;
    }
    old->previous = true;
    change_note(organization, RECORD_TOKEN, old->hash);
    int64_t end = wish->overlap_ms == 0 ? TOKEN_NEVER : organization_now(organization) + wish->overlap_ms;
    old->expires_ms = end < old->expires_ms ? end : old->expires_ms;
}

bool token_rotate(struct organization *organization, const struct token_wish *wish, char secret[TOKEN_MAX_LENGTH + 1],
                  const struct token **out, struct model_failure *failure)
{
    struct token *old = find_name(organization, wish->name, false);
    struct token_wish full = *wish;
    if (wish->secret != NULL && find_secret(organization, wish->secret) != NULL) {
        return refuse_secret_taken(failure);
    }
    if (old == NULL && !text_equal(wish->name, TOKEN_DEFAULT)) {
        return model_failure_set(failure, MODEL_NOT_FOUND, "notFound", "create it", "there is no SCIM token \"%.100s\"",
                                 wish->name);
    }
    if (old == NULL && names(organization) >= organization->limits->tokens) {
        return refuse_full(organization, failure);
    }
    full.scopes = old == NULL ? SCOPE_ALL : old->scopes;
    if (full.life_ms == 0 && old != NULL && old->expires_ms != TOKEN_NEVER) {
        full.life_ms = old->expires_ms - old->created_ms;
    }
    if (old != NULL) {
        retire(organization, old, wish);
    }
    const struct token *token = add(organization, &full, secret);
    if (out != NULL) {
        *out = token;
    }
    return true;
}

bool token_revoke(struct organization *organization, const char *secret, struct model_failure *failure)
{
    struct token *token = find_secret(organization, secret);
    if (token == NULL) {
        return model_failure_set(failure, MODEL_NOT_FOUND, "notFound", "", "there is no such SCIM token");
    }
    drop(organization, token);
    return true;
}

bool token_revoke_name(struct organization *organization, const char *name, struct model_failure *failure)
{
    struct token *current = find_name(organization, name, false), *previous = find_name(organization, name, true);
    if (current == NULL && previous == NULL) {
        return model_failure_set(failure, MODEL_NOT_FOUND, "notFound", "", "there is no SCIM token \"%.100s\"", name);
    }
    drop(organization, current);
    drop(organization, previous);
    return true;
}

void token_free_all(struct organization *organization)
{
    while (organization->scim_tokens.count > 0) {
        drop(organization, at(organization, 0));
    }
    list_release(&organization->scim_tokens);
}
