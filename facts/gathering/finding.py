"""Finds the facts of one document: by the rules of a mapping, else by the concepts' own names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any

from facts.gathering.folding import key_of, quotable
from facts.gathering.labels import labels_of, may_name, spans_after, spots_beside
from facts.gathering.mapping import (
    CellPlace,
    LabelPlace,
    LookupPlace,
    MappingFile,
    ReportedPlace,
    RowsPlace,
    Rule,
    SourceEntry,
    TextPlace,
)
from facts.gathering.readings import Found, from_cell, from_words
from facts.gathering.reconciling import SourceFacts, merge_equal
from facts.gathering.rowsreading import rows_from
from facts.gathering.rulereading import basis_for
from facts.gathering.stages import Staged, told_apart
from facts.gathering.tables import Spot, find_cell, find_lookup, forms_of, is_called
from facts.gathering.views import MAX_QUOTE, View
from facts.gathering.years import in_year, of_another_year, said_of_another_year
from facts.model import Fact
from facts.problem import Problem, Text, in_order
from facts.provenance import Position, Provenance
from facts.units import Unit
from facts.vocabulary import Concept, Vocabulary

Problems = tuple[Problem, ...]
# A concept that a document states more often is one that a hostile document repeats.
MAX_MATCHES = 200
# Of one kind of problem with one concept, so many are shown.
MAX_ALIKE = 10
# Where nobody said that a value stands there, these only mean that it is none.
_NO_VALUE = frozenset(("not-a-number", "unknown-choice", "bad-date", "unknown-unit", "unit-mismatch"))


@dataclass(slots=True)
class _Finder:
    """One document being searched, with the unit that holds where it states none.

    `forms`: which forms the vocabulary knows each block is. What it says is reported in forms is not looked for in others
    by its name: 本年支出合计 is another thing in each of them. `year`: the one the document speaks of, where it is known; `others`: what was left out for being of another one.
    """

    view: View
    unit: Unit | None
    year: int | None = None
    problems: list[Problem] = field(default_factory=list)
    others: list[Problem] = field(default_factory=list)
    keys: dict[int, str] = field(default_factory=dict)
    forms: Mapping[int, frozenset[str]] = field(default_factory=dict)


def find_facts(
    view: View, mapping: MappingFile, vocabulary: Vocabulary, year: int | None = None
) -> tuple[SourceFacts, Problems]:
    """Every fact the document states of that year, each with its places; disagreement within it is a conflict."""
    entry = entry_for(view, mapping)
    finder = _Finder(view, entry.unit, year, forms=_forms(view, vocabulary))
    rules = {**mapping.rules, **entry.rules}
    facts: dict[str, Fact] = {}
    for concept in vocabulary.concepts.values():
        given = rules.get(concept.id, tuple(_by_name(concept)) if entry.labels else ())
        finder.others.clear()
        fact = _first(finder, concept, given)
        finder.problems.extend(finder.others if fact is None else ())
        if fact is not None:
            facts[concept.id] = fact
        elif concept.id in entry.rules:
            finder.problems.append(_nothing_there(concept, given))
    finder.problems.extend(_spam_notes(view))
    return SourceFacts(view.id, facts, entry.id), in_order(finder.problems)


def _forms(view: View, vocabulary: Vocabulary) -> Mapping[int, frozenset[str]]:
    places = (place for concept in vocabulary.concepts.values() for place in concept.reported)
    names = tuple(dict.fromkeys(name for place in places for name in place.form))
    return {grid.block: found for grid in view.grids if (found := forms_of(grid, names))}


def entry_for(view: View, mapping: MappingFile) -> SourceEntry:
    """The first entry of the mapping that recognises the document; one without rules where none does."""
    for entry in mapping.sources:
        asked = entry.database is not None
        if (view.document.kind == "sql" and asked and entry.id == view.id) or (not asked and _recognises(entry, view)):
            return entry
    return SourceEntry("", labels=mapping.labels)


def _recognises(entry: SourceEntry, view: View) -> bool:
    source = view.document.source
    name = (source.file or source.title).replace("\\", "/").rpartition("/")[2]
    if entry.files and not any(fnmatchcase(name, pattern) for pattern in entry.files):
        return False
    if entry.kind and entry.kind != view.document.kind:
        return False
    if entry.texts and not any(view.says(words) for words in entry.texts):
        return False
    return not entry.tables or any(is_called(grid, entry.tables) for grid in view.grids)


def _by_name(concept: Concept) -> Iterator[Rule]:
    """Where to look without a mapping: the forms the vocabulary names, then the concept's own names."""
    if concept.type == "table":
        # Headers such as 名称 stand in many tables: its title must name the concept too.
        columns = {column.name: (column.name,) for column in concept.columns}
        yield Rule(concept.id, RowsPlace(columns, labels_of(concept)))
        return
    forms = (
        LookupPlace(one.form, one.row or _one(one.item), one.column, one.before, one.after) for one in concept.reported
    )
    known = tuple(form for form in forms if form.row or form.column)
    if known:
        yield Rule(concept.id, ReportedPlace(known))
    yield Rule(concept.id, LabelPlace(()))


