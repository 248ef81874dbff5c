"""Results that are no text (workbooks), written with the care of `hegui.writing`: whole or not at all."""

from __future__ import annotations

import errno
import importlib.util
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from facts.problem import Problem, Text
from facts.provenance import Position
from facts.templatebook.needed import needs_openpyxl
from hegui.writing import beside, cannot_write, in_place, replacing

OFFICE = ("docx", "xlsx")
_PIECE, _IN_MEMORY = 1 << 20, 1 << 24


def missing_writer(kind: str) -> Problem | None:
    """What has to be installed to write an office file; None where nothing has."""
    if kind == "xlsx":
        return needs_openpyxl()
    if kind != "docx" or importlib.util.find_spec("docx") is not None:
        return None
    message = Text("写 docx 需要 python-docx", "writing docx needs python-docx")
    hint = Text("请安装:pip install 'hegui[documents]'", "Install it: pip install 'hegui[documents]'")
    return Problem("extra-missing", Position("--format"), message, hint)


def unseen(kind: str, output: Path | None) -> Problem | None:
    """Office files are nothing to look at in a terminal."""
    if kind not in OFFICE or output is not None or not sys.stdout.isatty():
        return None
    message = Text("这种文件不能显示在终端里", "such a file cannot be shown in a terminal")
    hint = Text(f"请用 -o FILE.{kind} 指定文件。", f"Name a file: -o FILE.{kind}.")
    return Problem("no-output", Position("-o"), message, hint)


def write_bytes(data: bytes | Iterable[bytes], output: Path | None) -> Problem | None:
    """Write to the file, whole or in pieces, or to stdout for None; the Problem where that cannot be done."""
    try:
        if output is None:
            sys.stdout.buffer.writelines((data,) if isinstance(data, bytes) else data)
            sys.stdout.buffer.flush()
        else:
            _to_file(data, output)
    except BrokenPipeError:
        raise
    except OSError as error:
        return cannot_write(str(output or "<stdout>"), error)
    return None


def temporary() -> IO[bytes]:
    """A file to be closed soon, gone then: in memory as long as it is small."""
    return tempfile.SpooledTemporaryFile(_IN_MEMORY)


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """What is in a file, a piece at a time."""
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece


def write_together(files: Mapping[Path, bytes]) -> Problem | None:
    """Write several files, all of them or none: each is written whole beside its place before any is put there."""
    staged: list[tuple[Path, Path, bytes | None]] = []
    done: list[tuple[Path, bytes | None]] = []
    name = ""
    try:
        for path, data in files.items():
            name = str(path)
            target = path.resolve()
            before = target.read_bytes() if target.exists() else None
            staged.append((beside(data, target), target, before))
        for source, target, before in staged:
            name = str(target)
            source.replace(target)
            done.append((target, before))
    except OSError as error:
        for target, before in done:
            replacing(before, target) if before is not None else target.unlink(missing_ok=True)
        return cannot_write(name, error)
    finally:
        for source, _, _ in staged:
            source.unlink(missing_ok=True)
    return None


def _to_file(data: bytes | Iterable[bytes], output: Path) -> None:
    try:
        target = output.resolve()
    except RuntimeError as error:  # what Python before 3.13 says of links in a circle
        raise OSError(errno.ELOOP, "") from error
    if target.exists() and not target.is_file():
        in_place(data, target)
    else:
        replacing(data, target)
