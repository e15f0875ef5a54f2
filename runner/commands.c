#include "common/base.h"

#include "runner/commands.h"

#include "common/error.h"
#include "common/file.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/catalog.h"
#include "simulator/dialect.h"
#include "simulator/dialect_file.h"

#include <stdio.h>

#define DIALECTS "okta-aiw", "okta-template", "okta-oiw", "entra", "entra-flag", "entra-on-demand", "entra-validator"
static const char *const dialect_names[] = {DIALECTS, NULL};
static const char *const idp_names[] = {DIALECTS, "rfc", NULL};
static const char *const report_names[] = {"console", "json", "junit", "html", NULL};
static const char *const colour_wishes[] = {"auto", "always", "never", NULL};
static const char *const paces[] = {"virtual", "real", NULL};
static const char *const list_kinds[] = {"scenarios", "packs",  "dialects",     "tags", "defects",
                                         "rewrites",  "limits", "requirements", NULL};
static const char *const manual_kinds[] = {"man", "bash", "zsh", "fish", "compatibility", "limits", NULL};

#define OPTION_IDP                                                                                                               \
    {                                                                                                                            \
        .name = "idp", .placeholder = "DIALECT", .help = "only as this provider's client", .choices = idp_names, .repeat = true  \
    }
#define OPTION_DIALECT                                                                                                           \
    {                                                                                                                            \
        .name = "dialect", .placeholder = "FILE", .help = "only as the client that FILE describes, where its base is played",    \
        .repeat = true                                                                                                           \
    }
#define OPTION_TAG                                                                                                               \
    {                                                                                                                            \
        .name = "tag", .placeholder = "TAG", .help = "only scenarios with this tag (any of several)", .repeat = true             \
    }
#define OPTION_SCENARIOS                                                                                                         \
    {                                                                                                                            \
        .name = "scenarios", .placeholder = "DIR", .help = "scenario files to use instead of the built-in ones",                 \
        .env = "SCIMULATOR_SCENARIOS"                                                                                            \
    }
#define OPTION_DEFECT(text)                                                                                                      \
    {                                                                                                                            \
        .name = "defect", .placeholder = "NAME", .help = text, .repeat = true                                                    \
    }

/* The server under test, and how it is reached. */
#define OPTIONS_TARGET(when)                                                                                                     \
    {.name = "target",                                                                                                           \
     .letter = 't',                                                                                                              \
     .placeholder = "URL|FILE",                                                                                                  \
     .help = "SCIM base URL (the part before /Users) or target file; none: the bundled server" when,                             \
     .env = "SCIMULATOR_TARGET"},                                                                                                \
        {.name = "token",                                                                                                        \
         .placeholder = "TOKEN",                                                                                                 \
         .help = "SCIM bearer token of the target",                                                                              \
         .env = "SCIMULATOR_TOKEN",                                                                                              \
         .env_only = true},                                                                                                      \
        {.name = "ca", .placeholder = "FILE", .help = "trust https targets of these CAs (PEM) instead of the system's"},         \
        {.name = "client-certificate",                                                                                           \
         .placeholder = "FILE",                                                                                                  \
         .help = "certificate to show to an https target that asks for one (PEM)"},                                              \
    {                                                                                                                            \
        .name = "client-key", .placeholder = "FILE", .help = "its private key (PEM, not encrypted)"                              \
    }

