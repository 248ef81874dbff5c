"""The rows of one table for each unit: the grouped query over them, and numbers made of those that count or may count.

The column form of the aggregates of `engine.compute`.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

from sqlglot import exp

from engine.columns import flags as fl
from engine.columns import integers as ints
from engine.columns import ratios as rt
from engine.columns.flags import Flag, Node, cast, column
from engine.columns.formulas import Formulas
from engine.columns.integers import NARROW, WIDE, Int, TooWide
from engine.columns.layers import Layers, columns_of, nested
from engine.columns.numbers import Algebra, Number
from engine.columns.profile import TableProfile
from engine.columns.ratios import NOUGHT, Ratio
from engine.columns.spans import Span, either_span
from facts.vocabulary import Concept


@dataclass(slots=True)
class Items:
    """The query over one table: its rows with what formulas make of each, and the aggregates wanted of them."""

    number: int
    concept: Concept
    profile: TableProfile
    layers: Layers
    formulas: Formulas
    careful: Formulas
    left: list[Flag] = field(default_factory=list)
    aggregates: dict[Node, str] = field(default_factory=dict)

    def aggregate(self, node: Node) -> Node:
        """A column of the units that holds an aggregate over their rows."""
        name = self.aggregates.setdefault(node, f"a{self.number}_{len(self.aggregates)}")
        return column(name)

    def query(self, units: str, items: str, wanted: Container[str], *, fenced: bool = False) -> exp.Select:
        """SELECT row, the aggregates wanted FROM items, grouped by unit."""
        aggregates = {node: name for node, name in self.aggregates.items() if name in wanted}
        read = {name for node in aggregates for name in columns_of(node)}
        kept = [column("row"), *(column(name) for name in sorted(read))]
        rows = exp.to_table(items, alias="i")
        own = [exp.column("row", table="i")] + [
            exp.column(f"c{j}", table="i") for j in range(len(self.concept.columns))
        ]
        base = exp.Select(expressions=own, from_=exp.From(this=rows))
        outer = sorted(self.outer(wanted))
        if outer:
            base.set("expressions", [*own, *(exp.column(name, table="u") for name in outer)])
            on = exp.EQ(this=exp.column("row", table="u"), expression=exp.column("row", table="i"))
            base.append("joins", exp.Join(this=exp.to_table(units, alias="u"), on=on))
        inner = self.layers.over(base, kept, fenced=fenced)
        chosen = [column("row"), *(exp.alias_(node, name, copy=False) for node, name in aggregates.items())]
        found = nested(chosen, inner, "g")
        found.set("group", exp.Group(expressions=[column("row")]))
        return found

    def outer(self, wanted: Container[str]) -> set[str]:
        """The columns of the units that aggregates read beside the rows."""
        nodes = [node for node, name in self.aggregates.items() if name in wanted]
        beneath = self.layers.reached(name for node in nodes for name in columns_of(node))
        return {name for name in beneath if not name.startswith(("c", self.layers.prefix)) and name != "row"}


def summed(node: Node) -> Node:
    """The sum over the rows of a unit."""
    return exp.Sum(this=node)


def one_for(flag: Flag) -> Node:
    """One for a row where it holds, else zero."""
    return exp.Case(ifs=[exp.If(this=flag.sql(), true=exp.Literal.number(1))], default=exp.Literal.number(0))


@dataclass(slots=True)
class Rows:
    """The rows of each unit that count for sure (`truth` holds) or may count (it is not decided)."""

    items: Items
    truth: Flag
    known: Flag
    outer: Algebra
    most: int
    cautious: bool = False

    def _counted(self, flag: Flag) -> Int:
        if flag.never or not self.most:
            return ints.ZERO
        node = self.items.aggregate(summed(one_for(flag)))
        return self._int(node, 0, self.most, wide=False, default=0)

    def _int(self, node: Node, low: int, high: int, *, wide: bool, default: int | None) -> Int:
        if max(abs(low), abs(high)) > WIDE:
            raise TooWide
        kind = "INT128" if wide or max(abs(low), abs(high)) > NARROW else "BIGINT"
        typed: Node = cast(node, kind)
        if default is not None:
            typed = exp.Coalesce(this=typed, expressions=[exp.Literal.number(default)])
        return self.outer.layers.integer(Int(typed, low, high, kind == "INT128"))

    @property
    def sure(self) -> Flag:
        """Rows that count."""
        return fl.surely(self.truth)

    @property
    def unsure(self) -> Flag:
        """Rows that may count."""
        return fl.undecided(self.truth)

    def count(self) -> Number:
        """How many rows count."""
        sure, unsure = self._counted(self.sure), self._counted(self.unsure)
        low = Ratio(sure)
        if unsure.constant == 0:
            return Number(fl.TRUE, low)
        known = self.outer.layers.flag(ints.compared(unsure, "=", ints.ZERO))
        return self.outer.number(known, low, fl.FALSE, lambda: Span(low, Ratio(ints.add(sure, unsure))))

    def share(self) -> Number:
        """The part of all rows that counts; nothing where there are no rows."""
        rows = self._counted(fl.TRUE)
        empty = ints.compared(rows, "=", ints.ZERO)
        counted = self.count()
        if self.cautious:
            sure, unsure = self._counted(self.sure), self._counted(self.unsure)
            none_sure = fl.both(ints.compared(unsure, ">", ints.ZERO), ints.compared(sure, "=", ints.ZERO))
            empty = fl.either(empty, none_sure)
        empty = self.outer.layers.flag(empty)
        part = Ratio(ints.ONE, rows)
        value = rt.multiply(counted.value, part)
        known = fl.both(counted.known, fl.negation(empty))
        span = counted.span
        return self.outer.number(
            known,
            value,
            empty,
            lambda: None if span is None else Span(rt.multiply(span.lo, part), rt.multiply(span.hi, part)),
        )

    def of(self, function: str, one: Number) -> Number:
        """sum, average, max or min of what the rows give."""
        layers = self.items.layers
        if not one.open.never:
            # Ends that are left out do not add up in a column.
            opened = fl.FALSE if one.span is None else fl.either(one.span.lo_open, one.span.hi_open)
            self.items.left.append(layers.flag(fl.both(one.open, fl.possibly(self.truth), opened)))
        # A row that may count and divides by zero leaves any sum: the engine tells.
        counts = fl.possibly(self.truth) if self.cautious else self.sure
        if not self.cautious:
            self.items.left.append(layers.flag(fl.both(one.undefined, self.unsure)))
        undefined = ints.compared(self._counted(layers.flag(fl.both(one.undefined, counts))), ">", ints.ZERO)
        if self.cautious and function != "sum":
            sure, unsure = self._counted(self.sure), self._counted(self.unsure)
            none_sure = fl.both(ints.compared(unsure, ">", ints.ZERO), ints.compared(sure, "=", ints.ZERO))
            undefined = fl.either(undefined, none_sure)
        undefined = self.outer.layers.flag(undefined)
        if function == "sum":
            return self._sum(one, undefined)
        if function == "average":
            return self._average(one, undefined)
        if function == "max":
            return self._greatest(one, undefined)
        return self.outer.negative(self._greatest(self.items.formulas.algebra.negative(one), undefined))

    # --- sums ---

    def _added(self, branches: list[tuple[Flag, Ratio]]) -> Ratio:
        """The sum over rows of the value behind the first condition that holds, zero where none does."""
        layers = self.items.layers
        value = rt.cases(branches, NOUGHT)
        if value.den.constant is None:
            raise TooWide
        if value.num.constant == 0 or not self.most:
            return NOUGHT
        low, high = min(0, value.num.low) * self.most, max(0, value.num.high) * self.most
        if max(abs(low), abs(high)) > WIDE:
            raise TooWide
        num = layers.integer(value.num)
        wide = num.wide or max(abs(low), abs(high)) > NARROW
        operand = cast(num.sql(), "INT128") if wide else num.sql()
        node = self.items.aggregate(summed(operand))
        return Ratio(self._int(node, low, high, wide=wide, default=0), value.den)

    def _sum(self, one: Number, undefined: Flag) -> Number:
        sure, unsure = self.sure, self.unsure
        known_rows = fl.both(sure, one.known)
        value = self._added([(known_rows, one.value)])
        zero = fl.both(one.known, rt.same(one.value, NOUGHT))
        inexact = self._counted(
            self.items.layers.flag(fl.either(fl.both(sure, one.open), fl.both(unsure, fl.negation(fl.surely(zero)))))
        )
        exact = self.outer.layers.flag(fl.both(ints.compared(inexact, "=", ints.ZERO), fl.negation(undefined)))
        if inexact.constant == 0:
            return self.outer.number(exact, value, undefined, lambda: None)

        def span() -> Span | None:
            return self._sum_span(one)

        return self.outer.number(exact, value, undefined, span)

    def _sum_span(self, one: Number) -> Span | None:
        ends = self.items.formulas.algebra.ends(one)
        if ends is None:
            return None
        sure, unsure = self.sure, self.unsure
        counted = fl.either(sure, unsure)
        lowest = fl.negation(ends.has_lo)
        highest = fl.negation(ends.has_hi)
        no_lo = self._counted(self.items.layers.flag(fl.both(counted, lowest)))
        no_hi = self._counted(self.items.layers.flag(fl.both(counted, highest)))
        below = rt.cases([(rt.compared(ends.lo, "<", NOUGHT), ends.lo)], NOUGHT)
        above = rt.cases([(rt.compared(ends.hi, ">", NOUGHT), ends.hi)], NOUGHT)
        lo = self._added([(lowest, NOUGHT), (sure, ends.lo), (unsure, below)])
        hi = self._added([(highest, NOUGHT), (sure, ends.hi), (unsure, above)])
        return Span(lo, hi, ints.compared(no_lo, "=", ints.ZERO), ints.compared(no_hi, "=", ints.ZERO))

    # --- averages and extremes ---

    def _average(self, one: Number, undefined: Flag) -> Number:
        sure, unsure = self._counted(self.sure), self._counted(self.unsure)
        nothing = fl.both(ints.compared(sure, "=", ints.ZERO), ints.compared(unsure, "=", ints.ZERO))
        total = self._sum(one, undefined)
        part = Ratio(ints.ONE, sure)
        doubtful = ints.compared(unsure, ">", ints.ZERO)
        gone = self.outer.layers.flag(fl.either(undefined, nothing))
        known = fl.both(fl.negation(gone), fl.negation(doubtful), total.known)

        def span() -> Span | None:
            if total.span is None and not total.open.never:
                return None
            mean = total.span
            spread = self._hull(one)
            if mean is None:
                return spread
            divided = Span(rt.multiply(mean.lo, part), rt.multiply(mean.hi, part), mean.has_lo, mean.has_hi)
            return divided if spread is None else either_span([(doubtful, spread), (fl.TRUE, divided)])

        return self.outer.settled(self.outer.number(known, rt.multiply(total.value, part), gone, span))

    def _hull(self, one: Number) -> Span | None:
        """From the lowest to the highest any row that counts or may count can give."""
        ends = self.items.formulas.algebra.ends(one)
        if ends is None:
            return None
        counted = fl.either(self.sure, self.unsure)
        no_lo = self._counted(self.items.layers.flag(fl.both(counted, fl.negation(ends.has_lo))))
        no_hi = self._counted(self.items.layers.flag(fl.both(counted, fl.negation(ends.has_hi))))
        lo, hi = self._extreme(counted, ends.lo, exp.Min), self._extreme(counted, ends.hi, exp.Max)
        return Span(lo, hi, ints.compared(no_lo, "=", ints.ZERO), ints.compared(no_hi, "=", ints.ZERO))

    def _extreme(self, where: Flag, value: Ratio, kind: type[exp.Min] | type[exp.Max]) -> Ratio:
        if not self.most:
            return NOUGHT
        if value.den.constant is None:
            raise TooWide
        num = self.items.layers.integer(ints.cases([(where, value.num)], None))
        node = self.items.aggregate(kind(this=num.sql()))
        return Ratio(self._int(node, value.num.low, value.num.high, wide=num.wide, default=None), value.den)

    def _greatest(self, one: Number, undefined: Flag) -> Number:
        """As engine.compute: the top of those that count for sure, and above it what those that may count can add."""
        layers, outer = self.items.layers, self.outer
        sure, unsure = self._counted(self.sure), self._counted(self.unsure)
        none_sure = outer.layers.flag(ints.compared(sure, "=", ints.ZERO))
        nothing = fl.both(none_sure, ints.compared(unsure, "=", ints.ZERO))
        gone = outer.layers.flag(fl.either(undefined, nothing))
        inexact = self._counted(layers.flag(fl.both(self.sure, one.open)))
        plain = fl.both(ints.compared(unsure, "=", ints.ZERO), ints.compared(inexact, "=", ints.ZERO))
        value = self._extreme(layers.flag(fl.both(self.sure, one.known)), one.value, exp.Max)

        def span() -> Span | None:
            ends = self.items.formulas.algebra.ends(one)
            if ends is None:
                return None
            every = _TopEnds(self, ends, layers.flag(fl.either(self.sure, self.unsure)))
            surest = _TopEnds(self, ends, layers.flag(self.sure))
            without_sure = self._hull(one)
            assert without_sure is not None
            # With a sure row: at least the highest low of those, at most the highest high of all.
            with_sure = Span(surest.lo, every.hi, surest.has_lo, every.has_hi)
            return either_span([(none_sure, without_sure), (fl.TRUE, with_sure)])

        return outer.settled(outer.number(fl.both(plain, fl.negation(gone)), value, gone, span))


class _TopEnds:
    """The highest low and the highest high among rows, and whether there is one."""

    def __init__(self, rows: Rows, ends: Span, where: Flag) -> None:
        layers = rows.items.layers
        self.lo = rows._extreme(layers.flag(fl.both(where, ends.has_lo)), ends.lo, exp.Max)
        self.hi = rows._extreme(layers.flag(fl.both(where, ends.has_hi)), ends.hi, exp.Max)
        some_lo = rows._counted(layers.flag(fl.both(where, ends.has_lo)))
        no_hi = rows._counted(layers.flag(fl.both(where, fl.negation(ends.has_hi))))
        self.has_lo = ints.compared(some_lo, ">", ints.ZERO)
        self.has_hi = ints.compared(no_hi, "=", ints.ZERO)
