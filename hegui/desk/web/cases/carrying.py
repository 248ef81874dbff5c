"""What somebody chose while another saved the case: told in terms of the newest version, so that no choice has to be made twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hegui.desk.web.cases.opened import OpenCase
from hegui.desk.web.cases.remembering import told_of
from hegui.desk.web.visit import Visit
from hegui.desk.work.queueing import Done

CHOICE = "choice-"


def choice_of(say: str) -> int | None:
    """Which of several values a form says.

    >>> choice_of("choice-1"), choice_of("value"), choice_of("choice-x")
    (1, None, None)
    """
    number = say.removeprefix(CHOICE)
    return int(number) if say.startswith(CHOICE) and number.isascii() and number.isdigit() and len(number) < 4 else None


def carried(visit: Visit, case: OpenCase, concept: str) -> dict[str, str]:
    """What the form is to hold for a choice made in the version it was opened in.

    The newest version may have the value at another place among its candidates, or be settled otherwise: then the value is
    filled in with the words it rests on.
    """
    choice, base = choice_of(visit.field("say")), visit.field("base")
    if choice is None or not (base.isascii() and base.isdigit() and len(base) < 10):
        return {}
    version = visit.desk.folders.version(case.folder.id, int(base))
    if version is None:
        return {}
    before = _candidates(visit, replace(case, version=version, about=version.about), concept)
    if choice >= len(before):
        return {}
    chosen = before[choice]
    for n, one in enumerate(_candidates(visit, case, concept)):
        if one["shown"] == chosen["shown"]:
            return {"say": f"{CHOICE}{n}"}
    say, value = next(iter(chosen["entry"].items()))
    place: Mapping[str, Any] = next(iter(chosen["places"]), {})
    typed = {"source": visit.field("source"), "quote": visit.field("quote")}
    rests = {key: typed[key] or str(place.get(key) or "") for key in typed}
    return {"say": say, "value": value, **rests}


def _candidates(visit: Visit, case: OpenCase, concept: str) -> tuple[Mapping[str, Any], ...]:
    answer = told_of(visit, case, "describe")
    listed = answer.data["concepts"] if isinstance(answer, Done) else ()
    fact = next((one["fact"] for one in listed if one["id"] == concept), None)
    return tuple(fact["candidates"]) if fact is not None else ()
