"""Who may come in, and who may not."""

from __future__ import annotations

import pytest

from hegui.desk.store.accounts import Session, Throttled, User
from tests.hegui.desk.browser import PASSWORD, Served, somebody

OTHER = PASSWORD[::-1]


def test_the_first_administrator_needs_the_word_from_the_terminal(served: Served) -> None:
    browser = served.visitor().get("/")
    assert browser.at == "/setup"
    browser.send("/setup", setup="guessed", name="admin", password=PASSWORD, again=PASSWORD)
    assert browser.status == 400 and "the setup word is wrong" in browser.page
    browser.send("/setup", setup=served.desk.setup, name="admin", password=PASSWORD, again=PASSWORD)
    assert browser.at == "/" and "Hello" in browser.page
    assert [user.role for user in served.desk.accounts.listed()] == ["admin"]
    assert served.visitor().get("/setup").at == "/login"


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(served: Served) -> None:
    somebody(served.desk, "auditor")
    wrong = served.visitor().log_in("auditor", "not the password")
    unknown = served.visitor().log_in("nobody", "not the password")
    assert wrong.status == unknown.status == 401
    assert "the name or the password is wrong" in wrong.page and "the name or the password is wrong" in unknown.page


def test_guessing_is_slowed_down_even_with_the_right_password(served: Served) -> None:
    somebody(served.desk, "auditor")
    answers = [served.desk.accounts.log_in("auditor", "guess number one", "10.0.0.1") for _ in range(6)]
    assert answers[:5] == [None] * 5 and isinstance(answers[5], Throttled)
    assert isinstance(served.desk.accounts.log_in("auditor", PASSWORD, "10.0.0.2"), Throttled)
    browser = served.visitor().log_in("auditor")
    assert browser.status == 429 and "seconds" in browser.page


def test_a_form_without_its_token_does_nothing(served: Served) -> None:
    browser = served.visitor("admin").get("/users")
    form = browser.form("/users") | {"name": "mallory", "role": "admin", "password": PASSWORD, "again": PASSWORD}
    for token in ("", "guessed"):
        browser.post("/users", form | {"token": token})
        assert browser.status == 403 and "the page has expired" in browser.page
    assert [user.name for user in served.desk.accounts.listed()] == ["admin"]


def test_a_form_sent_from_another_site_does_nothing(served: Served) -> None:
    browser = served.visitor("admin").get("/users")
    form = browser.form("/users") | {"name": "mallory", "role": "admin", "password": PASSWORD, "again": PASSWORD}
    answer = browser.client.post("/users", data=form, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert len(served.desk.accounts.listed()) == 1


def test_a_button_pressed_twice_adds_one_user(served: Served) -> None:
    browser = served.visitor("admin").get("/users")
    form = browser.form("/users") | {"name": "li", "role": "auditor", "password": PASSWORD, "again": PASSWORD}
    first = browser.client.post("/users", data=form)
    second = browser.client.post("/users", data=form)
    assert first.status_code == second.status_code == 200 and "Saved" in second.text
    assert [user.name for user in served.desk.accounts.listed()] == ["admin", "li"]


def test_a_session_ends_with_the_role_it_was_given_for(served: Served) -> None:
    browser = served.visitor("auditor")
    user = next(user for user in served.desk.accounts.listed() if user.name == "auditor")
    somebody(served.desk, "admin")
    assert served.desk.accounts.change(user, "viewer", active=True) is None
    assert browser.get("/").at == "/login"


def test_who_sends_a_form_after_the_session_ended_logs_in_beside_it(served: Served) -> None:
    browser = served.visitor("policy").get("/rulebooks/new")
    form = browser.form("/rulebooks/new")
    browser.client.cookies.delete("hegui_session")
    browser.post("/rulebooks/new", form)
    assert browser.status == 401 and "Log in in a new tab" in browser.page
    assert '<a class="button" href="/login" target="_blank" rel="noopener">' in browser.page
    assert ">Back</a>" not in browser.page


def test_the_last_administrator_stays(served: Served) -> None:
    browser = served.visitor("admin").get("/users")
    user = served.desk.accounts.listed()[0]
    browser.send(f"/users/{user.id}", role="viewer", active="yes")
    assert browser.status == 400 and "the last administrator" in browser.page


def test_whoever_is_switched_off_is_out_at_once(served: Served) -> None:
    browser = served.visitor("auditor")
    user = next(user for user in served.desk.accounts.listed() if user.name == "auditor")
    served.desk.accounts.change(user, "auditor", active=False)
    assert browser.get("/account").at == "/login"
    assert browser.log_in("auditor").status == 401


def test_a_new_password_ends_sessions_elsewhere(served: Served) -> None:
    here, elsewhere = served.visitor("auditor"), served.visitor("auditor")
    here.get("/account").send("/account", current=PASSWORD, password=OTHER, again=OTHER)
    assert here.at == "/account" and "Password changed" in here.page
    assert elsewhere.get("/account").at == "/login"
    assert isinstance(served.desk.accounts.log_in("auditor", OTHER, ""), Session)


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaa", "auditor-password", "x" * 300])
def test_bad_passwords_are_refused(served: Served, password: str) -> None:
    assert not isinstance(served.desk.accounts.add("auditor", "auditor", password), User)


def test_nobody_is_sent_to_another_site(served: Served) -> None:
    somebody(served.desk, "auditor")
    for there in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        browser = served.visitor()
        browser.client.follow_redirects = False
        browser.get(f"/login?then={there}")
        answer = browser.client.post(
            "/login", data=browser.form("/login") | {"name": "auditor", "password": PASSWORD, "then": there}
        )
        assert answer.headers["location"] == "/"


def test_the_session_cookie_cannot_be_read_by_scripts(served: Served) -> None:
    browser = served.visitor()
    somebody(served.desk, "auditor")
    browser.client.follow_redirects = False
    browser.log_in("auditor")
    cookie = browser.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie
    assert browser.headers["cache-control"] == "no-store"
