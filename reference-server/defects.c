#include "common/base.h"

#include "reference-server/defects.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/defects_rows.h"
#include "reference-server/exchange.h"
#include "reference-server/serve.h"
#include "reference-server/state.h"

#include <string.h>

const struct defect_row defect_rows[] = {
    {"K01-string-boolean-ignored", "a PATCH of active with a text (\"False\") succeeds and does nothing", .apply = k01_apply},
    {"K03-capital-op-refused", "an operation named Add, Replace or Remove is 400", .request = k03_request},
    {"K04-capital-op-dropped", "operations named Add, Replace or Remove on groups succeed and do nothing", .apply = k04_apply},
    {"K05-deactivation-ignored", "a PATCH that sets active to false succeeds and does nothing", .apply = k05_apply},
    {"K06-pathless-active-ignored", "active in the value of an operation without path is passed over", .apply = k06_apply},
    {"K07-put-active-ignored", "a PUT leaves active as it was", .apply = k07_apply},
    {"K08-filtered-remove-ignored", "removing members[value eq \"id\"] succeeds and removes nobody", .apply = k08_apply},
    {"K08-first-operation-only", "of the operations of a PATCH only the first is carried out", .apply = k08_first_apply},
    {"K09-replace-only-adds", "replacing the members adds the new ones and removes nobody", .apply = k09_apply},
    {"K10-put-members-ignored", "a PUT of a group leaves its members as they were", .apply = k10_apply},
    {"K12-sessions-survive-put", "a deactivation by PUT leaves the sessions alive", .steps = k12_steps, .request = k12_request,
     .response = k12_response},
    {"K13-api-keys-survive", "API keys work on after a deactivation or deletion", .steps = k13_steps},
    {"K14-named-api-keys-only", "a deactivation ends only API keys that are called like the user", .steps = k14_steps},
    {"K15-sso-unchecked", "single sign-on gives an inactive person a session", .steps = k15_steps},
    {"K16-sso-brings-leaver-back", "single sign-on makes an inactive person active again, just in time", .request = k16_request},
    {"K17-invite-brings-leaver-back", "an old invite lets an inactive person in again", .steps = k17_steps,
     .request = k17_request},
    {"K18-invites-survive", "a deactivation leaves pending invites open", .steps = k18_steps},
    {"K22-cleared-value-stays", "what a PUT of a user leaves out stays as it was, in objects too",
     .applied = k22_cleared_applied},
    {"K22-entitlements-untyped", "entitlements are listed without their type", .response = k22_untyped_response},
    {"K22-roles-ignored", "a write of roles or entitlements succeeds and leaves them as they were", .applied = k22_apply},
    {"K22-password-ignored", "a write of a password succeeds and leaves the old one", .apply = k22_password_apply},
    {"K26-group-reads-empty", "reading groups never shows their members", .response = k26_response},
    {"K27-exact-member-path", "a path Members or urn:…:Group:members succeeds and does nothing", .apply = k27_apply},
    {"K35-remove-values-clears", "removing members with a list of values removes everybody", .apply = k35_apply},
    {"K36-filtered-remove-clears", "removing members[value eq \"id\"] removes everybody", .apply = k36_apply},
    {"K38-missing-members-clears", "replacing something of a group without naming members removes everybody", .apply = k38_apply},
    {"K40-unknown-members-clear", "unknown members are dropped from a replacing list in silence, after the group was emptied",
     .apply = k40_apply},
    {"K42-lost-update", "concurrent PATCHes of one group read the members without a lock: the last one wins",
     .arrive = k42_arrive, .apply = k42_apply},
    {"K45-update-resets-grants", "any update of a group ends what was granted to it", .stored = k45_stored},
    {"K46-rename-loses-grants", "renaming a group ends what was granted to it", .stored = k46_stored},
    {"K48-status-resets-role", "setting active makes an organization admin a plain user", .stored = k48_stored},
    {"K49-refused-yet-done", "deactivating the break-glass owner is 403, and done", .response = k49_response},
    {"K53-reactivation-empty", "a reactivated person is in no group and has no grant any more", .stored = k53_stored},
    {"K57-untyped-member-dropped", "a member without type is passed over", .apply = k57_apply},
    {"K59-absent-member-refused", "removing somebody from a group who is out of it already is 400", .request = k59_request},
    {"K67-external-id-is-id", "a create whose externalId is the number or id of an account takes that account over",
     .request = k67_request},
    {"K71-username-case-matters", "filtering by userName compares letter case", .response = k71_response},
    {"K73-created-not-found", "filters find nobody who has only been created, so a create that is repeated is refused with 409",
     .response = k73_response},
    {"K74-duplicate-accepted", "a create with a userName that is taken makes a second account", .applied = k74_applied,
     .stored = k74_stored},
    {"K75-inactive-hidden", "filters do not find inactive users, so a returning one is created again and refused with 409",
     .response = k75_response},
    {"K76-rename-ignored", "a PATCH leaves userName as it was", .applied = k76_applied},
    {"K77-external-id-dropped", "externalId is not stored", .applied = k77_applied},
    {"K85-unknown-filter-returns-all", "a filter with and, or, or brackets returns everybody", .request = k85_request},
    {"K86-no-create-on-miss", "a filtered path to an element that does not exist yet is 400 noTarget", .request = k86_request},
    {"K87-dotted-keys-lost", "keys such as name.givenName and urn:…:User:department are passed over", .apply = k87_apply},
    {"K88-bare-manager-refused", "a manager that is a plain text is 400", .request = k88_request},
    {"K89-manager-as-text", "a manager is returned as a plain text", .response = k89_response},
    {"K91-delete-answers-200", "DELETE answers 200 with an empty object", .response = k91_response},
    {"K93-conflict-without-type", "a duplicate is 409 without scimType", .response = k93_response},
    {"K94-total-is-page", "totalResults counts the page only", .response = k94_response},
    {"K94-small-pages", "a page holds ten resources, whatever was asked", .response = k94_small_response},
    {"K94-start-ignored", "every page of a list is the first one", .request = k94_start_request},
    {"K96-null-resources", "an empty list has Resources null", .response = k96_response},
    {"K97-exclusion-ignored", "excludedAttributes is ignored", .request = k97_request},
    {"K98-reply-media-type", "replies are application/json+scim", .response = k98_response},
    {"K98-scim-media-type-refused", "a body of type application/scim+json is 415", .request = k98_request},
    {"K99-null-refused", "a null anywhere in a body is 400", .request = k99_request},
    {"K101-discovery-bare-array", "/Schemas and /ResourceTypes answer with bare arrays", .response = k101_response},
    {"K101-schema-read-only", "/Schemas calls every attribute of people readOnly", .response = k101_read_only_response},
    {"K103-seats-unchecked", "SCIM knows no seat limit", .request = k103_request, .response = k103_response},
    {"K106-reactivation-refused", "a PATCH that sets active to \"True\" is 400", .request = k106_request},
    {"K140-review-keeps-revoked", "revoking a grant in an access review only notes it", .request = k140_request},
    {"K141-review-never-due", "an access review stays open when its date has come", .request = k141_request},
    {"S4-admin-without-factor", "admins sign in without the second factor that the organization asks for",
     .steps = admin_factor_steps},
    {"S4-burst-unnoticed", "a burst of refused sign-ins raises no alert", .steps = burst_steps},
    {"S4-device-unchecked", "untrusted devices sign in where only trusted ones may", .steps = device_steps},
    {"S4-network-unchecked", "people sign in from addresses that are not allowed", .steps = network_steps},
    {"S2-comments-go", "comments and tasks in a leaver's projects are gone", .steps = s2_work_steps},
    {"S2-projects-pass-by-themselves", "a leaver's projects pass to the workspace's owner although no rule says so",
     .steps = s2_transfer_steps},
    {"S4-archive-forgotten", "archive_user_content archives nothing", .steps = s4_archive_steps},
    {"S4-conditions-ignored", "a mapping with a condition counts for everybody", .request = s4_conditions_request,
     .response = s4_policies_response},
    {"S4-creation-takes-all", "a create takes in attributes that provisioning_rules do not name", .request = s4_creation_request,
     .response = s4_policies_response},
    {"S4-custom-dropped", "attributes of the customer's own are not stored", .applied = s4_custom_applied},
    {"S4-deactivated-purged", "who is deactivated for longer than the retention period is deleted", .steps = s4_inactive_steps},
    {"S4-default-role-forgotten", "default_role of provisioning_rules is given to nobody", .request = s4_role_request,
     .response = s4_policies_response},
    {"S4-everybody-told", "notify_team_members tells the whole organization", .steps = s4_everybody_steps},
    {"S4-first-value-only", "of a list of the customer's own the first value is stored", .applied = s4_list_applied},
    {"S4-greeted-too-early", "rules that begin with the first group begin with the create", .request = s4_early_request,
     .response = s4_policies_response},
    {"S4-group-takes-all", "who leaves a group loses their projects everywhere", .steps = s4_everything_steps},
    {"S4-group-work-stays", "who loses a place with a group keeps their projects there", .steps = s4_let_go_steps},
    {"S4-kept-for-ever", "a deleted person can be restored long after the retention period", .steps = s4_purge_steps},
    {"S4-local-edit-lost", "a push overwrites what was edited in the product although local_wins",
     .request = s4_okta_wins_request, .response = s4_policies_response},
    {"S4-local-edit-stays", "what was edited in the product stays although okta_wins", .request = s4_local_wins_request,
     .response = s4_policies_response},
    {"S4-lookup-keeps-codes", "a code that the lookup table does not know stays as it is", .request = s4_lookup_request,
     .response = s4_policies_response},
    {"S4-manager-by-id-only", "a manager whom Okta names by userName is passed over", .applied = s4_manager_applied},
    {"S4-manager-unasked", "the manager changes although manager_updated is no trigger", .request = s4_manager_trigger_request,
     .response = s4_policies_response},
    {"S4-mapped-kept-out", "attributes that custom_mappings maps are kept out when another block has a list without them",
     .applied = s4_unlisted_applied},
    {"S4-membership-unasked", "memberships change although group_membership_changed is no trigger",
     .request = s4_member_trigger_request, .response = s4_policies_response},
    {"S4-namesake-restored", "a newcomer with the userName of somebody deleted gets what that one had",
     .steps = s4_namesake_steps},
    {"S4-never-restored", "the same user pushed again within the retention period starts fresh", .steps = s4_restore_steps},
    {"S4-nobody-greeted", "welcome_email greets nobody", .request = s4_welcome_request, .response = s4_policies_response},
    {"S4-owner-stays-owner", "transfer_ownership passes projects on, but the leaver stays an owner of workspaces",
     .steps = s4_owner_steps},
    {"S4-profile-unasked", "the profile changes although profile_changed is no trigger", .request = s4_profile_trigger_request,
     .response = s4_policies_response},
    {"S4-slot-ignored", "changes are applied at once although sync_frequency says hourly", .request = s4_frequency_request,
     .response = s4_policies_response},
    {"S4-team-not-told", "notify_team_members tells nobody", .steps = s4_notify_steps},
    {"S4-transfer-forgotten", "transfer_ownership transfers nothing", .steps = s4_transfer_steps},
    {"S4-transformations-ignored", "values stay in the provider's words", .request = s4_transformations_request,
     .response = s4_policies_response},
    {"S4-update-takes-all", "attributes outside update_attributes change", .request = s4_update_request,
     .response = s4_policies_response},
    {"S4-approval-skipped", "what has to be approved counts without it", .steps = s4_approval_steps},
    {"S4-approvals-survive", "a deactivation leaves pending approvals open", .steps = s4_pending_steps},
    {"S4-assignment-sticks", "the end of an assignment to a project ends nothing", .request = s4_assignment_request},
    {"S4-classified-handed-over", "who may manage hands a classified project over without the clearance for it",
     .request = s4_handed_over_request},
    {"S4-classified-open", "classified projects are open to people without the clearance", .steps = s4_clearance_steps},
    {"S4-edit-settles-nothing", "what a rule gave stays when somebody is edited in the product", .request = s4_edited_request},
    {"S4-elevation-lowers", "a temporary role on a folder takes a higher one of the workspace away",
     .response = s4_lowers_response},
    {"S4-local-part-anywhere", "a guest has what the hierarchy gives to somebody with the same name before the @",
     .response = s4_namesake_response},
    {"S4-mapping-sticks", "a renamed group's members keep what the mapping of the old name gave", .stored = s4_mapping_stored},
    {"S4-rollout-ignored", "groups outside of the roll-out take effect", .steps = s4_rollout_steps},
    {"S4-rule-sticks", "what a rule gave stays when the profile no longer meets it", .stored = s4_rule_stored},
    {"S4-rule-too-early", "rules and grants hold before their window begins", .steps = s4_early_steps},
    {"S4-specific-passes-down", "specific permissions pass to the groups below, like inherited ones",
     .response = s4_specific_response},
    {"S0-any-click-joins", "a click with a password session makes a member, too", .request = s0_click_request},
    {"S0-group-lowers", "granting a group lowers its people who have a higher role of their own", .response = s0_lowers_response},
    {"S0-pushed-group-opens", "a pushed group has access at once", .stored = s0_pushed_stored},
    {"S2-deleted-name-blocked", "the userName of somebody deleted is taken", .request = s2_blocked_request},
    {"S2-link-loses-grants", "an account that was there loses its grants when SCIM links it", .applied = s2_link_applied},
    {"S2-newcomer-has-access", "who is created has access to a workspace", .stored = s2_newcomer_stored},
    {"S2-plan-answers-401", "without SCIM in the plan the token is called wrong", .response = s2_plan_response},
    {"S2-revoked-token-works", "a revoked SCIM token works on", .request = s2_revoke_request},
    {"S2-workspace-orphaned", "a workspace whose last owner leaves has no owner", .steps = s2_orphan_steps},
    {"S3-members-create-anyway", "members create workspaces although they may not", .request = s3_create_request},
    {"S2-group-reborn", "a new group gets what one of that name had that was deleted", .stored = s2_reborn_stored},
    {"S4-assignments-stay", "remove_from_projects leaves the assignments", .steps = s4_assigned_steps},
    {"S4-mapping-outlives-group", "the members of a deleted group keep what its mapping gave", .request = s4_outlives_request},
    {"S4-restored-for-good", "who is restored has temporary grants as lasting ones", .stored = s4_lasting_stored},
    {"S4-trail-no-approvals", "the trail tells nothing of approvals", .steps = s4_approval_untold_steps},
    {"S4-trail-no-clock", "the trail tells nothing of what the clock does", .steps = s4_clock_untold_steps},
    {"S4-trail-no-configuration", "the trail never tells configuration_changes", .steps = s4_untold_configuration_steps},
    {"S4-trail-no-created", "the trail never tells user_created", .steps = s4_untold_created_steps},
    {"S4-trail-no-deprovisioned", "the trail never tells user_deprovisioned", .steps = s4_untold_deprovisioned_steps},
    {"S4-trail-no-errors", "the trail never tells error_conditions", .steps = s4_untold_error_steps},
    {"S4-trail-no-login", "the trail never tells login_attempts", .steps = s4_untold_login_steps},
    {"S4-trail-no-membership", "the trail never tells group_membership", .steps = s4_untold_membership_steps},
    {"S4-trail-no-kept-out", "the trail tells nothing of what was kept out, conflicts with edits among it",
     .steps = s4_kept_out_untold_steps},
    {"S4-trail-no-old-role", "the trail tells changed permissions without the old role", .steps = s4_old_role_untold_steps},
    {"S4-trail-no-operations", "the trail never tells sync_operations", .steps = s4_untold_operation_steps},
    {"S4-trail-no-permissions", "the trail never tells permission_changes", .steps = s4_untold_permission_steps},
    {"S4-trail-no-refused-login", "the trail tells nothing of refused sign-ins", .steps = s4_refused_untold_steps},
    {"S4-trail-no-updated", "the trail never tells user_updated", .steps = s4_untold_updated_steps},
    {"S4-trail-tells-secrets", "the trail tells the password that was set", .stored = s4_secret_told_stored},
    {"S4-window-never-ends", "rules and grants hold after their window has ended", .steps = s4_window_steps},
    {"S0-first-role-stays", "a group that is granted another role keeps the first", .request = s0_regrant_request},
    {"S0-grant-joins", "granting a group makes its people members without a click", .response = s0_joined_response},
    {"S0-grant-is-viewing", "whatever role a group is granted, it is viewer", .request = s0_viewer_request},
    {"S2-all-routes-end", "who leaves a group loses what they had by other routes, too", .stored = s2_all_routes_stored},
    {"S2-approval-reborn", "a new group needs no approval for what one of that name was approved for",
     .response = s2_approval_response},
    {"S2-break-glass-takes-all", "the last owner's workspaces pass to the break-glass owner, whoever is there",
     .steps = s2_heir_steps},
    {"S2-deleted-still-there", "a deleted person is only deactivated", .request = s2_delete_request},
    {"S2-demoted-leaves-nobody", "a workspace whose last owner is demoted has no owner", .request = s2_demoted_request,
     .response = s2_demoted_response},
    {"S2-everybody-signed-out", "a deactivation ends everybody's sessions", .steps = s2_everybody_out_steps},
    {"S2-expiry-forgotten", "SCIM tokens work on when their time is over", .request = s2_expiry_request},
    {"S2-grants-outlive-group", "the members of a deleted group keep what was granted to it", .request = s2_outlives_request},
    {"S2-last-owner-stays", "who is the last owner of a workspace is not deactivated", .request = s2_owner_stays_request},
    {"S2-latecomers-left-out", "a grant to a group counts for those alone who were there when it was given",
     .steps = s2_late_steps},
    {"S2-leaver-keeps-access", "a deactivated person has access in effect", .steps = s2_still_counts_steps},
    {"S2-leaver-loses-grants", "a deactivation takes away the roles that somebody had in person", .stored = s2_grants_go_stored},
    {"S2-leaver-loses-memberships", "a deactivation takes somebody out of all groups", .stored = s2_memberships_go_stored},
    {"S2-leaver-loses-projects", "a leaver's projects are deleted", .stored = s2_projects_go_stored},
    {"S2-link-changes-login", "an account that SCIM links signs in by another address from then on", .stored = s2_login_stored},
    {"S2-link-makes-second", "somebody who was there before SCIM gets a second account", .applied = s2_twin_applied,
     .stored = k74_stored},
    {"S2-override-ignored", "the flag organization.scim counts for nothing, the plan alone decides", .steps = s2_override_steps},
    {"S2-overlap-ignored", "a new token ends the old one at once, although both should work", .request = s2_overlap_request},
    {"S2-password-unchecked", "a password gives an inactive person a session", .steps = s2_password_steps},
    {"S2-people-go-with-group", "deleting a group deletes its people", .request = s2_people_go_request},
    {"S2-plan-answers-404", "without SCIM in the plan there is nothing at the address", .response = s2_plan_hidden_response},
    {"S2-plan-mute", "the refusal without SCIM in the plan names neither plan nor flag", .response = s2_plan_mute_response},
    {"S2-plan-reads-work", "without SCIM in the plan reading works", .response = s2_plan_reads_response},
    {"S2-removed-keep-roles", "who leaves a group keeps what it gave", .stored = s2_kept_stored},
    {"S2-return-empty-handed", "the projects of somebody who returns are another's", .stored = s2_return_empty_handed_stored},
    {"S2-return-joinable", "who returns is joinable where they were a member", .stored = s2_joinable_stored},
    {"S2-return-promotes", "who returns is a maintainer wherever they had access", .stored = s2_return_higher_stored},
    {"S2-saml-unasked", "SCIM works before SAML is configured", .steps = s2_saml_steps},
    {"S2-seat-not-freed", "a deactivation does not free the seat", .stored = s2_seat_kept_stored},
    {"S2-seatless-stored", "a create above the seat limit is 403, and done", .response = s2_seatless_response},
    {"S2-secrets-revive", "sessions and API keys from before a deactivation work again after the return",
     .steps = s2_secrets_revive_steps},
    {"S2-token-quoted", "a refusal quotes the token that came", .response = s2_quoted_response},
    {"S4-demotion-ignored", "an org role never goes down", .request = s4_demotion_request},
    {"S4-mapping-lost", "a renamed group has neither the old name's mapping nor the new one's", .steps = s4_neither_steps},
    {"S4-outer-mapping-lost", "a renamed group's people lose the mapping of the group around it", .steps = s4_outer_steps},
    {"S4-all-ignored", "the permission all opens nothing", .steps = s4_all_ignored_steps},
    {"S4-anybody-invites", "people invite others without the permission manage_users", .steps = s4_anybody_invites_steps},
    {"S4-create-projects-ignored", "the permission create_projects opens nothing", .steps = s4_create_projects_steps},
    {"S4-empty-lists-left-out", "audit_logs has no list for what has not happened", .response = s4_empty_lists_response},
    {"S4-failures-not-counted", "the report of success knows no failed operations", .response = s4_failures_response},
    {"S4-nothing-pending", "the health document counts no pending changes", .response = s4_nothing_pending_response},
    {"S4-reports-open", "people read reports without the permission view_reports", .steps = s4_open_reports_steps},
    {"S4-trail-no-group-permissions", "the trail tells nothing of permissions that groups give",
     .steps = s4_group_permission_untold_steps},
    {"S4-trail-no-invites", "the trail tells nothing of invites", .steps = s4_invite_untold_steps},
    {"S4-trail-no-old-setting", "the trail tells changed settings without the old value", .steps = s4_old_setting_untold_steps},
    {"S4-rule-for-everybody", "what a rule gives one person after a change, everybody gets", .stored = s4_everybody_stored},
    {"S0-click-forgotten", "the first click opens a place, and joins nothing", .request = s0_click_forgotten_request},
    {"S0-managed-for-good", "a workspace that is no longer selected lets groups in like before",
     .request = s0_managed_for_good_request},
    {"S0-member-for-good", "who lost everything is a member without a click when they get it again",
     .stored = s0_member_for_good_stored},
    {"S0-nested-ignored", "what a group is granted does not reach the groups inside it", .steps = s0_nested_steps},
    {"S0-sign-in-joins", "a sign-in makes people members of all that they could join", .response = s0_sign_in_joins_response},
    {"S0-unmanaged-granted", "groups are granted workspaces that the organization does not manage",
     .request = s0_unmanaged_granted_request},
    {"S1-check-comments", "Check is commenter", .request = s1_check_comments_request},
    {"S1-closed-folder-open", "an invite-only folder is open to the members of its workspace", .steps = s1_closed_open_steps},
    {"S1-folder-role-ignored", "a role of one's own on a folder counts for nothing", .steps = s1_override_steps},
    {"S1-open-folder-closed", "a folder with team access workspace is closed to the workspace", .steps = s1_open_closed_steps},
    {"S1-open-folder-granted", "groups are granted folders that are not invite-only", .request = s1_open_granted_request},
    {"S1-owner-shut-out", "an invite-only folder is closed to the owners of its workspace", .steps = s1_owner_out_steps},
    {"S1-password-anyway", "passwords open a session although single sign-on is the only way", .request = s1_password_request},
    {"S2-inside-is-enough", "who can see a place can do in it what an editor can", .steps = s2_inside_is_enough_steps},
    {"S2-rank-decides", "a role may do whatever a lower one may", .steps = s2_rank_decides_steps},
    {"S2-token-told", "the trail tells the token that a rotation made", .request = s2_token_told_request},
    {"S4-access-token-lasts", "access tokens last longer than their client says", .request = s4_access_token_request},
    {"S4-archived-open", "people work on in archived projects", .request = s4_archived_open_request},
    {"S4-client-scopes-ignored", "an OAuth client gets every scope that it asks for", .request = s4_client_scopes_request},
    {"S4-clock-stands", "the organization's clock does not move", .request = s4_clock_request},
    {"S4-default-org-role-forgotten", "who is created is a user, whatever the default org role",
     .stored = s4_default_org_role_stored},
    {"S4-factor-for-admins-alone", "required_for_all asks admins alone for a second factor", .steps = s4_factor_steps},
    {"S4-factor-for-everybody", "required_for_admins asks everybody for a second factor", .steps = s4_factor_for_all_steps},
    {"S4-inherited-stays", "inherited permissions do not pass to the groups below", .request = s4_inherited_stays_request},
    {"S4-pattern-is-all", "a pattern of workspaces matches every workspace", .request = s4_pattern_is_all_request},
    {"S4-pattern-is-name", "a pattern of workspaces is taken for a name", .steps = s4_pattern_is_name_steps},
    {"S4-rejection-approves", "what is rejected counts", .request = s4_rejected_request},
    {"S4-review-takes-kept", "an access review takes what it was told to keep", .request = s4_review_takes_request},
    {"S4-scim-from-anywhere", "SCIM is open to addresses that are not allowed", .steps = s4_anywhere_steps},
    {"S4-scopes-ignored", "a token that may only read writes", .request = s4_scopes_request},
};

