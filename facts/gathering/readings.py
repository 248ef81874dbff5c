"""Turns what was found (words, a cell) into a Fact, by the same reader a case file goes through."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from facts.cleaning.lookalikes import find_lookalikes
from facts.documents.model import Cell
from facts.factentry import Setting, read_fact
from facts.gathering.folding import fold, fold_words, key_of, quotable, writable
from facts.gathering.mapping import BoundKey, Rule
from facts.gathering.rulereading import basis_for
from facts.gathering.slots import NUMBER, bound_in, surroundings
from facts.gathering.tables import Spot
from facts.gathering.views import MAX_QUOTE, Passage, View, repair_note
from facts.model import Fact
from facts.problem import Problem, Text
from facts.provenance import Position, Provenance
from facts.units import Unit, parse_unit
from facts.values import decimal_text, is_decimal
from facts.vocabulary import NO, YES, Concept
from facts.yamltree import Mapping, Scalar

Found = tuple[Fact | None, tuple[Problem, ...]]

_SETTING = Setting("stated", "", {}, {})
_SPLIT = re.compile(rf"({NUMBER})\s*(\S*)")
# What a number may be part of, and the unit behind it.
_RUN_BEFORE = re.compile(r"[0-9A-Za-z.,〇丨]+$")
_RUN_AFTER = re.compile(r"[0-9A-Za-z.,〇丨]*[^0-9A-Za-z.,]{0,4}")
_FOOTNOTE = re.compile(r"(?<=[0-9%元)])\s*(?:[①-⑳❶-❿*※]+|\[[0-9]{1,2}\]|\(?注[0-9①-⑳]?\)?)$")
_BROKEN = re.compile(r"[+-]?[0-9][0-9.,]*(?:\s+[0-9.,]*[0-9][0-9.,]*)+\s?(?:%|[万亿千]?元)?")
INAPPLICABLE = "不适用"
_NOTHING = frozenset(("", "-", "--", "—", "——", "/", "\\", "…", "无数据", "n/a"))
_TRUTH = {**dict.fromkeys(("是", "√", "✓", "☑", "有", "y", "yes", "true"), YES)}
_FALSE = {**dict.fromkeys(("否", "×", "✗", "x", "无", "没有", "n", "no", "false"), NO)}
_DAY = re.compile(r"([0-9]{4})[./-]([0-9]{1,2})[./-]([0-9]{1,2})")
_REFUSED = {
    "approximate": Text("这是约数,没有采用", "this is approximate and was not taken"),
    "range": Text("这是一个范围,没有采用", "this is a range and was not taken"),
    "part-of-number": Text("这只是一个数的一部分,没有采用", "this is part of a number and was not taken"),
}


def stated(concept: Concept, text: str, at: Position, bound: BoundKey | None = None) -> Found:
    """The fact a case file would state by that text; Problems are warnings, for other places may do better."""
    scalar = Scalar(writable(text), False, at)
    key = Scalar(concept.label, False, at)
    node = Mapping(((Scalar(bound, False, at), scalar),), at) if bound else scalar
    fact, problems = read_fact(key, node, concept, _SETTING)
    return fact, tuple(_warning(problem, concept) for problem in problems)


def _warning(problem: Problem, concept: Concept) -> Problem:
    """The Problem as a warning that says which concept it is about."""
    zh, en = problem.message
    named = problem.message if concept.label in zh else Text(f"“{concept.label}”:{zh}", f"“{concept.label}”: {en}")
    return replace(problem, message=named, severity="warning")


# --- prose ------------------------------------------------------------------------------------------------------------


def from_words(
    concept: Concept,
    view: View,
    passage: Passage,
    rule: Rule,
    span: tuple[int, int],
    value: tuple[int, int],
    unit: Unit | None,
) -> Found:
    """The fact in folded text: `span` is what is quoted, `value` the part that holds the value."""
    text, at = passage.folded.text[slice(*value)], view.position(passage.provenance("", *span).locator)
    provenance = passage.provenance(view.id, *span, rule.note)
    bound = rule.bound
    if concept.type in ("quantity", "score"):
        around = surroundings(passage.folded.text, *value)
        if around.refused:
            return None, (_refused(around.refused, concept, passage.folded.text[slice(*span)], at),)
        bound = bound or around.bound
        if _has_lookalike(passage, value):
            return None, ()  # it is said of the whole document, see doubts
        points = points_problem(concept, text, at)
        if points is not None:
            return None, (points,)
        text = with_unit(text, rule.unit or unit, concept)
    fact, problems = stated(concept, text.strip(), at, bound)
    return _complete(fact, rule, concept, (provenance,)), problems


def with_unit(text: str, fallback: Unit | None, concept: Concept) -> str:
    """The number with a space before its unit; with the fallback where it has none and one of that kind is wanted."""
    match = _SPLIT.fullmatch(text.strip())
    if match is None:
        return text
    unit = match[2] or (fallback.name if fallback and fallback.dimension == concept.dimension else "")
    glue = "" if unit in ("%", "‰", "") else " "
    return f"{match[1]}{glue}{unit}"


def _has_lookalike(passage: Passage, value: tuple[int, int]) -> bool:
    """Whether the number goes on, or began, with something that only looks like a digit: “9l.5” is read as 9 otherwise."""
    text, (start, end) = passage.folded.text, value
    before, after = _RUN_BEFORE.search(text[max(0, start - 20) : start]), _RUN_AFTER.match(text[end : end + 20])
    run = (before[0] if before else "") + text[start:end] + (after[0] if after else "")
    return bool(find_lookalikes(run))


def lookalike_problem(concept: Concept, text: str, at: Position) -> Problem | None:
    """The Problem of a number with a letter in it that looks like a digit."""
    if not find_lookalikes(text):
        return None
    message = Text(
        f"“{concept.label}”:“{text.strip()[:40]}”里有像数字的字母,没有采用",
        f"“{concept.label}”: “{text.strip()[:40]}” holds a letter that looks like a digit and was not taken",
    )
    hint = Text("请对照原件,改正后再读。", "Compare with the original, correct it and read again.")
    return Problem("lookalike", at, message, hint, "warning")


def points_problem(concept: Concept, text: str, at: Position) -> Problem | None:
    """The Problem of 百分点 where a rate is wanted, and of % where points are: they are different things."""
    match = _SPLIT.fullmatch(text.strip())
    found = parse_unit(match[2].removeprefix("个")) if match and match[2] else None
    if found is None or concept.unit is None or found.dimension == concept.dimension:
        return None
    if not all(unit.name in ("%", "‰", "百分点") for unit in (found, concept.unit)):
        return None
    message = Text(
        f"“{concept.label}”的单位是 {concept.unit.name},这里写的是“{text.strip()[:20]}”,没有采用",
        f"“{concept.label}” is in {concept.unit.name}; “{text.strip()[:20]}” is not, and was not taken",
    )
    hint = Text("百分点是两个百分数的差,请核对。", "百分点 is the difference of two percentages; please check.")
    return Problem("percent-or-points", at, message, hint, "warning")


def _broken_problem(concept: Concept, text: str, at: Position) -> Problem | None:
    """The Problem of a cell with digits and spaces: one number in pieces, or several."""
    if not _BROKEN.fullmatch(text):
        return None
    message = Text(
        f"“{concept.label}”:“{text[:40]}”中间有空白,可能是一个数断开,也可能是几个数,没有采用",
        f"“{concept.label}”: “{text[:40]}” has blanks in it: one number in pieces, or several; it was not taken",
    )
    hint = Text("请对照原件,改正后再读。", "Compare with the original, correct it and read again.")
    return Problem("broken-number", at, message, hint, "warning")


def _refused(why: str, concept: Concept, text: str, at: Position) -> Problem:
    reason = _REFUSED[why]
    message = Text(f"“{concept.label}”:“{text[:60]}”,{reason.zh}", f"“{concept.label}”: “{text[:60]}”: {reason.en}")
    hint = Text("可在对照文件里用 bound 写明是上限还是下限。", "A mapping may say with bound which bound it is.")
    return Problem(f"{why}-value", at, message, hint, "warning")


def _complete(fact: Fact | None, rule: Rule, concept: Concept, provenance: tuple[Provenance, ...]) -> Fact | None:
    if fact is None:
        return None
    basis, by_default = basis_for(rule.basis, concept, True), rule.basis is None
    return replace(fact, basis=basis, by_default=by_default, provenance=provenance, at=Position(""))


# --- cells ------------------------------------------------------------------------------------------------------------


def is_blank(cell: Cell) -> bool:
    """Whether a cell says nothing; a dash is nothing, not zero."""
    return cell.value is None and fold_words(cell.text).strip().casefold() in _NOTHING


def from_cell(concept: Concept, view: View, spot: Spot, rule: Rule, unit: Unit | None) -> Found:
    """The fact in a cell, with the unit the cell, the rule, the headers, the table or the source gives."""
    cell, at = spot.cell, view.position(spot.cell.locator)
    if is_blank(cell):
        return None, ()
    notes = [rule.note, *(repair_note(note, "", "") for note in cell.notes)]
    problems: tuple[Problem, ...] = ()
    bound = rule.bound
    if concept.type in ("quantity", "score"):
        doubt = lookalike_problem(concept, cell.text, at) if cell.value is None else None
        if doubt is not None:
            return None, (doubt,)
        folded = fold(cell.text)
        notes.extend(repair_note(repair.kind, repair.before, repair.after) for repair in folded.repairs)
        text = folded.text.strip()
        mark = _FOOTNOTE.search(text)
        if mark is not None:
            text = text[: mark.start()]
            notes.append(f"“{mark[0].strip()}”是注码,没有计入")
        odd = points_problem(concept, text, at) or _broken_problem(concept, text, at)
        if odd is not None:
            return None, (odd,)
        text, said_bound = bound_in(text) or (text, None)
        bound = bound or said_bound
        text, said, problems = amount_text(concept, spot, text, rule, unit, at)
        notes.append(said)
    else:
        text, said = plain_text(concept, cell)
        notes.append(said)
    fact, more = stated(concept, text, at, bound)
    told = ";".join(dict.fromkeys(note for note in notes if note))
    quote = cell.text.strip()[:MAX_QUOTE]
    provenance = Provenance(view.id, cell.locator, quotable(quote), writable(told))
    return _complete(fact, rule, concept, (provenance,)), (*problems, *more)


def from_column(concept: Concept, view: View, spot: Spot) -> Found:
    """The fact in a cell of a column of a table of units, where 不适用 is a statement of its own."""
    cell = spot.cell
    states = concept.type != "text" and INAPPLICABLE not in concept.choices
    if states and cell.value is None and fold_words(cell.text).strip() == INAPPLICABLE:
        provenance = Provenance(view.id, cell.locator, quotable(cell.text.strip()[:MAX_QUOTE]))
        fact = Fact(concept.id, None, "not_applicable", reason=INAPPLICABLE)
        return _complete(fact, Rule(concept.id, None), concept, (provenance,)), ()
    return from_cell(concept, view, spot, Rule(concept.id, None), None)


def amount_text(
    concept: Concept, spot: Spot, text: str, rule: Rule, unit: Unit | None, at: Position
) -> tuple[str, str, tuple[Problem, ...]]:
    """The number `text` of a cell with its unit, a note on where the unit comes from, and Problems."""
    match = _SPLIT.fullmatch(text)
    own = parse_unit(match[2]) if match and match[2] else None
    if match is None or (match[2] and own is None):
        return text, "", ()
    number = _number(spot.cell, own) or match[1]
    if own is not None:
        return _amount(number, own), "", ()
    above = list(spot.units(concept.dimension))
    problems = _units_differ(concept, rule.unit, above, at)
    if rule.unit is not None:
        return _amount(number, rule.unit), f"单位按对照文件:{rule.unit.name}", problems
    if above:
        return _amount(number, above[0][0]), f"单位取自“{above[0][1][:40]}”", problems
    if unit is not None and unit.dimension == concept.dimension:
        return _amount(number, unit), f"单位按对照文件:{unit.name}", problems
    return number, "", problems


def _amount(number: str, unit: Unit) -> str:
    return f"{number}{'' if unit.name in ('%', '‰', '') else ' '}{unit.name}"


def _number(cell: Cell, own: Unit | None) -> str:
    """The stored number, in the unit the cell's text shows (98.7% is stored as 0.987)."""
    if not isinstance(cell.value, Fraction) or not is_decimal(cell.value):
        return ""
    return decimal_text(cell.value / own.factor if own is not None and own.name in ("%", "‰") else cell.value)


