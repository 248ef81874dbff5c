"""What a request hands in, as files for a task: cases, rulebooks, whatever comes as text, base64 or a part of a form."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facts.problem import Text
from hegui.desk.api.answering import missing, problem
from hegui.desk.api.operation import Call, Refused
from hegui.desk.api.reading import written
from hegui.desk.store.blobs import Blob
from hegui.desk.store.database import now
from hegui.desk.store.folders import BadPath, checked_path
from hegui.desk.store.publications import Publication
from hegui.desk.web.working import laid_out


def case_file(call: Call, folder: Path) -> str:
    """The case of a request as a file."""
    case = call.data["case"]
    path = folder / "case" / "case.yaml"
    path.parent.mkdir()
    path.write_text(case if isinstance(case, str) else written(case), "utf-8")
    return str(path)


def rulebook_folder(call: Call, folder: Path) -> str:
    """The rulebook of a request as a folder. Raises Refused where there is none such."""
    asked = call.data["rulebook"]
    if "files" in asked:
        return str(_typed(asked["files"], folder / "rules"))
    publication = published(call, asked)
    version = call.visit.desk.folders.version(publication.folder, publication.n)
    if version is None:
        raise missing(publication.id)
    return laid_out(call.visit, version, folder, "rules")


def published(call: Call, asked: Mapping[str, Any]) -> Publication:
    """The publication a request names. Raises Refused where there is none."""
    publications = call.visit.desk.publications
    if "publication" in asked:
        found = publications.get(asked["publication"])
    elif "version" in asked:
        same = (one for one in publications.listed() if (one.rulebook, one.version) == (asked["id"], asked["version"]))
        found = next(same, None)
    else:
        day = asked.get("on") or now()[:10]
        found = next((one for one in publications.for_day(day) if one.rulebook == asked["id"]), None)
    if found is None:
        raise missing(" ".join(str(asked[key]) for key in ("publication", "id", "version", "on") if key in asked))
    return found


def _typed(files: Mapping[str, str], folder: Path) -> Path:
    folder.mkdir()
    try:
        paths = {checked_path(name): content for name, content in files.items()}
    except BadPath as error:
        raise _bad_name(str(error)) from None
    if len(paths) < len(files) or any(other.startswith(f"{path}/") for path in paths for other in paths):
        raise _bad_name(next(iter(files)))
    for path, content in paths.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, "utf-8")
    return folder


def safe_name(name: str) -> str:
    """A file's name in no folder: whatever stands before the last slash is somebody's own disk. Raises Refused."""
    try:
        return checked_path(name.replace("\\", "/").rpartition("/")[2])
    except BadPath as error:
        raise _bad_name(str(error)) from None


def blob_of(call: Call, key: str, given: Mapping[str, str]) -> Blob:
    """A file of a request, stored; `key` is the name of its part, where it came as one. Raises Refused."""
    blobs = call.visit.desk.blobs
    if key in call.uploads:
        stream = call.uploads[key].file
        return blobs.put(iter(lambda: stream.read(1 << 20), b""), call.visit.desk.settings.largest_upload)
    return blobs.put([content_of(given)])


def content_of(given: Mapping[str, str]) -> bytes:
    """The bytes of a file that came as text or base64. Raises Refused."""
    if "text" in given:
        return given["text"].encode()
    try:
        return base64.b64decode(given["base64"], validate=True)
    except (binascii.Error, ValueError):
        raise Refused(422, problem("bad-base64", Text("不是 base64", "this is no base64"))) from None


def _bad_name(name: str) -> Refused:
    short = name[:80]
    return Refused(422, problem("bad-name", Text(f"文件名不可用:{short}", f"not a usable file name: {short}")))
