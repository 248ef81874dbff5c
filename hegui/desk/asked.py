"""What the command line and the environment ask of the desk, as settings, and everything wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.command import Arguments
from hegui.desk.settings import Settings, SignOn
from hegui.desk.store.accounts import ROLES, Role

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def settings_of(arguments: Arguments, environment: Mapping[str, str]) -> tuple[Settings | None, list[Problem]]:
    """The settings. Secrets (database, single sign-on) come from the environment only: a command line is public."""
    problems: list[Problem] = []
    sign_on = _sign_on(environment, problems)
    public = arguments.public or ""
    _check_public(public, problems)
    _check_host(arguments.host, public, problems)
    rules = tuple(arguments.rulebooks)
    for folder in rules:
        if not folder.is_dir():
            message = Text("没有这个规则集文件夹", "there is no such rulebook folder")
            problems.append(Problem("not-found", Position(str(folder)), message))
    key = Path(environment["HEGUI_DESK_KEY"]) if environment.get("HEGUI_DESK_KEY") else None
    if key is not None and not key.is_file():
        problems.append(Problem("not-found", Position(str(key)), Text("没有这个密钥文件", "there is no such key file")))
    if problems:
        return None, problems
    settings = Settings(
        data=Path(arguments.data).absolute(),
        host=arguments.host,
        port=arguments.port,
        database=environment.get("HEGUI_DESK_DATABASE", ""),
        public=public,
        rules=rules,
        sign_on=sign_on,
        signing_key=key,
        workers=arguments.workers,
        largest_upload=arguments.upload * 1024 * 1024,
    )
    return settings, []


def _sign_on(environment: Mapping[str, str], problems: list[Problem]) -> SignOn | None:
    names = {key: f"HEGUI_OIDC_{key.upper()}" for key in ("issuer", "client", "secret")}
    given = {key: environment.get(name, "") for key, name in names.items()}
    if not any(given.values()):
        return None
    for key, value in given.items():
        if not value:
            message = Text("单点登录缺少这项设置", "single sign-on lacks this setting")
            hint = Text(f"须同时设置 {'、'.join(names.values())}", f"Set all of {', '.join(names.values())}.")
            problems.append(Problem("sign-on", Position(names[key]), message, hint))
    role = environment.get("HEGUI_OIDC_ROLE", "viewer")
    if role not in ROLES:
        message = Text(f"没有角色“{role}”", f"there is no role {role!r}")
        problems.append(
            Problem("sign-on", Position("HEGUI_OIDC_ROLE"), message, Text("、".join(ROLES), ", ".join(ROLES)))
        )
    return SignOn(given["issuer"].rstrip("/"), given["client"], given["secret"], cast(Role, role))


def _check_public(public: str, problems: list[Problem]) -> None:
    if not public:
        return
    parts = urlsplit(public)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/") or parts.query:
        message = Text(f"不是网址的开头:{public}", f"not the start of an address: {public}")
        hint = Text("例如 https://hegui.example.gov.cn", "https://hegui.example.gov.cn for example")
        problems.append(Problem("bad-address", Position("--public"), message, hint))


def _check_host(host: str, public: str, problems: list[Problem]) -> None:
    """Passwords do not cross a network in the clear by accident."""
    if host in _LOOPBACK or public:
        return
    message = Text(
        f"--host {host} 会让网络上的其他机器访问,而本程序只说 http",
        f"--host {host} lets other machines in, by plain http",
    )
    hint = Text(
        "请在前面放一台 https 服务器,并用 --public 写明它的地址;见 docs/desk.md。",
        "Put an https server in front and name its address with --public; see docs/desk.md.",
    )
    problems.append(Problem("not-loopback", Position("--host"), message, hint))
