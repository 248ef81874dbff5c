"""The verbs: in force or not, what a basis is worth, and what the order of anything must not change."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from engine.evaluate import Evaluator, usable
from engine.load import load_rulebook
from engine.model import Rulebook
from engine.session import EngineFault
from facts.casefile import read_case
from facts.model import BASES, Basis, Case, Period
from tests.engine.example import RULES, assessed, case, case_files, indicator, section, sound

CASES = case_files()
LIMIT = section(indicator('full: "<= 680 份"\notherwise: 0', "measure: 发文数\n"))


def both(path: Path) -> tuple[Rulebook, Case]:
    """A rulebook and a case of it."""
    rulebook, _ = load_rulebook(path.parents[1])
    assert rulebook is not None
    found, _ = read_case([path], rulebook.vocabulary)
    assert found is not None
    return rulebook, found


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_the_order_of_facts_changes_nothing(path: Path) -> None:
    rulebook, known = both(path)
    names = sorted(known.facts)
    random.Random(7).shuffle(names)  # noqa: S311 - an order, not a secret
    shuffled = replace(known, facts={name: known.facts[name] for name in names})
    with Evaluator(rulebook) as evaluator:
        assert evaluator.assess(known) == evaluator.assess(shuffled) == evaluator.assess(known)


def test_the_order_of_rules_changes_no_score() -> None:
    rulebook, known = both(RULES / "kunming-2017" / "cases" / "kunming-2017.yaml")
    turned = replace(
        rulebook,
        sections=tuple(replace(s, indicators=s.indicators[::-1]) for s in reversed(rulebook.sections)),
        vetoes=rulebook.vetoes[::-1],
        checks=rulebook.checks[::-1],
    )
    with Evaluator(rulebook) as one, Evaluator(turned) as other:
        found, again = one.assess(known), other.assess(known)
    assert (found.score, found.grade, found.by_basis) == (again.score, again.grade, again.by_basis)
    assert {i.id: (i.score, i.verdict) for i in found.indicators} == {
        i.id: (i.score, i.verdict) for i in again.indicators
    }


@pytest.mark.parametrize(
    ("start", "end", "in_force"),
    [
        (date(2017, 1, 1), date(2017, 12, 31), True),
        (date(2017, 6, 1), date(2017, 6, 30), True),
        (date(2016, 12, 31), date(2017, 12, 31), False),
        (date(2017, 1, 1), date(2018, 1, 1), False),
        (date(2018, 1, 1), date(2018, 12, 31), False),
    ],
)
def test_a_rulebook_scores_only_the_days_it_is_in_force(start: date, end: date, in_force: bool) -> None:
    known = replace(case("发文数: 680 份"), period=Period(start, end))
    assert [p.code for p in usable(sound(LIMIT), known)] == ([] if in_force else ["not-in-force"])


def test_a_rulebook_without_an_end_stays_in_force() -> None:
    rulebook = replace(sound(LIMIT), effective_to=None)
    assert usable(rulebook, replace(case(""), period=Period(date(2031, 1, 1), date(2031, 12, 31)))) == ()


@pytest.mark.parametrize("basis", BASES)
def test_a_fact_counts_only_on_an_accepted_basis(basis: Basis) -> None:
    known = case(f"发文数: {{value: 680 份, basis: {basis}}}")
    with Evaluator(sound(LIMIT)) as evaluator:
        accepted = evaluator.assess(known, accept=[basis])
        refused = evaluator.assess(known, accept=[one for one in BASES if one != basis])
    assert accepted.score == 10 and accepted.indicators[0].basis == basis
    assert refused.score is None and refused.lower == 0 and refused.upper == 10
    assert refused.indicators[0].missing == ("documents",)


def test_a_fact_too_large_for_64_bits_is_compared_exactly() -> None:
    rulebook = sound(section(indicator('full: "<= 1 亿元"\notherwise: 0', "measure: 决算数\n")))
    for amount, score in (
        ("1" + "0" * 40, 0),
        ("0." + "0" * 40 + "1", 10),
        ("10000", 10),
        ("10000." + "0" * 30 + "1", 0),
    ):
        assert assessed(rulebook, f"决算数: {amount} 万元").score == score


def test_a_threshold_beyond_exact_comparison_makes_no_evaluator() -> None:
    rulebook = sound(section(indicator(f'full: "<= {"9" * 25} 亿元"\notherwise: 0', "measure: 决算数\n")))
    with pytest.raises(ValueError, match="threshold is too large"):
        Evaluator(rulebook)


def test_an_engine_that_disagrees_gives_no_score(monkeypatch: pytest.MonkeyPatch) -> None:
    with Evaluator(sound(LIMIT)) as evaluator:
        monkeypatch.setattr("engine.decide.range_codes", lambda value, scale: (2, 2))
        with pytest.raises(EngineFault):
            evaluator.assess(case("发文数: 700 份"))


def test_many_cases_in_a_row_do_not_disturb_one_another() -> None:
    cases = [case(f"发文数: {n} 份") for n in (679, 680, 681, 700)] + [case("")]
    with Evaluator(sound(LIMIT)) as evaluator:
        alone = [evaluator.assess(one) for one in cases]
        mixed = [evaluator.assess(cases[n % 5]) for n in (4, 3, 2, 1, 0, 2, 4)]
    assert [one.score for one in alone] == [10, 10, 0, 0, None]
    assert mixed == [alone[n] for n in (4, 3, 2, 1, 0, 2, 4)]


MISSING = {"undetermined": (Fraction(0), Fraction(10)), "zero": (Fraction(0),) * 2, "full": (Fraction(10),) * 2}


@pytest.mark.parametrize("policy", sorted(MISSING))
def test_a_missing_fact_is_what_the_rule_says_it_is(policy: str) -> None:
    text = section(indicator('full: "<= 680 份"\notherwise: 0', f"measure: 发文数\nmissing: {policy}\n"))
    for facts in ("", "发文数: {absent: 未提供}"):
        found = assessed(sound(text), facts)
        assert (found.lower, found.upper) == MISSING[policy]


ZERO = {"undetermined": "undetermined", "not_applicable": "not_applicable", "zero": "not_met", "full": "met"}


@pytest.mark.parametrize("policy", sorted(ZERO))
def test_a_zero_denominator_is_what_the_rule_says_it_is(policy: str) -> None:
    extra = f"measure: 决算数 / 预算数\nzero_denominator: {policy}\n"
    rulebook = sound(section(indicator('full: "<= 100%"\notherwise: 0', extra)))
    assert assessed(rulebook, "决算数: 3 万元\n预算数: 0 万元").indicators[0].verdict == ZERO[policy]
    assert assessed(rulebook, "决算数: 3 万元\n预算数: 3 万元").indicators[0].verdict == "met"


@pytest.mark.parametrize("policy", sorted(ZERO))
def test_a_row_that_divides_by_zero_is_what_the_rule_says_it_is(policy: str) -> None:
    extra = f"measure: sum(绩效目标, 金额 / 件数 * 1 份 where 是否量化 is 是)\nzero_denominator: {policy}\n"
    rulebook = sound(section(indicator('full: ">= 3 万元"\notherwise: 0', extra)))

    def verdict(*rows: str) -> str:
        return assessed(rulebook, f"绩效目标: {{rows: [{', '.join(rows)}]}}").indicators[0].verdict

    enough, by_zero = "{是否量化: 是, 金额: 6 万元, 件数: 2}", "{是否量化: 是, 金额: 6 万元, 件数: 0}"
    assert verdict(enough) == "met"
    assert verdict(enough, by_zero) == ZERO[policy]
    assert verdict(enough, by_zero.replace("是, 金额", "否, 金额")) == "met"
    # Whether the row counts is not known, so neither is whether anything is divided by zero.
    assert verdict(enough, by_zero.replace("是否量化: 是, ", "")) == "undetermined"
