/* The slides beside the one that is shown are laid out, unseen, while there is nothing else to do:
   a turn then has only to show one. reveal.js has all slides within its view distance laid out, and
   would begin with the next but one when the next is turned to, before that is painted. */

const ahead = {
  laid: new Set(), // slides
  done: new Set(), // those of them that are as they have to be when they are shown

  has: (slide) => ahead.done.has(slide),

  lay() {
    const at = shelf.slides.indexOf(Reveal.getCurrentSlide());
    // They lie below it, and would take what is meant for a ground that one can use.
    const seen = shelf.slides[at]?.hasAttribute("data-background-interactive");
    const near = new Set(seen ? [] : [shelf.slides[at - 1], shelf.slides[at + 1]].filter(Boolean));
    Reveal.getRevealElement().classList.add("lays-ahead");
    for (const slide of every(".slides > section.laid")) if (!near.has(slide)) slide.classList.remove("laid");
    for (const slide of near) slide.classList.add("laid");
    ahead.laid = near;
    for (const slide of ahead.done) if (!near.has(slide)) ahead.done.delete(slide);
    ahead.shut(!Reveal.isOverview());
  },

  start() {
    Reveal.on("beforeslidechange", ({ indexh }) => ahead.open(shelf.slides[indexh]));
    Reveal.on("overviewshown", () => ahead.shut(false));
    Reveal.on("overviewhidden", () => ahead.shut(true));
  },

  /** What nobody sees is not to be reached by Tab. */
  shut(on) {
    for (const slide of every(".slides > section[inert]")) if (!on || !ahead.laid.has(slide)) slide.inert = false;
    if (on) for (const slide of ahead.laid) slide.inert = true;
  },

  /** Before it is shown: once, and not after it was laid out. */
  open(slide) { if (slide?.inert) slide.inert = false; },

  /** What it takes to be shown: panels as they have to be then, and what scrolls within reach. */
  ready: (slide) => finish(ahead.readying(slide)),

  *readying(slide) {
    for (const panel of panels.in(slide)) {
      yield* panel.explaining();
      yield;
      panel.arrive();
    }
    letScroll(slide);
    if (ahead.laid.has(slide)) ahead.done.add(slide);
  },

  /** It is another one now. */
  forget(slide) {
    ahead.laid.delete(slide);
    ahead.done.delete(slide);
  },

  *prepare() {
    for (const slide of ahead.laid) {
      yield* ahead.readying(slide);
      yield;
    }
  },
};
