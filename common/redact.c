#include "common/base.h"
#include "common/redact.h"

#include "common/http.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/redact_json.h"
#include "common/text.h"

#include <pthread.h>
#include <string.h>

#define SHORTEST 6
#define BUCKETS  1024
#define NONE     SIZE_MAX

struct secret {
    char *text;
    size_t n;
    size_t next; /* in the bucket, never longer than this one */
};

struct redactor {
    pthread_rwlock_t lock;
    struct secret *secrets;
    size_t count, capacity;
    size_t buckets[BUCKETS]; /* by the first four bytes */
};

struct redactor *redactor_new(void)
{
    struct redactor *redactor = mem_alloc(sizeof *redactor);
    pthread_rwlock_init(&redactor->lock, NULL);
    for (size_t i = 0; i < BUCKETS; i++)
        redactor->buckets[i] = NONE;
    return redactor;
}

void redactor_free(struct redactor *redactor)
{
    if (redactor == NULL)
        return;
    for (size_t i = 0; i < redactor->count; i++)
        mem_free(redactor->secrets[i].text);
    mem_free(redactor->secrets);
    pthread_rwlock_destroy(&redactor->lock);
    mem_free(redactor);
}

/* --- registered values --- */

static size_t bucket_of(const char *p)
{
    uint32_t head;
    memcpy(&head, p, sizeof head);
    return (head * 2654435761u) >> 22; /* Fibonacci hashing: the top ten bits */
}

static void register_form(struct redactor *redactor, const char *text)
{
    size_t n = strlen(text);
    if (n < SHORTEST)
        return;
    size_t *link = &redactor->buckets[bucket_of(text)];
    for (; *link != NONE && redactor->secrets[*link].n >= n; link = &redactor->secrets[*link].next)
        if (text_equal(redactor->secrets[*link].text, text))
            return;
    struct secret secret = {mem_strdup(text), n, *link};
    *link = redactor->count;
    if (redactor->count == redactor->capacity) { /* after the last use of link, which may point into the array */
        redactor->capacity = redactor->capacity == 0 ? 16 : redactor->capacity * 2;
        redactor->secrets = mem_grow(redactor->secrets, redactor->capacity, sizeof *redactor->secrets);
    }
    redactor->secrets[redactor->count++] = secret;
}

static const char *json_form(struct arena *arena, const char *text)
{
    struct buffer b = buffer_new(0);
    json_write_text(&b, text);
    const char *quoted = buffer_take(&b, arena);
    return arena_strndup(arena, quoted + 1, strlen(quoted) - 2);
}

void redactor_add(struct redactor *redactor, const char *secret)
{
    if (secret == NULL || strlen(secret) < SHORTEST)
        return;
    struct arena *arena = arena_new();
    const char *const forms[] = {secret, http_escape_component(arena, secret), http_escape_form(arena, secret, false),
                                 http_escape_form(arena, secret, true), json_form(arena, secret)};
    pthread_rwlock_wrlock(&redactor->lock);
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        register_form(redactor, forms[i]);
    pthread_rwlock_unlock(&redactor->lock);
    arena_free(arena);
}

/* Length of the longest registered value at p, or 0. */
static size_t match(const struct redactor *redactor, const char *p, size_t left)
{
    if (left < SHORTEST)
        return 0;
    for (size_t i = redactor->buckets[bucket_of(p)]; i != NONE; i = redactor->secrets[i].next) {
        const struct secret *secret = &redactor->secrets[i];
        if (secret->n <= left && memcmp(secret->text, p, secret->n) == 0)
            return secret->n;
    }
    return 0;
}

static struct bytes mask_registered(struct redactor *redactor, struct arena *arena, struct bytes text)
{
    if (redactor == NULL || text.n == 0)
        return arena_bytes(arena, text.p, text.n);
    struct buffer b = buffer_new(0);
    size_t from = 0;
    pthread_rwlock_rdlock(&redactor->lock);
    for (size_t i = 0; i < text.n; i++) {
        size_t n = match(redactor, text.p + i, text.n - i);
        if (n == 0)
            continue;
        buffer_add_bytes(&b, text.p + from, i - from);
        buffer_add(&b, REDACTED);
        from = i + n;
        i = from - 1;
    }
    pthread_rwlock_unlock(&redactor->lock);
    if (from == 0)
        return arena_bytes(arena, text.p, text.n);
    buffer_add_bytes(&b, text.p + from, text.n - from);
    struct bytes masked = arena_bytes(arena, buffer_text(&b), b.n);
    buffer_release(&b);
    return masked;
}

