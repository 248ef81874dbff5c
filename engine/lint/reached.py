"""Cases that are never reached, and conditions that hold always or never."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from engine.expr import Comparison, Expr, Is, Logic, Not, Number, Quantifier
from engine.lint.book import Book, Found, finding
from engine.lint.conditions import ANYTHING, State, always, never, where
from engine.lint.reach import Explored, PartSeen, Seen
from engine.lint.values import World
from engine.lint.wording import shown
from engine.model import Items, PerUnit
from engine.walk import children, nodes, zeros_of
from facts.problem import Text
from facts.provenance import Position
from facts.units import PLAIN
from facts.values import ZERO

_KINDS = {
    "applies": Text("适用条件", "the condition of `applies`"),
    "void": Text("作废条件", "the condition of `void`"),
    "exempt": Text("免评条件", "the condition of `exempt`"),
    "full": Text("满分条件", "the condition for full points"),
    "item": Text("这一条的条件", "the condition of this entry"),
    "band": Text("这一档", "this band"),
    "option": Text("这一选项", "this option"),
    "range": Text("这一评分区间", "this range of marks"),
}
# A longer condition is not taken apart: nobody wrote it by hand.
MAX_NODES = 120
MAX_OPERANDS = 12
_LISTED = ("band", "option", "range")


def find_reached(book: Book) -> Iterator[Found]:
    """Every case and condition of the indicators, and those above them."""
    for one in book.explored:
        worlds = {id(seen.part): seen.world for seen in one.parts}
        for case in one.cases:
            yield from _case(one, case, worlds[id(case.part)])
        for seen in one.parts:
            yield from _counts(one, seen)
    yield from _above(book)


def _case(one: Explored, case: Seen, world: World) -> Iterator[Found]:
    target = one.indicator.id
    if not case.start or (not case.before and case.kind not in _LISTED):
        return
    if case.when is None:
        if case.kind in _LISTED and not case.after:
            yield _idle_otherwise(target, case)
        return
    faults = tuple(faults_within(case.when, world, target))
    yield from faults
    if any(fault.problem.code == "contradictory-condition" for fault in faults):
        return
    if case.kind in _LISTED:
        if not case.after:
            yield _never_reached(target, case, world)
    elif not case.after and where(case.before, case.when, world, holds=False):
        # Where it neither holds nor fails there is no value to compare: that is told of the denominator.
        yield _never(target, case.at, _KINDS[case.kind], case.when, world)
    elif case.after and not where(case.before, case.when, world, holds=False):
        yield _always(target, case.at, _KINDS[case.kind], case.when, world)


def _never_reached(target: str, case: Seen, world: World) -> Found:
    what, text = _KINDS[case.kind], shown(case.when, world) if case.when is not None else ""
    if not where(case.start, case.when, world) if case.when is not None else False:
        return finding(
            "unreachable-case",
            target,
            case.at,
            Text(f"{what.zh}“{text}”永远轮不到:事实取不到这样的值", f"{what.en} ({text}) is never reached: no facts give such a value"),
            Text("改条件,或删去;数据项的范围写错了就改词表", "correct the condition or remove it; or correct the concept's range"),
        )  # fmt: skip
    return finding(
        "masked-case",
        target,
        case.at,
        Text(f"{what.zh}“{text}”被前面的各条盖住,永远轮不到", f"{what.en} ({text}) is covered by those before it and never reached"),
        Text("把更窄的条件放在前面,或删去这一条", "put the narrower condition first, or remove this one"),
    )  # fmt: skip


def _idle_otherwise(target: str, case: Seen) -> Found:
    return finding(
        "idle-otherwise",
        target,
        case.at,
        Text("前面的各条已经周全,otherwise 永远轮不到", "what stands before is complete; `otherwise` is never reached"),
        Text("可以删去 otherwise", "`otherwise` can be removed"),
    )


def _never(target: str, at: Position, what: Text, when: Expr, world: World) -> Found:
    text = shown(when, world)
    return finding(
        "never-holds",
        target,
        at,
        Text(f"{what.zh}“{text}”在任何事实下都不成立", f"{what.en} ({text}) holds for no facts"),
        Text("改条件,或删去这一条;数据项的范围写错了就改词表", "correct or remove it; or correct the concept's range"),
    )


def _always(target: str, at: Position, what: Text, when: Expr, world: World) -> Found:
    text = shown(when, world)
    return finding(
        "always-holds",
        target,
        at,
        Text(f"{what.zh}“{text}”在任何事实下都成立", f"{what.en} ({text}) holds whatever the facts are"),
        Text("改条件;确实无条件的,不要写成条件", "correct it; what has no condition should not be written as one"),
    )


# --- within one condition ---------------------------------------------------------------------------------------------


def faults_within(tree: Expr, world: World, target: str) -> Iterator[Found]:
    """Parts of a condition that exclude each other, or say again what another says."""
    if sum(1 for _ in islice(nodes(tree), MAX_NODES + 1)) > MAX_NODES:
        return
    if isinstance(tree, Logic):
        yield from _logic(tree, world, target)
    inner = world.rows_of(tree.table) if isinstance(tree, Quantifier) else world
    if isinstance(tree, Logic | Not | Quantifier):
        for child in children(tree):
            yield from faults_within(child, inner, target)


def _logic(tree: Logic, world: World, target: str) -> Iterator[Found]:
    text = shown(tree, world)
    if tree.op == "and" and never(tree, world) and not any(never(one, world) for one in tree.operands):
        yield finding(
            "contradictory-condition",
            target,
            tree.at,
            Text(f"“{text}”自相矛盾,不能同时成立", f"{text}: these exclude each other"),
            Text("“或”写成了“且”?或上下限写反了?", "`or` rather than `and`? Or the limits the wrong way round?"),
        )
        return
    if tree.op == "or" and always(tree, world) and not any(always(one, world) for one in tree.operands):
        yield finding(
            "contradictory-condition",
            target,
            tree.at,
            Text(f"“{text}”包含了一切情形,等于没有条件", f"{text}: between them these cover everything"),
            Text("“且”写成了“或”?", "`and` rather than `or`?"),
        )
        return
    for place, one in enumerate(tree.operands if len(tree.operands) <= MAX_OPERANDS else ()):
        if _idle(tree, place, world):
            yield finding(
                "redundant-condition",
                target,
                getattr(one, "at", tree.at),
                Text(f"“{shown(one, world)}”多余:“{text}”去掉它也一样", f"{shown(one, world)} is idle in {text}"),
                Text("删去它,或改成原意", "remove it, or write what was meant"),
            )
            return


def _idle(tree: Logic, place: int, world: World) -> bool:
    """Whether an operand changes nothing: implied by the others (and), or implying one of them (or)."""
    one = tree.operands[place]
    others = [other for n, other in enumerate(tree.operands) if n != place]
    if not isinstance(one, Comparison | Is) or always(one, world) or never(one, world):
        return False
    if any(
        where(where(ANYTHING, one, world, holds=tree.op == "or"), zero, world) for o in others for zero in zeros_of(o)
    ):
        # What is divided by zero decides nothing; this operand does.
        return False
    state: State = ANYTHING
    for other in others:
        state = where(state, other, world, holds=tree.op == "and")
    return bool(state) and not where(state, one, world, holds=tree.op == "or")


# --- counts and units that never move anything ------------------------------------------------------------------------


def _counts(one: Explored, seen: PartSeen) -> Iterator[Found]:
    form = seen.part.form
    if isinstance(form, Items):
        for item in form.items:
            more = item.each is not None and Comparison(">", item.each, Number(ZERO, PLAIN), item.at)
            if more and seen.state and not where(seen.state, more, seen.world):
                assert item.each is not None
                yield _never(one.indicator.id, item.at, _KINDS["item"], more, seen.world)
    if isinstance(form, PerUnit) and seen.state:
        yield from _per_unit(one, seen, form)
    inner = getattr(form, "otherwise", None)
    if isinstance(inner, PerUnit) and seen.state:
        left = where(seen.state, form.full, seen.world, holds=False)  # type: ignore[union-attr]  # only they have one
        if left:
            yield from _per_unit(one, PartSeen(seen.part, seen.world, left, None, None), inner)


def _per_unit(one: Explored, seen: PartSeen, form: PerUnit) -> Iterator[Found]:
    op = {"over": ">", "under": "<", "around": "!="}[form.side]
    beyond = Comparison(op, seen.world.measure or form.base, form.base)  # type: ignore[arg-type]  # an operator
    if seen.world.rounding is not None or where(seen.state, beyond, seen.world):
        return
    verb = Text("扣分", "deduction") if form.sign < 0 else Text("加分", "gain")
    side = {"over": Text("超过", "over"), "under": Text("低于", "under"), "around": Text("偏离", "off")}[form.side]
    base = shown(form.base, seen.world)
    yield finding(
        "idle-per-unit",
        one.indicator.id,
        seen.part.at,
        Text(f"此处测算值不会{side.zh} {base},按单位{verb.zh}永远不起作用", f"the measure is never {side.en} {base} here: the {verb.en} per unit never applies"),
        Text("over 和 under 写反了?基准写错了?", "`over` for `under`? Or another base?"),
    )  # fmt: skip


# --- above the indicators ---------------------------------------------------------------------------------------------


def _above(book: Book) -> Iterator[Found]:
    rulebook, world = book.rulebook, book.world()
    for section in rulebook.sections:
        if section.counts_if is not None:
            gate = Text("计入条件", "the condition of `counts_if`")
            yield from _plain(section.id, section.at, gate, section.counts_if, book.world(section.id))
    for veto in rulebook.vetoes:
        yield from _plain(veto.id, veto.at, Text("否决条件", "the condition of the veto"), veto.when, world)
    for check in rulebook.checks:
        yield from _plain(check.id, check.at, Text("勾稽关系", "the check"), check.that, world)


def _plain(target: str, at: Position, what: Text, when: Expr, world: World) -> Iterator[Found]:
    faults = tuple(faults_within(when, world, target))
    yield from faults
    if any(fault.problem.code == "contradictory-condition" for fault in faults):
        return
    if never(when, world):
        if not always(when, world):
            yield _never(target, at, what, when, world)
    elif always(when, world):
        yield _always(target, at, what, when, world)
