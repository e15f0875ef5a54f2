#include "common/base.h"

#include "common/clock.h"
#include "common/digest.h"
#include "common/error.h"
#include "common/file.h"
#include "common/http_client.h"
#include "common/memory.h"
#include "common/redact.h"
#include "common/text.h"
#include "reference-server/serve.h"
#include "reports/report.h"
#include "runner/catalog.h"
#include "runner/commands.h"
#include "runner/fault.h"
#include "runner/interrupt.h"
#include "runner/pace.h"
#include "runner/pool.h"
#include "runner/progress.h"
#include "runner/target.h"
#include "simulator/dialect.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LEFTOVERS_SHOWN 10 /* cases */

struct wanted_report {
    const struct report_writer *writer;
    const char *path; /* "-": standard output */
};

/* One `run`, from options to reports. Everything lives in the arena. */
struct session {
    struct arena *arena;
    struct options *options;
    struct selection selection;
    struct catalog catalog;
    struct job *jobs;
    size_t job_count;
    struct wanted_report *reports;
    size_t report_count;
    uint64_t seed, workers;
    const struct fault_storm *storm; /* NULL: none */
    struct redactor *redactor;
    const volatile int *stop;
    struct target target;
    struct progress progress;
    struct run_result result;
};

/* --- what is asked for --- */

static bool read_report(struct session *session, const char *text, struct error *err)
{
    const char *equals = strchr(text, '=');
    const char *name = equals == NULL ? text : arena_strndup(session->arena, text, (size_t)(equals - text));
    struct wanted_report report = {report_find(name), equals == NULL ? "-" : equals + 1};
    if (report.writer == NULL)
        return error_set(err, ERROR_USAGE, "--report", "console, json, junit or html", "no report \"%s\"", name);
    if (*report.path == '\0')
        return error_set(err, ERROR_USAGE, "--report", "write --report json=FILE", "\"%s\" names no file", text);
    for (size_t i = 0; i < session->report_count; i++)
        if (text_equal(session->reports[i].path, report.path))
            return error_set(err, ERROR_USAGE, "--report", "give each a file of its own", "two reports go to %s",
                             text_equal(report.path, "-") ? "standard output" : report.path);
    session->reports[session->report_count++] = report;
    return true;
}

static bool read_reports(struct session *session, struct error *err)
{
    size_t count;
    const char *const *texts = options_list(session->options, "report", &count);
    session->reports = arena_array(session->arena, count + 1, sizeof *session->reports);
    bool to_stdout = false;
    for (size_t i = 0; i < count; i++)
        if (!read_report(session, texts[i], err))
            return false;
    for (size_t i = 0; i < session->report_count; i++)
        to_stdout = to_stdout || text_equal(session->reports[i].path, "-");
    if (to_stdout || options_flag(session->options, "quiet"))
        return true;
    return read_report(session, "console", err);
}

static uint64_t processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > POOL_MAX_WORKERS ? POOL_MAX_WORKERS : (uint64_t)n;
}

/* On a shared target names must differ from run to run; on our own server the same run gives the same bytes. */
static bool read_numbers(struct session *session, struct error *err)
{
    bool bundled = options_text(session->options, "target") == NULL;
    uint64_t seed = bundled ? 1 : ((uint64_t)clock_now(clock_real()) ^ clock_monotonic_us()) & 0xffffffff;
    return options_u64(session->options, "seed", seed, UINT64_MAX, &session->seed, err) &&
           options_u64(session->options, "jobs", bundled ? processors() : 1, POOL_MAX_WORKERS, &session->workers, err) &&
           (session->workers > 0 || error_set(err, ERROR_USAGE, "--jobs", "at least 1", "no case can be played by 0 workers"));
}

/* Before the server is started: it would refuse them too, but where nobody is looking. */
static bool check_defects(const struct session *session, struct error *err)
{
    size_t wanted, known;
    const char *const *names = options_list(session->options, "defect", &wanted);
    const struct serve_defect *defects = serve_defects(&known);
    const char **candidates = arena_array(session->arena, known, sizeof *candidates);
    for (size_t i = 0; i < wanted; i++) {
        const char *near = NULL;
        bool found = false;
        for (size_t k = 0; k < known; k++) {
            candidates[k] = defects[k].name;
            found = found || text_equal(names[i], defects[k].name);
            near = near == NULL && text_starts(defects[k].name, names[i]) ? defects[k].name : near;
        }
        near = near == NULL ? text_nearest(names[i], candidates, known) : near;
        if (!found)
            return error_set(err, ERROR_USAGE, "--defect",
                             near == NULL ? "`scimulator list defects` shows what there is"
                                          : arena_printf(session->arena, "did you mean %s?", near),
                             "there is no defect \"%s\"", names[i]);
    }
    return true;
}

