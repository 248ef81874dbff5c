"""Published rulebooks: a version of a rulebook's folder, in force from a day on. Never changed, never withdrawn.

Which one scores a period is decided by its last day: of those in force then, the one that came into force last.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from hegui.desk.store.database import Database, now, publications


class AlreadyPublished(Exception):
    """There is a publication of this rulebook with this version already."""


@dataclass(frozen=True, slots=True)
class Publication:
    """Version `n` of a folder as rulebook `rulebook`, version `version`; days are ISO texts, the end is included."""

    id: str
    folder: str
    n: int
    rulebook: str
    version: str
    title: str
    digest: str
    effective_from: str
    effective_to: str | None
    note: str
    by: str
    at: str

    def in_force(self, day: str) -> bool:
        """Whether it is in force on a day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


class Publications:
    """Publishing, and finding what is in force."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def publish(self, **values: Any) -> Publication:
        """Publish; all fields but `id` and `at`. Raises AlreadyPublished."""
        one = Publication(id=f"b{secrets.token_hex(6)}", at=now(), **values)
        row = {column.name: getattr(one, column.name) for column in fields(Publication)}
        try:
            with self._database.writing() as connection:
                connection.execute(insert(publications).values(**row))
        except IntegrityError:
            raise AlreadyPublished(f"{one.rulebook} {one.version}") from None
        return one

    def get(self, publication: str) -> Publication | None:
        """One by id."""
        return next(iter(self._found(publications.c.id == publication)), None)

    def listed(self) -> tuple[Publication, ...]:
        """All, by rulebook, the last to come into force first."""
        return self._found()

    def of_folder(self, folder: str) -> tuple[Publication, ...]:
        """A folder's, the last first."""
        return self._found(publications.c.folder == folder)

    def for_day(self, day: str) -> tuple[Publication, ...]:
        """Of each rulebook the one in force on a day."""
        found: dict[str, Publication] = {}
        for one in self.listed():
            if one.in_force(day):
                found.setdefault(one.rulebook, one)
        return tuple(found.values())

    def _found(self, *conditions: Any) -> tuple[Publication, ...]:
        query = (
            select(publications)
            .where(*conditions)
            .order_by(publications.c.rulebook, publications.c.effective_from.desc(), publications.c.at.desc())
        )
        with self._database.reading() as connection:
            return tuple(Publication(**row._mapping) for row in connection.execute(query))
