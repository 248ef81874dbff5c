"""Which programs scored: versions, and a digest of the code that scores, since a version may stand for many states of it."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

from hegui import __version__
from hegui.receipts.model import Versions

_HOME = Path(__file__).resolve().parents[2]
# What an assessment's bytes depend on: the two packages below us, and how an assessment is written as JSON.
_CODE = ("engine/**/*.py", "facts/**/*.py", "hegui/interchange.py", "hegui/problemdata.py", "rules/schema/*.json")


@cache
def versions() -> Versions:
    """The programs that run here."""
    series = ".".join(platform.python_version_tuple()[:2])
    return Versions(__version__, _engine(), version("durable_rules"), f"{platform.python_implementation()} {series}")


def _engine() -> str:
    digest = hashlib.sha256()
    for path in sorted({path for pattern in _CODE for path in _HOME.glob(pattern)}):
        data = path.read_bytes()
        name = path.relative_to(_HOME).as_posix().encode()
        digest.update(name + b"\0" + len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()
