/* admin.h: the handlers of the admin door (docs/reference-server.md): whoever sets organizations up, and who acts as an owner does on the product's pages. */
#ifndef REFERENCE_SERVER_ADMIN_H
#define REFERENCE_SERVER_ADMIN_H

#include "common/base.h"

struct exchange;

void admin_create_organization(struct exchange *x);
void admin_list_organizations(struct exchange *x);
void admin_delete_organization(struct exchange *x);
void admin_document(struct exchange *x);
void admin_waiting(struct exchange *x);  /* GET /admin/organizations/{}/waiting: model/waiting_document.h */
void admin_policies(struct exchange *x); /* GET /admin/organizations/{}/policies: the rules in force */
void admin_access(struct exchange *x);
void admin_reviews(struct exchange *x); /* GET /admin/organizations/{}/reviews */
void admin_approvals(struct exchange *x);
void admin_credentials(struct exchange *x);
void admin_profile(struct exchange *x);
void admin_why(struct exchange *x);
void admin_action(struct exchange *x);

#endif
