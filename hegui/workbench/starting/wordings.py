"""The sentence patterns of criteria, read from data, and what they find in a criterion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from facts import yamltree as yt
from facts.gathering.patterns import compiled_pattern
from facts.problem import Problem, Text
from facts.values import ZERO, decimal_text, parse_decimal
from hegui.workbench.starting.degrees import read_degrees
from hegui.workbench.starting.itemised import read_items
from hegui.workbench.starting.ladders import complement, read_ladder
from hegui.workbench.starting.words import (
    MAX_CRITERION,
    Groups,
    Question,
    Understood,
    Wordings,
    condition_label,
    folded,
    label_of,
    number,
    quoted,
    source,
)

PATTERNS = Path(__file__).resolve().parents[3] / "rules" / "criteria" / "patterns.yaml"
_CLAUSES = re.compile(r"[;。]")
_NUMBERED = re.compile(r"(?=[①-⑳])|(?<=[;。])|(?<=分\)),")
# Where these stand before a deduction, or in an item, the sentence says more than the pattern understands.
_SAYS_MORE = re.compile("扣|减|酌情|满分|得分|计分|[0-9.]+分")
_NO_ITEM = re.compile("^(?:未|不|无|没)|扣|减|每|酌情|不得|不计|否则|最高|最多|其中|第[一二三]")
_NO_CONDITION = re.compile("扣|酌情|得分|计分|[0-9.]+分|否则|每|最高|最多|其中")
_TAIL = re.compile(r"[,;]每(?:少|缺)(?:一|1)项扣([0-9.]+)分(?:[,;]扣完为止)?$")
_REST = re.compile(r"[,;]?(?:否则|未完成|没有)的?不得分$")
_UNITS = {"项": "项", "处": "处", "例": "例", "次": "次", "起": "起", "个": "个", "件": "件"}


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
        tuple((_text(one, "form"), compiled(one.get("pattern"))) for one in _mappings(node.get("pieces"))),
        tuple((_text(one, "form"), compiled(one.get("pattern"))) for one in _mappings(node.get("cases"))),
        compiled(node.get("checklist")),
        _lists(node.get("degrees")),
    )
    return (None if found else result), tuple(found)


def _mappings(node: yt.Node | None) -> list[yt.Mapping]:
    return [one for one in node.items if isinstance(one, yt.Mapping)] if isinstance(node, yt.Sequence) else []


def _texts(node: yt.Node | None) -> tuple[str, ...]:
    items = node.items if isinstance(node, yt.Sequence) else ()
    return tuple(one.text for one in items if isinstance(one, yt.Scalar))


def _lists(node: yt.Node | None) -> tuple[tuple[str, ...], ...]:
    return tuple(_texts(one) for one in node.items) if isinstance(node, yt.Sequence) else ()


def _text(node: yt.Mapping, key: str) -> str:
    found = node.get(key)
    return found.text if isinstance(found, yt.Scalar) else ""


# --- understanding ----------------------------------------------------------------------------------------------------


def understand(text: str, title: str, points: Fraction, known: Wordings) -> Understood | None:
    """The rule a criterion states, where every character of it is accounted for; None where anything is left over."""
    plain = folded(text)
    # Words that were left out may say anything.
    if not plain or len(plain) > MAX_CRITERION or "…" in plain:
        return None
    for form, pattern in known.criteria:
        match = pattern.fullmatch(plain)
        found: Understood | None = _FORMS[form](match.groupdict(), title, points) if match else None
        if found is not None:
            return found
    return (
        _bands(plain, title, points, known)
        or _checklist(plain, points, known)
        or read_degrees(plain, title, points, known)
        or read_ladder(plain, title, points, known)
        or read_items(plain, title, points, known)
    )


def _measured(name: str | None, title: str) -> str:
    """What is measured: as the criterion calls it, else the indicator's title."""
    bare = re.sub(r"[“”\"]", "", name or "").strip(":的")
    own = label_of(title)
    # 控制率 of the indicator 公用经费控制率 is that rate, and no other indicator's.
    return bare if bare and not own.endswith(bare) else own


def _rate(label: str, text: str) -> Question:
    return Question(label, "quantity", "%", text)


