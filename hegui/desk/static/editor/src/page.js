// The page of one file: the field becomes an editor; problems and sentences are renewed while one types.
import { completionOf } from "./complete.js";
import { openEditor } from "./editor.js";

const PAUSE = 500;
const form = document.querySelector("form[data-editor]");
if (form) begin(form);

function begin(form) {
  const said = form.dataset;
  const field = form.querySelector("textarea[name=text]");
  const state = { words: null, saved: field.value, sending: null, timer: 0, sentences: readSentences(), leaving: false };
  const editor = openEditor({
    parent: form.querySelector("[data-place]"),
    text: field.value, yaml: said.kind === "yaml", language: said.language, nonce: said.nonce, label: said.label, help: said.help,
    readOnly: field.readOnly,
    complete: (context) => (state.words ? completionOf(state.words, state.words.roots[said.schema])(context) : null),
    changed: () => { field.value = editor.text(); soon(form, editor, state); },
    moved: (line) => showSentence(state.sentences, line),
    saved: () => form.requestSubmit(form.querySelector("button[data-save]")),
  });
  field.hidden = true;
  form.querySelectorAll("[data-plain]").forEach((one) => { one.hidden = true; });
  form.querySelectorAll("[data-rich]").forEach((one) => { one.hidden = false; });
  form.addEventListener("submit", () => { field.value = editor.text(); state.leaving = true; });
  addEventListener("beforeunload", (event) => {
    if (!state.leaving && field.value !== state.saved) event.preventDefault();
  });
  document.addEventListener("click", (event) => pressed(event, editor));
  const start = /^#L(\d+)$/.exec(location.hash);
  if (start) editor.go(Number(start[1]), 1);
  showSentence(state.sentences, editor.line());
  if (said.words) fetch(said.words).then((answer) => (answer.ok ? answer.json() : null)).then((words) => { state.words = words; }, () => {});
  if (said.check) check(form, editor, state);
}

function soon(form, editor, state) {
  if (!form.dataset.check) return;
  clearTimeout(state.timer);
  state.timer = setTimeout(() => check(form, editor, state), PAUSE);
}

async function check(form, editor, state) {
  state.sending?.abort();
  const sending = new AbortController();
  state.sending = sending;
  const status = document.querySelector("[data-status]");
  status.textContent = form.dataset.checking;
  const body = new FormData();
  for (const name of ["token", "base"]) body.set(name, form.elements[name].value);
  body.set("text", editor.text());
  try {
    const answer = await fetch(form.dataset.check, { method: "POST", body, signal: sending.signal });
    if (!answer.headers.get("content-type")?.startsWith("application/json")) throw new Error(String(answer.status));
    const found = await answer.json();
    if (sending.signal.aborted) return;
    // Where the file cannot be read at present, the last sentences stay, and it is said that they are not of now.
    const place = document.querySelector("[data-sentences]");
    if (place) place.querySelector("[data-old]").hidden = found.sentences !== null;
    state.sentences = found.sentences ?? state.sentences;
    editor.show(found.problems.filter((one) => one.here && one.line), (one) => mend(editor, one));
    list(found.problems, form.dataset);
    status.textContent = found.said;
    showSentence(state.sentences, editor.line());
  } catch (error) {
    if (error.name !== "AbortError") status.textContent = form.dataset.unreachable;
  }
}

function mend(editor, one) {
  editor.replace(one.fix.line, one.fix.column, one.fix.old, one.fix.new);
}

// --- problems beside the editor ----------------------------------------------------------------------------------------

function list(problems, said) {
  const place = document.querySelector("[data-problems]");
  place.replaceChildren(...problems.map((one) => item(one, said)));
}

function item(one, said) {
  const entry = element("li", { class: one.severity });
  entry.append(element("strong", {}, one.named), " ");
  if (one.here && one.line) {
    entry.append(element("button", { type: "button", class: "link", "data-line": one.line, "data-column": one.column || 1 }, `${one.line}:${one.column || 1}`), " ");
  } else if (one.file) entry.append(element("code", {}, one.line ? `${one.file}:${one.line}` : one.file), " ");
  entry.append(one.message);
  if (one.hint) entry.append(element("br", {}), element("span", { class: "hint" }, one.hint));
  entry.append(" ", element("small", { class: "code" }, one.code));
  if (one.fix && one.here) {
    const button = element("button", { type: "button", class: "quiet small", "data-fix": "" }, one.mend);
    button.fix = one.fix;
    entry.append(" ", button);
  }
  return entry;
}

function pressed(event, editor) {
  const button = event.target.closest("button[data-line], button[data-fix]");
  if (!button) return;
  if (button.dataset.line) editor.go(Number(button.dataset.line), Number(button.dataset.column));
  else if (button.fix) mend(editor, { fix: button.fix });
}

function element(name, attributes, text) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

// --- the sentence of the rule at the cursor ------------------------------------------------------------------------------

function readSentences() {
  return [...document.querySelectorAll("[data-sentence]")].map((one) => ({
    line: Number(one.dataset.line), end: Number(one.dataset.end), title: one.dataset.title, points: one.dataset.points, text: one.textContent,
  }));
}

function showSentence(sentences, line) {
  const place = document.querySelector("[data-sentences]");
  if (!place) return;
  const found = sentences.find((one) => one.line <= line && line <= one.end);
  const here = found ? `${found.line}` : "";
  place.querySelector("[data-title]").textContent = found ? `${found.title}${found.points ? ` · ${found.points}` : ""}` : "";
  const text = found ? found.text : place.dataset.none;
  const box = place.querySelector("[data-text]");
  if (box.textContent !== text) box.textContent = text;
  place.dataset.at = here;
}
