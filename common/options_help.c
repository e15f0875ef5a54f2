/* Help and the man page, both from the table in options.h. */
#include "common/base.h"
#include "common/options.h"

#include "common/memory.h"
#include "common/text.h"

#include <string.h>

#define WIDTH  80
#define COLUMN 26

/* --- plain text --- */

static void pad(struct buffer *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buffer_add_char(b, ' ');
}

/* Words from column `at` on, continued at `indent`; an empty line between paragraphs. Ends with a newline. */
static void wrap(struct buffer *b, const char *text, size_t at, size_t indent)
{
    bool first = true;
    while (*text != '\0') {
        size_t blanks = strspn(text, " \n");
        bool paragraph = blanks >= 2 && text_starts(text, "\n\n");
        text += blanks;
        size_t n = strcspn(text, " \n");
        if (n == 0)
            break;
        bool breaks = !first && (paragraph || at + 1 + n > WIDTH);
        if (breaks) {
            buffer_add(b, paragraph ? "\n\n" : "\n");
            pad(b, indent);
            at = indent;
        } else if (!first) {
            buffer_add_char(b, ' ');
            at++;
        }
        buffer_add_bytes(b, text, n);
        at += n;
        text += n;
        first = false;
    }
    buffer_add_char(b, '\n');
}

static void heading(struct buffer *b, const char *text)
{
    if (b->n > 0)
        buffer_add_char(b, '\n');
    buffer_printf(b, "%s:\n", text);
}

/* "  left      right", or right on the next line when left is long. */
static void row(struct buffer *b, const char *left, const char *right)
{
    size_t at = 2 + strlen(left);
    buffer_printf(b, "  %s", left);
    if (at + 2 > COLUMN) {
        buffer_add_char(b, '\n');
        at = 0;
    }
    pad(b, COLUMN - at);
    wrap(b, right, COLUMN, COLUMN);
}

static void examples_text(struct buffer *b, const struct option_example *examples, size_t count)
{
    if (count == 0)
        return;
    heading(b, "Examples");
    for (size_t i = 0; i < count; i++) {
        buffer_printf(b, "  %s\n      ", examples[i].line);
        wrap(b, examples[i].effect, 6, 6);
    }
}

/* "read the token; one of a, b; may be repeated; default from $X" */
static void describe(struct buffer *b, const struct option_spec *spec, bool with_variable)
{
    buffer_add(b, spec->help);
    for (size_t i = 0; spec->choices != NULL && spec->choices[i] != NULL; i++)
        buffer_printf(b, "%s%s", i == 0 ? "; one of " : ", ", spec->choices[i]);
    if (spec->repeat)
        buffer_add(b, "; may be repeated");
    if (with_variable && spec->env != NULL)
        buffer_printf(b, "; default from $%s", spec->env);
}

static void option_row(struct buffer *b, const struct option_spec *spec)
{
    struct buffer left = buffer_new(0), right = buffer_new(0);
    if (spec->letter != 0)
        buffer_printf(&left, "-%c, ", spec->letter);
    else
        buffer_add(&left, "    ");
    buffer_printf(&left, "--%s%s%s", spec->name, spec->placeholder == NULL ? "" : " ",
                  spec->placeholder == NULL ? "" : spec->placeholder);
    describe(&right, spec, true);
    row(b, buffer_text(&left), buffer_text(&right));
    buffer_release(&left);
    buffer_release(&right);
}

static void option_rows(struct buffer *b, const struct option_spec *options, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!options[i].env_only)
            option_row(b, &options[i]);
}

static void variable_rows(struct buffer *b, const struct option_spec *options, size_t count, bool *any)
{
    for (size_t i = 0; i < count; i++) {
        if (!options[i].env_only)
            continue;
        if (!*any)
            heading(b, "Environment");
        *any = true;
        row(b, options[i].env, options[i].help);
    }
}

