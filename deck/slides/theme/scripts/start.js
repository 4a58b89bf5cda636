/* Starts the deck. */

sources.push(stage, linux, recording);

/* What other scripts may use: a source of its own joins with Deck.sources.push(source), and tells
   what it has to say by Deck.hear(source, event). */
window.Deck = { sources, hear, refresh: panels.refresh, keepAll: shelf.keepAll, whole: parts.all };

/** Names for those who hear the deck; what is elements later is mended then. */
function mendSlides() {
  for (const slide of shelf.slides) shelf.kept.has(slide) ? nameSlide(slide) : mendSlide(slide);
}

function mendSlide(slide) {
  nameSlide(slide);
  mend(shelf.on(slide), slide);
}

function nameSlide(slide) {
  slide.setAttribute("role", "group");
  slide.setAttribute("aria-roledescription", word("slide"));
  const title = titleOf(slide);
  if (title) slide.setAttribute("aria-label", title);
}

/** What stands on slides, for those who hear it; once, when it becomes elements. */
function mend(content, slide) {
  // A page has one heading of the first level, its talk's; each file's own is a chapter's.
  if (slide !== shelf.slides[0]) for (const heading of every("h1", content)) heading.setAttribute("aria-level", "2");
  // What turns up with the answer is seen by a tick; for those who hear, it is said.
  for (const right of every(".choices .right", content))
    (right.querySelector("p") || right).prepend(make("span", "verdict visually-hidden", word("Right:") + " "));
}

/** What has to be right when a slide is seen; the rest comes once it was. */
function arrive() {
  const slide = Reveal.getCurrentSlide();
  if (!ahead.done.has(slide)) ahead.ready(slide);
  notesPanel.update();
  told.turn();
  step();
  settle();
}

/** What nobody sees at once, and what the next turns need: work on this slide and its neighbours,
    however long the talk is. */
const settle = idly(
  () => {
    tellTitle();
    bar.update();
    step(); // its letters may have come
  },
  shelf.tidy,
  ahead.lay,
  ahead.prepare,
  quietenSlides, // a slide that was added, backgrounds that reveal.js made anew
);

function step() { panels.here().forEach((panel) => panel.explain()); }

function start() {
  // reveal.js makes the deck an "application", which silences a screen reader's own reading keys.
  Reveal.getRevealElement().removeAttribute("role");
  if (!isReceiver()) bar.add();
  else bar.place = make("span", "");
  quietenSlides();
  arrive();
  for (const event of ["fragmentshown", "fragmenthidden", "resize"]) Reveal.on(event, step);
  Reveal.on("slidechanged", arrive);
  for (const event of ["paused", "resumed"])
    Reveal.on(event, () => document.documentElement.classList.toggle("paused", Reveal.isPaused()));
  Reveal.on("pdf-ready", () => every(".slides [data-trick]").forEach((element) => panels.for(element).explain()));
  told.start();
  ahead.start();
  shelf.start();
  keepTurning();
  keepHistory();
  bindSwipe();
  bindEnlarging();
  bindSize();
  comeBack();
  stage.tellPlaces();
  recording.listen();
  chosen.listen();
  speaker.start();
  following.start();
  stage.connect();
  workbench.openCarried();
  parts.start();
  document.documentElement.dataset.deck = "ready"; // for tests: everything above is done
}

browserZoom.start();
shelf.unpack();
mendSlides();
shelf.ready().catch(() => { /* it was said */ }).then(() => Reveal.initialize({
  ...size(),
  plugins: [lean, ..."RevealZoom" in window ? [RevealZoom] : []],
  keyboard: UNBOUND,
  help: false, // ours lists all keys
  totalTime: (settings.talk_minutes || 0) * 60,
  display: "flex", // a slide's title keeps its height, the rest shares what is left
  center: false,
  controls: false,
  viewDistance: NEAR,
  mobileViewDistance: NEAR,
  hash: false, // it is written by told.js, a moment later
  fragmentInURL: true,
  scrollActivationWidth: null,
  transition: "none",
  backgroundTransition: "none",
  pdfSeparateFragments: true, // the PDF shows every step, explanations too
})).then(start);
