"""Case files: facts, where they were read, and how several files make one case."""

from __future__ import annotations

import hashlib
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.casefile import Document, build_case, read_case
from facts.expectation import read_expectations
from facts.model import Case, Fact
from facts.problem import Problem
from facts.provenance import CellRef, Locator, PageRef, Provenance, TableRef, TextSpan
from facts.values import Interval
from facts.vocabularyfile import read_vocabulary
from facts.yamltree import read_yaml

VOCABULARY, _ = read_vocabulary(
    read_yaml(
        """format: hegui/vocabulary/v1
concepts:
  - {id: spent, label: 三公经费决算数, aliases: [三公支出], type: quantity, unit: 万元}
  - {id: rate, label: 满意度, type: quantity, unit: "%", minimum: 0, maximum: 100%}
  - {id: documents, label: 正式下发文件数, type: quantity, unit: 份, maximum: 1000}
  - {id: fraud, label: 弄虚作假, type: boolean}
  - {id: level, label: 等次, type: choice, choices: [优, 良, 中, 差]}
  - {id: day, label: 公开日期, type: date}
  - {id: opinion, label: 意见, type: text}
  - {id: marks, label: 履职评分, type: score, maximum: 5}
  - id: targets
    label: 绩效目标
    type: table
    columns:
      - {name: 名称, type: text}
      - {name: 是否量化, type: boolean}
      - {name: 金额, type: quantity, unit: 万元}
""".encode(),
        "vocabulary.yaml",
    )[0]
)
HEAD = """format: hegui/case/v1
subject: {id: kunming-gov-office, name: 昆明市人民政府办公厅}
period: {from: 2017-01-01, to: 2017-12-31}
"""
REPORT = "自评报告\n账面固定资产总额\n473.54万元,“三公”经费95.30 万元。\n"


def read(*facts: str, head: str = HEAD, folder: Path = Path()) -> tuple[Case | None, tuple[Problem, ...]]:
    text = head + "facts:\n" + "".join(f"  {fact}\n" for fact in facts)
    node, problems = read_yaml(text.encode(), "c.yaml")
    assert problems == () and node is not None
    return build_case([Document(node, folder)], VOCABULARY)


def fact(line: str) -> Fact:
    case, problems = read(line)
    assert case is not None and [p.show() for p in problems] == []
    (found,) = case.facts.values()
    return found


def codes(*facts: str) -> list[str]:
    return [problem.code for problem in read(*facts)[1]]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("三公经费决算数: 95.30 万元", Fraction(953000)),
        ("spent: {value: 95.30, unit: 万元}", Fraction(953000)),
        ("三公支出: 953,000 元", Fraction(953000)),
        ("满意度: 98.7％", Fraction(987, 1000)),
        ('"满意度": "98.7%"', Fraction(987, 1000)),
        ("正式下发文件数: 12", Fraction(12)),
        ("履职评分: 4.5", Fraction(9, 2)),
        ("弄虚作假: 否", "否"),
        ("弄虚作假: true", "是"),
        ("等次: 优", "优"),
        ("公开日期: 2017年12月31日", date(2017, 12, 31)),
        ("公开日期: 2017-12-31", date(2017, 12, 31)),
        ("意见: 很好", "很好"),
        ("正式下发文件数: {at_most: 680 份}", Interval(Fraction(0), Fraction(680))),
        ("正式下发文件数: {above: 990 份}", Interval(Fraction(990), Fraction(1000), lo_open=True)),
        ("正式下发文件数: {at_least: 3, below: 5}", Interval(Fraction(3), Fraction(5), hi_open=True)),
        ("正式下发文件数: {at_least: 3, at_most: 3}", Fraction(3)),
    ],
)
def test_a_fact_is_read_by_its_concepts_type(line: str, value: object) -> None:
    assert fact(line).value == value


def test_a_fact_shows_what_was_written() -> None:
    assert fact("spent: {value: 95.30, unit: 万元}").shown == "95.30 万元"
    assert fact("正式下发文件数: {at_most: 680 份}").shown == "≤ 680 份"


