"""Templates into HTML. Everything a template shows is escaped; there is no way around that in our templates."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from facts.placewords import place_words
from hegui.desk.web.naming import in_words

_HERE = Path(str(files("hegui.desk")))
STATIC = _HERE / "static"


def render(template: str, values: Mapping[str, Any]) -> str:
    """A page."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = asset
    environment.globals["many"] = many
    environment.filters["when"] = when
    environment.filters["size"] = _size
    environment.filters["place"] = place_words
    environment.filters["in_words"] = in_words
    return environment


@cache
def asset(name: str) -> str:
    """The address of a file under `static`, with its digest, so that a browser keeps it until it changes."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def many(count: int, word: str) -> str:
    """How many of something, in English.

    >>> many(1, "unit"), many(0, "unit")
    ('1 unit', '0 units')
    """
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def when(stored: str) -> str:
    """A stored time for reading, in UTC.

    >>> when("2026-11-27T17:52:21Z")
    '2026-11-27 17:52'
    """
    return stored.replace("T", " ").removesuffix("Z")[:16]


def _size(count: int) -> str:
    for unit in ("B", "KB", "MB"):
        if count < 1024 or unit == "MB":
            return f"{count} {unit}"
        count = -(-count // 1024)
    return ""
