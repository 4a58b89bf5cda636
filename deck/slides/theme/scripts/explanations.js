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

/** The size of the code at which all explanations stand near their lines, and it is large. */
function findRoom(trick, callouts) {
  const costs = SIZES.map((most) => {
    const { farthest, empty } = placeAll(trick, callouts, most);
    const size = parseFloat(getComputedStyle(trick.querySelector(".trick-code pre")).fontSize);
    return most < SIZES[0] && empty > EMPTY ? Infinity : farthest + (SIZES[0] - size) * WORTH;
  });
  placeAll(trick, callouts, SIZES[costs.indexOf(Math.min(...costs))]);
}

/** Places all at this size of the code: how far they are from their lines, and what is empty below. */
function placeAll(trick, callouts, most) {
  trick.style.setProperty("--most", `${most}px`);
  const page = written(trick, callouts[0].parentElement);
  const farthest = Math.max(...callouts.map((callout) => place(callout, page)));
  return { farthest, empty: page.high - Math.max(...page.lines.map(({ bottom }) => bottom)) };
}

/** Puts an explanation at the free place that is nearest to its line; how far that is, or Infinity. */
function place(callout, { lines, frame, high, wide, explained }) {
  const line = explained.get(callout.dataset.mark);
  const wanted = line.top - GAP;
  let best = { far: Infinity, card: 600, at: Math.max(0, Math.min(wanted, high - callout.offsetHeight)) };
  for (const card of WIDTHS) {
    callout.style.setProperty("--card", `${card}px`);
    const own = callout.offsetHeight;
    const inTheWay = lines.filter((line) => line.right > wide - card - GAP);
    const free = (at) => inTheWay.every((line) => line.bottom < at || line.top > at + own);
    const narrow = (WIDTHS[0] - card) / 10 + Math.max(0, own - card * 0.75) * COLUMN;
    for (let at = 0; at <= high - own; at += 4) {
      const across = frame && at < frame.bottom && at + own > frame.top;
      const far = Math.abs(at - wanted) + narrow + (across ? EDGE : 0);
      if (far < best.far && free(at)) best = { far, card, at };
    }
  }
  callout.style.setProperty("--card", `${best.card}px`);
  callout.style.setProperty("--at", `${best.at}px`);
  leadTo(callout, best.at, line);
  return best.far;
}

/** Where an explanation stands above or below its line, a stroke leads from one to the other. */
function leadTo(callout, at, line) {
  const below = at - line.bottom;
  const above = line.top - at - callout.offsetHeight;
  callout.dataset.lead = below > 0 ? "up" : above > 0 ? "down" : "";
  callout.style.setProperty("--lead", `${Math.max(below, above, 0)}px`);
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
