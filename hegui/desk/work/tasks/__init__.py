"""The tasks by name: what each is for, where it is, which pool it belongs to. Importing this imports no task.

A task is `f(request, say) -> (answer, problems)`: plain data in and out, absolute paths of what the caller has prepared, no
answer where the input cannot be used. The record of a request stands above its task; what an answer holds is said by the task.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Literal, cast

from hegui.desk.work.worker import Task

Lane = Literal["quick", "long"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A task: its module and function, whether a request waits for it (quick) or a job does (long), and for how long at most."""

    module: str
    function: str
    lane: Lane
    seconds: float


def _quick(module: str, function: str, seconds: float = 30) -> Entry:
    return Entry(module, function, "quick", seconds)


def _long(module: str, function: str, seconds: float) -> Entry:
    return Entry(module, function, "long", seconds)


TASKS: dict[str, Entry] = {
    "lint": _quick("rulebook", "lint"),
    "draft": _quick("drafts", "draft"),
    "words": _quick("drafts", "words"),
    "indicator": _quick("editing", "indicator"),
    "set_values": _quick("editing", "set_values"),
    "begin": _quick("starting", "begin", 60),
    "assess": _quick("scoring", "assess"),
    "explain": _quick("scoring", "explain"),
    "record": _quick("recording", "record", 90),
    "verify": _quick("recording", "verify", 90),
    "describe": _quick("casefacts", "describe"),
    "change": _quick("casefacts", "change"),
    "read": _long("reading", "read", 600),
    "papers": _quick("scoring", "papers", 90),
    "audit": _long("documents", "audit", 900),
    "place": _quick("documents", "place", 60),
    "compare": _quick("comparing", "compare"),
    "batch": _long("populations", "batch", 7200),
    "glance": _long("populations", "glance", 600),
    "units": _quick("units", "units", 60),
    "told_unit": _quick("units", "told_unit", 60),
    "unit": _quick("units", "unit", 120),
    "rejects": _quick("units", "rejects", 60),
    "runs": _quick("units", "runs", 120),
    "run_cases": _quick("workbench", "run_cases", 60),
    "cover": _long("workbench", "cover", 600),
    "diff": _quick("workbench", "diff", 60),
    "impact": _long("workbench", "diff", 3600),
    "docs": _quick("workbench", "docs", 60),
    "template": _quick("workbench", "template", 60),
    "xlsx_export": _quick("workbench", "xlsx_export", 60),
    "xlsx_import": _quick("workbench", "xlsx_import", 60),
}


def find(name: str) -> Task | None:
    """The task of a name."""
    entry = TASKS.get(name)
    if entry is None:
        return None
    return cast(Task, getattr(import_module(f"hegui.desk.work.tasks.{entry.module}"), entry.function))


def prepare() -> None:
    """Import what nearly every task needs, so that the first to ask does not wait for it."""
    for module in dict.fromkeys(entry.module for entry in TASKS.values() if entry.lane == "quick"):
        import_module(f"hegui.desk.work.tasks.{module}")
