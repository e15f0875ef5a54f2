#include "common/base.h"
#include "common/options.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct option_value {
    const struct option_spec *spec;
    const char **texts; /* of a flag: its own name */
    size_t count;
    bool from_environment;
};

struct parser {
    struct arena *arena;
    const struct program_spec *program;
    int argc, at;
    char *const *argv;
    struct options *out;
    const char **operands;
    struct error *err;
};

/* --- errors --- */

static bool see_help(const struct parser *parser, const char *where, const char *message)
{
    char remedy[200];
    const struct command_spec *command = parser->out->command;
    snprintf(remedy, sizeof remedy, "see `%s %s%s--help`", parser->program->name, command == NULL ? "" : command->name,
             command == NULL ? "" : " ");
    return error_set(parser->err, ERROR_USAGE, where, remedy, "%s", message);
}

static bool unknown(const struct parser *parser, const char *where, const char *message, const char *word,
                    const char *const *known, size_t count, const char *prefix)
{
    const char *near = text_nearest(word, known, count);
    if (near == NULL)
        return see_help(parser, where, message);
    char remedy[200];
    snprintf(remedy, sizeof remedy, "did you mean %s%s?", prefix, near);
    return error_set(parser->err, ERROR_USAGE, where, remedy, "%s", message);
}

static bool unknown_option(const struct parser *parser, const char *word, const char *name)
{
    const char **known = arena_array(parser->arena, parser->out->value_count + 2, sizeof *known);
    size_t count = 0;
    for (size_t i = 0; i < parser->out->value_count; i++)
        if (!parser->out->values[i].spec->env_only)
            known[count++] = parser->out->values[i].spec->name;
    known[count++] = "help";
    return unknown(parser, word, "there is no such option", name, known, count, "--");
}

static bool unknown_command(const struct parser *parser, const char *word)
{
    const struct program_spec *program = parser->program;
    const char **known = arena_array(parser->arena, program->command_count + 1, sizeof *known);
    for (size_t i = 0; i < program->command_count; i++)
        known[i] = program->commands[i].name;
    known[program->command_count] = "help";
    char prefix[80];
    snprintf(prefix, sizeof prefix, "%s ", program->name);
    return unknown(parser, word, "there is no such command", word, known, program->command_count + 1, prefix);
}

/* --- values --- */

static const char *choice_list(struct arena *arena, const char *const *choices)
{
    struct buffer b = buffer_new(0);
    for (size_t i = 0; choices[i] != NULL; i++)
        buffer_printf(&b, "%s%s", i == 0 ? "" : ", ", choices[i]);
    return buffer_take(&b, arena);
}

static bool is_choice(const struct option_spec *spec, const char *text)
{
    size_t n = strcspn(text, "=");
    for (size_t i = 0; spec->choices[i] != NULL; i++)
        if (strlen(spec->choices[i]) == n && strncmp(spec->choices[i], text, n) == 0)
            return true;
    return false;
}

static bool add_value(struct parser *parser, struct option_value *value, const char *text, const char *where)
{
    const struct option_spec *spec = value->spec;
    if (value->count > 0 && !spec->repeat)
        return see_help(parser, where, "this option is given twice");
    if (spec->choices != NULL && !is_choice(spec, text)) {
        char remedy[200];
        snprintf(remedy, sizeof remedy, "choose one of %s", choice_list(parser->arena, spec->choices));
        return error_set(parser->err, ERROR_USAGE, where, remedy, "there is no \"%.80s\"", text);
    }
    value->texts = arena_grow(parser->arena, value->texts, value->count, value->count + 1, sizeof *value->texts);
    value->texts[value->count++] = text;
    return true;
}

static struct option_value *find(const struct options *options, const char *name, size_t n)
{
    for (size_t i = 0; i < options->value_count; i++) {
        const char *candidate = options->values[i].spec->name;
        if (strlen(candidate) == n && strncmp(candidate, name, n) == 0)
            return &options->values[i];
    }
    return NULL;
}

static struct option_value *find_letter(const struct options *options, char letter)
{
    for (size_t i = 0; i < options->value_count; i++)
        if (options->values[i].spec->letter != 0 && options->values[i].spec->letter == letter)
            return &options->values[i];
    return NULL;
}

/* --- one argument --- */

/* attached: what stands behind `=`, or NULL: then the value is the next argument. */
static bool take_option(struct parser *parser, struct option_value *value, const char *where, const char *attached)
{
    const struct option_spec *spec = value->spec;
    if (spec->env_only) {
        char remedy[200];
        snprintf(remedy, sizeof remedy, "set %s in the environment", spec->env);
        return error_set(parser->err, ERROR_USAGE, where, remedy,
                         "not as an argument: other users of this machine could read it");
    }
    if (spec->placeholder == NULL)
        return attached == NULL ? add_value(parser, value, spec->name, where)
                                : see_help(parser, where, "this option takes no value");
    if (attached == NULL) {
        const char *next = parser->at < parser->argc ? parser->argv[parser->at] : NULL;
        if (next == NULL || text_starts(next, "--"))
            return see_help(parser, where, arena_printf(parser->arena, "the value (%s) is missing", spec->placeholder));
        parser->at++;
        attached = next;
    }
    return add_value(parser, value, attached, where);
}