const char *redact_text(struct redactor *redactor, struct arena *arena, const char *text)
{
    return mask_registered(redactor, arena, (struct bytes){text, strlen(text)}).p;
}

/* --- messages --- */

/* "Bearer abc" -> "Bearer ***"; what stands for a scheme may be a secret itself, where the value is none of ours. */
static const char *mask_credentials(struct redactor *redactor, struct arena *arena, const char *value)
{
    size_t n = strcspn(value, " ");
    const char *scheme = redact_text(redactor, arena, arena_strndup(arena, value, n));
    return value[n] == ' ' ? arena_printf(arena, "%s " REDACTED, scheme) : REDACTED;
}

static struct http_headers mask_headers(struct redactor *redactor, struct arena *arena, const struct http_headers *headers)
{
    struct http_headers masked = {0};
    for (size_t i = 0; i < headers->count; i++) {
        const char *name = headers->items[i].name, *value = headers->items[i].value;
        if (text_equal_nocase(name, "Authorization") || text_equal_nocase(name, "Proxy-Authorization"))
            value = mask_credentials(redactor, arena, value);
        else if (text_equal_nocase(name, "Cookie") || text_equal_nocase(name, "Set-Cookie"))
            value = REDACTED;
        else
            value = redact_text(redactor, arena, value);
        http_add_header(arena, &masked, name, value);
    }
    return masked;
}

/* name=value pairs between ampersands: a query or a form. */
static void mask_pairs(struct buffer *b, const char *p, size_t n)
{
    for (const char *end = p + n; p < end;) {
        const char *ampersand = memchr(p, '&', (size_t)(end - p));
        const char *stop = ampersand == NULL ? end : ampersand + 1;
        const char *equals = memchr(p, '=', (size_t)(stop - p));
        char name[32] = "";
        if (equals != NULL && (size_t)(equals - p) < sizeof name)
            memcpy(name, p, (size_t)(equals - p));
        if (redact_json_is_secret_name(name)) {
            buffer_add_bytes(b, p, (size_t)(equals + 1 - p));
            buffer_add(b, ampersand == NULL ? REDACTED : REDACTED "&");
        } else {
            buffer_add_bytes(b, p, (size_t)(stop - p));
        }
        p = stop;
    }
}

static const char *mask_target(struct redactor *redactor, struct arena *arena, const char *target)
{
    size_t path = strcspn(target, "?");
    if (target[path] == '?') {
        struct buffer b = buffer_new(0);
        buffer_add_bytes(&b, target, path + 1);
        mask_pairs(&b, target + path + 1, strlen(target + path + 1));
        target = buffer_take(&b, arena);
    }
    return redact_text(redactor, arena, target);
}

static struct bytes mask_body(struct redactor *redactor, struct arena *arena, const struct http_headers *headers,
                              struct bytes body)
{
    if (body.n == 0)
        return arena_bytes(arena, "", 0);
    struct buffer b = buffer_new(0);
    bool masked = false;
    if (http_media_type_is(headers, "application/x-www-form-urlencoded")) {
        mask_pairs(&b, body.p, body.n);
        masked = true;
    } else {
        masked = redact_json(body, &b);
    }
    if (masked)
        body = b.full ? (struct bytes){REDACTED, strlen(REDACTED)} : arena_bytes(arena, buffer_text(&b), b.n);
    buffer_release(&b);
    return mask_registered(redactor, arena, body);
}

struct http_request *redact_request(struct redactor *redactor, struct arena *arena, const struct http_request *request)
{
    struct http_request *masked = arena_alloc(arena, sizeof *masked);
    masked->method = arena_strdup(arena, request->method);
    masked->target = mask_target(redactor, arena, request->target);
    masked->headers = mask_headers(redactor, arena, &request->headers);
    masked->body = mask_body(redactor, arena, &request->headers, request->body);
    return masked;
}

struct http_response *redact_response(struct redactor *redactor, struct arena *arena, const struct http_response *response)
{
    struct http_response *masked = arena_alloc(arena, sizeof *masked);
    masked->status = response->status;
    masked->reason = response->reason == NULL ? NULL : redact_text(redactor, arena, response->reason);
    masked->headers = mask_headers(redactor, arena, &response->headers);
    masked->body = mask_body(redactor, arena, &response->headers, response->body);
    return masked;
}
