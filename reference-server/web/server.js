/* The admin API as this page sees it. The token is in memory and in the tab's sessionStorage, goes out in the Authorization header and nowhere else. */

const KEY = "scimulator.token";
let token = sessionStorage.getItem(KEY);

export const hasToken = () => token !== null;
export function keepToken(text) { token = text; sessionStorage.setItem(KEY, text); }
export function forgetToken() { token = null; sessionStorage.removeItem(KEY); }

/* The server said no: status and its own words. status 0: it did not answer. */
export class Refusal extends Error {
  constructor(status, message, remedy) {
    super(remedy ? `${message}: ${remedy}` : message);
    this.status = status;
  }
}

async function ask(path, options, trial) {
  const headers = {Authorization: `Bearer ${trial ?? token}`, Accept: "application/json"};
  let response, text;
  if (options.body) headers["Content-Type"] = "application/json";
  try {
    response = await fetch(new URL(`admin/${path}`, document.baseURI), {...options, headers, cache: "no-store", credentials: "omit", redirect: "error"});
    text = await response.text();
  } catch {
    throw new Refusal(0, "the server does not answer");
  }
  if (response.ok) return text;
  let said = {};
  try { said = JSON.parse(text); } catch { /* an intermediary's page: the status says enough */ }
  throw new Refusal(response.status, said?.message ?? `the server answered ${response.status}`, said?.remedy);
}

const read = async (path, trial) => JSON.parse(await ask(path, {}, trial));
const below = (organization, path) => `organizations/${encodeURIComponent(organization)}/${path}`;

export const organizations = async trial => (await read("organizations", trial)).organizations;
export const access = organization => read(below(organization, "access"));
export const health = async organization => (await read(below(organization, "health"))).health_monitoring;
export const why = (organization, user, resource) => read(below(organization, `why?${new URLSearchParams({user, resource})}`));
export const act = (organization, action) => ask(below(organization, "actions"), {method: "POST", body: JSON.stringify(action)});

/* JSON Lines: the entries behind a sequence. */
export async function audit(organization, after, limit) {
  const text = await ask(below(organization, `audit?${new URLSearchParams({after, limit})}`), {});
  return text.split("\n").filter(line => line.trim() !== "").map(line => JSON.parse(line));
}
