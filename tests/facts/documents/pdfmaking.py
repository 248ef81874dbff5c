"""PDFs for tests, drawn with reportlab (its Chinese font needs no file), and read back."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph as Flowing
from reportlab.platypus import SimpleDocTemplate, TableStyle
from reportlab.platypus import Table as Ruled

from facts.documents import pdfs
from facts.documents.model import Document, Table
from facts.problem import Problem
from facts.provenance import Source

FONT = "STSong-Light"
LONG = "2017年度部门预算收入合计5,657.15万元,其中财政拨款收入5,431.90万元,占收入合计的96.02%,比上年增加312.47万元。"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
BODY = ParagraphStyle("body", fontName=FONT, fontSize=12, leading=20, wordWrap="CJK", firstLineIndent=24)
HEADING = ParagraphStyle("heading", parent=BODY, fontSize=16, leading=26, firstLineIndent=0)
CELL = ParagraphStyle("cell", parent=BODY, fontSize=9, leading=12, firstLineIndent=0)


def grid(rows: Sequence[Sequence[object]], spans: Sequence[tuple[Any, Any]] = (), **named: Any) -> Ruled:
    """A ruled table; `spans` are (column, row) pairs of corners."""
    style = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONT", (0, 0), (-1, -1), FONT, 9)]
    return Ruled(rows, style=TableStyle([*style, *(("SPAN", *span) for span in spans)]), **named)


def report(path: Path, story: Sequence[object], head: str = "", numbered: bool = False, locked_with: str = "") -> Path:
    """A document of headings (`# …`), paragraphs and tables."""

    def decorate(canvas: Canvas, _document: object) -> None:
        canvas.setFont(FONT, 9)
        if head:
            canvas.drawString(72, A4[1] - 45, head)
        if numbered:
            canvas.drawCentredString(A4[0] / 2, 40, f"— {canvas.getPageNumber()} —")

    flowables = [_flowable(part) for part in story]
    encrypt = StandardEncryption(locked_with) if locked_with else None
    document = SimpleDocTemplate(str(path), pagesize=A4, encrypt=encrypt, invariant=1)
    document.build(flowables, onFirstPage=decorate, onLaterPages=decorate)
    return path


def _flowable(part: object) -> object:
    if not isinstance(part, str):
        return part
    return Flowing(part[2:], HEADING) if part.startswith("# ") else Flowing(part, BODY)


def canvas(path: Path) -> Canvas:
    """A sheet to draw on."""
    made = Canvas(str(path), pagesize=A4, invariant=1)
    made.setFont(FONT, 12)
    return made


def picture(canvas: Canvas) -> None:
    """A page that is one image, as a scanner makes it."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    stream = io.BytesIO()
    Image.new("RGB", (60, 80), "grey").save(stream, "PNG")
    canvas.drawImage(ImageReader(io.BytesIO(stream.getvalue())), 0, 0, *A4)


def read(path: Path) -> tuple[Document | None, tuple[Problem, ...]]:
    return pdfs.read(path, Source("r", "报告", file=path.name))


def sound(path: Path) -> Document:
    document, problems = read(path)
    assert document is not None, [p.show() for p in problems]
    assert {p.severity for p in problems} <= {"note"}, [p.show() for p in problems]
    return document


def texts(document: Document) -> list[str]:
    return [p.text for p in document.paragraphs]


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]
