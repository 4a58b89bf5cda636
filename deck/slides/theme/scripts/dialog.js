/* A panel over the slides: a dialog that Escape closes, and the slides' page keys too. */

function openDialog(name, title, ...content) {
  const dialog = make("dialog", `deck-panel deck-${name}`);
  const heading = make("h2", "", title);
  heading.id = `deck-${name}-title`;
  dialog.setAttribute("aria-labelledby", heading.id);
  const close = make("button", "icon icon-close");
  close.setAttribute("aria-label", word("Close"));
  close.addEventListener("click", () => closeDialog(dialog));
  const head = make("header", "");
  head.append(heading, close);
  dialog.append(head, ...content);
  // A click beside the panel closes it.
  dialog.addEventListener("click", (event) => event.target === dialog && closeDialog(dialog));
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation(); // reveal.js, on document, would take it
    if (event.key === "Escape") closeDialog(dialog); // at once, also where a field has something to clear
    const turn = { PageDown: () => Reveal.next(), PageUp: () => Reveal.prev() }[event.key];
    if (!turn) return;
    event.preventDefault();
    closeDialog(dialog);
    turn();
  });
  dialog.addEventListener("close", () => dialog.remove()); // by the browser: a phone's Back
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** A field keeps the keyboard until its dialog is gone, which the event is late for. */
function closeDialog(dialog) {
  dialog.close();
  dialog.remove();
}

const dialogIsOpen = () => Boolean(document.querySelector("dialog[open]"));
