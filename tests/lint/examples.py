"""The example of every code: a small sound rulebook, changed in one place so that it gets the finding, and mended.

What the pages in docs/lint show is what is tested here.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from engine.lint.run import Linted, lint_folder

FOLDER = Path(__file__).parent / "examples"

ROOT = """\
format: hegui/rulebook/v1
id: example
version: "1.0"
title: 示例
title_en: Example
authority: 某市财政局
effective: {from: 2017-01-01, to: 2017-12-31}
cite: {document: 某财绩〔2018〕1号, item: 附件1}
model: sum
defaults: {missing: undetermined, zero_denominator: undetermined, partial_unit: up, not_applicable: full, round_measure: none, round_score: none}
sections: [example.yaml]
total: {floor: 0, cap: 100}
grades: {of: percent, scale: [{grade: 优, from: 90}, {grade: 良, from: 80}, {grade: 中, from: 60}, {grade: 差, from: 0}]}
checks:
  - {id: c1, title: 一, title_en: One, that: 决算数 <= 预算数, severity: note, message: 不符}
  - {id: c2, title: 二, title_en: Two, that: 执行率 <= 150%, severity: note, message: 不符}
  - {id: c3, title: 三, title_en: Three, that: 满意度 >= 10%, severity: note, message: 不符}
  - {id: c4, title: 四, title_en: Four, that: 通知数 <= 90 份, severity: note, message: 不符}
  - {id: c5, title: 五, title_en: Five, that: 用时 <= 计划用时, severity: note, message: 不符}
  - {id: c6, title: 六, title_en: Six, that: 质量 is not 差 or 弄虚作假 is 否, severity: note, message: 不符}
  - {id: c7, title: 七, title_en: Seven, that: 已公开 is 是, severity: note, message: 不符}
  - {id: c8, title: 八, title_en: Eight, that: 评定分 >= 1, severity: note, message: 不符}
  - {id: c9, title: 九, title_en: Nine, that: count(绩效目标) >= 1, severity: note, message: 不符}
  - {id: c10, title: 十, title_en: Ten, that: 评定率 >= 10%, severity: note, message: 不符}
"""
VOCABULARY = """\
format: hegui/vocabulary/v1
concepts:
  - {id: budget, label: 预算数, type: quantity, unit: 万元, reported_in: 决算报表}
  - {id: actual, label: 决算数, type: quantity, unit: 万元, reported_in: 决算报表}
  - {id: rate, label: 执行率, type: quantity, unit: "%", minimum: 0, maximum: 200%, reported_in: 决算报表}
  - {id: satisfaction, label: 满意度, type: quantity, unit: "%", minimum: 0, maximum: 100%, reported_in: 问卷}
  - {id: assessed, label: 评定率, type: quantity, unit: "%", minimum: 0, maximum: 100%, reported_in: 评定表}
  - {id: notices, label: 通知数, type: quantity, unit: 份, maximum: 100, reported_in: 台账}
  - {id: days_used, label: 用时, type: quantity, unit: 天, reported_in: 台账}
  - {id: days_planned, label: 计划用时, type: quantity, unit: 天, reported_in: 计划}
  - {id: marks, label: 评定分, type: score, minimum: 0, maximum: 10, reported_in: 评定表}
  - {id: fraud, label: 弄虚作假, type: boolean, definition: 经查实的造假}
  - {id: published, label: 已公开, type: boolean, definition: 在门户网站公开}
  - {id: quality, label: 质量, type: choice, choices: [优, 良, 中, 差], definition: 评定的质量}
  - id: targets
    label: 绩效目标
    type: table
    definition: 申报表所列的目标
    columns:
      - {name: 名称, type: text}
      - {name: 是否量化, type: boolean}
"""
SECTION = """\
format: hegui/section/v1
id: main
title: 部门管理
title_en: Management
points: 10
"""
INDICATORS = """\
- {id: example, title: 公开, title_en: Publication, points: 10, score: {full: 已公开 is 是, otherwise: 0}}
"""

# Codes whose example does not fit on a page, and why.
UNSHOWN = {
    "no-rulebook": "the folder itself is not there",
    "not-a-file": "a folder or a device in the place of a file",
    "unreadable-file": "needs permissions taken away",
    "file-too-large": "needs a file of many megabytes",
    "too-large": "needs more than 10,000 indicators",
    "too-many-nodes": "needs a file of very many entries",
    "too-long": "needs a very long text",
    "not-utf8": "needs bytes that are no text",
    "not-yaml": "needs the bytes of an office file",
    "nested-include": "libraries lie in rules/common, and none of them includes another",
    "out-of-range": "said of values; the schema keeps values out of rulebooks",
    "unit-missing": "said of values; bounds in a vocabulary may be bare numbers",
    "bad-rounding": "the schema says it first, as wrong-type or bad-size",
    "negative-points": "the schema says it first, as bad-size",
}

# The parts a change may have, and what they are on a page.
PARTS = ("root", "section", "indicators", "concepts", "files")


@dataclass(frozen=True)
class Change:
    """What is different from the sound rulebook; `also` are further findings that come with it."""

    parts: Mapping[str, Any]
    also: tuple[str, ...] = ()

    def files(self) -> dict[str, str]:
        """The files of the changed rulebook."""
        listed = self.parts.get("indicators", INDICATORS)
        section = _merged(SECTION, self.parts.get("section", "")) + "indicators:\n" + _indented(listed)
        files = {
            "rulebook.yaml": _merged(ROOT, self.parts.get("root", "")),
            "vocabulary.yaml": VOCABULARY + _indented(self.parts.get("concepts", "")),
            "example.yaml": section,
        }
        return {**files, **self.parts.get("files", {})}

    def lint(self, folder: Path) -> Linted:
        """What the linter says of it."""
        for name, text in self.files().items():
            (folder / name).write_bytes(text.encode())
        return lint_folder(folder, date(2026, 1, 1))


@dataclass(frozen=True)
class Example:
    """A rulebook that gets a finding, and the same mended."""

    code: str
    bad: Change
    good: Change


@functools.cache
def examples() -> dict[str, Example]:
    """Every example, by its code."""
    found: dict[str, Example] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for code, one in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            assert code not in found, code
            found[code] = Example(code, _change(one["bad"]), _change(one["good"]))
    return found


def _change(data: dict[str, Any]) -> Change:
    assert set(data) <= {*PARTS, "also"}, data.keys()
    return Change({key: value for key, value in data.items() if key != "also"}, tuple(data.get("also", ())))


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" if line else "\n" for line in text.splitlines())


def _merged(base: str, change: str) -> str:
    """The text with the top-level entries of the change in the place of its own."""
    entries = _entries(base)
    entries.update(_entries(change))
    return "".join(entries.values())


def _entries(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    key = ""
    for line in text.splitlines(keepends=True):
        if not line.startswith((" ", "#", "-", "\n")):
            key = line.split(":")[0]
            found[key] = ""
        found[key] += line
    return found
