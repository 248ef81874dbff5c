"""One form with one thing altered: how a measure becomes points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from engine.expr import Comparison, ComparisonOp, Expr, Number
from engine.model import (
    Band,
    Bands,
    Choose,
    Combine,
    Fixed,
    Form,
    Interpolate,
    Item,
    Items,
    Judged,
    JudgedRange,
    Part,
    PerUnit,
    PointsFormula,
    Proportional,
    Threshold,
)
from engine.trials.altered import Setting, alterations, moved
from engine.walk import nodes, replaced
from facts.provenance import Position
from facts.units import COUNT
from facts.values import decimal_text

Words = Callable[[Expr], str]
_STEP = Fraction(1, 100)
_SIDES = {"over": ("under", "around"), "under": ("over", "around"), "around": ("over", "under")}
_HOWS = {
    "best": ("worst", "average"),
    "worst": ("best", "average"),
    "average": ("best", "worst"),
    "weighted": ("average",),
    "sum": (),
}
_FLIP: dict[str, ComparisonOp] = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}


class FormVariant(NamedTuple):
    """A form altered, what stood there and what stands there now."""

    at: Position
    kind: str
    before: str
    after: str
    form: Form


def form_variants(form: Form, part: Part, setting: Setting, words: Words) -> Iterator[FormVariant]:
    """Every alteration of a form itself; parts inside it are altered as parts."""
    yield from _Form(part, setting, words).variants(form)


class _Form:
    def __init__(self, part: Part, setting: Setting, words: Words) -> None:
        self.part, self.setting, self.words = part, setting, words
        self.full = part.points if isinstance(part.points, Fraction) else Fraction(1)

    def variants(self, form: Form) -> Iterator[FormVariant]:
        """Dispatch on the form."""
        match form:
            case Threshold(full, otherwise):
                yield from self._tree(full, _setting(form, "full"), "full: ")
                for one in self.variants(otherwise):
                    yield one._replace(form=replace(form, otherwise=one.form))
            case Bands():
                yield from self._bands(form)
            case PerUnit():
                yield from self._per_unit(form)
            case Items():
                yield from self._items(form)
            case Proportional():
                yield from self._proportional(form)
            case Interpolate():
                yield from self._interpolate(form)
            case Judged():
                yield from self._judged(form)
            case PointsFormula(formula):
                yield from self._tree(formula, _setting(form, "formula"), "formula: ")
            case Fixed(points):
                yield from self._number(form.at, "points", points, _setting(form, "points"))
            case Combine():
                yield from self._combine(form)
            case Choose():
                yield from self._choose(form)

    # --- what several forms share ---

    def _tree(self, tree: Expr, changed: Callable[[Expr], Form], label: str) -> Iterator[FormVariant]:
        for at, kind, other in alterations(tree, self.setting):
            yield FormVariant(at, kind, label + self.words(tree), label + self.words(other), changed(other))

    def _number(
        self, at: Position, key: str, now: Fraction, changed: Callable[[Fraction], Form], step: Fraction = _STEP
    ) -> Iterator[FormVariant]:
        for value in moved(now, step, self.full):
            if value >= 0 or now < 0:
                yield FormVariant(at, "points", *_said(key, now, value), changed(value))

    def _optional(
        self, at: Position, key: str, now: Fraction | None, changed: Callable[[Fraction | None], Form]
    ) -> Iterator[FormVariant]:
        """A limit or start: moved, and taken away."""
        if now is not None:
            yield from self._number(at, key, now, changed)
            yield FormVariant(at, "limit", f"{key}: {decimal_text(now)}", "—", changed(None))

    # --- one form each ---

    def _bands(self, form: Bands) -> Iterator[FormVariant]:
        for place, band in enumerate(form.bands):
            yield from self._number(band.at, "points", band.points, _band_changer(form, place))
        for place, (one, other) in enumerate(zip(form.bands, form.bands[1:], strict=False)):
            if one.points != other.points:
                swapped = [*form.bands]
                swapped[place] = replace(one, points=other.points)
                swapped[place + 1] = replace(other, points=one.points)
                before, after = decimal_text(one.points), decimal_text(other.points)
                label = f"{before} / {after}", f"{after} / {before}"
                yield FormVariant(one.at, "points", *label, Bands(tuple(swapped), form.at))
        yield from self._band_limits(form)

    def _band_limits(self, form: Bands) -> Iterator[FormVariant]:
        """Where two bands meet, both move together: a gap or an overlap would not load."""
        trees = [band.when for band in form.bands if band.when is not None]
        limits = dict.fromkeys(node for tree in trees for node in _limits(tree))
        for limit in limits:
            at = next(band.at for band in form.bands if limit in list(_limits(band.when)))
            counted = self.part.measure is not None and self.setting.whole(self.part.measure)
            step = Fraction(1) if counted or limit.unit.dimension == COUNT else limit.unit.factor / 100
            for value in moved(limit.value, step):
                yield self._with_limit(form, at, "threshold", _moving(limit, value))
            yield self._with_limit(form, at, "inclusive", _flipping(limit))

    def _with_limit(self, form: Bands, at: Position, kind: str, change: Callable[[Expr], Expr]) -> FormVariant:
        bands = tuple(b if b.when is None else replace(b, when=replaced(b.when, change)) for b in form.bands)
        changed = [(one, other) for one, other in zip(form.bands, bands, strict=True) if one.when != other.when]
        before = "; ".join(self.words(one.when) for one, _ in changed if one.when is not None)
        after = "; ".join(self.words(other.when) for _, other in changed if other.when is not None)
        return FormVariant(at, kind, before, after, Bands(bands, form.at))

    def _per_unit(self, form: PerUnit) -> Iterator[FormVariant]:
        at = form.at
        move = "deduct" if form.sign < 0 else "gain"
        yield from self._number(at, move, form.amount, _setting(form, "amount"))
        for value in moved(form.per, form.per_unit.factor / 100):
            if value > 0:
                before, after = form.per_unit.show(form.per), form.per_unit.show(value)
                yield FormVariant(at, "step", f"per: {before}", f"per: {after}", replace(form, per=value))
        yield from self._tree(form.base, _setting(form, "base"), f"{form.side}: ")
        for side in _SIDES[form.side]:
            yield FormVariant(at, "side", form.side, side, replace(form, side=side))  # type: ignore[arg-type]  # a side
        for policy in ("up", "down", "linear"):
            if policy != form.partial_unit:
                before, after = f"partial_unit: {form.partial_unit}", f"partial_unit: {policy}"
                yield FormVariant(at, "policy", before, after, replace(form, partial_unit=policy))
        yield from self._optional(at, "start", form.start, _setting(form, "start"))
        yield from self._optional(at, "limit", form.limit, _setting(form, "limit"))

    def _items(self, form: Items) -> Iterator[FormVariant]:
        for place, item in enumerate(form.items):
            changed = _item_changer(form, place)
            yield from self._number(item.at, "points", item.points, _item_part(item, "points", changed))
            yield from self._optional(item.at, "limit", item.limit, _item_part(item, "limit", changed))
            for key in ("when", "each"):
                tree: Expr | None = getattr(item, key)
                if tree is not None:
                    yield from self._tree(tree, _item_part(item, key, changed), f"{key}: ")
            if len(form.items) > 1:
                left = replace(form, items=(*form.items[:place], *form.items[place + 1 :]))
                said = item.title or item.reason or decimal_text(item.points)
                yield FormVariant(item.at, "dropped", said, "—", left)

    def _proportional(self, form: Proportional) -> Iterator[FormVariant]:
        yield from self._tree(form.to, _setting(form, "to"), "to: ")
        other = "at_most" if form.direction == "at_least" else "at_least"
        before, after = f"direction: {form.direction}", f"direction: {other}"
        yield FormVariant(form.at, "side", before, after, replace(form, direction=other))  # type: ignore[arg-type]  # a direction
        yield from self._number(form.at, "up_to", form.up_to, _setting(form, "up_to"))

    def _interpolate(self, form: Interpolate) -> Iterator[FormVariant]:
        for place, (at, points) in enumerate(form.knots):
            for value in moved(at, form.unit.factor / 100):
                knots = (*form.knots[:place], (value, points), *form.knots[place + 1 :])
                if [one for one, _ in knots] == sorted({one for one, _ in knots}):
                    before, after = f"at: {form.unit.show(at)}", f"at: {form.unit.show(value)}"
                    yield FormVariant(form.at, "threshold", before, after, replace(form, knots=knots))
            yield from self._number(form.at, "points", points, _knot_changer(form, place))

    def _judged(self, form: Judged) -> Iterator[FormVariant]:
        for place, one in enumerate(form.ranges):
            changed = _range_changer(form, place)
            for key in ("low", "high"):
                now: Fraction = getattr(one, key)
                for value in moved(now, _STEP, self.full):
                    altered = replace(one, low=value) if key == "low" else replace(one, high=value)
                    if altered.low <= altered.high:
                        said = _said("from" if key == "low" else "to", now, value)
                        yield FormVariant(one.at, "threshold", *said, changed(altered))
            if one.when is not None:
                yield from self._tree(one.when, _range_when(one, changed), "when: ")

    def _choose(self, form: Choose) -> Iterator[FormVariant]:
        for place, (when, _) in enumerate(form.options[:-1]):
            if when is not None:
                yield from self._tree(when, _option_changer(form, place), "when: ")

    def _combine(self, form: Combine) -> Iterator[FormVariant]:
        for how in _HOWS[form.how]:
            weights = form.weights if how == "weighted" else ()
            yield FormVariant(form.at, "function", form.how, how, replace(form, how=how, weights=weights))  # type: ignore[arg-type]  # a way
        for place in range(len(form.weights) - 1):
            for step in (_STEP, -_STEP, Fraction(1, 10)):
                one, other = form.weights[place] + step, form.weights[place + 1] - step
                if one > 0 and other > 0:
                    weights = (*form.weights[:place], one, other, *form.weights[place + 2 :])
                    before, after = _percents(form.weights), _percents(weights)
                    yield FormVariant(form.at, "weight", before, after, replace(form, weights=weights))


def _limits(tree: Expr | None) -> Iterator[Number]:
    """The constants a band compares the measure with."""
    for node in nodes(tree):
        if isinstance(node, Comparison):
            yield from (side for side in (node.left, node.right) if isinstance(side, Number))


def _moving(limit: Number, value: Fraction) -> Callable[[Expr], Expr]:
    def change(node: Expr) -> Expr:
        if not isinstance(node, Comparison):
            return node
        left, right = (replace(limit, value=value) if side == limit else side for side in (node.left, node.right))
        return replace(node, left=left, right=right)

    return change


def _flipping(limit: Number) -> Callable[[Expr], Expr]:
    def change(node: Expr) -> Expr:
        if isinstance(node, Comparison) and limit in (node.left, node.right) and node.op in _FLIP:
            return replace(node, op=_FLIP[node.op])
        return node

    return change


def _setting(form: Form, key: str) -> Callable[[Any], Form]:
    return lambda value: replace(form, **{key: value})


def _band_changer(form: Bands, place: int) -> Callable[[Fraction], Form]:
    def changed(value: Fraction) -> Form:
        band: Band = replace(form.bands[place], points=value)
        return replace(form, bands=(*form.bands[:place], band, *form.bands[place + 1 :]))

    return changed


def _item_changer(form: Items, place: int) -> Callable[[Item], Form]:
    return lambda item: replace(form, items=(*form.items[:place], item, *form.items[place + 1 :]))


def _item_part(item: Item, key: str, changed: Callable[[Item], Form]) -> Callable[[Any], Form]:
    return lambda value: changed(replace(item, **{key: value}))


def _knot_changer(form: Interpolate, place: int) -> Callable[[Fraction], Form]:
    at = form.knots[place][0]
    return lambda value: replace(form, knots=(*form.knots[:place], (at, value), *form.knots[place + 1 :]))


def _range_changer(form: Judged, place: int) -> Callable[[JudgedRange], Form]:
    return lambda one: replace(form, ranges=(*form.ranges[:place], one, *form.ranges[place + 1 :]))


def _range_when(one: JudgedRange, changed: Callable[[JudgedRange], Form]) -> Callable[[Expr], Form]:
    return lambda tree: changed(replace(one, when=tree))


def _option_changer(form: Choose, place: int) -> Callable[[Expr], Form]:
    def changed(tree: Expr) -> Form:
        option = (tree, form.options[place][1])
        return replace(form, options=(*form.options[:place], option, *form.options[place + 1 :]))

    return changed


def _said(key: str, now: Fraction, then: Fraction) -> tuple[str, str]:
    return f"{key}: {decimal_text(now)}", f"{key}: {decimal_text(then)}"


def _percents(weights: tuple[Fraction, ...]) -> str:
    return " / ".join(f"{decimal_text(weight * 100)}%" for weight in weights)
