/* target.h: the server under test, as the runner sees it. HTTP only; no code is shared with the reference server.
 *
 * Three kinds: the bundled server (started as a child process of `scimulator serve`), a running `scimulator serve` (URL plus
 * admin token), and any other SCIM
 * server (SCIM base URL and credentials: what lies beyond SCIM is not observable).
 *
 * A target is shared by all workers and does not change after target_open; per-case state is in struct place.
 */
#ifndef RUNNER_TARGET_H
#define RUNNER_TARGET_H

#include "common/base.h"
#include "common/http_client.h"
#include "common/json.h"
#include "runner/credentials.h"

struct arena;
struct error;
struct redactor;

struct target_options {
    const char *url;            /* --target: URL or target file; NULL: the bundled server */
    const char *const *defects; /* --defect, bundled only */
    size_t defect_count;
    bool strict;          /* --strict-server, bundled only */
    bool quick_passwords; /* bundled: hashed at the least cost, as they are made up and go with it; not where speed is told */
    struct http_client_files
        files; /* --ca, --client-certificate, --client-key; each takes the place of what a target file says */
    uint64_t seed;
    const volatile int *stop;
    struct redactor *redactor; /* learns every secret of the target */
};

struct target {
    const char *name;               /* for reports: "bundled reference server" or the URL */
    const char *scim_base;          /* other servers: the one SCIM base */
    struct credentials credentials; /* other servers */
    const char *admin_base;         /* "http://127.0.0.1:41233/admin"; NULL: no product doors, access is not observable */
    const char *admin_token;
    const char *user_domain; /* other servers: domain for made-up people; NULL: as in the scenario */
    const char *const *skip; /* dialects, tags or scenario ids not to play */
    size_t skip_count;
    struct http_client_files files; /* of https */
    struct child *child;
};

bool target_open(struct arena *arena, const struct target_options *options, struct target *out, struct error *err) MUST_USE;
/* The checks of a target file that need neither server nor environment. */
bool target_file_check(struct arena *arena, const char *path, struct error *err) MUST_USE;
void target_close(struct target *target); /* ends the child and waits for it */
/* One GET /Users?startIndex=1&count=1 (or the admin list): ERROR_UNREACHABLE or ERROR_CREDENTIALS say so before anything is
 * played. */
bool target_probe(const struct target *target, struct error *err) MUST_USE;

#endif
