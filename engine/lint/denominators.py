"""Division by what can be zero: targets that reward everything, denominators that are nothing."""

from __future__ import annotations

from collections.abc import Iterator

from engine.expr import Comparison, Expr, Number
from engine.lint.book import Book, Found, finding
from engine.lint.conditions import State, where
from engine.lint.reach import Explored, PartSeen, forms_in
from engine.lint.wording import shown
from engine.model import Part, Proportional, Threshold
from engine.walk import zero_denominators
from facts.problem import Text
from facts.units import PLAIN
from facts.values import ZERO

_WHAT = {
    "undetermined": Text("待定", "undetermined"),
    "not_applicable": Text("不适用", "not applicable"),
    "zero": Text("得零分", "zero points"),
    "full": Text("得满分", "full points"),
}


def find_denominators(book: Book) -> Iterator[Found]:
    """Every part that divides, or has a target."""
    for one in book.explored:
        told: set[Expr] = set()
        for seen in one.parts:
            yield from _target(one, seen)
            yield from _divides(one, seen, told)


def _is(tree: Expr, op: str) -> Comparison:
    return Comparison(op, tree, Number(ZERO, PLAIN))  # type: ignore[arg-type]  # an operator


def _target(one: Explored, seen: PartSeen) -> Iterator[Found]:
    state = seen.state
    for form in forms_in(seen.part.form):
        if isinstance(form, Proportional) and seen.world.constant(form.to) is None:
            yield from _zero_target(one, seen, form, state)
        if isinstance(form, Threshold):
            state = where(state, form.full, seen.world, holds=False)


def _zero_target(one: Explored, seen: PartSeen, form: Proportional, state: State) -> Iterator[Found]:
    span = [seen.world.span(form.to, box) for box in state]
    if not where(state, _is(form.to, "="), seen.world) or all(s is None for s in span) or seen.part.cite.uncertain:
        return
    text = shown(form.to, seen.world)
    if form.direction == "at_least":
        result = Text(
            f"目标“{text}”可以为 0,那时不做也得满分",
            f"the target {text} can be 0; then doing nothing gives full points",
        )
    else:
        result = Text(f"反向比例的目标“{text}”可以为 0,那时一有发生就得 0 分", f"the reverse target {text} can be 0; then anything at all gives 0")  # fmt: skip
    yield finding(
        "target-may-be-zero",
        one.indicator.id,
        seen.part.at,
        result,
        Text(f"写明目标为 0 时怎么办:applies: {text} > 0,或用 choose 分开", f"say what a target of 0 means: `applies: {text} > 0`, or a `choose`"),
    )  # fmt: skip


def _divides(one: Explored, seen: PartSeen, told: set[Expr]) -> Iterator[Found]:
    for condition in zero_denominators(seen.part):
        if condition in told or not seen.state:
            continue
        told.add(condition)
        zero = where(seen.state, condition, seen.world)
        text = shown(condition.left if isinstance(condition, Comparison) else condition, seen.world)
        if zero and not where(seen.state, condition, seen.world, holds=False):
            yield finding(
                "zero-denominator-always",
                one.indicator.id,
                seen.part.at,
                Text(f"分母“{text}”只能是 0", f"the denominator {text} can only be 0"),
                Text("改公式,或改数据项的范围", "correct the formula, or the range of the concept"),
            )
        elif zero and _silent(seen.part):
            yield _unsaid(one, seen, text)


def _silent(part: Part) -> bool:
    return "zero_denominator" not in part.stated and not part.cite.uncertain


def _unsaid(one: Explored, seen: PartSeen, text: str) -> Found:
    what = _WHAT[seen.part.policies.zero_denominator]
    policy = seen.part.policies.zero_denominator
    return finding(
        "silent-zero-denominator",
        one.indicator.id,
        seen.part.at,
        Text(f"分母“{text}”可以为 0,本项没有写明怎么办;按规则集的默认:{what.zh}", f"the denominator {text} can be 0 and the item is silent; the rulebook's default is {what.en}"),
        Text(f"在本项写 zero_denominator: {policy}(或别的处理)", f"write `zero_denominator: {policy}`, or what is meant, on the item"),
    )  # fmt: skip
