/* Where a trick's output comes from. A source of events is an object with

     name             what a panel's button says it does: "run", "replay"
     label            the word on the button
     can(panel)       whether it can answer for this panel
     whyNot(panel)    the reason to show when it can't, "" when there is none
     start(panel)     begin; what comes of it is told by hear()
     stop(panel)      end it; the end, too, is told by hear()

   The stage runs tricks, a recording replays them. The first source that can is the one that a
   panel's button offers, so a source joins by its place in this list. */

const sources = [];

/** An event of a source: {trick, run, kind, time, text, result}; kind is "start", "status",
    "stdout", "stderr", "chart" or "end". `said` replaces the words about how it went. */
function hear(source, event) {
  const found = panels.of(event.trick);
  for (const panel of found) panel.handle(source, event);
  if (!found.length && !parts.complete) parts.all().then(() => hear(source, event)); // its slide has not come yet
}

/** Panels are made when their slide comes near, or when there is something to show in them. */
const panels = {
  made: new Map(), // element -> Panel

  in(slide) {
    return every("[data-trick], [data-chart]", slide).map(panels.for);
  },
  /** All that show this trick, variant or measurement, also on slides that are put away. */
  of(whole) {
    const [id, variant] = whole.split("~");
    const chart = id.replace(/^measurements\./, "");
    const slides = [...shelf.holding("data-trick", id), ...shelf.holding("data-chart", chart)];
    const asked = `[data-trick="${CSS.escape(id)}"], [data-chart="${CSS.escape(chart)}"]`;
    return slides.flatMap((slide) => every(asked, shelf.on(slide))).map(panels.for).filter((panel) => panel.id === id)
      .map((panel) => (variant ? panel.variants?.named(variant) : panel)).filter(Boolean);
  },
  for(element) {
    if (!panels.made.has(element)) {
      const Kind = "trick" in element.dataset ? TrickPanel : ChartPanel;
      panels.made.set(element, new Kind(element));
    }
    return panels.made.get(element);
  },
  here: () => panels.in(Reveal.getCurrentSlide()),
  all: () => [...panels.made.values()].flatMap((panel) => [panel, ...panel.variants?.made.values() || []]),
  refresh: () => panels.all().forEach((panel) => panel.refresh()),
  lose: (source) => panels.all().forEach((panel) => panel.lose(source)),
};
