"""Whatever durable_rules does otherwise than plain evaluation is an engine fault, never a score."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import durable_rules_engine
import pytest

from engine import plan
from engine import session as module
from engine.compute import Env
from engine.conditions import Context, Registry, truth_decision
from engine.decide import Decider
from engine.plan import FALSE, TRUE, UNKNOWN, Case, Decision
from engine.session import EngineFault, Rulesets, Session, fnv1
from tests.engine.example import COMPILER, WORDS, checked


@pytest.fixture
def decision() -> Decision:
    """发文数 <= 680 份, as in the report."""
    return truth_decision(checked("发文数 <= 680 份"), Context(Registry(), WORDS, COMPILER, label="document-control"))


def outcome(rulesets: Rulesets, decision: Decision, documents: int = 680) -> int:
    """The decision for a department that issued so many documents."""
    with Session(rulesets) as session:
        return Decider(session, Env({"documents": Fraction(documents)}, {}), frozenset(), lambda *_: None).decide(
            decision
        )


def test_a_sound_ruleset_decides(decision: Decision) -> None:
    rulesets = Rulesets([decision], "sound")
    assert [outcome(rulesets, decision, n) for n in (679, 680, 681)] == [TRUE, TRUE, FALSE]
    rulesets.close()


def _swapped(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    return tuple(replace_outcome(one, {TRUE: FALSE, FALSE: TRUE}.get(one.outcome, one.outcome)) for one in cases)


def replace_outcome(one: Case, outcome: int) -> Case:
    """The same guard, another outcome."""
    return Case(outcome, one.guard)


def _shifted(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    return tuple(Case(c.outcome, tuple(plan.Test(t.property, t.op, t.constant - 2) for t in c.guard)) for c in cases)


def _doubled(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    return (*cases, cases[0])


def _emptied(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    return tuple(one for one in cases if one.outcome != TRUE)


@pytest.mark.parametrize("tamper", [_swapped, _shifted, _doubled, _emptied])
def test_a_tampered_ruleset_is_an_engine_fault(
    decision: Decision, tamper: Callable[[tuple[Case, ...]], tuple[Case, ...]]
) -> None:
    rulesets = Rulesets([replace(decision, cases=tamper(decision.cases))], "tampered")
    with pytest.raises(EngineFault):
        outcome(rulesets, decision)
    rulesets.close()


@pytest.mark.parametrize("expected", [FALSE, UNKNOWN])
def test_an_outcome_other_than_expected_is_an_engine_fault(decision: Decision, expected: int) -> None:
    rulesets = Rulesets([decision], "expected")
    with Session(rulesets) as session, pytest.raises(EngineFault, match="plain evaluation"):
        session.fire(decision.kind, '"a1":2,"b1":2,', expected)
    rulesets.close()


def _other_value(message: str) -> str:
    return message.replace('"a1":1360', '"a1":1359')


def _other_rule(message: str) -> str:
    return message.replace("c0", "c1")


@pytest.mark.parametrize("alter", [_other_value, _other_rule])
def test_a_message_that_came_back_altered_is_an_engine_fault(
    decision: Decision, monkeypatch: pytest.MonkeyPatch, alter: Callable[[str], str]
) -> None:
    def start(handle: Any, offset: int) -> Any:
        found = durable_rules_engine.start_action_for_state(handle, offset)
        return found and (found[0], alter(found[1]), *found[2:])

    rulesets = Rulesets([decision], "altered")
    session = Session(rulesets)
    names = ("assert_fact", "complete_and_start_action", "delete_state")
    kept = {name: getattr(durable_rules_engine, name) for name in names}
    with session:
        monkeypatch.setattr(session, "_engine", SimpleNamespace(**kept, start_action_for_state=start))
        with pytest.raises(EngineFault):
            session.fire(decision.kind, '"a1":1360,"b1":1360,', TRUE)
    rulesets.close()


def test_a_fact_in_another_spelling_with_the_same_values_is_not_altered() -> None:
    fact = '{"kind":"d1","a1":2,"id":"f000001","sid":"e"}'
    message = json.dumps({"d1c0": {"m": json.loads(fact)}})
    assert module._fired(message, fact) == "d1c0"


def test_after_a_fault_the_engine_still_works(decision: Decision) -> None:
    rulesets = Rulesets([decision], "after")
    for _ in range(3):
        with Session(rulesets) as session, pytest.raises(EngineFault):
            session.fire(decision.kind, '"a1":2,"b1":2,', FALSE)
        assert outcome(rulesets, decision) == TRUE
    rulesets.close()


def test_too_many_facts_in_one_session_are_refused(decision: Decision, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FACTS", 3)
    rulesets = Rulesets([decision], "facts")
    with Session(rulesets) as session:
        for _ in range(3):
            session.fire(decision.kind, '"a1":2,"b1":2,', TRUE)
        with pytest.raises(EngineFault, match="more than 3 facts"):
            session.fire(decision.kind, '"a1":2,"b1":2,', TRUE)
    rulesets.close()


def test_a_kind_with_too_many_condition_nodes_never_reaches_the_engine(decision: Decision) -> None:
    guard = tuple(plan.Test("a1", "<", n) for n in range(61))
    with pytest.raises(EngineFault, match="61 condition nodes"):
        Rulesets([replace(decision, cases=(Case(TRUE, guard),))], "wide")


def test_two_property_names_with_one_hash_never_reach_the_engine(
    decision: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "fnv1", lambda name: 1)
    with pytest.raises(EngineFault, match="same hash"):
        Rulesets([decision], "hashes")


def test_property_names_in_use_have_hashes_of_their_own() -> None:
    names = [f"{letter}{n}" for letter in "abctn" for n in range(2000)] + ["kind", "id", "sid"]
    assert len({fnv1(name) for name in names}) == len(names)
    assert fnv1("") == 2166136261
    assert fnv1("a") == 0x050C5D7E


def resident() -> int:
    """Resident memory of this process in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_memory_stays_flat_over_two_thousand_sessions(decision: Decision) -> None:
    rulesets = Rulesets([decision], "memory")
    for n in range(200):
        outcome(rulesets, decision, n)
    gc.collect()
    before = resident()
    for n in range(2000):
        outcome(rulesets, decision, n)
    gc.collect()
    # An undeleted session costs about 2 MB; two thousand of them would show.
    assert resident() - before < 4 * 2**20
    rulesets.close()


def test_memory_stays_flat_when_sessions_fault(decision: Decision) -> None:
    if not Path("/proc/self/statm").exists():
        pytest.skip("memory is read from /proc")
    rulesets = Rulesets([decision], "faults")
    before = 0
    for n in range(300):
        with Session(rulesets) as session, pytest.raises(EngineFault):
            session.fire(decision.kind, '"a1":2,"b1":2,', FALSE)
        before = before if n != 50 else resident()
    assert resident() - before < 8 * 2**20
    rulesets.close()
