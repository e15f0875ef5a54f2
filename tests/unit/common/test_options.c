#include "common/base.h"
#include "common/options.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"

#include "tests/tap.h"

#include <string.h>

static const char *const dialects[] = {"okta-aiw", "okta-template", "entra", NULL};
static const char *const formats[] = {"console", "json", "junit", NULL};
static const char *const shells[] = {"bash", "zsh", "fish", NULL};

static const struct option_spec run_options[] = {
    {.name = "target", .placeholder = "URL", .help = "URL of the SCIM base", .env = "PLAY_TARGET"},
    {.name = "jobs", .letter = 'j', .placeholder = "N", .help = "scenarios at a time", .env = "PLAY_JOBS"},
    {.name = "idp", .placeholder = "NAME", .help = "dialect to speak", .choices = dialects, .repeat = true, .env = "PLAY_IDP"},
    {.name = "report",
     .letter = 'r',
     .placeholder = "FORMAT[=FILE]",
     .help = "what to write",
     .choices = formats,
     .repeat = true},
    {.name = "fail-fast", .letter = 'x', .help = "stop at the first finding; it's quick", .env = "PLAY_FAIL_FAST"},
    {.name = "wait", .placeholder = "TIME", .help = "how long to wait for the target"},
    {.name = "token", .placeholder = "TOKEN", .help = "bearer token of the target", .env = "PLAY_TOKEN", .env_only = true},
};
static const struct option_spec lint_options[] = {{.name = "into", .placeholder = "DIR", .help = "folder to write to"}};
static const struct option_spec shared_options[] = {
    {.name = "log", .letter = 'l', .placeholder = "LEVEL", .help = "how much to log"}};
static const struct option_example run_examples[] = {
    {"play run", "play everything"},
    {"play run --idp entra -j 4", "play everything as Entra, four at a time"},
};
static const char *const exit_statuses[] = {"0", "all good", "1", "a finding", NULL};
static const struct command_spec commands[] = {
    {.name = "run",
     .summary = "play scenarios",
     .operands = "[SELECT...]",
     .options = run_options,
     .option_count = ARRAY_LEN(run_options),
     .description = "Plays scenarios against a target.\n\nWithout a target it starts its own server, which takes a moment and a "
                    "free port on the loopback "
                    "interface of this machine.",
     .examples = run_examples,
     .example_count = ARRAY_LEN(run_examples)},
    {.name = "lint",
     .summary = "check files",
     .operands = "FILE...",
     .options = lint_options,
     .option_count = ARRAY_LEN(lint_options)},
    {.name = "push", .summary = "one event by hand", .operands = "IDP EVENT"},
    {.name = "completion", .summary = "print shell completion", .operands = "SHELL", .operand_choices = shells},
    {.name = "doctor", .summary = "look at the target"},
};
static const struct program_spec play = {.name = "play",
                                         .version = "1.2.3",
                                         .summary = "plays SCIM stories",
                                         .commands = commands,
                                         .command_count = ARRAY_LEN(commands),
                                         .shared = shared_options,
                                         .shared_count = ARRAY_LEN(shared_options),
                                         .examples = run_examples,
                                         .example_count = 1,
                                         .exit_statuses = exit_statuses};

/* --- parsing --- */

static const char *const *variables; /* name, value, ..., NULL */

static char *environment(const char *name)
{
    static char value[200];
    for (const char *const *v = variables; v != NULL && v[0] != NULL; v += 2) {
        if (strcmp(v[0], name) == 0) {
            size_t n = strlen(v[1]);
            memcpy(value, v[1], n + 1);
            return value;
        }
    }
    return NULL;
}

/* The line is split at blanks. */
static bool parse(struct arena *arena, const char *line, struct options *out, struct error *err)
{
    const char *const *words;
    size_t count = text_split(arena, line, ' ', &words);
    char **argv = arena_array(arena, count + 1, sizeof *argv);
    for (size_t i = 0; i < count; i++)
        argv[i] = arena_strdup(arena, words[i]);
    return options_parse(arena, &play, (int)count, argv, environment, out, err);
}

