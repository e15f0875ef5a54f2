#include "common/base.h"
#include "reference-server/scim/formats.h"

#include "common/digest.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/schema.h"
#include "reference-server/scim/syntax.h"

#include <string.h>

#define DIGITS "0123456789"
#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define ALNUM  DIGITS LOWER UPPER

/* --- canonical forms --- */

static void lower(char *text)
{
    for (; *text != '\0'; text++)
        if (*text >= 'A' && *text <= 'Z')
            *text = (char)(*text + ('a' - 'A'));
}

static void canonical_email(char *text)
{
    char *at = strrchr(text, '@');
    if (at != NULL)
        lower(at);
}

static void canonical_phone(char *text)
{
    if (!text_starts_nocase(text, "tel:"))
        return;
    memcpy(text, "tel:", strlen("tel:"));
    for (; (text = strchr(text, ' ')) != NULL; text++)
        *text = '-';
}

static void canonical_messenger(char *text)
{
    char *out = text;
    for (const char *p = text; *p != '\0'; p++)
        if (strchr(" \t\r\n", *p) == NULL)
            *out++ = *p;
    *out = '\0';
    lower(text);
}

static const struct {
    const char *attribute;
    void (*canonical)(char *text);
} canonical_rows[] = {
    {"emails", canonical_email},
    {"phoneNumbers", canonical_phone},
    {"ims", canonical_messenger},
};

static void make_canonical(struct arena *arena, json *user)
{
    for (size_t i = 0; i < ARRAY_LEN(canonical_rows); i++)
        for (json *n = json_edit_first(json_edit(user, canonical_rows[i].attribute)); n != NULL; n = json_edit_next(n)) {
            const char *text = json_get_text(n, "value", NULL);
            char *changed = text == NULL ? NULL : arena_strdup(arena, text);
            if (changed == NULL)
                continue;
            canonical_rows[i].canonical(changed);
            if (strcmp(text, changed) != 0)
                json_set_text(n, "value", changed);
        }
}

/* --- forms --- */

/* One subtag of a language tag: 1 to 8 letters or digits. Returns what is behind it, NULL when there is none. */
static const char *behind_subtag(const char *text, const char *letters)
{
    size_t n = strspn(text, letters);
    return n >= 1 && n <= 8 ? text + n : NULL;
}

/* RFC 5646 §2.1; a language of one letter is x or i, with more behind it. */
static const char *behind_language(const char *text)
{
    const char *p = behind_subtag(text, LOWER UPPER);
    if (p == NULL || (p - text == 1 && (strchr("xXiI", *text) == NULL || (*p != '-' && *p != '_'))))
        return NULL;
    while (p != NULL && (*p == '-' || *p == '_'))
        p = behind_subtag(p + 1, ALNUM);
    return p;
}

static bool is_locale(const char *text)
{
    const char *end = behind_language(text);
    return end != NULL && *end == '\0';
}

/* ";q=0.7" or nothing: RFC 9110 §12.4.2. */
static const char *behind_weight(const char *p)
{
    const char *start = p + strspn(p, " \t");
    if (*start != ';')
        return start;
    start += 1 + strspn(start + 1, " \t");
    if ((start[0] != 'q' && start[0] != 'Q') || start[1] != '=' || (start[2] != '0' && start[2] != '1'))
        return NULL;
    const char *end = start + 3;
    size_t digits = *end == '.' ? strspn(end + 1, start[2] == '0' ? DIGITS : "0") : 0;
    end += *end == '.' ? digits + 1 : 0;
    return digits <= 3 ? end + strspn(end, " \t") : NULL;
}

/* RFC 9110 §12.5.4: language ranges with weights, separated by commas. */
static bool is_languages(const char *text)
{
    for (const char *p = text;; p++) {
        p += strspn(p, " \t");
        p = *p == '*' ? p + 1 : behind_language(p);
        p = p == NULL ? NULL : behind_weight(p);
        if (p == NULL || *p == '\0')
            return p != NULL;
        if (*p != ',')
            return false;
    }
}

/* Europe/London, Etc/GMT+1, UTC: names of the IANA database are words of these characters, separated by slashes. */
static bool is_zone(const char *text)
{
    if (strspn(text, LOWER UPPER) == 0)
        return false;
    for (const char *p = text;; p++) {
        size_t n = strspn(p, ALNUM "+-_");
        p += n;
        if (n == 0 || (*p != '/' && *p != '\0'))
            return false;
        if (*p == '\0')
            return true;
    }
}

static bool is_country(const char *text)
{
    static const char codes[] =
        " AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY"
        " BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK"
        " FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR"
        " IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK"
        " ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM"
        " PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF"
        " TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW ";
    char code[] = {' ', text[0], '\0', ' ', '\0'};
    if (strlen(text) != 2)
        return false;
    code[2] = text[1];
    for (int i = 1; i <= 2; i++)
        code[i] = (char)(code[i] >= 'a' && code[i] <= 'z' ? code[i] - ('a' - 'A') : code[i]);
    return strstr(codes, code) != NULL;
}

