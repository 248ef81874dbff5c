"""What was worked out for a page and may be asked for again: a few answers of workers, kept by what they are an answer to."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from threading import Lock
from typing import Any

MOST = 64


class Seen:
    """The last answers. A run that is done never changes, so neither does what is said of it."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._lock = most, Lock()
        self._found: OrderedDict[Hashable, Mapping[str, Any]] = OrderedDict()

    def get(self, key: Hashable) -> Mapping[str, Any] | None:
        """The answer, where it is still kept."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def keep(self, key: Hashable, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep an answer."""
        with self._lock:
            self._found[key] = answer
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return answer


SEEN = Seen()
