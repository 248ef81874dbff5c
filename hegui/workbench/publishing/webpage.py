"""A Publication as one HTML file: nothing from elsewhere, no script, links between criteria and data items, A4 landscape."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from facts.values import decimal_text
from hegui.workbench.publishing.model import Cell, Chapter, Publication

_STYLE = """
@page { size: A4 landscape; margin: 12mm; }
* { box-sizing: border-box; }
body { font: 14px/1.55 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif; color: #1c2430;
  margin: 0 auto; max-width: 1280px; padding: 24px; }
h1 { font-size: 24px; text-align: center; margin: 8px 0 16px; }
h2 { font-size: 17px; margin: 28px 0 8px; border-left: 4px solid #2f5d9b; padding-left: 8px; break-after: avoid; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0 0 8px; font-size: 13px; }
dt { color: #5b6675; } dd { margin: 0; overflow-wrap: anywhere; }
p { margin: 4px 0; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { border: 1px solid #9fb0c4; padding: 5px 7px; vertical-align: top; text-align: left; white-space: pre-line;
  overflow-wrap: anywhere; }
th { background: #e4ecf6; } thead { display: table-header-group; } td { break-inside: avoid; } td.span { break-inside: auto; }
td.points { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.span { vertical-align: middle; text-align: center; background: #f7f9fc; }
a { color: #24538f; text-decoration: none; } a:hover { text-decoration: underline; } :target { background: #fff4c2; }
ul { margin: 0; padding-left: 1.1em; white-space: normal; }
@media print { body { font-size: 10px; padding: 0; max-width: none; } a { color: inherit; } h1 { font-size: 18px; }
  h2 { font-size: 13px; } }
"""


def webpage(publication: Publication) -> str:
    """The page."""
    return "\n".join(_lines(publication)) + "\n"


def _lines(publication: Publication) -> Iterator[str]:
    title = escape(publication.title)
    yield "<!DOCTYPE html>"
    yield f'<html lang="{"zh-CN" if publication.language == "zh" else "en"}">'
    yield '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title><style>{_STYLE}</style></head>"
    yield f"<body><h1>{title}</h1>"
    yield (
        "<dl>"
        + "".join(f"<dt>{escape(word)}</dt><dd>{escape(text)}</dd>" for word, text in publication.facts)
        + "</dl>"
    )
    for chapter in publication.chapters:
        yield from _chapter(chapter)
    yield "</body></html>"


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield f"<h2>{escape(chapter.heading)}</h2>"
    yield from (f"<p>{escape(note)}</p>" for note in chapter.notes)
    if not chapter.rows:
        return
    whole = sum(chapter.widths)
    shares = "".join(f'<col style="width:{width * 100 / whole:.1f}%">' for width in chapter.widths)
    yield f"<table><colgroup>{shares}</colgroup>"
    yield "<thead><tr>" + "".join(f"<th>{escape(name)}</th>" for name in chapter.columns) + "</tr></thead><tbody>"
    for row in chapter.rows:
        yield "<tr>" + "".join(_cell(cell) for cell in row if cell.rows) + "</tr>"
    yield "</tbody></table>"


def _cell(cell: Cell) -> str:
    kind = ' class="points"' if cell.points is not None else ' class="span"' if cell.rows > 1 else ""
    span = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    anchor = f' id="{escape(cell.anchor)}"' if cell.anchor else ""
    text = escape(cell.text) if cell.points is None else decimal_text(cell.points)
    text = f"<strong>{text}</strong>" if cell.strong else text
    links = "".join(f'<li><a href="#{escape(to)}">{escape(name)}</a></li>' for name, to in cell.links)
    return f"<td{kind}{span}{anchor}>{text}{f'<ul>{links}</ul>' if links else ''}</td>"