def _stepwise(side: str) -> Any:
    def read(groups: Groups, title: str, points: Fraction) -> Understood | None:
        given, per, deduct = (number(groups.get(name)) for name in ("points", "per", "deduct"))
        base = (groups.get("base") or "").removesuffix("%")
        if groups.get("full"):
            given = points
        if groups.get("bare") is not None and base != "100":
            # 完成率 90% 计满分: and above? Of the whole there is no above.
            return None
        if given != points or per is None or deduct is None or parse_decimal(base) is None:
            return None
        label = _measured(groups.get("measure"), title)
        score = (
            f"per_unit: {{deduct: {decimal_text(deduct)}, per: {decimal_text(per)} 个百分点, {side}: {base}%, "
            "partial_unit: up}"
        )
        step = "一个" if per == 1 else f" {decimal_text(per)} 个"
        said = "" if groups.get("part") else f"原文没有写不足{step}百分点怎么计,暂按{step}百分点计"
        return Understood(quoted(label), score, (_rate(label, ""),), said)

    return read


def _within(groups: Groups, title: str, points: Fraction) -> Understood | None:
    """Full points up to a rate, nothing above it."""
    if groups.get("base") != groups.get("beyond") or (groups.get("points") and number(groups["points"]) != points):
        return None
    label = _measured(groups.get("measure"), title)
    return Understood(quoted(label), f'full: "<= {groups["base"]}"\notherwise: 0', (_rate(label, ""),))


def _threshold(groups: Groups, title: str, points: Fraction) -> Understood | None:
    rest = _rest(groups.get("rest"))
    if number(groups.get("points")) != points or rest is None:
        return None
    label = _measured(groups.get("measure"), title)
    upper = (groups.get("op") or "") in ("≤", "<=", "不高于", "不超过", "小于等于", "小于或等于")
    score = f'full: "{"<=" if upper else ">="} {groups["base"]}"\notherwise: {rest}'
    return Understood(quoted(label), score, (_rate(label, ""),))


def _either(groups: Groups, title: str, points: Fraction) -> Understood | None:
    """Full points where something is so, the rest where it is not; the two must be all there is."""
    condition, rest = (groups.get("condition") or "").strip(",:"), _rest(groups.get("rest"), points)
    if number(groups.get("points")) != points or rest is None or _NO_CONDITION.search(condition):
        return None
    if not complement(condition, groups.get("other") or ""):
        return None
    label = condition_label(condition, title)
    return Understood(
        "", f"full: {source(f'{quoted(label)} is 是')}\notherwise: {rest}", (Question(label, "boolean", "", condition),)
    )


def _rest(text: str | None, points: Fraction = ZERO) -> str | None:
    if text in ("不得分", "不计分"):
        return "0"
    value = number(re.sub("[^0-9.]", "", text or ""))
    if value is None:
        return None
    left = points - value if (text or "").startswith("扣") else value
    return decimal_text(left) if left >= 0 else None


def _completed(groups: Groups, title: str, points: Fraction) -> Understood | None:
    """So much off for every percentage point that is not done."""
    per, deduct = (number(groups.get(name)) for name in ("per", "deduct"))
    stated = [number(groups[name]) for name in ("points", "until") if groups.get(name)]
    if per is None or deduct is None or any(one != points for one in stated):
        return None
    what = groups.get("measure")
    label = label_of(f"{what}完成率" if what else f"{title}{groups.get('what') or ''}率")
    score = f"per_unit: {{deduct: {decimal_text(deduct)}, per: {decimal_text(per)} 个百分点, under: 100%, partial_unit: up}}"
    said = "" if groups.get("part") else "原文没有写不足一个百分点怎么计,暂按一个百分点计"
    return Understood(quoted(label), score, (_rate(label, "实际数占应有数的比例"),), said)


def _in_proportion(groups: Groups, title: str, points: Fraction) -> Understood | None:
    """Points in proportion to a share; the whole of it is full points."""
    condition = groups.get("condition") or ""
    if (groups.get("points") and number(groups["points"]) != points) or _NO_CONDITION.search(condition):
        return None
    part, whole = groups.get("part_of"), groups.get("whole")
    label = label_of(f"{part}占{whole}的比重" if part else title + ("" if title.endswith("率") else "完成率"))
    return Understood(
        quoted(label),
        "proportional: {to: 100%, direction: at_least}",
        (_rate(label, condition or "实际数占应有数的比例"),),
    )


