"""Bytes to text: UTF-8, UTF-16 with its mark, else GB 18030, which older offices still write."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from facts.problem import Problem, Text
from facts.provenance import Position

_CHUNK = 1 << 20
# UTF-8 of which a few characters are damaged, or that was cut off: read, and said.
DAMAGED = "utf-8 (damaged)"
_CODECS = {"utf-8": "utf-8-sig", DAMAGED: "utf-8-sig", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
UNKNOWN = "\ufffd"


def decode(data: bytes, cut: bool = False) -> tuple[str | None, str]:
    """The text and its encoding; None where the bytes are no text. `cut`: the data ends in the middle of a file."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], name, cut), name
    text = _decoded(data, "utf-8", cut)
    if text is not None:
        return text, "utf-8"
    # Most of a damaged UTF-8 text can also be read as GB 18030, as nonsense.
    text = _mostly_utf8(data)
    if text is not None:
        return text, DAMAGED
    text, traditional = _decoded(data, "gb18030", cut), _decoded(data, "big5", cut)
    if traditional is not None and _common(traditional, "big5") > 90 and _common(text or "", "gb2312") < 60:
        return traditional, "big5"
    return text, "gb18030" if text is not None else ""


# Where the characters of daily use stand in a code: the first bytes of level 1.
_DAILY = {"gb2312": (0xB0, 0xD7), "big5": (0xA4, 0xC6)}


def _common(text: str, code: str) -> int:
    """The percentage of characters of daily use among the Chinese ones; what is read in a wrong code has few."""
    low, high = _DAILY[code]
    chinese = [c.encode(code, "replace") for c in text[:20_000] if "\u4e00" <= c <= "\u9fff"]
    return 100 * sum(low <= c[0] <= high for c in chinese) // max(1, len(chinese))


def _decoded(data: bytes, name: str, cut: bool) -> str | None:
    try:
        text = codecs.getincrementaldecoder(name)().decode(data, final=not cut)
    except UnicodeDecodeError:
        return None
    return text if _is_text(text) else None


def _is_text(text: str) -> bool:
    control = sum(1 for c in text[:100_000] if ord(c) < 32 and c not in "\t\n\r\f\v")
    return "\0" not in text and control * 50 <= len(text[:100_000])


def _mostly_utf8(data: bytes) -> str | None:
    """The text, where a hundredth at most of what is not ASCII is damaged (one character always may be)."""
    text = data.decode("utf-8", "replace")
    damaged = text.count(UNKNOWN)
    beyond = sum(1 for c in text if c > "\x7f") - damaged
    return text if damaged <= max(3, beyond // 100) and beyond >= 3 * damaged and _is_text(text) else None


def codec_of(path: Path) -> tuple[str, str] | None:
    """The encoding of a whole file and the codec that reads it, by one piece after another; None for no text."""
    with path.open("rb") as stream:
        head = stream.read(_CHUNK)
    text, name = decode(head, cut=len(head) == _CHUNK)
    if text is None:
        return None
    # Where its beginning is UTF-8, and not only ASCII, so is the rest.
    names = ("utf-8", "gb18030" if text.isascii() else DAMAGED) if name == "utf-8" else (name,)
    return next(((one, _CODECS.get(one, one)) for one in names if one == DAMAGED or _decodes(path, one)), None)


def _decodes(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(_CODECS.get(name, name))()
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(_CHUNK):
                if "\0" in decoder.decode(chunk):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def remarks(encoding: str, at: Position) -> Iterator[Problem]:
    """What is to be said about an encoding."""
    named = {"gb18030": "GB 18030", "big5": "Big5"}.get(encoding)
    if named is not None:
        note = Text(f"按 {named} 编码读取", f"read in the encoding {named}")
        yield Problem("encoding", at, note, severity="note")
    if encoding == DAMAGED:
        message = Text(
            "有些字节不是 UTF-8 文字,以 � 代替;文件可能被截断或改动过",
            "some bytes are no UTF-8 text and are shown as �; the file may have been cut off or altered",
        )
        hint = Text("请重新导出或下载,再对照原件核对。", "Export or download it again and compare with the original.")
        yield Problem("unmapped-characters", at, message, hint, "warning")
