/* The speaker's window is this same deck at another address (?speaker=...), opened by the window
   that the hall sees. Each tells the other where it is. They speak on a channel that pages of other
   origins can't hear or use; `pair`, which only these two know, tells two talks apart. */

const stored = {
  get(key) { try { return sessionStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { sessionStorage.setItem(key, value); } catch { /* this page only */ } },
};

const speaker = {
  /** Whether this is the speaker's window. */
  isHere: /[?&]speaker=\w/.test(location.search),
  pair: /[?&]speaker=(\w+)/.exec(location.search)?.[1] || stored.get("deck-pair"),

  open() {
    if (speaker.isHere || isReceiver() || following.isHere) return;
    if (!speaker.pair) {
      speaker.pair = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      stored.set("deck-pair", speaker.pair);
    }
    const there = new URL(location.href);
    there.search = `?speaker=${speaker.pair}`;
    there.hash = placeNow();
    const opened = window.open(there, `deck-${speaker.pair}`, "width=1400,height=900");
    if (!opened) banner.show(word("The browser blocked the speaker's window"), word("Let this page open windows, and press S again."));
    opened?.focus();
  },

  start() {
    if (isReceiver() || !recording.channel) return;
    recording.channel.addEventListener("message", ({ data }) => {
      if (!speaker.pair || data.pair !== speaker.pair || data.page !== location.pathname) return;
      presenting.paired = true;
      presenting.update();
      if (data.asks) recording.tell({ pair: speaker.pair, state: speaker.state, answers: true });
      else if (data.answers && speaker.moved) speaker.tell(); // a key was quicker than the answer
      else speaker.follow(data.state);
    });
    for (const event of ["slidechanged", "fragmentshown", "fragmenthidden", "paused", "resumed"]) Reveal.on(event, speaker.tell);
    // Who comes back, after F5, goes where the other one is.
    if (speaker.pair) recording.tell({ pair: speaker.pair, asks: true });
    if (speaker.isHere) speakerView.add();
    presenting.start();
  },

  get state() {
    const { h, v = 0, f = -1 } = Reveal.getIndices();
    return { h, v, f, paused: Reveal.isPaused() };
  },

  tell() {
    if (!speaker.pair || speaker.following) return;
    speaker.moved = true;
    recording.tell({ pair: speaker.pair, state: speaker.state });
  },

  /** What the other window did. It is not told back, or two quick steps would undo each other. */
  follow({ h, v, f, paused }) {
    const now = speaker.state;
    speaker.following = true;
    if (h !== now.h || v !== now.v || f !== now.f) Reveal.slide(h, v, f);
    if (paused !== now.paused) Reveal.togglePause(paused);
    speaker.following = false;
  },
};

/** While one presents, the screen stays awake and a pointer at rest is not seen. */
const presenting = {
  screen: matchMedia("(display-mode: fullscreen)"),
  paired: false,

  start() {
    presenting.screen.addEventListener("change", presenting.update);
    document.addEventListener("fullscreenchange", presenting.update);
    document.addEventListener("visibilitychange", presenting.update); // a hidden page loses its lock
    presenting.update();
  },

  get now() {
    return speaker.isHere || presenting.paired || presenting.screen.matches || Boolean(document.fullscreenElement);
  },

  async update() {
    document.documentElement.classList.toggle("presenting", presenting.now);
    if (!presenting.now || document.hidden || !navigator.wakeLock || presenting.asked) return;
    presenting.asked = true;
    try {
      const lock = await navigator.wakeLock.request("screen");
      lock.addEventListener("release", () => { presenting.asked = false; });
    } catch {
      presenting.asked = false; // a battery that is low: the system decides
    }
  },
};
