/* A chart on a slide: what was measured, and what the stage measures just now. */

const SVG = "http://www.w3.org/2000/svg";
const SHAPES = /^(svg|title|desc|g|path|line|rect|circle|text)$/;

/** A drawing from the stage as an element; null unless it is SVG that only draws. */
function drawing(text) {
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  const all = [root, ...every("*", root)];
  const draws = (element) => element.namespaceURI === SVG && SHAPES.test(element.localName)
    && ![...element.attributes].some(({ name }) => (/^on|href|style/i.test(name)));
  return root.localName === "svg" && all.every(draws) ? document.importNode(root, true) : null;
}

class ChartPanel extends Panel {
  constructor(element) {
    super(element, `measurements.${element.dataset.chart}`, "chart");
    this.figure = element.querySelector("figure");
    this.refresh();
  }

  labelOf() { return word("Measure again"); }

  get atWork() { return word("measuring"); }

  show({ kind, text }) {
    if (kind !== "chart") return;
    const drawn = (JSON.parse(text)[this.element.dataset.key] || []).map(drawing).filter(Boolean);
    if (drawn.length) this.figure.replaceChildren(...drawn);
  }

  takeOver(old) {
    super.takeOver(old);
    if (!old.status.dataset.result) return;
    this.figure.replaceWith(old.figure);
    this.figure = old.figure;
  }

  ending(result, event) {
    if (result !== "passed") return super.ending(result, event);
    return word("measured in {time}", { time: seconds(event.time) });
  }
}
