/* The keys: reveal.js's own, and this table. Only a field in which one types takes keys away. */

const KEYS = [
  ["r", "Run or replay the trick", () => panels.here()[0]?.acting.start()],
  ["x", "Stop the trick", () => panels.here()[0]?.acting.stop()],
  ["p", "Replay the recording", () => panels.here()[0]?.acting.replay?.()],
  ["w", "What if ...? The next variant", () => panels.here()[0]?.variants?.next()],
  ["t", "Dark or light", () => theme.toggle()],
  ["c", "Contents and search", () => contents.open()],
  ["[", "The chapter before", () => turnChapter(-1)],
  ["]", "The next chapter", () => turnChapter(1)],
  ["+", "Larger text", () => enlarge(1)],
  ["-", "Smaller text", () => enlarge(-1)],
  ["?", "These keys", () => openKeys()],
  ["s", "The speaker's window", () => speaker.open()],
];

/** In the speaker's window the notes are what one reads. */
const enlarge = (by) => (speaker.isHere ? speakerView : textSize).step(by);

/** What reveal.js brings, for the list. */
const REVEAL_KEYS = [
  [word("→ Space Page down"), word("The next step or slide")],
  [word("← Page up"), word("The step or slide before")],
  [word("Home, End"), word("The first slide, the last")],
  [word("O or Escape"), word("All slides, small")],
  [word("B or ."), word("A black screen")],
  ["F", word("The whole screen")],
  [word("G and a number"), word("To that slide")],
];

const UNBOUND = { 72: null, 74: null, 75: null, 76: null, 78: null, 80: null }; // h j k l n p
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
  addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (!target.closest || target.closest("dialog") || target.closest(TYPED)) return;
    const focused = target !== document.body && target.closest("button, a[href], summary, [tabindex]");
    const presses = focused && focused.matches("button, a[href], summary") && /^( |Enter)$/.test(key);
    const scrolls = focused && /^Arrow(Up|Down)$/.test(key);
    if (focused && key === "Escape") focused.blur();
    else if (!presses && !scrolls) return press(event);
    event.stopPropagation(); // reveal.js hears on document
  }, true);
}

/** Our own keys, by what they write: where "[" and "?" lie differs from keyboard to keyboard. */
function press(event) {
  const { key, ctrlKey, altKey, metaKey } = event;
  if ((ctrlKey || altKey || metaKey) && !event.getModifierState("AltGraph")) return;
  const bound = KEYS.find(([name]) => name === key.toLowerCase());
  if (!bound || Reveal.isPaused()) return;
  event.preventDefault();
  event.stopPropagation();
  bound[2]();
}

function openKeys() {
  if (dialogIsOpen()) return;
  const list = make("dl", "");
  const ours = KEYS.map(([key, description]) => [key.toUpperCase(), word(description)]);
  for (const [key, description] of [...REVEAL_KEYS, ...ours]) {
    const row = make("div", "");
    const term = make("dt", "");
    term.append(make("kbd", "", key));
    row.append(term, make("dd", "", description));
    list.append(row);
  }
  openDialog("keys", word("Keys"), list);
}
