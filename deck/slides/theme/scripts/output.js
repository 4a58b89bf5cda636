/* Lines of output: who says them, when, and a traceback folded to what it says. */

const SPEAKER = /^([\w/][\w ./,'-]{0,35}):(?= |$)/;
const COLUMNS = /\S {2,}\S.* {2,}\S/; // a row of a table: its columns must stay under each other
const LAST_WORD = /: (dead|killed)$/; // a lane ends there
const FRAME = 16; // ms
const MAX_LINES = 2000; // older lines of an endless program leave the page

/** The place a line comes from, told by who says it: the talk's SPEAKERS (examples/talk.py). */
function placeOf(speaker) {
  for (const [place, words] of Object.entries(settings.speakers || {}))
    if (words.some((each) => speaker.startsWith(each))) return place;
  return "process";
}

function lineElement(text, stream) {
  const line = make("span", stream === "stderr" ? "line error" : "line");
  const speaker = SPEAKER.exec(text);
  if (speaker) {
    line.dataset.place = placeOf(speaker[1]);
    line.append(make("b", "who", speaker[0]), text.slice(speaker[0].length) + "\n");
  } else {
    line.append(text + "\n");
  }
  return line;
}

class Output {
  constructor(pane) {
    this.pane = pane;
    this.pre = pane.querySelector("pre");
    this.waiting = []; // lines on their way into the page
    this.lanes = every(".lane", pane).map((lane) => lane.textContent);
  }

  /** Shows what another pane shows. */
  takeOver(old) {
    old.flush();
    this.pre.replaceWith(old.pre);
    Object.assign(this, { pre: old.pre, time: old.time });
  }

  clear() {
    this.waiting = [];
    this.pre.replaceChildren();
    this.time = "";
  }

  /** `host` is whose program says it, where two play on a cable: its errors name no speaker. */
  add(text, stream, time, host) {
    const line = lineElement(text, stream);
    const label = seconds(time);
    if (label !== this.time) line.dataset.time = this.time = label;
    const lane = this.lanes.indexOf(host || SPEAKER.exec(text)?.[1]);
    if (lane >= 0) line.style.setProperty("--lane", line.dataset.lane = lane);
    line.toggleAttribute("data-end", lane >= 0 && LAST_WORD.test(text));
    if (COLUMNS.test(text)) this.pre.classList.add("columns");
    this.waiting.push(line);
    // A line goes to the page at once. What a fast program says right after it follows together:
    // one layout for many lines, not one for each.
    if (!this.resting) this.flush();
  }

  flush() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.resting = 0;
      if (this.waiting.length) this.flush();
    }, FRAME);
    const { pane, pre } = this;
    const atEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 40;
    pre.append(...this.waiting.splice(0).slice(-MAX_LINES));
    while (pre.childElementCount > MAX_LINES) pre.firstElementChild.remove();
    // Whoever scrolled up to read is left alone.
    if (atEnd) this.toEnd();
  }

  toEnd() { this.pane.scrollTop = this.pane.scrollHeight; }

  /** Python's last traceback becomes its last line and the line of code it names, which opens.
      Returns that line of code, "" without a traceback. */
  foldTraceback() {
    const lines = every(":scope > .line.error", this.pre);
    const first = lines.findIndex((line) => line.textContent.startsWith("Traceback (most recent"));
    if (first < 0) return "";
    const said = lines.slice(first).map((line) => line.textContent.trimEnd());
    const error = said.findLastIndex((text) => (/^[\w.]+(Error|Exception|Exit|Interrupt|Warning|Group)?\b(:|$)/.test(text)));
    const frame = said.findLastIndex((text) => (/^  File ".*examples[/].*", line \d+/.test(text)));
    if (error < 0) return "";
    const fold = make("details", "traceback");
    const summary = make("summary", "", said[error]);
    const [, line] = /, line (\d+)/.exec(said[frame] || "") || [];
    const code = line ? said[frame + 1].trim() : "";
    if (code) summary.append("\n", make("code", "", word("line {line}: {code}", { line, code })));
    lines[first].before(fold);
    fold.append(summary, ...lines.slice(first, first + error + 1));
    this.toEnd();
    return code;
  }
}
