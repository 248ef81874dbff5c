"""A Problem says that an input is broken; it never says anything about the subject (that is a Finding)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from facts.provenance import Position

Severity = Literal["error", "warning", "note"]
# More digits are no row of a table, but part of a name.
_LONGEST_ROW = 12
Language = Literal["zh", "en"]


class Text(NamedTuple):
    """One sentence in the two languages everything a user meets is written in."""

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        """The sentence in one language; the Chinese where there is no English."""
        return self.zh if language == "zh" or not self.en else self.en


NO_TEXT = Text("", "")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an input: where, what was expected and found (`message`), the way out (`hint`).

    `code` is stable kebab-case, for scripts and for the page that explains it.
    """

    code: str
    at: Position
    message: Text
    hint: Text = NO_TEXT
    severity: Severity = "error"

    def show(self, language: Language = "zh") -> str:
        """`file:line:column: severity[code]: message` and, indented below, the way out."""
        line = printable(f"{self.at}: {self.severity}[{self.code}]: {self.message.in_(language)}")
        hint = printable(self.hint.in_(language))
        return f"{line}\n    {hint}" if hint else line


def printable(text: str) -> str:
    """Text of a file we do not trust, with nothing in it that a terminal would act on."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems sorted by place, each once."""
    return tuple(sorted(set(problems), key=lambda p: (_place(p.at), p.at, p.severity, p.code, p.message)))


def _place(at: Position) -> tuple[str, int]:
    """A file, and the row that stands in brackets after it: row 9 before row 82."""
    file, _, row = at.file.removesuffix("]").rpartition("[")
    return (file, int(row)) if row.isascii() and row.isdigit() and len(row) <= _LONGEST_ROW else (at.file, 0)


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of these makes the input unusable."""
    return any(p.severity == "error" for p in problems)


def did_you_mean(word: str, known: Iterable[str]) -> Text:
    """A suggestion for a misspelt word, or the words that may stand here when they are few."""
    candidates = sorted(set(known))
    close = difflib.get_close_matches(word, candidates, n=3, cutoff=0.6)
    if close:
        return Text("是否想写:" + "、".join(close) + "?", "Did you mean " + ", ".join(close) + "?")
    if 0 < len(candidates) <= 20:
        return Text("可用的有:" + "、".join(candidates), "Known here: " + ", ".join(candidates))
    return NO_TEXT
