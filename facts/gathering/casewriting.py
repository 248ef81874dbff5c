"""Writes a case as the YAML file that reads back as the same case, in the vocabulary's order, for people to go on with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from facts.gathering.gathering import Gathered
from facts.gathering.shown import read_back, shown_entry
from facts.gathering.yamltext import flow, scalar
from facts.model import BASES, Basis, Fact, Period, Subject
from facts.model import Scalar as CellValue
from facts.provenance import CellRef, Locator, PageRef, ParagraphRef, Provenance, Source, TableRef, TextSpan
from facts.units import PLAIN, Unit, known_units, parse_unit
from facts.values import Interval, decimal_text, is_decimal
from facts.vocabulary import Concept, Vocabulary

Entry = tuple[str, str]


def case_text(gathered: Gathered, vocabulary: Vocabulary, heading: Sequence[str] = ()) -> str:
    """The case file. `heading` stands above it as comments; what was not found stands below it as comments."""
    return "\n".join(_lines(gathered, vocabulary, heading)) + "\n"


def _lines(gathered: Gathered, vocabulary: Vocabulary, heading: Sequence[str]) -> Iterator[str]:
    yield from (f"# {_comment(line)}" for line in heading)
    yield "format: hegui/case/v1"
    yield from _subject(gathered.subject)
    yield from _period(gathered.period)
    yield from _sources(gathered.sources)
    basis = _usual_basis(gathered.facts)
    if basis is not None:
        yield f"basis: {basis}"
    default = next(iter(gathered.sources)) if _has_one_source(gathered) else ""
    if default:
        yield f"source: {scalar(default)}"
    yield from _facts(gathered.facts, vocabulary, basis, default)


def _comment(line: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in line)


def _subject(subject: Subject | None) -> Iterator[str]:
    if subject is None:
        yield "# 请补写评价对象,例如: subject: {id: some-office, name: 某某办公室}"
        return
    entries = [("id", subject.id), ("name", subject.name), *([("name_en", subject.name_en)] if subject.name_en else [])]
    yield f"subject: {flow(entries)}"


def _period(period: Period | None) -> Iterator[str]:
    if period is None:
        yield "# 请补写评价时期,例如: period: 2017"
    elif str(period).isdigit():
        yield f"period: {period}"
    else:
        yield f"period: {{from: {period.start}, to: {period.end}}}"


def _sources(sources: Mapping[str, Source]) -> Iterator[str]:
    if sources:
        yield "sources:"
    for key in sorted(sources):
        source = sources[key]
        yield f"  {scalar(key)}:"
        for name in ("title", "file", "sha256", "url", "date"):
            written: str = getattr(source, name)
            if written or name == "title":
                yield f"    {name}: {scalar(written or key)}"


def _usual_basis(facts: Mapping[str, Fact]) -> Basis | None:
    """The basis most facts have; the first of those in a draw."""
    counted: dict[Basis, int] = {basis: sum(fact.basis == basis for fact in facts.values()) for basis in BASES}
    if not facts:
        return None
    return max(BASES, key=counted.__getitem__)  # the first of equals


def _has_one_source(gathered: Gathered) -> bool:
    """Whether every place is in the one source, so that it need not be said each time."""
    cited = {place.source for fact in gathered.facts.values() for place in fact.provenance}
    silent = any(not fact.provenance for fact in gathered.facts.values())
    return len(gathered.sources) == 1 and cited == set(gathered.sources) and not silent


# --- facts ------------------------------------------------------------------------------------------------------------


def _facts(facts: Mapping[str, Fact], vocabulary: Vocabulary, basis: Basis | None, source: str) -> Iterator[str]:
    if facts:
        yield "facts:"
    missing = list[Concept]()
    for concept in vocabulary.concepts.values():
        if concept.id in facts:
            yield from _fact(facts[concept.id], concept, basis, source)
        else:
            missing.append(concept)
    if missing:
        yield ""
    yield from (f"# 未找到: {_comment(concept.label)}" for concept in missing)


def _fact(fact: Fact, concept: Concept, basis: Basis | None, source: str) -> Iterator[str]:
    yield f"  {scalar(concept.label)}:"
    yield from (f"    {line}" for line in _value(fact, concept))
    if fact.basis != basis:
        yield f"    basis: {fact.basis}"
    for index, place in enumerate(fact.provenance):
        # An entry under `also` says something, be it only the source.
        entries = list(_place(place, source)) or list(_place(place, "") if index else ())
        if index == 1:
            yield "    also:"
        if index == 0:
            yield from (f"    {key}: {value}" for key, value in entries)
        else:
            yield "      - {" + ", ".join(f"{key}: {_in_flow(value)}" for key, value in entries) + "}"


def short_fact(fact: Fact, concept: Concept) -> str:
    """A made-up fact within braces: its value alone, or why there is none."""
    if fact.status != "known":
        return "{" + f"{fact.status}: {scalar(fact.reason, True)}" + "}"
    if isinstance(fact.value, tuple):
        units = {column.name: column.unit or PLAIN for column in concept.columns}
        cells = (
            [(name, _plain(row[name], unit)) for name, unit in units.items() if row.get(name) is not None]
            for row in fact.value
        )
        return "{rows: [" + ", ".join(map(flow, cells)) + "]}"
    entries = _as_valued(fact.value, concept)
    return scalar(entries[0][1], True) if entries[0][0] == "value" else flow(entries)


def stated_as(fact: Fact, concept: Concept) -> dict[str, str | list[dict[str, str]]]:
    """What a fact says by the keys of a case file, as its entry would be filled into a form."""
    if fact.status != "known":
        return {fact.status: fact.reason}
    if isinstance(fact.value, tuple):
        units = {column.name: column.unit or PLAIN for column in concept.columns}
        return {
            "rows": [
                {name: _plain(row[name], unit) for name, unit in units.items() if row.get(name) is not None}
                for row in fact.value
            ]
        }
    return dict(_as_shown(fact, concept) or _as_valued(fact.value, concept))


def _in_flow(value: str) -> str:
    """A scalar that was written for a line of its own, within braces."""
    return value if value.startswith(("{", '"')) else scalar(value, True)


def _place(place: Provenance, source: str) -> Iterator[Entry]:
    if place.source and place.source != source:
        yield "source", scalar(place.source)
    if place.locator is not None:
        yield "at", flow(locator_entry(place.locator).items())
    if place.quote:
        yield "quote", scalar(place.quote)
    if place.note:
        yield "note", scalar(place.note)


def locator_entry(locator: Locator) -> dict[str, str | int | list[int]]:
    """A place by the keys of a case file's `at`."""
    if isinstance(locator, TextSpan):
        return {"line": locator.line, "column": locator.column}
    if isinstance(locator, ParagraphRef):
        return {"paragraph": locator.paragraph, "column": locator.column}
    if isinstance(locator, CellRef):
        return {"sheet": locator.sheet, "cell": locator.cell}
    if isinstance(locator, PageRef):
        return {"page": locator.page, **({"box": list(locator.box)} if locator.box else {})}
    assert isinstance(locator, TableRef)
    return {
        **({"table": locator.table} if locator.table else {}),
        "row": locator.row,
        **({"column": locator.column} if locator.column else {}),
    }


