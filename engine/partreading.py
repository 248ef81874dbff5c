"""YAML of an indicator -> Part: what it inherits, its guards, and the forms that are made of parts."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from engine import reading as rd
from engine.bands import check_ranges, domain_of
from engine.expr import Number
from engine.forms import Around, FormReader, per_count, read_form
from engine.model import (
    Bands,
    Choose,
    Citation,
    Combine,
    Fixed,
    Form,
    Guard,
    Interpolate,
    Judged,
    Part,
    Policies,
    SectionKind,
    Threshold,
)
from engine.reading import Reading
from engine.typecheck import Scope
from facts import yamltree as yt
from facts.problem import Text
from facts.provenance import Position
from facts.units import DATE, NUMBER, RATE, SCORE, Dimension
from facts.values import ZERO, decimal_text

MAX_PART_DEPTH = 6
POLICIES = ("missing", "zero_denominator", "partial_unit", "not_applicable", "round_measure", "round_score")


def read_policies(read: Reading, node: yt.Mapping | None, default: Policies) -> Policies:
    """The policies of a mapping over inherited ones; used for `defaults` and for parts alike."""
    if node is None:
        return default
    changed: dict[str, object] = {}
    for key in ("missing", "zero_denominator", "not_applicable"):
        if node.get(key) is not None:
            changed[key] = read.text(node, key)
    if isinstance(node.get("partial_unit"), yt.Scalar):
        changed["partial_unit"] = read.text(node, "partial_unit")
    for key in ("round_measure", "round_score"):
        if node.get(key) is not None:
            changed[key] = read.rounding(node.get(key))
    return replace(default, **changed)  # type: ignore[arg-type]  # the schema's enums


def stated_policies(node: yt.Mapping | None) -> frozenset[str]:
    """The policies a mapping says something about."""
    return frozenset(key for key in POLICIES if node is not None and node.get(key) is not None)


def read_part(read: Reading, node: yt.Mapping, around: Around, part_id: str) -> Part | None:
    """A part, or None where too much is wrong with it; every Problem is noted."""
    if around.depth > MAX_PART_DEPTH:
        read.problem("too-deep", node.at, Text("组合嵌套过深", "parts are nested too deeply"))
        return None
    around = replace(
        around,
        policies=read_policies(read, node, around.policies),
        cite=read.citation(node.get("cite"), around.cite),
        depth=around.depth + 1,
        stated=around.stated | stated_policies(node),
    )
    around = _with_points(read, node, _with_measure(read, node, around))
    score = node.get("score")
    if not isinstance(score, yt.Mapping):
        read.problem(
            "missing-key",
            node.at,
            Text("缺少 score(评分标准)", "`score` is missing"),
            Text("写成 score: {full: …, otherwise: 0} 等形式之一", "write one of the forms, such as score: {full: …}"),
        )
        return None
    form = read_form(read, score, around, part_id)
    part = Part(
        id=part_id,
        title=read.title(node),
        points=around.points,
        measure=around.measure,
        unit=around.unit,
        form=form or Fixed(ZERO),
        policies=around.policies,
        cite=around.cite,
        applies=read.condition(node.get("applies"), around.scope),
        voids=_guards(read, node.get("void"), around.scope),
        exempts=_guards(read, node.get("exempt"), around.scope),
        floor=read.decimal(node.get("floor")),
        cap=read.decimal(node.get("cap")),
        stated=around.stated,
        at=node.at,
    )
    _check_bounds(read, part, around.kind)
    return part if form is not None else None


def _with_measure(read: Reading, node: yt.Mapping, around: Around) -> Around:
    if node.get("unit") is not None:
        around = replace(around, unit=read.unit(node.get("unit")))
    if node.get("measure") is None:
        return around
    outer = rd.scoped(around.scope, None)
    tree, kind = read.formula(node.get("measure"), outer)
    unit = around.unit if node.get("unit") is not None else None
    if unit is not None and isinstance(kind, Dimension) and unit.dimension != kind and kind != DATE:
        read.problem(
            "unit-mismatch",
            (node.get("unit") or node).at,
            Text(f"测算值的量纲与单位“{unit.name}”不符", f"the measure is not a quantity in {unit.name!r}"),
        )
    return replace(around, measure=tree, unit=unit, scope=rd.scoped(around.scope, kind, broken=kind is None))


def _with_points(read: Reading, node: yt.Mapping, around: Around) -> Around:
    found = node.get("points")
    if not isinstance(found, yt.Scalar):
        return around
    tree, kind = read.formula(found, rd.scoped(around.scope, None))
    if isinstance(tree, Number) and tree.unit.name in ("", "分"):
        return replace(around, points=tree.value)
    fits = kind in (NUMBER, SCORE) or (isinstance(kind, Dimension) and per_count(kind))
    if tree is not None and kind is not None and not fits:
        read.problem(
            "unit-mismatch",
            found.at,
            Text("分值应为数或分", "points must be a number or 分"),
            Text("如 3 或 15 / count(三级指标)", "such as 3 or 15 / count(T)"),
        )
    if tree is not None and kind is not None and fits and domain_of(tree, around.scope).hi is None:
        read.problem(
            "points-unbounded",
            found.at,
            Text("分值公式没有上限", "the formula of the points has no upper bound"),
            Text("用 least(…, 上限) 封顶", "cap it with least(…, N)"),
        )
    return replace(around, points=tree if tree is not None else ZERO)


def _guards(read: Reading, node: yt.Node | None, scope: Scope) -> tuple[Guard, ...]:
    found = []
    for entry in rd.mappings_of(node):
        when = read.condition(entry.get("when"), scope)
        if when is not None:
            found.append(Guard(when, read.text(entry, "reason"), entry.at))
    return tuple(found)


def _check_bounds(read: Reading, part: Part, kind: SectionKind) -> None:
    if not isinstance(part.points, Fraction):
        return
    floor = part.floor if part.floor is not None else (-part.points if kind == "malus" else ZERO)
    cap = part.cap if part.cap is not None else (ZERO if kind == "malus" else part.points)
    lowest, highest = decimal_text(floor), decimal_text(cap)
    if floor > cap:
        read.problem(
            "floor-above-cap",
            part.at,
            Text(f"下限 {lowest} 高于上限 {highest}", f"the floor {lowest} is above the cap {highest}"),
        )
        return
    for at, points in _stated_points(part.form):
        if not floor <= points <= cap:
            read.problem(
                "points-out-of-reach",
                at if at.line else part.at,
                Text(
                    f"写明的得分 {decimal_text(points)} 不在 {lowest} 至 {highest} 之间,永远得不到",
                    f"points {decimal_text(points)} lie outside {lowest} to {highest} and can never be given",
                ),
                Text("改分值,或写明 cap / floor", "change the points, or state `cap` / `floor`"),
            )


def _stated_points(form: Form) -> list[tuple[Position, Fraction]]:
    match form:
        case Bands(bands):
            return [(band.at, band.points) for band in bands]
        case Fixed(points):
            return [(Position(""), points)]
        case Threshold(otherwise=otherwise):
            return _stated_points(otherwise)
        case Judged(ranges=ranges):
            return [(one.at, one.high) for one in ranges] + [(one.at, one.low) for one in ranges]
        case Interpolate(knots=knots):
            return [(Position(""), points) for _, points in knots]
        case _:
            return []


# --- combinators ------------------------------------------------------------------------------------------------------


def _parts(read: Reading, node: yt.Node | None, around: Around, part_id: str) -> list[Part] | None:
    found: list[Part | None] = []
    for number, entry in enumerate(rd.mappings_of(node), 1):
        found.append(read_part(read, entry, around, f"{part_id}/{read.text(entry, 'id') or number}"))
    kept = [part for part in found if part is not None]
    ids = [part.id for part in kept]
    for part in kept:
        if ids.count(part.id) > 1:
            read.problem("duplicate-id", part.at, Text(f"编号“{part.id}”重复", f"the id {part.id} is used twice"))
    return kept if kept and len(kept) == len(found) else None


def _combine(how: str) -> FormReader:
    def reader(read: Reading, node: yt.Mapping, around: Around, part_id: str) -> Form | None:
        parts = _parts(read, node.get(how), around, part_id)
        if parts is None:
            return None
        if how == "sum":
            _check_sum(read, parts, around, node.at)
        weights = _weights(read, node) if how == "weighted" else ()
        return None if weights is None else Combine(how, tuple(parts), weights)  # type: ignore[arg-type]

    return reader


def _check_sum(read: Reading, parts: list[Part], around: Around, at: Position) -> None:
    known = [part.points for part in parts if isinstance(part.points, Fraction)]
    if len(known) < len(parts) or not isinstance(around.points, Fraction):
        return
    total = sum(known, ZERO)
    if total != around.points:
        read.problem(
            "points-sum",
            at,
            Text(
                f"各部分分值之和 {decimal_text(total)} 不等于本项分值 {decimal_text(around.points)}",
                f"the parts' points add up to {decimal_text(total)}, the item has {decimal_text(around.points)}",
            ),
            Text("改其中一处,使之相等", "change either so that they agree"),
        )


def _weights(read: Reading, node: yt.Mapping) -> tuple[Fraction, ...] | None:
    weights = [read.quantity(entry.get("weight"), RATE) for entry in rd.mappings_of(node.get("weighted"))]
    if None in weights:
        return None
    kept = tuple(weight[0] for weight in weights if weight)
    if sum(kept, ZERO) != 1:
        total = decimal_text(sum(kept, ZERO) * 100)
        message = Text(f"权重之和为 {total}%,应为 100%", f"the weights add up to {total}%, not 100%")
        read.problem("weights-sum", node.at, message)
        return None
    return kept


def _choose(read: Reading, node: yt.Mapping, around: Around, part_id: str) -> Form | None:
    entries = rd.mappings_of(node.get("choose"))
    conditions = [
        None if entry.get("otherwise") is not None else read.condition(entry.get("when"), around.scope)
        for entry in entries
    ]
    parts = _parts(read, node.get("choose"), around, part_id)
    listed = [(c, e.at) for c, e in zip(conditions, entries, strict=True)]
    check_ranges(read, listed, node.at, around.measure, around.scope)
    for entry, condition in zip(entries, conditions, strict=True):
        if condition is None and entry.get("otherwise") is None:
            if entry.get("when") is None:
                read.problem("missing-key", entry.at, Text("缺少 when", "`when` is missing"))
            return None
    if parts is None:
        return None
    return Choose(tuple(zip(conditions, parts, strict=True)))


_COMBINATORS: dict[str, FormReader] = {
    "sum": _combine("sum"),
    "best": _combine("best"),
    "worst": _combine("worst"),
    "average": _combine("average"),
    "weighted": _combine("weighted"),
    "choose": _choose,
}


def around_section(
    scope: Scope, policies: Policies, cite: Citation, kind: SectionKind, stated: frozenset[str] = frozenset()
) -> Around:
    """What the indicators of a section inherit; `stated` are the policies the section itself says."""
    return Around(scope, policies, cite, kind, _COMBINATORS, stated=stated)
