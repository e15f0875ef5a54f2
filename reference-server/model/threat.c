#include "common/base.h"

#include "reference-server/model/threat.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/notification.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"

#include <stdio.h>
#include <string.h>

static const char *const words[] = {
#define X(kind, words) [kind] = words,
    THREATS(X)
#undef X
};

static void keep(char out[THREAT_MAX_NAME], const char *text)
{
    (void)snprintf(out, THREAT_MAX_NAME, "%s", text == NULL ? "" : text);
    out[text_utf8_prefix(out, strlen(out))] = '\0'; /* cut inside a character */
}

/* Is it a burst that nobody was told of yet? `at` is where in an entry the name stands. */
static bool is_burst(const struct threat *threat, enum threat_kind kind, bool by_address, const char *name, int64_t now)
{
    size_t count = 0;
    for (size_t i = 0; i < THREAT_KEPT; i++) {
        const char *seen = by_address ? threat->refusals[i].address : threat->refusals[i].who;
        if (threat->refusals[i].kind != kind || seen[0] == '\0' || now - threat->refusals[i].at_ms >= THREAT_WINDOW_MS ||
            strcmp(seen, name) != 0) {
            continue;
        }
        if (threat->refusals[i].told) {
            return false;
        }
        count++;
    }
    return count >= THREAT_BURST;
}

/* Beside the request, which is refused. */
static void record(struct organization *organization, enum threat_kind kind, const char *about)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct audit_notes *request = audit_aside(organization);
    const char *detail =
        arena_printf(arena, "%d %s within %d minutes", THREAT_BURST, words[kind], (int)(THREAT_WINDOW_MS / 60000));
    audit_error(organization, "anomalousActivity", detail, "find out who it is");
    audit_append(
        organization,
        &(struct audit_entry){.actor = "monitor", .action = "security.alert", .kind = "alert", .name = about, .status = 200});
    audit_resume(organization, request);
}

void threat_refused(struct organization *organization, enum threat_kind kind, const char *who, const char *address)
{
    if (!organization->policies->security.anomaly_monitoring) {
        return;
    }
    if (organization->threat == NULL) {
        organization->threat = mem_alloc(sizeof *organization->threat);
    }
    struct threat *threat = organization->threat;
    size_t here = threat->next++ % THREAT_KEPT;
    int64_t now = organization_now(organization);
    threat->refusals[here].at_ms = now;
    threat->refusals[here].kind = kind;
    threat->refusals[here].told = false;
    keep(threat->refusals[here].who, who);
    keep(threat->refusals[here].address, address);
    bool about = who != NULL && is_burst(threat, kind, false, threat->refusals[here].who, now);
    bool from = address != NULL && is_burst(threat, kind, true, threat->refusals[here].address, now);
    if (about || from) {
        threat->refusals[here].told = true;
        notification_add(organization, NOTIFICATION_ALERT, NULL, NULL, "anomalous activity: %d %s within %d minutes %s %s",
                         THREAT_BURST, words[kind], (int)(THREAT_WINDOW_MS / 60000), about ? "for" : "from",
                         about ? threat->refusals[here].who : threat->refusals[here].address);
        record(organization, kind, about ? threat->refusals[here].who : threat->refusals[here].address);
    }
}
