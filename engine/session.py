"""Decisions in durable_rules: the narrow subset it was measured to be sound in, checked again at run time.

One rule is one pattern over one fact: `kind == K` and comparisons of integer properties with constants. Everything that
fires is compared with an evaluation of the same condition in plain Python; any disagreement is an EngineFault, never a
score. See docs/decisions/0001.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from engine.plan import Decision

MAX_KINDS = 400
MAX_RULES = 3500
MAX_FACTS = 20_000
MAX_NODES = 60
_SESSION = "e"
_OPEN = "__open__"
# The C library keeps state without locks of its own; one evaluation at a time in one process.
_LOCK = threading.RLock()


class EngineFault(Exception):
    """durable_rules did not do what the same conditions say in plain Python. No score may come of it."""


class Rulesets:
    """A Plan's decisions as durable_rules rulesets, split to stay within the measured limits. Made once per rulebook."""

    def __init__(self, decisions: Sequence[Decision], name: str) -> None:
        self._shard_of: dict[str, int] = {}
        self._outcomes: dict[str, tuple[str, int]] = {}
        self._handles: list[Any] = []
        self._name = name
        for number, chunk in enumerate(_shards(decisions)):
            self._create(number, chunk)

    def _create(self, number: int, decisions: Sequence[Decision]) -> None:
        import durable_rules_engine as engine  # a C module: absent until the application is installed

        _check_names(decisions)
        rules: dict[str, Any] = {_OPEN: _rule(_OPEN, ())}
        for decision in decisions:
            _check_size(decision)
            self._shard_of[decision.kind] = number
            for place, case in enumerate(decision.cases):
                name = f"{decision.kind}c{place}"
                rules[name] = _rule(decision.kind, case.guard)
                self._outcomes[name] = (decision.kind, case.outcome)
        with _LOCK:
            self._handles.append(engine.create_ruleset(f"{self._name}-{number}", json.dumps(rules, ensure_ascii=False)))

    def shard_of(self, kind: str) -> int:
        """Which ruleset a kind of fact belongs to."""
        return self._shard_of[kind]

    def handle(self, shard: int) -> Any:
        """The C handle of a ruleset."""
        return self._handles[shard]

    def outcome(self, rule: str) -> tuple[str, int]:
        """Kind and outcome of a rule by name."""
        return self._outcomes[rule]

    def close(self) -> None:
        """Free the rulesets; every session must have ended before."""
        import durable_rules_engine as engine

        with _LOCK:
            for handle in self._handles:
                engine.delete_ruleset(handle)
            self._handles.clear()


class Session:
    """One evaluation: facts asserted one by one, each firing exactly one rule of its kind. Use as a context manager."""

    def __init__(self, rulesets: Rulesets) -> None:
        self._rulesets = rulesets
        self._offsets: dict[int, int] = {}
        self._count = 0
        self.fired: list[str] = []

    def __enter__(self) -> Session:
        import durable_rules_engine as engine

        self._engine = engine
        _LOCK.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for shard in self._offsets:
                self._engine.delete_state(self._rulesets.handle(shard), _SESSION)
        finally:
            _LOCK.release()

    def fire(self, kind: str, properties: str, expected: int) -> int:
        """Assert a fact and return the outcome of the one rule that fired.

        `properties` is the fact's own JSON members without braces (`"a1":18,"b1":20`); `expected` is the outcome by
        plain evaluation. Raises EngineFault where they differ, where not exactly one rule fires, or where the fact does
        not come back as it went in.
        """
        shard = self._rulesets.shard_of(kind)
        handle = self._rulesets.handle(shard)
        offset = self._offsets.get(shard)
        if offset is None:
            offset = self._open(shard, handle)
        self._count += 1
        if self._count > MAX_FACTS:
            raise EngineFault(f"more than {MAX_FACTS} facts in one session")
        fact = f'{{"kind":"{kind}",{properties}"id":"f{self._count:06d}","sid":"{_SESSION}"}}'
        code, _ = self._engine.assert_fact(handle, fact)
        if code != 0:
            raise EngineFault(f"{kind}: no rule fired (code {code}) for {fact}")
        return self._drain(handle, offset, kind, fact, expected)

    def _drain(self, handle: Any, offset: int, kind: str, fact: str, expected: int) -> int:
        started = self._engine.start_action_for_state(handle, offset)
        message = started and started[1]
        rule = ""
        while message:
            if rule:
                raise EngineFault(f"{kind}: a second rule fired: {message}")
            rule = _fired(message, fact)
            message = self._engine.complete_and_start_action(handle, offset)
        fired_kind, outcome = self._rulesets.outcome(rule) if rule else ("", -1)
        if fired_kind != kind or outcome != expected:
            raise EngineFault(f"{kind}: {rule or 'nothing'} fired, plain evaluation gives outcome {expected}")
        self.fired.append(rule)
        return outcome

    def _open(self, shard: int, handle: Any) -> int:
        # An opening fact that always fires initialises the session; without it deleting the state can crash.
        code, offset = self._engine.assert_fact(handle, f'{{"kind":"{_OPEN}","id":"open","sid":"{_SESSION}"}}')
        if code != 0:
            raise EngineFault(f"the session did not open (code {code})")
        self._engine.start_action_for_state(handle, offset)
        self._engine.complete_and_start_action(handle, offset)
        self._offsets[shard] = offset
        return int(offset)


def _fired(message: str, fact: str) -> str:
    """The rule a message names; the fact in it must be the one asserted, character for character or value for value."""
    rule = message[2 : message.index('"', 2)]
    if message == f'{{"{rule}":{{"m":{fact}}}}}':
        return rule
    ((rule, match),) = json.loads(message).items()
    if match.get("m") != json.loads(fact):
        raise EngineFault(f"{rule}: the fact came back altered: {message}")
    return str(rule)


_OPERATORS = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte", "!=": "$neq"}


def _rule(kind: str, guard: Sequence[tuple[str, str, int]]) -> dict[str, Any]:
    tests: list[Any] = [{"kind": kind}]
    for name, op, constant in guard:
        tests.append({name: constant} if op == "==" else {_OPERATORS[op]: {name: constant}})
    return {"all": [{"m": {"$and": tests}}]}


def fnv1(text: str) -> int:
    """The 32-bit FNV-1 hash by which durable_rules tells property names and fact ids apart."""
    value = 2166136261
    for byte in text.encode():
        value = (value * 16777619 & 0xFFFFFFFF) ^ byte
    return value


def _check_names(decisions: Sequence[Decision]) -> None:
    """Two property names with one hash would be one property."""
    names = {test.property for decision in decisions for case in decision.cases for test in case.guard}
    names |= {"kind", "id", "sid"}
    if len({fnv1(name) for name in names}) < len(names):
        raise EngineFault("two property names have the same hash")


def _check_size(decision: Decision) -> None:
    nodes = {test for case in decision.cases for test in case.guard}
    if len(nodes) > MAX_NODES:
        raise EngineFault(f"{decision.label}: {len(nodes)} condition nodes, at most {MAX_NODES} are safe")


def _shards(decisions: Sequence[Decision]) -> list[list[Decision]]:
    shards: list[list[Decision]] = [[]]
    rules = 1
    for decision in decisions:
        if shards[-1] and (len(shards[-1]) >= MAX_KINDS or rules + len(decision.cases) > MAX_RULES):
            shards.append([])
            rules = 1
        shards[-1].append(decision)
        rules += len(decision.cases)
    return shards
