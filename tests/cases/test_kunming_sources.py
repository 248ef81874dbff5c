"""The Kunming rulebook and case say what the published report says: its bytes, its quotes, its titles, its points."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.load import load_rulebook
from facts.casefile import read_case

HOME = Path(__file__).resolve().parents[2] / "rules" / "kunming-2017"
REPORT = HOME / "sources" / "report.txt"
CASE = HOME / "cases" / "kunming-2017.yaml"
LINES = REPORT.read_text(encoding="utf-8").split("\n")
SHA256 = "a2284c3e6b70a1fdeb23e0441e10d47c2f2666ecd354eff55f53bbf54bdfa49c"

# Section file; the heading in the report under which its indicators are scored; declared, listed points; indicators.
SECTIONS = [
    ("decision.yaml", "部门决策过程分析", 35, 35, 14),
    ("management.yaml", "部门管理情况分析", 20, 23, 14),
    ("performance.yaml", "部门绩效实现情况分析", 45, 44, 43),
]
DEDUCTED = {"target-soundness", "indicator-clarity", "team-building", "mechanism-innovation"}


def read(path: Path) -> Any:
    """A YAML file with every scalar as its text, so that no number passes through a float."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - makes only texts


def indicators(file: str) -> list[dict[str, Any]]:
    """The indicators of a section file."""
    listed: list[dict[str, Any]] = read(HOME / file)["indicators"]
    return listed


def every_indicator() -> list[dict[str, Any]]:
    """The indicators of all three sections."""
    return [indicator for file, *_ in SECTIONS for indicator in indicators(file)]


def quoted_facts() -> list[tuple[str, dict[str, Any]]]:
    """The facts that say where they were read."""
    return [(label, fact) for label, fact in read(CASE)["facts"].items() if "not_applicable" not in fact]


def scored_in_report(heading: str) -> Iterator[tuple[str, Decimal]]:
    """Title and full points of every indicator the report scores under a heading."""
    start = next(n for n, line in enumerate(LINES) if line.endswith(heading))
    title = ""
    for line in LINES[start + 1 :]:
        if any(line.endswith(other) for _, other, *_ in SECTIONS) or line.startswith("五、"):
            return
        if match := re.fullmatch(r"\(\d+\)(.+)", line):
            title = match[1]
        elif match := re.search(r"此项指标满分为([0-9.]+)分", line):
            yield title, Decimal(match[1])


def test_the_report_is_kept_byte_for_byte() -> None:
    assert hashlib.sha256(REPORT.read_bytes()).hexdigest() == SHA256


def test_the_case_and_the_readme_state_the_same_checksum() -> None:
    assert read(CASE)["sources"]["report"]["sha256"] == SHA256
    assert SHA256 in (HOME / "sources" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("label", "fact"), [pytest.param(*fact, id=fact[0]) for fact in quoted_facts()])
def test_every_quote_stands_at_its_line_and_column(label: str, fact: dict[str, Any]) -> None:
    line, column = int(fact["at"]["line"]), int(fact["at"]["column"])
    assert LINES[line - 1].startswith(fact["quote"], column - 1), label


def test_only_what_the_report_calls_not_applicable_has_no_quote() -> None:
    everything = read(CASE)["facts"]
    assert set(everything) - {label for label, _ in quoted_facts()} == {"内设科室及下属单位职责明确"}


@pytest.mark.parametrize(("label", "fact"), quoted_facts())
def test_every_number_in_the_case_is_in_its_quote_or_explained_by_a_note(label: str, fact: dict[str, Any]) -> None:
    value = next((fact[key] for key in ("value", "at_most", "at_least") if key in fact), "")
    number = re.match(r"[0-9.,]+", value)
    assert number is None or number[0] in fact["quote"] or fact.get("note"), label


@pytest.mark.parametrize(("file", "heading", "declared", "listed", "count"), SECTIONS)
def test_a_section_lists_the_reports_indicators_with_their_titles_and_points(
    file: str, heading: str, declared: int, listed: int, count: int
) -> None:
    ours = [(indicator["title"], Decimal(indicator["points"])) for indicator in indicators(file)]
    assert ours == list(scored_in_report(heading))
    assert (len(ours), sum(points for _, points in ours)) == (count, listed)
    assert read(HOME / file)["points"] == str(declared)


def test_there_are_71_indicators_though_the_report_declares_49() -> None:
    ids = [indicator["id"] for indicator in every_indicator()]
    assert len(ids) == len(set(ids)) == 71
    assert read(HOME / "rulebook.yaml")["declares"] == {"points": "100", "sections": "3", "indicators": "49"}


@pytest.mark.parametrize("indicator", [pytest.param(i, id=i["id"]) for i in every_indicator()])
def test_every_indicator_has_an_english_title_and_says_where_the_report_states_it(indicator: dict[str, Any]) -> None:
    assert indicator["title_en"].isascii()
    assert indicator["cite"]["item"].startswith("正文 ")
    assert any(indicator["cite"].get("quote", "") in line for line in LINES)


def test_each_contradiction_of_the_report_is_accepted_by_name() -> None:
    accepted = {(entry["problem"], entry["at"]) for entry in read(HOME / "rulebook.yaml")["accept"]}
    listed = {("listed-points", "management"), ("listed-points", "performance")}
    assert accepted == {("declared-indicators", "rulebook"), *listed}


def test_exactly_the_four_indicators_that_lost_a_point_deduct() -> None:
    assert {i["id"] for i in every_indicator() if "deduct" in i["score"]} == DEDUCTED
    assert set(read(CASE)["expect"]["indicators"]) == DEDUCTED


def test_the_rulebook_loads_without_a_problem_and_the_case_states_every_concept() -> None:
    rulebook, problems = load_rulebook(HOME)
    assert not problems
    assert rulebook is not None
    case, problems = read_case([CASE], rulebook.vocabulary)
    assert not problems
    assert case is not None
    assert set(case.facts) == set(rulebook.vocabulary.concepts)
