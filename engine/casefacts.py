"""A Case as one rulebook sees it under accepted bases: values for formulas, operands for people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from engine import ranges
from engine.assessment import Operand
from engine.compute import Env, Known, Quantity
from engine.model import Parameter, Rulebook
from engine.showing import interval_text, number_text
from facts.model import Basis, Case, Fact, Row
from facts.problem import Text
from facts.units import PLAIN
from facts.values import Interval
from facts.vocabulary import Concept


@dataclass(slots=True)
class CaseFacts:
    """Values by concept, what does not apply, and operands made once each."""

    rulebook: Rulebook
    case: Case
    accept: Collection[Basis]
    values: dict[str, Known] = field(default_factory=dict)
    inapplicable: frozenset[str] = frozenset()
    # What every concept is while nothing is known of it, where many cases share that (`unknown_values`).
    unknown: Mapping[str, Known] | None = None
    _operands: dict[str, Operand] = field(default_factory=dict)

    def __post_init__(self) -> None:
        concepts = self.rulebook.vocabulary.concepts
        self.values |= unknown_values(concepts) if self.unknown is None else self.unknown
        apart = []
        for name, fact in self.case.facts.items():
            if name in concepts and fact.basis in self.accept:
                if fact.status == "known":
                    self.values[name] = _value(fact.value)
                elif fact.status == "not_applicable":
                    apart.append(name)
        self.inapplicable = frozenset(apart)

    def env(self) -> Env:
        """What formulas read."""
        parameters: dict[tuple[str, str], Quantity] = {}
        for parameter in all_parameters(self.rulebook):
            parameters[parameter.key] = self._parameter(parameter)
        return Env(self.values, parameters)

    def _parameter(self, parameter: Parameter) -> Quantity:
        if not parameter.by:
            return parameter.values[0][1]
        label = self.values.get(parameter.by)
        for name, value in parameter.values:
            if name == label:
                return value
        return ranges.hull([value for _, value in parameter.values])

    def known(self, concept: str) -> str:
        """One of "known", "bounded", "absent", "not_applicable" or "conflict"."""
        fact = self.case.facts.get(concept)
        if fact is None:
            return "absent"
        if fact.status == "known":
            if fact.basis not in self.accept:
                return "absent"
            return "bounded" if isinstance(fact.value, Interval) else "known"
        return fact.status

    def basis(self, concept: str) -> Basis | None:
        """The basis of a fact that is used."""
        fact = self.case.facts.get(concept)
        used = fact is not None and fact.status in ("known", "not_applicable") and fact.basis in self.accept
        return fact.basis if used and fact is not None else None

    def operand(self, concept_id: str) -> Operand:
        """The fact as it enters a formula."""
        if concept_id not in self._operands:
            self._operands[concept_id] = self._make(self.rulebook.vocabulary.concepts[concept_id])
        return self._operands[concept_id]

    def _make(self, concept: Concept) -> Operand:
        fact = self.case.facts.get(concept.id)
        known = self.known(concept.id)
        value = self.values[concept.id]
        unit = concept.unit or PLAIN
        usable = known in ("known", "bounded")
        return Operand(
            concept=concept.id,
            label=Text(concept.label, concept.label_en or concept.label),
            value=value if known == "known" and isinstance(value, Fraction | str) else None,
            shown=_shown(fact, value, concept) if usable and fact is not None else _disagreement(fact),
            unit=unit.name,
            known=known,
            basis=fact.basis if fact is not None else None,
            provenance=fact.provenance if fact is not None else (),
            rows=tuple(row_text(row) for row in value) if usable and isinstance(value, tuple) else (),
        )


def _disagreement(fact: Fact | None) -> str:
    """What the sources of a fact in conflict say, and where."""
    return fact.reason if fact is not None and fact.status == "conflict" else ""


def unknown_values(concepts: Mapping[str, Concept]) -> dict[str, Known]:
    """Each concept's value while nothing is known of it."""
    return {
        name: None if concept.type in _NOT_NUMERIC else ranges.simplest(concept.range)
        for name, concept in concepts.items()
    }


_NOT_NUMERIC = ("boolean", "choice", "text", "table")


def all_parameters(rulebook: Rulebook) -> tuple[Parameter, ...]:
    """The rulebook's parameters, then each section's own."""
    return (*rulebook.parameters, *(p for section in rulebook.sections for p in section.parameters))


def _value(value: object) -> Known:
    if isinstance(value, date):
        return Fraction(value.toordinal())
    assert isinstance(value, Fraction | Interval | str | tuple)
    return ranges.simplest(value) if isinstance(value, Interval) else value


def _shown(fact: Fact, value: Known, concept: Concept) -> str:
    if isinstance(fact.value, date):
        return fact.value.isoformat()
    if isinstance(value, Fraction):
        return number_text(value, concept.unit or PLAIN)
    if isinstance(value, Interval):
        return interval_text(stated_bounds(value, concept), concept.unit or PLAIN)
    if isinstance(value, str):
        return value
    return fact.shown


def stated_bounds(value: Interval, concept: Concept) -> Interval:
    """A stated bound without the end that is only the concept's own."""
    lo = None if value.lo == concept.minimum and not value.lo_open else value.lo
    hi = None if value.hi == concept.maximum and not value.hi_open else value.hi
    return value if lo is None and hi is None else Interval(lo, hi, value.lo_open, value.hi_open)


def row_text(row: Row) -> str:
    """A row of a table in one line."""
    return ";".join(f"{name}={_cell(cell)}" for name, cell in row.items())


def _cell(cell: object) -> str:
    if cell is None:
        return "?"
    return number_text(cell, PLAIN) if isinstance(cell, Fraction) else str(cell)
