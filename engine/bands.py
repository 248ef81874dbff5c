"""Whether bands are disjoint and complete: exact interval reasoning over what a measure can be."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from engine import ranges
from engine.compute import UNDEFINED, Compiler, Env
from engine.expr import Comparison, Expr, Is, Logic, Not, Number, Subject
from engine.ranges import Ranges
from engine.reading import Reading
from engine.showing import number_text
from engine.typecheck import Labels, Scope
from engine.walk import nodes
from facts.problem import Text
from facts.provenance import Position
from facts.units import PLAIN, Unit
from facts.values import EVERYTHING, ONE, Interval

# How a comparison reads from the other side.
FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}

Entry = tuple[Expr | None, Position]


def check_bands(
    read: Reading,
    bands: Sequence[Entry],
    at: Position,
    measure: Expr | None,
    scope: Scope,
    step: Fraction | None = None,
) -> None:
    """Bands of one measure must not overlap and, unless there is an `otherwise`, must leave no gap.

    `step` is what the measure is a multiple of once it is rounded: between 89% and 90% there is then nothing to miss.
    """
    check_ranges(read, bands, at, measure, scope, complete=False)
    if isinstance(scope.subject, Labels):
        _check_labels(read, bands, at, scope.subject)
        return
    sets = [(when, place, values_of(when)) for when, place in bands if when is not None]
    if any(values is None for _, _, values in sets):
        _report_unprovable(read, [(place, values) for _, place, values in sets])
        return
    seen: list[tuple[Position, Ranges]] = []
    for _, place, values in sets:
        assert values is not None
        for other, earlier in seen:
            if shared := ranges.intersection(values, earlier):
                _report_overlap(read, place, other, show_values(shared, _unit_of(bands)))
        seen.append((place, values))
    if bands and bands[-1][0] is not None and measure is not None:
        gap = _gap(ranges.union(values for _, values in seen), measure, scope, step)
        _check_complete(read, at, show_values(gap, _unit_of(bands)))


def check_ranges(
    read: Reading, entries: Sequence[Entry], at: Position, measure: Expr | None, scope: Scope, *, complete: bool = True
) -> None:
    """`otherwise` stands last and, where completeness cannot be shown, must stand."""
    for when, place in entries[:-1]:
        if when is None:
            read.problem(
                "otherwise-last",
                place,
                Text("otherwise 之后的各条永远轮不到", "what follows `otherwise` can never apply"),
                Text("把 otherwise 放在最后", "put `otherwise` last"),
            )
    if complete and entries and entries[-1][0] is not None and not _proven_complete(entries, measure, scope):
        read.problem(
            "no-otherwise",
            at,
            Text("各条件之外怎么办没有写明", "what happens outside the conditions is not said"),
            Text("最后一条写 otherwise: true", "end with `otherwise: true`"),
        )


def _proven_complete(entries: Sequence[Entry], measure: Expr | None, scope: Scope) -> bool:
    if isinstance(scope.subject, Labels):
        covered = {label for when, _ in entries for label in _labels_of(when, scope.subject)}
        return bool(scope.subject.choices) and covered >= set(scope.subject.choices)
    sets = [values_of(when) for when, _ in entries]
    known = [one for one in sets if one is not None]
    return measure is not None and len(known) == len(sets) and not _gap(ranges.union(known), measure, scope)


def _gap(covered: Ranges, measure: Expr, scope: Scope, step: Fraction | None = None) -> Ranges:
    """What the measure can be and no band covers; a counted or rounded measure cannot be between its multiples."""
    left = ranges.intersection(ranges.ranges(domain_of(measure, scope)), ranges.complement(covered))
    if step is None and Compiler(scope.vocabulary, scope.parameters).is_whole(measure):
        step = ONE
    return left if step is None else with_multiples(left, step)


def with_multiples(values: Ranges, step: Fraction) -> Ranges:
    """The spans of a set in which there is a multiple of a step."""
    return tuple(span for span in values if _holds_multiple(ranges.to_interval(span), step))


def _holds_multiple(interval: Interval, step: Fraction) -> bool:
    if interval.lo is None or interval.hi is None:
        return True
    first = -(-interval.lo // step) * step
    return any(interval.contains(one) for one in (first, first + step))


def domain_of(measure: Expr, scope: Scope) -> Interval:
    """Everything a measure can be when no fact is known."""
    closure = Compiler(scope.vocabulary, scope.parameters).quantity(measure)
    facts = {c.id: c.range for c in scope.vocabulary.concepts.values() if c.type in ("quantity", "score")}
    parameters = {p.key: ranges.hull([v for _, v in p.values]) for p in scope.parameters.values()}
    value = closure(Env(facts, parameters), None)
    return EVERYTHING if value is UNDEFINED else ranges.as_interval(value)


def values_of(tree: Expr | None) -> Ranges | None:
    """The values of the measure at which a condition holds; None if it is about anything else."""
    match tree:
        case Comparison(op, Subject(), Number(value)):
            return half_line(op, value)
        case Comparison(op, Number(value), Subject()):
            return half_line(FLIPPED[op], value)
        case Not(operand):
            inner = values_of(operand)
            return None if inner is None else ranges.complement(inner)
        case Logic(op, operands):
            parts = [values_of(operand) for operand in operands]
            known = [part for part in parts if part is not None]
            if len(known) < len(parts):
                return None
            return ranges.union(known) if op == "or" else _all_of(known)
        case _:
            return None


def _all_of(sets: list[Ranges]) -> Ranges:
    return ranges.complement(ranges.union(ranges.complement(one) for one in sets))


def half_line(op: str, value: Fraction) -> Ranges:
    """The values that compare so with a constant."""
    match op:
        case "<" | "<=":
            return ranges.ranges(Interval(None, value, hi_open=op == "<"))
        case ">" | ">=":
            return ranges.ranges(Interval(value, None, lo_open=op == ">"))
        case "=":
            return ranges.ranges(Interval(value, value))
        case _:
            return ranges.complement(ranges.ranges(Interval(value, value)))


def show_values(values: Ranges, unit: Unit) -> str:
    """A set as people write it: [0%, 80%) ∪ (90%, +∞)."""
    return " ∪ ".join(_show(ranges.to_interval(span), unit) for span in values)


def _show(interval: Interval, unit: Unit) -> str:
    if interval.is_point and interval.lo is not None:
        return f"{{{number_text(interval.lo, unit)}}}"
    low = "(-∞" if interval.lo is None else ("(" if interval.lo_open else "[") + number_text(interval.lo, unit)
    high = "+∞)" if interval.hi is None else number_text(interval.hi, unit) + (")" if interval.hi_open else "]")
    return f"{low}, {high}"


def _unit_of(bands: Sequence[Entry]) -> Unit:
    """The unit the bands themselves are written in."""
    units = [node.unit for when, _ in bands for node in nodes(when) if isinstance(node, Number) and node.unit.name]
    return units[0] if units else PLAIN


def _report_overlap(read: Reading, place: Position, other: Position, text: str) -> None:
    read.problem(
        "band-overlap",
        place,
        Text(f"与第 {other.line} 行的档次重叠于 {text}", f"overlaps the band of line {other.line} in {text}"),
        Text("写明上下限,如“>= 80% and < 90%”", "state both ends, such as `>= 80% and < 90%`"),
    )


def _report_unprovable(read: Reading, sets: list[tuple[Position, Ranges | None]]) -> None:
    for place, values in sets:
        if values is None:
            read.problem(
                "band-condition",
                place,
                Text("bands 的条件只能是测算值与常数的比较", "a band compares the measure with constants only"),
                Text("涉及其他数据项时请用 choose", "use `choose` for conditions on other concepts"),
            )


def _check_complete(read: Reading, at: Position, text: str) -> None:
    if text:
        read.problem(
            "band-gap",
            at,
            Text(f"测算值为 {text} 时没有对应档次", f"no band for a measure in {text}"),
            Text("补一档,或在最后写 otherwise: 0", "add a band, or end with `otherwise: 0`"),
        )


def _check_labels(read: Reading, bands: Sequence[Entry], at: Position, labels: Labels) -> None:
    seen: dict[str, Position] = {}
    for when, place in bands:
        for label in _labels_of(when, labels):
            if label in seen:
                read.problem(
                    "band-overlap",
                    place,
                    Text(
                        f"“{label}”在第 {seen[label].line} 行已有一档", f"line {seen[label].line} has {label} already"
                    ),
                )
            seen.setdefault(label, place)
        if when is not None and not isinstance(when, Is | Logic):
            _report_unprovable(read, [(place, None)])
    left = [label for label in labels.choices if label not in seen]
    if bands and bands[-1][0] is not None and (left or not labels.choices):
        named = "、".join(left)
        read.problem(
            "band-gap",
            at,
            Text(f"选项 {named or '其他文字'} 没有对应档次", f"no band for {named or 'other text'}"),
            Text("补一档,或在最后写 otherwise: 0", "add a band, or end with `otherwise: 0`"),
        )


def _labels_of(when: Expr | None, labels: Labels) -> list[str]:
    match when:
        case Is(Subject(), label, negated):
            return [c for c in labels.choices if c != label] if negated else [label]
        case Logic("or", operands):
            return [label for operand in operands for label in _labels_of(operand, labels)]
        case _:
            return []
