"""Statements about stated percentages: each recomputed from the numbers its own words point to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from facts.provenance import Provenance
from facts.report.content import sentence
from facts.report.figures import Number
from facts.report.patterns import Found, Patterns, Ratio
from facts.report.statements.leeway import MAX_FURTHER, adjustments, clause_before, signed_sums
from facts.report.statements.model import Statement
from facts.values import ZERO

Slack = tuple[Fraction, Fraction]
EXACT: Slack = (ZERO, ZERO)
CHANGE_WORDS = ("增长", "增加", "下降", "减少", "提高", "降低", "增幅", "降幅", "变动", "上升")
_YEARS = re.compile(r"20\d\d")
_COUNTED = ("rate", "points", "score")
# “占支出总额的67%”, “完成年初预算的98%”: of what the rate is, and perhaps what it is said of.
_OF = re.compile(
    r"^(?P<what>[^占完达]{0,14}?)(?:占|完成|达到|达|为)(?P<of>[^占]{0,16}?)的?(?:比重|比例|比)?(?:为|达)?$"
)
_WHOLES = ("预算", "支出", "收入", "资金", "总", "资产")
_PARTS = re.compile("其中|构成|具体为|包括")


def percentage(
    words: str, rate: tuple[str, Provenance], top: tuple[Fraction, str], bottom: tuple[Fraction, str], slack: Slack,
    places: Sequence[Provenance], item: int | None = None,
) -> Iterator[Statement]:  # fmt: skip
    """One rate against the quotient of two numbers; `slack` is how far each of the two may be from what was rounded."""
    written = rate[0].removesuffix("%")
    if bottom[0] == 0:
        return
    value, decimals = Fraction(written) / 100, len(written.partition(".")[2])
    yield Statement(
        {
            "subject_words": words,
            "sum_words": f"{top[1]} ÷ {bottom[1]}",
            "stated_rate": value,
            "numerator": top[0],
            "denominator": bottom[0],
            "rate_tolerance": tolerance(decimals, top[0], bottom[0], slack),
        },
        (rate[1], *places),
        item=item,
    )


def tolerance(places: int, numerator: Fraction, denominator: Fraction, slack: Slack) -> Fraction:
    """How far a rate may be from the quotient of its numbers: its own rounding, and theirs."""
    own = Fraction(1, 200 * 10**places)
    if denominator <= slack[1]:
        return own
    return own + abs((numerator + slack[0]) / (denominator - slack[1]) - numerator / denominator)


def slot(found: Found, name: str, numbers: Sequence[Number]) -> Number | None:
    """The number a slot of a pattern holds."""
    at = found.slots.get(name)
    if at is None:
        return None
    return next((n for n in numbers if n.start == at[0] and n.end <= at[1] + 2), None)


def place(number: Number) -> Provenance:
    """Where a number stands."""
    return number.line.place(number.start, number.end)


def rate_of(rate: Number, top: Number, bottom: Number) -> Iterator[Statement]:
    """A rate against two numbers as they are written."""
    slack = (_slack(top), _slack(bottom))
    yield from percentage(
        rate.label or rate.context, (rate.shown, place(rate)), (top.value, top.shown), (bottom.value, bottom.shown), slack,
        (place(top), place(bottom)),
    )  # fmt: skip


def _slack(number: Number) -> Fraction:
    """People and things are counted, money and what is written with decimals is rounded."""
    return number.slack if number.kind == "money" or number.places or number.factor > 1 else ZERO


def fits(one: Statement) -> bool:
    """Whether the rate is what its numbers give."""
    numbers = [one.values[key] for key in ("stated_rate", "numerator", "denominator", "rate_tolerance")]
    rate, top, bottom, slack = (Fraction(number) for number in numbers)
    return abs(rate - top / bottom) <= slack


def best(statements: Sequence[Statement]) -> Iterator[Statement]:
    """Where the words leave a choice (问卷 handed out, 问卷 returned), one that fits is what is meant."""
    fitting = [one for one in statements if fits(one)]
    yield from (fitting or statements)[:1]


def rate_statements(numbers: Sequence[Number], nearby: Sequence[Number], patterns: Patterns) -> Iterator[Statement]:
    """The rates of a line; `nearby` are the numbers of this line and the few before it."""
    completed = dict(_completed(numbers, patterns))
    for rate in numbers:
        if rate.kind != "rate" or not rate.shown.endswith("%") or any(w in rate.label for w in CHANGE_WORDS):
            continue
        found = (
            completed.get(rate.start)
            or _by_name(rate, numbers, patterns)
            or _completion(rate, numbers, patterns)
            or _of(rate, numbers, nearby)
        )
        if any(fits(one) for one in found) or not any(_explained(one, rate, numbers, patterns) for one in found):
            yield from best(found)


def _explained(one: Statement, rate: Number, numbers: Sequence[Number], patterns: Patterns) -> bool:
    """Whether a rate that its two numbers do not give is one that reports mean: capped at 100%, or of an adjusted base."""
    top, bottom = Fraction(one.values["numerator"]), Fraction(one.values["denominator"])
    if rate.value == 1 and top > bottom and _may_be_capped(rate, patterns):
        return True
    spots = {n.start: n for n in numbers if place(n) in one.places[1:]}
    further = adjustments(spots, rate, numbers) if len(spots) == 2 else []
    kinds = {n.kind for n in spots.values()}
    amounts = [n.value for n in further if n.kind in kinds and n.value]
    if len(amounts) > MAX_FURTHER:
        return True
    slack, reached = Fraction(one.values["rate_tolerance"]), signed_sums(amounts)
    tops = {top, *(top + sign * amount for amount in amounts for sign in (1, -1))}
    return any(
        abs(rate.value - other / (bottom + more)) <= slack for more in reached if bottom + more > 0 for other in tops
    )


def _may_be_capped(rate: Number, patterns: Patterns) -> bool:
    """What is done beyond the target is often counted as 100%; money spent beyond the budget is not."""
    clause = clause_before(rate)
    of_target = rate.label.endswith(patterns.words["completion_rates"]) or "完成" in clause
    return of_target and "预算" not in clause


def _completed(numbers: Sequence[Number], patterns: Patterns) -> Iterator[tuple[int, list[Statement]]]:
    """“3.5万卷,完成年度计划3万卷的116.67%”: rates whose sentence holds both numbers, by where they stand."""
    for found in patterns.find("completions", numbers[0].line.text) if numbers else ():
        value, limit, rate = (slot(found, name, numbers) for name in ("value", "limit", "rate"))
        if value and limit and rate and value.kind == limit.kind and limit.value > 0:
            yield rate.start, list(rate_of(rate, value, limit))


# --- rates with a name: 预算执行率, 满意率 ---


def _by_name(rate: Number, numbers: Sequence[Number], patterns: Patterns) -> list[Statement]:
    ratio = next((r for r in patterns.ratios if any(_named(rate.label, name) for name in r.rate)), None)
    if ratio is None:
        return []
    start, _ = sentence(rate.line.text, rate.start, rate.end)
    for scope in ([n for n in numbers if n.start >= start], numbers):
        pairs = _pairs(rate, ratio, scope)
        if pairs:
            # What is divided may also go by a name nobody thought of: an amount that explains the rate is meant.
            top = pairs[0][0]
            others = [n for n in scope if n.kind == top.kind and n.end <= rate.start and n is not top]
            pairs += [(top, other) for other in others if all(other is not bottom for _, bottom in pairs)]
            found = [one for top, bottom in pairs if bottom.value for one in rate_of(rate, top, bottom)]
            return [one for one in found if _likely(one)]
    return []


def _likely(one: Statement) -> bool:
    """Whether the two numbers can be what was divided: a quotient several times the rate is of something else."""
    quotient = Fraction(one.values["numerator"]) / Fraction(one.values["denominator"])
    rate = Fraction(one.values["stated_rate"])
    return rate == 0 or rate / 2 < quotient < rate * 2


def _pairs(rate: Number, ratio: Ratio, numbers: Sequence[Number]) -> list[tuple[Number, Number]]:
    """What a rate may divide: amounts of one kind before it, the likelier names first; none where a name has two values."""
    before = [n for n in numbers if n.end <= rate.start and n.kind not in _COUNTED]
    tops = ranked(before, ratio.numerator)
    bottoms = ranked([n for n in before if n not in tops], ratio.denominator)
    likeliest = [n for n in bottoms if _rank(n, ratio.denominator) == _rank(bottoms[0], ratio.denominator)]
    if _several_years(before, rate) or len({n.value for n in tops}) != 1 or not _one_value_each(likeliest):
        return []
    name = next(name for name in ratio.rate if _named(rate.label, name)).removeprefix("=")
    return [
        (tops[-1], bottom)
        for bottom in bottoms
        if tops[-1].kind == bottom.kind
        and not _other_year(tops[-1], bottom)
        and not _qualifies(rate.label.removesuffix(name), tops[-1], bottom)
    ]


def _several_years(before: Sequence[Number], rate: Number) -> bool:
    start = min((n.start - len(n.context) for n in before), default=rate.start)
    return len(set(_YEARS.findall(rate.line.text[max(0, start) : rate.start]))) > 1


def ranked(numbers: Sequence[Number], endings: tuple[str, ...]) -> list[Number]:
    """The numbers whose names end so (or, with “=”, are so), in the order of the endings."""
    ranks = [(_rank(n, endings), n) for n in numbers]
    return [n for rank, n in sorted(((r, n) for r, n in ranks if r >= 0), key=lambda pair: pair[0])]


def _rank(number: Number, endings: tuple[str, ...]) -> int:
    return next((rank for rank, ending in enumerate(endings) if _named(number.label, ending)), -1)


def _named(label: str, ending: str) -> bool:
    return label == ending[1:] if ending.startswith("=") else label.endswith(ending)


def _one_value_each(numbers: Sequence[Number]) -> bool:
    values: dict[str, Fraction] = {}
    return bool(numbers) and all(values.setdefault(n.label, n.value) == n.value for n in numbers)


def _other_year(top: Number, bottom: Number) -> bool:
    return any(word in n.context for n in (top, bottom) for word in ("上年", "去年"))


def _qualifies(words: str, top: Number, bottom: Number) -> bool:
    """Whether the rate's name says of what it is a rate, and the amounts do not say the same."""
    core = re.sub(r"20\d\d年度?|部门|单位|整体|支出|年度|预算|资金|其中|综合|平均|总", "", words)
    return bool(core) and not (core in top.context and core in bottom.context)


