/* Bodies that Okta has published or that were captured, byte for byte; and events that a provider does not have. */
#include "common/base.h"
#include "tests/unit/simulator/fake_server.h"

#include "simulator/okta_state.h"
#include "simulator/wire_group.h"
#include "simulator/wire_patch.h"
#include "simulator/wire_user.h"

#define JOINER                                                                                                                   \
    "{\"users\":{\"t\":{\"givenName\":\"test\",\"familyName\":\"joiner\",\"email\":\"test.joiner@acme.test\"}},"                 \
    "\"groups\":{\"g\":{\"name\":\"Test SCIMv2\",\"members\":[\"t\"]}}}"

struct world {
    struct fake fake;
    struct simulator sim;
    struct rng rng;
};

static void set_up(struct world *w, const char *dialect)
{
    fake_set_up(&w->fake, &w->sim, &w->rng, dialect, JOINER);
}

static void turn(struct world *w, const char *axis, const char *value)
{
    struct error err = {0};
    assert_true(dialect_with(w->fake.arena, w->sim.dialect, axis, value, &w->sim.dialect, &err));
}

static bool play(struct world *w, const char *text, struct error *err)
{
    struct event event = fake_event(w->fake.arena, text);
    struct event_outcome outcome;
    *err = (struct error){0};
    return simulator_play(&w->sim, &event, &outcome, err);
}

/* A capture of 2026 from which the administrator had taken the mappings of displayName, locale and email type. */
static void trimmed_mappings_are_the_capture(void **state)
{
    UNUSED(state);
    struct world w;
    set_up(&w, "okta-aiw");
    turn(&w, "mappings", "trimmed");
    w.sim.directory->users[0]->id = "00u18ep2sjmnGT1wk698";
    json *body = wire_user_create(&w.sim, w.sim.directory->users[0]);
    assert_int_equal(strlen(json_get_text(body, "password", "")), 8);
    json_set_text(body, "password", "...");
    assert_string_equal(json_print(w.fake.arena, body),
                        "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"test.joiner@acme.test\","
                        "\"name\":{\"givenName\":\"test\",\"familyName\":\"joiner\"},"
                        "\"emails\":[{\"primary\":true,\"value\":\"test.joiner@acme.test\"}],"
                        "\"externalId\":\"00u18ep2sjmnGT1wk698\",\"groups\":[],\"password\":\"...\",\"active\":true}");
    arena_free(w.fake.arena);
}

/* Okta's reference: id and displayName inside value; the group of a create, and with an empty list of members. */
static void group_bodies_are_the_reference(void **state)
{
    UNUSED(state);
    struct world w;
    set_up(&w, "okta-template");
    struct directory_group *group = w.sim.directory->groups[0];
    const struct people nobody = {NULL, 0};
    assert_string_equal(
        json_print(w.fake.arena, wire_group_create(&w.sim, group, nobody)),
        "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"displayName\":\"Test SCIMv2\",\"members\":[]}");
    group->server_id = "abf4dd94";
    assert_string_equal(json_print(w.fake.arena, wire_patch_metadata(&w.sim, group)),
                        "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[{\"op\":\"replace\","
                        "\"value\":{\"id\":\"abf4dd94\",\"displayName\":\"Test SCIMv2\"}}]}");
    assert_string_equal(json_print(w.fake.arena, wire_patch_all_members(&w.sim, nobody)),
                        "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],"
                        "\"Operations\":[{\"op\":\"replace\",\"path\":\"members\",\"value\":[]}]}");
    arena_free(w.fake.arena);
}

