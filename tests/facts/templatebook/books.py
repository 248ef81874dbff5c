"""Vocabularies, cases and workbooks for the tests of the workbook to fill in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from engine.testing.randomforms import Draw
from facts.model import BASES, Case, Fact, Period, Subject
from facts.problem import Problem
from facts.provenance import CellRef, Locator, PageRef, ParagraphRef, Provenance, Source, TableRef, TextSpan
from facts.templatebook.layout import RulesLabel
from facts.templatebook.reading import read_template
from facts.templatebook.writing import write_template
from facts.units import COUNT, is_unsigned, parse_unit
from facts.values import Interval
from facts.vocabulary import Column, Concept, ConceptType, Vocabulary

RULES = RulesLabel("kunming-2017", "1.0", "d" * 64, "昆明市自评指标体系")
UNITS = ("元", "万元", "亿元", "%", "‰", "倍", "百分点", "份", "万人", "天", "工作日", "平方米", "亩", "", "吨")
SOURCES = ("report", "资料 1", "=2+2", "附件3")

# Whatever a case file may hold: no control characters but tab, line feed and carriage return.
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co")), max_size=12
) | st.sampled_from(
    (
        "=1+1",
        "@x",
        "-5",
        "+1",
        "\t缩进",
        "",
        '"',
        '""',
        " 空格 ",
        "两\n行",
        "a\rb",
        "_x000D_",
        "#N/A",
        "TRUE",
        "2017",
        "空行",
        "x005F_",
    )
)
WORDS = st.text(st.sampled_from("甲乙丙丁=+-@,、'\"[]:*?/\\ab1（）“”% "), min_size=1, max_size=8).map(
    lambda t: f"项{t}项"
)


def vocabulary_of(*concepts: Concept) -> Vocabulary:
    """A vocabulary of these concepts."""
    names = {name: c.id for c in concepts for name in (c.id, c.label, *c.aliases)}
    return Vocabulary({c.id: c for c in concepts}, names)


def concept(key: str, kind: ConceptType = "quantity", unit: str = "万元", **more: Any) -> Concept:
    """A concept as the reader of vocabularies would make it."""
    found = parse_unit("分" if kind == "score" else unit) if kind in ("quantity", "score") else None
    low = Fraction(0) if found and (kind == "score" or is_unsigned(found.dimension)) else None
    choices = ("是", "否") if kind == "boolean" else ()
    counted = found is not None and found.dimension == COUNT
    given: dict[str, Any] = {"minimum": low, "whole": counted, "choices": choices} | more
    return Concept(key, given.pop("label", key), kind, found, **given)


@st.composite
def vocabularies(draw: Draw) -> Vocabulary:
    """Some concepts of every kind, with names that are hard on a workbook."""
    kinds: list[ConceptType] = ["quantity", "quantity", "score", "boolean", "choice", "text", "date", "table"]
    labels = draw(st.lists(WORDS, min_size=1, max_size=7, unique_by=str.casefold))
    found = []
    for number, label in enumerate(labels):
        kind = draw(st.sampled_from(kinds))
        one = concept(
            f"c{number}",
            kind,
            draw(st.sampled_from(UNITS)),
            label=label,
            reported_in=draw(st.sampled_from(("", "表一"))),
        )
        if kind == "choice":
            one = replace(one, choices=tuple(draw(st.lists(WORDS.map(str.strip), min_size=1, max_size=4, unique=True))))
        if kind == "table":
            one = replace(one, columns=draw(_columns()))
        if one.unit and draw(st.booleans()):
            one = replace(one, maximum=1000 * one.unit.factor)
        found.append(one)
    return vocabulary_of(*found)


@st.composite
def _columns(draw: Draw) -> tuple[Column, ...]:
    names = draw(st.lists(WORDS.map(str.strip), min_size=1, max_size=4, unique=True))
    columns = []
    for name in [*names, *draw(st.sampled_from(((), ("序号",), ("状态", "数据项编号"))))]:
        kind = draw(st.sampled_from(("quantity", "boolean", "choice", "text", "date", "score")))
        one = concept(name, kind, draw(st.sampled_from(UNITS)))
        choices = ("甲", "乙,丙") if kind == "choice" else one.choices
        columns.append(Column(name, one.type, one.unit, one.minimum, None, choices))
    return tuple(columns)


def decimals(one: Concept) -> st.SearchStrategy[Fraction]:
    """Decimals in some unit of the concept's dimension, short and long, within its range."""
    assert one.unit is not None
    factor = one.unit.factor
    short, long = (
        st.integers(0, 10**4).map(lambda n: Fraction(n, 100)),
        st.integers(0, 10**21).map(lambda n: Fraction(n, 10**18)),
    )
    if one.whole:
        step = max(Fraction(1), factor) / factor
        return st.integers(0, 1000).map(lambda n: n * step * factor)
    signed = one.minimum is None
    numbers = st.builds(lambda v, s: v * (-1 if s and signed else 1) * factor, short | long, st.booleans())
    if one.unit.name == "平方米":
        numbers = numbers | st.integers(0, 1).map(lambda n: Fraction(2000 * n, 3))
    return numbers


