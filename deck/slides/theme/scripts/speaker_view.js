/* What the speaker's window shows: this slide, the next one whole, the notes to this step, time and
   pace, and what runs. Its keys are the deck's, but + and - are for the notes. */

const NOTES = { least: 16, most: 60, usual: 28 }; // px
const SAME_TALK = 6 * 3600; // s: an older start was another talk's
const clock = (s) => `${Math.floor(Math.abs(s) / 60)}:${String(Math.floor(Math.abs(s) % 60)).padStart(2, "0")}`;

/** When the talk began; kept by the browser, so that F5 does not lose it. */
const timer = {
  key: `timer ${location.pathname}`,
  get kept() {
    try {
      const kept = JSON.parse(memory.get(timer.key)) || {};
      return Date.now() / 1000 - kept.began < SAME_TALK ? kept : {};
    } catch { return {}; }
  },
  set kept(value) { memory.set(timer.key, JSON.stringify(value)); },

  get seconds() {
    const { began, stopped } = timer.kept;
    return began ? (stopped ?? Date.now() / 1000) - began : 0;
  },
  get runs() { return Boolean(timer.kept.began) && timer.kept.stopped === undefined; },

  toggle() {
    const now = Date.now() / 1000;
    timer.kept = timer.runs ? { ...timer.kept, stopped: now } : { began: now - timer.seconds };
  },
  reset() { timer.kept = {}; },
};

/** Seconds by slide, as the speaker took them in the rehearsal; the stage knows. */
const rehearsal = {
  seconds: {},
  of(slide, index) { return this.seconds[slide.id] ?? (index ? undefined : this.seconds[""]); },
};

/** Seconds that are meant for the slides before this one, and for this one: those of the rehearsal,
    and for a slide that was not rehearsed its minutes. */
function planned() {
  const seconds = Reveal.getSlides().map((slide, index) => rehearsal.of(slide, index) ?? (Number(slide.dataset.timing) || 0));
  const at = Reveal.getSlides().indexOf(Reveal.getCurrentSlide());
  const sum = (some) => some.reduce((one, other) => one + other, 0);
  return { before: sum(seconds.slice(0, at)), here: seconds[at], whole: settings.talk_minutes * 60 || sum(seconds) };
}

function pace() {
  const { before, here, whole } = planned();
  const now = timer.seconds;
  if (!whole || !now) return ["", ""];
  if (now > before + here + 5) return ["behind", word("{time} behind", { time: clock(now - before - here) })];
  if (now < before - 5) return ["ahead", word("{time} ahead", { time: clock(before - now) })];
  return ["well", word("on time")];
}

