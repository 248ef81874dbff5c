"""One fact of a case: choosing between sources, entering a value or a judgement with its evidence, saying that there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.store.folders import Stale
from hegui.desk.web.cases.carrying import carried, choice_of
from hegui.desk.web.cases.facts import known_of
from hegui.desk.web.cases.factsview import BOUNDS, Shown
from hegui.desk.web.cases.opened import CASE, SOURCES, Laid, OpenCase, laid, opened, unopened
from hegui.desk.web.cases.plainly import plainly
from hegui.desk.web.cases.saving import save_case
from hegui.desk.web.cases.trail import files_of, place_link
from hegui.desk.web.failures import stale_problem
from hegui.desk.web.naming import ENTERED, named, names_of
from hegui.desk.web.routes import Page
from hegui.desk.web.uploads import Received, placed, received
from hegui.desk.web.visit import Visit, shown
from hegui.desk.web.working import ask
from hegui.desk.work.queueing import Done

BARE = re.compile(r"[-+]?[\d,,.\s]+")
# How documents are called that somebody sends with a judgement.
EVIDENCE = "evidence-"
# The basis that stays what it is while the value does; facts for which there is one.
AS_BEFORE = "as-before"
KEEPS = ("known", "bounded")
_FIELDS = ("say", "value", "basis", "source", "quote", "note", "reason")
_MAX_ROWS = 500
# How long what people write may be; a note leaves room for what it was decided between.
_LONGEST = {"value": 2_000, "note": 1_000, "reason": 500, "quote": 2_000}
_CALLED = {
    "value": Text("值", "the value"),
    "note": Text("说明或理由", "the note"),
    "reason": Text("原因", "the reason"),
    "quote": Text("原文摘录", "the quote"),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody said of a fact: the change for the workers, and in a few words what it was for the history."""

    change: Mapping[str, Any]
    told: str


def _fact(visit: Visit) -> Response:
    case = opened(visit)
    return unopened(visit) if case is None else _page(visit, case, ())


def _page(
    visit: Visit, case: OpenCase, problems: Sequence[Problem], status: int = 200, kept: Sequence[Received] = ()
) -> Response:
    known = known_of(visit, case)
    wanted = visit.part("concept")
    item = known.facts.get(wanted) or _unused(known.described, wanted)
    if item is None:
        return visit.missing()
    sources = known.sources
    return visit.page(
        "case-fact.html",
        status,
        case=case,
        tab="facts",
        item=item,
        sources=[one for one in sources if one["id"] != ENTERED],
        names=names_of(sources, visit.language),
        values={**_values(visit, item), **(carried(visit, case, item.id) if _is_stale(problems) else {})},
        kept=kept,
        longest=_LONGEST,
        rows=_rows_shown(visit, item),
        problems=shown(named(plainly(problems), sources), visit.language),
        base=visit.field("base") if problems and not _is_stale(problems) else str(case.newest),
        verdicts={one["id"]: one for one in (known.assessment or {}).get("indicators", ())},
        link=lambda place: place_link(case.path, place, files_of(sources), 0 if case.is_newest else case.version.n),
    )


def _is_stale(problems: Sequence[Problem]) -> bool:
    return any(one.code == "stale" for one in problems)


def _unused(described: Mapping[str, Any] | None, wanted: str) -> Shown | None:
    found = next((one for one in (described or {}).get("concepts", ()) if one["id"] == wanted), None)
    return None if found is None else Shown(found, found["fact"], "missing")


def _values(visit: Visit, item: Shown) -> dict[str, str]:
    """What the form holds: what was typed, else what the case says."""
    if visit.request.method == "POST":
        return {
            name: visit.text(name) if name in ("note", "quote", "reason") else visit.field(name) for name in _FIELDS
        }
    first = _stated(item)
    return {**first, "say": visit.asked("say") or first["say"], "value": visit.asked("value") or first["value"]}


def _stated(item: Shown) -> dict[str, str]:
    """What the case says, in the fields of the form."""
    stated: Mapping[str, Any] = item.fact["stated"] if item.fact is not None else {}
    say = next((key for key in ("value", *BOUNDS, "rows", "absent", "not_applicable") if key in stated), "value")
    if item.concept["type"] == "table" and say == "value":
        say = "rows"
    word = stated.get(say)
    return {
        "say": say,
        "value": "" if say in ("rows", "absent", "not_applicable") else str(word or ""),
        "reason": str(word or "") if say in ("absent", "not_applicable") else "",
        **_rests_on(item),
    }


def _rests_on(item: Shown) -> dict[str, str]:
    """What a fact rests on, where people have said so here. Words of a document are not offered for another value."""
    fact = item.fact or {}
    first: Mapping[str, Any] = next(iter(fact.get("places") or ()), {})
    source = str(first.get("source") or "")
    if source != ENTERED and not source.startswith(EVIDENCE):
        # One of the values of a conflict rests on what it rested on.
        basis = str(fact["basis"]) if item.state == "conflict" else AS_BEFORE if item.state in KEEPS else "judged"
        return {"basis": basis, "source": "", "quote": "", "note": ""}
    return {
        "basis": str(fact["basis"]),
        "source": "" if source == ENTERED else source,
        "quote": str(first.get("quote") or ""),
        "note": str(first.get("own_note") or ""),
    }


