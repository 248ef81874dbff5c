"""Nine published forms of one office: every figure the shared vocabulary knows is read without a mapping, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from facts.documents.model import Table
from facts.documents.reading import read_document
from facts.gathering.gathering import Gathered, gather
from facts.gathering.mapping import NO_MAPPING
from facts.vocabulary import Vocabulary
from facts.vocabularyfile import read_vocabulary
from facts.vocabularylibrary import read_libraries
from facts.yamltree import read_yaml
from tests.facts.gathering import accounts
from tests.facts.gathering.making import workbook

# In 万元, as the forms print them; read off the paper by hand.
STATED = {
    "income_total": "5597.15",
    "expenditure_total": "5497.84",
    "income_grand_total": "5807.84",
    "expenditure_grand_total": "5807.84",
    "reserves_used": "10",
    "surplus_distributed": "1",
    "carryover_start": "200.69",
    "carryover_end": "309",
    "income_fiscal": "5550.10",
    "income_superior": "12.5",
    "income_other": "34.55",
    "basic_expenditure": "3497.84",
    "project_expenditure": "2000",
    "fiscal_general_income": "5200.10",
    "fiscal_fund_income": "300",
    "fiscal_capital_income": "50",
    "fiscal_carryover_start": "150",
    "fiscal_expenditure": "5454.84",
    "fiscal_carryover_end": "245.26",
    "general_carryover_start": "150",
    "general_carryover_end": "187.76",
    "capital_carryover_start": "0",
    "capital_carryover_end": "50",
    "fiscal_grand_total": "5700.10",
    "general_expenditure": "5162.34",
    "general_basic": "3454.84",
    "general_project": "1707.5",
    "personnel_cost": "2800",
    "public_cost": "654.84",
    "wages": "2500",
    "goods_services": "600.84",
    "household_subsidies": "300",
    "capital_expenditure": "54",
    "office_cost": "44.2",
    "travel_cost": "88.8",
    "meeting_cost": "12.3",
    "training_cost": "9.9",
    "fund_carryover_start": "0",
    "fund_expenditure": "292.5",
    "fund_project": "292.5",
    "fund_carryover_end": "7.5",
    "capital_budget_expenditure": "0",
    "capital_budget_basic": "0",
    "capital_budget_project": "0",
    "three_public_budget": "66",
    "three_public_final": "52.36",
    "abroad_budget": "5",
    "abroad_final": "0",
    "vehicles_budget": "41",
    "vehicles_final": "38.86",
    "vehicle_purchase_budget": "18",
    "vehicle_purchase_final": "17.98",
    "vehicle_running_budget": "23",
    "vehicle_running_final": "20.88",
    "reception_budget": "20",
    "reception_final": "13.5",
}
WANTED = {key: Fraction(value) * 10_000 for key, value in STATED.items()}


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    node, _ = read_yaml(b"format: hegui/vocabulary/v1\ninclude: [departments]\nconcepts: []\n", "v.yaml")
    vocabulary, problems = read_vocabulary(node, read_libraries(node)[0])
    assert problems == ()
    return vocabulary


def values(gathered: Gathered) -> dict[str, object]:
    return {key: fact.value if fact.status == "known" else fact.reason for key, fact in gathered.facts.items()}


def test_every_figure_of_the_nine_forms_is_read_from_its_own_cell(words: Vocabulary) -> None:
    gathered, problems = gather((workbook(*accounts.sheets()),), NO_MAPPING, words)

    assert values(gathered) == WANTED
    assert [problem.code for problem in problems] == ["unclear-period"]
    places = {key: [str(place.locator) for place in fact.provenance] for key, fact in gathered.facts.items()}
    assert places["fiscal_general_income"] == ["收入支出决算总表!C7", "财政拨款收入支出决算总表!C7"]
    assert places["general_carryover_start"] == ["财政拨款收入支出决算总表!C13"]
    assert places["vehicles_final"] == ["财政拨款“三公”经费支出决算表!I8"]
    assert places["general_expenditure"] == ["一般公共预算财政拨款支出决算表!E8", "财政拨款收入支出决算总表!G11"]


def test_merged_cells_are_not_needed(words: Vocabulary) -> None:
    gathered, _ = gather((workbook(*map(accounts.unmerged, accounts.sheets())),), NO_MAPPING, words)

    assert values(gathered) == WANTED


@pytest.mark.parametrize(
    "write", [accounts.workbook, accounts.word_file, accounts.web_page, accounts.text_files], ids=lambda w: w.__name__
)
def test_the_forms_are_read_from_every_kind_of_file(
    tmp_path: Path, words: Vocabulary, write: Callable[[Path], list[Path]]
) -> None:
    documents = [document for path in write(tmp_path) if (document := read_document(path)[0]) is not None]
    gathered, _ = gather(documents, NO_MAPPING, words)

    assert values(gathered) == WANTED
    assert gathered.subject is not None
    assert gathered.subject.name == "某某县水务局"


def renumbered(sheet: Table, was: str, now: str) -> Table:
    """A form under another number; some places number them otherwise."""
    text = accounts.SOURCE.read_text(encoding="utf-8")
    assert was in text
    form = next(form for form in accounts.forms() if form.title == sheet.title)
    rows = tuple(tuple(cell.replace(was, now) for cell in row) for row in form.rows)
    return accounts.as_sheet(accounts.Form(form.title, rows))


def test_a_title_counts_and_not_a_number_that_is_another_forms_elsewhere(words: Vocabulary) -> None:
    funds = next(sheet for sheet in accounts.sheets() if sheet.title.startswith("政府性基金"))
    gathered, _ = gather((workbook(renumbered(funds, "公开07表", "公开08表")),), NO_MAPPING, words)

    assert values(gathered) == {key: WANTED[key] for key in WANTED if key.startswith("fund_")} | {
        "fiscal_fund_income": WANTED["fiscal_fund_income"]
    }
