/* Where one is: titles, chapters, addresses, the browser's history. */

const titleOf = (slide) => slide.getAttribute("aria-label") ?? titleOn(slide);

const titleOn = (slide) => {
  const title = shelf.on(slide).querySelector("h1, h2, h3, h4, h5, h6, .ask");
  if (!title) return "";
  const copy = title.cloneNode(true);
  every(".headerlink", copy).forEach((link) => link.remove());
  return spaced(copy.textContent);
};

const isChapter = (slide) => slide.classList.contains("section") || slide.classList.contains("level-1");

const addressOf = (slide) => (slide.id ? `#/${encodeURIComponent(slide.id)}` : `#/${Reveal.getIndices(slide).h}`);

const isReceiver = () => (/[?&]receiver\b/.test(location.search));

function goTo(slide) {
  const { h, v } = Reveal.getIndices(slide);
  Reveal.slide(h, v, -1);
}

/** The chapter before or after; back goes to this chapter's own beginning first. */
function turnChapter(step) {
  const slides = Reveal.getSlides();
  const at = slides.indexOf(Reveal.getCurrentSlide());
  const found = step > 0
    ? slides.slice(at + 1).find(isChapter)
    : slides.slice(0, at).findLast(isChapter);
  goTo(found || (step > 0 ? slides.at(-1) : slides[0]));
}

/** The document's title follows: it is what a history, a bookmark and a screen reader say. */
function tellTitle() {
  const title = titleOf(Reveal.getCurrentSlide());
  const talk = spaced(settings.title || "");
  document.title = title && title !== talk && Reveal.getIndices().h ? `${title} — ${talk}` : talk || title;
}

/** Back goes to where the link was. reveal.js only replaces the address, and does so late. */
function keepHistory() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const href = link.getAttribute("href");
    if (!href.startsWith("#")) return openBeside(link);
    const target = targetOf(href);
    if (!target && parts.complete) return;
    event.preventDefault();
    if (target) follow(target);
    else parts.all().then(() => follow(targetOf(href)));
  }, true); // before reveal.js, which turns to a link's slide without an entry in the history
}

function follow(target) {
  if (!target) return;
  history.replaceState(history.state, "", placeNow());
  history.pushState(null, "", addressOf(target));
  told.note();
  goTo(target);
}

/** The slide, with its step, as an address. */
function placeNow() {
  const { f } = Reveal.getIndices();
  return addressOf(Reveal.getCurrentSlide()) + (f >= 0 ? `/${f}` : "");
}

function targetOf(href) {
  const name = decodeURIComponent(href.replace(/^#\/?/, ""));
  return /^\d+$/.test(name) ? Reveal.getSlides()[Number(name)] : shelf.holding("id", name)[0];
}

/** After a reload: the slide and the step that were shown. The address would do, but reveal.js
    writes it late, and the presenter may just have moved. */
function comeBack() {
  addEventListener("pagehide", () => stored.set("deck-place", JSON.stringify(Reveal.getIndices())));
  if (performance.getEntriesByType("navigation")[0]?.type !== "reload") return;
  try {
    const { h, v, f } = JSON.parse(stored.get("deck-place"));
    Reveal.slide(h, v, f);
  } catch { /* nothing is kept */ }
}

/** What leads out of the talk does not take its place. */
function openBeside(link) {
  if (link.target || !/^(https?|file):$/.test(link.protocol)) return;
  link.target = "_blank";
  link.rel = "noopener";
}
