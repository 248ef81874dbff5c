"""A Plan as columns -> SQL of one engine: everything at once, or some indicators at a time.

A query over thousands of columns takes an engine longer to read than to run. A large rulebook is therefore worked out in groups of
indicators, each in a table of its own, and its scores are put together of those tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlglot import exp

from engine.columns.dialects import Dialect, text_of
from engine.columns.flags import Flag, Node, column
from engine.columns.formulas import Source
from engine.columns.layers import Layers, columns_of
from engine.columns.output import Named, Numerals
from engine.columns.profile import Profile
from engine.columns.rows import Items
from engine.columns.tables import TableColumns
from engine.plan import Plan

# So many indicators are worked out together; more of them in groups of this size, which is what costs least.
TOGETHER, GROUP = 150, 40
# Whose row it is, in every relation.
OWN = ("row", "unit", "name")


@dataclass(frozen=True, slots=True)
class Queries:
    """Everything at once: `results` over the population, `scores` and `reasons` over what it gives as `results`."""

    results: str
    scores: str
    reasons: str


@dataclass(frozen=True, slots=True)
class Group:
    """Some indicators: `results` over the columns `units` of the population gives `columns`; as `table` the `reasons` read them."""

    table: str
    units: tuple[str, ...]
    columns: tuple[str, ...]
    results: str
    reasons: str


@dataclass(frozen=True, slots=True)
class Grouped:
    """Everything in groups. The `scores` are put together of the groups' tables, which hold the same units in the same order."""

    groups: tuple[Group, ...]
    scores: str

    @property
    def reasons(self) -> str:
        """The reasons of all indicators, in their order."""
        return " UNION ALL ".join(group.reasons for group in self.groups)


