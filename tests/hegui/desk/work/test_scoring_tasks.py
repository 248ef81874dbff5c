"""Scoring by real workers, on the Kunming case."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hegui.desk.work.pool import Pool
from tests.hegui.desk.work.conftest import Ask
from tests.hegui.desk.work.kunming import (
    CASE,
    ROOT,
    RULES,
    case_in,
    codes,
    done,
    rulebook_in,
    tells_no_place_of_the_server,
)

AS_OF = "2018-12-31"


def command(*arguments: str | Path) -> object:
    """What the command line gives."""
    ran = subprocess.run([sys.executable, "-m", "hegui", *arguments], capture_output=True, cwd=ROOT, check=False)
    return json.loads(ran.stdout)


def test_an_assessment_is_what_the_command_line_gives(ask: Ask, tmp_path: Path) -> None:
    expected = command("check", CASE, "--rules", RULES, "--format", "json", "--as-of", AS_OF)
    assert done(ask("assess", rules=RULES, case=case_in(tmp_path), as_of=AS_OF)) == expected


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_explanation_is_what_the_command_line_gives(ask: Ask, tmp_path: Path, language: str) -> None:
    asked: list[str | Path] = [
        "explain",
        CASE,
        "three-public-control",
        "--rules",
        RULES,
        "--format",
        "json",
        "--as-of",
        AS_OF,
    ]
    expected = command(*asked, "--lang", language)
    given = ask(
        "explain",
        rules=RULES,
        case=case_in(tmp_path),
        indicator="three-public-control",
        as_of=AS_OF,
        language=language,
    )
    assert done(given) == expected


def test_a_rulebook_is_known_again_wherever_it_lies(ask: Ask, tmp_path: Path) -> None:
    case = case_in(tmp_path)
    for name in ("a", "b"):
        assert done(ask("assess", rules=rulebook_in(tmp_path / name), case=case))["rulebook"]["id"] == "kunming-2017"


def test_an_edited_rulebook_is_another(ask: Ask, tmp_path: Path) -> None:
    rules, case = rulebook_in(tmp_path), case_in(tmp_path)
    before = done(ask("assess", rules=rules, case=case))["rulebook"]["digest"]
    text = (rules / "rulebook.yaml").read_text()
    (rules / "rulebook.yaml").write_text(text + "# 注\n")
    assert done(ask("assess", rules=rules, case=case))["rulebook"]["digest"] != before


def test_only_accepted_bases_count(ask: Ask, tmp_path: Path) -> None:
    case = case_in(tmp_path)
    every = done(ask("assess", rules=RULES, case=case))
    figures = done(ask("assess", rules=RULES, case=case, accept=["figure"]))
    assert float(figures["lower"]) < float(every["lower"])


def test_what_is_wrong_with_a_case_is_told_by_line(ask: Ask, tmp_path: Path) -> None:
    case = case_in(tmp_path, CASE.read_text().replace("  部门预算数:", "  部门预算:"))
    answer = ask("assess", rules=RULES, case=case)
    assert codes(answer) == {"unknown-concept"}
    assert answer.problems[0].at.file == "case.yaml" and answer.problems[0].at.line


@pytest.mark.parametrize("text", ["", "facts: [", "- 1\n", "format: hegui/case/v1\n", "\0", "a: &x [*x]\n"])
def test_what_is_no_case_is_refused(ask: Ask, tmp_path: Path, text: str) -> None:
    assert codes(ask("assess", rules=RULES, case=case_in(tmp_path, text)))


def test_a_source_that_was_changed_is_told(ask: Ask, tmp_path: Path) -> None:
    case = case_in(tmp_path)
    (case.parent.parent / "sources" / "report.txt").write_text("别的")
    assert "source-changed" in codes(ask("assess", rules=RULES, case=case))


def test_an_indicator_that_is_not_there_is_told_with_those_that_are(ask: Ask, tmp_path: Path) -> None:
    answer = ask("explain", rules=RULES, case=case_in(tmp_path), indicator="three-public-contrl")
    assert codes(answer) == {"unknown-indicator"}
    assert "three-public-control" in answer.problems[0].hint.zh


def test_waivers_are_taken_into_account(ask: Ask, tmp_path: Path) -> None:
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text("format: hegui/waivers/v1\nwaivers: [{finding: 'deduction:nothing'}]\n")
    assert codes(ask("assess", rules=RULES, case=case_in(tmp_path), waivers=[waivers]))


def test_fifty_at_once_get_the_same_bytes(tmp_path: Path) -> None:
    request = {"rules": str(RULES), "case": str(case_in(tmp_path)), "as_of": AS_OF}
    with Pool(2) as pool:
        tickets = [pool.submit("assess", request, timeout=60, owner=str(n)) for n in range(50)]
        answers = {json.dumps(done(one.future.result(120))) for one in tickets}
    assert len(answers) == 1


# --- papers -----------------------------------------------------------------------------------------------------------


def test_papers_are_what_the_command_line_writes(ask: Ask, tmp_path: Path) -> None:
    case, out = case_in(tmp_path), tmp_path / "out"
    kinds = ["docx", "xlsx", "html", "json", "sarif", "junit", "text"]
    data = done(ask("papers", rules=RULES, case=case, kinds=kinds, output=out, as_of=AS_OF))
    assert sorted(data["files"]) == sorted(kinds) and data["subject"]["name"] == "昆明市人民政府办公厅"
    for kind, name in data["files"].items():
        expected = tmp_path / f"expected.{kind}"
        asked: list[str | Path] = ["check", CASE, "--rules", RULES, "--as-of", AS_OF, "--format", kind, "-o", expected]
        subprocess.run([sys.executable, "-m", "hegui", *asked], capture_output=True, cwd=ROOT, check=False)
        # Its SARIF and JUnit name files by where they lie; of ours that is nobody's business.
        assert kind in ("sarif", "junit") or (out / name).read_bytes() == expected.read_bytes(), kind
    assert tells_no_place_of_the_server(out)


def test_no_paper_is_written_of_what_cannot_be_scored(ask: Ask, tmp_path: Path) -> None:
    answer = ask("papers", rules=RULES, case=case_in(tmp_path, "facts: ["), output=tmp_path / "out")
    assert codes(answer) and not (tmp_path / "out").exists()
    assert codes(ask("papers", rules=RULES, case=CASE, kinds=["exe"], output=tmp_path / "out")) == {"bad-request"}
