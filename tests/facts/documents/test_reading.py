"""Files as departments hand them in: read for what they are, or refused with a reason; never a traceback."""

from __future__ import annotations

import datetime
import functools
import io
import re
import struct
import tempfile
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import docx
import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facts.documents import reading
from facts.documents.model import Document
from facts.documents.reading import read_document
from facts.provenance import CellRef, ParagraphRef, TextSpan
from tests.facts.documents.filemaking import pdf

HEADER = ["一级指标", "三级指标", "分值", "自评得分"]
ROWS = [["投入", "控制率", "5", "5"], ["", "变动率", "5", "4"], ["合计", "", "10", "9"]]
PAGE = """<html><head><meta charset="gb2312"><script>var x = "脚本";</script></head><body>
<h1>某县水利局2021年度自评报告</h1><p>一、基本情况<br>内设机构<b>3</b>个<span style="display:none">秘密</span></p>
<table><tr><th>一级指标</th><th>三级指标</th><th>分值</th><th>自评得分</th></tr>
<tr><td rowspan="2">投入</td><td>控制率</td><td>5</td><td>5</td></tr><tr><td>变动率</td><td>5</td><td>4</td></tr>
<tr><td colspan="2">合计</td><td>10</td><td>9</td></tr></table></body></html>"""


def sound(path: Path) -> Document:
    document, problems = read_document(path)
    assert document is not None, [problem.show() for problem in problems]
    return document


def codes(path: Path) -> list[str]:
    return [problem.code for problem in read_document(path)[1]]


def grid(document: Document) -> list[list[str]]:
    return [[cell.text for cell in row] for row in document.tables[0].rows]


UNFOLDED = [HEADER, ROWS[0], ["投入", "变动率", "5", "4"], ["合计", "合计", "10", "9"]]


def word_file(path: Path) -> Path:
    document = docx.Document()
    document.add_heading("某县水利局2021年度自评报告", 1)
    document.add_paragraph("第一项", style="List Number")
    document.add_paragraph("第二项", style="List Number").add_run("隐藏").font.hidden = True
    table = document.add_table(rows=4, cols=4)
    for r, row in enumerate([HEADER, *ROWS]):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 0).merge(table.cell(3, 1))
    document.save(str(path))
    return path


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "自评表"
    for row in [HEADER, *ROWS]:
        sheet.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("A4:B4")
    book.save(path)
    return path


def test_word_tables_are_unfolded_numbers_written_out_and_hidden_text_left_out(tmp_path: Path) -> None:
    document = sound(word_file(tmp_path / "报告.docx"))
    assert grid(document) == UNFOLDED
    assert [p.text for p in document.paragraphs] == ["某县水利局2021年度自评报告", "1.第一项", "2.第二项"]
    assert document.paragraphs[0].level == 1 and document.paragraphs[1].locator == ParagraphRef(2)
    assert codes(tmp_path / "报告.docx") == ["hidden-text"]


def test_a_web_page_is_read_as_a_reader_sees_it(tmp_path: Path) -> None:
    path = tmp_path / "报告.html"
    path.write_bytes(PAGE.encode("gb18030"))
    document = sound(path)
    assert [p.text for p in document.paragraphs] == ["某县水利局2021年度自评报告", "一、基本情况", "内设机构3个"]
    assert grid(document) == UNFOLDED


def test_a_web_page_named_xls_is_read_as_the_web_page_it_is(tmp_path: Path) -> None:
    path = tmp_path / "自评表.xls"
    path.write_bytes(PAGE.encode("gb18030"))
    assert sound(path).kind == "html" and codes(path) == ["mislabelled-file"]


def test_a_workbook_keeps_merged_cells_and_places(tmp_path: Path) -> None:
    document = sound(workbook(tmp_path / "自评表.xlsx"))
    assert grid(document) == UNFOLDED
    cell = document.tables[0].rows[2][3]
    assert (cell.locator, cell.value) == (CellRef("自评表", "D3"), Fraction(4))
    assert document.tables[0].rows[2][0].covered