const size_t defect_row_count = ARRAY_LEN(defect_rows);

struct defects {
    const struct defect_row *rows[ARRAY_LEN(defect_rows)];
    size_t count;
};

static const struct defect_row *find(const char *name)
{
    for (size_t i = 0; i < defect_row_count; i++)
        if (strcmp(defect_rows[i].name, name) == 0)
            return &defect_rows[i];
    return NULL;
}

static bool unknown(const char *name, struct error *err)
{
    const char *names[ARRAY_LEN(defect_rows)];
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    for (size_t i = 0; i < defect_row_count; i++)
        names[i] = defect_rows[i].name;
    const char *near = text_nearest(name, names, defect_row_count);
    const char *remedy = near == NULL ? "see `scimulator list defects`" : arena_printf(arena, "did you mean %s?", near);
    return error_set(err, ERROR_USAGE, "--defect", remedy, "there is no defect %s", name);
}

struct defects *defects_new(const char *const *names, size_t count, struct error *err)
{
    struct defects *defects = mem_alloc(sizeof *defects);
    for (size_t i = 0; i < count; i++) {
        const struct defect_row *row = find(names[i]);
        if (row == NULL) {
            unknown(names[i], err);
            defects_free(defects);
            return NULL;
        }
        bool known = false;
        for (size_t k = 0; k < defects->count; k++)
            known |= defects->rows[k] == row;
        if (!known)
            defects->rows[defects->count++] = row;
    }
    return defects;
}

