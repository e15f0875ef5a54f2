/* The rules in force as sentences, block by block, each with its JSON: names, keys and words are those of the organization document. */

import {$, drawFacts, h, isolated, span, sync, visible, words} from "./dom.js";

const plain = word => visible(String(word)).replaceAll("_", " ");
const some = (list, of = plain) => list.length === 0 ? "nothing" : list.map(of).join(", ");
const names = list => some(list, isolated);
const entries = object => Object.entries(object ?? {});
const map = object => entries(object).map(([from, to]) => `${isolated(from)} → ${isolated(String(to))}`).join(", ");

/* What is in a member that has no sentence here, so that nothing in force goes unsaid. */
const rest = (object, ...told) => entries(object).filter(([key]) => !told.includes(key)).map(([key, value]) => `${words(key)}: ${isolated(typeof value === "string" ? value : JSON.stringify(value))}`);

function* ofProvisioning({user_creation: rule = {}}) {
  if (rule.trigger) yield `Counts when: ${plain(rule.trigger)}.`;
  if (rule.attributes) yield `Only these reach the profile: ${map(rule.attributes)}.`;
  if (rule.default_role) yield `Somebody new is ${isolated(rule.default_role)} of the organization.`;
  if ("welcome_email" in rule) yield rule.welcome_email ? "They are welcomed with a message." : "Nobody is welcomed.";
  yield* rest(rule, "trigger", "attributes", "default_role", "welcome_email");
}

const winners = {okta_wins: "What the provider pushes overwrites what was edited here.", local_wins: "What was edited here stays, whatever the provider pushes."};

function* ofSync(rule) {
  if (rule.update_triggers) yield `Applied are: ${some(rule.update_triggers)}.`;
  if (rule.update_attributes) yield `Of a profile only these follow: ${names(rule.update_attributes)}.`;
  if (rule.sync_frequency) yield rule.sync_frequency === "real_time" ? "Changes are applied at once." : `Changes wait for the next ${rule.sync_frequency === "daily" ? "midnight" : "full hour"} (UTC).`;
  if (rule.conflict_resolution) yield winners[rule.conflict_resolution] ?? plain(rule.conflict_resolution);
  yield* rest(rule, "update_triggers", "update_attributes", "sync_frequency", "conflict_resolution");
}

function* ofLeaving({user_removal: user, group_removal: group}) {
  if (user) yield `Somebody leaves (${plain(user.trigger ?? "deactivated or deleted")}): ${some(user.actions ?? [])}.`;
  if (user?.retention_period) yield `Who was deleted can be restored for ${plain(user.retention_period)}.`;
  if (group) yield `Somebody leaves a group (${plain(group.trigger ?? "removed")}): ${some(group.actions ?? [])}.`;
}

function* ofMappings(rules) {
  for (const [group, rule] of entries(rules)) {
    const where = rule.workspaces === undefined ? "" : Array.isArray(rule.workspaces) ? `, on workspaces ${names(rule.workspaces)}` : `, workspaces: ${plain(rule.workspaces)}`;
    yield `Who is in ${isolated(group)}: ${rule.taskade_role ? `${plain(rule.taskade_role)} of the organization` : "no org role"}${rule.permissions ? `, may ${some([rule.permissions].flat())}` : ""}${where}.`;
  }
}

function* ofHierarchy(rules) {
  for (const [group, rule] of entries(rules)) {
    const parts = [rule.parent && `below ${isolated(rule.parent)}`, rule.members && `above ${names(rule.members)}`,
      rule.inherited_permissions && `passes down ${names(rule.inherited_permissions)}`, rule.specific_permissions && `keeps for itself ${names(rule.specific_permissions)}`];
    yield `${isolated(group)}: ${parts.filter(Boolean).join("; ") || "stands alone"}.`;
  }
}

function* ofAttributes(rules) {
  for (const [attribute, targets] of entries(rules))
    for (const target of [targets].flat()) {
      const {to, when, values} = typeof target === "string" ? {to: target} : target;
      yield `${isolated(attribute)} → ${isolated(to)}${when ? ` when ${conditions(when)}` : ""}${values ? ` (${plain(values)} of its values)` : ""}`;
    }
}

