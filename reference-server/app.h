/* app.h: the handlers of the app door (docs/reference-server.md): what a person does in the product. */
#ifndef REFERENCE_SERVER_APP_H
#define REFERENCE_SERVER_APP_H

#include "common/base.h"

struct exchange;

void app_sign_in(struct exchange *x);
void app_me(struct exchange *x);
void app_open(struct exchange *x);
void app_create_key(struct exchange *x);
void app_edit_profile(struct exchange *x);
void app_create_workspace(struct exchange *x);
void app_create_project(struct exchange *x);
void app_transfer_project(struct exchange *x);
void app_archive_project(struct exchange *x);
void app_unarchive_project(struct exchange *x);
void app_work(struct exchange *x);
void app_accept_invite(struct exchange *x);
void app_invite_person(struct exchange *x);
void app_report(struct exchange *x);

#endif
