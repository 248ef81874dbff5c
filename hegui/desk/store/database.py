"""The desk's one database: its tables, and the two ways to speak to it (reading, writing).

SQLite in the data folder unless another address is set. Times are UTC texts (`2026-01-31T08:00:00Z`), numbers of scores
are decimal texts: nothing here is a float.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    insert,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

SCHEMA = "1"
TABLES = MetaData()


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=options.pop("nullable", False), **options)


def _whole(name: str, **options: Any) -> Column[int]:
    return Column(name, Integer, nullable=options.pop("nullable", False), **options)


meta = Table("meta", TABLES, _text("key", primary_key=True), _text("value"))

users = Table(
    "users",
    TABLES,
    _text("id", primary_key=True),
    _text("name", unique=True),
    _text("shown"),
    _text("role"),
    _text("password", nullable=True),  # an Argon2 hash; none for those who come by single sign-on
    _text("subject", nullable=True, unique=True),  # who they are at the house's server: issuer and subject
    _whole("active"),
    _text("created"),
)

sessions = Table(
    "sessions",
    TABLES,
    _text("token", primary_key=True),  # the digest of the cookie, which is nowhere else
    _text("user"),
    _text("csrf"),
    _text("created"),
    _text("seen"),
)

# How programs come in: the digest of a key somebody made for one; it may do what they may.
api_keys = Table(
    "api_keys",
    TABLES,
    _text("id", primary_key=True),
    _text("user"),
    _text("name"),
    _text("digest", unique=True),
    _text("created"),
    _text("used", nullable=True),
    UniqueConstraint("user", "name"),
)

attempts = Table("attempts", TABLES, _whole("id", primary_key=True), _text("who"), _text("at"))
Index("attempts_who", attempts.c.who, attempts.c.at)

folders = Table(
    "folders",
    TABLES,
    _text("id", primary_key=True),
    _text("kind"),  # case | rulebook | population
    _text("title"),
    _text("owner"),
    _text("created"),
    _text("removed", nullable=True),
)

versions = Table(
    "versions",
    TABLES,
    _text("folder", primary_key=True),
    _whole("n", primary_key=True, autoincrement=False),
    _text("tree"),  # JSON: {path: {sha256, size}}
    _text("about"),  # JSON: what was known of the whole when it was saved
    _text("note"),
    _text("by"),
    _text("at"),
)

publications = Table(
    "publications",
    TABLES,
    _text("id", primary_key=True),
    _text("folder"),
    _whole("n"),
    _text("rulebook"),
    _text("version"),
    _text("title"),
    _text("digest"),
    _text("effective_from"),
    _text("effective_to", nullable=True),
    _text("note"),
    _text("by"),
    _text("at"),
    UniqueConstraint("rulebook", "version"),
)

assessments = Table(
    "assessments",
    TABLES,
    _text("id", primary_key=True),
    _text("folder"),
    _whole("n"),
    _text("publication"),
    _text("subject"),
    _text("period"),
    _text("options"),
    _text("score", nullable=True),
    _text("lower"),
    _text("upper"),
    _text("points"),
    _text("grade", nullable=True),
    _text("result"),  # digest of the assessment's JSON
    _text("receipt"),  # digest of the receipt's JSON
    _whole("entry"),  # number in the ledger
    _text("by"),
    _text("at"),
)
Index("assessments_folder", assessments.c.folder, assessments.c.at)

ledger = Table(
    "ledger",
    TABLES,
    _whole("n", primary_key=True, autoincrement=False),
    _text("previous"),
    _text("at"),
    _text("by"),
    _text("kind"),
    _text("receipt"),
    _text("payload"),
    _text("digest"),
)

jobs = Table(
    "jobs",
    TABLES,
    _text("id", primary_key=True),
    _text("task"),
    _text("title"),
    _text("folder", nullable=True),
    _text("owner"),
    _text("request"),
    _text("state"),  # queued | running | done | failed | cancelled | interrupted
    _whole("done"),
    _whole("total"),
    _text("what"),
    _text("answer", nullable=True),
    _text("problems", nullable=True),
    _text("created"),
    _text("started", nullable=True),
    _text("ended", nullable=True),
    _text("key", unique=True),
)

# What a form was answered with: the second press of a button gets the answer of the first.
answers = Table("answers", TABLES, _text("key", primary_key=True), _text("location", nullable=True), _text("at"))

# Tables whose rows are never changed or removed; the database itself refuses.
_APPEND_ONLY = ("ledger", "versions", "publications", "assessments")


class CannotOpen(Exception):
    """The database cannot be used; the words are for the person who started the desk."""


def now() -> str:
    """The time, as it is stored."""
    return stamp(datetime.now(UTC))


def stamp(moment: datetime) -> str:
    """A time in UTC, as it is stored; as texts they are in the order of time."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


class Database:
    """A connection pool with `reading` and `writing`; a writing block is one transaction."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self.embedded = self.engine.dialect.name == "sqlite"

    @classmethod
    def in_folder(cls, folder: Path) -> Database:
        """The embedded database of a data folder."""
        return cls(f"sqlite:///{folder / 'desk.sqlite'}")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that changes nothing."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it or nothing."""
        with self.engine.connect().execution_options(hegui_writes=True) as connection, connection.begin():
            yield connection

    def prepare(self) -> None:
        """Make the tables where they are not yet. Raises CannotOpen with words for whoever starts the desk."""
        try:
            with self.writing() as connection:
                TABLES.create_all(connection)
                found = connection.execute(select(meta.c.value).where(meta.c.key == "schema")).scalar()
                if found is None:
                    connection.execute(insert(meta).values(key="schema", value=SCHEMA))
                    self._guard(connection)
        except SQLAlchemyError as error:
            raise CannotOpen(str(getattr(error, "orig", None) or error)) from error
        if found not in (None, SCHEMA):
            raise CannotOpen(f"schema {found}, this program knows {SCHEMA}")

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def _guard(self, connection: Connection) -> None:
        for table in _APPEND_ONLY:
            for statement in _refusals(table, self.embedded):
                connection.execute(text(statement))


def one_at_a_time(connection: Connection, table: Table) -> None:
    """Let nobody else write this table until the transaction ends (SQLite has one writer anyway)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f'LOCK TABLE "{table.name}" IN SHARE ROW EXCLUSIVE MODE'))


def _refusals(table: str, embedded: bool) -> Iterator[str]:
    if embedded:
        for verb in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    yield (
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    yield (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise CannotOpen("sqlite:///… | postgresql://user@host/name")
        engine = create_engine(parsed, pool_pre_ping=True)
    except (ArgumentError, ImportError) as error:
        raise CannotOpen(str(error)) from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    return engine


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, see below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes its lock at once: taken halfway it could find itself refused.
        writes = connection.get_execution_options().get("hegui_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