def _units_differ(
    concept: Concept, by_rule: Unit | None, above: Sequence[tuple[Unit, str]], at: Position
) -> tuple[Problem, ...]:
    if by_rule is None or not above or above[0][0] == by_rule:
        return ()
    message = Text(
        f"“{concept.label}”:对照文件的单位是 {by_rule.name},表里写着“{above[0][1][:40]}”",
        f"“{concept.label}”: the mapping's unit is {by_rule.name}, the table says “{above[0][1][:40]}”",
    )
    hint = Text("已按对照文件;请核对。", "The mapping's was taken; please check.")
    return (Problem("unit-differs", at, message, hint, "warning"),)


def plain_text(concept: Concept, cell: Cell) -> tuple[str, str]:
    """What a cell says for a concept that is no quantity, and a note where it says it in other words."""
    text = cell.text.strip()
    if concept.type == "date":
        if isinstance(cell.value, date):
            return cell.value.isoformat(), ""
        match = _DAY.fullmatch(fold_words(text))
        return ("-".join(match.groups()), "") if match else (fold_words(text), "")
    if concept.type == "boolean":
        word = fold_words(text).casefold()
        truth = _TRUTH.get(word) or _FALSE.get(word)
        return (truth, "" if truth == text else f"“{text[:20]}”读作“{truth}”") if truth else (text, "")
    if concept.type == "choice" and text not in concept.choices:
        alike = [choice for choice in concept.choices if key_of(choice) == key_of(text)]
        return (alike[0], f"“{text[:20]}”读作“{alike[0]}”") if len(alike) == 1 else (text, "")
    return text, ""
