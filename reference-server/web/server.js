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

/* text, and where the next page begins: Link: <?after=20>; rel="next". */
async function ask(path, options, trial) {
  const headers = {Authorization: `Bearer ${trial ?? token}`, Accept: "application/json"};
  let response, text;
  if (options.body) headers["Content-Type"] = "application/json";
  if (options.accept) headers.Accept = options.accept;
  try {
    response = await fetch(new URL(`admin/${path}`, document.baseURI), {...options, headers, cache: "no-store", credentials: "omit", redirect: "error"});
    text = await response.text();
  } catch {
    throw new Refusal(0, "the server does not answer");
  }
  if (response.ok) return {text, next: /[?&]after=(\d+)/.exec(response.headers.get("Link") ?? "")?.[1] ?? null};
  let said = {};
  try { said = JSON.parse(text); } catch { /* an intermediary's page: the status says enough */ }
  throw new Refusal(response.status, said?.message ?? `the server answered ${response.status}`, said?.remedy);
}

const read = async (path, trial) => JSON.parse((await ask(path, {}, trial)).text);
const below = (organization, path) => `organizations/${encodeURIComponent(organization)}/${path}`;
const query = question => `?${new URLSearchParams(Object.entries(question).filter(([, value]) => value !== ""))}`;

export const organizations = async trial => (await read("organizations", trial)).organizations;
/* The text: most looks find the same again, and 10,000 people are not parsed to learn that. */
export const access = async organization => (await ask(below(organization, "access"), {})).text;
export const health = organization => read(below(organization, "health"));
export const waiting = organization => read(below(organization, "waiting"));
export const policies = organization => read(below(organization, "policies"));
export const reviews = async organization => (await read(below(organization, "reviews"))).reviews;
export const profile = (organization, user) => read(below(organization, `profile${query({user})}`));
export const why = (organization, user, resource) => read(below(organization, `why${query({user, resource})}`));
export const act = (organization, action) => ask(below(organization, "actions"), {method: "POST", body: JSON.stringify(action)});
export const report = (organization, which, question) => read(below(organization, `reports/${which}${query(question)}`));
export const messages = (organization, after, limit) => read(below(organization, `notifications${query({after, limit})}`));

/* The entries behind a sequence, and where to go on (null: that is all). */
export async function audit(organization, question) {
  const {text, next} = await ask(below(organization, `audit${query(question)}`), {});
  return {entries: text.split("\n").filter(line => line.trim() !== "").map(line => JSON.parse(line)), next};
}

/* All pages of what can be downloaded, as one text. csv: the pages begin with the same header line. */
export async function whole(organization, path, question, csv) {
  let all = "", next = question.after ?? null;
  do {
    const page = await ask(below(organization, path + query(next === null ? question : {...question, after: next})), {accept: "*/*"});
    all += csv && all !== "" ? page.text.slice(page.text.indexOf("\n") + 1) : page.text;
    next = page.next;
  } while (next !== null);
  return all;
}
