"""One part with one thing altered: points, bounds, policies, guards, the measure, the form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from engine.expr import NOWHERE, Expr, Subject
from engine.model import (
    Choose,
    Combine,
    Form,
    Guard,
    NotApplicablePolicy,
    Part,
    Policies,
    Section,
    Threshold,
    ZeroDenominatorPolicy,
)
from engine.showing import formula_text
from engine.trials.altered import Setting, alterations, moved
from engine.trials.formmutants import form_variants
from engine.trials.watching import plain_name
from engine.walk import zero_denominators
from facts.provenance import Position
from facts.values import Rounding, decimal_text

_MISSING = ("undetermined", "zero", "full")
_ZERO: tuple[ZeroDenominatorPolicy, ...] = ("undetermined", "not_applicable", "zero", "full")
_NOT_APPLICABLE: tuple[NotApplicablePolicy, ...] = ("full", "rescale", "spread", "exclude")
HUNDREDTH = Fraction(1, 100)


class Variant(NamedTuple):
    """A part altered, what stood there and what stands there now."""

    at: Position
    kind: str
    before: str
    after: str
    part: Part


def part_variants(part: Part, section: Section, setting: Setting) -> Iterator[Variant]:
    """Every alteration of an indicator's part, and of the parts inside it."""
    inner = _Variants(replace(setting, measure=part.measure), section)
    yield from inner.own(part)
    yield from inner.policies(part)
    yield from inner.inside(part)


def inner_parts(part: Part) -> Iterator[Part]:
    """The part and every part inside it."""
    yield part
    for one in _parts_of(part.form):
        yield from inner_parts(one)


def _parts_of(form: Form) -> tuple[Part, ...]:
    match form:
        case Threshold(otherwise=otherwise):
            return _parts_of(otherwise)
        case Combine(parts=parts):
            return parts
        case Choose(options):
            return tuple(part for _, part in options)
        case _:
            return ()


class _Variants:
    def __init__(self, setting: Setting, section: Section) -> None:
        self.setting, self.section = setting, section

    def own(self, part: Part, *, points: bool = True, measure: bool = True) -> Iterator[Variant]:
        """Points, bounds, guards, measure and form of the part itself; inherited points and measure are altered above."""
        # The points of a sum are those of its parts, and altered alone would not load.
        if points and not (isinstance(part.form, Combine) and part.form.how == "sum"):
            yield from self._points(part)
        for key in ("floor", "cap"):
            bound: Fraction | None = getattr(part, key)
            if bound is not None:
                for value in (None, *moved(bound, HUNDREDTH)):
                    yield Variant(part.at, key, *_said(key, bound, value), replace(part, **{key: value}))  # type: ignore[arg-type]  # floor or cap
        yield from self._guards(part)
        if part.measure is not None and measure:
            for at, kind, tree in alterations(part.measure, replace(self.setting, measure=None)):
                altered = _with_inherited(part, "measure", part.measure, tree)
                yield Variant(at, kind, self.words(part.measure), self.words(tree), altered)
        for one in form_variants(part.form, part, self.setting, self.words):
            yield Variant(
                one.at if one.at.line else part.at, one.kind, one.before, one.after, replace(part, form=one.form)
            )

    def words(self, tree: Expr) -> str:
        """A formula as the rule would say it: a condition on the measure starts with its operator."""
        text = formula_text(tree, lambda node: plain_name(self.setting.book, node))
        if not isinstance(tree, Subject):
            text = text.replace("测算值 ", "") if text.startswith("测算值 ") else text
        return text

    def _points(self, part: Part) -> Iterator[Variant]:
        if isinstance(part.points, Fraction):
            for value in moved(part.points, HUNDREDTH):
                if value >= 0:
                    altered = _with_inherited(part, "points", part.points, value)
                    yield Variant(part.at, "points", *_said("points", part.points, value), altered)
        else:
            for at, kind, tree in alterations(part.points, replace(self.setting, measure=None)):
                altered = _with_inherited(part, "points", part.points, tree)
                yield Variant(at, kind, self.words(part.points), self.words(tree), altered)

    def _guards(self, part: Part) -> Iterator[Variant]:
        if part.applies is not None:
            yield from self._condition(part, "applies", part.applies, lambda tree: replace(part, applies=tree))
        for key in ("voids", "exempts"):
            guards: tuple[Guard, ...] = getattr(part, key)
            for place, guard in enumerate(guards):
                yield from self._condition(part, key[:-1], guard.when, _guard_changer(part, key, guards, place))

    def _condition(
        self, part: Part, name: str, tree: Expr, changed: Callable[[Expr | None], Part]
    ) -> Iterator[Variant]:
        at: Position = getattr(tree, "at", NOWHERE)
        for place, kind, other in alterations(tree, self.setting):
            yield Variant(place, kind, f"{name}: {self.words(tree)}", f"{name}: {self.words(other)}", changed(other))
        yield Variant(at if at.line else part.at, "dropped", f"{name}: {self.words(tree)}", "—", changed(None))

    # --- policies ---

    def policies(self, part: Part) -> Iterator[Variant]:
        """Each policy of the indicator taken for another, where it can matter; parts that inherit it follow."""
        own = part.policies
        for missing in _MISSING:
            yield from self._policy(part, "missing", own.missing, missing)
        if any(zero_denominators(one) for one in inner_parts(part)):
            for zero in _ZERO:
                yield from self._policy(part, "zero_denominator", own.zero_denominator, zero)
        plain = self.section.model == "declared_less_deductions"
        for policy in _NOT_APPLICABLE:
            if not plain or policy in ("full", "exclude"):
                yield from self._policy(part, "not_applicable", own.not_applicable, policy)
        # What is counted has nothing to round.
        if part.measure is not None and part.unit is not None and not self.setting.whole(part.measure):
            for rounding in _other_roundings(own.round_measure):
                yield from self._policy(part, "round_measure", own.round_measure, rounding)
        for rounding in _other_roundings(own.round_score):
            yield from self._policy(part, "round_score", own.round_score, rounding)

    def _policy(self, part: Part, key: str, now: object, then: object) -> Iterator[Variant]:
        if now != then:
            before, after = f"{key}: {_policy_text(now)}", f"{key}: {_policy_text(then)}"
            yield Variant(part.at, "policy", before, after, _with_policy(part, key, now, then))

    # --- inside ---

    def inside(self, part: Part) -> Iterator[Variant]:
        """What can be altered in the parts a form is made of."""
        for place, one in enumerate(_parts_of(part.form)):
            inner = _Variants(replace(self.setting, measure=one.measure), self.section)
            adds_up = isinstance(part.form, Combine) and part.form.how == "sum"
            points = not adds_up and one.points != part.points
            for found in (*inner.own(one, points=points, measure=one.measure != part.measure), *inner.inside(one)):
                yield found._replace(part=replace(part, form=_with_part(part.form, place, found.part)))


