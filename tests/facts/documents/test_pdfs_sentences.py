"""A sentence of a PDF stays one wherever its lines break; a line that ends a paragraph still ends it."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph as Flowing
from reportlab.platypus import SimpleDocTemplate

from engine.load import read_rulebook
from facts.gathering.gathering import gather
from facts.gathering.mappingfile import read_mapping
from tests.facts.documents.pdfmaking import BODY, FONT, canvas, report, sound, texts

KUNMING = Path(__file__).parents[3] / "rules/kunming-2017"
WORDS = "市本级财政预算批复5,657.15万元,2017年度决算为5,657.15万元,其中:基本支出3,917.56万元;项目支出1,739.59万元"


def report_of(path: Path, size: float, margin: int) -> Path:
    """The seed's report as a PDF without indents, in lines of this width."""
    style = ParagraphStyle("flush", BODY, fontSize=size, leading=1.6 * size, firstLineIndent=0)
    lines = (KUNMING / "sources/report.txt").read_text("utf-8").splitlines()[:60]
    story = [Flowing(escape(line.strip()), style) for line in lines if line.strip()]
    SimpleDocTemplate(str(path), pagesize=A4, rightMargin=margin, invariant=1).build(story)
    return path


@pytest.mark.parametrize(("size", "margin"), [(9, 138), (9.5, 126), (10, 96), (10.5, 78), (11, 60)])
def test_a_line_that_breaks_behind_a_colon_does_not_break_the_sentence(
    tmp_path: Path, size: float, margin: int
) -> None:
    document = sound(report_of(tmp_path / "report.pdf", size, margin))
    assert any(WORDS in text for text in texts(document)), "in all of these the line breaks behind 其中:"
    rulebook, _ = read_rulebook(KUNMING)
    assert rulebook is not None
    mapping, _ = read_mapping(KUNMING / "reading.yaml", rulebook.vocabulary)
    assert mapping is not None
    gathered, _ = gather([document], mapping, rulebook.vocabulary)
    found = {rulebook.vocabulary.concepts[key].label: fact.shown for key, fact in gathered.facts.items()}
    assert (found["基本支出决算数"], found["项目支出决算数"]) == ("3,917.56 万元", "1,739.59 万元")


def test_what_a_colon_introduces_on_lines_of_its_own_stays_apart(tmp_path: Path) -> None:
    said = ["主要职责如下:", "拟订全市科技发展规划并组织实施;", "统筹推进全市创新体系建设。"]
    assert texts(sound(report(tmp_path / "a.pdf", said))) == said
    drawn = canvas(tmp_path / "b.pdf")
    full = "本年度部门整体支出绩效自评工作由办公室牵头并会同各处室完成主要职责如下:"
    for n, line in enumerate((full, "二、拟订全市科技发展规划并组织实施", "一项工作", full, "   缩进的一行")):
        drawn.setFont(FONT, 12)
        drawn.drawString(72 + (24 if line.startswith(" ") else 0), 700 - 20 * n, line.strip())
    drawn.save()
    assert texts(sound(tmp_path / "b.pdf"))[:2] == [full, "二、拟订全市科技发展规划并组织实施"]
    assert texts(sound(tmp_path / "b.pdf"))[-2:] == [full, "缩进的一行"]
