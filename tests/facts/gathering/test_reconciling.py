"""Several sources of one case: equal values merge, unequal ones conflict, and only a mapping settles them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from facts.gathering.gathering import gather, merge
from facts.gathering.mapping import NO_MAPPING, MappingFile
from facts.gathering.reconciling import SourceFacts, reconcile
from facts.model import Case, Fact, Period, Subject
from facts.provenance import Position, Provenance, Source, TextSpan
from tests.facts.gathering.making import BUDGET, VOCABULARY, document, found, mapping, problems_of, table, workbook
from tests.facts.gathering.making import fact as fact_of

REPORT = document("部门决算数为5,657.15万元。", key="report")
ACCOUNTS = workbook(table("表", "部门决算数(元) | 56,571,512.00"), key="accounts")
SAME = workbook(table("表", "部门决算数(元) | 56,571,500.00"), key="accounts")
YEAR = Period(date(2017, 1, 1), date(2017, 12, 31))


def test_equal_values_in_different_units_merge_and_keep_both_places() -> None:
    told = fact_of("final", REPORT, SAME)

    assert (told.status, told.value) == ("known", Fraction(56571500))
    assert [place.source for place in told.provenance] == ["accounts", "report"]


def test_equal_only_when_rounded_is_not_equal() -> None:
    told = fact_of("final", REPORT, ACCOUNTS)

    assert (told.status, told.value) == ("conflict", None)
    assert "5,657.15 万元" in told.reason and "56,571,512.00 元" in told.reason
    assert [str(place) for place in told.provenance] == ["accounts@表!B1", "report@1:1"]
    assert problems_of(REPORT, ACCOUNTS) == {"conflicting-facts"}


def test_a_conflict_says_both_values_and_both_places() -> None:
    _, problems = gather((REPORT, ACCOUNTS), NO_MAPPING, VOCABULARY)

    (problem,) = [problem for problem in problems if problem.code == "conflicting-facts"]
    for words in ("5,657.15 万元", "56,571,512.00 元", "report@1:1", "accounts@表!B1"):
        assert words in problem.message.zh and words in problem.message.en


def test_a_value_within_the_bound_another_source_states_agrees_with_it() -> None:
    report = document("正式下发文件数未超过680份。", key="report")
    told = fact_of("documents", report, workbook(table("表", "正式下发文件数(份) | 612"), key="ledger"))

    assert (told.status, told.value, told.shown) == ("known", Fraction(612), "612 份")
    assert [place.source for place in told.provenance] == ["ledger", "report"]
    assert "≤ 680 份" in told.provenance[0].note


def test_a_value_beyond_a_bound_and_two_bounds_that_differ_are_conflicts() -> None:
    report = document("正式下发文件数未超过680份。", key="report")
    beyond = workbook(table("表", "正式下发文件数(份) | 681"), key="ledger")

    assert fact_of("documents", report, beyond).status == "conflict"
    assert fact_of("documents", report, document("正式下发文件数未超过700份。", key="other")).status == "conflict"


def test_a_declared_tolerance_takes_the_most_exactly_stated_value_and_says_so() -> None:
    for tolerance in ("0.01 万元", "{relative: 0.001%}"):
        by = mapping(f"settle: {{部门决算数: {{tolerance: {tolerance}, reason: 报告四舍五入}}}}")
        told = fact_of("final", REPORT, ACCOUNTS, by=by)

        assert told.shown == "56,571,512.00 元"
        assert "5,657.15 万元" in told.provenance[0].note and "报告四舍五入" in told.provenance[0].note
        assert len(told.provenance) == 2


def test_a_difference_beyond_the_tolerance_stays_a_conflict() -> None:
    by = mapping("settle: {部门决算数: {tolerance: 0.001 万元}}")

    assert fact_of("final", REPORT, ACCOUNTS, by=by).status == "conflict"


def test_a_declared_precedence_settles_and_says_what_the_other_source_has() -> None:
    by = mapping(
        "sources: {report: {match: {kind: text}}, book: {match: {kind: xlsx}}}\n"
        "settle: {部门决算数: {precedence: [report, book]}}"
    )
    told = fact_of("final", REPORT, ACCOUNTS, by=by)

    assert told.shown == "5,657.15 万元"
    assert "56,571,512.00 元" in told.provenance[0].note and "优先次序" in told.provenance[0].note


def test_precedence_settles_nothing_for_sources_it_does_not_list() -> None:
    by = mapping("settle: {部门决算数: {precedence: [report]}}")

    assert fact_of("final", REPORT, ACCOUNTS, by=by).status == "conflict"


def test_a_source_that_contradicts_itself_cannot_go_first() -> None:
    torn = document("部门决算数为1万元。", "部门决算数为2万元。", key="torn")
    by = mapping("settle: {部门决算数: {precedence: [torn, report]}}")

    assert fact_of("final", torn, REPORT, by=by).status == "conflict"


def test_what_one_source_lacks_another_may_have() -> None:
    by = mapping("sources: {silent: {match: {file: silent.txt}, facts: {部门决算数: {absent: 未提供}}}}")

    assert fact_of("final", document("无", key="silent"), REPORT, by=by).shown == "5,657.15 万元"


def test_two_documents_of_one_kind_get_two_ids() -> None:
    by = mapping("sources: {report: {match: {kind: text}}}")

    told = found(document("部门决算数为1万元。", key="a"), document("部门决算数为1万元。", key="b"), by=by)
    assert sorted(told.sources) == ["report", "report-2"]


_VALUES = st.lists(st.sampled_from((Fraction(1), Fraction(2), Fraction(3))), min_size=1, max_size=4)


@given(
    _VALUES,
    st.sampled_from(
        (
            NO_MAPPING,
            mapping("settle: {部门预算数: {precedence: [s0, s1, s2, s3]}}"),
            mapping("settle: {部门预算数: {tolerance: 1 元}}"),
        )
    ),
)
def test_the_order_of_the_sources_changes_nothing(values: list[Fraction], by: MappingFile) -> None:
    told = [
        SourceFacts(
            f"s{i}", {"budget": Fact("budget", v, shown=f"{v} 元", provenance=(Provenance(f"s{i}", TextSpan(1)),))}
        )
        for i, v in enumerate(values)
    ]
    results = [reconcile(order, by, VOCABULARY) for order in permutations(told)]

    assert all(result == results[0] for result in results)
    fact = results[0][0]["budget"]
    assert {place.source for place in fact.provenance} == {one.source for one in told}
    assert (fact.status == "conflict") == (fact.value is None)
    if by is NO_MAPPING:
        assert (fact.status == "known") == (len(set(values)) == 1)


def case(value: int, subject: str = "甲局", source: str = "report", title: str = "报告") -> Case:
    place = (Provenance(source, TextSpan(1, 1)),)
    facts = {"budget": Fact("budget", Fraction(value), shown=f"{value} 元", provenance=place)}
    return Case(
        Subject(subject, subject), YEAR, facts, {source: Source(source, title)}, Position(f"{source}.yaml", 1, 1)
    )


def test_cases_of_one_subject_and_period_merge_by_the_same_rules() -> None:
    merged, problems = merge((case(3), case(3, source="b"), case(4, source="c")), NO_MAPPING, VOCABULARY)

    assert merged is not None
    assert merged.facts["budget"].status == "conflict"
    assert sorted(merged.sources) == ["b", "c", "report"]
    assert [problem.code for problem in problems] == ["conflicting-facts"]


def test_cases_of_different_subjects_do_not_merge() -> None:
    merged, problems = merge((case(3), case(3, subject="乙局")), NO_MAPPING, VOCABULARY)

    assert merged is None
    assert [problem.code for problem in problems] == ["conflicting-subject"]


def test_one_id_for_two_documents_is_a_problem() -> None:
    merged, problems = merge((case(3), case(3, title="另一份")), NO_MAPPING, VOCABULARY)

    assert merged is None
    assert [problem.code for problem in problems] == ["conflicting-sources"]


def test_the_vocabulary_gives_the_order() -> None:
    told = found(document("预算执行率为98%。部门预算数为3万元。"))

    assert list(told.facts) == [BUDGET.id, "rate"]


def test_the_value_that_is_shown_is_the_one_quoted_first() -> None:
    told = fact_of(
        "final", document("部门决算数为56,571,500元。", key="a"), document("部门决算数为5,657.15万元。", key="b")
    )

    assert (told.shown, told.provenance[0].source) == ("56,571,500 元", "a")


def test_a_document_beside_a_case_that_calls_another_so_gets_an_id_of_its_own() -> None:
    before = case(1, source="report")
    known = Source("report", "报告", sha256="a" * 64)
    read = document("部门预算数2万元。", key="report")
    other = replace(read, source=replace(read.source, sha256="b" * 64))
    gathered, _ = gather([other], NO_MAPPING, VOCABULARY, cases=[replace(before, sources={"report": known})])
    assert set(gathered.sources) == {"report", "report-2"}
    again, _ = gather([read], NO_MAPPING, VOCABULARY, cases=[replace(before, sources={"report": known})])
    assert set(again.sources) == {"report"}