@pytest.mark.parametrize(
    ("line", "status", "reason"),
    [
        ("意见: {absent: 未提供}", "absent", "未提供"),
        ("意见: {not_applicable: 无对外服务职能}", "not_applicable", "无对外服务职能"),
        ("意见:", "absent", ""),
        ("意见: null", "absent", ""),
        ("意见: {value: null}", "absent", ""),
    ],
)
def test_what_is_missing_says_so_and_has_no_value(line: str, status: str, reason: str) -> None:
    found = fact(line)
    assert (found.status, found.reason, found.value) == (status, reason, None)


def test_a_table_has_its_cells_typed_and_missing_ones_empty() -> None:
    rows = fact("绩效目标: {rows: [{名称: 申报表, 是否量化: 否}, {金额: 3 万元}]}").value
    assert rows == (
        {"名称": "申报表", "是否量化": "否", "金额": None},
        {"名称": None, "是否量化": None, "金额": Fraction(30000)},
    )


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("三公经费决算: 95.30 万元", "unknown-concept", 3),
        ("三公经费决算数: 95.30", "unit-missing", 12),
        ("三公经费决算数: 95.30 天", "unit-mismatch", 18),
        ("三公经费决算数: -1 元", "out-of-range", 12),
        ("三公经费决算数: NaN", "not-a-number", 12),
        ("三公经费决算数: 1e400 元", "not-a-number", 12),
        ("满意度: 101%", "out-of-range", 8),
        ("正式下发文件数: 1.5", "out-of-range", 12),
        ("正式下发文件数: {at_least: 2000 份}", "out-of-range", 13),
        ("正式下发文件数: {below: 0 份}", "out-of-range", 13),
        ("正式下发文件数: {at_least: 3, above: 5}", "one-of", 26),
        ("正式下发文件数: {value: 3, absent: 无}", "one-of", 23),
        ("正式下发文件数: {quote: 无}", "one-of", 12),
        ("弄虚作假: 也许", "unknown-choice", 9),
        ("等次: 甲", "unknown-choice", 7),
        ("公开日期: 2017-02-29", "bad-date", 9),
        ("绩效目标: 3", "wrong-type", 9),
        ("意见: {rows: []}", "wrong-type", 8),
        ("意见: [好]", "wrong-type", 7),
        ("绩效目标: {rows: [{名: 申报表}]}", "unknown-column", 18),
        ("绩效目标: {rows: [{金额: 3 天}]}", "unit-mismatch", 24),
        ("意见: {value: 好, at: {line: 1, sheet: 表}}", "bad-locator", 22),
        ("意见: {value: 好, source: 报告}", "unknown-source", 26),
        ("意见: " + "长" * 2001, "too-long", 7),
    ],
)
def test_what_cannot_be_is_told_at_its_place(line: str, code: str, column: int) -> None:
    (problem,) = read(line)[1]
    assert (problem.code, problem.at.line, problem.at.column) == (code, 5, column)
    assert problem.message.zh and problem.message.en


def test_ten_thousand_rows_are_enough() -> None:
    assert codes("绩效目标: {rows: [" + "{名称: a}," * 10_001 + "]}") == ["too-many-rows"]


def test_one_concept_by_id_and_label_with_two_values_is_a_conflict() -> None:
    case, problems = read("三公经费决算数: 95 万元", "spent: 96 万元")
    assert case is not None
    (found,) = case.facts.values()
    assert (found.status, found.value) == ("conflict", None) and "95 万元" in found.reason and "96 万元" in found.reason
    assert [p.code for p in problems] == ["conflicting-facts"] and "c.yaml:5:3" in problems[0].message.zh


def test_one_concept_stated_twice_alike_is_a_warning() -> None:
    case, (problem,) = read("三公经费决算数: 95 万元", "spent: 950000 元")
    assert case is not None and case.facts["spent"].value == 950000
    assert (problem.code, problem.severity) == ("stated-twice", "warning")


@pytest.mark.parametrize(
    ("place", "locator"),
    [
        ("{line: 112, column: 47}", TextSpan(112, 47)),
        ("{line: 112}", TextSpan(112, 1)),
        ("{sheet: 决算08, cell: C12}", CellRef("决算08", "C12")),
        ("{page: 3}", PageRef(3)),
        ("{table: 表1, row: 2, column: 金额}", TableRef("表1", 2, "金额")),
        ("{row: 2}", TableRef("", 2)),
    ],
)
def test_a_place_in_a_source_is_kept(place: str, locator: Locator) -> None:
    found = fact(f"意见: {{value: 好, basis: judged, at: {place}, quote: 好, note: 注}}")
    assert found.provenance == (Provenance("", locator, "好", "注"),) and found.basis == "judged"


