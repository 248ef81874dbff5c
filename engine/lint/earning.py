"""Points nobody can earn or lose, and caps and floors that do not fit what they bound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from engine.expr import Name
from engine.lint.book import Book, Found, finding
from engine.lint.conditions import where
from engine.lint.reach import Explored, PartSeen, forms_in, stated_points
from engine.lint.wording import points_text, shown, titled
from engine.model import (
    Choose,
    Combine,
    Fixed,
    Form,
    Item,
    Items,
    Judged,
    JudgedRange,
    NotComputable,
    Part,
    PerUnit,
    Threshold,
)
from engine.showing import interval_text
from facts.problem import Text
from facts.provenance import Position
from facts.units import POINTS
from facts.values import ZERO, Interval


def find_earning(book: Book) -> Iterator[Found]:
    """Every indicator, and every part in it."""
    for one in book.explored:
        checklists = [found for seen in one.parts for found in _checklist(one, seen)]
        yield from checklists
        if not checklists:
            yield from _range(one)
        for seen in one.parts:
            yield from _marks(one, seen)
            yield from _limits(one, seen)
            yield from _inner_parts(one, seen.part)


# --- what can be earned and lost --------------------------------------------------------------------------------------


def _range(one: Explored) -> Iterator[Found]:
    seen, part = one.whole, one.indicator.part
    points = stated_points(part)
    if points is None or not points or seen.scores is None or isinstance(part.form, NotComputable):
        return
    target, at, name = one.indicator.id, part.at, titled(part)
    full = ZERO if one.malus else points
    floor = part.floor if part.floor is not None else (-points if one.malus else ZERO)
    low, high = seen.scores
    if low == high and not isinstance(part.form, Fixed):
        text = points_text(low)
        yield finding(
            "constant-score",
            target,
            at,
            Text(f"{name.zh}无论事实如何都是 {text} 分", f"{name.en} gives {text} points whatever the facts are"),
            Text("评分标准没有起作用:核对条件和各档分值", "the criterion decides nothing: check its conditions and points"),
        )  # fmt: skip
        return
    if high < full:
        most, whole = points_text(high), points_text(full)
        yield finding(
            "points-not-earned",
            target,
            at,
            Text(f"{name.zh}满分 {whole} 分,但按评分标准最高只能得 {most} 分", f"{name.en} has {whole} points, but its criterion gives {most} at most"),
            Text("补足分值,或把 points 改为能得到的最高分", "make the criterion give all of them, or lower `points`"),
        )  # fmt: skip
    if low > max(floor, -points if one.malus else ZERO) and not part.cite.uncertain:
        least = points_text(low)
        yield finding(
            "points-never-lost",
            target,
            at,
            Text(f"{name.zh}无论事实如何至少得 {least} 分", f"{name.en} gives at least {least} points whatever the facts are"),
            Text("原文如此的,在 cite.uncertain 里说明;否则补足扣分", "if the document says so, note it in cite.uncertain; else let more be lost"),
        )  # fmt: skip


def _checklist(one: Explored, seen: PartSeen) -> Iterator[Found]:
    """An additive checklist whose entries do not add up to the points."""
    part, form = seen.part, seen.part.form
    points = stated_points(part)
    if not isinstance(form, Items) or form.sign < 0 or points is None or not points:
        return
    known = [_most(item) for item in form.items]
    total = sum((most for most in known if most is not None), ZERO)
    cap = part.cap if part.cap is not None else points
    if None not in known and total < cap and not one.malus:
        yield _sum(one, part, total, cap, Text("不足", "fall short of"))
    elif part.cap is None and total > points and not _exclusive(form.items, seen):
        yield _sum(one, part, total, points, Text("超过", "exceed"))


def _most(item: Item) -> Fraction | None:
    if item.each is not None:
        return item.limit
    return item.points if item.limit is None else min(item.points, item.limit)


def _exclusive(items: Sequence[Item], seen: PartSeen) -> bool:
    """Whether not all of the entries can apply at once; what counts (`each`) is meant to be capped."""
    state = seen.state
    for item in items:
        if item.when is None:
            return True
        state = where(state, item.when, seen.world)
    return not state


def _sum(one: Explored, part: Part, total: Fraction, points: Fraction, how: Text) -> Found:
    listed, whole, name = points_text(total), points_text(points), titled(part)
    return finding(
        "checklist-sum",
        one.indicator.id,
        part.at,
        Text(f"{name.zh}各条合计 {listed} 分,{how.zh}本项 {whole} 分", f"{name.en}: its entries add up to {listed} and {how.en} its {whole} points"),
        Text("改各条分值或本项分值;有意封顶的写明 cap", "correct the entries or the points; where a cap is meant, state `cap`"),
    )  # fmt: skip


# --- marks ------------------------------------------------------------------------------------------------------------


def _marks(one: Explored, seen: PartSeen) -> Iterator[Found]:
    """Ranges of marks the concept they are given in does not allow."""
    for form in forms_in(seen.part.form):
        if not isinstance(form, Judged):
            continue
        allowed = seen.world.span(Name(form.concept)) or Interval()
        for given in form.ranges:
            if not (allowed.contains(given.low) and allowed.contains(given.high)):
                yield _out_of_range(one, given, allowed, shown(Name(form.concept), seen.world))


def _out_of_range(one: Explored, given: JudgedRange, allowed: Interval, label: str) -> Found:
    low, high, span = points_text(given.low), points_text(given.high), interval_text(allowed, POINTS)
    return finding(
        "marks-out-of-range",
        one.indicator.id,
        given.at if given.at.line else one.indicator.part.at,
        Text(f"评分区间 {low}-{high} 超出数据项“{label}”允许的 {span}", f"the marks {low} to {high} are outside what {label} allows: {span}"),
        Text("改 from、to,或改词表里的 minimum、maximum", "correct `from` and `to`, or `minimum` and `maximum` in the vocabulary"),
    )  # fmt: skip


# --- limits and floors ------------------------------------------------------------------------------------------------


def _limits(one: Explored, seen: PartSeen) -> Iterator[Found]:
    part = seen.part
    points = stated_points(part)
    if points is None or not points:
        return
    for at, amount, limit in _limited(part.form, part.at):
        if limit > points:
            yield _limit_above(one, at, limit, points)
        elif limit < amount:
            yield _limit_below(one, at, limit, amount)
    endless = next(_endless(part.form), None)
    if endless and part.floor is None and not one.malus and not part.cite.uncertain and not _says_floor(part):
        yield _no_floor(one, part)


def _limited(form: Form, at: Position) -> Iterator[tuple[Position, Fraction, Fraction]]:
    """Place, amount and limit of everything in a form that has a limit."""
    if isinstance(form, Threshold):
        yield from _limited(form.otherwise, at)
    if isinstance(form, PerUnit) and form.limit is not None:
        yield at, form.amount, form.limit
    if isinstance(form, Items):
        for item in form.items:
            if item.limit is not None:
                yield item.at, item.points, item.limit


def _limit_above(one: Explored, at: Position, limit: Fraction, points: Fraction) -> Found:
    bound, whole = points_text(limit), points_text(points)
    return finding(
        "limit-above-points",
        one.indicator.id,
        at,
        Text(f"limit {bound} 分高于本项分值 {whole} 分", f"the limit of {bound} is above the item's {whole} points"),
        Text(f"limit 不超过 {whole},或改 points", f"let the limit be {whole} at most, or correct `points`"),
    )


def _limit_below(one: Explored, at: Position, limit: Fraction, amount: Fraction) -> Found:
    bound, once = points_text(limit), points_text(amount)
    return finding(
        "limit-below-step",
        one.indicator.id,
        at,
        Text(f"一次就是 {once} 分,limit 却只有 {bound} 分", f"one step is {once} points, the limit only {bound}"),
        Text("改 limit 或每次的分值", "correct the limit or the points of a step"),
    )


def _endless(form: Form) -> Iterator[Form]:
    """Deductions that grow with a count or a measure and have no limit of their own."""
    if isinstance(form, Threshold):
        yield from _endless(form.otherwise)
    if isinstance(form, PerUnit) and form.sign < 0 and form.limit is None and form.amount:
        yield form
    counted = form.items if isinstance(form, Items) and form.sign < 0 else ()
    if any(item.each is not None and item.limit is None and item.points for item in counted):
        yield form


_FLOOR_WORDS = ("扣完", "扣至", "扣到", "扣为0", "扣为 0", "最多扣", "不超过", "为止", "不低于", "最低", "封底")


def _says_floor(part: Part) -> bool:
    return any(word in part.cite.quote for word in _FLOOR_WORDS)


def _no_floor(one: Explored, part: Part) -> Found:
    name = titled(part)
    return finding(
        "deduction-without-floor",
        one.indicator.id,
        part.at,
        Text(f"{name.zh}的扣分没有写明扣到何处为止", f"{name.en}: nothing says where its deductions end"),
        Text("扣完为止的写 floor: 0;扣分有上限的写 limit", "write `floor: 0` where all can be lost, `limit` where not all can"),
    )  # fmt: skip


# --- parts and the whole they stand in --------------------------------------------------------------------------------


def _inner_parts(one: Explored, part: Part) -> Iterator[Found]:
    points, cap = stated_points(part), part.cap
    form = part.form
    if points is None or not isinstance(form, Combine | Choose) or one.malus:
        return
    inner = form.parts if isinstance(form, Combine) else tuple(option for _, option in form.options)
    most = cap if cap is not None else points
    for one_part in inner:
        own = one_part.cap if one_part.cap is not None else stated_points(one_part)
        if own is not None and own > most:
            yield _part_above(one, one_part, own, most)
    known = {stated_points(one_part) for one_part in inner}
    if isinstance(form, Combine) and form.how in ("average", "weighted") and len(known) > 1:
        yield finding(
            "uneven-parts",
            one.indicator.id,
            part.at,
            Text("求平均或加权的各部分满分不同,权重因此走样", "the averaged parts have different points, which distorts their weights"),
            Text("各部分用同一满分(不写 points),轻重写进 weight", "give all the same points (leave `points` out); say weights by `weight`"),
        )  # fmt: skip


def _part_above(one: Explored, part: Part, own: Fraction, most: Fraction) -> Found:
    upper, whole = points_text(own), points_text(most)
    return finding(
        "part-above-whole",
        one.indicator.id,
        part.at,
        Text(f"这一部分最高 {upper} 分,所在项最高只有 {whole} 分", f"this part gives up to {upper}, what it stands in {whole} at most"),
        Text("改部分或整体的 points / cap,使之一致", "correct `points` or `cap` of either so that they agree"),
    )  # fmt: skip
