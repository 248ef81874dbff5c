"""Statements about counts, points and scores: what is declared against what is listed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from facts.documents.model import Paragraph
from facts.provenance import Provenance
from facts.report.content import Report, sentence
from facts.report.items import Item, Words
from facts.report.numerals import numeral
from facts.report.statements.model import Known, Statement
from facts.report.totals import Said
from facts.values import ZERO, parse_decimal

HUNDRED = Fraction(100)


def sum_statements(report: Report) -> Iterator[Statement]:
    """All of them, in the order of the checks."""
    yield from _counts(report)
    yield from _sections(report)
    yield from _groups_of_sections(report)
    yield from _total(report)
    yield from _weights(report)
    yield from _scores(report)


# --- declared counts ---


def _counts(report: Report) -> Iterator[Statement]:
    """“49个三级指标” against the indicators there are."""
    leaves = [item for item in report.items if item.is_leaf]
    for line in report.lines:
        for found in report.patterns.find("indicator_counts", line.text):
            kind = report.patterns.levels.get(found.text("level"), "")
            said = numeral(found.text("n"))
            listed = _listed(report, kind, leaves)
            if said is None or not listed or said == len(listed):
                continue
            # Fewer than declared proves nothing unless the list is surely all there is.
            if len(listed) > said or _whole(report, leaves):
                last = listed[-1]
                yield Statement(
                    {
                        "subject_words": f"{found.text('level')}指标",
                        "declared_count": Fraction(said),
                        "listed_count": Fraction(len(listed)),
                    },
                    (line.place(found.start, found.end), *_place(last.title or last.score)),
                    unit="个",
                )


def _place(stretch: Words | None) -> tuple[Provenance, ...]:
    return (stretch.place,) if stretch else ()


def _whole_place(said: Said) -> Provenance:
    return (said.whole or said.stretch).place


def _listed(report: Report, kind: str, leaves: Sequence[Item]) -> list[Item]:
    """The items of one level; each once where a table repeats the prose."""
    origins = {item.origin for item in report.items}
    best: list[Item] = []
    for origin in sorted(origins):
        if kind == "indicator":
            found = [item for item in leaves if item.origin == origin and not item.inline]
        else:
            found = [i for i in report.items if i.origin == origin and i.claim.kind == kind and not i.inline]
        if len(found) > len(best):
            best = found
    if kind == "section" and best and not _sections_sum(best):
        return []
    return best if kind in ("indicator", "section") else []


def _sections_sum(sections: Sequence[Item]) -> bool:
    return sum((s.claim.points or ZERO for s in sections), ZERO) == HUNDRED


def _whole(report: Report, leaves: Sequence[Item]) -> bool:
    """Whether the indicators' points make up a round total: then none is missing."""
    origins = {item.origin for item in leaves}
    sums = [sum((i.claim.points or ZERO for i in leaves if i.origin == origin), ZERO) for origin in origins]
    return HUNDRED in sums


# --- sections and groups ---


def _sections(report: Report) -> Iterator[Statement]:
    """A section's points and score against those of its items, a subtotal's against those of the rows it sums up."""
    below = _below(report)
    for index, item in enumerate(report.items):
        if item.claim.kind not in ("section", "group"):
            continue
        children = [report.items[n] for n in item.rows] or below.get(index, [])
        if not children or any(child.weighted for child in children):
            continue
        complete = item.complete or bool(item.rows)
        yield from _sum(item, children, "points", complete)
        yield from _sum(item, children, "score", complete)


def _below(report: Report) -> dict[int, list[Item]]:
    """What adds up to each claim: the parts directly under it; groups that state no points give way to their items."""
    found: dict[int, list[Item]] = {}
    for item in report.items:
        if item.parent is not None:
            found.setdefault(item.parent, []).append(item)
    return found


def _sum(item: Item, children: Sequence[Item], what: str, complete: bool) -> Iterator[Statement]:
    declared = getattr(item.claim, what)
    parts = [getattr(child.claim, what) for child in children]
    if declared is None or any(part is None for part in parts):
        return
    listed = sum(parts, ZERO)
    if listed < declared and not complete:
        return
    names = ("declared_points", "listed_points") if what == "points" else ("declared_score", "listed_scores")
    ends = [*children[:1], *children[1:][-1:]]
    yield Statement(
        {"subject_words": item.claim.name, names[0]: declared, names[1]: listed},
        (*item.place, *(place for child in ends for place in child.place)),
    )


def _groups_of_sections(report: Report) -> Iterator[Statement]:
    """“分值分别为35分、20分、45分” against what the sections themselves say, in their order."""
    sections = [i for i in report.items if i.claim.kind == "section" and i.origin == "prose" and not i.inline]
    for line in report.lines:
        for found in report.patterns.find("point_lists", line.text):
            start, _, text = found.slots["list"]
            said = [parse_decimal(n) for n in re.findall(r"\d+(?:\.\d+)?", text)]
            if len(said) != len(sections):
                continue
            for value, section in zip(said, sections, strict=True):
                if value is not None and section.claim.points is not None:
                    yield Statement(
                        {
                            "subject_words": section.claim.name,
                            "declared_points": value,
                            "listed_points": section.claim.points,
                        },
                        (line.place(start, found.end), *section.place),
                    )


