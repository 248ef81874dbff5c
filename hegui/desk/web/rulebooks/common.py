"""What the pages of one rulebook share: which rulebook and version, what a draft says, saving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from starlette.responses import Response

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.store.blobs import Blob
from hegui.desk.store.folders import BadPath, Folder, Version, checked_path
from hegui.desk.web.visit import Visit
from hegui.desk.web.working import ask
from hegui.desk.work.queueing import Answer, Done

ROOT = "rulebook.yaml"
# What a list of rulebooks says of a version without asking a worker.
COUNTED = ("errors", "warnings", "notes")
TABS = ("outline", "files", "cases", "impact", "versions", "publish")


@dataclass(frozen=True, slots=True)
class Opened:
    """A rulebook: the version looked at, and the latest."""

    folder: Folder
    version: Version
    latest: Version

    @property
    def address(self) -> str:
        """Where its pages begin."""
        return f"/rulebooks/{self.folder.id}"


def opened(visit: Visit) -> Opened | None:
    """The rulebook of the path, at the version `?n=` names, else the latest; None where there is none."""
    folder = visit.desk.folders.get(visit.part("rulebook"))
    if folder is None or folder.kind != "rulebook":
        return None
    latest = visit.desk.folders.latest(folder.id)
    wanted = visit.asked("n")
    version = numbered(visit, folder.id, wanted) if wanted else latest
    return None if version is None else Opened(folder, version, latest)


def numbered(visit: Visit, folder: str, n: str) -> Version | None:
    """A version by its number as it was typed."""
    plain = n.isascii() and n.isdigit() and len(n) < 10
    return visit.desk.folders.version(folder, int(n)) if plain else None


def page(visit: Visit, book: Opened, template: str, tab: str, status: int = 200, **values: Any) -> Response:
    """A page of a rulebook, with its tabs."""
    return visit.page(
        f"rulebooks/{template}", status, book=book, tab=tab, tabs=TABS, may_change=visit.may("policy"), **values
    )


def asked_path(visit: Visit) -> str | None:
    """The file the path names; None where no file can have that name."""
    try:
        return checked_path(visit.part("path"))
    except BadPath:
        return None


# --- what a draft says ------------------------------------------------------------------------------------------------


def examine(visit: Visit, version: Version, replaced: Mapping[str, str] | None = None) -> Answer:
    """What a version says and what is wrong with it, with some files as they are being typed."""
    with visit.desk.scratch() as scratch:
        folder = rules_of(visit, version, scratch / "rules")
        for path, text in (replaced or {}).items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text.encode("utf-8", errors="surrogatepass"))
        return ask(visit, "draft", {"rules": str(folder)})


def rules_of(visit: Visit, version: Version, target: Path) -> Path:
    """The rule files of a version, without what lies in folders below (cases, sources)."""
    target.mkdir()
    files = {path: blob for path, blob in version.files.items() if "/" not in path}
    return visit.desk.folders.lay_out(replace(version, files=files), target)


def told_problems(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """Problems of an answer as templates show them."""
    return [
        {
            "code": one["code"],
            "severity": one["severity"],
            "at": place(one),
            "message": one["message"],
            "hint": one.get("hint") or "",
        }
        for one in data["problems"]
    ]


def place(one: Mapping[str, Any]) -> str:
    """file:line:column of a problem, as far as it is known."""
    parts = [one["file"], *(str(one[key]) for key in ("line", "column") if one.get(key))]
    return ":".join(part for part in parts if part)


# --- saving -----------------------------------------------------------------------------------------------------------


def save(visit: Visit, base: Version, files: Mapping[str, Blob], note: str, told: Sequence[str] = ()) -> Version:
    """The next version, with what is known of it; raises Stale. A worker that fails keeps nobody from saving.

    `told`: lines about what was changed, kept with the version.
    """
    about = counted(visit, replace(base, files=files)) | ({"told": list(told)} if told else {})
    return visit.desk.folders.save(base, files, visit.user.name, note[:500], about)


def counted(visit: Visit, version: Version) -> dict[str, Any]:
    """How many problems a version has, and what it calls itself; nothing where it could not be looked at."""
    answer = examine(visit, version)
    if not isinstance(answer, Done):
        return {}
    about: dict[str, Any] = {name: answer.data[name] for name in COUNTED}
    said = answer.data["rulebook"]
    if said is not None:
        about |= {name: said[name] for name in ("id", "version", "from", "to", "points", "indicators")}
    return about


def with_text(visit: Visit, version: Version, path: str, text: str) -> dict[str, Blob]:
    """The files of a version with one of them changed or added."""
    return {**version.files, checked_path(path): visit.desk.folders.put_text(text)}


def text_of(visit: Visit, version: Version, path: str) -> str | None:
    """A file as text; None where it is no text in UTF-8."""
    try:
        return visit.desk.folders.read(version, path).decode("utf-8")
    except UnicodeDecodeError:
        return None


def problem(code: str, zh: str, en: str, hint: Text = Text("", ""), at: str = "") -> Problem:
    """A Problem of these pages."""
    return Problem(code, Position(at), Text(zh, en), hint)
