// What the workbench takes of CodeMirror, made into one script by esbuild.
import { python } from "@codemirror/lang-python";
import { indentUnit } from "@codemirror/language";
import { basicSetup, EditorView } from "codemirror";

/** An editor for a program in `parent`; `changed` is told each new text. Tab moves the focus on, as
    everywhere on the page: Enter indents by itself. */
window.deckEditor = (parent, text, label, changed) => {
  const view = new EditorView({
    parent,
    doc: text,
    extensions: [
      basicSetup,
      python(),
      indentUnit.of("    "),
      EditorView.contentAttributes.of({ "aria-label": label }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) changed(update.state.doc.toString());
      }),
    ],
  });
  return {
    get text() { return view.state.doc.toString(); },
    set text(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    focus: () => view.focus(),
    /** Shows a line, counted from 1, and puts the cursor there. */
    show(line) {
      const { from } = view.state.doc.line(Math.min(line, view.state.doc.lines));
      view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    },
    destroy: () => view.destroy(),
  };
};