static bool take_long(struct parser *parser, const char *word)
{
    const char *name = word + 2;
    size_t n = strcspn(name, "=");
    const char *where = arena_strndup(parser->arena, word, n + 2);
    struct option_value *value = find(parser->out, name, n);
    if (value == NULL)
        return unknown_option(parser, where, where + 2);
    return take_option(parser, value, where, name[n] == '=' ? name + n + 1 : NULL);
}

static bool take_short(struct parser *parser, const char *word)
{
    const char *where = arena_strndup(parser->arena, word, 2);
    struct option_value *value = find_letter(parser->out, word[1]);
    if (value == NULL)
        return see_help(parser, where, "there is no such option");
    const char *attached = word[2] == '\0' ? NULL : word[2] == '=' ? word + 3 : word + 2;
    return take_option(parser, value, where, attached);
}

static bool take_arguments(struct parser *parser)
{
    bool ended = false;
    while (parser->at < parser->argc) {
        const char *word = parser->argv[parser->at++];
        if (!ended && strcmp(word, "--") == 0)
            ended = true;
        else if (ended || word[0] != '-' || word[1] == '\0')
            parser->operands[parser->out->operand_count++] = word;
        else if (!(word[1] == '-' ? take_long(parser, word) : take_short(parser, word)))
            return false;
    }
    return true;
}

/* --- defaults from the environment --- */

static bool flag_from_text(const struct parser *parser, const char *env, const char *text, bool *on)
{
    static const char *const yes[] = {"1", "true", "yes", "on"};
    static const char *const no[] = {"0", "false", "no", "off"};
    for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
        if (text_equal_nocase(text, yes[i]) || text_equal_nocase(text, no[i])) {
            *on = text_equal_nocase(text, yes[i]);
            return true;
        }
    }
    return error_set(parser->err, ERROR_USAGE, env, "set it to 1 or 0", "\"%.80s\" is neither yes nor no", text);
}

static bool take_default(struct parser *parser, struct option_value *value, const char *text)
{
    const struct option_spec *spec = value->spec;
    value->from_environment = true;
    if (!text_is_utf8(text, strlen(text)))
        return error_set(parser->err, ERROR_USAGE, spec->env, "", "the value is not UTF-8");
    if (spec->placeholder == NULL) {
        bool on = false;
        return flag_from_text(parser, spec->env, text, &on) && (!on || add_value(parser, value, spec->name, spec->env));
    }
    if (!spec->repeat)
        return add_value(parser, value, arena_strdup(parser->arena, text), spec->env);
    const char *const *parts;
    size_t count = text_split(parser->arena, text, ',', &parts);
    for (size_t i = 0; i < count; i++)
        if (!text_is_blank(parts[i]) && !add_value(parser, value, parts[i], spec->env))
            return false;
    return true;
}

static bool take_environment(struct parser *parser, char *(*environment)(const char *name))
{
    for (size_t i = 0; environment != NULL && i < parser->out->value_count; i++) {
        struct option_value *value = &parser->out->values[i];
        const char *text = value->count > 0 || value->spec->env == NULL ? NULL : environment(value->spec->env);
        if (!text_is_blank(text) && !take_default(parser, value, text))
            return false;
    }
    return true;
}

/* --- operands --- */

/* "ID", "[SELECT...]", "okta|entra EVENT...": every word without brackets must be there, dots allow more. */
static bool check_operands(const struct parser *parser)
{
    const struct options *out = parser->out;
    const char *form = out->command->operands;
    if (form == NULL)
        return out->operand_count == 0 ||
               see_help(parser, out->operands[0], arena_printf(parser->arena, "`%s` takes no operand", out->command->name));
    const char *const *words;
    size_t count = text_split(parser->arena, form, ' ', &words), required = 0;
    for (size_t i = 0; i < count; i++)
        if (words[i][0] != '[')
            required++;
    if (out->operand_count < required)
        return see_help(parser, out->command->name, arena_printf(parser->arena, "%s is missing", words[out->operand_count]));
    if (out->operand_count > count && strstr(form, "...") == NULL)
        return see_help(parser, out->operands[count], "one operand too many");
    return true;
}

/* --- the whole line --- */

