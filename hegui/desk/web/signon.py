"""Coming in by the single sign-on of the house."""

from __future__ import annotations

import json
import re
import secrets

from starlette.responses import RedirectResponse, Response

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.oidc import Known, SignOnFailed, coming_back, leaving
from hegui.desk.settings import SignOn
from hegui.desk.store.accounts import User
from hegui.desk.web.accounts import keep_session
from hegui.desk.web.routes import Page
from hegui.desk.web.visit import Visit, local_path
from hegui.logs import log_fault

_COOKIE = "hegui_sign_on"
_BACK = "/sign-on/back"


def _leave(visit: Visit) -> Response:
    sign_on = visit.desk.settings.sign_on
    if sign_on is None:
        return visit.missing()
    try:
        there = leaving(sign_on, visit.desk.settings.address + _BACK)
    except SignOnFailed as error:
        return _failed(visit, error)
    kept = {
        "state": there.state,
        "nonce": there.nonce,
        "verifier": there.verifier,
        "then": local_path(visit.asked("then")),
    }
    response = RedirectResponse(there.address, 303)
    secure = visit.desk.settings.secure
    response.set_cookie(
        _COOKIE, json.dumps(kept), max_age=600, httponly=True, samesite="lax", secure=secure, path=_BACK
    )
    return response


def _come_back(visit: Visit) -> Response:
    sign_on = visit.desk.settings.sign_on
    if sign_on is None:
        return visit.missing()
    try:
        kept = _kept(visit)
        known = coming_back(
            sign_on, visit.desk.settings.address + _BACK, visit.asked("code"), kept["nonce"], kept["verifier"]
        )
    except SignOnFailed as error:
        return _failed(visit, error)
    user = visit.desk.accounts.by_subject(known.subject) or _new(visit, known, sign_on)
    if not user.active:
        message = Text("您的账号已停用", "your account is switched off")
        hint = Text("请联系管理员。", "Ask an administrator.")
        return visit.refusal([Problem("inactive", Position(""), message, hint)], 403, back="/login")
    response = visit.redirect(local_path(kept["then"]))
    keep_session(visit, visit.desk.accounts.open_session(user), response)
    response.delete_cookie(_COOKIE, path=_BACK)
    return response


def _kept(visit: Visit) -> dict[str, str]:
    """What this browser left with. Raises SignOnFailed where it is another, or came too late."""
    if visit.asked("error"):
        raise SignOnFailed(f"the server refused: {visit.asked('error')[:200]}")
    try:
        kept = json.loads(visit.request.cookies.get(_COOKIE, ""))
        found = {key: str(kept[key]) for key in ("state", "nonce", "verifier", "then")}
    except (ValueError, TypeError, KeyError):
        raise SignOnFailed("no sign-on was begun in this browser") from None
    if not secrets.compare_digest(found["state"].encode(), visit.asked("state").encode()):
        raise SignOnFailed("another state came back")
    return found


def _new(visit: Visit, known: Known, sign_on: SignOn) -> User:
    """An account for somebody who comes for the first time."""
    wanted = re.sub(r"[^\w.@-]", "", known.name)[:50] or "user"
    for name in (wanted, *(f"{wanted}-{secrets.token_hex(3)}" for _ in range(3))):
        added = visit.desk.accounts.add(name, sign_on.role, None, known.shown, known.subject)
        if isinstance(added, User):
            return added
    raise RuntimeError("no free name")


def _failed(visit: Visit, error: SignOnFailed) -> Response:
    log_fault("sign-on", detail=str(error)[:500])
    message = Text("单点登录没有成功", "the single sign-on did not succeed")
    hint = Text(
        "请再试一次;若仍不成功,请联系管理员(原因在服务器日志里)。",
        "Try again; if it fails again, ask an administrator: the log says why.",
    )
    return visit.refusal([Problem("sign-on", Position(""), message, hint)], 502, back="/login")


PAGES = (Page("/sign-on", _leave, "anyone"), Page(_BACK, _come_back, "anyone"))
