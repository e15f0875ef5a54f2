#include "common/base.h"

#include "reference-server/negotiate.h"

#include "common/http.h"
#include "common/text.h"

#include "reference-server/exchange.h"

#include <string.h>
#include <strings.h>

#define FULL 1000 /* q in thousandths */

/* What the ranges read so far say about one of our types. */
struct wish {
    const char *type;
    unsigned specificity; /* of the range that decides; 0: none */
    unsigned q;
};

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t");
}

/* 0, 1, 0.5, 1.000 (RFC 9110 §12.4.2). */
static unsigned read_weight(const char *p)
{
    if ((p[0] != '0' && p[0] != '1') || (p[1] != '.' && strchr(" \t;,", p[1]) == NULL))
        return FULL;
    unsigned q = p[0] == '1' ? FULL : 0, place = 100;
    if (q == FULL || p[1] != '.')
        return q;
    for (p += 2; *p >= '0' && *p <= '9' && place > 0; p++, place /= 10)
        q += (unsigned)(*p - '0') * place;
    return q;
}

/* The q among the parameters of a range, which end before end. */
static unsigned weight_of(const char *parameters, const char *end)
{
    for (const char *p = parameters; (p = memchr(p, ';', (size_t)(end - p))) != NULL;) {
        p = skip_blanks(p + 1);
        if ((*p == 'q' || *p == 'Q') && p[1] == '=')
            return read_weight(p + 2);
    }
    return FULL;
}

static unsigned specificity_of(const char *range, size_t length, const char *type)
{
    static const char any[] = "*/*", below[] = "application/*";
    if (length == strlen(type) && strncasecmp(range, type, length) == 0)
        return 3;
    if (length == sizeof below - 1 && strncasecmp(range, below, length) == 0)
        return 2;
    return length == sizeof any - 1 && strncmp(range, any, length) == 0 ? 1 : 0;
}

static void hear(struct wish *wish, const char *range, size_t length, unsigned q)
{
    unsigned specificity = specificity_of(range, length, wish->type);
    if (specificity > wish->specificity || (specificity == wish->specificity && specificity > 0 && q > wish->q)) {
        wish->specificity = specificity;
        wish->q = q;
    }
}

static void read_accept(const char *value, struct wish *wishes, size_t count)
{
    for (const char *p = skip_blanks(value); *p != '\0';) {
        const char *end = p + strcspn(p, ",");
        size_t length = strcspn(p, ";, \t");
        for (size_t i = 0; i < count; i++)
            hear(&wishes[i], p, length, weight_of(p, end));
        p = skip_blanks(*end == '\0' ? end : end + 1);
    }
}

const char *negotiate_media_type(const struct http_headers *headers)
{
    struct wish wishes[] = {{SCIM_MEDIA_TYPE, 0, 0}, {"application/json", 0, 0}};
    bool asked = false;
    for (size_t i = 0; i < headers->count; i++) {
        if (!text_equal_nocase(headers->items[i].name, "Accept") || text_is_blank(headers->items[i].value))
            continue;
        asked = true;
        read_accept(headers->items[i].value, wishes, ARRAY_LEN(wishes));
    }
    if (!asked)
        return wishes[0].type;
    const struct wish *best = wishes[1].q > wishes[0].q ? &wishes[1] : &wishes[0];
    return best->q > 0 ? best->type : NULL;
}
