/* A long list in pages, with a filter: an organization may have 10,000 people, and a page shows 50. */

import {h, setText} from "./dom.js";

const SMALL = 10; /* so many are seen at a glance: no filter */

/* noun: what is listed ("people"); size: of a page; changed: called when filter or page changed. Returns a function: items in, those of the page out. */
export function makeList(parent, {noun, size, textOf, changed}) {
  let page = 0;
  const filter = h("input", {type: "search", autocomplete: "off", spellcheck: "false"});
  const back = h("button", {type: "button", "aria-label": `${noun}: page before`}, "‹");
  const on = h("button", {type: "button", "aria-label": `${noun}: next page`}, "›");
  const shown = h("span", {class: "quiet", role: "status"});
  parent.classList.add("list");
  parent.append(h("label", {}, `Filter ${noun} `, filter), back, shown, on);
  filter.addEventListener("input", () => { page = 0; changed(); });
  back.addEventListener("click", () => { page--; changed(); });
  on.addEventListener("click", () => { page++; changed(); });

  return items => {
    parent.hidden = items.length <= SMALL && filter.value === "" && !parent.contains(document.activeElement);
    const wanted = filter.value.trim().toLowerCase();
    const found = wanted === "" ? items : items.filter(item => textOf(item).toLowerCase().includes(wanted));
    page = Math.max(0, Math.min(page, Math.ceil(found.length / size) - 1));
    const first = page * size, slice = found.slice(first, first + size);
    const all = slice.length === items.length;
    back.hidden = on.hidden = found.length <= size;
    back.disabled = page === 0;
    on.disabled = first + size >= found.length;
    setText(shown, all ? `all ${items.length} shown` : slice.length === 0 ? `none of ${items.length}` : `${first + 1}–${first + slice.length} of ${found.length}`);
    return slice;
  };
}
