"""The self-evaluation form of a project, as a workbook, is read into the facts the rulebook scores."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hegui.cli import main

RULES = Path(__file__).parents[2] / "rules" / "mof-2020-10"
DONE, PARTLY = "达成预期指标", "部分达成预期指标并具有一定效果"
FORM: list[list[object]] = [
    ["项目支出绩效自评表"],
    ["(2022年度)"],
    ["项目名称", "食品安全抽检"],
    ["主管部门", "某市市场监督管理局", None, "实施单位", "某市检验检测中心"],
    ["项目资金(万元)", None, "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
    [None, "年度资金总额", 100, 90, 88.5, 10, "98.33%", 9.83],
    [None, "其中:当年财政拨款", 100, 90, 88.5],
    ["年度总体目标", "全年抽检 1200 批次"],
    ["绩效指标"],
    [
        *("一级指标", "二级指标", "三级指标", "指标性质", "年度指标值", "实际完成值"),
        *("计量单位", "完成程度", "分值", "得分", "指标值明显偏低", "偏差原因分析及改进措施"),
    ],
    ["产出指标", "数量指标", "抽检批次", "正向", 1200, 1210, "批次", None, 20, 20, "否"],
    [None, "质量指标", "抽检合格率", "正向", 98, 98.6, "%", None, 10, 10, "否"],
    [None, "时效指标", "任务完成时限", "反向", 12, 12, "月", None, 10, 10],
    [None, "成本指标", "项目总成本", "反向", 90, 88.5, "万元", None, 10, 10],
    ["效益指标", "社会效益指标", "食品安全保障", "定性", None, None, None, DONE, 20, 19],
    [None, "可持续影响指标", "持续影响", "定性", None, None, None, PARTLY, 10, 7],
    ["满意度指标", "服务对象满意度指标", "群众满意度", "正向", 90, 81, "%", None, 10, 9, None, "宣传不足"],
    ["总分", None, None, None, None, None, None, None, 100, 94.83],
]


def test_the_form_of_a_project_is_read_and_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in FORM:
        book.active.append(row)
    book.save(tmp_path / "form.xlsx")
    case = tmp_path / "case.yaml"
    assert main(["facts", "read", str(tmp_path / "form.xlsx"), "--rules", str(RULES), "-o", str(case)]) == 0
    assert capsys.readouterr().err == ""

    assert main(["check", str(case), "--rules", str(RULES), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["subject"]["name"], found["score"], found["grade"]) == ("某市市场监督管理局", "94.83", "优")
    assert [section["score"] for section in found["sections"]] == ["9.83", "50.00", "26.00", "9.00"]
    # The figures agree with one another, and a blank beside a figure stays a blank.
    assert [one["check"] for one in found["findings"] if one.get("check")] == []
    rows = case.read_text(encoding="utf-8").split("rows:")[1].split("at:")[0].splitlines()[1:-1]
    assert len(rows) == 7
    assert "指标值" not in next(row for row in rows if "食品安全保障" in row)
    assert "一级指标: 产出指标, 二级指标: 质量指标" in next(row for row in rows if "抽检合格率" in row)
