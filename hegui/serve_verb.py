"""`hegui serve` and `hegui user`: start the desk; its accounts from the terminal."""

from __future__ import annotations

import getpass
import os
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, cast

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.command import CLEAN, Arguments, tell
from hegui.delivery import refused

if TYPE_CHECKING:
    from hegui.desk.store.accounts import Accounts, Role

_NEEDED = ("starlette", "uvicorn", "jinja2", "sqlalchemy", "argon2", "python_multipart")


def serve(arguments: Arguments) -> int:
    """Run the desk until it is stopped."""
    missing = _missing_extra()
    if missing is not None:
        return refused([missing], arguments)
    from hegui.desk.asked import settings_of
    from hegui.desk.serving import run

    settings, problems = settings_of(arguments, os.environ)
    if settings is None:
        return refused(problems, arguments)
    problem = run(settings, tell)
    return CLEAN if problem is None else refused([problem], arguments)


def user(arguments: Arguments) -> int:
    """List, add or change an account."""
    missing = _missing_extra()
    if missing is not None:
        return refused([missing], arguments)
    from hegui.desk.asked import settings_of
    from hegui.desk.serving import opened

    settings, problems = settings_of(arguments, os.environ)
    if settings is None:
        return refused(problems, arguments)
    desk = opened(settings)
    if isinstance(desk, Problem):
        return refused([desk], arguments)
    try:
        problem = _act(desk.accounts, arguments)
    finally:
        desk.close()
    return CLEAN if problem is None else refused([problem], arguments)


def _act(accounts: Accounts, arguments: Arguments) -> Problem | None:
    if arguments.action == "list":
        for one in accounts.listed():
            sys.stdout.write(f"{one.name}\t{one.role}\t{'' if one.active else 'off'}\n")
        return None
    role = cast("Role | None", arguments.role)
    known = next((one for one in accounts.listed() if one.name == arguments.name), None)
    if arguments.action == "add":
        added = accounts.add(arguments.name, role or "viewer", _password())
        problem = added if isinstance(added, Problem) else None
    elif known is None:
        problem = Problem("unknown-user", Position(arguments.name), Text("没有这个用户", "there is no such user"))
    elif arguments.action == "password":
        problem = accounts.set_password(known, _password())
    else:
        active = {"disable": False, "enable": True}.get(arguments.action, known.active)
        problem = accounts.change(known, role or known.role, active)
    if problem is None:
        tell(f"已保存 / saved: {arguments.name}")
    return problem


def _password() -> str:
    """Typed twice at a terminal; the first line of what is piped in otherwise."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("密码 / password: ")
    return first if first == getpass.getpass("再一次 / again: ") else ""


def _missing_extra() -> Problem | None:
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if not missing:
        return None
    message = Text(f"网页工作台需要的库没有安装:{'、'.join(missing)}", f"the desk needs {', '.join(missing)}")
    hint = Text("请安装:pip install 'hegui[desk]'", "Install it: pip install 'hegui[desk]'")
    return Problem("not-installed", Position("hegui serve"), message, hint)
