"""A small rulebook as a user writes it, in a folder, for the commands that test rules."""

from __future__ import annotations

from pathlib import Path

from tests.engine.example import HEAD, ROOT, VOCABULARY, indicator, section

RATE = indicator(
    'full: "<= 100%"\notherwise: {per_unit: {deduct: 0.5, per: 1 个百分点, over: 100%, partial_unit: up}}',
    'measure: 决算数 / 预算数\nunit: "%"\nzero_denominator: not_applicable\n',
    "id: spending\ntitle: 支出控制率\npoints: 5\n",
)
HONEST = indicator(
    "full: 已公开 is 是\notherwise: 0\nreason: 没有公开\n",
    "void: [{when: 弄虚作假 is 是, reason: 公开的内容是假的}]\n",
    "id: open\ntitle: 信息公开\npoints: 5\n",
)
TOP = """
grades: {of: score, scale: [{grade: 优, from: 8}, {grade: 差, from: 0}]}
checks:
  - {id: in-budget, title: 决算不超预算, that: 决算数 <= 预算数, severity: error, message: 超出}
vetoes:
  - {id: fraud, title: 弄虚作假, when: 弄虚作假 is 是, scope: result, effect: failed, precedence: 1, reason: 弄虚作假}
"""


def written(folder: Path) -> Path:
    """The rulebook, with no cases yet."""
    (folder / "cases").mkdir(parents=True)
    (folder / "rulebook.yaml").write_text(HEAD + ROOT + TOP, encoding="utf-8")
    (folder / "vocabulary.yaml").write_text(VOCABULARY, encoding="utf-8")
    (folder / "one.yaml").write_text(section(RATE, HONEST), encoding="utf-8")
    return folder
