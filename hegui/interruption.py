"""Ctrl-C, told apart from a fault: what a library makes of it (the database an error of its own) is an interruption all the same."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_came = threading.Event()


@contextmanager
def told_apart() -> Iterator[None]:
    """Whatever fails inside once Ctrl-C came is a KeyboardInterrupt.

    A library that looks for signals while it works tells of them in its own words, and a statement that another thread runs fails
    because it was ended: neither is a fault. Where Ctrl-C is ignored, or belongs to somebody else, it stays as it is.
    """
    ours = threading.current_thread() is threading.main_thread() and (
        signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    if ours:
        _came.clear()
        signal.signal(signal.SIGINT, _note)
    try:
        yield
    except Exception as error:
        if _came.is_set():
            raise KeyboardInterrupt from error
        raise
    finally:
        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _note(number: int, frame: FrameType | None) -> None:
    _came.set()
    signal.default_int_handler(number, frame)
