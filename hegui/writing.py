"""Results to stdout or a file: whole or not at all, and never over anything that is not a result.

Renaming over a path replaces whatever is there, a device or a link too. So only plain files are replaced; links are
followed, and devices and pipes are written to.
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from facts.problem import Problem, Text
from facts.provenance import Position


def write_result(text: str | Iterable[str], output: Path | None) -> Problem | None:
    """Write a text, whole or in pieces, to the file, or to stdout for None; the Problem where that cannot be done.

    A reader of stdout that went away is no Problem: BrokenPipeError passes through.
    """
    pieces = (text,) if isinstance(text, str) else text
    try:
        if output is None:
            _to_stdout(pieces)
        else:
            _to_file(pieces, output)
    except OSError as error:
        if output is None and isinstance(error, BrokenPipeError):
            raise
        return cannot_write(str(output or "<stdout>"), error)
    return None


def overwrites(output: Path | None, inputs: Iterable[Path]) -> Problem | None:
    """The Problem where the result would replace one of the files it is made from."""
    if output is None or not any(_same(output, path) for path in inputs):
        return None
    return Problem(
        "output-is-input",
        Position(str(output)),
        Text("结果会覆盖输入文件", "the result would replace an input file"),
        Text("请用 -o 指定另一个文件", "Name another file after -o"),
    )


def _same(output: Path, path: Path) -> bool:
    """Whether both are one file; a path that cannot be looked at is none of ours, writing to it will say why."""
    try:
        return output.samefile(path)
    except OSError:
        return False


def silence_stdout() -> None:
    """Let what is still in the buffer go nowhere, so that it does not complain again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _to_stdout(pieces: Iterable[str]) -> None:
    if sys.stdout is None:
        raise OSError(0, "stdout is closed")
    try:
        sys.stdout.writelines(pieces)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError:
        silence_stdout()
        raise


def _to_file(pieces: Iterable[str], output: Path) -> None:
    # Names of files need not be UTF-8; in JSON the escape this writes is what such a character is.
    data = (piece.encode("utf-8", errors="backslashreplace") for piece in pieces)
    try:
        target = output.resolve()
    except RuntimeError as error:  # what Python before 3.13 says of links in a circle
        raise OSError(errno.ELOOP, "") from error
    if target.exists() and not target.is_file():
        in_place(data, target)
    else:
        replacing(data, target)


def in_place(data: bytes | Iterable[bytes], target: Path) -> None:
    """Into a device or a pipe; a folder refuses to be opened."""
    with target.open("wb") as file:
        file.writelines((data,) if isinstance(data, bytes) else data)


def replacing(data: bytes | Iterable[bytes], target: Path) -> None:
    """Write a file whole, or leave what was there: by a temporary file beside it and a rename."""
    written = beside(data, target)
    try:
        written.replace(target)
    except BaseException:
        written.unlink(missing_ok=True)
        raise


def beside(data: bytes | Iterable[bytes], target: Path) -> Path:
    """A temporary file beside a target, ready to take its place."""
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines((data,) if isinstance(data, bytes) else data)
        Path(name).chmod(mode)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def cannot_write(name: str, error: OSError) -> Problem:
    """The Problem of a file that cannot be written."""
    reason = os.strerror(error.errno) if error.errno else str(error.strerror)
    return Problem(
        "cannot-write",
        Position(name),
        Text(f"无法写入({reason})", f"cannot be written ({reason})"),
        Text("请换一个位置,或检查权限和磁盘空间", "Choose another place, or look at permissions and free space"),
    )
