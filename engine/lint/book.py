"""A rulebook with everything about it worked out once, and what a finding about it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.drafts import TodoComment
from engine.lint.codes import FINDINGS
from engine.lint.conditions import ANYTHING
from engine.lint.reach import Explored, explore
from engine.lint.values import World
from engine.model import Rulebook
from facts.problem import NO_TEXT, Problem, Text
from facts.provenance import Position


@dataclass(frozen=True, slots=True)
class Edit:
    """The text at a place, and what to write there instead."""

    at: Position
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Found:
    """A finding about `target`: the id of an indicator, section, veto, check or concept, or `rulebook`."""

    target: str
    problem: Problem
    edit: Edit | None = None


@dataclass(frozen=True)
class Book:
    """What the families of findings look at. `complete`: all of the rulebook could be read."""

    rulebook: Rulebook
    complete: bool = True
    comments: tuple[TodoComment, ...] = ()

    @cached_property
    def explored(self) -> tuple[Explored, ...]:
        """Every indicator, in order."""
        rulebook = self.rulebook
        return tuple(explore(rulebook, s, i, ANYTHING) for s in rulebook.sections for i in s.indicators)

    @cached_property
    def by_section(self) -> dict[str, list[Explored]]:
        """The indicators of each section, by its id."""
        found: dict[str, list[Explored]] = {section.id: [] for section in self.rulebook.sections}
        for one in self.explored:
            found[one.section.id].append(one)
        return found

    def world(self, section: str = "") -> World:
        """What names mean outside indicators."""
        return World(self.rulebook.vocabulary, self.rulebook.parameters_in(section))


Family = Callable[[Book], Iterator[Found]]


def finding(
    code: str, target: str, at: Position, message: Text, hint: Text = NO_TEXT, edit: Edit | None = None
) -> Found:
    """A finding; how serious it is, is said by its code (`engine.lint.codes`)."""
    return Found(target, Problem(code, at, message, hint, FINDINGS[code].severity), edit)
