"""One way to write data as bytes, and digests of bytes.

The idea of RFC 8785: keys sorted, no blanks, UTF-8, nothing escaped that need not be. Keys are ASCII and numbers are strings
(but for counts), so what that standard says of their order and form beyond this does not arise.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

# What is held: the bytes themselves, or a file that may be too large to hold.
Data = bytes | Path
# Characters no YAML reader of ours takes raw; in a string of JSON they may be escaped.
_RAW = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def canonical(data: Any) -> bytes:
    """Plain data (no floats) as bytes: equal data, equal bytes.

    >>> canonical({"b": ["1.00", None], "a": "分"}).decode()
    '{"a":"分","b":["1.00",null]}'
    """
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", errors="backslashreplace")


def readable(data: Any) -> str:
    """Plain data as a file for people and programs, its keys in the order given."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return _RAW.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n"


def one_line(data: Any) -> str:
    """Plain data as one line, as canonical as bytes that a reader of ours takes can be."""
    text = canonical(data).decode("utf-8")
    return _RAW.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def sha256(data: Data) -> str:
    """The SHA-256 of bytes or of a file, in hexadecimal."""
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest()
    with data.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
