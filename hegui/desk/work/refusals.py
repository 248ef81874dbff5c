"""Why there is no answer, in words: a Refusal holds Problems as any other unusable input does."""

from __future__ import annotations

import signal

from facts.problem import NO_TEXT, Problem, Text
from facts.provenance import Position

_AGAIN = Text("请稍后再试。", "Try again in a moment.")
_REPORT = Text(
    "没有给出任何结果,也没有改动任何文件;请连同输入报告此问题。",
    "Nothing was given out and no file was changed; please report it with the input.",
)
_SMALLER = Text("请减少一次处理的资料,或请管理员放宽限制。", "Give it less at a time, or ask for wider limits.")


def _problem(code: str, task: str, message: Text, hint: Text = NO_TEXT) -> Problem:
    return Problem(code, Position(task), message, hint)


def busy(task: str) -> Problem:
    """Every worker has its hands full, and so has the queue."""
    return _problem(
        "work-busy", task, Text("现在要做的事太多,排不上队", "too much is being worked on just now"), _AGAIN
    )


def closing(task: str) -> Problem:
    """The server is going down."""
    return _problem("work-closing", task, Text("服务器正在停止", "the server is stopping"), _AGAIN)


def cancelled(task: str) -> Problem:
    """Somebody cancelled it."""
    return _problem("work-cancelled", task, Text("已取消", "cancelled"))


def late(task: str, seconds: float) -> Problem:
    """It took too long."""
    message = Text(f"{seconds:g} 秒内没有做完,已停止", f"it did not end within {seconds:g} s and was stopped")
    return _problem("work-timed-out", task, message, _SMALLER)


def not_started(task: str) -> Problem:
    """No worker could be started."""
    message = Text("工作进程不能启动", "no worker process could be started")
    hint = Text("请管理员查看服务器日志、内存和磁盘空间。", "Look at the server's log, its memory and its disk.")
    return _problem("work-not-started", task, message, hint)


def unknown(task: str) -> Problem:
    """No such task: a bug of the caller, said all the same."""
    return _problem("unknown-task", task, Text(f"没有名为“{task}”的任务", f"there is no task {task!r}"))


def out_of_memory(task: str) -> Problem:
    """It wanted more memory than it may have."""
    message = Text("所需内存超过了限制,已停止", "it needs more memory than it may have and was stopped")
    return _problem("work-out-of-memory", task, message, _SMALLER)


def not_kept(task: str) -> Problem:
    """Its files could not be given their place."""
    message = Text("结果文件不能保存", "the files it made could not be kept")
    hint = Text("请管理员检查磁盘空间和权限。", "Look at the disk's free space and permissions.")
    return _problem("work-not-kept", task, message, hint)


def too_large(task: str) -> Problem:
    """The answer is longer than anything we make."""
    message = Text("结果太大,无法交付", "the answer is too large to be handed over")
    return _problem("work-too-large", task, message, _SMALLER)


def fault(task: str, kind: str) -> Problem:
    """A bug of ours, or the engine failed its own cross-check."""
    message = Text(f"程序内部校验未通过({kind})", f"an internal check failed ({kind})")
    return _problem("work-fault", task, message, _REPORT)


def ended(task: str, status: int) -> Problem:
    """The worker died: by which signal or with which status."""
    if status == -signal.SIGXCPU:
        message = Text("所用处理器时间超过了限制,已停止", "it used more processor time than it may and was stopped")
        return _problem("work-timed-out", task, message, _SMALLER)
    if status == -signal.SIGKILL:
        message = Text(
            "工作进程被系统终止(多半是内存不足)", "the worker was killed by the system, most likely for want of memory"
        )
        return _problem("work-out-of-memory", task, message, _SMALLER)
    told = _signal_name(-status) if status < 0 else f"exit {status}"
    message = Text(f"工作进程意外终止({told})", f"the worker died ({told})")
    return _problem("work-crashed", task, message, _REPORT)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
