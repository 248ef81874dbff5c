"""Forms, combinators and parts as YAML mappings, each sound where it stands."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from engine.testing.randomformulas import (
    counts,
    fact_conditions,
    measure_conditions,
    measures,
    points_formulas,
    targets,
)
from engine.testing.words import DIMENSIONS, Yaml, literals, number, points_between, steps, thresholds

Draw = Callable[[st.SearchStrategy[Any]], Any]


@dataclass(frozen=True)
class Place:
    """Where a form stands: its points, the bounds stated points must keep to, what it measures, how deep it is."""

    points: Fraction
    low: Fraction
    high: Fraction
    malus: bool
    policies: tuple[str, ...]
    missing: tuple[str, ...]
    dimension: str | None = None
    depth: int = 0


PLAIN_FORMS = ("deduct", "add", "formula", "fixed", "judged", "full", "not_computable")
MEASURED_FORMS = ("bands", "per_unit", "proportional", "interpolate", "full", "full", "judged", "deduct")
COMBINATORS = ("sum", "best", "worst", "average", "weighted", "choose")


@st.composite
def forms(draw: Draw, place: Place) -> Yaml:
    """One form for a place."""
    kinds = list(PLAIN_FORMS if place.dimension in (None, "label") else MEASURED_FORMS)
    if place.dimension == "label":
        kinds = ["bands", "bands", "full", "judged"]
    if place.depth < 2:
        kinds += COMBINATORS
    kind = draw(st.sampled_from(kinds))
    if kind in COMBINATORS:
        return draw(_combined(kind, place))  # type: ignore[no-any-return]  # what a composite draws is Any
    return draw(_FORMS[kind](place))  # type: ignore[no-any-return]


# --- one measure ---


@st.composite
def _full(draw: Draw, place: Place) -> Yaml:
    full = draw(measure_conditions(place.dimension))
    if place.depth < 2 and draw(st.booleans()):
        return {"full": full, "otherwise": draw(forms(replace(place, depth=place.depth + 1)))}
    return {"full": full, "otherwise": draw(points_between(place.low, place.high)), "reason": "未达到"}


@st.composite
def _bands(draw: Draw, place: Place) -> Yaml:
    assert place.dimension is not None
    given = points_between(place.low, place.high)
    if place.dimension == "label":
        labels = draw(st.lists(st.sampled_from(("优", "良", "中", "差")), min_size=1, max_size=3, unique=True))
        return {
            "bands": [*({"when": f"is {one}", "points": draw(given)} for one in labels), {"otherwise": draw(given)}]
        }
    found = draw(thresholds(place.dimension, draw(st.integers(1, 3))))
    below, above = draw(st.sampled_from((("<", ">="), ("<=", ">"))))
    conditions = [f"{below} {found[0]}"]
    conditions += [f"{above} {one} and {below} {other}" for one, other in itertools.pairwise(found)]
    bands = [{"when": one, "points": draw(given), "reason": "测算值为{value}"} for one in conditions]
    last = (
        {"otherwise": draw(given)} if draw(st.booleans()) else {"when": f"{above} {found[-1]}", "points": draw(given)}
    )
    return {"bands": [*bands, last]}


@st.composite
def _per_unit(draw: Draw, place: Place) -> Yaml:
    assert place.dimension is not None
    form: Yaml = {
        draw(st.sampled_from(("deduct", "gain"))): draw(st.sampled_from((0.1, 0.5, 1))),
        "per": draw(steps(place.dimension)),
        draw(st.sampled_from(("over", "under", "around"))): draw(
            st.one_of(literals(place.dimension), targets(place.dimension))
        ),
    }
    _maybe(draw, form, "partial_unit", st.sampled_from(("up", "down", "linear")))
    _maybe(draw, form, "start", points_between(max(place.low, Fraction(0)), max(place.high, Fraction(0))))
    _maybe(draw, form, "limit", st.sampled_from((0.5, 1, 3)))
    return {"per_unit": form, "reason": "测算值为{value}"}


@st.composite
def _proportional(draw: Draw, place: Place) -> Yaml:
    assert place.dimension is not None
    direction = draw(st.sampled_from(("at_least", "at_most")))
    form: Yaml = {"to": draw(targets(place.dimension)), "direction": direction}
    _maybe(draw, form, "up_to", st.sampled_from(("100%", "120%", "80%")))
    return {"proportional": form, "reason": "按比例"}


@st.composite
def _interpolate(draw: Draw, place: Place) -> Yaml:
    assert place.dimension is not None
    ends = draw(thresholds(place.dimension, draw(st.integers(2, 3))))
    return {"interpolate": [{"at": at, "points": draw(points_between(place.low, place.high))} for at in ends]}


# --- facts ---


def _items(key: str) -> Callable[[Place], st.SearchStrategy[Yaml]]:
    @st.composite
    def items(draw: Draw, place: Place) -> Yaml:
        return {key: [draw(_item(place)) for _ in range(draw(st.integers(1, 3)))]}

    return items


@st.composite
def _item(draw: Draw, place: Place) -> Yaml:
    item: Yaml = {"points": draw(st.sampled_from((0.1, 0.5, 1, 2)))}
    if draw(st.booleans()):
        item["when"] = draw(measure_conditions(place.dimension))
    else:
        item["each"] = draw(counts())
        item["reason"] = "共{count}处"
    _maybe(draw, item, "limit", st.sampled_from((0.5, 1, 2)))
    return item


@st.composite
def _judged(draw: Draw, place: Place) -> Yaml:
    value = draw(st.sampled_from(("甲评分", "乙评分")))
    if draw(st.booleans()) or place.high <= place.low:
        return {"judged": {"value": value, "from": number(place.low), "to": number(place.high)}, "reason": "由评审给分"}
    middle = (place.low + place.high) / 2
    first = {"when": draw(measure_conditions(place.dimension)), "from": number(middle), "to": number(place.high)}
    last = {"otherwise": True, "from": number(place.low), "to": number(middle)}
    return {"judged": {"value": value, "ranges": [first, last]}}


def _formula(place: Place) -> st.SearchStrategy[Yaml]:
    return points_formulas().map(lambda text: {"formula": text})


def _fixed(place: Place) -> st.SearchStrategy[Yaml]:
    return points_between(place.low, place.high).map(lambda points: {"fixed": points})


def _not_computable(place: Place) -> st.SearchStrategy[Yaml]:
    return st.just({"not_computable": {"reason": "无法量化"}})


_FORMS: dict[str, Callable[[Place], st.SearchStrategy[Yaml]]] = {
    "full": _full,
    "bands": _bands,
    "per_unit": _per_unit,
    "proportional": _proportional,
    "interpolate": _interpolate,
    "deduct": _items("deduct"),
    "add": _items("add"),
    "judged": _judged,
    "formula": _formula,
    "fixed": _fixed,
    "not_computable": _not_computable,
}


# --- parts ---


@st.composite
def _combined(draw: Draw, how: str, place: Place) -> Yaml:
    size = draw(st.integers(1, 3))
    inner = replace(place, depth=place.depth + 1)
    if how == "sum":
        shares = _shared(place.points, size)
        found = [draw(parts(_resized(inner, share), points=share)) for share in shares]
        return {"sum": found}
    found = [draw(parts(inner)) for _ in range(size)]
    if how == "weighted":
        weights = {1: ("100%",), 2: ("40%", "60%"), 3: ("20%", "30%", "50%")}[size]
        found = [{"weight": weight, **part} for weight, part in zip(weights, found, strict=True)]
    if how == "choose":
        conditions = [draw(measure_conditions(place.dimension)) for _ in found[:-1]]
        first = [{"when": when, **part} for when, part in zip(conditions, found, strict=False)]
        return {"choose": [*first, {"otherwise": True, **found[-1]}]}
    return {how: found}


def _shared(points: Fraction, size: int) -> list[Fraction]:
    """Points cut into that many pieces, the last taking the rest."""
    piece = Fraction(int(points * 4) // size, 4)
    return [piece] * (size - 1) + [points - piece * (size - 1)]


def _resized(place: Place, points: Fraction) -> Place:
    low, high = (-points, Fraction(0)) if place.malus else (Fraction(0), points)
    return replace(place, points=points, low=low, high=high)


@st.composite
def parts(draw: Draw, place: Place, points: Fraction | None = None) -> Yaml:
    """A part: its measure, guards and policies, bounds and form. `points` None: it takes those of its parent."""
    part: Yaml = {} if points is None else {"points": number(points)}
    place = _resized(place, place.points)
    place = _measured(draw, part, place)
    _guarded(draw, part)
    for key, choices in (
        ("zero_denominator", ("undetermined", "not_applicable", "zero", "full")),
        ("not_applicable", place.policies),
        ("missing", place.missing),
    ):
        _maybe(draw, part, key, st.sampled_from(choices))
    place = _bounded(draw, part, place)
    return {**part, "score": draw(forms(place))}


def _measured(draw: Draw, part: Yaml, place: Place) -> Place:
    kind = draw(st.sampled_from((None, "inherit", "label", *DIMENSIONS)))
    if kind in (None, "inherit"):
        return place
    part["measure"] = "评级" if kind == "label" else draw(measures(kind))
    if kind == "rate":
        part["unit"] = "%"
        _maybe(draw, part, "round_measure", st.just({"places": 1, "mode": "half_up"}))
    return replace(place, dimension=kind)


def _guarded(draw: Draw, part: Yaml) -> None:
    if draw(st.integers(0, 4)) == 0:
        part["applies"] = draw(fact_conditions())
    for key in ("void", "exempt"):
        if draw(st.integers(0, 5)) == 0:
            part[key] = [{"when": draw(fact_conditions()), "reason": "情形成立"}]


def _bounded(draw: Draw, part: Yaml, place: Place) -> Place:
    if place.malus or draw(st.integers(0, 4)):
        return place
    low = draw(st.sampled_from((Fraction(-1), Fraction(0), min(Fraction(1, 2), place.points))))
    high = place.points + draw(st.sampled_from((Fraction(0), Fraction(2))))
    part["floor"], part["cap"] = number(low), number(high)
    return replace(place, low=low, high=high)


def _maybe(draw: Draw, into: Yaml, key: str, strategy: st.SearchStrategy[Any]) -> None:
    if draw(st.integers(0, 2)) == 0:
        into[key] = draw(strategy)
