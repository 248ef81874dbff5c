"""Real published forms, where they are at hand: read, and accused of nothing that a reader would not see."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from facts.documents.reading import read_document
from hegui.audit.model import Audit
from hegui.audit.run import audit_document

FORMS = Path(__file__).resolve().parents[3] / "shared" / "real"
pytestmark = pytest.mark.skipif(not FORMS.is_dir(), reason="the real forms are not beside this checkout")


def audited(begin: str) -> Audit:
    document, problems = read_document(next(FORMS.glob(f"{begin}-*.txt")))
    assert document is not None, problems
    return audit_document(document)


@pytest.mark.parametrize("form", sorted(path.name for path in FORMS.glob("*.txt")) if FORMS.is_dir() else [])
def test_every_form_is_read_and_none_is_accused_of_more_than_its_brackets(form: str) -> None:
    result = audited(form.split("-", maxsplit=1)[0])
    assert {finding.check for finding in result.findings} <= {"brackets"}


def test_a_score_table_whose_merged_cells_are_lost_is_read_row_by_row() -> None:
    claims = {
        c.claim.name: (c.claim.section, f"{c.claim.score}/{c.claim.points}")
        for c in audited("01").claims
        if c.claim.score
    }
    assert claims["财政供养人员控制率"] == ("投入", "5/5")
    assert claims["资金结余"] == ("过程", "2/3") and claims["“三公经费”控制率"] == ("过程", "6/6")
    assert len(claims) == 8


def test_a_deduction_keeps_the_reason_its_row_gives() -> None:
    reasons = [c.claim.reason for c in audited("01").claims if c.claim.name == "资金结余"]
    assert reasons == ["有结余,根据工作实际及指标下达时间不可能没有结余。"]


def test_levels_are_filled_down() -> None:
    leaves = [c.claim for c in audited("56").claims if c.claim.kind == "indicator"]
    assert [(c.section, c.group, c.name) for c in leaves[:4]] == [
        ("投入", "项目立项", "目标任务制定"), ("投入", "项目立项", "具体项目落实"), ("投入", "项目立项", "改造方式确定"),
        ("投入", "资金落实", "资金申请"),
    ]  # fmt: skip


def test_a_total_in_a_form_without_rows_is_still_a_claim() -> None:
    assert audited("53").points.claimed == Fraction(69)
