"""What holds for the papers of every rulebook and case, real or generated."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.assessment import Assessment
from engine.model import Rulebook
from engine.testing import PARTLY, cases_for, rulebooks
from engine.testing.randombooks import Wanted
from facts.model import BASES
from facts.problem import Language
from facts.values import Rounding, decimal_text
from hegui.interchange import assessment_json
from hegui.papers.content import DIGEST_SHOWN
from hegui.papers.write import PAPER_FORMATS, write_paper
from hegui.workbench.publishing.contents import publication
from tests.hegui.papers.formulas import worked_out
from tests.hegui.papers.reading import Page, assessed, docx_text, kunming, squeezed, xlsx_text

WANTED = Wanted(missing=("undetermined", "zero", "full"))
LANGUAGES: tuple[Language, ...] = ("zh", "en")
BASES_GIVEN = st.sampled_from((BASES, ("figure",), ("figure", "judged")))
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class Found(tuple[Assessment, Rulebook]):
    """Both in full are no help in a message."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{self[1]!r} {self[0].subject}"


@st.composite
def assessments(draw: st.DrawFn) -> Found:
    rulebook = draw(rulebooks(WANTED))
    case = draw(cases_for(rulebook, PARTLY))
    return Found((assessed(rulebook, case, draw(BASES_GIVEN)), rulebook))


@settings(max_examples=10)
@given(assessments(), st.sampled_from(LANGUAGES))
def test_every_format_can_be_written_and_is_the_same_again(found: Found, language: Language) -> None:
    for kind in PAPER_FORMATS:
        once = write_paper(*found, kind, language)
        assert once, kind
        assert once == write_paper(*found, kind, language), kind


@settings(max_examples=15)
@given(assessments(), st.sampled_from(LANGUAGES))
def test_every_indicator_stands_there_with_points_and_score(found: Found, language: Language) -> None:
    _has_every_indicator(*found, language)


