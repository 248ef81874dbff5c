"""`hegui diff --population` over many units: counted where they are, taken out one by one only where they are listed."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.impact import Effect, Outcome
from facts.columns.store import Store
from facts.model import Subject
from hegui.cli import main
from hegui.workbench.difference import columns, sheets
from hegui.workbench.difference.counting import Foremost, Steps, Sum

ROOT = Path(__file__).resolve().parents[3]
KUNMING = ROOT / "rules" / "kunming-2017"
UNITS = 600


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """The rulebook with two criteria changed."""
    rules = tmp_path / "new"
    shutil.copytree(KUNMING, rules)
    text = (rules / "management.yaml").read_text(encoding="utf-8")
    for old, new in (
        ('full: "<= 100%"\n      otherwise: 0\n      reason: “三公', 'full: "<= 98%"\n      otherwise: 0\n      reason: “三公'),
        ("full: 资金使用合规 is 是\n      otherwise: 0", "full: 资金使用合规 is 是\n      otherwise: 2"),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    (rules / "management.yaml").write_text(text, encoding="utf-8")
    return rules


@pytest.fixture
def population(tmp_path: Path) -> Path:
    """Many units of few kinds, their ids not in the order of the rows."""
    path = tmp_path / "单位.csv"
    rows = [f"U{n * 7 % UNITS:04},第{n}局,{97 + n % 5},{'是' if n % 3 else '否'}" for n in range(UNITS)]
    path.write_text("\n".join(["单位编号,单位名称,三公经费控制率(%),资金使用合规", *rows]) + "\n", encoding="utf-8")
    return path


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The rows that leave the database as they do, in a list of one number."""
    count, each = [0], Store.each

    def counted(self: Store, query: str, *values: Any, **more: Any) -> Any:
        for row in each(self, query, *values, **more):
            count[0] += "units_ran" in query
            yield row

    monkeypatch.setattr(Store, "each", counted)
    return count