static bool read_storm(struct session *session, struct error *err)
{
    const char *text = options_text(session->options, "fault");
    struct fault_storm *storm = arena_alloc(session->arena, sizeof *storm);
    if (text == NULL)
        return true;
    session->storm = storm;
    return fault_storm_read(text, storm, err);
}

static bool read_plan(struct session *session, struct complaints *complaints, struct error *err)
{
    return command_selection(session->arena, session->options, &session->selection, err) && check_defects(session, err) &&
           read_reports(session, err) && read_numbers(session, err) && read_storm(session, err) &&
           catalog_load(session->arena, options_text(session->options, "scenarios"), &session->selection, &session->catalog,
                        complaints, err) &&
           catalog_select(session->arena, &session->catalog, &session->selection, &session->jobs, &session->job_count, err);
}

/* --- playing --- */

static void note_finished(void *context, const struct case_result *result)
{
    progress_case(context, result);
}

static bool wants_exchanges(const struct session *session)
{
    for (size_t i = 0; i < session->report_count; i++)
        if (text_equal(session->reports[i].writer->name, "html"))
            return true;
    return options_flag(session->options, "exchanges");
}

static bool play(struct session *session, struct error *err)
{
    struct run_result *run = &session->result;
    run->cases = arena_array(session->arena, session->job_count, sizeof *run->cases);
    run->case_count = session->job_count;
    session->progress = progress_new(session->job_count, options_flag(session->options, "quiet"),
                                     terminal_colour(STDERR_FILENO, options_text(session->options, "color")));
    const struct pool_options pool = {
        .workers = (unsigned)session->workers,
        .fail_fast = options_flag(session->options, "fail-fast"),
        .play = {.seed = session->seed,
                 .stop = session->stop,
                 .exchanges = wants_exchanges(session),
                 .pace = text_equal(options_text(session->options, "pace"), "real") ? &pace_real : NULL,
                 .storm = session->storm},
        .finished = note_finished,
        .context = &session->progress,
    };
    uint64_t start = clock_monotonic_us();
    bool played = pool_play(session->arena, &session->target, session->jobs, session->job_count, &pool, run->cases, err);
    run->duration_us = clock_monotonic_us() - start;
    progress_end(&session->progress);
    return played;
}

/* --- telling --- */

static bool write_reports(struct session *session, struct error *err)
{
    struct report_options style = {
        .exchanges = options_flag(session->options, "exchanges"),
        .width = terminal_width(STDOUT_FILENO),
        .verbose = options_flag(session->options, "verbose"),
    };
    for (size_t i = 0; i < session->report_count; i++) {
        const struct wanted_report *report = &session->reports[i];
        bool console = text_equal(report->writer->name, "console");
        style.colour =
            console && text_equal(report->path, "-") && terminal_colour(STDOUT_FILENO, options_text(session->options, "color"));
        struct buffer text = buffer_new((size_t)1024 * MIB);
        report->writer->write(&session->result, &style, &text);
        bool written = !text.full || error_set(err, ERROR_LIMIT, report->path, "play fewer scenarios at once",
                                               "the %s report is too long", report->writer->name);
        written = written && file_write(report->path, (struct bytes){buffer_text(&text), text.n}, 0644, err);
        buffer_release(&text);
        if (!written)
            return false;
    }
    return true;
}

/* What ended the run stands in the console report; on a terminal once is enough. */
static bool has_been_said(const struct session *session)
{
    for (size_t i = 0; i < session->report_count; i++)
        if (text_equal(session->reports[i].writer->name, "console") && text_equal(session->reports[i].path, "-"))
            return terminal_is(STDOUT_FILENO);
    return false;
}

/* Whoever owns the server must know, whatever report they read. */
static void tell_leftovers(const struct run_result *run)
{
    size_t cases = 0;
    for (size_t i = 0; i < run->case_count; i++) {
        const struct case_result *result = &run->cases[i];
        if (result->leftovers == NULL)
            continue;
        if (cases++ < LEFTOVERS_SHOWN)
            fprintf(stderr, "left on the server by %s %s: %s\n", result->id, result->dialect, result->leftovers);
    }
    if (cases > LEFTOVERS_SHOWN)
        fprintf(stderr, "left on the server by %zu more cases: the JSON report names them\n", cases - LEFTOVERS_SHOWN);
}

