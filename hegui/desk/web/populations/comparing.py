"""Two runs side by side, and the files of one to take home."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import FileResponse, Response

from hegui.desk.web.populations.glance import drawn, gone
from hegui.desk.web.populations.seen import SEEN
from hegui.desk.web.populations.stored import Run, chosen, laid, population, results, run_of, runs
from hegui.desk.web.routes import Page
from hegui.desk.web.visit import Visit
from hegui.desk.web.working import ask
from hegui.desk.work.queueing import Done

# What a run has written, by the names people take it home under.
_WHOLE = {"report.html": "text/html", "report.xlsx": "application/octet-stream", "manifest.json": "application/json"}
_PARTS = ("scores", "reasons", "rejects", "claims")


def _compare(visit: Visit) -> Response:
    whom = population(visit.desk, visit.part("population"))
    if whom is None:
        return visit.missing()
    old, new = (_run(visit, visit.asked(name)) for name in ("old", "new"))
    if old is None or new is None:
        done = [run for run in runs(visit.desk, whom.folder.id) if run.done]
        others = [
            (folder, run)
            for folder, _ in visit.desk.folders.listed("population")
            for run in runs(visit.desk, folder.id)
            if run.done and folder.id != whom.folder.id
        ]
        return visit.page(
            "populations/compare.html", whom=whom, choices=done, others=others, found=None, old=old, new=new
        )
    key = ("between", old.id, new.id, visit.language)
    found = SEEN.get(key)
    if found is None:
        with laid(visit, old, "old") as before, laid(visit, new, "new") as after:
            if before is None or after is None:
                return visit.refusal([gone()], 410, back=whom.path)
            request = {
                "old": before["results"],
                "new": after["results"],
                "old_rules": before["rules"],
                "new_rules": after["rules"],
            }
            answer = ask(visit, "runs", request)
        if not isinstance(answer, Done):
            return visit.refusal(answer.problems, 422, back=whom.path)
        found = SEEN.keep(key, answer.data)
    pictures = [drawn(one, visit) for one in found["chapters"]]
    folders = [visit.desk.folders.get(run.job.folder or "") for run in (old, new)]
    titles = [folder.title if folder else "" for folder in folders]
    return visit.page(
        "populations/compare.html", whom=whom, found=found, pictures=pictures, titles=titles, old=old, new=new
    )


def _run(visit: Visit, wanted: str) -> Run | None:
    """A run that is done, of this or of another population."""
    job = visit.desk.jobs.store.get(wanted) if wanted else None
    if job is None or job.task != "batch":
        return None
    run = run_of(visit.desk, job)
    return run if run.done else None


# --- files ------------------------------------------------------------------------------------------------------------


def files_of(folder: Path) -> dict[str, Path]:
    """The files of a run's results by the names they are taken home under."""
    found = {name: folder / name for name in _WHOLE if (folder / name).is_file()}
    for table in _PARTS:
        parts = sorted((folder / table).glob("part-*.parquet"))
        for n, part in enumerate(parts, 1):
            found[f"{table}.parquet" if len(parts) == 1 else f"{table}-{n}.parquet"] = part
    return found


def _file(visit: Visit) -> Response:
    whom = population(visit.desk, visit.part("population"))
    run = None if whom is None else chosen(runs(visit.desk, whom.folder.id), visit.part("run"))
    folder = None if run is None else results(visit.desk, run)
    name = visit.part("file")
    path = None if folder is None else files_of(folder).get(name)
    if whom is None or path is None:
        return visit.missing()
    headers = {"cache-control": "no-store"}
    # Sent as it lies on the disk: a million units are more than fits into memory.
    return FileResponse(
        path,
        headers=headers,
        media_type=_WHOLE.get(name, "application/octet-stream"),
        filename=f"{whom.folder.title}-{name}",
    )


PAGES = (
    Page("/populations/{population}/compare", _compare, "viewer"),
    Page("/populations/{population}/runs/{run}/{file}", _file, "viewer"),
)
