/* json_packed.h: nodes of packed trees (json_pack), for json.c and json_copy.c alone.
 *
 * A packed tree is one block: nodes of 16 bytes, the root first, and behind them texts and numbers. A pointer to a packed node has an odd address, which no
 * other node has; so everything that reads a node asks json_packed() first. */
#ifndef COMMON_JSON_PACKED_H
#define COMMON_JSON_PACKED_H

#include "common/base.h"
#include "common/json.h"

struct json_packed {
    /* Offsets from the node in bytes, 0: none; of a text that is common, its number. */
    uint32_t next;  /* sibling */
    uint32_t value; /* first child, text or number; of a boolean itself */
    uint32_t key;
    uint8_t type; /* enum json_type */
    bool common_value, common_key;
};

/* NULL: not packed. */
static inline const struct json_packed *json_packed(const json *node)
{
    uintptr_t address = (uintptr_t)node;
    return (address & 1) != 0 ? (const struct json_packed *)(address - 1) : NULL;
}

static inline const json *json_of_packed(const struct json_packed *node)
{
    return (const json *)((uintptr_t)node + 1);
}

const json *json_packed_first(const struct json_packed *node);
const json *json_packed_next(const struct json_packed *node);
const char *json_packed_key(const struct json_packed *node);
const char *json_packed_text(const struct json_packed *node);
double json_packed_number(const struct json_packed *node);

#endif
