/* A slide gets new content while the page stays: its place, its step and all others are as they were. */

/** `html` is a whole section; `slide` is the element that stands for it from now on, too. */
function renewSlide(slide, html) {
  if (!slide) return;
  const box = document.createElement("template");
  box.innerHTML = html; // the deck's own, from where the page came
  const fresh = box.content.querySelector("section");
  const state = ["present", "past", "future", "stack"].filter((name) => slide.classList.contains(name));
  for (const { name, value } of fresh.attributes) slide.setAttribute(name, value);
  slide.classList.add(...state);
  every("[data-trick], [data-chart]", shelf.on(slide)).forEach((element) => panels.made.delete(element));
  const here = slide === Reveal.getCurrentSlide();
  const { h, v, f } = Reveal.getIndices();
  if (shelf.kept.has(slide)) shelf.on(slide).replaceChildren(...fresh.childNodes);
  else slide.replaceChildren(...fresh.childNodes);
  mendSlide(slide);
  invitation.put(shelf.on(slide));
  contents.entries = null;
  if (!here) return;
  Reveal.syncSlide(slide);
  Reveal.slide(h, v, f);
  arrive();
}
