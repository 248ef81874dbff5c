"""Rows the engine decided, on their way into a table of the database: some at a time, so that a partition of them needs no memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import chain

from facts.columns.store import Store, quoted
from facts.problem import Problem, Text
from facts.provenance import Position
from facts.values import decimal_text
from hegui.batch.model import BackendError, Record

# So many values are handed over in one statement.
_VALUES = 4_000
# What a column of a numerator or a denominator holds.
_WIDEST = 10**38


class Rows:
    """A temporary table of the shape of a query, filled with records."""

    def __init__(self, store: Store, name: str, query: str) -> None:
        self.store, self.name = store, name
        self._columns = [(column, kind) for column, kind, *_ in store.all(f"DESCRIBE {query}")]
        self._at_once = max(1, _VALUES // len(self._columns))
        self._waiting: list[list[object]] = []
        kinds = ", ".join(f"{quoted(column)} {kind}" for column, kind in self._columns)
        store.run(f"CREATE OR REPLACE TEMP TABLE {name} ({kinds})")

    def add(self, records: Sequence[Record]) -> None:
        """Some more records."""
        self._waiting += [[written(record, column) for column, _ in self._columns] for record in records]
        while len(self._waiting) >= self._at_once:
            self._flush()

    def done(self) -> None:
        """Those that still wait."""
        while self._waiting:
            self._flush()

    def drop(self) -> None:
        """Take the table away."""
        self.store.run(f"DROP TABLE {self.name}")

    def _flush(self) -> None:
        some, self._waiting = self._waiting[: self._at_once], self._waiting[self._at_once :]
        one = ", ".join(f"CAST(? AS {kind})" for _, kind in self._columns)
        listed = ", ".join([f"({one})"] * len(some))
        self.store.run(f"INSERT INTO {self.name} VALUES {listed}", list(chain.from_iterable(some)))


def written(record: Mapping[str, object], name: str) -> object:
    """A field of the engine's row as the column of that name holds it: a decimal, or one half of a fraction."""
    if name in record:
        value = record[name]
        return decimal_text(value) if isinstance(value, Fraction) else value
    field, _, half = name.rpartition("_")
    value = record[field]
    if value is None:
        return None
    assert isinstance(value, Fraction)
    number = value.numerator if half == "num" else value.denominator
    if abs(number) >= _WIDEST:
        raise BackendError(_too_long(str(record.get("indicator", "")) or field, str(record["unit"])))
    return str(number)


def _too_long(what: str, unit: str) -> Problem:
    message = Text(
        f"单位“{unit[:40]}”的“{what}”是超过 38 位的分数,结果文件写不下",
        f"{what} of unit {unit[:40]!r} is a fraction of more than 38 digits, which the results cannot hold",
    )
    hint = Text("请在规则里写明 round_score 或 round_measure。", "State round_score or round_measure in the rules.")
    return Problem("too-many-digits", Position(what), message, hint)
