"""Each check on a report that breaks it in one place, beside the same report as it should be: nothing else is found."""

from __future__ import annotations

import pytest

from tests.audit.reports import audit, found, only

HEAD = "某县水利局2021年度部门整体支出绩效自评报告\n某县水利局(以下简称“县水利局”)内设办公室、规划股、建管股3个股室。\n"

PROSE = (
    HEAD
    + """三、绩效自评情况
评价指标包括2个一级指标,4个三级指标,一级指标权重分别为40%、60%,分值分别为40分、60分。
本次绩效自评综合得分94分,评价等级为“优”。90(含)-100分为优,80(含)-90分为良,60(含)-80分为中,60分以下为差。
(一)投入情况
从评价情况看,投入指标满分为40分,实际得分38分(占该部分满分的95%)。
1.目标合理性
此项指标满分为20分,实际得分20分(占该指标分值的100%),反映出目标设定合理。
2.预算编制
此项指标满分为20分,实际得分18分(占该指标分值的90%),因个别项目测算依据不够充分,扣2分。
(二)产出情况
从评价情况看,产出指标满分为60分,实际得分56分(占该部分满分的93.33%)。
1.河道治理长度
此项指标满分为40分,实际得分40分(占该指标分值的100%),反映出实际治理河道12.5公里,达到计划的12公里以上。
2.群众满意率
此项指标满分为20分,实际得分16分(占该指标分值的80%),反映出群众满意率为86%,由于沟通较少,扣4分。
"""
)

TABLE = """某区教育局2022年度项目支出绩效自评报告
本项目自评总分为93.8分。
| 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施 |
|---|---|---|---|---|---|---|---|
| 产出指标(50分) | 数量指标 | 补助幼儿园数 | ≥20所 | 22所 | 20 | 20 | |
| 产出指标(50分) | 质量指标 | 资金拨付准确率 | 100% | 100% | 15 | 15 | |
| 产出指标(50分) | 时效指标 | 补助发放及时率 | ≥95% | 90% | 15 | 10 | 年底资金下达较晚 |
| 效益指标(40分) | 社会效益指标 | 普惠园覆盖率 | ≥80% | 85% | 20 | 20 | |
| 效益指标(40分) | 生态效益指标 | 校园绿化面积 | ≥266米 | 280米 | 20 | 20 | |
| 满意度指标(10分) | 服务对象满意度指标 | 家长满意度 | ≥95% | 92% | 10 | 8.8 | 个别园区硬件较旧 |
| 总分 | | | | | 100 | 93.8 | |
"""

AMOUNTS = (
    HEAD
    + """2021年度部门预算1,200.00万元,年度决算1,180.50万元,预算执行率98.38%。
全年支出1,180.50万元,其中:基本支出800.50万元,项目支出380.00万元。
2021年“三公经费”支出10.00万元,比上年12.00万元减少2.00万元,下降16.67%。
下发文件95份,未超过计划的100份。
编制人数30人,年末在职人员28人,在职人员控制率93.33%。
"""
)

WORDS = (
    HEAD
    + """一、评价依据
1.《中华人民共和国预算法》;
2.《某省财政厅关于印发预算绩效管理办法的通知》(某财绩〔2020〕5号);
3.《某市财政局关于开展绩效自评工作的通知》(某财绩〔2022〕12号);
4.《某县水利局财务管理办法》。
根据《某市财政局关于开展绩效自评工作的通知》(某财绩〔2022〕12号),根据2021年县水利局决算报表填报。
二、自评结论
1.《水利简报》编印情况
此项指标满分为5分,实际得分5分,反映出全年编印《水利简报》12期。
2.《河长通讯》编印情况
此项指标满分为5分,实际得分4分,反映出《河长通讯》编印3期,因人手不足少编1期,扣1分。
3.群众满意率
此项指标满分为5分,实际得分3分,反映出群众满意率为85%,因投诉处理不及时,扣2分。
"""
)


@pytest.mark.parametrize("report", [PROSE, TABLE, AMOUNTS, WORDS], ids=["prose", "table", "amounts", "words"])
def test_a_sound_report_gives_no_finding(report: str) -> None:
    assert found(report) == []


