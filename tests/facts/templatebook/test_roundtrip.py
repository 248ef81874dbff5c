"""Writing a case into the workbook and reading it back loses nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facts.model import Case, Fact
from facts.templatebook.reading import is_template, read_template
from tests.facts.templatebook.books import RULES, cases, vocabularies, written


def told(fact: Fact) -> object:
    """A fact without the cell the reader adds where no source is named, and without how it was spelt."""
    places = tuple(p for p in fact.provenance if not p.source.startswith("填报表"))
    return fact.concept, fact.value, fact.status, fact.basis, places, fact.reason


def facts_of(case: Case) -> list[object]:
    return [told(fact) for _, fact in sorted(case.facts.items())]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_any_case_is_read_back_as_it_was_written(data: st.DataObject) -> None:
    vocabulary = data.draw(vocabularies())
    case = data.draw(cases(vocabulary))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(written(vocabulary, case))
        assert is_template(path)
        again, problems = read_template(path, vocabulary, RULES.digest)
    assert [p.show() for p in problems] == []
    assert again is not None
    assert (again.subject, again.period) == (case.subject, case.period)
    assert facts_of(again) == facts_of(case)
    assert {key: again.sources[key] for key in case.sources} == case.sources


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_nothing_is_lost_where_another_program_saved_the_workbook_again(data: st.DataObject) -> None:
    import openpyxl

    vocabulary = data.draw(vocabularies())
    case = data.draw(cases(vocabulary))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(written(vocabulary, case))
        book = openpyxl.load_workbook(path)
        book.save(path)
        again, problems = read_template(path, vocabulary, RULES.digest)
    # A binary fraction may have got more digits than were typed; that is noted.
    assert [p.show() for p in problems if p.severity != "note"] == []
    assert again is not None and facts_of(again) == facts_of(case)
