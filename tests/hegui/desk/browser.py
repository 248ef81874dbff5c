"""A browser without a screen: keeps cookies, fills in the forms a page has, follows redirects, never raises for a status."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import httpx
import uvicorn
from argon2 import PasswordHasher

from hegui.desk.api.site import site
from hegui.desk.settings import Settings
from hegui.desk.store import accounts
from hegui.desk.store.accounts import Role, User
from hegui.desk.web.desk import Desk, open_desk

# Hashing a password is slow on purpose; here thousands are, and none is worth guessing.
accounts._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse battery"  # noqa: S105  # of people who live in a test
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Browser:
    """One visitor. `page` is what the last answer said."""

    def __init__(self, address: str, language: str = "en") -> None:
        headers = {"accept-language": language}
        self.client = httpx.Client(base_url=address, headers=headers, follow_redirects=True, timeout=60)
        self.status, self.page, self.at = 0, "", ""
        self.headers: Mapping[str, str] = {}

    def get(self, path: str) -> Browser:
        """Open an address."""
        return self._keep(self.client.get(path))

    def send(self, action: str, fields: Mapping[str, Any] | None = None, files: Any = None, **others: str) -> Browser:
        """Send the form of this page that leads to `action`, with what it hides and what is typed."""
        form = self.form(action)
        return self._keep(self.client.post(action, data={**form, **(fields or {}), **others}, files=files))

    def post(self, path: str, fields: Mapping[str, Any]) -> Browser:
        """Send what no form of ours has."""
        return self._keep(self.client.post(path, data=fields))

    def form(self, action: str) -> dict[str, str]:
        """The hidden fields of the form that leads to `action`."""
        for found in re.findall(r"<form[^>]*>.*?</form>", self.page, re.DOTALL):
            if f'action="{action}"' in unescape(found) or f'action="{action}?' in unescape(found):
                return {name: unescape(value) for name, value in _HIDDEN.findall(found)}
        raise AssertionError(f"no form leads to {action} on {self.at}")

    def log_in(self, name: str, password: str = PASSWORD) -> Browser:
        """Come in by the door everybody uses."""
        return self.get("/login").send("/login", name=name, password=password)

    def _keep(self, response: Any) -> Browser:
        self.status, self.page, self.at = response.status_code, response.text, str(response.url.path)
        self.headers = response.headers
        return self


class Served:
    """A desk behind a real server on a port of its own."""

    def __init__(self, desk: Desk, address: str) -> None:
        self.desk = desk
        self.address = address
        self.browsers: list[Browser] = []

    def visitor(self, role: Role | None = None, language: str = "en") -> Browser:
        """A browser, logged in with that role."""
        browser = Browser(self.address, language)
        self.browsers.append(browser)
        if role is not None:
            if all(user.name != role for user in self.desk.accounts.listed()):
                somebody(self.desk, role)
            browser.log_in(role)
            assert browser.at == "/", browser.page
        return browser


@contextmanager
def served_in(folder: Path, **settings: Any) -> Iterator[Served]:
    """A desk of its own, served until the block ends."""
    desk = open_desk(Settings(folder, **settings))
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(site(desk), log_level="warning", lifespan="on"))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    served = Served(desk, f"http://127.0.0.1:{listening.getsockname()[1]}")
    try:
        while not server.started:
            sleep(0.01)
        yield served
    finally:
        for browser in served.browsers:
            browser.client.close()
        server.should_exit = True
        thread.join(20)
        listening.close()
        desk.close()


def somebody(desk: Desk, role: Role, name: str = "") -> User:
    """An account of that role."""
    user = desk.accounts.add(name or role, role, PASSWORD)
    assert isinstance(user, User)
    return user
