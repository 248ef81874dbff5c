"""Statements about lists that follow their count: “下属事业单位4个,即A、B、C、D”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from facts.report.lines import Line
from facts.report.numerals import numeral
from facts.report.patterns import Patterns
from facts.report.statements.model import Statement

_COUNT = r"(?P<count>\d{1,3}|[一二两三四五六七八九十]{1,3})"
# Lists that are numbered, or count themselves, are not lists of names.
_NO_NAMES = re.compile(r"\d|[一二三四五]是|[①-⑳]|等|……|…|如")
_JOIN = re.compile(r"[和及与]")
_PAIRS = {"(": ")", "《": "》", "“": "”"}


def declared_statements(line: Line, patterns: Patterns) -> Iterator[Statement]:
    """Each count with the list right after it, and each list with the count right after that."""
    nouns = tuple(patterns.words["counted_nouns"])
    counters = "|".join(map(re.escape, patterns.words["counters"]))
    follows = "|".join(map(re.escape, patterns.words["list_follows"]))
    before = re.compile(
        rf"(?<![\d.第至-]){_COUNT}(?:{counters})(?P<noun>[一-鿿]{{0,10}}?)(?P<opener>,?(?:{follows})|:|,?包括|,?包含|\():?"
    )
    for match in before.finditer(line.text):
        opener = match["opener"].strip(",")
        named = match["noun"].endswith(nouns) or line.text.endswith(nouns, 0, match.start())
        if opener in patterns.words["list_follows"] or named:
            end = _list_end(line.text, match.end(), bracket=opener == "(")
            sure = opener not in ("包括", "包含", "(")
            yield from _against(line, match, (match.end(), end), sure=sure)
    after = re.compile(rf":(?P<list>[^:;。]*、[^:;。]*?),(?:共|共计|合计){_COUNT}(?:个|家)(?=[,;。)])")
    for match in after.finditer(line.text):
        if line.text.endswith(nouns, 0, match.start()):
            yield from _against(line, match, match.span("list"), sure=True)


def _against(line: Line, match: re.Match[str], span: tuple[int, int], *, sure: bool) -> Iterator[Statement]:
    """A count against the names in a span; `sure` says that they are all of them."""
    range_, count = _listed(line.text[slice(*span)]), numeral(match["count"])
    if range_ is None or count is None:
        return
    least, most = range_
    if count < least or (sure and count > most):
        values: dict[str, Fraction | str] = {
            "subject_words": match.groupdict().get("noun") or "所列各项",
            "declared_count": Fraction(count),
            "listed_count": Fraction(least if count < least else most),
        }
        yield Statement(values, (line.place(*match.span("count")), line.place(*span)), unit="个")


def _list_end(text: str, start: int, *, bracket: bool) -> int:
    """Where a list ends: at the closing bracket, else at a full stop or a semicolon."""
    depth = 0
    for at in range(start, len(text)):
        character = text[at]
        if character in _PAIRS:
            depth += 1
        elif character in _PAIRS.values():
            if depth == 0:
                return at
            depth -= 1
        elif character in "。;" and depth == 0 and not bracket:
            return at
    return len(text)


def _listed(words: str) -> tuple[int, int] | None:
    """At least and at most how many names these are; None where that cannot be said."""
    bare = _without_brackets(words)
    if "、" not in bare or "," in bare or ":" in bare or _NO_NAMES.search(bare):
        return None
    items = bare.split("、")
    if not all(items) or max(map(len, items)) > 24:
        return None
    return len(items), len(items) + sum(1 for item in items if _JOIN.search(item))


def _without_brackets(words: str) -> str:
    kept, depth = [], 0
    for character in words:
        if character in _PAIRS:
            depth += 1
            if depth == 1 and character != "(":
                kept.append("名")  # 《》 and “” are names
        elif character in _PAIRS.values():
            depth -= 1
        elif depth <= 0:
            kept.append(character)
    return "".join(kept)
