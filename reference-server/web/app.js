/* The page of the running reference server: asks for the admin token, then shows one organization, view by view, and keeps it up to date. */

import {$, h, isolated, moment, save, setText, sync, visible} from "./dom.js";
import * as server from "./server.js";
import {makeAudit} from "./audit.js";
import {makeChanges} from "./changes.js";
import {makeGroups} from "./grants.js";
import {makeMatrix} from "./matrix.js";
import {makeMessages} from "./messages.js";
import {makePerson} from "./person.js";
import {makeReports} from "./reports.js";
import {makeReviews} from "./reviews.js";
import {drawRules} from "./rules.js";
import {drawHealth, drawOrganization, makePeople, makePlaces} from "./sections.js";
import {makeViews} from "./views.js";
import {makeWaiting} from "./waiting.js";
import {makeWhy} from "./why.js";

const INTERVAL = 1000; /* ms between two looks, at least */
const SHARE = 4;       /* and this many times as long as the last look took: with a big organization, too, the server is left alone most of the time */

let organization = new URLSearchParams(location.search).get("organization");
let known = [], shown = null, seen = "", drawn = null, paused = false, waiting = null;
let timer = null, looking = false, again = false, wanted = Promise.resolve();

const current = () => organization;
const matrix = makeMatrix((user, resource) => why.ask(user, resource)), changes = makeChanges();
const groups = makeGroups(act), reviews = makeReviews(act), drawWaiting = makeWaiting(act);
const audit = makeAudit(), messages = makeMessages(), reports = makeReports();
const why = makeWhy({organization: current, closed: back => back && matrix.unselect(), trail});
const person = makePerson({organization: current, trail, closed: user => people.focus(user)});
const people = makePeople(person.show), drawPlaces = makePlaces();

/* view → what it asks the server for beyond what every look does, and how it is drawn. Of what is not in front nothing is asked or drawn. */
const drawers = {
  overview: {draw: () => { drawOrganization(shown); messages.drawAlerts(); }},
  access: {draw: () => { if (drawn !== shown) matrix.draw(shown, drawn !== null); drawn = shown; }},
  people: {draw: () => people.draw(shown)},
  groups: {draw: () => groups.draw(shown)},
  places: {draw: () => drawPlaces(shown)},
  rules: {ask: server.policies, draw: drawRules},
  waiting: {draw: () => drawWaiting(waiting, shown)},
  reviews: {ask: server.reviews, draw: all => reviews.draw(all, shown)},
  messages: {draw: messages.draw},
  audit: {draw: audit.draw},
  reports: {draw: () => {}},
};
const views = makeViews(view => {
  if (shown === null) return;
  if (drawers[view].ask) look();
  else drawers[view].draw();
});

/* --- the token --- */

function showDoor(message) {
  clearTimeout(timer);
  server.forgetToken();
  groups.close();
  person.close();
  choose(null);
  for (const id of ["board", "chooser", "live", "controls", "skip"]) $(id).hidden = true;
  $("door").hidden = false;
  $("refused").textContent = message;
  $("token").value = "";
  $("token").focus();
}

function showBoard() {
  $("door").hidden = true;
  for (const id of ["board", "chooser", "live", "controls", "skip"]) $(id).hidden = false;
  look();
}

$("enter").addEventListener("submit", async event => {
  event.preventDefault();
  const token = $("token").value.trim();
  $("refused").textContent = "";
  if (!/^[!-~]+$/.test(token)) {
    $("refused").textContent = "This can't be an admin token: it is visible ASCII characters without blanks.";
    return;
  }
  try {
    await server.organizations(token);
  } catch (refusal) {
    $("refused").textContent = refusal.status === 401
      ? "The server refuses this token. It wants its admin token; a SCIM token does not open this." : `That did not work: ${refusal.message}.`;
    $("token").select();
    return;
  }
  server.keepToken(token);
  $("token").value = "";
  showBoard();
  $("organization").focus();
});
$("leave").addEventListener("click", () => showDoor(""));

/* --- which organization --- */

function choose(id) {
  organization = id;
  shown = drawn = waiting = null;
  seen = "";
  why.close(false);
  person.close();
  matrix.forget();
  reviews.clear();
  for (const part of [changes, audit, messages, reports]) part.clear(id);
  history.replaceState(null, "", (id === null ? location.pathname : `?${new URLSearchParams({organization: id})}`) + location.hash);
}

