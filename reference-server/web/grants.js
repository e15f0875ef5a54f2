/* The groups, and the dialog in which a group gets or loses a role: group × workspace or folder × Edit, Check, View. */

import {$, h, isolated, moment, name, setAttributes, setText, sync, visible} from "./dom.js";
import {makeList} from "./list.js";

const PAGE = 50, MEMBERS = 10;
const words = {editor: "Edit", participant: "Check", viewer: "View"};
const word = role => words[role] ?? role;
/* There may be two on a place: one for good and one for a while, or one that counts and one that waits. */
const grantKey = grant => [grant.resource, grant.starts ?? "", grant.ends ?? "", grant.state ?? ""].join("\n");
const told = grant => `${word(grant.role)}${grant.ends ? ` until ${moment(grant.ends)}` : ""}${grant.state ? `, ${grant.state}` : ""}`;

/* act(action): sends an owner's action and updates the page; throws a Refusal. */
export function makeGroups(act) {
  const dialog = $("grants"), select = $("grants-place"), error = $("grants-error"), done = $("grants-done");
  let current = null, open = null;
  const list = makeList($("groups-tools"), {noun: "groups", size: PAGE, textOf: g => g.displayName, changed: () => current && draw(current)});

  function makeRow(group) {
    const button = h("button", {type: "button"}, "Grants…");
    button.addEventListener("click", () => show(group.group));
    return h("tr", {}, h("th", {scope: "row"}, name("")), h("td", {class: "wide"}), h("td", {class: "wide"}), h("td", {}, button));
  }

  function drawRow(row, group) {
    const [title, members, grants, change] = row.children, more = group.members.length - MEMBERS;
    setText(title.firstChild, visible(group.displayName));
    setAttributes(change.firstChild, {"aria-label": `Grants of ${isolated(group.displayName)}`});
    const seen = JSON.stringify([group.members.slice(0, MEMBERS), more, group.grants]);
    if (row.seen === seen) return;
    row.seen = seen;
    members.replaceChildren(...joined(group.members.slice(0, MEMBERS).map(name)), more > 0 ? ` and ${more} more` : "");
    grants.replaceChildren(...joined(group.grants.map(grant => h("span", {}, name(grant.resource), ` ${told(grant)}`))));
  }

  const joined = elements => elements.length === 0 ? ["none"] : elements.flatMap((element, i) => i === 0 ? [element] : [", ", element]);

  /* --- the dialog --- */

  function show(group) {
    open = group;
    setText(error, "");
    setText(done, "");
    drawDialog();
    dialog.showModal();
    select.focus();
  }

  async function run(action, says) {
    setText(error, "");
    setText(done, "");
    try {
      await act({...action, group: open});
      setText(done, says);
      return true;
    } catch (refusal) {
      setText(error, refusal.message);
      return false;
    }
  }

  function makeGrant(grant) {
    const button = h("button", {type: "button"}, "Revoke"), item = h("li", {}, name(grant.resource), h("span", {}), button);
    button.addEventListener("click", async () => {
      const next = (item.nextElementSibling ?? item.previousElementSibling)?.lastElementChild ?? select;
      if (await run({action: "revoke", resource: grant.resource}, `Revoked on ${isolated(grant.resource)}.`)) next.focus();
    });
    return item;
  }

  const takesGrants = place => place.kind === "workspace" ? place.managed : place.teamAccess === "invite-only";

  function drawDialog() {
    const group = current.groups.find(g => g.group === open);
    if (!group) {
      if (dialog.open) dialog.close();
      return;
    }
    setText($("grants-title"), `Grants of ${isolated(group.displayName)}`);
    sync($("grants-list"), group.grants, grantKey, makeGrant, (item, grant) => {
      setText(item.children[1], told(grant));
      setAttributes(item.lastElementChild, {"aria-label": `Revoke ${word(grant.role)} on ${isolated(grant.resource)}`});
    });
    $("grants-none").hidden = group.grants.length > 0;
    sync(select, current.resources.filter(takesGrants), place => place.resource, place => h("option", {value: place.resource}, visible(place.resource)));
  }

  $("grants-form").addEventListener("submit", event => {
    event.preventDefault();
    const role = $("grants-role");
    run({action: "grant", resource: select.value, role: role.value},
      `Granted ${role.selectedOptions[0].text} on ${isolated(select.value)}.`);
  });
  $("grants-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => { open = null; });

  function draw(access) {
    current = access;
    sync($("groups").tBodies[0], list(access.groups), group => group.group, makeRow, drawRow);
    if (open) drawDialog();
  }

  return {draw, close: () => dialog.open && dialog.close()};
}
