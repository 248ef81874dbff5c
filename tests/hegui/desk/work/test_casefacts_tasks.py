"""Facts shown and changed by real workers, on the Kunming case."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import pytest

from hegui.desk.work.wire import Data
from tests.hegui.desk.work.conftest import Ask
from tests.hegui.desk.work.kunming import CASE, REPORT, RULES, case_in, codes, done

CONFLICT = """format: hegui/case/v1
subject: {id: a, name: 某办}
period: 2017
sources:
  report: {title: 报告, file: sources/report.txt}
  accounts: {title: 决算表}
facts:
  # 两处不同
  部门预算数:
    conflict: "“5,657.15 万元”(report@26:10);“6,000 万元”(accounts@收支(一)!C3)"
    basis: figure
    source: report
    at: {line: 26, column: 10}
    quote: 2017年度市本级财政预算批复5,657.15万元
    also:
      - {source: accounts, at: {sheet: 收支(一), cell: C3}}
  部门决算数: 5,657.15 万元  # 旁注
"""


def concept(data: Data, name: str) -> Data:
    found: Data = next(one for one in data["concepts"] if name in (one["id"], one["name"]))
    return found


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return [line[2:] for line in lines if line[:2] == "- "], [line[2:] for line in lines if line[:2] == "+ "]


# --- describe ---------------------------------------------------------------------------------------------------------


def test_every_concept_is_shown_with_its_fact_and_where_it_is_used(ask: Ask, tmp_path: Path) -> None:
    data = done(ask("describe", rules=RULES, case=case_in(tmp_path)))
    budget = concept(data, "部门预算数")
    assert budget["fact"]["status"] == "known" and budget["fact"]["basis"] == "figure"
    assert budget["fact"]["stated"] == {"value": "5,657.15 万元"}
    (place,) = budget["fact"]["places"]
    said = {"source": "report", "locator": "26:10", "quote": "2017年度市本级财政预算批复5,657.15万元"}
    assert place == {**said, "note": "", "own_note": ""}
    assert budget["unit"] == "万元"
    assert any(use["kind"] == "check" for use in budget["used_in"])
    assert data["subject"]["name"] == "昆明市人民政府办公厅"
    assert data["sources"][0]["id"] == "report"
    read = [bool(one["used_in"]) for one in data["concepts"]]
    assert read == sorted(read, reverse=True)


def test_a_concept_nothing_is_said_of_is_missing(ask: Ask, tmp_path: Path) -> None:
    text = "format: hegui/case/v1\nsubject: {id: a, name: b}\nperiod: 2017\n"
    data = done(ask("describe", rules=RULES, case=case_in(tmp_path, text)))
    assert concept(data, "部门预算数")["fact"] is None
    assert data["counts"]["missing"] == sum(bool(one["used_in"]) for one in data["concepts"]) > 50


def test_a_conflict_shows_what_to_choose_from(ask: Ask, tmp_path: Path) -> None:
    data = done(ask("describe", rules=RULES, case=case_in(tmp_path, CONFLICT)))
    found = concept(data, "部门预算数")["fact"]["candidates"]
    assert [one["shown"] for one in found] == ["5,657.15 万元", "6,000 万元"]
    assert found[1]["places"][0]["locator"] == "收支(一)!C3"
    assert data["counts"]["conflict"] == 1


# --- change -----------------------------------------------------------------------------------------------------------


def test_a_conflict_is_settled_by_choosing(ask: Ask, tmp_path: Path) -> None:
    change = {"concept": "部门预算数", "do": "choose", "choice": 0, "fact": {"note": "已问过财务"}}
    answer = done(ask("change", rules=RULES, case=case_in(tmp_path, CONFLICT), changes=[change]))
    fact = concept(answer["described"], "部门预算数")["fact"]
    assert (fact["status"], fact["shown"], fact["basis"]) == ("known", "5,657.15 万元", "figure")
    (place,) = fact["places"]
    assert (place["source"], place["locator"]) == ("report", "26:10")
    assert "已问过财务" in place["note"] and "6,000 万元" in place["note"]
    assert "# 两处不同" in answer["case"] and "# 旁注" in answer["case"]


def test_a_judgement_is_entered_with_its_evidence_and_nothing_else_is_touched(ask: Ask, tmp_path: Path) -> None:
    before = CASE.read_text()
    evidence = {"source": "report", "at": {"line": 26, "column": 10}, "quote": "2017年度市本级财政预算批复5,657.15万元"}
    change = {"concept": "部门预算数", "fact": {"value": "5,700 万元", **evidence, "note": "按批复"}}
    after = done(ask("change", rules=RULES, case=case_in(tmp_path), changes=[change]))["case"]
    lost, new = changed_lines(before, after)
    assert {"    value: 5,657.15 万元", "    basis: figure"} <= set(lost) and len(lost) == 3
    assert {"    value: 5,700 万元", "    basis: judged", "    note: 按批复"} <= set(new)


def test_what_is_entered_without_a_source_never_cites_the_report(ask: Ask, tmp_path: Path) -> None:
    change = {"concept": "部门预算数", "fact": {"value": "1 万元"}}
    answer = done(ask("change", rules=RULES, case=case_in(tmp_path), changes=[change]))
    fact = concept(answer["described"], "部门预算数")["fact"]
    assert fact["basis"] == "judged"
    assert [place["source"] for place in fact["places"]] == ["entered"]
    again = case_in(tmp_path / "again", answer["case"])
    twice = done(ask("change", rules=RULES, case=again, changes=[{**change, "fact": {"absent": "没有提供"}}]))
    assert twice["case"].count("  entered:") == 1
    assert concept(twice["described"], "部门预算数")["fact"]["reason"] == "没有提供"


def test_rows_of_a_table_are_entered(ask: Ask, tmp_path: Path) -> None:
    rows = [{"名称": "甲, {乙}: #", "是否量化": "否"}, {"名称": "丙", "是否量化": "是"}]
    answer = done(
        ask("change", rules=RULES, case=case_in(tmp_path), changes=[{"concept": "绩效目标", "fact": {"rows": rows}}])
    )
    assert concept(answer["described"], "绩效目标")["fact"]["stated"] == {"rows": rows}


def test_whom_and_when_can_be_given_to_a_case_that_lacks_them(ask: Ask, tmp_path: Path) -> None:
    case = case_in(
        tmp_path, "format: hegui/case/v1\n# 请补写评价时期,例如: period: 2017\nfacts: {部门预算数: 1 万元}\n"
    )
    data = done(ask("change", rules=RULES, case=case, subject={"id": "x", "name": "某办: #1"}, period="2017"))
    assert data["described"]["subject"]["name"] == "某办: #1"
    assert "请补写" not in data["case"]


def test_a_fact_is_taken_away(ask: Ask, tmp_path: Path) -> None:
    data = done(ask("change", rules=RULES, case=case_in(tmp_path), changes=[{"concept": "部门预算数", "do": "remove"}]))
    assert concept(data["described"], "部门预算数")["fact"] is None


def test_evidence_of_ones_own_becomes_a_source(ask: Ask, tmp_path: Path) -> None:
    sources = {"minutes": {"title": "会议纪要", "file": "../sources/report.txt"}}
    change = {"concept": "部门预算数", "fact": {"value": "1 万元", "source": "minutes", "at": {"page": 3}}}
    data = done(ask("change", rules=RULES, case=case_in(tmp_path), changes=[change], sources=sources))
    assert concept(data["described"], "部门预算数")["fact"]["places"][0]["locator"] == "p.3"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"concept": "部门预算数", "fact": {"value": "一些"}}, "not-a-number"),
        ({"concept": "部门预算数", "fact": {"value": "5 人"}}, "unit-mismatch"),
        ({"concept": "部门预算", "fact": {"value": "5"}}, "unknown-concept"),
        ({"concept": "部门预算数", "fact": {"note": "什么也没说"}}, "no-value"),
        ({"concept": "部门预算数", "fact": {"value": "5 元", "absent": "没有"}}, "one-of"),
        ({"concept": "部门预算数", "fact": {"value": "5 元", "source": "nonesuch"}}, "unknown-source"),
        ({"concept": "部门预算数", "fact": {"value": "5 元", "source": "report", "at": {"line": 3}, "quote": "没有"}}, "quote-not-found"),
        ({"concept": "部门预算数", "fact": {"value": "5 元", "secret": "键"}}, "unknown-key"),
        ({"concept": "部门预算数", "fact": {"value": {"a": [1, {"b": None}]}}}, "wrong-type"),
        ({"concept": "部门预算数", "do": "choose", "choice": 0}, "no-such-choice"),
        ({"concept": "部门预算数", "do": "burn"}, "bad-request"),
        ({"concept": 3}, "bad-request"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_whole(ask: Ask, tmp_path: Path, change: dict[str, Any], code: str) -> None:
    good = {"concept": "部门决算数", "fact": {"value": "1 万元"}}
    assert code in codes(ask("change", rules=RULES, case=case_in(tmp_path), changes=[good, change]))


def test_one_can_go_on_with_a_case_that_has_other_mistakes(ask: Ask, tmp_path: Path) -> None:
    case = case_in(tmp_path, CASE.read_text().replace("value: 119.02 万元", "value: 不少"))
    good = {"concept": "部门预算数", "fact": {"value": "1 万元"}}
    answer = ask("change", rules=RULES, case=case, changes=[good])
    assert "1 万元" in done(answer)["case"]
    assert [one.code for one in answer.problems if one.severity == "error"] == ["not-a-number"]


@pytest.mark.parametrize("text", ["facts: [", "", "\0", "a: !!python/object:os.system {}\n"])
def test_what_is_no_case_cannot_be_changed(ask: Ask, tmp_path: Path, text: str) -> None:
    change = {"concept": "部门预算数", "fact": {"value": "1 万元"}}
    assert codes(ask("change", rules=RULES, case=case_in(tmp_path, text), changes=[change]))


def test_hostile_words_stay_words(ask: Ask, tmp_path: Path) -> None:
    words = "/ /etc \"'\n- &a !!x {{7*7}} =HYPERLINK(1) <script> \\ \t: # ' | > %"
    change = {"concept": "部门预算数", "fact": {"value": "1 万元", "note": words}}
    answer = done(ask("change", rules=RULES, case=case_in(tmp_path), changes=[change]))
    assert concept(answer["described"], "部门预算数")["fact"]["places"][0]["note"] == words


@pytest.mark.parametrize("words", ["/", "/etc", "/etc/passwd"])
def test_words_that_look_like_a_path_are_saved_as_they_are(ask: Ask, tmp_path: Path, words: str) -> None:
    change = {"concept": "部门预算数", "fact": {"value": "1 万元", "note": words}}
    url = {"web": {"title": words, "url": "https://example.com/a/b"}}
    answer = done(ask("change", rules=RULES, case=case_in(tmp_path), changes=[change], sources=url))
    assert f'note: "{words}"' in answer["case"] and "https://example.com/a/b" in answer["case"]
    assert answer["case"].count("/") > CASE.read_text().count("/")


# --- what if ----------------------------------------------------------------------------------------------------------


def test_a_what_if_moves_the_score_and_saves_nothing(ask: Ask, tmp_path: Path) -> None:
    case = case_in(tmp_path)
    text = case.read_text()
    before = done(ask("assess", rules=RULES, case=case, as_of="2018-12-31"))
    what_if = {"concept": "绩效目标", "fact": {"rows": [{"名称": "甲", "是否量化": "是"}]}}
    after = done(ask("assess", rules=RULES, case=case, as_of="2018-12-31", changes=[what_if]))

    def score(data: Data) -> str:
        return str(next(one["score"] for one in data["indicators"] if one["id"] == "target-soundness"))

    assert (score(before), score(after)) == ("2.00", "3.00")
    assert case.read_text() == text and REPORT.is_file()


def test_a_what_if_that_cannot_be_is_refused(ask: Ask, tmp_path: Path) -> None:
    what_if = {"concept": "绩效目标", "fact": {"value": "5"}}
    assert codes(ask("assess", rules=RULES, case=case_in(tmp_path), changes=[what_if]))
