"""A table of very many claims: little is put to the engine twice, little is kept of a row, nothing is left out."""

import io
import json
import tracemalloc
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import TypeVar

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.evaluate import Evaluator
from engine.load import load_rulebook
from facts.documents import packing
from facts.documents.model import Cell, Document, Table
from facts.model import Case, Fact, Period, Subject
from facts.provenance import CellRef, Source
from facts.report.content import read_report
from facts.report.patterns import read_patterns
from facts.report.statements.model import Known, Statement
from hegui.audit.deciding import decide
from hegui.audit.interchange import audit_json
from hegui.audit.run import CHECKS, audit_document
from hegui.audit.text import TOLD, audit_text
from hegui.audit.workpaper import workpaper

T = TypeVar("T")


def sound(read: tuple[T | None, object]) -> T:
    assert read[0] is not None
    return read[0]


RULES = sound(load_rulebook(CHECKS))
PATTERNS = sound(read_patterns(CHECKS / "patterns.yaml"))
NOTHING = read_report(Document(Source("none", "none"), "text", ()), PATTERNS)
HEADINGS = ("单位编号", "单位名称", "指标", "分值", "自评得分", "目标值", "实际完成值", "扣分原因")


def rows(claims: int, bad: int = 0) -> Iterator[tuple[str, ...]]:
    """Claims of full marks; every `bad`th has a result below its target."""
    yield HEADINGS
    for n in range(claims):
        target = 50 + n % 20
        actual = target - 1 if bad and n % bad == 0 else target + n % 3
        yield (f"D{n:06}", f"第{n}单位", f"第{n}项任务完成率", "10", "10", f"≥{target}%", f"{actual}%", "")


def workbook(claims: int, bad: int = 0, *, packed: bool = True) -> Document:
    """A workbook as the readers give it: of packed rows, as large ones are, or of plain ones."""

    def place(row: int, column: int) -> CellRef:
        return CellRef("自评表", f"{'ABCDEFGH'[column]}{row}")

    builder = packing.RowsBuilder(place)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "PACKED_FROM", 0 if packed else packing.MAX_CELLS)
        for number, row in enumerate(rows(claims, bad), 1):
            builder.add(number, [Cell(text, place(number, column)) for column, text in enumerate(row)])
    assert isinstance(builder.rows(), packing.PackedRows) == packed
    return Document(Source("book", "自评表", "book.xlsx"), "xlsx", (Table(builder.rows(), "自评表"),))


def written(document: Document) -> str:
    return "".join(audit_json(audit_document(document)))


@pytest.fixture
def assessed(monkeypatch: pytest.MonkeyPatch) -> list[Case]:
    """The cases that are put to the engine."""
    found: list[Case] = []
    assess = Evaluator.assess

    def counted(self: Evaluator, case: Case) -> object:
        found.append(case)
        return assess(self, case)

    monkeypatch.setattr(Evaluator, "assess", counted)
    return found


def test_five_thousand_claims_are_a_few_cases_for_the_engine(assessed: list[Case]) -> None:
    result = json.loads(written(workbook(5_000)))
    assert len(result["claims"]) == 5_000 and result["findings"] == []
    # One for each pair of a target and a result, one for each pair of points and a score, one for a target not copied.
    assert len(assessed) <= 60 + 1 + 2


def test_every_claim_that_does_not_hold_is_fired_by_the_engine_and_told(assessed: list[Case]) -> None:
    result = json.loads(written(workbook(1_500, bad=3)))
    assert len(result["findings"]) == 500 == result["summary"]["by_check"]["full-marks-below-target"]
    assert [f["quotes"][0]["locator"] for f in result["findings"]] == [f"自评表!G{n + 2}" for n in range(0, 1_500, 3)]
    assert 500 <= len(assessed) <= 500 + 63


def test_a_large_table_kept_as_strings_gives_what_a_small_one_of_cells_gives() -> None:
    assert written(workbook(200, bad=7)) == written(workbook(200, bad=7, packed=False))


