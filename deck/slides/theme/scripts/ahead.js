/* The slides beside the one that is shown are laid out, unseen, while there is nothing else to do:
   a turn then has only to show one. reveal.js has all slides within its view distance laid out, and
   would begin with the next but one when the next is turned to, before that is painted. */

const REACHED = "a[href], button, summary, input, select, textarea, iframe, audio, video, [tabindex]";

const ahead = {
  laid: new Set(), // slides
  done: new Set(), // those of them that are as they have to be when they are shown
  begun: new Map(), // slide -> what is done to it, a piece at a time
  order: new WeakMap(), // element -> its own tabindex

  lay() {
    const at = shelf.slides.indexOf(Reveal.getCurrentSlide());
    // They lie below it, and would take what is meant for a ground that one can use.
    const seen = shelf.slides[at]?.hasAttribute("data-background-interactive");
    const near = new Set(seen ? [] : [shelf.slides[at + 1], shelf.slides[at - 1]].filter(Boolean));
    Reveal.getRevealElement().classList.add("lays-ahead");
    for (const slide of every(".slides > section.laid")) if (!near.has(slide)) slide.classList.remove("laid");
    for (const slide of near) slide.classList.add("laid");
    ahead.laid = near;
    near.forEach(ahead.shut);
    for (const kept of [ahead.done, ahead.begun]) for (const slide of kept.keys()) if (!near.has(slide)) kept.delete(slide);
  },

  start() { Reveal.on("beforeslidechange", ({ indexh }) => ahead.open(shelf.slides[indexh])); },

  /** What nobody sees is not to be reached by Tab. With `inert` the browser would style all of the
      slide anew when it is shown. */
  shut(slide) {
    if (!ahead.laid.has(slide) || slide === Reveal.getCurrentSlide()) return;
    for (const element of every(REACHED, slide)) {
      if (!ahead.order.has(element)) ahead.order.set(element, element.getAttribute("tabindex"));
      element.tabIndex = -1;
    }
  },

  open(slide) {
    for (const element of slide ? every(REACHED, slide) : []) {
      const given = ahead.order.get(element);
      if (given) element.setAttribute("tabindex", given);
      else if (given === null) element.removeAttribute("tabindex");
      ahead.order.delete(element);
    }
  },

  /** What it takes to be shown: panels as they have to be then, and what scrolls within reach. */
  ready: (slide) => finish(ahead.readying(slide)),

  /** Goes on where it was left when another slide was turned to. */
  *readying(slide) {
    if (!ahead.begun.has(slide)) ahead.begun.set(slide, ahead.piecesFor(slide));
    yield* ahead.begun.get(slide);
    ahead.begun.delete(slide);
  },

  *piecesFor(slide) {
    const made = panels.in(slide);
    ahead.shut(slide);
    for (const panel of made) {
      yield* panel.explaining();
      yield;
      panel.arrive();
    }
    letScroll(slide);
    ahead.shut(slide); // what scrolls is in Tab's order since a moment
    if (ahead.laid.has(slide)) ahead.done.add(slide);
  },

  /** It is another one now. */
  forget(slide) {
    ahead.laid.delete(slide);
    ahead.done.delete(slide);
    ahead.begun.delete(slide);
  },

  *prepare() {
    for (const slide of ahead.laid) {
      yield* ahead.readying(slide);
      yield;
    }
  },
};
