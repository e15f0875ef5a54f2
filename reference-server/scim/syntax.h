/* syntax.h: texts that have to be of a form (RFC 7643 §2.3.6, §2.3.7). */
#ifndef REFERENCE_SERVER_SCIM_SYNTAX_H
#define REFERENCE_SERVER_SCIM_SYNTAX_H

#include "common/base.h"

/* Base64 in one of its two alphabets (RFC 4648 §4, §5), padded or not. */
bool syntax_is_base64(const char *text);
/* A URI reference, absolute or relative (RFC 3986 §4.1): its characters, and a colon in the first segment ends a scheme. */
bool syntax_is_uri(const char *text);

#endif
