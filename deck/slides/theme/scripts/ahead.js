/* The slides beside the one that is shown are laid out, unseen, while there is nothing else to do:
   a turn then has only to show one. reveal.js has all slides within its view distance laid out, and
   would begin with the next but one when the next is turned to, before that is painted. */

const ahead = {
  laid: new Set(), // slides

  has: (slide) => ahead.laid.has(slide),

  lay() {
    const at = shelf.slides.indexOf(Reveal.getCurrentSlide());
    // They lie below it, and would take what is meant for a ground that one can use.
    const seen = shelf.slides[at]?.hasAttribute("data-background-interactive");
    const near = new Set(seen ? [] : [shelf.slides[at - 1], shelf.slides[at + 1]].filter(Boolean));
    Reveal.getRevealElement().classList.add("lays-ahead");
    for (const slide of every(".slides > section.laid")) if (!near.has(slide)) slide.classList.remove("laid");
    for (const slide of near) slide.classList.add("laid");
    ahead.laid = near;
  },

  /** What it takes to be shown: panels as they have to be then, and what scrolls within reach. */
  ready(slide) {
    for (const panel of panels.in(slide)) {
      panel.explain();
      panel.arrive();
    }
    letScroll(slide);
  },

  /** In two pieces, since each has the browser lay out a slide. */
  pieces: [0, 1].map((at) => () => [...ahead.laid].slice(at, at + 1).forEach(ahead.ready)),
};