static void every_form_of_an_option_is_understood(void **state)
{
    UNUSED(state);
    static const char *const lines[] = {
        "play run --target http://x --jobs 4 --fail-fast a b",
        "play run --target=http://x -j 4 -x a b",
        "play run -j4 a --fail-fast b --target=http://x",
        "play run -j=4 -x --target=http://x -- a b",
    };
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct arena *arena = arena_new();
        struct options options;
        struct error err = {0};
        uint64_t jobs = 0;
        if (!parse(arena, lines[i], &options, &err))
            fail_msg("%s: %s", lines[i], err.message);
        assert_string_equal(options.command->name, "run");
        assert_string_equal(options_text(&options, "target"), "http://x");
        assert_true(options_u64(&options, "jobs", 1, 64, &jobs, &err));
        assert_int_equal(jobs, 4);
        assert_true(options_flag(&options, "fail-fast"));
        assert_int_equal(options.operand_count, 2);
        assert_string_equal(options.operands[0], "a");
        assert_string_equal(options.operands[1], "b");
        arena_free(arena);
    }
}

static void what_is_not_given_has_its_fallback(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct options options;
    assert_true(parse(arena, "play run", &options, NULL));
    uint64_t jobs = 0;
    int64_t wait = 0;
    size_t count = 9;
    assert_null(options_text(&options, "target"));
    assert_false(options_flag(&options, "fail-fast"));
    assert_true(options_u64(&options, "jobs", 7, 64, &jobs, NULL));
    assert_int_equal(jobs, 7);
    assert_true(options_duration(&options, "wait", 5, &wait, NULL));
    assert_int_equal(wait, 5);
    assert_null(options_list(&options, "idp", &count));
    assert_int_equal(count, 0);
    assert_int_equal(options.operand_count, 0);
    arena_free(arena);
}

static void lists_keep_their_order(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct options options;
    size_t count = 0;
    assert_true(parse(arena, "play run -r json=a.json --idp entra -r junit=b=c.xml --idp=okta-aiw -", &options, NULL));
    const char *const *reports = options_list(&options, "report", &count);
    assert_int_equal(count, 2);
    assert_string_equal(reports[0], "json=a.json");
    assert_string_equal(reports[1], "junit=b=c.xml");
    assert_string_equal(options_list(&options, "idp", &count)[1], "okta-aiw");
    assert_string_equal(options.operands[0], "-");
    arena_free(arena);
}

static void after_two_dashes_all_is_operand(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct options options;
    assert_true(parse(arena, "play run a -- --target -- -h", &options, NULL));
    assert_int_equal(options.operand_count, 4);
    assert_string_equal(options.operands[1], "--target");
    assert_false(options.help);
    arena_free(arena);
}

