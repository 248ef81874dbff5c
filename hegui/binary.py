"""Results that are no text (workbooks), written with the care of `hegui.writing`: whole or not at all."""

from __future__ import annotations

import errno
import sys
from collections.abc import Mapping
from pathlib import Path

from facts.problem import Problem
from hegui.writing import beside, cannot_write, in_place, replacing


def write_bytes(data: bytes, output: Path | None) -> Problem | None:
    """Write to the file, or to stdout for None; the Problem where that cannot be done."""
    try:
        if output is None:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        else:
            _to_file(data, output)
    except BrokenPipeError:
        raise
    except OSError as error:
        return cannot_write(str(output or "<stdout>"), error)
    return None


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


def _to_file(data: bytes, output: Path) -> None:
    try:
        target = output.resolve()
    except RuntimeError as error:  # what Python before 3.13 says of links in a circle
        raise OSError(errno.ELOOP, "") from error
    if target.exists() and not target.is_file():
        in_place(data, target)
    else:
        replacing(data, target)
