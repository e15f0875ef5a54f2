/* wire_contract.h: the body of Entra's POST /Users, with the key order of Microsoft's data contracts.
 *
 * A capture of 2024 agrees with Microsoft's C# library: schemas, externalId, userName, then by the alphabet, then the extensions. An
 * element of a list begins with primary and type; that only the work mail is primary is inferred. The URN of a customer's own extension
 * is not among the schemas: Microsoft's example and the capture leave it out.
 */
#ifndef SIMULATOR_WIRE_CONTRACT_H
#define SIMULATOR_WIRE_CONTRACT_H

#include "common/base.h"
#include "common/json.h"

struct directory_user;
struct simulator;

/* flat: wire_user_flat. */
json *wire_contract_user(const struct simulator *simulator, const struct directory_user *user, const json *flat);
/* The manager's server id, when it goes into the body; NULL: it does not, or the manager is not there yet. */
const char *wire_contract_manager(const struct simulator *simulator, const struct directory_user *user);

#endif
