"""Folders for temporary files of workers: named after the server that made them, and swept when it is gone."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

_PREFIX = "hegui-work-"
# Those of this very process: after a restart in a container another may have had our number.
_OURS: set[str] = set()


def make_scratch(parent: Path | None) -> Path:
    """A new folder; what servers that were killed have left beside it is taken away first."""
    home = parent or Path(tempfile.gettempdir())
    for old in home.glob(f"{_PREFIX}*"):
        if old.name not in _OURS and not _lives(old.name.removeprefix(_PREFIX).partition("-")[0]):
            shutil.rmtree(old, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=home))
    _OURS.add(made.name)
    return made


def drop_scratch(folder: Path) -> None:
    """Take a folder away."""
    shutil.rmtree(folder, ignore_errors=True)
    _OURS.discard(folder.name)


def _lives(number: str) -> bool:
    """Whether another process of this number runs, as far as we can tell."""
    if not number.isdigit() or int(number) == os.getpid():
        return not number.isdigit()
    with contextlib.suppress(PermissionError, OverflowError):
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            return False
    return True
