"""Everything the audit looks at in a report, read once: lines, outline, claims, totals, grades, figures, names."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from facts.cleaning.model import Spam
from facts.documents.model import Document, Progress, no_progress
from facts.provenance import Provenance
from facts.report.besides import note_lines, read_beside
from facts.report.figures import Number, read_numbers
from facts.report.items import Item
from facts.report.lines import Line, packed, read_lines
from facts.report.outline import Node, read_outline
from facts.report.patterns import Found, Patterns
from facts.report.prose import read_prose
from facts.report.tables import read_tables
from facts.report.totals import Said, of_the_whole, read_grades, read_totals
from facts.values import parse_decimal

_TITLE = re.compile(
    r"^(?:关于)?([一-鿿()“”]{2,30}?)(?:关于)?(?:20\d\d年度?)?(?:部门|单位|区级|市级|县级|省级)*(?:整体支出|整体绩效|项目支出|预算绩效|财政支出|项目)"
    r"?[^,。;:]{0,12}(?:自评|评价|自我评价)[^,。;:]{0,6}(?:报告|表)(?:[(]20\d\d年度?[)])?$"
)
_NAMED = re.compile(r"(?:部门|单位|项目单位|部门\(单位\))名称(?:\(盖章\))?:([一-鿿()]{2,30})$")
_SHORT = re.compile(r"([一-鿿()]{2,30})\((?:以下|下文)?(?:简称|简称为|称)[:]?“([一-鿿]{2,20})”\)")


@dataclass(frozen=True, slots=True)
class ScaleStep:
    """A grade of a scale: the lowest score that earns it, and where that is said."""

    grade: str
    start: Fraction
    place: Provenance


@dataclass(frozen=True, slots=True)
class Report:
    """A report as read. `names` are the subject's own names, longest first; `title` is the report's own, if it has one."""

    document: Document
    title: str
    lines: tuple[Line, ...]
    outline: Node
    items: tuple[Item, ...]
    totals: tuple[Said, ...]
    grades: tuple[Said, ...]
    scale: tuple[ScaleStep, ...]
    numbers: tuple[Number, ...]
    names: tuple[str, ...]
    spam: tuple[Spam, ...]
    patterns: Patterns


def read_report(document: Document, patterns: Patterns, progress: Progress = no_progress) -> Report:
    """Read a document; what is not recognised is simply not there."""
    lines, spam = read_lines(document)
    outline = read_outline(lines)
    prose = read_prose(outline, patterns)
    tables = read_tables(document, patterns, len(prose), progress)
    claimed = {(s.line.number, s.start) for i in prose for s in (i.score, i.points) if s}
    title = _title(document, lines)
    said = tuple(read_totals(lines, patterns, claimed, title))
    return Report(
        document=document,
        title=title,
        lines=lines,
        outline=outline,
        items=(*prose, *tables, *read_beside(document, patterns, tables)),
        totals=of_the_whole(said),
        grades=tuple(read_grades(lines, said, patterns)),
        scale=_scale(lines, patterns) or _scale_in_notes(document, patterns),
        numbers=tuple(n for line in lines for n in read_numbers(line)),
        names=_names(lines),
        spam=spam,
        patterns=patterns,
    )


def _title(document: Document, lines: Sequence[Line]) -> str:
    """The report's own title: a line near its top, or a cell in the first rows of its first table."""
    cells = [packed(cell.text) for table in document.tables[:1] for row in table.rows[:4] for cell in row]
    near = (*(line.text for line in lines[:40]), *cells)
    return next((text for text in near if _TITLE.match(text)), "")


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around a stretch of text."""
    left = max(text.rfind(stop, 0, start) for stop in "。;") + 1
    right = min((at for stop in "。;" if (at := text.find(stop, end)) >= 0), default=len(text))
    return left, right


def _scale(lines: Sequence[Line], patterns: Patterns) -> tuple[ScaleStep, ...]:
    """A stated scale: three grades or more in one line or the few after it, each lower than the one before."""
    for line in lines:
        steps = _steps(line, patterns)
        if len(steps) >= 3:
            return tuple(steps)
    return ()


def _scale_in_notes(document: Document, patterns: Patterns) -> tuple[ScaleStep, ...]:
    """A scale in a note to a table; one whose best grade begins below 60 is a criterion's."""
    notes = [line for line in note_lines(document) if "分" in line.text]
    steps = _scale(notes, patterns)
    return steps if steps and steps[0].start >= 60 else ()


def _steps(line: Line, patterns: Patterns) -> list[ScaleStep]:
    found: dict[str, ScaleStep] = {}
    for match in patterns.find("scales", line.text):
        grade = match.text("grade")
        start = parse_decimal(match.text("low")) if match.text("low") else Fraction(0)
        if start is not None and grade not in found and _bounded(match):
            found[grade] = ScaleStep(grade, start, line.place(match.start, match.end))
    steps = sorted(found.values(), key=lambda step: -step.start)
    falling = all(a.start > b.start for a, b in itertools.pairwise(steps))
    return steps if falling and steps and steps[-1].start == 0 else []


def _bounded(match: Found) -> bool:
    low, high = parse_decimal(match.text("low") or "0"), parse_decimal(match.text("high") or "100")
    return low is not None and high is not None and low < high <= 200


def _names(lines: Sequence[Line]) -> tuple[str, ...]:
    """What the subject calls itself: from the title, a field, an abbreviation explained."""
    found = dict[str, None]()
    for line in lines[:40]:
        match = _TITLE.match(line.text) or _NAMED.search(line.text)
        if match:
            found[match[1].strip("()")] = None
    for line in lines:
        for match in _SHORT.finditer(line.text):
            if not found or any(name in match[1] or match[1] in name for name in found):
                found[match[2]] = None
    return tuple(sorted(found, key=lambda name: (-len(name), name)))
