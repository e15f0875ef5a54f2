/* The page of the reference server, as a person meets it: in a browser, with a keyboard. node page.js PROGRAM BROWSER */
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const axe = require("axe-core");
const {chromium} = require("playwright-core");
const {ADMIN, SCIM, start} = require("./server.js");
const {model} = require("./model.js");
const {run} = require("./tap.js");

const USER = "urn:ietf:params:scim:schemas:core:2.0:User", GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/* Names that try to be more than text. */
const hostile = [
  "<script>window.broken = 1</script>@acme.test", "<img src=x onerror=window.broken=2>", "\u202Egnp.exe\u202C@acme.test",
  "مرحبا@acme.test", "👩‍👩‍👧‍👦🏳️‍🌈@acme.test", `${"long".repeat(60)}@acme.test`, "a\"b'c&amp;d@acme.test", "__proto__", "constructor",
];
const hostileGroup = "\"><svg onload=window.broken=3> \u202Epuorg", hostileWorkspace = "{{7*7}}<b>bold<b>";

/* Characters that turn the direction of text are shown by their number: what a reader sees is what there is. */
const seen = text => text.replace(/[\u202A-\u202E]/g, c => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase()}⟩`);

let server, browser, profile, page, ids = {};
const requests = [], complaints = [];

/* --- words --- */

const cell = (user, resource) => page.evaluate(([u, r]) => {
  const table = document.getElementById("matrix"), heads = [...table.tHead.rows[0].cells].map(c => c.textContent);
  const row = [...table.tBodies[0].rows].find(x => x.cells[0].title === u);
  const found = row?.cells[heads.indexOf(r)];
  return found === undefined ? null : [...found.childNodes].map(n => n.textContent).join(" ");
}, [user, resource]);

/* Waits until the page shows it: nothing here sleeps. */
const shows = (user, resource, text) => page.waitForFunction(([u, r, t]) => {
  const table = document.getElementById("matrix"), heads = [...table.tHead.rows[0].cells].map(c => c.textContent);
  const row = [...table.tBodies[0].rows].find(x => x.cells[0].title === u);
  return row !== undefined && [...row.cells[heads.indexOf(r)].childNodes].map(n => n.textContent).join(" ") === t;
}, [user, resource, text], {timeout: 15000});

const has = (selector, text) => page.waitForFunction(([s, t]) => document.querySelector(s)?.textContent.includes(t), [selector, text], {timeout: 15000});
const person = (userName, more) => server.scim("acme", "POST", "/Users", {schemas: [USER], userName, ...more});
const access = () => server.admin("GET", "/acme/access");
const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent.trim().slice(0, 80));

async function press(...keys) {
  for (const key of keys) await page.keyboard.press(key);
}

/* Tab on until the focus is on what fits; the page has a finite number of stops. */
async function tabTo(selector) {
  for (let i = 0; i < 80; i++) {
    if (await page.evaluate(s => document.activeElement.matches(s), selector)) return;
    await press("Tab");
  }
  throw new Error(`Tab does not reach ${selector}`);
}

/* The page anew, at one of its views. */
async function open(organization, options = {}) {
  await page.goto("about:blank"); /* what differs in its fragment alone would be no new page */
  await page.goto(`${server.url}/${organization ? `?organization=${organization}` : ""}#${options.view ?? "access"}`);
  if (options.token === false || await page.locator("#door").isHidden()) return;
  await page.fill("#token", ADMIN);
  await press("Enter");
  await page.waitForSelector("#board:not([hidden])");
}

/* To another view of it, as a reader goes there. */
async function go(view) {
  await page.click(`#views a[href="#${view}"]`);
  await page.waitForSelector(`[data-view="${view}"]:not([hidden])`);
}

async function shot(name) {
  if (process.env.SHOTS) await page.screenshot({path: path.join(process.env.SHOTS, `${name}.png`), fullPage: !name.includes("dialog")});
}

