"""Scalars and small mappings as YAML that reads back as the same text: quoted wherever it might be read as anything else."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Nothing in these needs quotes, anywhere in YAML, in any reader's dialect.
_PLAIN = re.compile(r"[A-Za-z\u4e00-\u9fff_][A-Za-z0-9\u4e00-\u9fff_.·-]*")
_AMOUNT = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?(?: [\u4e00-\u9fff㎡]+|%|‰)")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n", "inf", "nan"))
_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def scalar(text: str, flow: bool = False) -> str:
    """The text as a YAML scalar; `flow` within brackets, where a comma would end it.

    >>> scalar("5,657.15 万元"), scalar("5,657.15 万元", flow=True), scalar("12"), scalar("是")
    ('5,657.15 万元', '"5,657.15 万元"', '"12"', '是')
    """
    if _AMOUNT.fullmatch(text) and not (flow and "," in text):
        return text
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS and len(text) <= 200:
        return text
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if character == " " or (character.isprintable() and character != "\ufeff"):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def flow(entries: Iterable[tuple[str, str | int | list[int]]]) -> str:
    """A mapping in braces."""
    return "{" + ", ".join(f"{scalar(key, True)}: {_flow_value(value)}" for key, value in entries) + "}"


def _flow_value(value: str | int | list[int]) -> str:
    return scalar(value, True) if isinstance(value, str) else str(value)
