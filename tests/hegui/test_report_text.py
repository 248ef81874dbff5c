"""The text report: its sections are numbered as they are printed."""

from __future__ import annotations

import re

import pytest

from hegui.report_text import report_text
from hegui.wording import NUMERALS
from tests.engine.example import assessed, indicator, section, sound

RULES = sound(section(indicator("judged: {value: 评定分, from: 0, to: 5}")))


@pytest.mark.parametrize(
    ("facts", "sections"),
    [("评定分: 3 分", 5), ("评定分: 7 分", 6), ("评定分: {value: 3 分, basis: figure}", 6)],
)
def test_only_what_is_printed_is_numbered(facts: str, sections: int) -> None:
    found = assessed(RULES, facts)
    chinese = re.findall(r"^([一二三四五六七八九十])、", report_text(found, "zh"), re.MULTILINE)
    english = re.findall(r"^(\d)\. [A-Z]", report_text(found, "en"), re.MULTILINE)
    assert "".join(chinese) == NUMERALS[:sections]
    assert english == [str(number) for number in range(1, sections + 1)]
