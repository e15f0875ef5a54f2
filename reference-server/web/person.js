/* One person: profile with what was edited here, what waits, access with its reasons, permissions. */

import {$, drawFacts, h, isolated, moment, name, setText, span, visible, words} from "./dom.js";
import * as server from "./server.js";

/* organization(): which one; trail(user): wants to see what the trail tells; closed(user). */
export function makePerson({organization, trail, closed}) {
  const dialog = $("person"), body = $("person-body");
  let user = null, access = null, leaving = false;

  const value = v => visible(Array.isArray(v) ? v.join(", ") : String(v));
  const part = (title, ...children) => [h("h3", {}, title), ...children];
  const list = lines => h("ul", {}, ...lines.map(line => h("li", {}, ...[line].flat())));
  const via = v => `${v.grant}${v.group ? ` ${isolated(v.group)}` : ""}${v.rule ? ` ${isolated(v.rule)}` : ""} (${v.role}${span(v)})`;

  function facts(pairs) {
    const element = h("dl", {class: "facts"});
    drawFacts(element, pairs);
    return element;
  }

  function draw(document) {
    const row = access.users.find(u => u.user === user), edited = Object.entries(document.edited ?? {}), profile = Object.entries(document.profile);
    const parts = [h("p", {}, h("span", {class: "badge", "data-state": row?.status ?? "gone"}, row?.status ?? "gone"), ` ${row?.orgRole ?? ""}${row?.breakGlass ? ", break-glass owner" : ""}`),
      ...part("Profile", profile.length === 0 ? h("p", {class: "quiet"}, "Nothing is known.") : facts(profile.map(([field, v]) => [words(field), value(v)])))];
    if (edited.length > 0)
      parts.push(...part("Edited here", list(edited.map(([field, edit]) => [h("em", {}, words(field)), ": ", name(value(edit.value)),
        ...(edit.provider === undefined ? [] : [", the provider says ", name(value(edit.provider))])]))));
    if (document.pending) parts.push(...part("Waits", h("p", {}, `A change of the provider waits until ${moment(document.pending.due)}.`)));
    if (row) {
      parts.push(...part("Access", row.access.length === 0 ? h("p", {class: "quiet"}, "None.") : list(row.access.map(entry =>
        [name(entry.resource), ` ${entry.role}, ${entry.state}: ${entry.via.map(via).join("; ")}`]))));
      if (row.waiting) parts.push(...part("Without effect", list(row.waiting.map(entry => [name(entry.resource), ` ${via(entry)}: ${entry.state}`]))));
      parts.push(...part("Permissions", h("p", {}, row.permissions.length === 0 ? "None." : row.permissions.map(isolated).join(", "))));
    }
    const now = h("div", {}, ...parts);
    if (!body.firstElementChild?.isEqualNode(now)) body.replaceChildren(now);
  }

  async function look() {
    const asked = user;
    try {
      const document = await server.profile(organization(), asked);
      if (asked === user) draw(document);
    } catch (refusal) {
      if (asked === user) body.replaceChildren(h("p", {class: "error"}, name(refusal.message)));
    }
  }

  $("person-close").addEventListener("click", () => dialog.close());
  $("person-trail").addEventListener("click", () => { const asked = user; leaving = true; dialog.close(); trail(asked); });
  dialog.addEventListener("close", () => {
    if (!leaving) closed(user);
    user = null;
    leaving = false;
    body.replaceChildren();
  });
  return {
    show(who) {
      user = who;
      setText($("person-title"), visible(who));
      dialog.showModal();
      look();
    },
    draw(now) { access = now; if (user !== null) look(); },
    close: () => dialog.open && dialog.close(),
  };
}
