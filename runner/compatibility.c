#include "common/base.h"

#include "runner/compatibility.h"

#include "common/text.h"
#include "reference-server/serve.h"

static const char introduction[] =
    "# What providers send outside the RFC\n"
    "\n"
    "Okta and Microsoft Entra ID send some things that RFC 7644 does not know. The reference server reads them as they mean it, "
    "in one place\n"
    "(`reference-server/scim/compat.c`), and stores and returns RFC shape. `scimulator serve --strict` switches all of this off, "
    "and\n"
    "`scimulator run --strict-server` plays the scenarios against such a server: what fails then is what a strict server does to "
    "each provider.\n"
    "`scimulator list rewrites` prints the same table, which this page is made of (`scimulator manual compatibility`).\n"
    "\n"
    "| name | sent by | read as | a strict server |\n"
    "|---|---|---|---|\n";

/* A bar would end the cell. */
static void add_cell(struct buffer *out, const char *text)
{
    buffer_add(out, " ");
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '|')
            buffer_add_char(out, '\\');
        buffer_add_char(out, *p);
    }
    buffer_add(out, " |");
}

void compatibility_page(struct buffer *out)
{
    size_t count;
    const struct serve_rewrite *rewrites = serve_rewrites(&count);
    buffer_add(out, introduction);
    for (size_t i = 0; i < count; i++) {
        buffer_printf(out, "| `%s` |", rewrites[i].name);
        add_cell(out, rewrites[i].who);
        add_cell(out, rewrites[i].text);
        add_cell(out, rewrites[i].strict);
        buffer_add(out, "\n");
    }
}