def _scalars(one: Concept) -> st.SearchStrategy[Any]:
    if one.type in ("quantity", "score"):
        return decimals(one)
    if one.type in ("boolean", "choice"):
        return st.sampled_from(one.choices)
    if one.type == "date":
        return st.integers(0, 400_000).map(lambda n: date(1850, 1, 1) + timedelta(days=n % 200_000))
    return TEXTS


@st.composite
def cases(draw: Draw, vocabulary: Vocabulary) -> Case:
    """A case a case file could state."""
    facts: dict[str, Fact] = {}
    for key, one in sorted(vocabulary.concepts.items()):
        if draw(st.integers(0, 4)):
            facts[key] = draw(_facts(one))
    days = st.integers(0, 60_000).map(lambda n: date(1900, 1, 1) + timedelta(days=n))
    start, end = sorted((draw(days), draw(days)))
    subject = Subject(draw(WORDS), draw(WORDS), draw(st.sampled_from(("", "Office"))))
    sources = {
        key: Source(key, f"资料{n}", "" if n % 2 else f"{n}.txt", "", "", "2018-09-30") for n, key in enumerate(SOURCES)
    }
    return Case(subject, Period(start, end), facts, dict(sorted(sources.items())))


@st.composite
def _facts(draw: Draw, one: Concept) -> Fact:
    places = tuple(draw(st.lists(places_of(), max_size=3, unique=True)))
    fact = Fact(one.id, None, "known", draw(st.sampled_from(BASES)), places)
    status = draw(st.sampled_from(("known", "known", "known", "absent", "not_applicable", "conflict")))
    if status != "known":
        return replace(fact, status=status, reason=draw(TEXTS))
    if one.type == "table":
        from facts.templatebook.filling import column_concept

        cells = {c.name: st.none() | _scalars(column_concept(c)) for c in one.columns}
        return replace(fact, value=tuple(draw(st.lists(st.fixed_dictionaries(cells), max_size=3))))
    if one.unit is not None and draw(st.integers(0, 2)) == 0:
        return replace(fact, value=draw(_bounds(one)))
    return replace(fact, value=draw(_scalars(one)))


@st.composite
def _bounds(draw: Draw, one: Concept) -> Interval | Fraction:
    low, high = sorted((draw(decimals(one)), draw(decimals(one))))
    side, opened = draw(st.sampled_from(("both", "low", "high"))), draw(st.booleans())
    lo, lo_open = (one.minimum, False) if side == "high" else (low, opened)
    hi, hi_open = (one.maximum, False) if side == "low" else (high, opened)
    if lo is not None and hi is not None and lo >= hi:
        return low if one.maximum is None or low <= one.maximum else one.maximum
    return Interval(lo, hi, lo_open, hi_open)


def places_of() -> st.SearchStrategy[Provenance]:
    """Provenances with places of every kind."""
    count, small = st.integers(1, 10**6), st.integers(0, 900)
    name = st.sampled_from(("数据", "a!b", "表[3].x", "", "第3页"))
    locators: st.SearchStrategy[Locator | None] = st.one_of(
        st.none(),
        st.builds(TextSpan, count, count),
        st.builds(ParagraphRef, count, count),
        st.builds(CellRef, name, st.sampled_from(("C12", "$A$1:B2"))),
        st.builds(PageRef, count, st.none() | st.tuples(small, small, small, small)),
        st.builds(TableRef, name, count, name),
    )
    built = st.builds(Provenance, st.sampled_from(("", *SOURCES)), locators, TEXTS, TEXTS)
    return built.filter(lambda p: bool(p.source or p.locator or p.quote or p.note))


def written(vocabulary: Vocabulary, case: Case | None = None) -> bytes:
    """The workbook's bytes."""
    data, problems = write_template(vocabulary, RULES, case, blank_rows=4)
    assert data is not None and problems == (), [p.show() for p in problems]
    return data


def edited(folder: Path, vocabulary: Vocabulary, edit: Callable[[Any], None], case: Case | None = None) -> Path:
    """The workbook on disk after somebody worked on it; subject and period are filled in."""
    import openpyxl

    path = folder / "book.xlsx"
    path.write_bytes(written(vocabulary, case))
    book = openpyxl.load_workbook(path)
    if case is None:
        for row, value in enumerate(("office", "某办公厅", None, date(2017, 1, 1), date(2017, 12, 31)), 1):
            book["基本情况"].cell(row, 2).value = value
    edit(book)
    book.save(path)
    return path


def read(path: Path, vocabulary: Vocabulary) -> tuple[Case, tuple[Problem, ...]]:
    """The case and the Problems, without the folder in their places."""
    case, problems = read_template(path, vocabulary, RULES.digest, path.name)
    assert case is not None, [p.show() for p in problems]
    return case, problems
