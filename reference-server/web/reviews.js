/* Access reviews: the campaigns, one of them with its grants and what was decided of each, and a form for a new one. */

import {$, h, isolated, moment, name, setText, sync, visible} from "./dom.js";
import {makeTable, pressed} from "./table.js";

export function makeReviews(act) {
  const error = $("reviews-error"), form = $("review-form");
  let reviews = [], open = null;

  const scope = ({resource, user, group}) => resource ? name(resource) : user ? name(user) : group ? ["group ", name(group)] : "everything";
  const list = makeTable("reviews", {
    noun: "reviews", columns: ["Review", "Status", "Scope", ["Opened", "time"], ["Due", "time"], ["Undecided", "number"], ["Kept", "number"], ["Revoked", "number"], ["", "actions"]],
    keyOf: review => review.review, textOf: review => review.name, none: "There was no review yet.",
    cellsOf: review => {
      const show = h("button", {type: "button", "aria-label": `Show ${isolated(review.name)}`}, "Show");
      show.addEventListener("click", () => { open = review.review; drawItems(); $("review-title").focus(); });
      return [name(review.name), h("span", {class: "badge", "data-state": review.status}, review.status), scope(review.scope), moment(review.opened), moment(review.due),
        review.counts.undecided, review.counts.keep, review.counts.revoke, show];
    },
  });

  function decide(item, decision, word) {
    const who = item.group ?? item.user;
    const button = h("button", {type: "button", "aria-label": `${word} ${item.role} on ${isolated(item.resource)} of ${isolated(who)}`}, word);
    const target = item.group_id ? {group: item.group_id} : {user: item.user_id};
    button.addEventListener("click", () => pressed(button,
      () => act({action: "decide-review", review: open, ...target, resource: item.resource, decision}), error, $("review-title")));
    return button;
  }

  const buttons = item => !item.open || !["undecided", "keep"].includes(item.decision) ? ""
    : [...(item.decision === "undecided" ? [decide(item, "keep", "Keep")] : []), decide(item, "revoke", "Revoke")];
  const items = makeTable("review-items", {
    noun: "grants", columns: ["Whose", "Role", "Where", "Decision", ["", "actions"]], keyOf: item => `${item.user_id ?? item.group_id} ${item.resource}`,
    textOf: item => `${item.user ?? item.group} ${item.resource}`, none: "There was no grant in the scope of this review.",
    cellsOf: item => [item.group ? ["group ", name(item.group)] : name(item.user), item.role, name(item.resource),
      [h("strong", {"data-decision": item.decision}, item.decision), item.decided ? ` ${moment(item.decided)} by ${visible(item.by ?? "")}` : "", item.note ? h("p", {class: "quiet"}, name(item.note)) : ""],
      buttons(item)],
  });

  function drawItems() {
    const review = reviews.find(r => r.review === open);
    $("review").hidden = !review;
    if (!review) return;
    setText($("review-title"), `Review ${isolated(review.name)}`);
    setText($("review-help"), `${review.status === "open" ? `Open until ${moment(review.due)}; what is undecided then is ${review.undecided === "revoke" ? "revoked" : "kept"}.`
      : `Closed ${moment(review.closed ?? "")}.`}${review.every ? ` It opens again every ${review.every}.` : ""}`);
    $("review-close").hidden = review.status !== "open";
    items(review.items.map(item => ({...item, open: review.status === "open"})));
  }

  async function run(action) {
    setText(error, "");
    try {
      await act(action);
      return true;
    } catch (refusal) {
      setText(error, refusal.message);
      return false;
    }
  }
  $("review-close").addEventListener("click", async () => { if (await run({action: "close-review", review: open})) $("review-title").focus(); });
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const asked = Object.fromEntries([...new FormData(form)].filter(([, text]) => text !== ""));
    if (!await run({action: "open-review", ...asked})) return;
    open = reviews.findLast(review => review.name === asked.name)?.review ?? open;
    form.reset();
    drawItems();
    $("review-title").focus();
  });

  return {
    clear() { open = null; reviews = []; setText(error, ""); },
    draw(now, access) {
      reviews = now;
      sync($("review-place"), [{resource: ""}, ...access.resources], place => place.resource,
        place => h("option", {value: place.resource}, place.resource === "" ? "everything" : visible(place.resource)));
      list([...reviews].reverse());
      drawItems();
    },
  };
}
