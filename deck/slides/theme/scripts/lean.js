/* At each turn and step reveal.js does work that nobody needs just then. Its plugins get the deck
   that its own parts call: this one has that work done once the slide was painted, or not at all. */

const lean = {
  id: "lean",

  init(deck) {
    lean.deck = deck;
    const { progress, controls, slideContent, getStatusText, announceStatus } = deck;
    // Words for a screen reader: told.js says them, after it was painted.
    lean.tell = (element) => announceStatus(getStatusText(element));
    Object.assign(deck, { getStatusText: () => "", announceStatus: () => {} });
    const { update } = progress;
    progress.update = idly(() => update.call(progress));
    // Its own arrows, where they are not seen.
    const { update: enable } = controls;
    controls.update = () => { if (deck.getConfig().controls) enable.call(controls); };
    // Slides that are far away as they were before.
    const { unload } = slideContent;
    slideContent.unload = (slide) => { if (slide.style.display !== "none") unload.call(slideContent, slide); };
    const root = deck.getRevealElement();
    rowChanges.observe(root.querySelector(".slides"), { childList: true });
    root.querySelectorAll = (selector) => rowOf(selector) || Element.prototype.querySelectorAll.call(root, selector);
  },
};

// A script of somebody else may add slides, and take some away.
const countAgain = () => { shelf.slides = every(".slides > section"); };
const rowChanges = new MutationObserver(countAgain);

/** It asks for all slides some twenty times at a turn: those of a talk in one row are known. */
function rowOf(selector) {
  if (!shelf.begun || !shelf.isRow) return null;
  if (rowChanges.takeRecords().length) countAgain();
  if (selector.startsWith(".slides>section>") || selector.startsWith(".slides>section.present>")) return [];
  return /^\.slides ?>?section(:not\(\.stack\):not\(\[data-visibility="uncounted"\]\))?$/.test(selector) ? shelf.slides : null;
}

/** It reads a slide, element by element, before that is painted, unless it is not to be heard. */
function hush(slide) {
  slide.getAttribute = (name) => {
    if (name !== "aria-hidden") return Element.prototype.getAttribute.call(slide, name);
    delete slide.getAttribute;
    return "true";
  };
}
