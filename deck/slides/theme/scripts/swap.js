/* A new build changes in place those slides that are other ones now (the message is described in
   deck/stage/swap.py). The slide that is shown, its step, what a run printed, what was scrolled
   and what has the focus stay. */

const swap = {
  /** A page that is not of the build which the message begins with is loaded anew. */
  take(message) {
    const { dataset } = document.documentElement;
    // Loaded while it was being built, it is there already; pictures have no part in a version.
    if (dataset.version === message.version && message.from !== message.version) return;
    if (dataset.version !== message.from) return stage.reload();
    dataset.version = message.version;
    swap.apply(message);
  },

  apply({ slides, renumbered, gone, renamed, order, pictures }) {
    const here = Reveal.getCurrentSlide();
    const { f } = Reveal.getIndices();
    const place = seenOn(here);
    const before = sectionsById();
    const after = new Map(before);
    const names = Object.fromEntries(Object.entries(renamed).map(([old, id]) => [id, old]));
    for (const [id, { html }] of Object.entries(slides)) {
      const fresh = elements(html).firstElementChild;
      after.set(id, fresh);
      mendSlide(fresh);
      const old = before.get(id) || before.get(names[id]);
      if (old) exchange(old, fresh);
    }
    for (const [id, change] of Object.entries(renumbered)) renumber(before.get(id), change);
    for (const id of gone) {
      before.get(id)?.remove();
      after.delete(id);
    }
    if (order) putInOrder(order.map((id) => after.get(id)));
    shelf.renew();
    contents.entries = null;
    const now = after.get(here.id) || after.get(renamed[here.id]) || neighbour(here.id, [...before.keys()], after);
    if (order) Reveal.sync();
    if (order || now !== here) turnBack(now, here.id === now.id || renamed[here.id] ? f : undefined);
    restore(now, place);
    renew(pictures);
    speakerView.changedSlides();
  },
};

const sectionsById = () => new Map(every(".slides > section[id]").map((slide) => [slide.id, slide]));

/** Puts a slide where another was, and goes on with what happened on that one. */
function exchange(old, fresh) {
  for (const name of ["past", "present", "future"]) fresh.classList.toggle(name, old.classList.contains(name));
  for (const name of ["hidden", "aria-hidden", "style"])
    if (old.hasAttribute(name)) fresh.setAttribute(name, old.getAttribute(name));
  old.isConnected ? old.replaceWith(fresh) : undefined;
  const there = shelf.on(old);
  shelf.kept.delete(old);
  for (const element of every("[data-trick], [data-chart]", there)) {
    const panel = panels.made.get(element);
    if (!panel) continue;
    panels.made.delete(element);
    const same = every("[data-trick], [data-chart]", fresh).find((other) => !panels.made.has(other)
      && other.dataset.trick === element.dataset.trick && other.dataset.chart === element.dataset.chart);
    if (same) panels.for(same).takeOver(panel);
  }
}

/** A slide that is the same but for its number and what its start tag says. */
function renumber(slide, { tag, number }) {
  const fresh = elements(`${tag}</section>`).firstElementChild;
  for (const { name, value } of fresh.attributes)
    if (name !== "class") slide.setAttribute(name, value);
  for (const name of ["data-timing"]) if (!fresh.hasAttribute(name)) slide.removeAttribute(name);
  const element = shelf.on(slide).querySelector(":scope > .slide-no") || every(".slide-no", shelf.on(slide)).at(-1);
  if (element) element.textContent = number;
}

/** Slides that a theme puts around those of the documents stay where they are. */
function putInOrder(slides) {
  const box = document.querySelector(".reveal .slides");
  const listed = new Set(slides);
  const first = [...box.children].find((child) => listed.has(child));
  if (first && first !== slides[0]) first.before(slides[0]);
  else if (!first) box.append(slides[0]);
  slides.reduce((last, slide) => {
    if (last.nextElementSibling !== slide) last.after(slide);
    return slide;
  });
}

/** Where a slide was that is gone: the next one that is still there, else the one before. */
function neighbour(id, ids, after) {
  const at = ids.indexOf(id);
  const there = (name) => after.has(name);
  return after.get(ids.slice(at + 1).find(there) ?? ids.slice(0, Math.max(at, 0)).findLast(there)) || Reveal.getSlides()[0];
}

/** reveal.js looks at a slide that came in place of another only when it is turned to. */
function turnBack(slide, f) {
  shelf.bringAround(shelf.slides.indexOf(slide));
  Reveal.syncFragments(slide);
  const { h, v } = Reveal.getIndices(slide);
  Reveal.slide(h, v, f);
  arrive();
}

// ---- what one was looking at

const kindOf = (element) => `${element.tagName}.${element.classList[0] || ""}`;

/** What is scrolled on a slide and what has the focus, in words that find it on another one. */
function seenOn(slide) {
  const counts = new Map();
  const found = [];
  for (const element of [slide, ...every("*", slide)]) {
    const kind = element === slide ? "slide" : kindOf(element);
    const at = counts.get(kind) ?? 0;
    counts.set(kind, at + 1);
    const { scrollTop: top, scrollLeft: left } = element;
    const focused = element === document.activeElement;
    if (top || left || focused) found.push({ kind, at, top, left, focused });
  }
  return found;
}

function restore(slide, found) {
  for (const { kind, at, top, left, focused } of found) {
    const element = kind === "slide" ? slide : every("*", slide).filter((each) => kindOf(each) === kind)[at];
    if (!element) continue;
    element.scrollTo({ top, left, behavior: "instant" });
    if (focused) element.focus({ preventScroll: true });
  }
}

/** Pictures of the same name that look otherwise now, wherever they stand. */
function renew(pictures) {
  if (!pictures.length) return;
  const roots = [document, ...shelf.kept.values()].filter((root) => root?.querySelectorAll);
  const shown = roots.flatMap((root) => every("img[src], source[src], video[src], object[data]", root));
  for (const element of shown) {
    const name = element.hasAttribute("src") ? "src" : "data";
    const address = new URL(element.getAttribute(name), document.baseURI);
    if (!pictures.some((picture) => address.pathname.endsWith(`/${picture}`))) continue;
    address.searchParams.set("v", Date.now());
    element.setAttribute(name, address.href);
  }
}
