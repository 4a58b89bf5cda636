/* What stands on far slides is taken out of the document and kept, so that a turn costs as much in
   a talk of a thousand slides as in one of ten: reveal.js looks at all elements at each step. The
   slides themselves stay, empty. Paper, the overview and the scroll view have all of them.

   A long talk's page has most slides as text from the start, and some come later (parts.js): they
   become elements when they come near. */

const NEAR = 2; // slides on each side that keep what is on them
const FEW = 60; // slides of a talk that stays as it is
const NEXT_SLIDE = "<!--next slide-->";
const START_TAG = /^<section\b[^>]*>/;

const shelf = {
  kept: new Map(), // slide -> what stands on it: HTML, a fragment, or null while it has not come
  found: new Map(), // 'id="..."' -> the slides that have it
  slides: [],
  near: new Set(),
  isRow: true, // no slide has slides below it

  /** Slides that lie in the page as text become sections with nothing on them. */
  unpack() {
    for (const text of every(".slides > noscript")) {
      const slides = text.textContent.split(NEXT_SLIDE).slice(1);
      const tags = slides.map((html) => START_TAG.exec(html)[0]);
      const empty = elements(tags.map((tag) => `${tag}</section>`).join(""));
      [...empty.children].forEach((slide, at) => shelf.kept.set(slide,
        slide.dataset.part ? null : slides[at].slice(tags[at].length, -"</section>".length)));
      text.replaceWith(empty);
    }
    shelf.slides = every(".slides > section");
  },

  /** What the address asks for is there before reveal.js looks for it. */
  async ready() {
    if (shelf.showsAll) return parts.all().then(() => shelf.slides.forEach(shelf.bring));
    const slide = await shelf.named(idIn(location.hash));
    if (slide && shelf.kept.get(slide) === null) await parts.fetch(slide.dataset.part);
    shelf.bringAround(Math.max(0, shelf.slides.indexOf(slide)));
  },

  get showsAll() { return shelf.open || /\b(print-pdf|view=|showNotes)/.test(location.search); },

  /** A talk in one piece is not taken apart before the scripts of extensions have found what they work on. */
  start() {
    if (shelf.kept.size || document.readyState === "complete") shelf.begin();
    else addEventListener("load", () => setTimeout(shelf.begin));
  },

  begin() {
    if (shelf.showsAll || shelf.slides.length < FEW || document.querySelector(".slides section section")) return;
    const root = Reveal.getRevealElement();
    shelf.begun = true;
    if (!shelf.kept.size) shelf.near = new Set(shelf.slides);
    shelf.tidy();
    // Each of these is heard before reveal.js acts on it.
    root.addEventListener("beforeslidechange", ({ indexh }) => shelf.bringAround(indexh ?? 0));
    addEventListener("hashchange", ({ newURL }) => shelf.goNamed(new URL(newURL).hash));
    root.addEventListener("overviewshown", () => parts.all().then(() => Reveal.isOverview() && shelf.slides.forEach(shelf.bring)));
    root.addEventListener("overviewhidden", () => {
      shelf.near = new Set(shelf.slides);
      shelf.tidy();
    });
  },

  /** For whoever reads the document as a whole: all of it, from here on. */
  async keepAll() {
    shelf.open = true;
    await parts.all();
    shelf.slides.forEach(shelf.bring);
    return true;
  },

  /** Some slides are other ones now, or, where they are `moved`, in other places. */
  renew(moved) {
    shelf.found.clear();
    if (!moved) return;
    shelf.slides = every(".slides > section");
    if (!shelf.begun) return;
    shelf.near = new Set(shelf.slides.filter((slide) => !shelf.kept.has(slide)));
    shelf.tidy();
    shelf.near.forEach(shelf.bring);
  },

  /** What a part brings: all that is on a slide, or what is said to it. */
  take(part, slides) {
    const here = Reveal.isReady() && Reveal.getCurrentSlide();
    const waited = here && shelf.kept.get(here) === null;
    for (const [id, html] of Object.entries(slides)) {
      const slide = document.getElementById(id);
      // The page may be older than the part, and the slide may have been written anew.
      if (!slide || (part !== NOTES_PART && slide.dataset.part !== part)) continue;
      const kept = shelf.kept.get(slide);
      if (kept === null || typeof kept === "string") shelf.kept.set(slide, (kept || "") + html);
      else if (!(kept || slide).querySelector("aside.notes")) (kept || slide).append(elements(html));
    }
    shelf.found.clear();
    if (!here) return;
    shelf.near.forEach(shelf.bring);
    if (waited) Reveal.syncSlide(here);
    arrive();
    speakerView.update();
  },

  putAway(slide) {
    if (shelf.kept.has(slide)) return;
    const fragment = document.createDocumentFragment();
    fragment.append(...slide.childNodes);
    shelf.kept.set(slide, fragment);
  },

  bring(slide) {
    if (!shelf.kept.has(slide)) return;
    shelf.near.add(slide);
    if (shelf.kept.get(slide) === null) return void parts.fetch(slide.dataset.part);
    slide.append(shelf.on(slide));
    shelf.isRow &&= !slide.querySelector("section");
    shelf.kept.delete(slide);
  },

  around: (at, distance) => shelf.slides.slice(Math.max(0, at - distance), at + distance + 1),

  bringAround(indexh, distance = 1) {
    const at = Math.max(0, Math.min(indexh, shelf.slides.length - 1));
    shelf.around(at, distance).forEach(shelf.bring);
  },

  /** reveal.js does not find what an address names on a slide that is put away. */
  async goNamed(hash) {
    const slide = await shelf.named(idIn(hash));
    if (slide && shelf.kept.has(slide)) goTo(slide);
  },

  /** The slide that has this name or number, or has something of this name on it; undefined: none. */
  async named(id) {
    if (/^\d+$/.test(id)) return shelf.slides[Number(id)];
    if (id && !shelf.holding("id", id).length) await parts.all();
    return shelf.holding("id", id)[0];
  },

  tidy() {
    if (!shelf.begun || shelf.open || Reveal.isOverview()) return;
    const at = shelf.slides.indexOf(Reveal.getCurrentSlide());
    const near = new Set(shelf.around(at, NEAR));
    shelf.bringAround(at, NEAR);
    for (const slide of shelf.near) if (!near.has(slide)) shelf.putAway(slide);
    shelf.near = near;
  },

  /** What stands on a slide, wherever it is just now, as elements: to read, not to change. */
  on(slide) {
    const kept = shelf.kept.get(slide);
    if (typeof kept !== "string") return kept || slide;
    const fragment = elements(kept);
    mend(fragment, slide);
    invitation.put(fragment);
    shelf.kept.set(slide, fragment);
    return fragment;
  },

  /** The same, to be written anew; what was to come for it is not waited for. */
  anew(slide) {
    if (shelf.kept.get(slide) === null) shelf.kept.set(slide, document.createDocumentFragment());
    delete slide.dataset.part;
    return shelf.on(slide);
  },

  /** The slides whose content is elements. */
  made: () => shelf.slides.filter((slide) => typeof shelf.kept.get(slide) !== "string"),

  /** The slides on which something has this attribute, or that have it themselves. */
  holding(name, value) {
    const written = `${name}="${value}"`;
    const selector = `[${name}="${CSS.escape(value)}"]`;
    const has = (slide) => {
      const kept = shelf.kept.get(slide);
      if (slide.matches(selector)) return true;
      return typeof kept === "string" ? kept.includes(` ${written}`) : Boolean((kept || slide).querySelector(selector));
    };
    if (!shelf.found.has(written)) shelf.found.set(written, shelf.slides.filter(has));
    return shelf.found.get(written);
  },
};

/** The name in an address of a slide: `#/name/step`, `#name`. */
function idIn(hash) {
  const id = hash.replace(/^#\/?/, "").replace(/\/\d*$/, "");
  try { return decodeURIComponent(id); } catch { return ""; /* no address of ours */ }
}
