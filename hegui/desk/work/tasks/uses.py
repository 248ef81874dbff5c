"""Where a rulebook reads each concept: indicators, vetoes, checks, conditions of sections."""

from __future__ import annotations

from collections.abc import Iterator

from engine.expr import Expr
from engine.model import Rulebook, Title
from engine.walk import concepts_in, trees_in
from facts.problem import Language

Use = dict[str, str]


def uses_of(rulebook: Rulebook, language: Language = "zh") -> dict[str, list[Use]]:
    """For each concept where it is read: {kind, id, title}, in the order of the rulebook."""
    found: dict[str, list[Use]] = {}
    for kind, name, title, section, tree in _trees(rulebook):
        use = {"kind": kind, "id": name, "title": title.zh if language == "zh" or not title.en else title.en}
        for concept in concepts_in(tree, rulebook.vocabulary, rulebook.parameters_in(section)):
            listed = found.setdefault(concept, [])
            if use not in listed:
                listed.append(use)
    return found


def _trees(rulebook: Rulebook) -> Iterator[tuple[str, str, Title, str, Expr]]:
    for section in rulebook.sections:
        if section.counts_if is not None:
            yield "section", section.id, section.title, section.id, section.counts_if
        for one in section.indicators:
            for tree in trees_in(one.part):
                yield "indicator", one.id, one.title, section.id, tree
    for veto in rulebook.vetoes:
        yield "veto", veto.id, veto.title, "", veto.when
    for check in rulebook.checks:
        said = (check.that, check.actual, check.expected)
        yield from (("check", check.id, check.title, "", one) for one in said if one is not None)