static const struct command_spec *find_command(const struct program_spec *program, const char *name)
{
    for (size_t i = 0; i < program->command_count; i++)
        if (strcmp(program->commands[i].name, name) == 0)
            return &program->commands[i];
    return NULL;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static bool asks_for_help(int argc, char *const *argv, int from)
{
    for (int i = from; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (is_help(argv[i]))
            return true;
    return false;
}

static void list_values(struct parser *parser)
{
    const struct program_spec *program = parser->program;
    const struct command_spec *command = parser->out->command;
    parser->out->values = arena_array(parser->arena, command->option_count + program->shared_count, sizeof *parser->out->values);
    for (size_t i = 0; i < command->option_count; i++)
        parser->out->values[parser->out->value_count++].spec = &command->options[i];
    for (size_t i = 0; i < program->shared_count; i++)
        parser->out->values[parser->out->value_count++].spec = &program->shared[i];
}

/* The word before the command's own arguments: a command, help, version. True with `done` when nothing else is to be parsed. */
static bool take_first(struct parser *parser, bool *done)
{
    struct options *out = parser->out;
    *done = true;
    if (parser->argc < 2 || is_help(parser->argv[1]))
        return out->help = true;
    const char *word = parser->argv[1];
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0)
        return out->version = true;
    out->help = strcmp(word, "help") == 0;
    if (out->help && (parser->argc == 2 || is_help(parser->argv[2])))
        return true;
    if (out->help)
        word = parser->argv[2];
    else if (word[0] == '-')
        return see_help(parser, word, "options stand behind a command");
    out->command = find_command(parser->program, word);
    if (out->command == NULL)
        return unknown_command(parser, word);
    out->help = out->help || asks_for_help(parser->argc, parser->argv, 2);
    *done = out->help;
    parser->at = 2;
    return true;
}

static bool check_arguments(const struct parser *parser)
{
    if (parser->argc > OPTIONS_MAX_ARGUMENTS)
        return error_set(parser->err, ERROR_LIMIT, "", "", "more than %d arguments", OPTIONS_MAX_ARGUMENTS);
    for (int i = 1; i < parser->argc; i++)
        if (!text_is_utf8(parser->argv[i], strlen(parser->argv[i])))
            return error_set(parser->err, ERROR_USAGE, "", "", "argument %d is not UTF-8", i);
    return true;
}

bool options_parse(struct arena *arena, const struct program_spec *program, int argc, char *const *argv,
                   char *(*environment)(const char *name), struct options *out, struct error *err)
{
    struct options result = {.program = program};
    struct parser parser = {.arena = arena, .program = program, .argc = argc, .argv = argv, .out = &result, .err = err};
    bool done = false;
    if (!check_arguments(&parser) || !take_first(&parser, &done))
        return false;
    if (!done) {
        list_values(&parser);
        parser.operands = arena_array(arena, (size_t)argc, sizeof *parser.operands);
        result.operands = parser.operands;
        if (!take_arguments(&parser) || !take_environment(&parser, environment) || !check_operands(&parser))
            return false;
    }
    *out = result;
    return true;
}

/* --- getters --- */

static const struct option_value *get(const struct options *options, const char *name)
{
    const struct option_value *value = find(options, name, strlen(name));
    assert(value != NULL);
    return value;
}

const char *options_text(const struct options *options, const char *name)
{
    const struct option_value *value = get(options, name);
    return value == NULL || value->count == 0 ? NULL : value->texts[value->count - 1];
}

bool options_flag(const struct options *options, const char *name)
{
    return options_text(options, name) != NULL;
}

const char *const *options_list(const struct options *options, const char *name, size_t *count)
{
    const struct option_value *value = get(options, name);
    *count = value == NULL ? 0 : value->count;
    return *count == 0 ? NULL : value->texts;
}

/* Where the value came from, for an error. */
static void origin(const struct options *options, const char *name, char *out, size_t size)
{
    const struct option_value *value = get(options, name);
    bool from_environment = value != NULL && value->from_environment;
    snprintf(out, size, "%s%s", from_environment ? "" : "--", from_environment ? value->spec->env : name);
}

bool options_u64(const struct options *options, const char *name, uint64_t fallback, uint64_t max, uint64_t *out,
                 struct error *err)
{
    const char *text = options_text(options, name);
    char where[80];
    origin(options, name, where, sizeof where);
    uint64_t n = fallback;
    if (text != NULL && !text_to_u64(text, max, &n))
        return error_set(err, ERROR_USAGE, where, "", "\"%.80s\" is not a whole number up to %llu", text,
                         (unsigned long long)max);
    *out = n;
    return true;
}

bool options_duration(const struct options *options, const char *name, int64_t fallback, int64_t *out, struct error *err)
{
    const char *text = options_text(options, name);
    char where[80];
    origin(options, name, where, sizeof where);
    int64_t ms = fallback;
    if (text != NULL && !duration_parse(text, &ms))
        return error_set(err, ERROR_USAGE, where, "write 250ms, 90s, 40m, 12h or 30d", "\"%.80s\" is not a duration", text);
    *out = ms;
    return true;
}
