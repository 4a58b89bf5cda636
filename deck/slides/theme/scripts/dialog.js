/* A panel over the slides: a dialog that Escape closes, and the slides' page keys too. */

function openDialog(name, title, ...content) {
  const dialog = make("dialog", `deck-panel deck-${name}`);
  const heading = make("h2", "", title);
  heading.id = `deck-${name}-title`;
  dialog.setAttribute("aria-labelledby", heading.id);
  const close = make("button", "icon icon-close");
  close.setAttribute("aria-label", word("Close"));
  close.addEventListener("click", () => dialog.close());
  const head = make("header", "");
  head.append(heading, close);
  dialog.append(head, ...content);
  // A click beside the panel closes it.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation(); // reveal.js, on document, would take it
    if (event.key === "Escape") dialog.close(); // at once, also where a field has something to clear
    const turn = { PageDown: () => Reveal.next(), PageUp: () => Reveal.prev() }[event.key];
    if (!turn) return;
    event.preventDefault();
    dialog.close();
    turn();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

const dialogIsOpen = () => Boolean(document.querySelector("dialog[open]"));
