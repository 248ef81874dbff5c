"""The rows of docs/clauses.md as the rulebooks under rules/clauses have them: the page may say nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from engine.model import (
    Bands,
    Choose,
    Citation,
    Combine,
    Fixed,
    Form,
    Interpolate,
    Items,
    Judged,
    NotComputable,
    Part,
    PerUnit,
    PointsFormula,
    Proportional,
    Rulebook,
    Section,
    Threshold,
    Title,
)

TOTAL = 175
HEADER = "| No. | Source | Clause | Said with | File | Id | Status | Uncertain in the text, and how it is read |"

_NAMES: dict[type, str] = {
    Threshold: "full",
    Bands: "bands",
    PerUnit: "per_unit",
    Proportional: "proportional",
    Interpolate: "interpolate",
    Judged: "judged",
    PointsFormula: "formula",
    Fixed: "fixed",
    Choose: "choose",
    NotComputable: "not_computable",
}


class Element(NamedTuple):
    """One piece of a rulebook that says a clause, or a part of one."""

    id: str
    title: Title
    file: str
    said_with: tuple[str, ...]
    cite: Citation
    unsaid: str = ""


class Clause(NamedTuple):
    """A row: the clause's number and everything that says it."""

    number: int
    elements: tuple[Element, ...]

    @property
    def row(self) -> str:
        """The line of the page."""
        first = self.elements[0]
        forms = dict.fromkeys(form for element in self.elements for form in element.said_with)
        doubts = dict.fromkeys(element.cite.uncertain for element in self.elements if element.cite.uncertain)
        cells = (
            str(self.number),
            next((one.cite.document for one in self.elements if one.cite.item), first.cite.document),
            f"{first.title.zh}: {first.title.en}",
            ", ".join(forms),
            ", ".join(dict.fromkeys(element.file for element in self.elements)),
            ", ".join(element.id for element in self.elements),
            f"not computable: {first.unsaid}" if first.unsaid else "expressed",
            "; ".join(doubts),
        )
        return "| " + " | ".join(cells) + " |"


def clauses(rulebooks: Mapping[str, Rulebook]) -> tuple[Clause, ...]:
    """Every clause that a rulebook says, by number; `rulebooks` is by folder name."""
    found: dict[int, list[Element]] = {}
    for folder, rulebook in rulebooks.items():
        for element in _elements(folder, rulebook):
            if match := re.fullmatch(r"c(\d{3})(-[a-z-]+)?", element.id):
                found.setdefault(int(match[1]), []).append(element)
    return tuple(Clause(number, tuple(found[number])) for number in sorted(found))


def counts_line(every: tuple[Clause, ...]) -> str:
    """The sentence at the top of the page."""
    unsaid = sum(bool(clause.elements[0].unsaid) for clause in every)
    others = TOTAL - len(every)
    return (
        f"{TOTAL} clauses: {len(every) - unsaid} expressed, {unsaid} declared not computable, {others} not a criterion."
    )


def _elements(folder: str, rulebook: Rulebook) -> Iterator[Element]:
    def file(name: str) -> str:
        return f"{folder}/{name}"

    yield Element(rulebook.id, rulebook.title, file("rulebook.yaml"), _of_rulebook(rulebook), rulebook.cite)
    for section in rulebook.sections:
        inner = section.indicators[0].part.cite
        cite = Citation(inner.document)
        yield Element(section.id, section.title, file(section.file), _of_section(section), cite)
        for indicator in section.indicators:
            part = indicator.part
            unsaid = part.form.reason if isinstance(part.form, NotComputable) else ""
            yield Element(indicator.id, part.title, file(section.file), _of_part(part), part.cite, unsaid)
    for veto in rulebook.vetoes:
        yield Element(veto.id, veto.title, file("rulebook.yaml"), (f"veto ({veto.effect.kind})",), veto.cite)
    for check in rulebook.checks:
        yield Element(check.id, check.title, file("rulebook.yaml"), ("check",), check.cite)


def _of_rulebook(rulebook: Rulebook) -> tuple[str, ...]:
    kinds = tuple(f"{section.kind} section" for section in rulebook.sections if section.kind != "base")
    return kinds or ("grades",)


def _of_section(section: Section) -> tuple[str, ...]:
    told = {
        f"{section.kind} section": section.kind != "base",
        "gate": section.counts_if is not None,
        "section floor": section.floor is not None,
        f"model {section.model}": section.model != "sum",
    }
    return tuple(name for name, holds in told.items() if holds)


def _of_part(part: Part) -> tuple[str, ...]:
    guards = {
        "applies": part.applies is not None,
        "void": bool(part.voids),
        "exempt": bool(part.exempts),
        "floor": part.floor is not None,
        "cap": part.cap is not None,
        "round_measure": part.policies.round_measure is not None,
        "round_score": part.policies.round_score is not None,
        f"not_applicable {part.policies.not_applicable}": part.policies.not_applicable != "full",
    }
    return tuple(dict.fromkeys((*_of_form(part.form), *(name for name, holds in guards.items() if holds))))


def _of_form(form: Form) -> Iterator[str]:
    match form:
        case Items(sign):
            yield "deduct" if sign < 0 else "add"
        case Combine(how, parts):
            yield how
            for part in parts:
                yield from _of_part(part)
        case Choose(options):
            yield "choose"
            for _, part in options:
                yield from _of_form(part.form)
        case Threshold(otherwise=otherwise):
            yield "full"
            if not isinstance(otherwise, Fixed):
                yield from _of_form(otherwise)
        case _:
            yield _NAMES[type(form)]