async function setUp() {
  await server.admin("POST", "", {
    name: "Acme", id: "acme", domains: ["acme.test"], scimToken: SCIM,
    accounts: {"eve@acme.test": {orgRole: "admin"}},
    workspaces: {
      Sales: {members: {"eve@acme.test": "viewer"}, folders: {Pricing: {teamAccess: "invite-only"}, Leads: {}}, projects: {Launch: {owner: "eve@acme.test"}}},
      Roadmap: {}, Private: {managed: false}, [hostileWorkspace]: {},
    },
  });
  for (const userName of ["ada@acme.test", "bob@acme.test"]) ids[userName] = (await person(userName)).id;
  const members = [{value: ids["ada@acme.test"]}, {value: ids["bob@acme.test"]}];
  ids.Engineering = (await server.scim("acme", "POST", "/Groups", {schemas: [GROUP], displayName: "Engineering", members})).id;
  await server.admin("POST", "/acme/actions", {action: "grant", group: "Engineering", resource: "Sales", role: "edit"});
}

/* --- tests --- */

async function anonymousSeesNothing() {
  const before = requests.length;
  await open(null, {token: false});
  await page.waitForFunction(() => document.activeElement.id === "token");
  assert.equal(await page.locator("#board").isVisible(), false);
  assert.deepEqual(requests.slice(before).filter(r => r.path.startsWith("/admin")), [], "nothing is asked of the admin API without a token");
}

async function wrongTokenIsRefused() {
  await open(null, {token: false});
  for (const [token, says] of [[SCIM, /refuses this token/], ["wrong", /refuses this token/], ["mit Lücke", /visible ASCII/]]) {
    await page.fill("#token", token);
    await press("Enter");
    await page.waitForFunction(s => new RegExp(s).test(document.getElementById("refused").textContent), says.source);
    assert.equal(await page.locator("#refused").getAttribute("role"), "alert");
    assert.equal(await page.locator("#board").isVisible(), false);
    assert.equal(await page.evaluate(() => sessionStorage.length), 0, "a wrong token is not kept");
  }
}

async function matrixIsTheDocument() {
  await open("acme");
  await shows("ada@acme.test", "Sales", "editor joinable");
  const document = await access();
  for (const user of document.users)
    for (const {resource} of document.resources) {
      const entry = user.access.find(e => e.resource === resource);
      assert.equal(await cell(user.user, resource), entry ? `${entry.role} ${entry.state}` : "· no access", `${user.user} on ${resource}`);
    }
  assert.equal(await page.locator("#matrix tbody tr").count(), document.users.length);
  assert.equal(await page.locator("#matrix thead th").count(), document.resources.length + 1);
  for (const [view, count] of [["people", document.users.length], ["groups", document.groups.length], ["places", document.resources.length]]) {
    await go(view);
    assert.equal(await page.locator(`#${view} tbody tr`).count(), count);
  }
  assert.match(await page.locator("#groups tbody").textContent(), /Engineering.*ada@acme\.test, bob@acme\.test.*Sales Edit/);
  assert.match(await page.locator("#places tbody").textContent(), /Sales.*managed.*Launch/);
  await go("overview");
  assert.match(await page.locator("#health").textContent(), /Success rate100\.0%/);
  assert.match(await page.locator("#facts").textContent(), /SCIMenabled/);
}

async function arrowsMoveAndEnterTellsWhy() {
  await open("acme");
  await shows("ada@acme.test", "Sales", "editor joinable");
  await tabTo("#matrix td");
  await press("Control+Home");
  const at = () => page.evaluate(() => [document.activeElement.parentElement.cells[0].title, document.activeElement.cellIndex]);
  assert.deepEqual(await at(), ["ada@acme.test", 1]);
  await press("ArrowRight", "ArrowDown");
  assert.deepEqual(await at(), ["bob@acme.test", 2]);
  await press("ArrowUp", "Home", "ArrowLeft", "ArrowUp");
  assert.deepEqual(await at(), ["ada@acme.test", 1], "the edge holds");
  await press("End");
  assert.equal(await page.locator("#matrix td[tabindex='0']").count(), 1, "one tab stop");
  const heads = await page.locator("#matrix thead th").allTextContents();
  await press("Home");
  for (let i = 1; i < heads.indexOf("Sales"); i++) await press("ArrowRight");
  await press("Enter");
  const said = await server.admin("GET", "/acme/why?user=ada@acme.test&resource=Sales");
  for (const line of said.why) await has("#why", line);
  assert.equal(await page.locator("#matrix td[aria-selected='true']").count(), 1);
  await shot("why-light");
  await press("Escape");
  assert.equal(await page.locator("#why").isVisible(), false);
  assert.deepEqual((await at())[0], "ada@acme.test", "the focus is where it was");
}

