/* How large a slide is: 1920 x 1080 units that are fitted to the window, or, on a phone and where
   larger text was asked for, a page that scrolls (class "phone"; styles/phone.css). */

const SLIDE = { width: 1920, height: 1080, margin: 0, minScale: 0.05, maxScale: 4 };
const PHONE = matchMedia("screen and (max-aspect-ratio: 1/1) and (max-width: 900px)");
const BODY = { fitted: 50, phone: 18 }; // body text: in slide units, in CSS pixels on a phone

/** The speaker's window and its frame may be as narrow as a phone, and paper too: they are fitted. */
const isFitted = () => (/\b(print-pdf|receiver|speaker)\b/.test(location.search));

/** Larger text by our own buttons and keys; it is remembered. */
const textSize = {
  STEPS: [1, 1.25, 1.5, 2],
  get value() { return Number(memory.get("size")) || textSize.now || 1; },
  step(by) {
    const at = textSize.STEPS.indexOf(textSize.value) + by;
    textSize.now = textSize.STEPS[Math.max(0, Math.min(at, textSize.STEPS.length - 1))];
    memory.set("size", textSize.now);
    fit();
    tell(word("Text at {percent} %", { percent: textSize.now * 100 }));
  },
};

/** The browser's own zoom. A slide is fitted to the window, which would undo it: so it is told
    from the window's inner and outer size, and from then on by what changes. */
const browserZoom = {
  value: 1,
  start() {
    const ratio = window.top === window ? Math.min(outerWidth / innerWidth, outerHeight / innerHeight) : 1;
    browserZoom.value = ratio >= 1.3 ? ratio : 1;
    browserZoom.note();
  },
  note() { [browserZoom.ratio, browserZoom.width] = [devicePixelRatio, innerWidth * devicePixelRatio]; },
  /** A window on another screen changes its pixels too, but then not the room that it has. */
  update() {
    const same = Math.abs(innerWidth * devicePixelRatio / browserZoom.width - 1) < 0.05;
    if (same) browserZoom.value *= devicePixelRatio / browserZoom.ratio;
    browserZoom.note();
  },
};

/** The letters that the reader's browser has by default, in parts of the usual 16 pixels. */
const LETTERS = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

/** How much larger than fitted the text is wanted. */
const wanted = () => textSize.value * browserZoom.value * LETTERS;

function size() {
  const root = document.documentElement;
  const phone = PHONE.matches && browserZoom.value < 1.1 && !isFitted();
  const large = !phone && wanted() > 1.1 && !isFitted();
  root.classList.toggle("phone", phone || large);
  root.classList.toggle("large", large);
  const zoom = browserZoom.value;
  const fitted = Math.min(innerWidth * zoom / SLIDE.width, innerHeight * zoom / SLIDE.height) * BODY.fitted;
  const factor = large ? fitted * (wanted() / zoom) / BODY.phone : textSize.value;
  root.style.setProperty("--enlarge", String(factor));
  const box = document.querySelector(".reveal");
  const screen = { width: box.offsetWidth, height: box.offsetHeight, margin: 0, minScale: 1, maxScale: 1 };
  // On a phone reveal.js would turn each vertical move of a finger into a turn of the slide.
  return { ...(phone || large ? screen : SLIDE), touch: !(phone || large) };
}

const scrolls = () => document.documentElement.classList.contains("phone");

function fit() {
  fit.times += 1;
  Reveal.configure(size());
  Reveal.layout();
}

fit.times = 0; // slides may look otherwise now

function bindSize() {
  PHONE.addEventListener("change", fit);
  addEventListener("resize", () => {
    browserZoom.update();
    fit();
  });
}

/** A turn by hand. Where a slide scrolls, all of a trick's explanations are in sight already: a step
    through them would seem to do nothing. */
const turn = {
  steps: () => every(".fragment", Reveal.getCurrentSlide()).filter((step) => !scrolls() || !step.matches(".trick *")),
  to: (by) => Reveal.slide(Reveal.getIndices().h + by),
  on: () => (turn.steps().some((step) => !step.classList.contains("visible")) ? Reveal.next() : turn.to(1)),
  back: () => (turn.steps().some((step) => step.classList.contains("visible")) ? Reveal.prev() : turn.to(-1)),
};

function bindSwipe() {
  let start = null;
  const root = Reveal.getRevealElement();
  root.addEventListener("touchstart", (event) => {
    const wide = event.target.closest("pre, figure, table, .highlight, .trick-output");
    const slides = wide && wide.scrollWidth > wide.clientWidth && getComputedStyle(wide).overflowX !== "hidden";
    start = event.touches.length === 1 && !slides ? event.touches[0] : null;
  }, { passive: true });
  root.addEventListener("touchend", (event) => {
    if (!start || !scrolls()) return;
    const dx = event.changedTouches[0].clientX - start.clientX;
    const dy = event.changedTouches[0].clientY - start.clientY;
    if (Math.abs(dx) > 50 && Math.abs(dx) > 2 * Math.abs(dy)) dx < 0 ? turn.on() : turn.back();
  }, { passive: true });
}

/** On a phone a drawing is seen whole, and a touch makes it large enough to read; one more, whole. */
function bindEnlarging() {
  Reveal.getRevealElement().addEventListener("click", ({ target }) => {
    if (scrolls()) target.closest("figure.diagram")?.classList.toggle("enlarged");
  });
}

/** What scrolls on a slide can be scrolled by keyboard. */
function letScroll(slide) {
  if (!scrolls()) return;
  for (const element of [slide, ...every(".highlight, pre, table, figure, .command", slide)]) {
    const more = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
    if (more && getComputedStyle(element).overflow.includes("auto")) element.tabIndex = 0;
  }
}