@pytest.mark.parametrize("accept", [BASES, ("figure",)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_indicator_of_the_real_case_stands_there(accept: tuple[Any, ...], language: Language) -> None:
    _has_every_indicator(*kunming(accept), language)


def _has_every_indicator(assessment: Assessment, rulebook: Rulebook, language: Language) -> None:
    told = squeezed(docx_text(write_paper(assessment, rulebook, "docx", language)))
    page = squeezed(Page(write_paper(assessment, rulebook, "html", language)).text)
    for one in assessment.indicators:
        title = one.title.en if language == "en" and one.title.en else one.title.zh
        score = _shown(one.lower) if one.lower == one.upper else f"[{_shown(one.lower)},{_shown(one.upper)}]"
        for text in (told, page):
            assert squeezed(title) in text
            assert any(squeezed(head.format(_shown(one.points))) in text for head in _WORTH[language])
            assert squeezed(score) in text


_WORTH = {"zh": ("此项指标满分为{}分", "最多减{}分"), "en": ("Of {} points", "Takes off up to {} points")}


def _shown(value: Fraction) -> str:
    text = decimal_text(value)
    whole, _, rest = text.partition(".")
    return f"≈{decimal_text(value, 6)}" if len(rest) > 6 else f"{whole}.{rest.ljust(2, '0')}"


# --- no sentence the facts do not carry -------------------------------------------------------------------------------


@settings(max_examples=15)
@given(assessments(), st.sampled_from(LANGUAGES))
def test_every_number_in_the_report_is_one_of_the_assessment(found: Found, language: Language) -> None:
    _carries_every_number(*found, language)


@pytest.mark.parametrize("accept", [BASES, ("figure",)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_in_the_real_report_is_one_of_the_assessment(accept: tuple[Any, ...], language: Language) -> None:
    _carries_every_number(*kunming(accept), language)


def _carries_every_number(assessment: Assessment, rulebook: Rulebook, language: Language) -> None:
    known = set(_known(assessment, rulebook, language))
    counts = max(len(assessment.indicators), len(assessment.trail), len(assessment.missing), 10)
    text = docx_text(write_paper(assessment, rulebook, "docx", language))
    strange = [n for n in _numbers(text) if n not in known and not (n == n.to_integral_value() and n <= counts)]
    assert strange == [], text


def _known(assessment: Assessment, rulebook: Rulebook, language: Language) -> Iterator[Decimal]:
    """The numbers of the assessment, of the rules in words, and the shares that follow from them."""
    one = publication(rulebook, language)
    rules = " ".join(
        [*(text for _, text in one.facts)]
        + [note for chapter in one.chapters for note in chapter.notes]
        + [cell.text for chapter in one.chapters for row in chapter.rows for cell in row]
    )
    texts = assessment_json(assessment, language) + json.dumps(rules, ensure_ascii=False) + f"{rulebook.effective_from}"
    for number in _numbers(texts):
        yield number
        yield Decimal(decimal_text(Fraction(number), 6)).normalize()
    yield from _numbers(f"{assessment.period} {assessment.period.start} {assessment.period.end}")
    # The cover shows the beginning of the digest.
    yield from _numbers(f"sha256 {assessment.rulebook_digest[:DIGEST_SHOWN]}…")
    scored: list[Any] = [*assessment.indicators, *assessment.sections, assessment]
    for score, points in ((s, o.points) for o in scored for s in (o.lower, o.upper)):
        if points > 0:
            yield Decimal(decimal_text(Rounding(2)(abs(score) * 100 / points), 2)).normalize()
    yield from (
        Decimal(
            decimal_text(sum((s.listed_points for s in assessment.sections if s.kind == "base"), Fraction(0)))
        ).normalize(),
    )
    yield from (
        Decimal(decimal_text(sum((d.points for d in i.deductions), Fraction(0)), 6)).normalize()
        for i in assessment.indicators
    )


def _numbers(text: str) -> Iterator[Decimal]:
    return (Decimal(number).normalize() for number in _NUMBER.findall(text))


# --- formats others read ----------------------------------------------------------------------------------------------


@settings(max_examples=15)
@given(assessments())
def test_live_totals_agree_with_the_assessment(found: Found) -> None:
    assessment, rulebook = found
    book = openpyxl.load_workbook(io.BytesIO(write_paper(assessment, rulebook, "xlsx", "en")))
    results: list[Any] = [*assessment.sections, assessment]
    for row, one in enumerate(results, 2):
        least, most = (worked_out(book, "Scores", f"{column}{row}") for column in "DE")
        assert abs(least - float(one.lower)) < 1e-6 and abs(most - float(one.upper)) < 1e-6
        assert worked_out(book, "Scores", f"I{row}") in ("agrees", "as assessed")


def test_the_real_totals_are_live_and_follow_the_working_paper() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_paper(*kunming(), "xlsx", "zh")))
    assert [worked_out(book, "评价得分简表", f"D{row}") for row in (2, 3, 4, 5)] == [33, 20, 43, 96]
    paper = book["工作底稿"]
    assert paper["C5"].value == "绩效目标合理性"
    paper["E5"].value = paper["F5"].value = 0
    assert worked_out(book, "评价得分简表", "D5") == 94
    assert worked_out(book, "评价得分简表", "I5") == "不符"


@settings(max_examples=15)
@given(assessments(), st.sampled_from(LANGUAGES))
def test_junit_has_a_case_for_every_indicator(found: Found, language: Language) -> None:
    assessment, rulebook = found
    root = ElementTree.fromstring(write_paper(assessment, rulebook, "junit", language))  # noqa: S314  # our own
    cases = {case.get("classname"): case for case in root.iter("testcase")}
    for one in assessment.indicators:
        kinds = [child.tag for child in cases[one.id]]
        open_ = one.verdict in ("undetermined", "not_applicable")
        assert kinds == (["skipped"] if open_ else [] if one.verdict == "met" else ["failure"])
    failed = {finding.code for finding in assessment.findings if finding.code != "deduction"}
    above = [*(f"veto:{one.id}" for one in rulebook.vetoes), *(f"check:{one.id}" for one in rulebook.checks)]
    assert {key for key in above if cases[key].find("failure") is not None} == failed


@settings(max_examples=15)
@given(assessments(), st.sampled_from(LANGUAGES))
def test_every_link_of_the_page_leads_somewhere_and_nothing_is_loaded(found: Found, language: Language) -> None:
    page = Page(write_paper(*found, "html", language))
    anchors = page.all("id")
    assert len(anchors) == len(set(anchors))
    assert all(link[0] == "#" and link[1:] in anchors for link in page.all("href"))
    assert not page.all("src") and not page.all("style")
    assert {"script", "link", "img", "iframe", "form"}.isdisjoint(tag for tag, _ in page.tags)
    assert all(found.get("scope") in ("col", "row") for tag, found in page.tags if tag == "th")
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in pairwise(levels))


@settings(max_examples=10)
@given(assessments())
def test_the_workbook_names_every_fact_and_step(found: Found) -> None:
    text = xlsx_text(write_paper(*found, "xlsx", "zh"))
    for step in found[0].trail:
        assert step.rule in text
        assert all(fact.concept in text for fact in step.facts)