def test_a_float_is_what_the_format_of_its_cell_says_and_nothing_else_is_changed(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([0.0900000762939453, 5657.15, 0.0900000762939453, 0.1 + 0.2])
    sheet["A1"].number_format, sheet["B1"].number_format = "0.00%", "#,##0"
    book.save(tmp_path / "数.xlsx")
    cells = sound(tmp_path / "数.xlsx").tables[0].rows[0]
    assert [cell.text for cell in cells] == ["9.00%", "5,657", "0.0900000762939453", "0.3"]
    assert [cell.value for cell in cells] == [
        Fraction(9, 100), Fraction("5657.15"), Fraction("0.0900000762939453"), Fraction(3, 10),
    ]  # fmt: skip
    assert [cell.notes for cell in cells] == [("float-by-format",), (), (), ()]


def test_formulas_without_values_hidden_sheets_and_error_values_are_said(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["合计", "=SUM(1,2)", "#REF!"])
    book.create_sheet("底稿").sheet_state = "hidden"
    book.save(tmp_path / "表.xlsx")
    assert sorted(codes(tmp_path / "表.xlsx")) == ["cell-error", "formula-without-value", "hidden-sheet"]


def test_an_old_workbook_is_read_like_a_new_one(tmp_path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("表")
    sheet.write_merge(0, 1, 0, 0, "投入")
    sheet.write(0, 1, 0.0900000762939453, xlwt.easyxf(num_format_str="0.00%"))
    sheet.write(1, 1, datetime.date(2017, 12, 31), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    book.save(str(tmp_path / "表.xls"))
    rows = sound(tmp_path / "表.xls").tables[0].rows
    assert [(c.text, c.covered) for c in rows[1]] == [("投入", True), ("2017-12-31", False)]
    assert rows[0][1].value == Fraction(9, 100) and rows[1][1].value == datetime.date(2017, 12, 31)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_is_read_in_the_encodings_offices_write(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "报告.txt"
    path.write_bytes("一、基本情况\r\n\r\n  自评得分96分。\r\n".encode(encoding))
    document = sound(path)
    assert [(p.text, p.locator) for p in document.paragraphs] == [
        ("一、基本情况", TextSpan(1, 1)), ("自评得分96分。", TextSpan(3, 3)),
    ]  # fmt: skip
    assert codes(path) == (["encoding"] if encoding == "gb18030" else [])


def test_rows_that_lost_their_merged_cells_are_laid_under_their_header(tmp_path: Path) -> None:
    path = tmp_path / "评分表.txt"
    path.write_text(
        "一级指标 | 二级指标 | 三级指标 | 评分标准 | 分值 | 自评得分 | 扣分原因\n"
        "投 入 (15分) | 预算配置 (15分) | 控制率 | 以100%为标准 | 5 | 5 |\n"
        "变动率 | 每超一个百分点扣0.5分 | 5 | 4 | 超支 |\n"
        "过 程 (40分) | 预算执行 (15分) | 预算调整率 | 等于0 | 3 | 3 |\n",
        encoding="utf-8",
    )
    rows = sound(path).tables[0].rows
    assert [cell.text for cell in rows[2]][2:6] == ["变动率", "每超一个百分点扣0.5分", "5", "4"]
    assert rows[2][0].covered and rows[2][0].text == "投 入 (15分)"


def test_csv_is_read_whatever_its_separator(tmp_path: Path) -> None:
    for text in ("指标,分值\n“甲,乙”,5\n", '指标;分值\n"甲;乙";5\n', "指标\t分值\n甲\t5\n"):
        path = tmp_path / "表.csv"
        path.write_text(text, encoding="utf-8")
        assert grid(sound(path))[0][:2] == ["指标", "分值"]


# --- what cannot be read ---


def bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 80_000_000)
    return path


def with_entities(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>')
    return path


def container(*streams: str) -> bytes:
    """An OLE container with streams of these names, all empty: a header, its directory and its allocation table."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<II", header, 44, 1, 0)
    struct.pack_into("<II", header, 68, 0xFFFFFFFE, 0)
    struct.pack_into("<110I", header, 76 - 4, 0, 1, *[0xFFFFFFFF] * 108)
    entries = bytearray(512)
    for n, name in enumerate(("Root Entry", *streams)):
        written = name.encode("utf-16-le")
        entries[128 * n : 128 * n + len(written)] = written
        struct.pack_into("<HB", entries, 128 * n + 64, len(written) + 2, 2)
    return bytes(header + entries) + struct.pack("<128I", 0xFFFFFFFE, 0xFFFFFFFD, *[0xFFFFFFFF] * 126)


def encrypted(path: Path) -> Path:
    path.write_bytes(container("EncryptionInfo", "EncryptedPackage"))
    return path


def truncated(path: Path) -> Path:
    data = word_file(path).read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path


def holding(data: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("空.docx", holding(b""), "empty-file"),
        ("空白.txt", holding(b" \r\n\t"), "empty-file"),
        ("半.docx", truncated, "damaged-file"),
        ("炸弹.xlsx", bomb, "file-too-large"),
        ("实体.docx", with_entities, "hostile-xml"),
        ("加密.xlsx", encrypted, "password-protected"),
        ("图片.png", holding(b"\x89PNG\r\n\x1a\n"), "unsupported-format"),
        ("程序.txt", holding(bytes(range(256)) * 8), "unsupported-format"),
        ("假.pdf", holding(b"%PDF-1.4 nothing"), "damaged-file"),
        ("压缩.zip", holding(b"PK\x05\x06" + b"\0" * 18), "unsupported-format"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(
    tmp_path: Path, name: str, make: Callable[[Path], Path], code: str
) -> None:
    document, problems = read_document(make(tmp_path / name))
    assert document is None
    assert [problem.code for problem in problems] == [code]
    assert problems[0].message.zh and problems[0].message.en and problems[0].at.file.endswith(name)
    assert "Error" not in problems[0].message.zh and "binary" not in problems[0].message.zh


def test_a_folder_and_a_missing_file_are_no_documents(tmp_path: Path) -> None:
    assert codes(tmp_path) == ["not-a-file"] and codes(tmp_path / "无.txt") == ["no-such-file"]


@functools.lru_cache
def _original(kind: str) -> bytes:
    """A sound file of a kind, made once and without the time of its making: what is drawn below depends on its length."""
    if kind == "html":
        return PAGE.encode("gb18030")
    if kind in ("csv", "txt"):
        return "指标,分值\n甲,5\n".encode()
    if kind == "pdf":
        return pdf(
            b"BT /F1 12 Tf 72 700 Td (Base 12.5) Tj ET 0 0 m 9 9 l S",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        )
    if kind == "xls":
        return _old_bytes()
    with tempfile.TemporaryDirectory() as folder:
        make = word_file if kind == "docx" else workbook
        return _timeless(make(Path(folder) / f"a.{kind}").read_bytes())


def _timeless(data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2000-01-01T00:00:00Z", old.read(name))
            new.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("kind", ["docx", "xlsx", "html", "csv", "txt", "xls", "pdf"])
def test_bytes_that_went_wrong_never_raise(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    content = bytearray(_original(kind))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    path = tmp_path / f"坏.{kind}"
    path.write_bytes(bytes(content[:cut]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_GUARDED", frozenset())  # a process for each of them would take half a second
        document, problems = read_document(path)
    assert document is not None or problems


def _old_bytes() -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    book.add_sheet("表").write(0, 0, "甲")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
