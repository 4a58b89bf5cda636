/* The stage, a local server that runs tricks: the first source of events. */

const stage = {
  name: "run",
  get label() { return word("Run"); },
  socket: null,
  tricks: null, // what the stage said it can run; null while it does not answer
  variants: null, // by id
  wait: 1000,
  untold: false, // whether it has not heard where the talk is now
  reloadWhenIdle: false,

  can: ({ id, trick }) => (trick ? stage.can(trick) && id in (stage.variants || {}) : Boolean(stage.tricks?.[id]?.runnable)),
  whyNot: ({ id }) => (stage.tricks?.[id]?.runnable === false && stage.tricks[id].reason) || "",
  start: ({ id }) => stage.send({ run: id }),
  stop: ({ id }) => stage.send({ stop: id }),
  send: (message) => stage.socket.send(JSON.stringify(message)),

  /** Only a page that a stage served for this user carries the address; else nothing is asked. */
  connect() {
    const { stage: path, uninvited } = document.documentElement.dataset;
    if (uninvited !== undefined) banner.show(...NOT_LET_IN);
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
    if (stage.wait > 1000) stage.sayWhy(); // a page that is left loses its stage, too
    setTimeout(stage.connect, stage.wait);
    stage.wait = Math.min(stage.wait * 2, 15000);
  },

  /** Each reason once. A stage that answers, but not to this browser, does not know its cookie. */
  async sayWhy() {
    const asked = fetch(location.pathname, { method: "HEAD", cache: "no-store" });
    const why = await asked.then(() => NOT_LET_IN, () => NO_ANSWER);
    if (stage.tricks || stage.why === why) return; // it is back meanwhile, or that was said
    stage.why = why;
    banner.show(...why);
  },

  take(message) {
    if (message.type === "hello") stage.hello(message);
    else if (message.type === "event") stage.event(message);
    else if (message.type === "reload") stage.reload();
    else if (message.type === "swap") swap.take(message);
    else if (message.type === "outdated") message.tricks.flatMap(panels.of).forEach((panel) => panel.forget());
    else if (message.type === "broken") banner.show(word("The rebuild failed"), message.text);
    else if (message.type === "tricks") stage.learn(message);
    else if (message.type === "trouble") banner.show(word("The stage has a problem"), message.text);
    else if (message.type === "error") banner.show(word("The stage refused"), message.text);
  },

  /** The stage knows every run: a reloaded page and a second window show the same lines. */
  hello(message) {
    if (stage.why) banner.element?.remove();
    stage.why = null;
    stage.wait = 1000;
    message.runs.forEach(stage.event);
    stage.learn(message);
    stage.tellPlace();
    invitation.show(message.followers);
    rehearsal.seconds = message.rehearsed || {};
    const { version } = document.documentElement.dataset;
    if (version && message.version && version !== message.version) stage.reload(); // it missed some
  },

  /** What can run here, and what variants there are: by id, {trick, title, knob, shows, old, new}. */
  learn({ tricks, variants = {} }) {
    Object.assign(stage, { tricks, variants });
    panels.refresh();
  },

  /** The stage remembers where the talk is, for a browser that comes later or after a crash. */
  tellPlaces() {
    if (isReceiver()) return;
    const moved = () => {
      stage.untold = true;
      stage.tellPlace();
    };
    for (const event of ["slidechanged", "fragmentshown", "fragmenthidden"]) Reveal.on(event, moved);
  },

  /** Also of a turn that was taken before the stage answered, or while it was gone. */
  tellPlace() {
    if (!stage.tricks || !stage.untold) return;
    stage.untold = false;
    stage.send({ at: placeNow() });
  },

  event(message) {
    hear(stage, message);
    if (message.kind === "end" && stage.reloadWhenIdle) stage.reload();
  },

  /** A new deck is there. A run in progress is seen to its end first. */
  reload() {
    stage.reloadWhenIdle = panels.all().some((panel) => panel.running === stage);
    if (stage.reloadWhenIdle) return;
    location.reload();
  },
};

const NO_ANSWER = [
  word("The stage does not answer"),
  word("Recordings stand in. Open it again with make present: this page then comes back by itself."),
];
const NOT_LET_IN = [
  word("This browser is not let in: it can only replay"),
  word("The terminal that runs the stage shows an address. Open that one here."),
];

const banner = {
  show(title, text) {
    banner.element?.remove();
    banner.element = make("div", "deck-banner");
    banner.element.setAttribute("role", "alert");
    const close = make("button", "close", word("Close"));
    close.addEventListener("click", () => banner.element.remove());
    banner.element.append(make("b", "", title), make("pre", "", text), close);
    dock.append(banner.element);
  },
};
