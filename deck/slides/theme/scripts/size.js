/* How large a slide is: 1920 x 1080 units that are fitted to the window, or a page that scrolls. */

const SLIDE = { width: 1920, height: 1080, margin: 0, minScale: 0.05, maxScale: 4 };
const PHONE = matchMedia("screen and (max-aspect-ratio: 1/1) and (max-width: 900px)");

/** The speaker view's frames may be as narrow as a phone, and paper too: they are none. */
function isPhone() {
  const phone = PHONE.matches && !/\b(print-pdf|receiver)\b/.test(location.search);
  document.documentElement.classList.toggle("phone", phone);
  return phone;
}

/** On a phone held upright a slide is the screen itself and scrolls; elsewhere it is 1920x1080.
    There reveal.js would turn each vertical move of a finger into a turn of the slide. */
function size() {
  const phone = isPhone();
  const screen = { width: innerWidth, height: innerHeight, margin: 0, minScale: 1, maxScale: 1 };
  return { ...(phone ? screen : SLIDE), touch: !phone };
}

function fit() {
  Reveal.configure(size());
  Reveal.layout();
}

function bindSwipe() {
  let start = null;
  const root = Reveal.getRevealElement();
  root.addEventListener("touchstart", (event) => {
    const wide = event.target.closest("pre, figure, .highlight, .trick-output");
    const scrolls = wide && wide.scrollWidth > wide.clientWidth;
    start = event.touches.length === 1 && !scrolls ? event.touches[0] : null;
  }, { passive: true });
  root.addEventListener("touchend", (event) => {
    if (!start || !isPhone()) return;
    const dx = event.changedTouches[0].clientX - start.clientX;
    const dy = event.changedTouches[0].clientY - start.clientY;
    if (Math.abs(dx) > 50 && Math.abs(dx) > 2 * Math.abs(dy)) dx < 0 ? Reveal.next() : Reveal.prev();
  }, { passive: true });
}
