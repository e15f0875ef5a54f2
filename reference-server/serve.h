/* serve.h: the reference server as a running program. The only header of this folder that runner/ may include.
 *
 * serve() starts the server on a socket, says so in exactly one line on standard output,
 *     listening url=http://127.0.0.1:41233 admin=http://127.0.0.1:41233/admin scim=http://127.0.0.1:41233/organizations/demo/scim/v2 secrets=/path
 * (`scim=` is missing when it starts with no organization or with several and none is named,
 * `secrets=` when every token was given) and returns once it was told to end: SIGTERM,
 * SIGINT, or the end of standard input when until_eof. Secrets that were not given are made and written to a file of mode 600, one NAME=value a
 * line, before the line is printed: SCIMULATOR_ADMIN_TOKEN and SCIMULATOR_SCIM_TOKEN. They go nowhere else.
 *
 * With tls (common/tls.h) the URLs are https, and SIGHUP reads its files again. What came of that, and what is doubtful about the files, is a line
 * on standard error.
 */
#ifndef REFERENCE_SERVER_SERVE_H
#define REFERENCE_SERVER_SERVE_H

#include "common/base.h"
#include "common/tls.h"

struct buffer;
struct error;

struct serve_options {
    const char *address;    /* numeric; NULL: 127.0.0.1 */
    uint16_t port;          /* 0: any free one */
    struct tls_files tls;   /* no certificate: http */
    const char *public_url; /* what the server calls itself in Location and meta.location; NULL: http(s)://address:port */
    const char *admin_token, *scim_token; /* NULL: made */
    const char *
        secrets; /* file for the tokens that were made; NULL: scimulator-<random>.env in XDG_RUNTIME_DIR or /tmp, removed at the end */
    const char *
        organization; /* file with the organization to start with (as POST /admin/organizations takes it); NULL: the embedded demo */
    bool empty;       /* start with no organization */
    const char *
        data; /* file that keeps everything (store/store_sqlite.h); NULL: memory, which goes with the process. A file that holds organizations
                       * is served as it is; only one that `organization` names and that is not in it is added. */
    const char *const *schemas; /* files that add schemas and resource types (docs/reference-server.md) */
    size_t schema_count;
    const char *const *defects; /* names from serve_defects(); none: a correct server */
    size_t defect_count;
    bool strict; /* rewrite nothing: what serve_rewrites() names is answered as the RFC says */
    bool seeded; /* ids come from seed, so that they repeat; else from the system's generator. Tokens never do. */
    uint64_t seed;
    const char *const *limits; /* "NAME=VALUE", see serve_limits() */
    size_t limit_count;
    /* 2^this rounds of scrypt for passwords that are set from now on (common/digest.h); 0: the preset. Less than that is refused
     * together with data: no weak hash outlives the process. */
    unsigned password_cost;
    bool until_eof;
};

/* Blocks SIGTERM and SIGINT, with tls SIGHUP too, in all threads and waits for them. 0 when it was told to end; else it could
 * not start: err says why, the exit status is err's, and nothing was printed. */
int serve(const struct serve_options *options, struct error *err) MUST_USE;

/* Why somebody has access to a workspace or folder, or has none: sentences, one a line, appended to out. ERROR_USAGE: no such
 * person or place, and the remedy names the nearest; or no such organization. */
struct serve_why {
    const char *organization; /* file with the organization; NULL: the demo */
    const char *data; /* a data file (serve_options.data) in its place: then also since when, from the audit trail; NULL: none */
    const char *id;   /* which of its organizations; NULL: the only one there is */
    const char *user, *resource;
};
bool serve_why(const struct serve_why *question, struct buffer *out, struct error *err) MUST_USE;

/* An organization of a file as the document that sets it up again (model/organization_export.h), appended to out: of a data file
 * (serve_options.data), or of an organization file, whose document comes out complete. organization: its id; NULL: the only one.
 * ERROR_USAGE: there is no such one, or several and none is named. */
#define SERVE_EXPORT_MAX (1024 * MIB) /* bytes of such a document; one that is to be loaded again has JSON_MAX_BYTES at most */
bool serve_export(const char *file, const char *organization, struct buffer *out, struct error *err) MUST_USE;

/* Whether an organization file sets an organization up: every mistake is an error with file:line:column. */
bool serve_check_organization(const char *file, struct error *err) MUST_USE;

/* Whether the audit trails in a data file (serve_options.data), or in one as the server exports it as JSON Lines ("-": standard
 * input), are what the server wrote: a line for each organization, appended to out. *whole: nothing bad was found. ERROR_FILE:
 * it can't be read, or a server is using it. */
bool serve_verify(const char *file, struct buffer *out, bool *whole, struct error *err) MUST_USE;

/* A wrong behaviour that can be switched on, for `list defects`, --help and completion. */
struct serve_defect {
    const char *name; /* "K01-string-boolean-ignored" */
    const char *text; /* one line */
};

/* The table, ordered by name, in static memory. */
const struct serve_defect *serve_defects(size_t *count);

/* A cap on what a client can make the server take, for `list limits` and docs/limits.md. */
struct serve_limit {
    const char *name;   /* "filter-depth" */
    const char *unit;   /* "bytes", "seconds", "letters", "days" or "" */
    const char *caps;   /* what it caps, a phrase */
    const char *answer; /* what comes beyond it */
    const char *source; /* of the answer: "RFC 7644 §3.7.4" */
    size_t preset, smallest, largest;
    bool fixed; /* part of the design: cannot be set */
};

/* The table, in static memory. False in serve_limit_at: there is no such row. */
bool serve_limit_at(size_t index, struct serve_limit *out);

/* Something that providers send outside the RFC, and that is read as they mean it unless the server is strict. */
struct serve_rewrite {
    const char *name;   /* "op-case" */
    const char *who;    /* sends it: "Okta, Entra" */
    const char *text;   /* what becomes of it, one line */
    const char *strict; /* what a strict server does instead, one line */
};

/* The table, in static memory. */
const struct serve_rewrite *serve_rewrites(size_t *count);

#endif
