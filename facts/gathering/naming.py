"""Whom and when a document speaks of: as the mapping says, else by the words departments use for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from datetime import date
from itertools import chain, islice

from facts.gathering.folding import fold_words, writable
from facts.gathering.labels import spots_beside
from facts.gathering.mapping import CellPlace, LabelPlace, Naming, Place, TextPlace
from facts.gathering.patterns import compiled_pattern
from facts.gathering.slots import WORDS
from facts.gathering.tables import find_cell
from facts.gathering.views import Grid, View
from facts.model import Period, Subject
from facts.problem import Problem, Text
from facts.provenance import Position
from facts.units import parse_unit
from facts.vocabulary import Concept

_NAME = Concept("subject", "部门名称", "text")
_NAMES = (
    "部门名称",
    "单位名称",
    "填报单位",
    "填报部门",
    "预算单位",
    "编制单位",
    "部门(单位)名称",
    "单位(部门)名称",
    "评价单位",
)
# At the head of a form: 部门:某某局. 单位:万元 is none.
_HEADS = (*_NAMES, "部门", "单位", "编报单位", "编制部门", "公开单位", "公开部门")
# 部门:某某局 金额单位:万元, printed on one line.
_BESIDE = r"(?:(?:金额|计量|货币)?单位|(?:填报|编制|填表)?(?:日期|时间)):.{0,40}"
_IN_PROSE = rf"^(?:{'|'.join(re.escape(name) for name in _HEADS)}):(?P<value>{WORDS})(?:{_BESIDE})?$"
# 2017年度…自评报告, but not the day a form was filled in: 2018年2月18日.
_YEAR = r"(?P<value>(?:19|20)[0-9]{2})年度?[^0-9。;]{0,40}(?:自评|评价|决算|预算|绩效|报告|整体支出|情况表|公开表|支出表|收支)"
# 某市民政局2023年度部门整体支出绩效自评报告: the title of a report names whose it is.
_IN_TITLE = (
    r"^(?:关于)?(?P<value>[一-鿿]{2,28}?(?:局|厅|委|委员会|办公室|办公厅|政府|中心|法院|检察院|院|学校|大学|学院|医院|联合会|总工会|总队|支队|处))"
    r"(?:关于)?(?:19|20)[0-9]{2}年度?[^,。;:]{0,24}(?:自评|评价|决算|绩效)[^,。;:]{0,12}$"
)
# (2023年度), in the line below a title.
_YEAR_ALONE = r"^\(?(?P<value>(?:19|20)[0-9]{2})年度\)?$"
_YEAR_NAMES = ("年度", "评价年度", "预算年度", "决算年度", "会计年度", "填报年度", "所属年度", "年份")
_YEAR_CELL = Concept("period", "年度", "text")
_YEAR_OF_CELL = re.compile(r"((?:19|20)[0-9]{2})年?度?")
_FIRST_PASSAGES = 40
_TITLE_ROWS = 6
_WORDS_OF_TITLE = 2
_LONGEST_NAME = 100


Named = Sequence[tuple[View, Naming]]


def name_subject(views: Named, stated: Set[Subject] = frozenset()) -> tuple[Subject | None, tuple[Problem, ...]]:
    """The subject all documents speak of (`stated` by case files); None with a Problem where they speak of none or several.

    Of each document, with what the mapping says of naming it.
    """
    found = stated or {one for view, naming in views for one in _subjects(view, naming)}
    if len(found) == 1:
        return next(iter(found)), ()
    names = sorted(one.name for one in found)
    return None, (_unclear("subject", Text("评价对象", "the subject"), names),)


def name_period(views: Named, stated: Set[Period] = frozenset()) -> tuple[Period | None, tuple[Problem, ...]]:
    """The period all documents speak of, in the same way."""
    found = stated or {one for view, naming in views for one in _periods(view, naming)}
    if len(found) == 1:
        return next(iter(found)), ()
    return None, (_unclear("period", Text("评价时期", "the period"), sorted(map(str, found))),)


def year_of(view: View, naming: Naming, stated: Set[Period] = frozenset()) -> int | None:
    """The one calendar year a document is about (`stated` by case files); None where it names none or several."""
    found = stated or set(_periods(view, naming))
    years = {one.start.year for one in found} | {one.end.year for one in found}
    return years.pop() if len(years) == 1 else None


def _subjects(view: View, naming: Naming) -> Iterator[Subject]:
    for name in [naming.name] if naming.name else _names(view, naming.name_place):
        yield Subject(naming.id or name, name, naming.name_en)


def _periods(view: View, naming: Naming) -> Iterator[Period]:
    if naming.period is not None:
        yield naming.period
        return
    for year in map(int, _years(view, naming.period_place)):
        yield Period(date(year, 1, 1), date(year, 12, 31))


def _unclear(key: str, what: Text, found: Sequence[str]) -> Problem:
    if found:
        listed = "、".join(found[:5])
        message = Text(f"{what.zh}有几个说法:{listed}", f"several candidates for {what.en}: {', '.join(found[:5])}")
    else:
        message = Text(f"资料里没有找到{what.zh}", f"the documents do not name {what.en}")
    hint = Text(
        f"请在对照文件或写出的个案里写明 {key}。", f"State {key} in a mapping, or in the case that was written."
    )
    return Problem(f"unclear-{key}", Position(key), message, hint, "warning")


def _names(view: View, place: Place | None) -> Iterator[str]:
    found = list(_placed(view, place) if place else _named(view)) or ([] if place else list(_entitled(view)))
    yield from (writable(name) for name in found if 0 < len(name) <= _LONGEST_NAME)


def _years(view: View, place: Place | None) -> Iterator[str]:
    if place is not None:
        yield from (found[:4] for found in _placed(view, place) if found[:4].isdigit())
        return
    # A workbook's sheets have a title each; of other documents the first words are the title, what follows may speak
    # of other years.
    heads = {grid.block: _title_of(grid) for grid in view.grids}
    paragraphs = [passage.folded.text for passage in view.passages if passage.block not in heads]
    by_sheet = view.document.kind in ("xlsx", "xls")
    parts = list(heads.values()) if by_sheet else [[*paragraphs[:_FIRST_PASSAGES], *chain(*heads.values())]]
    years = {year for part in parts for year in islice(_years_in(part), 1)}
    # What the file is called decides between several, and counts where nothing in it says its year.
    called = set(islice(_years_in([fold_words(view.document.source.title)]), 1))
    yield from sorted((years & called) or years or called or set(_years_beside(view)))


def _years_beside(view: View) -> Iterator[str]:
    """年度 | 2017, as a label or as a column of one year."""
    for spot in spots_beside(view, _YEAR_NAMES, _YEAR_CELL, None):
        found = _YEAR_OF_CELL.fullmatch(fold_words(spot.cell.text.strip()))
        if found:
            yield found[1]


def _title_of(grid: Grid) -> list[str]:
    """What stands above a table's headers: a title, a unit, whose it is. 2022年决算数 beside 2023年决算数 is a header."""
    rows = (
        [cell.text for cell in row if cell.text.strip() and not cell.covered] for row in grid.table.rows[:_TITLE_ROWS]
    )
    words = [text for row in rows if len(row) <= _WORDS_OF_TITLE for text in row]
    return [fold_words(text) for text in (grid.table.title, *words)]


