"""The one way to read a file: what it is by its bytes, then the reader of that format; never a traceback."""

from __future__ import annotations

import hashlib
import importlib
import re
from functools import partial
from pathlib import Path

from facts.documents.guarded import read_guarded
from facts.documents.kinds import AGAIN, sniff
from facts.documents.model import Document, Progress, no_progress
from facts.problem import Problem, Text
from facts.provenance import Position, Source

MAX_BYTES = 256 * 1024 * 1024
_READERS = {
    "text": "plaintext", "csv": "delimited", "html": "webpages", "docx": "wordfiles", "xlsx": "workbooks",
    "xls": "oldworkbooks", "pdf": "pdfs", "parquet": "columnar",
}  # fmt: skip
_NAME = Text("请核对文件名和所在的文件夹。", "Check its name and the folder it is in.")
_RIGHTS = Text("请核对读取权限,或换一份文件。", "Check the rights to read it, or take another copy.")
_EXTRAS = {"parquet": "data"}
_GUARDED = frozenset({"pdf"})

Read = tuple[Document | None, tuple[Problem, ...]]


def read_document(path: Path, progress: Progress = no_progress, source_id: str = "") -> Read:
    """The paragraphs and tables of a file, or every Problem that keeps it from being read.

    `source_id` names the source in facts; by default the file's name without its ending.
    """
    at = Position(str(path))
    try:
        wrong = refused(path, at)
        if wrong is not None:
            return None, (wrong,)
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        kind, problems = sniff(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return None, (Problem("unreadable-file", at, Text(f"无法读取:{reason}", f"cannot be read: {reason}"), _RIGHTS),)
    if kind is None:
        return None, problems
    source = Source(source_id or _slug(path.stem), path.stem, str(path), digest)
    reader = partial(_read, kind)
    document, more = (
        read_guarded(reader, path, source, progress) if kind in _GUARDED else reader(path, source, progress)
    )
    return document, (*problems, *more)


def refused(path: Path, at: Position, limited: bool = True) -> Problem | None:
    """Why a file is not even looked into; `limited`: also for its size."""
    if path.is_symlink() and not path.exists():
        message = Text("这个链接指向不存在的文件,或指向自己", "this link leads to no file, or to itself")
        return Problem("no-such-file", at, message, Text("请给出文件本身。", "Name the file itself."))
    if not path.exists():
        return Problem("no-such-file", at, Text("没有这个文件", "there is no such file"), _NAME)
    if not path.is_file():
        hint = Text("请给出一个文件,不是文件夹或设备。", "Name a file, not a folder or a device.")
        return Problem("not-a-file", at, Text("这不是普通文件", "this is not a plain file"), hint)
    size = path.stat().st_size
    if size == 0:
        return Problem("empty-file", at, Text("文件是空的", "the file is empty"), AGAIN)
    if limited and size > MAX_BYTES:
        message = Text(f"文件有 {size} 字节,最多 {MAX_BYTES}", f"the file has {size} bytes, at most {MAX_BYTES}")
        return Problem("file-too-large", at, message, Text("请拆分后再读。", "Split it."))
    return None


def _slug(stem: str) -> str:
    return re.sub(r"[^\w一-鿿-]+", "-", stem).strip("-")[:60] or "source"


def _read(kind: str, path: Path, source: Source, progress: Progress) -> Read:
    at = Position(str(path))
    try:
        reader = importlib.import_module(f"facts.documents.{_READERS[kind]}")
        found: Read = reader.read(path, source, progress)
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get(kind, "documents")
        message = Text(f"读这种文件需要 {error.name}", f"reading this kind of file needs {error.name}")
        hint = Text(f"请安装:pip install 'hegui[{extra}]'", f"Install it: pip install 'hegui[{extra}]'")
        return None, (Problem("extra-missing", at, message, hint),)
    except MemoryError:
        message = Text("读取时占用的内存过多", "reading it took too much memory")
        return None, (Problem("file-too-large", at, message, Text("请拆分后再读。", "Split it.")),)
    except Exception:  # noqa: BLE001  # whatever a parser of files we do not trust may raise
        message = Text("文件已损坏,读不出来", "the file is damaged and cannot be read")
        hint = Text("请重新导出,或另存为同一格式后再试。", "Export it again, or save it anew in the same format.")
        return None, (Problem("damaged-file", at, message, hint),)
    return found
