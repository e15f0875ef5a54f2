/* defects_rows.h: the functions of the rows in defects.c, by the file they are in; private to defects*.c.
 * Named by the failure mode they play, or by the seed whose rule they break. */
#ifndef REFERENCE_SERVER_DEFECTS_ROWS_H
#define REFERENCE_SERVER_DEFECTS_ROWS_H

#include "common/base.h"
#include "common/json.h"

struct change;
struct exchange;
struct model_steps;

bool defect_is_action(const struct exchange *x, const char *action); /* of the admin door; defects_events.c */
bool defect_deactivates(const json *body);                           /* a User or a PatchOp; defects_write.c */

/* defects_write.c: what a write is taken to mean */
void k01_apply(struct exchange *x, struct change *change);
void k04_apply(struct exchange *x, struct change *change);
void k05_apply(struct exchange *x, struct change *change);
void k06_apply(struct exchange *x, struct change *change);
void k07_apply(struct exchange *x, struct change *change);
void k08_apply(struct exchange *x, struct change *change);
void k08_first_apply(struct exchange *x, struct change *change);
void k09_apply(struct exchange *x, struct change *change);
void k10_apply(struct exchange *x, struct change *change);
void k22_cleared_applied(struct exchange *x, struct change *change);
void k22_apply(struct exchange *x, struct change *change);
void k27_apply(struct exchange *x, struct change *change);
void k22_password_apply(struct exchange *x, struct change *change);
void k35_apply(struct exchange *x, struct change *change);
void k36_apply(struct exchange *x, struct change *change);
void k38_apply(struct exchange *x, struct change *change);
void k40_apply(struct exchange *x, struct change *change);
void k57_apply(struct exchange *x, struct change *change);
void k76_applied(struct exchange *x, struct change *change);
void k77_applied(struct exchange *x, struct change *change);
void k87_apply(struct exchange *x, struct change *change);

/* defects_access.c: who may enter, and what becomes of access */
bool k12_request(struct exchange *x);
void k12_response(struct exchange *x);
void k12_steps(struct model_steps *steps);
void k13_steps(struct model_steps *steps);
void k14_steps(struct model_steps *steps);
void k15_steps(struct model_steps *steps);
void admin_factor_steps(struct model_steps *steps);
void device_steps(struct model_steps *steps);
void network_steps(struct model_steps *steps);
void burst_steps(struct model_steps *steps);
bool k16_request(struct exchange *x);
bool k17_request(struct exchange *x);
void k17_steps(struct model_steps *steps);
void k18_steps(struct model_steps *steps);
void k45_stored(struct exchange *x, struct change *change);
void k46_stored(struct exchange *x, struct change *change);
void k48_stored(struct exchange *x, struct change *change);
void k49_response(struct exchange *x);
void k53_stored(struct exchange *x, struct change *change);
bool k67_request(struct exchange *x);
void k74_applied(struct exchange *x, struct change *change);
void k74_stored(struct exchange *x, struct change *change);
void s2_twin_applied(struct exchange *x, struct change *change);
bool k103_request(struct exchange *x);
void k103_response(struct exchange *x);
bool k140_request(struct exchange *x);
bool k141_request(struct exchange *x);

/* defects_wire.c: what comes in and goes out */
bool k03_request(struct exchange *x);
void k26_response(struct exchange *x);
bool k59_request(struct exchange *x);
void k71_response(struct exchange *x);
void k73_response(struct exchange *x);
void k75_response(struct exchange *x);
bool k85_request(struct exchange *x);
bool k86_request(struct exchange *x);
bool k88_request(struct exchange *x);
void k89_response(struct exchange *x);
void k91_response(struct exchange *x);
void k93_response(struct exchange *x);
void k94_response(struct exchange *x);
void k94_small_response(struct exchange *x);
void k96_response(struct exchange *x);
bool k97_request(struct exchange *x);
bool k98_request(struct exchange *x);
void k98_response(struct exchange *x);
bool k99_request(struct exchange *x);
void k101_response(struct exchange *x);
bool k106_request(struct exchange *x);

/* defects_entitlements.c: what is offered to be granted, and the schemas that say what can be pushed */
void k22_untyped_response(struct exchange *x);
bool k94_start_request(struct exchange *x);
void k101_read_only_response(struct exchange *x);

