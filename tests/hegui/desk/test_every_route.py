"""Every page of the desk: who may see it, and what it does with what nobody should send."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from hegui.desk.api.site import PAGES as MORE
from hegui.desk.store.accounts import ROLES, Role
from hegui.desk.web.app import PAGES as DESK
from hegui.desk.web.routes import Page
from tests.hegui.desk.browser import Browser, Served, served_in, somebody
from tests.hegui.desk.forms import Field, Form
from tests.hegui.desk.forms import Page as Seen
from tests.hegui.desk.recorded import recorded

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://evil.example")',
    "../../../../etc/passwd",
    "{{ 7*7 }}${7*7}",
    "'; DROP TABLE users; --",
    "\u202e\ud7ff\x00\x1b[31m",
    "好" * 20_000,
)
NASTY = re.compile(r"<script>alert|<img src=x")
PAGES = (*DESK, *MORE)
_PARTS = re.compile(r"\{(\w+)(?::\w+)?\}")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_in(tmp_path_factory.mktemp("desk") / "data") as served:
        for role in ROLES:
            somebody(served.desk, role)
        recorded(served.desk)
        yield served


@pytest.fixture(scope="module")
def visitors(served: Served) -> dict[Role | None, Browser]:
    return {None: served.visitor(), **{role: served.visitor(role) for role in ROLES}}


def address(page: Page, part: str = "x1") -> str:
    return _PARTS.sub(part, page.path)


def ask(browser: Browser, page: Page, part: str = "x1") -> Browser:
    """Open a page, or send it a form with nothing in it but the token."""
    if page.method == "GET":
        return browser.get(address(page, part))
    if browser.get("/account").at == "/account":
        token = browser.form("/account")["token"]
    else:
        token = browser.form("/login")["token"]
    return browser.post(address(page, part), {"token": token})


GUARDED = [page for page in PAGES if page.allow != "anyone"]
POSTS = [page for page in GUARDED if page.method == "POST"]


def named(page: object) -> str:
    return f"{page.method} {page.path}" if isinstance(page, Page) else ""


@pytest.mark.parametrize("page", GUARDED, ids=named)
def test_nobody_gets_in_without_the_role(page: Page, served: Served, visitors: dict[Role | None, Browser]) -> None:
    users = {user.name: user for user in served.desk.accounts.listed()}
    assert page.allow != "anyone"
    for role, browser in visitors.items():
        ask(browser, page)
        if role is None:
            assert browser.at == "/login" or browser.status == 401, role
        elif users[role].may(page.allow):
            assert browser.status not in (401, 403) and browser.status < 500, (role, browser.status)
        else:
            assert browser.status == 403, (role, browser.status)


@pytest.mark.parametrize("page", POSTS, ids=named)
def test_no_form_is_taken_without_its_token(page: Page, visitors: dict[Role | None, Browser]) -> None:
    for token in ("", "x" * 43, "令牌"):
        browser = visitors["admin"].post(address(page), {"token": token, "name": "x"})
        assert browser.status == 403 and "the page has expired" in browser.page


@pytest.mark.parametrize("page", [page for page in PAGES if "{" in page.path], ids=named)
def test_parts_of_an_address_that_lead_nowhere(page: Page, visitors: dict[Role | None, Browser]) -> None:
    for part in ("..", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%00", "<script>alert(1)", "1'--", "好", "9" * 400, "-1"):
        browser = ask(visitors["admin"], page, part.replace("<", "%3C").replace(">", "%3E"))
        assert browser.status < 500, (part, browser.page)
        assert not NASTY.search(browser.page)


def test_every_form_takes_hostile_text_calmly(served: Served) -> None:
    """Every form that can be reached by links, filled in with every hostile text, as whoever may do most."""
    browser = served.visitor("admin")
    seen, forms = crawl(browser)
    assert len(seen) > 10 and len(forms) > 5
    for form, at in forms:
        if form.action in ("/logout",) or (form.action, form.method) == ("/account", "post"):
            continue
        for turn in range(3):  # every text comes into some field, long and short forms alike
            browser.get(at)
            again = [one for one in Seen(browser.page, at).forms if one.action == form.action]
            if not again or form.action.startswith("/users/"):
                break
            send(browser, again[0], turn * 3)
            assert browser.status < 500, (form.action, turn, browser.page)
            assert harmless(browser), (form.action, turn)
    crawl(browser)  # whatever was kept is shown as text


def crawl(browser: Browser, most: int = 150) -> tuple[list[str], list[tuple[Form, str]]]:
    """All pages within reach, one of each kind; every form with where it stands. None fails."""
    waiting, seen, kinds, forms = ["/"], list[str](), set[str](), dict[tuple[str, str], tuple[Form, str]]()
    while waiting and len(seen) < most:
        at = waiting.pop(0)
        kind = kind_of(at)
        if kind in kinds or not at.startswith("/") or at.startswith("/static"):
            continue
        kinds.add(kind)
        browser.get(at)
        assert browser.status < 500, (at, browser.page)
        assert harmless(browser), at
        seen.append(at)
        if not browser.headers.get("content-type", "").startswith("text/html"):
            continue
        page = Seen(browser.page, at)
        waiting.extend(page.links)
        for form in page.forms:
            forms.setdefault((kind_of(form.action), form.method), (form, at))
    return seen, list(forms.values())


def kind_of(address: str) -> str:
    """An address without what tells one folder, file, version or query from another."""
    path, _, query = address.partition("?")
    names = "&".join(sorted(part.partition("=")[0] for part in query.split("&")))
    return re.sub(r"\b[acrpbju][0-9a-f]{12}\b|\d+|[^/]+\.\w+$", "*", path) + f"?{names}"


def harmless(browser: Browser) -> bool:
    """Nothing that was typed acts: on a page it is text, and what is no page is only ever saved."""
    kind = browser.headers.get("content-type", "")
    if kind.startswith("text/html"):
        return not NASTY.search(browser.page)
    saved = browser.headers.get("content-disposition", "").startswith("attachment")
    return saved or kind.startswith(("application/json", "text/plain", "image/svg+xml"))


def send(browser: Browser, form: Form, first: int) -> None:
    """Fill in a form, each field with the next hostile text, and send it."""
    texts = cycle(HOSTILE[first % len(HOSTILE) :] + HOSTILE[: first % len(HOSTILE)])
    typed = [(one, next(texts)) for one in form.fields if one.kind != "button"]
    values = {one.name: filled(one, text) for one, text in typed if one.kind != "file"}
    files = [(one.name, (text[:80], text.encode("utf-8", "replace"))) for one, text in typed if one.kind == "file"]
    if form.method == "get":
        browser._keep(browser.client.get(form.action, params={name: value[:2_000] for name, value in values.items()}))
    else:
        browser._keep(browser.client.post(form.action, data=values, files=files or None))


def filled(one: Field, text: str) -> str:
    return one.value if one.kind in ("hidden", "select") else text


@pytest.mark.parametrize("page", POSTS, ids=named)
def test_ten_megabytes_are_refused_or_taken(page: Page, visitors: dict[Role | None, Browser]) -> None:
    browser = visitors["admin"]
    browser.get("/account")
    token = browser.form("/account")["token"]
    browser.post(address(page), {"token": token, "text": "x" * 10_000_000, "note": "x"})
    assert browser.status in (303, 400, 404, 409, 413) or browser.status == 200, browser.status


def test_a_session_that_has_expired_loses_nothing_in_silence(served: Served) -> None:
    browser = served.visitor("admin").get("/users")
    form = browser.form("/users")
    browser.client.cookies.delete("hegui_session")
    browser.post("/users", form | {"name": "late"})
    assert browser.status == 401 and "what you typed is still there" in browser.page


def test_files_outside_the_static_folder_are_not_served(served: Served) -> None:
    browser = served.visitor()
    for path in (
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
        "/static//etc/passwd",
        "/blobs/",
        "/data/desk.sqlite",
    ):
        answer = browser.client.get(path)
        assert answer.status_code in (404, 405), path


def test_what_every_answer_says_to_the_browser(visitors: dict[Role | None, Browser]) -> None:
    for path in ("/", "/nowhere", "/static/desk.css"):
        headers = visitors["viewer"].get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_no_template_switches_escaping_off() -> None:
    templates = Path(__file__).resolve().parents[3] / "hegui/desk/templates"
    for template in templates.rglob("*.html"):
        text = template.read_text("utf-8")
        assert "|safe" not in text.replace(" ", ""), template
        assert "autoescape false" not in text, template
        assert not re.search(r"\son\w+=|<script>|style=", text), template
