/* compatibility.h: the page on what providers send outside the RFC, in Markdown, made of the server's table: docs/compatibility.md. */
#ifndef RUNNER_COMPATIBILITY_H
#define RUNNER_COMPATIBILITY_H

#include "common/base.h"

struct buffer;

void compatibility_page(struct buffer *out);

#endif
