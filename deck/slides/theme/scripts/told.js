/* What is told of a turn and of a step once it was painted: the address, and words for those who
   hear. reveal.js does both before, reading the slide element by element. */

const OFTEN = 1000; // ms: browsers refuse addresses that change more often

const told = {
  turned: false,
  addressed: 0,

  /** reveal.js's parts call the methods of the deck that a plugin gets. */
  plugin: {
    id: "told",
    init(deck) { Object.assign(deck, { getStatusText: () => "", announceStatus: () => {} }); },
  },

  start() {
    for (const event of ["fragmentshown", "fragmenthidden"]) Reveal.on(event, told.soon);
    told.soon();
  },

  turn() {
    told.turned = true;
    hush(Reveal.getCurrentSlide());
    told.soon();
  },

  soon: idly(() => told.say(), () => told.address()),

  /** A slide as a whole, after that what each step brings. */
  say() {
    const slide = Reveal.getCurrentSlide();
    const shown = told.turned ? slide : every(".current-fragment", slide).at(-1);
    if (shown) Reveal.announceStatus(Reveal.getStatusText(shown));
    told.turned = false;
  },

  /** A reload, and whoever gets the link, comes to the same slide and step. */
  address() {
    clearTimeout(told.waiting);
    const wait = told.addressed + OFTEN - performance.now();
    if (wait > 0) return void (told.waiting = setTimeout(told.address, wait));
    told.addressed = performance.now();
    const place = placeNow();
    if (place !== location.hash) history.replaceState(null, "", place);
  },
};

/** reveal.js will ask this slide whether it is to be heard, before it reads it. */
function hush(slide) {
  slide.getAttribute = (name) => {
    if (name !== "aria-hidden") return Element.prototype.getAttribute.call(slide, name);
    delete slide.getAttribute;
    return "true";
  };
}
