"""A population report as one page: nothing loaded from anywhere, prints well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from html import escape

from engine.model import Rulebook
from facts.problem import Language, Text
from facts.values import decimal_text
from hegui.batch.report.model import Basis, Cell, Chapter, Grid, Picture
from hegui.charts import Bar, bars, shade
from hegui.pages import head

TITLE = Text("评价总体报告", "Population report")


def report_html(basis: Basis, chapters: Sequence[Chapter], language: Language = "zh") -> str:
    """The whole page."""
    page = _Page(language)
    title = TITLE.in_(language)
    parts = [
        head(title, language),
        f"<h1>{escape(title)}</h1>",
        *(f'<p class="at">{escape(line)}</p>' for line in about(basis, language)),
        f"<nav>{' · '.join(page.link(n, one) for n, one in enumerate(chapters))}</nav>",
    ]
    for number, chapter in enumerate(chapters):
        parts += page.chapter(number, chapter)
    return "\n".join([*parts, "</body></html>"]) + "\n"


def about(basis: Basis, language: Language) -> list[str]:
    """What was scored by what: the same lines on the page and in the workbook."""
    rulebook: Rulebook = basis.plan.rulebook
    identity = basis.manifest["identity"]
    name = rulebook.title.zh if language == "zh" else rulebook.title.en or rulebook.title.zh
    period = Text(f"评价期间 {identity['period']}", f"period {identity['period']}").in_(language)
    lines = [f"{name} [{rulebook.id} {rulebook.version}] sha256 {rulebook.digest[:12]}", period]
    return lines + [f"{one['role']}: {one['name']} sha256 {one['sha256'][:12]}" for one in identity["inputs"]]


class _Page:
    def __init__(self, language: Language) -> None:
        self.language = language

    def said(self, text: Text) -> str:
        return escape(text.in_(self.language))

    def link(self, number: int, chapter: Chapter) -> str:
        return f'<a href="#c{number}">{self.said(chapter.title)}</a>'

    def chapter(self, number: int, chapter: Chapter) -> Iterator[str]:
        yield f'<h2 id="c{number}">{self.said(chapter.title)}</h2>'
        for note in chapter.notes:
            yield f'<p class="quiet">{self.said(note)}</p>'
        for picture in chapter.pictures:
            yield self.picture(picture)
        for grid in chapter.grids:
            yield from self.grid(grid)

    def picture(self, picture: Picture) -> str:
        title = picture.title.in_(self.language)
        found = [
            Bar(one.label.in_(self.language), one.length, one.told.in_(self.language), one.colour)
            for one in picture.strokes
        ]
        return f"<h3>{escape(title)}</h3>{bars(title, found)}"

    def grid(self, grid: Grid) -> Iterator[str]:
        if grid.title.zh:
            yield f"<h3>{self.said(grid.title)}</h3>"
        if not grid.rows:
            yield f'<p class="quiet">{escape(Text("无", "none").in_(self.language))}</p>'
            return
        yield "<table><tr>" + "".join(f"<th>{self.said(one)}</th>" for one in grid.heads) + "</tr>"
        for number, row in enumerate(grid.rows):
            shades = grid.shades[number] if grid.shades else (None,) * len(row)
            cells = "".join(self.cell(cell, dark) for cell, dark in zip(row, shades, strict=True))
            yield f"<tr>{cells}</tr>"
        yield "</table>"

    def cell(self, cell: Cell, dark: int | None) -> str:
        numeric = isinstance(cell, int | Fraction) or dark is not None
        style = f' style="background:{shade(dark, 1000)}"' if dark else ""
        return f"<td{' class=' + chr(34) + 'n' + chr(34) if numeric else ''}{style}>{escape(shown(cell, self.language))}</td>"


def shown(cell: Cell, language: Language) -> str:
    """A cell as text; exact numbers with two digits at least."""
    if isinstance(cell, Text):
        return cell.in_(language)
    if isinstance(cell, Fraction):
        text = decimal_text(cell)
        whole, _, rest = text.partition(".")
        return f"{whole}.{rest.ljust(2, '0')}"
    return "" if cell is None else str(cell)