@dataclass(slots=True)
class ColumnPlan:
    """A Plan as columns over the relations `units` and `items_<n>`; see `engine.columns.build.column_plan`."""

    plan: Plan
    profile: Profile
    layers: Layers
    tables: TableColumns
    numerals: Numerals
    beyond: Flag
    scores: list[Named]
    reasons: list[list[Named]]
    sources: Mapping[str, Source]
    statuses: Mapping[str, str]

    def queries(self, dialect: Dialect) -> Queries:
        """The SQL of one engine, everything at once."""
        kept = self._kept([self.scores, *self.reasons])
        results = self._results(kept, fenced=dialect == "postgres")
        reasons = text_of(_union(self._legs(self.reasons, "results")), dialect) if self.reasons else ""
        return Queries(text_of(results, dialect), text_of(self._scores(exp.to_table("results")), dialect), reasons)

    def grouped(self, dialect: Dialect, together: int = 0, size: int = 0) -> Grouped:
        """The SQL of one engine, more than `together` indicators in groups of at most `size` (0: as many as suit), about equal."""
        count = -(-len(self.reasons) // (size or GROUP))
        if count < 2 or len(self.reasons) <= (together or TOGETHER):
            whole = self.queries(dialect)
            kept = self._kept([self.scores, *self.reasons])
            group = Group("results", self._units_of(kept), tuple(kept), whole.results, whole.reasons)
            return Grouped((group,), whole.scores)
        ends = [len(self.reasons) * n // count for n in range(count + 1)]
        parts = [self.reasons[low:high] for low, high in pairwise(ends)]
        held, places = self._shared_out(parts)
        groups = tuple(self._group(n, part, held[n], dialect) for n, part in enumerate(parts))
        return Grouped(groups, text_of(self._scores(self._gathered(places, count)), dialect))

    # --- groups ---

    def _shared_out(self, parts: Sequence[list[list[Named]]]) -> tuple[list[list[str]], dict[str, int]]:
        """The columns each group keeps, and for each that the scores are made of the group it is taken from."""
        kept = [self._kept(part) for part in parts]
        reached = [self.layers.reached(names) for names in kept]
        places, passed = dict.fromkeys(OWN, 0), set[str]()
        waiting = self._kept([self.scores])
        while waiting:
            name = waiting.pop()
            if name in places or name in passed:
                continue
            # What no group works out is made of what they do; what stands in the population passes through the first.
            place = next((n for n, names in enumerate(reached) if name in names), None)
            if place is None and (rests := self.layers.reads(name)):
                waiting += rests
                passed.add(name)
            else:
                places[name] = place or 0
        for n, names in enumerate(kept):
            names += sorted(name for name, place in places.items() if place == n and name not in names)
        return kept, places

    def _group(self, number: int, part: list[list[Named]], kept: list[str], dialect: Dialect) -> Group:
        table = f"results_{number}"
        results = self._results(kept, fenced=dialect == "postgres")
        reasons = _union(self._legs(part, table))
        return Group(table, self._units_of(kept), tuple(kept), text_of(results, dialect), text_of(reasons, dialect))

    def _gathered(self, places: Mapping[str, int], count: int) -> exp.Subquery:
        """What the scores read, out of the tables of all groups."""
        picked: list[Node] = [exp.column(name, table=f"results_{place}") for name, place in places.items()]
        picked.append(exp.column("beyond", table="results_0"))
        query = exp.Select(expressions=picked, from_=exp.From(this=exp.to_table("results_0")))
        for n in range(1, count):
            query.append("joins", exp.Join(this=exp.to_table(f"results_{n}"), method="POSITIONAL"))
        kept = [column(name) for name in (*self._kept([self.scores]), "beyond")]
        found = self.layers.over(query, kept, given={*places, "beyond"})
        return exp.Subquery(this=found, alias=exp.TableAlias(this=exp.to_identifier("results")))

    # --- results ---

    def _kept(self, outputs: Iterable[list[Named]]) -> list[str]:
        """The columns that outputs read of the results."""
        read = {name for one in outputs for _, node in one for name in columns_of(node)}
        return [*OWN, *sorted(read.difference(OWN))]

    def _beneath(self, kept: Iterable[str]) -> set[str]:
        """Every column these and the mark of units left to the engine rest on."""
        return self.layers.reached([*kept, *columns_of(self.beyond.sql())])

    def _units_of(self, kept: Iterable[str]) -> tuple[str, ...]:
        """The columns of the population these rest on."""
        beneath = self._beneath(kept)
        for one in self._items_of(beneath):
            beneath |= one.outer(beneath)
        return (*OWN, *sorted(beneath & self._unit_columns()))

    def _results(self, kept: Sequence[str], *, fenced: bool) -> exp.Select:
        picked: list[Node] = [column(name) for name in kept]
        picked.append(exp.alias_(self.beyond.sql(), "beyond", copy=False))
        return self.layers.over(self._base(self._beneath(kept), fenced=fenced), picked, fenced=fenced)

    def _base(self, beneath: set[str], *, fenced: bool) -> exp.Select:
        read = sorted(beneath & self._unit_columns() | set(OWN))
        selected: list[Node] = [exp.column(name, table="u") for name in read]
        query = exp.Select(expressions=selected, from_=exp.From(this=exp.to_table("units", alias="u")))
        for one in self._items_of(beneath):
            alias = f"g{one.number}"
            selected += [exp.column(name, table=alias) for name in one.aggregates.values() if name in beneath]
            inner = exp.Subquery(
                this=one.query("units", f"items_{one.number}", beneath, fenced=fenced),
                alias=exp.TableAlias(this=exp.to_identifier(alias)),
            )
            on = exp.EQ(this=exp.column("row", table=alias), expression=exp.column("row", table="u"))
            query.append("joins", exp.Join(this=inner, side="LEFT", on=on))
        query.set("expressions", selected)
        return query

    def _items_of(self, beneath: set[str]) -> list[Items]:
        """The tables of items of which something is needed."""
        return [one for one in self.tables.items.values() if not beneath.isdisjoint(one.aggregates.values())]

    def _unit_columns(self) -> set[str]:
        numbers = [source.name[1:] for source in self.sources.values()]
        ends = {f"{end}{number}" for number in numbers for end in ("v", "l", "h", "lo", "ho")}
        return ends | set(self.statuses.values())

    # --- outputs ---

    def _scores(self, results: exp.Table | exp.Subquery) -> exp.Select:
        return _within([column(name) for name in OWN] + [_alias(one) for one in self.scores], results)

    def _legs(self, reasons: Iterable[list[Named]], table: str) -> list[exp.Select]:
        return [
            _within([column("row"), column("unit"), *(_alias(one) for one in reason)], exp.to_table(table))
            for reason in reasons
        ]


def _union(legs: Sequence[exp.Select]) -> exp.Select | exp.Union:
    found: exp.Select | exp.Union = legs[0]
    for leg in legs[1:]:
        found = exp.Union(this=found, expression=leg, distinct=False)
    return found


def _alias(named: Named) -> Node:
    return exp.alias_(named[1], named[0], quoted=True, copy=False)


def _within(selected: list[Node], results: exp.Table | exp.Subquery) -> exp.Select:
    query = exp.Select(expressions=selected, from_=exp.From(this=results))
    query.set("where", exp.Where(this=exp.Not(this=column("beyond"))))
    return query
