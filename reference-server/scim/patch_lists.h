/* patch_lists.h: the multi-valued attributes of a resource while it is patched: finds their elements by value, and counts the work. Only patch*.c and
 * compat.c use it.
 *
 * A patch may have a thousand operations, and a list many thousand elements. A list that is searched again and again gets an index, which whoever
 * changes an element keeps right. What no index helps (another filter, a change of all elements) is work, and a patch that is more of it than
 * SCIM_PATCH_MAX_WORK is refused: 413. Lists of a few elements cost nothing worth counting, but are counted too.
 */
#ifndef REFERENCE_SERVER_SCIM_PATCH_LISTS_H
#define REFERENCE_SERVER_SCIM_PATCH_LISTS_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct patch_lists;
struct scim_attribute;
struct scim_error;
struct scim_matcher;

#define SCIM_PATCH_MAX_WORK 4000000 /* elements looked at: 1000 operations on lists of 4000 */

struct patch_lists *patch_lists_new(struct arena *arena);
/* False: the work is too much; err is 413. To be asked now and then. */
bool patch_lists_bearable(const struct patch_lists *lists, struct scim_error *err) MUST_USE;
void patch_lists_work(struct patch_lists *lists, size_t elements);

/* Same element of a multi-valued attribute: `value` equal by its caseExact, and `type` too where both have one; without `value`, all equal. */
bool patch_same_element(const struct scim_attribute *attribute, const json *a, const json *b);

/* list: the attribute's value in the resource. */

size_t patch_lists_count(struct patch_lists *lists, const struct scim_attribute *attribute, json *list);
/* The first that is the same as a new one; NULL. */
json *patch_lists_same(struct patch_lists *lists, const struct scim_attribute *attribute, json *list, const json *element);

struct patch_found { /* in order of the list, in the arena */
    json **items;
    size_t count;
};
struct patch_found patch_lists_match(struct patch_lists *lists, const struct scim_attribute *attribute, json *list,
                                     const struct scim_matcher *matcher);
/* Those whose `value` is this text, by its caseExact; of a list of simple values, the value itself. */
struct patch_found patch_lists_valued(struct patch_lists *lists, const struct scim_attribute *attribute, json *list,
                                      const char *value);
/* Those that are primary. */
struct patch_found patch_lists_primary(struct patch_lists *lists, const struct scim_attribute *attribute, json *list);

/* Equal for elements that are one and the same (RFC 7643 §2.4): `value`, by its caseExact, and `type` equal; without `value`, all. In the arena. */
const char *patch_lists_identity(struct arena *arena, const struct scim_attribute *attribute, const json *element);
/* Those other than this one that have its identity. */
struct patch_found patch_lists_twins(struct patch_lists *lists, const struct scim_attribute *attribute, json *list,
                                     const json *element);

/* To be told of every change: an element was pushed to the end; is about to be removed; is about to be changed, and was. */
void patch_lists_added(struct patch_lists *lists, const struct scim_attribute *attribute, json *element);
void patch_lists_removing(struct patch_lists *lists, const struct scim_attribute *attribute, const json *element);
void patch_lists_changing(struct patch_lists *lists, const struct scim_attribute *attribute, const json *element);
void patch_lists_changed(struct patch_lists *lists, const struct scim_attribute *attribute, json *element);
/* Many elements may be different, or there is another list, or none. */
void patch_lists_forget(struct patch_lists *lists, const struct scim_attribute *attribute);

#endif
