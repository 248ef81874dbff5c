"""Files that are broken, hostile or not what they are called: read with a remark, or refused in words; never a hang."""

from __future__ import annotations

import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from facts.documents import guarded
from facts.documents.model import Document, Progress, no_progress
from facts.documents.reading import read_document
from facts.problem import Problem
from facts.provenance import Source
from tests.facts.documents.filemaking import (
    cells,
    pdf,
    pdf_of,
    rezipped,
    run,
    sheet,
    stream,
    with_macros,
    word,
    word_bytes,
    workbook_bytes,
    written,
)

HTML = "<html><head><meta charset={0}></head><body><table><tr><td>基本支出</td><td>123.45万元</td></tr></table></body></html>"
TEXT = "一、基本情况\r\n基本支出决算数为123.45万元。\n项目支出\r合计\r\n"
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
CID = (
    b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+SimSun /DW 1000 /FontDescriptor 7 0 R "
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
)
FONT = b"<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+SimSun /Encoding /Identity-H /DescendantFonts [6 0 R] %s>>"
DESCRIPTOR = b"<< /Type /FontDescriptor /FontName /ABCDEF+SimSun /Flags 4 /Ascent 800 /Descent -200 >>"
NUMBERED = (
    b"<< /Type /Font /Subtype /TrueType /BaseFont /ABCDEF+SimSun /FirstChar 33 /LastChar 60 /Widths [%s] "
    b"/FontDescriptor 6 0 R >>" % (b"1000 " * 28)
)
HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
SHOWN = b"BT /F1 12 Tf 72 700 Td %s Tj ET"
PUA = b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <00FF> <E000> endbfrange"
ENDLESS = (
    b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <00000000> <FFFFFFFF> <0000> endbfrange"
)


def overlapping() -> bytes:
    """Two entries that share their bytes."""
    data = bytearray(rezipped(workbook_bytes(), added={"xl/a.bin": b"x" * 10_000, "xl/b.bin": b"y" * 9}))
    sizes = [at for at in range(len(data)) if data.startswith(b"PK\x01\x02", at)]
    for at in sizes:
        data[at + 20 : at + 24] = (len(data) - 1).to_bytes(4, "little")
    return bytes(data)


def mostly(name: str, content: bytes) -> bytes:
    return rezipped(workbook_bytes(), {name: content})


WIDE = '<w:tc><w:tcPr><w:gridSpan w:val="9999"/></w:tcPr><w:p/></w:tc>'
MAPPED = b"/ToUnicode 8 0 R "
XML_2003 = (
    '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Table></Table></Workbook>'
)