static const struct option_spec run_options[] = {
    OPTIONS_TARGET(""),
    OPTION_IDP,
    OPTION_DIALECT,
    OPTION_TAG,
    {.name = "fault",
     .placeholder = "KIND[=N]",
     .help = "every Nth request of the provider (5) meets it, then the provider recovers: lose-reply, duplicate, ... "
             "(docs/scenario-format.md)"},
    {.name = "pace",
     .placeholder = "WHICH",
     .help = "what the provider waits between requests and after a 429: no time at all (virtual), or as long as it says (real)",
     .choices = paces},
    {.name = "jobs",
     .letter = 'j',
     .placeholder = "N",
     .help = "cases played at the same time (bundled server: one per processor, else 1)",
     .env = "SCIMULATOR_JOBS"},
    {.name = "fail-fast", .help = "start no new case after the first failed one"},
    {.name = "report",
     .letter = 'r',
     .placeholder = "FORMAT[=FILE]",
     .help = "write a report; without a file to standard output",
     .choices = report_names,
     .repeat = true},
    {.name = "exchanges", .help = "put every request and reply into the JSON report"},
    {.name = "seed",
     .placeholder = "N",
     .help = "ids, names and probes follow from it (bundled server: 1, else made up)",
     .env = "SCIMULATOR_SEED"},
    OPTION_DEFECT("switch on a wrong behaviour of the bundled server, to see it caught"),
    {.name = "strict-server", .help = "the bundled server reads the RFC alone (`scimulator list rewrites`)"},
    OPTION_SCENARIOS,
    {.name = "verbose", .letter = 'v', .help = "passed cases too in the console report"},
    {.name = "quiet", .letter = 'q', .help = "no progress and no console report; the exit status and other reports stay"},
    {.name = "color", .placeholder = "WHEN", .help = "colours on the console", .choices = colour_wishes},
};

static const struct option_example run_examples[] = {
    {"scimulator run", "play every scenario as every provider against the bundled server"},
    {"SCIMULATOR_TOKEN=... scimulator run --target https://scim.example.com/v2", "against your server"},
    {"scimulator run --target https://localhost:8443/scim --ca ca.pem", "with a certificate of a CA of your own"},
    {"scimulator run lifecycle --idp entra --idp okta-aiw", "one area, two clients"},
    {"scimulator run --report junit=scim.xml --report html=scim.html", "in CI: gate on the exit status, keep the reports"},
    {"scimulator run --defect K35-remove-values-clears", "what a caught defect looks like"},
    {"scimulator run --fault lose-reply", "after each lost reply the provider comes again: nobody may be there twice"},
    {"scimulator run --strict-server --idp entra", "what a server would refuse that takes nothing but the RFC"},
    {"scimulator run okta-spec", "Okta's published test, as we render it (`scimulator list packs`)"},
    {"scimulator run ./mine.json", "a scenario of your own"},
};

static const struct option_spec serve_options[] = {
    {.name = "port", .letter = 'p', .placeholder = "N", .help = "0: any free one (8080)", .env = "SCIMULATOR_PORT"},
    {.name = "address", .placeholder = "IP", .help = "numeric address to listen on (127.0.0.1)"},
    {.name = "public-url", .placeholder = "URL", .help = "what the server calls itself in Location and meta.location"},
    {.name = "tls-certificate",
     .placeholder = "FILE",
     .help = "serve https with this certificate chain (PEM); SIGHUP reads it again"},
    {.name = "tls-key", .placeholder = "FILE", .help = "its private key (PEM, not encrypted)"},
    {.name = "tls-client-ca", .placeholder = "FILE", .help = "ask for client certificates of these CAs (PEM)"},
    {.name = "organization", .placeholder = "FILE", .help = "start with this organization instead of the demo"},
    {.name = "empty", .help = "start with no organization"},
    {.name = "data", .placeholder = "FILE", .help = "keep everything in this file, across restarts (none: in memory)"},
    {.name = "schemas",
     .placeholder = "FILE",
     .help = "add the schemas and resource types in this file (docs/reference-server.md)",
     .repeat = true},
    OPTION_DEFECT("switch on a wrong behaviour (`scimulator list defects`)"),
    {.name = "strict", .help = "rewrite nothing that providers send outside the RFC (`scimulator list rewrites`)"},
    {.name = "limit",
     .placeholder = "NAME=VALUE",
     .help = "change a cap on what clients can make it take (`scimulator list limits`)",
     .repeat = true},
    {.name = "password-cost",
     .placeholder = "N",
     .help = "hash new passwords with 2^N rounds of scrypt (11); less than 11 not with --data"},
    {.name = "secrets", .placeholder = "FILE", .help = "where tokens that were not given are written, mode 600"},
    {.name = "admin-token",
     .placeholder = "TOKEN",
     .help = "token of the admin door",
     .env = "SCIMULATOR_ADMIN_TOKEN",
     .env_only = true},
    {.name = "scim-token",
     .placeholder = "TOKEN",
     .help = "SCIM token of the organization it starts with",
     .env = "SCIMULATOR_SCIM_TOKEN",
     .env_only = true},
    {.name = "seed", .placeholder = "N", .help = "make ids repeatable"},
    {.name = "until-eof", .help = "end when standard input closes"},
};

