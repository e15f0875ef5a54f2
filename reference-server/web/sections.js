/* What needs no more than reading: organization, health, people, places, projects. */

import {$, drawFacts, h, isolated, moment, name, setText, sync, visible, words} from "./dom.js";
import {makeTable} from "./table.js";

const count = (items, test) => items.filter(test).length;

export function drawOrganization(access) {
  const scim = {enabled: "enabled", plan: "stopped: not in the plan", saml: "stopped: SAML is not configured"};
  drawFacts($("facts"), [
    ["Id", access.organization], ["Plan", access.plan], ["SCIM", scim[access.scim] ?? access.scim],
    ["People", `${access.users.length}, active ${count(access.users, u => u.status === "active")}`],
    ["Seats taken", count(access.users, u => u.seat)], ["Groups", access.groups.length],
    ["Workspaces", count(access.resources, r => r.kind === "workspace")], ["Folders", count(access.resources, r => r.kind !== "workspace")],
    ["Projects", `${access.projects.length}, archived ${count(access.projects, p => p.archived)}`],
  ]);
}

/* The health document part by part, whatever members it has, in its own words; and as it is. */
export function drawHealth(health) {
  const told = value => value === null ? "nothing to say yet" : value === true ? "yes" : value === false ? "no" : moment(String(value));
  sync($("health"), Object.entries(health.health_monitoring), ([part]) => part,
    ([part]) => h("div", {}, h("h3", {}, words(part)), h("dl", {class: "facts"})),
    (element, [, members]) => drawFacts(element.lastChild, Object.entries(members).map(([key, value]) => [words(key), told(value)])));
  setText($("health-json"), visible(JSON.stringify(health, null, 2)));
}

const yes = flag => flag ? "yes" : "no";
const plain = (text, good) => good ? text : h("span", {class: "out"}, text);

/* show(user): the reader wants to know more about somebody. */
export function makePeople(show) {
  const draw = makeTable("people", {
    noun: "people", columns: ["Person", "Status", "Sign-in", "Org role", "Seat", "Managed", ["Sessions", "number"], ["API keys", "number"], ["Invites", "number"], ["Places", "number"], "Waits"],
    keyOf: user => user.user, textOf: user => user.user,
    cellsOf: user => {
      const button = h("button", {type: "button", class: "link"}, name(user.user));
      button.addEventListener("click", () => show(user.user));
      return [button, plain(user.status, user.status === "active"), plain(user.signIn, user.signIn === "allowed"),
        user.breakGlass ? `${user.orgRole}, break-glass owner` : user.orgRole, yes(user.seat), yes(user.managed), user.sessions, user.apiKeys, user.invites,
        user.access.length, user.waiting ? `${user.waiting.length}` : ""];
    },
  });
  return {draw: access => draw(access.users), focus: draw.focus};
}

export function makePlaces() {
  const drawPlaces = makeTable("places", {
    noun: "places", columns: ["Place", "Kind", "Rule", ["People with access", "number"], "Projects"], keyOf: place => place.resource, textOf: place => place.resource,
    cellsOf: place => [name(place.resource), place.kind, place.kind === "workspace" ? place.managed ? "managed" : "not managed" : `team access ${place.teamAccess}`,
      place.people, place.projects.length === 0 ? "none" : place.projects.map(isolated).join(", ")],
  });
  const drawProjects = makeTable("projects", {
    noun: "projects", columns: ["Project", "Owner", "State", "Classification", "Assigned", ["Comments", "number"], ["Tasks done", "number"]],
    keyOf: project => project.project, textOf: project => `${project.project} ${project.owner}`,
    cellsOf: project => [name(project.project), name(project.owner), plain(project.archived ? "archived" : "active", !project.archived),
      project.classification ? name(project.classification) : "none", (project.people ?? []).map(isolated).join(", ") || "nobody", project.comments ?? 0,
      `${project.completed ?? 0} of ${project.tasks ?? 0}`],
  });
  return access => {
    const people = new Map(), projects = new Map();
    for (const user of access.users) for (const {resource} of user.access) people.set(resource, (people.get(resource) ?? 0) + 1);
    for (const {project, archived, classification} of access.projects) {
      const cut = project.lastIndexOf("/"), place = project.slice(0, cut), marks = [archived ? "archived" : "", classification ?? ""].filter(Boolean);
      projects.set(place, [...(projects.get(place) ?? []), project.slice(cut + 1) + (marks.length > 0 ? ` (${marks.join(", ")})` : "")]);
    }
    drawPlaces(access.resources.map(place => ({...place, people: people.get(place.resource) ?? 0, projects: projects.get(place.resource) ?? []})));
    drawProjects(access.projects);
  };
}