async function changesAppear() {
  await open("acme");
  await shows("bob@acme.test", "Sales", "editor joinable");
  await page.evaluate(() => { window.loadedOnce = true; });
  await tabTo("#matrix td");
  await server.scim("acme", "PATCH", `/Users/${ids["bob@acme.test"]}`, {schemas: [PATCH], Operations: [{op: "replace", path: "active", value: false}]});
  await shows("bob@acme.test", "Sales", "· no access");
  await has("#changes", "status: active → inactive");
  await has("#news", "bob@acme.test");
  const {id} = await person("cyd@acme.test");
  await shows("cyd@acme.test", "Sales", "· no access");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "TD", "an update takes nobody's focus");
  await page.click(`#matrix tr:has(th[title="cyd@acme.test"]) td`);
  await server.scim("acme", "DELETE", `/Users/${id}`);
  await page.waitForSelector(`#matrix th[title="cyd@acme.test"]`, {state: "detached"});
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "TD", "who stood on a person that is gone still stands in the matrix");
  await has("#why", "there is no person");
  await server.scim("acme", "PATCH", `/Users/${ids["bob@acme.test"]}`, {schemas: [PATCH], Operations: [{op: "replace", path: "active", value: true}]});
  await shows("bob@acme.test", "Sales", "editor joinable");
  assert.equal(await page.evaluate(() => window.loadedOnce), true, "without a reload");
}

async function looksAreNotMany() {
  await open("acme");
  await has("#connection", "Live");
  const before = requests.length;
  let looks = 0;
  while (looks < 3) {
    await page.waitForResponse(r => r.url().endsWith("/acme/access"));
    looks++;
  }
  assert.ok(requests.length - before <= 4 * 6, `${requests.length - before} requests for 3 looks`);
  await press("Tab");
  await page.click("#pause");
  await has("#connection", "Paused");
  await person("dot@acme.test");
  await page.click("#pause");
  await shows("dot@acme.test", "Sales", "· no access");
}

async function keyboardGrantsAndRevokes() {
  await open("acme", {view: "groups"});
  await has("#groups", "Sales Edit");
  await tabTo("#groups tbody button");
  assert.match(await focused(), /^Grants of .*Engineering/);
  await press("Enter");
  await page.waitForSelector("dialog[open]");
  await page.waitForFunction(() => document.activeElement.id === "grants-place");
  const offered = await page.locator("#grants-place option").allTextContents();
  assert.deepEqual(offered.sort(), ["Roadmap", "Sales", "Sales/Pricing", hostileWorkspace].sort(), "managed workspaces and invite-only folders");
  await page.keyboard.type("Roadmap");
  await tabTo("#grants-role");
  await page.keyboard.type("Check");
  await shot("dialog-light");
  await press("Enter");
  await tabTo("#grants-form button[type=submit]");
  await press("Enter");
  await has("#grants-done", "Granted Check");
  const granted = (await access()).groups[0].grants;
  assert.deepEqual(granted, [{resource: "Roadmap", role: "participant"}, {resource: "Sales", role: "editor"}]);
  await has("#groups", "Roadmap Check");

  for (let i = 0; i < 12; i++) {
    await press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest("dialog") !== null), "the focus stays in the dialog");
  }
  await tabTo("#grants-list button[aria-label^='Revoke Check']");
  assert.match(await focused(), /^Revoke Check on .*Roadmap/);
  await press("Enter");
  await has("#grants-done", "Revoked on");
  assert.deepEqual((await access()).groups[0].grants, [{resource: "Sales", role: "editor"}]);
  assert.match(await focused(), /^Revoke Edit on .*Sales/, "the focus goes to the next one");
  await press("Escape");
  await page.waitForSelector("dialog:not([open])", {state: "attached"});
  assert.match(await focused(), /^Grants of .*Engineering/, "the focus is back where it came from");
  await go("access");
  await shows("ada@acme.test", "Roadmap", "· no access");
}

