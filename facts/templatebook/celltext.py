"""Texts in cells, without loss: what the format cannot hold is escaped, and nothing is ever taken for a formula.

A cell can hold neither an empty text nor control characters. An empty text is written `""`; a control character `_x0007_`,
which is the format's own way.
"""

from __future__ import annotations

import re

# What a spreadsheet program takes for the beginning of a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_QUOTES = re.compile('"+')


def to_cell(text: str) -> str:
    r"""A text as it is put into a cell.

    >>> to_cell(""), to_cell("=1+1"), to_cell("a\rb")
    ('""', '=1+1', 'a_x000D_b')
    """
    quoted = f'"{text}"' if text == "" or _QUOTES.fullmatch(text) else text
    return _CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", quoted)


def from_cell(text: str) -> str:
    r"""The text a cell stands for.

    >>> from_cell('""'), from_cell("a_x000D_b"), from_cell("_x005F_x000D_")
    ('', 'a\rb', '_x000D_')
    """
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return plain[1:-1] if len(plain) >= 2 and _QUOTES.fullmatch(plain) else plain
