"""Bytes by their digest, in a folder no web server serves. Written whole or not at all, never changed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Container, Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

_DIGEST = re.compile(r"[0-9a-f]{64}")


class TooLarge(Exception):
    """More bytes came than are allowed; `limit` says how many are."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Blob:
    """Stored bytes: their SHA-256 in hexadecimal and how many they are."""

    sha256: str
    size: int


class Blobs:
    """The store. Raises OSError where the disk cannot take more; nothing is then left behind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)
        # What is asked for again must not go while it is being said that it is here.
        self._lock = Lock()

    def put(self, chunks: Iterable[bytes], limit: int | None = None) -> Blob:
        """Store bytes; the same bytes twice are stored once. Raises TooLarge beyond `limit` bytes."""
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(dir=self._incoming)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                for chunk in chunks:
                    size += len(chunk)
                    if limit is not None and size > limit:
                        raise TooLarge(limit)
                    digest.update(chunk)
                    stream.write(chunk)
                stream.flush()
                os.fsync(stream.fileno())
            blob = Blob(digest.hexdigest(), size)
            self._settle(temporary, self.path(blob.sha256))
        finally:
            temporary.unlink(missing_ok=True)
        return blob

    def put_file(self, path: Path) -> Blob:
        """Store a file's bytes."""
        with path.open("rb") as stream:
            return self.put(iter(lambda: stream.read(1 << 20), b""))

    def path(self, sha256: str) -> Path:
        """Where bytes with this digest are, or would be."""
        if not _DIGEST.fullmatch(sha256):
            raise ValueError("no digest")
        return self._folder / sha256[:2] / sha256

    def holds(self, sha256: str, size: int) -> bool:
        """Whether so many bytes with this digest are here; if so, they are here for another day."""
        path = self.path(sha256)
        with self._lock:
            held = path.is_file() and path.stat().st_size == size
            if held:
                os.utime(path)
        return held

    def clear(self, referred: Container[str], before: float) -> tuple[int, int]:
        """Remove what is not `referred` to and was not asked for since; how many files and bytes that were."""
        files = size = 0
        for path in self._folder.glob("??/*"):
            if path.name in referred or not _DIGEST.fullmatch(path.name):
                continue
            with self._lock, contextlib.suppress(OSError):
                stored = path.stat()
                if stored.st_mtime < before:
                    path.unlink()
                    files, size = files + 1, size + stored.st_size
        return files, size

    def read(self, sha256: str) -> bytes:
        """The bytes. Raises OSError where they are not there."""
        return self.path(sha256).read_bytes()

    def sweep(self) -> None:
        """Remove what was coming in when the server died."""
        for path in self._incoming.iterdir():
            path.unlink(missing_ok=True)

    def _settle(self, temporary: Path, target: Path) -> None:
        temporary.chmod(0o444)
        with self._lock:
            if target.exists():
                os.utime(target)
                return
            target.parent.mkdir(exist_ok=True)
            temporary.replace(target)
        for folder in (target.parent, target.parent.parent):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
