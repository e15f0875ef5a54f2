/* What needs no more than reading: facts, health, people, places, audit. Each make…() gives a function that draws. */

import {$, h, moment, name, setAttributes, setText, sync, visible} from "./dom.js";
import {makeList} from "./list.js";

const PAGE = 50, AUDIT_SHOWN = 200;

function drawFacts(list, facts) {
  sync(list, facts, ([term]) => term, ([term]) => h("div", {}, h("dt", {}, term), h("dd", {})), (pair, [, value]) => setText(pair.lastChild, value));
}

const count = (items, test) => items.filter(test).length;

export function drawOrganization(access) {
  const scim = {enabled: "enabled", plan: "stopped: not in the plan", saml: "stopped: SAML is not configured"};
  drawFacts($("facts"), [
    ["Id", access.organization], ["Plan", access.plan], ["SCIM", scim[access.scim] ?? access.scim],
    ["People", `${access.users.length}, active ${count(access.users, u => u.status === "active")}`],
    ["Seats taken", count(access.users, u => u.seat)], ["Groups", access.groups.length],
    ["Workspaces", count(access.resources, r => r.kind === "workspace")], ["Folders", count(access.resources, r => r.kind !== "workspace")],
    ["Projects", access.projects.length],
  ]);
}

/* Whatever members the health document has, in its own words. */
export function drawHealth(health) {
  const words = value => value === null ? "nothing to say yet" : value === true ? "yes" : value === false ? "no" : moment(String(value));
  const facts = Object.values(health).flatMap(part => Object.entries(part));
  drawFacts($("health"), facts.map(([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1).replaceAll("_", " "), words(value)]));
}

function makeTable(id, toolsId, options, keyOf, cellsOf) {
  const body = $(id).tBodies[0];
  let items = [], context = null;
  const draw = () => sync(body, list(items), keyOf,
    item => h("tr", {}, h("th", {scope: "row"}, name(keyOf(item))), ...cellsOf(item, context).map(() => h("td", {}))),
    (row, item) => cellsOf(item, context).forEach(([text, kind], i) => {
      setText(row.children[i + 1], text);
      setAttributes(row.children[i + 1], {class: kind ?? null});
    }));
  const list = makeList($(toolsId), {...options, size: PAGE, textOf: keyOf, changed: draw});
  return (now, access) => { items = now; context = access; draw(); };
}

const yes = flag => flag ? "yes" : "no";

export function makePeople() {
  const draw = makeTable("people", "people-tools", {noun: "people"}, user => user.user, user => [
    [user.status, user.status === "active" ? null : "out"], [user.signIn, user.signIn === "allowed" ? null : "out"],
    [user.breakGlass ? `${user.orgRole}, break-glass owner` : user.orgRole], [yes(user.seat)], [yes(user.managed)],
    [user.sessions, "number"], [user.apiKeys, "number"], [user.invites, "number"],
  ]);
  return access => draw(access.users, access);
}

export function makePlaces() {
  const draw = makeTable("places", "places-tools", {noun: "places"}, place => place.resource, (place, {people, projects}) => [
    [place.kind], [place.kind === "workspace" ? place.managed ? "managed" : "not managed" : `team access ${place.teamAccess}`],
    [people.get(place.resource) ?? 0, "number"], [visible(projects.get(place.resource) ?? "none")],
  ]);
  return access => {
    const people = new Map(), projects = new Map();
    for (const user of access.users) for (const {resource} of user.access) people.set(resource, (people.get(resource) ?? 0) + 1);
    for (const {project, archived, classification} of access.projects) {
      const cut = project.lastIndexOf("/"), place = project.slice(0, cut), shown = project.slice(cut + 1) + (archived ? " (archived)" : "") + (classification ? ` (${classification})` : "");
      projects.set(place, projects.has(place) ? `${projects.get(place)}, ${shown}` : shown);
    }
    draw(access.resources, {people, projects});
  };
}

/* The trail, newest first. Entries come as they are added; members that are not known here do no harm. */
export function makeAudit() {
  let entries = [];
  const text = value => value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
  const target = value => value?.name ?? value?.id ?? text(value);
  return {
    after: () => entries.at(-1)?.sequence ?? 0,
    clear() { entries = []; },
    draw(more) {
      entries = entries.concat(more).slice(-AUDIT_SHOWN);
      sync($("audit").tBodies[0], [...entries].reverse(), entry => entry.sequence, entry => h("tr", {},
        h("td", {class: "number"}, text(entry.sequence)), h("td", {class: "time"}, moment(text(entry.time))), h("td", {class: "actor"}, name(text(entry.actor))),
        h("td", {}, text(entry.action)), h("td", {class: "wide"}, name(target(entry.target))), h("td", {class: "number"}, text(entry.status))));
    },
  };
}
