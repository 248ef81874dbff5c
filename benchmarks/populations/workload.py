"""What is scored: indicators like those of real criteria, as plain data every contender reads in its own way.

The mix is that of published rulebooks: half of the indicators compare a ratio with a limit (mostly 100%), some take points off
by the percentage point, some have bands, some are checklists, the rest ask yes or no. Money is in 元 with two decimals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

Kind = Literal["threshold", "per_unit", "bands", "checklist", "yes"]
# How many of each kind in 71.
MIX: tuple[tuple[Kind, int], ...] = (("threshold", 24), ("per_unit", 12), ("bands", 10), ("checklist", 8), ("yes", 17))
INDICATORS = sum(count for _, count in MIX)
SECTIONS = 3
# Ratios share denominators, as budgets are shared by the rates of a real rulebook.
RATIOS_PER_DENOMINATOR = 6
YES = "是"


@dataclass(frozen=True, slots=True)
class Indicator:
    """`facts`: places of the concepts it reads, numerator and denominator or yes and no. Points are hundredths.

    `limits`: percents (threshold, per unit: one; bands: from the highest), `worth`: the points of each band or item.
    """

    id: str
    kind: Kind
    section: int
    points: int
    facts: tuple[int, ...]
    op: Literal["<=", ">="] = "<="
    limits: tuple[int, ...] = ()
    worth: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Workload:
    """The indicators, and for each concept whether it is money or yes and no, and the limits its rates are held against."""

    indicators: tuple[Indicator, ...]
    concepts: tuple[Literal["denominator", "numerator", "yes"], ...]

    @property
    def total(self) -> int:
        """All points, in hundredths."""
        return sum(one.points for one in self.indicators)

    def section(self, number: int) -> list[Indicator]:
        """The indicators of one section."""
        return [one for one in self.indicators if one.section == number]

    def divided_by(self, numerator: int) -> Indicator:
        """The one indicator that reads a numerator."""
        return next(one for one in self.indicators if one.facts[0] == numerator)


def workload(copies: int = 1) -> Workload:
    """71 indicators, or that many times `copies`."""
    concepts: list[Literal["denominator", "numerator", "yes"]] = []

    def concept(kind: Literal["denominator", "numerator", "yes"]) -> int:
        concepts.append(kind)
        return len(concepts) - 1

    made: list[Indicator] = []
    ratios, denominator = 0, 0
    for copy in range(copies):
        for kind, count in MIX:
            for number in range(count):
                facts: tuple[int, ...]
                if kind == "checklist":
                    facts = tuple(concept("yes") for _ in range(4))
                elif kind == "yes":
                    facts = (concept("yes"),)
                else:
                    if ratios % RATIOS_PER_DENOMINATOR == 0:
                        denominator = concept("denominator")
                    ratios += 1
                    facts = (concept("numerator"), denominator)
                made.append(_indicator(kind, f"{kind.replace('_', '-')}-{copy}-{number}", len(made), number, facts))
    return Workload(tuple(made), tuple(concepts))


def _indicator(kind: Kind, name: str, place: int, number: int, facts: tuple[int, ...]) -> Indicator:
    section = place % SECTIONS
    match kind:
        case "threshold":
            op: Literal["<=", ">="] = ">=" if number % 3 == 2 else "<="
            limit = (100, 100, 100, 90)[number % 4]
            return Indicator(name, kind, section, 100, facts, op, (limit,))
        case "per_unit":
            # Over: spending; under: execution.
            op = "<=" if number % 2 else ">="
            return Indicator(name, kind, section, 200, facts, op, (100,), (10,))
        case "bands":
            return Indicator(name, kind, section, 200, facts, ">=", (95, 85, 60), (200, 150, 80))
        case "checklist":
            return Indicator(name, kind, section, 200, facts, worth=(50, 50, 50, 50))
        case "yes":
            return Indicator(name, kind, section, 100, facts)


# --- the rulebook -----------------------------------------------------------------------------------------------------


def write_rulebook(work: Workload, folder: Path) -> None:
    """The workload as a rulebook of hegui."""
    folder.mkdir(parents=True, exist_ok=True)
    sections = [_section(work, number) for number in range(SECTIONS)]
    rulebook = {
        "format": "hegui/rulebook/v1",
        "id": "population",
        "version": "1.0",
        "title": "基准测试",
        "authority": "基准测试",
        "effective": {"from": "2024-01-01", "to": "2024-12-31"},
        "cite": {"document": "基准测试"},
        "model": "sum",
        "defaults": {
            "missing": "undetermined",
            "zero_denominator": "full",
            "partial_unit": "up",
            "not_applicable": "full",
            "round_measure": "none",
            "round_score": {"places": 2, "mode": "half_up"},
        },
        "sections": [f"s{number}.yaml" for number in range(SECTIONS)],
        "grades": {
            "of": "percent",
            "scale": [{"grade": grade, "from": start} for grade, start in GRADES],
        },
    }
    _write(folder / "rulebook.yaml", rulebook)
    concepts = [_concept(place, kind) for place, kind in enumerate(work.concepts)]
    _write(folder / "vocabulary.yaml", {"format": "hegui/vocabulary/v1", "concepts": concepts})
    for number, section in enumerate(sections):
        _write(folder / f"s{number}.yaml", section)


GRADES = (("优", 90), ("良", 80), ("中", 60), ("差", 0))


def _write(path: Path, tree: object) -> None:
    path.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _concept(place: int, kind: str) -> dict[str, object]:
    found: dict[str, object] = {"id": f"c{place}", "label": f"数据项{place}", "definition": f"数据项{place}"}
    if kind == "yes":
        return {**found, "type": "boolean"}
    return {**found, "type": "quantity", "unit": "元"}


def _section(work: Workload, number: int) -> dict[str, object]:
    listed = work.section(number)
    return {
        "format": "hegui/section/v1",
        "id": f"s{number}",
        "title": f"第{number + 1}部分",
        "points": _decimal(sum(one.points for one in listed)),
        "indicators": [_clause(one) for one in listed],
    }


def _clause(one: Indicator) -> dict[str, object]:
    found: dict[str, object] = {"id": one.id, "title": f"指标{one.id}", "points": _decimal(one.points)}
    if one.kind in ("threshold", "per_unit", "bands"):
        found |= {"measure": f"c{one.facts[0]} / c{one.facts[1]}", "unit": "%"}
    return {**found, "score": _form(one)}


def _form(one: Indicator) -> dict[str, object]:
    match one.kind:
        case "threshold":
            return {"full": f"{one.op} {one.limits[0]}%", "otherwise": 0}
        case "per_unit":
            side = "over" if one.op == "<=" else "under"
            deduct = {"deduct": _decimal(one.worth[0]), "per": "1 个百分点", side: f"{one.limits[0]}%"}
            return {"per_unit": deduct}
        case "bands":
            return {"bands": list(_bands(one))}
        case "checklist":
            items = zip(one.facts, one.worth, strict=True)
            return {
                "add": [
                    {"title": f"第{fact}项", "points": _decimal(p), "when": f"c{fact} is {YES}"} for fact, p in items
                ]
            }
        case "yes":
            return {"full": f"c{one.facts[0]} is {YES}", "otherwise": 0}


def _bands(one: Indicator) -> Sequence[dict[str, object]]:
    found: list[dict[str, object]] = []
    for place, (limit, points) in enumerate(zip(one.limits, one.worth, strict=True)):
        below = f" and < {one.limits[place - 1]}%" if place else ""
        found.append({"when": f">= {limit}%{below}", "points": _decimal(points)})
    return [*found, {"otherwise": 0}]


def _decimal(hundredths: int) -> float | int:
    """As YAML writes it; only halves, tenths and wholes are used, which it writes as they are."""
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100
