"""One run: take the table in, score partition after partition, check a sample, and say in a manifest what was done.

A run that was ended, however it was, goes on when it is given again: partitions that are finished stay, all else is made anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

from engine.evaluate import Evaluator, usable
from engine.load import load_rulebook
from engine.model import Rulebook
from facts.columns.intake import Intake, take_in
from facts.columns.itemtables import take_in_items
from facts.columns.store import Store, database_error, disk_or_memory
from facts.documents.model import Progress
from facts.model import Case, Period, Subject
from facts.problem import Problem, Text, has_errors, in_order
from facts.provenance import Position
from hegui import __version__
from hegui.batch.claims import keys_of, save_claims
from hegui.batch.engines import open_elsewhere
from hegui.batch.lacking import lacking_concepts
from hegui.batch.local import LocalBackend, copy
from hegui.batch.model import Backend, BackendError, Compile, Compiled, Counted, Job, Part, partition_for
from hegui.batch.output import MANIFEST, Output, cannot_write
from hegui.batch.sampling import Sample, check_sample, sampled_rows, seed_of
from hegui.batch.slowly import told_beforehand
from hegui.batch.unreadable import unreadable
from hegui.batch.workers import each, sessions, workers_for

FORMAT = "hegui/batch/v1"


@dataclass(frozen=True, slots=True)
class Ran:
    """A run that came to its end: its manifest. `resumed`: how many partitions had been finished before."""

    manifest: Mapping[str, Any]
    resumed: int

    @property
    def differences(self) -> Sequence[Mapping[str, str]]:
        """Where the columns and the engine do not agree."""
        found: Sequence[Mapping[str, str]] = self.manifest["sample"]["differences"]
        return found


Result = tuple[Ran | None, tuple[Problem, ...]]
Tell = Callable[[Sequence[Problem]], None]


def no_tell(problems: Sequence[Problem]) -> None:
    """Say nothing."""


def run_batch(job: Job, compile_: Compile, progress: Progress, tell: Tell = no_tell) -> Result:
    """Score the table of a job into its folder; None and Problems where that cannot be done.

    `tell` hears what must be known before the run, which is not among the Problems afterwards.
    """
    rulebook, problems = load_rulebook(job.rules)
    if rulebook is None:
        return None, problems
    period = job.period or _year_of(rulebook)
    job = replace(job, partition=job.partition or partition_for(len(rulebook.indicators)))
    problems = (*problems, *usable(rulebook, _case_of(job.table, period)))
    identity, wrong = _identity(job, rulebook, period)
    problems = in_order((*problems, *wrong))
    if has_errors(problems):
        return None, problems
    output = Output(job.output)
    refused = output.claim(identity)
    if refused is not None:
        return None, (*problems, refused)
    finished, ran = False, output_as_told(output)
    try:
        more: tuple[Problem, ...] = ()
        if ran is None:
            ran, more = _run(job, rulebook, period, identity, output, compile_, progress, tell)
        finished = ran is not None
    except BackendError as error:
        return None, (*problems, error.problem)
    except (OSError, database_error()) as error:
        failure = _failure(error, job)
        if failure is None:
            raise
        return None, (*problems, failure)
    finally:
        output.close(finished)
    return ran, (*problems, *more)


def output_as_told(output: Output) -> Ran | None:
    """What a folder that is finished holds, if every file still is what its manifest says."""
    manifest = output.manifest()
    if manifest is None or not output.holds(manifest):
        return None
    return Ran(manifest, len(manifest["parts"]))


def _failure(error: Exception, job: Job) -> Problem | None:
    """The Problem behind a disk that is full or a memory that is too small; None for a fault of ours."""
    name, words = type(error).__name__, str(error)
    if name == "OutOfMemoryException" and "disk" not in words and "temp_directory" not in words:
        message = Text("内存不够一个分区所用", "there is not enough memory for a partition")
        return Problem("out-of-memory", Position("--partition"), message, _SMALLER)
    return cannot_write(job.output, error) if disk_or_memory(error) else None


_SMALLER = Text("请用 --partition 写一个更小的数。", "Give a smaller number after --partition.")


def _year_of(rulebook: Rulebook) -> Period:
    year = rulebook.effective_from.year
    return Period(date(year, 1, 1), date(year, 12, 31))


def _case_of(table: Path, period: Period) -> Case:
    return Case(Subject("", ""), period, {}, {}, Position(str(table)))


def _identity(job: Job, rulebook: Rulebook, period: Period) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """What the run is about, in words of the manifest: no folder, no clock, no machine."""
    inputs, problems = list[dict[str, str]](), list[Problem]()
    for role, path in (("units", job.table), *sorted(job.items.items())):
        try:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            inputs.append({"role": role, "name": path.name, "sha256": digest})
        except OSError as error:
            problems.append(unreadable(path, error))
    return {
        "rulebook": {"id": rulebook.id, "version": rulebook.version, "digest": rulebook.digest},
        "period": str(period),
        "inputs": inputs,
        "partition": job.partition,
        "sample": job.sample,
        "claims": job.claims,
        "backend": "engine" if job.by_engine else job.backend,
        "versions": {"hegui": __version__, "duckdb": _duckdb_version()},
    }, tuple(problems)


def _duckdb_version() -> str:
    import duckdb

    return str(duckdb.__version__)


# --- the run ----------------------------------------------------------------------------------------------------------


def _run(
    job: Job,
    rulebook: Rulebook,
    period: Period,
    identity: Mapping[str, Any],
    output: Output,
    compile_: Compile,
    progress: Progress,
    tell: Tell,
) -> Result:
    with ExitStack() as stack:
        elsewhere = open_elsewhere(job)
        if elsewhere is not None:
            stack.callback(elsewhere.close)
        store = stack.enter_context(Store(output.work, (job.table, *job.items.values()), (output.folder,)))
        intake, problems = take_in(job.table, rulebook.vocabulary, store, progress, others=keys_of(job.claims))
        if intake is not None:
            intake, problems = take_in_items(intake, job.items, progress)
        if intake is None:
            return None, problems
        evaluator = stack.enter_context(Evaluator(rulebook))
        compiled, more = compile_(evaluator, intake)
        problems = (*problems, *more)
        if compiled is None or has_errors(problems):
            return None, problems
        claims, more = save_claims(intake, job.claims, output, progress)
        problems = (*problems, *lacking_concepts((evaluator,), intake, period, intake.concepts), *more)
        if has_errors(problems):
            return None, problems
        tell(told_beforehand(intake, evaluator, compiled, period))
        parts = partitions(intake, job.partition)
        first = LocalBackend(intake, compiled, evaluator, period)
        count = workers_for(len(parts), job.partition, first.footprint()) if elsewhere is None else 1
        workers, alone = sessions(intake, count, stack), Lock()
        backends = [LocalBackend(one, compiled, evaluator, period, elsewhere, alone) for one in workers]
        done = each(parts, backends, partial(_part, output=output), LocalBackend.stop, progress)
        _rejects(store, output)
        rejects = output.finish("rejects", "part-00000.parquet")
        sample = _sample(job, intake, evaluator, compiled, identity, parts, output, period, progress)
        manifest = _manifest(identity, intake, parts, [receipt for receipt, _ in done], rejects, sample)
        manifest |= {"claims": claims}
        if compiled.unsaid:
            manifest["not_in_columns"] = [problem.message.en for problem in compiled.unsaid]
        output.write_json(output.folder / MANIFEST, manifest)
    return Ran(manifest, sum(again for _, again in done)), problems


def partitions(intake: Intake, size: int) -> list[Part]:
    """The units by their order, so many in each partition."""
    query = (
        f"SELECT min(row), max(row) + 1 FROM (SELECT row, (row_number() OVER (ORDER BY row) - 1) // {size} AS part "
        f"FROM {intake.units.name}) GROUP BY part ORDER BY part"
    )
    return [Part(number, low, high) for number, (low, high) in enumerate(intake.store.all(query))]


def _part(part: Part, backend: Backend, output: Output) -> tuple[Mapping[str, Any], bool]:
    """A partition's receipt, and whether it had been finished before."""
    before = output.receipt(part.name)
    if before is not None:
        return before, True
    counted: Counted = backend.run(part, output.draft("scores", part.name), output.draft("reasons", part.name))
    receipt: dict[str, Any] = {"name": part.name, **asdict(counted)}
    receipt["digests"] = {table: output.finish(table, part.name) for table in ("scores", "reasons")}
    output.note(part.name, receipt)
    return receipt, False