static int finish(struct session *session, bool played, const struct error *ended)
{
    struct run_result *run = &session->result;
    struct error err;
    char text[1100];
    if (!played) {
        run->interrupted = ended->code == ERROR_INTERRUPTED;
        run->problem = arena_strdup(session->arena, error_text(ended, text, sizeof text));
    }
    bool written = write_reports(session, &err);
    tell_leftovers(run);
    if (!written)
        return command_fails(&err);
    if (played)
        return run_exit_status(run);
    return has_been_said(session) ? error_exit_status(ended->code) : command_fails(ended);
}

/* What a command line needs to meet the same server again. */
static const char *again(struct session *session, const struct target_options *target)
{
    struct buffer b = buffer_new(0);
    for (size_t i = 0; i < target->defect_count; i++) {
        buffer_add(&b, "--defect ");
        shell_word(&b, target->defects[i]);
        buffer_add_char(&b, ' ');
    }
    if (target->strict)
        buffer_add(&b, "--strict-server ");
    if (target->url != NULL) {
        buffer_add(&b, "--target ");
        shell_word(&b, redact_text(session->redactor, session->arena, target->url));
        buffer_add_char(&b, ' ');
    }
    const char *const files[][2] = {{"--fault ", options_text(session->options, "fault")},
                                    {"--ca ", target->files.ca},
                                    {"--client-certificate ", target->files.certificate},
                                    {"--client-key ", target->files.key}};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        if (files[i][1] == NULL)
            continue;
        buffer_add(&b, files[i][0]);
        shell_word(&b, files[i][1]);
        buffer_add_char(&b, ' ');
    }
    return buffer_take(&b, session->arena);
}

/* Before anything is sent: every dialect finds what it shows. */
static bool suits(const struct session *session, struct error *err)
{
    for (size_t i = 0; i < session->job_count && session->target.admin_base == NULL; i++) {
        const struct dialect *dialect = session->jobs[i].dialect;
        if (dialect != NULL && !credentials_suit(&session->target.credentials, dialect_value(dialect, AXIS_AUTHORIZATION),
                                                 dialect_name(dialect), err))
            return false;
    }
    return true;
}

static int play_on_target(struct session *session)
{
    struct error err = {0};
    size_t defect_count;
    const char *const *defects = options_list(session->options, "defect", &defect_count);
    const struct target_options target = {
        .url = options_text(session->options, "target"),
        .defects = defects,
        .defect_count = defect_count,
        .quick_passwords = true,
        .strict = options_flag(session->options, "strict-server"),
        .files = {options_text(session->options, "ca"), options_text(session->options, "client-certificate"),
                  options_text(session->options, "client-key")},
        .seed = session->seed,
        .stop = session->stop,
        .redactor = session->redactor,
    };
    if (!target_open(session->arena, &target, &session->target, &err))
        return command_fails(&err);
    session->result.target = session->target.name;
    session->result.again = again(session, &target);
    session->result.scenarios = options_text(session->options, "scenarios");
    int status;
    if (!suits(session, &err)) {
        target_close(&session->target);
        return command_fails(&err);
    }
    if (!target_probe(&session->target, &err)) {
        status = finish(session, false, &err);
    } else {
        bool played = play(session, &err);
        status = finish(session, played, &err);
    }
    target_close(&session->target);
    return status;
}

int command_run(struct options *options)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct session session = {.arena = arena, .options = options};
    struct complaints *complaints = arena_alloc(arena, sizeof *complaints);
    struct error err = {0};
    if (!read_plan(&session, complaints, &err)) {
        if (complaints->count == 0)
            return command_fails(&err);
        command_complain(complaints);
        return error_exit_status(ERROR_INVALID);
    }
    if (!http_client_setup(&err))
        return command_fails(&err);
    session.stop = interrupt_watch();
    session.redactor = redactor_new();
    session.result = (struct run_result){
        .version = SCIMULATOR_VERSION, .seed = session.seed, .started = time_format(arena, clock_now(clock_real()))};
    int status = play_on_target(&session);
    redactor_free(session.redactor);
    http_client_teardown();
    return status;
}