FAULTS = [
    (PROSE, "4个三级指标", "5个三级指标", "declared-count", "5个", "4个"),
    (PROSE, "2个一级指标", "3个一级指标", "declared-count", "3个", "2个"),
    (PROSE, "股3个股室", "股2个股室", "declared-count", "2个", "3个"),
    (PROSE, "40%、60%", "40%、65%", "weights", "105%", "100%"),
    (PROSE, "综合得分94分", "综合得分95分", "listed-scores", "95 分", "94 分"),
    (PROSE, "40分、60分", "40分、65分", "listed-points", "65 分", "60 分"),
    (PROSE, "占该指标分值的90%", "占该指标分值的95%", "percentage", "95%", "90%"),
    (PROSE, "93.33%", "93.3%", "", "", ""),
    (PROSE, "93.33%", "93.43%", "percentage", "93.43%", "≈93.3333%"),
    (PROSE, "为“优”", "为“良”", "grade", "良", "优"),
    (PROSE, ",因个别项目测算依据不够充分,扣2分", "", "deduction-reason", "", ""),
    (PROSE, "反映出实际治理河道12.5公里,达到计划的12公里以上", "反映出治理河道达到12公里以上", "unproven-target", "", ""),
    (PROSE, "反映出群众满意率为86%", "反映出群众投诉率为86%", "opposite-measure", "", ""),
    (PROSE, "看,产出指标", "看,投入指标", "section-name", "投入", "产出情况"),
    (TABLE, "22所", "18所", "full-marks-below-target", "18所", "≥ 20所"),
    (TABLE, "280米", "≥266米", "copied-target", "", ""),
    (TABLE, "280米", "已完成", "unproven-target", "", ""),
    (TABLE, "| ≥266米 |", "|  |", "missing-target", "", ""),
    (TABLE, "个别园区硬件较旧", "", "deduction-reason", "", ""),
    (TABLE, "93.8", "94.8", "listed-scores", "94.8 分", "93.8 分"),
    (AMOUNTS, "98.38%", "99.38%", "percentage", "99.38%", "98.375%"),
    (AMOUNTS, "项目支出380.00", "项目支出390.00", "parts", "1180.5万元", "1190.5万元"),
    (AMOUNTS, "上年12.00万元减少2.00", "上年12.00万元减少3.00", "change", "-3万元", "-2万元"),
    (AMOUNTS, "下降16.67%", "下降20%", "percentage", "20%", "≈16.6667%"),
    (AMOUNTS, "文件95份", "文件105份", "at-most", "105份", "≤ 100份"),
    (AMOUNTS, "控制率93.33%", "控制率92%", "percentage", "92%", "≈93.3333%"),
    (WORDS, "4.《某县水利局财务", "5.《某县水利局财务", "", "", ""),
    (WORDS, "绩〔2022〕12号);", "绩〔2022〕12号;", "brackets", "", ""),
    (WORDS, "(某财绩〔2020〕5号)", "(某政绩〔2020〕5号)", "document-issuer", "", ""),
    (WORDS, "(某财绩〔2022〕12号),根据", "(某财绩〔2022〕21号),根据", "document-number", "某财绩〔2022〕21号", "某财绩〔2022〕12号"),
    (WORDS, "2021年县水利局决算", "2021年县林业局决算", "other-body", "县林业局", "县水利局"),
    (WORDS, "反映出《河长通讯》编印3期", "反映出《水利简报》编印3期", "other-item", "", ""),
    (WORDS, "因投诉处理不及时,扣2分", "因人手不足少编1期,扣1分", "", "", ""),
    (WORDS, "实际得分4分", "实际得分6分", "score-above-points", "6 分", "≤ 5 分"),
    (WORDS, "全年编印", "某县水利局全年编印某县水利局全年编印", "repeated-words", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("report", "sound", "broken", "check", "actual", "expected"), FAULTS)
def test_one_fault_gives_one_finding(
    report: str, sound: str, broken: str, check: str, actual: str, expected: str
) -> None:
    assert report.count(sound) >= 1
    text = report.replace(sound, broken)
    if not check:
        assert found(text) == []
        return
    finding = only(text, check)
    assert (finding.actual, finding.expected) == (actual, expected)
    assert finding.quotes and all(quote.quote for quote in finding.quotes)
    assert finding.message.zh and finding.message.en


def test_one_fault_may_break_several_sums() -> None:
    full = TABLE.replace("| 90% | 15 | 10 |", "| 90% | 15 | 15 |")
    assert found(full) == ["full-marks-below-target", "listed-scores"]
    section = TABLE.replace("效益指标(40分)", "效益指标(45分)")
    assert found(section) == ["listed-points", "listed-points"]
    total = TABLE.replace("| 100 | 93.8 |", "| 100 | 94.8 |")
    assert found(total) == ["two-values", "listed-scores"]  # against the sentence, and against the rows


def test_a_target_without_an_indicator_is_found() -> None:
    finding = only(TABLE.replace("| 普惠园覆盖率 |", "| |"), "missing-indicator")
    assert finding.quotes[0].quote == "≥80%"


def test_traditional_characters_and_full_width_figures_are_read_and_quoted_as_they_stand() -> None:
    text = (
        PROSE.replace("滿分", "满分")
        .replace("实际得分18分(占", "實際得分１８分（佔")
        .replace("4个三级指标", "５個三級指標")
    )
    finding = only(text, "declared-count")
    assert (finding.actual, finding.quotes[0].quote) == ("5个", "５個三級指標")


def test_a_text_broken_at_a_margin_is_put_together_again() -> None:
    def wrapped(text: str, width: int = 40) -> str:
        return "\n".join(
            line[at : at + width] for line in text.split("\n") for at in range(0, max(1, len(line)), width)
        )

    assert found(wrapped(PROSE)) == []
    finding = only(wrapped(PROSE.replace("4个三级指标", "5个三级指标")), "declared-count")
    assert "".join(finding.quotes[0].quote.split()) == "5个三级指标"


def test_a_number_with_a_letter_in_it_is_shown_and_not_used() -> None:
    result = audit(AMOUNTS.replace("预算1,200.00万元", "预算1,2O0.00万元"))
    assert result.findings == () and [problem.code for problem in result.problems] == ["lookalike"]
