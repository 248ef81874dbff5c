"""Tasks about a rulebook that is being written: what it says so far and what is wrong with it; what may be written in it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from engine.drafts import is_drafted
from engine.lint.run import lint_folder
from engine.load import read_rulebook
from engine.model import Citation, Indicator, Rulebook, Section, Title
from engine.stated import state_indicator
from engine.statedbook import state_check, state_declared, state_grades, state_section, state_total, state_veto
from facts.problem import Language, Text
from facts.units import known_units
from facts.values import ZERO, decimal_text
from hegui.desk.work.requests import Folder, read_request
from hegui.desk.work.tasks.rulebook import linted_data
from hegui.desk.work.tasks.schemakeys import nodes_of_schemas
from hegui.desk.work.wire import Data
from hegui.desk.work.worker import Result, Say
from hegui.wording import title_in


@dataclass(frozen=True, slots=True)
class Draft:
    """A rulebook folder; acceptances are held to the day `as_of`."""

    rules: Folder
    as_of: date | None = None
    language: Language = "zh"


def draft(request: Data, say: Say) -> Result:
    """What a rulebook says, as far as it can be read, and everything that is wrong with it.

    Answer: as `lint`, and `rulebook`: its heading, sections and indicators with their generated sentences and where they stand;
    null where not even that can be read.
    """
    asked, problems = read_request(Draft, request)
    if asked is None:
        return None, problems
    with contextlib.chdir(asked.rules):
        linted = lint_folder(Path(), asked.as_of)
    outline = None if linted.rulebook is None else _Outline(linted.rulebook, asked.language).data()
    return {**linted_data(linted, asked.language), "rulebook": outline}, ()


class _Outline:
    """Says one rulebook in one language."""

    def __init__(self, rulebook: Rulebook, language: Language) -> None:
        self.rulebook, self.language = rulebook, language

    def data(self) -> Data:
        rulebook = self.rulebook
        listed = {section.id: _listed(section) for section in rulebook.sections}
        end = rulebook.effective_to
        return {
            "id": rulebook.id,
            "version": rulebook.version,
            "title": self.title(rulebook.title),
            "authority": rulebook.authority,
            "from": rulebook.effective_from.isoformat(),
            "to": None if end is None else end.isoformat(),
            "digest": rulebook.digest,
            "points": _points(_declared(rulebook)),
            "listed": _points(sum((listed[one.id] for one in rulebook.sections if one.kind == "base"), ZERO)),
            "indicators": len(rulebook.indicators),
            "declared": self.text(state_declared(rulebook)),
            "total": self.text(state_total(rulebook)),
            "grades": self.text(state_grades(rulebook.grades)) if rulebook.grades else "",
            "sections": [self.section(one, listed[one.id]) for one in rulebook.sections],
            "vetoes": [self.named(one.title, state_veto(rulebook, one), one.at.line) for one in rulebook.vetoes],
            "checks": [self.named(one.title, state_check(rulebook, one), one.at.line) for one in rulebook.checks],
            "accepted": [
                {"problem": one.problem, "at": one.target, "reason": one.reason, "authority": one.authority}
                for one in (*rulebook.accepted, *rulebook.tolerated)
            ],
        }

    def section(self, section: Section, listed: Fraction) -> Data:
        return {
            "id": section.id,
            "title": self.title(section.title),
            "kind": section.kind,
            "points": _points(section.points),
            "listed": _points(listed),
            "file": section.file,
            "sentence": self.text(state_section(self.rulebook, section)),
            "indicators": list(self.indicators(section)),
        }

    def indicators(self, section: Section) -> Iterator[Data]:
        starts = [one.at.line for one in section.indicators] + [at.line for at in section.unread]
        for one in section.indicators:
            after = min((line for line in starts if line > one.at.line), default=0)
            yield {**self.indicator(one), "end": after - 1 if after else 1_000_000}

    def indicator(self, one: Indicator) -> Data:
        stated = state_indicator(self.rulebook, one, beyond_defaults=True)
        parts = [text for text in (self.text(stated.criterion), self.text(stated.silent)) if text]
        cite = one.part.cite
        return {
            "id": one.id,
            "title": self.title(one.title),
            "group": one.group,
            "points": _points(one.part.points),
            "sentence": ("" if self.language == "zh" else " ").join(parts),
            "citation": _cited(cite, self.rulebook.cite),
            "quote": cite.quote,
            "uncertain": cite.uncertain,
            "draft": is_drafted(cite),
            "file": one.at.file,
            "line": one.at.line,
        }

    def named(self, title: Title, sentence: Text, line: int) -> Data:
        return {"title": self.title(title), "sentence": self.text(sentence), "line": line}

    def title(self, title: Title) -> str:
        return title_in(title, self.language)

    def text(self, text: Text) -> str:
        return text.in_(self.language)


def _listed(section: Section) -> Fraction:
    points = (one.part.points for one in section.indicators)
    return sum((one for one in points if isinstance(one, Fraction)), ZERO)


def _declared(rulebook: Rulebook) -> Fraction:
    declared = rulebook.declared.points
    return sum((one.points for one in rulebook.sections if one.kind == "base"), ZERO) if declared is None else declared


def _points(points: Any) -> str:
    """Points as people write them; nothing where a formula gives them."""
    return decimal_text(points) if isinstance(points, Fraction) else ""


def _cited(cite: Citation, whole: Citation) -> str:
    """Document and item; the document the whole rulebook follows goes without saying."""
    parts = (cite.item,) if cite.document == whole.document and cite.item else (cite.document, cite.item)
    return " ".join(part for part in parts if part)


# --- what may be written ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """A rulebook folder."""

    rules: Folder
    language: Language = "zh"


def words(request: Data, say: Say) -> Result:
    """What an editor offers while one writes.

    Answer: `nodes` and `roots`, the keys each place of a file may have, by schema; `concepts` {id, label, about}; `units`.
    """
    asked, problems = read_request(Words, request)
    if asked is None:
        return None, problems
    with contextlib.chdir(asked.rules):
        rulebook, _ = read_rulebook(Path())
    nodes, roots = nodes_of_schemas()
    concepts = [] if rulebook is None else list(_concepts(rulebook, asked.language))
    return {"nodes": nodes, "roots": roots, "concepts": concepts, "units": list(known_units())}, ()


def _concepts(rulebook: Rulebook, language: Language) -> Iterator[dict[str, str]]:
    for one in rulebook.vocabulary.concepts.values():
        unit = one.unit.name if one.unit else ""
        english = one.label_en if language == "en" else ""
        about = " · ".join(part for part in (english, unit, one.definition, one.reported_in) if part)
        yield {"id": one.id, "label": one.label, "about": about}
