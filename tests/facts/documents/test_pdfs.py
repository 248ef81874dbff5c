"""PDFs with text, and all the ways in which a PDF is none."""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.platypus import PageBreak

from facts.documents import pdfs
from facts.provenance import PageRef, Source
from tests.facts.documents.pdfmaking import FONT, LONG, canvas, grid, picture, read, report, rows, sound, texts


def test_paragraphs_are_joined_from_their_lines_and_know_page_and_box(tmp_path: Path) -> None:
    document = sound(report(tmp_path / "a.pdf", ["# 一、部门概况", LONG * 3, "(一)主要职能", LONG]))

    assert texts(document) == ["一、部门概况", LONG * 3, "(一)主要职能", LONG]
    place = document.paragraphs[1].locator
    assert isinstance(place, PageRef) and place.page == 1 and place.box is not None
    left, top, right, bottom = place.box
    assert 72 <= left < right <= A4[0] - 70 and 72 < top < bottom < 400


def test_a_paragraph_that_goes_on_over_the_page_stays_one(tmp_path: Path) -> None:
    document = sound(report(tmp_path / "a.pdf", ["一、概况", LONG * 60, "二、完"], head="某市科技局", numbered=True))

    assert texts(document) == ["一、概况", LONG * 60, "二、完"]


WORDS = [
    "部门预算",
    "5,657.15万元",
    "完成率",
    "98.7%",
    "三公经费",
    "《办法》",
    "2017年",
    "按时",
    ",",
    "、",
    "较上年",
    "昆政办〔2017〕23号",
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=60).map("".join), min_size=1, max_size=20))
def test_what_was_written_is_read_back_wherever_lines_and_pages_broke(tmp_path: Path, said: list[str]) -> None:
    story = [f"({number})本项{words}。" for number, words in enumerate(said, 1)]
    document = sound(report(tmp_path / "a.pdf", story, head="某市科技局", numbered=True))

    found = texts(document)
    assert [text for text in found if text != "某市科技局" and not text.startswith("—")] == story


def test_pages_of_two_widths_have_two_margins(tmp_path: Path) -> None:
    sheet = canvas(tmp_path / "a.pdf")
    for width, count in ((A4[0], 36), (A4[1], 56)):
        sheet.setPageSize((width, A4[0]))
        sheet.setFont(FONT, 12)
        for line in range(6):
            sheet.drawString(80, 500 - 20 * line, "甲" * (count if line < 5 else 3))
        sheet.showPage()
    sheet.save()

    assert [len(text) for text in texts(sound(tmp_path / "a.pdf"))] == [36 * 5 + 3, 56 * 5 + 3]


def test_running_heads_and_page_numbers_are_left_out_and_named(tmp_path: Path) -> None:
    story = [part for i in range(4) for part in (f"第{i + 1}页正文,年末人数{i + 30}人。", PageBreak())]
    document, problems = read(report(tmp_path / "a.pdf", story, head="某市2017年度部门决算", numbered=True))

    assert document is not None
    assert texts(document) == [f"第{i + 1}页正文,年末人数{i + 30}人。" for i in range(4)]
    assert [(p.code, p.severity) for p in problems] == [("running-heads", "note")]
    assert (
        "某市2017年度部门决算" in problems[0].message.zh
        and "— 1 —" in problems[0].message.en
        and "— 2 —" not in problems[0].message.en
    )


def test_two_pages_are_too_few_to_call_a_line_a_running_head(tmp_path: Path) -> None:
    document, problems = read(report(tmp_path / "a.pdf", ["甲。", PageBreak(), "乙。"], head="某市"))

    assert document is not None and texts(document) == ["某市", "甲。", "某市", "乙。"] and problems == ()


def test_bold_made_by_printing_twice_is_read_once_and_watermarks_are_not_read(tmp_path: Path) -> None:
    sheet = canvas(tmp_path / "a.pdf")
    sheet.drawString(100, 600, "绩效自评报告")
    sheet.drawString(100.4, 600, "绩效自评报告")
    sheet.translate(300, 400)
    sheet.rotate(45)
    sheet.drawString(0, 0, "机密")
    sheet.save()

    document, problems = read(tmp_path / "a.pdf")
    assert document is not None and texts(document) == ["绩效自评报告"]
    assert [(p.code, p.severity) for p in problems] == [("watermark", "note")]