static const struct option_spec help_option = {.name = "help", .letter = 'h', .help = "show this text"};
static const struct option_spec version_option = {.name = "version", .letter = 'V', .help = "show the version"};

static void command_help(struct buffer *b, const struct program_spec *program, const struct command_spec *command)
{
    examples_text(b, command->examples, command->example_count);
    heading(b, "Usage");
    buffer_printf(b, "  %s %s [OPTION...]%s%s\n\n", program->name, command->name, command->operands == NULL ? "" : " ",
                  command->operands == NULL ? "" : command->operands);
    wrap(b, command->description == NULL ? command->summary : command->description, 0, 0);
    heading(b, "Options");
    option_rows(b, command->options, command->option_count);
    option_rows(b, program->shared, program->shared_count);
    option_row(b, &help_option);
    bool any = false;
    variable_rows(b, command->options, command->option_count, &any);
    variable_rows(b, program->shared, program->shared_count, &any);
}

static void overview(struct buffer *b, const struct program_spec *program)
{
    examples_text(b, program->examples, program->example_count);
    heading(b, "Usage");
    buffer_printf(b, "  %s COMMAND [OPTION...] [OPERAND...]\n\n", program->name);
    wrap(b, program->description == NULL ? program->summary : program->description, 0, 0);
    heading(b, "Commands");
    for (size_t i = 0; i < program->command_count; i++)
        row(b, program->commands[i].name, program->commands[i].summary);
    heading(b, "Options");
    option_row(b, &help_option);
    option_row(b, &version_option);
    if (program->exit_statuses != NULL)
        heading(b, "Exit status");
    for (const char *const *s = program->exit_statuses; s != NULL && s[0] != NULL && s[1] != NULL; s += 2)
        row(b, s[0], s[1]);
    buffer_printf(b, "\n`%s COMMAND --help` tells more about a command.\n", program->name);
}

void options_help(struct buffer *b, const struct program_spec *program, const struct command_spec *command)
{
    struct buffer text = buffer_new(0); /* its own, so that the first heading knows that it is the first */
    if (command == NULL)
        overview(&text, program);
    else
        command_help(&text, program, command);
    buffer_add(b, buffer_text(&text));
    buffer_release(&text);
}

/* --- roff --- */

/* Text for a line of its own: no backslash, hyphen or leading dot is taken for markup. */
static void roff(struct buffer *b, const char *text)
{
    bool line_start = b->n == 0 || b->p[b->n - 1] == '\n';
    for (; *text != '\0'; text++) {
        if (line_start && (*text == '.' || *text == '\''))
            buffer_add(b, "\\&");
        line_start = false;
        if (*text == '\\')
            buffer_add(b, "\\e");
        else if (*text == '-')
            buffer_add(b, "\\-");
        else if (text_starts(text, "\n\n")) {
            buffer_add(b, "\n.PP\n");
            text++;
            line_start = true;
        } else {
            buffer_add_char(b, *text);
            line_start = *text == '\n';
        }
    }
}

static void roff_line(struct buffer *b, const char *text)
{
    roff(b, text);
    buffer_add_char(b, '\n');
}

static void roff_styled(struct buffer *b, char font, const char *text)
{
    buffer_printf(b, "\\f%c", font);
    roff(b, text);
    buffer_add(b, "\\fR");
}

static void option_man(struct buffer *b, const struct option_spec *spec)
{
    buffer_add(b, ".TP\n");
    if (spec->letter != 0)
        buffer_printf(b, "\\fB\\-%c\\fR, ", spec->letter);
    buffer_add(b, "\\fB\\-\\-");
    roff(b, spec->name);
    buffer_add(b, "\\fR");
    if (spec->placeholder != NULL) {
        buffer_add_char(b, ' ');
        roff_styled(b, 'I', spec->placeholder);
    }
    buffer_add_char(b, '\n');
    struct buffer text = buffer_new(0);
    describe(&text, spec, true);
    roff_line(b, buffer_text(&text));
    buffer_release(&text);
}

