"""The grade scale of rulebook.yaml as a record."""

from __future__ import annotations

from fractions import Fraction

from engine import reading as rd
from engine.model import Citation, GradeScale, GradeStep
from engine.reading import Reading
from facts import yamltree as yt
from facts.problem import Text
from facts.values import decimal_text


def read_grades(read: Reading, node: yt.Node | None, cite: Citation) -> GradeScale | None:
    """The scale; None where the rulebook has none."""
    mapping = rd.as_mapping(node)
    if mapping is None:
        return None
    steps = []
    for entry in rd.mappings_of(mapping.get("scale")):
        start = read.decimal(entry.get("from"))
        if start is not None:
            steps.append(_step(read, entry, start))
    found = read.citation(mapping.get("cite"), cite)
    return GradeScale(read.text(mapping, "of", "score"), tuple(steps), found)  # type: ignore[arg-type]  # the schema's enum


def _step(read: Reading, entry: yt.Mapping, start: Fraction) -> GradeStep:
    closed = entry.get("below") is None
    key = "to" if closed else "below"
    end = read.decimal(entry.get(key))
    if end is not None and (end < start or (end == start and not closed)):
        low, high = decimal_text(start), decimal_text(end)
        read.problem(
            "bad-range",
            entry.at,
            Text(f"起点 from {low} 不低于终点 {key} {high}", f"from {low} is not below {key} {high}"),
        )
    at = entry.at if end is None else entry.key_at(key)
    return GradeStep(read.text(entry, "grade"), start, end, closed, entry.at, at)
