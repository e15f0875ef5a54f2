/* record_rows.h: how each kind of record is written and read; rows of the table in record.c, for the record files alone.
 *
 * put_: fills data, body and terms of the record with that key; false: there is no such entity. read_: the reverse, on an organization that gets its
 * records one after the other; false: it does not fit.
 */
#ifndef REFERENCE_SERVER_MODEL_RECORD_ROWS_H
#define REFERENCE_SERVER_MODEL_RECORD_ROWS_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/list.h"
#include "reference-server/model/record.h"

struct account;
struct project;

struct record_restore {
    struct organization *organization;
    struct arena *arena;
    const char *break_glass; /* id */
    struct list projects;    /* of struct record_owner *: owners may come after their projects */
};

struct record_owner {
    struct project *project;
    const char *account; /* id */
};

struct record_put {
    struct arena *arena;
    const struct organization *organization;
    const char *key;
    json *data;
    struct record *record; /* for body and terms, and for data that is a text already */
};

struct record_read {
    struct record_restore *restore;
    struct organization *organization;
    const char *key, *body;
    const json *data;
};

typedef bool record_putter(const struct record_put *put);
typedef bool record_reader(const struct record_read *read);

record_putter record_put_organization, record_put_sequence, record_put_token, record_put_client, record_put_basic;
record_putter record_put_account, record_put_session, record_put_api_key, record_put_group, record_put_member;
record_putter record_put_audit, record_put_policy, record_put_certificate, record_put_item;
record_putter record_put_pending;
record_putter record_put_resource, record_put_project, record_put_grant, record_put_joined, record_put_invite;
record_putter record_put_notification, record_put_departed;
record_reader record_read_organization, record_read_sequence, record_read_token, record_read_client, record_read_basic;
record_reader record_read_policy, record_read_certificate, record_read_item;
record_reader record_read_pending;
record_reader record_read_account, record_read_session, record_read_api_key, record_read_group, record_read_member;
record_reader record_read_resource, record_read_project, record_read_grant, record_read_joined, record_read_invite;
record_reader record_read_notification, record_read_departed;

void record_put_times(json *data, int64_t created_ms, int64_t modified_ms, uint64_t version, uint64_t order);
/* The resource of the record, owned; NULL: there is none. */
json *record_read_body(const struct record_read *read);

/* The two parts of a key "a/b"; false: there is no slash. */
bool record_split(struct arena *arena, const char *key, const char **a, const char **b) MUST_USE;

#endif
