"""Looks into a table: its first rows as a grid people could read, and what is needed to have the rest."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from facts.columns.jsonlines import ENDINGS, keys_of
from facts.columns.store import Store, database_error, literal
from facts.documents.columnar import check_bytes, damage, damaged
from facts.documents.delimited import csv_rows, unreadable_row
from facts.documents.duckdb_rows import first_line
from facts.documents.encodings import codec_of, remarks
from facts.documents.kinds import sniff
from facts.documents.model import Cell, Document, Kind, Progress, Row, Table
from facts.documents.reading import read_document, refused
from facts.gathering.views import Grid, View, view_of
from facts.problem import Problem, Text, has_errors
from facts.provenance import Position, Source, TableRef

# A header stands in the first rows or nowhere.
HEAD_ROWS = 20


@dataclass(frozen=True, slots=True)
class Opened:
    """A file looked into: the tables in it, each as its first rows, and how the rest is to be had."""

    source: Source
    kind: Kind
    grids: tuple[Grid, ...]
    view: View
    problems: tuple[Problem, ...]
    # Of Parquet: the type of each column.
    types: tuple[str, ...] = ()
    codec: str = ""
    # Of JSON lines, which are read like CSV otherwise: the keys.
    keys: tuple[str, ...] = ()


# --- looking in -------------------------------------------------------------------------------------------------------


def open_table(path: Path, store: Store, progress: Progress) -> tuple[Opened | None, tuple[Problem, ...]]:
    """The tables of a file, of CSV and Parquet only as far as a header may reach."""
    at = Position(str(path))
    try:
        wrong = unspeakable(path) or refused(path, at, limited=False)
        if wrong is not None:
            return None, (wrong,)
        if path.suffix.lower() in ENDINGS:
            return _open_json_lines(path, progress)
        kind, problems = sniff(path)
        if kind is None:
            return None, problems
        if kind in ("csv", "parquet"):
            found, more = (_open_csv if kind == "csv" else _open_parquet)(path, store, progress)
            return found, (*problems, *more)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return None, (Problem("unreadable-file", at, Text(f"无法读取:{reason}", f"cannot be read: {reason}")),)
    document, problems = read_document(path, progress)
    if document is None or has_errors(problems):
        return None, problems
    view = view_of(document)
    return Opened(document.source, document.kind, view.grids, view, problems), problems


def unspeakable(path: Path) -> Problem | None:
    """The Problem of a path that is no UTF-8: neither a database nor a manifest can say it."""
    try:
        str(path.absolute()).encode()
    except UnicodeEncodeError:
        message = Text(
            "文件名或文件夹名不是 UTF-8 文字", "the name of the file, or of a folder above it, is no UTF-8 text"
        )
        return Problem("odd-name", Position(str(path)), message, Text("请改名后再试。", "Rename it and try again."))
    return None


def damage_in(paths: Iterable[Path]) -> tuple[Problem, ...]:
    """The Problems of those Parquet files of which some page cannot be read; asked where the database failed."""
    found = (damage(path, Position(str(path))) for path in paths if sniff(path)[0] == "parquet")
    return tuple(problem for problem in found if problem is not None)


def _source(path: Path, progress: Progress) -> Source:
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 22):
            digest.update(chunk)
            done += len(chunk)
            progress(done, path.stat().st_size, path.name)
    return Source(
        re.sub(r"[^\w-]+", "-", path.stem).strip("-")[:60] or "source", path.stem, str(path), digest.hexdigest()
    )


def _headed(path: Path, kind: Kind, rows: Iterable[Row], progress: Progress) -> tuple[Source, View]:
    source = _source(path, progress)
    made = list(rows)
    width = max(map(len, made), default=0)
    even = tuple(
        (*row, *(Cell("", TableRef(path.stem, n, "")) for _ in range(width - len(row))))
        for n, row in enumerate(made, 1)
    )
    return source, view_of(Document(source, kind, (Table(even, path.stem),)))


def _open_csv(path: Path, store: Store, progress: Progress) -> tuple[Opened | None, tuple[Problem, ...]]:
    at = Position(str(path))
    found = codec_of(path)
    if found is None:
        return None, (Problem("not-text", at, Text("这不是文本文件", "this is no text file")),)
    encoding, codec = found
    rows = list[Row]()
    try:
        for number, row in enumerate(csv_rows(path, codec), 1):
            rows.append(
                tuple(Cell(text.strip(), TableRef(path.stem, number, str(c + 1))) for c, text in enumerate(row))
            )
            if number == HEAD_ROWS:
                break
    except csv.Error as error:
        return None, (unreadable_row(path, len(rows) + 1, error),)
    source, view = _headed(path, "csv", rows, progress)
    return Opened(source, "csv", view.grids, view, (), codec=codec), tuple(remarks(encoding, at))


def _open_json_lines(path: Path, progress: Progress) -> tuple[Opened | None, tuple[Problem, ...]]:
    keys, problem = keys_of(path)
    if problem is not None:
        return None, (problem,)
    header = tuple(Cell(key.strip(), TableRef(path.stem, 0, key)) for key in keys)
    source, view = _headed(path, "csv", [header], progress)
    return Opened(source, "csv", view.grids, view, (), keys=keys), ()


def _open_parquet(path: Path, store: Store, progress: Progress) -> tuple[Opened | None, tuple[Problem, ...]]:
    at = Position(str(path))
    problem = check_bytes(path, at, limited=False)
    if problem is not None:
        return None, (problem,)
    place = literal(str(path.resolve()))
    try:
        described = store.all(f"DESCRIBE SELECT * FROM read_parquet({place})")
    except database_error() as error:
        return None, (damaged(at, first_line(error)),)
    names, types = [name for name, *_ in described], tuple(kind for _, kind, *_ in described)
    header = tuple(Cell(name, TableRef(path.stem, 0, name)) for name in names)
    source, view = _headed(path, "parquet", [header], progress)
    return Opened(source, "parquet", view.grids, view, (), types=types), ()
