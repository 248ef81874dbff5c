"""A spreadsheet's formulas, worked out: the few functions our workbooks use, in binary numbers as spreadsheets have them."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Any

_TOKEN = re.compile(
    r"(?P<ref>(?:'[^']+'!)?\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)|(?P<name>[A-Z]+)\(|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<text>\"[^\"]*\")|(?P<sign><=|>=|<>|[-+*/^()<>=,])"
)
_MODES = {"ROUND": ROUND_HALF_UP, "ROUNDUP": ROUND_UP, "ROUNDDOWN": ROUND_DOWN}


def worked_out(book: Any, sheet: str, cell: str) -> Any:
    """The value of a cell, following formulas."""
    value = book[sheet][cell].value
    if isinstance(value, str) and value.startswith("=") and book[sheet][cell].data_type == "f":
        return _Reader(book, sheet, value[1:]).compare()
    return float(value) if isinstance(value, int | float | Decimal) else value


class _Reader:
    def __init__(self, book: Any, sheet: str, text: str) -> None:
        self.book, self.sheet = book, sheet
        self.tokens = [(m.lastgroup or "", m[0]) for m in _TOKEN.finditer(text)]
        assert "".join(token for _, token in self.tokens) == text, f"not read in full: {text}"
        self.place = 0

    def peek(self) -> str:
        return self.tokens[self.place][1] if self.place < len(self.tokens) else ""

    def take(self) -> tuple[str, str]:
        self.place += 1
        return self.tokens[self.place - 1]

    def compare(self) -> Any:
        left = self.added()
        while self.peek() in ("<", ">", "=", "<=", ">="):
            sign, right = self.take()[1], self.added()
            left = {"<": left < right, ">": left > right, "=": left == right, "<=": left <= right, ">=": left >= right}[
                sign
            ]
        return left

    def added(self) -> Any:
        left = self.multiplied()
        while self.peek() in ("+", "-"):
            left = left + self.multiplied() if self.take()[1] == "+" else left - self.multiplied()
        return left

    def multiplied(self) -> Any:
        left = self.powered()
        while self.peek() in ("*", "/"):
            left = left * self.powered() if self.take()[1] == "*" else left / self.powered()
        return left

    def powered(self) -> Any:
        left = self.single()
        while self.peek() == "^":
            self.take()
            left = left ** self.single()
        return left

    def single(self) -> Any:
        kind, piece = self.take()
        if piece == "-":
            return -self.single()
        if piece == "(":
            value = self.compare()
            self.take()
            return value
        if kind == "number":
            return float(piece)
        if kind == "text":
            return piece[1:-1]
        if kind == "ref":
            return self.reference(piece)
        return self.call(piece[:-1])

    def reference(self, token: str) -> Any:
        name, _, cells = token.rpartition("!")
        sheet = name.strip("'") or self.sheet
        cells = cells.replace("$", "")
        if ":" not in cells:
            return worked_out(self.book, sheet, cells)
        return [worked_out(self.book, sheet, cell.coordinate) for row in self.book[sheet][cells] for cell in row]

    def call(self, name: str) -> Any:
        found = []
        while self.peek() != ")":
            found.append(self.compare())
            if self.peek() == ",":
                self.take()
        self.take()
        return _called(name, found)


def _called(name: str, found: list[Any]) -> Any:
    flat = [v for one in found for v in (one if isinstance(one, list) else [one])]
    if name in _MODES:
        # Spreadsheets round the decimal numeral of a binary number, not its exact value.
        exact = Decimal(repr(round(found[0], 13)))
        return float(exact.quantize(Decimal(1).scaleb(-int(found[1])), rounding=_MODES[name]))
    values: dict[str, Callable[[], Any]] = {
        "SUM": lambda: sum(v for v in flat if not isinstance(v, str)),
        "MAX": lambda: max(flat),
        "MIN": lambda: min(flat),
        "ABS": lambda: abs(found[0]),
        "INT": lambda: float(found[0] // 1),
        "MOD": lambda: found[0] % found[1],
        "SIGN": lambda: (found[0] > 0) - (found[0] < 0),
        "AND": lambda: all(flat),
        "IF": lambda: found[1] if found[0] else found[2],
    }
    return values[name]()