void defects_free(struct defects *defects)
{
    mem_free(defects);
}

const struct serve_defect *serve_defects(size_t *count)
{
    static struct serve_defect list[ARRAY_LEN(defect_rows)];
    for (size_t i = 0; i < defect_row_count; i++)
        list[i] = (struct serve_defect){defect_rows[i].name, defect_rows[i].text};
    *count = defect_row_count;
    return list;
}

/* --- the seams --- */

void defects_steps(const struct defects *defects, struct model_steps *steps)
{
    for (size_t i = 0; i < defects->count; i++)
        if (defects->rows[i]->steps != NULL)
            defects->rows[i]->steps(steps);
}

void defects_arrive(struct exchange *x)
{
    const struct defects *defects = x->server->defects;
    for (size_t i = 0; i < defects->count; i++)
        if (defects->rows[i]->arrive != NULL)
            defects->rows[i]->arrive(x);
}

bool defects_request(struct exchange *x)
{
    const struct defects *defects = x->server->defects;
    for (size_t i = 0; i < defects->count; i++)
        if (defects->rows[i]->request != NULL && defects->rows[i]->request(x))
            return true;
    return false;
}

void defects_apply(struct exchange *x, struct change *change)
{
    const struct defects *defects = x->server->defects;
    for (size_t i = 0; i < defects->count; i++)
        if (defects->rows[i]->apply != NULL)
            defects->rows[i]->apply(x, change);
}

void defects_applied(struct exchange *x, struct change *change)
{
    const struct defects *defects = x->server->defects;
    for (size_t i = 0; i < defects->count; i++)
        if (defects->rows[i]->applied != NULL)
            defects->rows[i]->applied(x, change);
}

void defects_stored(struct exchange *x, struct change *change)
{
    const struct defects *defects = x->server->defects;
    for (size_t i = 0; i < defects->count; i++)
        if (defects->rows[i]->stored != NULL)
            defects->rows[i]->stored(x, change);
}

bool defects_look_at_wholes(const struct exchange *x)
{
    const struct defects *defects = x->server->defects;
    for (size_t i = 0; i < defects->count; i++)
        if (defects->rows[i]->apply != NULL || defects->rows[i]->applied != NULL || defects->rows[i]->stored != NULL)
            return true;
    return false;
}

void defects_response(struct exchange *x)
{
    const struct defects *defects = x->server->defects;
    if (defects->count > 0)
        x->reply = json_copy(x->arena, x->reply); /* what is shared with the model must not be changed */
    for (size_t i = 0; i < defects->count; i++)
        if (defects->rows[i]->response != NULL)
            defects->rows[i]->response(x);
}
