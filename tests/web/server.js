/* A reference server of our own, and the requests with which the tests change what it holds. */
"use strict";

const {spawn} = require("node:child_process");
const readline = require("node:readline");

const ADMIN = "admin-token-of-the-tests", SCIM = "scim-token-of-the-tests";

/* Says one line when it answers; ends when our end of its standard input closes. */
async function start(program) {
  const child = spawn(program, ["serve", "--port", "0", "--empty", "--until-eof"],
    {stdio: ["pipe", "pipe", "inherit"], env: {...process.env, SCIMULATOR_ADMIN_TOKEN: ADMIN}});
  const lines = readline.createInterface({input: child.stdout});
  const url = await new Promise((resolve, reject) => {
    lines.once("line", line => resolve(/url=(\S+)/.exec(line)[1]));
    child.once("exit", status => reject(new Error(`the server ended with status ${status}`)));
  });

  async function ask(token, method, path, body) {
    const response = await fetch(url + path, {
      method, body: body && JSON.stringify(body),
      headers: {Authorization: `Bearer ${token}`, ...(body && {"Content-Type": "application/json"})},
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  return {
    url,
    admin: (method, path, body) => ask(ADMIN, method, `/admin/organizations${path}`, body),
    scim: (organization, method, path, body, token = SCIM) => ask(token, method, `/organizations/${organization}/scim/v2${path}`, body),
    stop: () => new Promise(resolve => { child.once("exit", resolve); child.stdin.end(); }),
  };
}

module.exports = {ADMIN, SCIM, start};
