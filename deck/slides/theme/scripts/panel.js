/* What a trick and a chart on a slide have in common: a button, a status, and events to show. */

const RESULTS = { cancelled: "stopped" };
const ENDINGS = {
  passed: () => word("passed in {time}"),
  failed: () => word("failed after {time}"),
  stopped: () => word("stopped after {time}"),
  skipped: () => word("skipped after {time}"),
  "timed out": () => word("timed out after {time}"),
};
const seconds = (time) => `${time.toFixed(2)} s`;

class Panel {
  /** `kind` names the classes of its button and its status. */
  constructor(element, id, kind) {
    this.element = element;
    this.id = id;
    this.status = element.querySelector(`.${kind}-status`);
    this.button = element.querySelector(`.${kind}-run`);
    this.atRest = this.status.textContent;
    this.running = null; // the source that is at work
    this.run = undefined; // its number, where the source gives one
    this.button?.addEventListener("click", () => this.acting.press());
  }

  get slide() { return this.element.closest("section"); }

  /** What its button acts on. */
  get acting() { return this; }

  press() { this.running ? this.stop() : this.start(); }

  get offer() { return sources.find((source) => source.can(this)); }

  labelOf(source) { return source.label; }

  refresh() {
    const { running, offer } = this.acting;
    const source = running || offer;
    this.button.hidden = !source || source === following; // no dead button, ever
    this.button.textContent = running ? word("Stop") : source ? this.labelOf(source) : "";
    this.button.dataset.does = running ? "stop" : source?.name || "";
    speakerView.changed();
  }

  start(source = this.offer) {
    if (!this.running) source?.start(this);
  }

  stop() { this.running?.stop(this); }

  say(text, result) {
    this.status.textContent = text;
    this.status.dataset.result = result;
  }

  handle(source, event) {
    if (event.run !== undefined && event.run === this.dismissed) return;
    const { kind, text } = event;
    if (kind === "start") {
      this.begin(source, event);
      // Where it is and what holds there; as much of it as there is room for.
      const [place] = (text || "").split(":");
      this.status.title = text || "";
      this.say(event.said || [this.atWork, place].filter(Boolean).join(" · "), event.result || "running");
    } else if (kind === "status") this.say(text, "running");
    else if (kind === "end") {
      this.end(event);
      this.running = null;
      const result = RESULTS[event.result] || event.result;
      this.say(event.said || this.ending(result, event), result);
    } else this.show(event);
    this.refresh();
  }

  begin(source, event) {
    if (this.running && this.running !== source) this.running.drop?.(this);
    this.running = source;
    this.run = event.run;
  }

  end() { /* nothing to close */ }

  show() { /* an event that this kind of panel does not know */ }

  get atWork() { return word("running"); }

  ending(result, { time, text }) {
    const how = fill(ENDINGS[result]?.() ?? `${result}, {time}`, { time: seconds(time) });
    return text ? `${how}: ${text}` : how;
  }

  /** The connection broke: what the run does from here on nobody will tell. */
  lose(source) {
    if (this.running !== source) return;
    this.running = null;
    this.say(word("lost: the stage does not answer"), "lost");
  }

  /** Goes on where the panel was that showed this before its slide became another one. */
  takeOver(old) {
    if (!old.status.dataset.result) return;
    this.status.replaceWith(old.status);
    for (const name of ["status", "running", "run", "dismissed", "touched"]) this[name] = old[name];
    this.refresh();
  }

  /** The program was edited: what an earlier run told is of the old one. */
  forget() {
    if (this.running || !this.status.dataset.result) return;
    delete this.status.dataset.result;
    this.rest();
    this.refresh();
  }

  /** As it was before any run. */
  rest() { this.status.textContent = this.atRest; }

  /** Its slide is shown. */
  arrive() { /* as it was left */ }

  explain() { finish(this.explaining()); }

  /** The same in pieces, each of which may have the browser lay out the slide. */
  *explaining() { /* it has no explanations */ }
}
