"""YAML of `score` -> Form. Each reader below is one row of the forms table in docs/rule-language.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import cast

from engine import reading as rd
from engine.bands import check_bands, check_ranges
from engine.expr import Expr, Name, Number
from engine.model import (
    Band,
    Bands,
    Citation,
    Fixed,
    Form,
    Interpolate,
    Item,
    Items,
    Judged,
    JudgedRange,
    NotComputable,
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
from facts.values import ONE, ZERO

MAX_PART_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Around:
    """What a part inherits from where it stands."""

    scope: Scope
    policies: Policies
    cite: Citation
    kind: SectionKind
    combinators: Mapping[str, FormReader]
    points: Fraction | Expr = ZERO
    measure: Expr | None = None
    unit: Unit | None = None
    depth: int = 0
    stated: frozenset[str] = frozenset()


# --- forms ------------------------------------------------------------------------------------------------------------

FormReader = Callable[[Reading, yt.Mapping, Around, str], Form | None]


def read_form(read: Reading, node: yt.Mapping, around: Around, part_id: str) -> Form | None:
    """The form under `score` (or under `otherwise`): exactly one key of the table names it."""
    table = {**_FORMS, **around.combinators}
    named = [key.text for key, _ in node.entries if key.text in table]
    if len(named) != 1:
        forms = "、".join(table)
        read.problem(
            "one-of",
            node.at,
            Text(f"应恰好写一种评分形式,却有 {len(named)} 种", f"expected exactly one form, found {len(named)}"),
            Text(f"可用:{forms}", "known: " + ", ".join(table)),
        )
        return None
    form = table[named[0]](read, node, around, part_id)
    return None if form is None else replace(form, at=node.key_at(named[0]))


def per_count(kind: Dimension) -> bool:
    """Points shared out over a count: 15 / count(T)."""
    return kind.powers in ((("count", -1),), (("count", -1), ("score", 1)))


def _full(read: Reading, node: yt.Mapping, around: Around, part_id: str) -> Form | None:
    full = read.condition(node.get("full"), around.scope)
    otherwise: Form | None
    found = node.get("otherwise")
    if isinstance(found, yt.Mapping):
        otherwise = read_form(read, found, around, part_id)
    elif found is not None:
        points = read.decimal(found)
        otherwise = None if points is None else Fixed(points, at=found.at)
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
    check_bands(read, [(b.when, b.at) for b in bands], node.at, around.measure, around.scope, _step(around))
    return Bands(tuple(bands))


def _step(around: Around) -> Fraction | None:
    """What the measure is a multiple of once it is rounded, in base units; None where it is not."""
    rounding, unit = around.policies.round_measure, around.unit
    if unit is None and isinstance(around.measure, Name):
        concept = around.scope.vocabulary.concepts.get(around.measure.name)
        unit = concept.unit if concept is not None else None
    return None if rounding is None else Fraction(1, 10**rounding.places) * (unit.factor if unit else ONE)


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
        reason=read.text(node, "reason"),
        partial_stated=entry.get("partial_unit") is not None,
    )


def _subject(read: Reading, node: yt.Mapping, around: Around) -> Dimension | None:
    """The dimension of the part's measure, which this form needs."""
    kind: Type | None = around.scope.subject
    if isinstance(kind, Dimension):
        return kind
    if around.scope.subject_broken:
        return None
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
    """Durations and points count by their own unit: two points for each day, one for each 分 lost in a table."""
    return kind == SCORE or (
        isinstance(kind, Dimension) and len(kind.powers) == 1 and kind.powers[0][0] in ("day", "workday", "month")
    )


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
        read.text(node, "reason"),
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
    return Judged(concept.id, kept, read.text(node, "reason"))


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
    if not isinstance(kind, Dimension) or (kind.kind == "" and kind != SCORE and not per_count(kind)):
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
    "not_computable": _not_computable,
}
