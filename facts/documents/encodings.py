"""Bytes to text: UTF-8, UTF-16 with its mark, else GB 18030, which older offices still write."""

from __future__ import annotations

import codecs


def decode(data: bytes, cut: bool = False) -> tuple[str | None, str]:
    """The text and its encoding; None where the bytes are no text. `cut`: the data ends in the middle of a file."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return _decoded(data[len(mark) :], name, cut), name
    for name in ("utf-8", "gb18030"):
        text = _decoded(data, name, cut)
        if text is not None:
            return text, name
    return None, ""


def _decoded(data: bytes, name: str, cut: bool) -> str | None:
    try:
        text = codecs.getincrementaldecoder(name)().decode(data, final=not cut)
    except UnicodeDecodeError:
        return None
    control = sum(1 for c in text[:100_000] if ord(c) < 32 and c not in "\t\n\r\f\v")
    return None if "\0" in text or control * 50 > len(text[:100_000]) else text
