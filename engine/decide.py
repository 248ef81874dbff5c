"""One decision for one case: codes computed, fact asserted, outcome checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.compute import UNDEFINED, Env, Quantity
from engine.plan import (
    CODE_LIMIT,
    FALSE,
    OPEN,
    TRUE,
    UNKNOWN,
    Decision,
    InapplicableInput,
    Input,
    LabelInput,
    RangeInput,
    TruthInput,
    code,
)
from engine.session import Session
from facts.values import Interval

Listener = Callable[[Decision, int], None]


@dataclass(slots=True)
class Decider:
    """Decides within one session; `inapplicable` are the concepts stated not to apply; `listener` hears each firing."""

    session: Session
    env: Env
    inapplicable: frozenset[str]
    listener: Listener
    _known: dict[str, int] = field(default_factory=dict)

    def decide(self, decision: Decision) -> int:
        """The outcome, fired in the engine and equal to `expected`."""
        kind = decision.kind
        if kind in self._known:
            return self._known[kind]
        properties = "".join([self._properties(one) for one in decision.inputs])
        outcome = self.session.fire(kind, properties, self.expected(decision))
        self._known[kind] = outcome
        self.listener(decision, outcome)
        return outcome

    def expected(self, decision: Decision) -> int:
        """The outcome by plain evaluation of the conditions, without codes and without the engine."""
        env = self.env
        if not decision.selection:
            truth = decision.truths[0](env, None)
            return UNKNOWN if truth is None else (TRUE if truth else FALSE)
        place = 0
        if decision.inapplicable:
            if not self.inapplicable.isdisjoint(decision.inapplicable):
                return 0
            place = 1
        for truth_of in decision.truths:
            truth = truth_of(env, None)
            if truth is not False:
                return place if truth else OPEN + place
            place += 1
        return place

    def _properties(self, one: Input) -> str:
        name = one.name
        if isinstance(one, RangeInput):
            low, high = range_codes(one.measure.compute(self.env, None), one.scale)
            return f'"a{name}":{low},"b{name}":{high},'
        if isinstance(one, InapplicableInput):
            applies = self.inapplicable.isdisjoint(one.concepts)
            return f'"{name}":{0 if applies else 2},'
        if isinstance(one, LabelInput):
            return f'"{name}":{label_code(one.compute(self.env, None), one.labels)},'
        assert isinstance(one, TruthInput)
        return f'"{name}":{self.decide(one.decision)},'


class PlainDecider(Decider):
    """Decides by plain evaluation alone, for questions of "what if"; no score that is given comes of it."""

    __slots__ = ()

    def __init__(self, env: Env, inapplicable: frozenset[str], listener: Listener = lambda *_: None) -> None:
        super().__init__(None, env, inapplicable, listener)  # type: ignore[arg-type]  # no session, and none is asked

    def decide(self, decision: Decision) -> int:
        """The outcome; decisions chained to it are heard of before it, as in the engine."""
        kind = decision.kind
        if kind not in self._known:
            for one in decision.inputs:
                if isinstance(one, TruthInput):
                    self.decide(one.decision)
            self._known[kind] = self.expected(decision)
            self.listener(decision, self._known[kind])
        return self._known[kind]


def range_codes(value: Quantity, scale: int) -> tuple[int, int]:
    """Codes of the lowest and highest possible value; an excluded end moves inward by half a step."""
    if value is UNDEFINED:
        return -CODE_LIMIT, CODE_LIMIT
    if not isinstance(value, Interval):
        both = code(value, scale)
        return both, both
    low, high = -CODE_LIMIT, CODE_LIMIT
    if value.lo is not None:
        low = code(value.lo, scale)
        low += value.lo_open and low % 2 == 0
    if value.hi is not None:
        high = code(value.hi, scale)
        high -= value.hi_open and high % 2 == 0
    return low, high


def label_code(label: str | None, labels: tuple[str, ...]) -> int:
    """The label's place among those tested, their number for any other, -1 for unknown."""
    if label is None:
        return -1
    return labels.index(label) if label in labels else len(labels)
