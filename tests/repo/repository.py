"""What the tests about the repository itself share: where it is, which files it holds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("facts", "engine", "hegui")
_NOT_OURS = {".git", ".venv", "build", "dist", "out", "__pycache__", "node_modules"}


def name_of(path: Path) -> str:
    """The path as the repository knows it."""
    return path.relative_to(ROOT).as_posix()


def files(pattern: str, *folders: str) -> tuple[Path, ...]:
    """Files of the repository (or of some folders) that match, in order."""
    starts = [ROOT / folder for folder in folders] or [ROOT]
    found = (path for start in starts for path in start.rglob(pattern) if path.is_file())
    return tuple(sorted(path for path in found if not _NOT_OURS & set(path.relative_to(ROOT).parts)))


def classes(path: Path) -> Iterator[str]:
    """Names of the public classes a module defines."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and number of lines of every function and method of a module, decorators not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1