static const struct option_example serve_examples[] = {
    {"scimulator serve", "the demo organization on http://127.0.0.1:8080"},
    {"scimulator serve --port 0 --secrets tokens.env", "any free port; the tokens go to tokens.env"},
    {"scimulator serve --tls-certificate cert.pem --tls-key key.pem", "https; `kill -HUP` after the files have been renewed"},
    {"scimulator serve --defect K08-filtered-remove-ignored", "a server that is wrong on purpose"},
    {"scimulator serve --data acme.db", "what is answered is in the file and survives a crash"},
    {"scimulator serve --strict", "a server that takes nothing but the RFC"},
    {"scimulator serve --limit requests-per-second=5", "a server that answers 429 to who is too fast"},
};

static const char *const push_words[] = {"okta", DIALECTS, "rfc", NULL};

static const struct option_spec push_options[] = {
    OPTIONS_TARGET(", for this call"),
    {.name = "directory",
     .letter = 'd',
     .placeholder = "FILE",
     .help = "people and groups, as \"directory\" of a scenario has them"},
    {.name = "state",
     .letter = 's',
     .placeholder = "FILE",
     .help = "what was pushed so far: read, and written anew; none: looked up on the server"},
    {.name = "dry-run", .letter = 'n', .help = "send reads only: show what else would be sent if the server took it all"},
    {.name = "headers", .help = "show the headers too"},
    {.name = "curl", .help = "show how to repeat each request"},
    {.name = "organization", .placeholder = "FILE", .help = "organization of the bundled server (default: an empty one)"},
    OPTION_DEFECT("switch on a wrong behaviour of the bundled server"),
    {.name = "strict-server", .help = "the bundled server reads the RFC alone (`scimulator list rewrites`)"},
    {.name = "seed", .placeholder = "N", .help = "ids and probes follow from it (bundled server: 1, else made up)"},
};

static const struct option_example push_examples[] = {
    {"scimulator push okta hire ada@acme.test", "what Okta sends for a new person, on a fresh bundled server"},
    {"SCIMULATOR_TOKEN=... scimulator push entra deactivate ada@acme.test --target https://scim.example.com/v2",
     "on your server; ada is looked up first"},
    {"SCIMULATOR_TOKEN=... scimulator push entra deactivate ada@acme.test --target https://scim.example.com/v2 --dry-run",
     "what would be sent there: nothing changes"},
    {"scimulator push okta hire ada.byron@acme.test title=CTO then push-group Engineering ada.byron@acme.test",
     "a person with a title, then a group with her in it"},
    {"scimulator push entra update ada@acme.test department=Sales title=", "one attribute changes, one is cleared"},
    {"scimulator push okta-template push-group eng --directory acme.json --state acme.state",
     "a directory of your own, remembered for the next call"},
};

static const struct option_spec bench_options[] = {
    OPTIONS_TARGET(""),
    {.name = "idp", .placeholder = "DIALECT", .help = "the provider's client (entra)", .choices = dialect_names},
    {.name = "dialect", .placeholder = "FILE", .help = "the client that FILE describes"},
    {.name = "users", .letter = 'u', .placeholder = "N", .help = "people to provision (1000)"},
    {.name = "groups", .letter = 'g', .placeholder = "N", .help = "groups to push (one for 100 people)"},
    {.name = "members", .letter = 'm', .placeholder = "N", .help = "members of each group (20)"},
    {.name = "connections", .letter = 'c', .placeholder = "N", .help = "connections at the same time (4)"},
    {.name = "seed",
     .placeholder = "N",
     .help = "people, groups and ids follow from it (bundled server: 1, else made up)",
     .env = "SCIMULATOR_SEED"},
    {.name = "quiet", .letter = 'q', .help = "no progress"},
};

