"""Partitions side by side: the same bytes however many workers there are, and one that fails ends the others."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from facts.documents.model import no_progress
from hegui.batch import workers
from hegui.batch.model import Part
from tests.hegui.batch.test_runs import job, run, tree


@pytest.mark.parametrize("count", [1, 2, 4])
def test_the_bytes_do_not_depend_on_how_many_partitions_are_worked_at_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    trees = []
    for name, many in (("one", 1), ("several", count)):
        (tmp_path / name).mkdir()
        monkeypatch.setattr("hegui.batch.run.workers_for", lambda *asked, many=many: many)
        ran, _ = run(job(tmp_path / name, partition=7))
        assert ran is not None
        trees.append(tree(tmp_path / name / "out"))
    assert trees[0] == trees[1]


def test_parts_come_back_in_order_and_no_worker_does_two_at_once() -> None:
    busy: set[int] = set()

    def do(part: Part, worker: int) -> int:
        assert worker not in busy
        busy.add(worker)
        threading.Event().wait(0.001 * (part.number % 3))
        busy.remove(worker)
        return part.number

    parts = [Part(number, number, number + 1) for number in range(30)]
    assert workers.each(parts, [0, 1, 2], do, lambda worker: None, no_progress) == list(range(30))


def test_a_part_that_fails_stops_the_others_and_leaves_the_rest_undone() -> None:
    begun, stopped = [], threading.Event()

    def do(part: Part, worker: int) -> None:
        begun.append(part.number)
        if part.number == 0:
            raise OSError(28, "disk full")
        assert stopped.wait(10)
        raise RuntimeError("interrupted")

    parts = [Part(number, number, number + 1) for number in range(30)]
    with pytest.raises(OSError, match="disk full"):
        workers.each(parts, [0, 1], do, lambda worker: stopped.set(), no_progress)
    assert len(begun) <= 3


def test_there_are_no_more_workers_than_cores_parts_or_memory_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda process: set(range(64)), raising=False)
    usual, large = workers.footprint([[("v0", "BIGINT")] * 360]), workers.footprint([[("v0", "BIGINT")] * 1_000])
    groups = workers.footprint([[("v0", "INTEGER")] * 260] * 10)
    assert (groups.widest, groups.bytes) == (260, 10_400)
    assert workers.workers_for(1, 100_000, usual) == 1 and workers.workers_for(0, 100_000, usual) == 1
    assert workers.workers_for(10, 100_000, usual) == workers.MOST_WORKERS == 4
    assert workers.workers_for(10, 100_000, large) == 1 and workers.workers_for(10, 50_000, groups) == 4
    monkeypatch.setattr("os.sched_getaffinity", lambda process: {0, 1}, raising=False)
    assert workers.workers_for(10, 100_000, usual) == 2 and workers.workers_for(10, 1_000, usual) == 2