/* defects_leavers.c: deprovisioning_rules, by seed */
void s2_transfer_steps(struct model_steps *steps);
void s2_work_steps(struct model_steps *steps);
void s4_archive_steps(struct model_steps *steps);
void s4_inactive_steps(struct model_steps *steps);
void s4_everybody_steps(struct model_steps *steps);
void s4_everything_steps(struct model_steps *steps);
void s4_let_go_steps(struct model_steps *steps);
void s4_purge_steps(struct model_steps *steps);
void s4_namesake_steps(struct model_steps *steps);
void s4_restore_steps(struct model_steps *steps);
void s4_owner_steps(struct model_steps *steps);
void s4_notify_steps(struct model_steps *steps);
void s4_transfer_steps(struct model_steps *steps);
/* defects_rules.c: what policies give, by seed */
void s4_approval_steps(struct model_steps *steps);
void s4_pending_steps(struct model_steps *steps);
bool s4_assignment_request(struct exchange *x);
void s4_clearance_steps(struct model_steps *steps);
bool s4_handed_over_request(struct exchange *x);
void s4_mapping_stored(struct exchange *x, struct change *change);
void s4_rollout_steps(struct model_steps *steps);
void s4_rule_stored(struct exchange *x, struct change *change);
void s4_early_steps(struct model_steps *steps);
void s4_specific_response(struct exchange *x);
void s4_lowers_response(struct exchange *x);
void s4_namesake_response(struct exchange *x);
void s4_window_steps(struct model_steps *steps);

/* defects_events.c: what the events of the access model do, by seed */
bool s0_click_request(struct exchange *x);
void s0_lowers_response(struct exchange *x);
void s0_pushed_stored(struct exchange *x, struct change *change);
bool s2_blocked_request(struct exchange *x);
void s2_link_applied(struct exchange *x, struct change *change);
void s2_newcomer_stored(struct exchange *x, struct change *change);
void s2_orphan_steps(struct model_steps *steps);
bool s2_revoke_request(struct exchange *x);
bool s3_create_request(struct exchange *x);
bool s4_edited_request(struct exchange *x);
bool s4_outlives_request(struct exchange *x);

/* defects_records.c: what is restored and what is left behind, by seed */
void s2_reborn_stored(struct exchange *x, struct change *change);
void s4_assigned_steps(struct model_steps *steps);
void s4_lasting_stored(struct exchange *x, struct change *change);

/* defects_trail.c: what the trail tells, by seed */
void s4_approval_untold_steps(struct model_steps *steps);
void s4_clock_untold_steps(struct model_steps *steps);
void s4_invite_untold_steps(struct model_steps *steps);
void s4_old_setting_untold_steps(struct model_steps *steps);
void s4_group_permission_untold_steps(struct model_steps *steps);
void s4_kept_out_untold_steps(struct model_steps *steps);
void s4_old_role_untold_steps(struct model_steps *steps);
void s4_refused_untold_steps(struct model_steps *steps);
void s4_secret_told_stored(struct exchange *x, struct change *change);
void s4_untold_configuration_steps(struct model_steps *steps);
void s4_untold_created_steps(struct model_steps *steps);
void s4_untold_deprovisioned_steps(struct model_steps *steps);
void s4_untold_error_steps(struct model_steps *steps);
void s4_untold_login_steps(struct model_steps *steps);
void s4_untold_membership_steps(struct model_steps *steps);
void s4_untold_operation_steps(struct model_steps *steps);
void s4_untold_permission_steps(struct model_steps *steps);
void s4_untold_updated_steps(struct model_steps *steps);

/* defects_setup.c: plan, SAML, tokens, the first create, by seed */
bool s2_expiry_request(struct exchange *x);
void s2_login_stored(struct exchange *x, struct change *change);
bool s2_overlap_request(struct exchange *x);
void s2_override_steps(struct model_steps *steps);
void s2_plan_hidden_response(struct exchange *x);
void s2_plan_mute_response(struct exchange *x);
void s2_plan_reads_response(struct exchange *x);
void s2_plan_response(struct exchange *x);
void s2_quoted_response(struct exchange *x);
void s2_saml_steps(struct model_steps *steps);
void s2_seatless_response(struct exchange *x);

/* defects_groups.c: what groups give, by seed */
void s0_joined_response(struct exchange *x);
bool s0_regrant_request(struct exchange *x);
bool s0_viewer_request(struct exchange *x);
void s2_all_routes_stored(struct exchange *x, struct change *change);
void s2_approval_response(struct exchange *x);
void s2_kept_stored(struct exchange *x, struct change *change);
void s2_late_steps(struct model_steps *steps);
bool s2_outlives_request(struct exchange *x);
bool s2_people_go_request(struct exchange *x);
bool s4_demotion_request(struct exchange *x);
void s4_everybody_stored(struct exchange *x, struct change *change);
void s4_neither_steps(struct model_steps *steps);
void s4_outer_steps(struct model_steps *steps);

