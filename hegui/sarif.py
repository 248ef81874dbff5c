"""What every SARIF 2.1.0 document of ours is made of: one run, its rules, regions and addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote as percent_encoded

from hegui import __version__
from hegui.streaming import json_parts

Data = dict[str, Any]
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


Columns = Literal["unicodeCodePoints", "utf16CodeUnits"]


def sarif_text(
    rules: Sequence[Data], results: Iterable[Data], *, tool: str = "hegui", columns: Columns = "unicodeCodePoints"
) -> Iterator[str]:
    """A document of one run, in pieces; `columns` says what its columns count: characters, as our Problems do, or UTF-16 code units."""
    run: Data = {
        "tool": {"driver": {"name": tool, "version": __version__, "rules": list(rules)}},
        "columnKind": columns,
        "results": iter(results),
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    yield from json_parts(document)
    yield "\n"


def artifact(path: str) -> Data:
    """A file by its address, percent-encoded."""
    return {"uri": percent_encoded(Path(path).as_posix(), safe="/._-~", errors="backslashreplace")}


def region(line: int, column: int, quote: str = "") -> Data:
    """Where a text begins and, where it stands on one line, ends."""
    found: Data = {"startLine": line, "startColumn": column}
    if quote and "\n" not in quote:
        found |= {"endLine": line, "endColumn": column + len(quote), "snippet": {"text": quote}}
    return found


def named_place(path: str, where: str, quote: str = "") -> Data:
    """A place that is no line of a text: a cell, a page, a paragraph, by its name."""
    physical: Data = {"artifactLocation": artifact(path)}
    if quote:
        physical["region"] = {"startLine": 1, "snippet": {"text": quote}}
    return {
        "physicalLocation": physical,
        "logicalLocations": [{"fullyQualifiedName": where, "kind": "element"}],
    }


def fingerprint(*words: str) -> str:
    """What tells a result from others and stays when lines move."""
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:32]
