/* The speaker's window. Its script is large, and most who open a deck never speak: it comes when
   it is asked for, or when a speaker's window calls that was there before a reload. */

const speaker = {
  async open() {
    await speaker.load();
    Reveal.getPlugin("notes")?.open();
  },

  load() {
    speaker.loading ||= loadScript("notes").then(() => Reveal.registerPlugin(RevealNotes));
    return speaker.loading;
  },

  listen() {
    if (isReceiver()) return;
    const opened = /[?&]notes\b/.test(location.search);
    if (opened) speaker.load();
    addEventListener("message", ({ data }) => {
      if (typeof data === "string" && data.includes('"reveal-notes"')) speaker.load();
    });
    // A clicker's start key is F5, and it reloads the window that has the focus: this one comes back.
    const open = window.open;
    window.open = (...given) => {
      const opened = open.apply(window, given);
      try { opened?.addEventListener("keydown", keepOpen, true); } catch { /* not ours */ }
      return opened;
    };
  },
};

function keepOpen(event) {
  if (event.key !== "F5") return;
  event.preventDefault();
}
