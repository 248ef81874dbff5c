"""Drafts that were never settled: they are scored by, and published, as if they had been."""

from __future__ import annotations

from collections.abc import Iterator

from engine.drafts import comment_marks, draft_marks
from engine.lint.book import Book, Found, finding
from facts.problem import Text

_HINT = Text(
    "对照原文核对、写定后,删去“草案”或 TODO 的字样",
    "compare it with the document, settle it, and remove the mark",
)


def find_drafts(book: Book) -> Iterator[Found]:
    """Rules and definitions that call themselves drafts, and TODO comments left in the files."""
    for mark in (*draft_marks(book.rulebook), *comment_marks(book.rulebook, book.comments)):
        yield finding("draft-mark", mark.target, mark.at, mark.what, _HINT)