const speakerView = {
  add() {
    document.documentElement.classList.add("speaker");
    const part = (tag, name, label) => {
      const element = (speakerView[name] = make(tag, `presenter-${name}`));
      if (label) element.setAttribute("aria-label", label);
      return element;
    };
    document.body.append(
      part("header", "top"), part("figure", "next"), part("section", "notes", word("Notes")),
      part("nav", "runs", word("What runs")));
    speakerView.addTop();
    speakerView.addNext();
    speakerView.notes.tabIndex = 0;
    for (const event of ["slidechanged", "fragmentshown", "fragmenthidden"]) Reveal.on(event, speakerView.update);
    for (const event of ["paused", "resumed"]) Reveal.on(event, speakerView.tick);
    Reveal.on("slidechanged", ({ previousSlide }) => { if (previousSlide?.isConnected && !timer.kept.began) timer.toggle(); });
    addEventListener("resize", speakerView.fitNotes);
    setInterval(speakerView.tick, 500);
    speakerView.update();
    fit();
  },

  addTop() {
    const { top } = speakerView;
    top.append(make("h1", "visually-hidden", word("The speaker's window")));
    for (const name of ["time", "pace", "dark", "clock", "chapter", "place"]) top.append((speakerView[name] = make("span", name)));
    speakerView.hold = speakerButton("", () => { timer.toggle(); speakerView.tick(); });
    const again = speakerButton(word("From 0:00"), () => { timer.reset(); speakerView.tick(); });
    top.append(speakerView.hold, again);
    top.setAttribute("aria-label", word("Time and place"));
  },

  addNext() {
    speakerView.frame = make("iframe", "");
    speakerView.frame.title = word("The next slide");
    speakerView.frame.tabIndex = -1;
    speakerView.caption = make("figcaption", "");
    speakerView.next.append(speakerView.frame, speakerView.caption);
    speakerView.next.inert = true; // its keys would turn only itself
  },

  /** Other slides may have come in their place. */
  changedSlides() { if (speaker.isHere) speakerView.update(); },

  update() {
    if (!speakerView.notes) return; // another window
    speakerView.showNext();
    speakerView.showNotes();
    speakerView.showPlace();
    speakerView.showRuns();
    speakerView.tick();
  },

  /** As it is once all its steps are taken. */
  showNext() {
    const slides = Reveal.getSlides();
    const next = slides[slides.indexOf(Reveal.getCurrentSlide()) + 1];
    speakerView.caption.textContent = next ? word("Next: {title}", { title: titleOf(next) }) : word("The end");
    speakerView.frame.hidden = !next;
    if (!next) return;
    const address = `${location.pathname}?receiver${addressOf(next)}/99`;
    if (!speakerView.frame.src) speakerView.frame.src = address;
    else speakerView.frame.contentWindow.location.replace(new URL(address, location.href));
  },

  /** The notes in parts, as `step` divides them: that of this step is marked, and in sight. */
  showNotes() {
    const parts = [make("div", "part")];
    for (const child of every("aside.notes", Reveal.getCurrentSlide()).flatMap((aside) => [...aside.cloneNode(true).childNodes]))
      if (child.matches?.(".step")) parts.push(make("div", "part"));
      else parts.at(-1).append(child);
    const now = parts[Math.min(speaker.state.f + 1, parts.length - 1)];
    now.setAttribute("aria-current", "step");
    speakerView.notes.replaceChildren(...parts);
    speakerView.fitNotes();
    speakerView.notes.scrollTop = Math.max(0, now.offsetTop - 40);
  },

  get size() { return Number(memory.get("notes")) || NOTES.usual; },

  /** As large as was asked for, or as there is room for. */
  fitNotes() {
    const { notes } = speakerView;
    let size = speakerView.size;
    do notes.style.fontSize = `${size}px`;
    while (notes.scrollHeight > notes.clientHeight && --size >= NOTES.least);
  },

  step(by) {
    memory.set("notes", Math.max(NOTES.least, Math.min(NOTES.most, speakerView.size + 4 * by)));
    speakerView.fitNotes();
  },

  showPlace() {
    const slides = Reveal.getSlides();
    const at = slides.indexOf(Reveal.getCurrentSlide());
    const chapter = slides.slice(0, at + 1).findLast(isChapter);
    speakerView.chapter.textContent = chapter ? titleOf(chapter) : "";
    speakerView.place.textContent = `${at + 1} / ${slides.length}`;
  },

  tick() {
    const { whole } = planned();
    const [kind, text] = pace();
    speakerView.time.textContent = clock(timer.seconds) + (whole ? ` / ${clock(whole)}` : "");
    const rehearsed = text && Object.keys(rehearsal.seconds).length;
    speakerView.pace.textContent = rehearsed ? word("{pace}, by the rehearsal", { pace: text }) : text;
    speakerView.pace.dataset.pace = kind;
    speakerView.dark.textContent = Reveal.isPaused() ? word("The hall is black: B") : "";
    speakerView.clock.textContent = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    speakerView.hold.textContent = timer.runs ? word("Hold the time") : timer.kept.began ? word("Go on") : word("Start the time");
  },

  /** Something of a panel has changed; it may be one that is just being made. */
  changed() {
    if (speakerView.runs) speakerView.changing ||= setTimeout(speakerView.showRuns);
  },

  /** This slide's program, and what else is at work. What one may be about to press stays. */
  showRuns() {
    speakerView.changing = 0;
    const panel = panels.here()[0];
    const busy = panels.all().filter((other) => other.running && other !== panel?.acting).map(({ id }) => id);
    const others = busy.length ? [make("span", "others", word("also running: {what}", { what: busy.join(", ") }))] : [];
    const strip = make("nav", "");
    strip.append(...(panel ? speakerRuns(panel) : []), ...others);
    const look = `${panel?.id} ${strip.innerHTML}`;
    if (look !== speakerView.look) speakerView.runs.replaceChildren(...strip.childNodes);
    speakerView.look = look;
  },
};

function speakerButton(text, act) {
  const button = make("button", "", text);
  button.addEventListener("click", act);
  return button;
}

function speakerRuns(panel) {
  const { acting, variants } = panel;
  const buttons = panel.button.hidden ? [] : [speakerButton(panel.button.textContent, () => panel.acting.press())];
  if (acting.replay && recording.can(acting) && panel.button.dataset.does !== "replay" && acting.running !== recording)
    buttons.push(speakerButton(word("Replay"), () => panel.acting.replay()));
  if (variants?.all.length) {
    const next = speakerButton(word("What if ...?"), () => variants.next());
    next.setAttribute("aria-pressed", String(Boolean(variants.chosen)));
    buttons.push(next);
  }
  const asked = variants?.chosen ? [make("b", "", variants.chosen.data.title)] : [];
  return [...buttons, ...asked, make("span", "status", acting.status.textContent)];
}
