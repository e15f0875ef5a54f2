#include "common/base.h"
#include "simulator/entra_pattern.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/entra_functions.h"

#include <ctype.h>
#include <regex.h>
#include <string.h>

struct pattern {
    regex_t regex;
    const char *names[PATTERN_MAX_GROUPS + 1]; /* by number; NULL: none */
    size_t groups;
};

/* --- from .NET to POSIX --- */

/* What is between two parentheses, or outside of all. */
struct level {
    size_t solid; /* parts of the alternative at hand that match no empty text */
    bool hollow;  /* an alternative before may match one */
};

struct rewriting {
    struct arena *arena;
    const char *at;
    struct buffer out;
    struct pattern *pattern;
    struct error *err;
    struct level levels[PATTERN_MAX_GROUPS + 1];
    size_t depth;
    bool solid; /* the part before */
};

static bool refuse(struct rewriting *r, const char *remedy, const char *what)
{
    return error_set(r->err, ERROR_INVALID, "", remedy, "the pattern has %s", what);
}

static void add_part(struct rewriting *r, bool solid)
{
    r->solid = solid;
    r->levels[r->depth].solid += solid;
}

/* Outside of brackets, and inside: NULL where there is no way to say it. */
static const struct {
    char letter;
    const char *outside, *inside;
} classes[] = {{'d', "[0-9]", "0-9"},
               {'D', "[^0-9]", NULL},
               {'w', "[[:alnum:]_]", "[:alnum:]_"},
               {'W', "[^[:alnum:]_]", NULL},
               {'s', "[[:space:]]", "[:space:]"},
               {'S', "[^[:space:]]", NULL}};

static bool rewrite_escape(struct rewriting *r, bool inside)
{
    char letter = r->at[1];
    r->at += 2;
    for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
        const char *text = inside ? classes[i].inside : classes[i].outside;
        if (classes[i].letter == letter && text != NULL) {
            buffer_add(&r->out, text);
            return true;
        }
    }
    bool plain = inside ? strchr(".,;:/@_+*?(){}|$ '\"", letter) != NULL : ispunct((unsigned char)letter) != 0;
    if (letter == '\0' || !plain)
        return refuse(r, "write \\d, \\w, \\s, or a sign behind the backslash", "a backslash before what it can't stand before");
    if (!inside)
        buffer_add_char(&r->out, '\\');
    buffer_add_char(&r->out, letter);
    return true;
}

static bool rewrite_brackets(struct rewriting *r)
{
    const char *start = r->at;
    buffer_add_char(&r->out, *r->at++);
    if (*r->at == '^')
        buffer_add_char(&r->out, *r->at++);
    const char *first = r->at;
    while (*r->at != '\0' && (*r->at != ']' || r->at == first)) {
        if (*r->at == '\\') {
            if (!rewrite_escape(r, true))
                return false;
        } else if (*r->at == '[') {
            return refuse(r, "write the bracket outside, as \\[", "a bracket within brackets");
        } else {
            buffer_add_char(&r->out, *r->at++);
        }
    }
    if (*r->at == '\0')
        return refuse(r, "close it with ]", start[1] == '\0' ? "a bracket at its end" : "a bracket that is not closed");
    buffer_add_char(&r->out, *r->at++);
    return true;
}

static bool rewrite_group(struct rewriting *r)
{
    struct pattern *p = r->pattern;
    if (p->groups == PATTERN_MAX_GROUPS)
        return error_set(r->err, ERROR_LIMIT, "", "take fewer", "the pattern has more than %d groups", PATTERN_MAX_GROUPS);
    p->groups++;
    r->levels[++r->depth] = (struct level){0};
    r->solid = false;
    buffer_add_char(&r->out, *r->at++);
    if (*r->at != '?')
        return true;
    const char *name = r->at + 2, *end = name + strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    if (r->at[1] != '<' || end == name || *end != '>')
        return refuse(r, "groups are (…) and (?<name>…)", "a group of another kind");
    p->names[p->groups] = arena_strndup(r->arena, name, (size_t)(end - name));
    r->at = end + 1;
    return true;
}

static void rewrite_alternative(struct rewriting *r, char sign)
{
    struct level *level = &r->levels[r->depth];
    level->hollow = level->hollow || level->solid == 0;
    level->solid = 0;
    r->solid = false;
    if (sign == '|' || r->depth == 0)
        return;
    r->depth--;
    add_part(r, !level->hollow);
}

