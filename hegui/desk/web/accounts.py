"""Coming in and going out, one's password, and the administrator's list of users."""

from __future__ import annotations

import secrets
from typing import get_args

from starlette.responses import Response

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.store.accounts import ROLES, Role, Session, Throttled, User
from hegui.desk.web.routes import Page
from hegui.desk.web.visit import SESSION_COOKIE, Visit, local_path, shown

# --- the first administrator ------------------------------------------------------------------------------------------


def _setup(visit: Visit) -> Response:
    if not visit.desk.accounts.none_yet():
        return visit.redirect("/login")
    return visit.page("setup.html", setup=visit.asked("token"), name="admin", problems=[])


def _set_up(visit: Visit) -> Response:
    if not visit.desk.accounts.none_yet():
        return visit.redirect("/login")
    problems = []
    if not secrets.compare_digest(visit.field("setup").encode(), visit.desk.setup.encode()):
        message = Text("启动口令不对", "the setup word is wrong")
        hint = Text("它在启动 hegui serve 的终端里。", "It is in the terminal hegui serve was started in.")
        problems.append(_problem("setup-word", message, hint))
    problems.extend(_differ(visit))
    if not problems:
        added = visit.desk.accounts.add(visit.field("name"), "admin", visit.text("password"))
        if isinstance(added, User):
            return _welcome(visit, visit.desk.accounts.open_session(added), "/")
        problems.append(added)
    values = {"setup": visit.field("setup"), "name": visit.field("name")}
    return visit.page("setup.html", 400, problems=shown(problems, visit.language), **values)


# --- in and out -------------------------------------------------------------------------------------------------------


def _login(visit: Visit) -> Response:
    then = local_path(visit.asked("then", "/"))
    if visit.session is not None:
        return visit.redirect(then)
    if visit.desk.accounts.none_yet():
        return visit.redirect("/setup")
    return _login_page(visit, "", then, [])


def _log_in(visit: Visit) -> Response:
    name, then = visit.field("name"), local_path(visit.field("then") or "/")
    address = visit.request.client.host if visit.request.client else ""
    result = visit.desk.accounts.log_in(name, visit.text("password"), address)
    if isinstance(result, Session):
        return _welcome(visit, result, then)
    if isinstance(result, Throttled):
        message = Text(
            f"尝试次数过多,请在 {result.seconds} 秒后再试", f"too many attempts; try again in {result.seconds} seconds"
        )
        response = _login_page(visit, name, then, [_problem("throttled", message)], 429)
        response.headers["retry-after"] = str(result.seconds)
        return response
    message = Text("用户名或密码不对", "the name or the password is wrong")
    return _login_page(visit, name, then, [_problem("wrong-login", message)], 401)


def _login_page(visit: Visit, name: str, then: str, problems: list[Problem], status: int = 200) -> Response:
    sign_on = visit.desk.settings.sign_on is not None
    said = shown(problems, visit.language)
    return visit.page("login.html", status, name=name, then=then, problems=said, sign_on=sign_on)


def _welcome(visit: Visit, session: Session, then: str) -> Response:
    response = visit.redirect(then)
    keep_session(visit, session, response)
    return response


def keep_session(visit: Visit, session: Session, response: Response) -> None:
    """Hand the browser its session."""
    secure = visit.desk.settings.secure
    response.set_cookie(SESSION_COOKIE, session.token, httponly=True, samesite="lax", secure=secure)


def _log_out(visit: Visit) -> Response:
    if visit.session is not None:
        visit.desk.accounts.log_out(visit.session)
    response = visit.redirect("/login")
    response.delete_cookie(SESSION_COOKIE)
    return response


# --- one's own password -----------------------------------------------------------------------------------------------


def _account(visit: Visit) -> Response:
    return _account_page(visit, [], done=visit.asked("done"))


def _account_page(visit: Visit, problems: list[Problem], status: int = 200, done: str = "", made: str = "") -> Response:
    keys = visit.desk.keys.of_user(visit.user)
    said = shown(problems, visit.language)
    return visit.page("account.html", status, problems=said, done=done, keys=keys, made=made)


