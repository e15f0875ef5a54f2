/* The page of the running reference server: asks for the admin token, then shows one organization and keeps it up to date. */

import {$, h, isolated, moment, name, setText, sync, visible} from "./dom.js";
import * as server from "./server.js";
import {makeChanges} from "./changes.js";
import {makeGroups} from "./grants.js";
import {makeMatrix} from "./matrix.js";
import {drawHealth, drawOrganization, makeAudit, makePeople, makePlaces} from "./sections.js";

const INTERVAL = 1000; /* ms between two looks, at least */
const SHARE = 4;       /* and this many times as long as the last look took: with a big organization, too, the server is left alone most of the time */
const AUDIT_PAGE = 1000;

let organization = new URLSearchParams(location.search).get("organization");
let known = [], shown = null, seen = "", asked = null, paused = false, audited = true;
let timer = null, looking = false, again = false, wanted = Promise.resolve();

const matrix = makeMatrix(ask), groups = makeGroups(act), changes = makeChanges(), audit = makeAudit();
const drawers = [drawOrganization, makePeople(), makePlaces(), groups.draw];

/* --- the token --- */

function showDoor(message) {
  clearTimeout(timer);
  server.forgetToken();
  groups.close();
  choose(null);
  for (const id of ["board", "chooser", "live", "controls"]) $(id).hidden = true;
  $("door").hidden = false;
  $("refused").textContent = message;
  $("token").value = "";
  $("token").focus();
}

function showBoard() {
  $("door").hidden = true;
  for (const id of ["board", "chooser", "live", "controls"]) $(id).hidden = false;
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
  shown = null;
  seen = "";
  audited = true;
  closeWhy(false);
  matrix.forget();
  changes.clear();
  audit.clear();
  history.replaceState(null, "", id === null ? location.pathname : `?${new URLSearchParams({organization: id})}`);
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
  for (const part of $("board").querySelectorAll(":scope > nav, :scope > section:not(#audit-section), :scope > .cards")) part.hidden = shown === null;
}

/* --- looking, again and again --- */

/* The document with its time left out: what there is to draw. */
const essence = access => JSON.stringify({...access, time: ""});

function drawAccess(access) {
  const text = essence(access), before = shown;
  shown = access;
  setText($("clock"), moment(access.time));
  $("clock").dateTime = access.time;
  if (text === seen) return;
  seen = text;
  for (const draw of drawers) draw(access);
  matrix.draw(access, before !== null);
  if (before) changes.tell(before, access);
  if (asked) ask(asked.user, asked.resource);
}

/* A server without an audit trail has none to show; once it said so it is not asked again for this organization. */
async function lookAtAudit(id) {
  try {
    const entries = audited ? await server.audit(id, audit.after(), AUDIT_PAGE) : [];
    if (id === organization && entries.length > 0) audit.draw(entries);
    again ||= entries.length === AUDIT_PAGE;
  } catch (refusal) {
    if (refusal.status !== 404) throw refusal;
    if (id === organization) audited = false;
  }
  $("audit-section").hidden = $("audit-link").hidden = !audited;
}

async function lookOnce() {
  known = await server.organizations();
  drawChooser();
  const id = organization;
  if (id !== null && known.includes(id)) {
    const [access, health] = await Promise.all([server.access(id), server.health(id)]);
    if (id !== organization) return;
    drawAccess(access);
    drawHealth(health);
    await lookAtAudit(id);
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

function closeWhy(back) {
  asked = null;
  $("why").hidden = true;
  if (back) matrix.unselect();
}

/* The same again would be read out again. */
function drawWhy(...children) {
  const text = h("div", {}, ...children);
  if (!$("why-text").firstElementChild?.isEqualNode(text)) $("why-text").replaceChildren(text);
}

async function ask(user, resource) {
  if (user === null) return closeWhy(true);
  const question = asked = {user, resource};
  $("why").hidden = false;
  const title = h("p", {}, name(user), " on ", name(resource));
  try {
    const answer = await server.why(organization, user, resource);
    if (asked === question) drawWhy(title, h("p", {}, h("strong", {}, answer.role === "none" ? "no access" : answer.role)),
      h("ul", {}, ...[...answer.why, ...(answer.when ?? [])].map(line => h("li", {}, name(line)))));
  } catch (refusal) {
    if (asked === question) drawWhy(title, h("p", {class: "error"}, name(refusal.message)));
  }
}
$("why-close").addEventListener("click", () => closeWhy(true));

if (server.hasToken()) showBoard();
else $("token").focus();
