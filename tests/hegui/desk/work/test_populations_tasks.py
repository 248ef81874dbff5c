"""Populations scored and looked at, and assessments set side by side, by real workers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from hegui.desk.work.pool import Pool
from hegui.desk.work.wire import Data
from tests.hegui.desk.work.conftest import Ask
from tests.hegui.desk.work.kunming import CASE, RULES, case_in, codes, done, rulebook_in, tells_no_place_of_the_server

HEAD = "单位编号,单位名称,三公经费控制率,部门预算数(万元),部门决算数(万元),财务监控有效\n"


def table_in(folder: Path, units: int = 12, name: str = "单位.csv") -> Path:
    rows = (f"U{n},=单位{n},{95 + n % 12}%,{100 + n},{99 + n},{'是' if n % 3 else '否'}\n" for n in range(units))
    path = folder / name
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


# --- batch ------------------------------------------------------------------------------------------------------------


def test_a_population_is_scored_and_seen_at_a_glance(ask: Ask, tmp_path: Path) -> None:
    items = tmp_path / "目标.csv"
    items.write_text("单位,名称,是否量化\nU0,甲,否\nU1,乙,是\n", encoding="utf-8")
    out = tmp_path / "out"
    data = done(ask("batch", table=table_in(tmp_path), rules=RULES, output=out, items={"绩效目标": items}))
    assert data["manifest"]["units"] == 12 and data["manifest"]["sample"]["outcome"] == "same"
    assert {"report.html", "report.xlsx", "manifest.json"} <= {path.name for path in out.iterdir()}
    assert tells_no_place_of_the_server(out)
    again = done(ask("glance", results=out, rules=RULES))
    assert again == data
    spread = again["chapters"][0]
    assert spread["grids"][0]["rows"][0] == ["评了的单位", "12"]
    english = done(ask("glance", results=out, rules=RULES, language="en"))["chapters"]
    assert [one["name"] for one in english] != [one["name"] for one in data["chapters"]]
    for chapter in data["chapters"]:
        for grid in chapter["grids"]:
            assert all(len(row) == len(grid["heads"]) and all(isinstance(c, str) for c in row) for row in grid["rows"])


def test_a_table_that_cannot_be_used_is_told(ask: Ask, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "odd.csv").write_text("甲,乙\n1,2\n")
    (tmp_path / "q.sql").write_text("select 1")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 no more")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no more PAR1")
    for name in ("empty.csv", "odd.csv", "broken.xlsx", "broken.parquet"):
        assert codes(ask("batch", table=tmp_path / name, rules=RULES, output=out)), name
    assert codes(ask("batch", table=tmp_path / "q.sql", rules=RULES, output=out)) == {"database-not-here"}
    table = table_in(tmp_path)
    assert codes(ask("batch", table=table, rules=RULES, output=out, year=17)) == {"bad-request"}
    assert codes(ask("batch", table=table, rules=RULES, output=out, partition=0)) == {"bad-request"}
    assert codes(ask("batch", table=table, rules=tmp_path, output=out))
    assert codes(ask("batch", table=tmp_path / "nowhere.csv", rules=RULES, output=out)) == {"no-such-file"}


def test_results_that_are_not_there_damaged_or_of_another_rulebook_are_told(ask: Ask, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done(ask("batch", table=table_in(tmp_path), rules=RULES, output=out))
    assert codes(ask("glance", results=tmp_path, rules=RULES)) == {"no-results"}
    other = rulebook_in(tmp_path / "other")
    (other / "rulebook.yaml").write_text((other / "rulebook.yaml").read_text() + "# 别的版本\n")
    assert codes(ask("glance", results=out, rules=other)) == {"other-rulebook"}
    (out / "scores" / "part-00000.parquet").write_bytes(b"PAR1")
    assert codes(ask("glance", results=out, rules=RULES)) == {"no-results"}
    shutil.rmtree(out / "scores")
    assert codes(ask("glance", results=out, rules=RULES)) == {"no-results"}
    (out / "manifest.json").write_text("[" * 100)
    assert codes(ask("glance", results=out, rules=RULES)) == {"no-results"}


def test_a_population_can_be_cancelled_in_the_middle(tmp_path: Path) -> None:
    heard: list[int] = []
    with Pool(1) as pool:

        def say(done: int, total: int, what: str) -> None:
            heard.append(done)
            if done:
                pool.cancel(ticket)

        request = {"table": str(table_in(tmp_path, 60_000)), "rules": str(RULES), "output": str(tmp_path / "out"), "partition": 2_000}  # fmt: skip
        ticket = pool.submit("batch", request, timeout=600, say=say)
        assert codes(ticket.future.result(120)) == {"work-cancelled"}
    assert any(heard)


def test_an_edit_is_tried_on_a_population(ask: Ask, tmp_path: Path) -> None:
    new = rulebook_in(tmp_path)
    path = new / "management.yaml"
    path.write_text(path.read_text().replace("points: 1", "points: 2", 1))
    data = done(ask("impact", old=RULES, new=new, population=[table_in(tmp_path, 700)]))
    assert data["impact"]["units"] == 700
    assert data["impact"]["told"] == len(data["impact"]["subjects"]) == 500


# --- compare ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def assessments(ask: Ask, tmp_path: Path) -> list[Path]:
    """The Kunming case, and the same with its targets in order."""
    better = CASE.read_text().replace("是否量化: 否", "是否量化: 是", 1)
    paths = []
    for n, text in enumerate((CASE.read_text(), better)):
        path = tmp_path / f"{n}.json"
        path.write_text(json.dumps(done(ask("assess", rules=RULES, case=case_in(tmp_path / str(n), text)))))
        paths.append(path)
    return paths


def row(data: Data, name: str) -> Data:
    found: Data = next(one for one in data["indicators"] if one["id"] == name)
    return found


def test_two_assessments_stand_side_by_side(ask: Ask, assessments: list[Path]) -> None:
    data = done(ask("compare", assessments=assessments))
    assert data["one_rulebook"] is True and len(data["units"]) == 2
    targets = row(data, "target-soundness")
    assert [cell["score"] for cell in targets["cells"]] == ["2.00", "3.00"]
    assert (targets["change"], targets["spread"]) == ("1.00", "1.00")
    assert targets["cells"][0]["reasons"] and not targets["cells"][1]["reasons"]
    assert data["total"]["change"] == "1.00"
    assert {one["change"] for one in data["sections"]} == {"0.00", "1.00"}


def test_an_indicator_only_one_of_them_has_is_a_gap(ask: Ask, assessments: list[Path]) -> None:
    one = json.loads(assessments[1].read_text())
    one["indicators"] = [i for i in one["indicators"] if i["id"] != "target-soundness"]
    one["rulebook"]["digest"] = "0" * 64
    assessments[1].write_text(json.dumps(one))
    data = done(ask("compare", assessments=assessments))
    assert data["one_rulebook"] is False
    assert row(data, "target-soundness")["cells"][1] is None and row(data, "target-soundness")["change"] is None


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", '{"format": "hegui/assessment/v1"}', '{"format": 1}', "[" * 100_000, "\0", '{"format": "hegui/audit/v1"}'],
)  # fmt: skip
def test_what_is_no_assessment_is_told_by_name(ask: Ask, assessments: list[Path], text: str) -> None:
    assessments[1].write_text(text)
    answer = ask("compare", assessments=assessments)
    assert codes(answer) == {"not-an-assessment"}
    assert answer.problems[0].at.file == "1.json"


def test_numbers_that_are_none_and_too_few_or_too_many_are_told(ask: Ask, assessments: list[Path]) -> None:
    assert codes(ask("compare", assessments=assessments[:1])) == {"bad-request"}
    assert codes(ask("compare", assessments=assessments * 30)) == {"bad-request"}
    one: Any = json.loads(assessments[1].read_text())
    wrong: list[Any] = ["many", 3.5, [], "1e999999999"]
    for score in wrong:
        one["indicators"][0]["score"] = score
        assessments[1].write_text(json.dumps(one))
        assert codes(ask("compare", assessments=assessments)) == {"not-an-assessment"}