REFUSED: list[tuple[str, Callable[[], bytes], str]] = [
    ("重叠.xlsx", overlapping, "file-too-large"),
    ("样式.xlsx", lambda: mostly("xl/styles.xml", b"<a>" + os.urandom(9).hex().encode() * 2_000_000), "file-too-large"),
    ("标签.xlsx", lambda: mostly("xl/styles.xml", b"<xf/>\n<xf/>" * 260_000), "file-too-large"),
    ("实体.xlsx", lambda: mostly("xl/worksheets/sheet1.xml", LAUGHS.encode()), "hostile-xml"),
    ("晚.xlsx", lambda: mostly("xl/worksheets/sheet1.xml", b" " * 70_000 + LAUGHS.encode()), "hostile-xml"),
    ("外部.docx", lambda: word(run("&a;"), '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "hostile-xml"),
    ("深.docx", lambda: word("<w:sdt><w:sdtContent>" * 5_000), "damaged-file"),
    ("列.docx", lambda: word("<w:tbl><w:tr>" + WIDE * 99 + "</w:tr></w:tbl>"), "file-too-large"),
    ("远.xlsx", lambda: sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="99999999999"/>'), "file-too-large"),
    ("空.xlsx", lambda: sheet('<row r="5"><c r="A5" s="0"/></row>'), "empty-file"),
    ("套.html", lambda: b"<html><body>" + b"<div>" * 30_000 + b"x", "damaged-file"),
    ("属性.html", lambda: b"<html><body><p " + b"".join(b"a%d=1 " % n for n in range(9_000)) + b">x", "hostile-html"),
    ("格.html", lambda: b"<html><table>" + b"<tr><td colspan=1000 rowspan=1000>x" * 5_000, "file-too-large"),
    ("脚本.html", lambda: b"<html><body><script>document.write(1)</script></body></html>", "empty-file"),
    ("另存.xls", lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html>", "unsupported-format"),
    ("旧.xls", lambda: XML_2003.encode(), "unsupported-format"),
    ("富.doc", lambda: b"{\\rtf1\\ansi hello}", "unsupported-format"),
    ("无码.pdf", lambda: pdf(SHOWN % b"<012304560789>", FONT % b"", CID, DESCRIPTOR), "unmapped-characters"),
    ("私.pdf", lambda: pdf(SHOWN % b"<00120013>", FONT % MAPPED, CID, DESCRIPTOR, stream(PUA)), "unmapped-characters"),
    ("编号.pdf", lambda: pdf(SHOWN % b"(!\"#$%&'*+,-)", NUMBERED, DESCRIPTOR), "unmapped-characters"),
    ("图形.pdf", lambda: pdf(b"0 0 m 9 9 l S", HELVETICA), "empty-file"),
    ("自身.pdf", lambda: pdf_of(b"<< /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"), "damaged-file"),
]


@pytest.mark.parametrize(("name", "make", "code"), REFUSED, ids=lambda v: v if isinstance(v, str) and "." in v else "")
def test_what_cannot_be_used_is_refused_with_the_reason_and_the_way_out(
    tmp_path: Path, name: str, make: Callable[[], bytes], code: str
) -> None:
    document, problems = read_document(written(tmp_path / name, make()))
    assert document is None
    errors = [problem for problem in problems if problem.severity == "error"]
    assert [problem.code for problem in errors] == [code]
    assert all(p.message.zh and p.message.en and p.hint.zh and p.hint.en and name in p.at.file for p in errors)


READ: list[tuple[str, Callable[[], bytes], list[str], str]] = [
    ("宏.xlsm", lambda: with_macros(workbook_bytes()), ["macros-ignored"], "基本支出"),
    ("宏.xlsx", lambda: with_macros(workbook_bytes()), ["macros-ignored"], "基本支出"),
    ("宏.docm", lambda: with_macros(word_bytes()), ["macros-ignored"], "基本支出"),
    ("宏.docx", lambda: with_macros(word_bytes()), ["macros-ignored"], "基本支出"),
    ("表.docx", workbook_bytes, ["mislabelled-file"], "基本支出"),
    ("表.xls", workbook_bytes, ["mislabelled-file"], "基本支出"),
    ("文.pdf", word_bytes, ["mislabelled-file"], "基本支出"),
    ("页.xls", lambda: HTML.format("gb2312").encode("gb18030"), ["mislabelled-file"], "基本支出"),
    ("表格.xls", lambda: "科目,金额\n基本支出,1\n".encode("gb18030"), ["encoding", "mislabelled-file"], "基本支出"),
    ("谎.html", lambda: HTML.format("gb2312").encode(), [], "基本支出"),
    ("谎二.html", lambda: HTML.format("iso-8859-1").encode("gb18030"), ["encoding"], "基本支出"),
    ("谎三.html", lambda: HTML.format("utf-7").encode(), [], "基本支出"),
    ("繁.txt", lambda: "預算執行率為百分之九十五，經費支出".encode("big5"), ["encoding"], "預算執行率"),
    ("截.txt", lambda: (TEXT * 20).encode()[:-3], ["unmapped-characters"], "基本支出"),
    ("坏.csv", lambda: ("基本支出,1\n" * 99).encode()[:200] + b"\xff\n", ["unmapped-characters"], "基本支出"),
    ("未闭合.html", lambda: b"<html><table><tr><td>" + "基本支出<td>1<tr><td>".encode() * 300, [], "基本支出"),
    ("深一点.html", lambda: b"<html><body>" + b"<span>" * 1_500 + "基本支出".encode(), [], "基本支出"),
    ("脚本.pdf", lambda: pdf(SHOWN % b"(Base 12.5)", HELVETICA) + b"%/JavaScript\n%%EOF", ["macros-ignored"], "Base"),
]


@pytest.mark.parametrize(
    ("name", "make", "codes", "word_in_it"), READ, ids=lambda v: v if isinstance(v, str) and "." in v else ""
)
def test_what_is_odd_but_whole_is_read_with_a_remark(
    tmp_path: Path, name: str, make: Callable[[], bytes], codes: list[str], word_in_it: str
) -> None:
    document, problems = read_document(written(tmp_path / name, make()))
    assert document is not None, [problem.show() for problem in problems]
    assert sorted(problem.code for problem in problems) == codes
    assert any(word_in_it in text for text in _texts(document))


def _texts(document: Document) -> list[str]:
    inside = [cell.text for table in document.tables for row in table.rows for cell in row]
    return [*(paragraph.text for paragraph in document.paragraphs), *inside]


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("make", [workbook_bytes, word_bytes])
def test_a_package_cut_off_anywhere_is_damaged(tmp_path: Path, make: Callable[[], bytes], share: float) -> None:
    data = make()
    document, problems = read_document(written(tmp_path / "半.xlsx", data[: int(len(data) * share)]))
    assert document is None and [problem.code for problem in problems] == ["damaged-file"]


def test_what_is_no_plain_file_is_named_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管道.txt")
    (tmp_path / "环.txt").symlink_to(tmp_path / "环.txt")
    (tmp_path / "零.txt").symlink_to("/dev/zero")
    codes = {name: read_document(tmp_path / name)[1][0].code for name in ("管道.txt", "环.txt", "零.txt")}
    assert codes == {"管道.txt": "not-a-file", "环.txt": "no-such-file", "零.txt": "not-a-file"}


def test_attributes_and_merges_without_an_end_take_no_time(tmp_path: Path) -> None:
    started = time.monotonic()
    merges = "<mergeCells>" + "<mergeCell " * 60_000 + "</mergeCells>"
    assert read_document(written(tmp_path / "并.xlsx", sheet(cells(["甲"]), merges)))[0] is None
    assert time.monotonic() - started < 30


def test_changes_in_word_are_read_as_accepted_and_boxes_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent><w:p>{run('框')}</w:p></w:txbxContent>"
    twice = f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
    changed = f"<w:del>{run('99', 'delText')}</w:del><w:ins>{run('123')}</w:ins>"
    table = (
        f"<w:tbl><w:tr><w:tc><w:p>{run('外')}{twice}</w:p><w:tbl><w:tr><w:tc><w:p>{run('内')}</w:p></w:tc></w:tr></w:tbl>"
        f"</w:tc></w:tr><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p>{run('删')}</w:p></w:tc></w:tr></w:tbl>"
    )
    data = word(f"<w:p>{run('支出')}{changed}{run('万元')}{twice}</w:p>{table}")
    document, problems = read_document(written(tmp_path / "修订.docx", data))
    assert document is not None and [problem.code for problem in problems] == ["tracked-changes"]
    assert [paragraph.text for paragraph in document.paragraphs] == ["支出123万元", "框"]
    assert [[cell.text for cell in row] for row in document.tables[0].rows] == [["外 框 内"]]


def test_hidden_rows_and_columns_are_read_and_named_where_something_stands_in_them(tmp_path: Path) -> None:
    columns = '<cols><col min="2" max="3" hidden="1"/><col min="9" max="16384" hidden="1"/></cols>'
    rows = cells(["科目", "金额", "单位"]) + cells(["基本支出", "1", "元"], 2).replace('r="2"', 'r="2" hidden="1"', 1)
    document, problems = read_document(written(tmp_path / "藏.xlsx", sheet(rows, before=columns)))
    assert document is not None and len(document.tables[0].rows) == 2
    assert [(p.code, p.message.en) for p in problems] == [("hidden-cells", "hidden rows or columns: 2:2, B:C")]


def test_a_title_merged_over_all_columns_and_rows_that_are_empty_make_no_table_wider_or_longer(tmp_path: Path) -> None:
    rows = cells(["决算表"]) + cells(["科目", "金额"], 2) + cells(["合计", "2"], 5_000)
    merges = '<mergeCells><mergeCell ref="A1:XFD1"/><mergeCell ref="A2:A1048576"/></mergeCells>'
    document, _ = read_document(written(tmp_path / "表.xlsx", sheet(rows, merges)))
    assert document is not None
    rows_read = document.tables[0].rows
    assert {len(row) for row in rows_read} == {2} and len(rows_read) == 23
    assert str(rows_read[-1][1].locator) == "表!B5000" and rows_read[-1][0].text == "科目"


def looping(path: Path, source: Source, progress: Progress) -> tuple[Document | None, tuple[Problem, ...]]:
    progress(6, 9, "x")
    while True:
        time.sleep(1)


def eating(path: Path, source: Source, progress: Progress) -> tuple[Document | None, tuple[Problem, ...]]:
    raise AssertionError(len(bytearray(guarded.MAX_MEMORY * 2)))


def dying(path: Path, source: Source, progress: Progress) -> tuple[Document | None, tuple[Problem, ...]]:
    os._exit(11)


@pytest.mark.parametrize(
    ("reader", "patience", "code"),
    [(looping, 8, "takes-too-long"), (eating, 100, "file-too-large"), (dying, 100, "file-too-large")],
)
def test_a_reader_that_never_ends_or_dies_ends_in_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: guarded.Reader, patience: int, code: str
) -> None:
    monkeypatch.setattr(guarded, "PATIENCE", patience)
    document, problems = guarded.read_guarded(reader, tmp_path, Source("a", "a"), no_progress)
    assert document is None and [problem.code for problem in problems] == [code]
    assert reader is not looping or "7/9" in problems[0].message.zh


def test_a_font_that_means_everything_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "PATIENCE", 8)
    data = pdf(SHOWN % b"<00120013>", FONT % MAPPED, CID, DESCRIPTOR, stream(ENDLESS))
    document, problems = read_document(written(tmp_path / "无尽.pdf", data))
    assert document is None and problems[0].code in ("takes-too-long", "file-too-large", "damaged-file")


def test_many_entries_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "多.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
        for n in range(10_001):
            archive.writestr(f"m/{n}", "")
    assert [problem.code for problem in read_document(path)[1]] == ["file-too-large"]