def _years_in(texts: Sequence[str]) -> Iterator[str]:
    programs = [compiled_pattern(pattern) for pattern in (_YEAR, _YEAR_ALONE)]
    for text in texts:
        for match in (match for program in programs for match in program.finditer(text)):
            before = text[: match.start()]
            if before.count("《") == before.count("》"):  # else it is in the title of some other document
                yield match.group(1)


def _placed(view: View, place: Place) -> Iterator[str]:
    """What stands at a place, in the words of the original."""
    if isinstance(place, TextPlace):
        yield from _matched(view, place.program, place.group)
    elif isinstance(place, CellPlace):
        yield from (spot.cell.text.strip() for spot in find_cell(view, place))
    elif isinstance(place, LabelPlace):
        yield from (spot.cell.text.strip() for spot in spots_beside(view, place.labels, _NAME, None))


def _named(view: View) -> Iterator[str]:
    program = compiled_pattern(_IN_PROSE)
    found = _matched(view, program, program.groupindex["value"])
    yield from (name for name in found if parse_unit(name) is None)
    yield from (spot.cell.text.strip() for spot in spots_beside(view, _NAMES, _NAME, None))


def _entitled(view: View) -> Iterator[str]:
    """Whom the title names; the first that does."""
    heads = [text for grid in view.grids[:1] for text in _title_of(grid)]
    texts = [*(passage.folded.text for passage in view.passages[:_FIRST_PASSAGES]), *heads]
    program = compiled_pattern(_IN_TITLE)
    found = (match["value"] for text in texts if (match := program.search(text.strip())))
    yield from islice(found, 1)


def _matched(view: View, program: object, group: int) -> Iterator[str]:
    for passage in view.passages:
        for match in program.finditer(passage.folded.text):  # type: ignore[attr-defined]  # a compiled pattern
            start, end = passage.folded.original_span(*match.span(group))
            yield passage.folded.original[start:end]
