"""Where a database is, from its URL; the password goes no further than the driver."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from facts.documents.databases_sql import Dialect
from facts.problem import Problem, Text
from facts.provenance import Position

PASSWORD_VARIABLE = "HEGUI_DB_PASSWORD"  # noqa: S105 - the name of a variable
_SCHEMES: dict[str, Dialect] = {
    "sqlite": "sqlite",
    "duckdb": "duckdb",
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
}
_PORTS = {"postgresql": 5432, "mysql": 3306}
_TLS = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


@dataclass(frozen=True, slots=True)
class Target:
    """A database: a file, or a server with user and database name. `shown` is its URL without the password."""

    dialect: Dialect
    shown: str
    path: str = ""
    host: str = ""
    port: int = 0
    user: str = ""
    database: str = ""
    sslmode: str = ""
    password: str | None = field(default=None, repr=False)

    def clean(self, message: str) -> str:
        """A driver's words without the password, whichever way it was written."""
        secret = self.password
        for form in sorted({secret, quote(secret), quote(secret, safe="")}, key=len, reverse=True) if secret else ():
            message = message.replace(form, "***")
        return message


def parse(url: str) -> tuple[Target | None, tuple[Problem, ...]]:
    """The database a URL names: sqlite:///FILE, duckdb:///FILE, postgresql://USER@HOST:PORT/DB, mysql://USER@HOST:PORT/DB.

    FILE is relative; absolute with one more slash. The password is the URL's own or HEGUI_DB_PASSWORD's; without either
    the driver looks in its usual files. Problems: bad-url.
    """
    try:
        parts = urlsplit(url.strip())
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return None, (_bad("", Text("无法识别的地址", "this is no URL")),)
    dialect, shown = _SCHEMES.get(parts.scheme.lower()), _shown(parts)
    if dialect is None:
        return None, (
            _bad(
                parts.scheme, Text(f"不认识的数据库类型“{parts.scheme}”", f"unknown kind of database “{parts.scheme}”")
            ),
        )
    if dialect in ("sqlite", "duckdb"):
        return _file(dialect, parts, shown)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    why = _objection(dialect, parts, host, options)
    if why is not None:
        return None, (_bad(parts.scheme, why),)
    user = unquote(parts.username or "")
    secret = unquote(parts.password) if parts.password else os.environ.get(PASSWORD_VARIABLE) or None
    database, sslmode = unquote(parts.path[1:]), options.get("sslmode", "")
    return Target(dialect, shown, "", host, port or _PORTS[dialect], user, database, sslmode, secret), ()


def _file(dialect: Dialect, parts: SplitResult, shown: str) -> tuple[Target | None, tuple[Problem, ...]]:
    path = unquote(parts.path[1:])
    if parts.netloc or parts.query or parts.fragment or path in ("", ":memory:") or "\0" in path:
        why = Text("应有三条斜线和文件名", "three slashes and a file name are expected")
        return None, (_bad(parts.scheme, why),)
    return Target(dialect, shown, path), ()


def _objection(dialect: Dialect, parts: SplitResult, host: str, options: dict[str, str]) -> Text | None:
    if not host or not parts.path[1:] or "/" in parts.path[1:]:
        return Text("应有主机和数据库名", "a host and the name of a database are expected")
    if "@" in parts.path or parts.fragment or "\0" in unquote(parts.path + parts.netloc):
        return Text(
            "密码或库名里的 / ? # @ 须写成 %2F %3F %23 %40", "in a password or name, write / ? # @ as %2F %3F %23 %40"
        )
    if dialect == "postgresql" and set(options) <= {"sslmode"} and options.get("sslmode", "prefer") in _TLS:
        return None
    if options:
        named = ", ".join(sorted(options))[:60]
        return Text(f"不支持的选项或取值:{named}", f"options or values that are not known: {named}")
    return None


def _shown(parts: SplitResult) -> str:
    """The URL without password and options; whatever stands before the host is no secret but for what follows a colon."""
    account, _, server = parts.netloc.rpartition("@")
    user = account.partition(":")[0]
    return f"{parts.scheme}://{user}{'@' if user else ''}{server}{parts.path}"


def _bad(scheme: str, why: Text) -> Problem:
    """The Problem of a URL; it is not shown, for its parts, a password among them, may not be what they seem."""
    message = Text(f"数据库地址有误:{why.zh}", f"bad database URL: {why.en}")
    hint = Text(
        "例如 sqlite:///数据.db、duckdb:///数据.duckdb、postgresql://用户@主机:5432/库、mysql://用户@主机:3306/库;"
        f"密码放在环境变量 {PASSWORD_VARIABLE} 里。",
        "For example sqlite:///data.db, duckdb:///data.duckdb, postgresql://user@host:5432/db, mysql://user@host:3306/db; "
        f"the password belongs in the environment variable {PASSWORD_VARIABLE}.",
    )
    return Problem("bad-url", Position(f"{scheme}://…" if scheme else "url"), message, hint)
