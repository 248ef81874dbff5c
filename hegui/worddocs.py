"""What every Word file we write needs: fonts for Chinese, headings that repeat, text that XML can hold, the same bytes."""

from __future__ import annotations

import io
import re
from typing import Any

from facts.timeless import timeless

# What XML cannot hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST_TITLE = 255


def clean(text: str) -> str:
    """The text without what XML cannot hold."""
    return _CONTROL.sub("", text)


def font(style: Any, latin: str, chinese: str) -> None:
    """The fonts of a style, for each kind of letters."""
    from docx.oxml.ns import qn

    style.font.name = latin
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        # A theme's font would win over the one named here.
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), chinese)


def repeat(row: Any) -> None:
    """Print a row again on every page its table runs over."""
    mark(row._tr.get_or_add_trPr(), "w:tblHeader", "true")


def mark(parent: Any, name: str, value: str) -> Any:
    """An element with one value, added at the end."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(name)
    element.set(qn("w:val"), value)
    parent.append(element)
    return element


def saved(document: Any, title: str) -> bytes:
    """The file's bytes, without the time of its making."""
    document.core_properties.author = "hegui"
    document.core_properties.title = clean(title)[:_MOST_TITLE]
    stream = io.BytesIO()
    document.save(stream)
    return timeless(stream.getvalue())
