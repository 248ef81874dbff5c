"""What the database reads by itself is what the reader of all tables reads: generated cells, in every kind of column."""

from __future__ import annotations

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facts.columns.model import MAX_DIGITS
from tests.facts.columns.taking import assert_columns_are_the_cases, opened, parquet, taken

# A table takes its time; one has many cells.
SOME = max(10, settings().max_examples // 5)
SPACES = st.sampled_from(["", "", "", " ", "\t", "\u3000", "\xa0"])
DIGITS = st.text("0123456789", min_size=1, max_size=9)
NUMERALS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "", "", "+", "-", "－", "不超过", "约"]),
        st.one_of(DIGITS, st.integers(0, 10**15).map("{:,}".format), st.text("0123456789,", min_size=1, max_size=9)),
        st.one_of(st.just(""), st.builds(".{}".format, st.text("0123456789", max_size=9))),
        st.sampled_from(["", "", "", "%", "％", "万元", " 元", "e3", "①", "以上", "百分点", "‰"]),
    ),
)
WORDS_ = st.sampled_from(
    [
        "是",
        "否",
        "√",
        "×",
        "优",
        "良",
        "甲",
        "不适用",
        "—",
        "——",
        "-",
        "n/a",
        "无",
        "2017-5-1",
        "2017年12月31日",
        "nan",
        "",
    ]
)
CELLS = st.builds("{}{}{}".format, SPACES, st.one_of(NUMERALS, NUMERALS, WORDS_, st.text(max_size=6)), SPACES)
COLUMNS = [
    "预算数(元)",
    "决算数",
    "收支差额(万元)",
    "执行率",
    "控制率(%)",
    "发文数",
    "通知数(份)",
    "满意度分",
    "评定分",
    "已公开",
    "质量",
    "印发日期",
    "备注",
]


@given(rows=st.lists(st.lists(CELLS, min_size=len(COLUMNS), max_size=len(COLUMNS)), min_size=1, max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=SOME)
def test_every_cell_of_text_is_read_as_the_reader_reads_it(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "t.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["单位编号", "单位名称", *COLUMNS])
        # Each cell in a row of its own, so that a bad one takes no other with it.
        for at, cell in enumerate(cell for row in rows for cell in row):
            blank = [""] * len(COLUMNS)
            blank[at % len(COLUMNS)] = cell.replace("\0", "")
            writer.writerow([f"U{at}", f"单位{at}", *blank])
        # A column in which no cell names a unit, nor its header, would be refused as a whole.
        units = {"决算数": "1万元", "执行率": "1%"}
        writer.writerow(["Z", "末", *(units.get(name, "") for name in COLUMNS)])
    with taken(path) as found:
        assert_columns_are_the_cases(found)
        # Rejected is exactly what the reader makes nothing of.
        read = {case.subject.id for case in found.cases}
        assert {r["unit"] for r in found.rejects if r["lost"] == "row"}.isdisjoint(read)


FLOATS = st.one_of(
    st.floats(),
    st.decimals(-(10**12), 10**12, allow_nan=False, places=4).map(float),
    st.decimals(-1000, 1000, allow_nan=False, places=6).map(float),
    st.sampled_from(
        [
            0.1 + 0.2,
            1e-7,
            1e15,
            1e22,
            5e-324,
            0.1,
            123456789012.34,
            2.0**53,
            2.0**53 + 2,
            -0.0,
            1.005,
            99.99999999999999,
        ]
    ),
)


@given(values=st.lists(st.tuples(FLOATS, FLOATS), min_size=1, max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=SOME)
def test_a_binary_fraction_is_its_shortest_decimal(tmp_path: Path, values: list[tuple[float, float]]) -> None:
    listed = ", ".join(f"('U{n}', '{one!r}'::DOUBLE, '{two!r}'::FLOAT)" for n, (one, two) in enumerate(values))
    named = '(unit_id, "收支差额(元)", "调剂额(元)")'
    path = parquet(tmp_path / "f.parquet", f"SELECT * FROM (VALUES {listed}, ('Z', NULL, NULL)) t{named}")
    with taken(path) as found:
        assert_columns_are_the_cases(found)
        for case in found.cases[:-1]:
            one = values[int(case.subject.id[1:])][0]
            fact = case.facts["gap"]
            assert fact.value == Fraction(Decimal(repr(one)))
            assert len(str(abs(found.intake.concepts["gap"].high or 0))) <= MAX_DIGITS  # type: ignore[union-attr]


@given(values=st.lists(st.decimals(-(10**12), 10**12, allow_nan=False, places=3), min_size=1, max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=SOME)
def test_decimals_and_integers_are_exact(tmp_path: Path, values: list[Decimal]) -> None:
    listed = ", ".join(
        f"('U{n}', {value}::DECIMAL(18,3), {value}::DECIMAL(38,3), {int(value)}::HUGEINT)"
        for n, value in enumerate(values)
    )
    query = f'SELECT * FROM (VALUES {listed}) t(unit_id, "收支差额(元)", "调剂额(万元)", "预算数(元)")'
    path = parquet(tmp_path / "d.parquet", query.replace("::HUGEINT", "::BIGINT"))
    with taken(path) as found:
        assert_columns_are_the_cases(found)
        assert [case.facts["gap"].value for case in found.cases] == [Fraction(value) for value in values]
        assert [case.facts["shift"].value for case in found.cases] == [Fraction(value) * 10000 for value in values]


def test_percentages_groups_and_plain_numerals_take_the_fast_way(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        '单位编号,预算数(元),执行率\nA1, 5 ,98.5%\nA2,"1,234.50",7%\nA3,+0.25,0%\nA4,0,-1.25%\n', encoding="utf-8"
    )
    with taken(path) as found:
        assert found.intake.units.left == ()
        assert_columns_are_the_cases(found)
    with opened(path) as store:
        assert store.one("SELECT 1") == (1,)
