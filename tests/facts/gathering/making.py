"""Documents, vocabularies and mappings made by hand, as short as they can be read."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from facts.documents.model import Block, Cell, Document, Kind, Paragraph, Table
from facts.gathering.gathering import Gathered, gather
from facts.gathering.mapping import NO_MAPPING, MappingFile
from facts.gathering.mappingfile import read_mapping
from facts.model import Fact
from facts.problem import Problem
from facts.provenance import CellRef, Source, TextSpan
from facts.units import parse_unit
from facts.vocabulary import Column, Concept, ReportingPlace, Vocabulary


def quantity(key: str, label: str, unit: str, *aliases: str, form: tuple[str, str, str] | None = None) -> Concept:
    reported = (ReportingPlace((form[0],), (form[1],), (form[2],)),) if form else ()
    low = Fraction(0) if unit not in ("%",) else None
    return Concept(
        key, label, "quantity", parse_unit(unit), low, whole=unit == "份", aliases=aliases, reported=reported
    )


BUDGET = quantity("budget", "部门预算数", "万元", "年初预算数")
FINAL = quantity("final", "部门决算数", "万元", "支出决算数")
THREE = quantity("three", "三公经费决算数", "万元", "“三公”经费支出")
RATE = quantity("rate", "预算执行率", "%")
DOCUMENTS = quantity("documents", "正式下发文件数", "份")
TRAVEL = quantity("travel", "因公出国(境)费", "万元", form=("三公经费支出表", "因公出国(境)费", "决算数"))
OPEN = Concept("open", "预决算已公开", "boolean")
GRADE = Concept("grade", "评价档次", "choice", choices=("优", "良"))
LEADER = Concept("leader", "项目负责人", "text")
ISSUED = Concept("issued", "印发日期", "date")
TARGETS = Concept(
    "targets",
    "绩效目标",
    "table",
    columns=(
        Column("一级", "text"),
        Column("名称", "text"),
        Column("是否量化", "boolean"),
        Column("金额", "quantity", parse_unit("万元")),
    ),
)
ALL = (BUDGET, FINAL, THREE, RATE, DOCUMENTS, TRAVEL, OPEN, GRADE, LEADER, ISSUED, TARGETS)


def vocabulary(*concepts: Concept) -> Vocabulary:
    names = {name: c.id for c in concepts for name in (c.id, c.label, *c.aliases)}
    return Vocabulary({concept.id: concept for concept in concepts}, names)


VOCABULARY = vocabulary(*ALL)


def cell(text: str | Fraction | Cell, sheet: str, row: int, column: int) -> Cell:
    if isinstance(text, Cell):
        return text
    place = CellRef(sheet, f"{chr(ord('A') + column)}{row + 1}")
    if isinstance(text, Fraction):
        return Cell(f"{float(text):g}", place, text)
    return Cell(text.removeprefix("^"), place, covered=text.startswith("^"))


def sheet(title: str, *rows: Sequence[str | Fraction]) -> Table:
    """A sheet; a text that begins with ^ is under a merged cell, a Fraction is stored as a number."""
    return Table(tuple(tuple(cell(t, title, r, c) for c, t in enumerate(row)) for r, row in enumerate(rows)), title)


def table(title: str, text: str) -> Table:
    """A sheet written with | between cells, a line per row."""
    return sheet(title, *([part.strip() for part in line.split("|")] for line in text.strip().splitlines()))


def document(*blocks: Block | str, key: str = "report", kind: Kind = "text", file: str = "") -> Document:
    made = (
        Paragraph(block, TextSpan(line, 1)) if isinstance(block, str) else block for line, block in enumerate(blocks, 1)
    )
    return Document(Source(key, key, file or f"{key}.txt"), kind, tuple(made))


def workbook(*sheets: Table, key: str = "book", file: str = "") -> Document:
    return document(*sheets, key=key, kind="xlsx", file=file or f"{key}.xlsx")


def mapping_of(text: str, words: Vocabulary = VOCABULARY) -> tuple[MappingFile | None, tuple[Problem, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mapping.yaml"
        path.write_text("format: hegui/mapping/v1\n" + text, encoding="utf-8")
        return read_mapping(path, words)


def mapping(text: str) -> MappingFile:
    made, problems = mapping_of(text)
    assert problems == ()
    assert made is not None
    return made


def found(*documents: Document, by: MappingFile = NO_MAPPING) -> Gathered:
    return gather(documents, by, VOCABULARY)[0]


def problems_of(*documents: Document, by: MappingFile = NO_MAPPING) -> set[str]:
    problems = gather(documents, by, VOCABULARY)[1]
    assert all(problem.severity != "error" for problem in problems)
    return {problem.code for problem in problems} - {"unclear-subject", "unclear-period", "nothing-recognised"}


def fact(key: str, *documents: Document, by: MappingFile = NO_MAPPING) -> Fact:
    return found(*documents, by=by).facts[key]


def values(*documents: Document, by: MappingFile = NO_MAPPING) -> dict[str, str]:
    """What was found, as shown; the status of what has no value."""
    facts = found(*documents, by=by).facts.items()
    return {key: fact.shown if fact.status == "known" else fact.status for key, fact in facts}
