"""`hegui facts read` and `merge` as people use them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import openpyxl
import pytest

from engine.load import load_rulebook
from facts.casefile import read_case
from facts.model import Case
from facts.vocabulary import Vocabulary
from hegui.cli import main

ROOT = Path(__file__).resolve().parents[2]
KUNMING = ROOT / "rules" / "kunming-2017"
REPORT = KUNMING / "sources" / "report.txt"
AS_FILED = KUNMING / "cases" / "kunming-2017.yaml"
HEAD = "format: hegui/case/v1\nsubject: {id: x, name: 甲局}\nperiod: 2017\n"


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    rulebook, _ = load_rulebook(KUNMING)
    assert rulebook is not None
    return rulebook.vocabulary


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the published report in it, as an auditor has it."""
    shutil.copy(REPORT, tmp_path / "report.txt")
    return tmp_path


def read_back(path: Path, words: Vocabulary) -> Case:
    case, problems = read_case([path], words)
    assert problems == ()
    assert case is not None
    return case


# --- the published report ---


def test_the_published_report_becomes_the_case_that_was_written_by_hand(folder: Path, words: Vocabulary) -> None:
    out = folder / "case.yaml"
    assert run("facts", "read", folder / "report.txt", "--rules", KUNMING, "-o", out) == 0

    found, filed = read_back(out, words), read_back(AS_FILED, words)
    assert (found.subject, found.period) == (filed.subject, filed.period)
    assert set(found.facts) == set(filed.facts)
    for key, fact in filed.facts.items():
        read = found.facts[key]
        assert (read.value, read.status, read.basis) == (fact.value, fact.status, fact.basis), words.concepts[key].label


def test_every_quote_of_that_case_stands_where_it_says(folder: Path, words: Vocabulary) -> None:
    out = folder / "case.yaml"
    run("facts", "read", folder / "report.txt", "--rules", KUNMING, "-o", out)

    case = read_back(out, words)  # the reader of cases compares every quote with its source
    assert case.sources["report"].file == "report.txt"
    lines = REPORT.read_text(encoding="utf-8").split("\n")
    for fact in case.facts.values():
        for place in fact.provenance:
            line, column = (int(part) for part in str(place.locator).split(":"))
            assert lines[line - 1][column - 1 :].startswith(place.quote) and place.quote


