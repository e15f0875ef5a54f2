/* The reports for people who must account for an organization: asked for when wanted, shown as a table, taken away as CSV or JSON. */

import {$, drawFacts, h, moment, name, save, setText, sync, visible, words} from "./dom.js";
import {makeList} from "./list.js";
import * as server from "./server.js";

const PAGE = 50;
const parameters = {access: ["user", "resource"], changes: ["from", "to"], speed: [], success: []};
/* What a reader compares; ids and request numbers are in what is downloaded. Of the others everything. */
const shownColumns = {
  access: ["user", "status", "org_role", "resource", "role", "state", "via"],
  changes: ["time", "sequence", "actor", "action", "user", "group", "resource", "field", "old", "new"],
};

const text = value => value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
const shown = (key, value) => key === "time" ? moment(text(value)) : text(value);

export function makeReports() {
  const form = $("report-form"), table = $("report"), error = $("report-error"), head = h("tr", {}), body = h("tbody", {});
  let organization = null, rows = [], columns = [];
  table.append(h("thead", {}, head), body);
  const list = makeList($("report-tools"), {noun: "rows", size: PAGE, textOf: ([, row]) => Object.values(row).map(text).join(" "), changed: draw});

  function draw() {
    const page = list(rows.map((row, i) => [i, row]));
    head.replaceChildren(...columns.map(column => h("th", {scope: "col"}, words(column))));
    body.replaceChildren(...page.map(([, row]) => h("tr", {}, ...columns.map(column => h("td", {class: typeof row[column] === "number" ? "number" : null}, name(shown(column, row[column])))))));
    table.parentElement.hidden = rows.length === 0;
  }

  function question() {
    const which = form.elements.report.value, asked = {};
    for (const key of parameters[which]) {
      const value = form.elements[key].value.trim();
      if (value !== "") asked[key] = key === "from" || key === "to" ? `${value}:00Z` : value;
    }
    return [which, asked];
  }

  function choose() {
    for (const field of form.querySelectorAll("[data-of]")) field.hidden = field.dataset.of !== form.elements.report.value;
    clear();
  }

  function clear() {
    rows = [];
    draw();
    setText(error, "");
    setText($("report-says"), "");
    sync($("report-facts"), [], () => "");
  }

  /* The trail comes in pages; the whole period is wanted. */
  async function everything(which, asked) {
    let report = await server.report(organization, which, asked), next = report.next;
    while (next !== undefined) {
      const more = await server.report(organization, which, {...asked, after: next});
      report = {...report, rows: report.rows.concat(more.rows)};
      next = more.next;
    }
    return report;
  }

  /* Runs with what the form asks, and tells what is refused. */
  const ask = run => async event => {
    event?.preventDefault();
    setText(error, "");
    try {
      await run(...question());
    } catch (refusal) {
      setText(error, refusal.message);
    }
  };

  const show = ask(async (which, asked) => {
    const {rows: found, report, organization: of, time, next, ...beside} = await everything(which, asked);
    rows = found;
    columns = shownColumns[which] ?? Object.keys(rows[0] ?? {});
    draw();
    drawFacts($("report-facts"), Object.entries(beside).flatMap(([key, value]) =>
      typeof value === "object" && value !== null ? Object.entries(value).map(([part, v]) => [`${words(key)}, ${visible(part)}`, text(v) || "nothing to say yet"]) : [[words(key), text(value) || "nothing to say yet"]]));
    setText($("report-says"), `${words(report)} of ${of}, ${moment(time)}: ${rows.length === 1 ? "1 row" : `${rows.length} rows`}.`);
  });

  form.addEventListener("submit", show);
  form.elements.report.addEventListener("change", choose);
  $("report-csv").addEventListener("click", ask(async (which, asked) =>
    save(`${organization}-${which}.csv`, "text/csv", await server.whole(organization, `reports/${which}`, {...asked, format: "csv"}, true))));
  $("report-json").addEventListener("click", ask(async (which, asked) =>
    save(`${organization}-${which}.json`, "application/json", JSON.stringify(await everything(which, asked), null, 2))));
  choose();

  return {clear(id) { organization = id; clear(); }};
}
