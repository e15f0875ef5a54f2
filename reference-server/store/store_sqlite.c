#include "common/base.h"

#include "reference-server/store/store_sqlite.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/store/store_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#define APPLICATION_ID 0x5343494D /* "SCIM" */
#define SCHEMA_VERSION 1
#define PATIENCE_MS    5000 /* with somebody else who reads or writes the file */
#define LOG_PATIENCE   100  /* ms with somebody who reads, before the log is emptied: replies wait for it */

static const char schema[] =
    "CREATE TABLE record (place INTEGER PRIMARY KEY, organization TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,"
    " data TEXT NOT NULL, body TEXT, name TEXT, externalId TEXT, displayName TEXT, created INTEGER, modified INTEGER);"
    "CREATE UNIQUE INDEX record_key ON record (organization, kind, key);"
    "CREATE INDEX record_name ON record (organization, kind, name) WHERE name IS NOT NULL;"
    "CREATE INDEX record_externalId ON record (organization, kind, externalId) WHERE externalId IS NOT NULL;"
    "CREATE INDEX record_displayName ON record (organization, kind, displayName) WHERE displayName IS NOT NULL;"
    "CREATE INDEX record_created ON record (organization, kind, created) WHERE created IS NOT NULL;"
    "CREATE INDEX record_modified ON record (organization, kind, modified) WHERE modified IS NOT NULL;"
    "CREATE TABLE email (place INTEGER NOT NULL, organization TEXT NOT NULL, value TEXT NOT NULL,"
    " PRIMARY KEY (place, value)) WITHOUT ROWID;"
    "CREATE INDEX email_value ON email (organization, value);"
    "CREATE TABLE audit (organization TEXT NOT NULL, sequence INTEGER NOT NULL, line TEXT NOT NULL,"
    " PRIMARY KEY (organization, sequence)) WITHOUT ROWID;";

#define FIND(table, index, column)                                                                                               \
    "SELECT key FROM " table " INDEXED BY " index " WHERE organization = ?1 AND kind = ?2 AND " column                           \
    " BETWEEN ?3 AND ?4 ORDER BY place LIMIT ?5"