static void options_rows_man(struct buffer *b, const struct option_spec *options, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!options[i].env_only)
            option_man(b, &options[i]);
}

static void examples_man(struct buffer *b, const struct option_example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buffer_add(b, ".TP\n");
        roff_styled(b, 'B', examples[i].line);
        buffer_add_char(b, '\n');
        roff_line(b, examples[i].effect);
    }
}

static void command_man(struct buffer *b, const struct program_spec *program, const struct command_spec *command)
{
    buffer_add(b, ".SS ");
    roff(b, program->name);
    buffer_add_char(b, ' ');
    roff(b, command->name);
    buffer_add(b, " [OPTION...]");
    if (command->operands != NULL) {
        buffer_add_char(b, ' ');
        roff(b, command->operands);
    }
    buffer_add_char(b, '\n');
    roff_line(b, command->description == NULL ? command->summary : command->description);
    options_rows_man(b, command->options, command->option_count);
    if (command->example_count > 0)
        buffer_add(b, ".PP\nExamples:\n");
    examples_man(b, command->examples, command->example_count);
}

/* A variable that several commands know is described once. */
static bool is_first_with_variable(const struct program_spec *program, const struct option_spec *spec)
{
    for (size_t c = 0; c < program->command_count; c++) {
        const struct command_spec *command = &program->commands[c];
        for (size_t i = 0; i < command->option_count; i++) {
            if (&command->options[i] == spec)
                return true;
            if (text_equal(command->options[i].env, spec->env))
                return false;
        }
    }
    return true;
}

static void variables_man(struct buffer *b, const struct program_spec *program, const struct option_spec *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (options[i].env == NULL || !is_first_with_variable(program, &options[i]))
            continue;
        buffer_add(b, ".TP\n");
        roff_styled(b, 'B', options[i].env);
        buffer_add_char(b, '\n');
        if (!options[i].env_only) {
            buffer_add(b, "default of \\fB\\-\\-");
            roff(b, options[i].name);
            buffer_add(b, "\\fR: ");
        }
        roff_line(b, options[i].help);
    }
}

void options_man(struct buffer *b, const struct program_spec *program)
{
    buffer_add(b, ".TH ");
    for (const char *p = program->name; *p != '\0'; p++)
        buffer_add_char(b, *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p);
    buffer_printf(b, " 1 \"\" \"%s %s\" \"User Commands\"\n.SH NAME\n%s \\- ", program->name, program->version, program->name);
    roff_line(b, program->summary);
    buffer_printf(b, ".SH SYNOPSIS\n.B %s\n\\fICOMMAND\\fR [\\fIOPTION\\fR...] [\\fIOPERAND\\fR...]\n.SH DESCRIPTION\n",
                  program->name);
    roff_line(b, program->description == NULL ? program->summary : program->description);
    if (program->example_count > 0)
        buffer_add(b, ".SH EXAMPLES\n");
    examples_man(b, program->examples, program->example_count);
    buffer_add(b, ".SH COMMANDS\n");
    for (size_t i = 0; i < program->command_count; i++)
        command_man(b, program, &program->commands[i]);
    buffer_add(b, ".SH COMMON OPTIONS\n");
    options_rows_man(b, program->shared, program->shared_count);
    option_man(b, &help_option);
    option_man(b, &version_option);
    buffer_add(b, ".SH ENVIRONMENT\n");
    for (size_t i = 0; i < program->command_count; i++)
        variables_man(b, program, program->commands[i].options, program->commands[i].option_count);
    variables_man(b, program, program->shared, program->shared_count);
    if (program->exit_statuses != NULL)
        buffer_add(b, ".SH EXIT STATUS\n");
    for (const char *const *s = program->exit_statuses; s != NULL && s[0] != NULL && s[1] != NULL; s += 2) {
        buffer_printf(b, ".TP\n.B %s\n", s[0]);
        roff_line(b, s[1]);
    }
}