# --- 完成率: a result against its target ---


def _completion(rate: Number, numbers: Sequence[Number], patterns: Patterns) -> list[Statement]:
    """“计划1200场,实际完成1256场,完成率104.67%”: one target and one result of the same unit in the sentence."""
    if not rate.label.endswith(patterns.words["completion_rates"]):
        return []
    start, _ = sentence(rate.line.text, rate.start, rate.end)
    before = [n for n in numbers if start <= n.start and n.end <= rate.start and n.kind not in _COUNTED]
    targets = [n for n in before if _says(n, patterns.words["target_words"])]
    done = [n for n in before if _says(n, patterns.words["result_words"]) and n not in targets]
    if len(done) == 1:
        others = [n for n in before if n is not done[0] and n.unit == done[0].unit and n.value > 0]
        return [one for other in reversed(others) for one in rate_of(rate, done[0], other)]
    results = [n for n in before if targets and n is not targets[0] and n.unit == targets[0].unit]
    return list(rate_of(rate, results[0], targets[0])) if len(targets) == len(results) == 1 else []


def _says(number: Number, words: tuple[str, ...]) -> bool:
    """Whether its name begins or ends so: 计划新建60公里, 年度计划60公里."""
    return number.label.startswith(words) or number.line.text.endswith(words, 0, number.start)


