/* Elements. Whatever comes from the server becomes text and nothing else: names are everybody's to choose. */

export const $ = id => document.getElementById(id);

/* h("td", {class: "number"}, "3", h("small", {}, "of 4")). Attributes that are null or false are left out. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
  }
}

/* A time of the server's, shorter: "2026-11-22 17:45:37". Always UTC. */
export const moment = text => text.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?Z$/, "$1 $2");

/* Writes only what differs: a reader's selection and a screen reader's place stay where they are. True: it differed. */
export function setText(element, text) {
  if (element.textContent === String(text)) return false;
  element.textContent = text;
  return true;
}

/* Text of the server's, whoever wrote it: characters that turn the direction of what follows, or break a line, are shown, not obeyed. Two names that
 * differ look different, and a sentence with a name in it reads as it was meant. */
export const visible = text =>
  text.replace(/[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, c => `⟨U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
/* A name among other text: its own direction, and it can't turn that of its neighbours. */
export const name = text => h("bdi", {}, visible(text));
/* The same where only plain text can stand. */
export const isolated = text => `\u2068${visible(text)}\u2069`;

const kept = new WeakMap();

/* Makes the children of parent (behind the first `skip`) those of items, in order, keeping the element of each key, so that focus and scrolling
 * survive an update. */
export function sync(parent, items, keyOf, make, update, skip = 0) {
  const before = kept.get(parent) ?? new Map(), now = new Map();
  for (const item of items) now.set(keyOf(item), item);
  for (const [key, element] of before) {
    if (now.has(key)) continue;
    element.remove();
    before.delete(key);
  }
  let place = parent.children[skip] ?? null;
  for (const [key, item] of now) {
    let element = before.get(key);
    if (!element) before.set(key, element = make(item));
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
    update?.(element, item);
  }
  kept.set(parent, before);
}

/* "update_triggers", "breakGlassOwner" as words: "Update triggers", "Break glass owner". */
export function words(key) {
  const plain = key.replaceAll("_", " ").replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);
  return visible(plain.charAt(0).toUpperCase() + plain.slice(1));
}

/* A text as a file of the reader's own. */
export function save(fileName, type, text) {
  const url = URL.createObjectURL(new Blob([text], {type}));
  h("a", {href: url, download: fileName}).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

/* Pairs of term and value; a value is text. */
export function drawFacts(list, facts) {
  sync(list, facts, ([term]) => term, ([term]) => h("div", {}, h("dt", {}, term), h("dd", {})), (pair, [, value]) => setText(pair.lastChild, value));
}

/* A window of time in words: " from … until …", or nothing. */
export const span = ({starts, ends}) => (starts ? ` from ${moment(starts)}` : "") + (ends ? ` until ${moment(ends)}` : "");

/* Runs once more what an animation shows. */
export function flash(element) {
  element.classList.remove("changed");
  requestAnimationFrame(() => element.classList.add("changed"));
}
