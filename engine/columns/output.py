"""What leaves the columns: the wide table of scores and the long table of reasons, as expressions over the results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from sqlglot import exp

from engine.columns import flags as fl
from engine.columns import integers as ints
from engine.columns import ratios as rt
from engine.columns import scores as sc
from engine.columns.dialects import day_text
from engine.columns.flags import Flag, Node, cast, column
from engine.columns.integers import NARROW, Int, TooWide
from engine.columns.operands import APART_OPERAND, TABLE_OPERAND, UNKNOWN_OPERAND
from engine.columns.parts import ItemColumn, PartColumns
from engine.columns.profile import Profile
from engine.columns.ratios import Ratio
from engine.columns.rollup import RollupColumns
from engine.columns.scores import Scored
from engine.plan import PlanIndicator
from facts.values import decimal_text, exact_places
from facts.vocabulary import NO, YES, Concept

# Scores are written with two decimals even where all happen to be whole.
LEAST_PLACES = 2
Named = tuple[str, Node]
Naming = Callable[[Flag], Flag]


@dataclass(frozen=True, slots=True)
class Numerals:
    """How scores are written: as decimals with `places` digits; None: as numerator and denominator, not every one being a decimal."""

    places: int | None

    def columns(self, name: str, value: Ratio, where: Flag = fl.TRUE) -> list[Named]:
        """A number as one column or two; empty where `where` does not hold."""
        if self.places is None:
            return [(f"{name}_num", _integer(value.num, where)), (f"{name}_den", _integer(value.den, where))]
        den = value.den.constant
        assert den is not None
        return [(name, _only(where, decimal(value.num, self.places, 10**self.places // den)))]


def numerals_for(ratios: Sequence[Ratio]) -> Numerals:
    """Decimals where every score always is one."""
    dens = {one.den.constant for one in ratios}
    whole = 1
    for den in dens:
        if den is None or exact_places(Fraction(1, den)) is None:
            return Numerals(None)
        whole = lcm(whole, den)
    places = exact_places(Fraction(1, whole))
    return Numerals(None if places is None else max(places, LEAST_PLACES))


# Decimals of so many digits are held in 32 bits, in 64 bits, or in more.
_WIDTHS = (9, 18, 38)


def decimal(num: Int, places: int, times: int = 1) -> Node:
    """An integer of `times` 10^-places as an exact decimal."""
    most = max(abs(num.low), abs(num.high))
    digits = next((width for width in _WIDTHS if most * times < 10**width), 0)
    if not digits:
        raise TooWide
    if num.constant is not None:
        written = decimal_text(Fraction(num.constant * times, 10**places), places)
        return cast(exp.Literal.string(written), f"DECIMAL({digits}, {places})")
    if times % 10**places == 0:
        return cast(ints.multiply(num, ints.constant(times // 10**places)).sql(), f"DECIMAL({digits}, {places})")
    whole = cast(num.sql(), f"DECIMAL({len(str(most))}, 0)")
    # Of as few digits as the product has, so that it is worked out in as few bits.
    unit = decimal_text(Fraction(times, 10**places), places)
    factor = cast(exp.Literal.string(unit), f"DECIMAL({max(places, len(str(times)))}, {places})")
    return cast(exp.Mul(this=whole, expression=factor), f"DECIMAL({digits}, {places})")


def _integer(value: Int, where: Flag) -> Node:
    kind = "DECIMAL(38, 0)" if value.wide or max(abs(value.low), abs(value.high)) > NARROW else "BIGINT"
    return _only(where, cast(value.sql(), kind))


def _only(where: Flag, node: Node) -> Node:
    return node if where.always else exp.Case(ifs=[exp.If(this=where.sql(), true=node)])


def text(value: str) -> Node:
    """A text."""
    return exp.Literal.string(value)


def joined(pieces: Sequence[Node]) -> Node:
    """Texts one after another."""
    found = pieces[0]
    for piece in pieces[1:]:
        found = exp.DPipe(this=found, expression=piece)
    return exp.Paren(this=found) if len(pieces) > 1 else found


def chosen(branches: Sequence[tuple[Flag, Node]], otherwise: Node) -> Node:
    """The text behind the first condition that holds."""
    live = [(when, node) for when, node in branches if not when.never]
    if not live:
        return otherwise
    return exp.Case(ifs=[exp.If(this=when.sql(), true=node) for when, node in live], default=otherwise)


# --- one indicator ----------------------------------------------------------------------------------------------------


def verdict(score: Scored, given: Scored, part: PartColumns) -> Node:
    """met, partly_met, not_met, not_applicable or undetermined."""
    frame = part.frame
    open_ = fl.either(fl.negation(sc.is_one(given)), fl.both(score.maybe, fl.negation(score.apart)))
    return chosen(
        [
            (open_, text("undetermined")),
            (score.apart, text("not_applicable")),
            (rt.compared(score.lo, ">=", frame.full), text("met")),
            (rt.compared(score.lo, "<=", frame.floor), text("not_met")),
        ],
        text("partly_met"),
    )


def determined(score: Scored, given: Scored) -> Flag:
    """Whether there is one score."""
    return fl.both(sc.is_one(given), fl.either(score.apart, fl.negation(score.maybe)))


def code(part: PartColumns) -> Node:
    """The reason code: the branch that fired, the items that applied, the codes of the parts inside."""
    items, parts = dict(part.items), dict(part.parts)
    decided: list[tuple[Flag, Node]] = []
    open_: list[tuple[Flag, Node]] = []
    for place, branch in enumerate(part.plan.branches):
        # What is decided everywhere is told by the conditions themselves, one bit each.
        here = part.possible[place] if part.decided.always else _at(part.place, place)
        if here.never:
            continue
        pieces: list[Node] = [text(branch.name)]
        if place in items:
            pieces = [text(f"{branch.name}:"), *(_item(one) for one in items[place])]
        elif place in parts:
            inner = [piece for one in parts[place] for piece in (code(one), text(";"))][:-1]
            pieces = [text(f"{branch.name}("), *inner, text(")")]
        decided.append((here, joined(pieces)))
        open_.append((here, text(f"?{branch.name}")))
    found = chosen(decided[:-1], decided[-1][1])
    if not part.decided.always:
        found = chosen([(part.decided, found)], chosen(open_[:-1], open_[-1][1]))
    if part.settled.never:
        return found
    mark = chosen([(part.settled, text(f"!{part.plan.part.policies.missing}"))], text(""))
    return joined([found, mark])


def _at(place: Int, number: int) -> Flag:
    return ints.compared(place, "=", ints.constant(number))


def _item(one: ItemColumn) -> Node:
    branches = [(fl.surely(one.truth), text(f"+{one.item.number}"))]
    if one.truth.nullable:
        branches.append((fl.undecided(one.truth), text(f"+{one.item.number}?")))
    return chosen(branches, text(""))


# --- operands ---------------------------------------------------------------------------------------------------------


def operand(place: int, concept: Concept, profile: Profile, naming: Naming) -> Node:
    """A fact as text: a decimal in base units, a day, a label; ? unknown, - not applicable, # a table.

    `naming` gives a flag its name among the results.
    """
    found = profile.concepts.get(concept.id)
    if found is None:
        return text(UNKNOWN_OPERAND)
    known = Flag(exp.EQ(this=column(f"s{place}"), expression=exp.Literal.number(1)))
    own = profile.column(concept.id)
    value = text(TABLE_OPERAND) if own is None else _value(place, concept, profile, naming)
    if own is None or own.bounded:
        value = _only(known, value)
    if found.complete:
        return text(TABLE_OPERAND) if profile.table(concept.id) else value
    apart = Flag(exp.EQ(this=column(f"s{place}"), expression=exp.Literal.number(2)))
    other = text(UNKNOWN_OPERAND) if found.applies else chosen([(apart, text(APART_OPERAND))], text(UNKNOWN_OPERAND))
    return exp.Coalesce(this=value, expressions=[other])


def _value(place: int, concept: Concept, profile: Profile, naming: Naming) -> Node:
    known = profile.column(concept.id)
    assert known is not None
    value = column(f"v{place}")
    if concept.type == "boolean":
        # The results hold the flag, which the rules read too, instead of the text.
        yes = naming(Flag(exp.EQ(this=value, expression=text(YES)), nullable=not known.complete))
        if known.complete:
            return chosen([(yes, text(YES))], text(NO))
        return exp.Case(
            ifs=[exp.If(this=one.sql(), true=text(label)) for one, label in ((yes, YES), (fl.negation(yes), NO))]
        )
    if concept.type in ("choice", "text"):
        return value
    if known.low is None or known.high is None:
        return cast(exp.null(), "TEXT")
    if concept.type == "date":
        return day_text(value)
    places = len(str(known.scale)) - 1
    return cast(decimal(Int(value, known.low, known.high, max(abs(known.low), known.high) > NARROW), places), "TEXT")


def operands(
    concepts: Sequence[str], places: dict[str, int], vocabulary: dict[str, Concept], profile: Profile, naming: Naming
) -> Node:
    """The facts an indicator reads, in order, with semicolons between."""
    pieces: list[Node] = []
    for concept in concepts:
        if pieces:
            pieces.append(text(";"))
        pieces.append(operand(places[concept], vocabulary[concept], profile, naming))
    return joined(pieces) if pieces else text("")


# --- tables -----------------------------------------------------------------------------------------------------------


def reason(indicator: PlanIndicator, rollup: RollupColumns, numerals: Numerals, operand_text: Node) -> list[Named]:
    """The columns of one indicator in the long table."""
    part, score = rollup.indicator(indicator), rollup.final(indicator)
    given = part.given(score)
    known = determined(score, given)
    veto_marks = [
        _veto_mark(rollup.veto(veto), veto.veto.id) for veto in rollup.vetoes_of("indicator", indicator.indicator.id)
    ]
    measure = part.measure
    found: list[Named] = [
        ("indicator", text(indicator.indicator.id)),
        ("verdict", verdict(score, given, part)),
        ("code", joined([code(part), *veto_marks])),
        *numerals.columns("points", part.frame.points),
        *numerals.columns("score", given.lo, known),
        *numerals.columns("lower", given.lo),
        *numerals.columns("upper", given.hi),
    ]
    for name, number in (
        ("measure_num", None if measure is None else measure.value.num),
        ("measure_den", None if measure is None else measure.value.den),
    ):
        if measure is None or number is None or measure.known.never:
            found.append((name, cast(exp.null(), "BIGINT")))
        else:
            found.append((name, _integer(number, measure.known)))
    found.append(("operands", operand_text))
    return found


def _veto_mark(truth: Flag, name: str) -> Node:
    branches = [(fl.surely(truth), text(f"/veto:{name}"))]
    if truth.nullable:
        branches.append((fl.undecided(truth), text(f"/veto?:{name}")))
    return chosen(branches, text(""))


def wide(rollup: RollupColumns, indicators: Numerals) -> list[Named]:
    """The columns of the wide table: result, grade, sections, indicators."""
    outcome = rollup.outcome()
    score = outcome.score
    numerals = numerals_for([score.lo, score.hi])
    found = [
        *numerals.columns("score", score.lo, sc.is_one(score)),
        *numerals.columns("lower", score.lo),
        *numerals.columns("upper", score.hi),
        ("grade", _grade(outcome.grades)),
        ("grades", possible_grades(outcome.grades)),
    ]
    for section in rollup.plan.sections:
        one = rollup.section(section)
        numerals = numerals_for([one.lo, one.hi])
        found += numerals.columns(f"section_{section.section.id}", one.lo, sc.is_one(one))
        found += numerals.columns(f"lower_{section.section.id}", one.lo)
        found += numerals.columns(f"upper_{section.section.id}", one.hi)
    for section in rollup.plan.sections:
        for indicator in section.indicators:
            final = rollup.final(indicator)
            given = rollup.indicator(indicator).given(final)
            found += indicators.columns(f"score_{indicator.indicator.id}", given.lo, determined(final, given))
    for veto in rollup.plan.vetoes:
        found.append((f"veto_{veto.veto.id}", _state(rollup.veto(veto))))
    for check in rollup.plan.checks:
        found.append((f"check_{check.check.id}", _state(fl.negation(rollup.checks[check.check.id]))))
    return found


def _state(fired: Flag) -> Node:
    branches = [(fl.surely(fired), text("fired"))]
    if fired.nullable:
        branches.append((fl.undecided(fired), text("undetermined")))
    return chosen(branches, text("not_fired"))


def _grade(grades: Sequence[tuple[str, Flag]]) -> Node:
    """The grade where only one is possible."""
    branches = []
    for place, (grade, when) in enumerate(grades):
        others = [other for n, (_, other) in enumerate(grades) if n != place]
        branches.append((fl.both(when, fl.negation(fl.either(*others)) if others else fl.TRUE), text(grade)))
    return chosen(branches, cast(exp.null(), "TEXT"))


def possible_grades(grades: Sequence[tuple[str, Flag]]) -> Node:
    """All grades that are possible, each followed by a semicolon."""
    if not grades:
        return text("")
    return joined([chosen([(when, text(f"{grade};"))], text("")) for grade, when in grades])
