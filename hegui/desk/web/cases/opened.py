"""A case as pages open it: the folder, one of its versions, and the published rulebook it is scored by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.responses import Response

from hegui.desk.store.blobs import Blob
from hegui.desk.store.folders import Folder, Version
from hegui.desk.store.publications import Publication
from hegui.desk.web.visit import Visit
from hegui.desk.web.working import laid_out

CASE = "case.yaml"
SOURCES = "sources"


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A version of a case and its rulebook; `newest` is the number of the last version."""

    folder: Folder
    version: Version
    newest: int
    publication: Publication
    about: Mapping[str, Any] = field(repr=False)

    @property
    def path(self) -> str:
        """The address of its pages."""
        return f"/cases/{self.folder.id}"

    @property
    def is_newest(self) -> bool:
        """Whether nothing was saved after it."""
        return self.version.n == self.newest

    @property
    def query(self) -> str:
        """What keeps links within this version."""
        return "" if self.is_newest else f"?version={self.version.n}"

    @property
    def sources(self) -> dict[str, Blob]:
        """The documents it was read from, by their names."""
        start = f"{SOURCES}/"
        return {path.removeprefix(start): blob for path, blob in self.version.files.items() if path.startswith(start)}

    @property
    def waivers(self) -> tuple[str, ...]:
        """The waiver files that were given for it."""
        return tuple(path for path in self.version.files if path.startswith("waivers/"))


def opened(visit: Visit) -> OpenCase | None:
    """The case this address is of, in the version asked for, else the last."""
    folder = visit.desk.folders.get(visit.part("case"))
    if folder is None or folder.kind != "case":
        return None
    latest = visit.desk.folders.latest(folder.id)
    wanted = visit.asked("version")
    version: Version | None = latest
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 and int(wanted) != latest.n:
        version = visit.desk.folders.version(folder.id, int(wanted))
    publication = None if version is None else visit.desk.publications.get(str(version.about.get("publication", "")))
    if version is None or publication is None:
        return None
    return OpenCase(folder, version, latest.n, publication, version.about)


def unopened(visit: Visit) -> Response:
    """What is shown where a case cannot be opened: nobody has said yet by which rulebook, or there is no such case."""
    folder = visit.desk.folders.get(visit.part("case"))
    if folder is None or folder.kind != "case":
        return visit.missing()
    latest = visit.desk.folders.latest(folder.id)
    if visit.desk.publications.get(str(latest.about.get("publication", ""))) is not None:
        return visit.missing()  # of that version
    listed = visit.desk.publications.listed()
    return visit.page("case-rulebook.html", folder=folder, version=latest, publications=listed, problems=[])


@dataclass(frozen=True, slots=True)
class Laid:
    """A case and its rulebook as files, for tasks; `place` is an empty folder beside them."""

    rules: str
    case: str
    home: Path
    waivers: tuple[str, ...]

    @property
    def request(self) -> dict[str, Any]:
        """What tasks about a case want to know."""
        return {"rules": self.rules, "case": self.case}

    def out(self, name: str) -> Path:
        """A folder to write to."""
        place = self.home.parent / name
        place.mkdir(exist_ok=True)
        return place


@contextmanager
def laid(visit: Visit, case: OpenCase) -> Iterator[Laid]:
    """The case and its rulebook as files until the block ends."""
    with visit.desk.scratch() as scratch:
        home = Path(laid_out(visit, case.version, scratch, "case"))
        rules = rules_in(visit, case.publication, scratch)
        yield Laid(rules, str(home / CASE), home, tuple(str(home / path) for path in case.waivers))


def rules_in(visit: Visit, publication: Publication, scratch: Path) -> str:
    """A published rulebook as files."""
    version = visit.desk.folders.version(publication.folder, publication.n)
    assert version is not None, "what is published is a version"
    return laid_out(visit, version, scratch, "rules")
