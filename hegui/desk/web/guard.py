"""Between a request and its page: who asks, whether they may, whether the form is ours, whether it came twice."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive

from facts.problem import Language, Problem, Text
from facts.provenance import Position
from hegui.desk.web.desk import Desk
from hegui.desk.web.failures import failure_of
from hegui.desk.web.routes import Page
from hegui.desk.web.visit import FORM_COOKIE, LANGUAGE_COOKIE, SESSION_COOKIE, Visit, local_path

_MAX_FIELDS = 5_000
# How much more than a page takes is read, and dropped, so that whoever sends it hears why.
_DRAINED = 64 * 1024 * 1024


class BodyTooLarge(Exception):
    """More bytes came than the page takes; `more` of them are still to come."""

    def __init__(self, more: bool) -> None:
        super().__init__(more)
        self.more = more


def guarded(page: Page, desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a page."""

    async def endpoint(request: Request) -> Response:
        visit = await run_in_threadpool(visit_of, request, desk)
        response = await _answer(page, visit)
        _keep(visit, response)
        return response

    return endpoint


async def _answer(page: Page, visit: Visit) -> Response:
    refused = _refused(page, visit)
    if refused is not None:
        return refused
    if page.method == "GET":
        return await run_in_threadpool(_run, page, visit)
    largest, receive = page.largest or visit.desk.settings.largest_form, visit.request.receive
    try:
        visit.form = await _form(visit.request, largest)
    except BodyTooLarge as error:
        if error.more:
            await _drain(receive)
        return _too_large(visit, largest)
    except (MultiPartException, HTTPException, ClientDisconnect, UnicodeDecodeError) as error:
        return _bad_form(visit, error)
    try:
        return await run_in_threadpool(_posted, page, visit)
    finally:
        await visit.form.close()


def _posted(page: Page, visit: Visit) -> Response:
    given = visit.field("token")
    if not secrets.compare_digest(given.encode(), visit.form_token.encode()) or not same_site(visit):
        return _not_ours(visit)
    once = visit.field("once")[:64]
    owner = visit.session.user.id if visit.session else "anyone"
    key = f"{owner}:{page.path}:{once}" if once and owner != "anyone" else ""
    if key:
        try:
            before = visit.desk.answers.begin(key)
        except SQLAlchemyError as error:
            return failure_of(error, visit)
        if before == "busy":
            return _busy(visit)
        if before is not None:
            return visit.redirect(before)
    response: Response | None = None
    try:
        response = _run(page, visit)
        return response
    finally:
        if key:
            # What could not be kept of it (a full disk) must not take the place of the answer, which says so.
            with suppress(SQLAlchemyError):
                _settle(visit, key, response)


def _settle(visit: Visit, key: str, response: Response | None) -> None:
    """Keep where an answer led; a form that was refused may be sent again."""
    if response is not None and response.status_code == 303:
        visit.desk.answers.finish(key, response.headers["location"])
    else:
        visit.desk.answers.forget(key)


def _run(page: Page, visit: Visit) -> Response:
    try:
        return page.answer(visit)
    except Exception as error:  # noqa: BLE001  # whatever it is, the visitor hears of it in words
        return failure_of(error, visit)


# --- who asks ---------------------------------------------------------------------------------------------------------


def visit_of(request: Request, desk: Desk) -> Visit:
    """Who asks, by the cookie of their session, and in which language."""
    token = request.cookies.get(SESSION_COOKIE, "")
    session = desk.accounts.session(token) if token else None
    form_token = session.csrf if session else request.cookies.get(FORM_COOKIE, "") or secrets.token_urlsafe(24)
    return Visit(request, desk, session, language_of(request), form_token)


def language_of(request: Request) -> Language:
    """As chosen before, else as the browser says, else Chinese."""
    chosen = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in ("zh", "en"):
        return "zh" if chosen == "zh" else "en"
    wanted = request.headers.get("accept-language", "").lower()
    return "en" if wanted.startswith("en") else "zh"


def _refused(page: Page, visit: Visit) -> Response | None:
    if page.allow == "anyone":
        return None
    if visit.session is None:
        return _log_in_first(visit)
    if visit.session.user.may(page.allow):
        return None
    message = Text("您的角色不能使用这个页面", "your role does not allow this page")
    hint = Text("需要时请联系管理员。", "Ask an administrator if you need it.")
    problem = Problem("not-allowed", Position(""), message, hint)
    return visit.refusal([problem], 403, Text("没有权限", "Not allowed"), back="/")


