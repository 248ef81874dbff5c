"""What the papers say, on the real case and on small ones written as users write them."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import pytest
from jsonschema import Draft202012Validator

from engine.load import load_rulebook
from engine.testing.words import VOCABULARY
from engine.waivers import Waivers
from facts.casefile import read_case
from facts.examples import case_files, read_examples
from facts.waiverfile import read_waivers
from hegui.cli import main
from hegui.papers.matter import Matter
from hegui.papers.write import PAPER_FORMATS, write_paper
from tests.engine.example import RULES
from tests.hegui.papers.reading import KUNMING, Page, assessed, docx_text, kunming, squeezed, xlsx_text
from tests.hegui.sarifstandard import SARIF

FIGURES = ("figure",)


# --- the report -------------------------------------------------------------------------------------------------------


def test_the_report_has_the_structure_departments_publish() -> None:
    document: Any = docx.Document(io.BytesIO(write_paper(*kunming(), "docx", "zh")))
    headings = [(p.style.name, p.text) for p in document.paragraphs if p.style.name in ("Heading 1", "Heading 2")]
    assert headings == [
        ("Heading 1", "第一部分 摘要"),
        ("Heading 2", "一、评价对象"),
        ("Heading 2", "二、评价结论"),
        ("Heading 2", "三、问题和建议"),
        ("Heading 1", "第二部分 正文"),
        ("Heading 2", "一、部门概况"),
        ("Heading 2", "二、绩效目标"),
        ("Heading 2", "三、评价思路和方法"),
        ("Heading 2", "四、评价结论和绩效分析"),
        ("Heading 2", "五、存在的问题"),
        ("Heading 2", "六、改进措施及建议"),
        ("Heading 1", "附件"),
        ("Heading 2", "附件1 指标体系及得分"),
        ("Heading 2", "附件2 评分所用的事实"),
        ("Heading 2", "附件3 资料来源"),
        ("Heading 2", "附件4 规则集中已知并接受的矛盾"),
    ]


def test_the_report_says_what_the_published_one_says_item_by_item() -> None:
    text = docx_text(write_paper(*kunming(), "docx", "zh"))
    assert "评价得分96.00分(满分100.00分),评价等级为“优”。" in text
    assert "部门决策满分为35.00分,实际得分33.00分(占满分的94.29%)。" in text
    assert "此项指标满分为3.00分,实际得分2.00分(占该指标分值的66.67%),判定为部分达标。" in text
    assert "第 555:53 处:“管理人员在定期接受培训,熟悉政策、提高业务能力等方面的工作尚有待加强”" in text
    assert "队伍建设情况:全部改好可挽回1.00分。若“管理人员定期培训到位”由“否”变为“是”,则为达标。" in text


def test_digests_bases_the_grade_s_citation_and_contradictions_are_told() -> None:
    assessment, rulebook = kunming()
    papers = {kind: write_paper(assessment, rulebook, kind, "zh") for kind in PAPER_FORMATS}
    for text in (docx_text(papers["docx"]), xlsx_text(papers["xlsx"]), Page(papers["html"]).text):
        assert rulebook.digest in text
        assert assessment.sources[0].sha256 in text
        assert "按绩效评价通行的90/80/60划分" in text
        assert "数字可复算、部门陈述、评价人判断" in text
        assert all(one.reason in text and one.authority in text for one in assessment.accepted)


def test_what_is_open_shows_its_bounds_and_what_is_missing() -> None:
    text = docx_text(write_paper(*kunming(FIGURES), "docx", "zh"))
    assert "评价得分未能确定,在[1.00, 100.00]分之间(满分100.00分),评价等级可能为“优”、“良”、“中”、“差”。" in text
    assert "此项指标满分为4.00分,得分未能确定,在[0.00, 4.00]分之间(占该指标分值的[0.00%, 100.00%]),判定为待定。" in text
    assert "缺少的事实:财务监控有效" in text
    assert "补上“财务监控有效”一项即可确定4.00分" in text
    # Facts that are not relied on are told as such.
    assert "不予采信,部门陈述" in text


def test_the_english_report_has_no_chinese_sentence_of_ours() -> None:
    document: Any = docx.Document(io.BytesIO(write_paper(*kunming(), "docx", "en")))
    ours = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert not [text for text in ours if any("\u4e00" <= c <= "\u9fff" for c in text)]
    assert "The score is 96.00 of 100.00 points; grade “优”." in docx_text(write_paper(*kunming(), "docx", "en"))


def test_headings_of_tables_repeat_and_pages_are_a4_with_numbers() -> None:
    document: Any = docx.Document(io.BytesIO(write_paper(*kunming(), "docx", "zh")))
    assert document.tables and all(table.rows[0]._tr.xpath("./w:trPr/w:tblHeader") for table in document.tables)
    sizes = [(round(s.page_width.cm, 1), round(s.page_height.cm, 1)) for s in document.sections]
    assert sizes == [(21.0, 29.7), (29.7, 21.0)]
    footer = document.sections[0].footer._element
    assert "PAGE" in "".join(code.text for code in footer.xpath(".//w:instrText"))
    marks = set(document.element.xpath("//w:bookmarkStart/@w:name"))
    links = set(document.element.xpath("//w:hyperlink/@w:anchor"))
    assert links and links <= marks


# --- a case of which little is known ----------------------------------------------------------------------------------


def small(tmp_path: Path, facts: str, section: str = "") -> tuple[Any, Any]:
    rules = tmp_path / "rules"
    rules.mkdir(exist_ok=True)
    (rules / "vocabulary.yaml").write_text(json.dumps(VOCABULARY, ensure_ascii=False), encoding="utf-8")
    (rules / "rulebook.yaml").write_text(RULEBOOK, encoding="utf-8")
    (rules / "s1.yaml").write_text(section or SECTION, encoding="utf-8")
    rulebook, problems = load_rulebook(rules)
    assert rulebook is not None, problems
    file = tmp_path / "case.yaml"
    file.write_text(
        f"format: hegui/case/v1\nsubject: {{id: x, name: 某局}}\nperiod: 2017\nfacts: {facts}\n", encoding="utf-8"
    )
    case, problems = read_case([file], rulebook.vocabulary)
    assert case is not None, problems
    return assessed(rulebook, case), rulebook


RULEBOOK = """format: hegui/rulebook/v1
id: small
version: "1.0"
title: 小规则集
authority: 某市财政局
effective: {from: 2017-01-01}
cite: {document: 某文件}
model: sum
defaults: {missing: undetermined, zero_denominator: undetermined, partial_unit: up, not_applicable: full, round_measure: none,
  round_score: none}
