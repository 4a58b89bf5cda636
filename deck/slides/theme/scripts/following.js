/* A page that follows the speaker, read only: slides, steps and output come by a stream of the
   server for followers (deck/stage/followers/). Nothing is ever said back. Whoever turns a page
   wanders off; one button leads back. */

const following = {
  name: "follow",
  isHere: "follow" in document.documentElement.dataset,
  since: document.documentElement.dataset.since,
  wandering: stored.get("deck-wandering") === "yes",
  at: null, // where the speaker is: {h, f}
  stream: null,

  // A source of events that nobody here can start or stop.
  can: () => false,
  whyNot: () => "",
  stop: () => {},

  start() {
    if (!following.isHere || isReceiver()) return;
    following.addControls();
    for (const event of ["slidechanged", "fragmentshown", "fragmenthidden"]) Reveal.on(event, following.moved);
    following.listen();
  },

  listen() {
    const { follow: path } = document.documentElement.dataset;
    following.stream?.close();
    following.stream = new EventSource(`${path}?since=${following.since}${captions.wanted ? "&captions" : ""}`);
    following.stream.addEventListener("message", ({ data }) => following.led(() => following.take(JSON.parse(data))));
    following.stream.addEventListener("error", following.lost);
  },

  /** The browser tries again by itself, unless it was turned away. */
  lost() {
    panels.lose(following);
    following.say(word("The connection is lost, and tried again"));
    if (following.stream.readyState === EventSource.CLOSED) setTimeout(following.listen, 3000 + 4000 * Math.random());
  },

  /** What is turned meanwhile, also by a run that shows its screen, was turned by the speaker. */
  led(act) {
    const before = following.turning;
    following.turning = true;
    try { act(); } finally { following.turning = before; }
  },

  take(message) {
    if (message.type === "hello") invitation.show(message.followers);
    else if (message.type === "at") following.turn(message);
    else if (message.type === "event") hear(following, message);
    else if (message.type === "slide") following.renew(message);
    else if (message.type === "captions") captions.show(message.said);
    else if (message.type === "reload") following.reload();
  },

  /** A hall of browsers does not come all at once. */
  reload() { setTimeout(() => location.reload(), 2000 * Math.random()); },

  turn({ h, f }) {
    following.at = { h, f };
    if (!following.wandering) following.comeBack();
    following.tell();
  },

  comeBack() {
    following.wander(false);
    if (!following.at) return;
    following.led(() => Reveal.slide(following.at.h, 0, following.at.f));
  },

  moved() { if (!following.turning) following.wander(true); },

  wander(on) {
    following.wandering = on;
    stored.set("deck-wandering", on ? "yes" : "no");
    following.tell();
  },

  /** An answer that was shown, or a slide that was written anew; the step stays. */
  renew: ({ index, html }) => renewSlide(Reveal.getSlides()[index], html),

  addControls() {
    const controls = make("nav", "deck-follow");
    controls.setAttribute("aria-label", word("Following"));
    following.back = make("button", "back", word("Back to the speaker"));
    following.back.addEventListener("click", following.comeBack);
    following.status = make("output", "where");
    captions.button = make("button", "captions", word("Captions"));
    captions.button.addEventListener("click", captions.toggle);
    controls.append(following.back, following.status, captions.button);
    dock.append(controls);
    captions.toggle(null);
    following.tell();
  },

  say(text) { if (following.status.textContent !== text) following.status.textContent = text; },

  tell() {
    following.back.hidden = !following.wandering;
    const place = following.at ? following.at.h + 1 : "";
    following.say(following.wandering ? word("The speaker is at {place}", { place }) : word("You follow the speaker"));
  },
};

/** What the speaker says to this step, for those who want to read it. */
const captions = {
  wanted: memory.get("captions") === "yes",

  /** With null: as it was the last time. */
  toggle(event) {
    if (event) {
      captions.wanted = !captions.wanted;
      memory.set("captions", captions.wanted ? "yes" : "no");
      captions.element?.remove();
      following.listen();
    }
    captions.button.setAttribute("aria-pressed", String(captions.wanted));
  },

  show(said) {
    if (!captions.element?.isConnected) {
      captions.element = make("section", "deck-captions");
      captions.element.setAttribute("role", "log");
      captions.element.setAttribute("aria-label", word("Captions"));
      captions.element.tabIndex = 0;
      dock.append(captions.element);
    }
    captions.element.replaceChildren(...said.map((text) => make("p", "", text)));
    captions.element.hidden = !said.length;
    captions.element.scrollTop = 0;
  },
};
