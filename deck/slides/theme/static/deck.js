/* What the slides do in the browser, beyond what reveal.js brings: tricks that run or replay,
   explanations, themes, phones. Everything that comes from a program or a socket is text and is
   only ever set as textContent. No build step, nothing loaded from anywhere. */
"use strict";

(() => {
  const SLIDE = { width: 1920, height: 1080, margin: 0, minScale: 0.05, maxScale: 4 };
  const PHONE = matchMedia("screen and (max-aspect-ratio: 1/1) and (max-width: 900px)");
  const MAX_LINES = 2000; // older lines of an endless program leave the page
  const CIRCLED = " ❶❷❸❹❺❻❼❽❾❿";

  const every = (selector, root = document) => [...root.querySelectorAll(selector)];

  function make(tag, className, text = "") {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    if (tag === "button") element.type = "button";
    return element;
  }

  // ---- One trick on a slide -------------------------------------------------------------------

  const WIRE = /^(wire|network|router|bridge|switch|link)/;
  const SPEAKER = /^([A-Za-z][\w ./-]{0,23}):(?= |$)/;

  /** The place a line comes from, told by who says it; deck/directives/html.py knows the same rule. */
  function placeOf(speaker) {
    if (speaker.startsWith("kernel")) return "kernel";
    return WIRE.test(speaker) ? "wire" : "process";
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

  const WORDS = { cancelled: "stopped" };
  const seconds = (time) => `${time.toFixed(2)} s`;

  class Panel {
    constructor(element) {
      this.element = element;
      this.data = JSON.parse(element.querySelector(".trick-data").textContent);
      this.id = this.data.id;
      this.screen = element.querySelector(".trick-screen");
      this.output = element.querySelector(".trick-output");
      this.pre = this.output.querySelector("pre");
      this.status = element.querySelector(".trick-status");
      this.button = element.querySelector(".trick-run");
      this.running = ""; // "", "run" (on the stage) or "replay" (in this page)
      this.timers = [];
      this.waiting = []; // lines on their way into the page
      this.button.addEventListener("click", () => (this.running ? this.stop() : this.start()));
      every(".mark", element).forEach((mark) => this.openMark(mark));
      this.addCopyButtons();
      this.refresh();
    }

    // -- what the button offers

    /** "run" when the stage would run it, "replay" when only the recording can, else "". */
    get offer() {
      if (stage.canRun(this.id)) return "run";
      return this.data.events.length ? "replay" : "";
    }

    refresh() {
      const label = this.running ? "Stop" : { run: "Run", replay: "Replay" }[this.offer];
      this.button.hidden = !label; // no dead button, ever
      this.button.textContent = label || "";
      this.button.dataset.does = this.running ? "stop" : this.offer;
      const refused = stage.whyNot(this.id);
      if (refused && !this.running && !this.touched) this.say(`${refused}`, "skipped");
    }

    start() {
      if (this.running) return;
      if (this.offer === "run") stage.send({ run: this.id });
      else if (this.offer === "replay") {
        windows.tell({ replay: this.id });
        this.replay();
      }
    }

    stop() {
      if (this.running === "run") stage.send({ stop: this.id });
      if (this.running === "replay") {
        windows.tell({ stop: this.id });
        this.endReplay("stopped");
      }
    }

    // -- what is on the screen

    clear() {
      this.touched = true;
      this.timers.forEach(clearTimeout);
      this.timers = [];
      this.waiting = [];
      this.pre.replaceChildren();
      this.time = "";
      this.showScreen();
    }

    /** Output that nobody can see is no output: take its step if it was not taken yet. */
    showScreen() {
      const here = this.element.closest("section") === Reveal.getCurrentSlide();
      if (here && this.screen.classList.contains("fragment"))
        Reveal.navigateFragment(Number(this.screen.dataset.fragmentIndex));
    }

    say(text, result) {
      this.status.textContent = text;
      this.status.dataset.result = result;
    }

    add(text, stream, time) {
      const line = lineElement(text, stream);
      const label = seconds(time);
      if (label !== this.time) line.dataset.time = this.time = label;
      this.waiting.push(line);
      // A fast program's lines go to the page together: one layout for many, not one for each.
      this.flushing ||= setTimeout(() => this.flush(), 16);
    }

    flush() {
      clearTimeout(this.flushing);
      this.flushing = 0;
      const pane = this.output;
      const atEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 40;
      this.pre.append(...this.waiting.splice(0).slice(-MAX_LINES));
      while (this.pre.childElementCount > MAX_LINES) this.pre.firstElementChild.remove();
      // Whoever scrolled up to read is left alone.
      if (atEnd) pane.scrollTop = pane.scrollHeight;
    }

    // -- a run on the stage, told event by event

    handle(event) {
      const { kind, text, time, result } = event;
      if (kind === "start") {
        this.clear();
        this.running = "run";
        this.say("running", "running");
      } else if (kind === "status") this.say(text, "running");
      else if (kind === "stdout" || kind === "stderr") this.add(text, kind, time);
      else if (kind === "end") {
        this.flush();
        this.running = "";
        const word = WORDS[result] || result;
        this.say(`${word} ${after(result)} ${seconds(time)}${text ? `: ${text}` : ""}`, word);
      }
      this.refresh();
    }

    /** The connection broke: what the run does from here on nobody will tell. */
    lose() {
      if (this.running !== "run") return;
      this.running = "";
      this.say("lost: the stage does not answer", "failed");
    }

    // -- a replay of the recording, at its own pace

    replay() {
      this.clear();
      this.running = "replay";
      this.say(this.replayLabel(), "replay");
      for (const [time, text] of this.data.events)
        this.timers.push(setTimeout(() => this.add(text, "stdout", time), time * 1000));
      const last = this.data.events.at(-1)[0];
      this.timers.push(setTimeout(() => this.endReplay("replay"), last * 1000 + 1));
      this.refresh();
    }

    endReplay(result) {
      this.timers.forEach(clearTimeout);
      this.flush();
      this.running = "";
      this.say(result === "stopped" ? `stopped ${this.replayLabel()}` : this.replayLabel(), result);
      this.refresh();
    }

    replayLabel() {
      return `replay, recorded ${this.data.date}, Linux ${this.data.kernel}`;
    }

    // -- explanations, and copies

    openMark(mark) {
      const button = make("button", "mark", mark.textContent);
      const callout = this.element.querySelector(`.callout[data-mark="${mark.dataset.mark}"]`);
      callout.id ||= `${this.id}-callout-${mark.dataset.mark}-${Panel.count++}`;
      button.dataset.mark = mark.dataset.mark;
      button.setAttribute("aria-label", `Explanation ${mark.dataset.mark}`);
      button.setAttribute("aria-controls", callout.id);
      button.addEventListener("click", () => {
        const open = callout.classList.contains("current-fragment");
        Reveal.navigateFragment(open ? -1 : Number(callout.dataset.fragmentIndex));
      });
      mark.replaceWith(button);
    }

    explain() {
      explain(this.element);
      // Where the recording is longer than its pane, the proof, its last line, is what counts.
      if (!this.touched) this.output.scrollTop = this.output.scrollHeight;
    }

    addCopyButtons() {
      const code = every(".trick-code .line", this.element)
        .map((line) => line.textContent.replace(/ [❶-❿]\n$/u, "\n")).join("");
      this.element.querySelector(".trick-code").append(copyButton("Copy the code", code));
      const command = this.element.querySelector(".command");
      command.after(copyButton("Copy the command", command.textContent));
    }
  }
  Panel.count = 0;

  // ---- A chart on a slide: what was measured, and what the stage measures just now ---------------

  const SVG = "http://www.w3.org/2000/svg";
  const SHAPES = /^(svg|title|desc|g|path|line|rect|circle|text)$/;

  /** A drawing from the stage as an element; null unless it is SVG that only draws. */
  function drawing(text) {
    const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    const all = [root, ...every("*", root)];
    const draws = (element) => element.namespaceURI === SVG && SHAPES.test(element.localName)
      && ![...element.attributes].some(({ name }) => /^on|href|style/i.test(name));
    return root.localName === "svg" && all.every(draws) ? document.importNode(root, true) : null;
  }

  class ChartPanel {
    constructor(element) {
      this.element = element;
      this.id = `measurements.${element.dataset.chart}`;
      this.figure = element.querySelector("figure");
      this.status = element.querySelector(".chart-status");
      this.button = element.querySelector(".chart-run");
      this.running = ""; // "" or "run"
      this.button.addEventListener("click", () => (this.running ? this.stop() : this.start()));
      this.refresh();
    }

    refresh() {
      this.button.hidden = !stage.canRun(this.id);
      this.button.textContent = this.running ? "Stop" : "Measure again";
      this.button.dataset.does = this.running ? "stop" : "run";
    }

    start() {
      if (!this.running && stage.canRun(this.id)) stage.send({ run: this.id });
    }

    stop() {
      if (this.running) stage.send({ stop: this.id });
    }

    say(text, result) {
      this.status.textContent = text;
      this.status.dataset.result = result;
    }

    handle({ kind, text, time, result }) {
      if (kind === "start") {
        this.running = "run";
        this.say("measuring", "running");
      } else if (kind === "status") this.say(text, "running");
      else if (kind === "chart") this.show(JSON.parse(text)[this.element.dataset.key] || []);
      else if (kind === "end") {
        this.running = "";
        const word = result === "passed" ? "measured" : WORDS[result] || result;
        const said = `${word} ${after(result)} ${seconds(time)}${text ? `: ${text}` : ""}`;
        this.say(said, WORDS[result] || result);
      }
      this.refresh();
    }

    show(drawings) {
      const drawn = drawings.map(drawing).filter(Boolean);
      if (drawn.length) this.figure.replaceChildren(...drawn);
    }

    lose() {
      if (!this.running) return;
      this.running = "";
      this.say("lost: the stage does not answer", "failed");
    }

    explain() { /* it has no explanations */ }
  }

  /** Mark the line that is explained, and put the explanation at its height. */
  function explain(trick) {
    for (const callout of every(".callout", trick)) {
      const button = trick.querySelector(`.mark[data-mark="${callout.dataset.mark}"]`);
      const line = button.closest(".line");
      const open = callout.classList.contains("current-fragment");
      button.setAttribute("aria-expanded", String(open));
      line.classList.toggle("explained", open);
      if (open) callout.style.setProperty("--at", `${heightOf(line, callout)}px`);
    }
  }

  function heightOf(line, callout) {
    const column = callout.parentElement;
    const distance = line.getBoundingClientRect().top - column.getBoundingClientRect().top;
    const wanted = distance / Reveal.getScale() - 12;
    return Math.max(0, Math.min(wanted, column.clientHeight - callout.offsetHeight));
  }

  const after = (result) => (result === "passed" ? "in" : "after");

  function copyButton(label, text) {
    const button = make("button", "copy");
    button.setAttribute("aria-label", label);
    button.title = label;
    button.addEventListener("click", async () => {
      button.dataset.done = (await copy(text)) ? "yes" : "no";
      setTimeout(() => delete button.dataset.done, 1500);
    });
    return button;
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // A page from a plain file or plain HTTP has no clipboard: the old way still works there.
      const area = make("textarea", "copied", "");
      area.value = text;
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  }

  // ---- The stage: a local server that runs tricks -----------------------------------------------

  const stage = {
    socket: null,
    tricks: null, // what the stage said it can run; null while it does not answer
    wait: 1000,
    reloadWhenIdle: false,

    canRun: (id) => Boolean(stage.tricks?.[id]?.runnable),
    whyNot: (id) => (stage.tricks?.[id]?.runnable === false && stage.tricks[id].reason) || "",
    send: (message) => stage.socket.send(JSON.stringify(message)),

    /** Only a page that a stage served for this user carries the address; else nothing is asked. */
    connect() {
      const path = document.documentElement.dataset.stage;
      if (!path) return;
      const scheme = location.protocol === "https:" ? "wss:" : "ws:";
      stage.socket = new WebSocket(`${scheme}//${location.host}${path}`);
      stage.socket.addEventListener("message", (event) => stage.hear(JSON.parse(event.data)));
      stage.socket.addEventListener("close", stage.lost);
    },

    lost() {
      stage.tricks = null;
      panels.forEach((panel) => panel.lose());
      panels.forEach((panel) => panel.refresh());
      setTimeout(stage.connect, stage.wait);
      stage.wait = Math.min(stage.wait * 2, 15000);
    },

    hear(message) {
      if (message.type === "hello") stage.hello(message);
      else if (message.type === "event") stage.event(message);
      else if (message.type === "reload") stage.reload();
      else if (message.type === "broken") banner.show("The rebuild failed", message.text);
      else if (message.type === "error") banner.show("The stage refused", message.text);
    },

    /** The stage knows every run: a reloaded page and a second window show the same lines. */
    hello(message) {
      stage.tricks = message.tricks;
      stage.wait = 1000;
      message.runs.forEach(stage.event);
      panels.forEach((panel) => panel.refresh());
    },

    event(message) {
      for (const panel of panels) if (panel.id === message.trick) panel.handle(message);
      if (message.kind === "end" && stage.reloadWhenIdle) stage.reload();
    },

    /** A new deck is there. A run in progress is seen to its end first. */
    reload() {
      stage.reloadWhenIdle = panels.some((panel) => panel.running === "run");
      if (stage.reloadWhenIdle) return;
      // The address would do, but reveal.js writes it late, and the presenter may just have moved.
      try { sessionStorage.setItem("deck-place", JSON.stringify(Reveal.getIndices())); } catch {}
      location.reload();
    },

    /** After a reload: the slide and the step that were shown. */
    comeBack() {
      try {
        const { h, v, f } = JSON.parse(sessionStorage.getItem("deck-place"));
        sessionStorage.removeItem("deck-place");
        Reveal.slide(h, v, f);
      } catch { /* a first visit */ }
    },
  };

  /** Replays happen in a page, not on the stage: the other windows are told to do the same. */
  const windows = {
    channel: "BroadcastChannel" in window ? new BroadcastChannel("deck") : null,
    tell: (message) => windows.channel?.postMessage({ ...message, page: location.pathname }),
    listen() {
      windows.channel?.addEventListener("message", ({ data }) => {
        if (data.page !== location.pathname) return;
        for (const panel of panels) {
          if (panel.id === data.replay && !panel.running) panel.replay();
          if (panel.id === data.stop && panel.running === "replay") panel.endReplay("stopped");
        }
      });
    },
  };

  const banner = {
    show(title, text) {
      banner.element?.remove();
      banner.element = make("div", "deck-banner");
      banner.element.setAttribute("role", "alert");
      const close = make("button", "close", "Close");
      close.addEventListener("click", () => banner.element.remove());
      banner.element.append(make("b", "", title), make("pre", "", text), close);
      document.body.append(banner.element);
    },
  };

  // ---- Keys -------------------------------------------------------------------------------------

  /** What is typed into a pane, a button or a link is for it alone; Escape goes back to the slides.
      Two exceptions: an explanation's mark leaves the stepping keys alone, because they step
      through the explanations; R and X mean the slide's trick wherever they are typed. */
  function holdKeys(event) {
    const control = event.target.closest("button, a[href], summary, .trick-screen, .trick-bar");
    if (!control || !event.target.closest(".slides, .deck-banner")) return;
    const combined = event.ctrlKey || event.metaKey || event.altKey;
    if (event.key === "Escape") document.activeElement.blur();
    else if (!combined && /^[rx]$/i.test(event.key)) return;
    else if (control.matches(".mark") && !combined && !/^( |Enter)$/.test(event.key)) return;
    event.stopPropagation();
  }

  function current() {
    return panels.filter((panel) => panel.element.closest("section") === Reveal.getCurrentSlide());
  }

  function bindKeys() {
    // On .reveal, so that the keys stop here on their way up to reveal.js, which hears on document.
    Reveal.getRevealElement().addEventListener("keydown", holdKeys);
    // A click is no typing: the presenter's next key turns the slide again.
    Reveal.getRevealElement().addEventListener("click", (event) => {
      if (event.detail > 0) event.target.closest("button")?.blur();
    });
    const bind = (key, description, act) =>
      Reveal.addKeyBinding({ keyCode: key.charCodeAt(0), key, description }, act);
    bind("R", "Run or replay the trick", () => current()[0]?.start());
    bind("X", "Stop the trick", () => current()[0]?.stop());
    bind("T", "Dark or light", theme.toggle);
  }

  // ---- Dark and light ---------------------------------------------------------------------------

  const theme = {
    dark: matchMedia("(prefers-color-scheme: dark)"),
    get stored() {
      try { return localStorage.getItem("deck-theme"); } catch { return null; }
    },
    apply() {
      if (theme.stored) document.documentElement.dataset.theme = theme.stored;
      else delete document.documentElement.dataset.theme;
    },
    toggle() {
      const now = document.documentElement.dataset.theme || (theme.dark.matches ? "dark" : "light");
      const next = now === "dark" ? "light" : "dark";
      document.documentElement.dataset.theme = next;
      try { localStorage.setItem("deck-theme", next); } catch { /* it holds for this page */ }
    },
    addControl() {
      const button = make("button", "deck-theme");
      button.title = "Dark or light (T)";
      button.setAttribute("aria-label", "Dark or light");
      button.addEventListener("click", theme.toggle);
      button.addEventListener("keydown", (event) => event.stopPropagation());
      Reveal.getRevealElement().append(button);
    },
  };
  theme.apply();
  addEventListener("storage", theme.apply); // the speaker's window follows

  // ---- Sizes ------------------------------------------------------------------------------------

  /** The speaker view's frames may be as narrow as a phone, and paper too: they are none. */
  function isPhone() {
    const phone = PHONE.matches && !/\b(print-pdf|receiver)\b/.test(location.search);
    document.documentElement.classList.toggle("phone", phone);
    return phone;
  }

  /** On a phone held upright a slide is the screen itself and scrolls; elsewhere it is 1920x1080.
      There reveal.js would turn each vertical move of a finger into a turn of the slide. */
  function size() {
    const phone = isPhone();
    const screen = { width: innerWidth, height: innerHeight, margin: 0, minScale: 1, maxScale: 1 };
    return { ...(phone ? screen : SLIDE), touch: !phone };
  }

  function fit() {
    Reveal.configure(size());
    Reveal.layout();
  }

  function bindSwipe() {
    let start = null;
    const root = Reveal.getRevealElement();
    root.addEventListener("touchstart", (event) => {
      const wide = event.target.closest("pre, figure, .highlight, .trick-output");
      const scrolls = wide && wide.scrollWidth > wide.clientWidth;
      start = event.touches.length === 1 && !scrolls ? event.touches[0] : null;
    }, { passive: true });
    root.addEventListener("touchend", (event) => {
      if (!start || !isPhone()) return;
      const dx = event.changedTouches[0].clientX - start.clientX;
      const dy = event.changedTouches[0].clientY - start.clientY;
      if (Math.abs(dx) > 50 && Math.abs(dx) > 2 * Math.abs(dy)) dx < 0 ? Reveal.next() : Reveal.prev();
    }, { passive: true });
  }

  // ---- Start ------------------------------------------------------------------------------------

  let panels = [];

  /** reveal.js makes the deck an "application", which silences a screen reader's own reading keys. */
  function mendRoles() {
    Reveal.getRevealElement().removeAttribute("role");
    for (const slide of Reveal.getSlides()) {
      const title = slide.querySelector("h1, h2, h3, .ask");
      slide.setAttribute("role", "group");
      slide.setAttribute("aria-roledescription", "slide");
      if (title) slide.setAttribute("aria-label", title.textContent.trim());
    }
  }

  function start() {
    mendRoles();
    panels = [
      ...every(".slides [data-trick]").map((element) => new Panel(element)),
      ...every(".slides [data-chart]").map((element) => new ChartPanel(element)),
    ];
    const explainAll = () => panels.forEach((panel) => panel.explain());
    for (const event of ["fragmentshown", "fragmenthidden", "slidechanged", "resize"])
      Reveal.on(event, explainAll);
    Reveal.on("pdf-ready", () => every("[data-trick]").forEach(explain));
    Reveal.on("slidechanged", () => document.activeElement.closest(".slides")?.contains(
      document.activeElement) && document.activeElement.blur());
    theme.addControl();
    bindKeys();
    bindSwipe();
    PHONE.addEventListener("change", fit);
    addEventListener("resize", () => isPhone() && fit());
    stage.comeBack();
    explainAll();
    windows.listen();
    stage.connect();
    document.documentElement.dataset.deck = "ready"; // for tests: everything above is done
  }

  const settings = JSON.parse(document.getElementById("deck-settings")?.textContent || "{}");
  const plugin = (name) => (name in window ? [window[name]] : []);
  Reveal.initialize({
    ...size(),
    plugins: ["RevealNotes", "RevealSearch", "RevealZoom"].flatMap(plugin),
    totalTime: (settings.talk_minutes || 0) * 60,
    display: "flex", // a slide's title keeps its height, the rest shares what is left
    center: false,
    controls: false,
    hash: true, // a reload, and whoever gets the link, comes to the same slide and step
    fragmentInURL: true,
    scrollActivationWidth: null,
    transition: "none",
    backgroundTransition: "none",
    pdfSeparateFragments: true, // the PDF shows every step, explanations too
  }).then(start);
})();
