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

/** Marks the line that is explained, and puts the explanation at its height. */
function explain(trick) {
  for (const callout of every(".callout", trick)) {
    const button = trick.querySelector(`.mark[data-mark="${callout.dataset.mark}"]`);
    const line = button.closest(".line");
    const open = callout.classList.contains("current-fragment");
    button.setAttribute("aria-expanded", String(open));
    line.classList.toggle("explained", open);
    if (open) callout.style.setProperty("--at", `${heightOf(line, callout)}px`);
  }
}

function heightOf(line, callout) {
  const column = callout.parentElement;
  const distance = line.getBoundingClientRect().top - column.getBoundingClientRect().top;
  const wanted = distance / Reveal.getScale() - 12;
  return Math.max(0, Math.min(wanted, column.clientHeight - callout.offsetHeight));
}
