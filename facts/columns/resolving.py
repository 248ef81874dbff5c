"""Reads the texts the database left: each text of a column once, by the reader of all tables; what it says goes back as a row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from facts.columns.loading import Loaded
from facts.columns.model import (
    ABSENT,
    BOUNDED,
    CONFLICT,
    KNOWN,
    MAX_ODD,
    MAX_PLACES,
    MAX_WHOLE,
    NOT_APPLICABLE,
    Wanted,
)
from facts.columns.store import Store, literal
from facts.documents.model import Progress
from facts.gathering.folding import writable
from facts.gathering.readings import Found
from facts.model import Fact
from facts.problem import Problem, Text, printable
from facts.provenance import Position
from facts.values import Interval, exact_places, odd_part

# A value outside its concept's range is left out, as everywhere; any other unreadable cell makes its row one that cannot be used.
VALUE_ONLY = frozenset(("out-of-range",))
_STATUS = {"known": KNOWN, "absent": ABSENT, "not_applicable": NOT_APPLICABLE, "conflict": CONFLICT}
_CSV = """delim = ',', quote = '"', escape = '"', header = false, auto_detect = false, nullstr = ''"""
_FIELDS = (
    "id BIGINT", "status TINYINT", "words VARCHAR", "num HUGEINT", "den HUGEINT", "lo_num HUGEINT", "lo_den HUGEINT",
    "hi_num HUGEINT", "hi_den HUGEINT", "lo_open BOOLEAN", "hi_open BOOLEAN", "code VARCHAR", "zh VARCHAR", "en VARCHAR",
)  # fmt: skip


def resolve(store: Store, loaded: Loaded, progress: Progress, items: bool = False) -> None:
    """The tables texts_<name> (id, key, t, n of its first row) and readings_<name> of a loaded table."""
    name = loaded.name
    store.run(f"CREATE TABLE texts_{name} (id BIGINT, key VARCHAR, t VARCHAR, n BIGINT)")
    first = 0
    for column in loaded.left:
        store.run(
            f"INSERT INTO texts_{name} SELECT {first} + row_number() OVER (ORDER BY t), {literal(column.key)}, t, n "
            f"FROM (SELECT t{column.key} AS t, min(n) AS n FROM {name} WHERE t{column.key} IS NOT NULL GROUP BY t{column.key})"
        )
        (first,) = store.one(f"SELECT count(*) FROM texts_{name}")
    path = store.work / f"readings_{name}.csv"
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        csv.writer(stream, lineterminator="\n").writerows(_lines(store, loaded, progress, first, items))
    columns = ", ".join(f"'{field.split()[0]}': '{field.split()[1]}'" for field in _FIELDS)
    store.run(
        f"CREATE TABLE readings_{name} AS SELECT t.key, t.t, r.* EXCLUDE (id) FROM read_csv({literal(str(path.resolve()))}, "
        f"columns = {{{columns}}}, {_CSV}) r "
        f"JOIN texts_{name} t USING (id) ORDER BY id"
    )
    path.unlink()


def _lines(store: Store, loaded: Loaded, progress: Progress, total: int, items: bool) -> Iterator[tuple[str, ...]]:
    columns = {column.key: column for column in loaded.columns}
    for done, (number, key, text, row) in enumerate(
        store.each(f"SELECT id, key, t, n FROM texts_{loaded.name} ORDER BY id")
    ):
        column = columns[key]
        cell = loaded.relation.decode(text, row, column.index)
        found = loaded.readers[key].read(cell)
        yield (str(number), *_said(found, column, cell.text, items))
        progress(done, total, "cells")


def _said(found: Found, column: Wanted, text: str, items: bool) -> tuple[str, ...]:
    fact, problems = found
    if fact is not None:
        odd = _objection(fact, column, text, items)
        fact, problems = (fact, ()) if odd is None else (None, (odd,))
    if fact is None:
        told = problems[0] if problems else None
        reason = (told.code, *_reason(told)) if told else ("", "", "")
        return (str(ABSENT), *[""] * 9, *reason)
    value, status = fact.value, _STATUS[fact.status]
    words, number, low, high, opened = "", ("", ""), ("", ""), ("", ""), ("", "")
    if isinstance(value, Interval):
        status = BOUNDED
        low, high = _pair(value.lo), _pair(value.hi)
        opened = (str(value.lo_open).lower(), str(value.hi_open).lower())
    elif isinstance(value, date):
        number = _pair(Fraction(value.toordinal()))
    elif isinstance(value, Fraction):
        number = _pair(value)
    elif isinstance(value, str):
        words = value
    return (str(status), words, *number, *low, *high, *opened, "", "", "")


def _reason(told: Problem) -> tuple[str, str]:
    """What is wrong; of a text that is no number also how to write one, which nobody can guess."""
    hint = told.hint if told.code == "not-a-number" else Text("", "")
    return _line(";".join(filter(None, (told.message.zh, hint.zh)))), _line(
        "; ".join(filter(None, (told.message.en, hint.en)))
    )


def _line(text: str) -> str:
    return printable(" ".join(writable(text).split()))


def _pair(value: Fraction | None) -> tuple[str, str]:
    return ("", "") if value is None else (str(value.numerator), str(value.denominator))


def _objection(fact: Fact, column: Wanted, text: str, items: bool) -> Problem | None:
    """Why a fact that can be read has no place in a column."""
    label, value = column.concept.label, fact.value
    if items and isinstance(value, Interval):
        message = Text(
            f"“{label}”:“{text[:40]}”是界限,清单里只能写数,没有采用",
            f"“{label}”: “{text[:40]}” is a bound; a table holds values only; it was not taken",
        )
        return Problem("bound-in-table", Position(""), message)
    numbers = [value.lo, value.hi] if isinstance(value, Interval) else [value if isinstance(value, Fraction) else None]
    if all(number is None or _fits(number) for number in numbers):
        return None
    message = Text(
        f"“{label}”:“{text[:40]}”位数过多(基本单位下整数最多 17 位,小数最多 {MAX_PLACES} 位)",
        f"“{label}”: “{text[:40]}” has too many digits (17 before the point, {MAX_PLACES} after it, in base units)",
    )
    return Problem("too-many-digits", Position(""), message)


def _fits(value: Fraction) -> bool:
    odd = odd_part(value.denominator)
    places = exact_places(value * odd)
    return abs(value) < MAX_WHOLE and odd <= MAX_ODD and places is not None and places <= MAX_PLACES
