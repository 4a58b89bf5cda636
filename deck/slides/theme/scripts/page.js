/* What every part of the page's script uses. The parts are joined into one file, deck.js, inside
   one function (deck/slides/assets.py has their order), so they see each other's names and nobody
   else does. Everything that comes from a program or a socket is text and is only ever set as
   textContent. Nothing is loaded from anywhere else. */

const every = (selector, root = document) => [...root.querySelectorAll(selector)];

function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  if (tag === "button") element.type = "button";
  return element;
}

/** HTML of the deck's own as elements that are not in the page yet. */
function elements(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  return box.content;
}

/** What the builder has to say: deck_settings() in deck/slides/builder.py lists it. */
const settings = JSON.parse(document.getElementById("deck-settings")?.textContent || "{}");

/** A word or sentence of the page in the talk's language; {names} in it are filled in. */
function word(name, values = {}) {
  return fill(settings.words?.[name] ?? name, values);
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

/** What the browser remembers for this deck; a browser that keeps nothing is no error. */
const memory = {
  get(key) { try { return localStorage.getItem(`deck-${key}`); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(`deck-${key}`, value); } catch { /* this page only */ } },
};

/** Tells a screen reader something that one only sees. */
function tell(text) {
  tell.element ||= document.body.appendChild(make("output", "deck-told visually-hidden"));
  tell.element.textContent = text;
}

const whenIdle = window.requestIdleCallback || ((act) => setTimeout(act, 50));

/** Work that is not for this frame, in pieces between which a key gets its turn: functions, and
    generators, which stop where a key may. Asked for again while some of it is to be done, it begins
    anew. */
const idly = (...pieces) => {
  let left = null;
  const go = () => {
    const piece = left.shift();
    const others = left;
    try {
      const work = piece.next ? piece : piece();
      if (work?.next && !work.next().done && left === others) left.unshift(work);
    } finally {
      if (left.length) whenIdle(go, { timeout: 500 });
      else left = null;
    }
  };
  return () => {
    if (!left) whenIdle(go, { timeout: 500 });
    left = [...pieces];
  };
};

/** All of it at once. */
const finish = (work) => { while (!work.next().done); };

/** A script that the page loads only when it needs it. */
function loadScript(address) {
  const script = make("script", "");
  script.src = address;
  return new Promise((done, failed) => {
    script.onload = done;
    script.onerror = () => failed(new Error(`${address.replace(/\?.*/, "")} is missing beside the deck`));
    document.head.append(script);
  });
}
