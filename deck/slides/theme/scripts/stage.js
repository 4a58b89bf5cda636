/* The stage, a local server that runs tricks: the first source of events. */

const stage = {
  name: "run",
  get label() { return word("Run"); },
  socket: null,
  tricks: null, // what the stage said it can run; null while it does not answer
  wait: 1000,
  reloadWhenIdle: false,

  can: ({ id }) => Boolean(stage.tricks?.[id]?.runnable),
  whyNot: ({ id }) => (stage.tricks?.[id]?.runnable === false && stage.tricks[id].reason) || "",
  start: ({ id }) => stage.send({ run: id }),
  stop: ({ id }) => stage.send({ stop: id }),
  send: (message) => stage.socket.send(JSON.stringify(message)),

  /** Only a page that a stage served for this user carries the address; else nothing is asked. */
  connect() {
    const path = document.documentElement.dataset.stage;
    if (!path) return;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    stage.socket = new WebSocket(`${scheme}//${location.host}${path}`);
    stage.socket.addEventListener("message", (event) => stage.take(JSON.parse(event.data)));
    stage.socket.addEventListener("close", stage.lost);
  },

  lost() {
    stage.tricks = null;
    panels.lose(stage);
    panels.refresh();
    setTimeout(stage.connect, stage.wait);
    stage.wait = Math.min(stage.wait * 2, 15000);
  },

  take(message) {
    if (message.type === "hello") stage.hello(message);
    else if (message.type === "event") stage.event(message);
    else if (message.type === "reload") stage.reload();
    else if (message.type === "broken") banner.show(word("The rebuild failed"), message.text);
    else if (message.type === "error") banner.show(word("The stage refused"), message.text);
  },

  /** The stage knows every run: a reloaded page and a second window show the same lines. */
  hello(message) {
    stage.tricks = message.tricks;
    stage.wait = 1000;
    message.runs.forEach(stage.event);
    panels.refresh();
  },

  event(message) {
    hear(stage, message);
    if (message.kind === "end" && stage.reloadWhenIdle) stage.reload();
  },

  /** A new deck is there. A run in progress is seen to its end first. */
  reload() {
    stage.reloadWhenIdle = panels.all().some((panel) => panel.running === stage);
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

const banner = {
  show(title, text) {
    banner.element?.remove();
    banner.element = make("div", "deck-banner");
    banner.element.setAttribute("role", "alert");
    const close = make("button", "close", word("Close"));
    close.addEventListener("click", () => banner.element.remove());
    banner.element.append(make("b", "", title), make("pre", "", text), close);
    document.body.append(banner.element);
  },
};
