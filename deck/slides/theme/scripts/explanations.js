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
function* explaining(trick) {
  const callouts = every(".callout", trick);
  if (callouts.length && !scrolls()) yield* makeRoom(trick, callouts);
  for (const callout of callouts) {
    const button = buttonOf(callout, trick);
    const open = callout.classList.contains("current-fragment");
    if (button.ariaExpanded !== String(open)) button.ariaExpanded = String(open);
    button.closest(".line").classList.toggle("explained", open);
  }
}

const buttonOf = (callout, trick) => trick.querySelector(`.mark[data-mark="${callout.dataset.mark}"]`);
