"""Characters are put right, and every one of them knows where it stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.cleaning.characters import clean, plain_punctuation
from facts.cleaning.model import Spam
from facts.cleaning.traditional import simplified

TEXTS = st.text(
    st.sampled_from("05９８１，,. ．\xa0\u3000\u200b\xad\ufeffＡkｍ%％<＜﹤〈=＝>＞≦≤≧－+万元的关于率《》\n\x0c"),
    max_size=40,
)


@given(TEXTS)
def test_cleaning_a_cleaned_text_changes_nothing(text: str) -> None:
    once = clean(text)
    twice = clean(once.text)
    assert twice.text == once.text and twice.repairs == ()
    assert twice.origins == tuple(range(len(once.text) + 1))


@given(TEXTS)
def test_what_is_not_repaired_is_the_character_of_the_original(text: str) -> None:
    cleaned = clean(text)
    repaired = {i for r in cleaned.repairs for i in range(r.at, r.at + len(r.before))}
    assert len(cleaned.origins) == len(cleaned.text) + 1 and cleaned.origins[-1] == len(text)
    assert list(cleaned.origins) == sorted(cleaned.origins)
    for index, character in enumerate(cleaned.text):
        origin = cleaned.origin(index)
        assert origin in repaired or text[origin] == character


@given(TEXTS)
def test_every_repair_quotes_the_original_at_its_place(text: str) -> None:
    for repair in clean(text).repairs:
        assert text[repair.at : repair.at + len(repair.before)] == repair.before
        assert repair.before != repair.after


@given(st.text(max_size=60))
def test_any_text_at_all_is_cleaned_once_and_for_all(text: str) -> None:
    assert clean(clean(text).text).repairs == ()


@pytest.mark.parametrize(
    ("dirty", "expected", "kind"),
    [
        ("决算\xa05,657.15万元", "决算 5,657.15万元", "space"),
        ("预\u200b算", "预算", "invisible"),
        ("执行率９８.７％", "执行率98.7%", "full-width"),
        ("5，657.15万元", "5,657.15万元", "full-width"),
        ("1 , 234.00元", "1,234.00元", "split-number"),
        ("≦100%", "≤100%", "comparison-sign"),
        ("﹤=100%", "≤100%", "comparison-sign"),
        ("〈=100%", "≤100%", "comparison-sign"),
        ("＞=95%", "≥95%", "comparison-sign"),
        ("＜90分", "<90分", "comparison-sign"),
    ],
)
def test_a_character_that_is_certainly_wrong_is_put_right(dirty: str, expected: str, kind: str) -> None:
    cleaned = clean(dirty)
    assert cleaned.text == expected and kind in {r.kind for r in cleaned.repairs}


@pytest.mark.parametrize(
    "text",
    [
        "5,6 57.15万元",
        "得分1，100%",
        "2016，2017年",
        "二〇一七年",
        "（一）概况：好。",
        "《通知》<办法>",
        "＜办法＞",
        "9O%",
    ],
)
def test_what_is_doubtful_or_sound_is_left(text: str) -> None:
    assert clean(text).text == text and clean(text).repairs == ()


def test_spam_gives_way_to_its_word_and_a_line_of_it_is_emptied() -> None:
    cleaned = clean("金沙开户_送彩金\n《市财政局金沙开户_送彩金印发的通知》", [Spam("金沙开户_送彩金", 5, "关于")])
    assert cleaned.text == "\n《市财政局关于印发的通知》"
    assert [(r.kind, r.after) for r in cleaned.repairs] == [("spam", ""), ("spam", "关于")]


def test_spam_that_stands_for_nobody_knows_what_is_left() -> None:
    assert clean("甲金沙开户_送彩金乙", [Spam("金沙开户_送彩金", 5, "金沙开户_送彩金")]).repairs == ()


@given(TEXTS)
def test_forms_for_comparing_are_as_long_as_the_text(text: str) -> None:
    assert len(plain_punctuation(text)) == len(simplified(text)) == len(text)


def test_traditional_words_match_simplified_ones() -> None:
    assert simplified("績效評價經費、決算萬元、關於執行億元") == "绩效评价经费、决算万元、关于执行亿元"


@given(st.text("0aZ一鿿.%()、。:;“”《》≥≤±~_/*+-"))
def test_a_text_with_nothing_to_put_right_is_left_whether_it_is_looked_through_or_not(text: str) -> None:
    looked_through = clean(text + "\u200b")
    assert clean(text).text == text == looked_through.text
    assert clean(text).origins == tuple(range(len(text) + 1)) and clean(text).repairs == ()
    assert [repair.kind for repair in looked_through.repairs] == ["invisible"]
