/* match.h: does a resource match a filter (RFC 7644 §3.4.2.2)?
 *
 * Compiled once per resource type, then asked per resource: names are resolved and literals folded only once. A compiled filter is read-only.
 *
 *  - Text compares by the attribute's caseExact; case-blind means full Unicode case folding. Order is lexicographic.
 *  - dateTime compares as instants, whatever offset either side is written with. Numbers compare as numbers.
 *  - A multi-valued attribute matches when any value does; `emails.type eq "work" and emails.value co "b"` may be satisfied by two
 *    elements, `emails[type eq "work" and value co "b"]` only by one (A20).
 *  - A complex attribute without sub-attribute means its `value` (A15): `emails co "example.com"`, `members eq "id"`, `manager eq "id"`; without
 *    such a sub-attribute (name) it is refused.
 *  - An attribute without value never equals anything; so `ne` is true for it, also against an attribute the type does not have (A18, A19).
 *    `x eq null` is `not (x pr)`, `x ne null` is `x pr`. Empty text and empty arrays are no value for `pr`.
 *  - `ne` is the negation of `eq`: on a multi-valued attribute no value may be equal (A19).
 *  - Attributes with returned "never", and writeOnly ones, count as absent (A44) in filters and orders, so that nobody guesses a password by filter.
 *  - gt, ge, lt, le on booleans and binaries, co, sw, ew on what is not text, and a literal whose type the attribute cannot have: 400 invalidFilter.
 */
#ifndef REFERENCE_SERVER_SCIM_MATCH_H
#define REFERENCE_SERVER_SCIM_MATCH_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct scim_attribute;
struct scim_error;
struct scim_filter;
struct scim_matcher;
struct scim_resource_type;

bool scim_match_compile(struct arena *arena, const struct scim_resource_type *type, const struct scim_filter *filter,
                        const struct scim_matcher **out, struct scim_error *err) MUST_USE;
/* The filter of a value path, asked about elements of a complex attribute. */
bool scim_match_compile_element(struct arena *arena, const struct scim_attribute *attribute, const struct scim_filter *filter,
                                const struct scim_matcher **out, struct scim_error *err) MUST_USE;
bool scim_match(const struct scim_matcher *matcher, const json *resource_or_element);
/* Of a matcher of elements: the text that the sub-attribute `value` must be equal to, by its caseExact; NULL: the filter does not say. */
const char *scim_match_value(const struct scim_matcher *matcher);

/* Order of two resources by an attribute (RFC 7644 §3.4.2.3): a resource without value comes last when ascending,
 * first when descending; of a multi-valued attribute the primary value counts, else the first. -1, 0, 1. place: from scim_schema_resolve. */
struct scim_place;
int scim_match_order(const struct scim_place *place, bool descending, const json *a, const json *b);
/* The same in two steps: the value that counts, in the resource (NULL: none), and the order of two such values. */
const json *scim_match_sort_value(const struct scim_place *place, const json *resource);
int scim_match_order_values(const struct scim_place *place, bool descending, const json *a, const json *b);

#endif
