"""The database of one run: a file in a folder of its own, closed to everything but the files it is given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from pathlib import Path
from typing import Any

DEFAULT_MEMORY_MB = 1536
# Rows of a row group of its tables. Until it is complete all its columns are held in memory, a thousand of them at the usual 122,880
# rows more than there is.
ROW_GROUP = 16_384
_NAME = "work"


def quoted(name: str) -> str:
    """A name in SQL.

    >>> quoted("预算数")
    '"预算数"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def database_error() -> type[Exception]:
    """What the database raises."""
    import duckdb

    found: type[Exception] = duckdb.Error
    return found


def disk_or_memory(error: Exception) -> bool:
    """Whether the system, not a statement of ours, made it fail: a disk that is full, a file that cannot be written, no memory.

    Where the disk is full at the end of a statement the database calls it a failed commit.
    """
    if isinstance(error, OSError) or type(error).__name__ in ("IOException", "OutOfMemoryException", "FatalException"):
        return True
    return any(words in str(error) for words in ("No space left on device", "Could not write file"))


class Store:
    """A connection that may read the inputs, and read and write in the work folder and the output, and nothing else."""

    def __init__(
        self,
        work: Path,
        inputs: Sequence[Path],
        outputs: Sequence[Path] = (),
        memory_mb: int = DEFAULT_MEMORY_MB,
        threads: int | None = None,
    ) -> None:
        self.work = work
        self._folders = ", ".join(literal(str(folder.resolve()) + "/") for folder in (work, *outputs))
        self._files = ", ".join(literal(str(path.resolve())) for path in inputs)
        self._connection = self._opened(memory_mb, threads)

    def _opened(self, memory_mb: int, threads: int | None) -> Any:
        import duckdb

        config: dict[str, Any] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": f"{memory_mb}MB",
            "temp_directory": str(self.work / "spill"),
            "preserve_insertion_order": "true",
            # What they look for is not in our statements, and looking takes them as long as the square of the columns.
            "disabled_optimizers": "common_subplan,projection_placement",
        }
        if threads is not None:
            config["threads"] = str(threads)
        connection = duckdb.connect(config=config)
        place = literal(str(self.work / f"{_NAME}.duckdb"))
        for statement in (
            # A moment with a zone is written the same on every machine.
            "SET TimeZone = 'UTC'",
            f"ATTACH {place} AS {_NAME} (ROW_GROUP_SIZE {ROW_GROUP})",
            f"USE {_NAME}",
            f"SET allowed_directories = [{self._folders}]",
            f"SET allowed_paths = [{self._files}]" if self._files else "",
            "SET enable_external_access = false",
            "SET lock_configuration = true",
        ):
            if statement:
                connection.execute(statement)
        return connection

    def reopen(self, threads: int, memory_mb: int = DEFAULT_MEMORY_MB) -> None:
        """Go on with so many threads and so much memory: its configuration is locked while it is open."""
        self.close()
        self._connection = self._opened(memory_mb, threads)

    def session(self) -> Store:
        """Another connection to the same database, with temporary tables of its own, for another thread."""
        other = copy(self)
        other._connection = self._another()
        return other

    def _another(self) -> Any:
        """Another connection; each has to be told which database it is about."""
        found = self._connection.cursor()
        found.execute(f"USE {_NAME}")
        return found

    def interrupt(self) -> None:
        """End the statement that another thread runs on this connection, if there is one."""
        self._connection.interrupt()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; its file stays in the work folder, whose owner removes it."""
        self._connection.close()

    def run(self, statement: str, values: Sequence[object] = ()) -> None:
        """Run a statement of ours."""
        self._connection.execute(statement, list(values))

    def all(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Every row of a small result."""
        found: list[tuple[Any, ...]] = self._connection.execute(query, list(values)).fetchall()
        return found

    def one(self, query: str, values: Sequence[object] = ()) -> tuple[Any, ...]:
        """The only row."""
        (row,) = self.all(query, values)
        return row

    def each(self, query: str, values: Sequence[object] = (), batch: int = 10_000) -> Iterator[tuple[Any, ...]]:
        """The rows of a large result, a batch at a time; other statements may run in between."""
        cursor = self._another()
        try:
            cursor.execute(query, list(values))
            while rows := cursor.fetchmany(batch):
                yield from rows
        finally:
            cursor.close()
