"""Parts of a Word file that python-docx has no call for: fields, bookmarks, links inside the file, the list of contents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# Sizes of letters, in points.
BODY, _NOTE, _CELL = 12, 10, 9


def element(kind: str, /, **attributes: str) -> Any:
    """An element of WordprocessingML with its attributes."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    found = OxmlElement(kind)
    for key, value in attributes.items():
        found.set(qn(f"w:{key}"), value)
    return found


def field(paragraph: Any, code: str, shown: str) -> None:
    """A field, and what it shows until a program works it out."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", shown), ("end", "")):
        run = paragraph.add_run(text if kind == "shown" else "")
        if kind in ("begin", "separate", "end"):
            run._r.append(element("w:fldChar", fldCharType=kind))
        elif not kind:
            _code(run, code)


def _code(run: Any, code: str) -> None:
    found = element("w:instrText")
    found.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    found.text = f" {code} "
    run._r.append(found)


def bookmark(paragraph: Any, number: int, name: str) -> None:
    """Something to jump to."""
    start = element("w:bookmarkStart", id=str(number), name=name)
    end = element("w:bookmarkEnd", id=str(number))
    properties = paragraph._p.pPr
    place = 0 if properties is None else list(paragraph._p).index(properties) + 1
    paragraph._p.insert(place, start)
    paragraph._p.append(end)


def jump(paragraph: Any, name: str, text: str) -> Any:
    """A run that leads to a bookmark."""
    from docx.shared import RGBColor
    from docx.text.run import Run

    link = element("w:hyperlink", anchor=name, history="1")
    run = Run(element("w:r"), paragraph)
    run.text = text
    run.font.color.rgb = RGBColor(0x1F, 0x4E, 0x8C)
    link.append(run._r)
    paragraph._p.append(link)
    return run


def contents(document: Any, entries: Sequence[tuple[int, str, str]]) -> None:
    """The list of contents, (level, text, bookmark): a field that programs renew, with links that work before they do."""
    from docx.shared import Cm, Pt

    paragraph = None
    for number, (level, text, name) in enumerate(entries):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = Cm(0.8 * (level - 1))
        paragraph.paragraph_format.line_spacing, paragraph.paragraph_format.space_after = 1.1, Pt(1)
        if not number:
            begin = paragraph.add_run()
            begin._r.append(element("w:fldChar", fldCharType="begin"))
            _code(paragraph.add_run(), 'TOC \\o "1-2" \\h \\z \\u')
            paragraph.add_run()._r.append(element("w:fldChar", fldCharType="separate"))
        if name:
            jump(paragraph, name, text)
        else:
            paragraph.add_run(text)
    if paragraph is not None:
        paragraph.add_run()._r.append(element("w:fldChar", fldCharType="end"))


def own_styles(document: Any, *, indent: bool) -> None:
    """The styles of our paragraphs beside those every document has; `indent`: as Chinese paragraphs begin."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    made = {}
    for name in ("PaperBody", "PaperLead", "PaperNote", "PaperCell", "PaperNumber"):
        style = made[name] = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        style.quick_style = True
    made["PaperBody"].paragraph_format.first_line_indent = Pt(BODY * 2) if indent else None
    lead = made["PaperLead"].paragraph_format
    lead.space_before, lead.keep_with_next = Pt(BODY), True
    made["PaperNote"].font.size = Pt(_NOTE)
    note = made["PaperNote"].paragraph_format
    note.left_indent, note.line_spacing, note.space_after = Cm(1.2), 1.15, Pt(2)
    for name in ("PaperCell", "PaperNumber"):
        made[name].font.size = Pt(_CELL)
        made[name].paragraph_format.line_spacing, made[name].paragraph_format.space_after = 1.0, Pt(1)
    made["PaperNumber"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def styled(paragraph: Any, style: str) -> None:
    """Give a paragraph a style by its id: looking one up by its name walks through all there are."""
    paragraph._p.get_or_add_pPr().style = style


def shaded(cell: Any, colour: str) -> None:
    """A cell on a coloured ground."""
    cell._tc.get_or_add_tcPr().append(element("w:shd", val="clear", color="auto", fill=colour))


def keep_whole(row: Any) -> None:
    """No page break inside a row."""
    row._tr.get_or_add_trPr().append(element("w:cantSplit"))
