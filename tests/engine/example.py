"""Small rulebooks, cases and formulas for the tests of the engine, written as a user writes them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from textwrap import indent

from engine.assessment import Assessment
from engine.compute import Compiler
from engine.evaluate import Evaluator
from engine.expr import Expr
from engine.load import load_rulebook
from engine.model import Rulebook
from engine.parser import parse_formula
from engine.typecheck import Scope, check
from facts.casefile import read_case
from facts.model import Case
from facts.problem import Problem
from facts.provenance import Position
from facts.vocabulary import Vocabulary
from facts.vocabularyfile import read_vocabulary
from facts.yamltree import read_yaml

RULES = Path(__file__).parents[2] / "rules"


def case_files() -> tuple[Path, ...]:
    """The files of real rulebooks that hold one whole case; lists of small ones are for hegui's pytest plugin."""
    every = sorted(RULES.glob("**/cases/*.yaml"))
    return tuple(path for path in every if "format: hegui/case/v1" in path.read_text(encoding="utf-8"))


HERE = Position("规则.yaml", 7, 11)

VOCABULARY = """\
format: hegui/vocabulary/v1
concepts:
  - {id: budget, label: 预算数, type: quantity, unit: 万元}
  - {id: actual, label: 决算数, type: quantity, unit: 万元}
  - {id: gap, label: 收支差额, type: quantity, unit: 万元, signed: true}
  - {id: shift, label: 调剂额, type: quantity, unit: 万元, signed: true}
  - {id: rate, label: 执行率, type: quantity, unit: "%"}
  - {id: staff_rate, label: 控制率, type: quantity, unit: "%", minimum: 0}
  - {id: documents, label: 发文数, type: quantity, unit: 份}
  - {id: notices, label: 通知数, type: quantity, unit: 份, maximum: 100}
  - {id: days_used, label: 用时, type: quantity, unit: 天}
  - {id: satisfaction, label: 满意度分, type: quantity, unit: "", minimum: 0}
  - {id: marks, label: 评定分, type: score, minimum: 0}
  - {id: fraud, label: 弄虚作假, type: boolean}
  - {id: published, label: 已公开, type: boolean}
  - {id: quality, label: 质量, type: choice, choices: [优, 良, 中, 差]}
  - {id: issued, label: 印发日期, type: date}
  - {id: due, label: 截止日期, type: date}
  - {id: remark, label: 备注, type: text}
  - {id: complaint_rate, label: “12345”平台投诉率, type: quantity, unit: "%"}
  - id: targets
    label: 绩效目标
    type: table
    columns:
      - {name: 名称, type: text}
      - {name: 是否量化, type: boolean}
      - {name: 金额, type: quantity, unit: 万元}
      - {name: 件数, type: quantity, unit: 件}
"""

HEAD = """\
format: hegui/rulebook/v1
id: example
version: "1.0"
title: 示例
authority: 某市财政局
effective: {from: 2017-01-01, to: 2017-12-31}
cite: {document: 某文}
"""
ROOT = """\
model: sum
defaults:
  missing: undetermined
  zero_denominator: undetermined
  partial_unit: up
  not_applicable: full
  round_measure: none
  round_score: none
sections: [one.yaml]
"""
SECTION = """\
format: hegui/section/v1
id: one
title: 部门管理
points: 10
"""
INDICATOR = """\
id: only
title: 唯一指标
points: 10
"""


def vocabulary() -> Vocabulary:
    """The vocabulary of all examples."""
    node, problems = read_yaml(VOCABULARY.encode(), "vocabulary.yaml")
    assert node is not None and not problems
    found, problems = read_vocabulary(node)
    assert not problems, problems
    return found


WORDS = vocabulary()
COMPILER = Compiler(WORDS, {})


def parsed(text: str) -> Expr:
    """The tree of a sound formula, names not yet resolved."""
    tree, problems = parse_formula(text, HERE)
    assert tree is not None, (text, [problem.show("en") for problem in problems])
    return tree


def checked(text: str) -> Expr:
    """The tree of a sound formula, names resolved."""
    found = check(parsed(text), Scope(WORDS))
    assert not found.problems, (text, [problem.show("en") for problem in found.problems])
    return found.tree


def listed(*indicators: str) -> str:
    """Indicators as the list of a section file."""
    return "indicators:\n" + "".join("  - " + indent(one, "    ").lstrip() + "\n" for one in indicators)


def indicator(score: str, extra: str = "", head: str = INDICATOR) -> str:
    """One indicator; `score` and `extra` are YAML."""
    return f"{head}{extra}score:\n{indent(score, '  ')}\n"


def section(*indicators: str, head: str = SECTION) -> str:
    """A section file."""
    return head + listed(*indicators)


def load(*sections: str, root: str = ROOT, words: str = VOCABULARY) -> tuple[Rulebook | None, tuple[Problem, ...]]:
    """A rulebook from the texts of its files: `one.yaml`, `two.yaml`, …"""
    names = ("one.yaml", "two.yaml", "three.yaml")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rulebook.yaml").write_text(HEAD + root, encoding="utf-8")
        (folder / "vocabulary.yaml").write_text(words, encoding="utf-8")
        for file, text in zip(names, sections, strict=False):
            (folder / file).write_text(text, encoding="utf-8")
        return load_rulebook(folder)


def sound(*sections: str, root: str = ROOT) -> Rulebook:
    """The same, without a problem."""
    rulebook, problems = load(*sections, root=root)
    assert rulebook is not None, "\n".join(problem.show("en") for problem in problems)
    return rulebook


def codes(*sections: str, root: str = ROOT) -> list[str]:
    """The codes of a rulebook's problems."""
    return [problem.code for problem in load(*sections, root=root)[1]]


def case(facts: str, words: Vocabulary = WORDS, basis: str = "stated") -> Case:
    """A case of these facts (YAML lines), stated in one report."""
    text = (
        f"format: hegui/case/v1\nsubject: {{id: office, name: 某办公室}}\nperiod: 2017\nbasis: {basis}\nsource: report\n"
        "sources: {report: {title: 自评报告}}\n" + (f"facts:\n{indent(facts, '  ')}\n" if facts else "facts: {}\n")
    )
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "case.yaml"
        path.write_text(text, encoding="utf-8")
        found, problems = read_case([path], words)
    assert found is not None and not problems, "\n".join(problem.show("en") for problem in problems)
    return found


def assessed(rulebook: Rulebook, facts: str, basis: str = "stated") -> Assessment:
    """The assessment of a case of these facts."""
    with Evaluator(rulebook) as evaluator:
        return evaluator.assess(case(facts, basis=basis))


def bounds(rulebook: Rulebook, facts: str) -> tuple[str, str]:
    """The lowest and highest total as text."""
    found = assessed(rulebook, facts)
    return str(found.lower), str(found.upper)
