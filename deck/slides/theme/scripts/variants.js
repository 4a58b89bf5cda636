/* "What if ...?": the variants of a trick. A switch at the line, or the key w, goes to the next one
   and after the last back to the original. While one is chosen, the code shows old and new, its
   output has a pane of its own beside that of the original, and Run, Stop and Replay are its. */

/** How a run may have to end, in words. */
const shown = (shows, exception) => ({
  passes: word("passes"), "times out": word("times out"),
}[shows] ?? word("fails {exception}", { exception }));

const RAISED = /^(?:\w+\.)*(\w+(?:Error|Exception|Expired|Exit|Interrupt))\b/;

/** One variant: a panel whose id is that of its program, `unix.pass_fd~wrong_fd`. */
class VariantPanel extends TrickPanel {
  constructor(trick, data, place) {
    super(variantScreen(data, place), { ...data, id: `${trick.id}~${data.name}` });
    this.trick = trick;
    this.reset();
  }

  get slide() { return this.trick.slide; }

  get code() { return this.trick.element; }

  furnish() { /* its buttons are the trick's */ }

  refresh() { this.trick?.refresh(); }

  reset() { this.say(word("not run yet")); }

  rest() {
    this.output.clear();
    this.reset();
  }

  /** A run of it, wherever it was started, is seen. */
  showScreen() {
    this.trick.variants.choose(this.data.name);
    this.trick.showScreen();
  }

  begin(source, event) {
    this.raised = "";
    super.begin(source, event);
  }

  /** The last line of a recording that ends in an exception is that. */
  show(event) {
    const { data } = this;
    const [time, last] = data.events.at(-1) || [];
    const raised = this.running === recording && data.exception && event.time === time && event.text === last;
    const kind = raised ? "stderr" : event.kind;
    if (kind === "stderr") this.raised = RAISED.exec(event.text)?.[1] || this.raised;
    super.show({ ...event, kind });
  }

  handle(source, event) {
    const replayed = event.kind === "end" && event.result === "replay";
    super.handle(source, replayed ? { ...event, said: `${this.verdict(this.data.shows)} · ${event.said}` } : event);
    if (event.kind === "end") this.output.toEnd(); // what it says of the end takes room
  }

  ending(result, event) {
    const ended = { passed: "passes", "timed out": "times out", failed: `fails ${this.raised}` }[result];
    return ended ? `${this.verdict(ended)} · ${seconds(event.time)}` : super.ending(result, event);
  }

  /** How it ended, against how it has to end. */
  verdict(ended) {
    const { shows, exception } = this.data;
    const what = shown(ended, this.raised || word("otherwise"));
    this.asItShould = ended === shows;
    return this.asItShould
      ? word("{what}, as it should", { what })
      : word("{what}, and should end otherwise: {wanted}", { what, wanted: shown(shows, exception) });
  }
}

function variantScreen({ title, at, old, new: added }, place) {
  const screen = make("div", "trick-screen what-if");
  screen.setAttribute("role", "group");
  screen.setAttribute("aria-label", title);
  const head = make("p", "what-if-title", title);
  if (place) head.append(" ", make("small", "", place));
  const pane = make("div", "trick-output");
  pane.tabIndex = 0;
  pane.setAttribute("role", "log");
  pane.setAttribute("aria-label", word("Output of the variant"));
  pane.append(make("pre", ""));
  screen.append(head, ...(at < 0 ? [changeElement(old, added)] : []), make("output", "trick-status"), pane);
  return screen;
}

/** What is changed on a line that the slide does not show. */
function changeElement(old, added) {
  const change = make("pre", "what-if-change");
  change.tabIndex = 0; // a long one scrolls
  change.append(...old.map((text) => make("del", "", `${text.trim()}\n`)),
    ...added.map((text) => make("ins", "", `${text.trim()}\n`)));
  return change;
}

/** All variants of one trick on one slide. */
class Variants {
  constructor(trick) {
    this.trick = trick;
    this.all = trick.data.variants || [];
    this.made = new Map(); // name -> VariantPanel
    this.lines = every(".trick-code .line", trick.element);
    this.switches = this.switchesOf();
    this.label();
  }