# --- saving -----------------------------------------------------------------------------------------------------------


def _save(visit: Visit) -> Response:
    case = opened(visit)
    if case is None:
        return unopened(visit)
    # The file chosen last; whatever is refused, it is here already and need not be chosen again.
    evidence = received(visit, "evidence", "kept")[-1:]
    if visit.field("base") != str(case.version.n):
        return _page(visit, case, [stale_problem(Stale(case.version))], 409, evidence)
    too_long = _too_long(visit)
    if too_long:
        return _page(visit, case, too_long, 400, evidence)
    concept = visit.part("concept")
    decision = decided(visit, concept)
    if not isinstance(decision, Problem) and not evidence:
        decision = _keeping(visit, case, concept, decision)
    if not isinstance(decision, Problem) and not evidence and _is_homeless(decision.change):
        decision = _no_document()
    if isinstance(decision, Problem):
        return _page(visit, case, [decision], 400, evidence)
    return _kept(visit, case, concept, decision, evidence)


def _too_long(visit: Visit) -> list[Problem]:
    """What is longer than a field holds, each field once."""
    found = ((name, len(visit.field(name)), most) for name, most in _LONGEST.items())
    hint = Text("请缩短;长的材料请作为佐证上传。", "Shorten it; send long material as evidence.")
    return [
        Problem(
            "text-too-long",
            Position(""),
            Text(
                f"{_CALLED[name].zh}有 {length} 个字,最多 {most} 个",
                f"{_CALLED[name].en} has {length} characters, at most {most} fit",
            ),
            hint,
        )
        for name, length, most in found
        if length > most
    ]


def _keeping(visit: Visit, case: OpenCase, concept: str, decision: Decision) -> Decision:
    """A note beside the same value leaves the fact where it was read: its words are not to be lost for a remark."""
    item = known_of(visit, case).facts.get(concept)
    fact: Mapping[str, Any] = decision.change.get("fact", {})
    if item is None or item.state not in KEEPS or visit.field("basis") != AS_BEFORE:
        return decision
    was = _stated(item)
    same = rows_of(visit) == _typed_rows(item) if was["say"] == "rows" else visit.field("value") == was["value"]
    if visit.field("say") != was["say"] or not same or fact.get("source") or fact.get("quote"):
        return decision
    kept = {key: value for key, value in fact.items() if key != "basis"}
    return Decision({**decision.change, "do": "keep", "fact": kept}, fact.get("note", decision.told)[:80])


def _typed_rows(item: Shown) -> list[dict[str, str]]:
    """The rows of a list as its form sends them back where nobody has changed them."""
    rows = ({str(key): str(cell).strip() for key, cell in row.items()} for row in item.rows)
    return [filled for row in rows if (filled := {key: cell for key, cell in row.items() if cell})]


def _is_homeless(change: Mapping[str, Any]) -> bool:
    """Whether it quotes words that stand in no document: nobody could look them up."""
    fact = change.get("fact", {})
    return change["do"] == "set" and bool(fact.get("quote")) and not fact.get("source")


def _kept(
    visit: Visit, case: OpenCase, concept: str, decision: Decision, evidence: Sequence[Received] = ()
) -> Response:
    new = placed(evidence, case.version.files)
    change, entries = dict(decision.change), dict[str, Any]()
    for path, blob in new.items():
        source = f"{EVIDENCE}{blob.sha256[:8]}"
        entries[source] = {"title": path.removeprefix(f"{SOURCES}/"), "file": path, "sha256": blob.sha256}
        change["fact"] = {**change.get("fact", {}), "source": source}
    with laid(visit, case) as files:
        for path, blob in new.items():
            (files.home / path).parent.mkdir(exist_ok=True)
            (files.home / path).write_bytes(visit.desk.blobs.read(blob.sha256))
        problems = _located(visit, files, change, entries)
        if problems:
            return _page(visit, case, problems, 400, evidence)
        fact = change.get("fact", {})
        unchecked = bool(fact.get("quote")) and "at" not in fact
        answer = ask(visit, "change", {**files.request, "changes": [change], "sources": entries})
    if not isinstance(answer, Done):
        return _page(visit, case, answer.problems, 400, evidence)
    label = label_of(answer.data["described"], concept)
    tree = {path: blob for path, blob in case.version.files.items() if path != CASE}
    try:
        save_case(visit, case, answer.data["case"], f"{label}: {decision.told}", {**tree, **new})
    except Stale as error:
        return _page(visit, case, [stale_problem(error)], 409, evidence)
    return visit.redirect(f"{case.path}?done={'unchecked' if unchecked else 'saved'}#fact-{concept}")


