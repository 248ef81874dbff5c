"""A document's paragraphs as the patterns read them: cleaned, without white space, in one form of punctuation.

Every character still knows where it stood, so that a quote is always what the report itself says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from facts.cleaning.characters import clean
from facts.cleaning.model import Repair, Spam
from facts.cleaning.spam import find_spam
from facts.cleaning.traditional import simplified
from facts.documents.model import Cell, Document, Paragraph
from facts.provenance import Locator, Provenance, Source
from facts.report.wrapping import unwrapped

# One character for one, so that places stay.
_PLAIN = str.maketrans(
    "（），：；！？．［］【】﹝﹞〈〉＜＞％＋－～＝／",
    "(),:;!?.[][]〔〕<><>%+-~=/",
)
MAX_QUOTE = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: `text` is what patterns match, `origins` where each of its characters stands in `raw`."""

    number: int
    text: str
    raw: str
    origins: Sequence[int]
    locator: Locator
    source: str
    level: int = 0
    repairs: tuple[Repair, ...] = ()
    # The paragraphs it was made of, and where each begins in `raw`; none for a cell.
    parts: tuple[tuple[int, Paragraph], ...] = ()

    def place(self, start: int = 0, end: int | None = None) -> Provenance:
        """Where a stretch of the text stands, with the words of the report itself."""
        end = len(self.text) if end is None else end
        first = self.origins[start] if start < len(self.text) else len(self.raw)
        last = self.origins[end - 1] + 1 if end > start else first
        quote = self.raw[first:last]
        if len(quote) > MAX_QUOTE:
            quote = quote[:MAX_QUOTE]
        note = "、".join(sorted({r.kind for r in self.repairs if first <= r.at < last}))
        return Provenance(self.source, self._locator(first), quote, note)

    def _locator(self, at: int) -> Locator:
        begun = [(start, paragraph) for start, paragraph in self.parts if start <= at]
        return begun[-1][1].place(at - begun[-1][0]) if begun else self.locator


def plain(text: str) -> str:
    """Punctuation in one form, character for character."""
    return text.translate(_PLAIN)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as patterns read it: `text`, and where each of its characters stands in `raw`."""

    text: str
    raw: str
    origins: Sequence[int]
    repairs: tuple[Repair, ...]


@lru_cache(maxsize=65_536)
def cell_reading(raw: str) -> Reading:
    """A cell's text as patterns read it. Cells that say the same share it: large tables say little that is new."""
    return _prepared(raw, ())


def packed(text: str) -> str:
    """A short text (a cell, a name) for comparison: cleaned, plain and without white space."""
    return cell_reading(text).text


def read_lines(document: Document) -> tuple[tuple[Line, ...], tuple[Spam, ...]]:
    """The paragraphs as lines, and what was taken out of them as injected."""
    paragraphs = document.paragraphs
    spam = find_spam([paragraph.text for paragraph in paragraphs])
    banners = {one.phrase for one in spam}
    kept = [paragraph for paragraph in paragraphs if paragraph.text.strip() not in banners]
    joined = unwrapped(kept) if document.kind == "text" else [[paragraph] for paragraph in kept]
    return tuple(_line(run, document.source, spam, n) for n, run in enumerate(joined)), spam


def _line(run: Sequence[Paragraph], source: Source, spam: Sequence[Spam], number: int) -> Line:
    parts: list[tuple[int, Paragraph]] = []
    raw = ""
    for paragraph in run:
        raw += "\n" if raw else ""
        parts.append((len(raw), paragraph))
        raw += paragraph.text
    read = _prepared(raw, spam)
    first = run[0]
    return Line(number, read.text, raw, read.origins, first.locator, source.id, first.level, read.repairs, tuple(parts))


def cell_line(cell: Cell, source: Source) -> Line:
    """A cell's text as a line, for patterns that look into cells."""
    read = cell_reading(cell.text)
    return Line(0, read.text, cell.text, read.origins, cell.locator, source.id, repairs=read.repairs)


def _prepared(raw: str, spam: Sequence[Spam]) -> Reading:
    cleaned = clean(raw, spam)
    text = simplified(cleaned.text)
    repairs = cleaned.repairs
    if text != cleaned.text:
        first = next(n for n, c in enumerate(text) if c != cleaned.text[n])
        repairs = (*repairs, Repair("traditional", cleaned.text[first], text[first], cleaned.origins[first]))
    told = plain(text)
    if not repairs and told == raw == "".join(raw.split()):
        return Reading(raw, raw, range(len(raw)), ())
    kept = [(c, cleaned.origins[n]) for n, c in enumerate(told) if not c.isspace()]
    return Reading("".join(c for c, _ in kept), raw, tuple(origin for _, origin in kept), repairs)