# --- sources beside the case ------------------------------------------------------------------------------------------


def with_report(tmp_path: Path, line: str, source: str = "file: ../sources/report.txt") -> tuple[Problem, ...]:
    (tmp_path / "cases").mkdir()
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "report.txt").write_text(REPORT, encoding="utf-8")
    head = HEAD + f"sources:\n  report: {{title: 自评报告, {source}}}\nsource: report\nbasis: figure\n"
    return read(line, head=head, folder=tmp_path / "cases")[1]


def test_a_quote_that_stands_where_it_should_is_no_problem(tmp_path: Path) -> None:
    line = "三公经费决算数: {value: 95.30 万元, at: {line: 3, column: 10}, quote: “三公”经费95.30万元}"
    assert with_report(tmp_path, line) == ()


def test_a_quote_may_run_over_the_end_of_a_line(tmp_path: Path) -> None:
    assert with_report(tmp_path, "意见: {value: 好, at: {line: 2}, quote: 固定资产总额473.54万元}") == ()


def test_a_quote_that_stands_elsewhere_is_told_where(tmp_path: Path) -> None:
    (problem,) = with_report(tmp_path, "意见: {value: 好, at: {line: 1, column: 1}, quote: 固定资产总额}")
    assert problem.code == "quote-not-found" and "2:3" in problem.hint.zh and "2:3" in problem.hint.en


def test_a_quote_that_stands_nowhere_is_told_so(tmp_path: Path) -> None:
    (problem,) = with_report(tmp_path, "意见: {value: 好, at: {line: 999999}, quote: 没有的话}")
    assert problem.code == "quote-not-found" and "都没有" in problem.hint.zh


def test_a_source_whose_bytes_changed_is_told(tmp_path: Path) -> None:
    (problem,) = with_report(tmp_path, "意见: 好", f'file: ../sources/report.txt, sha256: "{"0" * 64}"')
    assert problem.code == "source-changed"


def test_a_source_with_its_own_checksum_is_sound(tmp_path: Path) -> None:
    digest = hashlib.sha256(REPORT.encode()).hexdigest()
    assert with_report(tmp_path, "意见: 好", f"file: ../sources/report.txt, sha256: '{digest}'") == ()


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "../sources/../../x"])
def test_a_source_outside_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    assert [p.code for p in with_report(tmp_path, "意见: 好", f"file: {path}")] == ["source-outside"]


def test_a_source_that_is_not_there_is_no_problem(tmp_path: Path) -> None:
    assert with_report(tmp_path, "意见: {value: 好, at: {line: 1}, quote: 好}", "file: ../sources/none.txt") == ()


# --- several files ----------------------------------------------------------------------------------------------------


