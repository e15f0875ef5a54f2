/* decision.h: may this person do this there? One question to the access model, with its reason.
 *
 * Subjects are users; resources are workspaces, folders and projects, a project being open to whom the workspace or folder is
 * open that it is in, but for those whose clearance is too low (clearance.h); actions are the permissions of role.h. What does not exist
 * is denied, with a reason that says so. */
#ifndef REFERENCE_SERVER_MODEL_DECISION_H
#define REFERENCE_SERVER_MODEL_DECISION_H

#include "common/base.h"
#include "reference-server/model/access.h"

struct arena;
struct account;
struct organization;
struct resource;

#define DECISION_SUBJECT_TYPE "user"

/* kind, word: the types of resources */
#define DECISION_RESOURCES(X)                                                                                                    \
    X(DECISION_WORKSPACE, "workspace")                                                                                           \
    X(DECISION_FOLDER, "folder")                                                                                                 \
    X(DECISION_PROJECT, "project")

enum decision_resource {
#define X(kind, word) kind,
    DECISION_RESOURCES(X)
#undef X
        DECISION_RESOURCE_COUNT
};

struct question {
    const char *subject_type, *subject;   /* "user", and a userName, sign-in address or id */
    const char *action;                   /* "edit" */
    const char *resource_type, *resource; /* "folder", "Sales/Pricing" */
};

struct decision {
    bool allowed;
    const char *reason;        /* one sentence, in the arena */
    struct access_entry entry; /* entry.role ROLE_NONE: no access at all */
};

const char *decision_resource_word(enum decision_resource kind);
bool decision_resource_read(const char *word, enum decision_resource *out);

/* What a question is about: the workspace or folder that counts; NULL: there is none. */
struct decision_place {
    const struct resource *resource;
    const struct project *project; /* NULL: it is about the workspace or folder itself */
};

struct decision decide(struct arena *arena, const struct organization *organization, const struct question *question);
/* The same where all three are known to exist. */
bool decide_known(struct arena *arena, const struct organization *organization, const struct account *account,
                  struct decision_place place, enum permission permission);
struct decision_place decision_place(const struct organization *organization, enum decision_resource kind, const char *path);

#endif
