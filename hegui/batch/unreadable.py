"""The Problem of a file that cannot be read."""

from __future__ import annotations

from pathlib import Path

from facts.problem import Problem, Text
from facts.provenance import Position


def unreadable(path: Path, error: OSError) -> Problem:
    """Which file, and what the system says."""
    reason = error.strerror or type(error).__name__
    message = Text(f"无法读取:{reason}", f"cannot be read: {reason}")
    hint = Text("请核对文件名和读取权限。", "Check the file's name and the rights to read it.")
    return Problem("unreadable-file", Position(str(path)), message, hint)
