"""Waivers: findings that somebody entitled to it accepts. The score by the rules stays; the score with them stands beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from engine.assessment import Assessment, Finding, Waived, WaiverResult, WaiverState
from engine.evaluate import Decided, Evaluator
from engine.model import Rulebook
from engine.plan import FALSE, TRUE
from engine.results import ResultWriter
from engine.rollup import Relief
from engine.sentences import Sentences, points_text
from engine.steps import StepWriter
from facts.model import BASES, Basis, Case
from facts.problem import NO_TEXT, Problem, Text, did_you_mean
from facts.values import ZERO
from facts.waiver import Waiver


@dataclass(frozen=True, slots=True)
class Waivers:
    """The waivers given, and the day on which they must be in force."""

    entries: tuple[Waiver, ...]
    as_of: date


def check_waivers(rulebook: Rulebook, waivers: Iterable[Waiver]) -> tuple[Problem, ...]:
    """Waivers for this rulebook that name an indicator, veto or check it does not have."""
    known = {
        "deduction": [i.id for i in rulebook.indicators],
        "veto": [v.id for v in rulebook.vetoes],
        "check": [c.id for c in rulebook.checks],
    }
    problems = []
    for one in waivers:
        kind, _, name = one.finding.partition(":")
        name = name or one.target
        # A check of an audit has no prefix and is none of the rulebook's.
        if one.rulebook in ("", rulebook.id) and kind in known and name not in known[kind]:
            message = Text(
                f"规则集 {rulebook.id} 里没有“{one.finding}”所指的“{name}”",
                f"rulebook {rulebook.id} has no {name!r} for {one.finding!r}",
            )
            problems.append(Problem("unknown-id", one.at, message, did_you_mean(name, known[kind])))
    return tuple(problems)


def assess_waived(
    evaluator: Evaluator, case: Case, accept: Collection[Basis] = BASES, waivers: Waivers | None = None
) -> Assessment:
    """Assess a case; with waivers, once more without the findings that those in force accept."""
    by_the_rules = evaluator.decide(case, accept)
    assessment = by_the_rules.assessment()
    if waivers is None:
        return assessment
    still_open = _open_findings(by_the_rules, assessment)
    titles = _titles(evaluator.rulebook)
    results = tuple(
        _result(one, assessment, waivers.as_of, still_open, titles.get(_about(one), NO_TEXT))
        for one in _concerned(waivers.entries, assessment)
    )
    in_force = [result.waiver for result in results if result.state == "in_force"]
    decided = evaluator.decide(case, accept, _relief(in_force))
    outcome = decided.outcome
    writer = ResultWriter(
        decided.facts, decided.env, StepWriter(Sentences(decided.facts, decided.env, evaluator.memory))
    )
    waived = Waived(
        as_of=waivers.as_of,
        score=outcome.lo if outcome.lo == outcome.hi else None,
        lower=outcome.lo,
        upper=outcome.hi,
        grade=outcome.grades[0] if len(outcome.grades) == 1 else None,
        grades=outcome.grades,
        sections=tuple(writer.section(s, decided.rollup.sections[s.section.id]) for s in decided.plan.sections),
        waivers=results,
    )
    findings = tuple(replace(f, waived=any(_accepts(one, f) for one in in_force)) for f in assessment.findings)
    return replace(assessment, waived=waived, findings=findings)


def _concerned(waivers: Iterable[Waiver], assessment: Assessment) -> list[Waiver]:
    """Those for this rulebook, subject and period; the others are for somebody else. Checks of audits are no business here."""
    return [
        one
        for one in waivers
        if one.rulebook in ("", assessment.rulebook_id)
        and one.subject in ("", assessment.subject.id)
        and one.period in (None, assessment.period)
        and (one.finding == "deduction" or ":" in one.finding)
    ]


def _relief(waivers: Sequence[Waiver]) -> Relief:
    points = {one.target: one.points or ZERO for one in waivers if one.finding == "deduction"}
    vetoes = frozenset(one.finding.removeprefix("veto:") for one in waivers if one.finding.startswith("veto:"))
    return Relief(points, vetoes)


def _accepts(one: Waiver, finding: Finding) -> bool:
    return one.finding == finding.code and (one.finding != "deduction" or one.target == finding.indicator)


def _result(one: Waiver, assessment: Assessment, as_of: date, still_open: Collection[str], title: Text) -> WaiverResult:
    state, message = _state(one, assessment, as_of, still_open)
    return WaiverResult(one, state, message, title)


def _titles(rulebook: Rulebook) -> dict[str, Text]:
    """What indicators, vetoes and checks are called, by their ids as waivers name them."""
    return {
        **{one.id: Text(one.title.zh, one.title.en or one.title.zh) for one in rulebook.indicators},
        **{f"veto:{one.id}": Text(one.title.zh, one.title.en or one.title.zh) for one in rulebook.vetoes},
        **{f"check:{one.id}": Text(one.title.zh, one.title.en or one.title.zh) for one in rulebook.checks},
    }


def _about(one: Waiver) -> str:
    return one.target if one.finding == "deduction" else one.finding


def _state(one: Waiver, assessment: Assessment, as_of: date, still_open: Collection[str]) -> tuple[WaiverState, Text]:
    found = [finding for finding in assessment.findings if _accepts(one, finding)]
    if not found:
        return "gone", _not_found(one, assessment, still_open)
    dated = dated_state(one, as_of)
    if dated[0] != "in_force":
        return dated
    if one.finding == "deduction":
        lost, vetoed = _lost(assessment, one.target)
        if vetoed:
            return "changed", Text(
                "分是一票否决扣的,要豁免的是那条否决(finding: veto:…)",
                "the points were lost by a veto; waive that veto (finding: veto:…)",
            )
        if lost != one.points:
            now, then = points_text(lost), points_text(one.points or ZERO)
            return "changed", Text(
                f"现扣 {now} 分,批准时扣 {then} 分,不是同一个问题;问题重新打开",
                f"{now} points are lost now, {then} were when it was granted; the finding is open again",
            )
    if one.actual and one.actual != found[0].actual:
        return "changed", Text(
            f"现为 {found[0].actual},批准时为 {one.actual};问题重新打开",
            f"now {found[0].actual}, {one.actual} when it was granted; the finding is open again",
        )
    return dated


def _not_found(one: Waiver, assessment: Assessment, still_open: Collection[str]) -> Text:
    """Why a waiver has nothing to accept. Nobody is told to remove one whose finding may yet appear."""
    if _about(one) in still_open:
        return Text(
            "眼下不能确定(缺少事实,或其依据未被采信),问题在不在还看不出;豁免暂不起作用,请勿删去",
            "this is undetermined (facts are missing or not relied on), so nobody can tell whether the finding is there; "
            "the waiver does nothing for now, keep it",
        )
    if set(assessment.accepted_bases) != set(BASES):
        return Text(
            "只按所选的依据评分,没有判出这个问题;豁免暂不起作用,请勿据此删去",
            "by the bases relied on here this is not found; the waiver does nothing for now, keep it",
        )
    return Text("这个问题已不存在,豁免可以删去", "the finding is gone; the waiver can be removed")


def _open_findings(decided: Decided, assessment: Assessment) -> frozenset[str]:
    """What nobody can tell yet: undetermined indicators by id, vetoes and checks by the code of their finding."""
    indicators = (one.id for one in assessment.indicators if one.verdict == "undetermined")
    vetoes = (f"veto:{name}" for name, outcome in decided.rollup.vetoes.items() if outcome not in (TRUE, FALSE))
    checks = (f"check:{one.check.id}" for one, outcome in decided.checks if outcome not in (TRUE, FALSE))
    return frozenset((*indicators, *vetoes, *checks))


def dated_state(one: Waiver, as_of: date) -> tuple[WaiverState, Text]:
    """Whether the waiver is in force on that day, whatever it is about."""
    if as_of > one.expires:
        return "expired", Text(
            f"已于 {one.expires} 失效,问题重新打开", f"expired on {one.expires}; the finding is open again"
        )
    if one.granted is not None and as_of < one.granted:
        return "not_yet", Text(f"自 {one.granted} 起生效", f"in force from {one.granted}")
    return "in_force", Text(f"有效至 {one.expires}", f"in force until {one.expires}")


def _lost(assessment: Assessment, indicator: str) -> tuple[Fraction, bool]:
    """All points an indicator lost, which a waiver takes as a whole, and whether a veto took them."""
    deductions = [d for i in assessment.indicators if i.id == indicator for d in i.deductions]
    return sum((d.points for d in deductions), ZERO), any(d.rule.endswith("/veto") for d in deductions)
