/* What waits: for somebody's word, for the provider's slot, for a window of time or the roll-out; and who can still be restored. */

import {$, h, isolated, moment, name, setText, span, visible} from "./dom.js";
import {makeTable, pressed} from "./table.js";

/* How the action names what waits (docs/reference-server.md). */
function answerTo({user, group, resource, rule, mapping}) {
  if (rule) return {user, rule};
  if (mapping) return {user, mapping};
  return group ? {group, resource} : {user, resource};
}

const source = ({rule, mapping}) => rule ? ["rule ", name(rule)] : mapping ? ["mapping of ", name(mapping)] : "grant";
const who = ({user, group}) => group && !user ? ["group ", name(group)] : name(user);

const reasons = {"not-started": "not yet", ended: "over", "not-rolled-out": "its group is not rolled out yet", rejected: "rejected", pending: "needs approval"};
const by = via => via.rule ? `rule ${isolated(via.rule)}` : via.group ? `${via.grant === "mapping" ? "mapping of" : "group"} ${isolated(via.group)}` : "grant";

/* The rows of the access document that have no effect yet, or no more. */
function idle(access) {
  const rows = access.users.flatMap(user => (user.waiting ?? []).map(entry => ({who: user.user, ...entry, by: by(entry)})));
  const groups = access.groups.flatMap(group => group.grants.filter(grant => grant.state).map(grant => ({who: `group ${group.displayName}`, by: "grant", ...grant})));
  return [...groups, ...rows].filter(row => row.state !== "pending");
}

/* act(action): sends an owner's action and updates the page; throws a Refusal. */
export function makeWaiting(act) {
  const error = $("approvals-error");

  function buttons(entry) {
    const title = `${entry.role} on ${isolated(entry.resource)} for ${isolated(entry.group ?? entry.user)}`;
    return [["approve", "Approve"], ["reject", "Reject"]].map(([action, word]) => {
      const button = h("button", {type: "button", class: action === "approve" ? "main" : null, "aria-label": `${word} ${title}`}, word);
      button.addEventListener("click", () => pressed(button, () => act({action, ...answerTo(entry)}), error, $("waiting-title")));
      return button;
    });
  }

  const approvals = makeTable("approvals", {
    noun: "approvals", columns: ["For", "Role", "Where", "From", ["", "actions"]], keyOf: JSON.stringify, textOf: JSON.stringify, none: "Nothing waits for somebody's word.",
    cellsOf: entry => [who(entry), entry.role, name(entry.resource), source(entry), buttons(entry)],
  });
  const changes = makeTable("pending", {
    noun: "changes", columns: [["Due", "time"], "Change"], keyOf: JSON.stringify, textOf: JSON.stringify, none: "No change of the provider waits for its slot.",
    cellsOf: entry => [moment(entry.due), entry.change === "profile" ? ["profile of ", name(entry.user)]
      : [entry.user ? name(entry.user) : ["group ", name(entry.member)], ` ${entry.change} `, name(entry.group)].flat()],
  });
  const others = makeTable("idle", {
    noun: "roles", columns: ["For", "Role", "Where", "From", "Why not"], keyOf: JSON.stringify, textOf: row => `${row.who} ${row.resource} ${row.role} ${row.by}`,
    none: "No role waits for its time or for the roll-out.",
    cellsOf: row => [name(row.who), row.role, name(row.resource), row.by, `${reasons[row.state] ?? visible(row.state)}${row.starts || row.ends ? "," : ""}${span(row)}`],
  });
  const departed = makeTable("departed", {
    noun: "people", columns: ["Person", ["Deleted", "time"], ["Can be restored until", "time"]], keyOf: entry => entry.account + entry.deleted, textOf: entry => entry.user,
    none: "Nobody was deleted within a retention period.",
    cellsOf: entry => [name(entry.user), moment(entry.deleted), moment(entry.until)],
  });
  const more = (count, list) => count > list.length ? `The first ${list.length} of ${count} are shown.` : "";

  return (waiting, access) => {
    approvals(waiting.approvals);
    changes(waiting.changes);
    others(idle(access));
    departed(waiting.departed);
    setText($("waiting-more"), [["approvals", "Approvals"], ["changes", "Changes"], ["departed", "Departed"]]
      .map(([key, word]) => [word, more(waiting.counts[key], waiting[key])]).filter(([, text]) => text !== "").map(([word, text]) => `${word}: ${text}`).join(" "));
  };
}
