"""Numbers in running text with the words they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from facts.cleaning.amounts import find_quantities
from facts.cleaning.lookalikes import find_lookalikes
from facts.report.lines import Line
from facts.report.model import Figure
from facts.units import parse_unit

# What may stand between a name and its number.
_LINK = re.compile(
    r"(?:分别)?(?:约为|约|共计|合计|总计|共有|共|达到了|达到|达|为|是|有|完成|:|计|了|人民币|全年|仅|的|≈|=)*$"
)
_HEAD = re.compile(
    r"^(?:其中|截至|截止|本年度?|当年|我[局委办单位部门院校]|本[局委办部门单位院校]|全年|20\d\d年度?(?:\d{1,2}月(?:\d{1,2}日)?)?|年度|市本级|本级|,|:)+"
)
_STOPS = re.compile(r"[,。;:、()!?<>]")


@dataclass(frozen=True, slots=True)
class Number:
    """A quantity in a line: `label` is the name before it, `context` the same with its year and qualifiers.

    `value` is in base units; `written` in the unit as written, with so many `places`.
    """

    line: Line
    start: int
    end: int
    label: str
    context: str
    value: Fraction
    kind: str
    unit: str
    places: int
    factor: Fraction

    @property
    def shown(self) -> str:
        """As written."""
        return self.line.text[self.start : self.end]

    @property
    def written(self) -> Fraction:
        """The number in its own unit."""
        return self.value / self.factor

    @property
    def slack(self) -> Fraction:
        """Half a unit of the last place written, in base units."""
        return self.factor * Fraction(1, 2 * 10**self.places)

    def figure(self) -> Figure:
        """For the list of figures."""
        return Figure(self.label, self.value, self.unit, self.shown, self.line.place(self.start, self.end))


def read_numbers(line: Line) -> Iterator[Number]:
    """Every quantity with a value, in order; dates, years and document numbers are no quantities.

    A number in which something looks like a digit and is none is left out: nobody knows what it says.
    """
    last = 0
    doubtful = [(one.at, one.at + len(one.text)) for one in find_lookalikes(line.text)]
    for one in find_quantities(line.text):
        certain = all(one.end <= start or one.start >= end for start, end in doubtful)
        if certain and one.value is not None and one.kind not in ("date", "year", "range"):
            context = _context(line.text[last : one.start])
            yield Number(
                line, one.start, one.end, _label(context), context, one.value, one.kind, one.unit, one.places, _factor(one.unit)
            )  # fmt: skip
        last = one.end


def _factor(unit: str) -> Fraction:
    known = parse_unit(unit.removeprefix("个") if unit.startswith("个百") else unit)
    return known.factor if known else Fraction(1)


def _context(before: str) -> str:
    """The words from the last punctuation to the number; past a colon or a comma that only links."""
    linked = _LINK.sub("", before)
    cut = 0
    for stop in _STOPS.finditer(linked):
        cut = stop.end()
    return linked[cut:]


def _label(context: str) -> str:
    return _LINK.sub("", _HEAD.sub("", context))