def _change_password(visit: Visit) -> Response:
    user, accounts = visit.user, visit.desk.accounts
    problems = _differ(visit)
    address = visit.request.client.host if visit.request.client else ""
    result = accounts.log_in(user.name, visit.text("current"), address)
    if not isinstance(result, Session):
        problems.append(_problem("wrong-login", Text("现在的密码不对", "the present password is wrong")))
    if not problems:
        wrong = accounts.set_password(user, visit.text("password"))
        if wrong is None:
            return _welcome(visit, accounts.open_session(user), "/account?done=password")
        problems.append(wrong)
    return _account_page(visit, problems, 400)


# --- keys of programs -------------------------------------------------------------------------------------------------


def _make_key(visit: Visit) -> Response:
    made = visit.desk.keys.make(visit.user, visit.field("name"))
    if isinstance(made, Problem):
        return _account_page(visit, [made], 400)
    # Shown in this answer and never again: a redirect would need it to be kept somewhere.
    return _account_page(visit, [], made=made)


def _revoke_key(visit: Visit) -> Response:
    if not visit.desk.keys.revoke(visit.user, visit.part("key")):
        return visit.missing()
    return visit.redirect("/account?done=revoked")


# --- users ------------------------------------------------------------------------------------------------------------


def _users(visit: Visit) -> Response:
    return _users_page(visit, [])


def _users_page(visit: Visit, problems: list[Problem], status: int = 200) -> Response:
    values = {"name": visit.field("name"), "shown_name": visit.field("shown"), "role": visit.field("role") or "auditor"}
    return visit.page(
        "users.html",
        status,
        users=visit.desk.accounts.listed(),
        roles=ROLES,
        problems=shown(problems, visit.language),
        done=visit.asked("done"),
        **values,
    )


def _add_user(visit: Visit) -> Response:
    role = _role(visit.field("role"))
    problems = _differ(visit)
    if role is None:
        problems.append(_no_role())
    if not problems and role is not None:
        added = visit.desk.accounts.add(visit.field("name"), role, visit.text("password"), visit.field("shown"))
        if isinstance(added, User):
            return visit.redirect("/users?done=added")
        problems.append(added)
    return _users_page(visit, problems, 400)


def _change_user(visit: Visit) -> Response:
    user, role = visit.desk.accounts.get(visit.part("user")), _role(visit.field("role"))
    if user is None:
        return visit.missing()
    problem = _no_role() if role is None else visit.desk.accounts.change(user, role, visit.field("active") == "yes")
    if problem is None and visit.text("password"):
        problem = visit.desk.accounts.set_password(user, visit.text("password"))
    return visit.redirect("/users?done=changed") if problem is None else _users_page(visit, [problem], 400)


def _role(text: str) -> Role | None:
    for role in get_args(Role):
        if role == text:
            return role  # type: ignore[no-any-return]
    return None


def _no_role() -> Problem:
    return _problem("no-role", Text("没有这个角色", "there is no such role"))


def _differ(visit: Visit) -> list[Problem]:
    if visit.text("password") == visit.text("again"):
        return []
    return [_problem("passwords-differ", Text("两次输入的密码不一样", "the two passwords differ"))]


def _problem(code: str, message: Text, hint: Text = Text("", "")) -> Problem:
    return Problem(code, Position(""), message, hint)


PAGES = (
    Page("/setup", _setup, "anyone"),
    Page("/setup", _set_up, "anyone", "POST"),
    Page("/login", _login, "anyone"),
    Page("/login", _log_in, "anyone", "POST"),
    Page("/logout", _log_out, "anyone", "POST"),
    Page("/account", _account, "viewer"),
    Page("/account", _change_password, "viewer", "POST"),
    Page("/account/keys", _make_key, "viewer", "POST"),
    Page("/account/keys/{key}", _revoke_key, "viewer", "POST"),
    Page("/users", _users, "admin"),
    Page("/users", _add_user, "admin", "POST"),
    Page("/users/{user}", _change_user, "admin", "POST"),
)
