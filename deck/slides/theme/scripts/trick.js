/* A trick on a slide: its code with explanations, and the output that a source tells. */

const CAN_REPLAY = new Set(["failed", "timed out", "lost", "stopped"]);

class TrickPanel extends Panel {
  constructor(element, data = JSON.parse(element.querySelector(".trick-data").textContent)) {
    super(element, data.id, "trick");
    this.data = data;
    this.screen = element.querySelector(".trick-screen") || element;
    this.output = new Output(element.querySelector(".trick-output"));
    this.furnish();
    this.refresh();
  }

  furnish() {
    this.again = make("button", "trick-replay", word("Replay"));
    this.again.addEventListener("click", () => this.acting.replay());
    this.edit = make("button", "trick-edit", word("Edit"));
    this.edit.addEventListener("click", () => workbench.open(this));
    this.button.after(this.again, this.edit);
    openMarks(this);
    this.addCopyButtons();
    this.variants = new Variants(this);
    if (chosen.names[this.id]) this.variants.show();
  }

  /** What its buttons and keys act on: the variant that is chosen, or the trick itself. */
  get acting() { return this.variants?.chosen || this; }

  /** Where its code is. */
  get code() { return this.element; }

  refresh() {
    super.refresh();
    // A run that went wrong took the recording off the screen: it is one click away.
    const { acting } = this;
    const wanted = CAN_REPLAY.has(acting.status.dataset.result) || acting.offer === linux;
    this.again.hidden = acting.running || !wanted
      || acting.asItShould || acting.offer === recording || !recording.can(acting);
    this.edit.hidden = !workbench.canOpen(this);
    this.button.title = acting.offer === recording ? linux.hint() : "";
    const refused = sources.map((source) => source.whyNot(this)).find(Boolean);
    if (refused && !this.running && !this.touched) this.say(refused, "skipped");
  }

  /** Whatever is running, or was: the recording. A run on the stage is stopped and no longer told. */
  replay() {
    if (!recording.can(this)) return;
    if (this.running && this.running !== recording) {
      this.dismissed = this.run;
      this.running.stop(this);
    }
    this.running = null;
    recording.start(this);
  }

  takeOver(old) {
    if (old.touched) this.output.takeOver(old.output);
    super.takeOver(old);
    for (const [name, panel] of old.variants?.made || []) this.variants?.named(name)?.takeOver(panel);
  }

  rest() {
    super.rest();
    this.touched = false;
    this.output.clear();
    this.data.events.forEach(([time, text]) => this.output.add(text, "stdout", time));
  }

  begin(source, event) {
    super.begin(source, event);
    this.touched = true;
    this.output.clear();
    every(".line.failed", this.code).forEach((line) => line.classList.remove("failed"));
    this.showScreen();
  }

  show({ kind, text, time, host }) {
    if (kind === "stdout" || kind === "stderr") this.output.add(text, kind, time, host);
  }

  end() {
    this.output.flush();
    const code = this.output.foldTraceback();
    if (code) this.markFailed(code);
  }

  /** The line of the slide that the traceback names. */
  markFailed(code) {
    const lines = every(".trick-code .line:not(.gone)", this.code);
    lines.find((line) => codeOf(line).trim() === code)?.classList.add("failed");
  }

  /** Output that nobody can see is no output: take its step if it was not taken yet. */
  showScreen() {
    if (this.slide === Reveal.getCurrentSlide() && this.screen.classList.contains("fragment"))
      Reveal.navigateFragment(Number(this.screen.dataset.fragmentIndex));
  }

  explaining() { return explaining(this.element); }

  /** Where the output is longer than its pane, the proof, its last line, is what counts. */
  arrive() { this.output.toEnd(); }

  addCopyButtons() {
    const code = every(".trick-code .line", this.element).map(codeOf).join("");
    this.element.querySelector(".trick-code").append(copyButton(word("Copy the code"), code));
    const command = this.element.querySelector(".command");
    command.after(copyButton(word("Copy the command"), command.textContent));
  }
}

/** A line's code without the mark of its explanation. */
const codeOf = (line) => line.textContent.replace(/ [❶-❿]\n$/u, "\n");
