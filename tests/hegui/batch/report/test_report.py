"""The report of a run: the same bytes every time, nothing that acts in a spreadsheet or a browser, limits and claims as they are."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path

import duckdb
import openpyxl
import pytest

from engine.load import load_rulebook
from engine.lower import lower
from engine.plan import Plan
from facts.documents.model import no_progress
from facts.problem import Text
from hegui.batch.compiling import compile_columns
from hegui.batch.model import Job
from hegui.batch.report.model import Basis, Cell, Chapter
from hegui.batch.report.quality import REJECTS
from hegui.batch.report.thresholds import limits
from hegui.batch.report.write import gathered, write_report
from hegui.batch.run import run_batch

RULES = Path(__file__).parents[4] / "rules"
KUNMING = RULES / "kunming-2017"
EVIL = '=HYPERLINK("http://x","<script>alert(1)</script>")'
UNITS = 400


def plan_of(rules: Path) -> Plan:
    rulebook, problems = load_rulebook(rules)
    assert rulebook is not None, problems
    return lower(rulebook)[0]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run: a control rate bunched at 100%, one unit that claims more than there is, one with an evil name."""
    folder = tmp_path_factory.mktemp("run")
    chance = random.Random(3)  # noqa: S311
    lines = ["单位编号,单位名称,三公经费控制率(%),自评总分"]
    for n in range(UNITS):
        rate = 99 + Fraction(chance.randrange(100), 100) if n % 8 else 100 + Fraction(chance.randrange(1, 100), 100)
        name = '"' + EVIL.replace('"', '""') + '"' if n == 0 else f"单位{n}"
        claim = {0: "150", 1: "0.5分", 2: "", 4: "优", 5: "九十五"}.get(n, "50")
        lines.append(f"U{n},{name},{float(rate)},{claim}")
    lines.append("U3,又一次,1,1")
    (folder / "单位.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    job = Job(folder / "单位.csv", KUNMING, folder / "out", partition=150, sample=5)
    ran, problems = run_batch(job, compile_columns, no_progress)
    assert ran is not None, problems
    return folder / "out"


def chapters(out: Path) -> dict[str, Chapter]:
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    return {chapter.name.en: chapter for chapter in gathered(out, Basis(plan_of(KUNMING), manifest))}


def stated(rows: tuple[tuple[Cell, ...], ...]) -> dict[str, Cell]:
    return {row[0].en: row[1] for row in rows if isinstance(row[0], Text)}


def test_the_same_run_gives_the_same_bytes_in_either_language(out: Path) -> None:
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    for language, title in (("zh", "评价总体报告"), ("en", "Population report")):
        first = []
        for _ in range(2):
            assert write_report(out, plan_of(KUNMING), manifest, language) == ()  # type: ignore[arg-type]
            first.append([(out / name).read_bytes() for name in ("report.html", "report.xlsx")])
        assert first[0] == first[1] and title in first[0][0].decode()


def test_a_report_killed_while_it_was_written_leaves_nothing_once_it_is_written_again(out: Path) -> None:
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    (out / ".report.html.k1ll3d.tmp").write_text("<html", encoding="utf-8")
    assert write_report(out, plan_of(KUNMING), manifest) == ()
    assert not [path.name for path in out.iterdir() if path.name.startswith(".")]


def test_a_name_acts_neither_in_a_browser_nor_in_a_spreadsheet(out: Path) -> None:
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    write_report(out, plan_of(KUNMING), manifest)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page and "http://www.w3.org" in page
    assert not [word for word in ("src=", "@import", "url(", "<link") if word in page]
    book = openpyxl.load_workbook(out / "report.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert [cell for cell in cells if cell.value == EVIL and cell.quotePrefix]


def test_units_that_claim_more_than_is_computed_are_named_with_the_excess(out: Path) -> None:
    claims = chapters(out)["Claims"]
    counts = stated(claims.grids[0].rows)
    assert counts["claims above what is computed"] == 1 and counts["no claim"] == 1
    assert counts["undetermined, the claim is within the bounds"] == UNITS - 5 + (
        counts["claims below what is computed"] == 0
    )
    assert counts["claims that cannot be read"] == 2
    assert list(claims.grids[2].rows) == [("九十五", 1, "U5"), ("优", 1, "U4")]
    assert counts["of these, claims above the greatest possible, 100"] == 1
    ((unit, name, claimed, score, _, upper, excess, mark),) = claims.grids[1].rows
    assert (unit, name, claimed, score) == ("U0", EVIL, 150, None)
    assert mark == Text("高于满分", "above the greatest possible")
    assert isinstance(upper, Fraction) and excess == 150 - upper


def test_bunching_at_a_limit_is_counted_on_both_sides_and_marked(out: Path) -> None:
    (row,) = [row for row in chapters(out)["Bunching"].grids[0].rows if row[1] == "three-public-control"]
    worse = UNITS // 8
    assert row[2] == "≤ 100%" and (row[4], row[6]) == (UNITS - worse, worse)
    assert row[7] == "<1e-50" and row[-1] == Text("异常", "conspicuous")


def test_rejects_and_the_sample_are_told(out: Path) -> None:
    quality = chapters(out)["Quality"]
    run = stated(quality.grids[0].rows)
    assert run["rows rejected"] == 1 and run["units re-checked in the engine"] == 5
    assert run["outcome of the check"] == Text("逐项一致", "every field agrees")
    ((table, _, lost, code, reason, times, _),) = quality.grids[1].rows
    assert (table, lost) == (Text("单位表", "table of units"), Text("整行", "the row"))
    assert (code, times) == ("duplicate-unit", 1) and isinstance(reason, Text) and reason.en


def test_the_indicators_stand_by_the_points_lost(out: Path) -> None:
    rows = chapters(out)["Deductions"].grids[0].rows
    lost = [row[3] for row in rows if isinstance(row[3], Fraction)]
    assert lost == sorted(lost, reverse=True) and lost[0] > 0
    order = [one.indicator.id for section in plan_of(KUNMING).sections for one in section.indicators]
    same = [order.index(str(row[2])) for row in rows if row[3] == 0]
    assert same == sorted(same)


def test_rejects_are_told_by_table_and_column_with_the_most_first() -> None:
    with duckdb.connect() as database:
        database.execute(
            "CREATE TABLE rejects AS SELECT * FROM (VALUES ('units', 5, 'a', 'row', 'x', 'A5', 'a5'), ('units', 3, 'a', 'row', 'x', "
            "'A3', 'a3'), ('units', 2, 'b', 'row', 'x', 'B2', 'b2'), ('绩效目标', 9, 'b', 'value', 'y', 'T9', 't9')) "
            "AS r(input_table, input_row, column_name, lost, code, zh, en)"
        )
        rows = database.execute(REJECTS).fetchall()
    assert [(row[0], row[1], row[4], row[6]) for row in rows] == [
        ("units", "a", "A3", 2), ("units", "b", "B2", 1), ("绩效目标", "b", "T9", 1)
    ]  # fmt: skip


def test_a_report_that_cannot_be_read_from_its_tables_is_a_problem_and_no_traceback(out: Path, tmp_path: Path) -> None:
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    (problem,) = write_report(tmp_path, plan_of(KUNMING), manifest)
    assert problem.code == "no-report"


def test_limits_come_from_the_plan_with_the_side_that_has_more_points() -> None:
    found = {
        (one.indicator.indicator.id if one.indicator else "", one.value, one.above, one.within)
        for one in limits(plan_of(RULES / "mof-2013-53"))
    }
    percent = Fraction(1, 100)
    assert ("staff-control", 100 * percent, False, True) in found  # ≤ 100% full, above it so much off
    assert ("payment-progress", 100 * percent, True, True) in found  # a share until 100% is reached
    assert {one for one in found if one[0] == "satisfaction"} == {
        ("satisfaction", n * percent, True, True) for n in (60, 70, 80, 90)
    }
    assert {one for one in found if not one[0]} == {("", Fraction(n), True, True) for n in (90, 80, 60)}
