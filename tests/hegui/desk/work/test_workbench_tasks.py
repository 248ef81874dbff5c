"""Tasks of the policy workbench, run by real workers on the Kunming rulebook."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.hegui.desk.work.conftest import Ask
from tests.hegui.desk.work.kunming import CASE, RULES, case_in, codes, done, rulebook_in, tells_no_place_of_the_server


def edited(folder: Path, name: str, old: str, new: str) -> Path:
    rules = rulebook_in(folder)
    text = (rules / name).read_text()
    assert old in text
    (rules / name).write_text(text.replace(old, new, 1))
    return rules


def broken(folder: Path) -> Path:
    rules = rulebook_in(folder)
    (rules / "rulebook.yaml").write_text("id: [")
    return rules


# --- cases ------------------------------------------------------------------------------------------------------------


def test_the_cases_of_a_rulebook_are_run(ask: Ask) -> None:
    data = done(ask("run_cases", rules=RULES, cases=["target-soundness-01", "target-soundness-02"]))
    assert (data["passed"], data["failed"], data["skipped"]) == (2, 0, 0)
    assert data["rulebooks"][0]["cases"][0]["at"].startswith("cases/")


def test_a_case_that_no_longer_holds_is_told_with_its_place_and_why(ask: Ask, tmp_path: Path) -> None:
    rules = rulebook_in(tmp_path)
    path = rules / "cases" / "indicators-list.yaml"
    path.write_text(path.read_text().replace("{verdict: partly_met, score: 2,", "{verdict: partly_met, score: 3,", 1))
    data = done(ask("run_cases", rules=rules, cases=["target-soundness-05"]))
    assert data["failed"] == 1
    failure = data["rulebooks"][0]["cases"][0]["failures"][0]
    assert failure["expected"] == "3" and failure["at"].startswith("cases/indicators-list.yaml:")


def test_cases_that_are_not_there_or_not_cases_are_told(ask: Ask, tmp_path: Path) -> None:
    answer = ask("run_cases", rules=RULES, cases=["nonesuch"])
    assert {one.code for one in answer.problems} == {"unknown-case"}
    assert codes(ask("run_cases", rules=broken(tmp_path)))


def test_coverage_is_told_and_drawn(ask: Ask, tmp_path: Path) -> None:
    data = done(ask("cover", rules=RULES, output=tmp_path / "out"))
    assert data["covered"] == "100.0%" and data["files"] == ["coverage.html"]
    assert "<html" in (tmp_path / "out" / "coverage.html").read_text()
    assert tells_no_place_of_the_server(tmp_path / "out")
    assert all("一" <= one["title"][0] <= "鿿" for one in data["sections"]), data["sections"]
    assert data["elements"][0]["at"].startswith("decision.yaml:")
    assert codes(ask("cover", rules=broken(tmp_path)))


# --- differences ------------------------------------------------------------------------------------------------------


def test_an_edit_is_told_by_its_clause_with_both_places(ask: Ask, tmp_path: Path) -> None:
    data = done(ask("diff", old=RULES, new=edited(tmp_path, "management.yaml", "points: 1", "points: 2")))
    assert data["format"] == "hegui/difference/v1" and data["edits"]
    edit = data["edits"][0]
    assert edit["before_at"].startswith("old/management.yaml:") and edit["after_at"].startswith("new/management.yaml:")
    assert data["impact"] is None


def test_an_edit_is_tried_on_cases(ask: Ask, tmp_path: Path) -> None:
    new = edited(tmp_path, "management.yaml", "points: 1", "points: 2")
    data = done(ask("impact", old=RULES, new=new, population=[case_in(tmp_path)], output=tmp_path / "out"))
    assert data["impact"]["units"] == 1 and data["impact"]["told"] == 1
    assert data["files"] == ["difference.html", "difference.xlsx"]
    assert openpyxl.load_workbook(tmp_path / "out" / "difference.xlsx").sheetnames
    assert tells_no_place_of_the_server(tmp_path / "out")


def test_what_cannot_be_compared_is_told(ask: Ask, tmp_path: Path) -> None:
    answer = ask("diff", old=RULES, new=broken(tmp_path))
    assert codes(answer) and answer.problems[0].at.file == "new/rulebook.yaml"
    table = tmp_path / "units.csv"
    table.write_text("没有 编号\n1\n")
    assert codes(ask("impact", old=RULES, new=RULES, population=[table]))
    assert codes(ask("impact", old=RULES, new=RULES, population=[tmp_path / "nowhere.csv"])) == {"no-such-file"}


# --- on paper and in spreadsheets ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["html", "docx", "xlsx"])
def test_a_rulebook_is_written_as_it_is_published(ask: Ask, tmp_path: Path, kind: str) -> None:
    data = done(ask("docs", rules=RULES, kind=kind, output=tmp_path / f"book.{kind}"))
    assert data["files"] == [f"book.{kind}"]
    assert (tmp_path / f"book.{kind}").stat().st_size > 10_000


def test_a_template_is_filled_with_a_case_and_read_back(ask: Ask, tmp_path: Path) -> None:
    case = case_in(tmp_path)
    folder = case.parent.parent
    done(ask("template", rules=RULES, output=folder / "book.xlsx", cases=[case]))
    data = done(ask("read", rules=RULES, folder=folder, sources=[folder / "book.xlsx"]))
    assert data["counts"]["known"] > 80


def test_a_workbook_is_edited_and_read_back(ask: Ask, tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    done(ask("xlsx_export", rules=RULES, output=book))
    assert done(ask("xlsx_import", rules=RULES, book=book)) == {"said": "", "changed": [], "removed": []}
    workbook = openpyxl.load_workbook(book)
    sheet, cell = next(
        (sheet, cell)
        for sheet in workbook.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value == "部门中长期规划目标的明确性与合理性"
    )
    sheet[cell.coordinate] = "中长期规划目标的明确性与合理性"
    workbook.save(book)
    data = done(ask("xlsx_import", rules=RULES, book=book, output=tmp_path / "new"))
    assert data["changed"] == ["decision.yaml"] and data["said"]
    assert "title: 中长期规划目标的明确性与合理性" in (tmp_path / "new" / "decision.yaml").read_text()
    assert (tmp_path / "new" / "cases").is_dir()
    assert done(ask("lint", rules=tmp_path / "new"))["loads"]


def test_what_is_no_workbook_or_nowhere_is_told(ask: Ask, tmp_path: Path) -> None:
    assert codes(ask("xlsx_import", rules=RULES, book=CASE))
    assert codes(ask("docs", rules=RULES, output=tmp_path / "no" / "where.html")) == {"no-such-file"}
    assert codes(ask("docs", rules=broken(tmp_path), output=tmp_path / "a.html"))
    assert codes(ask("docs", rules=RULES, kind="exe", output=tmp_path / "a.exe")) == {"bad-request"}
    (tmp_path / "taken").mkdir()
    assert "cannot-write" in codes(ask("docs", rules=RULES, output=tmp_path / "taken"))
    no_case = case_in(tmp_path, "facts: [")
    assert codes(ask("template", rules=RULES, output=tmp_path / "t.xlsx", cases=[no_case]))