/* name, connection that it belongs to, text */
#define STATEMENTS(X)                                                                                                            \
    X(BEGIN, writer, "BEGIN IMMEDIATE")                                                                                          \
    X(COMMIT, writer, "COMMIT")                                                                                                  \
    X(ROLLBACK, writer, "ROLLBACK")                                                                                              \
    X(EMPTY_LOG, writer, "PRAGMA wal_checkpoint(TRUNCATE)")                                                                      \
    X(PUT, writer,                                                                                                               \
      "INSERT INTO record (organization, kind, key, data, body, name, externalId, displayName, created, modified)"               \
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (organization, kind, key) DO UPDATE SET"                    \
      " data = ?4, body = ?5, name = ?6, externalId = ?7, displayName = ?8, created = ?9, modified = ?10 RETURNING place")       \
    X(DROP, writer, "DELETE FROM record WHERE organization = ?1 AND kind = ?2 AND key = ?3 RETURNING place")                     \
    X(DROP_EMAILS, writer, "DELETE FROM email WHERE place = ?1")                                                                 \
    X(PUT_EMAIL, writer, "INSERT INTO email (place, organization, value) VALUES (?1, ?2, ?3)")                                   \
    X(ERASE, writer, "DELETE FROM record WHERE organization = ?1")                                                               \
    X(ERASE_EMAILS, writer, "DELETE FROM email WHERE organization = ?1")                                                         \
    X(PUT_AUDIT, writer, "INSERT INTO audit (organization, sequence, line) VALUES (?1, ?2, ?3)")                                 \
    X(ERASE_AUDIT, writer, "DELETE FROM audit WHERE organization = ?1")                                                          \
    X(READ_AUDIT, reader, "SELECT sequence, line FROM audit WHERE organization = ?1 AND sequence >= ?2 ORDER BY sequence")       \
    X(READ_AUDIT_BACK, reader,                                                                                                   \
      "SELECT sequence, line FROM audit WHERE organization = ?1 AND sequence <= ?2 ORDER BY sequence DESC")                      \
    X(VISIT_AUDIT, reader, "SELECT organization, sequence, line FROM audit ORDER BY organization, sequence")                     \
    X(LOAD, writer, "SELECT organization, kind, key, data, body FROM record ORDER BY place")                                     \
    X(FIND_NAME, reader, FIND("record", "record_name", "name"))                                                                  \
    X(FIND_EXTERNAL_ID, reader, FIND("record", "record_externalId", "externalId"))                                               \
    X(FIND_DISPLAY_NAME, reader, FIND("record", "record_displayName", "displayName"))                                            \
    X(FIND_CREATED, reader, FIND("record", "record_created", "created"))                                                         \
    X(FIND_MODIFIED, reader, FIND("record", "record_modified", "modified"))                                                      \
    X(FIND_EMAIL, reader,                                                                                                        \
      "SELECT DISTINCT key, record.place AS place FROM email INDEXED BY email_value JOIN record ON record.place = email.place"   \
      " WHERE email.organization = ?1 AND kind = ?2 AND value BETWEEN ?3 AND ?4 ORDER BY place LIMIT ?5")

enum statement {
#define X(name, connection, text) name,
    STATEMENTS(X)
#undef X
        STATEMENT_COUNT
};

struct store_sqlite {
    char *file;
    struct store_lock *file_lock;
    sqlite3 *writer, *reader;
    pthread_mutex_t reader_lock;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    bool log_is_due; /* the write-ahead log may hold somebody who is purged */
};

/* --- what went wrong, for people --- */

static const struct {
    int code;
    const char *message, *remedy;
} failures[] = {
    {SQLITE_FULL, "the disk is full", "make room and start again: everything that was answered is in the file"},
    {SQLITE_IOERR, "the disk refuses to read or write",
     "look after the disk and start again: everything that was answered is in the file"},
    {SQLITE_READONLY, "the file can't be written", "let the server's user write it and its folder"},
    {SQLITE_PERM, "the file can't be written", "let the server's user write it and its folder"},
    {SQLITE_CANTOPEN, "the file can't be opened or made", "name a file in a folder that is there and can be written"},
    {SQLITE_NOTADB, "this is no file of scimulator", "name another file, or one that is not there yet"},
    {SQLITE_CORRUPT, "the file is damaged", "bring a copy back, or save what is left with sqlite3 FILE .recover"},
    {SQLITE_BUSY, "another program holds the file", "end it and start again"},
    {SQLITE_LOCKED, "another program holds the file", "end it and start again"},
};

/* The library's own words for the rare rest. */
static bool refuse(const struct store_sqlite *s, sqlite3 *connection, struct error *err)
{
    int code = connection == NULL ? SQLITE_NOMEM : sqlite3_errcode(connection);
    for (size_t i = 0; i < ARRAY_LEN(failures); i++) {
        if (failures[i].code == (code & 0xFF)) {
            return error_set(err, ERROR_FILE, s->file, failures[i].remedy, "%s", failures[i].message);
        }
    }
    return error_set(err, ERROR_FILE, s->file, "start again: everything that was answered is in the file", "SQLite says: %s",
                     connection == NULL ? "out of memory" : sqlite3_errmsg(connection));
}

/* --- statements --- */

static void bind_text(sqlite3_stmt *statement, int place, const char *text)
{
    sqlite3_bind_text(statement, place, text, -1, SQLITE_STATIC); /* NULL of NULL */
}

/* Runs to the end. *first (may be NULL): the first column of the row, when there is one. */
static bool run(sqlite3_stmt *statement, int64_t *first)
{
    int answer = sqlite3_step(statement);
    if (answer == SQLITE_ROW) {
        if (first != NULL)
            *first = sqlite3_column_int64(statement, 0);
        answer = sqlite3_step(statement);
    }
    return sqlite3_reset(statement) == SQLITE_OK && answer == SQLITE_DONE;
}

static bool prepare(struct store_sqlite *s, struct error *err)
{
    static const char *const texts[] = {
#define X(name, connection, text) [name] = text,
        STATEMENTS(X)
#undef X
    };
    sqlite3 *const connections[] = {
#define X(name, connection, text) [name] = s->connection,
        STATEMENTS(X)
#undef X
    };
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        if (sqlite3_prepare_v3(connections[i], texts[i], -1, SQLITE_PREPARE_PERSISTENT, &s->statements[i], NULL) != SQLITE_OK)
            return refuse(s, connections[i], err);
    return true;
}

/* --- opening --- */

static bool ask(sqlite3 *connection, const char *question, int64_t *out)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(connection, question, -1, &statement, NULL) != SQLITE_OK)
        return false;
    bool good = run(statement, out);
    sqlite3_finalize(statement);
    return good;
}

static bool execute(sqlite3 *connection, const char *text)
{
    return sqlite3_exec(connection, text, NULL, NULL, NULL) == SQLITE_OK;
}

