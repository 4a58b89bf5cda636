/* What Sphinx's search leaves open. */
"use strict";

// A browser reads no other page for a page opened as a file: the results come without summaries.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// It marks the words that were searched for, and in a drawing it stumbles over them.
addEventListener("readystatechange", () => {
  for (const part of document.querySelectorAll("svg *")) part.classList.add("nohighlight");
}, true);

// A word that was searched for may stand far down in a chapter, or inside a folded program.
addEventListener("DOMContentLoaded", () => {
  const found = [...document.querySelectorAll("main .highlighted")];
  const first = found.find((word) => !word.closest("details")) || found[0];
  if (!first || location.hash) return;
  const program = first.closest("details");
  if (program) program.open = true;
  first.scrollIntoView({ block: "center" });
});
