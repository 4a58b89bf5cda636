/* The keys: reveal.js's own, and this table. Only a field in which one types takes keys away. */

const KEYS = [
  ["R", "Run or replay the trick", () => panels.here()[0]?.start()],
  ["X", "Stop the trick", () => panels.here()[0]?.stop()],
  ["P", "Replay the recording", () => panels.here()[0]?.replay?.()],
  ["T", "Dark or light", () => theme.toggle()],
];

const TYPED = "input, textarea, select, [contenteditable]";

/** A pointer's click leaves no focus behind, so the next key is the slides'. What is focused by
    keyboard keeps only the keys that it needs: Enter and Space press, up and down scroll. */
function keepTurning() {
  let pointed = false;
  addEventListener("pointerdown", () => { pointed = true; }, true);
  addEventListener("keydown", () => { pointed = false; }, true);
  addEventListener("focusin", ({ target }) => {
    if (pointed && !target.closest(TYPED) && !target.closest("dialog")) target.blur();
  });
  // On .reveal, so that a key stops here on its way up to reveal.js, which hears on document.
  Reveal.getRevealElement().addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (!target.closest(".slides, .deck-bar") || target.closest(TYPED)) return;
    if (key === "Escape") document.activeElement.blur();
    const presses = target.closest("button, a[href], summary") && /^( |Enter)$/.test(key);
    const scrolls = target.closest("[tabindex]") && /^Arrow(Up|Down)$/.test(key);
    if (key === "Escape" || presses || scrolls) event.stopPropagation();
  });
}

function bindKeys() {
  keepTurning();
  for (const [key, description, act] of KEYS)
    Reveal.addKeyBinding({ keyCode: key.charCodeAt(0), key, description: word(description) }, act);
}
