"""What the tests of the papers share: assessments of real and generated cases, and papers read back as plain text."""

from __future__ import annotations

import io
import re
from collections.abc import Collection
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from engine.assessment import Assessment
from engine.evaluate import Evaluator
from engine.load import load_rulebook
from engine.model import Rulebook
from engine.waivers import Waivers, assess_waived
from facts.casefile import read_case
from facts.model import BASES, Basis, Case
from tests.engine.example import RULES

KUNMING = RULES / "kunming-2017"


@cache
def kunming(accept: tuple[Basis, ...] = BASES) -> tuple[Assessment, Rulebook]:
    """The real case."""
    return of_files(KUNMING, KUNMING / "cases" / "kunming-2017.yaml", accept)


def of_files(rules: Path, case_file: Path, accept: Collection[Basis] = BASES) -> tuple[Assessment, Rulebook]:
    """A case of a rulebook, both read from files."""
    rulebook, problems = load_rulebook(rules)
    assert rulebook is not None, problems
    case, problems = read_case([case_file], rulebook.vocabulary)
    assert case is not None, problems
    return assessed(rulebook, case, accept), rulebook


def assessed(
    rulebook: Rulebook, case: Case, accept: Collection[Basis] = BASES, waivers: Waivers | None = None
) -> Assessment:
    """A case assessed."""
    with Evaluator(rulebook) as evaluator:
        return assess_waived(evaluator, case, tuple(basis for basis in BASES if basis in accept), waivers)


def docx_text(data: bytes) -> str:
    """Every paragraph of a Word file, those in tables too."""
    import docx

    document: Any = docx.Document(io.BytesIO(data))
    lines = ("".join(t.text or "" for t in p.xpath(".//w:t")) for p in document.element.body.xpath(".//w:p"))
    return "\n".join(lines)


def xlsx_text(data: bytes) -> str:
    """Every cell of a workbook that holds a text or a number."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data))
    return "\n".join(
        str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None
    )


class Page(HTMLParser):
    """A page taken apart: its words, tags, anchors and links."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(data.decode("utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def all(self, attribute: str) -> list[str]:
        return [value for _, found in self.tags if (value := found.get(attribute)) is not None]


def squeezed(text: str) -> str:
    """Text without its blanks: where they fall is up to the format."""
    return re.sub(r"\s+", "", text)
