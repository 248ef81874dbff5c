"""Patterns people write, compiled for RE2: it takes time in proportion to the text, whatever the pattern."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from facts.gathering.folding import fold_words
from facts.gathering.mapping import TextPlace
from facts.problem import Problem, Text
from facts.provenance import Position

MAX_GAP = 30
_SLOT = "{value}"
_PIECES = re.compile(r"(\{value\}|…+|\.{3,})")
_MAX_MEMORY = 8 * 1024 * 1024

Compiled = tuple[TextPlace | None, Problem | None]


def compile_text(written: str, slot: str, at: Position) -> Compiled:
    """Words with a {value} slot and … for a short gap, as a pattern over folded text."""
    pieces = [piece for piece in _PIECES.split(written) if piece]
    literals = [fold_words(piece) for piece in pieces if not _PIECES.fullmatch(piece)]
    if pieces.count(_SLOT) > 1 or not any(literals):
        return None, _bad_template(written, pieces.count(_SLOT) > 1, at)
    program = "".join(_piece(piece, slot, last=index == len(pieces) - 1) for index, piece in enumerate(pieces))
    compiled = compiled_pattern(program)
    assert compiled is not None
    return TextPlace(written, compiled, compiled.groupindex.get("value", 0), max(literals, key=len)), None


def _piece(piece: str, slot: str, last: bool) -> str:
    if piece == _SLOT:
        # A run of words ends where the pattern says; at the pattern's end, at the next mark.
        return slot.replace("{1,200}?", "{1,200}") if last else slot
    if _PIECES.fullmatch(piece):
        return rf"[^。;\n]{{0,{MAX_GAP}}}?"
    return re.escape(fold_words(piece))


def compile_regex(written: str, at: Position) -> Compiled:
    """A regular expression; its group called `value`, if it has one, is where the value stands."""
    compiled = compiled_pattern(written)
    if compiled is None:
        message = Text(f"不是有效的正则表达式:{written[:60]}", f"not a valid regular expression: {written[:60]}")
        hint = Text(
            "按 RE2 语法书写(没有前后断言和反向引用);一般用 text 更简单。",
            "RE2 syntax (no look-around, no back-references); text is simpler in most cases.",
        )
        return None, Problem("bad-pattern", at, message, hint)
    return TextPlace(written, compiled, compiled.groupindex.get("value", 0)), None


@cache
def compiled_pattern(program: str) -> Any:
    """The pattern compiled; None where it is none."""
    import re2

    options = re2.Options()
    options.max_mem = _MAX_MEMORY
    options.log_errors = False
    try:
        return re2.compile(program, options)
    except re2.error:
        return None


def _bad_template(written: str, twice: bool, at: Position) -> Problem:
    if twice:
        message = Text("{value} 只能写一次", "{value} may stand once")
    else:
        message = Text(f"除 {{value}} 和 … 外没有文字:{written[:40]}", f"no words but {{value}} and …: {written[:40]}")
    hint = Text("例如:财政预算批复{value}。", "For example: 财政预算批复{value}.")
    return Problem("bad-pattern", at, message, hint)
