/* entra_mapping_rows.h: attribute mappings as they are kept. Private to entra_mapping*.c. */
#ifndef SIMULATOR_ENTRA_MAPPING_ROWS_H
#define SIMULATOR_ENTRA_MAPPING_ROWS_H

#include "common/base.h"
#include "simulator/attribute.h"
#include "simulator/entra_expression.h"
#include "simulator/entra_mapping.h"

struct mapping_row {
    struct attribute target; /* its key is that of attribute.h, else the path */
    const char *path;
    const char *source, *constant; /* one of these, or the expression; none: the row is a default one */
    const struct expression *expression;
    const char *written; /* the expression's text */
    const char *fallback;
    bool creation_only;
    int match; /* 0: none */
};

struct entra_mapping {
    struct mapping_row *rows;
    size_t count;
    struct mapping_key matches[MAPPING_MAX_MATCHES]; /* by precedence */
    size_t match_count;
    bool without_manager;
};

static inline bool mapping_row_is_own(const struct mapping_row *row)
{
    return row->source != NULL || row->constant != NULL || row->expression != NULL;
}

size_t mapping_source_names(struct arena *arena, const char *const **out);

#endif