def test_a_claim_takes_so_little_memory_that_two_hundred_thousand_fit() -> None:
    document = workbook(3_000)
    written(workbook(30))
    tracemalloc.start()
    report = read_report(document, PATTERNS)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(report.items) == 3_000
    assert kept / 3_000 < 2_500  # of the 5,368 bytes that 1 GiB has for each


def test_the_text_tells_a_hundred_findings_of_a_check_and_counts_the_rest() -> None:
    result = audit_document(workbook(3 * (TOLD + 5), bad=3))
    text = audit_text(result)
    assert f"问题 {TOLD + 5} 个" in text
    assert text.count("[full-marks-below-target]") == TOLD + 1
    assert "[full-marks-below-target] 另有 5 个,没有逐个列出" in text
    assert "5 more of [full-marks-below-target] are not told" in audit_text(result, "en")
    one_less = audit_document(workbook(3 * TOLD, bad=3))
    assert audit_text(one_less).count("[full-marks-below-target]") == TOLD and "另有" not in audit_text(one_less)


def test_the_workpaper_has_a_row_for_every_claim_and_every_finding() -> None:
    data, problem = workpaper(audit_document(workbook(300, bad=3)))
    assert problem is None and data is not None
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    names = [row[2] for row in book["自评得分核对"].iter_rows(min_row=2, values_only=True)]
    places = [row[5] for row in book["问题清单"].iter_rows(min_row=2, values_only=True)]
    assert names == [f"第{n}项任务完成率" for n in range(300)]
    assert places == [f"自评表!G{n + 2}" for n in range(0, 300, 3)]


# --- the fast way is the way through the engine ---

NUMBERS = st.sampled_from([Fraction(n, d) for n in (0, 1, 2, 3) for d in (1, 3)])
YES_NO = st.sampled_from(["是", "否"])
SHAPES: tuple[dict[str, st.SearchStrategy[Known]], ...] = (
    {"claimed_score": NUMBERS, "item_points": NUMBERS},
    {"achieved": NUMBERS, "target_lower": NUMBERS},
    {"achieved": NUMBERS, "target_upper": NUMBERS},
    {"copies_target": YES_NO},
    {"has_reason": YES_NO},
    {"here_number": NUMBERS, "there_number": NUMBERS, "rounding_slack": NUMBERS},
    {"stated_rate": NUMBERS, "numerator": NUMBERS, "denominator": NUMBERS, "rate_tolerance": NUMBERS},
    {"total_score": NUMBERS, "grade_from": NUMBERS, "grade_below": NUMBERS},
)
STATEMENTS = st.lists(
    st.sampled_from(SHAPES).flatmap(
        lambda shape: st.fixed_dictionaries({"subject_words": st.sampled_from("甲乙"), **shape})
    ),
    max_size=25,
)


def case_of(values: Mapping[str, Known]) -> Case:
    year = Period(date(2000, 1, 1), date(2000, 12, 31))
    facts = {name: Fact(name, value, basis="figure") for name, value in values.items()}
    return Case(Subject("report", "report"), year, facts, {})


def one_by_one(statements: list[Statement]) -> list[str]:
    """What the whole rulebook says of each statement, each put to the engine."""
    with Evaluator(RULES) as evaluator:
        found = [evaluator.assess(case_of(one.values)).findings for one in statements]
    return sorted({f"{f.code}{f.message.zh}" for fired in found for f in fired})


@given(STATEMENTS)
def test_what_is_remembered_as_holding_is_what_the_engine_says_of_it(values: list[dict[str, Known]]) -> None:
    statements = [Statement(one, ()) for one in values]
    found = decide(RULES, iter(statements), NOTHING)
    assert sorted(f"check:{finding.check}{finding.message.zh}" for _, finding in found) == one_by_one(statements)


def test_the_generated_statements_are_about_concepts_of_the_checks() -> None:
    assert {name for shape in SHAPES for name in shape} <= set(RULES.vocabulary.concepts)
