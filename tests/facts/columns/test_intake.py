"""A table of units in columns: what is taken, what is rejected and why, for every kind of file and every kind of dirt."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from facts.columns.model import ColumnFacts
from facts.model import Case, Row
from tests.engine.example import WORDS
from tests.facts.columns.taking import assert_columns_are_the_cases, parquet, refused, taken

HEADER = "单位编号,单位名称,预算数(元),执行率,已公开,收支差额(万元),印发日期,质量,备注二\n"


def table(tmp_path: Path, rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = tmp_path / "单位.csv"
    path.write_bytes((header + rows).encode(encoding))
    return path


def test_clean_and_odd_cells_are_read_as_everywhere(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "A1,甲局,12000,98.5%,是,-1.5,2017-05-01,优,x\n"
        'A2,乙局,"1,234.56万元",98.5％,√,不适用,2017年5月2日,良,\n'
        "A3,丙局,不超过680,—,,１２,,,\n"
        'A4,丁局,"12,000.10",0.5%,否,+3,2017/5/3,差,\n',
    )
    with taken(path) as found:
        assert_columns_are_the_cases(found)
        first, second, third, fourth = found.units
        assert (first["v0"], second["v0"], third["l0"], third["h0"], fourth["v0"]) == (
            120000,
            123456000,
            0,
            6800,
            120001,
        )
        assert found.intake.concepts["budget"] == ColumnFacts(10, 0, 123456000, False, True, True)
        assert (second["s2"], second["v2"], third["v2"]) == (2, None, 120000)
        assert found.rejects == [] and found.codes == ["unknown-column"]


def test_rows_that_cannot_be_used_are_rejected_with_row_unit_column_text_and_reason(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "A1,甲局,1,90%,是,,,,\nA1,重,2,80%,否,,,,\n,,3,70%,是,,,,\nA4,丁局,很多,60%,是,,,,\n合计,,6,,,,,,\nA6,己局,-5,9,是,,,,\nA7,庚局,-5,9%,是,,,,\n",
    )
    with taken(path) as found:
        assert [unit["unit"] for unit in found.units] == ["A1", "A7"]
        assert [
            (r["input_row"], r["unit"], r["column_name"], r["text"], r["lost"], r["code"]) for r in found.rejects
        ] == [
            (3, "A1", None, None, "row", "duplicate-unit"),
            (4, None, None, None, "row", "no-unit"),
            (5, "A4", "预算数(元)", "很多", "row", "not-a-number"),
            (7, "A6", "执行率", "9", "row", "unit-missing"),
            (7, "A6", "预算数(元)", "-5", "value", "out-of-range"),
            (8, "A7", "预算数(元)", "-5", "value", "out-of-range"),
        ]
        assert all(reject["zh"] and reject["en"] for reject in found.rejects)
        assert {"rows-rejected", "values-rejected"} <= set(found.codes)
        assert found.units[1]["s0"] == 0 and found.intake.kept == 2 and found.intake.rows == 6
        assert_columns_are_the_cases(found)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_of_the_other_readers_is_read(tmp_path: Path, encoding: str) -> None:
    path = table(tmp_path, "A1,昆明市人民政府办公厅,12000,98.5%,是,,,优,\n" * 1, encoding=encoding)
    with taken(path) as found:
        assert (
            found.units[0]["name"] == "昆明市人民政府办公厅"
            and found.units[0]["v7" if "v7" in found.units[0] else "v13"]
        )
        assert_columns_are_the_cases(found)


def test_titles_above_the_header_give_the_unit_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    header = "2017年部门预算汇总表\n金额单位:万元,,\n单位名称,预算数,决算数\n"
    with taken(table(tmp_path, '甲局,12.5,x\n\n"乙\n局",3,4\n注:本表不含下属单位\n', header)) as found:
        assert [(unit["unit"], unit["v0"]) for unit in found.units] == [("乙\n局", 30000)]
        assert [(r["input_row"], r["code"]) for r in found.rejects] == [(4, "not-a-number")]
        assert_columns_are_the_cases(found)


def test_parquet_types_are_exact_and_nan_rejects_its_row(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "u.parquet",
        """SELECT * FROM (VALUES
          ('A1', 1234.56::DECIMAL(18,2), 0.1::DOUBLE, 7::BIGINT, true, DATE '2017-05-01', 98.5::FLOAT),
          ('A2', 0.01, 'nan'::DOUBLE, 8, false, NULL, 1.0), ('A3', NULL, 1e-7, NULL, NULL, NULL, NULL),
          ('A4', 5, 'inf'::DOUBLE, 1, NULL, NULL, 2.5), ('A5', 9999999999999.99, 123456789.125, 3, NULL, NULL, 0.1))
          t(unit_id, "预算数(万元)", "决算数(万元)", documents, published, issued, "执行率(%)")""",
    )
    with taken(path) as found:
        assert [unit["unit"] for unit in found.units] == ["A1", "A3", "A5"]
        assert [(r["input_row"], r["column_name"], r["text"], r["code"]) for r in found.rejects] == [
            (2, "决算数(万元)", "nan", "not-finite"),
            (4, "决算数(万元)", "inf", "not-finite"),
        ]
        first, second, third = found.cases
        assert first.facts["budget"].value == Fraction("12345600") and first.facts["actual"].value == 1000
        assert second.facts["actual"].value == Fraction("0.001") and third.facts["rate"].value == Fraction("0.001")
        assert_columns_are_the_cases(found)


def test_a_number_of_too_many_digits_is_a_reject_whatever_type_it_has(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "u.parquet",
        """SELECT * FROM (VALUES
          ('A1', 1::DECIMAL(38,0), 0.5::DECIMAL(38,36), 1::UBIGINT, 1::BIGINT),
          ('A2', repeat('9', 38)::DECIMAL(38,0), NULL, NULL, NULL),
          ('A3', NULL, ('0.' || repeat('1', 36))::DECIMAL(38,36), NULL, NULL),
          ('A4', NULL, 0.123456789012345678, NULL, NULL),
          ('A5', NULL, NULL, 18446744073709551615::UBIGINT, NULL),
          ('A6', NULL, NULL, 99999999999999999::UBIGINT, NULL),
          ('A7', NULL, NULL, NULL, 9000000000000000000::BIGINT))
          t(unit_id, "预算数(元)", "执行率(%)", "决算数(元)", "收支差额(万元)")""",
    )
    with taken(path) as found:
        assert [(r["input_row"], r["column_name"], r["code"]) for r in found.rejects] == [
            (2, "预算数(元)", "too-many-digits"),
            (3, "执行率(%)", "too-many-digits"),
            (5, "决算数(元)", "too-many-digits"),
            (7, "收支差额(万元)", "too-many-digits"),
        ]
        assert [case.subject.id for case in found.cases] == ["A1", "A4", "A6"]
        assert found.cases[1].facts["rate"].value == Fraction("0.00123456789012345678")
        assert_columns_are_the_cases(found)


def test_a_limit_beyond_64_bits_of_a_column_of_many_digits_holds(tmp_path: Path) -> None:
    """A column counted in units of 10 to the minus 18: the range of 通知数 ends at a hundred of them, that is at 10 to the 20."""
    digits = [f"{n}.000000000000000001" for n in (1, 9, 99)]
    rows = "".join(f"A{n},{text}\n" for n, text in enumerate([*digits, "100", "101", "9.5"]))
    with taken(table(tmp_path, rows, "单位编号,满意度分\n")) as found:
        assert_columns_are_the_cases(found)
    words = replace(WORDS.concepts["satisfaction"], minimum=Fraction(99), maximum=Fraction(101))
    narrow = replace(WORDS, concepts={**WORDS.concepts, "satisfaction": words})
    with taken(table(tmp_path, rows, "单位编号,满意度分\n"), words=narrow) as found:
        assert [(r["input_row"], r["code"]) for r in found.rejects] == [
            (2, "out-of-range"), (3, "out-of-range"), (7, "out-of-range")]  # fmt: skip
        assert_columns_are_the_cases(found)


@pytest.mark.parametrize("kind", ["{'a': 1}", "[1, 2]", "MAP {'a': 1}"])
def test_a_nested_column_is_refused_only_where_it_is_read(tmp_path: Path, kind: str) -> None:
    query = f"SELECT 'A1' AS unit_id, 5 AS \"预算数(元)\", {kind} AS 说明"
    with taken(parquet(tmp_path / "extra.parquet", query)) as found:
        assert found.codes == ["unknown-column"]
    for name in ("执行率(%)", "单位名称", "绩效目标"):
        (problem,) = refused(parquet(tmp_path / "u.parquet", query.replace("说明", f'"{name}"')))
        assert problem.code == "nested-column" and name in problem.message.zh and problem.hint.en


def test_a_moment_with_a_zone_is_no_day_and_reads_the_same_everywhere(tmp_path: Path) -> None:
    moment = "TIMESTAMPTZ '2017-05-01 00:00:00+08'"
    path = parquet(tmp_path / "u.parquet", f'SELECT {moment} AS unit_id, 5 AS "预算数(元)", {moment} AS 印发日期')
    (problem,) = refused(path)
    assert problem.code == "no-units-left" and "2017-04-30 16:00:00+00" in problem.message.zh


def test_a_damaged_page_of_parquet_is_told_as_that(tmp_path: Path) -> None:
    rows = "SELECT 'A' || n AS unit_id, hash(n) % 1000 AS \"预算数(元)\" FROM range(3000) t(n)"
    sound = parquet(tmp_path / "u.parquet", rows).read_bytes()
    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(sound[:200] + b"\xff" * 400 + sound[600:])
    (problem,) = refused(damaged)
    assert problem.code == "damaged-file" and problem.hint.zh
    items = "SELECT 'A' || n AS 单位, '目标' || n AS 名称 FROM range(3000) t(n)"
    sound = parquet(tmp_path / "items.parquet", items).read_bytes()
    damaged.write_bytes(sound[:200] + b"\xff" * 400 + sound[600:])
    assert refused(tmp_path / "u.parquet", {"绩效目标": damaged})[-1].code == "damaged-file"


def test_a_quotation_mark_that_does_not_close_swallows_no_rows_in_silence(tmp_path: Path) -> None:
    for rows in ('A1,5\nA2,"6\nA3,7\n', 'A1,5\nA2,"6'):
        (problem,) = refused(table(tmp_path, rows, "单位编号,预算数(元)\n"))
        assert problem.code == "damaged-file" and problem.at.line == 3 and "引号" in problem.hint.zh
    with taken(table(tmp_path, 'A1,"5"\nA2,"6"', "单位编号,预算数(元)\n")) as found:
        assert len(found.units) == 2


def test_a_row_with_more_cells_than_the_header_is_a_reject_for_its_figures_may_stand_elsewhere(tmp_path: Path) -> None:
    path = table(tmp_path, "A1,5,6\nA2,1,234,6\nA3,7\nA4,8,9,,\n合计,1,2,3\n", "单位编号,预算数(元),决算数(元)\n")
    with taken(path) as found:
        assert [unit["unit"] for unit in found.units] == ["A1", "A3", "A4"]
        assert [(r["input_row"], r["unit"], r["text"], r["lost"], r["code"]) for r in found.rejects] == [
            (3, "A2", "6", "row", "too-many-cells")]  # fmt: skip
        assert_columns_are_the_cases(found)


def test_a_unit_with_an_item_of_too_many_cells_has_no_items_rather_than_some(tmp_path: Path) -> None:
    units = table(tmp_path, "A1,甲,5\nA2,乙,6\n", "单位编号,单位名称,预算数(元)\n")
    items = tmp_path / "items.csv"
    items.write_text("单位,名称,是否量化\nA1,目标一,是\n甲,目标,二,是\nA2,目标三,是\nA9,目标,四,是\n", encoding="utf-8")
    with taken(units, {"绩效目标": items}) as found:
        codes = sorted((r["input_row"], r["unit"], r["code"]) for r in found.rejects)
        assert codes == [(2, "A1", "too-many-cells"), (3, "甲", "too-many-cells"), (5, "A9", "unknown-unit")]
        assert [item["row"] for item in found.items("targets")] == [1]
        assert "targets" not in found.cases[0].facts


def items_of(case: Case) -> tuple[Row, ...]:
    value = case.facts["targets"].value
    assert isinstance(value, tuple)
    return value


def test_items_without_a_row_and_columns_of_items_that_stand_twice_are_told(tmp_path: Path) -> None:
    units, items = table(tmp_path, "A1,5\n", "单位编号,预算数(元)\n"), tmp_path / "items.csv"
    for text, code in (
        ("单位,名称,是否量化\n", "no-rows"),
        ("单位,名称,是否量化,是否量化\nA1,一,是,否\n", "repeated-column"),
    ):
        items.write_text(text, encoding="utf-8")
        with taken(units, {"绩效目标": items}) as found:
            assert [(p.code, p.severity) for p in found.problems] == [(code, "warning")]
            assert found.problems[0].message.en and found.problems[0].hint.zh
            assert [row["是否量化"] for case in found.cases if "targets" in case.facts for row in items_of(case)] == (
                ["是"] if code == "repeated-column" else []
            )


def test_a_second_column_of_ids_is_told(tmp_path: Path) -> None:
    with taken(table(tmp_path, "A1,B1,5\n", "单位编号,部门编码,预算数(元)\n")) as found:
        assert found.units[0]["unit"] == "A1" and "部门编码" in found.problems[0].message.zh


def test_a_workbook_gives_exact_cells_and_its_sheets_of_items(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "单位"
    for row in (
        ["单位编号", "单位名称", "发文数", "执行率"],
        ["A1", "甲局", 12, 0.985],
        ["A2", "乙局", 3, 0.5],
        ["A3", "丙局", "三", None],
    ):
        book.active.append(row)
    for line in (2, 3):
        book.active.cell(line, 4).number_format = "0.0%"
    sheet = book.create_sheet("绩效目标")
    for row in (["单位", "名称", "是否量化", "件数"], ["A1", "办文", "是", 3], ["乙局", "调研", "否", 1.5], ["A1", "信访", "否", 2], ["A9", "无", "是", 1], ["丙局", "无", "是", 1]):  # fmt: skip
        sheet.append(row)
    book.save(tmp_path / "b.xlsx")
    with taken(tmp_path / "b.xlsx") as found:
        assert_columns_are_the_cases(found)
        assert [case.facts["rate"].value for case in found.cases] == [Fraction("0.985"), Fraction("0.5")]
        place = found.cases[0].facts["rate"].provenance[0].locator
        assert str(place) == "单位!D2"
        assert [(r["row"], r["c0"], r["c1"], r["c3"]) for r in found.items("targets")] == [
            (0, "办文", "是", 3), (0, "信访", "否", 2), (1, "调研", "否", None)]  # fmt: skip
        assert [(r["input_table"], r["input_row"], r["lost"], r["code"]) for r in found.rejects if r["input_table"] != "units"] == [
            ("绩效目标", 3, "value", "out-of-range"), ("绩效目标", 5, "row", "unknown-unit"), ("绩效目标", 6, "row", "rejected-unit")]  # fmt: skip
        rows = found.cases[0].facts["targets"].value
        assert isinstance(rows, tuple) and [row["件数"] for row in rows] == [3, 2]


def test_items_of_another_file_are_named_and_a_unit_without_rows_has_no_fact(tmp_path: Path) -> None:
    path = table(tmp_path, "A1,甲局,1,,,,,,\nA2,乙局,1,,,,,,\nA3,乙局,1,,,,,,\n")
    items = parquet(
        tmp_path / "t.parquet",
        "SELECT * FROM (VALUES ('A1','一',1.5::DOUBLE),('乙局','二',2),('A1','三',NULL)) t(\"单位\",\"名称\",\"金额(万元)\")",
    )
    with taken(path, {"绩效目标": items}) as found:
        assert [unit["s18"] for unit in found.units] == [1, 0, 0]
        assert [(r["row"], r["c0"], r["c1"], r["c2"]) for r in found.items("targets")] == [
            (0, "一", None, 15000),
            (0, "三", None, None),
        ]
        assert [r["code"] for r in found.rejects] == ["ambiguous-unit"]
    assert [p.code for p in refused(path, {"绩效目标表": items})][-1] == "no-table-concept"
    assert [p.code for p in refused(path, {"绩效目标": path})][-1] == "no-items"


def test_tables_that_are_none_are_refused_with_a_way_out(tmp_path: Path) -> None:
    for rows, header, code in (
        ("1,2\n", "预算数,决算数\n", "no-population"),
        ("", HEADER, "no-rows"),
        ("A1,甲,很多,,,,,,\n", HEADER, "no-units-left"),
        ("A1,甲,1,98.5,,,,,\n", HEADER, "unit-missing"),
        ("", "", "empty-file"),
    ):
        problems = refused(table(tmp_path, rows, header))
        assert problems[-1].code == code and problems[-1].message.en and problems[-1].hint.zh
    assert [p.code for p in refused(tmp_path / "没有.csv")] == ["no-such-file"]
    (tmp_path / "x.parquet").write_bytes(b"PAR1 and nothing else")
    assert [p.code for p in refused(tmp_path / "x.parquet")] == ["damaged-file"]


def test_a_table_of_ten_thousand_columns_is_read_and_its_extra_columns_told_at_once(tmp_path: Path) -> None:
    header = "单位编号,预算数(元)," + ",".join(f"列{n}" for n in range(10_000)) + "\n"
    with taken(table(tmp_path, "A1,5" + ",1" * 10_000 + "\n", header)) as found:
        assert found.units == [{"row": 0, "unit": "A1", "name": "A1", "v0": 5}]
        (note,) = found.problems
        assert note.code == "unknown-column" and "10000" in note.message.zh and len(note.message.zh) < 300


def test_hostile_cells_stay_cells(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        'A1,"x\'); DROP TABLE units_all; --",1\nA2,a\\tb,2\n"A\t3","=cmd()",3\n',
        "单位编号,单位名称,预算数(元)\n",
    )
    with taken(path) as found:
        assert [(u["unit"], u["name"]) for u in found.units] == [
            ("A1", "x'); DROP TABLE units_all; --"), ("A2", "a\\tb"), ("A\t3", "=cmd()")]  # fmt: skip
        assert_columns_are_the_cases(found)


def test_a_second_column_of_one_concept_is_told_as_that_and_not_as_an_unknown_one(tmp_path: Path) -> None:
    with taken(table(tmp_path, "A1,5,7,晴\n", "单位编号,预算数(元),预算数(万元),天气\n")) as found:
        assert found.units == [{"row": 0, "unit": "A1", "name": "A1", "v0": 5}]
        unknown, repeated = found.problems
        assert unknown.code == "unknown-column" and "天气" in unknown.message.zh and "预算数" not in unknown.message.zh
        assert repeated.code == "repeated-column" and repeated.severity == "warning"
        assert "预算数(万元)" in repeated.message.zh and "预算数(元)" in repeated.message.zh


def test_a_unit_states_in_a_column_called_after_a_table_that_it_has_nothing_to_list(tmp_path: Path) -> None:
    units = "A1,5,无\nA2,5,\nA3,5,没有\nA4,5,有三项\nA5,5,——\n"
    path = table(tmp_path, units, "单位编号,预算数(元),绩效目标\n")
    items = parquet(tmp_path / "t.parquet", "SELECT * FROM (VALUES ('A2','一'),('A3','二')) t(\"单位\",\"名称\")")
    with taken(path, {"绩效目标": items}) as found:
        assert_columns_are_the_cases(found)
        assert [unit["s18"] for unit in found.units] == [1, 1, 0, 0, 0]
        assert [case.facts["targets"].value if "targets" in case.facts else None for case in found.cases] == [
            (), ({"名称": "一", "是否量化": None, "金额": None, "件数": None},), None, None, None]  # fmt: skip
        assert str(found.cases[0].facts["targets"].provenance[0].quote) == "无"
        assert [(row["row"], row["c0"]) for row in found.items("targets")] == [(1, "一")]
        assert [(r["input_row"], r["unit"], r["text"], r["lost"], r["code"]) for r in found.rejects] == [
            (4, "A3", "没有", "value", "nothing-and-rows"), (5, "A4", "有三项", "value", "not-nothing")]  # fmt: skip
        assert found.codes == ["items-rejected"]
    with taken(table(tmp_path, "A1,5,无\nA2,6,none\n", "单位编号,预算数(元),绩效目标\n")) as found:
        # Everybody states it: nothing is open.
        assert found.intake.concepts["targets"].complete and "s18" not in found.units[0]
        assert [case.facts["targets"].value for case in found.cases] == [(), ()] and not found.items("targets")


def test_a_row_of_items_without_an_id_is_the_units_of_its_name_row_by_row(tmp_path: Path) -> None:
    units, items = (
        table(tmp_path, "A1,甲,5\nA2,乙,6\nA3,丙,7\nA4,丙,8\n", "单位编号,单位名称,预算数(元)\n"),
        tmp_path / "items.csv",
    )
    rows = "A1,甲,一\n,甲,二\n,乙,三\nA9,甲,四\n,丁,五\n,丙,六\n,,七\nA3,丙,八\n"
    for header, turned in (("单位编号,单位名称,名称", False), ("单位名称,单位编号,名称", True)):
        cells = [line.split(",") for line in rows.splitlines()]
        lines = [",".join((b, a, c) if turned else (a, b, c)) for a, b, c in cells]
        items.write_text("\n".join((header, *lines)), encoding="utf-8")
        with taken(units, {"绩效目标": items}) as found:
            assert [(r["row"], r["c0"]) for r in found.items("targets")] == [(0, "一"), (0, "二"), (1, "三"), (2, "八")]
            assert [[row["名称"] for row in items_of(case)] for case in found.cases[:3]] == [
                ["一", "二"],
                ["三"],
                ["八"],
            ]
            assert [(r["input_row"], r["unit"], r["column_name"], r["text"], r["code"]) for r in found.rejects] == [
                (5, "A9", "单位编号", "A9", "unknown-unit"), (6, "丁", "单位名称", "丁", "unknown-unit"),
                (7, "丙", "单位名称", "丙", "ambiguous-unit"), (8, None, None, None, "no-unit")]  # fmt: skip


def test_a_column_id_after_the_name_of_the_unit_is_the_items_own(tmp_path: Path) -> None:
    items = tmp_path / "items.csv"
    for units, header in (("A1,甲,5\n", "单位名称,id,名称\n"), ("甲,5\n", "单位名称,单位编号,名称\n")):
        path = table(tmp_path, units, "单位编号,单位名称,预算数(元)\n" if units[0] == "A" else "单位名称,预算数(元)\n")
        items.write_text(f"{header}甲,7,一\n", encoding="utf-8")
        with taken(path, {"绩效目标": items}) as found:
            assert [row["名称"] for row in items_of(found.cases[0])] == ["一"] and found.rejects == []