/* An ASN.1 SEQUENCE, which RFC 5280 §4.1 begins with, and nothing behind it: there a second certificate would stand. What is inside, and whether
 * all of it is there, is not looked at. */
static bool is_certificate(const char *text)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct bytes der;
    static const char *const padding[] = {"", "", "==", "="}; /* may be left off (RFC 7643 §2.3.6) */
    if (!base64_decode(arena, arena_printf(arena, "%s%s", text, padding[strlen(text) % 4]), &der) || der.n < 2 ||
        der.p[0] != 0x30)
        return false;
    unsigned char first = (unsigned char)der.p[1];
    size_t octets = first < 0x80 ? 0 : (size_t)(first & 0x7f), length = first < 0x80 ? first : 0;
    if ((first >= 0x80 && octets == 0) || octets > 4)
        return false;
    for (size_t i = 0; i < octets && 2 + i < der.n; i++)
        length = length << 8 | (unsigned char)der.p[2 + i];
    return der.n <= 2 + octets + length;
}

static const struct {
    const char *attribute, *sub; /* of a User */
    bool (*good)(const char *text);
    const char *must;
} form_rows[] = {
    {"preferredLanguage", NULL, is_languages, "must be written as an Accept-Language header, such as en-GB, en;q=0.7"},
    {"locale", NULL, is_locale, "must be a language tag, such as en-US"},
    {"timezone", NULL, is_zone, "must be a time zone's name of the IANA database, such as Europe/London"},
    {"addresses", "country", is_country, "must be a country's two letters of ISO 3166-1, such as US"},
    {"x509Certificates", "value", is_certificate, "must be one DER certificate in base64"},
};

struct check {
    struct arena *arena;
    const char *name, *sub, *must;
    bool (*good)(const char *text);
    struct scim_error *err;
};

static bool check_text(const struct check *c, const json *value)
{
    const char *text = json_text(value);
    return text == NULL || c->good(text) ||
           scim_error_set(c->arena, c->err, 400, SCIM_INVALID_VALUE, "%s%s%s %s", c->name, c->sub != NULL ? "." : "",
                          c->sub != NULL ? c->sub : "", c->must);
}

/* One value, one complex value, or a list of either. */
static bool check_node(const struct check *c, const json *node)
{
    if (!json_is(node, JSON_ARRAY))
        return check_text(c, c->sub != NULL ? json_get(node, c->sub) : node);
    for (const json *n = json_first(node); n != NULL; n = json_next(n))
        if (!check_text(c, c->sub != NULL ? json_get(n, c->sub) : n))
            return false;
    return true;
}

/* What clients can write; the other references are made by the server. */
static bool is_written_reference(const struct scim_attribute *a)
{
    return a->type == SCIM_REFERENCE && a->mutability == SCIM_READ_WRITE;
}

static bool check_references(struct arena *arena, const struct scim_schema *schema, const json *holder, struct scim_error *err)
{
    struct check c = {arena, NULL, NULL, "must be a URI", syntax_is_uri, err};
    for (size_t i = 0; i < schema->count && holder != NULL; i++) {
        const struct scim_attribute *a = &schema->attributes[i];
        c.name = a->name;
        c.sub = NULL;
        if (is_written_reference(a) && !check_node(&c, json_get(holder, a->name)))
            return false;
        for (size_t k = 0; k < a->sub_count; k++) {
            c.sub = a->subs[k].name;
            if (is_written_reference(&a->subs[k]) && !check_node(&c, json_get(holder, a->name)))
                return false;
        }
    }
    return true;
}

static bool check_forms(struct arena *arena, const json *user, struct scim_error *err)
{
    for (size_t i = 0; i < ARRAY_LEN(form_rows); i++) {
        struct check c = {arena, form_rows[i].attribute, form_rows[i].sub, form_rows[i].must, form_rows[i].good, err};
        if (!check_node(&c, json_get(user, c.name)))
            return false;
    }
    return true;
}

bool scim_formats_apply(struct arena *arena, struct scim_compat compat, const struct scim_resource_type *type, json *result,
                        struct scim_error *err)
{
    bool user = text_equal(type->schema->id, SCIM_URN_USER);
    if (user)
        make_canonical(arena, result);
    if (scim_compat_on(compat, SCIM_REWRITE_LOOSE_FORMATS))
        return true;
    if (!check_references(arena, type->schema, result, err) || (user && !check_forms(arena, result, err)))
        return false;
    for (size_t i = 0; i < type->extension_count; i++) {
        const struct scim_schema *schema = type->extensions[i].schema;
        if (!check_references(arena, schema, json_get(result, schema->id), err))
            return false;
    }
    return true;
}
