// What is asked of the slide in sight. Each question answers in sentences; none means all is well.
// Sizes are in the slide's units: 1080 high, or on a phone the screen's own pixels.
const questions = (() => {
  const onPhone = () => document.documentElement.classList.contains("phone");
  const slide = () => Reveal.getCurrentSlide();
  const style = (element) => getComputedStyle(element);
  const area = (rect) => rect.width > 0 && rect.height > 0;

  const short = (text) => text.trim().replace(/\s+/g, " ").slice(0, 40);
  function name(element) {
    const classes = [...element.classList].filter((c) => !/^(fragment|visible|current-fragment|present)$/.test(c));
    const words = element === slide() || element.closest("svg") ? "" : short(element.textContent);
    return element.tagName.toLowerCase() + classes.map((c) => `.${c}`).join("") + (words && ` "${words}"`);
  }
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && !element.closest("aside.notes, script, style, template") && style(element).clipPath === "none"
    && !(style(element).fontSize === "0px" && getComputedStyle(element, "::before").content !== "none");

  const clips = (element) => style(element).overflowX !== "visible" || style(element).overflowY !== "visible";
  /** The part of a box that the boxes around it, up to the slide, leave to be seen. */
  function seen(rect, element, from = element.parentElement) {
    let { left, right, top, bottom } = rect;
    for (let around = from; around && around !== slide(); around = around.parentElement) {
      if (around.closest("svg") || !clips(around)) continue;
      const box = around.getBoundingClientRect();
      [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
      [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
    }
    return { left, right, top, bottom, width: right - left, height: bottom - top };
  }

  function* texts(root = slide()) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (walker.currentNode.data.trim() && !element.closest("title, desc") && shown(element))
        yield [walker.currentNode, element];
    }
  }

  // ---- Does it fit?

  /** What may scroll: the output of a program, downwards; on a phone the slide, and wide boxes. */
  function mayScroll(element, sideways) {
    if (onPhone()) return sideways ? element !== slide() : true;
    return !sideways && element.matches(".trick-output, .deck-scrolls");
  }

  function hidden(element, scale) {
    if (style(element).textOverflow === "ellipsis" && element.title) return []; // and says so
    if (element.matches(".badges")) return []; // a badge without room is left out whole
    const wide = element.scrollWidth - element.clientWidth;
    const high = element.scrollHeight - element.clientHeight;
    const said = [];
    if (high > 1 && !mayScroll(element, false))
      said.push(`${name(element)} hides ${high} of its height: it scrolls, or is cut`);
    if (wide > 1 && !mayScroll(element, true))
      said.push(`${name(element)} hides ${wide} of its width: it scrolls, or is cut`);
    return said;
  }

  function fits() {
    const scale = Reveal.getScale();
    const frame = slide().getBoundingClientRect();
    const found = [];
    const full = slide().scrollHeight - slide().clientHeight > 1;
    for (const element of [slide(), ...slide().querySelectorAll("*")]) {
      if (!shown(element) || !area(element.getBoundingClientRect())) continue;
      const rect = seen(element.getBoundingClientRect(), element);
      const below = onPhone() || full ? 0 : rect.bottom - frame.bottom;
      const beyond = Math.max(frame.left - rect.left, rect.right - frame.right,
        onPhone() ? 0 : frame.top - rect.top, below) / scale;
      const said = area(rect) && beyond > 1 && `goes ${Math.round(beyond)} beyond the slide`;
      // Once is enough: what is in it goes beyond the slide with it.
      if (said && !found.some(([around, what]) => what === said && around.contains(element)))
        found.push([element, said]);
      if (!element.closest("svg") && (clips(element) || element === slide()))
        hidden(element, scale).forEach((what) => found.push([null, what]));
    }
    return found.map(([element, said]) => (element ? `${name(element)} ${said}` : said));
  }

  // ---- Is it large enough?

  const SMALL = ".badge, .command, .trick-status, .chart-made, .slide-no, .slide-footer, button, .small, .source,"
    + " figcaption, .code-block-caption, aside.footnote-list, .citation, sub, sup, .footnote-reference, math";
  const CODE = "pre, code, kbd, samp, .highlight, .lanes, svg, table";

  // On a phone: the least that is read at arm's length. A drawing is enlarged with two fingers.
  const ON_PHONE = 10.9;
  const DRAWN_ON_PHONE = 10.9;

  function large({ text, code }) {
    const scale = Reveal.getScale();
    const found = new Set();
    for (const [node, element] of texts()) {
      const drawn = element.closest("svg")?.getScreenCTM().a ?? scale;
      const size = parseFloat(style(element).fontSize) * drawn / scale;
      const least = onPhone() ? (element.closest("svg") ? DRAWN_ON_PHONE : ON_PHONE)
        : element.closest(CODE) ? code : text;
      if (!element.closest(SMALL) && size < least - 0.01)
        found.add(`${name(element)} is ${size.toFixed(1)} high, less than ${least.toFixed(1)}: `
          + short(node.data));
    }
    return [...found];
  }

  // ---- Does text lie on text?

  /** What sticks to an edge lies on what scrolls below it, and means to. */
  function sticks(element) {
    for (let e = element; e && e !== slide(); e = e.parentElement)
      if (style(e).position === "sticky") return true;
    return false;
  }

  function lines() {
    const found = [];
    for (const [node, element] of texts()) {
      if (sticks(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        const box = seen(rect, element, element);
        if (area(box)) found.push({ box, node, element });
      }
    }
    return found;
  }

  /** A font's box is higher than its letters: only what shares half its height lies on another. */
  function overlaps() {
    const all = lines();
    const found = new Set();
    for (let i = 0; i < all.length; i += 1) {
      for (let j = i + 1; j < all.length; j += 1) {
        const [a, b] = [all[i].box, all[j].box];
        if (all[i].node === all[j].node) continue;
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 3 * Reveal.getScale() && high > Math.min(a.height, b.height) / 2
          && !all[i].element.closest("math"))
          found.add(`"${short(all[i].node.data)}" and "${short(all[j].node.data)}" lie on each other`);
      }
    }
    return [...found];
  }

  // ---- Does it stand out?

  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  function rgba(colour) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map((v) => v / 255);
  }
  const over = (top, below) => top.slice(0, 3).map((v, i) => v * top[3] + below[i] * (1 - top[3]));
  /** The colour behind an element; null where a picture is, whose colours nobody knows here. */
  function ground(element) {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      const colour = rgba(style(e).backgroundColor);
      layers.push(colour);
      if (colour[3] === 1) break;
      if (style(e).backgroundImage !== "none") return null;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [1, 1, 1]);
  }
  function light(rgb) {
    const [r, g, b] = rgb.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
  function standsOut({ contrast }) {
    const found = new Set();
    for (const [node, element] of texts()) {
      const back = element.closest("svg") ? null : ground(element);
      if (!back) continue;
      const [a, b] = [light(over(rgba(style(element).color), back)), light(back)];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < contrast) found.add(`contrast ${ratio.toFixed(2)}: ${short(node.data)}`);
    }
    return [...found];
  }

  return { fits, large, overlaps, standsOut };
})();

// ---- All slides, all steps

/** The findings of these questions, each with its slide: {slide, title, source, step, said}. */
async function ask({ names, rules, onlyLast }) {
  const found = [];
  for (let at = 0; at < Reveal.getTotalSlides(); at += 1) {
    Reveal.slide(at, 0, -1);
    const slide = Reveal.getCurrentSlide();
    const pictures = [...slide.querySelectorAll("img")].filter((picture) => !picture.complete);
    await Promise.all(pictures.map((picture) => picture.decode().catch(() => null)));
    const fragments = slide.querySelectorAll(".fragment");
    const last = new Set([...fragments].map((f) => f.dataset.fragmentIndex)).size - 1;
    for (let step = onlyLast ? last : -1; step <= last; step += 1) {
      Reveal.navigateFragment(step);
      const answers = names.flatMap((name) => questions[name](rules));
      for (const said of answers) {
        const title = slide.ariaLabel || slide.id;
        found.push({ slide: at + 1, title, source: slide.dataset.source || "", step: step + 1, said });
      }
    }
  }
  return found;
}
