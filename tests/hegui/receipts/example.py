"""A small rulebook, a case with its source, and waivers: everything a receipt speaks of, written as a user writes it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hegui.receipts.inputs import Inputs, Scored, assess_inputs
from hegui.receipts.making import make_receipt
from hegui.receipts.model import Made, Options, Receipt

RULEBOOK = """\
format: hegui/rulebook/v1
id: small
version: "1.0"
title: 小规则集
authority: 某市财政局
effective: {from: 2017-01-01}
cite: {document: 某文}
model: sum
defaults:
  missing: undetermined
  zero_denominator: undetermined
  partial_unit: up
  not_applicable: full
  round_measure: none
  round_score: none
sections: [one.yaml]
grades:
  of: score
  scale:
    - {grade: 优, from: 5}
    - {grade: 差, from: 0}
"""
VOCABULARY = """\
format: hegui/vocabulary/v1
concepts:
  - {id: budget, label: 预算数, type: quantity, unit: 万元}
  - {id: actual, label: 决算数, type: quantity, unit: 万元}
  - {id: published, label: 已公开, type: boolean}
"""
SECTION = """\
format: hegui/section/v1
id: one
title: 一
points: 6
indicators:
  - id: execution
    title: 执行率
    points: 4
    cite: {item: 一(一)}
    measure: 决算数 / 预算数
    unit: "%"
    score: {full: ">= 90%", otherwise: 1}
  - id: openness
    title: 公开
    points: 2
    cite: {item: 一(二)}
    score: {full: 已公开 is 是, otherwise: 0}
"""
CASE = """\
format: hegui/case/v1
subject: {id: x, name: 甲局}
period: 2017
sources:
  report: {title: 报告, file: ../sources/report.txt}
source: report
facts:
  预算数: {value: 100 万元, basis: figure}
  决算数: {value: 80 万元, basis: figure}
  已公开: 是
"""
WAIVERS = """\
format: hegui/waivers/v1
waivers:
  - {finding: deduction, at: execution, points: 3, authority: 某局, reason: 结转, expires: 2018-12-31}
"""
REPORT = "甲局预算100万元,决算80万元。\n"
CASE_AT, SOURCE_AT, WAIVERS_AT = "facts/1/case/case.yaml", "facts/1/sources/report.txt", "waivers/1/waivers.yaml"
FILES = {
    "rulebook/rulebook.yaml": RULEBOOK.encode(),
    "rulebook/vocabulary.yaml": VOCABULARY.encode(),
    "rulebook/one.yaml": SECTION.encode(),
    CASE_AT: CASE.encode(),
    SOURCE_AT: REPORT.encode(),
    WAIVERS_AT: WAIVERS.encode(),
}
OPTIONS = Options(("figure", "stated", "judged"), "2018-06-01")
MADE = Made("张三", "2026-11-27T08:00:00Z")


def inputs(files: dict[str, bytes] | None = None) -> Inputs:
    """The inputs by their places."""
    return Inputs(files or FILES, (CASE_AT,), (WAIVERS_AT,), (SOURCE_AT,))


@cache
def scored() -> Scored:
    """What they come to."""
    found, problems = assess_inputs(inputs(), OPTIONS)
    assert found is not None and problems == ()
    return found


def receipt(made: Made = MADE, papers: dict[str, bytes] | None = None) -> Receipt:
    """A receipt of it, unsigned."""
    return make_receipt(inputs(), OPTIONS, scored(), made, papers)


def on_disk(folder: Path) -> tuple[Path, Path, Path]:
    """The same files as a user keeps them: rulebook, case and waivers."""
    places = {"rules": "rulebook/", "cases": "facts/1/case/", "sources": "facts/1/sources/", ".": "waivers/1/"}
    for name, place in places.items():
        (folder / name).mkdir(exist_ok=True)
        for file, data in FILES.items():
            if file.startswith(place):
                (folder / name / file.removeprefix(place)).write_bytes(data)
    return folder / "rules", folder / "cases" / "case.yaml", folder / "waivers.yaml"
