/* The workbench: a whole program to change and to run on the Linux in this page. Nothing leaves the
   tab; what is changed is kept by this browser, and can travel in a link. */

"use strict";

window.deckWorkbench = ({ machine, word, make, memory, load, base }) => {
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = new URL("workbench.css", base);
  document.head.append(style);

  async function squeezed(text, Stream) {
    return new Uint8Array(await new Response(new Blob([text]).stream().pipeThrough(Stream)).arrayBuffer());
  }

  /** A program as a part of an address, and back. */
  async function packed(text) {
    const bytes = await squeezed(text, new CompressionStream("deflate"));
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
      .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }
  async function unpacked(text) {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    return new TextDecoder().decode(await squeezed(bytes, new DecompressionStream("deflate")));
  }

  /** Lines against the recording's, as [sign, line]: " " both, "+" new, "-" missing. */
  function compared(recorded, said) {
    const longest = recorded.map(() => []).concat([[]]);
    for (let i = recorded.length; i >= 0; i--)
      for (let j = said.length; j >= 0; j--)
        longest[i][j] = i === recorded.length || j === said.length ? 0
          : recorded[i] === said[j] ? longest[i + 1][j + 1] + 1
          : Math.max(longest[i + 1][j], longest[i][j + 1]);
    const lines = [];
    let i = 0, j = 0;
    while (i < recorded.length || j < said.length) {
      const both = i < recorded.length && recorded[i] === said[j];
      const added = i === recorded.length || (j < said.length && longest[i][j + 1] >= longest[i + 1][j]);
      lines.push(both ? [" ", said[j]] : added ? ["+", said[j]] : ["-", recorded[i]]);
      if (both || !added) i += 1;
      if (both || added) j += 1;
    }
    return lines;
  }

  class Workbench {
    constructor(id, original, { variants, hosts, recorded }) {
      Object.assign(this, { id, original, hosts, key: `edit-${id}`, recorded: this.inOrder(recorded, hosts) });
      this.dialog = make("dialog", "deck-workbench");
      this.dialog.setAttribute("aria-label", word("Change and run {id}", { id }));
      // The deck's keys are not for who types here.
      for (const kind of ["keydown", "keyup", "keypress"])
        this.dialog.addEventListener(kind, (event) => event.stopPropagation());
      this.dialog.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.run();
      });
      // Focus stays in what is hidden until the next frame, and so would a key that comes before.
      this.dialog.addEventListener("cancel", () => document.activeElement.blur());
      this.dialog.addEventListener("close", () => this.leave());
      this.code = make("div", "code");
      this.status = make("output", "status");
      this.pane = make("pre", "said");
      this.pane.tabIndex = 0;
      this.pane.setAttribute("role", "log");
      this.pane.setAttribute("aria-label", word("Output"));
      const result = make("div", "result");
      result.append(this.status, this.pane);
      const work = make("div", "work");
      work.append(this.code, result);
      this.dialog.append(this.head(variants), work, this.foot());
      document.body.append(this.dialog);
    }

    button(text, act, className = "") {
      const button = make("button", className, text);
      button.addEventListener("click", act);
      return button;
    }

    head(variants) {
      const head = make("header", "");
      const chips = make("div", "chips");
      for (const variant of variants)
        chips.append(this.button(variant.title, () => {
          this.editor.text = this.original.replace(variant.replace, () => variant.with);
          const before = this.original.slice(0, this.original.indexOf(variant.replace));
          this.editor.show(before.split("\n").length);
          this.run();
        }));
      head.append(make("h2", "", this.id), this.button(word("Close"), () => this.dialog.close(), "close"));
      if (variants.length) head.append(chips);
      return head;
    }

    foot() {
      const foot = make("footer", "");
      this.runs = this.button(word("Run"), () => (machine.busy ? machine.stop() : this.run()), "run");
      this.link = this.button(word("Copy a link"), () => this.share());
      foot.append(this.runs, this.button(word("Reset"), () => this.reset()), this.link);
      return foot;
    }

    async open(text) {
      await load("editor.js");
      this.editor ||= window.deckEditor(
        this.code, text ?? memory.get(this.key) ?? this.original, word("The program {id}", { id: this.id }),
        (now) => this.keep(now));
      if (text !== undefined) this.editor.text = text;
      this.dialog.showModal();
      this.editor.focus();
    }

    keep(text) { memory.set(this.key, text === this.original ? null : text); }

    reset() {
      this.editor.text = this.original;
      this.pane.replaceChildren();
      this.say("");
      this.editor.focus();
    }

    say(text, result = "") {
      this.status.textContent = text;
      this.status.dataset.result = result;
    }

    run() {
      this.said = [];
      this.pane.replaceChildren();
      this.runs.textContent = word("Stop");
      const given = { changed: this.editor.text, place: this.runs.parentElement };
      machine.start(this.id, (event) => this.hear(event), given);
    }

    hear({ kind, text, time, result, said }) {
      if (kind === "start" || kind === "status") this.say(said || text, "running");
      else if (kind === "end") this.ended(result, said || text, time);
      else {
        if (kind === "stdout") this.said.push(text);
        this.line(kind === "stderr" ? "error" : "", text);
      }
    }

    line(kind, text) {
      this.pane.append(make("span", `line ${kind}`, text + "\n"));
      while (this.pane.childElementCount > 2000) this.pane.firstElementChild.remove();
      this.pane.scrollTop = this.pane.scrollHeight;
    }

    ended(result, text, time) {
      this.runs.textContent = word("Run");
      const how = `${word(result)}, ${time.toFixed(2)} s`;
      const [where, line] = this.failed();
      if (line) this.editor.show(line);
      this.say([how, text, where].filter(Boolean).join(": "), result);
      if (result === "passed") this.compare();
    }

    /** Where the program failed, by the last line of its own in the traceback. */
    failed() {
      const errors = [...this.pane.querySelectorAll(".error")].map((line) => line.textContent);
      const file = this.id.split(".").at(-1) + ".py";
      const frame = errors.findLast((text) => text.includes(`/${file}", line `));
      const line = Number(/line (\d+)/.exec(frame || "")?.[1] || 0);
      return line ? [word("line {line}", { line }), line] : ["", 0];
    }

    /** Two machines speak at the same time: only what each says has an order. */
    inOrder(lines, hosts) {
      const host = (text) => hosts.findIndex((name) => text.startsWith(`${name}:`));
      return [...lines].sort((one, other) => host(one) - host(other));
    }

    compare() {
      const lines = compared(this.recorded, this.inOrder(this.said, this.hosts));
      const same = lines.every(([sign]) => sign === " ");
      this.status.append(` · ${same ? word("as recorded") : word("not as recorded")}`);
      if (same) return;
      for (const line of [...this.pane.children].filter((line) => !line.matches(".error"))) line.remove();
      for (const [sign, text] of lines)
        this.line({ "+": "new", "-": "missing", " ": "" }[sign], sign === " " ? text : `${sign} ${text}`);
    }

    async share() {
      const address = new URL(location.href);
      address.hash = `#/${this.id}/edit:${await packed(this.editor.text)}`;
      try {
        await navigator.clipboard.writeText(address.href);
        this.say(word("The link is copied: it carries your program, and runs nothing by itself"));
      } catch {
        this.say(address.href);
      }
    }

    leave() { if (machine.busy === this.id) machine.stop(); }
  }

  const benches = new Map();
  return {
    async open(id, recorded, carried) {
      const { parts, tricks, variants } = await machine.catalogue();
      if (!benches.has(id))
        benches.set(id, new Workbench(id, parts[tricks[id].program],
          { variants: variants[id] || [], hosts: tricks[id].hosts, recorded }));
      await benches.get(id).open(carried && await unpacked(carried));
    },
  };
};
