"""Sentences that can only be about the subject, under its own names and under another's."""

from __future__ import annotations

import pytest

from tests.audit.reports import found

TITLE = "北京市云山区文化和旅游局2022年度部门整体绩效自评报告\n"
SENTENCES = (
    "现将{}2022年部门整体支出绩效自评情况报告如下:\n",
    "{}2022年度部门整体支出绩效自评得分95分。\n",
    "经自评,{}2022年部门整体支出绩效得分95分。\n",
)


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("name", ["北京市云山区文化和旅游局", "云山区文化和旅游局", "区文旅局", "我局"])
def test_a_name_of_its_own_or_an_abbreviation_is_no_finding(sentence: str, name: str) -> None:
    assert found(TITLE + sentence.format(name)) == []


@pytest.mark.parametrize("sentence", SENTENCES)
def test_another_bodys_name_is_found(sentence: str) -> None:
    assert found(TITLE + sentence.format("云山区体育局")) == ["other-body"]
