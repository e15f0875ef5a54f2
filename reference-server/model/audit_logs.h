/* audit_logs.h: the trail (audit.h) in the shape that the product's integration guide gives it: events by family and name, each with the guide's members.
 *
 *     {"audit_logs": {"provisioning_events": {"user_created": [{"timestamp","user_id","initiator", ...}], ...}, "access_events": {...},
 *         "system_events": {...}}}
 *
 * Beside the guide's members each event has sequence, time and request of its entry, who caused it, and what else audit_event.h says of it.
 */
#ifndef REFERENCE_SERVER_MODEL_AUDIT_LOGS_H
#define REFERENCE_SERVER_MODEL_AUDIT_LOGS_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct audit_filter;

/* lines: entries that pass the filter (NULL: all do), of whose events those are taken that the filter takes. */
json *audit_logs(struct arena *arena, const char *const *lines, size_t count, const struct audit_filter *filter);

/* One event of an entry as it stands there; false: the filter doesn't take it. */
bool audit_logs_takes(struct arena *arena, const json *event, const struct audit_filter *filter);

#endif