static const struct option_example bench_examples[] = {
    {"scimulator bench", "1,000 people and 10 groups as Entra, on the bundled server"},
    {"scimulator bench --idp okta-aiw --users 100000 --groups 1000 --connections 8", "a large company's first push from Okta"},
    {"SCIMULATOR_TOKEN=... scimulator bench --users 200 --target https://scim.example.com/v2",
     "on your server; everything is removed again"},
};

static const struct option_spec list_options[] = {
    OPTION_IDP, OPTION_DIALECT, OPTION_TAG, OPTION_SCENARIOS, {.name = "names", .help = "names only, one a line"}};

static const struct option_example list_examples[] = {
    {"scimulator list", "the scenarios"},
    {"scimulator list --tag must --idp entra", "what is played for a selection"},
    {"scimulator list packs", "the published test procedures of Okta and Microsoft, as we render them"},
    {"scimulator list defects", "the wrong behaviours of the bundled server"},
    {"scimulator list rewrites", "what providers send outside the RFC and the bundled server understands"},
};

static const struct option_spec show_options[] = {OPTION_SCENARIOS};

static const struct option_example show_examples[] = {
    {"scimulator show lifecycle.leaver", "a scenario, step by step"},
    {"scimulator show okta-aiw", "how a provider's client speaks, with the evidence"},
    {"scimulator show RFC7644-3.12-02", "a requirement"},
    {"scimulator show K35-remove-values-clears", "a defect"},
};

static const struct option_example lint_examples[] = {
    {"scimulator lint scenarios/*/*.json my-target.json", "every complaint with file:line:column"}};

static const struct option_example manual_examples[] = {
    {"scimulator manual man | man -l -", "read the manual page"},
    {"scimulator manual bash > ~/.local/share/bash-completion/completions/scimulator", "complete in bash"},
};

static const struct option_spec why_options[] = {
    {.name = "organization", .placeholder = "FILE", .help = "organization file (default: the demo organization)"},
    {.name = "data", .placeholder = "FILE", .help = "data file of a server that is not running; tells also since when"},
    {.name = "id", .placeholder = "ID", .help = "which organization of the data file, when there are several"}};

static const struct option_example why_examples[] = {
    {"scimulator why ada@demo.test Sales/Pricing", "somebody of the demo organization"},
    {"scimulator why ada@acme.test Roadmap --organization acme.json", "a customer's set-up"},
    {"scimulator why ada@acme.test Roadmap --data acme.db", "and since when, and who changed it"},
};

static const struct option_example export_examples[] = {
    {"scimulator export acme.db > acme.json", "what `serve --data acme.db` has kept, as a document to load again"},
    {"SCIMULATOR_ADMIN_TOKEN=... scimulator export http://127.0.0.1:8080 acme", "an organization of a running server"},
    {"scimulator serve --organization acme.json", "load it"},
};

static const struct option_example verify_examples[] = {
    {"scimulator verify acme.db", "every organization of the file that `serve --data acme.db` has kept"},
    {"scimulator verify trail.jsonl", "what GET /admin/organizations/acme/audit answered"},
};

#define TABLE(name)    .options = name##_options, .option_count = ARRAY_LEN(name##_options)
#define EXAMPLES(name) .examples = name##_examples, .example_count = ARRAY_LEN(name##_examples)

