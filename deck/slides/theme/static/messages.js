// Who may steer this page.
//
// reveal.js carries out what any window posts to it, and takes settings from the address. Next to a server that
// runs programs that is too much trust. This file is loaded first, so it hears every message
// first, and passes on only those from the same origin.
(() => {
  "use strict";

  const fromFile = location.protocol === "file:";
  const inSpeakersWindow = /[?&]receiver\b/.test(location.search) && window.parent !== window;

  // Browsers give every file an origin of its own, or none. So there the window itself is asked:
  // one that lets itself be looked into is ours; the next slide in the speaker's window obeys that.
  function isOurs(source) {
    if (inSpeakersWindow && source === window.parent) return true;
    try {
      return source.location.origin === location.origin;
    } catch {
      return false;
    }
  }

  function isTrusted(event) {
    return fromFile ? isOurs(event.source) : event.origin === location.origin;
  }

  window.addEventListener(
    "message",
    (event) => {
      if (!isTrusted(event)) event.stopImmediatePropagation();
    },
    true,
  );

  // reveal.js takes any setting from the address. `?url=javascript:...` became a frame of
  // its own speaker view, and with it a script of a stranger's ran here. Only what is needed stays.
  const ALLOWED = new Set([
    "receiver", "speaker", "print-pdf", "view", "showNotes", "pdfSeparateFragments", "controls",
    "progress", "history", "transition", "backgroundTransition", "autoSlide",
    "scrollActivationWidth", "postMessageEvents",
  ]);
  const given = location.search.slice(1).split("&").filter(Boolean);
  const kept = given.filter((pair) => {
    const [name, value = "", ...rest] = pair.split("=");
    return ALLOWED.has(name) && /^\w*$/.test(value) && !rest.length;
  });
  if (kept.length !== given.length) {
    const query = kept.length ? "?" + kept.join("&") : "";
    history.replaceState(history.state, "", location.pathname + query + location.hash);
  }
})();