# --- the whole ---


def _total(report: Report) -> Iterator[Statement]:
    yield from _prose_total(report)
    tables = sorted({item.table for item in report.items if item.origin == "table"})
    for table in tables:
        yield from _table_totals(report, [item for item in report.items if item.table == table])


def _prose_total(report: Report) -> Iterator[Statement]:
    """The total against the sections' scores, wherever they are summed up."""
    # Points beside the 100 (加分项) belong to no section.
    said = report.totals[0] if report.totals and not has_bonus(report) else None
    for sections in _section_lists(report):
        scores = [section.claim.score for section in sections if section.claim.score is not None]
        if said is not None and said.value is not None and len(scores) == len(sections):
            values: dict[str, Known] = {
                "subject_words": "总分",
                "declared_score": said.value,
                "listed_scores": sum(scores, ZERO),
            }
            yield Statement(values, (_whole_place(said), *(p for section in sections for p in section.place)))
    if said is not None and not list(_section_lists(report)):
        yield from _leaves_total(report, said)
    yield from _sections_twice(report)


def has_bonus(report: Report) -> bool:
    """Whether the report speaks of points beside those of its sections."""
    return any(True for line in report.lines for _ in report.patterns.find("bonus", line.text))


def _leaves_total(report: Report, said: Said) -> Iterator[Statement]:
    """The total against the indicators themselves, where they make 100 points and no section sums them up."""
    leaves = [i for i in report.items if i.is_leaf and i.origin == "prose" and not i.inline]
    scores = [leaf.claim.score for leaf in leaves if leaf.claim.score is not None]
    if said.value is None or len(scores) != len(leaves) or not _sections_sum(leaves):
        return
    values: dict[str, Known] = {
        "subject_words": "总分", "declared_score": said.value, "listed_scores": sum(scores, ZERO),
    }  # fmt: skip
    yield Statement(values, (_whole_place(said), *(place for leaf in leaves for place in leaf.place)))


def _section_lists(report: Report) -> Iterator[list[Item]]:
    """The sections under headings, and those of each sentence that sums them up, where they make 100 points."""
    sections = [item for item in report.items if item.claim.kind == "section" and item.origin == "prose"]
    lines = sorted({s.score.line.number for s in sections if s.inline and s.score})
    headed = [s for s in sections if not s.inline]
    inline = [[s for s in sections if s.inline and s.score and s.score.line.number == n] for n in lines]
    yield from (found for found in (headed, *inline) if found and _sections_sum(found))


def _sections_twice(report: Report) -> Iterator[Statement]:
    """One claim in two places: in a sentence that sums up and under its heading; in the text and in a table."""
    prose = [item for item in report.items if item.origin == "prose"]
    for one in (item for item in prose if item.inline and item.claim.kind == "section"):
        for other in (item for item in prose if not item.inline and one.claim.name in item.claim.name):
            yield from _twice(one, other)
    for name, one in _by_name(report, "prose").items():
        same = _by_name(report, "table").get(name)
        if same is not None:
            yield from _twice(one, same)


def _by_name(report: Report, origin: str) -> dict[str, Item]:
    """The claims of one origin by their names, those that occur once."""
    items = [i for i in report.items if i.origin == origin and i.claim.score is not None and not i.inline]
    names = Counter(item.claim.name for item in items)
    return {item.claim.name: item for item in items if names[item.claim.name] == 1}


def _twice(one: Item, other: Item) -> Iterator[Statement]:
    if other.claim.points == one.claim.points and None not in (one.claim.score, other.claim.score):
        values: dict[str, Known] = {
            "subject_words": one.claim.name,
            "here_number": other.claim.score or ZERO,
            "there_number": one.claim.score or ZERO,
            "rounding_slack": ZERO,
        }
        yield Statement(values, (*other.place, *one.place), unit="分")


def _table_totals(report: Report, items: Sequence[Item]) -> Iterator[Statement]:
    """Each totals row of a table against the rows before it; one at the top against all that follow."""
    every = items
    yield from _total_beside(every)
    items = [item for item in items if not item.beside]
    rows: list[Item] = []
    for n, item in enumerate(items):
        if item.claim.kind != "total":
            rows.append(item)
            continue
        after = items[n + 1 :]
        if not any(row.is_leaf for row in rows) and not any(other.claim.kind == "total" for other in after):
            rows = list(after)
        yield from _table_total(item, rows)
        rows = []
    yield from _total_in_prose(report, every)


