"""A Paper as one page: no script, nothing loaded, every number a link to its clause, its trail and the words it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from hegui.charts import bars
from hegui.pages import head
from hegui.papers.model import Block, Column, Heading, Line, Paper, Paragraph, Picture, Row, Span, Table, Unfold
from hegui.worddocs import clean

_STYLE = """
body{max-width:72em}h1{text-align:center}h2{font-size:1.35em;border-bottom:2px solid #4a6fa5}h3{font-size:1.2em}h4{font-size:1.1em}
h5,h6{font-size:1em;margin:1.2em 0 .2em}p{margin:.4em 0}ul{margin:.2em 0;padding-left:1.4em}
.sub{text-align:center}dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px}dt{color:#555}dd{margin:0;overflow-wrap:anywhere}
nav ul{columns:2;list-style:none;padding:0}nav .l2{padding-left:1.2em}
a{color:#1f4e8c;text-underline-offset:2px}:target{background:#fff4c2}a:focus-visible,summary:focus-visible{outline:3px solid #b5402f}
table{width:100%}caption{font-weight:bold;padding:.4em}td,th{white-space:pre-line;overflow-wrap:anywhere}
tbody th{background:none;font-weight:normal}tr.total td,tr.total th{font-weight:bold;background:#eef2f7}
.wide{overflow-x:auto}.lead{margin:1.2em 0 0}.note{color:#555;font-size:.9em;margin:.15em 0 .15em 1.6em}
details{margin:.3em 0 .8em;border-left:3px solid #c9d5e5;padding:.1em .8em}summary{cursor:pointer;color:#1f4e8c}
figure{margin:.6em 0}figcaption{font-weight:bold;text-align:center}
.skip{position:absolute;left:-99em}.skip:focus{left:1em}
@media print{@page{size:A4;margin:16mm}body{font-size:10pt}a{color:inherit;text-decoration:none}details,nav,.skip{display:none}
thead{display:table-header-group}h2,h3,h4,h5,h6,caption{break-after:avoid}.wide{overflow:visible}td,th{font-size:8.5pt}}
"""


def web_paper(paper: Paper) -> bytes:
    """The page's bytes."""
    # A name may hold what is no character at all; the page shows its escape.
    return ("\n".join(_Page(paper).lines()) + "\n").encode("utf-8", errors="backslashreplace")


class _Page:
    def __init__(self, paper: Paper) -> None:
        self.paper, self.zh = paper, paper.language == "zh"
        self.anchors = {anchor for anchor in _anchors(paper.blocks) if anchor}
        self.placed: set[str] = set()

    def lines(self) -> Iterator[str]:
        paper = self.paper
        yield head(clean(paper.title), paper.language, _STYLE + _widths(paper.blocks), strict=True)
        yield f'<a class="skip" href="#main">{"跳到正文" if self.zh else "Skip to the report"}</a>'
        yield f'<header><h1>{_said(paper.title)}</h1><p class="sub">{_said(paper.subtitle)}</p><dl>'
        yield from (f"<dt>{_said(word)}</dt><dd>{_said(text)}</dd>" for word, text in paper.about)
        yield "</dl></header>"
        yield from self.contents()
        yield '<main id="main">'
        yield from self.blocks(paper.blocks)
        yield "</main></body></html>"

    def contents(self) -> Iterator[str]:
        yield f'<nav aria-label="{"目录" if self.zh else "Contents"}"><ul>'
        for block in self.paper.blocks:
            if isinstance(block, Heading) and block.level <= 2 and block.anchor:
                yield f'<li class="l{block.level}"><a href="#{escape(block.anchor)}">{_said(block.text)}</a></li>'
        yield "</ul></nav>"

    # --- blocks ---

    def blocks(self, blocks: Sequence[Block]) -> Iterator[str]:
        listing = False
        for block in blocks:
            item = isinstance(block, Paragraph) and block.kind == "item"
            if item != listing:
                yield "<ul>" if item else "</ul>"
                listing = item
            yield from self.block(block)
        if listing:
            yield "</ul>"

    def block(self, block: Block) -> Iterator[str]:
        match block:
            case Heading():
                level = block.level + 1
                yield f"<h{level}{self.anchor(block.anchor)}>{_said(block.text)}</h{level}>"
            case Paragraph():
                tag = "li" if block.kind == "item" else "p"
                kind = f' class="{block.kind}"' if block.kind in ("note", "lead") else ""
                yield f"<{tag}{kind}{self.anchor(block.anchor)}>{self.line(block.line)}</{tag}>"
            case Table():
                yield from self.table(block)
            case Picture():
                if block.bars:
                    # A label may hold anything; what is drawn must be characters.
                    drawn = clean(bars(block.title, block.bars))
                    yield f"<figure><figcaption>{_said(block.title)}</figcaption>{drawn}</figure>"
            case Unfold():
                # The anchor is inside: whoever follows a link to it finds it unfolded.
                yield f"<details><summary>{_said(block.summary)}</summary><div{self.anchor(block.anchor)}>"
                yield from self.blocks(block.blocks)
                yield "</div></details>"

    def table(self, block: Table) -> Iterator[str]:
        yield f'<div class="wide"><table><caption>{_said(block.caption)}</caption><thead><tr>'
        whole = sum(column.width for column in block.columns)
        for column in block.columns:
            kind = f"{'n ' if column.numeric else ''}{_width_class(column, whole)}"
            yield f'<th scope="col" class="{kind}">{_said(column.name)}</th>'
        yield "</tr></thead><tbody>"
        yield from (self.row(block.columns, row) for row in block.rows)
        yield "</tbody></table></div>"

    def row(self, columns: Sequence[Column], row: Row) -> str:
        kind = ' class="total"' if row.total else ""
        cells = "".join(self.cell(column, found) for column, found in zip(columns, row.cells, strict=True))
        return f"<tr{kind}{self.anchor(row.anchor)}>{cells}</tr>"

    def cell(self, column: Column, found: Line) -> str:
        kind = ' class="n"' if column.numeric else ""
        if column.head and any(span.text for span in found):
            return f'<th scope="row"{kind}>{self.line(found)}</th>'
        return f"<td{kind}>{self.line(found)}</td>"

    def line(self, found: Line) -> str:
        return "".join(self.span(span) for span in found)

    def span(self, span: Span) -> str:
        text = _said(span.text)
        text = f"<strong>{text}</strong>" if span.strong else text
        return f'<a href="#{escape(span.to)}">{text}</a>' if span.to in self.anchors else text

    def anchor(self, name: str) -> str:
        if not name or name in self.placed:
            return ""
        self.placed.add(name)
        return f' id="{escape(name)}"'


def _said(text: str) -> str:
    return escape(clean(text))


def _width_class(column: Column, whole: int) -> str:
    return f"w{round(column.width * 100 / whole)}"


def _widths(blocks: Sequence[Block]) -> str:
    """The widths the tables ask for, as style: a strict page allows none beside its own."""
    tables = [block for block in blocks if isinstance(block, Table)]
    shares = {round(c.width * 100 / sum(k.width for k in one.columns)) for one in tables for c in one.columns}
    return "".join(f".w{share}{{width:{share}%}}" for share in sorted(shares)) + "\n"


def _anchors(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Heading | Paragraph | Unfold):
            yield block.anchor
        if isinstance(block, Table):
            yield from (row.anchor for row in block.rows)
        if isinstance(block, Unfold):
            yield from _anchors(block.blocks)