def _one(name: str) -> tuple[str, ...]:
    return (name,) if name else ()


def _is_number(concept: Concept) -> bool:
    return concept.type in ("quantity", "score")


# --- one concept ------------------------------------------------------------------------------------------------------


def _first(finder: _Finder, concept: Concept, rules: Sequence[Rule]) -> Fact | None:
    """What the first rule that finds something finds. Problems of those before it are kept: they may explain."""
    for rule in rules:
        found = list(_found(finder, concept, rule))
        told = (problem for _, problems in found for problem in problems)
        finder.problems.extend(
            _few(concept, [problem for problem in told if rule.at.line or problem.code not in _NO_VALUE])
        )
        facts = [fact for fact, _ in found if fact is not None]
        if facts:
            where = finder.view.position(facts[0].provenance[0].locator if facts[0].provenance else None)
            fact, problem = merge_equal(concept, facts, where)
            finder.problems.extend([problem] if problem else [])
            return fact
    return None


def _few(concept: Concept, problems: Sequence[Problem]) -> Iterator[Problem]:
    """The first of each kind, and how many more there are: a column of 200,000 rows has one thing wrong with it."""
    kinds: dict[str, list[Problem]] = {}
    for problem in problems:
        kinds.setdefault(problem.code, []).append(problem)
    for code, alike in kinds.items():
        yield from alike[:MAX_ALIKE]
        more = len(alike) - MAX_ALIKE
        if more > 0:
            message = Text(
                f"“{concept.label}”:另有 {more} 处同样的问题,不再逐个列出",
                f"“{concept.label}”: {more} more places have the same problem and are not listed",
            )
            yield Problem(code, alike[MAX_ALIKE].at, message, severity=alike[MAX_ALIKE].severity)


def _nothing_there(concept: Concept, rules: Sequence[Rule]) -> Problem:
    """What the mapping says of this very document was not so: a hint for whoever wrote it, no fault of the document."""
    message = Text(
        f"“{concept.label}”:写明的位置都没有找到值", f"“{concept.label}”: no value was found at any of these places"
    )
    hint = Text("请核对位置、名称和标题。", "Check the place, the names and the heading.")
    return Problem("nothing-found", rules[0].at, message, hint, "note")


