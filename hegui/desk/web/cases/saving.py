"""The next version of a case: scored before it is saved, so that lists can tell the score without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from facts.problem import Problem
from hegui.desk.store.blobs import Blob
from hegui.desk.store.folders import Version
from hegui.desk.store.publications import Publication
from hegui.desk.web.cases.opened import CASE, OpenCase, rules_in
from hegui.desk.web.visit import Visit
from hegui.desk.web.working import ask
from hegui.desk.work.queueing import Done
from hegui.desk.work.wire import problem_to_wire

_TOLD = ("score", "lower", "upper", "points", "grade", "grades")
_LONGEST_NOTE = 300
_MOST_TOLD = 200


def about_of(visit: Visit, publication: Publication, text: str, files: Mapping[str, Blob]) -> dict[str, Any]:
    """What lists say of a case: whom and when it is about, by which rulebook, and what the score is."""
    with visit.desk.scratch() as scratch:
        case = write_case(visit, scratch / "case", text, files)
        answer = ask(visit, "assess", {"rules": rules_in(visit, publication, scratch), "case": str(case)})
    about: dict[str, Any] = {
        "publication": publication.id,
        "rulebook": publication.title,
        "rulebook_version": publication.version,
        "score": None,
    }
    if isinstance(answer, Done):
        about["score"] = {key: answer.data[key] for key in _TOLD}
        about["subject"] = answer.data["subject"]
        about["period"] = period_text(answer.data["period"])
    return about


def write_case(visit: Visit, home: Path, text: str, files: Mapping[str, Blob]) -> Path:
    """A case file that is not saved yet, with its documents beside it."""
    for path, blob in files.items():
        place = home / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(visit.desk.blobs.read(blob.sha256))
    home.mkdir(exist_ok=True)
    case = home / CASE
    case.write_text(text, "utf-8")
    return case


def period_text(period: Mapping[str, str]) -> str:
    """A year where it is one.

    >>> period_text({"from": "2017-01-01", "to": "2017-12-31"}), period_text({"from": "2017-01-01", "to": "2017-06-30"})
    ('2017', '2017-01-01/2017-06-30')
    """
    start, end = period["from"], period["to"]
    year = start[:4]
    return year if (start, end) == (f"{year}-01-01", f"{year}-12-31") else f"{start}/{end}"


def save_case(
    visit: Visit,
    case: OpenCase,
    text: str,
    note: str,
    documents: Mapping[str, Blob],
    more: Mapping[str, Any] | None = None,
) -> Version:
    """Save a case with this case file and these documents; `more` is what else is known of it. Raises Stale."""
    every = dict(documents)
    about = {**case.about, **about_of(visit, case.publication, text, every), "told": [], **(more or {})}
    every[CASE] = visit.desk.folders.put_text(text)
    return visit.desk.folders.save(case.version, every, visit.user.name, note[:_LONGEST_NOTE], about)


def told(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """What was noticed while documents were read, as it is kept with a version."""
    return [problem_to_wire(one) for one in problems][:_MOST_TOLD]
