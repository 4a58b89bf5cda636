/* What stands on far slides is taken out of the document and kept, so that a turn costs as much in
   a talk of a thousand slides as in one of ten: reveal.js looks at all elements at each step. The
   slides themselves stay, empty. Paper, the overview and the scroll view have all of them. */

const NEAR = 2; // slides on each side that keep what is on them
const FEW = 60; // slides of a talk that stays as it is

const shelf = {
  kept: new Map(), // slide -> fragment with what stands on it
  places: new Map(), // an id on the page, "trick ID" or "chart ID" -> the slides that have it
  slides: [],

  /** Not before the scripts of extensions have found what they work on. */
  start() {
    if (document.readyState === "complete") shelf.begin();
    else addEventListener("load", () => setTimeout(shelf.begin));
  },

  begin() {
    shelf.slides = every(".slides > section");
    const all = /\b(print-pdf|view=)/.test(location.search) || document.querySelector(".slides section section");
    if (all || shelf.slides.length < FEW || shelf.open) return;
    const root = Reveal.getRevealElement();
    shelf.slides.forEach(shelf.note);
    shelf.tidy();
    // Each of these is heard before reveal.js acts on it.
    root.addEventListener("beforeslidechange", ({ indexh }) => shelf.bringAround(indexh ?? 0));
    addEventListener("hashchange", ({ newURL }) => shelf.goNamed(new URL(newURL).hash));
    root.addEventListener("overviewshown", () => shelf.slides.forEach(shelf.bring));
    root.addEventListener("slidechanged", shelf.tidy);
    root.addEventListener("overviewhidden", shelf.tidy);
  },

  /** For whoever reads the document as a whole: all of it, from here on. */
  keepAll() {
    shelf.open = true;
    shelf.slides.forEach(shelf.bring);
  },

  /** Some slides are other ones now. */
  renew() {
    shelf.slides = every(".slides > section");
    if (!shelf.places.size) return;
    shelf.places.clear();
    shelf.slides.forEach(shelf.note);
    shelf.tidy();
  },

  note(slide) {
    const add = (name) => shelf.places.set(name, [...(shelf.places.get(name) || []), slide]);
    if (slide.id) add(slide.id);
    for (const element of every("[id], [data-trick], [data-chart]", shelf.on(slide))) {
      if (element.id) add(element.id);
      if (element.dataset.trick) add(`trick ${element.dataset.trick}`);
      if (element.dataset.chart) add(`chart ${element.dataset.chart}`);
    }
  },

  putAway(slide) {
    if (shelf.kept.has(slide)) return;
    const fragment = document.createDocumentFragment();
    fragment.append(...slide.childNodes);
    shelf.kept.set(slide, fragment);
  },

  bring(slide) {
    const fragment = shelf.kept.get(slide);
    if (!fragment) return;
    slide.append(fragment);
    shelf.kept.delete(slide);
  },

  around: (at, distance) => shelf.slides.slice(Math.max(0, at - distance), at + distance + 1),

  bringAround(indexh) {
    const at = Math.max(0, Math.min(indexh, shelf.slides.length - 1));
    shelf.around(at, 1).forEach(shelf.bring);
  },

  /** reveal.js does not find what an address names on a slide that is put away. */
  goNamed(hash) {
    let id = hash.replace(/^#\/?/, "").replace(/\/\d*$/, "");
    try { id = decodeURIComponent(id); } catch { return; /* no address of ours */ }
    const slide = shelf.places.get(id)?.[0];
    if (slide && shelf.kept.has(slide)) goTo(slide);
  },

  tidy() {
    if (shelf.open || Reveal.isOverview()) return;
    const near = new Set(shelf.around(shelf.slides.indexOf(Reveal.getCurrentSlide()), NEAR));
    for (const slide of shelf.slides) if (!near.has(slide)) shelf.putAway(slide);
  },

  /** What stands on a slide, wherever it is just now: to read, not to change. */
  on: (slide) => shelf.kept.get(slide) || slide,
};
