"""Statements about counts of what is listed in the same sentence, and of one list counted twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from facts.report.content import Report
from facts.report.items import Stretch
from facts.report.lines import Line
from facts.report.numerals import numeral
from facts.report.patterns import Patterns
from facts.report.statements.declared import declared_statements
from facts.report.statements.model import Statement
from facts.values import ZERO

_COUNT = r"(\d{1,4}|[一二两三四五六七八九十]{1,3})"
_JOIN = re.compile(r"[和及与]|以及")


@dataclass(frozen=True, slots=True)
class Counted:
    """A list with the count that follows it: “A、B、C等3个方面”. Between `least` and `most` things are listed."""

    line: Line
    start: int
    end: int
    words: str
    least: int
    most: int
    open: bool
    count: int
    noun: str
    stretch: Stretch


def list_statements(report: Report) -> Iterator[Statement]:
    """Lists against their own counts; the same list against the counts it has elsewhere."""
    counted = [one for line in report.lines for one in _counted(line, report.patterns)]
    for one in counted:
        wrong = one.count < one.least or (one.count > one.most and not one.open)
        if wrong:
            listed = one.least if one.count < one.least else one.most
            yield Statement(
                {
                    "subject_words": one.noun,
                    "declared_count": Fraction(one.count),
                    "listed_count": Fraction(listed),
                },
                (one.stretch.place, one.line.place(one.start, one.end)),
                unit="个",
            )
    for line in report.lines:
        yield from declared_statements(line, report.patterns)
    yield from _same_list_twice(report)
    yield from _denials(report, counted)


def _denials(report: Report, counted: Sequence[Counted]) -> Iterator[Statement]:
    """“无内设科室” in a report that lists its offices."""
    for pattern, nouns in report.patterns.denials:
        listed = next((one for one in counted if one.noun in nouns and one.count > 0), None)
        if listed is None:
            continue
        for line in report.lines:
            for found in pattern.find(line.text):
                yield Statement(
                    {
                        "subject_words": listed.noun,
                        "here_number": ZERO,
                        "there_number": Fraction(listed.count),
                        "rounding_slack": ZERO,
                    },
                    (line.place(found.start, found.end), listed.stretch.place),
                    unit="个",
                )


def _counted(line: Line, patterns: Patterns) -> Iterator[Counted]:
    nouns = "|".join(sorted(map(re.escape, patterns.words["counted_nouns"]), key=len, reverse=True))
    counters = "|".join(map(re.escape, patterns.words["counters"]))
    for match in re.finditer(rf"(等)?(?:共|共计)?{_COUNT}(?:{counters})({nouns})(?!完成|达|未|实现)", line.text):
        count = numeral(match[2])
        start = _list_start(line.text, match.start(), patterns)
        words = line.text[start : match.start()]
        separators = _separators(words)
        # “设4个一级指标、10个三级指标” is a list of counts, “甲、乙和5项制度” counts what comes after.
        of_counts = re.search(rf"(?:^|、)\D{{0,4}}\d|\d(?:{counters})|(?:[、和及与]|以及)$", words)
        if count is None or separators < 1 or not words or of_counts:
            continue
        least = separators + 1
        # “A、B及C”, “A和B、C”: a joint is one more; inside a name it is none.
        most = least + sum(1 for item in words.split("、") if _JOIN.search(item))
        yield Counted(
            line, start, match.end(), words, least, most, bool(match[1]), count, match[3],
            Stretch(line, match.start(2), match.end()),
        )  # fmt: skip


def _list_start(text: str, end: int, patterns: Patterns) -> int:
    """Where a list that ends here begins: after the last punctuation, and after words like 包括."""
    depth = 0
    start = 0
    for at in range(end - 1, -1, -1):
        character = text[at]
        if character in ")》”":
            depth += 1
        elif character in "(《“":
            depth = max(0, depth - 1)
        elif character in ",。;:!?" and depth == 0:
            start = at + 1
            break
    words = text[start:end]
    first = words.find("、")
    head = words[: first if first >= 0 else len(words)]
    for opener in patterns.words["list_openers"]:
        at = head.rfind(opener)
        if at >= 0 and at + len(opener) < len(head):
            return start + at + len(opener)
    return start


def _separators(words: str) -> int:
    """How many 、 stand between things, not inside brackets or quotation marks."""
    depth = found = 0
    for character in words:
        if character in "(《“":
            depth += 1
        elif character in ")》”":
            depth -= 1
        elif character == "、" and depth == 0:
            found += 1
    return found


_LONG_LIST = re.compile(
    r"((?:[^,。;:、()\d]{2,12}、){3,}[^,。;:、()\d等]{2,16})(?:等|共)?(?:\d+个方面的?|个方面的?)?(?:共)?(\d{1,4})(项|个|条)([一-鿿]{2})"
)


def _same_list_twice(report: Report) -> Iterator[Statement]:
    """The same long list, with the same thing counted after it, and two counts."""
    first: dict[tuple[str, str, str], tuple[Fraction, Stretch]] = {}
    for line in report.lines:
        for match in _LONG_LIST.finditer(line.text):
            names = match[1].split("、")
            key = ("、".join(names[1:]), match[3], match[4])
            value, stretch = Fraction(match[2]), Stretch(line, match.start(1), match.end())
            before = first.setdefault(key, (value, stretch))
            if before[0] != value:
                yield Statement(
                    {
                        "subject_words": f"“{names[1]}”等的{match[4]}",
                        "here_number": value,
                        "there_number": before[0],
                        "rounding_slack": ZERO,
                    },
                    (stretch.place, before[1].place),
                    unit=match[3],
                )
