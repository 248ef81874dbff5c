"""Which forms were answered: the second press of a button gets the answer of the first, and does nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from hegui.desk.store.database import Database, answers, now

_KEPT = timedelta(days=2)


class Answers:
    """Keys of forms and where their answer led."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, key: str) -> str | Literal["busy"] | None:
        """None: go on, it is the first time. "busy": it is being answered. Otherwise where the answer led."""
        oldest = (datetime.now(UTC) - _KEPT).isoformat(timespec="seconds").replace("+00:00", "Z")
        try:
            with self._database.writing() as connection:
                connection.execute(delete(answers).where(answers.c.at < oldest))
                connection.execute(insert(answers).values(key=key, location=None, at=now()))
        except IntegrityError:
            with self._database.reading() as connection:
                found = connection.execute(select(answers.c.location).where(answers.c.key == key)).scalar()
            return found or "busy"
        return None

    def finish(self, key: str, location: str) -> None:
        """It was answered, with the page at `location`."""
        with self._database.writing() as connection:
            connection.execute(update(answers).where(answers.c.key == key).values(location=location))

    def forget(self, key: str) -> None:
        """It was refused: the form may be sent again."""
        with self._database.writing() as connection:
            connection.execute(delete(answers).where(answers.c.key == key))

    def forget_unfinished(self) -> None:
        """What was being answered when the server died may be sent again."""
        with self._database.writing() as connection:
            connection.execute(delete(answers).where(answers.c.location.is_(None)))
