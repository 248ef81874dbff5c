"""Runs survive: killed at any moment they go on to the same bytes; other runs' folders, full disks and wrong columns are told."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from facts.documents.model import no_progress
from facts.problem import Problem
from hegui.batch.model import Compile, Job
from hegui.batch.run import Ran, run_batch
from tests.hegui.batch.stubbed import RULES, compile_stub, compile_wrong

ROOT = Path(__file__).parents[3]
UNITS = 60


def table(folder: Path, units: int = UNITS) -> Path:
    path = folder / "单位.csv"
    rows = "".join(f"U{n},单位{n},{n % 90}.{n % 10}%\n" for n in range(units))
    path.write_text(f"单位编号,单位名称,三公经费控制率\n{rows}U3,又一次,1%\n", encoding="utf-8")
    return path


def run(job: Job, compile_: Compile = compile_stub) -> tuple[Ran | None, tuple[Problem, ...]]:
    return run_batch(job, compile_, no_progress)


def job(folder: Path, partition: int = 25) -> Job:
    return Job(table(folder), RULES, folder / "out", partition=partition, sample=5)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def read(path: Path) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT * FROM '{path}'").fetchall()


def test_a_run_leaves_scores_reasons_rejects_and_a_manifest_that_says_what_they_are(tmp_path: Path) -> None:
    ran, problems = run(job(tmp_path))
    assert ran is not None and {p.code for p in problems} == {"rows-rejected", "missing-concepts"}
    out = tmp_path / "out"
    assert sorted(tree(out)) == [
        "manifest.json", *(f"reasons/part-0000{n}.parquet" for n in range(3)), "rejects/part-00000.parquet",
        *(f"scores/part-0000{n}.parquet" for n in range(3)),
    ]  # fmt: skip
    scores = read(out / "scores" / "*.parquet")
    assert [row[0] for row in scores] == list(range(UNITS)) and scores[11] == (11, "U11", "单位11", 111)
    assert scores[9] == (9, "U9", "单位9", 99)  # by the engine
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["units"] == UNITS and manifest["rows"] == UNITS + 1 and manifest["by_engine"] == 6
    assert (
        manifest["state"] == "complete" and manifest["sample"]["outcome"] == "same" and manifest["sample"]["size"] == 5
    )
    assert [part["units"] for part in manifest["parts"]] == [25, 25, 10]
    assert manifest["rejects"]["counts"] == [{"table": "units", "lost": "row", "code": "duplicate-unit", "count": 1}]
    assert str(tmp_path) not in json.dumps(manifest)


def test_the_same_input_gives_the_same_bytes_wherever_it_lies(tmp_path: Path) -> None:
    trees = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        ran, _ = run(job(tmp_path / name))
        assert ran is not None
        trees.append(tree(tmp_path / name / "out"))
    assert trees[0] == trees[1]
    again, _ = run(job(tmp_path / "a"))
    assert again is not None and again.resumed == 3 and tree(tmp_path / "a" / "out") == trees[0]


def test_a_finished_folder_that_was_altered_is_made_again(tmp_path: Path) -> None:
    run(job(tmp_path))
    before = tree(tmp_path / "out")
    (tmp_path / "out" / "scores" / "part-00001.parquet").write_bytes(b"something else")
    ran, _ = run(job(tmp_path))
    assert ran is not None and tree(tmp_path / "out") == before


@pytest.mark.parametrize("seed", range(4))
def test_a_run_killed_at_any_moment_goes_on_to_the_same_bytes(tmp_path: Path, seed: int) -> None:
    (tmp_path / "calm").mkdir()
    calm = job(tmp_path / "calm", partition=7)
    assert run(calm)[0] is not None
    killed = job(tmp_path, partition=7)
    command = [
        sys.executable,
        "-m",
        "tests.hegui.batch.stubbed",
        str(killed.table),
        str(RULES),
        str(killed.output),
        "7",
    ]
    moments = random.Random(seed)  # noqa: S311
    for _ in range(4):
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.6, 2.5))
        process.kill()
        process.wait()
        # Nothing half-written looks finished.
        for path in killed.output.glob("*/part-*.parquet"):
            assert read(path) is not None
    assert subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode == 0
    assert tree(killed.output) == tree(calm.output)


def test_a_partition_that_is_finished_is_not_made_again(tmp_path: Path) -> None:
    asked = job(tmp_path)

    def failing(done: int, total: int, what: str) -> None:
        if what == "partition" and done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_batch(asked, compile_stub, failing)
    assert not (asked.output / "manifest.json").exists()
    finished = {path: path.stat().st_mtime_ns for path in asked.output.glob("*/part-*.parquet")}
    assert len(finished) >= 4
    ran, _ = run(asked)
    # Another partition may have come to its end beside the one in which the run was ended.
    assert ran is not None and ran.resumed == len(finished) / 2
    assert all(path.stat().st_mtime_ns == when for path, when in finished.items())
    (tmp_path / "calm").mkdir()
    run(job(tmp_path / "calm"))
    assert tree(asked.output) == tree(tmp_path / "calm" / "out")


def test_a_folder_of_another_run_or_of_other_files_is_refused(tmp_path: Path) -> None:
    asked = job(tmp_path)
    run(asked)
    for other, word in ((replace(asked, partition=30), "partition"), (replace(asked, sample=6), "sample")):
        ran, problems = run(other)
        assert ran is None and problems[-1].code == "other-run" and word in problems[-1].message.en
    table(tmp_path, units=61)
    ran, problems = run(asked)
    assert ran is None and problems[-1].code == "other-run" and "input" in problems[-1].message.en
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("dear", encoding="utf-8")
    ran, problems = run(replace(asked, output=mine))
    assert ran is None and problems[-1].code == "not-empty" and tree(mine) == {"letter.txt": b"dear"}


def test_an_input_that_cannot_be_used_leaves_no_folder_behind_that_bars_the_next(tmp_path: Path) -> None:
    asked = job(tmp_path)
    asked.table.write_text("单位编号,三公经费控制率\nU1,很多\n", encoding="utf-8")
    ran, problems = run(asked)
    assert ran is None and problems[-1].code == "no-units-left"
    table(tmp_path)
    assert run(asked)[0] is not None


def test_columns_that_differ_from_the_engine_fail_the_run_and_say_where(tmp_path: Path) -> None:
    ran, _ = run(job(tmp_path), compile_wrong)
    assert ran is not None and ran.manifest["state"] == "failed" and ran.manifest["sample"]["outcome"] == "different"
    first = ran.differences[0]
    assert first["field"] in ("score", "points") and int(first["columns"]) == int(first["engine"]) + 1 and first["unit"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o500)
    ran, problems = run(job(tmp_path))
    assert ran is None and problems[-1].code == "cannot-write"


@pytest.mark.parametrize("limit", [1_000, 6_000, 20_000, 60_000])
def test_a_full_disk_is_told_and_leaves_nothing_that_looks_finished(tmp_path: Path, limit: int) -> None:
    """By the limit a process may have on files: what the system says then is what a full disk gives."""
    asked = Job(table(tmp_path, units=3_000), RULES, tmp_path / "out", partition=1_000, sample=5)
    limited = (
        "import resource, runpy, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); "
        "sys.argv = sys.argv[1:]; runpy.run_module('tests.hegui.batch.stubbed', run_name='__main__')"
    )
    command = [sys.executable, "-c", limited, "x", str(asked.table), str(RULES), str(asked.output), "1000"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2 and "cannot-write" in ended.stderr and "Traceback" not in ended.stderr, ended.stderr
    assert not (asked.output / "manifest.json").exists()
    assert all(read(path) for path in asked.output.glob("*/part-*.parquet"))
    assert run(asked)[0] is not None


def test_a_disk_that_is_full_at_the_end_of_a_statement_is_told_as_one(tmp_path: Path) -> None:
    """The database calls it a failed commit then."""
    asked = job(tmp_path)
    says = 'Failed to commit: Could not write file "x.wal": No space left on device'

    def failing(evaluator: object, intake: object) -> Any:
        raise duckdb.TransactionException(says)

    ran, problems = run(asked, failing)
    assert ran is None and problems[-1].code == "cannot-write"
    assert problems[-1].message.en == "cannot be written (No space left on device)"
    with pytest.raises(duckdb.TransactionException):
        run(asked, lambda evaluator, intake: (_ for _ in ()).throw(duckdb.TransactionException("a fault of ours")))


def test_two_runs_do_not_write_one_folder_at_once(tmp_path: Path) -> None:
    asked = job(tmp_path)
    found: list[str] = []

    def meanwhile(done: int, total: int, what: str) -> None:
        if what == "partition" and not found:
            found.append("")
            ran, problems = run(asked)
            assert ran is None
            found.extend(problem.code for problem in problems)

    ran, _ = run_batch(asked, compile_stub, meanwhile)
    assert ran is not None and found[-1] == "output-busy"
