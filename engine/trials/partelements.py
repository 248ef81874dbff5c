"""The elements of one part and of those inside it; what no facts can reach, by exact interval reasoning, is left out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from engine import ranges
from engine.bands import domain_of, values_of
from engine.compute import Compiler
from engine.expr import NOWHERE, Aggregate, Comparison, Expr, Number
from engine.model import Part, PerUnit
from engine.plan import (
    Branch,
    ByFormula,
    ByItems,
    ByJudgement,
    ByMeasure,
    ByParts,
    Effect,
    FixedPoints,
    Measure,
    OnePart,
    PlanItem,
    PlanPart,
    SharePoints,
)
from engine.ranges import Ranges
from engine.showing import formula_text
from engine.trials.watching import Elements, Kind, Owner, Watching, plain_name, watch
from engine.typecheck import Scope
from engine.walk import zero_denominators
from facts.problem import Text
from facts.provenance import Position
from facts.values import Rounding

_GUARDS = ("applies", "void", "exempt")
BOUND_WORDS = {"floor": Text("下限", "floor"), "cap": Text("上限", "cap"), "limit": Text("限额", "limit")}


@dataclass(slots=True)
class PartElements:
    """Collects the elements of one part, and of those inside it."""

    found: Elements
    plan: PlanPart
    owner: Owner
    path: str
    section: str
    # Facts that, stated not to apply, make a part around this one not applicable already.
    outer: frozenset[str] = frozenset()
    # What the measure can still be here, and what a part around this one divided by.
    allowed: Ranges | None = None
    divided: tuple[Expr, ...] = ()

    def collect(self) -> None:
        """Branches, what they compare, what they do, and the policies that can matter."""
        self.found.paths[id(self.plan)] = self.path
        within = self._within()
        for place, branch in enumerate(self.plan.branches):
            if self._reachable(branch, within[place]):
                self._branch(place, branch.name, branch.condition)
        zeros = tuple(zero_denominators(self.plan.part))
        skip = tuple(zero.left for zero in zeros if isinstance(zero, Comparison))
        watching = Watching(self.path, self.owner, self.section, skip, self.allowed)
        for selection in self.plan.selections:
            watch(self.found, selection, watching)
        for place, branch in enumerate(self.plan.branches):
            if within[place] != ():
                self._effect(place, branch.effect, within[place], (*self.divided, *zeros))
        self._policies()

    def _within(self) -> list[Ranges | None]:
        """For each branch, what the measure can be when it is the first to hold; None where that is not known."""
        part, book = self.plan.part, self.found.plan.rulebook
        free = self.allowed
        if free is None and self.plan.measure is not None and part.measure is not None:
            scope = Scope(book.vocabulary, book.parameters_in(self.section))
            free = ranges.ranges(domain_of(part.measure, scope))
        found: list[Ranges | None] = []
        for branch in self.plan.branches:
            values = None if branch.condition is None else values_of(branch.condition)
            if free is None or values is None:
                found.append(free)
            else:
                found.append(ranges.intersection(free, values))
                free = ranges.intersection(free, ranges.complement(values))
        return found

    def _reachable(self, branch: Branch, within: Ranges | None) -> bool:
        if branch.name == "not-applicable":
            return not self._inapplicable() <= self.outer
        if branch.name == "zero-denominator":
            return not set(zero_denominators(self.plan.part)) <= set(self.divided)
        return within != ()

    def _inapplicable(self) -> frozenset[str]:
        return frozenset(self.plan.selections[0].inapplicable) if self.plan.selections else frozenset()

    def _inner(self, part: PlanPart, path: str, within: Ranges | None, divided: tuple[Expr, ...]) -> None:
        outer = self.outer | self._inapplicable()
        allowed = within if part.part.measure == self.plan.part.measure else None
        inner = f"{self.path}.{path}"
        PartElements(self.found, part, self.owner, inner, self.section, outer, allowed, divided).collect()

    def _add(self, key: str, kind: Kind, at: Position, words: Text) -> None:
        self.found.add(f"{self.path}/{key}", kind, self.owner, at if at.line else self.plan.part.at, words)

    def _branch(self, place: int, name: str, condition: Expr | None) -> None:
        part = self.plan.part
        guard = name.partition("-")[0]
        at = part.form.at if condition is None else getattr(condition, "at", NOWHERE)
        kind: Kind = "guard" if guard in _GUARDS else "branch"
        if name in ("not-applicable", "zero-denominator"):
            kind, at = "policy", part.at
            words = Text("事实不适用", "a fact does not apply")
            if name == "zero-denominator":
                words = Text("分母为零", "the denominator is zero")
        else:
            said = name if condition is None else f"{name}: {formula_text(condition, self._namer)}"
            words = Text(f"情形 {said}", f"case {said}")
        if name == "otherwise" and part.form.at.line:
            at = _otherwise_at(part) or at
        self._add(f"branch:{place}:{name}", kind, at, words)

    def _namer(self, node: Expr) -> str:
        return plain_name(self.found.plan.rulebook, node)

    def _effect(self, place: int, effect: Effect, within: Ranges | None, divided: tuple[Expr, ...]) -> None:
        match effect:
            case OnePart(part):
                self._inner(part, f"{place + 1}", within, divided)
            case ByParts(_, parts):
                for number, part in enumerate(parts, 1):
                    self._inner(part, f"{place + 1}.{number}", within, divided)
            case ByItems(items):
                for item in items:
                    self._item(item)
                if _items_reach(items, self.plan):
                    words = Text("扣到下限或加到上限", "the items reach the floor or the cap")
                    self._add("items/bound", "bound", self.plan.part.form.at, words)
            case ByMeasure(form=PerUnit() as form):
                if form.partial_unit != "linear" and not self._in_whole_units(form):
                    words = Text("不足一个单位的零头", "a partial unit")
                    self._add("policy:partial_unit", "policy", form.at, words)
                bound = "limit" if form.limit is not None else "cap" if form.sign > 0 else "floor"
                words = Text(f"达到{BOUND_WORDS[bound].zh}", f"the {BOUND_WORDS[bound].en} is reached")
                self._add(f"per-unit/{bound}", "bound", form.at, words)
            case ByJudgement(measure, low, high) if self._can_leave(measure, low, high):
                words = Text("评定分超出允许范围", "a mark outside the range allowed")
                self._add(f"judged:{place}/outside", "bound", self.plan.part.form.at, words)

    def _in_whole_units(self, form: PerUnit) -> bool:
        """Whether the measure is counted in whole units of the step, so that no part of one can be left over."""
        measure, base = self.plan.measure, form.base
        book = self.found.plan.rulebook
        compiler = Compiler(book.vocabulary, book.parameters_in(self.section))
        whole = measure is not None and compiler.is_whole(measure.tree) and form.per == 1
        return whole and isinstance(base, Number) and base.value.denominator == 1

    def _can_leave(self, measure: Measure, low: Fraction, high: Fraction) -> bool:
        """Whether the assessor's concept allows a mark outside the range."""
        book = self.found.plan.rulebook
        domain = domain_of(measure.tree, Scope(book.vocabulary, book.parameters_in(self.section)))
        return domain.lo is None or domain.hi is None or domain.lo < low or domain.hi > high

    def _item(self, item: PlanItem) -> None:
        decision, base = item.decision, f"item:{item.number}"
        at = getattr(decision.conditions[0], "at", NOWHERE)
        said = item.title or item.reason or formula_text(decision.conditions[0], self._namer)
        self._add(base, "item", at, Text(f"“{said}”成立", f"“{said}” holds"))
        self._add(f"{base}/not", "item", at, Text(f"“{said}”不成立", f"“{said}” does not hold"))
        if item.limit is not None and item.count is not None:
            self._add(f"{base}/limit", "bound", at, Text(f"“{said}”达到限额", f"“{said}” reaches its limit"))
        if item.count is not None:
            self._add(f"{base}/many", "item", at, Text(f"“{said}”不止一次", f"“{said}” more than once"))
        watch(self.found, decision, Watching(f"{self.path}/{base}", self.owner, self.section))

    def _policies(self) -> None:
        part = self.plan.part
        own = [effect for effect in (b.effect for b in self.plan.branches) if not isinstance(effect, OnePart | ByParts)]
        reads = any(selection.concepts for selection in self.plan.selections) or any(map(_reads, own))
        if reads:
            self._add("policy:missing", "policy", part.at, Text("事实缺失", "facts are missing"))
        if part.policies.round_measure is not None and self.plan.measure is not None:
            self._add("policy:round_measure", "policy", part.at, Text("测算值有舍入", "the measure is rounded"))
        rounding = part.policies.round_score
        if rounding is not None and any(_needs_rounding(effect, rounding) for effect in own):
            self._add("policy:round_score", "policy", part.at, Text("得分有舍入", "the score is rounded"))
        for name, bound in (("floor", part.floor), ("cap", part.cap)):
            if bound is not None:
                words = Text(f"达到{BOUND_WORDS[name].zh}", f"the {BOUND_WORDS[name].en} binds")
                self._add(name, "bound", part.at, words)


