"""The total score and the grade a report claims for itself: not last year's, not a project's, not somebody else's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from facts.report.items import Stretch, number
from facts.report.lines import Line
from facts.report.patterns import Patterns

_YEAR = re.compile(r"20\d\d")
# What stands between the name of a thing and its score.
_SCORE_WORDS = re.compile(
    r"(?:综合|最终|总体|整体|部门|支出|绩效|自评|评价|自我评价|结果|总|实际|得分|评分|分数|得|分|为|是|:|\d{4}年度?)+$"
)
_PROJECT = re.compile(r"项目(?:支出)?(?:绩效)?(?:自评|评价|综合)?(?:综合)?总?(?:得分|评分)|^项目|该项目")
# A total this low is a part's score, unless it is called a total.
_LEAST = 50
# 自评得分90分(含)-100分为优, 得分90分以上为优: where a scale begins.
_SCALE = re.compile(r"分?(?:[(]?含[^,。;]{0,4}[)]?|[-~–—～]\d|至\d|到\d|及?以上|及?以下)")
# 90分为优 is a scale that is kept, 总分为97分 a total; 分为优、良 is a list of grades.
_NOT_OWN = re.compile(r"考核|上年|去年|其中|(?<![\d总得评])分为|划分|复核|复评")


@dataclass(frozen=True, slots=True)
class Said:
    """Something said in passing: a total, a grade, a declared count, with its value."""

    stretch: Stretch
    value: Fraction | None = None
    word: str = ""
    whole: Stretch | None = None


def read_totals(lines: Sequence[Line], patterns: Patterns, claimed: set[tuple[int, int]], title: str) -> Iterator[Said]:
    """Every time the report says its total; `claimed` are scores that are an indicator's or a section's."""
    for line in lines:
        for found in sorted(patterns.find("totals", line.text), key=lambda f: f.start):
            start, end, text = found.slots["total"]
            value = number(text)
            if value is None or (line.number, start) in claimed:
                continue
            begin = found.start + (line.text[found.start] in ",。;:")
            said = Said(Stretch(line, start, end), value, whole=Stretch(line, begin, found.end))
            if _is_own(said, line.text, patterns, title):
                yield said


def of_the_whole(totals: Sequence[Said]) -> tuple[Said, ...]:
    """The totals without those of several projects, which are said in the same words once for each."""
    words = Counter(said.stretch.line.text[: said.stretch.start] for said in totals)
    values: dict[str, set[Fraction | None]] = {}
    for said in totals:
        values.setdefault(said.stretch.line.text[: said.stretch.start], set()).add(said.value)
    several = {text for text, count in words.items() if count > 1 and len(values[text]) > 1}
    return tuple(said for said in totals if said.stretch.line.text[: said.stretch.start] not in several)


def _is_own(said: Said, text: str, patterns: Patterns, title: str) -> bool:
    assert said.whole is not None and said.value is not None
    start, end = said.stretch.start, said.whole.end
    clause = max(text.rfind(stop, 0, said.whole.start) for stop in "。;,、") + 1
    opened = max(text.rfind(stop, 0, said.whole.start) for stop in "。;") + 1
    words = text[said.whole.start : start]
    full = words.startswith("总分") and said.value == 100
    other = any(word in text[clause : end + 1] for word in patterns.words["not_totals"] if word not in ("分值", "满分"))
    points = re.search("分值|满分", text[clause:start]) is not None
    low = said.value < _LEAST and "总" not in words
    scale = _SCALE.match(text, said.stretch.end) is not None
    return not (
        full
        or other
        or points
        or low
        or scale
        or _is_of_part(text[clause:start], patterns)
        or _is_other_year(text[opened:start], title)
        or _is_project(text[opened:start], title)
    )


def _is_of_part(words: str, patterns: Patterns) -> bool:
    """效益指标总得分, 过程类自评得: what is scored is a part."""
    subject = _SCORE_WORDS.sub("", words)
    return subject.endswith(patterns.words["not_total_subjects"])


def _is_other_year(words: str, title: str) -> bool:
    years, own = set(_YEAR.findall(words)), set(_YEAR.findall(title))
    return bool(years and own) and not years & own


def _is_project(words: str, title: str) -> bool:
    """A project's score in a report about a whole department."""
    return "整体" in title and _PROJECT.search(words + "得分") is not None and "整体" not in words


def read_grades(lines: Sequence[Line], totals: Sequence[Said], patterns: Patterns) -> Iterator[Said]:
    """Every time the report says its grade: under that name, or right after its total (which is then its `value`)."""
    seen = set[tuple[int, int]]()
    for total in totals:
        yield from _after(total, patterns, seen)
    for line in lines:
        for found in patterns.find("grades", line.text):
            start, end, text = found.slots["grade"]
            left = max(line.text.rfind(stop, 0, found.start) for stop in "。;") + 1
            if not _NOT_OWN.search(line.text[left:start]) and (line.number, start) not in seen:
                yield Said(Stretch(line, start, end), None, text, Stretch(line, found.start, found.end))


def _after(total: Said, patterns: Patterns, seen: set[tuple[int, int]]) -> Iterator[Said]:
    line = total.stretch.line
    at = total.stretch.end + (1 if line.text[total.stretch.end :].startswith("分") else 0)
    for found in patterns.find("after_total", line.text[at:]):
        start, end, text = found.slots["grade"]
        if found.start == 0 and (line.number, at + start) not in seen:
            seen.add((line.number, at + start))
            yield Said(
                Stretch(line, at + start, at + end), None, text, Stretch(line, total.stretch.start, at + found.end)
            )
            return
