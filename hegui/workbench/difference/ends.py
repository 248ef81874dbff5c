"""What a unit comes to under two rulebooks, as one query over the results of both: nothing of either is written in between.

What is said of a unit's scores is a text of integers, numerators and denominators by turns (`-` where there is none): units
that come to the same have the same text, however many rulebooks they were run through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from engine.adding import Limit
from engine.columns.dialects import text_of
from engine.columns.flags import Node
from engine.columns.queries import ColumnPlan
from engine.impact import Comparison, asks
from engine.model import Indicator, Rulebook, Section
from facts.columns.store import literal

NONE = "-"
BOUNDS = ("lower_num", "lower_den", "upper_num", "upper_den")
# What an edited indicator gives by itself; not there where it does not, or may not, apply.
_OWN = ("lo_num", "lo_den", "hi_num", "hi_den")
Sql = Mapping[str, str]


def ends_sql(compared: Comparison, before: tuple[ColumnPlan, Rulebook], after: tuple[ColumnPlan, Rulebook]) -> str:
    """Both outcomes of each unit of `results_b` and `results_a`, without those that columns leave to the engine.

    Whether anything moved, and whether the edits leave alone what is open.
    """
    sides = (_scores(before[0], "b"), _scores(after[0], "a"))
    both = _Ends(compared, sides, (before[1], after[1]))
    numbers = numbers_sql([*(side[name] for side in sides for name in BOUNDS), *both.own()])
    return (
        f"SELECT b.row, b.unit, b.name, {sides[0]['grades']} AS before_grades, {sides[1]['grades']} AS after_grades, "
        f"{' OR '.join(both.moved()) or 'false'} AS moved, {' AND '.join(both.settled()) or 'true'} AS settled, "
        f"{' AND '.join(both.adds())} AS adds, "
        f"{numbers} AS numbers FROM results_b b JOIN results_a a USING (row) WHERE NOT b.beyond AND NOT a.beyond"
    )


def numbers_sql(numbers: Sequence[str]) -> str:
    """Integers as one text."""
    return f"concat_ws(' ', {', '.join(f'coalesce(CAST({one} AS VARCHAR), {literal(NONE)})' for one in numbers)})"


def _scores(plan: ColumnPlan, alias: str) -> Sql:
    """The scores of a plan by name, read from its results under an alias."""
    return {name: text_of(_read_from(node, alias), "duckdb") for name, node in plan.scores}


def _read_from(node: Node, alias: str) -> Node:
    """An expression over the columns of one relation; the one given is shared, and left as it is."""
    made = node.copy()
    for one in made.find_all(exp.Column):
        one.set("table", exp.to_identifier(alias))
    return made


class _Ends:
    """Two sides and what is asked of both."""

    def __init__(self, compared: Comparison, sides: tuple[Sql, Sql], books: tuple[Rulebook, Rulebook]) -> None:
        self._compared, (self._b, self._a), self._books = compared, sides, books

    def own(self) -> Iterator[str]:
        """The numbers of each edited indicator: what it gives before, what after."""
        before, after = (_places(book.indicators) for book in self._books)
        for one in self._compared.edited:
            for side, place in ((self._b, before[one.edit.old_id or one.edit.id]), (self._a, after[one.edit.id])):
                score = f"final_{place}"
                yield from (f"CASE WHEN {side[f'{score}_na']} = 0 THEN {side[f'{score}_{name}']} END" for name in _OWN)

    def moved(self) -> Iterator[str]:
        """What differs if the unit moved."""
        old, new = self._books
        yield from (self._differs("lower", "lower"), self._differs("upper", "upper"), self._unlike("grades", "grades"))
        for name, one, other in (
            ("final", _places(old.indicators), _places(new.indicators)),
            ("total", _places(old.sections), _places(new.sections)),
        ):
            if one.keys() != other.keys():
                # There are other things to look at: everything moved.
                yield "true"
            for key in sorted(one.keys() & other.keys()):
                mine, its = f"{name}_{one[key]}", f"{name}_{other[key]}"
                yield self._unlike(f"{mine}_na", f"{its}_na")
                yield from (self._differs(f"{mine}_{end}", f"{its}_{end}") for end in ("lo", "hi"))

    def settled(self) -> Iterator[str]:
        """What holds if no edit is about what is open."""
        places = [_places(book.indicators) for book in self._books]
        for edit in self._compared.edits:
            asked = asks(edit)
            if asked is None:
                yield "false"
            for key, side, known in zip(asked or (), (self._b, self._a), places, strict=False):
                if key in known:
                    yield f"{side[f'final_{known[key]}_sure']} = 1"

    def adds(self) -> Iterator[str]:
        """What holds if the total gains what edited indicators gain."""
        add = self._compared.adding
        if add is None:
            yield "false"
            return
        yield "true"
        for needs, side, book in ((add.before, self._b, self._books[0]), (add.after, self._a, self._books[1])):
            places = _places(book.sections)
            for either in needs:
                ways = (" AND ".join(_within(limit, side, places) for limit in one) or "true" for one in either)
                yield f"({' OR '.join(f'({way})' for way in ways) or 'false'})"

    def _unlike(self, mine: str, its: str) -> str:
        return f"{self._b[mine]} IS DISTINCT FROM {self._a[its]}"

    def _differs(self, mine: str, its: str) -> str:
        """Whether two fractions differ; in lowest terms where their denominators do."""
        num, den = self._unlike(f"{mine}_num", f"{its}_num"), f"{mine}_den"
        reduced = [
            f"CAST({side[f'{name}_{half}']} AS HUGEINT) // "
            f"gcd(CAST({side[f'{name}_num']} AS HUGEINT), CAST({side[f'{name}_den']} AS HUGEINT))"
            for side, name in ((self._b, mine), (self._a, its))
            for half in ("num", "den")
        ]
        return (
            f"CASE WHEN {self._b[den]} IS NOT DISTINCT FROM {self._a[f'{its}_den']} THEN {num} "
            f"ELSE {reduced[0]} IS DISTINCT FROM {reduced[2]} OR {reduced[1]} IS DISTINCT FROM {reduced[3]} END"
        )


def _within(limit: Limit, side: Sql, places: Mapping[str, int]) -> str:
    """Whether an end of a range lies within a limit; denominators are greater than 0."""
    name = f"total_{places[limit.section]}_{limit.end}" if limit.section else {"lo": "lower", "hi": "upper"}[limit.end]
    num, den = limit.value.as_integer_ratio()
    sign = (">" if limit.end == "lo" else "<") + ("=" if limit.touching else "")
    left, right = (f"CAST({side[f'{name}_{half}']} AS HUGEINT) * {by}" for half, by in (("num", den), ("den", num)))
    return f"{left} {sign} {right}"


def _places(listed: Sequence[Indicator | Section]) -> dict[str, int]:
    """Where each of the indicators or sections stands."""
    return {one.id: place for place, one in enumerate(listed)}