function drawChooser() {
  const select = $("organization");
  sync(select, known, id => id, id => h("option", {value: id}, visible(id)));
  if ($("newest").checked && known.length > 0 && organization !== known.at(-1)) choose(known.at(-1));
  if (organization === null && known.length > 0) choose(known[0]);
  if (select.value !== organization) select.value = organization ?? "";
}

$("chooser").addEventListener("submit", event => event.preventDefault());
$("organization").addEventListener("change", () => {
  $("newest").checked = false;
  choose($("organization").value);
  look();
});
$("newest").addEventListener("change", () => look());

function drawGone() {
  const text = known.length === 0 ? "There is no organization on this server. It will show here as soon as there is one."
    : known.includes(organization) ? "" : `There is no organization ${isolated(organization)} any more. What is shown is the last that was seen; choose another one above.`;
  setText($("gone"), text);
  $("gone").hidden = text === "";
  $("views").hidden = $("panes").hidden = shown === null;
}

/* --- looking, again and again --- */

/* True: it is another than the last one. Only the first time in the document is the organization's own. */
function takeAccess(text) {
  const time = /"time":"([^"]*)"/.exec(text)[1], essence = text.replace(/"time":"[^"]*"/, "");
  setText($("clock"), moment(time));
  $("clock").dateTime = time;
  if (essence === seen) return false;
  const before = shown;
  seen = essence;
  shown = JSON.parse(text);
  if (before) changes.tell(before, shown);
  return true;
}

const badge = (id, count, what) => {
  setText($(id).firstChild, count === 0 ? "" : String(count));
  setText($(id).lastChild, count === 0 ? "" : ` ${what}`);
};

function drawCounts() {
  const counts = waiting.counts;
  badge("count-waiting", counts.approvals + counts.changes, "waiting");
  badge("count-alerts", messages.alerts(), "alerts");
}

async function lookOnce() {
  known = await server.organizations();
  drawChooser();
  const id = organization;
  if (id !== null && known.includes(id)) {
    const view = views.current(), {ask, draw} = drawers[view];
    const [text, health, waits, own, more] = await Promise.all(
      [server.access(id), server.health(id), server.waiting(id), ask?.(id), audit.look(id), messages.look(id)]);
    if (id !== organization) return;
    const changed = takeAccess(text);
    waiting = waits;
    drawHealth(health);
    drawCounts();
    if (changed) {
      groups.follow(shown);
      person.draw(shown);
      why.again();
    }
    if (view === views.current()) draw(own);
    else again = true;
    again ||= more;
  }
  drawGone();
}

const states = {live: "Live", paused: "Paused", lost: "No answer from the server, trying again"};

function showState(state) {
  setText($("connection"), states[state]);
  $("connection").dataset.state = state;
}

async function lookNow() {
  looking = true;
  do {
    again = false;
    try {
      await lookOnce();
      showState(paused ? "paused" : "live");
    } catch (refusal) {
      if (refusal.status === 401) return void showDoor("The server does not take the token any more.");
      if (!(refusal instanceof server.Refusal)) throw refusal;
      if (refusal.status !== 404) showState("lost"); /* 404: deleted between two questions, the next look tells */
    }
  } while (again);
}

/* Looks now, and from then on by itself. Resolves when what was there at the call has been shown. */
function look() {
  if (looking) {
    again = true;
    return wanted;
  }
  clearTimeout(timer);
  const start = performance.now();
  wanted = lookNow().finally(() => {
    looking = false;
    if (server.hasToken() && !paused && !document.hidden) timer = setTimeout(look, Math.max(INTERVAL, SHARE * (performance.now() - start)));
  });
  return wanted;
}

$("pause").addEventListener("click", () => {
  paused = !paused;
  $("pause").setAttribute("aria-pressed", paused);
  if (paused) clearTimeout(timer);
  showState(paused ? "paused" : "live");
  if (!paused) look();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden && server.hasToken() && !paused) look(); });

/* --- what the user asks for --- */

async function act(action) {
  await server.act(organization, action);
  await look();
}

function trail(user, resource) {
  audit.show(user, resource);
  views.go("audit");
}

$("document").addEventListener("click", async () => {
  setText($("document-error"), "");
  try {
    save(`${organization}.organization.json`, "application/json", await server.whole(organization, "document", {}, false));
  } catch (refusal) {
    setText($("document-error"), refusal.message);
  }
});

choose(organization);
if (server.hasToken()) showBoard();
else $("token").focus();