def _found(finder: _Finder, concept: Concept, rule: Rule) -> Iterator[Found]:
    view, place = finder.view, rule.place
    blocks = view.blocks_within(rule.within)
    if place is None:
        yield _meant(rule, concept, (Provenance(view.id, None, "", rule.note or "对照文件写明"),)), ()
    elif isinstance(place, TextPlace):
        yield from _in_text(finder, concept, rule, place, blocks)
    elif isinstance(place, RowsPlace):
        yield from rows_from(concept, view, place, rule, finder.unit, blocks)
    else:
        spots = list(_spots(finder, concept, place, blocks))
        if isinstance(place, LabelPlace) and not place.labels and concept.reported:
            spots = [spot for spot in spots if spot.grid.block not in finder.forms]
        spots = _of_its_stage(finder, concept, place, list(_of_this_year(finder, concept, place, spots)))
        yield from (_from_spot(finder, concept, rule, spot) for spot in spots)
        if isinstance(place, LabelPlace):
            yield from _after_labels(finder, concept, rule, place, blocks)


def _of_this_year(finder: _Finder, concept: Concept, place: Any, spots: Sequence[Spot]) -> Iterator[Spot]:
    """The cells found by a name that are of the year looked for; one a mapping names by its address or column counts."""
    if isinstance(place, CellPlace | LookupPlace) or not _is_number(concept):
        yield from spots
        return
    names = (place.labels if isinstance(place, LabelPlace) else ()) or labels_of(concept)
    for spot in spots:
        said = of_another_year(spot, names, finder.year)
        if said:
            finder.others.append(_another_year(concept, said, finder.view.position(spot.cell.locator)))
        else:
            yield spot


def _of_its_stage(finder: _Finder, concept: Concept, place: Any, spots: list[Spot]) -> list[Spot]:
    """Of the cells found by a name those whose heading, 预算数 or 决算数, does not make them something else."""
    if not isinstance(place, LabelPlace) or not _is_number(concept):
        return spots
    kept, others = told_apart(spots, place.labels or labels_of(concept))
    # Of a name that says its stage, the other column is passed over like another year's.
    unsure = list(_few(concept, [_unsure(concept, one, other, finder.view) for one, other in others if other]))
    finder.problems.extend(unsure)
    finder.others.extend(_another_stage(concept, one, finder.view) for one, other in others if other is None)
    return kept


def _cell_words(one: Staged) -> str:
    return f"“{one.spot.cell.text.strip()[:40]}”({one.words[:20]},{one.spot.cell.locator})"


def _another_stage(concept: Concept, one: Staged, view: View) -> Problem:
    message = Text(
        f"“{concept.label}”:{_cell_words(one)}是另一栏的数,没有采用",
        f"“{concept.label}”: {_cell_words(one)} is of another column and was not taken",
    )
    return Problem("another-stage", view.position(one.spot.cell.locator), message, severity="note")


def _unsure(concept: Concept, one: Staged, other: Staged, view: View) -> Problem:
    message = Text(
        f"“{concept.label}”:{_cell_words(one)}和{_cell_words(other)}一个是预算、一个是执行的数,名称没有说要哪一个,都没有采用",
        f"“{concept.label}”: {_cell_words(one)} and {_cell_words(other)}: one is budgeted, the other carried out, and the "
        "name does not say which is meant; neither was taken",
    )
    hint = Text(
        "请在对照文件里写明取哪一栏(row、column),或填在录入表里。",
        "Say in the mapping which column is meant (row, column), or fill in the workbook.",
    )
    return Problem("another-stage", view.position(one.spot.cell.locator), message, hint, "note")


def _another_year(concept: Concept, said: str, at: Position) -> Problem:
    message = Text(
        f"“{concept.label}”:这里写的是“{said[:40]}”,不是本年的数,没有采用",
        f"“{concept.label}”: this is “{said[:40]}”, no figure of the year, and was not taken",
    )
    return Problem("another-year", at, message, severity="note")


def _spots(finder: _Finder, concept: Concept, place: Any, blocks: frozenset[int] | None) -> Iterator[Spot]:
    view = finder.view
    if isinstance(place, CellPlace):
        yield from find_cell(view, place)
    elif isinstance(place, LookupPlace):
        yield from find_lookup(view, place, _is_number(concept), blocks)
    elif isinstance(place, ReportedPlace):
        for form in place.forms:
            yield from _reported(finder, form, _is_number(concept), blocks)
    else:
        yield from spots_beside(view, place.labels or labels_of(concept), concept, blocks)


