/* The runner's own rules, beside the requirements of the RFCs: where each comes from, and what to look at when it is broken. */
#include "common/base.h"

#include "runner/case.h"

#include "common/memory.h"
#include "common/text.h"
#include "runner/requirement.h"

static const struct {
    const char *rule, *source, *hint;
} rules[] = {
    {"protocol.no-reply", "RFC 7644 §3.12",
     "The connection ended without a reply, or the reply did not end: look for a crash or a time-out in the server's log."},
    {"protocol.list-ends", "RFC 7644 §3.4.2.4",
     "totalResults grows from page to page: it must count what matches, whatever startIndex and count say."},
    {"protocol.readable", "RFC 7644 §3.4", "The provider's token must be able to read users and groups."},

    {"okta.request-refused", "what Okta sends",
     "Okta sends this request in this form to every server; a refusal stops provisioning of the person or group."},
    {"rfc.request-refused", "what a plain RFC 7644 client sends",
     "The request is as RFC 7644 writes it; who has read no more than the RFC sends this."},
    {"entra.request-refused", "what Microsoft Entra ID sends",
     "Entra sends this request in this form to every server; refusals are retried and end in quarantine."},

    {"converge.one-account", "invariant: one person, one account",
     "Look at lookups by userName and externalId, and at what a repeated create does."},
    {"converge.active", "convergence: active follows the directory",
     "Look at how active is read from PUT, from a PATCH with path and without, as a boolean and as the string \"False\"."},
    {"converge.gone", "RFC 7644 §3.6", "A deleted resource is gone from reads and lists at once."},
    {"converge.group", "convergence: pushed groups",
     "Look at creating, renaming and deleting groups; the name may come with or without a PATCH path."},
    {"converge.members", "convergence: exact member sets",
     "Look at every form in which members are added and removed: value lists, value filters, whole lists by PUT, one by one in "
     "parallel."},
    {"converge.profile", "convergence: attributes as pushed",
     "Look at PATCH paths with filters, dotted and URN keys, and at what a PUT keeps."},

    {"access.inactive-no-way-in", "access invariant 1: inactive means no way in",
     "Deactivation must end sessions, API keys, invites and every grant's effect in the same request."},
    {"access.bystanders-unchanged", "access invariant 2: nobody but the event's subjects changes",
     "Look for a write that replaces more than it names."},
    {"access.refused-changed-nothing", "access invariant 3: a refused request changes nothing",
     "Check before the first write, or do all of it in one transaction."},
    {"access.repeat-changes-nothing", "access invariant 4: the next cycle changes nothing",
     "A request that says what is so already must leave things alone."},
    {"access.stable-id", "access invariant 6: ids are stable", "The id must survive rename, deactivation and reactivation."},
    {"access.one-person-one-account", "access invariant 6: one person, one account",
     "Link by address when the account is there already, compare addresses without case."},
    {"access.grants-hold", "access invariant 8: what a route gives stays",
     "Members of a group have at least what is granted to the group."},
    {"access.within-grants", "access invariant 5: access comes from current grants only",
     "Look for access that is stored when it should be derived."},
    {"access.owner-always", "access invariant 9: a workspace always has an active owner",
     "When the last owner goes, ownership passes on or the request is refused as a whole."},
    {"access.scim-equals-effective", "access invariant 10: what SCIM shows is what is in effect",
     "Two places hold the status; one of them is wrong."},
    {"access.projects-stay", "access model: projects stay", "Leaving never deletes what a person made."},

    {"expect.refused", "expectation of the scenario", NULL},
    {"expect.response", "expectation of the scenario", NULL},
};

static size_t find(const char *rule)
{
    size_t i = 0;
    while (i < ARRAY_LEN(rules) && !text_equal(rules[i].rule, rule))
        i++;
    return i;
}

enum finding_class rule_class(const char *rule)
{
    static const struct {
        const char *prefix;
        enum finding_class class;
    } rows[] = {{"RFC", FINDING_PROTOCOL},  {"protocol.", FINDING_PROTOCOL}, {"expect.response", FINDING_PROTOCOL},
                {"okta.", FINDING_DIALECT}, {"rfc.", FINDING_DIALECT},       {"entra.", FINDING_DIALECT}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (text_starts(rule, rows[i].prefix))
            return rows[i].class;
    return FINDING_ACCESS;
}

enum finding_level rule_level(const char *rule)
{
    const struct requirement *requirement = requirement_find(rule);
    return requirement != NULL && text_starts(requirement->level, "SHOULD") ? LEVEL_SHOULD : LEVEL_MUST;
}

const char *rule_source(struct arena *arena, const char *rule)
{
    size_t i = find(rule);
    if (i < ARRAY_LEN(rules))
        return rules[i].source;
    if (requirement_find(rule) != NULL)
        return requirement_source(arena, rule);
    if (text_starts(rule, "okta."))
        return "how Okta reads replies";
    if (text_starts(rule, "rfc."))
        return "how a plain RFC 7644 client reads replies";
    if (text_starts(rule, "entra."))
        return "how Microsoft Entra ID reads replies";
    if (text_starts(rule, "expect."))
        return "expectation of the scenario";
    return arena_printf(arena, "access model, %s", rule);
}

const char *rule_hint(const char *rule)
{
    size_t i = find(rule);
    return i < ARRAY_LEN(rules) ? rules[i].hint : NULL;
}