def _table_total(total: Item, items: Sequence[Item]) -> Iterator[Statement]:
    leaves = [item for item in items if item.is_leaf]
    if len(leaves) < 2 or any(leaf.weighted for leaf in leaves):
        return
    for what, names in (
        ("points", ("declared_points", "listed_points")),
        ("score", ("declared_score", "listed_scores")),
    ):
        declared, parts = getattr(total.claim, what), [getattr(leaf.claim, what) for leaf in leaves]
        if declared is not None and all(part is not None for part in parts):
            places = _place(getattr(total, what)) + _place(getattr(leaves[0], what))
            yield Statement(
                {"subject_words": total.claim.name, names[0]: declared, names[1]: sum(parts, ZERO)}, places
            )  # fmt: skip
    yield from _declared_sections(items, total)


def _total_beside(items: Sequence[Item]) -> Iterator[Statement]:
    """A total said above or below a table against its totals row, or against its rows where they make 100 points."""
    said = [item for item in items if item.beside and item.claim.score is not None]
    rows = [item for item in items if item.claim.kind == "total" and not item.beside and item.claim.score is not None]
    leaves = [item for item in items if item.is_leaf]
    for one in said[:1]:
        if len(rows) == 1:
            yield from _twice(rows[0], replace(one, claim=replace(one.claim, points=rows[0].claim.points)))
        elif not rows and _sections_sum(leaves) and all(leaf.claim.score is not None for leaf in leaves):
            values: dict[str, Known] = {
                "subject_words": "总分", "declared_score": one.claim.score or ZERO,
                "listed_scores": sum((leaf.claim.score or ZERO for leaf in leaves), ZERO),
            }  # fmt: skip
            yield Statement(values, (*one.place, *leaves[0].place))


def _total_in_prose(report: Report, items: Sequence[Item]) -> Iterator[Statement]:
    """The text's total against the table's, where there is one table with a total: of several, who knows which is meant."""
    every = [item for item in report.items if item.claim.kind == "total" and item.claim.score is not None]
    said = report.totals[0] if report.totals else None
    every = [item for item in every if not item.beside] or every
    if said is None or said.value is None or len(every) != 1 or every[0] not in items:
        return
    if not _of_one_thing(report, said, every[0].table):
        return
    numbers: dict[str, Known] = {
        "subject_words": "总分",
        "here_number": said.value,
        "there_number": every[0].claim.score or ZERO,
        "rounding_slack": ZERO,
    }
    yield Statement(numbers, (_whole_place(said), *_place(every[0].score)), unit="分")


_SCOPES = ("整体", "项目")


def _of_one_thing(report: Report, said: Said, table: int) -> bool:
    """Whether text and table may speak of the same: not one of the whole department and the other of a project."""
    left, right = sentence(said.stretch.line.text, said.stretch.start, said.stretch.end)
    words = said.stretch.line.text[left:right]
    if not any(scope in words for scope in _SCOPES):
        words = report.title
    cells = [cell.text for row in report.document.tables[table].rows[:_HEAD] for cell in row if len(cell.text) < _TITLE]
    about = next((text for text in ("".join(cells), *_before(report, table)) if any(s in text for s in _SCOPES)), "")
    one, other = ({scope for scope in _SCOPES if scope in text} for text in (words, about))
    return not one or not other or bool(one & other)


# Rows and lines that may say what a table is about, and how long such a text may be.
_HEAD, _TITLE = 8, 60


def _before(report: Report, table: int) -> list[str]:
    """The short lines just before a table, the nearest first."""
    blocks = report.document.blocks
    at = next(n for n, block in enumerate(blocks) if block is report.document.tables[table])
    near = reversed(blocks[max(0, at - 3) : at])
    return [block.text for block in near if isinstance(block, Paragraph) and len(block.text) < _TITLE]


def _declared_sections(items: Sequence[Item], total: Item) -> Iterator[Statement]:
    """The totals row against the points glued to the sections' names, if every indicator is in such a section."""
    sections = [item for item in items if item.claim.kind == "section" and not item.rows]
    named = {section.claim.name for section in sections}
    if not sections or total.claim.points is None or any(i.is_leaf and i.claim.section not in named for i in items):
        return
    listed = sum((section.claim.points or ZERO for section in sections), ZERO)
    values: dict[str, Known] = {
        "subject_words": total.claim.name,
        "declared_points": total.claim.points,
        "listed_points": listed,
    }
    yield Statement(values, (*_place(total.points), *(p for section in sections for p in section.place)))


def _weights(report: Report) -> Iterator[Statement]:
    for line in report.lines:
        for found in report.patterns.find("weights", line.text):
            start, end, text = found.slots["rates"]
            rates = [parse_decimal(n) for n in re.findall(r"\d+(?:\.\d+)?", text)]
            total = sum((rate for rate in rates if rate is not None), ZERO) / 100
            yield Statement({"weights_sum": total}, (line.place(start, end),))


def _scores(report: Report) -> Iterator[Statement]:
    """Each claim's score against its own points."""
    for index, item in enumerate(report.items):
        if item.claim.score is not None and item.claim.points is not None:
            yield Statement(
                {
                    "subject_words": item.claim.name,
                    "claimed_score": item.claim.score,
                    "item_points": item.claim.points,
                },
                item.place,
                item=index,
            )
