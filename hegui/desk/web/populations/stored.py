"""A stored population and its runs: which files are its tables, what was scored by which rulebook, where the results lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.store.blobs import Blob
from hegui.desk.store.folders import Folder, Version
from hegui.desk.store.publications import Publication
from hegui.desk.web.desk import Desk
from hegui.desk.web.jobs import start
from hegui.desk.web.layingout import file_of, folder_of, version_named
from hegui.desk.web.uploads import Received, clean_name
from hegui.desk.web.visit import Visit
from hegui.desk.web.working import laid_out
from hegui.desk.work.jobs import Job

# What a table of units or items may be.
TABLES = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".xls", ".html", ".htm", ".docx")
ITEMS = "items"
# The folder of a run's results, below that of its job.
RESULTS = "run"
_MOST_RUNS = 100


@dataclass(frozen=True, slots=True)
class Population:
    """The last version of a population: its table of units, and its tables of items by the name of their list."""

    folder: Folder
    version: Version
    table: str
    items: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The address of its pages."""
        return f"/populations/{self.folder.id}"

    def blob(self, path: str) -> Blob:
        """One of its tables."""
        return self.version.files[path]


@dataclass(frozen=True, slots=True)
class Run:
    """A population scored by a published rulebook: the job, and what its manifest says once it is done."""

    job: Job
    publication: Publication | None

    @property
    def id(self) -> str:
        """The id of its job."""
        return self.job.id

    @property
    def done(self) -> bool:
        """Whether there are results."""
        return self.job.state == "done" and self.job.answer is not None

    @property
    def manifest(self) -> Mapping[str, Any]:
        """hegui/batch/v1."""
        found: Mapping[str, Any] = (self.job.answer or {})["manifest"]
        return found

    def named(self, language: str) -> str:
        """By which rulebook, for which period."""
        book = f"{self.publication.title} {self.publication.version}" if self.publication else "?"
        year = str(self.manifest["identity"]["period"]) if self.done else str(self.job.request.get("year") or "")
        return f"{book} · {year}" if year else book


# --- storing ----------------------------------------------------------------------------------------------------------


def store(visit: Visit, title: str, table: Received, items: Mapping[str, Received]) -> Population:
    """Keep a population."""
    names = {concept: f"{ITEMS}/{n}-{one.name}" for n, (concept, one) in enumerate(items.items(), 1)}
    files = {table.name: table.blob, **{names[concept]: one.blob for concept, one in items.items()}}
    about = {"table": table.name, "items": names}
    version = visit.desk.folders.create("population", title[:200], files, visit.user.name, "", about)
    found = population(visit.desk, version.folder)
    assert found is not None
    return found


def population(desk: Desk, folder_id: str) -> Population | None:
    """One by its id."""
    folder = desk.folders.get(folder_id)
    if folder is None or folder.kind != "population" or folder.removed:
        return None
    version = desk.folders.latest(folder.id)
    table = version.about.get("table") or next(iter(_tables(version)), "")
    items = {concept: path for concept, path in version.about.get("items", {}).items() if path in version.files}
    return Population(folder, version, table if table in version.files else "", items)


def _tables(version: Version) -> Iterator[str]:
    """Where nothing says which file is the table: policy staff store populations too."""
    yield from (path for path in version.files if "/" not in path and path.lower().endswith(TABLES))


def table_problem(name: str) -> Problem | None:
    """Why this is no name of a table."""
    if name.lower().endswith(TABLES):
        return None
    message = Text(f"“{clean_name(name)}”不是表格文件", f"“{clean_name(name)}” is no table")
    return Problem("not-a-table", Position(""), message, Text("、".join(TABLES), ", ".join(TABLES)))


# --- running ----------------------------------------------------------------------------------------------------------


def begin(visit: Visit, whom: Population, publication: Publication, year: int | None = None, claims: str = "") -> Job:
    """Score a population, as a job."""
    rulebook = visit.desk.folders.version(publication.folder, publication.n)
    assert rulebook is not None
    request: dict[str, Any] = {**tables_of(whom), "rules": folder_of(rulebook), "output": RESULTS, "claims": claims}
    if year is not None:
        request["year"] = year
    title = visit.t(f"评总体:{whom.folder.title}", f"Score a population: {whom.folder.title}")
    return start(visit, "batch", request, title, whom.folder)


def tables_of(whom: Population) -> dict[str, Any]:
    """The tables of a population, for the request of a job."""
    return {
        "table": file_of(whom.blob(whom.table), whom.table),
        "items": {concept: file_of(whom.blob(path), path.rpartition("/")[2]) for concept, path in whom.items.items()},
    }


def runs(desk: Desk, folder_id: str) -> list[Run]:
    """The runs of a population, the last first."""
    found = [job for job in desk.jobs.store.latest(folder=folder_id, limit=_MOST_RUNS) if job.task == "batch"]
    return [Run(job, _publication(desk, job)) for job in found]


def run_of(desk: Desk, job: Job) -> Run:
    """A job as a run."""
    return Run(job, _publication(desk, job))


def chosen(found: Sequence[Run], wanted: str) -> Run | None:
    """The run that is asked for, or the last that is done."""
    if wanted:
        return next((run for run in found if run.id == wanted), None)
    return next((run for run in found if run.done), None)


def _publication(desk: Desk, job: Job) -> Publication | None:
    named = version_named(job.request.get("rules"))
    if named is None:
        return None
    return next((one for one in desk.publications.of_folder(named[0]) if one.n == named[1]), None)


def results(desk: Desk, run: Run) -> Path | None:
    """The folder of a run's results."""
    folder = desk.jobs.files(run.id)
    return folder / RESULTS if folder is not None and (folder / RESULTS).is_dir() else None


@contextmanager
def laid(visit: Visit, run: Run, name: str = "rules") -> Iterator[dict[str, str] | None]:
    """The results and the rulebook of a run, for a request; None where they are gone."""
    folder, named = results(visit.desk, run), version_named(run.job.request.get("rules"))
    version = visit.desk.folders.version(*named) if named else None
    with visit.desk.scratch() as scratch:
        if folder is None or version is None:
            yield None
        else:
            yield {"results": str(folder), "rules": laid_out(visit, version, scratch, name)}
