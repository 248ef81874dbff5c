// CodeMirror as the desk uses it: YAML, problems in the margin, completion, search, history. Tab leaves it like any field.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { CHINESE } from "./phrases.js";

// Colours keep 4.5:1 against white and against the line the cursor is in.
const COLOURS = HighlightStyle.define([
  { tag: tags.comment, color: "#4d6b4f", fontStyle: "italic" },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "#17456b", fontWeight: "600" },
  { tag: tags.string, color: "#8a2c0d" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "#6a2a86" },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace, tags.operator], color: "#566270" },
  { tag: tags.invalid, color: "#a11a1a" },
]);
const LOOKS = EditorView.theme({
  "&": { border: "1px solid #7b8794", borderRadius: "4px", backgroundColor: "#fff", color: "#1d2733" },
  "&.cm-focused": { outline: "3px solid #b35c00", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: '"Noto Sans Mono CJK SC", Consolas, monospace', fontSize: "14px", lineHeight: "1.55", minHeight: "24em", maxHeight: "70vh" },
  ".cm-gutters": { backgroundColor: "#f4f6f9", color: "#566270" },
  ".cm-activeLine": { backgroundColor: "#f2f6fb" },
  ".cm-activeLineGutter": { backgroundColor: "#e1eaf4" },
  ".cm-tooltip": { maxWidth: "42em" },
  // As high as what is drawn of it: a list that scrolls inside the editor could not be reached by the keyboard.
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { maxHeight: "30em", minWidth: "18em" },
  ".cm-completionDetail": { color: "#566270", fontStyle: "normal", marginLeft: "1em" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "#17456b", color: "#fff" },
  ".cm-tooltip-autocomplete ul li[aria-selected] .cm-completionDetail": { color: "#fff" },
});

// options: {parent, text, yaml, language, nonce, label, readOnly, complete, changed(), moved(line), saved()}
export function openEditor(options) {
  const extensions = [
    EditorView.cspNonce.of(options.nonce),
    EditorState.phrases.of(options.language === "zh" ? CHINESE : {}),
    EditorView.contentAttributes.of({ "aria-label": options.label, "aria-describedby": options.help, spellcheck: "false", tabindex: "0" }),
    EditorState.readOnly.of(options.readOnly),
    lineNumbers(), highlightActiveLine(), highlightActiveLineGutter(), highlightSpecialChars(), drawSelection(),
    history(), bracketMatching(), closeBrackets(), search({ top: true }), highlightSelectionMatches(),
    indentUnit.of("  "), EditorState.tabSize.of(2), EditorView.lineWrapping,
    lintGutter(), syntaxHighlighting(COLOURS), LOOKS,
    autocompletion({ override: [(context) => options.complete(context)], icons: false, maxRenderedOptions: 12 }),
    keymap.of([
      { key: "Mod-s", preventDefault: true, run: () => { options.saved(); return true; } },
      ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap,
    ]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) options.changed();
      if (update.docChanged || update.selectionSet) options.moved(lineOf(update.state));
    }),
  ];
  if (options.yaml) extensions.push(yaml());
  const view = new EditorView({ doc: options.text, extensions, parent: options.parent });
  return {
    text: () => view.state.doc.toString(),
    line: () => lineOf(view.state),
    go: (line, column) => {
      const anchor = offset(view.state, line, column);
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
      view.focus();
    },
    replace: (line, column, old, text) => replace(view, line, column, old, text),
    show: (problems, mend) => view.dispatch(setDiagnostics(view.state, problems.map((one) => diagnostic(view.state, one, mend)))),
  };
}

const lineOf = (state) => state.doc.lineAt(state.selection.main.head).number;

function offset(state, line, column) {
  const found = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
  return Math.min(found.from + Math.max(column - 1, 0), found.to);
}

// A mend says what stands there; where something else does by now, nothing is changed.
function replace(view, line, column, old, text) {
  const from = offset(view.state, line, column);
  if (view.state.sliceDoc(from, from + old.length) !== old) return false;
  view.dispatch({ changes: { from, to: from + old.length, insert: text }, selection: { anchor: from + text.length }, userEvent: "input" });
  view.focus();
  return true;
}

function diagnostic(state, one, mend) {
  const from = offset(state, one.line, one.column);
  const line = state.doc.lineAt(from);
  const rest = line.text.slice(from - line.from).search(/\s*(#.*)?$/);
  return {
    from, to: Math.max(from, from + rest),
    severity: one.severity === "note" ? "info" : one.severity,
    message: one.hint ? `${one.message}\n${one.hint}` : one.message,
    actions: one.fix ? [{ name: one.mend, apply: () => mend(one) }] : [],
  };
}
