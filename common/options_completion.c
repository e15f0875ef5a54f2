/* Shell completion from the table in options.h. One writer per shell; words in the table hold no quotes but in help texts. */
#include "common/base.h"
#include "common/options.h"

#include "common/error.h"
#include "common/text.h"

#include <string.h>

enum value_kind { VALUE_NONE, VALUE_CHOICE, VALUE_FILE, VALUE_DIR, VALUE_OTHER };

static enum value_kind kind_of(const struct option_spec *spec)
{
    if (spec->placeholder == NULL)
        return VALUE_NONE;
    if (spec->choices != NULL)
        return VALUE_CHOICE;
    if (strstr(spec->placeholder, "FILE") != NULL)
        return VALUE_FILE;
    return strstr(spec->placeholder, "DIR") != NULL ? VALUE_DIR : VALUE_OTHER;
}

static bool takes_files(const struct command_spec *command)
{
    return command->operands != NULL && strstr(command->operands, "FILE") != NULL;
}

static void words(struct buffer *b, const char *const *list)
{
    for (size_t i = 0; list != NULL && list[i] != NULL; i++)
        buffer_printf(b, "%s%s", i == 0 ? "" : " ", list[i]);
}

/* Visits the command's own options, then the shared ones. */
typedef void option_visit(struct buffer *b, const char *program, const char *command, const struct option_spec *spec);

static void each_option(struct buffer *b, const struct program_spec *program, const struct command_spec *command,
                        option_visit *visit)
{
    for (size_t i = 0; i < command->option_count; i++)
        if (!command->options[i].env_only)
            visit(b, program->name, command->name, &command->options[i]);
    for (size_t i = 0; i < program->shared_count; i++)
        if (!program->shared[i].env_only)
            visit(b, program->name, command->name, &program->shared[i]);
}

static void quoted(struct buffer *b, const char *text, const char *escaped)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            buffer_add(b, "'\\''");
        else if (strchr(escaped, *text) != NULL)
            buffer_printf(b, "\\%c", *text);
        else
            buffer_add_char(b, *text);
    }
}

/* --- bash --- */

static void bash_value(struct buffer *b, const char *program, const char *command, const struct option_spec *spec)
{
    UNUSED(program);
    enum value_kind kind = kind_of(spec);
    if (kind == VALUE_NONE)
        return;
    buffer_printf(b, "    %s:--%s", command, spec->name);
    if (spec->letter != 0)
        buffer_printf(b, "|%s:-%c", command, spec->letter);
    buffer_add(b, ") ");
    if (kind == VALUE_CHOICE) {
        buffer_add(b, "COMPREPLY=($(compgen -W '");
        words(b, spec->choices);
        buffer_add(b, "' -- \"$cur\")); ");
    } else if (kind != VALUE_OTHER) {
        buffer_printf(b, "compopt -o filenames; COMPREPLY=($(compgen -%c -- \"$cur\")); ", kind == VALUE_FILE ? 'f' : 'd');
    }
    buffer_add(b, "return ;;\n");
}

static void bash_name(struct buffer *b, const char *program, const char *command, const struct option_spec *spec)
{
    UNUSED(program);
    UNUSED(command);
    buffer_printf(b, "--%s ", spec->name);
}

static void bash_command(struct buffer *b, const struct program_spec *program, const struct command_spec *command)
{
    buffer_printf(b, "    %s:-*) COMPREPLY=($(compgen -W '", command->name);
    each_option(b, program, command, bash_name);
    buffer_add(b, "--help' -- \"$cur\")) ;;\n");
    if (takes_files(command))
        buffer_printf(b, "    %s:*) compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n", command->name);
    else if (command->operand_choices != NULL) {
        buffer_printf(b, "    %s:*) COMPREPLY=($(compgen -W '", command->name);
        words(b, command->operand_choices);
        buffer_add(b, "' -- \"$cur\")) ;;\n");
    }
}

static void command_names(struct buffer *b, const struct program_spec *program)
{
    for (size_t i = 0; i < program->command_count; i++)
        buffer_printf(b, "%s ", program->commands[i].name);
}

