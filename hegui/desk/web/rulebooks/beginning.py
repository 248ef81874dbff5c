"""New rulebooks: a copy of one that is here, a folder in a zip, or a draft from a department's table of indicators."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from functools import partial
from itertools import count
from typing import BinaryIO

from starlette.responses import Response

from facts.problem import Problem, Text
from hegui.desk.store.blobs import Blob, TooLarge
from hegui.desk.store.folders import MAX_FILES, BadPath, Version, checked_path
from hegui.desk.store.shipped import heading_of
from hegui.desk.web.rulebooks.common import ROOT, counted, problem, rules_of
from hegui.desk.web.uploads import received
from hegui.desk.web.visit import Visit, shown
from hegui.desk.web.working import ask
from hegui.desk.work.queueing import Done

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
MAX_TITLE = 200
_CHUNK = 1 << 20
# What a zip may hold in all: a small one can be made to hold anything.
_MOST = 256 * 1024 * 1024
_Begun = tuple[str, dict[str, Blob], tuple[str, ...]] | tuple[Problem, ...]


def page(visit: Visit) -> Response:
    """The ways to begin."""
    return _page(visit)


def _page(visit: Visit, status: int = 200, problems: tuple[Problem, ...] = ()) -> Response:
    names = ("id", "title", "authority", "effective", "document", "source")
    return visit.page(
        "rulebooks/new.html",
        status,
        sources=[(folder, version) for folder, version in visit.desk.folders.listed("rulebook")],
        problems=shown(problems, visit.language),
        typed={name: visit.field(name) for name in names},
        way=visit.field("way"),
    )


def begin(visit: Visit) -> Response:
    """Begin one, the way the form says."""
    ways = {"copy": _copied, "zip": _unpacked, "table": _drafted}
    way = ways.get(visit.field("way"))
    if way is None:
        return _page(visit, 400, (problem("bad-form", "没有说明怎样新建", "the form does not say how to begin"),))
    begun = way(visit)
    if not begun or isinstance(begun[0], Problem):
        return _page(visit, 400, begun)
    title, files, told = begun
    if len(title) > MAX_TITLE:
        return _page(visit, 400, (_long_title(),))
    note = {
        "copy": ("复制而来", "copied"),
        "zip": ("由 zip 导入", "from a zip"),
        "table": ("由指标表起草", "drafted from a table"),
    }
    about = counted(visit, Version("", 1, files, {}, "", visit.user.name, ""))
    taken = _taken(visit)
    if about.get("id") in taken:
        if visit.field("way") != "zip":
            return _page(visit, 400, (_used(about["id"], taken),))
        # What was taken away may come back; but two of one id cannot publish the same version.
        same = _same_id(about["id"], taken)
        note["zip"] = (f"{note['zip'][0]}:{same[0]}", f"{note['zip'][1]}: {same[1]}")
    if told:
        about["told"] = list(told)
    said = visit.t(*note[visit.field("way")])
    version = visit.desk.folders.create("rulebook", title, files, visit.user.name, said, about)
    return visit.redirect(f"/rulebooks/{version.folder}")


def _taken(visit: Visit) -> dict[str, str]:
    """The ids in use, and the titles of the rulebooks that use them."""
    listed = visit.desk.folders.listed("rulebook")
    known = {version.about["id"]: folder.title for folder, version in listed if version.about.get("id")}
    return {**{one.rulebook: one.title for one in visit.desk.publications.listed()}, **known}


def _used(key: str, taken: Mapping[str, str]) -> Problem:
    free = next(one for n in count(2) if (one := f"{key[:90]}-{n}") not in taken)
    hint = Text(
        f"可用的编号如 {free}。同一套标准的新年度不必新建:改原来的规则集,再发布。",
        f"{free} is free, for example. Another year of the same criteria needs no new one: change it there and publish.",
    )
    return problem("id-used", *_same_id(key, taken), hint)


def _same_id(key: str, taken: Mapping[str, str]) -> tuple[str, str]:
    title = taken[key][:60]
    return f"编号 {key} 已有规则集在用:“{title}”", f"the id {key} is used by a rulebook that is here: “{title}”"


def _long_title() -> Problem:
    return problem(
        "bad-title",
        f"名称过长:不超过 {MAX_TITLE} 个字",
        f"the title is too long: at most {MAX_TITLE} characters",
        Text("请写短一些。", "Make it shorter."),
    )


# --- a copy -----------------------------------------------------------------------------------------------------------


def _copied(visit: Visit) -> _Begun:
    folder, _, n = visit.field("source").partition(":")
    found = visit.desk.folders.get(folder)
    version = visit.desk.folders.version(folder, int(n)) if n.isascii() and n.isdigit() and len(n) < 10 else None
    if found is None or found.kind != "rulebook" or version is None:
        return (problem("no-source", "请选择从哪个规则集复制", "choose the rulebook to copy"),)
    key, title = visit.field("id"), visit.field("title") or found.title
    if not _ID.fullmatch(key):
        hint = Text(
            "用小写字母、数字和短横,如 kunming-2024", "Lower-case letters, digits, hyphens, such as kunming-2024"
        )
        return (problem("bad-id", f"“{key[:40]}”不能作编号", f"“{key[:40]}” cannot be an id", hint),)
    with visit.desk.scratch() as scratch:
        rules = rules_of(visit, version, scratch / "rules")
        answer = ask(visit, "set_values", {"rules": str(rules), "values": {"id": key, "title": title}})
    if not isinstance(answer, Done):
        return answer.problems
    files = {**version.files, ROOT: visit.desk.folders.put_text(answer.data["text"])}
    return title, files, ()


# --- a zip ------------------------------------------------------------------------------------------------------------


def _unpacked(visit: Visit) -> _Begun:
    sent = received(visit, "upload")
    if not sent:
        return (problem("no-file", "请选择一个 zip 文件", "choose a zip file"),)
    with visit.desk.blobs.path(sent[0].blob.sha256).open("rb") as stream:
        files = unzipped(visit, stream)
    if not isinstance(files, dict):
        return files
    if ROOT not in files:
        hint = Text("zip 里应是规则集文件夹的内容。", "The zip holds what a rulebook folder holds.")
        return (problem("no-rulebook", f"zip 里没有 {ROOT}", f"there is no {ROOT} in the zip", hint),)
    heading = heading_of(visit.desk.blobs.read(files[ROOT].sha256)) if files[ROOT].size <= _CHUNK * 4 else None
    return (heading.title if heading else sent[0].name.removesuffix(".zip")), files, ()


def unzipped(visit: Visit, stream: BinaryIO) -> dict[str, Blob] | tuple[Problem, ...]:
    """The files of a zip as blobs, a folder around all of them taken off; or why they cannot be used."""
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = {path: entry for entry in archive.infolist() if (path := _path(entry))}
            if len(entries) > MAX_FILES:
                return (problem("too-many-files", f"zip 里超过 {MAX_FILES} 个文件", f"more than {MAX_FILES} files"),)
            return _stored(visit, archive, _without_top(entries))
    except BadPath as error:
        return (problem("bad-name", f"zip 里的文件名不可用:{error}", f"not a usable file name in the zip: {error}"),)
    except TooLarge:
        size = _MOST // (1024 * 1024)
        return (problem("too-large", f"解压后超过 {size} MB", f"more than {size} MB when unpacked"),)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk, not the file
        hint = Text("加密的 zip 不能读;请重新打包。", "An encrypted zip cannot be read; pack it again.")
        return (problem("bad-zip", "不是可读的 zip 文件", "this is no zip that can be read", hint),)


def _path(entry: zipfile.ZipInfo) -> str:
    """Where an entry belongs; "" for folders and for what systems leave in archives."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        # Names that are not said to be UTF-8 are, in this country, in its own encoding.
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            name = entry.filename
    path = name.replace("\\", "/")
    hidden = any(part.startswith(".") and part != ".." for part in path.split("/")) or path.startswith("__MACOSX/")
    return "" if path.endswith("/") or hidden else checked_path(path)


