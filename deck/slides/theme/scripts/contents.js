/* Contents and search: chapters, titles, where one is; what is typed filters titles, words, code,
   and, when asked, notes. */

// What is no word of the slide's own, and its title, which has a place of its own.
const UNSAID = "script, style, aside.notes, button, .slide-no, .slide-footer, .the-answer, .verdict, h1, h2, h3, svg desc";
const MANY = 60; // results that are worth looking through

const contents = {
  entries: null,

  open(typing = true) {
    if (dialogIsOpen()) return;
    contents.entries ||= Reveal.getSlides().map(contentsEntry);
    parts.all().then(() => show());
    const field = make("input", "");
    field.type = "search";
    field.setAttribute("aria-label", word("Find in titles, words and code"));
    field.placeholder = word("Find");
    field.autocomplete = "off";
    const notes = make("input", "");
    notes.type = "checkbox";
    const inNotes = make("label", "");
    inNotes.append(notes, word("in the notes as well"));
    const count = make("output", "count");
    const list = make("ol", "");
    list.tabIndex = -1;
    const find = make("div", "find");
    find.append(...(following.isHere ? [field, count] : [field, inNotes, count]));
    const dialog = openDialog("contents", word("Contents"), find, list);
    const show = () => contents.show(list, count, field.value, notes.checked);
    field.addEventListener("input", show);
    notes.addEventListener("change", show);
    list.addEventListener("click", (event) => event.target.closest("a") && closeDialog(dialog));
    dialog.addEventListener("keydown", (event) => contents.key(event, field, list));
    show();
    const here = list.querySelector("[aria-current]");
    (typing ? field : here || field).focus();
    here?.scrollIntoView({ block: "center" });
  },

  /** Enter goes to the first result; the arrows go through the list. */
  key(event, field, list) {
    const links = every("a", list);
    const at = links.indexOf(document.activeElement);
    if (event.key === "Enter" && event.target === field && field.value) links[0]?.click();
    else if (event.key === "ArrowDown") (links[at + 1] || links.at(-1))?.focus();
    else if (event.key === "ArrowUp") (at > 0 ? links[at - 1] : field).focus();
    else return;
    event.preventDefault();
  },

  show(list, count, query, inNotes) {
    const terms = query.toLowerCase().split(/\s+/).filter(Boolean);
    const found = terms.length ? contents.find(terms, inNotes) : contents.entries.map((entry) => ({ entry }));
    list.replaceChildren(...found.slice(0, terms.length ? MANY : Infinity).map(contentsItem));
    count.textContent = terms.length ? word("{count} slides", { count: found.length }) : "";
  },

  /** Slides with all the terms, those with them in the title first. */
  find(terms, inNotes) {
    const inTitle = [], inText = [];
    if (parts.complete) contents.entries.forEach(readEntry);
    for (const entry of contents.entries) {
      const text = inNotes ? `${entry.text} ${entry.notes}` : entry.text;
      const lower = `${entry.title} ${text}`.toLowerCase();
      if (terms.every((term) => entry.title.toLowerCase().includes(term))) inTitle.push({ entry });
      else if (terms.every((term) => lower.includes(term))) inText.push({ entry, excerpt: excerpt(text, terms) });
    }
    return [...inTitle, ...inText];
  },
};

function contentsEntry(slide, index) {
  return {
    slide,
    number: index + 1,
    title: titleOf(slide) || word("Slide {number}", { number: index + 1 }),
    chapter: isChapter(slide),
    text: "",
    notes: "",
  };
}

/** What is on its slide: read when first one looks for something. */
function readEntry(entry) {
  if (entry.read) return;
  const kept = shelf.kept.get(entry.slide);
  const copy = typeof kept === "string" ? elements(kept) : (kept || entry.slide).cloneNode(true);
  entry.notes = spaced(every("aside.notes", copy).map((aside) => aside.textContent).join(" "));
  every(UNSAID, copy).forEach((element) => element.remove());
  entry.text = spaced(copy.textContent);
  entry.read = true;
}

const spaced = (text) => text.replace(/\s+/g, " ").trim();

function contentsItem({ entry, excerpt }) {
  const item = make("li", entry.chapter ? "chapter" : "");
  const link = make("a", "");
  link.href = addressOf(entry.slide);
  link.append(make("span", "number", String(entry.number)), make("span", "title", entry.title));
  if (excerpt) link.append(excerpt);
  if (entry.slide === Reveal.getCurrentSlide()) link.setAttribute("aria-current", "location");
  item.append(link);
  return item;
}

/** The words around the first term, with the terms marked. */
function excerpt(text, terms) {
  const lower = text.toLowerCase();
  const at = Math.max(0, ...terms.map((term) => lower.indexOf(term)).filter((place) => place >= 0).slice(0, 1));
  const from = Math.max(0, at - 40);
  const piece = text.slice(from, at + 80);
  const escaped = terms.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const found = make("span", "excerpt");
  piece.split(new RegExp(`(${escaped.join("|")})`, "i")).forEach((part, index) =>
    found.append(index % 2 ? make("mark", "", part) : part));
  return found;
}
