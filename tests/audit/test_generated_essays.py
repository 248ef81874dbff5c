"""Reports in running sentences, drawn at random: sound ones give no finding, each planted fault is found and nothing else."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from facts.values import decimal_text
from tests.audit.essays import Essay, essay, essays, money, percent
from tests.audit.reports import audit, found


@given(e=essays())
def test_a_sound_essay_gives_no_finding(e: Essay) -> None:
    result = audit(essay(e))
    assert [(f.check, f.message.zh) for f in result.findings] == [], essay(e)
    assert result.points.claimed == e.total


def spoil(e: Essay, kind: str, more: int) -> tuple[Essay, set[str]]:
    """The essay with one wrong statement, and the checks one of which must find it (and nothing else may)."""
    match kind:
        case "units":
            return wrong(e, "units", str(len(e.units) - 1)), {"declared-count"}
        case "staff":
            return wrong(e, "staff", str(sum(e.staff) - more)), {"parts"}
        case "basic":
            return wrong(e, "basic", money(e.basic + 1000 * more)), {"parts", "percentage"}
        case "by":
            change = abs(e.spent - e.before)
            return wrong(e, "by", money(change + 30_000 * more)), {"change", "percentage"}
        case "growth":
            change = abs(e.spent - e.before)
            return wrong(e, "growth", percent(change + e.before * more / Fraction(10), e.before)), {"percentage"}
        case "share":
            assume(e.basic * 20 < e.spent * 17)
            return wrong(e, "share", percent(e.basic + e.spent * more / Fraction(40), e.spent)), {"percentage"}
        case "completion":
            return wrong(e, "completion", percent(e.done + e.target * more / Fraction(20), e.target)), {"percentage"}
        case "satisfaction":
            return wrong(e, "satisfaction", "99.99%"), {"percentage"}
        case "second":
            return wrong(e, "second", "四"), {"numbering"}
        case "bound":
            return wrong(e, "bound", "低于50%的目标"), {"at-most"}
        case "formula":
            rate = Fraction(20 * e.basic, e.spent) + more
            return wrong(e, "formula", decimal_text(Fraction(round(rate * 100), 100), 2)), {"formula"}
        case _:
            assume(e.style != 2 or any(e.lost))
            assume(e.style != 0 or e.total != 100)
            return wrong(e, "total", decimal_text(e.total - more)), {"listed-scores", "listed-deductions"}


def wrong(e: Essay, key: str, text: str) -> Essay:
    return replace(e, wrong={**e.wrong, key: text})


KINDS = (
    "units", "staff", "basic", "by", "growth", "share", "completion", "satisfaction", "second", "bound", "formula", "total",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@given(e=essays(), more=st.integers(1, 5))
@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_a_fault_planted_in_a_sentence_is_found_and_nothing_else(kind: str, e: Essay, more: int) -> None:
    spoiled, may = spoil(e, kind, more)
    checks = found(essay(spoiled))
    assert checks and set(checks) <= may, essay(spoiled)