def read_files(folder: Path, *texts: str) -> tuple[Case | None, tuple[Problem, ...]]:
    paths = [folder / f"{n}.yaml" for n in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return read_case(paths, VOCABULARY)


BARE = "format: hegui/case/v1\n"


def test_several_files_make_one_case(tmp_path: Path) -> None:
    sources = "sources: {a: {title: 甲}, b: {title: 乙}}\n"
    case, problems = read_files(
        tmp_path,
        HEAD + sources + "source: a\nfacts: {满意度: 98%, 意见: {absent: 未提供}}\n",
        BARE + "source: b\nbasis: figure\nfacts: {rate: 0.98 倍, 意见: 好, 等次: 优}\n",
    )
    assert case is not None and problems == ()
    assert case.facts["rate"].provenance == (Provenance("a"), Provenance("b")) and case.facts["rate"].basis == "figure"
    assert case.facts["opinion"].value == "好" and set(case.facts) == {"level", "opinion", "rate"}
    assert str(case.period) == "2017"


def test_files_that_disagree_leave_a_conflict_naming_both(tmp_path: Path) -> None:
    case, (problem,) = read_files(tmp_path, HEAD + "facts: {满意度: 98%}\n", BARE + "facts: {满意度: 97%}\n")
    assert case is not None and case.facts["rate"].status == "conflict"
    assert problem.code == "conflicting-facts" and "0.yaml:4:9" in problem.message.zh and "1.yaml" in str(problem.at)


def test_files_of_two_subjects_or_periods_are_told(tmp_path: Path) -> None:
    other = BARE + "subject: {id: x, name: 别的部门}\nperiod: 2018\n"
    assert {p.code for p in read_files(tmp_path, HEAD, other)[1]} == {"conflicting-subject", "conflicting-period"}


def test_a_case_without_subject_and_period_is_none(tmp_path: Path) -> None:
    case, problems = read_files(tmp_path, BARE + "facts: {满意度: 98%}\n")
    assert case is None and [p.code for p in problems] == ["missing-key", "missing-key"]


def test_a_period_is_a_year_or_days_in_order(tmp_path: Path) -> None:
    subject = "subject: {id: x, name: 某部门}\n"
    case, _ = read_files(tmp_path, BARE + subject + "period: 2017\n")
    assert case is not None and case.period.end == date(2017, 12, 31)
    for period, code in (
        ("{from: 2018-01-01, to: 2017-01-01}", "bad-period"),
        ("{from: 2017-13-01, to: 2017}", "bad-date"),
    ):
        assert code in {p.code for p in read_files(tmp_path, BARE + subject + f"period: {period}\n")[1]}


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    case, problems = read_case([tmp_path / "none.yaml"], VOCABULARY)
    assert case is None and [p.code for p in problems] == ["no-such-file"]


def test_what_is_expected_is_read_apart() -> None:
    text = (
        HEAD
        + "expect: {score: 96.00, grade: 优, sections: {decision: 33}, indicators: {a: {score: 2, verdict: met}, b: 3}}\n"
    )
    node, _ = read_yaml(text.encode(), "c.yaml")
    expected, problems = read_expectations(node)
    assert problems == () and expected is not None
    assert [(one.about, one.id, one.what, one.value) for one in expected.each] == [
        ("result", "", "score", 96),
        ("result", "", "grade", "优"),
        ("section", "decision", "score", 33),
        ("indicator", "a", "score", 2),
        ("indicator", "a", "verdict", "met"),
        ("indicator", "b", "score", 3),
    ]
    line = text.splitlines()[-1]
    assert expected.each[3].at.column == line.index("2, verdict") + 1
    assert expected.each[5].id_at.column == line.index("b: 3") + 1


# --- properties -------------------------------------------------------------------------------------------------------

GOOD = (
    HEAD
    + """sources: {report: {title: 自评报告}}
source: report
facts:
  三公经费决算数: {value: 95.30 万元, at: {line: 3, column: 1}, quote: x}
  正式下发文件数: {at_most: 680 份}
  绩效目标: {rows: [{名称: 申报表, 是否量化: 否}]}
  意见: {absent: 未提供}
  公开日期: 2017-12-31
"""
)


@given(st.data())
def test_a_good_case_with_a_piece_lost_or_put_in_never_raises(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(start, min(len(GOOD), start + 15)))
    put = data.draw(st.text(st.sampled_from("{}[]:,-1 9.e%元\n\"'是null"), max_size=5))
    node, problems = read_yaml((GOOD[:start] + put + GOOD[end:]).encode(), "c.yaml")
    if node is not None:
        case, problems = build_case([Document(node, Path())], VOCABULARY)
        assert case is not None or problems
        read_expectations(node)


LINES = ("满意度: 98%", "三公经费决算数: 95 万元", "spent: 96 万元", "三公支出: 95 万元", "等次: 优", "意见: 好")


@given(st.permutations(LINES))
def test_the_order_of_facts_never_shows(lines: list[str]) -> None:
    assert read(*lines)[0] == read(*LINES)[0]


@given(st.decimals(min_value=-10, max_value=120, places=3))
def test_a_value_is_accepted_exactly_within_its_range(number: object) -> None:
    case, problems = read(f"满意度: {number}%")
    inside = 0 <= Fraction(str(number)) <= 100
    assert case is not None and ("rate" in case.facts) == inside == (not problems)