def _located(visit: Visit, files: Laid, change: dict[str, Any], entries: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Look for the quote in its document and note where it stands there; why that cannot be done otherwise."""
    fact: Mapping[str, Any] = change.get("fact", {})
    source, quote = str(fact.get("source") or ""), str(fact.get("quote") or "")
    path = entries[source]["file"] if source in entries else _file_of(visit, files, source) if quote else ""
    if not path:
        return ()
    answer = ask(visit, "place", {"source": str(files.home / path), "quote": quote})
    if not isinstance(answer, Done):
        return answer.problems
    if answer.data["at"] is not None:
        change["fact"] = {**fact, "at": answer.data["at"]}
    return ()


def _file_of(visit: Visit, files: Laid, source: object) -> str:
    """The file of a source, where it is at hand."""
    answer = ask(visit, "describe", files.request)
    sources = answer.data["sources"] if isinstance(answer, Done) else ()
    path = next((str(one["file"]) for one in sources if one["id"] == source), "")
    return path if path and (files.home / path).is_file() else ""


def label_of(described: Mapping[str, Any] | None, concept: str) -> str:
    """A concept's name."""
    found = (one["label"] for one in (described or {}).get("concepts", ()) if one["id"] == concept)
    return str(next(found, concept))


def decided(visit: Visit, concept: str) -> Decision | Problem:
    """What the form says."""
    say = visit.field("say")
    if say == "remove":
        return Decision({"concept": concept, "do": "remove"}, visit.t("撤回", "taken back"))
    about = _about(visit)
    choice = choice_of(say)
    if choice is not None:
        if not about.get("note"):
            return _no_reason()
        change = {"concept": concept, "do": "choose", "choice": choice, "fact": about}
        return Decision(change, visit.t("选定一处的值", "one of the values chosen"))
    if say in ("absent", "not_applicable"):
        reason = visit.field("reason")
        if not reason:
            return _no_reason()
        return Decision(_set(concept, {say: reason, **about}), f"{say}: {reason[:80]}")
    if say == "rows":
        rows = rows_of(visit)
        return Decision(_set(concept, {"rows": rows, **about}), visit.t(f"{len(rows)} 行", f"{len(rows)} rows"))
    if say not in ("value", *BOUNDS):
        return Problem("no-value", Position(""), Text("没有选择怎样填写", "nothing was chosen"))
    value = visit.field("value")
    if not value:
        hint = Text("填写值,或说明缺失、不适用及其原因。", "Give a value, or say that there is none, and why.")
        return Problem("no-value", Position(""), Text("没有填写值", "no value was given"), hint)
    unit = visit.field("unit")
    entry = {say: f"{value} {unit}" if unit and BARE.fullmatch(value) else value}
    return Decision(_set(concept, {**entry, **about}), value[:80])


def _set(concept: str, fact: Mapping[str, Any]) -> dict[str, Any]:
    return {"concept": concept, "do": "set", "fact": dict(fact)}


def _about(visit: Visit) -> dict[str, str]:
    """What a fact rests on."""
    basis = visit.field("basis")
    found = {"basis": basis if basis in ("figure", "stated", "judged") else "judged"}
    for name in ("source", "quote", "note"):
        if visit.field(name):
            found[name] = visit.field(name)
    return found


def _no_reason() -> Problem:
    message = Text("没有写明理由", "no reason is given")
    hint = Text("请写一句理由,供复核的人看。", "Write a sentence for whoever looks at it later.")
    return Problem("no-reason", Position(""), message, hint)


def _no_document() -> Problem:
    message = Text("写了原文摘录,却没有说出自哪份资料", "words are quoted, but from no document")
    hint = Text(
        "请选定资料或上传佐证,摘录会与它核对;如果是您自己的话,请写在“说明或理由”里。",
        "Choose the document or send it as evidence, and the quote is checked against it; words of your own are a note.",
    )
    return Problem("quote-of-nothing", Position(""), message, hint)


# --- lists ------------------------------------------------------------------------------------------------------------


def rows_of(visit: Visit, prefix: str = "cell") -> list[dict[str, str]]:
    """The rows of a list as typed: fields `PREFIX-ROW-COLUMN`; a row of nothing is none."""
    cells: dict[int, dict[str, str]] = {}
    for key, value in visit.form.multi_items():
        row, _, column = key.removeprefix(f"{prefix}-").partition("-")
        if not key.startswith(f"{prefix}-") or not isinstance(value, str) or not (row.isdigit() and len(row) < 6):
            continue
        if column and value.strip():
            cells.setdefault(int(row), {})[column] = value.strip()
    dropped = set(visit.fields("drop"))
    return [cells[row] for row in sorted(cells) if str(row) not in dropped][:_MAX_ROWS]


def _rows_shown(visit: Visit, item: Shown) -> list[Mapping[str, Any]]:
    """The rows to edit, and empty ones to add."""
    if item.concept["type"] != "table":
        return []
    rows: list[Mapping[str, Any]] = list(rows_of(visit) if visit.request.method == "POST" else item.rows)
    return [*rows, {}, {}, {}]


PAGES = (
    Page("/cases/{case}/facts/{concept}", _fact, "viewer"),
    Page("/cases/{case}/facts/{concept}", _save, "auditor", "POST", 256 * 1024 * 1024),
)