def _without_top(entries: Mapping[str, zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    tops = {path.partition("/")[0] for path in entries}
    if len(tops) == 1 and all("/" in path for path in entries):
        return {path.partition("/")[2]: entry for path, entry in entries.items()}
    return dict(entries)


def _stored(visit: Visit, archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> dict[str, Blob]:
    files: dict[str, Blob] = {}
    left = _MOST
    for path, entry in entries.items():
        with archive.open(entry) as stream:
            files[path] = visit.desk.blobs.put(iter(partial(stream.read, _CHUNK), b""), left)
        left -= files[path].size
    return files


# --- a table ----------------------------------------------------------------------------------------------------------


def _drafted(visit: Visit) -> _Begun:
    sent = received(visit, "upload")
    names = ("id", "title", "authority", "effective", "document")
    request: dict[str, object] = {name: visit.field(name) for name in names}
    with visit.desk.scratch() as scratch:
        if sent:
            place = scratch / sent[0].name
            place.write_bytes(visit.desk.blobs.read(sent[0].blob.sha256))
            request["table"] = str(place)
        answer = ask(visit, "begin", request)
    if not isinstance(answer, Done):
        return answer.problems
    files = {name: visit.desk.folders.put_text(text) for name, text in answer.data["files"].items()}
    return answer.data["title"], files, tuple(answer.data["told"])
