/* threat.h: bursts of refused sign-ins and SCIM tokens (security_integrations, anomalous_activity_monitoring). A burst raises
 * one alert to the organization's admins, as a notification; it locks nobody out, which would let strangers lock people out.
 *
 * THREAT_BURST refusals about one person, or from one address, within THREAT_WINDOW_MS of the organization's clock are a burst;
 * the next alert about the same comes when a window has passed. The last THREAT_KEPT refusals are remembered, in memory only: a
 * burst that a restart cuts in two may go unseen. */
#ifndef REFERENCE_SERVER_MODEL_THREAT_H
#define REFERENCE_SERVER_MODEL_THREAT_H

#include "common/base.h"

struct organization;

#define THREAT_BURST     5
#define THREAT_WINDOW_MS ((int64_t)600000)
#define THREAT_KEPT      256
#define THREAT_MAX_NAME  96 /* bytes by which who and where are told apart */

/* what was refused, words */
#define THREATS(X)                                                                                                               \
    X(THREAT_SIGN_IN, "refused sign-ins")                                                                                        \
    X(THREAT_TOKEN, "refused SCIM tokens")

enum threat_kind {
#define X(kind, words) kind,
    THREATS(X)
#undef X
};

struct threat {
    struct {
        int64_t at_ms;
        enum threat_kind kind;
        char who[THREAT_MAX_NAME], address[THREAT_MAX_NAME]; /* empty: not known */
        bool told;                                           /* an alert was raised by this one */
    } refusals[THREAT_KEPT];
    size_t next;
};

/* who: the name that was given, of a person or not (NULL for a token); address: where from (NULL: not known). Does nothing
 * unless the rule is on. */
void threat_refused(struct organization *organization, enum threat_kind kind, const char *who, const char *address);

#endif
