"""YAML of an indicator -> Part with its Form. Each reader below is one row of the forms table in docs/rule-language.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import cast

from engine import reading as rd
from engine.bands import check_bands, check_ranges
from engine.expr import Expr, Number
from engine.model import (
    Band,
    Bands,
    Choose,
    Citation,
    Combine,
    Fixed,
    Form,
    Guard,
    Interpolate,
    Item,
    Items,
    Judged,
    JudgedRange,
    NotComputable,
    Part,
    PartialUnitPolicy,
    PerUnit,
    PointsFormula,
    Policies,
    Proportional,
    SectionKind,
    Threshold,
)
from engine.reading import Reading, is_countlike
from engine.typecheck import Scope, Type
from facts import yamltree as yt
from facts.problem import Text, did_you_mean
from facts.provenance import Position
from facts.units import COUNT, DATE, DAYS, NUMBER, POINTS_OF_RATE, RATE, SCORE, Dimension, Unit
from facts.values import ONE, ZERO, decimal_text

MAX_PART_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Around:
    """What a part inherits from where it stands."""

    scope: Scope
    policies: Policies
    cite: Citation
    kind: SectionKind
    points: Fraction | Expr = ZERO
    measure: Expr | None = None
    unit: Unit | None = None
    depth: int = 0


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
    return replace(around, measure=tree, unit=unit, scope=rd.scoped(around.scope, kind))


def _with_points(read: Reading, node: yt.Mapping, around: Around) -> Around:
    found = node.get("points")
    if not isinstance(found, yt.Scalar):
        return around
    tree, kind = read.formula(found, rd.scoped(around.scope, None))
    if isinstance(tree, Number) and tree.unit.name in ("", "分"):
        return replace(around, points=tree.value)
    if tree is not None and kind is not None and kind not in (NUMBER, SCORE):
        if not (isinstance(kind, Dimension) and _per_count(kind)):
            read.problem(
                "unit-mismatch",
                found.at,
                Text("分值应为数或分", "points must be a number or 分"),
                Text("如 3 或 15 / count(三级指标)", "such as 3 or 15 / count(T)"),
            )
    return replace(around, points=tree if tree is not None else ZERO)


def _per_count(kind: Dimension) -> bool:
    """Points shared out over a count: 15 / count(T)."""
    return kind.powers in ((("count", -1),), (("count", -1), ("score", 1)))


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
    if floor > cap:
        read.problem(
            "floor-above-cap",
            part.at,
            Text(f"下限 {floor} 高于上限 {cap}", f"the floor {floor} is above the cap {cap}"),
        )
        return
    for at, points in _stated_points(part.form):
        if not floor <= points <= cap:
            read.problem(
                "points-out-of-reach",
                at if at.line else part.at,
                Text(
                    f"写明的得分 {points} 不在 {floor} 至 {cap} 之间,永远得不到",
                    f"points {points} lie outside {floor} to {cap} and can never be given",
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


# --- forms ------------------------------------------------------------------------------------------------------------

FormReader = Callable[[Reading, yt.Mapping, Around, str], Form | None]


def read_form(read: Reading, node: yt.Mapping, around: Around, part_id: str) -> Form | None:
    """The form under `score` (or under `otherwise`): exactly one key of the table names it."""
    named = [key for key in node.keys() if key in _FORMS]
    if len(named) != 1:
        forms = "、".join(_FORMS)
        read.problem(
            "one-of",
            node.at,
            Text(f"应恰好写一种评分形式,却有 {len(named)} 种", f"expected exactly one form, found {len(named)}"),
            Text(f"可用:{forms}", "known: " + ", ".join(_FORMS)),
        )
        return None
    return _FORMS[named[0]](read, node, around, part_id)


def _full(read: Reading, node: yt.Mapping, around: Around, part_id: str) -> Form | None:
    full = read.condition(node.get("full"), around.scope)
    otherwise: Form | None
    found = node.get("otherwise")
    if isinstance(found, yt.Mapping):
        otherwise = read_form(read, found, around, part_id)
    elif found is not None:
        points = read.decimal(found)
        otherwise = None if points is None else Fixed(points)
    else:
        read.problem(
            "missing-key",
            node.at,
            Text("有 full 而没有 otherwise", "`full` without `otherwise`"),
            Text("达不到时得几分?写 otherwise: 0 或另一形式", "what if not? write otherwise: 0, or another form"),
        )
        return None
    if full is None or otherwise is None:
        return None
    return Threshold(full, otherwise, read.text(node, "reason"))


def _bands(read: Reading, node: yt.Mapping, around: Around, part_id: str) -> Form | None:
    bands: list[Band] = []
    for entry in rd.mappings_of(node.get("bands")):
        last = entry.get("otherwise") is not None
        points = read.decimal(entry.get("otherwise") if last else entry.get("points"))
        when = None if last else read.condition(entry.get("when"), around.scope)
        if points is None or (when is None and not last):
            return None
        bands.append(Band(when, points, read.text(entry, "reason"), entry.at))
    check_bands(read, [(b.when, b.at) for b in bands], node.at, around.measure, around.scope)
    return Bands(tuple(bands))


def _per_unit(read: Reading, node: yt.Mapping, around: Around, part_id: str) -> Form | None:
    entry = rd.as_mapping(node.get("per_unit"))
    if entry is None:
        return None
    subject = _subject(read, entry, around)
    sides = [key for key in ("over", "under", "around") if entry.get(key) is not None]
    moves = [key for key in ("deduct", "gain") if entry.get(key) is not None]
    if len(sides) != 1 or len(moves) != 1:
        read.problem(
            "one-of",
            entry.at,
            Text(
                "per_unit 要有 deduct 或 gain 之一,over、under 或 around 之一",
                "per_unit takes one of deduct, gain and one of over, under, around",
            ),
        )
        return None
    amount = read.points(entry, moves[0])
    if subject is None or amount is None:
        return None
    base, base_kind = read.formula(entry.get(sides[0]), rd.scoped(around.scope, None))
    per = read.quantity(entry.get("per"), _step_of(subject))
    if base is None or base_kind is None or per is None:
        return None
    _check_base(read, (entry.get(sides[0]) or entry).at, base, base_kind, subject)
    if per[0] <= 0:
        read.problem("not-a-number", (entry.get("per") or entry).at, Text("步长应大于 0", "the step must be above 0"))
        return None
    return PerUnit(
        sign=-1 if moves[0] == "deduct" else 1,
        amount=amount,
        per=per[0],
        per_unit=per[1],
        side=sides[0],  # type: ignore[arg-type]  # one of the three above
        base=base,
        partial_unit=cast(PartialUnitPolicy, read.text(entry, "partial_unit", around.policies.partial_unit)),
        start=read.points(entry, "start"),
        limit=read.points(entry, "limit"),
        reason=read.text(entry, "reason"),
    )


def _subject(read: Reading, node: yt.Mapping, around: Around) -> Dimension | None:
    """The dimension of the part's measure, which this form needs."""
    kind: Type | None = around.scope.subject
    if isinstance(kind, Dimension):
        return kind
    if around.measure is None:
        read.problem(
            "no-measure",
            node.at,
            Text("这一形式需要 measure(测算值)", "this form needs a `measure`"),
            Text("在本项写上 measure: 公式", "write `measure: formula` on the part"),
        )
    elif kind is not None:
        read.problem("unit-mismatch", node.at, Text("测算值应为数量", "the measure must be a quantity"))
    return None


