/* What comes after the first slide stands: scripts beside the page, each with HTML for some slides
   (deck/slides/delivery.py). They are asked for once the page is at rest, or when one is wanted. */

const NOTES_PART = "notes";

const parts = {
  addresses: settings.parts || {},
  asked: new Map(), // name -> promise
  missing: new Set(Object.keys(settings.parts || {})),

  get complete() { return !parts.missing.size; },

  fetch(name) {
    if (!parts.addresses[name]) return Promise.resolve();
    if (!parts.asked.has(name)) parts.asked.set(name, loadScript(parts.addresses[name]).catch((error) => parts.fail(name, error)));
    return parts.asked.get(name);
  },

  /** All of them; true for whoever waits. */
  all: () => Promise.all([...parts.missing].map(parts.fetch)).then(() => true),

  /** A line may be gone for a moment: whoever wants it next asks again. */
  fail(name, error) {
    parts.asked.delete(name);
    banner.show(word("A part of the talk did not arrive"), error.message);
    throw error;
  },

  /** A reader who pays for each byte gets what is asked for. */
  start() {
    if (navigator.connection?.saveData) return;
    const begin = () => whenIdle(() => parts.all().catch(() => { /* it was said */ }));
    if (document.readyState === "complete") begin();
    else addEventListener("load", begin);
  },
};

/** What such a script says. */
window.deckPart = (name, slides) => {
  parts.missing.delete(name);
  shelf.take(name, slides);
};
