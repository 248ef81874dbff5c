"""Populations that live in a database: files of SQL in the place of tables."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from hegui.batch.fetching import fetched
from hegui.batch.model import Job
from hegui.cli import main
from tests.facts.documents import servers
from tests.hegui.batch.engines import RULES, job_on, run, tables

UNITS = 'SELECT id AS 单位编号, name AS 单位名称, rate AS 三公经费控制率, done AS "预算完成率(%)" FROM 单位 ORDER BY id -- 全部;\n;'
TARGETS = "SELECT id AS 单位编号, title AS 名称, measurable AS 是否量化 FROM 目标 ORDER BY id, title"


@pytest.fixture(scope="module")
def url() -> str:
    found = servers.database_on(servers.POSTGRESQL)
    servers.run(
        found,
        "CREATE TABLE 单位 AS SELECT n AS id, '单位,' || n AS name, n || '.5%' AS rate, n + 0.25 AS done "
        "FROM generate_series(1, 40) n",
        "CREATE TABLE 目标 AS SELECT n AS id, '目标' || k AS title, k % 2 = 0 AS measurable "
        "FROM generate_series(1, 40) n, generate_series(1, 3) k",
    )
    return found


def asked(folder: Path, url: str, units: str = UNITS) -> Job:
    (folder / "单位.sql").write_text(units, encoding="utf-8")
    (folder / "目标.sql").write_text(TARGETS, encoding="utf-8")
    job = job_on(folder, "there", "postgres", database=url)
    return replace(job, table=folder / "单位.sql", items={"绩效目标": folder / "目标.sql"})


def test_rows_of_a_query_are_scored_as_those_of_a_file(tmp_path: Path, url: str) -> None:
    lines = [f'{n},"单位,{n}",{n}.5%,{n}.25' for n in range(1, 41)]
    units, targets = tmp_path / "单位.csv", tmp_path / "目标.csv"
    with fetched(asked(tmp_path, url)) as (there, problems):
        assert there is not None, problems
        ran, problems = run(there)
        assert ran is not None and ran.manifest["units"] == 40, problems
    units.write_text("\n".join(["单位编号,单位名称,三公经费控制率,预算完成率(%)", *lines]) + "\n", encoding="utf-8")
    rows = [f"{n},目标{k},{'否' if k % 2 else '是'}" for n in range(1, 41) for k in range(1, 4)]
    targets.write_text("\n".join(["单位编号,名称,是否量化", *rows]) + "\n", encoding="utf-8")
    here, _ = run(replace(there, table=units, items={"绩效目标": targets}, output=tmp_path / "here", backend="local"))
    assert here is not None and here.manifest["identity"]["inputs"] == ran.manifest["identity"]["inputs"]
    assert tables(tmp_path / "here") == tables(tmp_path / "there")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT 1) TO PROGRAM 'true' --", "bad-query"),
        ("DELETE FROM 单位", "bad-query"),
        ("SELECT 1; SELECT 2", "bad-query"),
        ("SELECT nothing FROM 单位", "bad-query"),
        ("WITH gone AS (DELETE FROM 单位 RETURNING 1) SELECT * FROM gone", "bad-query"),
    ],
)
def test_only_one_query_that_reads_is_run(tmp_path: Path, url: str, query: str, code: str) -> None:
    with fetched(asked(tmp_path, url, query)) as (job, problems):
        assert job is None and [p.code for p in problems] == [code] and "单位.sql" in str(problems[0].at)
    servers.run(url, "SELECT 1 / (count(*) = 40)::int FROM 单位")


def test_a_query_without_a_database_says_where_to_name_one(tmp_path: Path) -> None:
    with fetched(asked(tmp_path, "")) as (job, problems):
        assert job is None and problems[0].code == "no-database" and "HEGUI_DATABASE" in problems[0].hint.en


def test_a_unit_of_a_query_is_explained_like_one_of_a_file_under_the_name_of_the_query(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job, rules = asked(tmp_path, url), ["--rules", str(RULES)]
    queries = ["--items", f"绩效目标={job.items['绩效目标']}", "--database", url]
    units, targets = tmp_path / "单位.csv", tmp_path / "目标.csv"
    units.write_text('单位编号,单位名称,三公经费控制率,预算完成率(%)\n7,"单位,7",7.5%,7.25\n', encoding="utf-8")
    targets.write_text("单位编号,名称,是否量化\n7,目标1,否\n7,目标2,是\n7,目标3,否\n", encoding="utf-8")
    told = []
    for table, more in ((job.table, queries), (units, ["--items", f"绩效目标={targets}"])):
        main(["check", f"{table}#7", *rules, *more, "--format", "json"])
        told.append(json.loads(capsys.readouterr().out))
    there, here = told
    assert [one["score"] for one in there["indicators"]] == [one["score"] for one in here["indicators"]]
    assert there["score"] == here["score"] and there["lower"] == here["lower"]
    assert {str(job.table), str(job.items["绩效目标"])} <= set(
        re.findall(r'"file": "([^"]+)"', json.dumps(there, ensure_ascii=False))
    )
    monkeypatch.setenv("HEGUI_DATABASE", url)
    assert main(["explain", f"{job.table}#7", "three-public-control", *rules]) == 0
    assert "7.5%" in capsys.readouterr().out
    assert main(["check", f"{job.table}#没有", *rules]) == 2
    assert f"{job.table}: error[unknown-unit]" in capsys.readouterr().err


def test_a_unit_of_a_query_needs_a_database_and_leaves_no_receipt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HEGUI_DATABASE", raising=False)
    query = tmp_path / "单位.sql"
    query.write_text(UNITS, encoding="utf-8")
    for more, code in (([], "no-database"), (["--receipt", str(tmp_path / "r.json")], "no-receipt-of-query")):
        assert main(["check", f"{query}#7", "--rules", str(RULES), *more]) == 2
        assert f"[{code}]" in capsys.readouterr().err
    assert not (tmp_path / "r.json").exists()