def _step_of(kind: Dimension) -> Dimension:
    return {RATE: POINTS_OF_RATE, DATE: DAYS}.get(kind, kind)


def _check_base(read: Reading, at: Position, base: Expr, kind: Type, subject: Dimension) -> None:
    zero = isinstance(base, Number) and base.unit.name == "" and (base.value == 0 or is_countlike(subject))
    if kind != subject and not zero:
        read.problem(
            "unit-mismatch",
            at,
            Text("基准与测算值的量纲不同", "the base and the measure have different dimensions"),
            rd.unit_hint(subject, subject),
        )


def _items(sign: int) -> FormReader:
    key = "deduct" if sign < 0 else "add"

    def reader(read: Reading, node: yt.Mapping, around: Around, part_id: str) -> Form | None:
        items = [_item(read, entry, around) for entry in rd.mappings_of(node.get(key))]
        if not items or None in items:
            return None
        return Items(-1 if sign < 0 else 1, tuple(item for item in items if item))

    return reader


def _item(read: Reading, entry: yt.Mapping, around: Around) -> Item | None:
    points = read.points(entry)
    if (entry.get("when") is None) == (entry.get("each") is None):
        read.problem(
            "one-of",
            entry.at,
            Text("每一条要有 when 或 each 之一", "each entry takes one of `when`, `each`"),
            Text("when: 条件(一次);each: 数量(按次)", "when: a condition (once); each: a number (times)"),
        )
        return None
    when = read.condition(entry.get("when"), around.scope)
    each, kind = read.formula(entry.get("each"), around.scope)
    if each is not None and kind is not None and kind not in (COUNT, NUMBER) and not _countable(kind):
        read.problem(
            "unit-mismatch",
            (entry.get("each") or entry).at,
            Text("each 应为次数", "`each` must be a count"),
            Text("如 count(表 where 条件) 或以次、项计的数据项", "such as count(T where …) or a counted concept"),
        )
    if points is None or (when is None and each is None):
        return None
    limit = read.points(entry, "limit")
    return Item(points, when, each, limit, read.text(entry, "title"), read.text(entry, "reason"), entry.at)


def _countable(kind: Type) -> bool:
    """Durations count by their own unit: two points for each day."""
    return isinstance(kind, Dimension) and len(kind.powers) == 1 and kind.powers[0][0] in ("day", "workday", "month")


