/* A slide gets new content while the page stays: its place, its step and all others are as they were. */

/** `html` is a whole section; `slide` is the element that stands for it from now on, too. */
function renewSlide(slide, html) {
  if (!slide) return;
  const fresh = elements(html).querySelector("section"); // the deck's own, from where the page came
  const state = ["present", "past", "future", "stack"].filter((name) => slide.classList.contains(name));
  for (const name of ["aria-label", "data-part"]) slide.removeAttribute(name);
  for (const { name, value } of fresh.attributes) slide.setAttribute(name, value);
  slide.classList.add(...state);
  if (typeof shelf.kept.get(slide) !== "string") every("[data-trick], [data-chart]", shelf.on(slide)).forEach((element) => panels.made.delete(element));
  const here = slide === Reveal.getCurrentSlide();
  const { h, v, f } = Reveal.getIndices();
  shelf.renew(slide, fresh);
  nameSlide(slide);
  contents.entries = null;
  if (!here) return;
  Reveal.syncSlide(slide);
  Reveal.slide(h, v, f);
  arrive();
}