@pytest.mark.parametrize("degrees", [90, -90])
@pytest.mark.parametrize("said", [True, False])
def test_a_page_on_its_side_is_read_upright(tmp_path: Path, degrees: int, said: bool) -> None:
    sheet = canvas(tmp_path / "a.pdf")
    if said:
        sheet.setPageRotation(degrees % 360)
    # reportlab exchanges the sides of a sheet that says it is turned.
    sheet.translate(*((A4[0], 0) if degrees > 0 else (0, A4[0] if said else A4[1])))
    sheet.rotate(degrees)
    sheet.drawString(100, 500, "附表")
    table = [["指标", "分值", "得分"], ["甲", "10", "9.5"]]
    made = grid(table)
    made.wrapOn(sheet, 400, 400)
    made.drawOn(sheet, 100, 400)
    sheet.save()

    document = sound(tmp_path / "a.pdf")
    assert texts(document) == ["附表"] and rows(document.tables[0]) == table
    assert str(document.paragraphs[0].locator).startswith("p.1[100,")


def test_pages_of_scans_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    sheet = canvas(tmp_path / "a.pdf")
    for page in range(1, 8):
        sheet.setFont(FONT, 12)
        picture(sheet) if page in (2, 3, 4, 6) else sheet.drawString(100, 600, f"第{page}张")
        sheet.showPage()
    sheet.save()

    document, problems = read(tmp_path / "a.pdf")
    assert document is not None and texts(document) == ["第1张", "第5张", "第7张"]
    assert [(p.code, p.severity) for p in problems] == [("scanned-pages", "warning")]
    assert "2-4, 6" in problems[0].message.zh


def test_a_pdf_of_scans_alone_is_an_error(tmp_path: Path) -> None:
    sheet = canvas(tmp_path / "a.pdf")
    for _ in range(3):
        picture(sheet)
        sheet.showPage()
    sheet.save()

    document, problems = read(tmp_path / "a.pdf")
    assert document is None and [(p.code, p.severity) for p in problems] == [("scanned-pages", "error")]
    assert "1-3" in problems[0].message.en and "Word" in problems[0].hint.zh


def test_a_password_is_said_so(tmp_path: Path) -> None:
    path = report(tmp_path / "a.pdf", ["甲"], locked_with="geheim")

    assert [p.code for p in read(path)[1]] == ["password-protected"]


def test_bytes_that_are_no_whole_pdf_are_damaged(tmp_path: Path) -> None:
    whole = report(tmp_path / "a.pdf", [LONG * 9]).read_bytes()
    path = tmp_path / "b.pdf"
    for data, code in [
        (b"", "empty-file"),
        (whole[: len(whole) // 2], "damaged-file"),
        (b"PK\x03\x04" + whole, "damaged-file"),
        (b"%PDF-1.4\n" + b"\0" * 99 + b"%%EOF", "damaged-file"),
        (b"<html><body>%%EOF</body></html>", "damaged-file"),
    ]:
        path.write_bytes(data.replace(b"%PDF", b"%PDX") if data[:2] == b"PK" else data)
        document, problems = read(path)
        assert document is None and [p.code for p in problems] == [code]
    assert [p.code for p in read(tmp_path / "none.pdf")[1]] == ["unreadable-file"]


def _raw_pdf(streams: list[bytes], filters: str = "/FlateDecode") -> bytes:
    """A PDF whose page's content is the first stream; the others are forms X1, X2, … each may call."""
    names = " ".join(f"/X{i} {4 + i} 0 R" for i in range(1, len(streams)))
    kids = f"<< /XObject << {names} >> >>"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources {kids} >>".encode(),
    ]
    for data in streams:
        head = f"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources {kids} /Filter [{filters}]"
        parts.append(f"{head} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream")
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (i, part) for i, part in enumerate(parts, 1))
    return body + b"trailer << /Root 1 0 R /Size 9 >>\nstartxref\n0\n%%EOF"


