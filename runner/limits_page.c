#include "common/base.h"

#include "runner/limits_page.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/serve.h"

static const char introduction[] =
    "# Limits of the reference server\n"
    "\n"
    "Every input has a cap. What is beyond it gets the answer of this table, which at the SCIM door is a SCIM error (RFC 7644 "
    "§3.12) whose "
    "`detail` names\n"
    "the limit, and changes nothing. `scimulator serve --limit NAME=VALUE` sets one, within its range; sizes may be written as "
    "`64KiB` or "
    "`2MiB`. Those without a\n"
    "range are part of the design. `/ServiceProviderConfig` tells `bulk-operations`, `bulk-bytes`, `page-size`, `page-maximum` "
    "and "
    "`cursor-seconds` as they are set.\n"
    "`scimulator list limits` prints the same table, which this page is made of (`scimulator manual limits`).\n"
    "\n"
    "| name | preset | range | what it caps | beyond it | source |\n"
    "|---|---|---|---|---|---|\n";

static const char ending[] = "\n"
                             "**Connections.** Above `connections` the one that has waited longest for its next request is "
                             "closed, then the one whose request has been "
                             "coming in longest, so that\n"
                             "silent clients keep nobody out. When every connection is at work, a new one gets 503 with "
                             "`Retry-After: 1` and is closed; beyond as many "
                             "again it is closed at once. A request that is at\n"
                             "work is never cut. A client that sends its request or takes its reply byte by byte is cut after "
                             "`request-seconds` and `reply-seconds`, "
                             "however lively it is; it is closed\n"
                             "without a reply, and nothing of the request is done.\n"
                             "\n"
                             "**Bodies.** A `Content-Length` above `body-bytes` is 413 before the body is read. The connection "
                             "then stays open for reading, for 10 "
                             "seconds or eight times the\n"
                             "cap, so that a client that is still sending finds the reply. A body without `Content-Length` is "
                             "read to its end, thrown away, and answered "
                             "by 413; above eight times the cap the connection is closed.\n"
                             "A bulk request above `bulk-bytes` is 413 whatever is in it, JSON or not.\n"
                             "\n"
                             "**Rates.** `requests-per-second` is off unless set. Each organization has two budgets of a "
                             "second's worth, which fill up evenly by the real "
                             "clock: one for requests with good\n"
                             "credentials, one for all others, discovery without credentials among them, so that strangers "
                             "cannot use up the provider's. Beyond it 429 with "
                             "`Retry-After` in\n"
                             "seconds. The admin door has none.\n"
                             "\n"
                             "**Passwords.** Hashing one takes some milliseconds and 2 MiB, with the organization locked: an "
                             "organization hashes one at a time, so "
                             "sign-ins and bulk jobs full of\n"
                             "passwords slow down nobody but their own organization.\n"
                             "\n"
                             "**Data files.** A limit is about what is sent from now on: what a file of `--data` holds beyond it "
                             "stays. A group above `group-members` may "
                             "change as long as it does not grow.\n";

const char *limits_amount(struct arena *arena, const struct serve_limit *limit, size_t value)
{
    if (!text_equal(limit->unit, "bytes"))
        return arena_printf(arena, "%zu%s", value, text_equal(limit->unit, "seconds") ? " s" : "");
    if (value >= MIB && value % MIB == 0)
        return arena_printf(arena, "%zu MiB", value / MIB);
    return value >= KIB && value % KIB == 0 ? arena_printf(arena, "%zu KiB", value / KIB) : arena_printf(arena, "%zu B", value);
}

void limits_page(struct buffer *out)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct serve_limit limit;
    buffer_add(out, introduction);
    for (size_t i = 0; serve_limit_at(i, &limit); i++) {
        const char *range = limit.fixed ? ""
                                        : arena_printf(arena, "%s to %s", limits_amount(arena, &limit, limit.smallest),
                                                       limits_amount(arena, &limit, limit.largest));
        buffer_printf(out, "| `%s` | %s | %s | %s | %s | %s |\n", limit.name, limits_amount(arena, &limit, limit.preset), range,
                      limit.caps, limit.answer, limit.source);
    }
    buffer_add(out, ending);
}