/* Okta's page on entitlements: value, display, and of an entitlement its type. A custom attribute of an app: type and value. */
static void grants_take_both_forms(void **state)
{
    UNUSED(state);
    struct world w;
    struct error err;
    static const char grants[] = "entitle t {\"entitlements\":[{\"value\":\"entitlement123\",\"display\":\"First Entitlement\","
                                 "\"type\":\"License\"}],\"roles\":[{\"value\":\"role123\",\"display\":\"First Role\","
                                 "\"type\":\"seatType\"}]}";
    set_up(&w, "okta-aiw");
    assert_true(play(&w, grants, &err));
    const json *body = wire_user_create(&w.sim, w.sim.directory->users[0]);
    assert_string_equal(json_print(w.fake.arena, json_get(body, "entitlements")),
                        "[{\"value\":\"entitlement123\",\"display\":\"First Entitlement\",\"type\":\"License\"}]");
    turn(&w, "roles-form", "type-and-value");
    body = wire_user_create(&w.sim, w.sim.directory->users[0]);
    assert_string_equal(json_print(w.fake.arena, json_get(body, "roles")), "[{\"type\":\"seatType\",\"value\":\"role123\"}]");
    arena_free(w.fake.arena);
}

/* What is granted is checked before anything is sent. */
static void bad_grants_and_settings_change_nothing(void **state)
{
    static const char *const bad[] = {
        "entitle t {}",
        "entitle t {\"licences\":[]}",
        "entitle t {\"roles\":{}}",
        "entitle t {\"roles\":[{}]}",
        "entitle t {\"roles\":[{\"value\":7}]}",
        "entitle t {\"roles\":[{\"value\":\"a\",\"colour\":\"red\"}]}",
        "settings {}",
        "settings {\"colour\":\"red\"}",
        "settings {\"deactivate-users\":\"maybe\"}",
        "settings {\"op-case\":\"capital\"}",
        "settings {\"deactivate-users\":\"off\",\"rename-groups\":\"maybe\"}",
        "unlink-group g burn",
        "end-push-rule leave",
        "link-group g  ",
        "push-now g",
        "deactivate-push g",
        "activate-push g",
    };
    UNUSED(state);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct world w;
        struct error err;
        set_up(&w, "okta-aiw");
        if (play(&w, bad[i], &err))
            fail_msg("%s is played", bad[i]);
        assert_int_equal(err.code, ERROR_INVALID);
        assert_int_equal(w.fake.logged, 0);
        assert_null(w.sim.directory->users[0]->entitlements);
        assert_ptr_equal(w.sim.dialect, dialect_find("okta-aiw"));
        arena_free(w.fake.arena);
    }
}

/* Who has the app by a group keeps it until the group lets go. */
static void the_app_of_a_group_is_not_taken_from_one_person(void **state)
{
    UNUSED(state);
    struct world w;
    struct error err;
    set_up(&w, "okta-aiw");
    assert_true(play(&w, "assign-group g", &err));
    assert_false(play(&w, "unassign t", &err));
    assert_int_equal(err.code, ERROR_INVALID);
    assert_true(w.sim.directory->users[0]->assigned);
    assert_true(play(&w, "assign t", &err)); /* and by itself: nothing to do, and the group's still */
    assert_false(play(&w, "unassign t", &err));
    assert_true(play(&w, "remove-members g t", &err));
    assert_int_equal(w.sim.directory->users[0]->okta, PERSON_DEACTIVATED);
    arena_free(w.fake.arena);
}

/* What Entra has no event for is refused before anything is sent, and so is what only Entra knows. */
static void events_of_the_other_provider_are_refused(void **state)
{
    UNUSED(state);
    for (size_t d = 0; d < dialect_count; d++)
        for (int kind = 0; kind < EVENT_COUNT; kind++) {
            struct world w;
            struct event_outcome outcome;
            struct error err = {0};
            if (event_is_of((enum event_kind)kind, dialects[d]))
                continue;
            set_up(&w, dialects[d]->name);
            struct event event = {.kind = (enum event_kind)kind, .subject = "t", .name = "x"};
            assert_false(simulator_play(&w.sim, &event, &outcome, &err));
            assert_int_equal(err.code, ERROR_INVALID);
            assert_int_equal(w.fake.logged, 0);
            assert_non_null(strstr(err.message, "has no such event"));
            arena_free(w.fake.arena);
        }
    assert_false(event_is_of(EVENT_SUSPEND, dialect_find("entra")));
    assert_true(event_is_of(EVENT_SUSPEND, dialect_find("okta-oiw")));
    assert_true(event_is_of(EVENT_ASSIGN_GROUP, dialect_find("entra")));
}

