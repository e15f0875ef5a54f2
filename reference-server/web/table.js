/* A table of what the server tells: built into the <table> of that id, with a filter, pages, and a sentence for when there is nothing. */

import {$, h, sync} from "./dom.js";
import {makeList} from "./list.js";

const PAGE = 50;

/* columns: titles, or [title, class of its cells]; keyOf(item): text, unique; textOf(item): what the filter looks at; cellsOf(item): for each column its
 * children, text or elements; the first is the row's header. A row is made anew only when its item is another, and keeps the focus. Returns draw(items), which
 * has focus(key): on the first button of that row, as after a dialog about it. */
export function makeTable(id, {noun, columns, keyOf, textOf, cellsOf, none}) {
  const table = $(id), body = h("tbody", {}), tools = h("div", {class: "tools"}), nothing = h("p", {class: "nothing"}, none ?? `There are no ${noun}.`);
  const heads = columns.map(column => Array.isArray(column) ? column : [column, null]);
  let items = [];
  table.append(h("thead", {}, h("tr", {}, ...heads.map(([title, kind]) => h("th", {scope: "col", class: kind === "number" ? kind : null},
    title === "" ? h("span", {class: "unseen"}, "Actions") : title)))), body);
  table.parentElement.before(tools);
  table.parentElement.after(nothing);

  const fill = (row, item) => {
    const state = JSON.stringify(item);
    if (row.state === state) return;
    const held = row.contains(document.activeElement);
    row.state = state;
    row.key = keyOf(item);
    row.replaceChildren(...cellsOf(item).map((children, i) =>
      h(i === 0 ? "th" : "td", {scope: i === 0 ? "row" : null, class: heads[i][1]}, ...[children].flat())));
    if (held) row.querySelector("button, a, summary")?.focus();
  };
  const redraw = () => {
    sync(body, list(items), keyOf, () => h("tr", {}), fill);
    table.parentElement.hidden = body.rows.length === 0;
    nothing.hidden = items.length > 0;
  };
  const list = makeList(tools, {noun, size: PAGE, textOf, changed: redraw});
  const draw = now => { items = now; redraw(); };
  draw.focus = key => [...body.rows].find(row => row.key === key)?.querySelector("button")?.focus();
  return draw;
}

/* Runs what a button in a table asks for; the row may go with it, so the focus then moves on to where its neighbour's button is, else to `home`. */
export async function pressed(button, run, error, home) {
  const row = button.closest("tr"), next = row.nextElementSibling ?? row.previousElementSibling;
  error.textContent = "";
  button.disabled = true;
  try {
    await run();
  } catch (refusal) {
    error.textContent = refusal.message;
  }
  button.disabled = false;
  const held = document.activeElement === document.body || document.activeElement === button || !document.activeElement.isConnected;
  if (held) (button.isConnected ? button : (next?.isConnected ? next.querySelector("button") : null) ?? home).focus();
}