static bool rewrite_repetition(struct rewriting *r)
{
    if (strchr("*+?", r->at[1]) != NULL && r->at[1] != '\0')
        return refuse(r, "leave the second sign out", "a lazy or possessive repetition");
    if (*r->at != '?' && !r->solid) /* glibc may look for such a match for ever */
        return refuse(r, "repeat something that is there: (a*)* is a*", "a repetition of what may be empty");
    if (*r->at != '+' && r->solid) {
        r->levels[r->depth].solid--;
        r->solid = false;
    }
    buffer_add_char(&r->out, *r->at++);
    return true;
}

static bool rewrite_sign(struct rewriting *r)
{
    if (*r->at == '|' || *r->at == ')')
        rewrite_alternative(r, *r->at);
    else
        add_part(r, *r->at != '^' && *r->at != '$');
    buffer_add_char(&r->out, *r->at++);
    return true;
}

static bool rewrite(struct rewriting *r)
{
    bool fine = true;
    while (fine && *r->at != '\0') {
        if (*r->at == '\\' || *r->at == '[')
            add_part(r, true);
        if (*r->at == '\\')
            fine = rewrite_escape(r, false);
        else if (*r->at == '[')
            fine = rewrite_brackets(r);
        else if (*r->at == '(')
            fine = rewrite_group(r);
        else if (strchr("*+?", *r->at) != NULL)
            fine = rewrite_repetition(r);
        else if (*r->at == '{')
            fine = refuse(r, "write the repetition out", "a {count}");
        else
            fine = rewrite_sign(r);
    }
    return fine;
}

static void free_pattern(void *pattern)
{
    regfree(pattern);
}

bool pattern_read(struct arena *arena, const char *text, const struct pattern **out, struct error *err)
{
    struct pattern *pattern = arena_alloc(arena, sizeof *pattern);
    struct rewriting r = {.arena = arena, .at = text, .out = buffer_new(0), .pattern = pattern, .err = err};
    if (strlen(text) > PATTERN_MAX_TEXT)
        return error_set(err, ERROR_LIMIT, "", "shorten it", "the pattern is longer than %d bytes", PATTERN_MAX_TEXT);
    bool fine = rewrite(&r);
    if (fine && regcomp(&pattern->regex, buffer_text(&r.out), REG_EXTENDED) != 0)
        fine = refuse(&r, "look at its parentheses and signs", "a mistake");
    else if (fine)
        arena_defer(arena, free_pattern, &pattern->regex);
    buffer_release(&r.out);
    *out = pattern;
    return fine;
}

static size_t group_named(const struct pattern *pattern, const char *name, size_t n)
{
    for (size_t i = 1; i <= pattern->groups; i++) {
        const char *group = pattern->names[i];
        if (group != NULL && strlen(group) == n && memcmp(group, name, n) == 0)
            return i;
        if (n == 1 && name[0] == (char)('0' + i))
            return i;
    }
    return 0;
}

bool pattern_has_group(const struct pattern *pattern, const char *name)
{
    return group_named(pattern, name, strlen(name)) > 0;
}

/* --- replacing --- */

struct replacing {
    const struct pattern *pattern;
    size_t group; /* only this part of a match is replaced; 0: the whole */
    const char *by;
    struct buffer out;
    regmatch_t found[PATTERN_MAX_GROUPS + 1];
};

static void add_group(struct replacing *r, const char *at, size_t group)
{
    if (r->found[group].rm_so >= 0)
        buffer_add_bytes(&r->out, at + r->found[group].rm_so, (size_t)(r->found[group].rm_eo - r->found[group].rm_so));
}

/* ${name} and $1 stand for a group of the match: which; 0: p begins with none. */
static size_t reference(const struct pattern *pattern, const char *p, const char **end)
{
    bool braces = p[0] == '$' && p[1] == '{';
    const char *close = braces ? strchr(p + 2, '}') : NULL;
    if (close != NULL) {
        *end = close + 1;
        return group_named(pattern, p + 2, (size_t)(close - p - 2));
    }
    if (p[0] != '$' || braces || p[1] == '\0')
        return 0;
    *end = p + 2;
    return group_named(pattern, p + 1, 1);
}

