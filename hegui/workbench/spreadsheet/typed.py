"""What people type where the files want a word or a structure of their own: 数量 for quantity, 显著、较显著 for a list."""

from __future__ import annotations

import re
from collections.abc import Mapping

from facts.gathering.yamltext import scalar
from facts.values import parse_decimal, to_half_width
from hegui.workbench.spreadsheet import layout as lo

# As the published table prints them, and what else they are called.
TYPES = {
    "数量": "quantity", "数值": "quantity",
    "是/否": "boolean", "是否": "boolean",
    "选项": "choice", "选择": "choice",
    "文字": "text", "文本": "text",
    "日期": "date",
    "明细表": "table", "清单": "table",
    "评定分数": "score", "分数": "score", "评分": "score",
}  # fmt: skip
_BETWEEN = re.compile(r"[、,，;；/\n]+")
_POINTS = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*分")


def as_files_say(layout: lo.SheetLayout, cells: Mapping[str, str]) -> dict[str, str]:
    """The cells of a row in the words of the files."""
    found = dict(cells)
    for column in layout.columns:
        if column.kind == "number" or column.heading == lo.SIMPLE[1]:
            found[column.heading] = _without_points(found.get(column.heading, ""))
    if layout is lo.ITEMS_LAYOUT:
        kind = found.get("类型", "")
        found["类型"] = TYPES.get(kind, kind)
        found["选项"] = _listed(found.get("选项", ""))
    return {heading: text for heading, text in found.items() if heading in cells}


def _without_points(text: str) -> str:
    """A number of points without its unit: 0.5分."""
    match = _POINTS.fullmatch(to_half_width(text).strip())
    return match[1] if match and parse_decimal(match[1]) is not None else text


def _listed(text: str) -> str:
    """Choices written one behind the other, as a list; what is a list already stays as it is."""
    if not text or text.lstrip().startswith(("[", "-", "#")):
        return text
    return f"[{', '.join(scalar(one.strip(), True) for one in _BETWEEN.split(text) if one.strip())}]"
