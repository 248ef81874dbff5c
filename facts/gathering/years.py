"""Which year a number is of: a form has columns of the year before, a report sentences about it, a workbook sheets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from facts.documents.model import Cell
from facts.gathering.folding import fold_words, key_of
from facts.gathering.tables import Spot, filled
from facts.gathering.views import Grid

_BEFORE = "上年|上一年|上1年|去年|前年|前一年|上期|上年同期"
# 较上年增长 is no number of the year before, but none of this year either.
_COMPARED = re.compile(r"增减|增长|增幅|同比|环比|[比较](?:上|去|预|年)|差额|差异|占比|比重|变动")
_EARLIER = re.compile(rf"^(?:其中)?(?:{_BEFORE})")
_THIS = re.compile(r"^(?:其中)?(?:本年|当年|本期|今年)")
# A year, but not the day a form was filled in.
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年(?!\d{1,2}月)")
_AT_HEAD = re.compile(r"^((?:19|20)\d\d)(?:年|决算|预算)")
_PROSE = re.compile(
    r"(?:(?P<earlier>上年|上一年|去年|前年|前一年)|(?<!\d)(?P<year>(?:19|20)\d\d)年)(?:度|末|底|全年)?[^,。;:\d]{0,4}$"
)
_REACH = 14
_TITLE_ROWS = 3


def of_another_year(spot: Spot, names: Sequence[str], year: int | None) -> str:
    """The words by which a cell is of another year than the one looked for, or a comparison; "" where there are none.

    What is itself called so (上年三公经费决算数, 预算执行率变动) is looked for just there. The nearest words decide.
    """
    keys = "".join(map(key_of, names))
    for text in (*_headers(spot), *_row_names(spot)):
        key = key_of(text)
        verdict = _verdict(key, keys, year) if key else None
        if verdict:
            return text.strip()
        if verdict is not None and _AT_HEAD.match(key):
            return ""
        if verdict is not None:
            break
    # 本年 and 上年 are said as of the year of the table.
    return _of_grid(spot.grid, year)


def _headers(spot: Spot) -> Iterator[str]:
    """What stands above, the nearest first. A year alone in its row is a value, 成立时间 | 2016年, and heads nothing."""
    rows = spot.grid.table.rows
    for index in spot.rows_above():
        text = rows[index][spot.column].text
        if not _AT_HEAD.match(key_of(text)) or _heads_periods(rows[index]):
            yield text


def _heads_periods(row: Sequence[Cell]) -> bool:
    keys = (key_of(cell.text) for cell in row if not cell.covered)
    return sum(bool(_AT_HEAD.match(key) or _THIS.match(key) or _EARLIER.match(key)) for key in keys) > 1


def _row_names(spot: Spot) -> Iterator[str]:
    return (filled(spot.grid, spot.row, column) for column in range(spot.column - 1, -1, -1))


def _verdict(key: str, wanted: str, year: int | None) -> bool | None:
    """Whether a header or a row's name is about something else; None where it says nothing of years."""
    if _THIS.match(key):
        return bool(_COMPARED.search(key)) and not _COMPARED.search(wanted)
    if _COMPARED.search(key) and len(key) <= _REACH:
        return not _COMPARED.search(wanted)
    if _EARLIER.match(key):
        return not re.search(_BEFORE, wanted)
    at_head = _AT_HEAD.match(key)
    if at_head and year is not None and len(key) <= _REACH:
        return int(at_head[1]) != year and not re.search(_BEFORE, wanted)
    return None


def in_year(name: str, year: int | None) -> tuple[str, ...]:
    """What a column may also be called: 决算数 of 2023 is 2023年决算数, 上年决算数 is 2022年决算数."""
    if year is None:
        return ()
    rest = name.removeprefix("上年")
    own = year if rest == name else year - 1
    return (f"{own}年{rest}", f"{own}年度{rest}", *(() if rest != name else (f"本年{rest}", f"本年度{rest}")))


def _of_grid(grid: Grid, year: int | None) -> str:
    """The words of a title that name other years only."""
    if year is None:
        return ""
    top = (cell.text for row in grid.table.rows[:_TITLE_ROWS] for cell in row if not cell.covered)
    for text in (grid.table.title, *reversed(grid.caption), *top):
        years = {int(found) for found in _YEAR.findall(fold_words(text))}
        if years:
            return "" if year in years else text.strip()
    return ""


def said_of_another_year(text: str, start: int, names: Sequence[str], year: int | None) -> str:
    """The words right before a name in prose that say its number is of another year; "" where there are none."""
    found = _PROSE.search(text[max(0, start - _REACH) : start])
    if found is None or re.search(_BEFORE, "".join(map(key_of, names))):
        return ""
    other = bool(found["earlier"]) or (year is not None and int(found["year"]) != year)
    return found[0] if other else ""
