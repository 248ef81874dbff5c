"""Numbers of a document with something in them that only looks like a digit: shown, never guessed at and never used."""

from __future__ import annotations

from collections.abc import Iterator

from facts.cleaning.lookalikes import find_lookalikes
from facts.gathering.views import View
from facts.problem import Problem, Text

# Beyond these many the text is so bad that it must be looked at as a whole.
MAX_SHOWN = 50
_HINT = Text("请对照原件,改正后再读。", "Compare with the original, correct it and read again.")


def lookalikes_in(view: View) -> Iterator[Problem]:
    """One Problem for each of them, in the order of the document."""
    shown = 0
    for passage in view.passages:
        for one in find_lookalikes(passage.folded.text):
            shown += 1
            if shown > MAX_SHOWN:
                return
            at = view.position(passage.place(passage.folded.origins[one.at]))
            words = passage.folded.text[max(0, one.at - 12) : one.at + len(one.text) + 3]
            reads = Text(f",也许是“{one.reads_as}”", f", perhaps “{one.reads_as}”") if one.reads_as else Text("", "")
            message = Text(
                f"“{words}”里有像数字的字符{reads.zh},没有采用",
                f"“{words}” holds something that looks like a digit{reads.en}; it was not used",
            )
            yield Problem("lookalike", at, message, _HINT, "warning")
