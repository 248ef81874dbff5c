"""Starting and stopping the desk."""

from __future__ import annotations

import fcntl
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.settings import Settings
from hegui.desk.store.database import CannotOpen
from hegui.desk.web.desk import Desk, open_desk

_DATABASE_HINT = Text(
    "请检查数据文件夹的权限、磁盘空间,或环境变量 HEGUI_DESK_DATABASE。",
    "Look at the data folder's permissions and disk space, or at HEGUI_DESK_DATABASE in the environment.",
)


def opened(settings: Settings) -> Desk | Problem:
    """The desk's stores, or why they cannot be opened."""
    try:
        return open_desk(settings)
    except CannotOpen as error:
        message = Text(f"数据库打不开:{error}", f"the database cannot be opened: {error}")
        return Problem("database", Position(str(settings.data)), message, _DATABASE_HINT)
    except OSError as error:
        message = Text(f"数据文件夹不可用:{error.strerror}", f"the data folder cannot be used: {error.strerror}")
        return Problem("data-folder", Position(str(settings.data)), message, _DATABASE_HINT)


def run(settings: Settings, say: Callable[[str], None]) -> Problem | None:
    """Serve until interrupted; the Problem where that cannot begin."""
    desk = opened(settings)
    if isinstance(desk, Problem):
        return desk
    with (settings.data / "serving").open("w") as mine:
        if not _alone(mine):
            desk.close()
            return _served_already(settings)
        desk.clear_up()
        return _serve(settings, desk, say)


def _serve(settings: Settings, desk: Desk, say: Callable[[str], None]) -> Problem | None:
    import uvicorn

    try:
        listening = _listen(settings)
    except OSError as error:
        desk.close()
        return _taken(settings, error)
    from hegui.desk.api.site import site

    say(f"合规工作台 / the desk: {settings.address}  (Ctrl-C 停止 / stops)")
    if desk.accounts.none_yet():
        say(f"首次使用,请打开 / first use, open: {settings.address}/setup?token={desk.setup}")
    _ = desk.quick, desk.jobs  # ready before the first visitor is; jobs tell what was interrupted
    cleared = desk.clear_daily()
    config = uvicorn.Config(
        site(desk),
        lifespan="off",  # nothing of ours waits for it, and it complains when Ctrl-C comes
        log_level="warning",
        server_header=False,
        proxy_headers=bool(settings.public),
        forwarded_allow_ips="127.0.0.1",
        timeout_keep_alive=10,
        timeout_graceful_shutdown=10,
        h11_max_incomplete_event_size=64 * 1024,
    )
    # Ctrl-C is how it is stopped: uvicorn ends in good order, then hands the signal on.
    with listening, suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])
    cleared.set()
    desk.close()
    return None


def _alone(mine: TextIO) -> bool:
    """Whether no other server has this folder; the lock ends with the process, however that ends."""
    try:
        fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _served_already(settings: Settings) -> Problem:
    message = Text("另一个 hegui serve 正在使用这个数据文件夹", "another hegui serve uses this data folder")
    hint = Text("请用那一个,或用 --data 指定另一个文件夹。", "Use that one, or name another folder with --data.")
    return Problem("served-already", Position(str(settings.data)), message, hint)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(512)
    except OSError:
        listening.close()
        raise
    return listening


def _taken(settings: Settings, error: OSError) -> Problem:
    message = Text(
        f"不能在 {settings.host}:{settings.port} 上监听:{error.strerror}",
        f"cannot listen on {settings.host}:{settings.port}: {error.strerror}",
    )
    hint = Text("端口可能被占用;请用 --port 换一个。", "The port may be taken; name another with --port.")
    return Problem("cannot-listen", Position("--port"), message, hint)
