/* The access matrix: people × workspaces and folders. A grid with one tab stop; arrow keys, Home, End, Page Up and Down move in it, Enter tells why. */

import {$, flash, h, name, setAttributes, sync, visible} from "./dom.js";
import {makeList} from "./list.js";

const PEOPLE = 50, PLACES = 30, PAGE = 10;
const levels = {owner: "high", maintainer: "high", editor: "middle"};

/* ask(user, resource): the reasons are wanted; with null, no longer. */
export function makeMatrix(ask) {
  const table = $("matrix"), head = h("tr", {}), body = h("tbody", {}), corner = h("th", {scope: "col"}, "Person");
  let current = null, stop = null, asked = null;
  const redraw = () => current && draw(current, false);
  const people = makeList($("matrix-people"), {noun: "people", size: PEOPLE, textOf: u => u.user, changed: redraw});
  const places = makeList($("matrix-places"), {noun: "places", size: PLACES, textOf: r => r.resource, changed: redraw});
  table.append(h("thead", {}, head), body);
  head.append(corner);

  const same = (a, b) => a !== null && b !== null && a.user === b.user && a.resource === b.resource;

  const makeRow = user => h("tr", {}, h("th", {scope: "row", title: visible(user.user)}, h("div", {}, name(user.user))));

  const states = {pending: "needs approval", "not-rolled-out": "not rolled out", "not-started": "not yet", ended: "over"};

  /* waits: roles that have no effect yet, or no more. */
  function drawCell(cell, entry, waits, fresh, tell) {
    const role = entry?.role ?? "", state = entry?.state ?? "", more = waits.map(w => `${w.role}: ${states[w.state] ?? w.state}`), text = [role, state, ...more].join(" ");
    if (cell.shown !== text) {
      if (entry) cell.replaceChildren(role, h("small", {}, state));
      else cell.replaceChildren(h("span", {class: "none", "aria-hidden": "true"}, "·"), h("span", {class: "unseen"}, "no access"));
      cell.append(...more.map(line => h("small", {class: "waits"}, line)));
      setAttributes(cell, {"data-level": entry ? levels[role] ?? "low" : null});
      if (tell && !fresh) flash(cell);
      cell.shown = text;
    }
    setAttributes(cell, {"aria-selected": same(asked, cell.at), tabindex: same(stop, cell.at) ? 0 : -1});
  }

  function drawRow(row, user, columns, tell) {
    const entries = new Map(user.access.map(entry => [entry.resource, entry])), title = row.firstElementChild.firstElementChild;
    const waits = resource => (user.waiting ?? []).filter(entry => entry.resource === resource);
    const inactive = user.status !== "active";
    if (inactive && title.children.length === 1) title.append(h("span", {class: "badge"}, user.status));
    if (!inactive && title.children.length > 1) title.lastElementChild.remove();
    sync(row, columns, column => column.resource, column => {
      const cell = h("td", {role: "gridcell"});
      cell.at = {user: user.user, resource: column.resource};
      return cell;
    }, (cell, column) => drawCell(cell, entries.get(column.resource), waits(column.resource), cell.shown === undefined, tell), 1);
  }

  function draw(access, tell) {
    const held = table.contains(document.activeElement);
    current = access;
    const rows = people(access.users), columns = places(access.resources);
    if (!stop || !rows.some(u => u.user === stop.user) || !columns.some(r => r.resource === stop.resource))
      stop = rows.length > 0 && columns.length > 0 ? {user: rows[0].user, resource: columns[0].resource} : null;
    sync(head, columns, column => column.resource,
      column => h("th", {scope: "col", title: visible(column.resource)}, h("div", {}, name(column.resource))), null, 1);
    sync(body, rows, user => user.user, makeRow, (row, user) => drawRow(row, user, columns, tell));
    if (held && !table.contains(document.activeElement)) cellAt(stop)?.focus(); /* what had the focus is gone */
  }

  const cellAt = at => [...body.querySelectorAll("td")].find(cell => same(cell.at, at));

  function go(cell) {
    if (!cell?.at) return;
    const before = cellAt(stop);
    if (before) before.tabIndex = -1;
    stop = cell.at;
    cell.tabIndex = 0;
    cell.focus();
  }

  function choose(cell) {
    asked = cell.at;
    redraw();
    ask(asked.user, asked.resource);
  }

  const moves = {
    ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0],
    Home: [0, -Infinity], End: [0, Infinity], PageUp: [-PAGE, 0], PageDown: [PAGE, 0],
  };
  const between = (low, value, high) => Math.max(low, Math.min(value, high));

  table.addEventListener("keydown", event => {
    const cell = event.target.closest("td"), move = moves[event.key];
    if (!cell || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.key === "Enter" || event.key === " ") choose(cell);
    else if (event.key === "Escape" && asked) ask(null);
    else if (move) {
      const rows = [...body.rows], everywhere = event.ctrlKey && (event.key === "Home" || event.key === "End");
      const row = everywhere ? rows.at(event.key === "Home" ? 0 : -1)
        : rows[between(0, cell.parentElement.sectionRowIndex + move[0], rows.length - 1)];
      go(row.cells[between(1, cell.cellIndex + move[1], row.cells.length - 1)]);
    } else return;
    event.preventDefault();
  });
  table.addEventListener("click", event => {
    const cell = event.target.closest("td");
    if (!cell) return;
    go(cell);
    choose(cell);
  });

  return {
    draw,
    forget() { stop = asked = null; },
    unselect() { asked = null; redraw(); cellAt(stop)?.focus(); },
  };
}
