"""An assessment as its page shows it: sections with their indicators, each with its steps, from hegui/assessment/v1 alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from hegui.desk.web.pictures import bar, number

Data = Mapping[str, Any]


def sections_of(assessment: Data) -> list[dict[str, Any]]:
    """Sections in order, with bars, their indicators and these with their steps and findings."""
    steps = {step["n"]: step for step in assessment["trail"]}
    found = []
    for section in assessment["sections"]:
        indicators = [_indicator(one, steps) for one in assessment["indicators"] if one["section"] == section["id"]]
        found.append({**section, "bar": bar(section), "indicators": indicators, "count": _counted(indicators)})
    return found


def other_steps(assessment: Data) -> list[Data]:
    """Steps of no indicator: vetoes, gates, the total and its grade."""
    return [step for step in assessment["trail"] if not step["indicator"]]


def deductions_of(assessment: Data) -> list[dict[str, Any]]:
    """Everything that was taken off, with the indicator it was taken from, the dearest first."""
    titles = {section["id"]: section["title"] for section in assessment["sections"]}
    found = [
        {**deduction, "indicator": one, "section": titles.get(one["section"], "")}
        for one in assessment["indicators"]
        for deduction in one["deductions"]
    ]
    return sorted(found, key=lambda one: -abs(number(one["points"])))


def place_link(case: str, place: Data | None, files: Mapping[str, str], version: int = 0) -> str:
    """The page on which a place is shown, with the words there; nothing where its document is not at hand."""
    if place is None or not files.get(place.get("source") or ""):
        return ""
    wanted = {"source": place["source"], "at": place.get("locator") or "", "quote": place.get("quote") or ""}
    if version:
        wanted["version"] = str(version)
    return f"{case}/place?{urlencode({key: value for key, value in wanted.items() if value})}#quote"


def files_of(sources: Sequence[Data]) -> dict[str, str]:
    """Which source is which file."""
    return {one["id"]: one.get("file") or "" for one in sources}


def _indicator(one: Data, steps: Mapping[int, Data]) -> dict[str, Any]:
    trail = [steps[n] for n in one["steps"] if n in steps]
    return {**one, "bar": bar(one), "trail": trail, "operands": list(_operands(one, trail))}


def _operands(one: Data, trail: Sequence[Data]) -> Iterator[Data]:
    """Every fact an indicator was decided by, once."""
    measure = one["measure"]
    known = set[str]()
    for operand in (*(measure["operands"] if measure else ()), *(fact for step in trail for fact in step["facts"])):
        if operand["concept"] not in known:
            known.add(operand["concept"])
            yield operand


def _counted(indicators: Sequence[Data]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for one in indicators:
        counted[one["verdict"]] = counted.get(one["verdict"], 0) + 1
    return counted