def _otherwise_at(part: Part) -> Position | None:
    """Where what `otherwise` gives stands."""
    inner = getattr(part.form, "otherwise", None)
    at: Position | None = getattr(inner, "at", None)
    return at if at is not None and at.line else None


def _reads(effect: Effect) -> bool:
    match effect:
        case ByMeasure(measure) | ByFormula(measure) | ByJudgement(measure):
            return bool(measure.concepts)
        case ByItems(items):
            return any(item.decision.concepts for item in items)
        case _:
            return False


def _needs_rounding(effect: Effect, rounding: Rounding) -> bool:
    """Whether an effect can give points that rounding alters."""
    match effect:
        case FixedPoints(points):
            return rounding(points) != points
        case ByItems(items):
            return any(rounding(item.points) != item.points for item in items)
        case ByMeasure(form=PerUnit() as form):
            return form.partial_unit == "linear" or rounding(form.amount) != form.amount
        case ByMeasure() | ByFormula() | ByParts():
            return not isinstance(effect, ByParts) or effect.how in ("average", "weighted")
        case _:
            return isinstance(effect, SharePoints)


def _items_reach(items: tuple[PlanItem, ...], plan: PlanPart) -> bool:
    """Whether items that can hold together go beyond what floor and cap allow."""
    if not isinstance(plan.points, Fraction):
        return True
    if any(one.count is not None and one.limit is None for one in items):
        return True
    worth = [(one, one.limit if one.limit is not None else one.points) for one in items]
    most = max(
        (
            sum((points for _, points in some), Fraction(0))
            for size in range(1, min(len(worth), MAX_TOGETHER) + 1)
            for some in combinations(worth, size)
            if not any(_exclusive(one, other) for (one, _), (other, _) in combinations(some, 2))
        ),
        default=Fraction(0),
    )
    return most > plan.points


MAX_TOGETHER = 6


def _exclusive(one: PlanItem, other: PlanItem) -> bool:
    """Whether two items cannot hold together: one counts rows of a table that the other says is empty."""
    trees = (one.decision.conditions[0], other.decision.conditions[0])
    return any(_some_rows(a) is not None and _some_rows(a) == _no_rows(b) for a, b in (trees, trees[::-1]))


def _some_rows(tree: Expr) -> str | None:
    """The table of which a condition wants rows."""
    match tree:
        case Comparison(">", Aggregate("count", table), Number(value)) if value >= 0:
            return table
        case _:
            return None


def _no_rows(tree: Expr) -> str | None:
    """The table a condition says has no rows at all."""
    match tree:
        case Comparison("<=" | "=", Aggregate("count", table, where=None), Number(value)) if value == 0:
            return table
        case _:
            return None
