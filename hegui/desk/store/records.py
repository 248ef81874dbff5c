"""Assessments for the record, and the ledger they are entered in: both in one transaction, neither ever changed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, insert, select

from hegui.desk.store.blobs import Blob
from hegui.desk.store.database import Database, assessments, ledger, one_at_a_time
from hegui.receipts.ledger import Entry, Fault, Placed, check_chain, link


@dataclass(frozen=True, slots=True)
class Record:
    """An assessment of version `n` of a case by a publication. `result` and `receipt` are digests of stored bytes.

    Scores are decimal texts as in hegui/assessment/v1; `options` is JSON; `entry` is the number in the ledger.
    """

    id: str
    folder: str
    n: int
    publication: str
    subject: str
    period: str
    options: str
    score: str | None
    lower: str
    upper: str
    points: str
    grade: str | None
    result: str
    receipt: str
    entry: int
    by: str
    at: str

    @property
    def waived(self) -> Mapping[str, str | None] | None:
        """Score, bounds and grade with the waivers in force; None without any."""
        found: Mapping[str, str | None] | None = json.loads(self.options).get("waived")
        return found


class Records:
    """Recording and looking up."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self,
        *,
        folder: str,
        n: int,
        publication: str,
        answer: Mapping[str, Any],
        receipt: Blob,
        result: Blob,
        by: str,
        at: str,
    ) -> Record:
        """Enter what the task `record` answered; its bytes are stored already."""
        with self._database.writing() as connection:
            one_at_a_time(connection, ledger)
            before = _last(connection)
            entry = link(before, at=at, by=by, kind="assessment", receipt=answer["digest"], payload=receipt.sha256)
            connection.execute(insert(ledger).values(**_row(entry)))
            record = Record(
                id=f"a{secrets.token_hex(6)}",
                folder=folder,
                n=n,
                publication=publication,
                subject=answer["subject"],
                period=answer["period"],
                options=json.dumps(answer["options"], sort_keys=True),
                score=answer["score"],
                lower=answer["lower"],
                upper=answer["upper"],
                points=answer["points"],
                grade=answer["grade"],
                result=result.sha256,
                receipt=receipt.sha256,
                entry=entry.n,
                by=by,
                at=at,
            )
            connection.execute(insert(assessments).values(**_row(record)))
        return record

    def get(self, record: str) -> Record | None:
        """One by id."""
        return next(iter(self._found(assessments.c.id == record)), None)

    def of_folder(self, folder: str) -> tuple[Record, ...]:
        """A case's, the last first."""
        return self._found(assessments.c.folder == folder)

    def latest(self) -> Mapping[str, Record]:
        """The last of every case, by folder."""
        found: dict[str, Record] = {}
        for one in self._found():
            found.setdefault(one.folder, one)
        return found

    def of_entries(self, entries: Sequence[Entry]) -> tuple[Record, ...]:
        """The records these lines are about."""
        return self._found(assessments.c.entry.in_([entry.n for entry in entries]))

    def entries(self, before: int | None = None, most: int = 100) -> tuple[Entry, ...]:
        """Lines of the ledger, the last first; those before a number."""
        query = select(ledger).order_by(ledger.c.n.desc()).limit(most)
        if before is not None:
            query = query.where(ledger.c.n < before)
        with self._database.reading() as connection:
            return tuple(Entry(**row._mapping) for row in connection.execute(query))

    def all_entries(self) -> Iterator[Entry]:
        """The whole ledger, in the order of its numbers."""
        with self._database.reading() as connection:
            for row in connection.execution_options(yield_per=1_000).execute(select(ledger).order_by(ledger.c.n)):
                yield Entry(**row._mapping)

    def faults(self, head: str = "") -> tuple[Fault, ...]:
        """What is wrong with the chain, with the place; `head`: a digest it should still hold."""
        return check_chain((Placed(row, entry) for row, entry in enumerate(self.all_entries(), 1)), head)

    def _found(self, *conditions: Any) -> tuple[Record, ...]:
        query = select(assessments).where(*conditions).order_by(assessments.c.entry.desc())
        with self._database.reading() as connection:
            return tuple(Record(**row._mapping) for row in connection.execute(query))


def _last(connection: Connection) -> Entry | None:
    row = connection.execute(select(ledger).order_by(ledger.c.n.desc()).limit(1)).one_or_none()
    return None if row is None else Entry(**row._mapping)


def _row(record: Any) -> dict[str, Any]:
    return {one.name: getattr(record, one.name) for one in fields(record)}
