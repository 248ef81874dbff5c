"""Vocabularies: what may be stated."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.problem import Problem
from facts.vocabulary import Concept, Vocabulary
from facts.vocabularyfile import EMPTY, read_vocabulary
from facts.yamltree import read_yaml

HEAD = "format: hegui/vocabulary/v1\nconcepts:\n"


def read(*entries: str) -> tuple[Vocabulary, tuple[Problem, ...]]:
    text = HEAD + "".join(f"  - {{{entry}}}\n" for entry in entries)
    node, problems = read_yaml(text.encode(), "v.yaml")
    assert problems == ()
    return read_vocabulary(node)


def one(entry: str) -> Concept:
    vocabulary, problems = read(entry)
    assert [p.show() for p in problems] == []
    (concept,) = vocabulary.concepts.values()
    return concept


def test_a_concept_is_found_by_id_label_and_alias() -> None:
    vocabulary, _ = read("id: spent, label: 三公经费决算数, aliases: [“三公”经费支出数], type: quantity, unit: 万元")
    assert {vocabulary.find(n) for n in ("spent", "三公经费决算数", "“三公”经费支出数")} == {
        vocabulary.concepts["spent"]
    }


def test_an_empty_vocabulary_knows_nothing() -> None:
    assert read_vocabulary(None) == (EMPTY, ())


def test_money_counts_and_durations_are_not_negative_unless_signed() -> None:
    for unit in ("万元", "份", "天", "工作日", "亩"):
        assert one(f"id: a, label: 甲, type: quantity, unit: {unit}").minimum == 0
    assert one("id: a, label: 甲, type: quantity, unit: 万元, signed: true").minimum is None


def test_rates_and_pure_numbers_are_unbounded_unless_stated() -> None:
    assert one('id: a, label: 甲, type: quantity, unit: "%"').range.lo is None
    assert one('id: a, label: 甲, type: quantity, unit: ""').range.hi is None


def test_counters_are_whole_unless_said_otherwise() -> None:
    assert one("id: a, label: 甲, type: quantity, unit: 份").whole
    assert not one("id: a, label: 甲, type: quantity, unit: 份, whole: false").whole
    assert not one("id: a, label: 甲, type: quantity, unit: 万元").whole


def test_bounds_may_carry_a_unit_or_are_in_the_concepts_own() -> None:
    concept = one("id: a, label: 甲, type: quantity, unit: 万元, minimum: 1, maximum: 1 亿元")
    assert (concept.minimum, concept.maximum) == (Fraction(10**4), Fraction(10**8))


def test_booleans_choose_between_yes_and_no_and_scores_are_points_from_zero() -> None:
    assert one("id: a, label: 甲, type: boolean").choices == ("是", "否")
    score = one("id: a, label: 甲, type: score, maximum: 5")
    assert score.unit is not None and score.unit.name == "分" and score.range.contains(Fraction(0))


def test_a_table_has_typed_columns() -> None:
    columns = "{name: 名称, type: text}, {name: 金额, type: quantity, unit: 万元}, {name: 是否量化, type: boolean}"
    table = one(f"id: a, label: 甲, type: table, columns: [{columns}]")
    money = table.column("金额")
    assert money is not None and money.minimum == 0


@pytest.mark.parametrize(
    ("entry", "code", "word"),
    [
        ("id: a, label: 甲, type: quantity, unit: 万圆", "unknown-unit", "万圆"),
        ("id: a, label: 甲, type: quantity", "missing-key", ""),
        ("id: a, label: 甲, type: choice", "missing-key", ""),
        ("id: a, label: 甲, type: table", "missing-key", ""),
        ("id: a, label: 甲, type: text, choices: [x]", "misplaced-key", "choices"),
        ("id: a, label: 甲, type: boolean, unit: 元", "misplaced-key", "unit"),
        ("id: a, label: 合计, type: text", "reserved-name", "合计"),
        ("id: sum, label: 甲, type: text", "reserved-name", "sum"),
        ("id: a, label: 甲, type: quantity, unit: 元, minimum: 5, maximum: 3", "empty-range", "maximum"),
        ("id: a, label: 甲, type: quantity, unit: 元, maximum: 5 天", "unit-mismatch", "天"),
        ("id: a, label: 甲, type: quantity, unit: 元, maximum: 1e400", "not-a-number", "1e400"),
        ("id: a, label: 甲, type: score, unit: 元", "unit-mismatch", "元"),
        ("id: a, label: 甲, type: numeric", "unknown-value", "numeric"),
    ],
)
def test_what_a_concept_cannot_be_is_told_at_its_place(entry: str, code: str, word: str) -> None:
    problems = read(entry)[1]
    column = entry.index(word) + 6 if word else 5
    assert [(p.code, p.at.column) for p in problems] == [(code, column)]


def test_a_name_used_twice_names_both_places() -> None:
    (problem,) = read("id: a, label: 甲, type: text", "id: b, label: 乙, type: text, aliases: [甲]")[1]
    assert problem.code == "duplicate-name" and problem.at.line == 4 and "v.yaml:3:20" in problem.message.zh


def test_an_id_used_twice_keeps_the_first() -> None:
    vocabulary, problems = read("id: a, label: 甲, type: text", "id: a, label: 乙, type: date")
    assert [p.code for p in problems] == ["duplicate-name"] and vocabulary.concepts["a"].type == "text"


@given(
    st.lists(
        st.sampled_from(["id", "label", "type", "unit", "[", "]", "{", "}", ":", ",", "a", "quantity", " ", "\n", "- "])
    )
)
def test_no_vocabulary_whatever_raises(pieces: list[str]) -> None:
    node, _ = read_yaml((HEAD + "  - " + "".join(pieces)).encode(), "v.yaml")
    read_vocabulary(node)
