/* The bar: what can be done, for hands without the keys. It comes with a moving pointer and with
   the keyboard's focus, and leaves a pointer at rest alone with the slide; on touch it stays. */

const REST = 2500; // ms until a pointer is at rest

/** Its buttons: name (of the icon), label, key, act; those marked `more` fold away on a phone. */
const TOOLS = [
  { name: "contents", label: word("Contents"), key: "C", act: () => contents.open(false) },
  { name: "previous", label: word("Back"), act: () => turn.back() },
  { name: "place" },
  { name: "next", label: word("Next"), act: () => turn.on() },
  { name: "find", label: word("Find"), act: () => contents.open() },
  { name: "notes", label: word("Notes"), act: following.isHere ? null : () => notesPanel.toggle() },
  { name: "theme", label: word("Dark or light"), key: "T", act: () => theme.toggle(), more: true },
  { name: "smaller", label: word("Smaller text"), key: "-", act: () => textSize.step(-1), more: true },
  { name: "larger", label: word("Larger text"), key: "+", act: () => textSize.step(1), more: true },
  { name: "handout", label: word("Handout"), href: settings.handout, more: true },
  { name: "keys", label: word("Keys"), key: "?", act: () => openKeys(), more: true },
];

const bar = {
  add() {
    const root = document.documentElement;
    bar.element = make("nav", "deck-bar");
    bar.element.setAttribute("aria-label", word("The deck's controls"));
    bar.element.append(...TOOLS.map(barItem).filter(Boolean), moreButton());
    document.body.append(bar.element);
    const docked = matchMedia("(hover: none), (pointer: coarse)");
    const dock = () => { root.classList.toggle("touch", docked.matches); fit(); };
    docked.addEventListener("change", dock);
    dock();
    bar.wake();
    addEventListener("pointermove", bar.wake, { passive: true });
  },

  wake() {
    document.documentElement.classList.add("deck-awake");
    clearTimeout(bar.resting);
    bar.resting = setTimeout(() => document.documentElement.classList.remove("deck-awake"), REST);
  },

  /** Where one is, in numbers. */
  update() {
    const total = Reveal.getTotalSlides();
    bar.place.textContent = `${Reveal.getIndices().h + 1} / ${total}`;
  },
};

function barItem({ name, label, key, act, href, more }) {
  if (name === "place") return (bar.place = make("span", "place"));
  if (!act && (!href || document.documentElement.dataset.stage)) return null;
  const item = make(href ? "a" : "button", `icon icon-${name}${more ? " more" : ""}`);
  item.setAttribute("aria-label", label);
  item.title = key ? `${label} (${key})` : label;
  if (href) item.href = href;
  else item.addEventListener("click", act);
  return item;
}

/** On a phone the rarer ones come when asked for. */
function moreButton() {
  const button = make("button", "icon icon-more");
  button.setAttribute("aria-label", word("More"));
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    const open = bar.element.classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
  });
  return button;
}

/** What the speaker says to this slide, beside it. */
const notesPanel = {
  toggle() {
    if (notesPanel.element) {
      notesPanel.element.remove();
      notesPanel.element = null;
      return;
    }
    notesPanel.element = make("section", "deck-notes");
    notesPanel.element.tabIndex = 0;
    notesPanel.element.setAttribute("aria-label", word("Notes"));
    // Where a slide scrolls, nothing of it is to lie below.
    (scrolls() ? dock : document.body).append(notesPanel.element);
    notesPanel.update();
  },

  update() {
    if (!notesPanel.element) return;
    const notes = every("aside.notes", Reveal.getCurrentSlide());
    const said = notes.flatMap((aside) => [...aside.cloneNode(true).childNodes]);
    const none = parts.missing.has(NOTES_PART) ? "" : word("There are no notes to this slide.");
    notesPanel.element.replaceChildren(...(notes.length ? said : [none]));
  },
};
