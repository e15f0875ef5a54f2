/* What the product has told people, newest first; nothing of it was sent anywhere. Alerts stand on the overview, too. */

import {$, h, moment, name, sync} from "./dom.js";
import * as server from "./server.js";
import {makeTable} from "./table.js";

const PAGE = 1000, KEPT = 2000, ALERTS = 5;

export function makeMessages() {
  let last = 0, all = [], organization = null;
  const draw = makeTable("messages", {
    noun: "notifications", columns: [["Time", "time"], "Kind", "To", "About", ["Text", "wide"]], keyOf: m => String(m.sequence), textOf: m => `${m.kind} ${m.to} ${m.about ?? ""} ${m.text}`,
    none: "Nobody was told anything yet.",
    cellsOf: m => [moment(m.time), h("span", {class: "badge", "data-kind": m.kind}, m.kind), name(m.to), m.about ? name(m.about) : "", name(m.text)],
  });
  const alerts = () => all.filter(m => m.kind === "alert");
  return {
    async look(id) {
      let more = true;
      while (more) {
        const page = await server.messages(id, last, PAGE);
        if (id !== organization) return;
        all = all.concat(page.notifications).slice(-KEPT);
        last = page.notifications.at(-1)?.sequence ?? last;
        more = page.next !== undefined && page.notifications.length > 0;
      }
    },
    alerts: () => alerts().length,
    draw: () => draw([...all].reverse()),
    drawAlerts() {
      const newest = alerts().slice(-ALERTS).reverse();
      $("alerts-card").hidden = newest.length === 0;
      sync($("alerts"), newest, m => m.sequence, m => h("li", {}, h("time", {datetime: m.time}, moment(m.time)), " ", name(m.text)));
    },
    clear(id) { organization = id; last = 0; all = []; },
  };
}
