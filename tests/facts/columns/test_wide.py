"""Tables of a thousand columns: no statement over them is too deep or too large for the database."""

from __future__ import annotations

from pathlib import Path

import duckdb

from facts.columns.intake import take_in
from facts.documents.columnar import damage
from facts.provenance import Position
from facts.vocabulary import Concept, Vocabulary
from tests.facts.columns.taking import opened

COLUMNS = 1_100
CONCEPTS = {f"c{n}": Concept(f"c{n}", f"数据{n}", "boolean") for n in range(COLUMNS)}
WORDS = Vocabulary(CONCEPTS, {concept.label: name for name, concept in CONCEPTS.items()})


def written(query: str, path: Path) -> None:
    with duckdb.connect() as connection:
        connection.sql(query).write_parquet(str(path), compression="zstd")


def test_a_table_of_a_thousand_columns_is_taken_in_and_its_total_is_not(tmp_path: Path) -> None:
    path = tmp_path / "宽.parquet"
    cells = ", ".join(f"CASE WHEN (i + {n}) % 3 = 0 THEN '否' ELSE '是' END AS 数据{n}" for n in range(COLUMNS))
    rows = f"SELECT CASE WHEN i < 40 THEN 'U' || i END AS 单位编号, CASE WHEN i < 40 THEN '局' || i ELSE '合计' END AS 单位名称, {cells}"
    written(f"{rows} FROM range(41) r(i)", path)
    with opened(path) as store:
        intake, problems = take_in(path, WORDS, store)
        assert intake is not None, problems
        assert intake.kept == 40
        assert len(intake.concepts) == COLUMNS
    assert damage(path, Position(str(path))) is None


def test_a_damaged_page_is_found_in_whichever_column_it_is(tmp_path: Path) -> None:
    path = tmp_path / "坏.parquet"
    cells = ", ".join(f"(i * {n + 1} % 997)::VARCHAR AS 数据{n}" for n in range(COLUMNS))
    written(f"SELECT {cells} FROM range(2000) r(i)", path)
    content = bytearray(path.read_bytes())
    at = len(content) * 6 // 10
    content[at : at + 64] = bytes(64)
    path.write_bytes(content)
    found = damage(path, Position(str(path)))
    assert found is not None
    assert found.code == "damaged-file"
