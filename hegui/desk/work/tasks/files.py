"""Files tasks write: whole or not at all, with the Problem where that cannot be done."""

from __future__ import annotations

from pathlib import Path

from facts.problem import Problem
from hegui.binary import write_bytes
from hegui.writing import cannot_write


def made(folder: Path) -> Problem | None:
    """Make the folder a task writes to, where it is not there yet."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        return cannot_write(folder.name, error)
    return None


def write_all(folder: Path, files: dict[str, bytes]) -> Problem | None:
    """Write files into a folder by their names."""
    problem = made(folder)
    for name, data in files.items():
        problem = problem or write_bytes(data, folder / name)
    return problem
