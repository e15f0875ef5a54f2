/* group.h: a SCIM Group with its members, people and nested groups (RFC 7643 §4.2, §8.7.1 allows both).
 *
 * A pushed group gives nothing until someone grants it something (grant.h). displayName is unique within the organization
 * without regard to letter case: RFC 7643 does not ask for it, Entra's validator does. Membership is indexed both ways, so
 * that nothing scans all groups. */
#ifndef REFERENCE_SERVER_MODEL_GROUP_H
#define REFERENCE_SERVER_MODEL_GROUP_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/list.h"

struct arena;
struct account;
struct map;
struct organization;

#define GROUP_MAX_NAME 1024 /* bytes of a displayName */
#define GROUP_URN      "urn:ietf:params:scim:schemas:core:2.0:Group"

/* Exactly one of the two is set. */
struct member {
    struct account *account;
    struct group *group;
};

struct group {
    char *id;
    const json *resource;     /* owned, packed (json_pack). The Group without id, meta and members */
    const char *display_name; /* points into resource */
    int64_t created_ms, modified_ms;
    uint64_t version; /* goes up with every change of resource or members */
    uint64_t order;
    /* NULL: none (map_put) */
    struct map *members; /* id -> struct member *, in order of joining */
    struct map *parents; /* groups this one is directly in: id -> struct group * */
    struct map *grants;  /* resource id -> struct grant * */
};

struct group *group_by_id(const struct organization *organization, const char *id);
struct group *group_by_name(const struct organization *organization, const char *display_name);
const struct list *groups_by_external_id(const struct organization *organization, const char *external_id); /* never NULL */
struct group *group_find(const struct organization *organization, const char *name_or_id);

size_t group_member_count(const struct group *group);
/* Iterate: for (size_t i = 0; (m = group_member_at(group, &i));). No changes meanwhile. */
const struct member *group_member_at(const struct group *group, size_t *cursor);
bool group_has_member(const struct group *group, const char *id); /* directly */
const char *member_id(const struct member *member);
const char *member_display(const struct member *member);
bool member_is_group(const struct member *member);

/* Everybody in the group, directly or through nested groups, each once: struct account * in order of joining. Allocated in the
 * arena. */
size_t group_people(struct arena *arena, const struct group *group, struct account *const **out);
/* The first of them that the function accepts; NULL: none. Looks no further. */
struct account *group_first_person(const struct group *group,
                                   bool (*accepts)(const struct account *account, const struct account *other),
                                   const struct account *other);
/* Every group that the account is in, directly or through nested groups, each once; direct ones first. */
size_t group_closure(struct arena *arena, const struct account *account, struct group *const **out);

/* --- changes. ids: of accounts or groups; the same one twice counts once; an unknown one or a cycle refuses the whole call.
 * resource is copied. --- */
bool group_create(struct organization *organization, const json *resource, const char *const *ids, size_t count,
                  struct group **out, struct model_failure *failure) MUST_USE;
/* resource NULL: members only; ids NULL: the members stay. Grants follow the id. No difference: no new version. */
bool group_replace(struct organization *organization, struct group *group, const json *resource, const char *const *ids,
                   size_t count, struct model_failure *failure) MUST_USE;
/* Whether they could: each is a user or a group, and none makes a cycle. */
bool group_may_join(const struct organization *organization, struct group *group, const char *const *ids, size_t count,
                    struct model_failure *failure) MUST_USE;
bool group_set_members(struct organization *organization, struct group *group, const char *const *ids, size_t count,
                       struct model_failure *failure) MUST_USE;
/* One call of order count, not of the size of the group. Adding who is in and removing who is out is fine and changes nothing. */
bool group_add_members(struct organization *organization, struct group *group, const char *const *ids, size_t count,
                       struct model_failure *failure) MUST_USE;
void group_remove_members(struct organization *organization, struct group *group, const char *const *ids,
                          size_t count); /* unknown ids: nobody */
/* Several things at once: a new resource (NULL: it stays), some who join and some who leave; an id is not in both. All or nothing, and one new version
 * if anything is different. Of order of the ids, not of the size of the group. */
struct group_edit {
    const json *resource;
    const char *const *joining, *const *leaving;
    size_t joining_count, leaving_count;
};
bool group_edit(struct organization *organization, struct group *group, const struct group_edit *edit,
                struct model_failure *failure) MUST_USE;
/* Grants through it end; its members stay what they are. */
void group_delete(struct organization *organization, struct group *group);
void group_free(struct group *group); /* for organization_free */

/* For record.h: a group as it was, its id and resource taken; and a member of it. False: there is no such user or group. */
struct group *group_restore(struct organization *organization, const struct group *stored);
bool group_restore_member(struct organization *organization, struct group *group, const char *id) MUST_USE;

#endif
