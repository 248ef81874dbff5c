"""What the workbook offers to the people who fill it in."""

from __future__ import annotations

import io
from datetime import date
from fractions import Fraction
from typing import Any

from facts.model import Case, Fact, Period, Subject
from facts.provenance import Provenance, Source
from facts.templatebook.placetext import parse_place
from facts.vocabulary import ReportingPlace
from tests.facts.templatebook.books import RULES, concept, vocabulary_of, written

MONEY = concept(
    "spent",
    label="支出",
    label_en="spending",
    definition="当年支出",
    reported_in="决算公开表 03",
    reported=(ReportingPlace(("决算公开03表",), ("合计",), ("本年支出合计",)),),
)
RATE, FLAG = concept("rate", unit="%", minimum=Fraction(0), maximum=Fraction(1)), concept("flag", "boolean")
LONG = concept("long", "choice", choices=tuple(f"选项{n},甲" for n in range(80)))
COUNT, DAY = concept("staff", unit="人"), concept("day", "date")
WORDS = vocabulary_of(MONEY, RATE, FLAG, LONG, COUNT, DAY)


def opened(case: Case | None = None) -> Any:
    import openpyxl

    return openpyxl.load_workbook(io.BytesIO(written(WORDS, case)))


def rules_of(sheet: Any, cell: str) -> list[Any]:
    return [one for one in sheet.data_validations.dataValidation if cell in one.sqref]


def cell_of(book: Any, key: str, column: str = "C") -> Any:
    row = next(cell.row for cell in book["数据"]["B"] if cell.value == key)
    return book["数据"][f"{column}{row}"]


def test_the_same_rulebook_gives_the_same_bytes() -> None:
    assert written(WORDS) == written(WORDS)


def test_the_first_sheet_says_which_rulebook_it_is_for_in_both_languages() -> None:
    text = "\n".join(str(cell.value) for cell in opened()["说明"]["A"])
    assert all(word in text for word in (RULES.id, RULES.version, RULES.digest, "填报说明", "How to fill this in"))


def test_a_sheet_prints_on_the_width_of_a_page_with_its_headings() -> None:
    book = opened()
    assert all(
        book[name].page_setup.fitToWidth == 1 and book[name].sheet_properties.pageSetUpPr.fitToPage
        for name in ("数据", "基本情况")
    )
    assert book["数据"].print_title_rows == "$1:$1"


def test_values_may_be_typed_and_labels_may_not_and_there_is_no_password() -> None:
    book = opened()
    assert all(book[name].protection.sheet and not book[name].protection.password for name in ("数据", "基本情况"))
    assert not cell_of(book, "spent").protection.locked and cell_of(book, "spent", "B").protection.locked


def test_concepts_stand_under_their_form_with_a_note_of_what_they_are() -> None:
    book = opened()
    label = cell_of(book, "spent", "A")
    assert book["数据"].cell(label.row - 1, 1).value == "决算公开表 03"
    assert all(word in label.comment.text for word in ("spending", "当年支出", "决算公开03表"))


def test_every_kind_of_value_has_its_check_and_its_choices() -> None:
    book = opened()
    sheet = book["数据"]
    kinds = {key: [r.type for r in rules_of(sheet, cell_of(book, key).coordinate)] for key in WORDS.concepts}
    assert kinds == {
        "spent": ["decimal"],
        "rate": ["decimal"],
        "flag": ["list"],
        "long": ["list"],
        "staff": ["whole"],
        "day": ["date"],
    }
    (unit,) = rules_of(sheet, cell_of(book, "spent", "D").coordinate)
    assert unit.formula1 == '"万元,元,千元,百万元,亿元"'
    (rate,) = rules_of(sheet, cell_of(book, "rate").coordinate)
    assert (rate.formula1, rate.formula2) == ("0", "1") and "%" in cell_of(book, "rate").number_format


def test_a_list_that_does_not_fit_into_a_cell_check_stands_on_the_hidden_sheet() -> None:
    book = opened()
    (rule,) = rules_of(book["数据"], cell_of(book, "long").coordinate)
    assert rule.formula1 == "_hegui!$D$1:$D$80" and book["_hegui"]["D80"].value == "选项79,甲"
    assert book["_hegui"].sheet_state == "hidden"


def test_no_text_of_a_case_becomes_a_formula() -> None:
    said = "=HYPERLINK(1)"
    fact = Fact("spent", Fraction(10000), "known", "stated", (Provenance("r", None, said, "@note"),))
    sources = {"r": Source("r", "+title", "-file")}
    case = Case(Subject("=id", "=name"), Period(date(2017, 1, 1), date(2017, 12, 31)), {"spent": fact}, sources)
    book = opened(case)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    begun = [cell for cell in cells if str(cell.value).startswith(("=", "+", "-", "@"))]
    assert {cell.value for cell in begun} == {"=id", "=name", said, "@note", "+title", "-file"}
    assert all(cell.quotePrefix for cell in begun)


def test_numbers_show_every_place_they_have() -> None:
    fact = Fact("spent", Fraction("56571512.345"), "known")
    period = Period(date(2017, 1, 1), date(2017, 12, 31))
    cell = cell_of(opened(Case(Subject("a", "b"), period, {"spent": fact}, {})), "spent")
    assert cell.value == 5657.1512345 and cell.number_format == "#,##0.0000000###"


def test_braces_that_are_no_place_are_words() -> None:
    for text in (
        "{",
        "{}",
        "[]",
        '{"page": "x"}',
        '{"line": 1}',
        '{"sheet": 1, "cell": 2}',
        '{"row": []}',
        "第零页",
        "C12",
    ):
        assert parse_place(text) is None, text
