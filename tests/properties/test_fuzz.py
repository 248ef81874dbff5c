"""The search finds what is wrong, at the very limit, and makes it small; what it writes is a case file."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from engine.load import load_rulebook
from engine.model import Rulebook
from engine.testing import PROPERTIES, Property, Sample, differences, evaluate, search
from engine.testing.properties import Assesses
from facts.casefile import read_case
from facts.problem import Text
from hegui.cli import main

RULES = Path(__file__).parents[2] / "rules"


FILES = {
    "rulebook.yaml": """\
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
sections: [s.yaml]
""",
    "vocabulary.yaml": """\
format: hegui/vocabulary/v1
concepts:
  - {id: documents, label: 发文数, type: quantity, unit: 份}
  - {id: used, label: 在用资产, type: quantity, unit: 万元}
  - {id: owned, label: 全部资产, type: quantity, unit: 万元}
  - {id: published, label: 已公开, type: boolean}
""",
    "s.yaml": """\
format: hegui/section/v1
id: s
title: 一
points: 4
indicators:
  - id: documents-issued
    title: 发文
    points: 1
    measure: 发文数
    score: {full: "<= 680 份", otherwise: 0}
  - id: assets-in-use
    title: 资产
    points: 2
    measure: 在用资产 / 全部资产
    unit: "%"
    zero_denominator: not_applicable
    score: {full: ">= 95%", otherwise: 0}
  - id: disclosure
    title: 公开
    points: 1
    score: {full: 已公开 is 是, otherwise: 0}
""",
}


def small(folder: Path, old: str = "", new: str = "") -> Rulebook:
    """A small rulebook in a folder, with one edit."""
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    rulebook, problems = load_rulebook(folder)
    assert rulebook is not None, problems
    return rulebook


@pytest.mark.parametrize(
    ("old", "new", "left"),
    [
        ('"<= 680 份"', '"< 680 份"', {"documents": Fraction(680)}),
        ('"<= 680 份"', '"<= 681 份"', {"documents": Fraction(681)}),
        ('">= 95%"', '"> 95%"', {"used", "owned"}),
        ("zero_denominator: not_applicable", "zero_denominator: zero", {"owned": Fraction(0)}),
        ("已公开 is 是", "已公开 is 否", {"published"}),
    ],
)
def test_an_edit_is_found_at_the_very_limit_and_made_small(
    tmp_path: Path, old: str, new: str, left: dict[str, Fraction] | set[str]
) -> None:
    rulebook, other = small(tmp_path / "one"), small(tmp_path / "other", old, new)

    def told(evaluator: Assesses, sample: Sample) -> list[str]:
        return differences(evaluator.assess(sample.complete), evaluate(other, sample.complete))

    (one,) = search(rulebook, 100, properties=[Property("agreement", Text("一致", "agrees"), told)]).counterexamples
    facts = {name: fact.value for name, fact in one.sample.complete.facts.items()}
    # Only the facts of the indicator that was edited are left; of those compared directly, the value is the limit.
    assert set(facts) - {"used"} == set(left) - {"used"}
    assert isinstance(left, set) or facts.items() >= left.items()


def test_the_same_seed_finds_the_same_and_another_time_is_no_matter() -> None:
    rulebook, _ = load_rulebook(RULES / "clauses" / "four-grades")
    assert rulebook is not None
    wrong = Property("never", Text("", ""), lambda evaluator, s: ["full"] if evaluator.assess(s.case).upper > 0 else [])
    one, other = (search(rulebook, 20, 7, properties=[wrong]) for _ in range(2))
    assert one == other
    assert [example.property for example in one.counterexamples] == ["never"]
    assert one.counterexamples[0].sample.case.facts == {}


def test_a_crash_is_a_counterexample(monkeypatch: pytest.MonkeyPatch) -> None:
    rulebook, _ = load_rulebook(RULES / "clauses" / "four-grades")
    assert rulebook is not None

    def dies(*_: object, **__: object) -> None:
        raise ZeroDivisionError("1/0")

    monkeypatch.setattr("engine.evaluate.Evaluator.assess", dies)
    (one,) = search(rulebook, 10, properties=PROPERTIES).counterexamples
    assert (one.property, one.wrong) == ("crash", ("ZeroDivisionError: 1/0",))


def test_fuzz_of_a_sound_rulebook_is_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = RULES / "clauses" / "four-grades"
    assert main(["fuzz", str(folder), "--examples", "10", "--format", "json", "-o", str(tmp_path)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["format"] == "hegui/fuzz/v1"
    assert [(one["tried"], one["counterexamples"]) for one in document["rulebooks"]] == [(10, [])]
    assert list(tmp_path.iterdir()) == []


def test_fuzz_writes_a_counterexample_as_a_case_that_can_be_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "small"
    rulebook, other = small(folder), small(tmp_path / "other", '"<= 680 份"', '"< 680 份"')
    # The independent evaluator reads another rulebook: as good as a bug in the engine.
    monkeypatch.setattr("engine.testing.properties.evaluate", lambda _, case: evaluate(other, case))
    monkeypatch.setattr("hegui.workbench.counterexamples.evaluate", lambda _, case: evaluate(other, case))
    assert main(["fuzz", str(folder), "--examples", "60"]) == 1
    assert "引擎与独立评价器一致" in capsys.readouterr().out
    written = folder / "cases" / "counterexample-agreement.yaml"
    text = written.read_text(encoding="utf-8")
    assert text.startswith("# hegui fuzz 找到的反例(规则集 small")
    assert "# documents-issued: engine met 1 [1, 1], oracle not_met 0" in text
    case, problems = read_case([written], rulebook.vocabulary)
    assert case is not None and not problems
    assert list(case.facts) == ["documents"]
    # It expects what is right, so that it fails until the engine is put right.
    assert main(["test", str(folder), "--case", "counterexample-agreement"]) == 1


def test_fuzz_says_what_is_wrong_with_a_rulebook_it_cannot_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fuzz", str(tmp_path), "--examples", "1"]) == 2
    assert "rulebook.yaml" in capsys.readouterr().err