async function refusalIsShown() {
  await open("acme", {view: "groups"});
  await has("#groups", "Engineering");
  await tabTo("#groups tbody button");
  await press("Enter");
  await page.waitForFunction(() => document.activeElement.id === "grants-place");
  await page.keyboard.type("Roadmap");
  const before = await access();
  await page.route("**/actions", route => route.fulfill({status: 409, contentType: "application/json", body: JSON.stringify({error: "x", message: "no <b>way</b>", remedy: "ask"})}), {times: 1});
  await tabTo("#grants-form button[type=submit]");
  await press("Enter");
  await has("#grants-error", "no <b>way</b>: ask");
  assert.deepEqual((await access()).groups, before.groups);
  await server.scim("acme", "DELETE", `/Groups/${ids.Engineering}`);
  await page.waitForSelector("dialog:not([open])", {state: "attached"}); /* a dialog about a group that is gone closes */
}

async function hostileNamesAreText() {
  for (const userName of hostile) await person(userName, {displayName: userName});
  const {id} = await server.scim("acme", "POST", "/Groups", {schemas: [GROUP], displayName: hostileGroup, members: [{value: ids["ada@acme.test"]}]});
  await server.admin("POST", "/acme/actions", {action: "grant", group: id, resource: hostileWorkspace, role: "view"});
  await open("acme");
  for (const userName of hostile) await shows(seen(userName), "Sales", "· no access");
  await shows("ada@acme.test", hostileWorkspace, "viewer joinable");
  await page.click(`#matrix tbody tr:has(th[title="ada@acme.test"]) td[data-level=low]`);
  await has("#why", hostileWorkspace);
  await has("#why li:last-child", seen(hostileGroup)); /* in the server's own sentence, too */
  await shot("hostile");
  await go("people");
  const names = await page.locator("#people tbody th").allTextContents();
  assert.deepEqual(names, (await access()).users.map(u => seen(u.user)));
  await go("groups");
  assert.equal(await page.locator("#groups tbody th").first().textContent(), seen(hostileGroup));
  await tabTo("#groups tbody button");
  await press("Enter");
  await has("#grants-title", seen(hostileGroup));
  await press("Escape");
  assert.equal(await page.evaluate(() => window.broken), undefined);
  assert.equal(await page.locator("main b, main img, main svg, main script").count(), 0);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "long names do not widen the page");
}

async function chooserFollows() {
  await open("acme", {view: "overview"});
  await server.admin("POST", "", {name: "Second", id: "second", domains: ["second.test"]});
  await page.waitForFunction(() => [...document.getElementById("organization").options].some(o => o.value === "second"));
  await page.focus("#organization");
  await page.selectOption("#organization", "second");
  await has("#facts", "second");
  assert.match(page.url(), /organization=second/);
}

async function deletedOrganizationIsTold() {
  await open("second", {view: "overview"});
  await has("#facts", "second");
  await server.admin("DELETE", "/second");
  await page.waitForSelector("#gone:not([hidden])");
  await has("#gone", "second");
  await page.check("#newest");
  await server.admin("POST", "", {name: "Third", id: "third", domains: ["third.test"]});
  await has("#facts", "third");
  await page.waitForSelector("#gone", {state: "hidden"});
  assert.equal(await page.inputValue("#organization"), "third");
}

async function lostServerIsTold() {
  await open("acme");
  await has("#connection", "Live");
  await page.route("**/admin/**", route => route.abort());
  await has("#connection", "No answer");
  await page.unroute("**/admin/**");
  await has("#connection", "Live");
  await page.click("#leave");
  await page.waitForSelector("#door:not([hidden])");
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
}

