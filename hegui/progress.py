"""How far long work is, on stderr, where somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable

from facts.problem import printable
from hegui.command import Arguments, tell

Progress = Callable[[int, int, str], None]


def progress_of(arguments: Arguments) -> Progress:
    """Says every tenth of the work (every 10,000 of work without an end), on a terminal or with -v."""
    shown: dict[str, int] = {}

    def say(done: int, total: int, what: str) -> None:
        tenth = 10 * done // total if total else done // 10_000
        if shown.get(what) != tenth and (arguments.verbose or sys.stderr.isatty()):
            shown[what] = tenth
            far = f"{done}/{total}" if total else str(done)
            tell(f"{printable(what)} {far}")

    return say
