"""What a report makes of an effect, made once for all units that have it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from engine.impact import Effect

Made = TypeVar("Made")
# So many are kept; then it begins anew.
_MOST = 10_000


class ByEffect(Generic[Made]):
    """A function of effects that remembers what it made of the last ones, each by the very record."""

    def __init__(self, make: Callable[[Effect], Made]) -> None:
        self._make = make
        self._made: dict[int, tuple[Effect, Made]] = {}

    def __call__(self, effect: Effect) -> Made:
        """What is made of this effect."""
        # An effect that is kept here is alive, so that no other has its number.
        found = self._made.get(id(effect))
        if found is None:
            if len(self._made) >= _MOST:
                self._made.clear()
            found = self._made[id(effect)] = (effect, self._make(effect))
        return found[1]
