"""Documents read into cases by real workers."""

from __future__ import annotations

import shutil
from pathlib import Path

from hegui.desk.work.wire import Data
from tests.hegui.desk.work.conftest import Ask
from tests.hegui.desk.work.kunming import REPORT, RULES, codes, done

OTHER = "昆明市人民政府办公厅2017年部门整体支出绩效自评报告\n\n2017年度市本级财政预算批复6,000万元。政府采购总额119.02万元。\n"


def folder_in(path: Path, **texts: str) -> Path:
    """A case's folder with the report among its sources."""
    folder = path / "case"
    (folder / "sources").mkdir(parents=True)
    shutil.copy(REPORT, folder / "sources" / "report.txt")
    for name, text in texts.items():
        (folder / "sources" / f"{name}.txt").write_text(text)
    return folder


def fact(data: Data, name: str) -> Data:
    found: Data = next(one for one in data["facts"] if one["name"] == name)
    return found


def test_the_report_becomes_a_case_that_can_be_scored(ask: Ask, tmp_path: Path) -> None:
    folder = folder_in(tmp_path)
    data = done(ask("read", rules=RULES, folder=folder, sources=[folder / "sources" / "report.txt"]))
    assert data["counts"]["known"] > 80
    assert fact(data, "部门预算数")["fact"]["shown"] == "5,657.15 万元"
    assert data["sources"][0]["file"] == "sources/report.txt"
    assert data["described"]["subject"]["name"] == "昆明市人民政府办公厅"
    (folder / "case.yaml").write_text(data["case"])
    assert done(ask("assess", rules=RULES, case=folder / "case.yaml"))["score"] is not None


def test_a_second_document_is_added_and_what_people_wrote_stays(ask: Ask, tmp_path: Path) -> None:
    folder = folder_in(tmp_path, other=OTHER)
    first = done(ask("read", rules=RULES, folder=folder, sources=[folder / "sources" / "report.txt"]))["case"]
    edited = first.replace("  部门决算数:", "  # 已核\n  部门决算数:")
    (folder / "case.yaml").write_text(edited)
    both = [folder / "sources" / name for name in ("report.txt", "other.txt")]
    answer = ask("read", rules=RULES, folder=folder, sources=both)
    data = done(answer)
    assert "read-before" in {one.code for one in answer.problems}
    assert "  # 已核\n  部门决算数:" in data["case"]
    budget = fact(data, "部门预算数")
    assert budget["changed"] and budget["fact"]["status"] == "conflict"
    assert [one["shown"].replace(" ", "") for one in budget["fact"]["candidates"]] == ["5,657.15万元", "6,000万元"]
    assert not fact(data, "部门决算数")["changed"]
    assert {one["id"] for one in data["described"]["sources"]} == {"report", "report-2"}


def test_a_document_read_before_changes_nothing_unless_it_is_asked_for(ask: Ask, tmp_path: Path) -> None:
    folder = folder_in(tmp_path)
    sources = [folder / "sources" / "report.txt"]
    text = done(ask("read", rules=RULES, folder=folder, sources=sources))["case"]
    settled = text.replace("value: 5,657.15 万元", "value: 5,700 万元", 1).replace(
        'quote: "市本级财政预算批复5,657.15万元"', "note: 按批复", 1
    )
    assert settled != text
    (folder / "case.yaml").write_text(settled)
    assert done(ask("read", rules=RULES, folder=folder, sources=sources))["case"] == settled
    again = done(ask("read", rules=RULES, folder=folder, sources=sources, again=True))
    assert fact(again, "部门预算数")["fact"]["status"] == "conflict"


def test_documents_that_cannot_be_read_are_told_by_name(ask: Ask, tmp_path: Path) -> None:
    folder = folder_in(tmp_path, empty="", binary="\0\1\2")
    for name in ("empty", "binary"):
        answer = ask("read", rules=RULES, folder=folder, sources=[folder / "sources" / f"{name}.txt"])
        assert codes(answer)
        assert answer.problems[0].at.file == f"sources/{name}.txt"
    (folder / "sources" / "broken.xlsx").write_bytes(b"PK\x03\x04 and nothing more")
    assert codes(ask("read", rules=RULES, folder=folder, sources=[folder / "sources" / "broken.xlsx"]))
    assert codes(ask("read", rules=RULES, folder=folder, sources=[folder / "nowhere.txt"])) == {"no-such-file"}
    assert codes(ask("read", rules=RULES, folder=folder, sources="report.txt")) == {"bad-request"}


def test_no_mapping_makes_the_server_connect_to_a_database(ask: Ask, tmp_path: Path) -> None:
    folder = folder_in(tmp_path)
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "format: hegui/mapping/v1\nsources:\n  x: {database: {url: 'postgresql://10.0.0.1/x', query: select 1}}\n"
    )
    assert "database-not-here" in codes(ask("read", rules=RULES, folder=folder, sources=[], mapping=mapping))


def test_a_case_that_is_broken_is_told_before_anything_is_read(ask: Ask, tmp_path: Path) -> None:
    folder = folder_in(tmp_path)
    (folder / "case.yaml").write_text("facts: [")
    answer = ask("read", rules=RULES, folder=folder, sources=[folder / "sources" / "report.txt"])
    assert codes(answer) and answer.problems[0].at.file == "case.yaml"
