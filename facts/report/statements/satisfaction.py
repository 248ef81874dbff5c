"""Statements about rates of satisfaction: recomputed from the answers of a questionnaire."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from facts.provenance import Provenance
from facts.report.figures import Number
from facts.report.patterns import Patterns, Ratio
from facts.report.statements.model import Statement
from facts.report.statements.rates import EXACT, percentage, place, ranked
from facts.values import ZERO

_QUOTES = re.compile(r"[“”]|^其中|^表示|^评价|^选择|^认为|的$|人数$|份数$")
_RATES = ("满意率", "满意度")


def satisfaction(rate: Number, numbers: Sequence[Number], patterns: Patterns) -> list[Statement]:
    """“发放问卷500份,收回486份,满意470份,满意度为96.71%”: every way of counting the answers."""
    if not rate.label.endswith(_RATES):
        return []
    before = [n for n in numbers if n.end <= rate.start and n.kind == "count"]
    content = [n for n in before if _answer(n) in patterns.words["satisfied"]]
    others = [n for n in before if _answer(n) in patterns.words["unsatisfied"]]
    # Grades of satisfaction may count by weights in a 满意度, not in a 满意率.
    if not content or len(content) > 5 or (len(content) > 1 and rate.label.endswith("满意度")):
        return []
    ratio = next((r for r in patterns.ratios if "满意率" in r.rate), Ratio((), (), ()))
    asked = [n for n in ranked(before, ratio.denominator) if n not in content]
    wholes = [(n.value, n.shown, place(n)) for n in asked]
    everyone = [*content, *others]
    if len(everyone) > 1:
        shown = "+".join(n.shown for n in everyone)
        wholes.append((sum((n.value for n in everyone), ZERO), f"({shown})", place(everyone[0])))
    chosen = [some for k in range(len(content), 0, -1) for some in itertools.combinations(content, k)]
    return [one for top in chosen for bottom in wholes if bottom[0] > 0 for one in _rate(rate, top, bottom)]


def _answer(number: Number) -> str:
    return _QUOTES.sub("", _QUOTES.sub("", number.label))


def _rate(rate: Number, tops: Sequence[Number], bottom: tuple[Fraction, str, Provenance]) -> Iterator[Statement]:
    value = sum((n.value for n in tops), ZERO)
    shown = "+".join(n.shown for n in tops)
    yield from percentage(
        rate.label, (rate.shown, place(rate)), (value, f"({shown})" if len(tops) > 1 else shown), bottom[:2], EXACT,
        (place(tops[0]), bottom[2]),
    )  # fmt: skip
