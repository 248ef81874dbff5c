"""The sentence patterns of criteria, read from data, and what they find in a criterion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from engine.showing import bare_name
from facts import yamltree as yt
from facts.gathering.patterns import compiled_pattern
from facts.gathering.yamltext import scalar
from facts.problem import Problem, Text
from facts.values import ONE, ZERO, decimal_text, parse_decimal, to_half_width

PATTERNS = Path(__file__).resolve().parents[3] / "rules" / "criteria" / "patterns.yaml"
MAX_CRITERION = 2000
_LONGEST = 60
_ALIKE = str.maketrans("（）；：，＜＞＝≦≧。．～－", "();:,<>=≤≥。.~-")
_SPACE = re.compile(r"\s+")
_END = re.compile(r"[。.;,]+$")
_CLAUSES = re.compile(r"[;。]")
_NUMBERED = re.compile(r"(?=[①-⑳])|(?<=[;。])")
# Where these stand before a deduction, or in an item, the sentence says more than the pattern understands.
_SAYS_MORE = re.compile("扣|减|酌情|满分|得分|计分|[0-9.]+分")
_NO_ITEM = re.compile("^(?:未|不|无|没)|扣|减|每|酌情|不得|不计|否则|最高|最多|其中|第[一二三]")
_UNITS = {"项": "项", "处": "处", "例": "例", "次": "次", "起": "起", "个": "个", "件": "件"}


@dataclass(frozen=True, slots=True)
class Question:
    """A data item that a criterion needs: what it is called, its type and unit, and what it means."""

    label: str
    type: str
    unit: str = ""
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """A criterion as a rule: keys of the indicator, the data items it reads, and what the words leave open."""

    measure: str
    score: str
    questions: tuple[Question, ...]
    open_: str = ""


@dataclass(frozen=True, slots=True)
class Wordings:
    """The compiled patterns."""

    headings: Mapping[str, tuple[str, ...]]
    totals: tuple[str, ...]
    criteria: tuple[tuple[str, Any], ...]
    bands: tuple[tuple[str, Any], ...]
    checklist: Any


@cache
def wordings() -> tuple[Wordings | None, tuple[Problem, ...]]:
    """The patterns of this installation."""
    return read_wordings(PATTERNS)


def read_wordings(path: Path) -> tuple[Wordings | None, tuple[Problem, ...]]:
    """Patterns from a file; a pattern RE2 does not take is a Problem."""
    node, problems = yt.read_yaml_file(path)
    if not isinstance(node, yt.Mapping) or problems:
        return None, problems
    found: list[Problem] = []

    def compiled(scalar: yt.Node | None) -> Any:
        text = scalar.text if isinstance(scalar, yt.Scalar) else ""
        pattern = compiled_pattern(text)
        if pattern is None or not text:
            message = Text("不是有效的句式(RE2)", "not a valid pattern (RE2)")
            found.append(Problem("bad-pattern", scalar.at if scalar else node.at, message))
        return pattern

    headings = node.get("headings")
    named = headings.entries if isinstance(headings, yt.Mapping) else ()
    result = Wordings(
        {key.text: _texts(value) for key, value in named},
        _texts(node.get("totals")),
        tuple((_text(one, "form"), compiled(one.get("pattern"))) for one in _mappings(node.get("criteria"))),
        tuple((_text(one, "when"), compiled(one.get("pattern"))) for one in _mappings(node.get("bands"))),
        compiled(node.get("checklist")),
    )
    return (None if found else result), tuple(found)


def _mappings(node: yt.Node | None) -> list[yt.Mapping]:
    return [one for one in node.items if isinstance(one, yt.Mapping)] if isinstance(node, yt.Sequence) else []


def _texts(node: yt.Node | None) -> tuple[str, ...]:
    items = node.items if isinstance(node, yt.Sequence) else ()
    return tuple(one.text for one in items if isinstance(one, yt.Scalar))


def _text(node: yt.Mapping, key: str) -> str:
    found = node.get(key)
    return found.text if isinstance(found, yt.Scalar) else ""


def folded(text: str) -> str:
    """A criterion as patterns see it: no white space, half-width digits and marks, no mark at its end."""
    return _END.sub("", _SPACE.sub("", to_half_width(text).translate(_ALIKE)).replace("`", ""))


# --- understanding ----------------------------------------------------------------------------------------------------


def understand(text: str, title: str, points: Fraction, known: Wordings) -> Understood | None:
    """The rule a criterion states, where every character of it is accounted for; None where anything is left over."""
    plain = folded(text)
    if not plain or len(plain) > MAX_CRITERION:
        return None
    for form, pattern in known.criteria:
        match = pattern.fullmatch(plain)
        found: Understood | None = _FORMS[form](match.groupdict(), title, points) if match else None
        if found is not None:
            return found
    return _bands(plain, title, points, known) or _checklist(plain, points, known)


Groups = Mapping[str, str | None]


def _number(text: str | None) -> Fraction | None:
    return ONE if text == "一" else parse_decimal(text or "")


def _measured(name: str | None, title: str) -> str:
    """What is measured: as the criterion calls it, else the indicator's title."""
    bare = re.sub(r"[“”\"]", "", name or "").strip(":的")
    return bare or label_of(title)


def label_of(title: str) -> str:
    """A title as the beginning of a data item's name: no blanks or quotes, and not too long for one."""
    return re.sub(r"[“”\"`\s]", "", title)[:_LONGEST]


def _rate(label: str, text: str) -> Question:
    return Question(label, "quantity", "%", text)


