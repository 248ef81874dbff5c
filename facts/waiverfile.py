"""Reads waiver files: which findings are accepted, by whose authority, why, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

from facts.model import Period
from facts.problem import Problem, Text, has_errors, in_order
from facts.quantity import bad_date, parse_date, parse_quantity
from facts.structure import check_structure
from facts.treereading import child, items_of, text_of
from facts.units import POINTS
from facts.waiver import Waiver
from facts.yamltree import Mapping, Node, Scalar, read_yaml_file


def read_waivers(paths: Sequence[Path]) -> tuple[tuple[Waiver, ...], tuple[Problem, ...]]:
    """The waivers of these files, in their order, and everything wrong with them; with errors, no waiver."""
    waivers, problems = list[Waiver](), list[Problem]()
    for path in paths:
        node, found = read_yaml_file(path)
        problems += found
        structure = check_structure(node, "waivers")
        problems += structure
        if isinstance(node, Mapping):
            # Entries with a fault of structure are told above; what is wrong with the others is told as well.
            broken = {problem.at.line for problem in structure if problem.severity == "error"}
            for entry in items_of(node, "waivers"):
                if broken & _lines(entry):
                    continue
                waiver, found = _waiver(entry, text_of(node, "rulebook"))
                problems += found
                waivers += [waiver] if waiver is not None else []
    problems += _twice(waivers)
    return (() if has_errors(problems) else tuple(waivers)), in_order(problems)


def _lines(node: Node) -> set[int]:
    """The lines an entry's keys and values stand in."""
    entries = node.entries if isinstance(node, Mapping) else ()
    return {node.at.line, *(one.at.line for pair in entries for one in pair)}


def _waiver(node: Node, rulebook: str) -> tuple[Waiver | None, tuple[Problem, ...]]:
    problems = list[Problem]()
    expires, granted = _day(node, "expires", problems), _day(node, "granted", problems)
    points = _points(node, problems)
    finding = text_of(node, "finding")
    if finding == "deduction" and (points is None or not text_of(node, "at")) and not problems:
        message = Text(
            "豁免扣分须写明指标(at)和当时所扣的分(points)", "a waived deduction names its indicator (at) and points"
        )
        hint = Text("扣分变了,豁免就不再适用", "another deduction is not waived by this one")
        problems.append(Problem("waiver-incomplete", node.at, message, hint))
    if finding != "deduction" and ":" not in finding and not text_of(node, "quote"):
        message = Text(
            "豁免审核发现的问题须写明原文(quote)", "a waiver of an audit's finding quotes the report (quote)"
        )
        hint = Text("只写检查编号会连以后的问题一起放过", "the check alone would let the next finding pass too")
        problems.append(Problem("waiver-incomplete", node.at, message, hint))
    if expires is not None and granted is not None and granted > expires:
        message = Text(
            f"批准日期 {granted} 晚于失效日期 {expires}", f"granted ({granted}) after it expires ({expires})"
        )
        problems.append(Problem("bad-period", node.at, message))
    if expires is None or problems:
        return None, tuple(problems)
    waiver = Waiver(
        finding=finding,
        authority=text_of(node, "authority"),
        reason=text_of(node, "reason"),
        expires=expires,
        target=text_of(node, "at"),
        subject=text_of(node, "subject"),
        period=_period(node),
        rulebook=rulebook,
        points=points,
        actual=text_of(node, "actual"),
        quote=text_of(node, "quote"),
        granted=granted,
        at=node.at,
    )
    return waiver, ()


def _twice(waivers: Sequence[Waiver]) -> list[Problem]:
    """Two entries for one finding: nobody could say which counts."""
    seen: dict[tuple[object, ...], Waiver] = {}
    problems = []
    for one in waivers:
        key = (one.finding, one.target, one.subject, one.period, one.rulebook, one.quote)
        first = seen.setdefault(key, one)
        if first is not one:
            message = Text(f"同一问题在 {first.at} 已有豁免", f"the same finding is waived already at {first.at}")
            problems.append(Problem("duplicate-waiver", one.at, message, Text("删去其一", "remove either")))
    return problems


def _day(node: Node, key: str, problems: list[Problem]) -> date | None:
    written = child(node, key)
    if not isinstance(written, Scalar):
        return None
    day = parse_date(written.text)
    if day is None:
        problems.append(bad_date(written.text, written.at))
    return day


def _points(node: Node, problems: list[Problem]) -> Fraction | None:
    written = child(node, "points")
    if not isinstance(written, Scalar):
        return None
    value, found = parse_quantity(written.text, written.at, POINTS)
    problems.extend(found)
    return value


def _period(node: Node) -> Period | None:
    """A year; the schema allows nothing else."""
    written = child(node, "period") if isinstance(node, Mapping) else None
    if not isinstance(written, Scalar):
        return None
    year = int(written.text)
    return Period(date(year, 1, 1), date(year, 12, 31))
