"""The rulebooks a desk begins with: folders on disk become rulebooks of the desk, published as their own files say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from facts.treereading import child, items_of, text_of
from facts.yamltree import read_yaml
from hegui.desk.store.blobs import Blob, Blobs
from hegui.desk.store.folders import Folders
from hegui.desk.store.publications import AlreadyPublished, Publications

# The folder `rules` of this program.
SHIPPED = Path(__file__).resolve().parents[3] / "rules"
BY = "hegui"


@dataclass(frozen=True, slots=True)
class Heading:
    """What a `rulebook.yaml` says of itself; days are ISO texts."""

    id: str
    version: str
    title: str
    effective_from: str
    effective_to: str | None
    scores: bool  # False: checks only, which an audit uses by itself


def heading_of(data: bytes) -> Heading | None:
    """The heading of a `rulebook.yaml`; None where it lacks any of it."""
    node, _ = read_yaml(data, "rulebook.yaml")
    effective = child(node, "effective")
    key, version, title = text_of(node, "id"), text_of(node, "version"), text_of(node, "title")
    start, end = text_of(effective, "from"), text_of(effective, "to")
    if not (key and version and title and start):
        return None
    return Heading(key, version, title, start, end or None, bool(items_of(node, "sections")))


def digest_of(files: Mapping[str, Blob]) -> str:
    """One digest for a folder's files: of their paths and digests, in order."""
    tree = {path: blob.sha256 for path, blob in files.items()}
    return hashlib.sha256(json.dumps(tree, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def begin_with(places: Iterable[Path], blobs: Blobs, folders: Folders, publications: Publications) -> None:
    """Take in the rulebooks of these folders, where the desk has no rulebook yet."""
    if folders.listed("rulebook") or folders.listed("rulebook", removed=True):
        return
    for place in rulebooks_in(places):
        heading = heading_of((place / "rulebook.yaml").read_bytes())
        if heading is None or not heading.scores:
            continue
        files = {path.relative_to(place).as_posix(): blobs.put_file(path) for path in _files(place)}
        version = folders.create("rulebook", heading.title, files, BY, f"hegui: {place.name}")
        try:
            publications.publish(
                folder=version.folder,
                n=version.n,
                rulebook=heading.id,
                version=heading.version,
                title=heading.title,
                digest=digest_of(version.files),
                effective_from=heading.effective_from,
                effective_to=heading.effective_to,
                note="",
                by=BY,
            )
        except AlreadyPublished:
            continue


def rulebooks_in(places: Iterable[Path]) -> Iterator[Path]:
    """The rulebook folders among these, or directly below them."""
    for place in places:
        if (place / "rulebook.yaml").is_file():
            yield place
        else:
            yield from sorted(one.parent for one in place.glob("*/rulebook.yaml"))


def _files(place: Path) -> Iterator[Path]:
    for path in sorted(place.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(place).parts)
        if path.is_file() and not path.is_symlink() and not hidden:
            yield path