/* Pages go on by 100 whatever a page held; what falls between is lost, and complained of. */
static void an_import_loses_what_short_pages_leave_out(void **state)
{
    UNUSED(state);
    struct world w;
    struct error err;
    struct event_outcome outcome;
    set_up(&w, "okta-aiw");
    for (int i = 0; i < 250; i++) {
        json *user = json_push_object(json_edit(w.fake.lists, "Users"));
        json_set_text(user, "id", arena_printf(w.fake.arena, "p%d", i));
        json_set_text(user, "userName", arena_printf(w.fake.arena, "p%d@acme.test", i));
        json_set_bool(user, "active", i % 10 != 0);
    }
    struct event import = {.kind = EVENT_IMPORT};
    assert_true(simulator_play(&w.sim, &import, &outcome, &err));
    assert_null(outcome.complaint);
    assert_int_equal(w.fake.logged, 3);
    assert_string_equal(w.fake.log[0].target, "/Users?startIndex=1&count=100");
    assert_string_equal(w.fake.log[1].target, "/Users?startIndex=101&count=100");
    assert_string_equal(w.fake.log[2].target, "/Users?startIndex=201&count=100");
    assert_string_equal(w.sim.trace[w.sim.trace_count - 1].text, "import: 225 scanned, 225 new, 0 removed");
    arena_free(w.fake.arena);
}

/* --- roles and entitlements --- */

static void play_well(struct world *w, const char *text, struct event_outcome *outcome)
{
    struct error err = {0};
    struct event event = fake_event(w->fake.arena, text);
    if (!simulator_play(&w->sim, &event, outcome, &err))
        fail_msg("%s: %s", text, err.message);
}

/* Pages go on until totalResults, by a size that nobody has published. */
static void entitlements_are_read_by_pages(void **state)
{
    static const char *const targets[] = {"/ResourceTypes",
                                          "/Schemas",
                                          "/Roles?startIndex=1&count=2",
                                          "/Roles?startIndex=3&count=2",
                                          "/Roles?startIndex=5&count=2",
                                          "/Licenses?startIndex=1&count=2"};
    UNUSED(state);
    struct world w;
    struct event_outcome outcome;
    set_up(&w, "okta-aiw");
    turn(&w, "entitlement-page", "2");
    for (int i = 0; i < 3; i++) {
        json *role = json_push_object(json_edit(w.fake.discovery, "Roles"));
        json_set_text(role, "id", arena_printf(w.fake.arena, "more%d", i));
        json_set_text(role, "displayName", "More");
    }
    play_well(&w, "import-entitlements", &outcome);
    assert_null(outcome.complaint);
    assert_int_equal(w.fake.logged, ARRAY_LEN(targets));
    for (size_t i = 0; i < ARRAY_LEN(targets); i++)
        assert_string_equal(w.fake.log[i].target, targets[i]);
    assert_string_equal(w.sim.trace[w.sim.trace_count - 1].text, "import of entitlements: 2 endpoints, 6 found");
    arena_free(w.fake.arena);
}

/* Schemas are read for extensions that Okta does not know, and for nothing else. */
static void known_extensions_need_no_schemas(void **state)
{
    UNUSED(state);
    struct world w;
    struct event_outcome outcome;
    set_up(&w, "okta-aiw");
    json_remove(json_edit_first(json_edit(w.fake.discovery, "ResourceTypes")), "schemaExtensions");
    play_well(&w, "import-entitlements", &outcome);
    assert_int_equal(w.fake.logged, 3);
    assert_string_equal(w.fake.log[1].target, "/Roles?startIndex=1&count=100");
    arena_free(w.fake.arena);
}