def _guard_changer(part: Part, key: str, guards: tuple[Guard, ...], place: int) -> Callable[[Expr | None], Part]:
    def changed(tree: Expr | None) -> Part:
        kept = () if tree is None else (replace(guards[place], when=tree),)
        return replace(part, **{key: (*guards[:place], *kept, *guards[place + 1 :])})  # type: ignore[arg-type]  # voids or exempts

    return changed


def _with_policy(part: Part, key: str, now: object, then: object) -> Part:
    """The part with a policy, and those inside it that inherited the one it had."""
    policies: Policies = part.policies
    if getattr(policies, key) == now:
        policies = replace(policies, **{key: then})  # type: ignore[arg-type]  # one of its keys
    form = part.form
    for place, one in enumerate(_parts_of(form)):
        form = _with_part(form, place, _with_policy(one, key, now, then))
    return replace(part, policies=policies, form=form)


def _with_inherited(part: Part, key: str, now: object, then: object) -> Part:
    """The part with other points or another measure, and those inside it that have the same from it."""
    form = part.form
    adds_up = key == "points" and isinstance(form, Combine) and form.how == "sum"
    for place, one in enumerate(() if adds_up else _parts_of(form)):
        if getattr(one, key) == now:
            form = _with_part(form, place, _with_inherited(one, key, now, then))
    return replace(part, form=form, **{key: then})  # type: ignore[arg-type]  # points or measure


def _with_part(form: Form, place: int, part: Part) -> Form:
    match form:
        case Threshold(otherwise=otherwise):
            return replace(form, otherwise=_with_part(otherwise, place, part))
        case Combine(parts=parts):
            return replace(form, parts=(*parts[:place], part, *parts[place + 1 :]))
        case Choose(options):
            option = (options[place][0], part)
            return replace(form, options=(*options[:place], option, *options[place + 1 :]))
        case _:
            raise AssertionError("a form without parts")


def _other_roundings(now: Rounding | None) -> Iterator[Rounding | None]:
    if now is None:
        yield Rounding(0)
        return
    yield None
    yield Rounding(now.places + 1, now.mode)
    if now.places:
        yield Rounding(now.places - 1, now.mode)
    yield from (Rounding(now.places, mode) for mode in ("up", "down", "half_up") if mode != now.mode)


def _policy_text(value: object) -> str:
    if isinstance(value, Rounding):
        return f"{{places: {value.places}, mode: {value.mode}}}"
    return "none" if value is None else str(value)


def _said(key: str, now: Fraction, then: Fraction | None) -> tuple[str, str]:
    return f"{key}: {decimal_text(now)}", "—" if then is None else f"{key}: {decimal_text(then)}"
