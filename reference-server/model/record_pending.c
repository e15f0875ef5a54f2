/* Records of what waits for its slot (pending.h). */
#include "common/base.h"

#include "reference-server/model/record_rows.h"

#include "common/memory.h"
#include "reference-server/model/pending.h"

bool record_put_pending(const struct record_put *put)
{
    const struct pending *pending = pending_of(put->organization, put->key);
    if (pending == NULL) {
        return false;
    }
    json_set_integer(put->data, "due", pending->due_ms);
    json_set_integer(put->data, "asked", pending->asked_ms);
    json_set_bool(put->data, "whole", pending->whole);
    json_set_bool(put->data, "joins", pending->joins);
    put->record->body = pending->resource == NULL ? NULL : json_print(put->arena, pending->resource);
    return true;
}

bool record_read_pending(const struct record_read *read)
{
    const struct pending stored = {
        .key = (char *)(uintptr_t)read->key,
        .resource = record_read_body(read),
        .whole = json_get_bool(read->data, "whole", false),
        .joins = json_get_bool(read->data, "joins", false),
        .due_ms = json_get_integer(read->data, "due", 0),
        .asked_ms = json_get_integer(read->data, "asked", json_get_integer(read->data, "due", 0)),
    };
    if (pending_of(read->organization, read->key) != NULL) {
        json_free(stored.resource);
        return false;
    }
    pending_restore(read->organization, &stored);
    return true;
}
