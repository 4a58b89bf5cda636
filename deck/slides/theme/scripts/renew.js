/* A slide gets new content while the page stays: its place, its step and all others are as they
   were, and so is what one did on it: what a run printed, what is scrolled and has the focus. */

/** `html` is a whole section; `slide` is the element that stands for it from now on, too. */
function renewSlide(slide, html) {
  if (!slide) return;
  const here = slide === Reveal.getCurrentSlide();
  const { f } = Reveal.getIndices();
  const seen = here ? seenOn(slide) : [];
  const alike = rewrite(slide, html);
  contents.entries = null;
  if (!here) return;
  turnBack(slide, f, alike);
  seeAgain(slide, seen);
}

/** Puts what *html* says in a slide's place; reveal.js still has to look at it. Whether its start tag
    says the same. */
function rewrite(slide, html) {
  const fresh = elements(html).querySelector("section"); // the deck's own, from where the page came
  const alike = tagsAlike(slide, fresh);
  const there = shelf.anew(slide);
  slide.removeAttribute("aria-label"); // it told the old title
  takeAttributes(slide, fresh);
  const before = document.createDocumentFragment();
  before.append(...there.childNodes);
  there.append(...fresh.childNodes);
  mendSlide(slide);
  invitation.put(there);
  every(PANELS, before).forEach((element) => goOn(element, there));
  ahead.forget(slide);
  settle();
  return alike;
}

const PANELS = "[data-trick], [data-chart]";

/** A panel that has something to show has it on the new content, too. */
function goOn(element, there) {
  const panel = panels.made.get(element);
  if (!panel) return;
  panels.made.delete(element);
  const { trick, chart } = element.dataset;
  const same = every(PANELS, there).find(({ dataset }) => dataset.trick === trick && dataset.chart === chart);
  if (same) panels.for(same).takeOver(panel);
}

const REVEALS = ["present", "past", "future", "stack", "laid"];
// What reveal.js has written, or does not look at.
const ASIDE = new Set(["data-fragment", "data-part", "data-source", "data-timing"]);

/** Whether both start tags say the same to reveal.js. */
function tagsAlike(slide, fresh) {
  const said = ({ attributes }) => [...attributes].filter(({ name }) => name.startsWith("data-") && !ASIDE.has(name));
  const classes = ({ classList }) => [...classList].filter((name) => !REVEALS.includes(name));
  const words = (element) => JSON.stringify([classes(element), ...said(element).map(({ name, value }) => [name, value]).sort()]);
  return words(slide) === words(fresh);
}

/** What a start tag says; what reveal.js wrote there stays. */
function takeAttributes(slide, fresh) {
  const state = REVEALS.filter((name) => slide.classList.contains(name));
  for (const { name } of [...slide.attributes])
    if (name.startsWith("data-") && name !== "data-part" && !fresh.hasAttribute(name)) slide.removeAttribute(name);
  for (const { name, value } of fresh.attributes) slide.setAttribute(name, value);
  slide.classList.add(...state);
}

// What reveal.js has a size or place for that it reckons out.
const RECKONED = ".center, .r-stretch, .stretch";

/** reveal.js looks at a slide that is another one now only when it is turned to, and then at all of
    them; where only what stands on it is another, that is not needed. */
function turnBack(slide, f, alike = false) {
  const steps = every(".fragment", slide).length;
  const keepsStep = f === undefined ? !steps : f < steps;
  if (alike && keepsStep && !slide.matches(".center") && !slide.querySelector(RECKONED) && !Reveal.isOverview() && !shelf.showsAll) {
    Reveal.syncFragments(slide);
    Reveal.loadSlide(slide);
    if (steps) Reveal.navigateFragment(f);
    Reveal.startEmbeddedContent();
  } else {
    Reveal.syncSlide(slide);
    const { h, v } = Reveal.getIndices(slide);
    Reveal.slide(h, v, f);
  }
  arrive();
}

const kindOf = (element) => `${element.tagName}.${element.classList[0] || ""}`;

/** What is scrolled on a slide and what has the focus, in words that find it on another one. */
function seenOn(slide) {
  const counts = new Map();
  const found = [];
  for (const element of [slide, ...every("*", slide)]) {
    const kind = element === slide ? "" : kindOf(element);
    const at = counts.get(kind) ?? 0;
    counts.set(kind, at + 1);
    const { scrollTop: top, scrollLeft: left } = element;
    const focused = element === document.activeElement;
    if (top || left || focused) found.push({ kind, at, top, left, focused });
  }
  return found;
}

function seeAgain(slide, found) {
  for (const { kind, at, top, left, focused } of found) {
    const element = kind ? every("*", slide).filter((each) => kindOf(each) === kind)[at] : slide;
    element?.scrollTo({ top, left, behavior: "instant" });
    if (focused) element?.focus({ preventScroll: true });
  }
}