sections: [s1.yaml]
"""
SECTION = """format: hegui/section/v1
id: s1
title: 部分一
points: 3
indicators:
  - {id: i1, title: 指标一, points: 3, measure: 1 / 3 * 3, score: {formula: 3 / 7}}
"""


def test_a_case_without_facts_says_that_nothing_is_known(tmp_path: Path) -> None:
    text = docx_text(write_paper(*small(tmp_path, "{}"), "docx", "zh"))
    assert "除各指标所用的数据外,评价个案没有可供评价使用的部门概况资料。" in text
    assert "评价个案没有写明来源。" in text and "评分没有读取任何事实。" in text
    assert "规则没有规定等级。" in text


def test_points_that_never_end_are_marked_as_rounded(tmp_path: Path) -> None:
    assessment, rulebook = small(tmp_path, "{}")
    assert "≈0.428571" in docx_text(write_paper(assessment, rulebook, "docx", "zh"))
    assert Matter(assessment, rulebook, "zh").points(assessment.lower) == "≈0.428571"


# --- waivers ----------------------------------------------------------------------------------------------------------

WAIVERS = """format: hegui/waivers/v1
waivers:
  - {finding: deduction, at: team-building, points: 1.00, authority: 市财政局复核意见, reason: 培训推迟, expires: 2018-12-31}
