"use strict";
// Everything is on the page already: this filters the list, shows one case at a time and moves the focus.
// The class comes first, so that a browser never lays out all cases of a large run.
document.documentElement.classList.add("live");
document.addEventListener("DOMContentLoaded", () => {
  const byId = (id) => document.getElementById(id);
  const items = [...document.querySelectorAll("#cases > li")].map((li) => ({
    li,
    link: li.querySelector("a"),
    words: (li.textContent + " " + li.dataset.words).toLowerCase(),
  }));
  const form = byId("filter"), words = byId("words"), dialect = byId("dialect");
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];

  const visible = () => items.filter((item) => !item.li.hidden);

  function show(id, scroll = true) {
    const target = id && byId(id);
    const section = target && target.closest(".case");
    if (!section) return false;
    for (const open of document.querySelectorAll(".case.open")) open.classList.remove("open");
    section.classList.add("open");
    for (const item of items) {
      if (item.link.hash === "#" + section.id) item.link.setAttribute("aria-current", "true");
      else item.link.removeAttribute("aria-current");
    }
    for (let at = target; at && at !== section; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    const top = target.getBoundingClientRect().top;
    if (scroll && (target !== section || top < 0 || top > innerHeight * 0.7)) target.scrollIntoView();
    return true;
  }

  function filter() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const outcomes = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    for (const { li, words: text } of items) {
      li.hidden = !outcomes.has(li.dataset.outcome) || (dialect.value !== "" && li.dataset.dialect !== dialect.value) ||
        !wanted.every((word) => text.includes(word));
    }
    byId("shown").textContent = `${visible().length} of ${items.length} cases`;
  }

  function select(item) {
    if (!item) return;
    item.link.focus();
    history.replaceState(null, "", item.link.hash);
    show(item.link.hash.slice(1));
  }

  const moves = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const typing = event.target.matches("input[type=search], select");
    const inList = event.target.closest("#cases") !== null;
    const list = visible();
    const at = list.findIndex((item) => item.link.hasAttribute("aria-current"));
    if (event.key === "/" && !typing) words.focus();
    else if (event.key === "ArrowDown" && event.target === words) select(list[Math.max(at, 0)]);
    else if (event.key in moves && !typing && (inList || event.key.length === 1))
      select(list[Math.min(Math.max(at + moves[event.key], 0), list.length - 1)]);
    else if (inList && event.key === "Home") select(list[0]);
    else if (inList && event.key === "End") select(list[list.length - 1]);
    else return;
    event.preventDefault();
  });

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", filter);
  window.addEventListener("hashchange", () => show(location.hash.slice(1)));

  form.hidden = false;
  filter();
  const first = document.querySelector(".case.failed, .case.error") || document.querySelector(".case.warning") || document.querySelector(".case");
  if (!show(location.hash.slice(1)) && first) show(first.id, false);
});
