/* assignment.h: who works on a project: what rules about projects go by (policy_access.h, "Project-Based Access").
 *
 * An assignment by itself opens nothing: it says who belongs to a project, and a rule says what that is worth. The owner of a project counts as assigned
 * to it; an archived project counts for nobody. Assignments stay through a deactivation, as projects do.
 */
#ifndef REFERENCE_SERVER_MODEL_ASSIGNMENT_H
#define REFERENCE_SERVER_MODEL_ASSIGNMENT_H

#include "common/base.h"

struct account;
struct organization;
struct project;

bool assigned(const struct account *account, const struct project *project); /* not by owning it */
/* Somebody who is assigned already stays so; one who is not is nothing to remove. */
void assign(struct organization *organization, struct account *account, struct project *project);
void unassign(struct organization *organization, struct account *account, struct project *project);
void unassign_all(struct organization *organization, struct account *account); /* whose account ends */
/* Owns, or is assigned to, a project whose path matches one of the patterns (text_glob) and that is not archived. */
bool assigned_to_any(const struct account *account, const char *const *patterns, size_t count);

#endif
