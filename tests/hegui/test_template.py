"""`hegui facts template`: the workbook from the command line."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from engine.load import load_rulebook
from facts.casefile import read_case
from facts.model import Case
from facts.templatebook.reading import is_template, read_template
from hegui.cli import main
from hegui.command import Arguments
from hegui.template_verbs import template

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "rules" / "kunming-2017"
CASE = RULES / "cases" / "kunming-2017.yaml"


def facts_of(case: Case) -> list[object]:
    def told(places: object) -> object:
        return tuple(p for p in places if not p.source.startswith("填报表"))  # type: ignore[attr-defined]

    return [(k, f.value, f.status, f.basis, told(f.provenance), f.reason) for k, f in sorted(case.facts.items())]


def test_the_workbook_of_a_rulebook_is_written_and_is_the_same_every_time(tmp_path: Path) -> None:
    one, other = tmp_path / "one.xlsx", tmp_path / "other.xlsx"
    for path in (one, other):
        assert main(["facts", "template", "--rules", str(RULES), "-o", str(path)]) == 0
    assert is_template(one) and one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_kunming_case_survives_the_workbook(tmp_path: Path, language: str) -> None:
    rulebook, _ = load_rulebook(RULES)
    assert rulebook is not None
    path = tmp_path / "book.xlsx"
    arguments = Arguments(rules=RULES, facts=[CASE], output=path, lang=language)
    assert template(arguments) == 0
    again, problems = read_template(path, rulebook.vocabulary, rulebook.digest)
    case, _ = read_case([CASE], rulebook.vocabulary)
    assert [p.show() for p in problems] == []
    assert again is not None and case is not None
    assert facts_of(again) == facts_of(case) and again.subject == case.subject


def test_a_workbook_in_english_names_every_heading_and_data_item_in_english_too(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    assert main(["facts", "template", "--rules", str(RULES), "--lang", "en", "-o", str(path)]) == 0
    data = openpyxl.load_workbook(path)["数据"]
    assert [cell.value for cell in data[1]][:4] == [
        "数据项\ndata item",
        "数据项编号\nid",
        "填报值\nvalue",
        "单位\nunit",
    ]
    assert data["A3"].value == "部门预算数\ndepartment budget"


def test_a_rulebook_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(
        ["facts", "template", "--rules", str(tmp_path / "none"), "-o", str(tmp_path / "b.xlsx"), "--lang", "en"]
    )
    assert code == 2 and "no-rulebook" in capsys.readouterr().err
    assert not (tmp_path / "b.xlsx").exists()


def test_the_workbook_is_never_written_over_the_rules(capsys: pytest.CaptureFixture[str]) -> None:
    before = (RULES / "vocabulary.yaml").read_bytes()
    assert main(["facts", "template", "--rules", str(RULES), "-o", str(RULES / "vocabulary.yaml")]) == 2
    assert (RULES / "vocabulary.yaml").read_bytes() == before and "output-is-input" in capsys.readouterr().err