# --- shares: 占……的, 完成……的 ---


def _of(rate: Number, numbers: Sequence[Number], nearby: Sequence[Number]) -> list[Statement]:
    match = _OF.match(rate.context)
    if match is None:
        return []
    top = _said_of(rate, match["what"], numbers)
    if top is None:
        return []
    if match["of"]:
        start, _ = sentence(rate.line.text, rate.start, rate.end)
        # A target belongs to its clause, a budget to the whole paragraph.
        near = 0 if any(word in match["of"] for word in _WHOLES) else start
        bottoms = [n for n in numbers if near <= n.start and n.end <= rate.start and n is not top]
        bottoms = [n for n in bottoms if _is_meant(n, match["of"])] or (
            [n for n in nearby if n.line.number < rate.line.number and _is_meant(n, match["of"])] if near == 0 else []
        )
    elif "占" in rate.context and _opens_parts(rate.line.text[: top.start]):
        bottoms = [n for n in nearby if n is not top and (n.line.number, n.start) < (top.line.number, top.start)]
    else:
        return []
    bottoms = [n for n in bottoms if n.kind == top.kind and n.value > 0]
    statements = [one for bottom in reversed(bottoms) for one in rate_of(rate, top, bottom)]
    return statements if match["of"] else _within(statements)


def _said_of(rate: Number, what: str, numbers: Sequence[Number]) -> Number | None:
    """The number just before the rate, or the one its words name."""
    before = [n for n in numbers if n.end <= rate.start and n.kind not in _COUNTED]
    if not before:
        return None
    if what:
        named = [n for n in before if n.label.endswith(what)]
        return named[0] if len(named) == 1 else None
    last = before[-1]
    gap = rate.line.text[last.end : rate.start]
    if "分别" in gap:
        return None
    # Another share of the same number may stand between: 决算X,完成下达数的99%,完成预算的110%.
    between = r"(?:,[^,。;()]{0,16}%)*"
    return last if re.fullmatch(rf"{between}[,(:;]?{re.escape(rate.context)}.{{0,3}}", gap) else None


def _is_meant(number: Number, of: str) -> bool:
    label, of = number.label.rstrip("数额"), of.rstrip("数额")
    return label.endswith(of) or (len(label) >= 2 and of.endswith(label))


def _opens_parts(before: str) -> bool:
    """Whether what stands before is a list of parts, opened by a word like 其中 in this sentence."""
    return _PARTS.search(before[before.rfind("。") + 1 :]) is not None


def _within(statements: Sequence[Statement]) -> list[Statement]:
    """A part is of a whole that is no smaller; the nearest such is what a finding shows."""
    return [one for one in statements if Fraction(one.values["denominator"]) >= Fraction(one.values["numerator"])]
