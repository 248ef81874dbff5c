"""What is promised of the published rulebooks: lint finds nothing, every line has a case, and the cases notice altered rules."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from engine.lint.run import lint_folder
from engine.load import load_rulebook
from engine.model import Rulebook
from engine.trials.covering import cover
from engine.trials.killing import Cases, Claim, sound_claims
from engine.trials.mutants import mutants_of
from engine.trials.mutation import fate_of
from facts.examples import case_files, read_examples
from tests.engine.example import RULES

PAGE = RULES.parent / "docs" / "testing-rules.md"
REAL = ("kunming-2017", "mof-2013-53", "mof-2020-10")
# Of a hundred alterations that change something, so many are noticed by some case (the promise is 95).
NOTICED = {"kunming-2017": 100, "mof-2013-53": 99, "mof-2020-10": 99}


def with_cases(name: str) -> tuple[Rulebook, list[Claim]]:
    """A published rulebook and every case beside it that expects something."""
    folder: Path = RULES / name
    rulebook, _ = load_rulebook(folder)
    assert rulebook is not None
    every = [one for path in case_files(folder) for one in read_examples(path, rulebook.vocabulary)[0]]
    claims = [Claim(one.full_name, one.case, one.expectation) for one in every if one.expectation is not None]
    assert not any(one.proposed for one in every)
    return rulebook, claims


@pytest.mark.parametrize("name", REAL)
def test_lint_finds_nothing_and_every_line_of_the_rules_has_a_case(name: str) -> None:
    rulebook, claims = with_cases(name)
    assert lint_folder(RULES / name).problems == ()
    assert [gap.words.zh for gap in cover(rulebook, claims).gaps] == []


@pytest.mark.parametrize("name", REAL)
def test_the_cases_notice_nearly_every_alteration_that_changes_something(name: str) -> None:
    rulebook, claims = with_cases(name)
    cases = Cases(rulebook, sound_claims(rulebook, claims))
    assert len(cases.claims) == len(claims)
    tried = [fate_of(mutant, cases, None) for mutant in mutants_of(rulebook)]
    fates = Counter(one.fate for one in tried)
    lived = [one.mutant.sentence.zh for one in tried if one.fate == "lived"]
    counted = fates["killed"] + fates["lived"]
    assert 100 * fates["killed"] >= NOTICED[name] * counted, lived
    # The page says how many; where the rules or cases change, so does the page.
    row = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{name}` |"))
    told = [cell.strip().partition(" (")[0] for cell in row.strip("|").split("|")]
    says = (str(len(claims)), f"{fates['killed']} of {counted}", str(fates["equivalent"]), str(fates["refused"]))
    assert (told[1], *told[3:]) == says
