"""Whatever a document holds: reading it ends, what is read can be written, and what is written reads back the same."""

from __future__ import annotations

import tempfile
from datetime import date
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from facts.casefile import read_case
from facts.documents.model import Block, Cell, Document, Paragraph, Table
from facts.gathering.casewriting import case_text
from facts.gathering.gathering import Gathered, gather
from facts.gathering.mapping import NO_MAPPING
from facts.model import Period, Subject
from facts.provenance import CellRef, ParagraphRef, Source, TableRef
from tests.facts.gathering.making import ALL, VOCABULARY, mapping

LABELS = [name for concept in ALL for name in (concept.label, *concept.aliases, *(c.name for c in concept.columns))]
PIECES = (
    st.sampled_from(
        (
            *LABELS,
            "为",
            "是",
            ":",
            "不超过",
            "以上",
            "约",
            "万元",
            "元",
            "%",
            "份",
            "合计",
            "单位:万元",
            "注:",
            "一、",
            "(一)",
            "是",
            "否",
            "√",
            "-",
            "优",
        )
    )
    | st.text(max_size=4)
    | st.decimals(0, 10**7, places=2).map(str)
    | st.integers(-5, 3000).map(str)
)
SENTENCES = st.tuples(
    st.sampled_from(LABELS),
    st.sampled_from(("", "为", ":", "不超过", "约")),
    st.decimals(0, 10**6, places=2).map(str) | st.integers(0, 900).map(str),
    st.sampled_from(("万元", "元", "%", "份", "份以上", "")),
).map("".join)
TEXTS = st.lists(PIECES, max_size=6).map("".join) | st.lists(SENTENCES, min_size=1, max_size=3).map(",".join)
CELLS = st.builds(
    Cell,
    TEXTS | PIECES,
    st.builds(CellRef, st.just("表"), st.sampled_from(("A1", "B2", "C12")))
    | st.builds(TableRef, st.just("1"), st.integers(1, 9)),
    st.none() | st.fractions(0, 100, max_denominator=7) | st.decimals(0, 9, places=3).map(Fraction) | st.dates(),
    st.booleans(),
    st.sampled_from(((), ("formula",), ("float-by-format",))),
)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.builds(Table, st.lists(st.tuples(*[CELLS] * width), max_size=5).map(tuple), PIECES)
)
FORMS = st.lists(
    st.builds(
        lambda label, amount, unit: tuple(Cell(t, CellRef("表", "A1")) for t in (label, amount, unit)),
        st.sampled_from(LABELS),
        st.integers(0, 900).map(str) | st.sampled_from(("是", "优", "张三", "2017-01-31", "≤5", "")),
        st.sampled_from(("万元", "%", "份", "")),
    ),
    max_size=6,
).map(lambda rows: Table(tuple(rows), "绩效目标"))
PARAGRAPHS = st.builds(Paragraph, TEXTS, st.builds(ParagraphRef, st.integers(1, 99)), st.integers(0, 3))
BLOCKS: st.SearchStrategy[list[Block]] = st.lists(st.one_of(PARAGRAPHS, TABLES, FORMS), max_size=6)
MAPPED = mapping(
    """
facts:
  部门预算数: [{text: "预算…{value}"}, {cell: B2, unit: 元}]
  部门决算数: {lookup: {row: 合计, column: "*决算*"}}
  项目负责人: {text: "负责人:{value}"}
  印发日期: {regex: "(?P<value>[0-9-]*)"}
  绩效目标: {rows: {columns: {名称: 名称}}}
settle: {部门预算数: {tolerance: {relative: 10%}}, 部门决算数: {precedence: [a, b]}}
"""
)


@given(BLOCKS, BLOCKS, st.sampled_from((NO_MAPPING, MAPPED)))
def test_what_is_gathered_can_be_written_and_reads_back(one: list[Block], two: list[Block], by: object) -> None:
    documents = [Document(Source(key, key), "xlsx", tuple(blocks)) for key, blocks in (("a", one), ("b", two))]
    gathered, problems = gather(documents, by, VOCABULARY)  # type: ignore[arg-type]  # one of two mappings
    period = Period(date(2017, 1, 1), date(2017, 12, 31))
    named = Gathered(Subject("x", "甲局"), period, gathered.facts, gathered.sources)

    assert all(problem.severity != "error" and problem.message.en for problem in problems)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.yaml"
        path.write_text(case_text(named, VOCABULARY), encoding="utf-8")
        case, wrong = read_case([path], VOCABULARY)
    assert wrong == ()
    assert case is not None
    assert dict(case.facts) == dict(gathered.facts)


@given(BLOCKS)
def test_every_fact_says_where_it_was_read(blocks: list[Block]) -> None:
    gathered, _ = gather([Document(Source("a", "a"), "xlsx", tuple(blocks))], NO_MAPPING, VOCABULARY)

    for fact in gathered.facts.values():
        assert fact.provenance and all(place.source == "a" and place.locator for place in fact.provenance)
