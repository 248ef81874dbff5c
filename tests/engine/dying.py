"""Children that do not answer, for the tests of the isolated runner. A spawned child imports them by name."""

from __future__ import annotations

import os
import time


def dies(*_: object) -> None:
    """Ends at once, as a crash of the C library would."""
    os._exit(139)


def hangs(*_: object) -> None:
    """Never answers."""
    time.sleep(600)


def babbles(sender: object, *_: object) -> None:
    """Answers with words, as a child does that met an engine fault."""
    sender.send("d1: nothing fired")  # type: ignore[attr-defined]  # a Connection
