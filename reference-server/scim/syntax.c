#include "common/base.h"

#include "reference-server/scim/syntax.h"

#include <string.h>

bool syntax_is_base64(const char *text)
{
    size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_");
    size_t padding = strspn(text + n, "=");
    return text[n + padding] == '\0' && padding <= 2 && (padding == 0 || (n + padding) % 4 == 0) && n % 4 != 1;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool syntax_is_uri(const char *text)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    static const char others[] = "0123456789-._~:/?#[]@!$&'()*+,;=";
    size_t colon = strcspn(text, ":/?#");
    for (const char *p = text; *p != '\0'; p++)
        if (*p == '%' ? !is_hex(p[1]) || !is_hex(p[2]) : strchr(letters, *p) == NULL && strchr(others, *p) == NULL)
            return false;
    if (strchr(text, '#') != strrchr(text, '#'))
        return false;
    if (text[colon] != ':')
        return true;
    size_t scheme = strspn(text, letters);
    for (; scheme > 0 && scheme < colon; scheme++)
        if (strchr(letters, text[scheme]) == NULL && strchr("0123456789+-.", text[scheme]) == NULL)
            return false;
    return scheme == colon && colon > 0;
}
