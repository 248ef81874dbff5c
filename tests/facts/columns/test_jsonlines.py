"""JSON lines as tables of units and of items: what stands there, line by line, or the first line that is none."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.facts.columns.taking import assert_columns_are_the_cases, refused, taken

UNITS = """{"unit_id": "A1", "name": "甲,局", "预算数(元)": 0.1, "执行率(%)": 98.50, "已公开": true}

{"unit_id": "A2", "name": "乙\\n局", "预算数(元)": null, "已公开": false, "质量": "优"}
{"unit_id": 3, "预算数(元)": 12345678901234567, "执行率(%)": 1.5e-3, "天气": "晴"}
{"unit_id": "A4", "预算数(元)": 1e400}
{"unit_id": "A5", "预算数(元)": NaN}
{"unit_id": "A1", "预算数(元)": 7}
"""


def lines(folder: Path, text: str, name: str = "单位.jsonl") -> Path:
    (folder / name).write_bytes(text.encode())
    return folder / name


def test_records_are_units_with_exact_numbers_and_the_numbers_of_their_lines(tmp_path: Path) -> None:
    with taken(lines(tmp_path, UNITS)) as found:
        assert [(u["unit"], u["name"]) for u in found.units] == [("A1", "甲,局"), ("A2", "乙\n局"), ("3", "3")]
        first, second, third = found.cases
        assert first.facts["budget"].value == Fraction(1, 10) and first.facts["published"].value == "是"
        assert first.facts["rate"].value == Fraction("0.985") and str(
            first.facts["rate"].provenance[0].locator
        ).endswith("[1].4")
        assert "budget" not in second.facts and second.facts["quality"].value == "优"
        assert third.facts["budget"].value == 12345678901234567 and third.facts["rate"].value == Fraction("0.000015")
        assert [(r["input_row"], r["unit"], r["code"]) for r in found.rejects] == [
            (5, "A4", "not-a-number"), (6, "A5", "not-a-number"), (7, "A1", "duplicate-unit")]  # fmt: skip
        assert "天气" in found.problems[0].message.zh
        assert_columns_are_the_cases(found)


def test_items_may_be_records_too(tmp_path: Path) -> None:
    units = lines(tmp_path, '{"unit_id": "A1", "预算数(元)": 5}\n', "单位.ndjson")
    items = lines(
        tmp_path,
        '{"单位": "A1", "名称": "一", "是否量化": true}\n{"单位": "A1", "名称": "二", "金额(万元)": 1}\n',
        "目标.jsonl",
    )
    with taken(units, {"绩效目标": items}) as found:
        rows = found.cases[0].facts["targets"].value
        assert isinstance(rows, tuple) and [row["名称"] for row in rows] == ["一", "二"]
        assert rows[0]["是否量化"] == "是" and rows[1]["金额"] == 10_000


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"unit_id": "A2", "预算数(元)": {"值": 5}}', "nested"),
        ('{"unit_id": "A2", "别的": [1]}', "nested"),
        ('{"unit_id": "A2", "unit_id": "A3"}', "twice"),
        ('["A2", 5]', "no JSON object"),
        ("7", "no JSON object"),
        ('{"unit_id": "A2"', "no JSON"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_a_line_that_is_no_flat_object_is_refused_with_its_number(tmp_path: Path, line: str, words: str) -> None:
    (problem,) = refused(lines(tmp_path, f'{{"unit_id": "A1", "预算数(元)": 5}}\n{line}\n'))
    assert problem.code == "bad-json-line" and problem.at.line == 2 and words in problem.message.en
    assert problem.message.zh and problem.hint.zh and problem.hint.en


def test_bytes_that_are_no_text_and_files_without_a_record_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "单位.jsonl"
    path.write_bytes(b'{"unit_id": "A1"}\n{"unit_id": "\xff"}\n')
    assert [p.code for p in refused(path)] == ["bad-json-line"]
    assert [p.code for p in refused(lines(tmp_path, ""))] == ["empty-file"]
    for text in ("\n\n", "{}\n", '{"天气": "晴"}\n'):
        assert [p.code for p in refused(lines(tmp_path, text))] == ["no-population"]