def place_entry(place: Provenance) -> dict[str, Any]:
    """A provenance by the keys of a case file."""
    at = {"at": locator_entry(place.locator)} if place.locator is not None else {}
    said = {"source": place.source, **at, "quote": place.quote, "note": place.note}
    return {key: value for key, value in said.items() if value}


# --- values -----------------------------------------------------------------------------------------------------------


def _value(fact: Fact, concept: Concept) -> Iterator[str]:
    if fact.status != "known":
        yield f"{fact.status}: {scalar(fact.reason)}"
    elif isinstance(fact.value, tuple):
        yield from _rows(fact.value, concept)
    else:
        entries = _as_shown(fact, concept) or _as_valued(fact.value, concept)
        yield from (f"{key}: {scalar(text)}" for key, text in entries)


def _as_shown(fact: Fact, concept: Concept) -> list[Entry] | None:
    """The value in the words it was stated in, where these read back as the same fact."""
    again = read_back(fact.shown, concept)
    same = again is not None and (again.value, again.shown) == (fact.value, fact.shown)
    return list(shown_entry(fact.shown)) if same else None


def _as_valued(value: Fraction | Interval | str | date | None, concept: Concept) -> list[Entry]:
    unit = concept.unit or PLAIN
    if isinstance(value, Interval):
        return list(_bounds(value, concept.range, unit))
    return [("value", _plain(value, unit))]


def _bounds(value: Interval, allowed: Interval, unit: Unit) -> Iterator[Entry]:
    """The ends that the concept's own range does not give."""
    narrow_low = value.lo is not None and (value.lo, value.lo_open) != (allowed.lo, allowed.lo_open)
    narrow_high = value.hi is not None and (value.hi, value.hi_open) != (allowed.hi, allowed.hi_open)
    if value.lo is not None and (narrow_low or not narrow_high):
        yield "above" if value.lo_open else "at_least", _plain(value.lo, unit)
    if value.hi is not None and (narrow_high or value.lo is None):
        yield "below" if value.hi_open else "at_most", _plain(value.hi, unit)


def _plain(value: CellValue, unit: Unit) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return _exact(value, unit) if isinstance(value, Fraction) else str(value)


def _exact(value: Fraction, unit: Unit) -> str:
    """The amount in its unit, or in the first unit of its kind in which its digits end."""
    if is_decimal(value / unit.factor):
        return unit.show(value)
    others = (parse_unit(name) for name in known_units())
    alike = (other for other in others if other is not None and other.dimension == unit.dimension)
    fitting = next((other for other in alike if is_decimal(value / other.factor)), unit)
    return fitting.show(value) if fitting is not unit else f"{decimal_text(value / unit.factor)} {unit.name}".strip()


def _rows(rows: Sequence[Mapping[str, CellValue]], concept: Concept) -> Iterator[str]:
    if not rows:
        yield "rows: []"
        return
    yield "rows:"
    units = {column.name: column.unit or PLAIN for column in concept.columns}
    for row in rows:
        # In the columns' order, whatever order the row has.
        cells = [(name, _plain(row[name], unit)) for name, unit in units.items() if row.get(name) is not None]
        yield f"  - {flow(cells)}"
