"""What of a document nobody took: all of it, or rows whose names resemble a fact that was not found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import islice

from facts.documents.model import Cell
from facts.gathering.folding import key_of
from facts.gathering.labels import labels_of
from facts.gathering.mapping import SourceEntry
from facts.gathering.tables import is_numeric
from facts.gathering.views import Grid, View
from facts.model import Fact
from facts.problem import Problem, Text
from facts.vocabulary import Vocabulary

# Lists of a name, a value, a unit and a remark; wider tables are forms, whose rows are many and mostly not asked for.
_WIDEST = 4
_MAX_ROWS = 300
_MAX_SHOWN = 10
# Names alike by so many characters in a row, or so much of all of them.
_SHARED, _ALIKE = 4, 0.6
_SHORTEST = 3


def unread_notes(
    view: View, facts: Mapping[str, Fact], vocabulary: Vocabulary, passed_over: Sequence[SourceEntry] = ()
) -> Iterator[Problem]:
    """That nothing in a document was recognised; which of its rows may be meant for a fact that was not found in it.

    `passed_over`: the entries of the mapping, where none of them recognises the document.
    """
    if not facts:
        yield _nothing(view, passed_over)
    rows = list(islice(_resembling(view, facts, vocabulary), _MAX_SHOWN + 1))
    if rows:
        yield _not_read(view, rows)


def _nothing(view: View, passed_over: Sequence[SourceEntry]) -> Problem:
    source = view.document.source
    name = (source.file or source.title or view.id).replace("\\", "/").rpartition("/")[2][:60]
    entries = "、".join(entry.id for entry in passed_over[:_MAX_SHOWN])
    why = (
        (
            f";对照文件里的各条({entries})都不是写给这份资料的",
            f"; no entry of the mapping ({entries}) is for this document",
        )
        if entries
        else ("", "")
    )
    message = Text(
        f"“{name}”里没有认出任何数据项{why[0]}", f"nothing this rulebook asks for was recognised in “{name}”{why[1]}"
    )
    hint = Text(
        "如果资料里有:在对照文件里写明数据项在哪里,或填写规则集的录入表再读入,或逐项录入。",
        "If it is there: say in a mapping where, fill in the rulebook's workbook and read that, or enter the facts one by one.",
    )
    return Problem("nothing-recognised", view.position(None), message, hint, "note")


def _not_read(view: View, rows: list[tuple[Cell, str]]) -> Problem:
    shown = "、".join(f"“{cell.text.strip()[:30]}”({label[:30]}?)" for cell, label in rows[:_MAX_SHOWN])
    more = ("等", ", and more") if len(rows) > _MAX_SHOWN else ("", "")
    message = Text(
        f"这几行有数,名称像某个数据项但不是,没有读:{shown}{more[0]}",
        f"these rows have a number and a name like that of a fact, and were not read: {shown}{more[1]}",
    )
    hint = Text(
        "如果是同一个数,请在对照文件里写明(label),或改用数据项的名称;要先计算的,请算出后录入。",
        "If it is the same figure, say so in a mapping (label) or use the fact's name; what must be computed first, compute and enter.",
    )
    return Problem("rows-not-read", view.position(rows[0][0].locator), message, hint, "note")


def _resembling(view: View, facts: Mapping[str, Fact], vocabulary: Vocabulary) -> Iterator[tuple[Cell, str]]:
    known = {key_of(name) for concept in vocabulary.concepts.values() for name in labels_of(concept)}
    missing = [
        (key_of(name), concept.label)
        for concept in vocabulary.concepts.values()
        if concept.id not in facts and concept.type in ("quantity", "score")
        for name in labels_of(concept)
    ]
    used = {place.locator for fact in facts.values() for place in fact.provenance}
    seen = set[str]()
    for grid in view.grids:
        for label, number in _named_numbers(grid):
            key = key_of(label.text)
            if key in known or key in seen or number.locator in used:
                continue
            seen.add(key)
            like = _likest(key, missing)
            if like:
                yield label, like


def _named_numbers(grid: Grid) -> Iterator[tuple[Cell, Cell]]:
    """Names and the numbers right of them."""
    for row in grid.table.rows[:_MAX_ROWS]:
        is_pair = 1 < len(row) <= _WIDEST and is_numeric(row[1]) and not row[1].covered
        if is_pair and not is_numeric(row[0]) and len(key_of(row[0].text)) >= _SHORTEST:
            yield row[0], row[1]


def _likest(key: str, missing: list[tuple[str, str]]) -> str:
    """The label of the concept whose name is most like this; "" where none is."""
    best = (0.0, "")
    for name, label in missing:
        matcher = SequenceMatcher(None, key, name, autojunk=False)
        ratio = matcher.ratio()
        shared = matcher.find_longest_match().size
        if ratio > best[0] and (ratio >= _ALIKE or shared >= min(_SHARED, len(name))):
            best = (ratio, label)
    return best[1]
