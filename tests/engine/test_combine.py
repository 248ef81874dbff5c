"""Scores made of scores, worked out by hand; bounds in, bounds out."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.combine import (
    MAX_MAYBES,
    MAYBE,
    NO,
    NOT_APPLICABLE,
    PART_RULES,
    YES,
    Member,
    Rule,
    Score,
    combined,
    section_rule,
)
from tests.engine.example import ROOT, assessed, indicator, section, sound

F = Fraction
FLOOR, CAP = F(0), F(100)


def member(score: str | None, points: str, policy: str = "exclude", weight: str = "1") -> Member:
    """A member with a known score; None: it does not apply."""
    found = NOT_APPLICABLE if score is None else Score(F(score), F(score))
    return Member(found, F(points), F(weight), policy)


def made(rule: str, *members: Member) -> Score:
    """The members combined."""
    return combined(members, PART_RULES[rule], FLOOR, CAP)


def exactly(value: str) -> Score:
    """One score."""
    return Score(F(value), F(value))


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        # 3 of 4 and 5 of 6 points, and 2 points that do not apply
        ("full", "10"),
        ("exclude", "8"),
        ("rescale", "9.6"),  # 8 x (10 + 2) / 10
        ("spread", "9.5833333"),  # 3 x 5/4 + 5 x 7/6
    ],
)
def test_what_does_not_apply_is_full_dropped_rescaled_or_spread(policy: str, expected: str) -> None:
    found = made("sum", member("3", "4"), member("5", "6"), member(None, "2", policy))
    exact = {"spread": F(115, 12)}.get(policy, F(expected))
    assert found == Score(exact, exact)


@pytest.mark.parametrize(
    ("rule", "expected"), [("sum", "8"), ("best", "5"), ("worst", "3"), ("average", "4"), ("weighted", "3.8")]
)
def test_each_combinator_does_what_its_name_says(rule: str, expected: str) -> None:
    assert made(rule, member("3", "5", weight="0.6"), member("5", "5", weight="0.4")) == exactly(expected)


def test_the_weights_of_what_applies_add_up_to_one_again() -> None:
    found = made(
        "weighted", member("3", "5", weight="0.6"), member("5", "5", weight="0.2"), member(None, "5", weight="0.2")
    )
    assert found == exactly("3.5")


@pytest.mark.parametrize("rule", sorted(PART_RULES))
def test_if_nothing_applies_nothing_does(rule: str) -> None:
    assert made(rule, member(None, "5"), member(None, "5")) == NOT_APPLICABLE


def test_what_may_or_may_not_apply_is_tried_both_ways() -> None:
    maybe = Member(Score(F(1), F(1), MAYBE), F(5), policy="exclude")
    assert made("average", member("5", "5"), maybe) == Score(F(3), F(5))
    assert made("best", maybe) == Score(F(1), F(1), MAYBE)
    assert made("sum", member("3", "4"), maybe._replace(policy="full")) == Score(F(4), F(8))


def test_too_many_that_may_or_may_not_apply_are_bounded_by_floor_and_cap() -> None:
    maybes = [Member(Score(F(1), F(1), MAYBE), F(5), policy="exclude")] * (MAX_MAYBES + 1)
    assert made("sum", *maybes) == Score(FLOOR, CAP)


@pytest.mark.parametrize(
    ("model", "malus", "expected"),
    [
        # 3 of 4 and 6 of 6 in a section that declares 9 points
        ("sum", False, "9"),
        ("declared_less_deductions", False, "8"),
        ("rescaled", False, "8.1"),
        ("sum", True, "9"),
    ],
)
def test_a_section_is_made_by_its_model(model: str, malus: bool, expected: str) -> None:
    rule: Rule = section_rule(model, F(9), malus)
    assert combined([member("3", "4"), member("6", "6")], rule, FLOOR, CAP) == exactly(expected)


def test_deductions_never_take_a_section_below_zero() -> None:
    rule = section_rule("declared_less_deductions", F(3), False)
    assert combined([member("0", "4"), member("6", "6")], rule, FLOOR, CAP) == exactly("0")


def test_in_a_rescaled_section_what_does_not_apply_counts_for_nothing() -> None:
    rule = section_rule("rescaled", F(20), False)
    assert combined([member("3", "4"), member(None, "6")], rule, FLOOR, CAP) == exactly("15")


# --- bounds ---

_quarters = st.integers(0, 20).map(lambda n: F(n, 4))


@st.composite
def _members(draw: st.DrawFn) -> Member:
    lo, hi = sorted((draw(_quarters), draw(_quarters)))
    na = draw(st.sampled_from((NO, NO, NO, MAYBE, YES)))
    policy = draw(st.sampled_from(("full", "rescale", "spread", "exclude")))
    weight = draw(st.sampled_from((F(1, 4), F(1, 2), F(1))))
    return Member(
        NOT_APPLICABLE if na == YES else Score(lo, hi, na), draw(st.sampled_from((F(1), F(2), F(5)))), weight, policy
    )


@st.composite
def _one_of(draw: st.DrawFn, member: Member) -> Member:
    """One way a member may turn out."""
    score = member.score
    if score.na == YES or (score.na == MAYBE and draw(st.booleans())):
        return member._replace(score=NOT_APPLICABLE)
    value = score.lo + (score.hi - score.lo) * draw(st.sampled_from((F(0), F(1, 3), F(1))))
    return member._replace(score=Score(value, value))


RULES: dict[str, Rule] = {
    **PART_RULES,
    **{model: section_rule(model, F(9), False) for model in ("declared_less_deductions", "rescaled")},
}


@given(st.lists(_members(), min_size=1, max_size=5), st.sampled_from(sorted(RULES)), st.data())
def test_however_the_members_turn_out_the_result_lies_within_the_bounds(
    members: list[Member], rule: str, data: st.DataObject
) -> None:
    wide = combined(members, RULES[rule], F(-1000), F(1000))
    exact = combined([data.draw(_one_of(member)) for member in members], RULES[rule], F(-1000), F(1000))
    if exact.na == YES:
        assert wide.na != NO
    else:
        assert wide.na != YES
        assert wide.lo <= exact.lo == exact.hi <= wide.hi


@given(st.lists(_members(), min_size=1, max_size=5), st.sampled_from(sorted(RULES)))
def test_a_higher_score_never_lowers_the_result(members: list[Member], rule: str) -> None:
    raised = [m._replace(score=m.score._replace(lo=m.score.lo + 1, hi=m.score.hi + 1)) for m in members]
    fixed = [m for m in members if m.policy != "full"] == members
    before, after = (combined(ones, RULES[rule], F(-1000), F(1000)) for ones in (members, raised))
    if fixed and before.na != YES:
        assert before.lo <= after.lo and before.hi <= after.hi


# --- the same through a rulebook ---

THREE = [
    ("a", "4", "full: 发文数 <= 3\notherwise: 3"),
    ("b", "6", "full: 通知数 <= 3\notherwise: 5"),
    ("c", "2", "full: 用时 <= 3 天\notherwise: 0"),
]


@pytest.mark.parametrize(
    ("policy", "rounding", "expected"),
    [
        ("full", "none", F(10)),
        ("exclude", "none", F(8)),
        ("rescale", "none", F(96, 10)),
        ("spread", "none", F(115, 12)),
    ],
)
def test_a_rulebook_says_what_is_done_with_an_indicator_that_does_not_apply(
    policy: str, rounding: str, expected: Fraction
) -> None:
    parts = [indicator(score, head=f"id: {key}\ntitle: {key}\npoints: {points}\n") for key, points, score in THREE]
    root = ROOT.replace("not_applicable: full", f"not_applicable: {policy}")
    rulebook = sound(section(*parts, head="format: hegui/section/v1\nid: one\ntitle: 管理\npoints: 12\n"), root=root)
    found = assessed(rulebook, "发文数: 5 份\n通知数: 5 份\n用时: {not_applicable: 无办事事项}")
    assert (found.score, found.indicators[2].verdict) == (expected, "not_applicable")
