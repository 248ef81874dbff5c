"""Workbooks, Word files and PDFs with something odd in them, and without the time of their making."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import docx
import openpyxl

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_EPOCH = (2000, 1, 1, 0, 0, 0)


def workbook_bytes() -> bytes:
    """A sound workbook with one sheet 表."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "表"
    book.active.append(["基本支出", 123.45])
    book.save(stream)
    return stream.getvalue()


def word_bytes() -> bytes:
    """A sound Word file."""
    document, stream = docx.Document(), io.BytesIO()
    document.add_paragraph("基本支出决算数为123.45万元。")
    document.save(stream)
    return stream.getvalue()


def rezipped(
    data: bytes, changed: Mapping[str, bytes] | None = None, added: Mapping[str, bytes] | None = None
) -> bytes:
    """A package with other contents in some of its parts, and more parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()} | dict(changed or {}) | dict(added or {})
        for name, content in parts.items():
            new.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def part_of(data: bytes, name: str) -> bytes:
    """One part of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def sheet(rows: str, after: str = "", before: str = "") -> bytes:
    """A workbook whose sheet is this XML."""
    xml = f'<worksheet xmlns="{_MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    return rezipped(workbook_bytes(), {"xl/worksheets/sheet1.xml": xml.encode()})


def cells(texts: Sequence[str], row: int = 1) -> str:
    """A row of texts."""
    inner = "".join(
        f'<c r="{chr(65 + n)}{row}" t="inlineStr"><is><t>{text}</t></is></c>' for n, text in enumerate(texts)
    )
    return f'<row r="{row}">{inner}</row>'


def word(body: str, prolog: str = "", **parts: bytes) -> bytes:
    """A Word file whose body is this XML."""
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    xml = f'{prolog}<w:document xmlns:w="{_W}" xmlns:mc="{mc}"><w:body>{body}</w:body></w:document>'
    return rezipped(word_bytes(), {"word/document.xml": xml.encode()}, parts)


def run(text: str, tag: str = "t") -> str:
    """A run of Word text."""
    return f"<w:r><w:{tag}>{text}</w:{tag}></w:r>"


def with_macros(data: bytes) -> bytes:
    """The same as a file with macros: other content types, and a project."""
    types = part_of(data, "[Content_Types].xml")
    types = types.replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    ).replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    changed, folder = {"[Content_Types].xml": types}, "xl"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "word/document.xml" in archive.namelist():
            folder, rels = "word", "word/_rels/document.xml.rels"
            link = (
                b'<Relationship Id="rIdV" Target="vbaProject.bin" '
                b'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/></Relationships>'
            )
            changed[rels] = archive.read(rels).replace(b"</Relationships>", link)
    return rezipped(data, changed, {f"{folder}/vbaProject.bin": b"\xd0\xcf"})


def pdf(content: bytes, font: bytes, *more: bytes) -> bytes:
    """A PDF of one page, object by object: catalogue, pages, page, its content, its font, and what the font needs."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>"
    )
    catalogue, pages = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return pdf_of(catalogue, pages, page, stream(content), font, *more)


def pdf_of(*objects: bytes) -> bytes:
    """A PDF of these objects, the first of which is its catalogue."""
    out, places = b"%PDF-1.7\n", list[int]()
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return out + end % (size, table, size, len(out))


def stream(data: bytes, extra: bytes = b"") -> bytes:
    """A stream of a PDF."""
    return b"<< /Length %d %s>>\nstream\n%s\nendstream" % (len(data), extra, data)


def written(path: Path, data: bytes | str) -> Path:
    """A file with these bytes, or with this text as UTF-8."""
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path