@pytest.mark.parametrize("layers", [1, 2])
def test_a_part_that_unpacks_beyond_measure_is_refused(
    tmp_path: Path, layers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdfs, "MAX_UNPACKED", 2**21)
    data = b" " * 2**23
    for _ in range(layers):
        data = zlib.compress(data)
    (tmp_path / "a.pdf").write_bytes(_raw_pdf([data], "/FlateDecode " * layers))

    assert [p.code for p in read(tmp_path / "a.pdf")[1]] == ["zip-bomb"]


def test_forms_that_call_one_another_without_end_are_stopped(tmp_path: Path) -> None:
    calls = [zlib.compress(b"/X%d Do " % (i + 1) * 30) for i in range(8)]
    (tmp_path / "a.pdf").write_bytes(_raw_pdf([*calls, zlib.compress(b"0 0 1 1 re f")]))

    document, problems = read(tmp_path / "a.pdf")
    assert document is None and [p.code for p in problems] == ["damaged-file"]


def test_too_many_pages_or_characters_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = report(tmp_path / "a.pdf", ["甲", PageBreak(), "乙", PageBreak(), LONG])
    monkeypatch.setattr(pdfs, "MAX_CHARACTERS", 20)
    assert [p.code for p in read(path)[1]] == ["too-large"]
    monkeypatch.setattr(pdfs, "MAX_PAGES", 2)
    assert [p.code for p in read(path)[1]] == ["too-many-pages"]


def test_a_web_ready_file_cut_short_is_damaged_though_its_first_part_ends_properly(tmp_path: Path) -> None:
    data = report(tmp_path / "a.pdf", ["甲"]).read_bytes()
    begin = b"%PDF-1.4\n1 0 obj << /Linearized 1 /L 999999 >> endobj\n"
    (tmp_path / "b.pdf").write_bytes(begin + data)

    assert [p.code for p in read(tmp_path / "b.pdf")[1]] == ["damaged-file"]


def test_radicals_become_words_and_characters_without_meaning_are_marked() -> None:
    from facts.documents import pdf_pages

    counts = [0, 0]
    found = "".join(pdf_pages._readable(text, counts) for text in ("绩", "效", "⽬", "标", "⻓", "(cid:37)", "\x07"))

    assert found == "绩效目标长" + pdf_pages.UNKNOWN and counts == [1, 2]


def test_what_to_install_is_said_where_the_library_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = report(tmp_path / "a.pdf", ["甲"])
    monkeypatch.setitem(sys.modules, "pdfplumber", None)
    document, problems = read(path)

    assert document is None and [p.code for p in problems] == ["extra-missing"]
    assert "pip install 'hegui[documents]'" in problems[0].hint.en


def test_progress_is_told_page_by_page(tmp_path: Path) -> None:
    path, told = report(tmp_path / "a.pdf", ["甲", PageBreak(), "乙"]), list[tuple[int, int, str]]()
    pdfs.read(path, Source("r", "报告", file="a.pdf"), lambda *step: told.append(step))

    assert told == [(0, 2, "a.pdf"), (1, 2, "a.pdf"), (2, 2, "a.pdf")]


def test_the_same_file_reads_the_same(tmp_path: Path) -> None:
    path = report(tmp_path / "a.pdf", [LONG, grid([["指标", "分值"], ["甲", "1"]])], numbered=True)

    assert repr(read(path)) == repr(read(path))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("pdf") / "small.pdf"
    return report(path, ["# 一、概况", LONG, grid([["指标", "分值"], ["甲", "1"]])]).read_bytes()


EDITS = st.lists(
    st.tuples(st.integers(0, 10**6), st.sampled_from(["set", "cut", "copy", "digits"]), st.integers(0, 255)),
    min_size=1,
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(EDITS)
def test_no_bytes_make_it_raise(tmp_path: Path, small: bytes, edits: list[tuple[int, str, int]]) -> None:
    data = bytearray(small)
    for place, kind, byte in edits:
        at = place % max(1, len(data))
        if kind == "set":
            data[at : at + 1] = bytes([byte])
        elif kind == "cut":
            del data[at : at + byte]
        elif kind == "copy":
            data[at:at] = data[at - byte : at]
        else:
            data[at : at + 1] = b"%d" % byte
    path = tmp_path / "x.pdf"
    path.write_bytes(bytes(data))

    document, problems = read(path)
    assert document is not None or any(p.severity == "error" for p in problems)
