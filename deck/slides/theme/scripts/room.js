/* Where a trick's explanations stand: each at its line, or near it, where nothing is written. */

const SIZES = [46, 44, 42, 40, 38, 36, 34]; // of the code: where there is no room, it shrinks
const WIDTHS = [840, 760, 680, 600, 540, 480, 420]; // of a card
const EMPTY = 240; // units below all that is written, which smaller letters may not leave
const GAP = 14; // between a card and what is written
const INTO = 20; // how far inside its card a stroke begins
// What counts like so many units between a card and its line:
const WORTH = 36; // each unit by which letters are smaller
const SPARE = 40; // spare room below the code
const OFF = 3 / 8; // each unit by which the card's top is not at the line's
const NARROW = 1 / 10; // each unit less of width
const COLUMN = 3; // each unit that a column of few words is higher than a card
const BLIND = 400; // to stand where no stroke can lead

const rooms = new WeakMap(); // trick -> what it looked like when room was found

/** To find room has the browser lay out the slide several times, in as many pieces: once for each look
    of the trick. */
function* makeRoom(trick, callouts) {
  // To ask for a width here would have the browser lay out the slide at each step, before its time.
  const lengths = every("pre", trick).map((pre) => pre.textContent.length);
  const look = [fit.times, document.fonts.status, trick.className, ...lengths].join(" ");
  if (rooms.get(trick) === look || !callouts[0].parentElement.offsetWidth) return;
  yield* findRoom(trick, callouts);
  rooms.set(trick, look);
}

/** The look of the code at which all explanations stand near their lines, and it is large. */
function* findRoom(trick, callouts) {
  const cards = cardsOf(callouts);
  yield;
  const first = plan(trick, callouts, cards, { most: SIZES[0], spare: 0, price: 0 });
  let best = first;
  for (const look of otherLooks(first, cards)) {
    if (look.price >= best.cost) continue; // however near the explanations would come
    yield;
    const found = plan(trick, callouts, cards, look);
    if (found.cost < best.cost && (look.spare || found.empty <= EMPTY)) best = found;
  }
  take(trick, best.look);
  callouts.forEach((callout, at) => stand(callout, best.places[at], best.page));
}

/** Spare room below the code, where as much is empty; and smaller letters. */
function otherLooks({ page, empty }, cards) {
  const spare = Math.max(...cards.map(([widest]) => widest.height)) + 2 * GAP;
  return [
    ...(empty > spare ? [{ most: SIZES[0], spare, price: SPARE }] : []),
    ...SIZES.filter((most) => most < page.size).map((most) => ({ most, spare: 0, price: (page.size - most) * WORTH })),
  ];
}

function take(trick, { most, spare }) {
  trick.style.setProperty("--most", `${most}px`);
  trick.style.setProperty("--spare", `${spare}px`);
}

/** How large each explanation is in each width, from one layout. */
function cardsOf(callouts) {
  const trials = callouts.map((callout) => WIDTHS.map((width) => {
    const trial = callout.cloneNode(true);
    trial.style.setProperty("--card", `${width}px`);
    return trial;
  }));
  callouts[0].parentElement.append(...trials.flat());
  const cards = trials.map((widths) => widths.map((trial, at) => ({ width: WIDTHS[at], height: trial.offsetHeight })));
  trials.flat().forEach((trial) => trial.remove());
  return cards;
}

/** Where all would stand if the code looked like this: what that costs, and what would be empty below. */
function plan(trick, callouts, cards, look) {
  take(trick, look);
  const page = written(trick, callouts[0].parentElement);
  const places = callouts.map((callout, at) => nearest(page, page.explained.get(callout.dataset.mark), cards[at]));
  const lowest = Math.max(...[...page.lines, ...page.frames].map(({ bottom }) => bottom));
  return { look, page, places, empty: page.high - lowest, cost: look.price + Math.max(...places.map(({ cost }) => cost)) };
}