static void bash(struct buffer *b, const struct program_spec *program)
{
    buffer_printf(b, "# bash completion for %s\n_%s()\n{\n", program->name, program->name);
    buffer_add(b, "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}\n"
                  "    if [ \"$cur\" = = ]; then\n"
                  "        cur=\n"
                  "    elif [ \"$prev\" = = ]; then\n"
                  "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
                  "    fi\n"
                  "    COMPREPLY=()\n"
                  "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                  "        COMPREPLY=($(compgen -W '");
    command_names(b, program);
    buffer_add(b, "help --help --version' -- \"$cur\"))\n        return\n    fi\n    case $command:$prev in\n    help:help) "
                  "COMPREPLY=($(compgen -W '");
    command_names(b, program);
    buffer_add(b, "' -- \"$cur\")); return ;;\n");
    for (size_t i = 0; i < program->command_count; i++)
        each_option(b, program, &program->commands[i], bash_value);
    buffer_add(b, "    esac\n    case $command:$cur in\n");
    for (size_t i = 0; i < program->command_count; i++)
        bash_command(b, program, &program->commands[i]);
    buffer_printf(b, "    esac\n}\ncomplete -F _%s %s\n", program->name, program->name);
}

/* --- zsh --- */

static void zsh_option(struct buffer *b, const char *program, const char *command, const struct option_spec *spec)
{
    UNUSED(program);
    UNUSED(command);
    enum value_kind kind = kind_of(spec);
    const char *assign = kind == VALUE_NONE ? "" : "=", *attach = kind == VALUE_NONE ? "" : "+";
    buffer_add(b, "        ");
    if (spec->letter != 0) {
        if (spec->repeat)
            buffer_add(b, "'*'");
        else
            buffer_printf(b, "'(-%c --%s)'", spec->letter, spec->name);
        buffer_printf(b, "{-%c%s,--%s%s}'", spec->letter, attach, spec->name, assign);
    } else {
        buffer_printf(b, "'%s--%s%s", spec->repeat ? "*" : "", spec->name, assign);
    }
    buffer_add_char(b, '[');
    quoted(b, spec->help, "[]:\\");
    buffer_add_char(b, ']');
    if (kind != VALUE_NONE) {
        buffer_add_char(b, ':');
        quoted(b, spec->placeholder, ":\\");
        buffer_add_char(b, ':');
    }
    if (kind == VALUE_CHOICE) {
        buffer_add_char(b, '(');
        words(b, spec->choices);
        buffer_add_char(b, ')');
    }
    buffer_add(b, kind == VALUE_FILE ? "_files" : kind == VALUE_DIR ? "_files -/" : "");
    buffer_add(b, "' \\\n");
}

static void zsh_operands(struct buffer *b, const struct command_spec *command)
{
    buffer_add(b, "        '(- *)'{-h,--help}'[show help]'");
    if (command->operands != NULL) {
        buffer_add(b, " \\\n        '*:");
        quoted(b, command->operands, ":\\");
        buffer_add_char(b, ':');
        if (takes_files(command)) {
            buffer_add(b, "_files");
        } else if (command->operand_choices != NULL) {
            buffer_add_char(b, '(');
            words(b, command->operand_choices);
            buffer_add_char(b, ')');
        }
        buffer_add_char(b, '\'');
    }
    buffer_add_char(b, '\n');
}

static void zsh(struct buffer *b, const struct program_spec *program)
{
    buffer_printf(b, "#compdef %s\n_%s() {\n    local -a commands=(\n", program->name, program->name);
    for (size_t i = 0; i < program->command_count; i++) {
        buffer_printf(b, "        '%s:", program->commands[i].name);
        quoted(b, program->commands[i].summary, ":\\");
        buffer_add(b, "'\n");
    }
    buffer_add(b, "        'help:show help'\n    )\n"
                  "    if (( CURRENT == 2 )); then\n"
                  "        _describe command commands\n"
                  "        return\n"
                  "    fi\n"
                  "    local command=$words[2]\n"
                  "    shift words\n"
                  "    (( CURRENT-- ))\n"
                  "    case $command in\n"
                  "    help) _describe command commands ;;\n");
    for (size_t i = 0; i < program->command_count; i++) {
        buffer_printf(b, "    %s)\n        _arguments -s \\\n", program->commands[i].name);
        each_option(b, program, &program->commands[i], zsh_option);
        zsh_operands(b, &program->commands[i]);
        buffer_add(b, "        ;;\n");
    }
    buffer_printf(b, "    esac\n}\nif [ \"$funcstack[1]\" = \"_%s\" ]; then\n    _%s \"$@\"\nelse\n    compdef _%s %s\nfi\n",
                  program->name, program->name, program->name, program->name);
}

/* --- fish --- */

static void fish_option(struct buffer *b, const char *program, const char *command, const struct option_spec *spec)
{
    enum value_kind kind = kind_of(spec);
    buffer_printf(b, "complete -c %s -n '__fish_seen_subcommand_from %s' -l %s", program, command, spec->name);
    if (spec->letter != 0)
        buffer_printf(b, " -s %c", spec->letter);
    if (kind == VALUE_FILE || kind == VALUE_DIR)
        buffer_add(b, " -r -F");
    else if (kind != VALUE_NONE)
        buffer_add(b, " -x");
    if (kind == VALUE_CHOICE) {
        buffer_add(b, " -a '");
        words(b, spec->choices);
        buffer_add_char(b, '\'');
    }
    buffer_add(b, " -d '");
    quoted(b, spec->help, "\\");
    buffer_add(b, "'\n");
}

static void fish_operands(struct buffer *b, const char *program, const struct command_spec *command)
{
    if (takes_files(command)) {
        buffer_printf(b, "complete -c %s -n '__fish_seen_subcommand_from %s' -F\n", program, command->name);
    } else if (command->operand_choices != NULL) {
        buffer_printf(b, "complete -c %s -n '__fish_seen_subcommand_from %s' -a '", program, command->name);
        words(b, command->operand_choices);
        buffer_add(b, "'\n");
    }
}

static void fish(struct buffer *b, const struct program_spec *program)
{
    buffer_printf(b, "# fish completion for %s\ncomplete -c %s -f\n", program->name, program->name);
    for (size_t i = 0; i < program->command_count; i++) {
        const struct command_spec *command = &program->commands[i];
        buffer_printf(b, "complete -c %s -n __fish_use_subcommand -a %s -d '", program->name, command->name);
        quoted(b, command->summary, "\\");
        buffer_add(b, "'\n");
        each_option(b, program, command, fish_option);
        fish_operands(b, program->name, command);
    }
    buffer_printf(b, "complete -c %s -s h -l help -d 'show help'\n", program->name);
    buffer_printf(b, "complete -c %s -n __fish_use_subcommand -s V -l version -d 'show the version'\n", program->name);
}

bool options_completion(struct buffer *b, const struct program_spec *program, const char *shell, struct error *err)
{
    static const struct {
        const char *name;
        void (*write)(struct buffer *b, const struct program_spec *program);
    } shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
    for (size_t i = 0; i < ARRAY_LEN(shells); i++) {
        if (text_equal(shell, shells[i].name)) {
            shells[i].write(b, program);
            return true;
        }
    }
    return error_set(err, ERROR_USAGE, shell, "choose one of bash, zsh, fish", "there is no completion for this shell");
}