@pytest.mark.parametrize("form", ["text", "html"])
def test_a_report_that_names_few_units_takes_few_from_the_database(
    form: str, edited: Path, population: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = taken(monkeypatch)
    monkeypatch.setattr("hegui.workbench.difference.html.MAX_UNITS", 10)
    assert run("diff", KUNMING, edited, "--population", population, "--format", form, "-o", tmp_path / "out") == 0
    # There are 15 kinds of units, of each at most 20 can be listed.
    assert 15 <= count[0] <= 15 * 20 + 10
    assert f"对 {UNITS} 个单位的影响" in (tmp_path / "out").read_text(encoding="utf-8")


def test_units_left_to_the_engine_come_out_the_same_some_at_a_time(
    edited: Path, population: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = tmp_path / "few.csv"
    few.write_text("\n".join(population.read_text(encoding="utf-8").splitlines()[:8]) + "\n", encoding="utf-8")
    found = []
    for patched in (False, True):
        if patched:
            monkeypatch.setattr(columns, "_CASES_AT_ONCE", 3)
            monkeypatch.setattr(columns._Running, "_plan", lambda *_: None)
        out = tmp_path / f"{patched}.json"
        assert run("diff", KUNMING, edited, "--population", few, "--format", "json", "-o", out) == 0
        found.append(json.loads(out.read_text(encoding="utf-8")))
    assert found[0]["impact"] == found[1]["impact"] and found[0]["impact"]["units"] == 7
    assert [problem["code"] for problem in found[1]["problems"]] == ["missing-concepts", "by-engine"]


def test_json_written_in_pieces_is_laid_out_as_one(edited: Path, population: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    for files in ([], [population], [KUNMING / "cases"]):
        given_ = ["--population", *files] if files else []
        assert run("diff", KUNMING, edited, *given_, "--format", "json", "-o", out) == 0
        text = out.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"


def test_units_that_one_sheet_cannot_hold_go_on_further_sheets_and_that_is_said(
    edited: Path, population: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 251)
    out = tmp_path / "out.xlsx"
    assert run("diff", KUNMING, edited, "--population", population, "--format", "xlsx", "-o", out) == 0
    assert "各单位分列 3 张工作表" in capsys.readouterr().err
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["改动", "影响", "各单位", "各单位 2", "各单位 3"]
    listed = [list(book[name].iter_rows(min_row=2, values_only=True)) for name in book.sheetnames[2:]]
    assert [len(rows) for rows in listed] == [250, 250, 100]
    assert [row[1] for rows in listed for row in rows] == [f"第{n}局" for n in range(UNITS)]
    assert all(book[name]["A1"].value == "编号" for name in book.sheetnames[2:])


@pytest.mark.parametrize("form", ["text", "json", "html", "xlsx"])
def test_a_disk_that_is_full_while_units_are_listed_is_a_problem(
    form: str,
    edited: Path,
    population: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    each = Store.each

    def full(self: Store, query: str, *values: Any, **more: Any) -> Any:
        if "units_ran" in query and "ANTI JOIN" not in query:
            raise duckdb.OutOfMemoryException("Out of Memory Error: No space left on device")
        yield from each(self, query, *values, **more)

    monkeypatch.setattr(Store, "each", full)
    out = tmp_path / "out"
    assert run("diff", KUNMING, edited, "--population", population, "--format", form, "-o", out) == 2
    told = "".join(capsys.readouterr())
    assert "Traceback" not in told and "cannot-write" in told and not out.exists()


# --- counters ---------------------------------------------------------------------------------------------------------

CHANGES = st.lists(
    st.tuples(st.fractions(-300, 300, max_denominator=10**7).filter(bool), st.integers(1, 5)), min_size=1, max_size=30
)


@given(CHANGES)
def test_steps_counted_one_by_one_are_those_of_all_changes_at_hand(changes: list[tuple[Fraction, int]]) -> None:
    found = Steps()
    for change, times in changes:
        found.add(change, times)
    widest = max(abs(change) for change, _ in changes)
    widths = (Fraction(n) * Fraction(10) ** power for power in range(-6, 10) for n in (1, 2, 5))
    width = next(one for one in widths if widest <= 10 * one)
    bins = found.bins()
    assert bins[0][0] == bins[0][1] - width and len(bins) <= 20
    for low, high, count in bins:
        inside = (n for c, n in changes if (low < c <= high if c > 0 else low <= c < high))
        assert count == sum(inside) and low * high >= 0
    assert sum(count for *_, count in bins) == sum(times for _, times in changes)


@given(st.lists(st.tuples(st.one_of(st.none(), st.fractions(-3, 3, max_denominator=4)), st.integers(1, 4))))
def test_a_sum_says_what_all_changes_at_hand_say(changes: list[tuple[Fraction | None, int]]) -> None:
    found = Sum()
    for change, times in changes:
        found.add(change, times)
    listed = [change for change, times in changes for _ in range(times)]
    known = [change for change in listed if change is not None]
    assert (found.known, found.open, found.sum) == (len(known), listed.count(None), sum(known))
    assert (found.gain, found.lose, found.stay) == (
        sum(c > 0 for c in known),
        sum(c < 0 for c in known),
        known.count(Fraction(0)),
    )
    assert (found.least, found.most) == (min(known, default=None), max(known, default=None))


@given(st.permutations(range(40)), st.integers(1, 9))
def test_the_foremost_are_the_first_of_all_in_order(places: list[int], most: int) -> None:
    chosen, ranks = Foremost(lambda effect: effect.change, most), Counter[int]()
    for place in places:
        rank = place % 7
        ranks[place] = rank
        outcome = Outcome(Fraction(0), Fraction(0), ())
        change = Fraction(rank) if rank else None
        chosen.offer(Effect(outcome, outcome, {}, change), [Subject(f"U{place:02}", "")])
    order = sorted((n for n in places if ranks[n]), key=lambda n: (-ranks[n], n))
    assert [unit.subject.id for unit in chosen.found()] == [f"U{n:02}" for n in order[:most]]
