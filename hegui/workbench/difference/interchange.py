"""A difference of rulebooks as JSON: decimals as strings, unknown as null, the same bytes for the same input."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from engine.difference import Change, Edit
from engine.impact import Effect, Impact, Move, Outcome
from engine.model import Rulebook
from engine.shares import Bounds
from facts.problem import Language, Problem
from facts.provenance import Position
from facts.values import decimal_text, exact_places
from hegui.interchange import points_decimal
from hegui.workbench.difference.sharing import ByEffect
from hegui.workbench.difference.summary import UNDECIDED, Summary

Data = dict[str, Any]
FORMAT = "hegui/difference/v1"


def difference_json(
    rulebooks: tuple[Rulebook, Rulebook],
    edits: Sequence[Edit],
    impact: Impact | None,
    summary: Summary | None,
    problems: Sequence[Problem],
    language: Language = "zh",
) -> Iterator[str]:
    """The document scripts read, in pieces: units are written one by one."""
    document = {
        "format": FORMAT,
        "old": _rulebook(rulebooks[0]),
        "new": _rulebook(rulebooks[1]),
        "edits": [_edit(edit, language) for edit in edits],
        "impact": None if impact is None or summary is None else _impact(impact, summary),
    }
    last = _text([_problem(problem, language) for problem in problems], 2)
    text = _text(document).removesuffix("\n}")
    if impact is not None:
        yield text.removesuffix("\n  }") + ',\n    "subjects": ['
        yield from _subjects(impact)
        text = "]\n  }"
    yield f'{text},\n  "problems": {last}\n}}\n'


def _text(data: Any, depth: int = 0) -> str:
    """Data as it is written so many places from the left."""
    return json.dumps(data, ensure_ascii=False, indent=2).replace("\n", "\n" + " " * depth)


def _rulebook(one: Rulebook) -> Data:
    return {"id": one.id, "version": one.version, "digest": one.digest}


def _at(at: Position) -> str | None:
    return str(at) if at.file else None


def _edit(one: Edit, language: Language) -> Data:
    return {
        "name": one.name,
        "kind": one.kind,
        "clause": one.clause,
        "id": one.id or None,
        "old_id": one.old_id or None,
        "title": one.title.en if language == "en" and one.title.en else one.title.zh,
        "section": one.section or None,
        "scoring": not one.silent,
        "before_at": _at(one.before_at),
        "after_at": _at(one.after_at),
        "before": one.before.in_(language) or None,
        "after": one.after.in_(language) or None,
        "changes": [_change(change) for change in one.changes],
    }


def _change(one: Change) -> Data:
    return {"path": list(one.path), "before": one.before, "after": one.after, "scoring": not one.silent}


def _number(value: Fraction | None) -> str | None:
    """Exact; a fraction that never ends as such (1/3)."""
    if value is None:
        return None
    return points_decimal(value) if exact_places(value) is not None else f"{value.numerator}/{value.denominator}"


def _impact(impact: Impact, summary: Summary) -> Data:
    return {
        "units": summary.units,
        "gain": summary.gain,
        "lose": summary.lose,
        "stay": summary.stay,
        "undetermined": summary.open,
        "mean": _number(summary.mean),
        "method": impact.method,
        "migration": [
            {"before": _grade(before), "after": _grade(after), "units": count}
            for (before, after), count in summary.migration.items()
        ],
        "distribution": [
            {"from": decimal_text(low), "to": decimal_text(high), "units": count} for low, high, count in summary.bins
        ],
        "clauses": [
            {
                "edits": [edit.name for edit in one.lever.edits],
                "units": one.units,
                "lower": _number(one.lower),
                "upper": _number(one.upper),
                "least": _number(one.least),
                "most": _number(one.most),
            }
            for one in summary.levers
        ],
        "indicators": [
            {
                "edit": one.edit.name,
                "gain": one.gain,
                "lose": one.lose,
                "stay": one.stay,
                "undetermined": one.open,
                "sum": _number(one.sum),
                "least": _number(one.least),
                "most": _number(one.most),
            }
            for one in summary.moves
        ],
    }


def _grade(grade: str) -> str | None:
    return None if grade == UNDECIDED else grade


def _subjects(impact: Impact) -> Iterator[str]:
    """Each unit, up to the bracket that closes their list."""
    edited = [one.edit.name for one in impact.edited]
    rest = ByEffect(lambda effect: _text(_effect(effect, edited), 6).removeprefix("{"))
    mark = ""
    for unit in impact.units:
        who = _text({"id": unit.subject.id, "name": unit.subject.name}, 6).removesuffix("\n      }")
        yield f"{mark}\n      {who},{rest(unit.effect)}"
        mark = ","
    if mark:
        yield "\n    "


def _effect(one: Effect, edited: Sequence[str]) -> Data:
    return {
        "before": _outcome(one.before),
        "after": _outcome(one.after),
        "change": _number(one.change),
        "shares": {
            name: {"lower": _number(share.lower), "upper": _number(share.upper)} for name, share in one.shares.items()
        },
        "indicators": {name: _move(move) for name, move in zip(edited, one.moves, strict=True)},
    }


def _move(one: Move) -> Data:
    return {"before": _bounds(one.before), "after": _bounds(one.after), "change": _number(one.change)}


def _bounds(one: Bounds | None) -> Data | None:
    return None if one is None else {"lower": _number(one[0]), "upper": _number(one[1])}


def _outcome(one: Outcome) -> Data:
    score = _number(one.lower) if one.determined else None
    return {"score": score, "lower": _number(one.lower), "upper": _number(one.upper), "grades": list(one.grades)}


def _problem(one: Problem, language: Language) -> Data:
    return {
        "code": one.code,
        "severity": one.severity,
        "at": str(one.at),
        "message": one.message.in_(language),
        "hint": one.hint.in_(language),
    }