def _stepwise(side: str) -> Any:
    def read(groups: Groups, title: str, points: Fraction) -> Understood | None:
        given, per, deduct = (_number(groups.get(name)) for name in ("points", "per", "deduct"))
        base = (groups.get("base") or "").removesuffix("%")
        if given != points or per is None or deduct is None or parse_decimal(base) is None:
            return None
        label = _measured(groups.get("measure"), title)
        score = (
            f"per_unit: {{deduct: {decimal_text(deduct)}, per: {decimal_text(per)} 个百分点, {side}: {base}%, "
            "partial_unit: up}"
        )
        said = "" if groups.get("part") else "原文没有写不足一个百分点怎么计,暂按一个百分点计"
        return Understood(_quoted(label), score, (_rate(label, ""),), said)

    return read


def _threshold(groups: Groups, title: str, points: Fraction) -> Understood | None:
    rest = _rest(groups.get("rest"))
    if _number(groups.get("points")) != points or rest is None:
        return None
    label = _measured(groups.get("measure"), title)
    upper = (groups.get("op") or "") in ("≤", "<=", "不高于", "不超过", "小于等于", "小于或等于")
    score = f'full: "{"<=" if upper else ">="} {groups["base"]}"\notherwise: {rest}'
    return Understood(_quoted(label), score, (_rate(label, ""),))


def _condition(groups: Groups, title: str, points: Fraction) -> Understood | None:
    condition, rest = groups.get("condition") or "", _rest(groups.get("rest"))
    if _number(groups.get("points")) != points or rest is None or "," in condition or _NO_ITEM.search(condition):
        return None
    return Understood(
        "", f"full: {_source(f'{_quoted(condition)} is 是')}\notherwise: {rest}", (Question(condition, "boolean"),)
    )


def _rest(text: str | None) -> str | None:
    if text == "不得分":
        return "0"
    value = _number((text or "").lstrip("得计").removesuffix("分"))
    return None if value is None else decimal_text(value)


def _counted(suffix: str) -> Any:
    def read(groups: Groups, title: str, points: Fraction) -> Understood | None:
        deduct, before = _number(groups.get("deduct")), f"{groups.get('before') or ''}{groups.get('condition') or ''}"
        if deduct is None or _SAYS_MORE.search(before):
            return None
        label = label_of(title) + suffix
        unit = _UNITS[groups.get("unit") or "项"]
        score = f"deduct: [{{points: {decimal_text(deduct)}, each: {_source(_quoted(label), inside=True)}}}]"
        return Understood("", score, (Question(label, "quantity", unit, before.strip(";,。:")),))

    return read


def _proportional(groups: Groups, title: str, points: Fraction) -> Understood | None:
    label = label_of(title) + ("" if title.endswith("率") else "完成率")
    return Understood(
        _quoted(label), "proportional: {to: 100%, direction: at_least}", (_rate(label, "实际完成数占计划数的比例"),)
    )


_FORMS: Mapping[str, Any] = {
    "over": _stepwise("over"),
    "under": _stepwise("under"),
    "threshold": _threshold,
    "condition": _condition,
    "missing": _counted("缺项数"),
    "occurrences": _counted("问题数"),
    "proportional": _proportional,
}


def _bands(plain: str, title: str, points: Fraction, known: Wordings) -> Understood | None:
    found: list[str] = []
    named, highest = "", ZERO
    clauses = [clause for clause in _CLAUSES.split(plain) if clause]
    for clause in clauses:
        band = _band(clause, known)
        if band is None:
            return None
        when, given, measure = band
        if measure and named and measure != named:
            return None
        named, highest = named or measure, max(highest, given)
        found.append(f"- {{when: {_source(when, inside=True)}, points: {decimal_text(given)}}}")
    if len(found) < 2 or highest != points:
        return None
    label = _measured(named, title)
    return Understood(_quoted(label), "bands:\n" + "\n".join(f"  {line}" for line in found), (_rate(label, ""),))


def _band(clause: str, known: Wordings) -> tuple[str, Fraction, str] | None:
    for when, pattern in known.bands:
        match = pattern.fullmatch(clause)
        if match is None:
            continue
        groups = match.groupdict()
        given = ZERO if groups["points"] == "不得分" else _number(groups["points"].lstrip("计得").removesuffix("分"))
        ends = [value for value in (groups.get("a"), groups.get("b")) if value is not None]
        if given is not None and all(parse_decimal(end) is not None for end in ends):
            return when.format(a=groups.get("a"), b=groups.get("b")), given, groups.get("measure") or ""
    return None


def _checklist(plain: str, points: Fraction, known: Wordings) -> Understood | None:
    pieces = [piece.strip(";。") for piece in _NUMBERED.split(plain)]
    entries: list[tuple[str, Fraction]] = []
    for piece in (piece for piece in pieces if piece):
        match = known.checklist.fullmatch(piece)
        groups = match.groupdict() if match else {}
        given = _number(groups.get("inner") or groups.get("points"))
        if not given or _NO_ITEM.search(groups["condition"]):
            return None
        entries.append((groups["condition"].strip(",:"), given))
    if len(entries) < 2 or sum((given for _, given in entries), ZERO) != points:
        return None
    lines = [
        f"  - {{points: {decimal_text(given)}, when: {_source(f'{_quoted(label)} is 是', inside=True)}}}"
        for label, given in entries
    ]
    questions = tuple(Question(label, "boolean") for label, _ in entries)
    return Understood("", "add:\n" + "\n".join(lines), questions)


def _quoted(label: str) -> str:
    return bare_name(label)


def _source(text: str, inside: bool = False) -> str:
    return scalar(text, inside)
