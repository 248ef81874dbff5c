"""Single sign-on against a small server of the house that signs for real."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from hegui.desk import oidc
from hegui.desk.settings import SignOn
from tests.hegui.desk.browser import Browser, Served, served_in, somebody


@dataclass
class House:
    """The server: `spoil` changes what it signs, `key` what it signs with."""

    issuer: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    spoil: dict[str, Any] = field(default_factory=dict)
    published: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    key: RSAKey | None = None

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def consent(self, address: str) -> str:
        """Somebody logs in there; where the browser is sent back to."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        self.codes["the-code"] = asked
        return f"/sign-on/back?code=the-code&state={asked['state']}"

    def token(self) -> dict[str, Any]:
        asked = self.codes["the-code"]
        claims = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "sub": "42",
            "exp": int(time.time()) + 300,
            "nonce": asked["nonce"],
            "preferred_username": "wang",
            "name": "王审计",
        }
        claims |= self.spoil
        return {"id_token": jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key or self.published)}


@pytest.fixture
def house() -> Iterator[House]:
    house = House()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/.well-known"):
                self.answer(house.metadata())
            else:
                self.answer({"keys": [house.published.as_dict(private=False)]})

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.answer(house.token())

        def answer(self, data: dict[str, Any]) -> None:
            body = json.dumps(data).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    house.issuer = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    oidc._discovered.cache_clear()
    yield house
    server.shutdown()
    server.server_close()


@pytest.fixture
def served(tmp_path: Path, house: House) -> Iterator[Served]:
    with served_in(tmp_path / "data", sign_on=SignOn(house.issuer, "hegui", "secret")) as served:
        somebody(served.desk, "admin")
        yield served


def _leave(served: Served, path: str = "/sign-on") -> tuple[Browser, str]:
    browser = served.visitor()
    answer = browser.client.get(path, follow_redirects=False)
    return browser, answer.headers["location"]


def test_who_comes_for_the_first_time_is_let_in_as_a_viewer(served: Served, house: House) -> None:
    browser, there = _leave(served, "/sign-on?then=/account")
    browser.get(house.consent(there))
    assert browser.at == "/account" and "王审计" in browser.page
    user = next(user for user in served.desk.accounts.listed() if user.name == "wang")
    assert user.role == "viewer" and user.subject == f"{house.issuer}#42"


def test_who_comes_again_is_the_same_and_a_name_is_no_proof(served: Served, house: House) -> None:
    somebody(served.desk, "policy", "wang")
    for _ in range(2):
        browser, there = _leave(served)
        browser.get(house.consent(there))
        assert browser.status == 200
    found = [user for user in served.desk.accounts.listed() if user.subject]
    assert len(found) == 1 and found[0].name != "wang" and found[0].role == "viewer"


@pytest.mark.parametrize(
    "spoil",
    [{"aud": "another"}, {"iss": "https://evil.example"}, {"nonce": "of-another-visit"}, {"exp": 1_000}, {"sub": None}],
    ids=str,
)
def test_a_token_that_is_not_for_this_visit_lets_nobody_in(served: Served, house: House, spoil: dict[str, Any]) -> None:
    house.spoil = spoil
    browser, there = _leave(served)
    browser.get(house.consent(there))
    assert browser.status == 502 and "did not succeed" in browser.page
    assert browser.get("/account").at == "/login"


def test_a_token_signed_by_somebody_else_lets_nobody_in(served: Served, house: House) -> None:
    house.key = RSAKey.generate_key(2048, {"kid": "1"})
    browser, there = _leave(served)
    assert browser.get(house.consent(there)).status == 502


def test_another_browser_cannot_come_back(served: Served, house: House) -> None:
    _, there = _leave(served)
    assert served.visitor().get(house.consent(there)).status == 502


def test_a_house_that_does_not_answer_is_said(tmp_path: Path) -> None:
    oidc._discovered.cache_clear()
    with served_in(tmp_path / "data", sign_on=SignOn("http://127.0.0.1:9", "hegui", "secret")) as served:
        somebody(served.desk, "admin")
        browser = served.visitor().get("/login")
        assert "single sign-on" in browser.page
        browser.get("/sign-on")
        assert browser.status == 502 and "Try again" in browser.page