def _proportional(read: Reading, node: yt.Mapping, around: Around, part_id: str) -> Form | None:
    entry = rd.as_mapping(node.get("proportional"))
    if entry is None:
        return None
    subject = _subject(read, entry, around)
    to, kind = read.formula(entry.get("to"), rd.scoped(around.scope, None))
    up_to = read.quantity(entry.get("up_to"), RATE) if entry.get("up_to") is not None else None
    if subject is None or to is None or kind is None:
        return None
    _check_base(read, (entry.get("to") or entry).at, to, kind, subject)
    if isinstance(to, Number) and to.value <= 0:
        read.problem("zero-target", (entry.get("to") or entry).at, Text("目标值应大于 0", "the target must be above 0"))
        return None
    direction = read.text(entry, "direction", "at_least")
    return Proportional(
        to,
        direction,  # type: ignore[arg-type]  # the schema's enum
        up_to[0] if up_to else ONE,
        read.text(entry, "reason"),
    )


def _interpolate(read: Reading, node: yt.Mapping, around: Around, part_id: str) -> Form | None:
    subject = _subject(read, node, around)
    if subject is None:
        return None
    knots: list[tuple[Fraction, Fraction]] = []
    unit = around.unit
    for entry in rd.mappings_of(node.get("interpolate")):
        at = read.quantity(entry.get("at"), subject if subject != DATE else None)
        points = read.decimal(entry.get("points"))
        if at is None or points is None:
            return None
        knots.append((at[0], points))
        unit = unit or at[1]
    values = [value for value, _ in knots]
    if len(knots) < 2 or len(set(values)) != len(values):
        read.problem(
            "bad-knots",
            node.at,
            Text("插值至少要两个不同的点", "interpolation takes at least two different points"),
        )
        return None
    assert unit is not None
    return Interpolate(tuple(sorted(knots)), unit, read.text(node, "reason"))


def _judged(read: Reading, node: yt.Mapping, around: Around, part_id: str) -> Form | None:
    entry = rd.as_mapping(node.get("judged"))
    if entry is None:
        return None
    name = read.text(entry, "value")
    concept = around.scope.vocabulary.find(name)
    if concept is None or concept.type != "score":
        known = [c.label for c in around.scope.vocabulary.concepts.values() if c.type == "score"]
        read.problem(
            "unknown-concept",
            (entry.get("value") or entry).at,
            Text(f"没有名为“{name}”的评分数据项(type: score)", f"no concept of type score named {name!r}"),
            did_you_mean(name, known),
        )
        return None
    listed = rd.mappings_of(entry.get("ranges")) or (entry,)
    ranges = [_judged_range(read, one, around) for one in listed]
    if None in ranges:
        return None
    kept = tuple(one for one in ranges if one)
    check_ranges(read, [(one.when, one.at) for one in kept], entry.at, around.measure, around.scope)
    return Judged(concept.id, kept, read.text(entry, "reason"))


def _judged_range(read: Reading, entry: yt.Mapping, around: Around) -> JudgedRange | None:
    low, high = read.decimal(entry.get("from")), read.decimal(entry.get("to"))
    when = read.condition(entry.get("when"), around.scope) if entry.get("when") is not None else None
    if low is None or high is None or (entry.get("when") is not None and when is None):
        if low is None and high is None:
            read.problem("missing-key", entry.at, Text("缺少 from 和 to", "`from` and `to` are missing"))
        return None
    if low > high:
        read.problem("bad-range", entry.at, Text(f"from {low} 大于 to {high}", f"from {low} is above to {high}"))
        return None
    return JudgedRange(when, low, high, entry.at)


def _formula(read: Reading, node: yt.Mapping, around: Around, part_id: str) -> Form | None:
    tree, kind = read.formula(node.get("formula"), around.scope)
    if tree is None or kind is None:
        return None
    if not isinstance(kind, Dimension) or (kind.kind == "" and kind != SCORE and not _per_count(kind)):
        read.problem(
            "unit-mismatch",
            (node.get("formula") or node).at,
            Text("得分公式的结果应为数、比率或分", "a formula of points must give a number, a rate or 分"),
        )
        return None
    return PointsFormula(tree, read.text(node, "reason"))


def _fixed(read: Reading, node: yt.Mapping, around: Around, part_id: str) -> Form | None:
    points = read.decimal(node.get("fixed"))
    return None if points is None else Fixed(points, read.text(node, "reason"))


def _not_computable(read: Reading, node: yt.Mapping, around: Around, part_id: str) -> Form | None:
    entry = rd.as_mapping(node.get("not_computable"))
    return NotComputable(read.text(entry, "reason") if entry else read.text(node, "not_computable"))


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


_FORMS: dict[str, FormReader] = {
    "full": _full,
    "bands": _bands,
    "per_unit": _per_unit,
    "deduct": _items(-1),
    "add": _items(1),
    "proportional": _proportional,
    "interpolate": _interpolate,
    "judged": _judged,
    "formula": _formula,
    "fixed": _fixed,
    "sum": _combine("sum"),
    "best": _combine("best"),
    "worst": _combine("worst"),
    "average": _combine("average"),
    "weighted": _combine("weighted"),
    "choose": _choose,
    "not_computable": _not_computable,
}

FORM_NAMES = tuple(_FORMS)