static const struct command_spec commands[] = {
    {.name = "run",
     .summary = "play scenarios and judge the resulting access",
     .operands = "[SELECT...]",
     TABLE(run),
     EXAMPLES(run),
     .run = command_run,
     .description = "SELECT is a scenario id, the first words of ids (`lifecycle`), a pattern (`*.leaver*`) or a scenario file. "
                    "Without one all are played.\n\n"
                    "Without --target the bundled reference server is started on a free loopback port and ended again."},
    {.name = "serve",
     .summary = "run the reference server",
     TABLE(serve),
     EXAMPLES(serve),
     .run = command_serve,
     .description = "Prints one line with its URLs when it answers. Secrets come from the environment or go to a file of mode "
                    "600, never to a log."},
    {.name = "push",
     .summary = "push one event by hand: what the provider sends, and what the server answers",
     .operands = "DIALECT EVENT [OPERAND...]",
     TABLE(push),
     EXAMPLES(push),
     .operand_choices = push_words,
     .description =
         "DIALECT is okta (okta-aiw), another name of `scimulator list dialects`, or a dialect file. EVENT is a word of "
         "scenarios "
         "(assign, update, push-group, add-members, remove-members, rename-group, delete-group, unassign, deactivate, "
         "reactivate, delete, sync, restart, test-connection) or of the consoles (hire, block, enable, retry). Several events "
         "are separated by `then`.\n\n"
         "People are named by address or by their key in --directory, groups by name or key; update takes ATTRIBUTE=VALUE, "
         "rename-group the new name; the password of sync-password is $SCIMULATOR_PASSWORD or a line of standard input. What the "
         "provider would remember of them comes from --state, or is looked up first.\n\n"
         "Ends with 1 when the server refuses, or answers what it must not.",
     .run = command_push},
    {.name = "bench",
     .summary = "provision very many people and groups, and tell how fast the server answers",
     TABLE(bench),
     EXAMPLES(bench),
     .description = "Plays the provider's first synchronization: everybody is looked up and created, then the groups with their "
                    "members, over several connections at once. Ends with a table of replies, rates and latencies.\n\n"
                    "On a server with an admin door this happens in an organization of its own. On any other, names carry a "
                    "prefix, and what was made is deleted at the end.\n\n"
                    "Ends with 1 when the server refuses something.",
     .run = command_bench},
    {.name = "list",
     .summary = "list scenarios, packs, dialects, tags, defects, rewrites, limits or requirements",
     .operands = "[WHAT] [SELECT...]",
     TABLE(list),
     EXAMPLES(list),
     .operand_choices = list_kinds,
     .description = "WHAT is scenarios (also without the word), packs (published test procedures), dialects, tags, defects, "
                    "rewrites, limits or requirements. SELECT, --idp "
                    "and --tag narrow the scenarios as they do for `run`.",
     .run = command_list},
    {.name = "show",
     .summary = "show a scenario, pack, dialect, defect or requirement",
     .operands = "ID...",
     TABLE(show),
     EXAMPLES(show),
     .description = "ID is a scenario id or file, a pack, a dialect, a defect or a requirement, as `scimulator list` names them.",
     .run = command_show},
    {.name = "why",
     .summary = "tell why somebody has access to a workspace or folder, or has none",
     .operands = "PERSON RESOURCE",
     TABLE(why),
     EXAMPLES(why),
     .description = "PERSON is a userName or id, RESOURCE a workspace or Workspace/Folder. A running server tells the same at "
                    "/admin/organizations/{organization}/why.",
     .run = command_why},
    {.name = "export",
     .summary = "write an organization down as the document that sets it up again",
     .operands = "SOURCE [ORGANIZATION]",
     EXAMPLES(export),
     .description =
         "SOURCE is a data file that no server is using, the URL of a running server, or an organization file, which "
         "comes out complete. ORGANIZATION is an id; it may be left out where there is only one. People, groups, places, "
         "grants, rules and ids come out; tokens, passwords, sessions, keys and invites never do.",
     .run = command_export},
    {.name = "verify",
     .summary = "check that nobody has edited, removed or reordered entries of an audit trail",
     .operands = "FILE",
     EXAMPLES(verify),
     .description =
         "FILE is a data file that no server is using, or an exported trail (JSON Lines, all entries in their order; - is "
         "standard input). Says how many entries are good, and ends with 1 at the first bad place. That the newest entries "
         "are missing shows in a data file only.",
     .run = command_verify},
    {.name = "lint",
     .summary = "check scenario, organization, target and dialect files",
     .operands = "FILE...",
     EXAMPLES(lint),
     .description = "Checks everything that needs no server and says every complaint with file:line:column. A folder stands for "
                    "the .json files in it.",
     .run = command_lint},
    {.name = "manual",
     .summary = "print the manual page, a shell completion or a page of the docs",
     .operands = "man|bash|zsh|fish|compatibility|limits",
     EXAMPLES(manual),
     .operand_choices = manual_kinds,
     .description = "All of it is made of the tables that the program works by.",
     .run = command_manual},
};

