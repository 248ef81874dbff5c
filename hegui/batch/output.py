"""The folder a run writes: whose it is, what is finished in it, and how a file comes to stand there whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from facts.problem import Problem, Text
from facts.provenance import Position

MANIFEST = "manifest.json"
TABLES = ("scores", "reasons", "rejects")
CLAIMS = "claims"
# What is under way; gone when the run is finished.
RUN = ".run"
_STARTED = "started.json"


class Output:
    """The folder OUT of one run. Nothing is read from files under way; they are made anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run = folder / RUN
        self.work = self.run / "work"
        self._lock: int | None = None

    def claim(self, identity: Mapping[str, Any]) -> Problem | None:
        """Make the folder this run's, or go on with it; the Problem where it is another's, or cannot be written."""
        try:
            if self.folder.exists() and not self.folder.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, "")
            self.folder.mkdir(parents=True, exist_ok=True)
            there = {path.name for path in self.folder.iterdir()}
            before = self._before()
            if before is None and there - {RUN}:
                return self._not_empty()
            if before is not None and before != identity:
                return self._other(before, identity)
            self.run.mkdir(exist_ok=True)
            if not self._locked():
                return self._busy()
            shutil.rmtree(self.work, ignore_errors=True)
            self.work.mkdir()
            # First whose folder it is: killed after the other order it would be taken for one of somebody else's.
            if before is None:
                self.write_json(self.run / _STARTED, identity)
            for table in TABLES:
                (self.folder / table).mkdir(exist_ok=True)
        except OSError as error:
            return cannot_write(self.folder, error)
        return None

    def _before(self) -> Mapping[str, Any] | None:
        """The identity of the run whose folder this is."""
        for path, key in ((self.folder / MANIFEST, "identity"), (self.run / _STARTED, None)):
            try:
                found = json.loads(path.read_text(encoding="utf-8"))
                return found[key] if key else found  # type: ignore[no-any-return]
            except FileNotFoundError:
                continue
            except (ValueError, KeyError, TypeError):
                return {}
        return None

    def _locked(self) -> bool:
        """Whether this process alone writes here from now on; the system lets go when it ends, however it ends."""
        self._lock = os.open(self.run / "lock", os.O_CREAT | os.O_RDWR, 0o644)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def place(self, table: str, name: str) -> Path:
        """Where a finished file stands."""
        return self.folder / table / name

    def draft(self, table: str, name: str) -> Path:
        """Where a file is written before it is finished."""
        return self.work / f"{table}-{name}"

    def finish(self, table: str, name: str) -> dict[str, Any]:
        """Put a draft in its place, once all of it is on the disk; its size and digest."""
        draft, place = self.draft(table, name), self.place(table, name)
        told = measured(draft)
        with draft.open("rb+") as stream:
            os.fsync(stream.fileno())
        draft.replace(place)
        _settle(place.parent)
        return told

    def receipt(self, name: str) -> Mapping[str, Any] | None:
        """What was noted of a finished partition, if its files still are what they were."""
        try:
            found: dict[str, Any] = json.loads((self.run / f"{name}.json").read_text(encoding="utf-8"))
            same = all(measured(self.place(table, name)) == found["digests"][table] for table in ("scores", "reasons"))
        except (OSError, ValueError, KeyError):
            return None
        return found if same else None

    def note(self, name: str, receipt: Mapping[str, Any]) -> None:
        """Note that a partition is finished."""
        self.write_json(self.run / f"{name}.json", receipt)

    def write_json(self, path: Path, content: Mapping[str, Any]) -> None:
        """A file of JSON, whole or not at all."""
        draft = path.with_name(f".{path.name}.tmp") if path.parent == self.run else self.run / f".{path.name}.tmp"
        with draft.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(json_text(content))
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
        _settle(path.parent)

    def manifest(self) -> Mapping[str, Any] | None:
        """The manifest of a finished run."""
        try:
            found: dict[str, Any] = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found

    def holds(self, manifest: Mapping[str, Any]) -> bool:
        """Whether every file a manifest names is there as it says."""
        told = [
            (table, part["name"], part["digests"][table])
            for part in manifest["parts"]
            for table in ("scores", "reasons")
        ]
        rejects = {key: manifest["rejects"][key] for key in ("bytes", "sha256")}
        try:
            every = [*told, ("rejects", "part-00000.parquet", rejects)]
            if claims := manifest.get("claims"):
                every.append((CLAIMS, "part-00000.parquet", {key: claims[key] for key in ("bytes", "sha256")}))
            return all(measured(self.place(table, name)) == said for table, name, said in every)
        except OSError:
            return False

    def close(self, finished: bool) -> None:
        """Let go of the folder; what was under way is removed where nothing is left to do."""
        if self._lock is None:
            return
        nothing = not finished and not any(self.run.glob("part-*.json")) and not (self.folder / MANIFEST).exists()
        # Last what says whose folder it is, so that one killed here is still known for its run's.
        for table in (*TABLES, CLAIMS) if nothing else ():
            shutil.rmtree(self.folder / table, ignore_errors=True)
        shutil.rmtree(self.run if finished or nothing else self.work, ignore_errors=True)
        os.close(self._lock)
        self._lock = None

    # --- problems ---

    def _not_empty(self) -> Problem:
        message = Text("文件夹里已有别的文件", "the folder holds other files")
        return Problem("not-empty", Position(str(self.folder)), message, _ANOTHER)

    def _busy(self) -> Problem:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        message = Text("另一次运行正在写这个文件夹", "another run is writing this folder")
        return Problem("output-busy", Position(str(self.folder)), message, _ANOTHER)

    def _other(self, before: Mapping[str, Any], now: Mapping[str, Any]) -> Problem:
        differing = [key for key in now if before.get(key) != now[key]]
        zh = "、".join(_NAMES.get(key, Text(key, key)).zh for key in differing)
        en = ", ".join(_NAMES.get(key, Text(key, key)).en for key in differing)
        message = Text(
            f"文件夹里是另一次运行的结果,与这次不同的是:{zh}", f"the folder holds another run, with another {en}"
        )
        hint = Text(
            "请用 -o 另写一个文件夹,或先删去这个文件夹。", "Name another folder with -o, or remove this one first."
        )
        return Problem("other-run", Position(str(self.folder)), message, hint)


