"""What can go wrong with a database, said the same way whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Timer
from typing import Literal

from facts.documents.databases_url import Target
from facts.documents.stored_values import Stored
from facts.problem import Problem, Text
from facts.provenance import Position

# Seconds. The query's is for reading all of its rows.
CONNECT_TIMEOUT = 10
QUERY_TIMEOUT = 60

Batch = Sequence[Sequence[Stored]]
Trouble = Literal["database-unreachable", "database-refused", "bad-query", "query-timeout", "damaged-file"]

_SAYS: dict[Trouble, Text] = {
    "database-unreachable": Text("连不上数据库", "the database cannot be reached"),
    "database-refused": Text("数据库拒绝访问", "the database refuses access"),
    "bad-query": Text("查询无法执行", "the query cannot be run"),
    "query-timeout": Text("查询超时", "the query takes too long"),
    "damaged-file": Text("不是数据库文件,或已损坏、已加密", "no database file, or a damaged or encrypted one"),
}
_WAY_OUT: dict[Trouble, Text] = {
    "database-unreachable": Text(
        "请核对主机、端口、文件名和网络,确认数据库已启动。",
        "Check host, port, file name and network, and that it is running.",
    ),
    "database-refused": Text(
        "请核对用户、密码和权限;只需要读取的权限。", "Check user, password and rights; rights to read are enough."
    ),
    "bad-query": Text(
        "请核对表名、列名和写法;只能是一条读取数据的查询。",
        "Check tables, columns and syntax; it must be one query that only reads.",
    ),
    "query-timeout": Text("请缩小查询范围,或先汇总。", "Narrow the query, or sum up first."),
    "damaged-file": Text("请重新索取或导出文件。", "Ask for the file again, or export it again."),
}


class DatabaseError(Exception):
    """Why no rows come: which trouble, and the driver's words about it."""

    def __init__(self, trouble: Trouble, words: str | Exception = "") -> None:
        super().__init__(trouble)
        self.trouble: Trouble = trouble
        self.words = str(words)


class DriverMissingError(Exception):
    """The library a database is read with is not installed: its name, and the extra that has it."""

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(library)
        self.library, self.extra = library, extra

    def problem(self, at: Position) -> Problem:
        """What to install."""
        message = Text(
            f"读取此数据库需要 {self.library},尚未安装", f"reading it needs {self.library}, which is not installed"
        )
        way = f"pip install 'hegui[{self.extra}]'"
        return Problem("extra-missing", at, message, Text(f"请运行 {way}。", f"Run {way}."))


def problem_of(error: DatabaseError, target: Target) -> Problem:
    """The Problem, with the first line of what the driver said, and without the password."""
    lines = (line.strip() for line in target.clean(error.words).splitlines())
    words, says = next(filter(None, lines), "")[:300], _SAYS[error.trouble]
    message = Text(f"{says.zh}:{words}", f"{says.en}: {words}") if words else says
    return Problem(error.trouble, Position(target.shown), message, _WAY_OUT[error.trouble])


class Watch:
    """The time a query has; stops it from outside when that is up."""

    def __init__(self, stop: Callable[[], object]) -> None:
        self.stop, self.expired = stop, False

    def expire(self) -> None:
        """The time is up."""
        self.expired = True
        self.stop()

    def over(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """The batches as they come, as long as there is time. Raises DatabaseError."""
        for batch in batches:
            if self.expired:
                raise DatabaseError("query-timeout")
            yield batch


@contextmanager
def within_time(stop: Callable[[], object]) -> Iterator[Watch]:
    """Calls `stop` when the query's time is up."""
    watch = Watch(stop)
    timer = Timer(QUERY_TIMEOUT, watch.expire)
    timer.daemon = True
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()
