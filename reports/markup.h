/* markup.h: what strangers sent, made safe for the place where it is shown: XML, HTML, or a terminal.
 *
 * In all of them bytes that are not UTF-8 become U+FFFD; control characters, the marks that turn the direction of text around and
 * non-characters become visible as "\u{1b}"; newline and tab stay, CR LF becomes a newline. So a server can neither move a
 * terminal's cursor nor make a report that XML 1.0 (§2.2) refuses.
 */
#ifndef REPORTS_MARKUP_H
#define REPORTS_MARKUP_H

#include "common/base.h"

struct arena;
struct buffer;

/* For element content and quoted attributes of XML and HTML: & < > " ' are escaped too. NULL text adds nothing. */
void markup_add(struct buffer *b, const char *text);
void markup_add_bytes(struct buffer *b, struct bytes data);
/* <name>text</name>; name may carry attributes ("dd class=rule"). */
void markup_element(struct buffer *b, const char *name, const char *text);

/* For a terminal or a text file: nothing but the rules above. */
void markup_add_plain(struct buffer *b, const char *text);
void markup_add_plain_bytes(struct buffer *b, struct bytes data);

/* The character at p (n > 0 bytes left) and how many bytes it takes; a byte that is not UTF-8 is U+FFFD and takes one. */
size_t markup_decode(const char *p, size_t n, uint32_t *character);
/* The text itself when it is UTF-8, else a copy with U+FFFD: for JSON, which escapes control characters on its own. */
const char *markup_utf8(struct arena *arena, const char *text);

#endif
