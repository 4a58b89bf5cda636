/* Buttons that copy a program or a command. */

function copyButton(label, text) {
  const button = make("button", "copy");
  button.setAttribute("aria-label", label);
  button.title = label;
  button.addEventListener("click", async () => {
    const done = await copy(text);
    button.dataset.done = done ? "yes" : "no";
    tell(done ? word("Copied") : word("This browser does not let a page copy"));
    setTimeout(() => delete button.dataset.done, 1500);
  });
  return button;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A page from a plain file or plain HTTP has no clipboard: the old way still works there.
    const area = make("textarea", "copied", "");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
