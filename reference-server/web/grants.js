/* The groups, and the dialog in which a group gets or loses a role: group × workspace or folder × Edit, Check, View, for good or for a while. */

import {$, h, isolated, name, setAttributes, setText, span, sync, visible} from "./dom.js";
import {makeTable} from "./table.js";

const MEMBERS = 10;
const words = {editor: "Edit", participant: "Check", viewer: "View"};
const states = {pending: ", needs approval", rejected: ", rejected", "not-started": ", not yet", ended: ", over", "not-rolled-out": ", not rolled out yet"};
const word = role => words[role] ?? role;
const told = grant => `${word(grant.role)}${span(grant)}${grant.state ? states[grant.state] ?? `, ${grant.state}` : ""}`;

/* act(action): sends an owner's action and updates the page; throws a Refusal. */
export function makeGroups(act) {
  const dialog = $("grants"), select = $("grants-place"), time = $("grants-time"), error = $("grants-error"), done = $("grants-done");
  let current = null, open = null;

  const joined = elements => elements.length === 0 ? ["none"] : elements.flatMap((element, i) => i === 0 ? [element] : [", ", element]);
  const drawTable = makeTable("groups", {
    noun: "groups", columns: ["Group", ["Members", "wide"], ["Groups in it", "wide"], ["Grants", "wide"], ["", "actions"]], keyOf: group => group.group, textOf: group => group.displayName,
    cellsOf: group => {
      const more = group.members.length - MEMBERS, button = h("button", {type: "button", "aria-label": `Grants of ${isolated(group.displayName)}`}, "Grants…");
      button.addEventListener("click", () => show(group.group));
      return [name(group.displayName), [...joined(group.members.slice(0, MEMBERS).map(name)), more > 0 ? ` and ${more} more` : ""], joined((group.groups ?? []).map(name)),
        joined(group.grants.map(grant => h("span", {}, name(grant.resource), ` ${told(grant)}`))), button];
    },
  });

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
      const next = (item.nextElementSibling ?? item.previousElementSibling)?.lastElementChild;
      if (await run({action: "revoke", resource: grant.resource}, `Revoked on ${isolated(grant.resource)}.`)) (next?.isConnected ? next : select).focus();
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
    sync($("grants-list"), group.grants, JSON.stringify, makeGrant, (item, grant) => {
      setText(item.children[1], told(grant));
      setAttributes(item.lastElementChild, {"aria-label": `Revoke ${word(grant.role)} on ${isolated(grant.resource)}`});
    });
    $("grants-none").hidden = group.grants.length > 0;
    sync(select, current.resources.filter(takesGrants), place => place.resource, place => h("option", {value: place.resource}, visible(place.resource)));
  }

  /* Nothing: for good. Times are the organization's, in UTC, as the page shows them. */
  function wanted() {
    if (time.value !== "window") return time.value === "" ? {} : {for: time.value};
    const ends = {starts: $("grants-starts").value, ends: $("grants-ends").value};
    return Object.fromEntries(Object.entries(ends).filter(([, text]) => text !== "").map(([key, text]) => [key, `${text}:00Z`]));
  }

  time.addEventListener("change", () => { $("grants-window").hidden = time.value !== "window"; });
  $("grants-form").addEventListener("submit", event => {
    event.preventDefault();
    const role = $("grants-role"), window = wanted();
    if (time.value === "window" && Object.keys(window).length === 0) return void setText(error, "Say when it starts, when it ends, or both.");
    run({action: "grant", resource: select.value, role: role.value, ...window},
      `Granted ${role.selectedOptions[0].text} on ${isolated(select.value)}${time.value === "" ? "" : ` ${time.selectedOptions[0].text}`}.`);
  });
  $("grants-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    drawTable.focus(open);
    open = null;
    $("grants-form").reset();
    $("grants-window").hidden = true;
  });

  return {
    draw(access) { current = access; drawTable(access.groups); },
    follow(access) { current = access; if (open) drawDialog(); },
    close: () => dialog.open && dialog.close(),
  };
}
