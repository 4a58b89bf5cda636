/* What lies below the slide for a while: the banner, a follower's captions and way back, and on a
   phone the notes. The slide makes room for it, so that it covers no button. */

const dock = {
  element: null,

  append(element) {
    if (!dock.element) {
      dock.element = make("div", "deck-dock");
      document.body.append(dock.element);
      new ResizeObserver(dock.makeRoom).observe(dock.element);
    }
    dock.element.append(element);
  },

  makeRoom() {
    document.documentElement.style.setProperty("--dock", `${dock.element.offsetHeight}px`);
    if (Reveal.isReady()) fit();
  },
};