_ANOTHER = Text("请用 -o 另写一个文件夹。", "Name another folder with -o.")
_NAMES = {
    "rulebook": Text("规则集", "rulebook"),
    "inputs": Text("输入文件", "input"),
    "period": Text("评价期间", "period"),
    "partition": Text("分区大小", "size of partitions"),
    "sample": Text("抽样数", "size of the sample"),
    "claims": Text("自评一列", "column of claims"),
    "backend": Text("计算后端", "backend"),
    "versions": Text("程序版本", "version of the program"),
}


@contextmanager
def alone(folder: Path, drafts: str) -> Iterator[None]:
    """A finished folder to oneself, without the drafts that one who was killed here left. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for left in folder.glob(drafts):
            left.unlink()
        yield
    finally:
        os.close(handle)


def cannot_write(place: Path, error: Exception) -> Problem:
    """The Problem of a folder that cannot be written, or not on."""
    full = os.strerror(errno.ENOSPC)
    if isinstance(error, OSError) and error.errno:
        reason = os.strerror(error.errno)
    else:
        # The database wraps what the system said in much else.
        reason = full if full in str(error) else str(error).splitlines()[0][:200]
    message = Text(f"无法写入({reason})", f"cannot be written ({reason})")
    hint = Text(
        "请换一个位置,或检查权限和磁盘空间;再次运行同一命令会接着做。",
        "Choose another place, or look at permissions and free space; the same command goes on where this one ended.",
    )
    return Problem("cannot-write", Position(str(place)), message, hint)


def json_text(content: Mapping[str, Any]) -> str:
    """JSON as this program writes it: two spaces, keys in their order."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def measured(path: Path) -> dict[str, Any]:
    """Size and digest of a file."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return {"bytes": stream.tell(), "sha256": digest}


def _settle(folder: Path) -> None:
    """Make the names in a folder as lasting as the files."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