static void add_replacement(struct replacing *r, const char *at)
{
    const char *end = NULL;
    for (const char *p = r->by; *p != '\0';) {
        size_t group = reference(r->pattern, p, &end);
        if (group > 0)
            add_group(r, at, group);
        else
            buffer_add_char(&r->out, *p);
        p = group > 0 ? end : p + 1;
    }
}

static void replace_match(struct replacing *r, const char *at)
{
    const regmatch_t *whole = &r->found[0], *part = &r->found[r->group];
    if (r->group == 0) {
        add_replacement(r, at);
    } else if (part->rm_so < 0) {
        add_group(r, at, 0);
    } else {
        buffer_add_bytes(&r->out, at + whole->rm_so, (size_t)(part->rm_so - whole->rm_so));
        buffer_add(&r->out, r->by);
        buffer_add_bytes(&r->out, at + part->rm_eo, (size_t)(whole->rm_eo - part->rm_eo));
    }
}

/* NULL: too long, or a letter beyond ASCII was cut in two, since POSIX's `.` is a byte here. */
static const char *taken(struct arena *arena, struct buffer *out)
{
    bool fine = !out->full && text_is_utf8(buffer_text(out), out->n);
    const char *result = buffer_take(out, arena);
    return fine ? result : NULL;
}

static const char *replace_all(struct arena *arena, struct replacing *r, const char *text)
{
    int flags = 0;
    for (const char *at = text;; flags = REG_NOTBOL) {
        if (regexec(&r->pattern->regex, at, ARRAY_LEN(r->found), r->found, flags) != 0) {
            buffer_add(&r->out, at);
            break;
        }
        size_t end = (size_t)r->found[0].rm_eo;
        bool empty = r->found[0].rm_so == r->found[0].rm_eo;
        buffer_add_bytes(&r->out, at, (size_t)r->found[0].rm_so);
        replace_match(r, at);
        at += end;
        if (*at == '\0')
            break;
        if (empty)
            buffer_add_char(&r->out, *at++);
    }
    return taken(arena, &r->out);
}

static const char *take_group(struct arena *arena, const struct pattern *pattern, size_t group, const char *text)
{
    regmatch_t found[PATTERN_MAX_GROUPS + 1];
    if (text == NULL || regexec(&pattern->regex, text, ARRAY_LEN(found), found, 0) != 0 || found[group].rm_so < 0)
        return NULL;
    size_t n = (size_t)(found[group].rm_eo - found[group].rm_so);
    return text_is_utf8(text + found[group].rm_so, n) ? arena_strndup(arena, text + found[group].rm_so, n) : NULL;
}

static const char *replace_text(struct arena *arena, const char *text, const char *old, const char *new)
{
    struct buffer out = buffer_new(EXPRESSION_MAX_RESULT);
    const char *next;
    for (; (next = strstr(text, old)) != NULL && old[0] != '\0'; text = next + strlen(old)) {
        buffer_add_bytes(&out, text, (size_t)(next - text));
        buffer_add(&out, new);
    }
    buffer_add(&out, text);
    return taken(arena, &out);
}

/* source, oldValue, regexPattern, regexGroupName, replacementValue, replacementAttributeName, template: which of them are there decides
 * what is done. */
struct value function_replace(const struct call *call)
{
    const char *source = argument_text(call, 0), *old = argument_text(call, 1), *name = argument_text(call, 3),
               *by = argument_text(call, 4), *template = argument_text(call, 6);
    if (old != NULL && template != NULL)
        return value_of_text(source != NULL ? replace_text(call->arena, template, old, source) : NULL);
    if (old != NULL && by != NULL)
        return value_of_text(source != NULL ? replace_text(call->arena, source, old, by) : NULL);
    if (call->pattern == NULL)
        return value_of_text(source);
    size_t group = name != NULL ? group_named(call->pattern, name, strlen(name)) : 0;
    if (by == NULL)
        return value_of_text(
            source != NULL && source[0] != '\0' ? source : take_group(call->arena, call->pattern, group, argument_text(call, 5)));
    struct replacing r = {.pattern = call->pattern, .group = group, .by = by, .out = buffer_new(EXPRESSION_MAX_RESULT)};
    return value_of_text(source != NULL ? replace_all(call->arena, &r, source) : NULL);
}
