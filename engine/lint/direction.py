"""Criteria that reward what their name says should be low, or the other way round."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Literal

from engine.lint.book import Book, Found, finding
from engine.lint.pieces import pieces_of
from engine.lint.reach import Explored, PartSeen
from engine.lint.scales import steps_of
from engine.lint.wording import titled
from engine.model import Form, PerUnit, Proportional
from facts.problem import Text

Direction = Literal["up", "down"]

# Names whose sense is beyond doubt; anything else gives no finding.
_LOW = (
    "控制率",
    "变动率",
    "结余率",
    "结转结余率",
    "投诉率",
    "差错率",
    "错误率",
    "调整率",
    "超支率",
    "拖欠率",
    "事故率",
)
_HIGH = ("完成率", "满意度", "满意率", "合格率", "及时率", "覆盖率", "到位率", "达标率", "公开率", "优良率")


def find_direction(book: Book) -> Iterator[Found]:
    """Indicators with a measure and a name that says which way is good."""
    for one in book.explored:
        title = one.indicator.title.zh.rstrip("”\"'）)〉》 ")
        wanted: Direction | None = None
        if title.endswith(_LOW):
            wanted = "down"
        elif title.endswith(_HIGH):
            wanted = "up"
        if wanted is not None and _direction(one, one.whole) not in (None, wanted):
            yield _contrary(one, wanted)


def _direction(one: Explored, seen: PartSeen) -> Direction | None:
    """Which way the points go with the measure; None where they go both ways or it is not known."""
    simple = _of_form(seen.part.form)
    if simple is not None:
        return simple
    pieces = pieces_of(one, seen)
    steps = steps_of(pieces) if pieces is not None else None
    if steps is None or len(steps) < 2:
        return None
    points = [score for _, score in steps]
    moves = {(after > before) - (after < before) for before, after in itertools.pairwise(points)} - {0}
    if len(moves) != 1:
        return None
    return "up" if moves == {1} else "down"


def _of_form(form: Form) -> Direction | None:
    match form:
        case PerUnit(sign=sign, side=side) if side != "around":
            return "down" if (sign < 0) == (side == "over") else "up"
        case Proportional(direction=direction):
            return "up" if direction == "at_least" else "down"
        case _:
            return None


def _contrary(one: Explored, wanted: Direction) -> Found:
    name = titled(one.indicator.part)
    high = wanted == "up"
    return finding(
        "direction-against-name",
        one.indicator.id,
        one.indicator.part.at,
        Text(f"{name.zh}按名称应越{'高' if high else '低'}越好,评分标准却相反", f"{name.en}: by its name {'more' if high else 'less'} is better, by its criterion the opposite"),
        Text("核对比较的方向(>= 与 <=,over 与 under)", "check the direction of the comparison (>= or <=, over or under)"),
    )  # fmt: skip
