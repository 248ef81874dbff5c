"""Tables of items made into numbers for each unit: counted, added up, compared, in one grouped query for each table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlglot import exp

from engine import ranges
from engine.columns import flags as fl
from engine.columns import numbers as nb
from engine.columns.flags import Flag, column
from engine.columns.formulas import Formulas, Inexpressible, Source
from engine.columns.layers import Layers
from engine.columns.numbers import Algebra, Number
from engine.columns.profile import TableProfile
from engine.columns.rows import Items, Rows, one_for, summed
from engine.columns.spans import either_span, span_of
from engine.compute import UNDEFINED, Compiler, Env, Quantity, of_any_rows
from engine.expr import Aggregate, Expr, Name, Rank, Rollup, Subject
from engine.walk import nodes
from facts.values import ONE, Interval
from facts.vocabulary import Vocabulary

NO_ROWS = (
    "{name}:每行的除数各不相同,合计没有共同的分母",
    "{name}: each row divides by a number of its own, and the sum has no common denominator",
)


@dataclass(slots=True)
class TableColumns:
    """Aggregates over every table, as quantities of the units."""

    vocabulary: Vocabulary
    profiles: Callable[[str], TableProfile | None]
    place: Callable[[str], int]
    outer: Algebra
    items: dict[str, Items] = field(default_factory=dict)

    # --- contract of formulas.Tables ---

    def aggregate(self, tree: Aggregate, scope: Formulas) -> Number:
        """A number made of the rows."""
        profile = self.profiles(tree.table)
        if profile is None:
            return nb.fixed(self._of_any_rows(tree, scope))
        items = self._items(tree.table, profile, scope)
        inside = items.careful if scope.cautious else items.formulas
        where = fl.TRUE if tree.where is None else items.careful.truth(tree.where)
        known = self._known(tree.table, profile)
        if not profile.most_rows:
            counted = Rows(items, fl.FALSE, known, self.outer, 0)
        else:
            counted = Rows(items, where, known, self.outer, profile.most_rows)
        counted.cautious = scope.cautious
        found = self._made(tree, counted, inside)
        # What the rows leave to the engine, the unit leaves to it.
        for flag in items.left:
            self._leave_rows(items, flag)
        items.left.clear()
        if known.always:
            return found
        return self._where_stated(found, known, self._of_any_rows(tree, scope))

    def rank(self, tree: Rank, scope: Formulas) -> Number:
        """1 + the number of rows that are greater (or smaller)."""
        anything = Interval(ONE, None)
        profile = self.profiles(tree.table)
        if profile is None:
            return nb.fixed(anything)
        items = self._items(tree.table, profile, scope)
        own = _beside(items, tree, scope).number(tree.value)
        cell = items.formulas.number(Name(tree.column))
        truth = items.layers.flag(items.formulas.algebra.compare(cell, ">" if tree.descending else "<", own))
        known = self._known(tree.table, profile)
        rows = Rows(items, truth, known, self.outer, profile.most_rows)
        outer_own = scope.number(tree.value)
        for flag in items.left:
            self._leave_rows(items, flag)
        items.left.clear()
        counted = self.outer.add(rows.count(), nb.constant(ONE))
        stated = fl.both(known, fl.negation(outer_own.undefined))
        found = self._where_stated(counted, self.outer.layers.flag(stated), anything)
        if not scope.cautious or outer_own.undefined.never:
            return found
        known_place = fl.both(found.known, fl.negation(outer_own.undefined))
        return Number(known_place, found.value, self.outer.layers.flag(outer_own.undefined), found.span)

    # --- parts ---

    def _possible(self, tree: Aggregate, scope: Formulas) -> Quantity:
        """What a row gives while nothing is known of it."""
        if tree.value is None and not tree.column:
            return ONE
        concept = self.vocabulary.concepts[tree.table]
        value: Expr = tree.value if tree.value is not None else Name(tree.column)
        names = {one.name for one in nodes(value) if isinstance(one, Name)}
        moving = [name for name in names if concept.column(name) is None and not _is_constant(name, scope)]
        if moving:
            raise Inexpressible(
                f"“{concept.label}”逐行的公式用到单位自己的数据({'、'.join(sorted(moving))}),没有报送该表的单位无从求界",
                f"a formula for each row of {concept.label} reads facts of the unit ({', '.join(sorted(moving))}): "
                "there are no bounds for units without the table",
            )
        constants: dict[tuple[str, str], Quantity] = {p.key: p.values[0][1] for p in scope.parameters.values()}
        compiler = Compiler(self.vocabulary, scope.parameters).inside(tree.table)
        return compiler.quantity(value)(Env({}, constants), None)

    def _of_any_rows(self, tree: Aggregate, scope: Formulas) -> ranges.Number | None:
        """What an aggregate can be while the table itself is missing; None: it may be divided by zero."""
        one = self._possible(tree, scope)
        if scope.cautious and (tree.function not in ("count", "sum") or one is UNDEFINED):
            return None
        found = of_any_rows(tree.function, one)
        return None if found is UNDEFINED else found

    def _made(self, tree: Aggregate, rows: Rows, inside: Formulas) -> Number:
        match tree.function:
            case "count":
                return rows.count()
            case "share":
                return rows.share()
            case _:
                value: Expr = tree.value if tree.value is not None else Name(tree.column)
                one = inside.number(value)
                if one.value.den.constant is None:
                    label = rows.items.concept.label
                    raise Inexpressible(*(text.format(name=label) for text in NO_ROWS))
                return rows.of(tree.function, one)

    def _known(self, table: str, profile: TableProfile) -> Flag:
        if profile.complete:
            return fl.TRUE
        return Flag(exp.EQ(this=column(f"s{self.place(table)}"), expression=exp.Literal.number(1)))

    def _where_stated(self, found: Number, known: Flag, otherwise: ranges.Number | None) -> Number:
        """The number where the table is stated, else what any rows could give."""
        if known.always:
            return found
        if otherwise is None:
            undefined = self.outer.layers.flag(fl.either(fl.negation(known), found.undefined))
            return Number(fl.both(known, found.known), found.value, undefined, found.span)
        interval = ranges.as_interval(otherwise)
        span = found.span
        named = span_of(interval)
        if span is not None:
            named = either_span([(known, span), (fl.TRUE, named)])
        plain = found.span is None and found.known.always
        return (
            self.outer.number(fl.both(known, found.known), found.value, fl.both(known, found.undefined), lambda: named)
            if not plain
            else nb.partly(known, found.value, interval)
        )

    def _items(self, table: str, profile: TableProfile, scope: Formulas) -> Items:
        if table not in self.items:
            number = self.place(table)
            concept = self.vocabulary.concepts[table]
            layers = Layers(f"t{number}_")
            left: list[Flag] = []
            sources = {}
            for place, one in enumerate(concept.columns):
                sources[one.name] = Source(f"c{place}", profile.columns.get(one.name), one.range, one.whole)
            formulas = Formulas(Algebra(layers, left.append), scope.facts, scope.statuses, scope.parameters, self)
            formulas.columns = sources
            self.items[table] = Items(number, concept, profile, layers, formulas, formulas.careful(), left)
        found = self.items[table]
        if found.formulas.parameters != scope.parameters:
            # Parameters of another section: the same names may mean other values.
            found.formulas = replace(found.formulas, parameters=scope.parameters, _numbers={}, _truths={})
            found.careful = found.formulas.careful()
        return found

    def _leave_rows(self, items: Items, flag: Flag) -> None:
        if flag.never:
            return
        counted = items.aggregate(summed(one_for(flag)))
        self.outer.leave(
            Flag(
                exp.GT(
                    this=exp.Coalesce(this=counted, expressions=[exp.Literal.number(0)]),
                    expression=exp.Literal.number(0),
                )
            )
        )


def _beside(items: Items, tree: Rank, scope: Formulas) -> Formulas:
    """Formulas of the unit, worked out beside its rows."""
    if any(isinstance(one, Aggregate | Rank | Subject | Rollup) for one in nodes(tree.value)):
        raise Inexpressible(
            "名次只能比较报送的数据,不能比较由其他数据算出的合计",
            "only a reported figure can be ranked, not what is made of a table",
        )
    return Formulas(
        items.formulas.algebra, scope.facts, scope.statuses, scope.parameters, scope.tables, cautious=scope.cautious
    )


def _is_constant(name: str, scope: Formulas) -> bool:
    return name in scope.parameters and not scope.parameters[name].by
