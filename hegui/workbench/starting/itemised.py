"""Criteria that go item by item: so much off, or on, for every occurrence and for what is not done.

A criterion is read as a row of pieces, each of them one of the patterns under `pieces`; nothing may be left between them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from facts.values import decimal_text
from hegui.workbench.starting.words import (
    Groups,
    Question,
    Understood,
    Wordings,
    condition_label,
    label_of,
    number,
    quoted,
    source,
)

_SEGMENTS = re.compile(r"[;。]|(?=[①-⑳])")
_MARK = re.compile(r"^(?:[①-⑳]|[0-9]{1,2}[.、](?![0-9])|\([0-9]{1,2}\))")
# A condition with such words says more than that something is so.
_SAYS_MORE = re.compile("扣|酌情|满分|得分|计分|取消|否决|折算|比例|其中|[0-9.]+分|加倍|每")
_WITHOUT_MEANING = ("", "发现", "出现", "发生", "认定", "查出", "存在", "有")
# 每项……缺一项: what is counted, the one or the other?
_TWICE = re.compile("(?:一|1)(?:项|处|次|个|条|件|份)|缺|少")
_UNITS = {"个项目": "个", "日": "天"}
_COUNTED = {"个项目": "项目", "日": "天"}
_LACKING = {"少": "缺少", "缺": "缺少"}


@dataclass(slots=True)
class _Found:
    """What the pieces said so far."""

    title: str
    points: Fraction
    entries: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    signs: set[str] = field(default_factory=set)

    def ask(self, label: str, kind: str, unit: str, words: str) -> str:
        """A data item of its own for every entry."""
        taken, own, place = {one.label for one in self.questions}, label, 1
        while own in taken:
            place += 1
            own = f"{label}{place}"
        self.questions.append(Question(own, kind, unit, words.strip(",")))
        return own

    def add(self, sign: str, kind: str, entry: str) -> bool:
        self.entries.append(entry)
        self.signs.add(sign)
        self.kinds.add(kind)
        return True


def read_items(plain: str, title: str, points: Fraction, known: Wordings) -> Understood | None:
    """The items of a criterion, where it is nothing but items."""
    found = _Found(title, points)
    segments = [_MARK.sub("", one) for one in _SEGMENTS.split(plain)]
    for place, segment in enumerate(one for one in segments if one):
        if not _segment(segment, found, known, first=place == 0):
            return None
    if not found.entries or len(found.signs) != 1:
        return None
    if "full" in found.kinds and "each" not in found.kinds:
        # "Full where A, nothing where B" says nothing of what is neither.
        return None
    if found.kinds == {"none"} and len(found.entries) == 1:
        return None
    sign = next(iter(found.signs))
    lines = "\n".join(f"  - {{{entry}}}" for entry in found.entries)
    return Understood("", f"{sign}:\n{lines}", tuple(found.questions))


def _segment(segment: str, found: _Found, known: Wordings, *, first: bool) -> bool:
    """Pieces between commas, the shortest that are one of the patterns."""
    parts, place = segment.split(","), 0
    while place < len(parts):
        for end in range(place + 1, len(parts) + 1):
            piece = ",".join(parts[place:end])
            if piece and _piece(piece, found, known):
                place = end
                break
        else:
            # Words before the first item that give no points of their own are about that item.
            if not first or place or found.entries or len(parts) < 2 or _SAYS_MORE.search(parts[0].replace("每", "")):
                return False
            place = 1
    return True


def _piece(piece: str, found: _Found, known: Wordings) -> bool:
    for form, pattern in known.pieces:
        match = pattern.fullmatch(piece)
        if match is not None and _FORMS[form](match.groupdict(), piece, found):
            return True
    return False


# --- one kind of piece each -------------------------------------------------------------------------------------------


def _full(groups: Groups, piece: str, found: _Found) -> bool:
    if found.entries or number(groups.get("points")) != found.points or _SAYS_MORE.search(groups["condition"] or ""):
        return False
    found.kinds.add("full")
    return True


def _until(groups: Groups, piece: str, found: _Found) -> bool:
    """Until nothing is left: of all the points, else it would be a limit."""
    return bool(found.entries) and number(groups.get("points") or decimal_text(found.points)) == found.points


def _limit(groups: Groups, piece: str, found: _Found) -> bool:
    """The most that the item before moves."""
    limit = number(groups.get("limit"))
    if limit is None or limit > found.points or not found.entries or "each" not in found.entries[-1]:
        return False
    if "limit" in found.entries[-1]:
        return False
    if limit < found.points or len(found.entries) > 1:
        found.entries[-1] += f", limit: {decimal_text(limit)}"
    return True


def _none(groups: Groups, piece: str, found: _Found) -> bool:
    return _once(groups, piece, found, found.points, "none")


def _deducted(groups: Groups, piece: str, found: _Found) -> bool:
    return _once(groups, piece, found, number(groups.get("deduct")), "once")


def _once(groups: Groups, piece: str, found: _Found, points: Fraction | None, kind: str) -> bool:
    condition = groups.get("condition") or ""
    if points is None or points > found.points or _SAYS_MORE.search(condition):
        return False
    label = found.ask(condition_label(condition, found.title), "boolean", "", condition)
    when = source(f"{quoted(label)} is 是", inside=True)
    return found.add("deduct", kind, f"points: {decimal_text(points)}, when: {when}")


def _each(sign: str) -> Any:
    def read(groups: Groups, piece: str, found: _Found) -> bool:
        points = number(groups.get("points"))
        before = "".join(groups.get(name) or "" for name in ("condition", "verb", "after"))
        if points is None or points > found.points or _SAYS_MORE.search(before) or _counts_two_things(groups):
            return False
        unit = groups.get("unit") or ""
        label = f"{_what(groups, found.title)}{_COUNTED.get(unit, unit)}数"
        label = found.ask(label, "quantity", _UNITS.get(unit, unit), piece)
        each = source(quoted(label), inside=True)
        return found.add(sign, "each", f"points: {decimal_text(points)}, each: {each}")

    return read


def _counts_two_things(groups: Groups) -> bool:
    """Whether two things could be counted: plans, or what each of them lacks (每项指标的方案缺一项内容)."""
    verb, after = groups.get("verb") or "", groups.get("after") or ""
    return _TWICE.search(after) is not None or verb.startswith(tuple("项处例次起个件条户人笔张份篇天日"))


def _what(groups: Groups, title: str) -> str:
    """What is counted: the verb where it says something (迟报), else what the sentence is about."""
    verb, after = (groups.get(name) or "" for name in ("verb", "after"))
    condition = label_of(groups.get("condition") or "").strip(",:").removesuffix("的")
    if condition.startswith("以") and condition.endswith("为准"):
        condition = ""
    verb = _LACKING.get(verb, verb)
    if verb not in _WITHOUT_MEANING:
        return (
            label_of(f"{verb}{after.removesuffix('的')}")
            if len(verb + after) > 3
            else label_of(f"{title}{verb}{after}")
        )
    said = after.removesuffix("的") or condition
    return label_of(said if len(said) > 4 else f"{title}{said or '所计'}")


def _split(groups: Groups, piece: str, found: _Found) -> bool:
    """One count for each level, in the order of the points: 被省、市、县……推介的,每次分别得1分、0.6分、0.4分."""
    levels = re.split("[、,]", groups.get("levels") or "")
    given = [number(one) for one in re.findall("[0-9.]+", groups.get("listed") or "")]
    rest, unit = (groups.get("rest") or "").removesuffix("的"), groups.get("unit") or "次"
    if len(levels) != len(given) or len(levels) < 2 or _SAYS_MORE.search(rest):
        return False
    for level, points in zip(levels, given, strict=True):
        if points is None or points > found.points:
            return False
        label = found.ask(label_of(f"{level}{rest}{unit}数"), "quantity", unit, piece)
        found.add("add", "each", f"points: {decimal_text(points)}, each: {source(quoted(label), inside=True)}")
    return True


_FORMS: dict[str, Any] = {
    "full": _full,
    "until": _until,
    "limit": _limit,
    "none": _none,
    "once": _deducted,
    "each": _each("deduct"),
    "gain": _each("add"),
    "levels": _split,
}
