"""The library workbooks are read and written with, or the Problem that it is not installed."""

from __future__ import annotations

import importlib.util

from facts.problem import Problem, Text
from facts.provenance import Position


def needs_openpyxl() -> Problem | None:
    """The Problem where openpyxl is missing."""
    if importlib.util.find_spec("openpyxl") is not None:
        return None
    return Problem(
        "extra-missing",
        Position("openpyxl"),
        Text("没有安装读写 xlsx 的组件", "the component for xlsx files is not installed"),
        Text("请安装:pip install 'hegui[documents]'", "Install it: pip install 'hegui[documents]'"),
    )