/* Okta's page: id and displayName, of an entitlement type as well, a description of at most 1000 characters. */
static void what_lacks_required_attributes_is_told(void **state)
{
    static const struct {
        const char *list, *resource;
    } bad[] = {{"Roles", "{\"displayName\":\"x\"}"},
               {"Roles", "{\"id\":\"..\",\"displayName\":\"x\"}"},
               {"Roles", "{\"id\":\"x\"}"},
               {"Roles", "{\"id\":\"x\",\"displayName\":\"\"}"},
               {"Licenses", "{\"id\":\"x\",\"displayName\":\"x\"}"},
               {"Licenses", "{\"id\":\"x\",\"displayName\":\"x\",\"type\":\"Role\"}"}};
    UNUSED(state);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct world w;
        struct event_outcome outcome;
        struct error err = {0};
        set_up(&w, "okta-template");
        const json *resource =
            json_parse(w.fake.arena, (struct bytes){bad[i].resource, strlen(bad[i].resource)}, "resource", &err);
        json_push_copy(json_edit(w.fake.discovery, bad[i].list), resource);
        play_well(&w, "import-entitlements", &outcome);
        assert_string_equal(outcome.complaint_rule, "okta.entitlement-needs-attributes");
        arena_free(w.fake.arena);
    }
}

/* An entitlement's type is the name of its resource type: where that has none, what is found is no role for it. */
static void a_type_without_a_name_is_told(void **state)
{
    UNUSED(state);
    struct world w;
    struct event_outcome outcome;
    set_up(&w, "okta-aiw");
    json *types = json_edit(w.fake.discovery, "ResourceTypes");
    json_remove(json_edit_next(json_edit_next(json_edit_first(types))), "name");
    play_well(&w, "import-entitlements", &outcome);
    assert_string_equal(outcome.complaint_rule, "okta.entitlement-needs-attributes");
    json_remove(json_edit_first(json_edit(w.fake.discovery, "Licenses")), "type");
    play_well(&w, "import-entitlements", &outcome);
    assert_string_equal(outcome.complaint_rule, "okta.entitlement-needs-attributes");
    arena_free(w.fake.arena);
}

/* Characters, not bytes. */
static void a_description_has_a_thousand_characters(void **state)
{
    UNUSED(state);
    for (int more = 0; more < 2; more++) {
        struct world w;
        struct event_outcome outcome;
        struct buffer text = buffer_new(0);
        set_up(&w, "okta-template");
        for (int i = 0; i < 1000 + more; i++)
            buffer_add(&text, "\xc3\xbc");
        json_set_text(json_edit_first(json_edit(w.fake.discovery, "Roles")), "description", buffer_take(&text, w.fake.arena));
        play_well(&w, "import-entitlements", &outcome);
        assert_true((outcome.complaint != NULL) == (more == 1));
        arena_free(w.fake.arena);
    }
}

/* A page that comes twice has no more in it than once. */
static void ids_that_come_again_do_not_count(void **state)
{
    UNUSED(state);
    struct world w;
    struct event_outcome outcome;
    set_up(&w, "okta-oiw");
    json *roles = json_edit(w.fake.discovery, "Roles");
    json_push_copy(roles, json_first(roles));
    play_well(&w, "import-entitlements", &outcome);
    assert_string_equal(outcome.complaint_rule, "okta.import-total");
    assert_string_equal(w.sim.trace[w.sim.trace_count - 1].text, "import of entitlements: 2 endpoints, 3 found");
    arena_free(w.fake.arena);
}

/* The console offers what was found, and knows its name and type. */
static void only_what_was_found_can_be_granted(void **state)
{
    UNUSED(state);
    struct world w;
    struct error err;
    struct event_outcome outcome;
    set_up(&w, "okta-aiw");
    play_well(&w, "import-entitlements", &outcome);
    size_t logged = w.fake.logged;
    assert_false(play(&w, "entitle t {\"roles\":[{\"value\":\"role123\"},{\"value\":\"role9\"}]}", &err));
    assert_int_equal(err.code, ERROR_INVALID);
    assert_non_null(strstr(err.message, "role9"));
    assert_null(w.sim.directory->users[0]->entitlements);
    assert_int_equal(w.fake.logged, logged);
    assert_true(
        play(&w, "entitle t {\"roles\":[{\"value\":\"role123\"}],\"entitlements\":[{\"value\":\"entitlement123\"}]}", &err));
    const json *body = wire_user_create(&w.sim, w.sim.directory->users[0]);
    assert_string_equal(json_print(w.fake.arena, json_get(body, "roles")),
                        "[{\"value\":\"role123\",\"display\":\"First Role\"}]");
    assert_string_equal(json_print(w.fake.arena, json_get(body, "entitlements")),
                        "[{\"value\":\"entitlement123\",\"display\":\"First Entitlement\",\"type\":\"License\"}]");
    arena_free(w.fake.arena);
}

