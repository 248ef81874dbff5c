"""Claims against a rulebook: what the rules give from the facts, for each claim that names an indicator of theirs."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from engine.assessment import Assessment, IndicatorResult
from engine.evaluate import Evaluator, usable
from engine.model import Rulebook
from facts.model import Basis, Case
from facts.problem import Problem, Text
from facts.provenance import Position, Provenance
from facts.report.content import Report
from facts.report.statements.model import Statement
from facts.values import decimal_text

_NOT_WORDS = re.compile(r"[\s“”\"'‘’()（）《》、,，。:：;；]")
# Titles are copied with slips; fewer common characters than this are another title.
SIMILAR = 0.9
FIGURES: tuple[Basis, ...] = ("figure",)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the rules give for one claim: on all facts, and on figures alone; the places of the facts."""

    lower: Fraction
    upper: Fraction
    proven: Fraction
    evidence: tuple[Provenance, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Computed:
    """Bounds by the index of the claim, the statements that hold claims against them, and what could not be compared."""

    bounds: Mapping[int, Bounds] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    problems: tuple[Problem, ...] = ()


def compute(report: Report, rulebook: Rulebook, case: Case) -> Computed:
    """Score the case with the rulebook, and lay each claim beside its indicator."""
    not_in_force = usable(rulebook, case)
    if not_in_force:
        return Computed(problems=tuple(replace(problem, severity="warning") for problem in not_in_force))
    with Evaluator(rulebook) as evaluator:
        whole = evaluator.assess(case)
        figures = evaluator.assess(case, FIGURES)
    proven = {indicator.id: indicator.lower for indicator in figures.indicators}
    titled = _match(report, whole)
    matched = {index: i for index, i in titled.items() if report.items[index].claim.points in (None, i.points)}
    bounds = {
        index: Bounds(i.lower, i.upper, proven[i.id], tuple(_evidence(i)), _words(i.lower, i.upper))
        for index, i in matched.items()
    }
    whole_matched = len(matched) == len(whole.indicators)
    return Computed(
        bounds,
        tuple(_statements(report, bounds, whole if whole_matched else None)),
        _told(report, rulebook, titled, matched),
    )


def _told(
    report: Report, rulebook: Rulebook, titled: Mapping[int, IndicatorResult], matched: Mapping[int, IndicatorResult]
) -> tuple[Problem, ...]:
    """How many claims found their indicator, and which were worth other points and so were not compared."""
    claims = sum(item.is_leaf and item.claim.score is not None for item in report.items)
    at = Position(report.document.source.file or report.document.source.id)
    told = [
        Problem(
            "claims-matched",
            at,
            Text(
                f"{claims} 项自评得分中,{len(matched)} 项与规则集 {rulebook.id} 的指标相符,按规则核对",
                f"of {claims} claims {len(matched)} are indicators of the rulebook {rulebook.id} and were held against it",
            ),
            severity="note" if matched else "warning",
        )
    ]
    other = [report.items[index].claim.name for index in titled if index not in matched]
    if other:
        names = "、".join(other[:5]) + ("……" if len(other) > 5 else "")
        message = Text(
            f"{len(other)} 项的分值与规则集所定的不同,没有按规则核对:{names}",
            f"{len(other)} claims are worth other points than in the rulebook and were not held against it: {names}",
        )
        hint = Text("请换用分值相同的规则集", "use a rulebook with the same points")
        told.append(Problem("other-points", at, message, hint, "warning"))
    return tuple(told)


def _match(report: Report, assessment: Assessment) -> dict[int, IndicatorResult]:
    """Each claim's indicator: the same title, or the only one nearly the same; one claim for one indicator."""
    by_title = {_plain(i.title.zh): i for i in assessment.indicators}
    found: dict[int, IndicatorResult] = {}
    for index, item in enumerate(report.items):
        if not item.is_leaf or item.claim.score is None:
            continue
        name = _plain(item.claim.name)
        close = difflib.get_close_matches(name, by_title, n=2, cutoff=SIMILAR) if name not in by_title else [name]
        if len(close) == 1 and by_title[close[0]] not in found.values():
            found[index] = by_title[close[0]]
    return found


def _plain(title: str) -> str:
    return _NOT_WORDS.sub("", title)


def _evidence(indicator: IndicatorResult) -> Iterator[Provenance]:
    if indicator.measure is not None:
        for operand in indicator.measure.operands:
            yield from operand.provenance


def _words(lower: Fraction, upper: Fraction) -> str:
    low, high = decimal_text(lower, 2), decimal_text(upper, 2)
    return f"{low} 分" if lower == upper else f"{low} 至 {high} 分"


def _statements(report: Report, bounds: Mapping[int, Bounds], whole: Assessment | None) -> Iterator[Statement]:
    """Each claim against its bounds; the total only where every indicator has its claim."""
    for index, found in bounds.items():
        item = report.items[index]
        if item.claim.score is None or item.score is None:
            continue
        values: dict[str, Fraction | str] = {
            "subject_words": item.claim.name,
            "claimed_score": item.claim.score,
            "computed_lower": found.lower,
            "computed_upper": found.upper,
            "computed_words": found.words,
        }
        yield Statement(values, (item.score.place, *found.evidence[:1]), item=index)
    if whole is not None and report.totals and report.totals[0].value is not None and bounds:
        total = report.totals[0]
        assert total.value is not None
        values = {
            "subject_words": "总分",
            "claimed_score": total.value,
            "computed_lower": whole.lower,
            "computed_upper": whole.upper,
            "computed_words": _words(whole.lower, whole.upper),
        }
        yield Statement(values, (total.stretch.place,))