def _log_in_first(visit: Visit) -> Response:
    if visit.request.method == "GET":
        query = visit.request.url.query
        here = visit.request.url.path + (f"?{query}" if query else "")
        return visit.redirect(f"/login?then={local_path(here)}".replace("&", "%26"))
    message = Text("登录已过期,刚才提交的内容没有保存", "your session has expired; what you sent was not saved")
    hint = Text(
        "请用下面的链接在新标签页登录,再在这个标签页后退、重新提交;您填的内容还在那里。",
        "Log in in a new tab by the link below; then go back in this tab and send it again: what you typed is still there.",
    )
    problem = Problem("session-expired", Position(""), message, hint)
    return visit.refusal([problem], 401, Text("请重新登录", "Please log in again"), log_in=True)


# --- the form ---------------------------------------------------------------------------------------------------------


async def _form(request: Request, largest: int) -> FormData:
    bounded(request, largest)
    return await request.form(max_files=1_000, max_fields=_MAX_FIELDS, max_part_size=largest)


def bounded(request: Request, largest: int) -> None:
    """Let no more of the body come than `largest` bytes. Raises BodyTooLarge, now or while it is read."""
    declared = request.headers.get("content-length", "0")
    if declared.isascii() and declared.isdigit() and int(declared) > largest:
        raise BodyTooLarge(more=True)
    received, receive = 0, request.receive

    async def counted() -> object:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > largest:
            raise BodyTooLarge(message.get("more_body", False))
        return message

    request._receive = counted  # type: ignore[assignment]


async def _drain(receive: Receive) -> None:
    """Let a sender who is not much too long come to an end: most hear of nothing before they have said everything."""
    left = _DRAINED
    while left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return


def same_site(visit: Visit) -> bool:
    """Browsers say where a form came from; where they do, it must be here."""
    site = visit.request.headers.get("sec-fetch-site", "same-origin")
    return site in ("same-origin", "none")


def _too_large(visit: Visit, largest: int) -> Response:
    size = f"{largest // (1024 * 1024)} MB"
    message = Text(f"提交的内容超过上限 {size}", f"more was sent than the {size} this page takes")
    hint = Text("请减少内容,或把文件拆开上传。", "Send less, or split the files.")
    response = visit.refusal([Problem("too-large", Position(""), message, hint)], 413)
    # The rest is still coming; whoever sends it would otherwise wait.
    response.headers["connection"] = "close"
    return response


def _bad_form(visit: Visit, error: Exception) -> Response:
    message = Text("提交的表单不完整或格式不对", "the form is incomplete or malformed")
    hint = Text("请返回上一页重新提交;没有内容被保存。", "Go back and send it again; nothing was saved.")
    return visit.refusal([Problem("bad-form", Position(""), message, hint)], 400)


def _not_ours(visit: Visit) -> Response:
    message = Text("页面已过期,或表单不是从本站发出的", "the page has expired, or the form did not come from here")
    hint = Text("请刷新页面后重新提交;没有内容被保存。", "Reload the page and send it again; nothing was saved.")
    return visit.refusal([Problem("stale-form", Position(""), message, hint)], 403)


def _busy(visit: Visit) -> Response:
    message = Text("这份表单正在处理", "this form is being answered already")
    hint = Text("请稍候再刷新页面。", "Wait a moment, then reload.")
    return visit.refusal([Problem("twice", Position(""), message, hint)], 409)


def _keep(visit: Visit, response: Response) -> None:
    secure = visit.desk.settings.secure
    if visit.session is None and FORM_COOKIE not in visit.request.cookies:
        response.set_cookie(FORM_COOKIE, visit.form_token, httponly=True, samesite="lax", secure=secure)
    if visit.request.query_params.get("lang") in ("zh", "en"):
        response.set_cookie(LANGUAGE_COOKIE, visit.language, max_age=31_536_000, samesite="lax", secure=secure)
    if visit.session is not None or "set-cookie" in response.headers:
        response.headers.setdefault("cache-control", "no-store")
