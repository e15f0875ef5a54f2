/* The audit trail, newest first: each entry with what it did, old → new, by the families of the integration guide. Filters are the server's. */

import {$, h, moment, name, save, setText, visible} from "./dom.js";
import * as server from "./server.js";
import {makeTable} from "./table.js";

const PAGE = 1000, AT_ONCE = 20, KEPT = 500, EVENTS = 6;

const value = (text, kind) => text === undefined || text === null || text === "none" ? h("span", {class: "none"}, "none") : h("span", {class: kind}, name(String(text)));
const change = (old, now) => [value(old, "old"), " → ", value(now, "new")];
const fields = (who, list) => list.length === 0 ? [who] : [who, ": ", ...list.flatMap((c, i) => [i === 0 ? "" : ", ", h("em", {}, visible(c.field)), " ", ...change(c.old, c.new)])];
const person = e => name(e.user ?? e.user_id ?? "somebody");

/* event → its sentence; one that is not here is told by its members. */
const sentences = {
  user_created: e => [person(e), " created"],
  user_updated: e => fields(person(e), e.changed_fields ?? []),
  user_deprovisioned: e => [person(e), ` ${e.reason ?? "deprovisioned"}`],
  login_attempts: e => [person(e), ` signs in by ${e.method}: ${e.result}`, ...(e.reason ? [", ", name(e.reason)] : [])],
  permission_changes: e => e.of === "permission" ? [person(e), ", permission: ", ...change(e.old_role, e.new_role)]
    : e.of === "organization" ? [person(e), ", org role: ", ...change(e.old_role, e.new_role)]
    : [e.of === "grant" ? "grant of " : e.of === "invite" ? "invite of " : "", e.group ? name(e.group) : person(e), " on ", name(e.resource ?? ""), ": ", ...change(e.old_role, e.new_role)],
  group_membership: e => [name(e.member ?? e.user ?? e.member_id ?? e.user_id ?? ""), e.action === "added" ? " joined " : " left ", name(e.group ?? e.group_id ?? "")],
  sync_operations: e => fields(h("span", {}, visible(`${e.operation_type ?? "operation"}: ${e.status}`)), e.changed_fields ?? []),
  error_conditions: e => [name(`${e.error_type}: ${e.detail ?? ""}`), ...(e.resolution ? [" ", h("span", {class: "quiet"}, name(e.resolution))] : [])],
  configuration_changes: e => fields("settings", e.changes ?? []),
};

function told(event) {
  const sentence = sentences[event.event]?.(event) ?? [name(JSON.stringify(event))];
  return h("li", {"data-family": event.family, title: `${event.family}: ${event.event}`}, ...sentence);
}

function happened(entry, family) {
  const events = (entry.events ?? []).filter(e => family === "" || e.family === family), more = entry.more > 0 ? [h("li", {}, `and ${entry.more} more`)] : [];
  const list = h("ul", {class: "events"}, ...events.slice(0, EVENTS).map(told), ...(events.length <= EVENTS ? more : []));
  if (events.length <= EVENTS) return [list];
  const rest = events.slice(EVENTS);
  return [list, h("details", {}, h("summary", {}, `${rest.length + (entry.more ?? 0)} more`), h("ul", {class: "events"}, ...rest.map(told), ...more))];
}

export function makeAudit() {
  const form = $("audit-form"), error = $("audit-error");
  let organization = null, newest = "0", entries = [], found = [], searched = "0", wish = {};
  const plain = text => text === undefined || text === null ? "" : typeof text === "object" ? JSON.stringify(text) : String(text);
  const draw = makeTable("audit", {
    noun: "entries", columns: [["No.", "number"], ["When, and by whom", "actor"], "Action and target", ["What it did", "wide"], ["Status", "number"]],
    keyOf: entry => String(entry.sequence), textOf: JSON.stringify, none: "No entry of the trail fits.",
    cellsOf: entry => [plain(entry.sequence), [moment(plain(entry.time)), h("br", {}), name(plain(entry.actor))],
      [h("strong", {}, visible(plain(entry.action))), h("br", {}), name(plain(entry.target?.name ?? entry.target?.id ?? entry.target))],
      happened(entry, entry.family), h("span", {class: entry.status >= 400 ? "out" : null}, plain(entry.status))],
  });
  const searching = () => Object.keys(wish).length > 0;
  const redraw = () => draw([...(searching() ? found : entries)].reverse().map(entry => ({...entry, family: wish.family ?? ""})));

  /* All that is behind a sequence, page by page; the last of it is kept. More than AT_ONCE pages are for the next look. */
  async function walk(after, question, list) {
    for (let i = 0; i < AT_ONCE; i++) {
      const page = await server.audit(organization, {...question, after, limit: PAGE});
      list = list.concat(page.entries).slice(-KEPT);
      after = page.next ?? String(page.entries.at(-1)?.sequence ?? after);
      if (page.next === null) return {after, list, all: true};
    }
    return {after, list, all: false};
  }

  async function search() {
    const asked = wish, walked = await walk(searched, wish, found);
    if (asked !== wish) return;
    found = walked.list;
    searched = walked.all ? newest : walked.after;
  }

  /* Resolves to whether there is more. */
  async function look(id) {
    const before = newest, walked = await walk(before, {}, entries);
    if (id !== organization) return true;
    newest = walked.after;
    entries = walked.list;
    if (searching() && searched !== newest) await search();
    return !walked.all;
  }

  function take() {
    const question = Object.entries(Object.fromEntries(new FormData(form))).map(([key, text]) => [key, text.trim()]);
    wish = Object.fromEntries(question.filter(([, text]) => text !== ""));
    for (const end of ["from", "to"]) if (wish[end]) wish[end] += ":00Z";
    found = [];
    searched = "0";
  }

  async function submit(event) {
    event?.preventDefault();
    setText(error, "");
    take();
    try {
      if (searching()) await search();
      redraw();
    } catch (refusal) {
      setText(error, refusal.message);
    }
  }
  form.addEventListener("submit", submit);
  form.addEventListener("change", submit);
  form.addEventListener("reset", () => setTimeout(submit));

  async function download(format, type) {
    setText(error, "");
    try {
      save(`${organization}-audit.${format}`, type, await server.whole(organization, "audit", {...wish, format, limit: PAGE}, format === "csv"));
    } catch (refusal) {
      setText(error, refusal.message);
    }
  }
  $("audit-csv").addEventListener("click", () => download("csv", "text/csv"));
  $("audit-jsonl").addEventListener("click", () => download("jsonl", "application/x-ndjson"));

  return {
    look,
    draw: redraw,
    clear(id) {
      organization = id;
      newest = "0";
      entries = [];
      form.reset();
      take();
    },
    /* What the trail tells about a person, on a place if one is named. */
    show(user, resource) {
      form.elements.user.value = user;
      form.elements.resource.value = resource ?? "";
      form.elements.family.value = resource ? "access_events" : "";
      return submit();
    },
  };
}