/* Rules that a machine can check: names, roles, contrast, order of headings (WCAG 2.2 A and AA), in both colour schemes and on a narrow screen. */
const accessible = (name, colorScheme, width) => async () => {
  await page.setViewportSize({width, height: 900});
  await page.emulateMedia({colorScheme, reducedMotion: "reduce"});
  for (const where of ["door", "board", "overview", "people", "places", "rules", "waiting", "reviews", "messages", "audit", "reports", "groups", "dialog"]) {
    if (where === "door") {
      await open(null, {token: false});
      if (await page.locator("#board").isVisible()) await page.click("#leave");
    } else if (where === "board") {
      await open("acme");
      await page.waitForSelector("#matrix td");
      await page.click("#matrix td");
      await page.waitForSelector("#why li");
    } else if (where === "dialog") {
      await page.click("#groups tbody button");
    } else {
      await go(where);
    }
    await page.evaluate(axe.source);
    const {violations} = await page.evaluate(() => window.axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}));
    const told = violations.map(v => `${v.id}: ${v.help}: ${v.nodes.map(n => `${n.target} ${n.failureSummary}`).slice(0, 3).join("; ")}`);
    assert.deepEqual(told, [], `${where}, ${name}`);
    await shot(`${where}-${name}`);
    const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    assert.equal(fits, true, `${where}, ${name}: nothing sticks out`);
  }
  await press("Escape");
};

async function nothingLeaves() {
  const foreign = requests.filter(r => r.origin !== server.url);
  assert.deepEqual(foreign, []);
  assert.ok(requests.length > 50);
  assert.deepEqual(requests.filter(r => r.url.includes(ADMIN)), [], "the token is in no address");
}

async function consoleIsQuiet() {
  assert.deepEqual(complaints, []);
}

async function main() {
  const [program, executablePath] = process.argv.slice(2);
  profile = fs.mkdtempSync(path.join(os.tmpdir(), "scimulator-web-"));
  server = await start(program);
  browser = await chromium.launchPersistentContext(profile, {
    executablePath, headless: true, viewport: {width: 1280, height: 900},
    /* The machine may have no network; the page needs none. */
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
      "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
  });
  page = browser.pages()[0] ?? await browser.newPage();
  page.setDefaultTimeout(15000);
  page.on("request", r => { const u = new URL(r.url()); requests.push({url: r.url(), origin: u.origin, path: u.pathname}); });
  page.on("pageerror", error => complaints.push(String(error)));
  page.on("console", message => {
    /* The browser's own note of an answer that is no success, which some tests ask for, is not the page's. */
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) complaints.push(message.text());
  });
  await setUp();
  const tests = [
    ["without a token nothing is shown or asked", anonymousSeesNothing],
    ["a wrong token is refused, in words", wrongTokenIsRefused],
    ["the matrix says what the access document says", matrixIsTheDocument],
    ["arrow keys move in the matrix, Enter tells why", arrowsMoveAndEnterTellsWhy],
    ["a change made over SCIM appears by itself", changesAppear],
    ["a look is few requests, and can be paused", looksAreNotMany],
    ["grant and revoke by keyboard alone", keyboardGrantsAndRevokes],
    ["a refused grant is told, a vanished group closes its dialog", refusalIsShown],
    ["hostile names are text", hostileNamesAreText],
    ["organizations can be chosen, new ones come", chooserFollows],
    ["a deleted organization is told, the newest followed", deletedOrganizationIsTold],
    ...model({page, server, open, go, has, shows, press, tabTo, focused, shot, person}),
    ["a server that does not answer is told, and met again", lostServerIsTold],
    ["accessible: light", accessible("light", "light", 1280)],
    ["accessible: dark", accessible("dark", "dark", 1280)],
    ["accessible: narrow", accessible("narrow", "light", 400)],
    ["no request leaves the origin", nothingLeaves],
    ["the console has no error", consoleIsQuiet],
  ];
  const only = process.env.ONLY;
  const failed = await run(only ? tests.filter(([name]) => name.includes(only)) : tests);
  await browser.close();
  await server.stop();
  fs.rmSync(profile, {recursive: true, force: true});
  process.exitCode = failed > 0 ? 1 : 0;
}

function giveUp(error) {
  console.log(`not ok - the page in a browser\n${String(error.stack).replace(/^/gm, "# ")}`);
  process.exit(1);
}

process.on("uncaughtException", giveUp);
main().catch(giveUp);
