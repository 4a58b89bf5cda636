/* What is told of a turn, and of a step, once it was painted: the address, and words for those who
   hear. */

const OFTEN = 1000; // ms: browsers refuse addresses that change more often

const told = {
  turned: false,
  hash: "", // the address, once it was followed
  addressed: -OFTEN,

  start() {
    told.note();
    addEventListener("hashchange", told.note);
    for (const event of ["fragmentshown", "fragmenthidden"]) Reveal.on(event, told.soon);
  },

  turn() {
    told.turned = true;
    hush(Reveal.getCurrentSlide());
    told.soon();
  },

  soon: idly(() => told.say(), () => told.address()),

  /** A slide as a whole; after that, what each step brings. */
  say() {
    const slide = Reveal.getCurrentSlide();
    const shown = told.turned ? slide : every(".current-fragment", slide).at(-1);
    delete slide.getAttribute; // it may not have been asked
    if (shown) lean.tell(shown);
    told.turned = false;
  },

  /** A reload, and whoever gets the link, comes to the same slide and step. */
  address() {
    clearTimeout(told.waiting);
    const wait = told.addressed + OFTEN - performance.now();
    // Whoever set another goes there, and is not to be held up.
    const other = location.hash !== told.hash;
    told.note();
    if (other || wait > 0) return void (told.waiting = setTimeout(told.address, other ? OFTEN : wait));
    told.addressed = performance.now();
    const place = placeNow();
    if (place !== location.hash) history.replaceState(null, "", place);
    told.note();
  },

  note() { told.hash = location.hash; },
};
