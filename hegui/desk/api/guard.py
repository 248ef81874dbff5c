"""Between a request and its operation: who asks, whether they may, what they send, whether it fits. Every refusal is JSON."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from facts.problem import Language, Text
from hegui.desk.api.answering import missing, problem, refusal
from hegui.desk.api.forms import form_value
from hegui.desk.api.operation import Call, Operation, Refused
from hegui.desk.api.reading import fitting, read_json
from hegui.desk.store.accounts import Session
from hegui.desk.web.desk import Desk
from hegui.desk.web.failures import described
from hegui.desk.web.guard import BodyTooLarge, bounded, language_of, same_site, visit_of
from hegui.desk.web.visit import Visit
from hegui.logs import log_fault

TOKEN_HEADER = "x-hegui-token"  # noqa: S105  # the name of a header
JSON, FORM = "application/json", "multipart/form-data"
# So many requests of one user are worked on at a time.
AT_A_TIME = 8


class Turns:
    """How many requests of each user are under way."""

    def __init__(self, most: int = AT_A_TIME) -> None:
        self._most, self._lock, self._under_way = most, Lock(), Counter[str]()

    @contextmanager
    def one(self, user: str) -> Iterator[None]:
        """One more of this user. Raises Refused where there are too many."""
        with self._lock:
            if self._under_way[user] >= self._most:
                message = Text(f"同时进行的请求超过 {self._most} 个", f"more than {self._most} requests at a time")
                raise Refused(429, problem("too-many", message, Text("请稍后再试。", "Try again in a moment.")))
            self._under_way[user] += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way[user] -= 1
                if not self._under_way[user]:
                    del self._under_way[user]


class Endpoint:
    """All operations of one path."""

    def __init__(self, operations: Mapping[str, Operation], desk: Desk, turns: Turns) -> None:
        self._operations, self._desk, self._turns = operations, desk, turns

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope, receive)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        language = language_of(request)
        visit: Visit | None = None
        try:
            operation = self._operations.get(request.method)
            if operation is None:
                allowed = ", ".join(self._operations)
                message = Text(f"这里只有 {allowed}", f"only {allowed} here")
                raise Refused(405, problem("no-such-method", message), headers={"allow": allowed})
            visit = await run_in_threadpool(_who, request, self._desk, operation)
            with self._turns.one(visit.user.id):
                call = await _call(operation, visit)
                return await run_in_threadpool(operation.answer, call)
        except Refused as refused:
            return refusal(refused.problems, refused.status, language, refused.headers)
        except BodyTooLarge:
            return _too_large(language)
        except Exception as error:  # noqa: BLE001  # whatever it is, the program that asked hears of it in JSON
            return _failed(error, request, language)
        finally:
            if visit is not None:
                await visit.form.close()


async def nowhere(request: Request) -> Response:
    """There is no such operation."""
    refused = missing(request.url.path)
    return refusal(refused.problems, 404, language_of(request))


def _failed(error: Exception, request: Request, language: Language) -> Response:
    status, one = described(error)
    if status >= 500:
        log_fault("api", path=request.url.path, kind=type(error).__name__, detail=str(error)[:500], exc_info=error)
    return refusal([one], status, language)


def _too_large(language: Language) -> Response:
    message = Text("请求的正文太大", "the body is too large")
    hint = Text("请减少内容;上传的文件请用 multipart/form-data。", "Send less; send files as multipart/form-data.")
    # The rest is still coming; whoever sends it would otherwise wait.
    return refusal([problem("too-large", message, hint)], 413, language, {"connection": "close"})


# --- who asks ---------------------------------------------------------------------------------------------------------


def _who(request: Request, desk: Desk, operation: Operation) -> Visit:
    visit = visit_of(request, desk)
    given = request.headers.get("authorization")
    if given is not None:
        visit = replace(visit, session=_by_key(given, desk))
    if visit.session is None:
        message = Text("需要登录,或在 Authorization 里给出密钥", "log in, or send a key: Authorization: Bearer …")
        hint = Text("密钥在“我的账号”页面生成。", "Keys are made on the page of your account.")
        raise Refused(401, problem("who-are-you", message, hint), headers={"www-authenticate": "Bearer"})
    if given is None and request.method != "GET":
        token = request.headers.get(TOKEN_HEADER, "")
        if not secrets.compare_digest(token.encode(), visit.form_token.encode()) or not same_site(visit):
            message = Text(
                f"请求不是从本站页面发出的(缺 {TOKEN_HEADER})", f"no page of ours sent this ({TOKEN_HEADER})"
            )
            raise Refused(403, problem("stale-form", message, Text("请刷新页面。", "Reload the page.")))
    if not visit.user.may(operation.allow):
        message = Text("您的角色不能这样做", "your role does not allow this")
        raise Refused(403, problem("not-allowed", message, Text("需要时请联系管理员。", "Ask an administrator.")))
    return visit


def _by_key(given: str, desk: Desk) -> Session | None:
    scheme, _, token = given.partition(" ")
    user = desk.keys.user(token.strip()) if scheme.lower() == "bearer" else None
    found = desk.accounts.get(user) if user is not None else None
    return None if found is None else Session(found, "", "")


# --- what is asked ----------------------------------------------------------------------------------------------------


async def _call(operation: Operation, visit: Visit) -> Call:
    asked = _query(operation, visit.request)
    if operation.body is None:
        return Call(visit, asked, asked)
    settings = visit.desk.settings
    bounded(visit.request, settings.largest_upload if operation.uploads else settings.largest_form)
    kind = visit.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == JSON:
        data = await visit.request.body()
        value, uploads = await run_in_threadpool(read_json, data), dict[str, UploadFile]()
    elif kind == FORM and operation.forms:
        visit.form = await _form(visit.request)
        value, uploads = form_value(visit.form, operation.body)
    else:
        taken = f"{JSON}, {FORM}" if operation.forms else JSON
        message = Text(f"正文应为 {taken}", f"the body must be {taken}")
        raise Refused(415, problem("wrong-media-type", message), headers={"accept": taken})
    await run_in_threadpool(fitting, value, operation.body)
    return Call(visit, value, asked, uploads)


async def _form(request: Request) -> FormData:
    try:
        return await request.form(max_files=100, max_fields=1_000, max_part_size=4 * 1024 * 1024)
    except (MultiPartException, HTTPException, ClientDisconnect, UnicodeDecodeError):
        message = Text("multipart/form-data 的正文不完整或格式不对", "the multipart body is incomplete or malformed")
        raise Refused(400, problem("bad-form", message)) from None


_LANG = {"enum": ["zh", "en"]}


def _query(operation: Operation, request: Request) -> Mapping[str, Any]:
    known = {"lang": _LANG, **operation.query}
    found: dict[str, Any] = {}
    for name, text in request.query_params.multi_items():
        if name in found:
            message = Text(f"参数“{name[:60]}”写了两次", f"the parameter {name[:60]!r} is given twice")
            raise Refused(400, problem("repeated-key", message))
        whole = known.get(name, {}).get("type") == "integer" and text.isascii() and text.isdigit() and len(text) < 19
        found[name] = int(text) if whole else text
    fitting(found, {"type": "object", "additionalProperties": False, "properties": known}, "query")
    parts = dict(request.path_params)
    try:
        fitting(parts, {"type": "object", "properties": dict(operation.parts)}, "path")
    except Refused:
        raise missing(request.url.path) from None  # what cannot be a name is nobody's
    return {**found, **parts}
