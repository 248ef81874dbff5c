"""What a job reads, laid out just before it runs: requests are kept as words and digests, never as paths of this machine.

In a request, `folder_of(version)` stands for a folder with a version's files, `file_of(blob, name)` for one file, and
`within(key, path)` for a file of the folder another key stands for.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hegui.desk.store.blobs import Blob, Blobs
from hegui.desk.store.folders import Folders, Version, checked_path
from hegui.desk.work.wire import Data

_FOLDER, _FILE, _WITHIN = "@folder", "@file", "@within"


def folder_of(version: Version, path: str = "") -> Data:
    """In a request of a job: the folder with a version's files, or a path in it."""
    return {_FOLDER: version.folder, "n": version.n, "path": path}


def version_named(value: Any) -> tuple[str, int] | None:
    """The folder and the number of the version that `folder_of` has put into a request."""
    return (str(value[_FOLDER]), int(value["n"])) if isinstance(value, Mapping) and _FOLDER in value else None


def file_of(blob: Blob, name: str) -> Data:
    """In a request of a job: a file with these bytes and this name."""
    return {_FILE: blob.sha256, "name": checked_path(name)}


def file_in(value: object) -> tuple[str, str] | None:
    """The digest and name of a file in the request of a job."""
    return (str(value[_FILE]), str(value["name"])) if isinstance(value, Mapping) and _FILE in value else None


def within(key: str, path: str) -> Data:
    """In a request of a job: a path in the folder that `key` of the request stands for."""
    return {_WITHIN: key, "path": checked_path(path)}


def laying_out(folders: Folders, blobs: Blobs) -> Callable[[Data, Path], Data]:
    """The function that makes paths of these, in a folder of the job's own."""

    def prepare(request: Data, folder: Path) -> Data:
        return {key: _path(value, key, folder, folders, blobs) for key, value in request.items()}

    return prepare


def _path(value: Any, key: str, root: Path, folders: Folders, blobs: Blobs) -> Any:
    if isinstance(value, Mapping):
        if _FOLDER in value:
            return _folder(value, root / key, folders)
        if _FILE in value:
            return _file(value, root / key, blobs)
        if _WITHIN in value:
            return str(root / value[_WITHIN] / value["path"])
        return {name: _path(one, f"{key}/{n}", root, folders, blobs) for n, (name, one) in enumerate(value.items())}
    if isinstance(value, list | tuple):
        return [_path(one, f"{key}/{n}", root, folders, blobs) for n, one in enumerate(value)]
    return value


def _folder(value: Mapping[str, Any], place: Path, folders: Folders) -> str:
    version = folders.version(str(value[_FOLDER]), int(value["n"]))
    if version is None:
        raise KeyError(value[_FOLDER])
    place.mkdir(parents=True, exist_ok=True)
    folders.lay_out(version, place)
    return str(place / value["path"]) if value.get("path") else str(place)


def _file(value: Mapping[str, Any], place: Path, blobs: Blobs) -> str:
    path = place / str(value["name"])
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(blobs.path(str(value[_FILE])), path)
    return str(path)