def _reported(finder: _Finder, place: LookupPlace, numeric: bool, within: frozenset[int] | None) -> tuple[Spot, ...]:
    """In a form as it is described; where it was laid out sideways, under both names as upper and lower header."""
    borne = (block for block, names in finder.forms.items() if not names.isdisjoint(place.table))
    blocks = frozenset(block for block in borne if within is None or block in within)
    columns = (*place.column, *(named for name in place.column for named in in_year(name, finder.year)))
    form = replace(place, table=(), column=columns)
    found = find_lookup(finder.view, form, numeric, blocks)
    if found or not form.row or not form.column:
        return found
    sideways = replace(form, row=(), column=tuple(f"{top}/{low}" for top in form.column for low in form.row))
    return find_lookup(finder.view, sideways, numeric, blocks)


def _from_spot(finder: _Finder, concept: Concept, rule: Rule, spot: Spot) -> Found:
    if rule.meaning is not None:
        provenance = Provenance(
            finder.view.id, spot.cell.locator, quotable(spot.cell.text.strip()[:MAX_QUOTE]), rule.note
        )
        return _meant(rule, concept, (provenance,)), ()
    return from_cell(concept, finder.view, spot, rule, finder.unit)


def _meant(rule: Rule, concept: Concept, provenance: tuple[Provenance, ...]) -> Fact:
    """What a mapping says the place means."""
    assert rule.meaning is not None
    basis = basis_for(rule.basis, concept, False)
    by_default = rule.basis is None
    return replace(rule.meaning, basis=basis, by_default=by_default, provenance=provenance, at=Position(""))


def _in_text(
    finder: _Finder, concept: Concept, rule: Rule, place: TextPlace, blocks: frozenset[int] | None
) -> Iterator[Found]:
    count = 0
    for passage in finder.view.passages:
        if (blocks is not None and passage.block not in blocks) or place.needle not in passage.folded.text:
            continue
        for match in place.program.finditer(passage.folded.text):
            count += 1
            if count > MAX_MATCHES or match.end() == match.start():
                return
            if rule.meaning is not None:
                yield (
                    _meant(rule, concept, (passage.provenance(finder.view.id, match.start(), match.end(), rule.note),)),
                    (),
                )
            elif match.group(place.group):
                value = match.span(place.group)
                yield from_words(concept, finder.view, passage, rule, match.span(), value, finder.unit)


def _after_labels(
    finder: _Finder, concept: Concept, rule: Rule, place: LabelPlace, blocks: frozenset[int] | None
) -> Iterator[Found]:
    if not _is_number(concept):
        return
    names = place.labels or labels_of(concept)
    keys = [key for key in map(key_of, names) if key]
    for index, passage in enumerate(finder.view.passages):
        if blocks is not None and passage.block not in blocks:
            continue
        if index not in finder.keys:
            finder.keys[index] = key_of(passage.folded.original)
        if may_name(finder.keys[index], keys):
            for span, value in islice(spans_after(passage, names, concept), MAX_MATCHES):
                said = said_of_another_year(passage.folded.text, span[0], names, finder.year)
                if said:
                    at = finder.view.position(passage.place(passage.folded.original_span(*span)[0]))
                    finder.others.append(_another_year(concept, said, at))
                    continue
                yield from_words(concept, finder.view, passage, rule, span, value, finder.unit)


def _spam_notes(view: View) -> Iterator[Problem]:
    for spam in view.spam:
        message = Text(
            f"插入的垃圾文字“{spam.phrase[:40]}”出现 {spam.count} 次,已按“{spam.replacement}”读",
            f"the injected phrase “{spam.phrase[:40]}” stands {spam.count} times and was read as “{spam.replacement}”",
        )
        yield Problem("spam", view.position(None), message, severity="note")