/** The free place that is nearest to the line, and what it costs to be there: Infinity if none is free. */
function nearest(page, line, cards) {
  const wanted = line.top - GAP;
  let best = { cost: Infinity, card: boxOf(cards[0], Math.max(0, Math.min(wanted, page.high - cards[0].height)), page.wide) };
  for (const { size, right } of columns(page, cards)) {
    const narrow = (WIDTHS[0] - size.width) * NARROW + Math.max(0, size.height - size.width * 0.75) * COLUMN;
    const inTheWay = [...page.lines, ...page.frames].filter((other) => other.right > right - size.width - GAP && other.left < right);
    for (let top = 0; top <= page.high - size.height; top += 4) {
      const near = narrow + Math.abs(top - wanted) * OFF;
      if (near >= best.cost) continue;
      const card = boxOf(size, top, right);
      if (!inTheWay.every((other) => apart(card, other))) continue;
      const lead = leadTo(line, card, page);
      const cost = near + apart(card, line) + (lead ? 0 : BLIND);
      if (cost < best.cost) best = { cost, card, lead };
    }
  }
  return best;
}

/** In each width a card may end at the right of the slide, or beside the frame of an output. */
const columns = ({ wide, frames }, cards) => cards.flatMap((size) =>
  [wide, ...frames.map(({ left }) => left - GAP)].filter((right) => right > size.width).map((right) => ({ size, right })));

const boxOf = ({ width, height }, top, right) => ({ top, bottom: top + height, left: right - width, right, width });

const apart = (one, other) => Math.max(0, one.top - other.bottom, other.top - one.bottom);

/** From a card that stands apart, a stroke leads to its line, beside what is written: null where none can. */
function leadTo(line, card, { lines, frames }) {
  const up = card.top > line.bottom;
  const [top, bottom] = up ? [line.bottom, card.top + INTO] : [card.bottom - INTO, line.top];
  if (bottom - top <= INTO + GAP) return { way: "" };
  const passed = (other) => other.bottom > top && other.top < bottom;
  const at = Math.max(line.mark, ...lines.filter(passed).map(({ right }) => right + GAP));
  if (at > card.right - GAP || frames.some((frame) => passed(frame) && at > frame.left - 4)) return null;
  return { way: up ? "up" : "down", from: at - card.left - 4, high: bottom - top };
}

/** Puts an explanation there; what it lies on makes way. */
function stand(callout, { card, lead }, { wide, copy }) {
  callout.dataset.lead = lead?.way ?? "";
  callout.toggleAttribute("data-covers", !apart(card, copy) && copy.left < card.right && copy.right > card.left);
  const at = { card: card.width, at: card.top, aside: wide - card.right, from: lead?.from ?? 0, lead: lead?.high ?? 0 };
  for (const [name, value] of Object.entries(at)) callout.style.setProperty(`--${name}`, `${value}px`);
}

/** Where what is written in a trick's lines is, in units of the slide, and where those with a mark are. */
function written(trick, column) {
  const corner = column.getBoundingClientRect();
  const scale = corner.width / column.offsetWidth;
  const place = (there) => {
    const { x, y, width, height } = there.getBoundingClientRect();
    const size = { width: width / scale, height: height / scale };
    return boxOf(size, (y - corner.y) / scale, (x - corner.x) / scale + size.width);
  };
  const range = document.createRange();
  const explained = new Map();
  const beside = trick.dataset.layout === "beside" && !trick.classList.contains("varied");
  const lines = every(beside ? ".trick-code .line" : ".trick-code .line, .trick-output .line", trick).map((line) => {
    const mark = line.querySelector(".mark");
    if (mark) explained.set(line.dataset.mark, { ...place(line), mark: place(mark).left + GAP });
    range.selectNodeContents(line);
    return place(range);
  });
  return {
    lines, explained, high: column.offsetHeight, wide: column.offsetWidth,
    frames: beside ? [place(trick.querySelector(".trick-screen"))] : [],
    copy: place(trick.querySelector(".trick-code .copy")),
    size: parseFloat(getComputedStyle(trick.querySelector(".trick-code pre")).fontSize),
  };
}
