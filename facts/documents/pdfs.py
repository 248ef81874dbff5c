"""Reads a PDF that has text: paragraphs and ruled tables, each with its page and box.

Pages without text are scans: they are named, never guessed at.
"""

from __future__ import annotations

import logging
import mmap
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facts.documents.model import Block, Document, Progress, no_progress
from facts.documents.pdf_lines import Line, margins_of, paragraphs_of, running_heads
from facts.documents.pdf_tables import Grid, joined, table_of
from facts.problem import NO_TEXT, Problem, Severity, Text, has_errors, in_order
from facts.provenance import Position, Source

if TYPE_CHECKING:
    from facts.documents.pdf_pages import PageContent

MAX_BYTES = 512 * 1024 * 1024
MAX_PAGES = 5_000
MAX_CHARACTERS = 20_000_000
# Of one compressed part, unpacked; the content of a page has a thousandth of it, a picture a tenth.
MAX_UNPACKED = 256 * 1024 * 1024
_TAIL = 64 * 1024
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_PAGE_NUMBER = re.compile(r"[-—–\s第页共/0-9]+")
_LINEARIZED = re.compile(rb"/Linearized\b[^>]{0,200}/L\s+([0-9]{1,12})")

Read = tuple[Document | None, tuple[Problem, ...]]


class _Unreadable(Exception):
    """Carries the Problem that ends reading."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def read(path: Path, source: Source, progress: Progress = no_progress) -> Read:
    """The document in a PDF file.

    Problems: empty-file, file-too-large, damaged-file, password-protected, zip-bomb, too-many-pages, too-large,
    scanned-pages, empty-file, macros-ignored, running-heads, rotated-text, watermark, table-too-dense, unmapped-characters, radicals, extra-missing.
    """
    at = Position(source.file or path.name)
    try:
        import pdfplumber  # noqa: F401
    except ImportError:
        return None, (_extra_missing(at),)
    try:
        with path.open("rb") as stream:
            scripts = _check_bytes(stream.fileno(), path.stat().st_size, at)
            pages = _pages(stream, at, progress)
    except OSError as error:
        return None, (_unreadable(at, error),)
    except _Unreadable as stop:
        return None, (stop.problem,)
    problems = (*_page_problems(pages, at), *([_scripts(at)] if scripts else []))
    if not any(page.legible for page in pages):
        return None, in_order(problems if has_errors(problems) else (*problems, _nothing(pages, at)))
    blocks, heads = _blocks(pages)
    return Document(source, "pdf", tuple(blocks)), in_order((*problems, *_heads_problem(heads, at)))


# --- bytes ------------------------------------------------------------------------------------------------------------


def _check_bytes(file: int, size: int, at: Position) -> bool:
    """Whether the bytes can be a whole PDF that unpacks to something sensible; whether it carries scripts."""
    if size == 0:
        raise _Unreadable(Problem("empty-file", at, Text("文件是空的", "the file is empty")))
    if size > MAX_BYTES:
        raise _Unreadable(_too_large(at, "file-too-large", f"{MAX_BYTES // 2**20} MiB"))
    with mmap.mmap(file, 0, access=mmap.ACCESS_READ) as data:
        if data.find(b"%PDF-", 0, 1024) < 0:
            raise _Unreadable(_damaged(at, Text("开头没有 %PDF-,不是 PDF", "it does not begin with %PDF-: no PDF")))
        length = _LINEARIZED.search(data[:2048])
        if data.rfind(b"%%EOF", max(0, size - _TAIL)) < 0 or (length and int(length[1]) > size):
            raise _Unreadable(_damaged(at, Text("结尾缺失,文件不完整", "its end is missing: the file is not whole")))
        if any(_unpacks_too_far(data, match.end()) for match in _STREAM.finditer(data)):
            raise _Unreadable(_zip_bomb(at))
        return data.find(b"/JavaScript") >= 0


def _unpacks_too_far(data: mmap.mmap, start: int, depth: int = 4) -> bool:
    """Whether a compressed part grows beyond all measure; what is no such part does not."""
    if data[start] & 0x0F != 8:
        return False
    unpackers = [zlib.decompressobj() for _ in range(depth)]
    sizes = [0] * depth
    for begin in range(start, len(data), 65536):
        try:
            if _grows(data[begin : begin + 65536], unpackers, sizes):
                return True
        except zlib.error:
            return False
        if unpackers[0].eof:
            return False
    return False


def _grows(piece: bytes, unpackers: Sequence[Any], sizes: list[int], level: int = 0) -> bool:
    """Feeds a piece through layers of compression, a bounded amount at a time."""
    unpacker = unpackers[level]
    while piece and not unpacker.eof:
        out = unpacker.decompress(piece, 1 << 20)
        piece = unpacker.unconsumed_tail
        sizes[level] += len(out)
        if sizes[level] > MAX_UNPACKED:
            return True
        inner = level + 1 < len(unpackers) and out and (sizes[level + 1] or out[0] & 0x0F == 8)
        if inner and _grows_inside(out, unpackers, sizes, level + 1):
            return True
    return False


def _grows_inside(out: bytes, unpackers: Sequence[Any], sizes: list[int], level: int) -> bool:
    try:
        return _grows(out, unpackers, sizes, level)
    except zlib.error:
        return False


# --- pages ------------------------------------------------------------------------------------------------------------


def _pages(stream: Any, at: Position, progress: Progress) -> list[PageContent]:
    """Every page, one at a time; a page's objects are let go before the next."""
    import pdfplumber

    # What the library has to say about odd files goes nowhere: it is no message for an auditor.
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    logging.getLogger("pdfplumber").setLevel(logging.CRITICAL)
    try:
        pdf = pdfplumber.open(stream, pages=list(range(1, MAX_PAGES + 2)))
        pages = pdf.pages
    except Exception as error:  # noqa: BLE001 - pdfminer lets any exception escape from a damaged file
        raise _Unreadable(_cannot_open(error, at)) from None
    if len(pages) > MAX_PAGES:
        raise _Unreadable(_too_large(at, "too-many-pages", f"{MAX_PAGES} 页 (pages)"))
    return list(_bounded(pages, at, progress))


