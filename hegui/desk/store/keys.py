"""Keys by which programs come in: made by a user, shown once, kept as a digest only. A key may do what its user may."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.store.accounts import User
from hegui.desk.store.database import Database, api_keys, now, users

MOST = 20
LONGEST_NAME = 80
# How a key begins, so that one that got into a file by accident can be looked for.
PREFIX = "hegui_"


@dataclass(frozen=True, slots=True)
class Key:
    """A key as listed; the key itself is nowhere."""

    id: str
    name: str
    created: str
    used: str | None


class Keys:
    """Making, listing, revoking, and whose a key is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, user: User, name: str) -> str | Problem:
        """A new key, which nobody will see again; or why there is none."""
        name = name.strip()
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            message = Text(f"名称须为 1 至 {LONGEST_NAME} 个字", f"a name has 1 to {LONGEST_NAME} characters")
            return _problem("bad-name", message, Text("写明哪个程序用它。", "Say which program uses it."))
        token = PREFIX + secrets.token_urlsafe(32)
        values = {"id": f"k{secrets.token_hex(6)}", "user": user.id, "name": name, "digest": _digest(token)}
        try:
            with self._database.writing() as connection:
                mine = select(func.count()).select_from(api_keys).where(api_keys.c.user == user.id)
                if connection.execute(mine).scalar_one() >= MOST:
                    message = Text(f"每人至多 {MOST} 个密钥", f"nobody has more than {MOST} keys")
                    return _problem("too-many-keys", message, Text("请先撤销不用的。", "Revoke one no longer used."))
                connection.execute(insert(api_keys).values(**values, created=now(), used=None))
        except IntegrityError:
            message = Text(f"已有名为“{name}”的密钥", f"there is a key called {name!r} already")
            return _problem(
                "name-taken", message, Text("请换一个名称,或先撤销它。", "Choose another name, or revoke it.")
            )
        return token

    def of_user(self, user: User) -> tuple[Key, ...]:
        """Somebody's keys, the last first."""
        columns = (api_keys.c.id, api_keys.c.name, api_keys.c.created, api_keys.c.used)
        query = select(*columns).where(api_keys.c.user == user.id).order_by(api_keys.c.created.desc(), api_keys.c.id)
        with self._database.reading() as connection:
            return tuple(Key(**row._mapping) for row in connection.execute(query))

    def revoke(self, user: User, key: str) -> bool:
        """Take one of somebody's keys away, at once; whether there was one."""
        mine = delete(api_keys).where(api_keys.c.id == key, api_keys.c.user == user.id)
        with self._database.writing() as connection:
            return bool(connection.execute(mine).rowcount)

    def user(self, token: str) -> str | None:
        """The id of the user whose key this is; None where nobody's, or where they are no longer let in."""
        query = (
            select(api_keys.c.id, api_keys.c.user, api_keys.c.used)
            .join(users, users.c.id == api_keys.c.user)
            .where(api_keys.c.digest == _digest(token), users.c.active == 1)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        minute_ago = (datetime.now(UTC) - timedelta(minutes=1)).isoformat(timespec="seconds").replace("+00:00", "Z")
        if row.used is None or row.used < minute_ago:  # not a write for every request
            with self._database.writing() as connection:
                connection.execute(update(api_keys).where(api_keys.c.id == row.id).values(used=now()))
        return str(row.user)


def _digest(token: str) -> str:
    # 256 bits of chance need no slow hash: there is nothing to guess.
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _problem(code: str, message: Text, hint: Text) -> Problem:
    return Problem(code, Position(""), message, hint)