def _straight(groups: Groups, title: str, points: Fraction) -> Understood | None:
    """Full points up to one number of days, nothing from another on, a straight line between them."""
    first, last = groups.get("a"), groups.get("b")
    if (first, last) != (groups.get("a2"), groups.get("b2")) or number(groups.get("points")) != points:
        return None
    if len({groups.get(name) for name in ("unit", "unit2", "unit3")}) != 1 or (number(first) or 0) >= (
        number(last) or 0
    ):
        return None
    unit = "工作日" if (groups.get("unit") or "").endswith("工作日") else "天"
    label = label_of(f"{title}用时")
    score = f"interpolate: [{{at: {first} {unit}, points: {decimal_text(points)}}}, {{at: {last} {unit}, points: 0}}]"
    return Understood(quoted(label), score, (Question(label, "quantity", unit),), "", unit)


def _counted(suffix: str) -> Any:
    def read(groups: Groups, title: str, points: Fraction) -> Understood | None:
        deduct, before = number(groups.get("deduct")), f"{groups.get('before') or ''}{groups.get('condition') or ''}"
        if deduct is None or _SAYS_MORE.search(before):
            return None
        label = label_of(title) + suffix
        unit = _UNITS[groups.get("unit") or "项"]
        score = f"deduct: [{{points: {decimal_text(deduct)}, each: {source(quoted(label), inside=True)}}}]"
        return Understood("", score, (Question(label, "quantity", unit, before.strip(";,。:")),))

    return read


def _proportional(groups: Groups, title: str, points: Fraction) -> Understood | None:
    label = label_of(title) + ("" if title.endswith("率") else "完成率")
    return Understood(
        quoted(label), "proportional: {to: 100%, direction: at_least}", (_rate(label, "实际完成数占计划数的比例"),)
    )


_FORMS: Mapping[str, Any] = {
    "over": _stepwise("over"),
    "under": _stepwise("under"),
    "threshold": _threshold,
    "within": _within,
    "either": _either,
    "completed": _completed,
    "in_proportion": _in_proportion,
    "straight": _straight,
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
        found.append(f"- {{when: {source(when, inside=True)}, points: {decimal_text(given)}}}")
    if len(found) < 2 or highest != points:
        return None
    label = _measured(named, title)
    question, said = _rate(label, ""), ""
    if any("= 0%" in line for line in found):
        question, said = replace(question, minimum="0"), "原文从 0 起,没有写小于 0 的怎么计,数据项限为不小于 0"
    return Understood(quoted(label), "bands:\n" + "\n".join(f"  {line}" for line in found), (question,), said)


def _band(clause: str, known: Wordings) -> tuple[str, Fraction, str] | None:
    for when, pattern in known.bands:
        match = pattern.fullmatch(clause)
        if match is None:
            continue
        groups = match.groupdict()
        given = ZERO if groups["points"] == "不得分" else number(groups["points"].lstrip("计得").removesuffix("分"))
        ends = [value for value in (groups.get("a"), groups.get("b")) if value is not None]
        if given is not None and all(parse_decimal(end) is not None for end in ends):
            return when.format(a=groups.get("a"), b=groups.get("b")), given, groups.get("measure") or ""
    return None


def _checklist(plain: str, points: Fraction, known: Wordings) -> Understood | None:
    tail = _TAIL.search(plain)
    pieces = [_REST.sub("", piece.strip(";。,")) for piece in _NUMBERED.split(plain[: tail.start()] if tail else plain)]
    entries: list[tuple[str, Fraction]] = []
    for piece in (piece for piece in pieces if piece):
        match = known.checklist.fullmatch(piece)
        groups = match.groupdict() if match else {}
        given = number(groups.get("inner") or groups.get("points"))
        if not given or _NO_ITEM.search(groups["condition"]):
            return None
        entries.append((groups["condition"].strip(",:"), given))
    if len(entries) < 2 or sum((given for _, given in entries), ZERO) != points:
        return None
    if tail is not None and any(given != number(tail[1]) for _, given in entries):
        # What one missing item costs is what having it gives, or the two do not go together.
        return None
    lines = [
        f"  - {{points: {decimal_text(given)}, when: {source(f'{quoted(label)} is 是', inside=True)}}}"
        for label, given in entries
    ]
    questions = tuple(Question(label, "boolean") for label, _ in entries)
    return Understood("", "add:\n" + "\n".join(lines), questions)
