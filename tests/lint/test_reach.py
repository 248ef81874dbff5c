"""What a criterion can give at least and at most, by hand, for every form."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.lint.book import Book
from engine.lint.reach import Explored, Scores
from tests.engine.example import SECTION, indicator, section, sound


def explored(form: str, extra: str = "", head: str = SECTION) -> Explored:
    rulebook = sound(section(indicator(form, extra), head=head))
    return Book(rulebook).explored[0]


def scores(form: str, extra: str = "", head: str = SECTION) -> tuple[str, str]:
    found = explored(form, extra, head).whole.scores
    assert found is not None
    return str(found.lo), str(found.hi)


@pytest.mark.parametrize(
    ("form", "extra", "expected"),
    [
        ("fixed: 4", "", ("4", "4")),
        ('full: ">= 90%"\notherwise: 3', "measure: 执行率\n", ("3", "10")),
        ('full: ">= 0%"\notherwise: 3', "measure: 控制率\n", ("10", "10")),
        ('bands: [{when: ">= 90%", points: 8}, {otherwise: 2}]', "measure: 执行率\n", ("2", "8")),
        ('bands: [{when: "> 100 份", points: 8}, {otherwise: 2}]', "measure: 通知数\n", ("2", "2")),
        ("per_unit: {deduct: 1, per: 50 份, over: 0 份}", "measure: 通知数\n", ("8", "10")),
        ("per_unit: {deduct: 1, per: 50 份, over: 0 份, limit: 1}", "measure: 通知数\n", ("9", "10")),
        ("per_unit: {gain: 1, per: 50 份, over: 0 份}", "measure: 通知数\n", ("0", "2")),
        ("per_unit: {deduct: 1, per: 10 份, under: 30 份}", "measure: 通知数\n", ("7", "10")),
        ("per_unit: {deduct: 1, per: 10 份, around: 30 份}", "measure: 通知数\n", ("3", "10")),
        ("per_unit: {deduct: 1, per: 1 份, over: 0 份}", "measure: 发文数\n", ("0", "10")),
        ("deduct: [{points: 3, when: 已公开 is 否}, {points: 2, when: 质量 is 差}]", "", ("5", "10")),
        ("deduct: [{points: 1, each: 发文数, limit: 4}]", "", ("6", "10")),
        ("deduct: [{points: 3, when: 通知数 >= 0 份}]", "", ("7", "7")),
        ("add: [{points: 3, when: 已公开 is 是}, {points: 1, each: 通知数, limit: 4}]", "", ("0", "7")),
        ("proportional: {to: 100%, direction: at_least}", "measure: 控制率\n", ("0", "10")),
        ("proportional: {to: 200 份, direction: at_least}", "measure: 通知数\n", ("0", "5")),
        ("proportional: {to: 50 份, direction: at_most}", "measure: 通知数\n", ("5", "10")),
        ("interpolate: [{at: 0 份, points: 2}, {at: 50 份, points: 9}, {at: 100 份, points: 2}]", "measure: 通知数\n", ("2", "9")),
        ("interpolate: [{at: 0 份, points: 2}, {at: 200 份, points: 10}]", "measure: 通知数\n", ("2", "6")),
        ("judged: {value: 评定分, from: 2, to: 7}", "", ("2", "7")),
        ("formula: 通知数 / 100 份 * 6 分", "", ("0", "6")),
        ("sum: [{points: 4, score: {full: 已公开 is 是, otherwise: 1}}, {points: 6, score: {fixed: 5}}]", "", ("6", "9")),
        ("best: [{score: {fixed: 4}}, {score: {full: 已公开 is 是, otherwise: 0}}]", "", ("4", "10")),
        ("worst: [{score: {fixed: 4}}, {score: {full: 已公开 is 是, otherwise: 0}}]", "", ("0", "4")),
        ("average: [{score: {fixed: 4}}, {score: {full: 已公开 is 是, otherwise: 0}}]", "", ("2", "7")),
        ("weighted: [{weight: 75%, score: {fixed: 4}}, {weight: 25%, score: {full: 已公开 is 是, otherwise: 0}}]", "", ("3", "11/2")),
        ("choose: [{when: 通知数 > 100 份, score: {fixed: 9}}, {otherwise: true, score: {fixed: 3}}]", "", ("3", "3")),
        ("not_computable: {reason: 无口径}", "", ("0", "10")),
        ("full: 已公开 is 是\notherwise: 4", "void: [{when: 弄虚作假 is 是, reason: x}]\n", ("0", "10")),
        ("fixed: 4", "exempt: [{when: 弄虚作假 is 是, reason: x}]\n", ("4", "10")),
        ("fixed: 4", "exempt: [{when: 通知数 > 100 份, reason: x}]\n", ("4", "4")),
        ("full: 已公开 is 是\notherwise: 4", "floor: 5\ncap: 8\n", None),
        ("formula: 评定分", "floor: 5\ncap: 8\n", ("5", "8")),
        ("formula: 评定分 / 3", "cap: 9\nround_score: {places: 0, mode: up}\n", ("0", "9")),
    ],
)  # fmt: skip
def test_the_least_and_the_most_of_each_form(form: str, extra: str, expected: tuple[str, str] | None) -> None:
    if expected is not None:
        assert scores(form, extra) == expected


def test_of_a_malus_nothing_is_the_most() -> None:
    head = SECTION + "kind: malus\n"
    assert scores("deduct: [{points: 4, when: 弄虚作假 is 是}]", "", head) == ("-4", "0")


def test_what_one_case_knows_is_used_in_the_next() -> None:
    form = (
        "choose:\n  - {when: 通知数 >= 60 份, score: {fixed: 10}}\n"
        "  - {otherwise: true, score: {formula: 通知数 / 100 份 * 10 分}}"
    )
    found = explored(form)
    assert found.whole.scores == Scores(Fraction(0), Fraction(10))
    inner = found.parts[-1].scores
    assert inner is not None and inner.hi == 6


def test_a_part_that_may_not_apply_bounds_nothing_under_other_policies_than_full() -> None:
    form = (
        "sum:\n  - {points: 4, applies: 已公开 is 是, not_applicable: rescale, score: {fixed: 2}}\n"
        "  - {points: 6, score: {fixed: 3}}"
    )
    assert scores(form) == ("0", "10")


def test_where_parts_round_their_measure_differently_their_measures_are_kept_apart() -> None:
    form = (
        'choose:\n  - {when: ">= 90%", score: {fixed: 10}}\n'
        '  - otherwise: true\n    round_measure: {places: 0, mode: up}\n    score: {full: ">= 90%", otherwise: 0}'
    )
    assert scores(form, "measure: 执行率\n") == ("0", "10")
