"""What single score tables say, cell by cell: figures merged over rows, weights, totals beside the table, grades, rates."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from facts.documents.reading import read_document
from facts.provenance import CellRef
from facts.values import decimal_text
from hegui.audit.model import Audit
from hegui.audit.run import audit_document
from tests.audit.grids import Grid, Span, as_page, as_workbook
from tests.audit.reports import audit, found, only

HEAD = "| 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施 |\n"
ROWS = """| 产出指标 | 数量指标 | 培训期数 | ≥12期 | 14期 | 40 | 40 | |
| 产出指标 | 质量指标 | 结业率 | ≥95% | 90% | 30 | 27 | 个别学员中途调动 |
| 效益指标 | 社会效益 | 持证上岗率 | ≥90% | 93% | 20 | 20 | |
"""
LAST = "| 满意度指标 | 满意度 | 学员满意度 | ≥90% | 96% | 10 | 10 | |\n"
TABLE = HEAD + ROWS + LAST + "| 总分 | | | | | 100 | 97 | |\n"
NOTE = "注:90(含)-100分为优,80(含)-90分为良,60(含)-80分为中,60分以下为差。\n"


def leaves(result: Audit) -> list[tuple[str, str | None, str | None]]:
    """Name, points and score of every indicator."""
    claims = [one.claim for one in result.claims if one.claim.kind == "indicator"]
    return [
        (c.name, *(None if v is None else decimal_text(v) for v in (c.points, c.score)))  # type: ignore[misc]
        for c in claims
    ]


def in_workbook(grid: Grid, folder: Path) -> Audit:
    document, problems = read_document(as_workbook(grid, folder / "form.xlsx"))
    assert document is not None, problems
    return audit_document(document)


def test_figures_merged_over_two_indicators_are_one_claim(tmp_path: Path) -> None:
    result = in_workbook(
        [
            ["一级指标", "二级指标", "三级指标", "分值", "得分", "扣分原因"],
            [Span("产出", 3), "数量", "新建站点", "10", Span("18", 2), Span("一处推迟", 2)],
            ["质量", "验收合格", "10"],
            ["时效", "按期完成", "30", "30", ""],
            [Span("效益", 2), "社会效益", "受益人数", Span("50", 2), "25", ""],
            ["生态效益", "绿化面积", "24", "少种一片"],
            [Span("合计", columns=3), "100", "97", ""],
        ],
        tmp_path,
    )
    assert leaves(result) == [
        ("新建站点、验收合格", "20", "18"),
        ("按期完成", "30", "30"),
        ("受益人数、绿化面积", "50", "49"),
    ]
    assert result.findings == ()


def test_scores_out_of_a_hundred_are_not_held_against_their_weights() -> None:
    result = audit(
        "| 一级指标 | 指标 | 权重 | 得分 |\n| 投入 | 依据 | 20% | 95 |\n| 投入 | 程序 | 20% | 90 |\n| 产出 | 完成率 | 30% | 100 |\n"
        "| 效益 | 效益 | 30% | 88 |\n| 综合得分 | | 100% | 93.4 |\n"
    )
    assert leaves(result) == [("依据", None, "95"), ("程序", None, "90"), ("完成率", None, "100"), ("效益", None, "88")]
    assert result.findings == ()


def test_a_weight_in_percent_is_so_many_points() -> None:
    table = "| 一级指标 | 指标 | 权重 | 得分 |\n| 投入 | 依据 | 40% | 38 |\n| 产出 | 完成 | 60% | 60 |\n| 合计 | | 100% | 98 |\n"
    assert leaves(audit(table)) == [("依据", "40", "38"), ("完成", "60", "60")] and found(table) == []
    assert "listed-points" in found(table.replace("| 40% |", "| 45% |"))
    assert "score-above-points" in found(table.replace("| 38 |", "| 41 |"))


def test_a_department_and_its_project_may_have_different_totals() -> None:
    report = (
        "某县水利局2022年度部门整体支出绩效自评报告\n本次部门整体支出绩效自评得分93分。\n附件2 项目支出绩效自评表\n"
        + TABLE
    )
    assert found(report) == []
    same = report.replace("附件2 项目支出绩效自评表\n", "")
    assert only(same, "two-values").quotes[0].quote.endswith("93分")


def test_a_total_beside_the_table_is_held_against_it() -> None:
    assert found("| 自评总分 | 97 | | |\n" + TABLE) == []
    assert only("| 自评总分:96 | | | |\n" + TABLE, "two-values").quotes[0].quote == "96"
    rows = HEAD + ROWS + LAST
    assert only("| 自评总分 | 96 | | |\n" + rows, "listed-scores").expected == "97 分"


def test_a_grade_in_the_row_of_totals_or_beside_it_follows_from_the_total() -> None:
    graded = TABLE.replace("| 100 | 97 | |", "| 100 | 97 | 优 |")
    assert found(graded + NOTE) == []
    assert only(graded.replace("优", "良") + NOTE, "grade").expected == "优"
    beside = "| 评价等级 | 优 | | |\n" + TABLE + f"| {NOTE.strip()} | | |\n"
    assert found(beside) == []
    assert only(beside.replace("| 优 |", "| 中 |"), "grade").quotes[0].quote == "中"


MONEY = "| 项目资金 | | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |\n| | 年度资金总额 | 43.20 | 37.24 | 10 | 86% | 9 |\n| | 其中:财政拨款 | 43.20 | 37.24 | - | 86% | - |\n"


def test_the_score_of_execution_follows_from_its_rate_only_where_the_form_says_so() -> None:
    assert found(MONEY) == []
    said = MONEY.replace("| 得分 |", "| 得分(10分*执行率) |")
    finding = only(said, "computed-score")
    assert finding.quotes[0].quote == "9" and "8.60" in finding.message.zh
    assert found(said.replace("| 9 |", "| 8.6 |")) == []
    note = "注:预算执行率得分=执行率×10分。\n"
    assert only(MONEY + note, "computed-score").quotes[0].quote == "9"


def test_the_parts_of_the_money_have_rates_of_their_own_and_claim_nothing() -> None:
    result = audit(MONEY)
    assert leaves(result) == [("年度资金总额", "10", "9")]
    finding = only(MONEY.replace("| - | 86% | - |", "| - | 96% | - |"), "percentage")
    assert finding.message.zh.startswith("其中:财政拨款执行率")


@pytest.mark.parametrize(
    ("name", "target", "actual", "check"),
    [
        ("预算调整率", "10%", "3%", ""),  # the less, the better, though no sign says so
        ("补助发放覆盖率", "100%", "全部发放到位", ""),
        ("补助发放覆盖率", "100%", "已完成", "unproven-target"),
        ("人均支出", "≤2万元", "18500", ""),  # 元, for all that is said
        ("人均支出", "≤2万元", "2.1万元", "full-marks-above-limit"),
        ("设备到位", "12月底前", "已完成", ""),  # a day is no quantity
        ("安全事故数", "0起", "0起", ""),
        ("安全事故数", "0起", "1起", "full-marks-above-limit"),
        ("准确率", "≥95%", "0.98", ""),
        ("服务人次", "10000人次以上", "9,350人次", "full-marks-below-target"),
        ("服务年限", "≥5年", "4年", "full-marks-below-target"),
    ],
)
def test_a_result_is_held_against_its_target_where_both_are_plain(
    name: str, target: str, actual: str, check: str
) -> None:
    row = f"| 满意度指标 | 满意度 | {name} | {target} | {actual} | 10 | 10 | |\n"
    assert found(HEAD + ROWS + row) == ([check] if check else [])


def test_a_formula_that_was_never_computed_is_not_a_missing_target(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    as_workbook(
        [
            ["一级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "扣分原因"],
            *(["产出", name, "≥5个", "6个", "20", "20", ""] for name in ("站点", "设备", "活动", "课程")),
            ["产出", "报告", "", "6个", "20", "15", ""],
        ],
        path,
    )
    document, _ = read_document(path)
    assert document is not None
    assert {f.check for f in audit_document(document).findings} == {"missing-target", "deduction-reason"}
    book = openpyxl.load_workbook(path)
    book.active["C7"], book.active["G7"] = "=A1", "=A1"
    book.save(path)
    document, _ = read_document(path)
    assert document is not None
    assert audit_document(document).findings == ()


def test_a_finding_leads_to_the_cell_that_holds_the_words(tmp_path: Path) -> None:
    result = in_workbook(
        [
            [Span("绩效自评表", columns=6)],
            ["一级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
            [Span("产出指标", 2), "站点", "≥5个", "4个", "50", "50"],
            ["设备", "≥5台", "6台", "50", "50"],
            [Span("总分", columns=4), "100", "100"],
        ],
        tmp_path,
    )
    (finding,) = result.findings
    assert [(q.locator, q.quote) for q in finding.quotes] == [
        (CellRef("Sheet", "D4"), "4个"),
        (CellRef("Sheet", "C4"), "≥5个"),
    ]


def test_two_forms_in_one_document_are_summed_apart(tmp_path: Path) -> None:
    path = tmp_path / "two.txt"
    path.write_text(f"附件1\n{TABLE}附件2\n{TABLE}", encoding="utf-8")
    document, _ = read_document(path)
    assert document is not None
    result = audit_document(document)
    assert result.findings == () and result.points.claimed == 194


def test_a_heading_that_lost_its_merging_goes_on_over_the_names_below_it() -> None:
    table = (
        "| 绩效指标 | | | 指标分值 | 自评得分 |\n| 部门预算管理(60分) | 预算编制(30分) | 目标制定 | 30 | 29 |\n"
        "| | 预算执行(30分) | 支出控制 | 30 | 30 |\n| 结果应用(40分) | 信息公开(40分) | 自评公开 | 40 | 40 |\n| 合计 | | | 100 | 99 |\n"
    )
    result = audit(table)
    assert leaves(result) == [("目标制定", "30", "29"), ("支出控制", "30", "30"), ("自评公开", "40", "40")]
    assert result.findings == () and "listed-points" in found(table.replace("(60分)", "(70分)"))


def test_a_page_with_a_form_of_hubei_has_points_in_the_names(tmp_path: Path) -> None:
    grid: Grid = [
        ["预算执行情况(万元)", "", "预算数(A)", "执行数(B)", "执行率(B/A)", "得分(20分*执行率)"],
        ["", "年度财政资金总额", "1,250.00", "1,250.00", "100%", "20"],
        ["一级指标", "二级指标", "三级指标", "年初目标值(A)", "实际完成值(B)", "得分"],
        ["产出指标", "数量指标", "助学金人数(50分)", "3000", "3012", "50"],
        ["效益指标", "社会效益", "学业完成率(30分)", "≥98%", "96.5%", "28"],
        [Span("总分", columns=5), "98"],
    ]
    document, _ = read_document(as_page(grid, tmp_path / "form.html"))
    assert document is not None
    result = audit_document(document)
    assert leaves(result) == [("年度财政资金总额", "20", "20"), ("助学金人数", "50", "50"), ("学业完成率", "30", "28")]
    assert result.findings == () and result.points.claimed == 98