/* defects_leaving.c: deactivation, return, deletion, ownership, by seed */
bool s2_delete_request(struct exchange *x);
bool s2_demoted_request(struct exchange *x);
void s2_demoted_response(struct exchange *x);
void s2_everybody_out_steps(struct model_steps *steps);
void s2_grants_go_stored(struct exchange *x, struct change *change);
void s2_heir_steps(struct model_steps *steps);
void s2_joinable_stored(struct exchange *x, struct change *change);
void s2_memberships_go_stored(struct exchange *x, struct change *change);
bool s2_owner_stays_request(struct exchange *x);
void s2_password_steps(struct model_steps *steps);
void s2_projects_go_stored(struct exchange *x, struct change *change);
void s2_return_empty_handed_stored(struct exchange *x, struct change *change);
void s2_return_higher_stored(struct exchange *x, struct change *change);
void s2_seat_kept_stored(struct exchange *x, struct change *change);
void s2_secrets_revive_steps(struct model_steps *steps);
void s2_still_counts_steps(struct model_steps *steps);

/* defects_permissions.c: permissions, allowed addresses, what the organization tells of itself, by seed */
void s4_all_ignored_steps(struct model_steps *steps);
void s4_anybody_invites_steps(struct model_steps *steps);
void s4_create_projects_steps(struct model_steps *steps);
void s4_empty_lists_response(struct exchange *x);
void s4_failures_response(struct exchange *x);
void s4_nothing_pending_response(struct exchange *x);
void s4_open_reports_steps(struct model_steps *steps);

/* defects_race.c */
void k42_arrive(struct exchange *x);
void k42_apply(struct exchange *x, struct change *change);

/* defects_mapping.c: what comes in. Named by the seed whose rule they break. */
bool s4_conditions_request(struct exchange *x);
bool s4_creation_request(struct exchange *x);
void s4_custom_applied(struct exchange *x, struct change *change);
bool s4_early_request(struct exchange *x);
bool s4_frequency_request(struct exchange *x);
void s4_list_applied(struct exchange *x, struct change *change);
bool s4_local_wins_request(struct exchange *x);
bool s4_lookup_request(struct exchange *x);
void s4_manager_applied(struct exchange *x, struct change *change);
bool s4_manager_trigger_request(struct exchange *x);
bool s4_member_trigger_request(struct exchange *x);
bool s4_okta_wins_request(struct exchange *x);
void s4_policies_response(struct exchange *x);
bool s4_profile_trigger_request(struct exchange *x);
bool s4_role_request(struct exchange *x);
bool s4_transformations_request(struct exchange *x);
void s4_unlisted_applied(struct exchange *x, struct change *change);
bool s4_update_request(struct exchange *x);
bool s4_welcome_request(struct exchange *x);

/* defects_places.c: where access holds, and what roles allow, by seed */
bool s0_click_forgotten_request(struct exchange *x);
bool s0_managed_for_good_request(struct exchange *x);
void s0_member_for_good_stored(struct exchange *x, struct change *change);
void s0_nested_steps(struct model_steps *steps);
void s0_sign_in_joins_response(struct exchange *x);
bool s0_unmanaged_granted_request(struct exchange *x);
bool s1_check_comments_request(struct exchange *x);
void s1_closed_open_steps(struct model_steps *steps);
void s1_open_closed_steps(struct model_steps *steps);
bool s1_open_granted_request(struct exchange *x);
void s1_override_steps(struct model_steps *steps);
void s1_owner_out_steps(struct model_steps *steps);
void s2_inside_is_enough_steps(struct model_steps *steps);
void s2_rank_decides_steps(struct model_steps *steps);
bool s4_archived_open_request(struct exchange *x);
bool s4_inherited_stays_request(struct exchange *x);
bool s4_pattern_is_all_request(struct exchange *x);
void s4_pattern_is_name_steps(struct model_steps *steps);

/* defects_doors.c: who comes in by which door, and what decisions come to, by seed */
bool s1_password_request(struct exchange *x);
bool s2_token_told_request(struct exchange *x);
bool s4_access_token_request(struct exchange *x);
void s4_anywhere_steps(struct model_steps *steps);
bool s4_client_scopes_request(struct exchange *x);
bool s4_clock_request(struct exchange *x);
void s4_default_org_role_stored(struct exchange *x, struct change *change);
void s4_factor_for_all_steps(struct model_steps *steps);
void s4_factor_steps(struct model_steps *steps);
bool s4_rejected_request(struct exchange *x);
bool s4_review_takes_request(struct exchange *x);
bool s4_scopes_request(struct exchange *x);

#endif
