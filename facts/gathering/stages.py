"""Budgeted or carried out: a budget table has columns of both, and a row's name alone says neither."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from facts.gathering.folding import key_of
from facts.gathering.tables import Spot

Stage = Literal["budgeted", "done"]
_AMOUNT = r"(?:数|额|金额|资金|支出|支出数|情况)?[a-z]?"
_BUDGETED = re.compile(rf".{{0,12}}(?:预算|批复|计划|下达|指标|申报|预算安排){_AMOUNT}")
_DONE = re.compile(rf".{{0,12}}(?:决算|执行|完成|实际|实际支出|支出数){_AMOUNT}")
_SAYS_DONE, _SAYS_BUDGETED = re.compile("决算|执行|完成|实际"), re.compile("预算|计划")
# 预算执行率 and 预算完成率 are of both; a rate is no amount of either.
_NEITHER = re.compile(r"率|比|增减|差")


@dataclass(frozen=True, slots=True)
class Staged:
    """A cell, and the heading that says of which stage its amount is."""

    spot: Spot
    stage: Stage
    words: str


def told_apart(spots: Sequence[Spot], names: Sequence[str]) -> tuple[list[Spot], list[tuple[Staged, Staged | None]]]:
    """The cells that can be of what goes by these names, and those that cannot.

    What is itself called 预算数 or 决算数 is in the columns of that stage. What is called neither is in a column of one stage only
    where no column of the other says something else of it: of such, each budgeted cell comes with one carried out.
    """
    staged = {n: found for n, spot in enumerate(spots) if (found := staged_as(spot)) is not None}
    wanted = {stage for name in names for stage in _stages_of(key_of(name))}
    if len(wanted) == 1:
        refused = {n: one for n, one in staged.items() if one.stage not in wanted}
        return _without(spots, refused), [(one, None) for one in refused.values()]
    pairs = [(one, _of_other_stage(one, staged)) for one in staged.values() if one.stage == "budgeted"]
    agree = len({key_of(one.spot.cell.text) for one in staged.values()}) == 1
    if wanted or agree or not any(other for _, other in pairs):
        return list(spots), []
    return _without(spots, staged), pairs


def _without(spots: Sequence[Spot], refused: Mapping[int, Staged]) -> list[Spot]:
    return [spot for n, spot in enumerate(spots) if n not in refused]


def _of_other_stage(one: Staged, staged: Mapping[int, Staged]) -> Staged | None:
    others = [other for other in staged.values() if other.stage != one.stage]
    beside = [other for other in others if other.spot.grid is one.spot.grid and other.spot.row == one.spot.row]
    return next(iter((*beside, *others)), None)


def staged_as(spot: Spot) -> Staged | None:
    """The stage that the nearest heading above a cell that names one gives it."""
    for index in spot.rows_above():
        row = spot.grid.table.rows[index]
        cell = row[spot.column]
        over_all = cell.covered and row[0].text == cell.text  # a title, such as 部门预算
        stages = () if over_all else _stages_of(key_of(cell.text))
        if stages:
            return Staged(spot, stages[0], cell.text.strip())
    return None


def _stages_of(key: str) -> tuple[Stage, ...]:
    """The stage a name or heading speaks of; none where it speaks of both, or of a rate."""
    if _NEITHER.search(key):
        return ()
    budgeted, done = _BUDGETED.fullmatch(key), _DONE.fullmatch(key)
    if budgeted and (done or _SAYS_DONE.search(key)):
        return ()
    if budgeted:
        return ("budgeted",)
    return ("done",) if done and not _SAYS_BUDGETED.search(key) else ()