def _bounded(pages: Sequence[Any], at: Position, progress: Progress) -> Iterator[PageContent]:
    characters = 0
    for done, page in enumerate(pages):
        progress(done, len(pages), at.file)
        content = _one(page)
        characters += sum(len(line.text) for line in content.lines)
        characters += sum(len(s.text) for g in content.parts if isinstance(g, Grid) for row in g.rows for s in row)
        if characters > MAX_CHARACTERS:
            raise _Unreadable(_too_large(at, "too-large", f"{MAX_CHARACTERS} 字 (characters)"))
        yield content
    progress(len(pages), len(pages), at.file)


def _one(page: Any) -> PageContent:
    from facts.documents.pdf_pages import PageContent, content_of

    try:
        return content_of(page)
    except Exception:  # noqa: BLE001 - pdfminer lets any exception escape from a damaged page
        return PageContent(page.page_number, 0.0, 0.0, damaged=True)
    finally:
        page.close()
        # Decoded streams of pages already read; nothing else lets go of them.
        page.pdf.doc._cached_objs.clear()
        vars(page).pop("_layout", None)


def _cannot_open(error: Exception, at: Position) -> Problem:
    from pdfminer.pdfdocument import PDFEncryptionError

    cause = error.args[0] if error.args else None
    if isinstance(error, PDFEncryptionError) or isinstance(cause, PDFEncryptionError):
        return _password(at)
    return _damaged(at, Text("内部结构无法读取", "its structure cannot be read"))


# --- blocks -----------------------------------------------------------------------------------------------------------


def _blocks(pages: Sequence[PageContent]) -> tuple[list[Block], frozenset[Line]]:
    """Paragraphs and tables in reading order, without running heads, and the heads."""
    heads = running_heads([page.lines for page in pages], [page.height for page in pages])
    kept = [part for page in pages for part in page.parts if not (isinstance(part, Line) and part in heads)]
    margins = margins_of((part for part in kept if isinstance(part, Line)), {page.number: page.width for page in pages})
    blocks, lines, grids = list[Block](), list[Line](), list[Grid]()
    for part in kept:
        if isinstance(part, Line):
            blocks.extend(table_of(grid) for grid in grids)
            grids.clear()
            lines.append(part)
            continue
        blocks.extend(paragraphs_of(lines, margins))
        lines.clear()
        _append(grids, part)
    # At most one of the two is left.
    return [*blocks, *paragraphs_of(lines, margins), *(table_of(grid) for grid in grids)], heads


def _append(grids: list[Grid], part: Grid) -> None:
    """The next table, or the rest of the one before it where a page ended in between."""
    follows = grids and part.rows[0][0].page == grids[-1].rows[-1][0].page + 1
    whole = joined(grids[-1], part) if follows else None
    if whole is None:
        grids.append(part)
    else:
        grids[-1] = whole


# --- problems ---------------------------------------------------------------------------------------------------------

_NO_PAGES = Text("没有一页可以读出", "no page can be read")


def _ranges(numbers: Iterable[int]) -> str:
    """Page numbers as ranges.

    >>> _ranges([1, 2, 3, 7])
    '1-3, 7'
    """
    spans = list[list[int]]()
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def _page_problems(pages: Sequence[PageContent], at: Position) -> tuple[Problem, ...]:
    """What could not be read, by kind, each with its pages."""
    nothing = not any(page.legible for page in pages)
    worst: Severity = "error" if nothing else "warning"
    kinds: tuple[tuple[str, Severity, Callable[[PageContent], object], Text, Text], ...] = (
        ("scanned-pages", worst, lambda p: p.scanned, _SCANNED, _SCANNED_HINT),
        ("damaged-file", worst, lambda p: p.damaged, _DAMAGED_PAGE, _AGAIN),
        ("rotated-text", "warning", lambda p: p.turned, _TURNED, _UPRIGHT),
        ("watermark", "note", lambda p: p.leaning, _LEANING, NO_TEXT),
        ("table-too-dense", "warning", lambda p: p.dense, _DENSE, NO_TEXT),
        ("unmapped-characters", worst, lambda p: p.unmapped, _UNMAPPED, _UNMAPPED_HINT),
        ("radicals", "note", lambda p: p.radicals, _RADICALS, NO_TEXT),
    )
    problems = list[Problem]()
    for code, severity, concerned, message, hint in kinds:
        numbers = [page.number for page in pages if concerned(page)]
        if numbers:
            where = _ranges(numbers)
            text = Text(message.zh.format(where=where), message.en.format(where=where))
            problems.append(Problem(code, at, text, hint, severity))
    return tuple(problems)


