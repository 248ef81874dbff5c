"""The task that sets assessments side by side: years of one department, or departments."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facts.problem import Language, Problem, Text
from facts.provenance import Position
from facts.values import parse_decimal
from hegui.desk.work.requests import File, read_request
from hegui.desk.work.wire import Data
from hegui.desk.work.worker import Result, Say
from hegui.interchange import ASSESSMENT_FORMAT, points_decimal

MOST = 50


@dataclass(frozen=True, slots=True)
class Compare:
    """Files of assessments (hegui/assessment/v1), in the order they are to stand in."""

    assessments: tuple[File, ...]
    language: Language = "zh"


def compare(request: Data, say: Say) -> Result:
    """Assessments side by side, indicator by indicator.

    Answer: `units` [{subject, period, rulebook, points, score, lower, upper, grade}], `one_rulebook` (whether all were made with the same
    digest), `sections` and `indicators` [{id, title, section, cells, change, spread}]: a cell for each unit {points, score, lower, upper,
    verdict, reasons []}, null where its rulebook has no such row; `change` from the first to the last and `spread` from the lowest to the
    highest score, null unless all of them are determined; `total` likewise for the whole.
    """
    asked, problems = read_request(Compare, request)
    if asked is None:
        return None, problems
    if not 2 <= len(asked.assessments) <= MOST:
        message = Text(f"请选 2 至 {MOST} 个评价结果", f"choose 2 to {MOST} assessments")
        return None, (Problem("bad-request", Position("assessments"), message),)
    read = [_read(path) for path in asked.assessments]
    problems = tuple(one for one in read if isinstance(one, Problem))
    if problems:
        return None, problems
    return _compared([one for one in read if not isinstance(one, Problem)]), ()


@dataclass(frozen=True, slots=True)
class _Unit:
    """What of one assessment is compared."""

    about: Data
    total: Data
    sections: Mapping[str, Data]
    indicators: Mapping[str, Data]


def _read(path: Path) -> _Unit | Problem:
    try:
        data = json.loads(path.read_bytes())
        if data["format"] != ASSESSMENT_FORMAT:
            raise ValueError
        return _unit(data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        message = Text("不是评价结果(hegui/assessment/v1)", "this is no assessment (hegui/assessment/v1)")
        hint = Text("用 hegui check --format json 生成。", "hegui check --format json makes one.")
        return Problem("not-an-assessment", Position(path.name), message, hint)


def _unit(data: Mapping[str, Any]) -> _Unit:
    about = {
        name: data[name] for name in ("subject", "period", "rulebook", "points", "score", "lower", "upper", "grade")
    }
    rows = {
        kind: {one["id"]: {**_cell(one), "title": one["title"], "section": one.get("section")} for one in data[kind]}
        for kind in ("sections", "indicators")
    }
    return _Unit(about, _cell(data), rows["sections"], rows["indicators"])


def _cell(one: Mapping[str, Any]) -> Data:
    cell = {name: one[name] for name in ("points", "score", "lower", "upper")}
    for value in cell.values():
        if value is not None and parse_decimal(value) is None:
            raise ValueError(value)
    reasons = [deduction["reason"] for deduction in one.get("deductions", ())]
    return {**cell, "verdict": one.get("verdict"), "reasons": reasons}


def _compared(units: Sequence[_Unit]) -> Data:
    return {
        "units": [one.about for one in units],
        "one_rulebook": len({one.about["rulebook"]["digest"] for one in units}) == 1,
        "total": _differences([one.total for one in units]),
        "sections": list(_rows([one.sections for one in units])),
        "indicators": list(_rows([one.indicators for one in units])),
    }


def _rows(sides: Sequence[Mapping[str, Data]]) -> Iterator[Data]:
    """A row for every id, in the order of the first unit that has it."""
    for name in dict.fromkeys(name for side in sides for name in side):
        cells = [side.get(name) for side in sides]
        named = next(cell for cell in cells if cell is not None)
        shown = [None if c is None else {k: v for k, v in c.items() if k not in ("title", "section")} for c in cells]
        yield {"id": name, "title": named["title"], "section": named["section"], "cells": shown, **_differences(cells)}


def _differences(cells: Sequence[Mapping[str, Any] | None]) -> Data:
    known = [cell["score"] for cell in cells if cell is not None and cell["score"] is not None]
    scores = [one for score in known if (one := parse_decimal(score)) is not None]
    if len(scores) < len(cells):
        return {"change": None, "spread": None}
    return {"change": points_decimal(scores[-1] - scores[0]), "spread": points_decimal(max(scores) - min(scores))}