def test_that_case_scores_what_the_report_claims(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "case.yaml"
    run("facts", "read", folder / "report.txt", "--rules", KUNMING, "-o", out)
    capsys.readouterr()

    assert run("check", out, "--rules", KUNMING, "--fail-on", "never") == 0
    assert "96.00" in capsys.readouterr().out


def test_a_report_of_another_department_is_read_by_the_phrases_of_the_form(tmp_path: Path, words: Vocabulary) -> None:
    (tmp_path / "mine.txt").write_text(
        "昆明市某测试局2017年部门整体支出绩效自评报告\n部门名称:昆明市某测试局\n"
        "2017年度市本级财政预算批复5,657.15万元,2017年度决算为5,600.00万元,其中:基本支出3,917.56万元;项目支出1,739.59万元;"
        "预算执行率为98.99%。\n",
        encoding="utf-8",
    )
    assert run("facts", "read", tmp_path / "mine.txt", "--rules", KUNMING, "-o", tmp_path / "case.yaml") == 0

    case, problems = read_case((tmp_path / "case.yaml",), words)
    assert case is not None and problems == ()
    assert case.subject.name == "昆明市某测试局"
    assert {words.concepts[key].label: fact.shown for key, fact in case.facts.items()} == {
        "部门预算数": "5,657.15 万元",
        "部门决算数": "5,600.00 万元",
        "基本支出决算数": "3,917.56 万元",
        "项目支出决算数": "1,739.59 万元",
        "部门预算执行率": "98.99%",
    }


def test_a_document_in_which_nothing_is_recognised_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("某局2017年工作总结\n全年开展活动12次。\n", encoding="utf-8")

    assert run("facts", "read", tmp_path / "mine.txt", "--rules", KUNMING) == 0
    told = capsys.readouterr().err
    assert "mine.txt: note[nothing-recognised]" in told and "department-report" in told


def test_the_same_report_gives_the_same_bytes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = []
    for _ in range(2):
        run("facts", "read", folder / "report.txt", "--rules", KUNMING)
        texts.append(capsys.readouterr().out)

    assert texts[0] == texts[1] != ""


def test_injected_spam_is_reported_but_is_no_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("facts", "read", folder / "report.txt", "--rules", KUNMING) == 0

    assert "note[spam]" in capsys.readouterr().err


# --- other sources ---


def test_a_workbook_somebody_else_made_is_read_with_a_mapping_and_no_code(tmp_path: Path, words: Vocabulary) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "整体支出表"
    for row in (
        ("2017年度部门整体支出情况表",),
        ("填报单位:某市某局", None, None, "单位:万元"),
        ("项目", None, "年初预算", "决算"),
        ("一、收入", "小计", 100, 98.5),
        ("二、支出", "基本支出", 60, 58.25),
        (None, "项目支出", 40, 0.0900000762939453),
        ("合计", None, 100, 58.34),
        ("执行率", None, None, 0.985),
    ):
        sheet.append(row)
    for span in ("A1:D1", "A3:B3", "A5:A6", "A7:B7"):
        sheet.merge_cells(span)
    sheet["D6"].number_format, sheet["D8"].number_format = "0.00", "0.0%"
    book.save(tmp_path / "整体支出.xlsx")
    text = """
format: hegui/mapping/v1
sources:
  ours:
    match: {file: "*.xlsx", table: 部门整体支出情况表}
    title: 整体支出情况表
    facts:
      部门预算数: {lookup: {row: 收入, column: 年初预算}}
      部门决算数: {lookup: {row: 合计, column: 决算}}
      基本支出决算数: {lookup: {row: 支出/基本支出, column: 决算}}
      项目支出决算数: {lookup: {row: 支出/项目支出, column: 决算}}
      部门预算执行率: {cell: D8}
"""
    (tmp_path / "map.yaml").write_text(text, encoding="utf-8")

    out = tmp_path / "case.yaml"
    arguments = (tmp_path / "整体支出.xlsx", "--rules", KUNMING, "--mapping", tmp_path / "map.yaml", "-o", out)
    assert run("facts", "read", *arguments) == 0
    case = read_back(out, words)
    assert {words.concepts[key].label: fact.shown for key, fact in case.facts.items()} == {
        "部门预算数": "100 万元",
        "部门决算数": "58.34 万元",
        "基本支出决算数": "58.25 万元",
        "项目支出决算数": "0.09 万元",
        "部门预算执行率": "98.5%",
    }
    assert (case.subject.name, str(case.period)) == ("某市某局", "2017")
    assert case.facts["project_final"].provenance[0].note.startswith("按单元格的数字格式取值")


def test_a_web_page_is_read_and_its_quotes_are_no_fault(tmp_path: Path, words: Vocabulary) -> None:
    page = (
        "<html><meta charset=utf-8><body><h1>2017年度部门整体支出自评报告</h1>\n<p>部门名称:某局</p>\n"
        "<p>部门预算数为<b>5,657.15</b>万元。</p><table><caption>单位:元</caption><tr><th>项目</th><th>金额</th></tr>"
        "<tr><td>部门决算数</td><td>5,657.15</td></tr></table></body></html>"
    )
    (tmp_path / "page.html").write_text(page, encoding="utf-8")

    out = tmp_path / "case.yaml"
    assert run("facts", "read", tmp_path / "page.html", "--rules", KUNMING, "-o", out) == 0
    facts = read_back(out, words).facts
    assert (facts["budget"].shown, facts["final_accounts"].shown) == ("5,657.15 万元", "5,657.15 元")


def test_a_database_is_read_by_the_query_of_a_mapping(tmp_path: Path, words: Vocabulary) -> None:
    with sqlite3.connect(tmp_path / "books.db") as connection:
        connection.execute("create table books (name text, spent text)")
        connection.execute("insert into books values ('某局', '5657.15')")
    text = """
format: hegui/mapping/v1
subject: {name: 某局}
period: 2017
sources:
  books:
    database: {url: "sqlite:///FOLDER/books.db", query: "select name, spent from books"}
    unit: 万元
    facts: {部门决算数: {lookup: {column: spent}}}
"""
    (tmp_path / "map.yaml").write_text(text.replace("FOLDER", str(tmp_path)), encoding="utf-8")

    out = tmp_path / "case.yaml"
    assert run("facts", "read", "--rules", KUNMING, "--mapping", tmp_path / "map.yaml", "-o", out) == 0
    assert read_back(out, words).facts["final_accounts"].value == 56571500


def test_one_department_is_read_out_of_tables_of_many_and_a_wrong_query_is_told_where_it_stands(
    tmp_path: Path, words: Vocabulary, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(tmp_path / "books.db") as connection:
        connection.execute('create table wide (单位名称 text, 年度 int, "部门决算数(元)" text)')
        connection.execute("insert into wide values ('甲局', 2017, '77'), ('乙局', 2017, '56571500.00')")
        connection.execute("create table long (部门 text, 数据项 text, 金额 text, 单位 text)")
        connection.execute(
            "insert into long values ('甲局', '部门决算数', '77', '元'), ('甲局', '基本支出决算数', '7', '元')"
        )
        connection.execute("insert into long values ('乙局', '部门决算数', '5657.15', '万元')")
        connection.execute("insert into long values ('乙局', '基本支出决算数', '3917.56', '万元')")
    text = """
format: hegui/mapping/v1
sources:
  wide:
    database: {url: "sqlite:///FOLDER/books.db", query: "select * from wide where 单位名称 = '乙局'"}
  long:
    database: {url: "sqlite:///FOLDER/books.db", query: "select * from long"}
    facts:
      部门决算数: {lookup: {row: 乙局/部门决算数, column: 金额}}
      基本支出决算数: {lookup: {row: 乙局/基本支出决算数, column: 金额}}
"""
    (tmp_path / "map.yaml").write_text(text.replace("FOLDER", str(tmp_path)), encoding="utf-8")
    out = tmp_path / "case.yaml"
    assert run("facts", "read", "--rules", KUNMING, "--mapping", tmp_path / "map.yaml", "-o", out) == 0
    case = read_back(out, words)
    assert (case.subject.name, str(case.period)) == ("乙局", "2017")
    assert {key: fact.value for key, fact in case.facts.items()} == {
        "final_accounts": 56571500,
        "basic_final": 39175600,
    }
    assert [place.source for place in case.facts["final_accounts"].provenance] == ["long", "wide"]

    wrong = text.replace("FOLDER", str(tmp_path)).replace("select * from long", "select * form long")
    (tmp_path / "map.yaml").write_text(wrong, encoding="utf-8")
    capsys.readouterr()
    assert run("facts", "read", "--rules", KUNMING, "--mapping", tmp_path / "map.yaml") == 2
    assert "map.yaml:6:3: error[bad-query]: long(" in capsys.readouterr().err


def test_a_case_file_among_the_sources_is_settled_with_the_rest(folder: Path, words: Vocabulary) -> None:
    (folder / "mine.yaml").write_text(
        "format: hegui/case/v1\nsubject: {id: kunming-gov-office, name: 昆明市人民政府办公厅}\nperiod: 2017\n"
        "facts: {部门预算数: 5000 万元}\n",
        encoding="utf-8",
    )

    out = folder / "case.yaml"
    assert run("facts", "read", folder / "report.txt", folder / "mine.yaml", "--rules", KUNMING, "-o", out) == 0
    assert read_back(out, words).facts["budget"].status == "conflict"


def test_a_filled_workbook_is_read_back_without_loss(tmp_path: Path, words: Vocabulary) -> None:
    assert run("facts", "template", "--rules", KUNMING, "--facts", AS_FILED, "-o", tmp_path / "book.xlsx") == 0
    assert run("facts", "read", tmp_path / "book.xlsx", "--rules", KUNMING, "-o", tmp_path / "case.yaml") == 0

    found, filed = read_back(tmp_path / "case.yaml", words), read_back(AS_FILED, words)
    assert {key: (f.value, f.status, f.basis) for key, f in found.facts.items()} == {
        key: (f.value, f.status, f.basis) for key, f in filed.facts.items()
    }


def test_a_case_with_a_conflict_can_be_scored_and_the_conflict_counts_as_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = write(tmp_path / "a.yaml", "公报编印期数: 11 期")
    two = write(tmp_path / "b.yaml", "公报编印期数: 12 期")
    run("facts", "merge", one, two, "--rules", KUNMING, "-o", tmp_path / "case.yaml")
    capsys.readouterr()

    assert run("check", tmp_path / "case.yaml", "--rules", KUNMING, "--fail-on", "never", "--format", "json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["score"] is None
    (problem,) = answer["problems"]
    assert (problem["code"], problem["severity"]) == ("conflicting-facts", "warning")
    for told in ("11 期", "12 期", "gazette", "settle"):
        assert told in problem["message"] + problem["hint"]


# --- merge ---


def write(path: Path, facts: str, head: str = HEAD) -> Path:
    path.write_text(head + f"facts: {{{facts}}}\n", encoding="utf-8")
    return path


def test_cases_merge_and_what_differs_is_a_conflict(tmp_path: Path, words: Vocabulary) -> None:
    one = write(tmp_path / "a.yaml", "部门预算数: 3 万元, 编制数: 3 名")
    two = write(tmp_path / "b.yaml", "部门预算数: 30000 元, 编制数: 4 名")
    out = tmp_path / "out.yaml"

    assert run("facts", "merge", one, two, "--rules", KUNMING, "-o", out) == 0
    case = read_back(out, words)
    assert case.facts["budget"].value == 30000
    assert case.facts["posts"].status == "conflict"


def test_what_was_read_merges_with_what_was_written_by_hand(folder: Path, words: Vocabulary) -> None:
    (folder / "rulebook").mkdir()
    filed = folder / "rulebook" / "filed.yaml"
    filed.write_text(
        AS_FILED.read_text(encoding="utf-8").replace("../sources/report.txt", "../report.txt"), encoding="utf-8"
    )
    run("facts", "read", folder / "report.txt", "--rules", KUNMING, "-o", folder / "read.yaml")

    out = folder / "merged.yaml"
    assert run("facts", "merge", folder / "read.yaml", filed, "--rules", KUNMING, "-o", out) == 0
    case = read_back(out, words)
    assert {fact.status for fact in case.facts.values()} == {"known", "not_applicable"}
    assert len(case.facts["budget"].provenance) == 2


def test_cases_of_two_subjects_do_not_merge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = write(tmp_path / "a.yaml", "编制数: 3 名")
    two = write(tmp_path / "b.yaml", "编制数: 3 名", HEAD.replace("甲局", "乙局"))

    assert run("facts", "merge", one, two, "--rules", KUNMING) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "conflicting-subject" in captured.err


# --- mistakes ---


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nowhere.txt", "--rules", KUNMING), "no-such-file"),
        ((ROOT, "--rules", KUNMING), "not-a-file"),
        (("--rules", KUNMING), "no-sources"),
        ((REPORT,), "no-vocabulary"),
        ((REPORT, "--rules", ROOT / "nowhere"), "no-rulebook"),
        ((REPORT, "--rules", KUNMING, "--mapping", "nowhere.yaml"), "no-such-file"),
        ((REPORT, "--rules", KUNMING, "--mapping", AS_FILED), "unknown-value"),
        ((REPORT, "--rules", KUNMING, "-o", REPORT), "output-is-input"),
    ],
)
def test_what_cannot_be_read_is_a_problem_and_nothing_is_written(
    arguments: tuple[object, ...], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = REPORT.read_bytes()

    assert run("facts", "read", *arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"error[{code}]" in captured.err
    assert "Traceback" not in captured.err
    assert REPORT.read_bytes() == before


def test_all_sources_that_cannot_be_read_are_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("facts", "read", "a.txt", "b.txt", "--rules", KUNMING) == 2

    told = capsys.readouterr().err
    assert "a.txt" in told and "b.txt" in told
