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

void notification_init(struct organization *organization)
{
    organization->outbox.entries = map_new_with(false, true);
    index_init(&organization->outbox.of_whom, false);
}

void notification_free(struct organization *organization)
{
    const char *key;
    void *entry;
    for (size_t i = 0; map_at(organization->outbox.entries, &i, &key, &entry);) {
        mem_free(entry);
    }
    map_free(organization->outbox.entries);
    index_release(&organization->outbox.of_whom);
}

/* --- in and out --- */

/* Where the texts of a copy go; of NULL nothing is kept. */
static void keep_text(char **room, const char **text)
{
    if (*text != NULL) {
        size_t n = strlen(*text) + 1;
        *text = memcpy(*room, *text, n);
        *room += n;
    }
}

static struct notification *copy_of(const struct notification *original)
{
    struct notification n = *original;
    const char **const texts[] = {&n.key, &n.to, &n.to_name, &n.about, &n.about_name, &n.text};
    char key[KEY_SIZE];
    size_t size = sizeof n;
    (void)snprintf(key, sizeof key, "%" PRIu64, n.sequence);
    n.key = key;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        size += *texts[i] == NULL ? 0 : strlen(*texts[i]) + 1;
    }
    struct notification *copy = mem_alloc(size);
    char *room = (char *)(copy + 1);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        keep_text(&room, texts[i]);
    }
    *copy = n;
    return copy;
}

static const struct notification *put(struct organization *organization, const struct notification *original)
{
    struct outbox *outbox = &organization->outbox;
    struct notification *n = copy_of(original);
    map_set(outbox->entries, n->key, n);
    index_add(&outbox->of_whom, n->to, n);
    index_add(&outbox->of_whom, n->about, n);
    return n;
}

void notification_restore(struct organization *organization, const struct notification *stored)
{
    (void)put(organization, stored);
}

static void drop(struct organization *organization, struct notification *n)
{
    struct outbox *outbox = &organization->outbox;
    change_gone(organization, RECORD_NOTIFICATION, n->key);
    map_remove(outbox->entries, n->key);
    index_remove(&outbox->of_whom, n->to, n);
    index_remove(&outbox->of_whom, n->about, n);
    mem_free(n);
}

PRINTF_LIKE(2, 0)
static void write_text(char text[NOTIFICATION_MAX_TEXT + 1], const char *format, va_list arguments)
{
    int n = vsnprintf(text, NOTIFICATION_MAX_TEXT + 1, format, arguments);
    if (n <= NOTIFICATION_MAX_TEXT) {
        return;
    }
    size_t end = NOTIFICATION_MAX_TEXT + 1 - sizeof "...";
    while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80) { /* not inside a character */
        end--;
    }
    memcpy(text + end, "...", sizeof "...");
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
    char text[NOTIFICATION_MAX_TEXT + 1];
    va_list arguments;
    va_start(arguments, format);
    write_text(text, format, arguments);
    va_end(arguments);
    const struct notification *n = put(organization, &(struct notification){
                                                         .sequence = organization_next(organization),
                                                         .kind = kind,
                                                         .to = to == NULL ? NULL : to->id,
                                                         .to_name = to == NULL ? NOTIFICATION_ADMINS : to->user_name,
                                                         .about = about == NULL ? NULL : about->id,
                                                         .about_name = about == NULL ? NULL : about->user_name,
                                                         .text = text,
                                                         .time_ms = organization_now(organization),
                                                     });
    change_note(organization, RECORD_NOTIFICATION, n->key);
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
