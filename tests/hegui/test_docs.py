"""`hegui docs`: the published table says what the rulebook says, in three formats, the same bytes every time."""

from __future__ import annotations

import io
import re
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest

from engine.lint.sourcing import concepts_used
from engine.load import load_rulebook
from engine.stated import state_indicator
from engine.testing.randombooks import one_indicator
from hegui.cli import main
from hegui.workbench.publishing.contents import publication
from hegui.workbench.publishing.webpage import webpage
from hegui.workbench.publishing.wordfile import wordfile
from hegui.workbench.publishing.workbook import workbook
from tests.engine.example import RULES

KUNMING = RULES / "kunming-2017"
EVERY = tuple(sorted(path.parent for path in RULES.glob("**/rulebook.yaml")))


class _Page(HTMLParser):
    """Ids, links and what is opened and closed."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                (self.links if (value or "").startswith("#") else self.outside).append((value or "")[1:])
            if name == "src":
                self.outside.append(value or "")


@pytest.mark.parametrize("folder", EVERY, ids=lambda folder: folder.name)
def test_every_rulebook_is_a_page_that_needs_nothing_from_elsewhere_and_whose_links_lead_somewhere(
    folder: Path,
) -> None:
    rulebook, _ = load_rulebook(folder)
    assert rulebook is not None
    page = _Page()
    page.feed(webpage(publication(rulebook, "zh")))
    assert page.outside == []
    assert len(page.ids) == len(set(page.ids))
    assert set(page.links) <= set(page.ids)


def test_every_criterion_stands_in_every_format() -> None:
    import docx
    import openpyxl

    rulebook, _ = load_rulebook(KUNMING)
    assert rulebook is not None
    found = publication(rulebook, "zh")
    page = webpage(found)
    cells = {cell.value for row in openpyxl.load_workbook(io.BytesIO(workbook(found))).worksheets[0] for cell in row}
    table = docx.Document(io.BytesIO(wordfile(found))).tables[0]
    words = {cell.text for row in table.rows for cell in row.cells}
    for indicator in rulebook.indicators:
        stated = state_indicator(rulebook, indicator, beyond_defaults=True)
        sentence = stated.criterion.zh + stated.silent.zh
        assert sentence in page and sentence in cells and sentence in words
        assert indicator.part.title.zh in cells and indicator.part.title.zh in words
    assert all(one.part.cite.uncertain in page for one in rulebook.indicators)
    assert all(accepted.reason in page for accepted in rulebook.accepted)


@pytest.mark.parametrize("kind", ["html", "docx", "xlsx"])
def test_the_same_rulebook_gives_the_same_bytes(kind: str, tmp_path: Path) -> None:
    for name in ("one", "other"):
        assert main(["docs", str(KUNMING), "--format", kind, "--lang", "en", "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_points_are_numbers_that_add_up_in_the_workbook() -> None:
    import openpyxl

    rulebook, _ = load_rulebook(KUNMING)
    assert rulebook is not None
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(publication(rulebook, "zh")))).worksheets[0]
    points = [row[2].value for row in sheet.iter_rows() if isinstance(row[2].value, int | float)]
    # The declared total of 100 stands below; the sections list 35 + 23 + 44 points, which is accepted by name.
    assert points[-1] == 100 and sum(points[:-1]) == 102


def test_what_looks_like_markup_or_a_formula_is_a_text() -> None:
    import openpyxl

    rulebook = one_indicator(
        Fraction(1),
        {"title": "<script>alert(1)</script>", "cite": {"quote": "=1+1"}, "score": {"fixed": 1}},
    )
    found = publication(rulebook, "zh")
    assert "<script" not in webpage(found)
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(found))).worksheets[0]
    assert not [cell for row in sheet for cell in row if cell.data_type == "f"]


def test_a_rulebook_that_does_not_load_is_not_published(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rulebook.yaml").write_text("format: hegui/rulebook/v1\n", encoding="utf-8")
    out = tmp_path / "out.html"
    assert main(["docs", str(tmp_path), "-o", str(out)]) == 2
    assert not out.exists()
    assert re.search(r"rulebook\.yaml:1:1: error\[", capsys.readouterr().err)


def test_the_data_items_of_the_table_are_those_the_rulebook_uses() -> None:
    rulebook = load_rulebook(RULES / "mof-2013-53")[0]
    assert rulebook is not None
    page = webpage(publication(rulebook, "zh"))
    listed, used = set(re.findall('id="d-([^"]+)"', page)), concepts_used(rulebook)
    assert listed == used < set(rulebook.vocabulary.concepts)
