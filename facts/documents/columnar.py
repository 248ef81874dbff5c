"""Reads a Parquet file as one table, through DuckDB, which is let near this one file and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from facts.documents.duckdb_rows import CLOSED, column, first_line
from facts.documents.model import Document, Progress, no_progress
from facts.documents.packing import TooLargeError
from facts.documents.stored_values import Rows, Stored, table_of, too_large
from facts.problem import Problem, Text, has_errors, in_order
from facts.provenance import Position, Source

MAX_BYTES = 2 * 1024 * 1024 * 1024
_BATCH = 5_000
_COLUMNS = 50
_MAGIC, _ENCRYPTED = b"PAR1", b"PARE"

Read = tuple[Document | None, tuple[Problem, ...]]


def read(path: Path, source: Source, progress: Progress = no_progress) -> Read:
    """The table in a Parquet file: a row of column names (row 0), then the rows from 1.

    Problems: empty-file, file-too-large, damaged-file, password-protected, too-large, not-finite, no-rows,
    unreadable-file, extra-missing.
    """
    at = Position(source.file or path.name)
    try:
        import duckdb
    except ImportError:
        return None, (_extra_missing(at),)
    try:
        problem = check_bytes(path, at)
        if problem:
            return None, (problem,)
        with duckdb.connect(":memory:", config=CLOSED) as connection:
            table, problems = table_of(_rows(connection, path), path.stem, at, progress)
    except OSError as error:
        return None, (_unreadable(at, error.strerror or ""),)
    except TooLargeError:
        return None, (too_large(at),)
    except (duckdb.Error, ValueError, RuntimeError) as error:
        return None, (damaged(at, first_line(error)),)
    assert not has_errors(problems)
    return Document(source, "parquet", (table,)), in_order(problems)


def damage(path: Path, at: Position) -> Problem | None:
    """The Problem of a Parquet file of which some page cannot be read; every page is looked at."""
    import duckdb

    try:
        with duckdb.connect(":memory:", config=CLOSED) as connection:
            place = _closed(connection, path)
            described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [place]).fetchall()
            names = ['"' + name.replace('"', '""') + '"' for name, *_ in described]
            # A thousand columns at once take more memory than there is.
            for first in range(0, len(names), _COLUMNS):
                asked = ", ".join(f"bit_xor(hash({name}))" for name in names[first : first + _COLUMNS])
                connection.execute(f"SELECT {asked} FROM read_parquet(?)", [place]).fetchall()  # noqa: S608  # quoted
    except duckdb.OutOfMemoryException:
        return None
    except (duckdb.Error, ValueError, RuntimeError) as error:
        return damaged(at, first_line(error))
    return None


def _closed(connection: Any, path: Path) -> str:
    """Where the file is, for a connection that from now on may read this one and nothing else."""
    # As long as the configuration is not locked, only statements of ours have run.
    place = str(path.resolve())
    connection.execute("SET allowed_paths = [$place]".replace("$place", "'" + place.replace("'", "''") + "'"))
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return place


def _rows(connection: Any, path: Path) -> Rows:
    place = _closed(connection, path)
    described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [place]).fetchall()
    columns = [column(name, kind) for name, kind, *_ in described]
    (total,) = connection.execute("SELECT count(*) FROM read_parquet(?)", [place]).fetchone()
    # Every value as the text the database writes: a float's is its shortest decimal.
    result = connection.execute("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet(?)", [place])
    return Rows(columns, _batches(result), int(total))


def _batches(result: Any) -> Iterator[Sequence[Sequence[Stored]]]:
    while batch := result.fetchmany(_BATCH):
        yield batch


def check_bytes(path: Path, at: Position, limited: bool = True) -> Problem | None:
    """Whether it begins and ends like Parquet; the library's own words on what does not are no help."""
    with path.open("rb") as stream:
        head = stream.read(4)
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 4))
        tail = stream.read(4)
    if not size:
        return Problem("empty-file", at, Text("文件是空的", "the file is empty"))
    if limited and size > MAX_BYTES:
        return too_large(at)
    if _ENCRYPTED in (head, tail):
        message = Text("文件已加密,无法读取", "the file is encrypted and cannot be read")
        return Problem("password-protected", at, message, Text("请导出未加密的文件。", "Export it without encryption."))
    if head != _MAGIC:
        return damaged(at, "no PAR1 at its beginning")
    return None if tail == _MAGIC and size >= 12 else damaged(at, "no PAR1 at its end")


def damaged(at: Position, why: str) -> Problem:
    """The Problem of a file that is no Parquet, or not all of it."""
    message = Text(f"不是完整的 Parquet 文件:{why}", f"no whole Parquet file: {why}")
    return Problem(
        "damaged-file", at, message, Text("请重新索取或导出文件。", "Ask for the file again, or export it again.")
    )


def _unreadable(at: Position, why: str) -> Problem:
    return Problem("unreadable-file", at, Text(f"无法读取文件:{why}", f"cannot read the file: {why}"))


def _extra_missing(at: Position) -> Problem:
    message = Text("读取 Parquet 需要 duckdb,尚未安装", "reading Parquet needs duckdb, which is not installed")
    return Problem(
        "extra-missing", at, message, Text("请运行 pip install 'hegui[data]'。", "Run pip install 'hegui[data]'.")
    )
