"""A program that uses the API with a key."""

from __future__ import annotations

from typing import Any

import httpx

from hegui.desk.api.operation import PREFIX
from hegui.desk.store.accounts import Role
from tests.hegui.desk.browser import Served, somebody


class Program:
    """Asks as a user of that role would."""

    def __init__(self, served: Served, role: Role, name: str = "") -> None:
        users = {user.name: user for user in served.desk.accounts.listed()}
        user = users.get(name or role) or somebody(served.desk, role, name)
        key = served.desk.keys.make(user, f"program {len(served.desk.keys.of_user(user))}")
        assert isinstance(key, str), key
        self.headers = {"authorization": f"Bearer {key}", "accept-language": "en"}
        self._base = served.address + PREFIX

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """The answer, whatever it is."""
        headers = {**self.headers, **options.pop("headers", {})}
        with httpx.Client(timeout=120) as client:
            return client.request(method, self._base + path, headers=headers, **options)

    def get(self, path: str) -> httpx.Response:
        """Ask for something."""
        return self.ask("GET", path)

    def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """Send JSON, or what `options` say."""
        return self.ask("POST", path, **({"json": body} if body is not None else {}), **options)
