"""Forms of a criterion as sentences: one writer for each row of the forms table in docs/rule-language.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.expr import Aggregate, Comparison, Expr, Name, Number, Subject
from engine.model import (
    Bands,
    Choose,
    Combine,
    Fixed,
    Form,
    Interpolate,
    Item,
    Items,
    Judged,
    NotComputable,
    Part,
    PerUnit,
    PointsFormula,
    Proportional,
    Threshold,
)
from engine.wordings import Words, amount, joined, numeral, points, say, spaced, those, titled, with_gap
from facts.problem import NO_TEXT, Text
from facts.units import COUNT, PERCENT, PLAIN, Unit
from facts.values import ONE, ZERO

# Numbering by depth: (1), ①, [1].
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True, slots=True)
class Around:
    """Where a form stands: what writes its formulas, the part it belongs to, and what writes parts inside it."""

    words: Words
    part: Part
    malus: bool
    depth: int
    inner: Callable[[Part], Text]

    @property
    def most(self) -> Text:
        """Full points, with their number where it is fixed."""
        if self.malus:
            return Text("不扣分", "nothing is deducted")
        if isinstance(self.part.points, Fraction):
            return say("得满分 {n}", "full points ({n})", n=points(self.part.points))
        return Text("得满分", "full points")

    @property
    def full(self) -> Text:
        """What full points are, for a formula: their number, or the words."""
        if isinstance(self.part.points, Fraction):
            return points(self.part.points)
        return Text("本项分值", "the item's points")

    def gives(self, value: Fraction) -> Text:
        """What a stated number of points means: given, not given, or taken off."""
        if self.malus and value == 0:
            return self.most
        if value == 0:
            return Text("不得分", "no points")
        if value < 0:
            return say("扣 {n}", "{n} off", n=points(-value))
        # Under malus the points are the most that is taken off; so many given are not "nothing off".
        if self.malus or not isinstance(self.part.points, Fraction) or value != self.part.points:
            return say("得 {n}", "{n}", n=points(value))
        return self.most


def form_text(form: Form, around: Around) -> Text:
    """The sentence of a form."""
    match form:
        case Threshold():
            return _threshold(form, around)
        case Bands(bands):
            cases = [(band.when, around.gives(band.points)) for band in bands]
            return joined([_case(when, gives, around) for when, gives in cases], ";", "; ")
        case PerUnit():
            return _per_unit(form, around)
        case Items():
            return _items(form, around)
        case Proportional():
            return _proportional(form, around)
        case Interpolate():
            return _interpolate(form, around)
        case Judged():
            return _judged(form, around)
        case PointsFormula(formula):
            return say("得分按公式计:{x}", "points by the formula {x}", x=around.words.quantity(formula))
        case Fixed(value):
            # In a case of a choice, the case is what makes it so.
            return around.gives(value) if around.depth else say("一律{x}", "always {x}", x=around.gives(value))
        case NotComputable(reason):
            return say("本条无法计算,得分待定({reason})", "cannot be computed, undetermined ({reason})", reason=reason)
        case _:
            return _parts(form, around)


def listed(texts: Sequence[Text], depth: int) -> Text:
    """Texts numbered by how deep they stand."""
    numbered = [
        say("{n}{x}", "{n_en} {x}", n=_number(place, depth), n_en=_number(place, depth), x=text)
        for place, text in enumerate(texts, 1)
    ]
    return joined(numbered, ";", "; ")


def _number(place: int, depth: int) -> str:
    if depth == 0:
        return f"({place})"
    if depth == 1 and place <= len(_CIRCLED):
        return _CIRCLED[place - 1]
    return f"[{depth}.{place}]"


def _case(when: Expr | None, gives: Text, around: Around) -> Text:
    if when is None:
        return say("其余{gives}", "otherwise {gives}", gives=gives)
    return say("{when},{gives}", "where {when}: {gives}", when=those(around.words.condition(when)), gives=gives)


def _threshold(form: Threshold, around: Around) -> Text:
    if _says_full(form, around):
        # 不高于 100% 的得满分 stands in the other form's sentence already.
        return form_text(form.otherwise, around)
    full = _case(form.full, around.most, around)
    if isinstance(form.otherwise, Fixed):
        return say("{full};否则{rest}", "{full}; otherwise {rest}", full=full, rest=around.gives(form.otherwise.points))
    rest = form_text(form.otherwise, around)
    return say("{full};否则:{rest}", "{full}; otherwise: {rest}", full=full, rest=enclosed(rest))


def _says_full(form: Threshold, around: Around) -> bool:
    """Whether the other form gives full points where this one does, and nowhere else that this one does not reach."""
    other, full = form.otherwise, form.full
    if not isinstance(full, Comparison) or not isinstance(full.left, Subject):
        return False
    if isinstance(other, PerUnit) and other.sign < 0 and other.start is None:
        return (full.op, full.right) == ({"over": "<=", "under": ">=", "around": "="}[other.side], other.base)
    if isinstance(other, Proportional) and other.up_to == ONE:
        return (full.op, full.right) == (">=" if other.direction == "at_least" else "<=", other.to)
    return False


def enclosed(text: Text) -> Text:
    """A text of several clauses in brackets, so that what follows is not taken for one of them."""
    several = ";" in text.zh or "。" in text.zh
    return say("〔{x}〕", "[{x}]", x=text) if several else text


# --- one measure ------------------------------------------------------------------------------------------------------

_WITHIN = {
    "over": Text("不高于", "is at most"),
    "under": Text("不低于", "is at least"),
    "around": Text("等于", "equals"),
}
_BEYOND = {
    "over": Text("超过", "above it"),
    "under": Text("低于", "below it"),
    "around": Text("偏离(高于或低于)", "away from it on either side"),
}
_PARTIAL = {
    "up": Text("不足 {per}按 {per}计", "less than {per} counts as {per}"),
    "down": Text("不足 {per}不计", "less than {per} does not count"),
    "linear": Text("不足 {per}按比例计", "less than {per} counts in proportion"),
}


def _per_unit(form: PerUnit, around: Around) -> Text:
    words, per = around.words, spaced(amount(form.per, form.per_unit))
    start = around.most if form.start is None and form.sign < 0 else around.gives(form.start or ZERO)
    if form.start is None and form.sign > 0:
        start = Text("不加分", "nothing is added")
    within = say(
        "{m}{is_}{base}的,{start}",
        "where {m} {is_} {base}: {start}",
        m=words.subject,
        is_=_WITHIN[form.side],
        base=spaced(with_gap(words.quantity(form.base))),
        start=start,
    )
    partial = _PARTIAL[form.partial_unit]
    move = say(
        "每{beyond} {per}{verb} {n}({partial})",
        "{n} {verb} for every {per} {beyond} ({partial})",
        beyond=_BEYOND[form.side],
        per=per,
        verb=Text("扣", "off") if form.sign < 0 else Text("加", "added"),
        n=points(form.amount),
        partial=say(partial.zh, partial.en, per=per),
    )
    move = joined([move, *_end(form.limit, around, form.sign)], ",", ", ")
    return joined([within, move], ";", "; ")


def _end(limit: Fraction | None, around: Around, sign: int) -> list[Text]:
    """Where deductions or additions end: at their own limit, and at the floor or cap of the part."""
    found = []
    if limit is not None:
        zh, en = ("最多扣 {n}", "at most {n} off") if sign < 0 else ("最多加 {n}", "at most {n} added")
        found.append(say(zh, en, n=points(limit)))
    part = around.part
    if sign < 0 and part.floor is None:
        zh, en = ("扣满 {n}为止", "down to {n} off") if around.malus else ("扣完为止", "until nothing is left")
        found.append(say(zh, en, n=around.full))
    if sign > 0 and part.cap is None:
        found.append(
            Text("加至不扣分为止", "until nothing is off")
            if around.malus
            else say("加至满分 {n}为止", "up to full points ({n})", n=around.full)
        )
    return found


def _proportional(form: Proportional, around: Around) -> Text:
    words, target = around.words, around.words.quantity(form.to)
    if not isinstance(form.to, Number | Name):
        target = say("({x})", "({x})", x=target)
    at_least = form.direction == "at_least"
    top, bottom = (words.subject, target) if at_least else (target, words.subject)
    formula = say("{a} ÷ {b} × {full}", "{a} ÷ {b} × {full}", a=top, b=bottom, full=around.full)
    if form.up_to == ONE:
        return say(
            "{m}{enough}{to}的,{most};否则按比例计分:{formula}",
            "where {m} {enough} {to}: {most}; otherwise in proportion: {formula}",
            m=words.subject,
            enough=_WITHIN["under" if at_least else "over"],
            to=spaced(with_gap(target)),
            most=around.most,
            formula=formula,
        )
    # What is divided by nothing has reached any target.
    zero = say(",{m}为零的按最高比例计", ", a measure of zero counting as the most", m=words.subject)
    cap = say(",得分不超过 {full}", ", no more than {full}", full=around.full)
    return say(
        "按比例计分:{formula},比例最高按 {up_to} 计{zero}{cap}",
        "in proportion: {formula}, the ratio counting up to {up_to}{zero}{cap}",
        formula=formula,
        up_to=amount(form.up_to, PERCENT),
        zero=NO_TEXT if at_least else zero,
        cap=NO_TEXT if around.part.cap is not None or form.up_to < ONE else cap,
    )


def _interpolate(form: Interpolate, around: Around) -> Text:
    knots = [
        say("{at}{gives}", "{at}: {gives}", at=those(amount(at, form.unit)), gives=around.gives(value))
        for at, value in form.knots
    ]
    return say(
        "{m}为{knots};两点之间按直线插值,两端以外按端点计",
        "{m} at {knots}; straight lines in between, flat outside",
        m=around.words.subject,
        knots=Text(" " + "、".join(knot.zh for knot in knots), ", ".join(knot.en for knot in knots)),
    )


def _judged(form: Judged, around: Around) -> Text:
    words = around.words
    head = say(
        "由评价人评定({value})",
        "as judged by the assessor ({value})",
        value=words.concept(words.rulebook.vocabulary.concepts[form.concept]),
    )
    cases = [
        _case(one.when, _between(one.low, one.high), around) if len(form.ranges) > 1 else _between(one.low, one.high)
        for one in form.ranges
    ]
    return say("{head}:{cases}", "{head}: {cases}", head=head, cases=joined(cases, ";", "; "))


def _between(low: Fraction, high: Fraction) -> Text:
    if low == high:
        return say("得 {n}", "{n}", n=points(low))
    return say("得 {a} 至 {b}", "{a} to {b}", a=numeral(low), b=points(high))


# --- facts ------------------------------------------------------------------------------------------------------------


def _items(form: Items, around: Around) -> Text:
    sign = form.sign
    entries = [_item(item, sign, around) for item in form.items]
    if sign < 0:
        head = say("从满分 {n}起扣分", "from full points ({n})", n=spaced(around.full))
        head = Text("从 0 分起扣分", "from 0 points") if around.malus else head
    else:
        head = Text("从 0 分起加分", "from 0 points")
    body = entries[0] if len(entries) == 1 else listed(entries, around.depth)
    whole = say("{head}:{body}", "{head}: {body}", head=head, body=body)
    return joined([whole, *_end(None, around, sign)], "," if len(entries) == 1 else ";", "; ")


def _item(item: Item, sign: int, around: Around) -> Text:
    words = around.words
    verb = Text("扣", "off") if sign < 0 else Text("得", "gained")
    slots: dict[str, Text | str] = {"verb": verb, "n": points(item.points)}
    if item.when is not None:
        when = those(words.condition(item.when))
        text = say("{when},{verb} {n}", "where {when}: {n} {verb}", when=when, **slots)
    else:
        assert item.each is not None
        one = spaced(amount(ONE, _unit_of(item.each, words)))
        each = spaced(words.quantity(item.each))
        text = say("{each}每 {one}{verb} {n}", "{n} {verb} for every {one} of {each}", each=each, one=one, **slots)
    if item.limit is not None:
        text = say("{text},最多 {limit}", "{text}, at most {limit}", text=text, limit=points(item.limit))
    if item.title:
        text = say("“{title}”{text}", "“{title}” {text}", title=item.title, text=text)
    return text


def _unit_of(tree: Expr, words: Words) -> Unit:
    """What one of a count is called; a bare one where the unit is not its own base unit."""
    if isinstance(tree, Aggregate) and tree.function == "count":
        return Unit("个", COUNT, ONE)
    concept = words.rulebook.vocabulary.concepts.get(tree.name) if isinstance(tree, Name) else None
    unit = concept.unit if concept is not None and concept.unit is not None else PLAIN
    return unit if unit.factor == 1 else PLAIN


# --- parts ------------------------------------------------------------------------------------------------------------

_HOW = {
    "sum": Text("下列各部分得分相加", "the sum of"),
    "best": Text("按下列各种计分,取最高分", "the best of"),
    "worst": Text("按下列各种计分,取最低分", "the worst of"),
    "average": Text("按下列各种计分,取平均分", "the average of"),
    "weighted": Text("下列各部分得分按权重加权", "the weighted sum of"),
}


def _parts(form: Form, around: Around) -> Text:
    if isinstance(form, Choose):
        options = [_option(when, part, around) for when, part in form.options]
        head = Text("按第一个符合的情形计分", "the first of these that holds counts")
        return say("{head}:{body}", "{head}: {body}", head=head, body=listed(options, around.depth))
    assert isinstance(form, Combine)
    entries = [_part(part, around, shared=form.how == "sum") for part in form.parts]
    if form.weights:
        entries = [
            say("权重 {w},{x}", "weight {w}, {x}", w=amount(weight, PERCENT), x=entry)
            for weight, entry in zip(form.weights, entries, strict=True)
        ]
    return say("{how}:{body}", "{how}: {body}", how=_HOW[form.how], body=listed(entries, around.depth))


def _part(part: Part, around: Around, *, shared: bool = False) -> Text:
    """A part inside a combination: its title, its points unless they are the whole's, and its sentence."""
    text = enclosed(around.inner(part))
    own = points(part.points) if isinstance(part.points, Fraction) else around.words.quantity(part.points)
    title = titled(part.title)
    if shared or part.points != around.part.points:
        title = say("{title}({own})", "{title} ({own})" if title.en else "({own})", title=title, own=own)
    return say("{title}:{text}", "{title}: {text}", title=title, text=text) if title.zh else text


def _option(when: Expr | None, part: Part, around: Around) -> Text:
    text = _part(part, around)
    if when is None:
        return say("其余情形,{text}", "otherwise: {text}", text=text)
    return say("{when},{text}", "where {when}: {text}", when=those(around.words.condition(when)), text=text)
