"""Who may come in: local users, their roles and sessions, and how often one may guess.

Passwords are hashed with Argon2; of a session only the digest of its token is stored. Whether a name exists is not told:
an unknown name takes as long as a wrong password.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.store.database import Database, attempts, now, sessions, users

Role = Literal["viewer", "auditor", "policy", "admin"]
# What may be allowed: what a role may, or what auditors and policy staff both may.
Right = Role | Literal["staff"]
ROLES: tuple[Role, ...] = get_args(Role)
# What a role may do besides what it is called.
_INCLUDES: dict[Role, frozenset[Right]] = {
    "viewer": frozenset(["viewer"]),
    "auditor": frozenset(["viewer", "auditor", "staff"]),
    "policy": frozenset(["viewer", "policy", "staff"]),
    "admin": frozenset([*ROLES, "staff"]),
}
IDLE = timedelta(minutes=60)
LONGEST = timedelta(hours=12)
SHORTEST_PASSWORD = 10
_WINDOW = timedelta(minutes=15)
_FREE_TRIES = 5
_NAME = re.compile(r"[\w.@-]{1,64}")
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_hex(16))


@dataclass(frozen=True, slots=True)
class User:
    """An account. `subject` is set for those who come by single sign-on; they have no password."""

    id: str
    name: str
    shown: str
    role: Role
    active: bool
    subject: str | None
    created: str

    def may(self, role: Right) -> bool:
        """Whether this user may do what that role does."""
        return role in _INCLUDES[self.role]


@dataclass(frozen=True, slots=True)
class Session:
    """A user who is in; `csrf` goes into every form of theirs."""

    user: User
    csrf: str
    token: str


@dataclass(frozen=True, slots=True)
class Throttled:
    """Too many wrong guesses; the seconds to wait."""

    seconds: int


class Accounts:
    """Users, sessions and guesses, in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- users --------------------------------------------------------------------------------------------------------

    def none_yet(self) -> bool:
        """Whether nobody has an account."""
        with self._database.reading() as connection:
            return not connection.execute(select(func.count()).select_from(users)).scalar_one()

    def listed(self) -> tuple[User, ...]:
        """Everybody, by name."""
        with self._database.reading() as connection:
            return tuple(_user(row) for row in connection.execute(select(users).order_by(users.c.name)))

    def get(self, user_id: str) -> User | None:
        """A user by id."""
        with self._database.reading() as connection:
            row = connection.execute(select(users).where(users.c.id == user_id)).one_or_none()
        return None if row is None else _user(row)

    def add(
        self, name: str, role: Role, password: str | None, shown: str = "", subject: str | None = None
    ) -> User | Problem:
        """A new account, or why not."""
        wrong = name_problem(name) or (password_problem(password, name) if password is not None else None)
        if wrong is not None:
            return wrong
        values = {
            "id": f"u{secrets.token_hex(6)}",
            "name": name,
            "shown": shown.strip()[:80] or name,
            "role": role,
            "password": _HASHER.hash(password) if password is not None else None,
            "subject": subject,
            "active": 1,
            "created": now(),
        }
        try:
            with self._database.writing() as connection:
                connection.execute(insert(users).values(**values))
        except IntegrityError:
            return _problem("name-taken", Text(f"已有用户“{name}”", f"there is a user {name!r} already"))
        added = self.get(str(values["id"]))
        assert added is not None
        return added

    def set_password(self, user: User, password: str) -> Problem | None:
        """Another password; every session of theirs ends."""
        wrong = password_problem(password, user.name)
        if wrong is not None:
            return wrong
        with self._database.writing() as connection:
            connection.execute(update(users).where(users.c.id == user.id).values(password=_HASHER.hash(password)))
            connection.execute(delete(sessions).where(sessions.c.user == user.id))
        return None

    def change(self, user: User, role: Role, active: bool) -> Problem | None:
        """Another role, or no longer let in; the last administrator stays one."""
        with self._database.writing() as connection:
            others = connection.execute(
                select(func.count())
                .select_from(users)
                .where(users.c.role == "admin", users.c.active == 1, users.c.id != user.id)
            ).scalar_one()
            if not others and user.role == "admin" and (role != "admin" or not active):
                return _problem(
                    "last-admin",
                    Text("这是最后一位管理员", "this is the last administrator"),
                    Text("请先指定另一位管理员。", "Name another administrator first."),
                )
            connection.execute(update(users).where(users.c.id == user.id).values(role=role, active=int(active)))
            # A session remembers nothing of the role, but whoever lost one should notice at once.
            connection.execute(delete(sessions).where(sessions.c.user == user.id))
        return None

    def by_subject(self, subject: str) -> User | None:
        """Who this is at the house's server."""
        with self._database.reading() as connection:
            row = connection.execute(select(users).where(users.c.subject == subject)).one_or_none()
        return None if row is None else _user(row)

    # --- coming in ----------------------------------------------------------------------------------------------------

    def log_in(self, name: str, password: str, address: str) -> Session | Throttled | None:
        """A session; None for a wrong name or password; Throttled after too many of them."""
        whose = (f"name:{name.casefold()[:64]}", f"address:{address[:64]}")
        # The guess is counted before it is looked at: many at once are no way around.
        waiting = self._count_guess(whose)
        if waiting is not None:
            return waiting
        with self._database.reading() as connection:
            row = connection.execute(select(users).where(users.c.name == name)).one_or_none()
        stored = row.password if row is not None and row.password is not None else _NOBODY
        if not _verified(stored, password) or row is None or not row.active or row.password is None:
            return None
        with self._database.writing() as connection:
            connection.execute(delete(attempts).where(attempts.c.who.in_(whose)))
            if _HASHER.check_needs_rehash(stored):
                connection.execute(update(users).where(users.c.id == row.id).values(password=_HASHER.hash(password)))
        return self.open_session(_user(row))

    def open_session(self, user: User) -> Session:
        """Let this user in."""
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            oldest = _before(LONGEST)
            connection.execute(delete(sessions).where(sessions.c.created < oldest))
            values = {"token": _digest(token), "user": user.id, "csrf": csrf, "created": now(), "seen": now()}
            connection.execute(insert(sessions).values(**values))
        return Session(user, csrf, token)

    def session(self, token: str) -> Session | None:
        """Whose session this cookie is; None where it is unknown or too old."""
        query = (
            select(users, sessions.c.csrf, sessions.c.seen)
            .join(sessions, sessions.c.user == users.c.id)
            .where(
                sessions.c.token == _digest(token),
                sessions.c.seen >= _before(IDLE),
                sessions.c.created >= _before(LONGEST),
                users.c.active == 1,
            )
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        if row.seen < _before(timedelta(minutes=1)):  # not a write for every page
            with (
                suppress(SQLAlchemyError),
                self._database.writing() as connection,
            ):  # one may look at pages on a full disk
                connection.execute(update(sessions).where(sessions.c.token == _digest(token)).values(seen=now()))
        return Session(_user(row), row.csrf, token)

    def log_out(self, session: Session) -> None:
        """End the session."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.token == _digest(session.token)))

    def _count_guess(self, whose: tuple[str, ...]) -> Throttled | None:
        since = _before(_WINDOW)
        with self._database.writing() as connection:
            connection.execute(delete(attempts).where(attempts.c.at < since))
            for who in whose:
                found = connection.execute(
                    select(func.count(), func.max(attempts.c.at)).where(attempts.c.who == who)
                ).one()
                # An address may be a whole office behind one gate: it is given more.
                free = _FREE_TRIES if who.startswith("name:") else 10 * _FREE_TRIES
                if found[0] >= free:
                    wait = min(2 ** (found[0] - free) * 5, 900)
                    left = wait - int((datetime.now(UTC) - _time(found[1])).total_seconds())
                    if left > 0:
                        return Throttled(left)
            connection.execute(insert(attempts), [{"who": who, "at": now()} for who in whose])
        return None


def name_problem(name: str) -> Problem | None:
    """Why this cannot be a user's name."""
    if _NAME.fullmatch(name):
        return None
    message = Text("用户名须为 1 至 64 个字母、汉字、数字或 . _ - @", "a name has 1 to 64 letters, digits or . _ - @")
    return _problem("bad-name", message)


def password_problem(password: str, name: str) -> Problem | None:
    """Why this cannot be a password."""
    if not SHORTEST_PASSWORD <= len(password) <= 256:
        message = Text(
            f"密码须有 {SHORTEST_PASSWORD} 至 256 个字符", f"a password has {SHORTEST_PASSWORD} to 256 characters"
        )
        return _problem("bad-password", message, Text("可用几个词连成的一句话。", "A phrase of several words will do."))
    if len(set(password)) < 5 or name.casefold() in password.casefold():
        message = Text("密码太容易猜到", "the password is too easy to guess")
        hint = Text("不要包含用户名,不要只重复几个字符。", "Leave out the user's name; do not repeat a few characters.")
        return _problem("weak-password", message, hint)
    return None


def _problem(code: str, message: Text, hint: Text = Text("", "")) -> Problem:
    return Problem(code, Position(""), message, hint)


def _user(row: object) -> User:
    values = row._mapping  # type: ignore[attr-defined]
    return User(
        values["id"], values["name"], values["shown"], values["role"], bool(values["active"]), values["subject"],
        values["created"],
    )  # fmt: skip


def _verified(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password[:256])
    except (VerificationError, InvalidHashError):
        return False


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _before(span: timedelta) -> str:
    return (datetime.now(UTC) - span).isoformat(timespec="seconds").replace("+00:00", "Z")


def _time(stored: str) -> datetime:
    return datetime.fromisoformat(stored.replace("Z", "+00:00"))
