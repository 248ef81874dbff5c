"""The files a rulebook is made of, and the one digest that stands for all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["own", "library"]
OWN: Kind = "own"
LIBRARY: Kind = "library"


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One file: its name in the rulebook's folder, or of a concept library without its suffix."""

    name: str
    data: bytes
    kind: Kind = OWN


def digest_of(files: Iterable[RuleFile]) -> str:
    """SHA-256 over names, lengths and bytes, in the order the loader reads them."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(b"include\0" if file.kind == LIBRARY else b"")
        digest.update(file.name.encode() + b"\0" + len(file.data).to_bytes(8, "big") + file.data)
    return digest.hexdigest()
