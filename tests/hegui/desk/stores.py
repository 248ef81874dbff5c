"""A desk's stores on each kind of database, each in a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy.engine import make_url

from hegui.desk.settings import Settings
from hegui.desk.web.desk import Desk, open_desk
from tests.facts.documents.servers import POSTGRESQL, url_of

KINDS = ("sqlite", "postgresql")


@contextmanager
def stores_on(kind: str, folder: Path) -> Iterator[Desk]:
    """A desk with one worker; skipped where the server of that kind is not there."""
    if kind == "sqlite":
        desk = open_desk(Settings(folder, workers=1))
        yield desk
        desk.close()
        return
    with database_on_postgresql() as url:
        desk = open_desk(Settings(folder, workers=1, database=url))
        yield desk
        desk.close()


@contextmanager
def database_on_postgresql() -> Iterator[str]:
    """The address of an empty database, dropped afterwards."""
    server = url_of(POSTGRESQL)
    name = f"desk_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
