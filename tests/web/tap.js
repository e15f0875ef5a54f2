/* TAP for a list of tests, one after the other, each with a limit of time: a test that hangs is a failed one. */
"use strict";

const LIMIT_MS = 60000;

async function run(tests) {
  let failed = 0;
  for (const [name, test] of tests) {
    let timer;
    try {
      await Promise.race([test(), new Promise((_, reject) => { timer = setTimeout(() => reject(new Error("took too long")), LIMIT_MS); })]);
      console.log(`ok - ${name}`);
    } catch (error) {
      failed++;
      console.log(`not ok - ${name}`);
      console.log(String(error?.stack ?? error).replace(/^/gm, "# "));
    }
    clearTimeout(timer);
  }
  return failed;
}

module.exports = {run};