"""


def test_waivers_stand_beside_the_score_in_every_paper(tmp_path: Path) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text(WAIVERS, encoding="utf-8")
    waivers, problems = read_waivers([file])
    assert not problems
    rulebook = kunming()[1]
    case, _ = read_case([KUNMING / "cases" / "kunming-2017.yaml"], rulebook.vocabulary)
    assert case is not None
    found = assessed(rulebook, case, waivers=Waivers(waivers, date(2018, 6, 1)))
    for kind, told in (("docx", docx_text), ("xlsx", xlsx_text), ("html", lambda data: Page(data).text)):
        text = squeezed(told(write_paper(found, rulebook, kind, "zh")))  # type: ignore[arg-type]  # read by kind
        assert "市财政局复核意见" in text and "培训推迟" in text and "豁免前" in text and "97.00" in text
    results = json.loads(write_paper(found, rulebook, "sarif", "zh"))["runs"][0]["results"]
    (waived,) = [one for one in results if one["ruleId"] == "team-building"]
    assert waived["suppressions"][0]["justification"] == "市财政局复核意见: 培训推迟"
    root = ElementTree.fromstring(write_paper(found, rulebook, "junit", "zh"))  # noqa: S314  # our own
    (case_,) = [one for one in root.iter("testcase") if one.get("classname") == "team-building"]
    assert [child.tag for child in case_] == ["skipped"]


# --- for machines -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("accept", [("figure", "stated", "judged"), FIGURES])
def test_sarif_has_the_structure_of_the_standard(accept: tuple[Any, ...]) -> None:
    assessment, rulebook = kunming(accept)
    document = json.loads(write_paper(assessment, rulebook, "sarif", "zh"))
    assert list(Draft202012Validator(SARIF).iter_errors(document)) == []
    run = document["runs"][0]
    names = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(names[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    prints = [result["partialFingerprints"]["hegui/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)
    open_ = [one.id for one in assessment.indicators if one.verdict == "undetermined"]
    assert [result["ruleId"] for result in run["results"] if result["level"] == "note"] == open_


def test_sarif_points_to_the_quote_and_beside_it_to_the_rule() -> None:
    results = json.loads(write_paper(*kunming(), "sarif", "zh"))["runs"][0]["results"]
    (found,) = [one for one in results if one["ruleId"] == "team-building"]
    region = found["locations"][0]["physicalLocation"]["region"]
    lines = (KUNMING / "sources" / "report.txt").read_text(encoding="utf-8").split("\n")
    quoted = lines[region["startLine"] - 1][region["startColumn"] - 1 : region["endColumn"] - 1]
    assert quoted == region["snippet"]["text"]
    rule = found["relatedLocations"][-1]
    assert rule["physicalLocation"]["artifactLocation"]["uri"].endswith("performance.yaml")
    assert "正文 四(二)3(41)" in rule["message"]["text"]


def test_sarif_names_the_source_as_it_is_found_from_where_the_command_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(RULES.parent)
    case, output = "rules/kunming-2017/cases/kunming-2017.yaml", tmp_path / "findings.sarif"
    assert main(["check", case, "--rules", "rules/kunming-2017", "--format", "sarif", "-o", str(output)]) == 0
    results = json.loads(output.read_text(encoding="utf-8"))["runs"][0]["results"]
    uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results}
    assert uris == {"rules/kunming-2017/sources/report.txt"}


def test_results_of_one_indicator_are_told_apart(tmp_path: Path) -> None:
    section = SECTION.replace("measure: 1 / 3 * 3, score: {formula: 3 / 7}", "score: {deduct: [ITEM, ITEM]}")
    section = section.replace("ITEM", "{points: 1, when: 甲旗 is 是, reason: 情形成立}")
    assessment, rulebook = small(tmp_path, "{甲旗: {value: 是}}", section)
    assert len(assessment.indicators[0].deductions) == 2
    results = json.loads(write_paper(assessment, rulebook, "sarif"))["runs"][0]["results"]
    assert len({one["partialFingerprints"]["hegui/v1"] for one in results}) == len(results) == 2


# --- every rulebook of ours, and the command --------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["kunming-2017", "mof-2013-53", "mof-2020-10"])
def test_cases_of_every_rulebook_can_be_written(folder: str) -> None:
    rulebook, _ = load_rulebook(RULES / folder)
    assert rulebook is not None
    for file in case_files(RULES / folder):
        examples, _ = read_examples(file, rulebook.vocabulary)
        found = assessed(rulebook, examples[-1].case)
        for kind in PAPER_FORMATS:
            assert write_paper(found, rulebook, kind, "en" if kind == "docx" else "zh")


def test_the_command_writes_each_format_and_exits_as_it_does_for_text(tmp_path: Path) -> None:
    case = KUNMING / "cases" / "kunming-2017.yaml"
    for kind in PAPER_FORMATS:
        output = tmp_path / f"paper.{kind}"
        options = ["--format", kind, "-o", str(output), "--fail-on", "warning"]
        assert main(["check", str(case), "--rules", str(KUNMING), *options]) == 1
        assert output.read_bytes() == write_paper(*kunming(), kind, "zh") or kind in ("sarif", "junit")


def test_an_office_file_is_not_thrown_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    case = KUNMING / "cases" / "kunming-2017.yaml"
    assert main(["check", str(case), "--rules", str(KUNMING), "--format", "docx"]) == 2
    said = capsys.readouterr()
    assert "-o FILE.docx" in said.err and not said.out