def _rejects(store: Store, output: Output) -> None:
    copy(store, "SELECT * FROM rejects ORDER BY ALL", output.draft("rejects", "part-00000.parquet"))


def _sample(
    job: Job,
    intake: Intake,
    evaluator: Evaluator,
    compiled: Compiled,
    identity: Mapping[str, Any],
    parts: Sequence[Part],
    output: Output,
    period: Period,
    progress: Progress,
) -> Sample:
    seed = seed_of([identity["rulebook"]["digest"], *(one["sha256"] for one in identity["inputs"])])
    rows = sampled_rows(intake, seed, job.sample)
    files = {table: [output.place(table, part.name) for part in parts] for table in ("scores", "reasons")}
    return check_sample(intake, evaluator, compiled, rows, files, period, seed, progress)


def _manifest(
    identity: Mapping[str, Any],
    intake: Intake,
    parts: Sequence[Part],
    receipts: Sequence[Mapping[str, Any]],
    rejects: Mapping[str, Any],
    sample: Sample,
) -> dict[str, Any]:
    counts = intake.store.all("SELECT input_table, lost, code, count(*) FROM rejects GROUP BY ALL ORDER BY ALL")
    return {
        "format": FORMAT,
        "state": "failed" if sample.differences else "complete",
        "identity": identity,
        "rows": intake.rows,
        "units": intake.kept,
        "by_engine": sum(receipt["by_engine"] for receipt in receipts),
        "parts": list(receipts),
        "rejects": {
            **rejects,
            "counts": [{"table": t, "lost": lost, "code": code, "count": n} for t, lost, code, n in counts],
        },
        "sample": {
            "seed": sample.seed,
            "size": sample.size,
            "outcome": "different" if sample.differences else "same",
            "differences": [asdict(difference) for difference in sample.differences],
            "more": sample.more,
        },
    }
