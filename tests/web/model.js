/* The views of the rest of the model: rules, what waits, people, reviews, notifications, the audit trail, reports, downloads; and an organization of 10,000
 * people. Each has an organization of its own, set up over the admin API, and the server's documents say what the page has to show. */
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");

const USER = "urn:ietf:params:scim:schemas:core:2.0:User", GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const HOSTILE = "<img src=x onerror=window.broken=4>";
const MANY = 10000;

const policies = {
  provisioning_rules: {user_creation: {trigger: "user_assigned", default_role: "user", welcome_email: true}},
  deprovisioning_rules: {user_removal: {trigger: "user_deactivated_in_okta", actions: ["revoke_taskade_access", "notify_team_members"], retention_period: "30_days"}},
  access_rules: {[HOSTILE]: {when: {title: "Lead*"}, resource: "Roadmap", role: "viewer", starts: "2020-01-01T00:00:00Z"}},
  approvals: {from_role: "maintainer"},
  security_integrations: {multi_factor_auth: "required_for_admins", threat_detection: "anomalous_activity_monitoring"},
};

function model({page, server, open, go, has, shows, press, tabTo, focused, shot}) {
  let made = 0;

  /* An organization of its own for a test: ada, bob and cyd, the group Crew with ada and bob. */
  async function fresh(more) {
    const id = `model${++made}`;
    const {scimToken} = await server.admin("POST", "", {
      name: id, id, domains: ["acme.test"], workspaces: {Sales: {folders: {Pricing: {teamAccess: "invite-only"}}, projects: {Launch: {owner: "owner@acme.test"}}}, Roadmap: {}}, ...more});
    const scim = (method, path, body) => server.scim(id, method, path, body, scimToken);
    const act = action => server.admin("POST", `/${id}/actions`, action);
    const ids = {};
    for (const [name, title] of [["ada", "Lead"], ["bob", "Clerk"], ["cyd", "Clerk"]])
      ids[name] = (await scim("POST", "/Users", {schemas: [USER], userName: `${name}@acme.test`, externalId: name, title, name: {givenName: name}})).id;
    ids.crew = (await scim("POST", "/Groups", {schemas: [GROUP], displayName: "Crew", members: [{value: ids.ada}, {value: ids.bob}]})).id;
    return {id, ids, scim, act, read: path => server.admin("GET", `/${id}/${path}`)};
  }

  const patch = Operations => ({schemas: [PATCH], Operations});
  const rows = id => page.locator(`#${id} tbody tr`).count();
  const gone = (selector, text) => page.waitForFunction(([s, t]) => !document.querySelector(s).textContent.includes(t), [selector, text]);

  async function fileOf(click) {
    const [download] = await Promise.all([page.waitForEvent("download"), click()]);
    return {name: download.suggestedFilename(), text: fs.readFileSync(await download.path(), "utf8")};
  }

  /* --- getting about --- */

  async function viewsByKeyboard() {
    const {id} = await fresh();
    await open(id, {view: "overview"});
    await has("#facts", id);
    for (const view of ["people", "rules", "audit"]) {
      await tabTo(`#views a[href="#${view}"]`);
      await press("Enter");
      await page.waitForSelector(`[data-view="${view}"]:not([hidden])`);
      assert.equal(await page.locator("[data-view]:not([hidden])").count(), 1, "one view at a time");
      assert.equal(await page.evaluate(() => document.activeElement.matches("[data-view]:not([hidden]) > h2")), true, "the focus is at its title");
      assert.equal(await page.locator("#views a[aria-current='page']").getAttribute("href"), `#${view}`);
      await page.focus("#views a");
    }
    await page.goBack();
    await page.waitForSelector("[data-view='rules']:not([hidden])");
    assert.match(page.url(), new RegExp(`organization=${id}#rules$`), "the address names the organization and the view");
  }

  /* --- rules --- */

  async function rulesAreTold() {
    const {id, act, read} = await fresh();
    await open(id, {view: "rules"});
    await has("#rules-none", "No rule is in force");
    await act({action: "set-policies", policies});
    await has("#rules", "wait for somebody's word"); /* comes by itself */
    await has("#rules", "who has ");
    assert.equal(await page.locator("#rules article").count(), Object.keys(policies).length);
    const text = (await page.locator("#rules").textContent()).replaceAll(/[\u2068\u2069]/g, "");
    for (const sentence of ["Somebody new is user of the organization", "can be restored for 30 days", "revoke taskade access, notify team members",
      `${HOSTILE}: who has title is Lead* is viewer on Roadmap from 2020-01-01 00:00:00`, "Grants of maintainer and above", "required for admins"])
      assert.ok(text.includes(sentence), sentence);
    const json = await page.locator("#rules pre").allTextContents();
    assert.deepEqual(Object.assign({}, ...json.map(block => JSON.parse(block))), (await read("policies")).policies);
    await has("#settings", "owner@acme.test");
    await shot("rules-full");
    await act({action: "set-policies", policies: {approvals: null}});
    await gone("#rules", "wait for somebody's word");
    await has("#rules-none", "Approvals");
    assert.equal(await page.evaluate(() => window.broken), undefined);
  }

  /* --- what waits --- */

  async function approvalsByKeyboard() {
    const {id, act, read} = await fresh({approvals: {from_role: "editor"}});
    await act({action: "grant", group: "Crew", resource: "Roadmap", role: "editor"});
    await act({action: "grant", user: "cyd@acme.test", resource: "Sales", role: "maintainer"});
    await open(id, {view: "waiting"});
    await has("#count-waiting", "2");
    assert.equal(await rows("approvals"), 2);
    await tabTo("#approvals button");
    assert.match(await focused(), /^Approve maintainer on .*Sales.* for .*cyd@acme\.test/);
    await press("Enter");
    await page.waitForFunction(() => document.querySelectorAll("#approvals tbody tr").length === 1);
    assert.match(await focused(), /^Approve editor on .*Roadmap.* for .*Crew/, "the focus goes to the next one");
    await press("Tab");
    assert.match(await focused(), /^Reject editor/);
    await press("Enter");
    await page.waitForFunction(() => document.querySelectorAll("#approvals tbody tr").length === 0);
    const access = await read("access");
    assert.equal(access.users.find(u => u.user === "cyd@acme.test").access.find(e => e.resource === "Sales").role, "maintainer");
    assert.equal(access.users.find(u => u.user === "ada@acme.test").access.length, 0);
    assert.deepEqual((await read("waiting")).approvals, []);
    await has("#count-waiting", "");
  }

  async function approvalsOfRulesAndRefusals() {
    const {id, act, read} = await fresh({approvals: {from_role: "editor"}, access_rules: {[HOSTILE]: {when: {title: "Lead"}, resource: "Roadmap", role: "editor"}}});
    await open(id, {view: "waiting"});
    await has("#approvals", `rule ${HOSTILE}`);
    await page.route("**/actions", route => route.fulfill({status: 409, contentType: "application/json", body: JSON.stringify({error: "x", message: "no <b>way</b>", remedy: "ask"})}), {times: 1});
    await page.click("#approvals button.main");
    await has("#approvals-error", "no <b>way</b>: ask");
    await page.click("#approvals button.main");
    await page.waitForFunction(() => document.querySelectorAll("#approvals tbody tr").length === 0);
    assert.equal((await read("access")).users.find(u => u.user === "ada@acme.test").access[0].role, "editor");
    await act({action: "set-policies", policies: {approvals: null}});
    assert.equal(await page.locator("main b, main img").count(), 0);
  }

  async function whatElseWaits() {
    const {id, ids, scim, act, read} = await fresh({rollout: {groups: ["Pilot"]}, sync_config: {sync_frequency: "daily"},
      deprovisioning_rules: {user_removal: {retention_period: "30_days"}}});
    await act({action: "grant", group: "Crew", resource: "Sales", role: "view"});
    await act({action: "grant", user: "cyd@acme.test", resource: "Roadmap", role: "edit", starts: "2999-01-01T00:00:00Z"});
    await open(id, {view: "waiting"});
    await has("#idle", "its group is not rolled out yet");
    await has("#idle", "not yet, from 2999-01-01 00:00:00");
    await scim("PATCH", `/Users/${ids.ada}`, patch([{op: "replace", path: "title", value: "Chief"}]));
    await scim("PATCH", `/Groups/${ids.crew}`, patch([{op: "add", path: "members", value: [{value: ids.cyd}]}]));
    await has("#pending", "profile of ada@acme.test");
    await has("#pending", "cyd@acme.test joins Crew");
    await scim("DELETE", `/Users/${ids.bob}`);
    await has("#departed", "bob@acme.test");
    await has("#departed", (await read("waiting")).departed[0].until.slice(0, 10));
    await shot("waiting-full");
    await go("access");
    await shows("cyd@acme.test", "Roadmap", "· no access editor: not yet");
    await shows("ada@acme.test", "Sales", "· no access viewer: not rolled out");
    await act({action: "set-policies", policies: {rollout: null}});
    await shows("ada@acme.test", "Sales", "viewer joinable");
    await go("waiting");
    await act({action: "advance-clock", by: "2d"});
    await page.waitForFunction(() => document.querySelectorAll("#pending tbody tr").length === 0);
  }

  async function grantsForAWhile() {
    const {id, act, read} = await fresh();
    await open(id, {view: "groups"});
    await page.click("#groups tbody button");
    await page.selectOption("#grants-place", "Roadmap");
    await tabTo("#grants-time");
    await page.keyboard.type("in");
    await page.waitForSelector("#grants-window:not([hidden])");
    await tabTo("#grants-form button[type=submit]");
    await press("Enter");
    await has("#grants-error", "Say when");
    await page.fill("#grants-starts", "2020-01-01T00:00");
    await page.fill("#grants-ends", "2999-12-31T12:30");
    await shot("dialog-window");
    await page.click("#grants-form button[type=submit]");
    await has("#grants-done", "Granted View");
    assert.deepEqual((await read("access")).groups[0].grants,
      [{resource: "Roadmap", role: "viewer", starts: "2020-01-01T00:00:00.000Z", ends: "2999-12-31T12:30:00.000Z"}]);
    await has("#grants-list", "until 2999-12-31 12:30:00");
    await page.selectOption("#grants-place", "Sales");
    await page.selectOption("#grants-time", "8h");
    await page.click("#grants-form button[type=submit]");
    await has("#grants-done", "Sales");
    const grant = (await read("access")).groups[0].grants.find(g => g.resource === "Sales");
    assert.equal(grant.role, "viewer");
    await has("#groups", "until");
    await act({action: "advance-clock", by: "9h"});
    await has("#groups", ", over");
    await page.selectOption("#grants-time", "window");
    await page.fill("#grants-ends", "2001-01-01T00:00");
    await page.fill("#grants-starts", "");
    await page.click("#grants-form button[type=submit]");
    await page.waitForFunction(() => document.getElementById("grants-error").textContent.length > 10);
    await press("Escape");
  }

  /* --- people --- */

  async function personIsTold() {
    const {id, act, read} = await fresh({sync_config: {conflict_resolution: "local_wins"}, group_mappings: {Crew: {taskade_role: "manager", permissions: ["view_reports"], workspaces: ["Sal*"]}}});
    await act({action: "edit-profile", user: "ada@acme.test", profile: {title: HOSTILE}});
    await open(id, {view: "people"});
    await tabTo("#people button.link");
    await press("Enter");
    await page.waitForSelector("#person[open]");
    await has("#person-body", HOSTILE);
    const {edited} = await read("profile?user=ada@acme.test");
    assert.equal(edited.title.value, HOSTILE);
    for (const text of ["First name", "Edited here", "view_reports", "mapping", "manager"]) await has("#person-body", text);
    await shot("dialog-person");
    await press("Escape");
    await page.waitForSelector("#person:not([open])", {state: "attached"});
    assert.equal(await page.evaluate(() => document.activeElement.matches("#people button.link")), true, "the focus is back where it came from");
    await press("Enter");
    await tabTo("#person-trail");
    await press("Enter");
    await page.waitForSelector("[data-view='audit']:not([hidden])");
    assert.equal(await page.inputValue("#audit-form [name=user]"), "ada@acme.test");
    await has("#audit", "ada@acme.test created");
    assert.equal(await page.evaluate(() => window.broken), undefined);
  }

  /* --- why, and since when --- */

  async function whyTellsWhen() {
    const {id, act, read} = await fresh();
    await act({action: "grant", group: "Crew", resource: "Sales", role: "check"});
    await act({action: "grant", group: "Crew", resource: "Sales", role: "edit"});
    await open(id);
    await shows("ada@acme.test", "Sales", "editor joinable");
    await page.click("#matrix tr:has(th[title='ada@acme.test']) td[data-level=middle]");
    await has("#why", "When it changed");
    const said = await read("why?user=ada@acme.test&resource=Sales");
    for (const line of [...said.why, ...said.when]) await has("#why", line);
    await has("#why", `${said.changed.sequence}, request ${said.changed.request}`);
    await has("#why", "participant → editor");
    await page.click("#why-trail");
    await page.waitForSelector("[data-view='audit']:not([hidden])");
    await has("#audit tbody tr:first-child", "participant → editor");
  }

  /* --- reviews --- */

  async function reviewsByKeyboard() {
    const {id, act, read} = await fresh();
    await act({action: "grant", group: "Crew", resource: "Roadmap", role: "edit"});
    await act({action: "grant", user: "cyd@acme.test", resource: "Sales", role: "view"});
    await open(id, {view: "reviews"});
    await has("[data-view='reviews']", "There was no review yet");
    await tabTo("[data-view='reviews'] summary");
    await press("Enter");
    await tabTo("#review-form [name=name]");
    await page.keyboard.type(HOSTILE);
    await press("Enter");
    await page.waitForSelector("#review:not([hidden])");
    await has("#review-title", HOSTILE);
    const first = (await read("reviews")).reviews[0];
    assert.equal(first.name, HOSTILE);
    assert.equal(await rows("review-items"), first.items.length);
    await tabTo("#review-items button[aria-label^='Keep editor']");
    await press("Enter");
    await has("#review-items tr:has(button[aria-label*='Crew'])", "keep");
    await tabTo("#review-items button[aria-label^='Revoke editor']");
    await press("Enter");
    await page.waitForFunction(() => document.querySelector("#review-items [data-decision=revoke]"));
    await tabTo("#review-items button[aria-label*='cyd@acme.test']");
    await press("Enter");
    await has("#review-items tr:has(button[aria-label*='cyd@acme.test'])", "keep");
    await shot("reviews-full");
    const after = (await read("reviews")).reviews[0];
    assert.equal(after.counts.revoke, 1);
    assert.equal(after.counts.keep, 1);
    assert.deepEqual((await read("access")).groups[0].grants, [], "revoked at once");
    await page.click("#review-close");
    await has("#review-help", "Closed");
    assert.equal(await page.locator("#review-items button").count(), 0, "a closed review has nothing to decide");
    await has("#reviews", "closed");
    assert.equal(await page.locator("main img").count(), 0);
  }

  /* --- notifications --- */

  async function notificationsAndAlerts() {
    const {id, act} = await fresh({provisioning_rules: policies.provisioning_rules, security_integrations: policies.security_integrations});
    await open(id, {view: "messages"});
    await has("#messages", "welcome");
    await act({action: "transfer-project", project: "Sales/Launch", owner: "cyd@acme.test"});
    await has("#messages tbody tr:first-child", "ownership-transferred");
    await has("#messages tbody tr:first-child", "cyd@acme.test");
    for (let i = 0; i < 20; i++)
      await fetch(`${server.url}/organizations/${id}/app/sign-in`, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({user: "ada@acme.test", method: "password", password: "wrong"})});
    await has("#count-alerts", "alerts");
    await go("overview");
    await page.waitForSelector("#alerts-card:not([hidden])");
    await has("#alerts", "ada@acme.test");
    await shot("overview-full");
  }

  /* --- the trail --- */

  async function trailTellsOldAndNew() {
    const {id, ids, scim, act, read} = await fresh();
    await open(id, {view: "audit"});
    await has("#audit", "cyd@acme.test created");
    await scim("PATCH", `/Users/${ids.ada}`, patch([{op: "replace", path: "title", value: HOSTILE}]));
    await has("#audit tbody tr:first-child", `title Lead → ${HOSTILE}`); /* by itself */
    await act({action: "grant", group: "Crew", resource: "Roadmap", role: "edit"});
    await has("#audit tbody tr:first-child", "ada@acme.test on Roadmap: none → editor");
    assert.equal(await page.locator("#audit tbody tr:first-child [data-family=access_events]").count() > 0, true);
    await page.selectOption("#audit-form [name=family]", "system_events");
    await page.waitForFunction(() => document.querySelectorAll("#audit [data-family]").length > 0 && !document.querySelector("#audit [data-family]:not([data-family=system_events])"));
    await page.selectOption("#audit-form [name=family]", "access_events");
    await page.fill("#audit-form [name=user]", "bob@acme.test");
    await press("Enter");
    await page.waitForFunction(() => document.querySelectorAll("#audit tbody tr").length === 2); /* joined Crew; may edit Roadmap */
    await scim("PATCH", `/Groups/${ids.crew}`, patch([{op: "remove", path: `members[value eq "${ids.bob}"]`}]));
    await has("#audit tbody tr:first-child", "bob@acme.test left Crew"); /* what comes is held against the filter, too */
    await act({action: "grant", user: "cyd@acme.test", resource: "Roadmap", role: "view"});
    await scim("PATCH", `/Groups/${ids.crew}`, patch([{op: "add", path: "members", value: [{value: ids.bob}]}]));
    await has("#audit tbody tr:first-child", "bob@acme.test joined Crew");
    assert.equal(await rows("audit"), 4);
    const csv = await fileOf(() => page.click("#audit-csv"));
    assert.equal(csv.name, `${id}-audit.csv`);
    assert.equal(csv.text.trimEnd().split("\r\n").length, 5, "a header and the four");
    await page.click("#audit-form [type=reset]");
    await has("#audit", "cyd@acme.test on Roadmap");
    await shot("audit-full");
    const all = await fileOf(() => page.click("#audit-jsonl"));
    const lines = all.text.trimEnd().split("\n").map(line => JSON.parse(line));
    assert.deepEqual(lines.map(e => e.sequence), lines.map((_, i) => i + 1), "the whole trail, in order");
    await page.fill("#audit-form [name=from]", "2001-01-01T00:00");
    await page.fill("#audit-form [name=to]", "2002-01-01T00:00");
    await press("Enter");
    await page.waitForFunction(() => document.querySelectorAll("#audit tbody tr").length === 0);
    assert.equal((await read("access")).organization, id);
    assert.equal(await page.locator("main img").count(), 0);
  }

  /* --- reports and downloads --- */

  async function reportsAndDownloads() {
    const {id, act, read} = await fresh({accounts: {"=cmd@acme.test": {}}});
    await act({action: "grant", group: "Crew", resource: "Roadmap", role: "edit"});
    await open(id, {view: "reports"});
    await page.waitForSelector("#report-form");
    await page.waitForFunction(i => document.querySelector("#organization").value === i, id);
    await tabTo("#report-form [type=submit]");
    await press("Enter");
    await has("#report-says", "rows");
    const report = await read("reports/access");
    assert.equal(await rows("report"), report.rows.length);
    await has("#report", "group Crew (editor)");
    await page.fill("#report-form [name=user]", "ada@acme.test");
    await press("Enter");
    await page.waitForFunction(() => document.querySelectorAll("#report tbody tr").length === 1);
    const one = await fileOf(() => page.click("#report-csv"));
    assert.match(one.text, /^user,user_id,.*\r\nada@acme\.test,.*\r\n$/);
    await page.fill("#report-form [name=user]", "nobody@acme.test");
    await press("Enter");
    await has("#report-error", "there is no person");
    await page.selectOption("#report-form [name=report]", "changes");
    assert.equal(await page.isVisible("#report-form [name=user]"), false);
    await page.click("#report-form [type=submit]");
    await has("#report", "cyd@acme.test");
    await shot("reports-full");
    const changes = await fileOf(() => page.click("#report-json"));
    assert.equal(JSON.parse(changes.text).rows.length, (await read("reports/changes")).rows.length);
    for (const [which, text] of [["speed", "Measured"], ["success", "user.create"]]) {
      await page.selectOption("#report-form [name=report]", which);
      await page.click("#report-form [type=submit]");
      await has("[data-view='reports']", text);
    }
    await go("overview");
    const document = await fileOf(() => page.click("#document"));
    assert.deepEqual(JSON.parse(document.text), await read("document"));
    assert.deepEqual(JSON.parse(await page.locator("#health-json").textContent()).health_monitoring.connectivity, (await read("health")).health_monitoring.connectivity);
  }

  /* --- archived, classified, assigned --- */

  async function projectsAreTold() {
    const {id, act} = await fresh();
    await act({action: "classify-project", project: "Sales/Launch", classification: "confidential"});
    await act({action: "assign-project", project: "Sales/Launch", user: "ada@acme.test"});
    await open(id, {view: "places"});
    await has("#projects", "confidential");
    await has("#projects", "ada@acme.test");
    await act({action: "archive-project", project: "Sales/Launch"});
    await has("#projects", "archived");
    await has("#places", "Launch (archived, confidential)");
  }

  /* --- while a run plays --- */

  async function liveInEveryView() {
    const {id, scim} = await fresh();
    await open(id, {view: "people"});
    await has("#people", "ada@acme.test");
    await page.evaluate(() => { window.loadedOnce = true; });
    const play = (async () => {
      for (let i = 0; i < 60; i++) {
        const {id: user} = await scim("POST", "/Users", {schemas: [USER], userName: `run${i}@acme.test`});
        if (i % 2 === 0) await scim("PATCH", `/Users/${user}`, patch([{op: "replace", path: "active", value: false}]));
      }
    })();
    for (const view of ["access", "waiting", "audit", "overview", "people"]) await go(view);
    await play;
    await has("[data-view='people']", "of 64");
    await page.fill("[data-view='people'] input[type=search]", "run58@");
    await page.waitForFunction(() => document.querySelectorAll("#people tbody tr").length === 1);
    await has("#people tbody", "inactive");
    await go("audit");
    await has("#audit tbody tr:first-child", "run59@acme.test created");
    assert.equal(await page.evaluate(() => window.loadedOnce), true, "without a reload");
  }

  /* --- 10,000 people --- */

  async function tenThousandPeople() {
    const accounts = {}, members = [];
    for (let i = 0; i < MANY; i++) {
      const user = `p${String(i).padStart(5, "0")}@many.test`;
      accounts[user] = {};
      members.push(user);
    }
    await server.admin("POST", "", {name: "Many", id: "many", domains: ["many.test"], accounts, groups: {All: {members}},
      workspaces: Object.fromEntries(Array.from({length: 20}, (_, i) => [`Workspace ${i}`, i < 3 ? {groups: {All: "view"}} : {}]))});
    await page.goto("about:blank");
    await page.goto(`${server.url}/?organization=many#access`, {waitUntil: "commit"});
    await page.waitForSelector("#matrix tbody tr");
    const {paint, rows: first, ready, longest} = await page.evaluate(() => {
      const [entry] = performance.getEntriesByName("first-contentful-paint"), access = performance.getEntriesByType("resource").find(r => r.name.endsWith("/access"));
      return {paint: entry.startTime, rows: performance.now(), ready: access.responseEnd, longest: document.querySelectorAll("#matrix td").length};
    });
    console.log(`# 10,000 people: first paint ${Math.round(paint)} ms, their document there after ${Math.round(ready)} ms, rows at ${Math.round(first)} ms`);
    assert.ok(paint < 2000, `the page is there at once (${paint} ms)`);
    assert.ok(first - ready < 2000, `what has come is drawn at once (${first - ready} ms)`);
    assert.ok(longest <= 50 * 30, "a page of the matrix, not all of it");
    await page.fill("#matrix-people input", "p09999");
    await shows("p09999@many.test", "Workspace 1", "viewer joinable");
    for (const view of ["people", "groups", "places", "waiting", "audit", "overview"]) {
      const took = await page.evaluate(async v => {
        const start = performance.now();
        document.querySelector(`#views a[href="#${v}"]`).click();
        while (document.querySelector(`[data-view="${v}"]`).hidden) await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        return performance.now() - start;
      }, view);
      assert.ok(took < 1500, `${view} is there at once (${took} ms)`);
    }
    await go("people");
    assert.equal(await rows("people"), 50);
    await page.click("[data-view='people'] button[aria-label='people: next page']");
    await has("#people tbody tr:first-child", "p00049@many.test");
    await server.admin("DELETE", "/many");
  }

  return [
    ["the views by keyboard, by address and back", viewsByKeyboard],
    ["rules in force as sentences and JSON", rulesAreTold],
    ["approve and reject by keyboard alone", approvalsByKeyboard],
    ["what a rule gives is approved, a refusal told", approvalsOfRulesAndRefusals],
    ["changes for their slot, windows, roll-out, the departed", whatElseWaits],
    ["grants for a while and in a window", grantsForAWhile],
    ["a person: profile, edits, access, permissions", personIsTold],
    ["why tells when it changed, and leads to the trail", whyTellsWhen],
    ["a review by keyboard: opened, kept, revoked, closed", reviewsByKeyboard],
    ["notifications and alerts come by themselves", notificationsAndAlerts],
    ["the trail tells old and new, by family, person and time", trailTellsOldAndNew],
    ["reports and downloads", reportsAndDownloads],
    ["projects: archived, classified, assigned", projectsAreTold],
    ["live in every view while a run plays", liveInEveryView],
    ["10,000 people", tenThousandPeople],
  ];
}

module.exports = {model};
