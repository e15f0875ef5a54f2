#include "common/base.h"

#include "reference-server/model/notification.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/organization.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define KEY_SIZE 24

static const char *const words[] = {
#define X(kind, word) [kind] = word,
    NOTIFICATION_KINDS(X)
#undef X
};

const char *notification_kind_word(enum notification_kind kind)
{
    return words[kind];
}

const char *notification_kind_words(void)
{
#define X(kind, word) ", " word
    static const char all[] = NOTIFICATION_KINDS(X);
#undef X
    return all + 2;
}

bool notification_kind_read(const char *word, enum notification_kind *kind)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (text_equal(words[i], word)) {
            *kind = (enum notification_kind)i;
            return true;
        }
    }
    return false;
}

static void write_key(char key[KEY_SIZE], uint64_t sequence)
{
    (void)snprintf(key, KEY_SIZE, "%" PRIu64, sequence);
}

void notification_init(struct organization *organization)
{
    organization->outbox.entries = map_new();
    index_init(&organization->outbox.of_whom, false);
}

static void free_entry(struct notification *n)
{
    mem_free(n->to);
    mem_free(n->to_name);
    mem_free(n->about);
    mem_free(n->about_name);
    mem_free(n->text);
    mem_free(n);
}

void notification_free(struct organization *organization)
{
    const char *key;
    void *entry;
    for (size_t i = 0; map_at(organization->outbox.entries, &i, &key, &entry);) {
        free_entry(entry);
    }
    map_free(organization->outbox.entries);
    index_release(&organization->outbox.of_whom);
}

/* --- in and out --- */

void notification_restore(struct organization *organization, const struct notification *stored)
{
    struct outbox *outbox = &organization->outbox;
    struct notification *n = mem_alloc(sizeof *n);
    char key[KEY_SIZE];
    *n = *stored;
    write_key(key, n->sequence);
    map_set(outbox->entries, key, n);
    index_add(&outbox->of_whom, n->to, n);
    index_add(&outbox->of_whom, n->about, n);
}

static void drop(struct organization *organization, struct notification *n)
{
    struct outbox *outbox = &organization->outbox;
    char key[KEY_SIZE];
    write_key(key, n->sequence);
    change_gone(organization, RECORD_NOTIFICATION, key);
    map_remove(outbox->entries, key);
    index_remove(&outbox->of_whom, n->to, n);
    index_remove(&outbox->of_whom, n->about, n);
    free_entry(n);
}

static char *copy_of(const char *text)
{
    return text == NULL ? NULL : mem_strdup(text);
}

PRINTF_LIKE(1, 0)
static char *write_text(const char *format, va_list arguments)
{
    char text[NOTIFICATION_MAX_TEXT + 1];
    int n = vsnprintf(text, sizeof text, format, arguments);
    if (n < (int)sizeof text) {
        return mem_strdup(text);
    }
    size_t end = sizeof text - sizeof "...";
    while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80) { /* not inside a character */
        end--;
    }
    memcpy(text + end, "...", sizeof "...");
    return mem_strdup(text);
}

void notification_add(struct organization *organization, enum notification_kind kind, const struct account *to,
                      const struct account *about, const char *format, ...)
{
    struct map *entries = organization->outbox.entries;
    const char *oldest;
    void *entry;
    size_t first = 0;
    if (map_count(entries) >= NOTIFICATION_KEPT && map_at(entries, &first, &oldest, &entry)) {
        drop(organization, entry);
    }
    va_list arguments;
    va_start(arguments, format);
    struct notification n = {
        .sequence = organization_next(organization),
        .kind = kind,
        .to = to == NULL ? NULL : mem_strdup(to->id),
        .to_name = mem_strdup(to == NULL ? NOTIFICATION_ADMINS : to->user_name),
        .about = about == NULL ? NULL : mem_strdup(about->id),
        .about_name = copy_of(about == NULL ? NULL : about->user_name),
        .text = write_text(format, arguments),
        .time_ms = organization_now(organization),
    };
    va_end(arguments);
    char key[KEY_SIZE];
    write_key(key, n.sequence);
    notification_restore(organization, &n);
    change_note(organization, RECORD_NOTIFICATION, key);
}

void notification_forget(struct organization *organization, const char *id)
{
    struct notification *n;
    while ((n = index_first(&organization->outbox.of_whom, id)) != NULL) {
        drop(organization, n);
    }
}

/* --- reading --- */

const struct notification *notification_at(const struct organization *organization, size_t *cursor)
{
    const char *key;
    void *entry;
    return map_at(organization->outbox.entries, cursor, &key, &entry) ? entry : NULL;
}

const struct notification *notification_find(const struct organization *organization, const char *sequence)
{
    return map_get(organization->outbox.entries, sequence);
}
