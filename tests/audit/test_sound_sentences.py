"""Single sentences that add up by what else they count, made up: none is accused, and each is with one number wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.reports import found, only

SENTENCES = (Path(__file__).parent / "sound_sentences.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sum_or_rate_that_the_rest_of_its_sentence_explains_is_not_accused(sentence: str) -> None:
    assert found(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "check"),
    [
        ("支出总计100.00万元,其中基本支出60.00万元、项目支出30.00万元,年末结转和结余9.00万元。", "parts"),
        ("支出总计100.00万元,其中:基本支出60.00万元,项目支出30.00万元。年末结转10.50万元。", "parts"),
        ("支出总计100.00万元,其中基本支出60.00万元、项目支出35.00万元、结余分配0万元、年末结转10.00万元。", "parts"),
        ("收入总计100.00万元,其中财政拨款收入60.00万元、其他收入30.00万元,上年结转11.00万元。", "parts"),
        (
            "三公经费10.00万元,其中公务接待费2.00万元,公务用车运行维护费3.00万元(公务用车购置费6.00万元)。",
            "parts",
        ),
        ("收入总计120.00万元(含上年结转20.00万元),其中:财政拨款收入72.00万元、其他收入30.00万元。", "parts"),
        ("支出总计100.00万元(不含年末结转10.00万元),其中:基本支出60.00万元、项目支出45.00万元。", "parts"),
        ("上年结转10.00万元,基本支出60.00万元、项目支出30.00万元,共101.00万元。", "parts"),
        ("人员编制50名,其中行政编制20名、事业编制25名,另有工勤编制4名。", "parts"),
        ("年初预算100.00万元,年中追加20.00万元,全年支出114.00万元,预算执行率97%。", "percentage"),
        ("年初预算100.00万元,年中追减20.00万元,全年支出76.00万元,预算执行率90%。", "percentage"),
        ("年初预算500.00万元。年中追加50.00万元。全年支出522.50万元,预算执行率96%。", "percentage"),
        ("年初预算100.00万元,较上年增加20.00万元,全年支出114.00万元,预算执行率95%。", "percentage"),
        ("送戏下乡计划100场,实际完成112场,完成率110%。", "percentage"),
        ("送戏下乡计划100场,实际完成92场,完成率100%。", "percentage"),
        ("送戏下乡完成112场,完成年度计划100场的105%。", "percentage"),
        ("年初预算100.00万元,全年支出112.00万元,预算执行率100%。", "percentage"),
    ],
)
def test_the_same_with_one_number_wrong_is_found(sentence: str, check: str) -> None:
    assert only(sentence, check).expected
