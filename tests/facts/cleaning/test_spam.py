"""Injected slogans are found by how they stand; what a sound report repeats is never taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facts.cleaning.characters import clean
from facts.cleaning.spam import find_spam

SEED = Path(__file__).parents[3] / "rules/kunming-2017/sources/report.txt"
SLOGAN = "球探足球比分_球探体育—激情直播赢盈中"
SLOGANS = ("澳门银河娱乐场官网", "金沙赌场_免费彩金", "低息网贷秒到账", "亚博APP官网-亚博APP登录", "淘宝刷钻代开发票")
BODIES = ("财政部", "昆明市财政局", "云南省人民政府办公厅", "市审计局", "市委组织部", "区卫生健康委员会")
TAILS = (
    "印发<部门预算管理办法>的通知",
    "全面推进预算绩效管理的实施意见",
    "开展2019年度绩效自评工作的通知",
    "下达2019年目标任务的通知",
    "批复部门决算的通知",
    "进一步规范公务接待的意见",
    "做好政府采购工作的通知",
    "2019年度考核结果的通报",
)
INDICATORS = (
    "预算执行率",
    "公用经费控制率",
    "政府采购执行率",
    "办文及时率",
    "服务对象满意度",
    "信息公开率",
    "资产利用率",
)
COMPANIES = ("滇池水务", "云南白药集团", "老挝万象高速公路", "翠湖公园")


def report(word: str, rounds: int) -> list[str]:
    """A report with heavy boilerplate, in whose titles `word` stands where 关于 belongs."""
    lines = ["市交通运输局2019年度部门整体支出绩效自评报告", "一、评价依据"]
    for n in range(rounds):
        body, tail = BODIES[n % len(BODIES)], TAILS[n % len(TAILS)]
        lines.append(f"{n + 1}.《{body}{word}{tail}》(昆财〔2019〕{n + 7}号);")
        lines.append(
            f"{INDICATORS[n % len(INDICATORS)]}:根据综合评价得分情况,此项指标满分为{n % 4 + 1}分,实际得分{n % 4 + 1}分"
            f"(占该指标分值的比率为100%),反映出市交通运输局已按照要求完成{COMPANIES[n % len(COMPANIES)]}沿线的"
            f"{INDICATORS[(n * 3) % len(INDICATORS)]}目标{n * 7 + 11}项。"
        )
        lines.append("昆明市人民政府办公厅")
    return lines


@pytest.mark.skipif(not SEED.exists(), reason="the published report is not here")
def test_in_the_published_report_the_slogan_alone_is_found_28_times() -> None:
    text = SEED.read_text(encoding="utf-8")
    (spam,) = find_spam(text.split("\n"))
    assert (spam.phrase, spam.count, spam.replacement) == (SLOGAN, 28, "关于")
    cleaned = clean(text, (spam,)).text
    assert SLOGAN not in cleaned and cleaned.startswith("\n") and find_spam(cleaned.split("\n")) == ()


@pytest.mark.parametrize("slogan", SLOGANS)
@pytest.mark.parametrize("rounds", [8, 30])
def test_a_slogan_in_the_place_of_a_preposition_is_found_and_put_right(slogan: str, rounds: int) -> None:
    dirty, sound = report(slogan, rounds), report("关于", rounds)
    (spam,) = find_spam(dirty)
    assert (spam.phrase, spam.count, spam.replacement) == (slogan, rounds, "关于")
    assert clean("\n".join(dirty), (spam,)).text == "\n".join(sound)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 60), st.sampled_from(["关于", "", "的", "根据上级要求"]))
def test_in_a_sound_report_nothing_is_found(rounds: int, word: str) -> None:
    assert find_spam(report("关于", rounds)) == ()
    assert word == "" or find_spam([line.replace("已按照要求", word) for line in report("关于", rounds)]) == ()


def test_titles_without_the_preposition_are_no_spam() -> None:
    assert find_spam(report("", 40)) == ()


SENTENCES = [
    f"{a}单位{b}"
    for a in ("切实加强内部", "全面规范财务", "统筹推进人事", "逐步完善资产")
    for b in ("流程图表", "一张大网", "台账底本")
]


@pytest.mark.parametrize("slogan", ["金沙赌场_免费彩金", "低息网贷秒到账"])
def test_a_slogan_for_an_unknown_word_is_reported_and_left(slogan: str) -> None:
    assert [(s.count, s.replacement) for s in find_spam([s.replace("单位", slogan) for s in SENTENCES])] == [
        (12, slogan)
    ]


@pytest.mark.parametrize("slogan", ["金沙赌场_免费彩金", "低息网贷秒到账"])
def test_a_slogan_is_replaced_by_the_word_that_stands_there_elsewhere(slogan: str) -> None:
    known = [s.replace("单位", "监管") for s in SENTENCES]
    dirty = [s.replace("单位", slogan) for s in SENTENCES]
    assert [(s.count, s.replacement) for s in find_spam(known + dirty)] == [(12, "监管")]


def test_a_name_shared_by_titles_without_the_preposition_is_no_spam() -> None:
    doings = ("改造", "清查", "布局", "扩容", "摸底", "验收")
    assert find_spam([f"《{b}义务教育薄弱学校{t}的通知》" for b, t in zip(BODIES, doings, strict=True)]) == ()


@pytest.mark.parametrize("lines", [["www.km.gov.cn"] * 30, ["金沙赌场_免费彩金"] * 4, [], ["", " "], ["_" * 5000]])
def test_what_stands_alone_or_seldom_is_no_spam(lines: list[str]) -> None:
    assert find_spam(lines) == ()
