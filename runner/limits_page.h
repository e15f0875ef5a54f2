/* limits_page.h: the page on the server's limits, in Markdown, made of its table: docs/limits.md. */
#ifndef RUNNER_LIMITS_PAGE_H
#define RUNNER_LIMITS_PAGE_H

#include "common/base.h"

struct arena;
struct buffer;
struct serve_limit;

void limits_page(struct buffer *out);
/* "16 MiB", "30 s", "1000" */
const char *limits_amount(struct arena *arena, const struct serve_limit *limit, size_t value);

#endif