_SCANNED = Text("第 {where} 页是扫描图像,没有文字可读", "pages {where} are scanned images without any text")
_SCANNED_HINT = Text(
    "请索取原始的 Word、Excel 或带文字的 PDF;用 OCR 识别的文字须人工核对后再用。",
    "Ask for the original Word, Excel or PDF with text; check text made by OCR by eye before use.",
)
_DAMAGED_PAGE = Text("第 {where} 页已损坏,未能读取", "pages {where} are damaged and were not read")
_AGAIN = Text("请重新索取或导出文件。", "Ask for the file again, or export it again.")
_TURNED = Text(
    "第 {where} 页的文字多为旋转或倾斜,未读取",
    "much of the text on pages {where} is turned or slanted; it was left out",
)
_UPRIGHT = Text("请将这些页旋正后另存。", "Turn these pages upright and save them again.")
_LEANING = Text("第 {where} 页的倾斜文字(水印)未读取", "slanted words (watermarks) on pages {where} were left out")
_DENSE = Text("第 {where} 页线条过多,表格按文字读取", "pages {where} hold too many lines; tables were read as text")
_UNMAPPED = Text("第 {where} 页有无法识别的字,以 � 代替", "pages {where} hold characters without a meaning, shown as �")
_UNMAPPED_HINT = Text(
    "字体没有附带编码表;请对照原件核对。", "The font carries no table of meanings; compare with the original."
)
_RADICALS = Text(
    "第 {where} 页以部首符号代替汉字(如“⽬”代“目”),已还原",
    "pages {where} have radicals in place of characters (“⽬” for “目”); they were put right",
)


def _heads_problem(heads: Iterable[Line], at: Position) -> tuple[Problem, ...]:
    words = list(dict.fromkeys(line.text for line in sorted(heads, key=lambda line: (line.page, line.box))))
    numbers = [text for text in words if _PAGE_NUMBER.fullmatch(text)]
    if not words:
        return ()
    # Of the page numbers the first says it all.
    shown = [text for text in words if text not in numbers][:5] + numbers[:1]
    named = "、".join(f"“{text[:40]}”" for text in shown) + ("…" if len(shown) < len(words) else "")
    message = Text(f"已略去页眉页脚和页码:{named}", f"running heads, feet and page numbers were left out: {named}")
    return (Problem("running-heads", at, message, severity="note"),)


def _damaged(at: Position, why: Text) -> Problem:
    message = Text(f"文件已损坏:{why.zh}", f"the file is damaged: {why.en}")
    return Problem("damaged-file", at, message, _AGAIN)


def _password(at: Position) -> Problem:
    message = Text("文件有密码保护,无法打开", "the file is protected by a password")
    return Problem("password-protected", at, message, Text("请去掉密码后另存。", "Save it without the password."))


def _scripts(at: Position) -> Problem:
    message = Text("文件带有脚本,没有运行,也不读取", "the file carries scripts; they are neither run nor read")
    return Problem("macros-ignored", at, message, severity="note")


def _nothing(pages: Sequence[PageContent], at: Position) -> Problem:
    if not pages:
        return _damaged(at, _NO_PAGES)
    message = Text("文件里没有文字", "the file holds no text")
    return Problem("empty-file", at, message, Text("也许只有图形。", "It may hold drawings only."))


def _zip_bomb(at: Position) -> Problem:
    limit = f"{MAX_UNPACKED // 2**20} MiB"
    message = Text(f"文件内有一部分解压后超过 {limit}", f"a part of the file unpacks to more than {limit}")
    return Problem("zip-bomb", at, message, _AGAIN)


def _too_large(at: Position, code: str, limit: str) -> Problem:
    message = Text(f"文件过大,上限为 {limit}", f"the file is too large; the limit is {limit}")
    return Problem(code, at, message, Text("请拆分后分别读取。", "Split it and read the parts."))


def _unreadable(at: Position, error: OSError) -> Problem:
    message = Text(f"无法读取文件:{error.strerror}", f"cannot read the file: {error.strerror}")
    return Problem("unreadable-file", at, message)


def _extra_missing(at: Position) -> Problem:
    message = Text("读取 PDF 需要 pdfplumber,尚未安装", "reading PDF needs pdfplumber, which is not installed")
    hint = Text("请运行 pip install 'hegui[documents]'。", "Run pip install 'hegui[documents]'.")
    return Problem("extra-missing", at, message, hint)
