"""A workbook's number as its cell shows it, and the exact value it stands for.

Workbooks keep binary floats: 0.09 may be stored as 0.0900000762939453. The value of a number is

1. the shortest decimal with at most 15 significant digits that Excel itself would show, if it has at most 12: such a
   number was typed or computed cleanly, and a format that shows fewer digits does not change it;
2. else what the cell's own format shows, where it shows fixed decimals: 0.0900000762939453 in 0.00 is 0.09;
3. else those 15 digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import lru_cache

from facts.values import Rounding, decimal_text

_EXCEL = Context(prec=15, rounding=ROUND_HALF_EVEN)
CLEAN_DIGITS = 12
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
_DATE_LETTERS = re.compile(r"[yYdD]|(?<![hHs:])[mM](?![:sS])|年|月|日")


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as shown, its exact value, and whether the format had to settle it."""

    text: str
    value: Fraction
    settled: bool = False


def show_number(stored: Decimal, code: str) -> Shown:
    """A stored number in a number format; formats that are not understood show the plain number.

    >>> show_number(Decimal("0.0900000762939453"), "0.00%")
    Shown(text='9.00%', value=Fraction(9, 100), settled=True)
    >>> show_number(Decimal("5657.15"), "#,##0").value
    Fraction(113143, 20)
    """
    plain = _EXCEL.plus(stored)
    exact = Fraction(plain)
    form = _format(code, plain < 0)
    digits = len(plain.normalize().as_tuple().digits)
    settled = False
    if digits > CLEAN_DIGITS and form is not None:
        rounded = Rounding(form.places + (2 if form.percent else 0))(exact)
        settled, exact = rounded != Fraction(stored), rounded
    elif plain != stored:
        settled = True
    return Shown(_text(exact, form), exact, settled)


@dataclass(frozen=True, slots=True)
class _Format:
    places: int
    percent: bool
    grouped: bool
    before: str
    after: str


@lru_cache(maxsize=1024)
def _format(code: str, negative: bool) -> _Format | None:
    """A fixed-decimals format; None for General, fractions, exponents and text."""
    if code == "General":
        return None
    sections = code.split(";")
    section = sections[1] if negative and len(sections) > 1 and sections[1] else sections[0]
    bare = _QUOTED.sub(lambda m: (m[1] or m[2] or "").replace("0", "\0").replace("#", "\0").replace("%", "\0"), section)
    match = re.search(r"[#0?,]*[0#?](?:\.([0#?]*))?", bare)
    if match is None or "general" in bare.lower() or re.search(r"[eE][+-]|/|@", bare):
        return None
    before, after = bare[: match.start()], bare[match.end() :]
    return _Format(len(match[1] or ""), "%" in bare, "," in match[0], before.strip(), after.replace("%", "").strip())


def _text(value: Fraction, form: _Format | None) -> str:
    if form is None:
        return decimal_text(value)
    number = decimal_text(abs(value) * (100 if form.percent else 1), form.places)
    if form.grouped:
        whole, dot, rest = number.partition(".")
        number = f"{int(whole):,}{dot}{rest}"
    sign = "-" if value < 0 and not form.before.startswith("(") and "-" not in form.before else ""
    return f"{sign}{_visible(form.before)}{number}{'%' if form.percent else ''}{_visible(form.after)}"


def _visible(text: str) -> str:
    return text.replace("\0", "")


def is_date_format(code: str) -> bool:
    """Whether a number format shows a day."""
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code.split(";")[0])
    return bool(_DATE_LETTERS.search(bare)) and not re.search(r"[0#]", bare.replace("yyyy", ""))


def serial_day(serial: Decimal, epoch_1904: bool = False) -> date | None:
    """The day of a serial number; None outside the calendar. The 29th of February 1900 is Excel's own."""
    days = int(serial.to_integral_value(rounding="ROUND_FLOOR"))
    start = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 31 if days < 60 else 30)
    try:
        return start + timedelta(days=days)
    except OverflowError:
        return None
