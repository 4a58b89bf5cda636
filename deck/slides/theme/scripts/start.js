/* Starts the deck. */

sources.push(stage, recording);

/** reveal.js makes the deck an "application", which silences a screen reader's own reading keys. */
function mendRoles() {
  Reveal.getRevealElement().removeAttribute("role");
  for (const slide of Reveal.getSlides()) {
    const title = slide.querySelector("h1, h2, h3, .ask");
    slide.setAttribute("role", "group");
    slide.setAttribute("aria-roledescription", word("slide"));
    if (title) slide.setAttribute("aria-label", title.textContent.trim());
  }
}

/** A slide's turn costs work on that slide and its neighbours, however long the talk is. */
function arrive() {
  panels.near();
  panels.here().forEach((panel) => panel.explain());
}

function addThemeControl() {
  const button = make("button", "deck-theme");
  button.title = word("Dark or light (T)");
  button.setAttribute("aria-label", word("Dark or light"));
  button.addEventListener("click", theme.toggle);
  Reveal.getRevealElement().append(button);
}

function start() {
  mendRoles();
  arrive();
  for (const event of ["fragmentshown", "fragmenthidden", "slidechanged", "resize"])
    Reveal.on(event, arrive);
  Reveal.on("pdf-ready", () => every(".slides [data-trick]").forEach((element) => explain(panels.for(element).element)));
  addThemeControl();
  bindKeys();
  bindSwipe();
  PHONE.addEventListener("change", fit);
  addEventListener("resize", () => isPhone() && fit());
  stage.comeBack();
  recording.listen();
  stage.connect();
  document.documentElement.dataset.deck = "ready"; // for tests: everything above is done
}

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
