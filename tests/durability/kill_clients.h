/* kill_clients.h: what each of many clients writes until the server is gone; each function returns false then. */
#ifndef TESTS_DURABILITY_KILL_CLIENTS_H
#define TESTS_DURABILITY_KILL_CLIENTS_H

#include "common/base.h"

#include "tests/durability/kill_server.h"

static json *describe(struct client *client, struct person *person)
{
    *person = (struct person){.number = ++client->counter, .title = client->counter, .active = true};
    json *user = message(client, "schemas:core:2.0:User");
    json_set_text(user, "userName", person_name(client, person->number));
    json_set_text(user, "title", text_of(client, person->title));
    json_set_text(user, "nickName", text_of(client, person->title));
    json_set_text(json_push_object(json_set_array(user, "emails")), "value", person_name(client, person->number));
    return user;
}

static bool create_person(struct client *client, struct person *person)
{
    json *reply;
    if (!change(client, "POST", SCIM "/Users", describe(client, person), &reply))
        return false;
    keep_id(person->id, reply);
    return true;
}

/* All in one request, so all or none. */
static bool create_many(struct client *client)
{
    json *bulk = message(client, "api:messages:2.0:BulkRequest"), *operations = json_set_array(bulk, "Operations"), *reply;
    struct person *made[PEOPLE];
    size_t count = 0;
    for (size_t i = 0; i < PEOPLE; i++) {
        if (client->next.people[i].number != 0)
            continue;
        json *one = json_push_object(operations);
        json_set_text(one, "method", "POST");
        json_set_text(one, "path", "/Users");
        json_set_text(one, "bulkId", text_of(client, (unsigned)i));
        json_set_copy(one, "data", describe(client, &client->next.people[i]));
        made[count++] = &client->next.people[i];
    }
    if (count == 0)
        return true;
    client->weight = count;
    if (!change(client, "POST", SCIM "/Bulk", bulk, &reply))
        return false;
    const json *result = json_first(json_get(reply, "Operations"));
    for (size_t i = 0; i < count; i++, result = json_next(result)) {
        const char *location = json_get_text(result, "location", "/");
        snprintf(made[i]->id, ID_SIZE, "%s", strrchr(location, '/') + 1);
    }
    return true;
}

static bool retitle_person(struct client *client, struct person *person)
{
    json *patch = message(client, "api:messages:2.0:PatchOp"), *reply;
    person->title = ++client->counter;
    json_set_text(operation(patch, "replace", "title"), "value", text_of(client, person->title));
    json_set_text(operation(patch, "replace", "nickName"), "value", text_of(client, person->title));
    return change(client, "PATCH", arena_printf(client->arena, SCIM "/Users/%s", person->id), patch, &reply);
}

static bool switch_person(struct client *client, struct person *person)
{
    json *patch = message(client, "api:messages:2.0:PatchOp"), *reply;
    person->active = !person->active;
    person->sessions = person->active ? person->sessions : 0;
    json_set_bool(operation(patch, "replace", "active"), "value", person->active);
    return change(client, "PATCH", arena_printf(client->arena, SCIM "/Users/%s", person->id), patch, &reply);
}

static bool delete_person(struct client *client, struct person *person)
{
    const char *target = arena_printf(client->arena, SCIM "/Users/%s", person->id);
    size_t index = (size_t)(person - client->next.people);
    json *reply;
    for (size_t i = 0; i < GROUPS; i++)
        client->next.groups[i].members[index] = false;
    *person = (struct person){0};
    return change(client, "DELETE", target, NULL, &reply);
}

/* Of somebody inactive nobody could see it. */
static bool grant(struct client *client, struct person *person)
{
    if (!person->active)
        return true;
    json *action = json_object(client->arena), *reply;
    person->granted = !person->granted;
    json_set_text(action, "action", person->granted ? "grant" : "revoke");
    json_set_text(action, "user", person->id);
    json_set_text(action, "resource", "Sales");
    if (person->granted)
        json_set_text(action, "role", "editor");
    return change(client, "POST", "/admin/organizations/acme/actions", action, &reply);
}

static bool sign_in(struct client *client, struct person *person)
{
    if (!person->active)
        return true;
    json *body = json_object(client->arena), *reply;
    person->sessions++;
    json_set_text(body, "user", person_name(client, person->number));
    json_set_text(body, "method", "sso");
    return change(client, "POST", "/organizations/acme/app/sign-in", body, &reply);
}

static void put_member(struct client *client, struct group *group, json *members, size_t index)
{
    json_set_text(json_push_object(members), "value", client->next.people[index].id);
    group->members[index] = true;
}

static bool create_group(struct client *client, struct group *group)
{
    json *body = message(client, "schemas:core:2.0:Group"), *members = json_set_array(body, "members"), *reply;
    *group = (struct group){.number = ++client->counter, .title = client->counter};
    json_set_text(body, "displayName", group_name(client, group->number));
    json_set_text(body, "externalId", text_of(client, group->title));
    for (size_t i = 0; i < PEOPLE; i++)
        if (client->next.people[i].number != 0 && rng_below(&client->rng, 2) == 0)
            put_member(client, group, members, i);
    if (!change(client, "POST", SCIM "/Groups", body, &reply))
        return false;
    keep_id(group->id, reply);
    return true;
}

/* Some come, some go, and a number changes, in one request. */
static bool patch_group(struct client *client, struct group *group)
{
    json *patch = message(client, "api:messages:2.0:PatchOp"), *reply;
    json *members = json_set_array(operation(patch, "add", "members"), "value");
    for (size_t i = 0; i < PEOPLE; i++)
        if (client->next.people[i].number != 0 && !group->members[i] && rng_below(&client->rng, 2) == 0)
            put_member(client, group, members, i);
        else if (group->members[i] && rng_below(&client->rng, 2) == 0) {
            operation(patch, "remove", arena_printf(client->arena, "members[value eq \"%s\"]", client->next.people[i].id));
            group->members[i] = false;
        }
    group->title = ++client->counter;
    json_set_text(operation(patch, "replace", "externalId"), "value", text_of(client, group->title));
    return change(client, "PATCH", arena_printf(client->arena, SCIM "/Groups/%s", group->id), patch, &reply);
}

static bool delete_group(struct client *client, struct group *group)
{
    const char *target = arena_printf(client->arena, SCIM "/Groups/%s", group->id);
    json *reply;
    *group = (struct group){0};
    return change(client, "DELETE", target, NULL, &reply);
}

static bool act(struct client *client)
{
    client->next = client->now;
    client->weight = 0;
    struct person *person = &client->next.people[rng_below(&client->rng, PEOPLE)];
    struct group *group = &client->next.groups[rng_below(&client->rng, GROUPS)];
    uint64_t dice = rng_below(&client->rng, 20);
    if (dice < 6)
        return group->number == 0 ? create_group(client, group) : patch_group(client, group);
    if (dice == 6)
        return group->number == 0 || delete_group(client, group);
    if (person->number == 0)
        return dice == 7 ? create_many(client) : create_person(client, person);
    return dice < 10   ? retitle_person(client, person)
           : dice < 13 ? switch_person(client, person)
           : dice < 15 ? grant(client, person)
           : dice < 18 ? sign_in(client, person)
                       : delete_person(client, person);
}

static void *write_on(void *context)
{
    struct client *client = context;
    client->http = http_client_new(&(struct http_client_options){.timeout_ms = 10000});
    while (act(client))
        done(client);
    http_client_free(client->http);
    return NULL;
}

#endif
