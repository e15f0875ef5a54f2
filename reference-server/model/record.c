#include "common/base.h"

#include "reference-server/model/record.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/record_rows.h"
#include "reference-server/model/resource.h"

#include <string.h>

static const struct {
    record_putter *put;
    record_reader *read;
} rows[] = {
    [RECORD_ORGANIZATION] = {record_put_organization, record_read_organization},
    [RECORD_SEQUENCE] = {record_put_sequence, record_read_sequence},
    [RECORD_TOKEN] = {record_put_token, record_read_token},
    [RECORD_CLIENT] = {record_put_client, record_read_client},
    [RECORD_CERTIFICATE] = {record_put_certificate, record_read_certificate},
    [RECORD_BASIC] = {record_put_basic, record_read_basic},
    [RECORD_ACCOUNT] = {record_put_account, record_read_account},
    [RECORD_SESSION] = {record_put_session, record_read_session},
    [RECORD_API_KEY] = {record_put_api_key, record_read_api_key},
    [RECORD_GROUP] = {record_put_group, record_read_group},
    [RECORD_MEMBER] = {record_put_member, record_read_member},
    [RECORD_ITEM] = {record_put_item, record_read_item},
    [RECORD_POLICY] = {record_put_policy, record_read_policy},
    [RECORD_RESOURCE] = {record_put_resource, record_read_resource},
    [RECORD_PROJECT] = {record_put_project, record_read_project},
    [RECORD_ASSIGNED] = {record_put_assigned, record_read_assigned},
    [RECORD_TIMED] = {record_put_timed, record_read_timed},
    [RECORD_APPROVAL] = {record_put_approval, record_read_approval},
    [RECORD_GRANT] = {record_put_grant, record_read_grant},
    [RECORD_JOINED] = {record_put_joined, record_read_joined},
    [RECORD_INVITE] = {record_put_invite, record_read_invite},
    [RECORD_REVIEW] = {record_put_review, record_read_review},
    [RECORD_DEPARTED] = {record_put_departed, record_read_departed},
    [RECORD_PENDING] = {record_put_pending, record_read_pending},
    [RECORD_NOTIFICATION] = {record_put_notification, record_read_notification},
    [RECORD_AUDIT] = {record_put_audit, NULL},
};

static const char *const words[] = {
#define X(kind, word) [kind] = word,
    RECORD_KINDS(X)
#undef X
};

const char *record_kind_word(enum record_kind kind)
{
    return words[kind];
}

bool record_kind_read(const char *word, enum record_kind *kind)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strcmp(words[i], word) == 0) {
            *kind = (enum record_kind)i;
            return true;
        }
    }
    return false;
}

bool record_split(struct arena *arena, const char *key, const char **a, const char **b)
{
    const char *slash = strchr(key, '/');
    if (slash == NULL) {
        return false;
    }
    *a = arena_strndup(arena, key, (size_t)(slash - key));
    *b = slash + 1;
    return true;
}

/* --- writing --- */

static void collect(struct record_batch *batch, const struct organization *organization, const struct noted *change)
{
    struct record *record = &batch->items[batch->count++];
    *record = (struct record){.kind = change->kind, .gone = change->gone, .key = arena_strdup(batch->arena, change->key)};
    if (record->gone) {
        return;
    }
    json *data CLEANUP(json_cleanup) = json_object(NULL);
    const struct record_put put = {batch->arena, organization, record->key, data, record};
    record->gone = !rows[record->kind].put(&put);
    if (!record->gone && record->data == NULL) {
        record->data = json_print(batch->arena, data);
    }
}

static struct record_batch *new_batch(const char *organization, size_t count)
{
    struct arena *arena = arena_new();
    struct record_batch *batch = arena_alloc(arena, sizeof *batch);
    batch->arena = arena;
    batch->organization = arena_strdup(arena, organization);
    batch->items = arena_array(arena, count + 1, sizeof *batch->items);
    return batch;
}

struct record_batch *record_collect(struct organization *organization)
{
    const struct changes *changes = organization->changes;
    if (changes == NULL || changes->count == 0) {
        return NULL;
    }
    struct record_batch *batch = new_batch(organization->id, changes->count);
    for (size_t i = 0; i < changes->count; i++) {
        if (changes->items[i].key != NULL) {
            collect(batch, organization, &changes->items[i]);
        }
    }
    changes_clear(organization);
    organization->audit.stored = organization->audit.next;
    return batch;
}

struct record_batch *record_erase(const char *organization)
{
    struct record_batch *batch = new_batch(organization, 0);
    batch->erase = true;
    return batch;
}

/* --- reading --- */

struct record_restore *record_restore_new(struct organization *bare)
{
    struct record_restore *restore = mem_alloc(sizeof *restore);
    restore->organization = bare;
    restore->arena = arena_new();
    return restore;
}

void record_restore_free(struct record_restore *restore)
{
    list_release(&restore->projects);
    arena_free(restore->arena);
    mem_free(restore);
}

static bool misfit(const struct record_restore *restore, const char *kind, const char *key, struct error *err)
{
    return error_set(err, ERROR_INVALID, "--data", "bring a copy of the file back",
                     "the record %s \"%.100s\" of %s does not fit the others", kind, key, restore->organization->id);
}

bool record_restore(struct record_restore *restore, const struct record *record, struct error *err)
{
    json *data CLEANUP(json_cleanup) = json_parse_trusted((struct bytes){record->data, strlen(record->data)});
    const struct record_read read = {restore, restore->organization, record->key, record->body, data};
    return (data != NULL && rows[record->kind].read != NULL && rows[record->kind].read(&read)) ||
           misfit(restore, words[record->kind], record->key, err);
}

bool record_restore_finish(struct record_restore *restore, struct error *err)
{
    struct organization *organization = restore->organization;
    organization->break_glass = account_by_id(organization, restore->break_glass);
    if (organization->break_glass == NULL) {
        return misfit(restore, words[RECORD_ORGANIZATION], "", err);
    }
    organization->seats_used -= organization->break_glass->active;
    for (size_t i = 0; i < restore->projects.count; i++) {
        const struct record_owner *owner = restore->projects.items[i];
        struct account *account = account_by_id(organization, owner->account);
        if (account == NULL) {
            return misfit(restore, words[RECORD_PROJECT], owner->project->path, err);
        }
        project_restore_owner(owner->project, account);
    }
    changes_start(organization);
    return true;
}