static void help_and_version_need_nothing_else(void **state)
{
    UNUSED(state);
    static const struct {
        const char *line, *command;
        bool help, version;
    } rows[] = {
        {"play", NULL, true, false},
        {"play --help", NULL, true, false},
        {"play -h", NULL, true, false},
        {"play help", NULL, true, false},
        {"play help run", "run", true, false},
        {"play run --help", "run", true, false},
        {"play lint -h", "lint", true, false},
        {"play run --nonsense --help", "run", true, false},
        {"play help --help", NULL, true, false},
        {"play --version", NULL, false, true},
        {"play -V", NULL, false, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct options options;
        assert_true(parse(arena, rows[i].line, &options, NULL));
        assert_int_equal(options.help, rows[i].help);
        assert_int_equal(options.version, rows[i].version);
        assert_true(text_equal(options.command == NULL ? NULL : options.command->name, rows[i].command));
        arena_free(arena);
    }
}

static void mistakes_are_explained(void **state)
{
    UNUSED(state);
    static const struct {
        const char *line, *where, *message, *remedy;
    } rows[] = {
        {"play rum", "rum", "no such command", "did you mean play run?"},
        {"play zzzzzzz", "zzzzzzz", "no such command", "see `play --help`"},
        {"play help rum", "rum", "no such command", "did you mean play run?"},
        {"play --log debug run", "--log", "stand behind a command", "see `play --help`"},
        {"play run --taget http://x", "--taget", "no such option", "did you mean --target?"},
        {"play run --taget=http://x", "--taget", "no such option", "did you mean --target?"},
        {"play run --qqqqqqqqqq", "--qqqqqqqqqq", "no such option", "see `play run --help`"},
        {"play run -q", "-q", "no such option", "see `play run --help`"},
        {"play run --target", "--target", "(URL) is missing", "see `play run --help`"},
        {"play run --target --jobs 4", "--target", "(URL) is missing", "see `play run --help`"},
        {"play run -j", "-j", "(N) is missing", "see `play run --help`"},
        {"play run --fail-fast=yes", "--fail-fast", "takes no value", "see `play run --help`"},
        {"play run -xj4", "-x", "takes no value", "see `play run --help`"},
        {"play run --jobs 1 -j 2", "-j", "given twice", "see `play run --help`"},
        {"play run -x -x", "-x", "given twice", "see `play run --help`"},
        {"play run --idp octa", "--idp", "there is no \"octa\"", "choose one of okta-aiw, okta-template, entra"},
        {"play run -r xml=a", "-r", "there is no \"xml=a\"", "choose one of console, json, junit"},
        {"play run --token abc", "--token", "not as an argument", "set PLAY_TOKEN in the environment"},
        {"play lint", "lint", "FILE... is missing", "see `play lint --help`"},
        {"play push okta", "push", "EVENT is missing", "see `play push --help`"},
        {"play push okta hire again", "again", "one operand too many", "see `play push --help`"},
        {"play doctor who", "who", "takes no operand", "see `play doctor --help`"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct options options;
        struct error err = {0};
        if (parse(arena, rows[i].line, &options, &err))
            fail_msg("accepted: %s", rows[i].line);
        assert_int_equal(err.code, ERROR_USAGE);
        assert_string_equal(err.where, rows[i].where);
        if (strstr(err.message, rows[i].message) == NULL)
            fail_msg("%s: %s", rows[i].line, err.message);
        assert_string_equal(err.remedy, rows[i].remedy);
        arena_free(arena);
    }
}

static void numbers_and_durations_are_strict(void **state)
{
    UNUSED(state);
    static const char *const bad[] = {"0x4", "-1", "4x", "65", "1.5", "99999999999999999999999", "+4"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct arena *arena = arena_new();
        struct options options;
        struct error err = {0};
        uint64_t jobs = 77;
        int64_t wait = 88;
        assert_true(parse(arena, arena_printf(arena, "play run --jobs=%s --wait=%sq", bad[i], bad[i]), &options, &err));
        assert_false(options_u64(&options, "jobs", 1, 64, &jobs, &err));
        assert_int_equal(err.code, ERROR_USAGE);
        assert_string_equal(err.where, "--jobs");
        assert_int_equal(jobs, 77);
        assert_false(options_duration(&options, "wait", 1, &wait, &err));
        assert_string_equal(err.where, "--wait");
        assert_int_equal(wait, 88);
        arena_free(arena);
    }
    struct arena *arena = arena_new();
    struct options options;
    int64_t wait = 0;
    assert_true(parse(arena, "play run --wait 30s", &options, NULL));
    assert_true(options_duration(&options, "wait", 1, &wait, NULL));
    assert_int_equal(wait, 30000);
    arena_free(arena);
}

static void the_environment_gives_defaults(void **state)
{
    UNUSED(state);
    static const char *const set[] = {"PLAY_TARGET",    "http://env", "PLAY_JOBS",  "x",      "PLAY_IDP", "entra,okta-aiw",
                                      "PLAY_FAIL_FAST", "yes",        "PLAY_TOKEN", "secret", NULL};
    struct arena *arena = arena_new();
    struct options options;
    struct error err = {0};
    size_t count = 0;
    uint64_t jobs = 0;
    variables = set;
    assert_true(parse(arena, "play run", &options, &err));
    assert_string_equal(options_text(&options, "target"), "http://env");
    assert_string_equal(options_text(&options, "token"), "secret");
    assert_true(options_flag(&options, "fail-fast"));
    assert_string_equal(options_list(&options, "idp", &count)[1], "okta-aiw");
    assert_int_equal(count, 2);
    assert_false(options_u64(&options, "jobs", 1, 64, &jobs, &err));
    assert_string_equal(err.where, "PLAY_JOBS"); /* blames what was set */

    assert_true(parse(arena, "play run --target http://line --idp entra", &options, &err));
    assert_string_equal(options_text(&options, "target"), "http://line"); /* the line wins */
    options_list(&options, "idp", &count);
    assert_int_equal(count, 1);

    static const char *const off[] = {"PLAY_TARGET", "", "PLAY_FAIL_FAST", "0", NULL};
    variables = off;
    assert_true(parse(arena, "play run", &options, &err));
    assert_null(options_text(&options, "target"));
    assert_false(options_flag(&options, "fail-fast"));

    static const char *const wrong[][3] = {
        {"PLAY_FAIL_FAST", "maybe", NULL}, {"PLAY_IDP", "entra,octa", NULL}, {"PLAY_TARGET", "\xFF", NULL}};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        variables = wrong[i];
        assert_false(parse(arena, "play run", &options, &err));
        assert_string_equal(err.where, wrong[i][0]);
    }
    variables = NULL;
    arena_free(arena);
}

static void hostile_lines_are_refused(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct options options;
    struct error err = {0};
    assert_false(parse(arena, "play run \xFF", &options, &err));
    assert_int_equal(err.code, ERROR_USAGE);
    char **argv = arena_array(arena, OPTIONS_MAX_ARGUMENTS + 2, sizeof *argv);
    for (size_t i = 0; i <= OPTIONS_MAX_ARGUMENTS; i++)
        argv[i] = arena_strdup(arena, i == 1 ? "run" : "x");
    assert_false(options_parse(arena, &play, OPTIONS_MAX_ARGUMENTS + 1, argv, NULL, &options, &err));
    assert_int_equal(err.code, ERROR_LIMIT);
    assert_true(options_parse(arena, &play, OPTIONS_MAX_ARGUMENTS, argv, NULL, &options, &err));
    assert_int_equal(options.operand_count, OPTIONS_MAX_ARGUMENTS - 2);
    arena_free(arena);
}

/* --- generators --- */

static const char run_help[] = "Examples:\n"
                               "  play run\n"
                               "      play everything\n"
                               "  play run --idp entra -j 4\n"
                               "      play everything as Entra, four at a time\n"
                               "\n"
                               "Usage:\n"
                               "  play run [OPTION...] [SELECT...]\n"
                               "\n"
                               "Plays scenarios against a target.\n"
                               "\n"
                               "Without a target it starts its own server, which takes a moment and a free port\n"
                               "on the loopback interface of this machine.\n"
                               "\n"
                               "Options:\n"
                               "      --target URL        URL of the SCIM base; default from $PLAY_TARGET\n"
                               "  -j, --jobs N            scenarios at a time; default from $PLAY_JOBS\n"
                               "      --idp NAME          dialect to speak; one of okta-aiw, okta-template,\n"
                               "                          entra; may be repeated; default from $PLAY_IDP\n"
                               "  -r, --report FORMAT[=FILE]\n"
                               "                          what to write; one of console, json, junit; may be\n"
                               "                          repeated\n"
                               "  -x, --fail-fast         stop at the first finding; it's quick; default from\n"
                               "                          $PLAY_FAIL_FAST\n"
                               "      --wait TIME         how long to wait for the target\n"
                               "  -l, --log LEVEL         how much to log\n"
                               "  -h, --help              show this text\n"
                               "\n"
                               "Environment:\n"
                               "  PLAY_TOKEN              bearer token of the target\n";

static void help_begins_with_examples(void **state)
{
    UNUSED(state);
    struct buffer b = buffer_new(0);
    options_help(&b, &play, &commands[0]);
    assert_string_equal(buffer_text(&b), run_help);
    buffer_clear(&b);
    options_help(&b, &play, NULL);
    const char *text = buffer_text(&b);
    assert_true(text_starts(text, "Examples:\n  play run\n"));
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        assert_non_null(strstr(text, commands[i].summary));
    assert_non_null(strstr(text, "Exit status:\n  0                       all good\n"));
    for (const char *line = text; line != NULL && *line != '\0'; line = strchr(line, '\n') + 1)
        assert_true(strcspn(line, "\n") <= 80);
    buffer_release(&b);
}

static void the_manual_knows_every_command_option_and_variable(void **state)
{
    UNUSED(state);
    struct buffer b = buffer_new(0);
    options_man(&b, &play);
    const char *text = buffer_text(&b);
    assert_true(text_starts(text, ".TH PLAY 1 \"\" \"play 1.2.3\" \"User Commands\"\n.SH NAME\nplay \\- plays SCIM stories\n"));
    assert_non_null(strstr(text, "\n.SS play run [OPTION...] [SELECT...]\n"));
    assert_non_null(strstr(text, "\\fB\\-j\\fR, \\fB\\-\\-jobs\\fR \\fIN\\fR\n"));
    assert_non_null(strstr(text, "\\fB\\-\\-fail\\-fast\\fR\n"));
    assert_non_null(strstr(text, "\\fBPLAY_TOKEN\\fR\nbearer token of the target\n"));
    assert_non_null(strstr(text, ".SH EXIT STATUS\n.TP\n.B 0\nall good\n"));
    assert_null(strstr(text, "\\-\\-token"));
    buffer_release(&b);
}

static void completion_knows_every_command_option_and_choice(void **state)
{
    UNUSED(state);
    static const char *const marks[] = {"run", "doctor", "fail-fast", "okta-aiw okta-template entra", "bash zsh fish", "log"};
    for (size_t i = 0; shells[i] != NULL; i++) {
        struct buffer b = buffer_new(0);
        assert_true(options_completion(&b, &play, shells[i], NULL));
        for (size_t k = 0; k < ARRAY_LEN(marks); k++)
            if (strstr(buffer_text(&b), marks[k]) == NULL)
                fail_msg("%s: %s", shells[i], marks[k]);
        assert_null(strstr(buffer_text(&b), "--token"));
        assert_null(strstr(buffer_text(&b), "-l token"));
        buffer_release(&b);
    }
    struct buffer b = buffer_new(0);
    struct error err = {0};
    assert_false(options_completion(&b, &play, "tcsh", &err));
    assert_int_equal(err.code, ERROR_USAGE);
    assert_int_equal(b.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_an_option_is_understood),
        cmocka_unit_test(what_is_not_given_has_its_fallback),
        cmocka_unit_test(lists_keep_their_order),
        cmocka_unit_test(after_two_dashes_all_is_operand),
        cmocka_unit_test(help_and_version_need_nothing_else),
        cmocka_unit_test(mistakes_are_explained),
        cmocka_unit_test(numbers_and_durations_are_strict),
        cmocka_unit_test(the_environment_gives_defaults),
        cmocka_unit_test(hostile_lines_are_refused),
        cmocka_unit_test(help_begins_with_examples),
        cmocka_unit_test(the_manual_knows_every_command_option_and_variable),
        cmocka_unit_test(completion_knows_every_command_option_and_choice),
    };
    return tap_run("options", tests);
}
