/* The views of the board, one at a time, by the fragment of the address: #access. What is not in front is not drawn. */

import {$} from "./dom.js";

/* changed(view): another one is in front, with `led` by the reader's own choice. Returns {current(), go(view)}. */
export function makeViews(changed) {
  const sections = [...document.querySelectorAll("[data-view]")], links = [...document.querySelectorAll("#views a")];
  const named = () => sections.find(section => `#${section.dataset.view}` === location.hash) ?? sections[0];

  function show(led) {
    const front = named();
    for (const section of sections) section.hidden = section !== front;
    for (const link of links) {
      if (link.hash === `#${front.dataset.view}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    changed(front.dataset.view);
    if (led) front.querySelector("h2").focus();
  }

  window.addEventListener("hashchange", () => show(true));
  $("skip").addEventListener("click", event => { event.preventDefault(); named().querySelector("h2").focus(); });
  show(false);
  return {
    current: () => named().dataset.view,
    go(view) { if (named().dataset.view !== view) location.hash = view; },
  };
}
