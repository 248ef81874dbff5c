"""Documents as pages show them, and where in them a quote stands: by its place and, from there on, by its words.

A document is {kind, blocks []}; a block {n, kind: text, text, locator, level} or {n, kind: table, title, rows [[{text, locator,
covered}]], first, left, total}: `first` and `left` are the numbers of the first row and column that are shown, from 0; `total` how many
rows there are. A mark is {block, start, end} in characters of a text, or {block,
row, column} for a cell, both from 0.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice

from facts.documents.model import Cell, Document, Paragraph, Table
from facts.provenance import PageRef, ParagraphRef, TextSpan
from hegui.desk.work.wire import Data

# A quote that begins at its place may go on over so many more paragraphs: lines of a text are broken anywhere.
_ON = 40
_SPACE = re.compile(r"\s+")
_CELLS = 200_000


def blocks_of(document: Document) -> list[Data]:
    """Every block, of tables no more cells than a page can show."""
    left, found = _CELLS, []
    for n, block in enumerate(document.blocks):
        if isinstance(block, Paragraph):
            found.append(text_data(n, block))
        else:
            rows = list(islice(block.rows, max(0, left // max(1, len(block.rows[0]) if block.rows else 1))))
            left -= sum(map(len, rows))
            found.append(table_data(n, block, rows))
    return found


def text_data(n: int, one: Paragraph) -> Data:
    """A paragraph."""
    return {"n": n, "kind": "text", "text": one.text, "locator": str(one.locator), "level": one.level}


def table_data(n: int, table: Table, rows: Iterable[Sequence[Cell]], first: int = 0, left: int = 0) -> Data:
    """Some rows of a table, without the columns left of `left`."""
    cells = [
        [{"text": cell.text, "locator": str(cell.locator), "covered": cell.covered} for cell in row] for row in rows
    ]
    shape = {"first": first, "left": left, "total": len(table.rows)}
    return {"n": n, "kind": "table", "title": table.title, **shape, "rows": cells}


# --- finding ----------------------------------------------------------------------------------------------------------


class Places:
    """Finds marks in one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.paragraphs = [(n, b) for n, b in enumerate(document.blocks) if isinstance(b, Paragraph)]
        self.cells = dict(self._cells())

    def _cells(self) -> Iterator[tuple[str, Data]]:
        left = _CELLS
        for n, block in enumerate(self.document.blocks):
            if isinstance(block, Table):
                for row, cells in enumerate(islice(block.rows, left)):
                    left -= len(cells)
                    for column, cell in enumerate(cells):
                        if not cell.covered:
                            yield str(cell.locator), {"block": n, "row": row, "column": column}

    def marks(self, locator: str, quote: str) -> list[Data]:
        """Where a quote stands; the place alone where its words are not there; nothing where there is no such place."""
        cell = self.cells.get(locator) or self._cell_around(locator)
        if cell is not None:
            return [cell]
        start = self._start(locator)
        if start is None:
            return []
        first, column = start
        return self._quoted(first, column, quote) or self._quoted(first, 0, quote) or self._whole(first)

    def anywhere(self, quote: str) -> list[Data]:
        """Where a quote stands first, wherever that is; nothing where it stands nowhere."""
        wanted = _SPACE.sub("", quote)
        if not wanted:
            return []
        for block, row, column, text in self._texts():
            if wanted in text:
                return [{"block": block, "row": row, "column": column}]
        packed = [_SPACE.sub("", paragraph.text) for _, paragraph in self.paragraphs]
        found = "".join(packed).find(wanted)
        if found < 0:
            return []
        first = bisect_right(list(accumulate(map(len, packed))), found)
        return self._quoted(first, 0, quote)

    def _texts(self) -> Iterator[tuple[int, int, int, str]]:
        for cell in self.cells.values():
            table = self.document.blocks[cell["block"]]
            assert isinstance(table, Table)
            text = table.rows[cell["row"]][cell["column"]].text
            yield cell["block"], cell["row"], cell["column"], _SPACE.sub("", text)

    def _start(self, locator: str) -> tuple[int, int] | None:
        """The paragraph (by its number among paragraphs) and the character a place names."""
        line, _, column = locator.removeprefix("¶").partition(":")
        page = re.match(r"p\.([0-9]+)", locator)
        for number, (_, paragraph) in enumerate(self.paragraphs):
            at = paragraph.locator
            if page is not None:
                if isinstance(at, PageRef) and str(at.page) == page[1]:
                    return number, 0
            elif (isinstance(at, TextSpan) and str(at.line) == line) or (
                isinstance(at, ParagraphRef) and locator.startswith("¶") and str(at.paragraph) == line
            ):
                begin = int(column) if column.isdigit() else 1
                return number, max(0, begin - at.column)
        return None

    def _cell_around(self, locator: str) -> Data | None:
        """The cell of a table in a text in which a place lies: the last that begins at or before it on its line."""
        found = re.fullmatch(r"([0-9]+):([0-9]+)", locator)
        best: tuple[int, Data] | None = None
        if found is not None:
            for name, cell in self.cells.items():
                line, _, column = name.partition(":")
                if line == found[1] and column.isdigit() and int(column) <= int(found[2]):
                    best = max(best or (0, cell), (int(column), cell), key=lambda one: one[0])
        return best[1] if best is not None else None

    def _whole(self, first: int) -> list[Data]:
        n, paragraph = self.paragraphs[first]
        return [{"block": n, "start": 0, "end": len(paragraph.text)}] if paragraph.text else []

    def _quoted(self, first: int, column: int, quote: str) -> list[Data]:
        """The words from a place on, white space left out of account: a mark for each paragraph they touch."""
        wanted = _SPACE.sub("", quote)
        if not wanted:
            return []
        letters: list[tuple[int, int, str]] = []
        for number, (n, paragraph) in enumerate(islice(self.paragraphs, first, first + _ON)):
            begin = column if number == 0 else 0
            letters += [(n, at, c) for at, c in enumerate(paragraph.text) if at >= begin and not c.isspace()]
        found = "".join(c for _, _, c in letters).find(wanted)
        if found < 0:
            return []
        spans: dict[int, list[int]] = {}
        for n, at, _ in letters[found : found + len(wanted)]:
            spans.setdefault(n, [at, at])[1] = at + 1
        return [{"block": n, "start": start, "end": end} for n, (start, end) in spans.items()]
