"""What a file really is: by its bytes, never by its name; a name that says something else is a note."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from facts.documents.compound import MAGIC, stream_names
from facts.documents.encodings import decode
from facts.documents.model import Kind
from facts.problem import Problem, Text
from facts.provenance import Position

HEAD = 4 * 1024 * 1024
_BY_ENDING: dict[str, tuple[Kind, ...]] = {
    ".txt": ("text",), ".md": ("text",), ".csv": ("csv",), ".tsv": ("csv",), ".htm": ("html",), ".html": ("html",),
    ".docx": ("docx",), ".docm": ("docx",), ".xlsx": ("xlsx",), ".xlsm": ("xlsx",), ".xls": ("xls",), ".pdf": ("pdf",),
    ".parquet": ("parquet",),
}  # fmt: skip
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|table|div|meta)\b", re.IGNORECASE)
_UNREADABLE = {
    b"\x89PNG": "PNG 图片", b"\xff\xd8\xff": "JPEG 图片", b"GIF8": "GIF 图片", b"Rar!": "RAR 压缩包",
    b"7z\xbc\xaf": "7z 压缩包", b"\x1f\x8b": "gzip 压缩包", b"MZ": "Windows 程序", b"\x7fELF": "程序", b"II*\0": "TIFF 图片",
    b"MM\0*": "TIFF 图片", b"BM": "BMP 图片",
}  # fmt: skip

# Texts that are another program's format: what they are, and as what to save them.
_FOREIGN = (
    (re.compile(r"^<\?xml.{0,400}urn:schemas-microsoft-com:office:spreadsheet", re.DOTALL), ("Excel 2003 XML", "xlsx")),
    (re.compile(r"^<\?xml.{0,400}schemas.microsoft.com/office/word/2003", re.DOTALL), ("Word 2003 XML", "docx")),
    (
        re.compile(r"^(?:From: .{0,200}\n|Subject: .{0,200}\n){0,9}MIME-Version: ", re.IGNORECASE),
        ("MHTML", "xlsx / docx"),
    ),
    (re.compile(r"^\{\\rtf"), ("RTF", "docx")),
)
AGAIN = Text("请重新导出或下载。", "Export or download it again.")
Sniffed = tuple[Kind | None, tuple[Problem, ...]]


def sniff(path: Path) -> Sniffed:
    """The kind of a file that is not empty; None and why where none of ours."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    at = Position(str(path))
    kind, problems = _kind(head, path, at)
    named = _BY_ENDING.get(path.suffix.lower())
    if kind is not None and named is not None and kind not in named:
        problems = (*problems, _mislabelled(path, kind, at))
    return kind, problems


def _kind(head: bytes, path: Path, at: Position) -> Sniffed:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(path, at)
    if head.startswith(MAGIC):
        return _compound(path, at)
    if b"%PDF-" in head[:1024]:
        return "pdf", ()
    if head.startswith(b"PAR1"):
        return "parquet", ()
    for magic, name in _UNREADABLE.items():
        if head.startswith(magic):
            return None, (_unsupported(at, name),)
    return _textual(head, path, at)


def _zipped(path: Path, at: Position) -> Sniffed:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist()[:20_000])
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError):
        message = Text("压缩格式的文件不完整或已损坏", "the zipped file is incomplete or damaged")
        return None, (Problem("damaged-file", at, message, AGAIN),)
    if "word/document.xml" in names:
        return "docx", ()
    lower = {name.lower() for name in names}
    if "xl/workbook.xml" in lower:
        return "xlsx", ()
    if "xl/workbook.bin" in lower:
        return None, (_unsupported(at, "xlsb", "xlsx"),)
    if "ppt/presentation.xml" in lower:
        return None, (_unsupported(at, "PowerPoint (.pptx)"),)
    if "content.xml" in names and "mimetype" in names:
        return None, (_unsupported(at, "OpenDocument", "docx / xlsx"),)
    return None, (_unsupported(at, "ZIP 压缩包"),)


def _compound(path: Path, at: Position) -> Sniffed:
    """An OLE container: an old workbook, an old Word file, or an encrypted new one; by the names of its streams."""
    names = stream_names(path)
    if names & {"EncryptedPackage", "EncryptionInfo"}:
        message = Text("文件设了密码", "the file is protected by a password")
        return None, (
            Problem("password-protected", at, message, Text("请去掉密码后再读。", "Remove the password first.")),
        )
    if names & {"Workbook", "Book"}:
        return "xls", ()
    if "WordDocument" in names:
        return None, (_unsupported(at, "Word 97-2003 (.doc)", "docx"),)
    if "PowerPoint Document" in names:
        return None, (_unsupported(at, "PowerPoint (.ppt)"),)
    if not names or "Root Entry" not in names:
        message = Text("文件不完整或已损坏", "the file is incomplete or damaged")
        return None, (Problem("damaged-file", at, message, AGAIN),)
    return None, (_unsupported(at, "OLE"),)


def _textual(head: bytes, path: Path, at: Position) -> Sniffed:
    text, _ = decode(head, cut=len(head) == HEAD)
    if text is None:
        return None, (_unsupported(at, Text("二进制文件", "a binary file")),)
    if not text.strip():
        return None, (Problem("empty-file", at, Text("文件里没有文字", "the file holds no text"), AGAIN),)
    start = text.lstrip("\ufeff \t\r\n")[:4000]
    foreign = next((found for mark, found in _FOREIGN if mark.search(start)), None)
    if foreign is not None:
        return None, (_unsupported(at, *foreign),)
    if _HTML.search(start) and start.startswith("<"):
        return "html", ()
    # What is named a workbook but holds text was exported as a table.
    if path.suffix.lower() in (".csv", ".tsv", ".xls", ".xlsx", ".xlsm"):
        return "csv", ()
    return "text", ()


def _unsupported(at: Position, what: str | Text, save_as: str = "docx / xlsx / pdf / txt") -> Problem:
    zh, en = (what, what) if isinstance(what, str) else what
    message = Text(f"不能读这种文件:{zh}", f"this kind of file cannot be read: {en}")
    return Problem("unsupported-format", at, message, Text(f"请另存为 {save_as}。", f"Save it as {save_as}."))


def _mislabelled(path: Path, kind: str, at: Position) -> Problem:
    message = Text(
        f"文件名以 {path.suffix} 结尾,内容却是 {kind},按内容读取",
        f"the name ends in {path.suffix} but the content is {kind}; it is read as that",
    )
    return Problem("mislabelled-file", at, message, severity="note")
