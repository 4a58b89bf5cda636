/* A trick's explanations: a mark in the code opens one, and so do the slide's own keys. */

let explanations = 0;

/** Makes the marks in a panel's code buttons. */
function openMarks(panel) {
  for (const mark of every(".mark", panel.element)) {
    const number = mark.dataset.mark;
    const button = make("button", "mark", mark.textContent);
    const callout = panel.element.querySelector(`.callout[data-mark="${number}"]`);
    callout.id ||= `${panel.id}-callout-${number}-${explanations++}`;
    button.dataset.mark = number;
    button.setAttribute("aria-label", word("Explanation {number}", { number }));
    button.setAttribute("aria-controls", callout.id);
    button.addEventListener("click", () => {
      const open = callout.classList.contains("current-fragment");
      Reveal.navigateFragment(open ? -1 : Number(callout.dataset.fragmentIndex));
      callout.scrollIntoView({ block: "nearest" });
    });
    mark.replaceWith(button);
  }
}

/** Marks the line that is explained; its explanation stands near it, where nothing is written. */
function explain(trick) {
  const callouts = every(".callout", trick);
  if (callouts.length && !scrolls()) makeRoom(trick, callouts);
  for (const callout of callouts) {
    const button = buttonOf(callout, trick);
    const open = callout.classList.contains("current-fragment");
    if (button.ariaExpanded !== String(open)) button.ariaExpanded = String(open);
    button.closest(".line").classList.toggle("explained", open);
  }
}

const buttonOf = (callout, trick) => trick.querySelector(`.mark[data-mark="${callout.dataset.mark}"]`);

const rooms = new WeakMap(); // trick -> what it looked like when room was found

/** To try places has the browser lay out the slide many times: once for each look of the trick. */
function makeRoom(trick, callouts) {
  const lines = every(".line", trick);
  // To ask for a width here would have the browser lay out the slide at each step, before its time.
  const look = [fit.times, document.fonts.status, trick.className,
    lines.length, lines.reduce((sum, line) => sum + line.textContent.length, 0)].join(" ");
  if (rooms.get(trick) === look || !callouts[0].parentElement.offsetWidth) return;
  rooms.set(trick, look);
  findRoom(trick, callouts);
}

const SIZES = [46, 42, 38, 34]; // of the code: all explanations of a trick find room, or it shrinks
const WIDTHS = [840, 760, 680, 600, 540, 480, 420];
const EMPTY = 240; // units below all that is written, which smaller letters may not leave
const GAP = 14;
const WORTH = 36; // how much nearer an explanation must come for each unit that the code gets smaller
const COLUMN = 3; // how much nearer for each unit that it is higher than a card is, a column of few words
const EDGE = 240; // how much nearer to lie across the frame of an output beside the code

/** The size of the code at which all explanations stand near their lines, and it is large. Each size
    that is tried has the browser lay out the slide: none that can't be better. */
function findRoom(trick, callouts) {
  const heights = heightsOf(callouts);
  let best = { cost: Infinity };
  for (const most of SIZES) {
    if (best.cost <= (SIZES[0] - most) * WORTH) break;
    const tried = tryAt(most, trick, callouts, heights);
    if (tried.cost < best.cost || !best.places) best = tried;
  }
  trick.style.setProperty("--most", `${best.most}px`);
  callouts.forEach((callout, at) => put(callout, best.places[at]));
}

/** How high each explanation is at each width, from one layout. */
function heightsOf(callouts) {
  const trials = callouts.map((callout) => WIDTHS.map((card) => {
    const trial = callout.cloneNode(true);
    trial.style.setProperty("--card", `${card}px`);
    return trial;
  }));
  callouts[0].parentElement.append(...trials.flat());
  const heights = trials.map((sizes) => sizes.map((trial) => trial.offsetHeight));
  trials.flat().forEach((trial) => trial.remove());
  return heights;
}

/** The places of all at this size of the code, and what that costs. */
function tryAt(most, trick, callouts, heights) {
  trick.style.setProperty("--most", `${most}px`);
  const page = written(trick, callouts[0].parentElement);
  const size = parseFloat(getComputedStyle(trick.querySelector(".trick-code pre")).fontSize);
  const places = callouts.map((callout, at) => placeFor(page.explained.get(callout.dataset.mark), heights[at], page));
  const empty = page.high - Math.max(...page.lines.map(({ bottom }) => bottom));
  const farthest = Math.max(...places.map(({ far }) => far));
  const cost = most < SIZES[0] && empty > EMPTY ? Infinity : farthest + (SIZES[0] - size) * WORTH;
  return { most, places, cost };
}

/** The free place that is nearest to an explanation's line; how far that is, or Infinity. */
function placeFor(line, heights, { lines, frame, high, wide }) {
  const wanted = line.top - GAP;
  const [widest] = heights;
  let best = { far: Infinity, card: WIDTHS[0], own: widest, at: Math.max(0, Math.min(wanted, high - widest)) };
  WIDTHS.forEach((card, which) => {
    const own = heights[which];
    const inTheWay = lines.filter((line) => line.right > wide - card - GAP);
    const free = (at) => inTheWay.every((line) => line.bottom < at || line.top > at + own);
    const narrow = (WIDTHS[0] - card) / 10 + Math.max(0, own - card * 0.75) * COLUMN;
    for (let at = 0; at <= high - own; at += 4) {
      const across = frame && at < frame.bottom && at + own > frame.top;
      const far = Math.abs(at - wanted) + narrow + (across ? EDGE : 0);
      if (far < best.far && free(at)) best = { far, card, own, at };
    }
  });
  return { ...best, line };
}

/** Where an explanation stands above or below its line, a stroke leads from one to the other. */
function put(callout, { card, own, at, line }) {
  const below = at - line.bottom;
  const above = line.top - at - own;
  callout.dataset.lead = below > 0 ? "up" : above > 0 ? "down" : "";
  callout.style.setProperty("--lead", `${Math.max(below, above, 0)}px`);
  callout.style.setProperty("--card", `${card}px`);
  callout.style.setProperty("--at", `${at}px`);
}

/** Where what is written in a trick's lines is, in units of the slide, and where those with a mark are. */
function written(trick, column) {
  const corner = column.getBoundingClientRect();
  const scale = corner.width / column.offsetWidth;
  const inUnits = ({ top, bottom, right }) => ({
    top: (top - corner.top) / scale, bottom: (bottom - corner.top) / scale, right: (right - corner.left) / scale,
  });
  const range = document.createRange();
  const explained = new Map();
  const lines = every(".trick-code .line, .trick-output .line", trick).map((line) => {
    if (line.dataset.mark) explained.set(line.dataset.mark, inUnits(line.getBoundingClientRect()));
    range.selectNodeContents(line);
    return inUnits(range.getBoundingClientRect());
  });
  const beside = trick.dataset.layout === "beside" && !trick.classList.contains("varied");
  const frame = beside && inUnits(trick.querySelector(".trick-screen").getBoundingClientRect());
  return { lines, frame, explained, high: column.offsetHeight, wide: column.offsetWidth };
}
