"""What is written as a case reads back as the same case."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from facts.casefile import read_case
from facts.gathering.casewriting import case_text
from facts.gathering.gathering import Gathered
from facts.gathering.yamltext import scalar
from facts.model import Case, Fact
from facts.problem import Problem
from facts.provenance import Provenance, Source, TextSpan
from facts.values import Interval
from facts.yamltree import Scalar, read_yaml
from tests.facts.gathering.writing_strategies import VOCABULARY, WORDS, gathered


def read_back(text: str) -> tuple[Case | None, tuple[Problem, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.yaml"
        path.write_text(text, encoding="utf-8")
        return read_case([path], VOCABULARY)


@given(gathered())
def test_a_written_case_reads_back_as_the_same_facts_sources_subject_and_period(what: Gathered) -> None:
    case, problems = read_back(case_text(what, VOCABULARY))

    assert problems == ()
    assert case is not None
    assert dict(case.facts) == dict(what.facts)
    assert dict(case.sources) == dict(what.sources)
    assert (case.subject, case.period) == (what.subject, what.period)


@given(gathered())
def test_a_case_read_and_written_again_is_the_same_text(what: Gathered) -> None:
    text = case_text(what, VOCABULARY)
    case, _ = read_back(text)

    assert case is not None
    assert case_text(Gathered(case.subject, case.period, case.facts, case.sources), VOCABULARY) == text


@given(WORDS, st.booleans())
def test_a_scalar_reads_back_as_itself_wherever_it_stands(text: str, flow: bool) -> None:
    written = f"[{scalar(text, True)}]" if flow else f"- {scalar(text)}"
    node, problems = read_yaml(written.encode(), "s.yaml")

    assert problems == ()
    item = getattr(node, "items")[0]  # noqa: B009  # a sequence
    assert isinstance(item, Scalar)
    assert item.text == text
    assert text != "" or not item.plain


def test_a_value_without_its_words_is_written_in_the_concepts_unit() -> None:
    facts = {
        "money": Fact("money", Fraction(56571500)),
        "count": Fact("count", Interval(Fraction(0), Fraction(680))),
        "area": Fact("area", Fraction(2000, 3)),
    }

    text = case_text(Gathered(None, None, facts, {}), VOCABULARY)

    assert "value: 5657.15 万元" in text
    assert "at_most: 680 份" in text
    assert "value: 1 亩" in text  # no finite number of 公顷


def test_what_was_not_found_is_said_in_the_vocabularys_order() -> None:
    text = case_text(Gathered(None, None, {}, {}), VOCABULARY, ("由 hegui 读出",))

    assert text.splitlines()[0] == "# 由 hegui 读出"
    assert "# 请补写评价对象" in text
    assert text.index("# 未找到: 三公经费决算数") < text.index("# 未找到: 预算执行率")


def test_the_one_source_and_the_usual_basis_are_said_once() -> None:
    place = Provenance("report", TextSpan(3, 4), "预算执行率98%")
    fact = Fact("rate", Fraction(98, 100), basis="figure", provenance=(place,), shown="98%")

    text = case_text(Gathered(None, None, {"rate": fact}, {"report": Source("report", "自评报告")}), VOCABULARY)

    assert text.count("basis: figure") == 1
    assert text.count("source: report") == 1
    assert "at: {line: 3, column: 4}" in text


def test_a_second_place_stands_under_also() -> None:
    places = (Provenance("a", TextSpan(1, 1), "甲"), Provenance("b", TextSpan(2, 1), "乙, 丙"))
    sources = {"a": Source("a", "甲表"), "b": Source("b", "乙表")}
    fact = Fact("rate", Fraction(98, 100), provenance=places, shown="98%")

    text = case_text(Gathered(None, None, {"rate": fact}, sources), VOCABULARY)

    assert '- {source: b, at: {line: 2, column: 1}, quote: "乙, 丙"}' in text
