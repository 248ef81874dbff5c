"""Waiver files as people write them, and as they write them wrongly."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from facts.model import Period
from facts.waiverfile import read_waivers

SOUND = """\
format: hegui/waivers/v1
rulebook: kunming-2017
waivers:
  - finding: deduction
    at: team-building
    points: 1.00
    subject: kunming-gov-office
    period: 2017
    authority: 市财政局〔2018〕3号
    reason: 培训推迟到次年一季度
    granted: 2018-06-01
    expires: 2018年12月31日
"""


def codes(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "waivers.yaml"
    path.write_text(text, encoding="utf-8")
    waivers, problems = read_waivers([path])
    assert (not waivers) == bool(problems)
    assert all(problem.at.file == str(path) and problem.message.en for problem in problems)
    return [problem.code for problem in problems]


def test_a_waiver_says_what_who_why_and_until_when(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(SOUND, encoding="utf-8")
    (one,), problems = read_waivers([path])
    assert not problems
    assert (one.finding, one.target, one.points, one.rulebook) == (
        "deduction",
        "team-building",
        Fraction(1),
        "kunming-2017",
    )
    assert (one.granted, one.expires) == (date(2018, 6, 1), date(2018, 12, 31))
    assert one.period == Period(date(2017, 1, 1), date(2017, 12, 31)) and one.at.line == 4


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("    authority: 市财政局〔2018〕3号\n", "", "missing-key"),
        ("    expires: 2018年12月31日\n", "", "missing-key"),
        ("2018年12月31日", "2018-02-30", "bad-date"),
        ("2018年12月31日", "明年", "bad-date"),
        ("granted: 2018-06-01", "granted: 2019-06-01", "bad-period"),
        ("    points: 1.00\n", "", "waiver-incomplete"),
        ("points: 1.00", "points: 1e0", "not-a-number"),
        ("    at: team-building\n", "", "waiver-incomplete"),
        ("finding: deduction", "finding: declared-count", "waiver-incomplete"),
        ("rulebook: kunming-2017", "rulebok: kunming-2017", "unknown-key"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert codes(tmp_path, SOUND.replace(old, new)) == [code]


def test_two_waivers_of_one_finding_are_one_too_many(tmp_path: Path) -> None:
    assert codes(tmp_path, SOUND + SOUND.partition("waivers:\n")[2]) == ["duplicate-waiver"]


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert [p.code for p in read_waivers([tmp_path / "none.yaml"])[1]] == ["no-such-file"]


def test_everything_wrong_with_every_entry_is_told_at_once(tmp_path: Path) -> None:
    """A key that is missing in one entry keeps no other from being read."""
    text = SOUND.replace("    reason: 培训推迟到次年一季度\n", "") + (
        "  - {finding: deduction, at: a, points: 1, authority: 某局, reason: x, expires: 2099-13-31}\n"
        "  - {finding: deduction, at: b, points: 一, authority: 某局, reason: x, expires: 2024-01-01}\n"
        "  - {finding: deduction, authority: 某局, reason: x, expires: 2024-01-01}\n"
    )
    assert codes(tmp_path, text) == ["missing-key", "bad-date", "not-a-number", "waiver-incomplete"]
