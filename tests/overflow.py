"""Does every slide fit, and can it be read? Asked of the browser, slide by slide and step by step.

`complaints(page)` takes a Playwright page that shows a deck and answers in sentences; none means
that all is well. Only a trick's output may scroll, and only downwards.
"""

SIZES = ((1920, 1080), (1280, 720))

# Text is 1/22 of the slide's height or more, code and what stands in a drawing 1/32. The small
# print (badges, page numbers, how a run ended) is for the one who holds the deck in the hand.
MEASURE = """
([textPart, codePart]) => {
  const slide = Reveal.getCurrentSlide();
  const scale = Reveal.getScale();
  const frame = slide.getBoundingClientRect();
  const found = new Set();
  const name = (e) => e.tagName.toLowerCase() + [...e.classList].map((c) => "." + c).join("");
  const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && !e.closest("aside.notes") && getComputedStyle(e).clipPath === "none";

  for (const element of [slide, ...slide.querySelectorAll("*")]) {
    if (!shown(element)) continue;
    const rect = element.getBoundingClientRect();
    if (!rect.width || !rect.height) continue;
    const beyond = Math.max(frame.left - rect.left, rect.right - frame.right,
      frame.top - rect.top, rect.bottom - frame.bottom) / scale;
    const scroller = element.closest(".trick-output");
    const pane = scroller && scroller !== element && scroller.getBoundingClientRect();
    if (beyond > 1 && !(pane && rect.right <= pane.right + 1))
      found.add(`${name(element)} goes ${Math.round(beyond)} beyond the slide`);
    if (element.closest("svg")) continue;
    const wide = element.scrollWidth - element.clientWidth;
    const high = element.scrollHeight - element.clientHeight;
    const clips = getComputedStyle(element).overflow !== "visible" || element === slide;
    if (clips && (wide > 1 || (high > 1 && element !== scroller)))
      found.add(`${name(element)} hides ${Math.max(wide, high)} of what is in it`);
  }

  const SMALL = ".badge, .trick-status, .chart-made, .slide-no, .slide-footer, button, .small";
  const CODE = "pre, code, kbd, samp, .highlight, svg, table";
  const walker = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (!text || !shown(element) || element.closest("title, desc, script")) continue;
    const drawn = element.closest("svg")?.getScreenCTM().a ?? scale;
    const size = parseFloat(getComputedStyle(element).fontSize) * drawn / scale;
    const least = 1080 / (element.closest(CODE) ? codePart : textPart);
    if (!element.closest(SMALL) && size < least - 0.01)
      found.add(`${name(element)} is ${size.toFixed(1)} high, less than ${least.toFixed(1)}: `
        + text.slice(0, 30));
  }
  return [...found];
}
"""

# Contrast of each text with what is painted behind it (only flat colours are used in the theme).
CONTRAST = """
(least) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map((v) => v / 255);
  };
  const over = (top, below) => top.slice(0, 3).map((v, i) => v * top[3] + below[i] * (1 - top[3]));
  const ground = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement)
      layers.push(rgba(getComputedStyle(e).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), [1, 1, 1]);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = new Set();
  const slide = Reveal.getCurrentSlide();
  const walker = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (!text || element.closest("svg, script, aside.notes")) continue;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    const back = ground(element);
    const [a, b] = [light(over(rgba(getComputedStyle(element).color), back)), light(back)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < least) found.add(`contrast ${ratio.toFixed(2)}: ${text.slice(0, 30)}`);
  }
  return [...found];
}
"""


# Goes through the deck and asks of each step, or of each slide's last. In one call: a question of
# its own for each would take the browser longer than to answer them all.
WALK = """
([option, onlyLast]) => {
  const found = [];
  for (let slide = 0; slide < Reveal.getTotalSlides(); slide += 1) {
    Reveal.slide(slide, 0, -1);
    const fragments = Reveal.getCurrentSlide().querySelectorAll(".fragment");
    const last = new Set([...fragments].map((f) => f.dataset.fragmentIndex)).size - 1;
    const title = Reveal.getCurrentSlide().ariaLabel;
    for (let step = onlyLast ? last : -1; step <= last; step += 1) {
      Reveal.navigateFragment(step);
      const place = `slide ${slide + 1} (${title}), step ${step + 1}`;
      found.push(...ASKED(option).map((said) => [place, said]));
    }
  }
  return found;
}
"""


def ask(page, question: str, option: object, only_last: bool = False) -> list[list[str]]:
    """What a question finds in the deck, as [place, finding]."""
    page.add_style_tag(content="*, *::before { transition: none !important }")
    return page.evaluate(WALK.replace("ASKED", f"({question})"), [option, only_last])


def complaints(page, sizes=SIZES, text_part: float = 22, code_part: float = 32) -> list[str]:
    """What hides, goes beyond its slide, or is too small, at each size and each step."""
    found = []
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function("Math.abs(Reveal.getScale() - innerHeight / 1080) < 0.01")
        for place, said in ask(page, MEASURE, [text_part, code_part]):
            found.append(f"{place}, at {width}x{height}: {said}")
    return found


def pale(page, least: float = 4.5) -> list[str]:
    """Text that stands out too little, in the light and in the dark."""
    found = []
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        # With the last step all is there but the other explanations, which look like this one.
        for place, said in ask(page, CONTRAST, least, only_last=True):
            found.append(f"{place}, {theme}: {said}")
    return found