/* What people carry becomes what Okta has granted, so that its next push does not take it away; only with the setting. */
static void an_import_takes_over_what_people_carry(void **state)
{
    static const char carried[] =
        "[{\"value\":\"role124\",\"display\":\"Second Role\",\"primary\":true},{\"display\":\"none\"},7]";
    UNUSED(state);
    for (int managed = 0; managed < 2; managed++) {
        struct world w;
        struct event_outcome outcome;
        struct error err = {0};
        set_up(&w, "okta-oiw");
        play_well(&w, "assign t", &outcome);
        json *user = json_edit_first(json_edit(w.fake.lists, "Users"));
        json_set_copy(user, "roles", json_parse(w.fake.arena, (struct bytes){carried, strlen(carried)}, "roles", &err));
        json_set_text(user, "entitlements", "no list");
        play_well(&w, managed == 1 ? "settings {\"entitlement-management\":\"on\"}" : "settings {\"group-import\":\"on\"}",
                  &outcome);
        play_well(&w, "import", &outcome);
        const json *granted = w.sim.directory->users[0]->entitlements;
        if (managed == 0)
            assert_null(granted);
        else
            assert_string_equal(json_print(w.fake.arena, granted),
                                "{\"roles\":[{\"value\":\"role124\",\"display\":\"Second Role\"}]}");
        arena_free(w.fake.arena);
    }
}

/* --- the schema of people --- */

static void what_the_schema_lacks_is_not_pushed(void **state)
{
    static const char changes[] = "update t {\"nickName\":\"T\",\"preferredLanguage\":\"en\",\"phone\":\"+1\",\"division\":\"R\","
                                  "\"middleName\":\"M\",\"timezone\":\"UTC\",\"employeeType\":\"intern\",\"costCenter\":\"7\"}";
    UNUSED(state);
    struct world w;
    struct event_outcome outcome;
    set_up(&w, "okta-oiw");
    play_well(&w, "assign t", &outcome);
    play_well(&w, "import-user-schema", &outcome);
    assert_null(outcome.complaint);
    size_t logged = w.fake.logged;
    play_well(&w, changes, &outcome);
    play_well(&w, "entitle t {\"entitlements\":[{\"value\":\"e\"}]}", &outcome);
    assert_int_equal(w.fake.logged, logged);
    play_well(&w, "update t {\"department\":\"Labs\",\"division\":\"X\"}", &outcome);
    assert_int_equal(w.fake.logged, logged + 2);
    assert_non_null(strstr(w.fake.log[logged + 1].body.p, "\"value\":{\"" URN_ENTERPRISE "\":{\"department\":\"Labs\"}}"));
    turn(&w, "after-schema-import", "everything");
    play_well(&w, "update t {\"division\":\"Y\"}", &outcome);
    assert_non_null(strstr(w.fake.log[w.fake.logged - 1].body.p, "\"division\":\"Y\""));
    arena_free(w.fake.arena);
}

/* What the server has of such an attribute stays in the PUT as it was read. */
static void what_is_kept_back_is_echoed(void **state)
{
    UNUSED(state);
    struct world w;
    struct event_outcome outcome;
    set_up(&w, "okta-aiw");
    play_well(&w, "assign t", &outcome);
    json_set_text(json_edit_first(json_edit(w.fake.lists, "Users")), "preferredLanguage", "server's");
    play_well(&w, "import-user-schema", &outcome);
    play_well(&w, "update t {\"title\":\"CTO\",\"preferredLanguage\":\"en\"}", &outcome);
    assert_non_null(strstr(w.fake.log[w.fake.logged - 1].body.p, "\"preferredLanguage\":\"server's\""));
    play_well(&w, "update t {\"title\":\"CFO\",\"preferredLanguage\":null}", &outcome);
    assert_non_null(strstr(w.fake.log[w.fake.logged - 1].body.p, "\"preferredLanguage\":\"server's\""));
    arena_free(w.fake.arena);
}

