/* schema_reader.h: how the files of schema_file.h are read; for schema_file.c and schema_attribute.c alone. */
#ifndef REFERENCE_SERVER_SCIM_SCHEMA_READER_H
#define REFERENCE_SERVER_SCIM_SCHEMA_READER_H

#include "common/base.h"
#include "common/json.h"

struct schema_reader {
    struct arena *arena;
    const struct json_document *file; /* that is being read */
    struct error *err;
    size_t attributes; /* of the schema that is being read, sub-attributes included */
};

/* Refuses what stands at the node. Returns false. */
bool schema_reader_refuse(const struct schema_reader *r, const json *node, const char *remedy, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* The object has no other members than these. */
bool schema_reader_members(const struct schema_reader *r, const json *object, const char *const *names, size_t count) MUST_USE;
/* A text of at most max bytes; when it is absent *out stays. */
bool schema_reader_text(const struct schema_reader *r, const json *object, const char *key, size_t max,
                        const char **out) MUST_USE;
/* True or false; when it is absent *out stays. */
bool schema_reader_bool(const struct schema_reader *r, const json *object, const char *key, bool *out) MUST_USE;
/* An array of objects; NULL when it is absent. */
bool schema_reader_array(const struct schema_reader *r, const json *object, const char *key, const json **out) MUST_USE;

/* The attributes of a schema (node: its array), with everything written out, as a new array in out. */
bool schema_reader_attributes(struct schema_reader *r, const json *node, json *out) MUST_USE;

#endif