  /** One switch for each line that is changed, and one in the bar that goes through all, as the key
      does: for what the slide does not show, and for fingers. */
  switchesOf() {
    if (!this.all.length) return [];
    const open = make("button", "what-if-open", word("What if ...?"));
    const lines = new Set(this.all.map(({ at }) => at).filter((at) => at >= 0));
    open.classList.toggle("at-lines", this.all.every(({ at }) => at >= 0));
    this.trick.again.after(open);
    const all = [{ button: open, mine: this.all }];
    for (const at of lines) {
      const button = make("button", "what-if-switch", "");
      this.lines[at].lastChild.splitText(this.lines[at].lastChild.length - 1).before(button);
      all.push({ button, mine: this.all.filter((variant) => variant.at === at) });
    }
    for (const { button, mine } of all) button.addEventListener("click", () => this.next(mine));
    return all;
  }

  named(name) {
    const at = this.all.findIndex((variant) => variant.name === name);
    if (at < 0) return null;
    const place = this.all.length > 1 ? `${at + 1} / ${this.all.length}` : "";
    if (!this.made.has(name)) this.made.set(name, new VariantPanel(this.trick, this.all[at], place));
    return this.made.get(name);
  }

  get chosen() { return this.made.get(chosen.names[this.trick.id]); }

  /** The next of these; after the last one, the original. */
  next(some = this.all) {
    if (!some.length) return;
    const at = some.findIndex(({ name }) => name === this.chosen?.data.name);
    this.choose(some[at + 1]?.name ?? "");
    if (!this.chosen) return tell(word("The program as it is"));
    const { title, old, new: added } = this.chosen.data;
    tell(`${title} ${word("Instead of {old}: {new}", { old: old.join(" ").trim(), new: added.join(" ").trim() })}`);
    this.trick.showScreen();
    if (scrolls()) this.chosen.element.scrollIntoView({ block: "nearest" });
  }

  /** The variant of this name; with none, the program as it is. The deck's other windows follow. */
  choose(name) {
    if (name === (this.chosen?.data.name ?? "")) return;
    chosen.keep(this.trick.id, name);
    chosen.show(this.trick.id);
  }

  /** Puts what is chosen on the slide. */
  show() {
    const { element, screen } = this.trick;
    const now = this.named(chosen.names[this.trick.id]);
    every(".trick-screen.what-if, .trick-code .line.new", element).forEach((old) => old.remove());
    this.lines.forEach((line, index) => line.classList.toggle("gone", Boolean(now?.data.gone.includes(index))));
    element.classList.toggle("varied", Boolean(now));
    if (now) {
      screen.after(now.element);
      this.showLines(now.data);
      this.trick.output.toEnd(); // the proof, in a pane that is smaller now
      now.output.toEnd();
    }
    this.label(now);
    this.trick.refresh();
  }

  showLines({ name, at }) {
    if (at < 0) return;
    const lines = this.trick.element.querySelector(`template[data-variant="${CSS.escape(name)}"]`);
    this.lines[at].after(lines.content.cloneNode(true));
    const pane = this.lines[at].closest(".highlight");
    const below = this.lines[at].offsetTop + 4 * this.lines[at].offsetHeight - pane.clientHeight;
    if (below > pane.scrollTop) pane.scrollTop = below;
  }

  label(now) {
    for (const { button, mine } of this.switches) {
      const pressed = mine.some(({ name }) => name === now?.data.name);
      button.setAttribute("aria-pressed", String(pressed));
      button.title = `${mine.map(({ title }) => title).join("\n")}\n(W)`;
      if (!button.textContent) button.setAttribute("aria-label", pressed ? now.data.title : mine[0].title);
    }
  }
}

/** Which variant each trick shows: in all windows of the deck, and after a reload. */
const chosen = {
  names: (() => {
    try { return JSON.parse(sessionStorage.getItem("deck-chosen")) || {}; } catch { return {}; }
  })(),

  note(id, name) {
    if (name) chosen.names[id] = name;
    else delete chosen.names[id];
    try { sessionStorage.setItem("deck-chosen", JSON.stringify(chosen.names)); } catch { /* this page only */ }
  },

  keep(id, name) {
    chosen.note(id, name);
    recording.tell({ choose: id, name });
  },

  show: (id) => panels.of(id).forEach((panel) => panel.variants?.show()),

  listen() {
    recording.channel?.addEventListener("message", ({ data }) => {
      if (data.page !== location.pathname || !data.choose) return;
      chosen.note(data.choose, data.name);
      chosen.show(data.choose);
    });
  },
};