static void schemas_without_people_are_told(void **state)
{
    UNUSED(state);
    struct world w;
    struct event_outcome outcome;
    set_up(&w, "okta-aiw");
    json *schemas = json_edit(w.fake.discovery, "Schemas");
    json_remove_node(schemas, json_edit_first(schemas));
    play_well(&w, "import-user-schema", &outcome);
    assert_string_equal(outcome.complaint_rule, "okta.schemas-need-user");
    assert_null(w.sim.kept_back);
    arena_free(w.fake.arena);
}

/* A server without end, and one whose endpoints lead elsewhere. */
static bool endless(void *context, const struct http_request *requests, size_t count, struct http_response *replies,
                    struct error *err)
{
    static const char page[] =
        "{\"schemas\":[],\"totalResults\":9007199254740991,\"Resources\":[{\"name\":\"Role\",\"endpoint\":"
        "\"//evil.test/x\",\"schema\":\"urn:okta:scim:schemas:core:1.0:Role\"},{\"endpoint\":\"/Roles?a=b\","
        "\"schema\":\"urn:okta:scim:schemas:core:1.0:Role\"},{\"endpoint\":\"/Roles\","
        "\"schema\":\"urn:okta:scim:schemas:core:1.0:Role\"}]}";
    UNUSED(err);
    UNUSED(requests);
    *(size_t *)context += count;
    for (size_t i = 0; i < count; i++)
        replies[i] = (struct http_response){.status = 200, .body = {page, strlen(page)}};
    return true;
}

static void an_endless_server_ends_the_import(void **state)
{
    UNUSED(state);
    struct world w;
    struct error err;
    struct event_outcome outcome;
    size_t asked = 0;
    set_up(&w, "okta-aiw");
    w.sim.send = endless;
    w.sim.context = &asked;
    struct event import = {.kind = EVENT_IMPORT}, entitlements = {.kind = EVENT_IMPORT_ENTITLEMENTS};
    assert_true(simulator_play(&w.sim, &import, &outcome, &err));
    assert_string_equal(outcome.complaint_rule, "okta.import-pages-of-100");
    assert_non_null(outcome.console);
    assert_true(asked > 1000 && asked < 1200);
    asked = 0;
    assert_true(simulator_play(&w.sim, &entitlements, &outcome, &err));
    assert_true(asked > 1000 && asked < 1200); /* of one endpoint: the others are no paths of the base */
    arena_free(w.fake.arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(trimmed_mappings_are_the_capture),
        cmocka_unit_test(group_bodies_are_the_reference),
        cmocka_unit_test(grants_take_both_forms),
        cmocka_unit_test(bad_grants_and_settings_change_nothing),
        cmocka_unit_test(the_app_of_a_group_is_not_taken_from_one_person),
        cmocka_unit_test(events_of_the_other_provider_are_refused),
        cmocka_unit_test(an_import_loses_what_short_pages_leave_out),
        cmocka_unit_test(entitlements_are_read_by_pages),
        cmocka_unit_test(known_extensions_need_no_schemas),
        cmocka_unit_test(what_lacks_required_attributes_is_told),
        cmocka_unit_test(a_type_without_a_name_is_told),
        cmocka_unit_test(a_description_has_a_thousand_characters),
        cmocka_unit_test(ids_that_come_again_do_not_count),
        cmocka_unit_test(only_what_was_found_can_be_granted),
        cmocka_unit_test(an_import_takes_over_what_people_carry),
        cmocka_unit_test(what_the_schema_lacks_is_not_pushed),
        cmocka_unit_test(what_is_kept_back_is_echoed),
        cmocka_unit_test(schemas_without_people_are_told),
        cmocka_unit_test(an_endless_server_ends_the_import),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return _cmocka_run_group_tests("okta wire", tests, ARRAY_LEN(tests), NULL, NULL);
}
