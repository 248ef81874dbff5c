"""Places in a source as one cell's text: `12:3`, `¶5:1`, `数据!C12`, `p.3[1,2,3,4]`, `表2[5].金额`, or 第3页, 第12行, 第5段.

What such a text cannot say exactly is written as in a case file, in braces.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from facts.provenance import CellRef, Locator, PageRef, ParagraphRef, TableRef, TextSpan
from facts.values import to_half_width

_N = r"([1-9][0-9]{0,8})"
_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
_Made = Callable[[tuple[str, ...]], Locator]
PlaceKeys = Mapping[str, str | int | list[int]]


def _page(found: tuple[str, ...]) -> Locator:
    if not found[1]:
        return PageRef(int(found[0]))
    left, top, right, bottom = (int(part) for part in found[1].split(","))
    return PageRef(int(found[0]), (left, top, right, bottom))


_FORMS: tuple[tuple[re.Pattern[str], _Made], ...] = tuple(
    (re.compile(pattern, re.DOTALL), made)
    for pattern, made in (
        (rf"{_N}(?::{_N})?", lambda f: TextSpan(int(f[0]), int(f[1] or 1))),
        (rf"第 ?{_N} ?行(?:第 ?{_N} ?列)?", lambda f: TextSpan(int(f[0]), int(f[1] or 1))),
        (rf"¶{_N}(?::{_N})?", lambda f: ParagraphRef(int(f[0]), int(f[1] or 1))),
        (rf"第 ?{_N} ?段()", lambda f: ParagraphRef(int(f[0]))),
        (rf"p\. ?{_N}(?:\[(-?[0-9]{{1,9}}(?:,-?[0-9]{{1,9}}){{3}})\])?", _page),
        (rf"第 ?{_N} ?页()", _page),
        (rf"(.*)!({_CELL}(?::{_CELL})?)", lambda f: CellRef(f[0], f[1])),
        (rf"(.*?)\[{_N}\](?:\.(.+))?", lambda f: TableRef(f[0], int(f[1]), f[2])),
    )
)


def parse_place(text: str) -> Locator | None:
    """The place a text means; None where it is only words.

    >>> parse_place("第3页"), parse_place("表2[5].金额"), parse_place("第三章")
    (PageRef(page=3, box=None), TableRef(table='表2', row=5, column='金额'), None)
    """
    if text.startswith("{"):
        return _from_json(text)
    for pattern, made in _FORMS:
        match = pattern.fullmatch(text) or pattern.fullmatch(to_half_width(text).strip())
        if match is not None:
            return made(tuple(group or "" for group in match.groups()))
    return None


def place_text(locator: Locator) -> str:
    """A place as text; `parse_place` gives it back."""
    text = str(locator)
    return text if parse_place(text) == locator else json.dumps(place_keys(locator), ensure_ascii=False)


def place_keys(locator: Locator) -> PlaceKeys:
    """A place as the keys of a case file."""
    if isinstance(locator, TextSpan):
        return {"line": locator.line, "column": locator.column}
    if isinstance(locator, ParagraphRef):
        return {"paragraph": locator.paragraph, "column": locator.column}
    if isinstance(locator, CellRef):
        return {"sheet": locator.sheet, "cell": locator.cell}
    keys: dict[str, str | int | list[int]] = {}
    if isinstance(locator, PageRef):
        keys["page"] = locator.page
        return keys | ({"box": list(locator.box)} if locator.box else {})
    said: PlaceKeys = {"table": locator.table, "row": locator.row, "column": locator.column}
    return {key: value for key, value in said.items() if value != ""}


def _from_json(text: str) -> Locator | None:
    try:
        keys = json.loads(text)
    except (ValueError, RecursionError):
        return None
    made: dict[frozenset[str], Callable[[], Locator]] = {
        frozenset({"line", "column"}): lambda: TextSpan(keys["line"], keys["column"]),
        frozenset({"paragraph", "column"}): lambda: ParagraphRef(keys["paragraph"], keys["column"]),
        frozenset({"sheet", "cell"}): lambda: CellRef(keys["sheet"], keys["cell"]),
    }
    if not isinstance(keys, dict) or not all(isinstance(value, str | int) for value in keys.values()):
        return None
    if "row" in keys and set(keys) <= {"table", "row", "column"} and isinstance(keys["row"], int):
        return TableRef(str(keys.get("table", "")), keys["row"], str(keys.get("column", "")))
    make = made.get(frozenset(keys))
    return make() if make and place_fits(keys) else None


def place_fits(keys: dict[str, object]) -> bool:
    """Whether sheets and cells are texts and everything else a whole number."""
    return all(isinstance(value, str if key in ("sheet", "cell") else int) for key, value in keys.items())