function* ofWords(rules) {
  for (const [field, rule] of entries(rules)) {
    const lookup = typeof rule.lookup === "object" && rule.lookup !== null;
    yield `${isolated(field)}: ${map(lookup ? rule.lookup : rule)}${lookup ? `, anything else: ${rule.otherwise === undefined ? "nothing" : isolated(rule.otherwise)}` : ""}`;
  }
}

const conditions = when => entries(when).map(([field, pattern]) => `${isolated(field)} is ${[pattern].flat().map(isolated).join(" or ")}`).join(" and ");

function* ofOffers(rules) {
  for (const [type, {endpoint, grants = "entitlements", values}] of entries(rules))
    yield `${isolated(type)}, at ${isolated(endpoint ?? `/${type}s`)}, granted as ${plain(grants)}: ${some(entries(values), ([id, {displayName}]) => `${isolated(id)} (${isolated(displayName)})`)}.`;
}

function* ofAccess(rules) {
  for (const [rule, {when, resource, role, ...window}] of entries(rules))
    yield `${isolated(rule)}: who has ${conditions(when)} is ${plain(role)} on ${isolated(resource)}${span(window)}.`;
}

/* name, title, what it is about, its sentences: in the order of the documentation. */
const blocks = [
  ["provisioning_rules", "New people", ofProvisioning],
  ["sync_config", "Changes by the provider", ofSync],
  ["deprovisioning_rules", "Leavers", ofLeaving],
  ["group_mappings", "Org roles by group", ofMappings],
  ["group_hierarchy", "Groups above groups", ofHierarchy],
  ["custom_mappings", "Attributes of the customer's own", ofAttributes],
  ["transformations", "Words for values", ofWords],
  ["security_integrations", "Sign-in and watching", function* (rule) { yield* rest(Object.fromEntries(entries(rule).map(([key, word]) => [key, plain(word)]))); }],
  ["entitlements", "What can be granted", ofOffers],
  ["access_rules", "Access by what people are", ofAccess],
  ["approvals", "Approvals", function* (rule) { yield `Grants of ${isolated(rule.from_role)} and above wait for somebody's word.`; }],
  ["rollout", "Roll-out", function* (rule) { yield `Only these groups take effect yet: ${names(rule.groups ?? [])}.`; }],
];

function makeBlock([block, title]) {
  const json = h("pre", {tabindex: "0", "aria-label": `${title} as JSON`});
  return h("article", {class: "card"}, h("h3", {}, title, " ", h("code", {}, visible(block))), h("ul", {}), h("details", {}, h("summary", {}, "as JSON"), json));
}

function fill(article, [block, , sentences, rule]) {
  const text = JSON.stringify({[block]: rule}, null, 2);
  const json = article.querySelector("pre");
  if (json.textContent === visible(text)) return;
  json.textContent = visible(text);
  article.querySelector("ul").replaceChildren(...[...sentences(rule)].map(sentence => h("li", {}, sentence)));
}

export function drawRules({policies, settings}) {
  const known = new Set(blocks.map(([block]) => block));
  const others = Object.keys(policies).filter(block => !known.has(block)).map(block => [block, words(block), rule => rest(rule)]);
  const all = [...blocks, ...others], there = all.filter(([block]) => block in policies).map(row => [...row, policies[row[0]]]);
  sync($("rules"), there, ([block]) => block, makeBlock, fill);
  const missing = all.filter(([block]) => !(block in policies)).map(([, title]) => title);
  $("rules-none").textContent = missing.length === 0 ? "" : `${there.length === 0 ? "No rule is in force. " : ""}There is none for: ${missing.join(", ")}. There the product does what it does without one.`;
  drawFacts($("settings"), entries(settings).map(([key, value]) => [words(key), visible(Array.isArray(value) ? value.join(", ") : value === true ? "yes" : value === false ? "no" : String(value))]));
}
