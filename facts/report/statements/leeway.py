"""What else a sentence says that could explain a sum or a rate: amounts that may be counted or not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from facts.report.figures import Number
from facts.values import ZERO

# Beyond this many further amounts something always fits, and the sentence is too much to be judged.
MAX_FURTHER = 6
_PEOPLE = ("人", "名", "位")
_SENTENCE_ENDS = "。"
_CLAUSES = re.compile(r"[,。;()]")
_COMPARED, _BUDGET = re.compile("较|比"), re.compile("预算|年初")
# What is carried into or out of a year is often a sentence of its own after the sum: “……。年末结转和结余10万元。”
_CARRIED = ("结转", "结余", "另有", "此外", "另外", "不含", "未含")
# Words of a clause whose amount changes what there is to spend, or what of it is spent.
_ADJUSTING = (
    "追加", "追减", "调增", "调减", "调剂", "调整", "调入", "调出", "收回", "交回", "上缴", "缴回", "盘活", "统筹",
    "压减", "核减", "核增", "核销", "增加", "减少", "新增", "追补", "补助", "下达", "结转", "结余", "年中", "另有", "不含", "含",
    "其他", "其它", "自筹", "自有", "基金", "上级",
)  # fmt: skip


def signed_sums(amounts: Sequence[Fraction]) -> set[Fraction]:
    """Every sum in which each amount is added, taken off or left out."""
    sums = {ZERO}
    for amount in amounts:
        sums |= {one + sign * amount for one in sums for sign in (1, -1)}
    return sums


def could_add_up(whole: Number, parts: Sequence[Number], numbers: Sequence[Number]) -> bool:
    """Whether the parts make the whole, or would with what else the sentence counts, or make another whole it states."""
    further = [n for n in further_amounts(whole, parts, numbers) if n.value]
    if len(further) > MAX_FURTHER:
        return True
    total = sum((part.value for part in parts), ZERO)
    slack = sum((n.slack for n in (whole, *parts, *further)), ZERO) if whole.factor > 1 else ZERO
    return any(abs(one - total) <= slack for one in signed_sums([n.value for n in (whole, *further)]))


def further_amounts(whole: Number, parts: Sequence[Number], numbers: Sequence[Number]) -> list[Number]:
    """What else is counted in the sentences that hold the whole and its parts, and what is carried over in the next."""
    text = whole.line.text
    own = (whole, *parts)
    left = max(text.rfind(stop, 0, min(n.start for n in own)) for stop in _SENTENCE_ENDS) + 1
    right = _end(text, max(n.end for n in own))
    after = _end(text, right + 1)
    if any(word in text[right:after] for word in _CARRIED):
        right = after
    return [
        n for n in numbers if left <= n.start < right and _alike(n, whole) and all(n.start != one.start for one in own)
    ]


def _end(text: str, start: int) -> int:
    return min((at for stop in _SENTENCE_ENDS if (at := text.find(stop, start)) >= 0), default=len(text))


def _alike(number: Number, whole: Number) -> bool:
    if number.kind != whole.kind:
        return False
    return number.kind != "count" or number.unit == whole.unit or {number.unit, whole.unit} <= set(_PEOPLE)


def adjustments(used: Iterable[int], rate: Number, numbers: Sequence[Number]) -> list[Number]:
    """Amounts between the numbers a rate divides and the end of its sentence that change either of the two.

    `used` are the places of the two. An amount belongs to its clause: 追加人员经费15万元、项目经费5万元 are both added.
    """
    text = rate.line.text
    taken = list(used)
    left = max(text.rfind(stop, 0, min(taken)) for stop in "。;") + 1
    right = _end(text, rate.end)
    return [n for n in numbers if left <= n.start < right and n.start not in taken and n is not rate and _adjusts(n)]


def _adjusts(number: Number) -> bool:
    clause = clause_before(number)
    if _COMPARED.search(clause) and not _BUDGET.search(clause):  # 较上年减少0.6万元
        return False
    return any(word in clause for word in _ADJUSTING)


def clause_before(number: Number) -> str:
    """The words of a number's clause before it, with the amounts they hold."""
    text = number.line.text
    cut = max((stop.end() for stop in _CLAUSES.finditer(text, 0, number.start)), default=0)
    return text[cut : number.start]