static const struct option_example program_examples[] = {
    {"scimulator run", "see it work: all scenarios against the bundled server"},
    {"SCIMULATOR_TOKEN=... scimulator run --target https://scim.example.com/v2", "judge your own server"},
    {"scimulator run --defect K01-string-boolean-ignored", "see a defect caught"},
    {"scimulator list", "what there is to play"},
};

static const char *const exit_statuses[] = {"0",   "all good",
                                            "1",   "a finding about the server under test; a bad place in an audit trail",
                                            "2",   "usage or file error, nothing selected, or every case skipped",
                                            "3",   "target unreachable or refuses the credentials; what was learned is reported",
                                            "5",   "internal error",
                                            "130", "interrupted; what was learned is reported",
                                            NULL};

const struct program_spec program = {
    .name = "scimulator",
    .version = SCIMULATOR_VERSION,
    .summary = "know whether Okta and Entra will keep your people's access right",
    .description = "Plays Okta and Microsoft Entra ID against a SCIM 2.0 server, sends exactly what they send, and judges the "
                   "resulting access: who can sign in, and "
                   "who can do what in which workspace and folder.",
    .commands = commands,
    .command_count = ARRAY_LEN(commands),
    .examples = program_examples,
    .example_count = ARRAY_LEN(program_examples),
    .exit_statuses = exit_statuses,
};

/* --- shared by the commands --- */

static bool read_own_dialects(struct arena *arena, const struct options *options, struct selection *out, struct error *err)
{
    const char *const *files = options_list(options, "dialect", &out->own_count);
    const struct dialect **own = arena_array(arena, out->own_count + 1, sizeof *own);
    for (size_t i = 0; i < out->own_count; i++) {
        if (!command_read_dialect(arena, files[i], &own[i], err))
            return false;
        for (size_t k = 0; k < i; k++)
            if (text_equal(dialect_name(own[k]), dialect_name(own[i])))
                return error_set(err, ERROR_USAGE, "--dialect", "give each a name of its own", "two dialects are called %s",
                                 dialect_name(own[i]));
    }
    out->own = own;
    return true;
}

bool command_read_dialect(struct arena *arena, const char *path, const struct dialect **out, struct error *err)
{
    struct bytes text;
    struct json_document *document = arena_alloc(arena, sizeof *document);
    return file_read(arena, path, DIALECT_FILE_MAX, &text, err) && json_read(arena, text, path, document, err) &&
           dialect_file_read(arena, document, out, err);
}

bool command_selection(struct arena *arena, const struct options *options, struct selection *out, struct error *err)
{
    *out = (struct selection){.words = options->operands, .word_count = options->operand_count};
    out->tags = options_list(options, "tag", &out->tag_count);
    size_t count;
    const char *const *names = options_list(options, "idp", &count);
    const struct dialect **dialects_wanted = arena_array(arena, count, sizeof *dialects_wanted);
    if (!read_own_dialects(arena, options, out, err))
        return false;
    out->raw = count == 0 && out->own_count == 0;
    for (size_t i = 0; i < count; i++) {
        if (text_equal(names[i], "rfc")) {
            out->raw = out->plain = true;
            continue;
        }
        const struct dialect *dialect = dialect_find(names[i]);
        if (dialect == NULL)
            return error_set(err, ERROR_USAGE, "--idp", "`scimulator list dialects`", "no dialect \"%s\"", names[i]);
        dialects_wanted[out->dialect_count++] = dialect;
    }
    out->dialects = dialects_wanted;
    /* Only `rfc` was asked for: no provider's dialect, which an empty list would not say. */
    static const struct dialect *const none[] = {NULL};
    if (count > 0 && out->dialect_count == 0) {
        out->dialects = none;
        out->dialect_count = 1;
    }
    return true;
}

int command_fails(const struct error *err)
{
    char text[1100];
    fprintf(stderr, "scimulator: %s\n", error_text(err, text, sizeof text));
    return error_exit_status(err->code);
}

void command_complain(const struct complaints *complaints)
{
    char text[1100];
    for (size_t i = 0; i < complaints->count; i++)
        fprintf(stderr, "%s\n", error_text(&complaints->items[i], text, sizeof text));
    if (complaints->more)
        fprintf(stderr, "... and more: only the first %d complaints are shown\n", SCENARIO_MAX_COMPLAINTS);
}
