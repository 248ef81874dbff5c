"""The tables of a run as views of a database with bounded memory, every number an exact decimal of one column.

Scores that are no decimals are two columns, <name>_num and <name>_den; for sums of a million of them they are rounded to
`ROUNDED` digits first, and the report says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from facts.columns.store import Store, literal, quoted

ROUNDED = 9
# Denominators beyond this are cut to fit; what that changes lies far beyond the digits that are kept.
_WIDE = 10**28
_CUT = 10**12
_HALVES = ("_num", "_den")
# Of a measure both halves stay: it is compared, never summed.
_KEPT = ("measure_num", "measure_den")


class Reading:
    """Views `scores`, `reasons`, `rejects` and, where there are any, `claims`. `exact`: no number had to be rounded.

    `only`: a condition on `scores` that holds for the units that are looked at; of the others nothing is seen but what was rejected.
    """

    def __init__(self, store: Store, files: Mapping[str, Sequence[Path]], only: str = "") -> None:
        self.store, self.exact = store, True
        self._only = only
        store.run(_MACRO)
        for table, paths in files.items():
            self._view(table, paths)
        self.tables = frozenset(files)

    def _view(self, table: str, paths: Sequence[Path]) -> None:
        listed = ", ".join(literal(str(path.resolve())) for path in paths)
        source = f"read_parquet([{listed}])"
        names = [str(name) for name, *_ in self.store.all(f"DESCRIBE SELECT * FROM {source}")]
        picked = []
        for name in names:
            stem, half = name[:-4], name[-4:]
            if name in _KEPT or half not in _HALVES or {stem + one for one in _HALVES} - set(names):
                picked.append(quoted(name))
            elif half == "_num":
                self.exact = False
                picked.append(f"rounded_ratio({quoted(name)}, {quoted(stem + '_den')}) AS {quoted(stem)}")
        query = f"SELECT {', '.join(picked)} FROM {source}"
        if self._only and table != "rejects":
            query += f" WHERE {self._only}" if table == "scores" else " WHERE row IN (SELECT row FROM scores)"
        self.store.run(f"CREATE VIEW {table} AS {query}")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """A small result, its decimals as fractions."""
        return [tuple(map(_value, row)) for row in self.store.all(query)]

    def one(self, query: str) -> tuple[Any, ...]:
        """The only row."""
        (row,) = self.rows(query)
        return row


def _value(value: object) -> object:
    return Fraction(value) if isinstance(value, Decimal) else value


def _halved(n: str, d: str) -> str:
    """n / d in units of 10^-ROUNDED, half away from zero, for n >= 0."""
    unit = 10**ROUNDED
    return f"({n} // {d}) * {unit} + (2 * ({n} % {d}) * {unit} + {d}) // (2 * {d})"


_MACRO = (
    "CREATE MACRO rounded_ratio(n, d) AS CAST(CASE WHEN n < 0 THEN -1 ELSE 1 END * CASE WHEN CAST(d AS HUGEINT) < "
    f"{_WIDE} THEN {_halved('abs(CAST(n AS HUGEINT))', 'CAST(d AS HUGEINT)')} ELSE "
    f"{_halved(f'(abs(CAST(n AS HUGEINT)) // {_CUT})', f'(CAST(d AS HUGEINT) // {_CUT})')} END AS DECIMAL(38, 0)) "
    f"* CAST('0.{'0' * (ROUNDED - 1)}1' AS DECIMAL({ROUNDED + 1}, {ROUNDED}))"
)
