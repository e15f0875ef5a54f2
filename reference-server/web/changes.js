/* What changed between two access documents, in words: the feed, and one sentence for screen readers. */

import {$, h, isolated, moment} from "./dom.js";

const KEPT = 200, AT_ONCE = 50;

const by = (items, key) => new Map(items.map(item => [item[key], item]));
const place = entry => entry ? `${entry.role}, ${entry.state}` : "no access";

function* differences(before, after, key, tell) {
  const old = by(before, key), now = by(after, key);
  for (const id of new Set([...old.keys(), ...now.keys()])) yield* tell(id, old.get(id), now.get(id));
}

function* ofPerson(user, old, now) {
  const who = isolated(user);
  if (!old) yield `${who} is there: ${now.status}`;
  if (!now) yield `${who} is gone`;
  if (old && now)
    for (const [member, word] of [["status", "status"], ["signIn", "sign-in"], ["orgRole", "org role"]])
      if (old[member] !== now[member]) yield `${who}, ${word}: ${old[member]} → ${now[member]}`;
  yield* differences(old?.access ?? [], now?.access ?? [], "resource", function* (resource, from, to) {
    if (place(from) !== place(to)) yield `${who} on ${isolated(resource)}: ${place(from)} → ${place(to)}`;
  });
}

function* ofGroup(id, old, now) {
  const what = `group ${isolated((now ?? old).displayName)}`;
  if (!old) yield `${what} is there`;
  if (!now) yield `${what} is gone`;
  if (!now) return;
  if (old && old.displayName !== now.displayName) yield `group ${isolated(old.displayName)} is now called ${isolated(now.displayName)}`;
  const was = new Set(old?.members ?? []), is = new Set(now.members);
  for (const user of is) if (!was.has(user)) yield `${what}: ${isolated(user)} joined`;
  for (const user of was) if (!is.has(user)) yield `${what}: ${isolated(user)} left`;
  yield* differences(old?.grants ?? [], now.grants, "resource", function* (resource, from, to) {
    if (from?.role !== to?.role) yield `${what} on ${isolated(resource)}: ${from?.role ?? "no grant"} → ${to?.role ?? "no grant"}`;
  });
}

function* ofPlace(resource, old, now) {
  if (!old) yield `${now.kind} ${isolated(resource)} is there`;
  if (!now) yield `${old.kind} ${isolated(resource)} is gone`;
}

export function makeChanges() {
  const list = $("changes");
  return {
    clear() {
      list.replaceChildren();
      $("no-changes").hidden = false;
      $("news").textContent = "";
    },
    tell(before, after) {
      const told = [
        ...differences(before.resources, after.resources, "resource", ofPlace),
        ...differences(before.users, after.users, "user", ofPerson),
        ...differences(before.groups, after.groups, "group", ofGroup),
      ];
      if (told.length === 0) return;
      const time = () => h("time", {datetime: after.time}, moment(after.time).slice(11));
      const items = told.slice(0, AT_ONCE).map(text => h("li", {}, time(), text));
      if (told.length > AT_ONCE) items.push(h("li", {}, time(), `and ${told.length - AT_ONCE} more`));
      list.prepend(...items);
      while (list.children.length > KEPT) list.lastElementChild.remove();
      $("no-changes").hidden = true;
      $("news").textContent = told.length === 1 ? told[0] : `${told.length} changes. ${told[0]}`;
    },
  };
}
