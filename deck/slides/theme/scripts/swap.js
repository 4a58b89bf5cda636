/* A new build changes in place those slides that are other ones now (the message is described in
   deck/stage/swap.py); the slide that is shown, and its step, stay. */

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
    const seen = seenOn(here);
    const before = order ? sectionsById() : sectionsOf(Object.keys({ ...slides, ...renumbered }));
    const after = new Map(before);
    for (const [old, id] of Object.entries(renamed)) after.set(id, before.get(old));
    for (const id of gone) after.delete(id);
    const come = [];
    let alike = !order;
    for (const [id, { html }] of Object.entries(slides)) {
      if (after.has(id)) alike = rewrite(after.get(id), html) && alike;
      else come.push(after.set(id, elements(html).firstElementChild).get(id));
    }
    for (const [id, change] of Object.entries(renumbered)) renumber(after.get(id), change);
    const now = order ? stillThere(here, before, after) : here;
    if (order) putInOrder(order.map((id) => after.get(id)), gone.map((id) => before.get(id)));
    come.forEach(mendSlide);
    come.forEach(invitation.put);
    shelf.renew(order);
    contents.entries = null;
    if (order) Reveal.sync();
    if (order || slides[here.id]) {
      shelf.bringAround(shelf.slides.indexOf(now));
      turnBack(now, now === here ? f : undefined, alike);
      seeAgain(now, seen);
    }
    renewPictures(pictures);
    speakerView.changedSlides();
  },
};

const sectionsById = () => new Map(every(".slides > section[id]").map((slide) => [slide.id, slide]));

/** Of a save that moves no slide, only those count that it changes. */
const sectionsOf = (ids) => new Map(ids.map((id) => [id, document.getElementById(id)]));

/** A slide that is the same but for its number and what its start tag says. */
function renumber(slide, { tag, number }) {
  takeAttributes(slide, elements(`${tag}</section>`).firstElementChild);
  const element = every(".slide-no", shelf.on(slide)).at(-1);
  if (element) element.textContent = number;
}

/** Slides that a theme puts around those of the documents stay where they are. */
function putInOrder(slides, gone) {
  const listed = new Set([...slides, ...gone]);
  const first = every(".slides > section").find((slide) => listed.has(slide));
  if (first !== slides[0]) first.before(slides[0]);
  slides.reduce((last, slide) => {
    if (last.nextElementSibling !== slide) last.after(slide);
    return slide;
  });
  for (const slide of gone) if (!slides.includes(slide)) slide.remove();
}

/** The slide that is shown, or one near to where it was. */
function stillThere(here, before, after) {
  if ([...after.values()].includes(here)) return here;
  return neighbour([...before.keys()], [...before.values()].indexOf(here), after);
}

/** Where a slide was that is gone: the next one that is still there, else the one before. */
function neighbour(ids, at, after) {
  const there = (id) => after.has(id);
  return after.get(ids.slice(at + 1).find(there) ?? ids.slice(0, at).findLast(there)) || after.values().next().value;
}

/** Pictures of the same name that look otherwise now, wherever they stand. */
function renewPictures(pictures) {
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