static bool connect(struct store_sqlite *s, int flags, sqlite3 **out, struct error *err)
{
    if (sqlite3_open_v2(s->file, out, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return refuse(s, *out, err);
    sqlite3_busy_timeout(*out, PATIENCE_MS);
    return true;
}

/* Nobody else may read it from its first byte on: SQLite's other files get the same mode. */
static bool make_file(const struct store_sqlite *s, struct error *err)
{
    int fd = open(s->file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set(err, ERROR_FILE, s->file, "name a file in a folder that is there and can be written",
                         "can't be opened for writing: %s", strerror(errno));
    close(fd);
    return true;
}

static bool make_schema(const struct store_sqlite *s, struct error *err)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *text = arena_printf(arena, "BEGIN IMMEDIATE; %s PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
                                    schema, APPLICATION_ID, SCHEMA_VERSION);
    return execute(s->writer, text) || refuse(s, s->writer, err);
}

/* Ours, of this version, or empty. */
static bool check_file(const struct store_sqlite *s, struct error *err)
{
    int64_t id = 0, version = 0, tables = 0;
    if (!ask(s->writer, "PRAGMA application_id", &id) || !ask(s->writer, "PRAGMA user_version", &version) ||
        !ask(s->writer, "SELECT count(*) FROM sqlite_master", &tables))
        return refuse(s, s->writer, err);
    if (id != APPLICATION_ID && (id != 0 || version != 0 || tables != 0))
        return error_set(err, ERROR_FILE, s->file, "name another file, or one that is not there yet",
                         "this is a database of another program");
    if (version > SCHEMA_VERSION)
        return error_set(err, ERROR_FILE, s->file, "use the version of scimulator that wrote it, or a newer one",
                         "the file is of version %lld, and this scimulator knows %d", (long long)version, SCHEMA_VERSION);
    if (!execute(s->writer, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000; "
                            "PRAGMA secure_delete = ON")) /* who is purged leaves nothing in the free pages */
        return refuse(s, s->writer, err);
    return id == APPLICATION_ID || make_schema(s, err);
}

struct store_sqlite *store_sqlite_open(const char *file, struct error *err)
{
    struct store_sqlite *s = mem_alloc(sizeof *s);
    s->file = mem_strdup(file);
    pthread_mutex_init(&s->reader_lock, NULL);
    if (make_file(s, err) && (s->file_lock = store_lock_take(file, err)) != NULL &&
        connect(s, SQLITE_OPEN_READWRITE, &s->writer, err) && check_file(s, err) &&
        connect(s, SQLITE_OPEN_READONLY, &s->reader, err) && prepare(s, err)) {
        s->log_is_due = true; /* whoever wrote it may have been killed before */
        return s;
    }
    store_sqlite_close(s);
    return NULL;
}

void store_sqlite_close(struct store_sqlite *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(s->statements[i]);
    sqlite3_close(s->reader);
    sqlite3_close(s->writer);
    store_lock_release(s->file_lock);
    pthread_mutex_destroy(&s->reader_lock);
    mem_free(s->file);
    mem_free(s);
}

/* --- loading --- */

static const char *column(sqlite3_stmt *statement, int place)
{
    return (const char *)sqlite3_column_text(statement, place);
}

static bool visit_row(const struct store_sqlite *s, store_visitor *visit, void *context, struct error *err)
{
    sqlite3_stmt *row = s->statements[LOAD];
    const char *organization = column(row, 0), *kind = column(row, 1);
    struct record record = {.key = column(row, 2), .data = column(row, 3), .body = column(row, 4)};
    bool whole = organization != NULL && kind != NULL && record.key != NULL && record.data != NULL;
    if (!whole || !record_kind_read(kind, &record.kind))
        return error_set(err, ERROR_FILE, s->file, "bring a copy back, or use the version of scimulator that wrote it",
                         "the file has a record that is not known: %.100s", kind == NULL ? "" : kind);
    return visit(context, organization, &record, err);
}

bool store_sqlite_load(struct store_sqlite *s, store_visitor *visit, void *context, struct error *err)
{
    int answer;
    bool good = true;
    while (good && (answer = sqlite3_step(s->statements[LOAD])) == SQLITE_ROW)
        good = visit_row(s, visit, context, err);
    if (good && answer != SQLITE_DONE)
        good = refuse(s, s->writer, err);
    sqlite3_reset(s->statements[LOAD]);
    return good;
}

/* --- writing --- */

static bool put_emails(const struct store_sqlite *s, const char *organization, int64_t place, const struct record_terms *terms)
{
    sqlite3_bind_int64(s->statements[DROP_EMAILS], 1, place);
    if (!run(s->statements[DROP_EMAILS], NULL))
        return false;
    sqlite3_stmt *put = s->statements[PUT_EMAIL];
    for (size_t i = 0; i < terms->email_count; i++) {
        sqlite3_bind_int64(put, 1, place);
        bind_text(put, 2, organization);
        bind_text(put, 3, terms->emails[i]);
        if (!run(put, NULL))
            return false;
    }
    return true;
}

static bool put(const struct store_sqlite *s, const char *organization, const struct record *record)
{
    sqlite3_stmt *statement = s->statements[PUT];
    const struct record_terms *terms = record->terms;
    int64_t place = 0;
    sqlite3_clear_bindings(statement);
    bind_text(statement, 1, organization);
    bind_text(statement, 2, record_kind_word(record->kind));
    bind_text(statement, 3, record->key);
    bind_text(statement, 4, record->data);
    bind_text(statement, 5, record->body);
    if (terms != NULL) {
        bind_text(statement, 6, terms->name);
        bind_text(statement, 7, terms->external_id);
        bind_text(statement, 8, terms->display_name);
        sqlite3_bind_int64(statement, 9, terms->created_ms);
        sqlite3_bind_int64(statement, 10, terms->modified_ms);
    }
    return run(statement, &place) && (record->kind != RECORD_ACCOUNT || put_emails(s, organization, place, terms));
}

static bool drop(const struct store_sqlite *s, const char *organization, const struct record *record)
{
    sqlite3_stmt *statement = s->statements[DROP];
    int64_t place = 0;
    bind_text(statement, 1, organization);
    bind_text(statement, 2, record_kind_word(record->kind));
    bind_text(statement, 3, record->key);
    if (!run(statement, &place))
        return false;
    sqlite3_bind_int64(s->statements[DROP_EMAILS], 1, place);
    return record->kind != RECORD_ACCOUNT || place == 0 || run(s->statements[DROP_EMAILS], NULL);
}

static bool erase(const struct store_sqlite *s, const char *organization)
{
    bind_text(s->statements[ERASE], 1, organization);
    bind_text(s->statements[ERASE_EMAILS], 1, organization);
    bind_text(s->statements[ERASE_AUDIT], 1, organization);
    return run(s->statements[ERASE], NULL) && run(s->statements[ERASE_EMAILS], NULL) && run(s->statements[ERASE_AUDIT], NULL);
}

static bool put_audit(const struct store_sqlite *s, const char *organization, const struct record *record)
{
    uint64_t sequence;
    bind_text(s->statements[PUT_AUDIT], 1, organization);
    bind_text(s->statements[PUT_AUDIT], 3, record->data);
    return text_to_u64(record->key, INT64_MAX, &sequence) &&
           sqlite3_bind_int64(s->statements[PUT_AUDIT], 2, (int64_t)sequence) == SQLITE_OK && run(s->statements[PUT_AUDIT], NULL);
}

typedef bool record_writer(const struct store_sqlite *, const char *, const struct record *);

static record_writer *writer_of(const struct record *record)
{
    return record->gone ? drop : record->kind == RECORD_AUDIT ? put_audit : put;
}

static bool write_batch(const struct store_sqlite *s, const struct record_batch *batch)
{
    bool good = !batch->erase || erase(s, batch->organization);
    for (size_t i = 0; good && i < batch->count; i++)
        good = writer_of(&batch->items[i])(s, batch->organization, &batch->items[i]);
    return good;
}

/* --- what is purged --- */

/* Whether somebody or everybody is gone for good: who is deleted is kept first, unless there is no retention period (departed.h). */
static bool is_purge(const struct record_batch *batch)
{
    size_t left = 0, kept = 0;
    bool ended = false;
    for (size_t i = 0; i < batch->count; i++) {
        const struct record *record = &batch->items[i];
        left += record->kind == RECORD_ACCOUNT && record->gone;
        kept += record->kind == RECORD_DEPARTED && !record->gone;
        ended = ended || (record->kind == RECORD_DEPARTED && record->gone);
    }
    return batch->erase || ended || left > kept;
}

static void empty_log(struct store_sqlite *s, int patience_ms)
{
    int64_t busy = 1;
    sqlite3_busy_timeout(s->writer, patience_ms);
    s->log_is_due = !run(s->statements[EMPTY_LOG], &busy) || busy != 0;
    sqlite3_busy_timeout(s->writer, PATIENCE_MS);
}

void store_sqlite_tidy(struct store_sqlite *s)
{
    if (s->log_is_due)
        empty_log(s, 0);
}

bool store_sqlite_is_tidy(const struct store_sqlite *s)
{
    return !s->log_is_due;
}

bool store_sqlite_commit(struct store_sqlite *s, struct record_batch *const *batches, size_t count, struct error *err)
{
    bool good = run(s->statements[BEGIN], NULL), purges = false;
    for (size_t i = 0; good && i < count; i++) {
        good = write_batch(s, batches[i]);
        purges = purges || is_purge(batches[i]);
    }
    if (good && run(s->statements[COMMIT], NULL)) {
        if (purges)
            empty_log(s, LOG_PATIENCE);
        else
            store_sqlite_tidy(s);
        return true;
    }
    (void)refuse(s, s->writer, err); /* before the connection has something else to tell */
    (void)run(s->statements[ROLLBACK], NULL);
    return false;
}

/* --- looking up --- */

/* No text of UTF-8 has the byte FF, so this is above all of them. */
static const char *or_highest(const char *text)
{
    return text == NULL ? "\xFF" : text;
}

static void bind_query(sqlite3_stmt *statement, const struct store_query *query)
{
    bind_text(statement, 1, query->organization);
    bind_text(statement, 2, record_kind_word(query->kind));
    if (query->term == STORE_CREATED || query->term == STORE_MODIFIED) {
        sqlite3_bind_int64(statement, 3, query->low_ms);
        sqlite3_bind_int64(statement, 4, query->high_ms);
    } else {
        bind_text(statement, 3, query->low == NULL ? "" : query->low);
        bind_text(statement, 4, or_highest(query->high));
    }
    sqlite3_bind_int64(statement, 5, (int64_t)query->limit + 1);
}

/* The first column of every row. False: there are more than max, or something broke. */
static bool read_column(sqlite3_stmt *statement, struct arena *arena, uint64_t max, const char *const **out, size_t *count)
{
    const char **items = NULL;
    size_t n = 0, capacity = 0;
    int answer;
    while ((answer = sqlite3_step(statement)) == SQLITE_ROW && n <= max) {
        if (n == capacity) {
            capacity = capacity == 0 ? 64 : capacity * 2;
            items = arena_grow(arena, items, n, capacity, sizeof *items);
        }
        items[n++] = arena_strdup(arena, column(statement, 0));
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    *out = items;
    *count = n;
    return answer == SQLITE_DONE && n <= max;
}

bool store_sqlite_find(struct store_sqlite *s, struct arena *arena, const struct store_query *query, const char *const **keys,
                       size_t *count)
{
    static const enum statement statements[] = {
        [STORE_NAME] = FIND_NAME,   [STORE_EXTERNAL_ID] = FIND_EXTERNAL_ID, [STORE_DISPLAY_NAME] = FIND_DISPLAY_NAME,
        [STORE_EMAIL] = FIND_EMAIL, [STORE_CREATED] = FIND_CREATED,         [STORE_MODIFIED] = FIND_MODIFIED};
    pthread_mutex_lock(&s->reader_lock);
    sqlite3_stmt *statement = s->statements[statements[query->term]];
    bind_query(statement, query);
    bool whole = read_column(statement, arena, query->limit, keys, count);
    pthread_mutex_unlock(&s->reader_lock);
    return whole;
}

bool store_sqlite_read_trail(struct store_sqlite *s, const struct store_trail *query, store_trail_reader *read, void *context)
{
    pthread_mutex_lock(&s->reader_lock);
    sqlite3_stmt *row = s->statements[query->backwards ? READ_AUDIT_BACK : READ_AUDIT];
    int answer;
    bool more = true;
    bind_text(row, 1, query->organization);
    sqlite3_bind_int64(row, 2, (int64_t)query->from);
    while (more && (answer = sqlite3_step(row)) == SQLITE_ROW) {
        const char *line = column(row, 1);
        more = read(context, (uint64_t)sqlite3_column_int64(row, 0), line == NULL ? "" : line);
    }
    sqlite3_reset(row);
    sqlite3_clear_bindings(row);
    pthread_mutex_unlock(&s->reader_lock);
    return !more || answer == SQLITE_DONE;
}

bool store_sqlite_visit_trails(struct store_sqlite *s, store_trail_visitor *visit, void *context, struct error *err)
{
    pthread_mutex_lock(&s->reader_lock);
    sqlite3_stmt *row = s->statements[VISIT_AUDIT];
    int answer;
    while ((answer = sqlite3_step(row)) == SQLITE_ROW) {
        const char *organization = column(row, 0), *line = column(row, 2);
        visit(context, organization == NULL ? "" : organization, (uint64_t)sqlite3_column_int64(row, 1),
              line == NULL ? "" : line);
    }
    bool good = answer == SQLITE_DONE || refuse(s, s->reader, err);
    sqlite3_reset(row);
    pthread_mutex_unlock(&s->reader_lock);
    return good;
}
