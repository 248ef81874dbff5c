"""A crash or a hang of the engine ends a child, never the one who asked."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable

import pytest

from engine import isolated
from engine.evaluate import Evaluator
from engine.isolated import assess_isolated
from engine.session import EngineFault
from facts.model import Basis
from tests.engine import dying
from tests.engine.example import case, indicator, section, sound

RULEBOOK = sound(section(indicator('full: "<= 680 份"\notherwise: 0', "measure: 发文数\n")))
CASE = case("发文数: {value: 681 份, quote: 正式下发文件681份}")


def test_an_isolated_assessment_is_the_same_assessment() -> None:
    with Evaluator(RULEBOOK) as evaluator:
        assert assess_isolated(RULEBOOK, CASE) == evaluator.assess(CASE)


def test_what_counts_as_a_basis_reaches_the_child() -> None:
    figures: tuple[Basis, ...] = ("figure",)
    assert assess_isolated(RULEBOOK, CASE, accept=figures).score is None


@pytest.mark.parametrize(
    ("child", "timeout", "words"),
    [(dying.dies, 30, "died"), (dying.hangs, 1, "did not answer within 1 s"), (dying.babbles, 30, "nothing fired")],
)
def test_a_child_that_dies_hangs_or_faults_is_an_engine_fault(
    monkeypatch: pytest.MonkeyPatch, child: Callable[..., None], timeout: int, words: str
) -> None:
    monkeypatch.setattr(isolated, "_serve", child)
    with pytest.raises(EngineFault, match=words):
        assess_isolated(RULEBOOK, CASE, timeout=timeout)
    assert multiprocessing.active_children() == []


def test_a_child_says_what_went_wrong_in_words() -> None:
    impossible = sound(section(indicator(f'full: "<= {"9" * 25} 亿元"\notherwise: 0', "measure: 决算数\n")))
    with pytest.raises(EngineFault, match="threshold is too large"):
        assess_isolated(impossible, CASE)
