"""Which published rulebook a case is scored by: the one somebody names, else the one in force at the end of its period."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.store.publications import Publication, Publications

_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Span:
    """A period as a case file writes it, and its last day; both empty where nobody has said."""

    written: str = ""
    last_day: str = ""


def span_of(year: str, start: str, end: str) -> Span | Problem:
    """The period of a form: a year, or two days.

    >>> span_of("2017", "", ""), span_of("", "2017-01-01", "2017-06-30").written
    (Span(written='2017', last_day='2017-12-31'), '2017-01-01/2017-06-30')
    """
    if start or end:
        first, last = _day(start), _day(end)
        if first is None or last is None or first > last:
            message = Text("起止日期不对", "the days of the period are wrong")
            hint = Text(
                "请写两个日期,如 2017-01-01 和 2017-12-31。", "Give two days such as 2017-01-01 and 2017-12-31."
            )
            return Problem("bad-period", Position(""), message, hint)
        return Span(f"{first}/{last}", last.isoformat())
    if not year:
        return Span()
    if not _YEAR.fullmatch(year):
        message = Text(f"年度“{year[:20]}”不对", f"not a year: {year[:20]}")
        return Problem("bad-period", Position(""), message, Text("请写四位数字,如 2017。", "Write it as 2017."))
    return Span(year, f"{year}-12-31")


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def publication_for(publications: Publications, named: str, span: Span) -> Publication | Problem:
    """The rulebook for a period; a Problem where that is not clear."""
    listed = publications.listed()
    if not listed:
        message = Text("还没有发布的规则集", "no rulebook is published yet")
        hint = Text("请政策人员先发布一个。", "Ask the policy staff to publish one.")
        return Problem("no-rulebook", Position(""), message, hint)
    if named:
        found = publications.get(named)
        return found or Problem("no-rulebook", Position(""), Text("没有这个规则集", "there is no such rulebook"))
    fitting = fitting_in(publications, span)
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        message = Text(f"{span.last_day} 没有施行中的规则集", f"no rulebook is in force on {span.last_day}")
    else:
        zh, en = (mark.join(f"{one.title} {one.version}" for one in fitting) for mark in ("、", ", "))
        message = Text(f"有 {len(fitting)} 个规则集可用:{zh}", f"{len(fitting)} rulebooks fit: {en}")
    return Problem("which-rulebook", Position(""), message, Text("请选定一个规则集。", "Choose a rulebook."))


def fitting_in(publications: Publications, span: Span) -> Sequence[Publication]:
    """The rulebooks in force at the end of a period; every one where no period is known."""
    return publications.for_day(span.last_day) if span.last_day else publications.listed()
