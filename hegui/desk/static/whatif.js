// The score moves while facts are changed. Without this file the button does the same.

const form = document.querySelector("form[data-whatif]");

if (form) {
  const words = JSON.parse(form.dataset.words);
  const out = (name) => form.querySelector(`[data-out=${name}]`);
  let waiting = 0;
  let asked = 0;

  const cell = (row, text, number) => {
    const one = document.createElement(row.cells.length ? "td" : "th");
    if (number) one.className = "n";
    if (!row.cells.length) one.scope = "row";
    one.textContent = text;
    row.append(one);
  };

  const table = (moved) => {
    const made = document.createElement("table");
    made.createCaption().textContent = words.moved;
    const head = made.createTHead().insertRow();
    for (const [text, number] of [[words.indicator, false], [words.before, true], [words.after, true], [words.by, true]]) {
      const one = document.createElement("th");
      one.scope = "col";
      one.textContent = text;
      if (number) one.className = "n";
      head.append(one);
    }
    const body = made.createTBody();
    for (const one of moved) {
      const row = body.insertRow();
      cell(row, one.title, false);
      cell(row, one.before, true);
      cell(row, one.after, true);
      cell(row, one.by, true);
    }
    return made;
  };

  const note = (text, bad) => {
    const one = document.createElement("p");
    one.textContent = text;
    if (bad) one.className = "bad";
    return one;
  };

  const show = (answer) => {
    const problems = answer.problems.filter((one) => one.severity === "error").map((one) => note(`${one.message} ${one.hint}`, true));
    if (answer.points === undefined) {
      out("score").textContent = "—";
      out("grade").hidden = true;
      out("list").replaceChildren(...problems);
      return;
    }
    const score = answer.score === null ? `${answer.lower} – ${answer.upper}` : answer.score;
    out("score").textContent = answer.moved ? `${score} (${answer.moved})` : score;
    out("grade").textContent = answer.grade === null ? answer.grades.join("、") : answer.grade;
    out("grade").hidden = false;
    out("sure").setAttribute("width", answer.bar.sure);
    out("open").setAttribute("x", answer.bar.sure);
    out("open").setAttribute("width", answer.bar.wide);
    const changed = note(words.changed.replace("%d", answer.changed));
    if (answer.take.length) {
      changed.append(` · ${words.take} `);
      for (const one of answer.take) {
        const link = document.createElement("a");
        link.href = one.href;
        link.textContent = one.label;
        changed.append(link, " ");
      }
    }
    out("list").replaceChildren(changed, answer.indicators.length ? table(answer.indicators) : note(words.none), ...problems);
  };

  const ask = async () => {
    const number = ++asked;
    const fields = new FormData(form);
    fields.delete("once"); // nothing is saved: it may be asked as often as one likes
    let answer = { problems: [] };
    try {
      const response = await fetch(form.dataset.whatif, { method: "POST", body: new URLSearchParams(fields) });
      answer = await response.json();
    } catch {
      return; // the button still works
    }
    if (number === asked) show(answer);
  };

  form.addEventListener("input", (event) => {
    if (event.target.closest("[data-filter]") || event.target.type === "search") return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, 300);
  });
}
