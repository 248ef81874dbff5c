"""Reports in the styles of many places, made up and sound: nothing may be found; with one word changed, it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.reports import audit, found

REPORTS = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parent / "sound").glob("*.txt"))
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_sound_report_of_any_style_gives_no_finding(name: str) -> None:
    assert found(REPORTS[name]) == []


@pytest.mark.parametrize(
    ("name", "sound", "broken", "check"),
    [
        ("market-supervision", "得分为95.6分", "得分为96.6分", "listed-scores"),
        ("market-supervision", "增加443.92万元", "增加453.92万元", "change"),
        ("market-supervision", "满意度为96.71%", "满意度为98.71%", "percentage"),
        ("rural-funds", "总得分99.4分", "总得分98.4分", "listed-scores"),
        ("rural-funds", "增长9.99%", "增长19.99%", "percentage"),
        ("health-score-table", "合计\t\t\t100\t\t96.36", "合计\t\t\t100\t\t97.36", "listed-scores"),
        ("health-score-table", "评价等级：优", "评价等级：良", "grade"),
        ("culture-centre", "(20分,得18分)。计划", "(20分,得17分)。计划", "listed-scores"),
        ("culture-centre", "| 效益指标 | 30 | 26 | 86.67% |", "| 效益指标 | 30 | 26 | 88.67% |", "percentage"),
        ("transport", "指标分值6分,得分5分。部分绩效", "指标分值6分,得分7分。部分绩效", "score-above-points"),
        ("transport", "等级:良好", "等级:优秀", "grade"),
        ("finance-bureau", "管理效率25分,得24分", "管理效率25分,得23分", "two-values"),
        ("agriculture-form", "| 5200亩 |", "| 4900亩 |", "full-marks-below-target"),
        ("agriculture-form", "| 95吨 |", "| 105吨 |", "full-marks-above-limit"),
        ("agriculture-form", "| 456.00 | 10 | 95.00% |", "| 456.00 | 10 | 96.00% |", "percentage"),
    ],
)
def test_one_word_changed_is_found(name: str, sound: str, broken: str, check: str) -> None:
    assert REPORTS[name].count(sound) == 1
    assert check in found(REPORTS[name].replace(sound, broken))


FAULTS = [
    tuple(line.split("\t")) for line in (Path(__file__).parent / "faults.tsv").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(("name", "sound", "broken", "check"), FAULTS)
def test_a_planted_fault_is_found_in_the_wording_of_each_place(name: str, sound: str, broken: str, check: str) -> None:
    """The faults of `faults.tsv`: report, words as they should be, words that are wrong, the check that finds it."""
    assert REPORTS[name].count(sound) == 1
    findings = audit(REPORTS[name].replace(sound, broken)).findings
    checks = {finding.check for finding in findings}
    assert check in checks
    assert checks <= {check} | FOLLOWING
    for finding in findings:
        assert finding.quotes and all(quote.quote and quote.locator for quote in finding.quotes)
        if finding.check in COMPARING:
            assert finding.expected and finding.actual and finding.difference
            assert len(finding.quotes) >= 2 or finding.check == "score-above-points"  # whose quote holds both


# One wrong number may break a second sum that it is part of, or leave a deduction unexplained.
FOLLOWING = {"percentage", "listed-scores", "score-above-points", "two-values", "deduction-reason", "parts"}
# These say what was expected, what stands there and the difference, and quote both.
COMPARING = {
    "declared-count", "listed-scores", "listed-deductions", "percentage", "formula", "parts", "change", "rise", "fall",
    "at-most", "at-least", "two-values", "score-above-points", "numbering",
}  # fmt: skip
