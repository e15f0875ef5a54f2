/* Why somebody has a role there, or has none, and since when: the panel beside the matrix. */

import {$, h, moment, name} from "./dom.js";
import * as server from "./server.js";

/* organization(): which one; closed(): the reader wants no more; trail(user, resource): wants to see what the trail tells of it. */
export function makeWhy({organization, closed, trail}) {
  const panel = $("why"), text = $("why-text");
  let asked = null;

  /* The same again would be read out again. */
  function draw(...children) {
    const now = h("div", {}, ...children);
    if (!text.firstElementChild?.isEqualNode(now)) text.replaceChildren(now);
  }

  const lines = all => h("ul", {}, ...all.map(line => h("li", {}, name(line))));

  function changed(entry) {
    const facts = [["When", moment(entry.time)], ["By", entry.actor], ["Action", entry.action], ["Entry", `${entry.sequence}, request ${entry.request}`],
      ["Old → new", `${entry.old_role} → ${entry.new_role}`]];
    return h("dl", {class: "changed-by"}, ...facts.flatMap(([term, value]) => [h("dt", {}, term), h("dd", {}, name(value))]));
  }

  function close(back) {
    asked = null;
    panel.hidden = true;
    closed(back);
  }

  async function ask(user, resource) {
    if (user === null) return close(true);
    const question = asked = {user, resource};
    panel.hidden = false;
    $("why-trail").hidden = false;
    const title = h("p", {}, name(user), " on ", name(resource));
    try {
      const answer = await server.why(organization(), user, resource);
      if (asked !== question) return;
      draw(title, h("p", {class: "verdict"}, h("strong", {}, answer.role === "none" ? "no access" : answer.role)), lines(answer.why),
        ...(answer.when?.length > 0 ? [h("h4", {}, "When it changed"), lines(answer.when)] : []), ...(answer.changed ? [changed(answer.changed)] : []));
    } catch (refusal) {
      if (asked === question) draw(title, h("p", {class: "error"}, name(refusal.message)));
    }
  }

  $("why-close").addEventListener("click", () => close(true));
  $("why-trail").addEventListener("click", () => trail(asked.user, asked.resource));
  return {ask, again: () => asked && ask(asked.user, asked.resource), close};
}
