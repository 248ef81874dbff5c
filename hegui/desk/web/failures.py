"""What went wrong while a page was made, in words: people's mistakes, a full disk, a database that is gone, our bugs."""

from __future__ import annotations

import errno

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from starlette.responses import Response

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.store.blobs import TooLarge
from hegui.desk.store.folders import BadPath, Stale
from hegui.desk.web.rendering import when
from hegui.desk.web.visit import Visit
from hegui.logs import log_fault

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NOTHING_SAVED = Text("没有内容被保存;请联系管理员。", "Nothing was saved; tell an administrator.")


def failure_of(error: Exception, visit: Visit) -> Response:
    """The page that tells of it."""
    status, problem = described(error)
    if status >= 500:
        log_fault(
            "page", path=visit.request.url.path, kind=type(error).__name__, detail=str(error)[:500], exc_info=error
        )
    title = Text("出了问题", "Something went wrong") if status >= 500 else None
    return visit.refusal([problem], status, title)


def described(error: Exception) -> tuple[int, Problem]:
    """The status and the Problem for an exception."""
    if isinstance(error, Stale):
        return 409, stale_problem(error)
    if isinstance(error, TooLarge):
        size = f"{error.limit // (1024 * 1024)} MB"
        return 413, _problem("too-large", Text(f"文件超过上限 {size}", f"a file is larger than {size}"))
    if isinstance(error, BadPath):
        hint = Text("请改名后再上传。", "Rename it and send it again.")
        return 400, _problem("bad-name", Text(f"文件名不可用:{error}", f"not a usable file name: {error}"), hint)
    if _full(error):
        message = Text("服务器磁盘已满,无法保存", "the server's disk is full, nothing can be saved")
        return 507, _problem("disk-full", message, _NOTHING_SAVED)
    if isinstance(error, SQLAlchemyError):
        message = Text("数据库暂时无法使用", "the database cannot be used at the moment")
        return 503, _problem("database", message, _NOTHING_SAVED)
    message = Text("程序内部出错,已记入日志", "an internal error, noted in the log")
    return 500, _problem("fault", message, _NOTHING_SAVED)


def stale_problem(error: Stale) -> Problem:
    """Two people saved one thing."""
    latest = error.latest
    message = Text(
        f"在您编辑期间,{latest.by} 已保存第 {latest.n} 版({when(latest.at)})",
        f"while you were editing, {latest.by} saved version {latest.n} ({when(latest.at)})",
    )
    hint = Text(
        "您的内容没有覆盖它。请先查看新版本,再把您的改动并入后保存。",
        "Yours has not replaced it. Look at the new version, bring your changes into it and save again.",
    )
    return _problem("stale", message, hint)


def _full(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in _FULL
    return isinstance(error, OperationalError) and "disk is full" in str(error)


def _problem(code: str, message: Text, hint: Text = Text("", "")) -> Problem:
    return Problem(code, Position(""), message, hint)
