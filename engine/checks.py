"""What must hold over a whole rulebook: points add up, ids exist, grades are complete, nothing runs in a circle."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from fractions import Fraction

from engine.expr import Expr
from engine.model import Acceptance, Rulebook, Veto
from engine.walk import rollups_in
from facts.problem import NO_TEXT, Problem, Text, did_you_mean
from facts.values import ZERO, decimal_text

Check = Callable[[Rulebook], Iterator[Problem]]

# What a document can say against itself and a rulebook can accept; any other acceptance is of a finding of the linter.
CONTRADICTIONS = ("declared-points", "declared-sections", "declared-indicators", "listed-points")


def check_rulebook(rulebook: Rulebook, as_of: date | None = None) -> tuple[Problem, ...]:
    """Every Problem of the rulebook as a whole; contradictions it accepts by name on that day are not among them."""
    contradictions = tuple(find_contradictions(rulebook))
    open_ones = _not_accepted(rulebook, contradictions, as_of)
    expired = [a for a in (*rulebook.accepted, *rulebook.tolerated) if a.has_expired(as_of)]
    found = {(problem.code, target) for target, problem in contradictions}
    stale = [stale_acceptance(one) for one in rulebook.accepted if (one.problem, one.target) not in found]
    stale += [_expired(one) for one in expired]
    return (*open_ones, *stale, *(problem for check in _CHECKS for problem in check(rulebook)))


def check_listed_points(
    rulebook: Rulebook, sections: Collection[str], as_of: date | None = None
) -> tuple[Problem, ...]:
    """What does not add up within some sections, of a rulebook of which not everything could be read."""
    found = ((target, one) for target, one in find_contradictions(rulebook) if one.code == "listed-points")
    return tuple(_not_accepted(rulebook, [pair for pair in found if pair[0] in sections], as_of))


def _not_accepted(
    rulebook: Rulebook, contradictions: Iterable[tuple[str, Problem]], as_of: date | None
) -> list[Problem]:
    accepted = {(a.problem, a.target) for a in rulebook.accepted if not a.has_expired(as_of)}
    return [problem for target, problem in contradictions if (problem.code, target) not in accepted]


def accepted_problems(rulebook: Rulebook) -> tuple[Problem, ...]:
    """For each acceptance of the rulebook, in order, the contradiction it accepts, as a Problem of severity note."""
    found = {(problem.code, target): problem for target, problem in find_contradictions(rulebook)}
    accepted = [found[(one.problem, one.target)] for one in rulebook.accepted]
    return tuple(Problem(one.code, one.at, one.message, one.hint, "note") for one in accepted)


# --- contradictions of the document ---

_ACCEPT = Text(
    "改正其一,或在 rulebook.yaml 的 accept 里点名接受(写明理由和依据)",
    "correct either, or accept it by name under `accept` in rulebook.yaml, with reason and authority",
)


def find_contradictions(rulebook: Rulebook) -> Iterator[tuple[str, Problem]]:
    """(target, Problem) for each way in which the document contradicts itself, accepted or not."""
    declared = rulebook.declared
    total = sum((s.points for s in rulebook.sections if s.kind == "base"), ZERO)
    if declared.points is not None and declared.points != total:
        yield "rulebook", _declared(rulebook, "declared-points", "总分值", "total points", declared.points, total)
    for code, zh, en, said, listed in (
        ("declared-sections", "一级指标个数", "sections", declared.sections, len(rulebook.sections)),
        ("declared-indicators", "三级指标个数", "indicators", declared.indicators, len(rulebook.indicators)),
    ):
        if said is not None and said != listed:
            yield "rulebook", _declared(rulebook, code, zh, en, Fraction(said), Fraction(listed))
    for section in rulebook.sections:
        points = [i.part.points for i in section.indicators]
        known = [p for p in points if isinstance(p, Fraction)]
        listed_points = sum(known, ZERO)
        if len(known) == len(points) and section.kind != "malus" and listed_points != section.points:
            said_text, found_text = decimal_text(section.points), decimal_text(listed_points)
            yield (
                section.id,
                Problem(
                    "listed-points",
                    section.at,
                    Text(
                        f"一级指标“{section.title.zh}”声明 {said_text} 分,所列三级指标合计 {found_text} 分",
                        f"section {section.id} declares {said_text} points, its indicators list {found_text}",
                    ),
                    _ACCEPT,
                ),
            )


def _declared(rulebook: Rulebook, code: str, zh: str, en: str, said: Fraction, listed: Fraction) -> Problem:
    one, other = decimal_text(said), decimal_text(listed)
    message = Text(f"{zh}:声明 {one},实列 {other}", f"{en}: declared {one}, listed {other}")
    return Problem(code, rulebook.at, message, _ACCEPT)


def stale_acceptance(one: Acceptance) -> Problem:
    """An acceptance of what is not there."""
    return Problem(
        "stale-acceptance",
        one.at,
        Text(f"“{one.problem}@{one.target}”并不存在,无可接受", f"there is no {one.problem} at {one.target} to accept"),
        Text("删去这一条", "remove this entry"),
    )


def _expired(one: Acceptance) -> Problem:
    return Problem(
        "expired-acceptance",
        one.at,
        Text(
            f"接受“{one.problem}@{one.target}”至 {one.expires} 为止,矛盾重新打开",
            f"{one.problem} at {one.target} was accepted until {one.expires}; it is open again",
        ),
        Text("重新批准并改 expires,或改正矛盾", "have it accepted anew and change `expires`, or correct it"),
    )


# --- the rest ---


def _size(rulebook: Rulebook) -> Iterator[Problem]:
    if len(rulebook.indicators) > 10_000:
        yield Problem("too-large", rulebook.at, Text("三级指标超过 10000 个", "more than 10,000 indicators"))


def _empty(rulebook: Rulebook) -> Iterator[Problem]:
    if not rulebook.sections and not rulebook.checks:
        yield Problem(
            "empty-rulebook",
            rulebook.at,
            Text("规则集既没有一级指标,也没有勾稽关系", "the rulebook has neither sections nor checks"),
            Text("在 sections 里列出一级指标文件,或写 checks", "list section files under sections, or write checks"),
        )


def _malus(rulebook: Rulebook) -> Iterator[Problem]:
    for section in rulebook.sections:
        policies = {i.part.policies.not_applicable for i in section.indicators}
        if section.model == "declared_less_deductions" and policies & {"rescale", "spread"}:
            yield Problem(
                "model-conflict",
                section.at,
                Text(
                    "“声明分值减扣分”的计分办法下,不适用不能再折算或分摊",
                    "under declared_less_deductions a not-applicable indicator cannot be rescaled or spread",
                ),
                Text("改用 not_applicable: full 或 exclude", "use not_applicable: full or exclude"),
            )


def check_grades(rulebook: Rulebook) -> Iterator[Problem]:
    """Grades stand from high to low, each once, and leave no score without one."""
    if rulebook.grades is None:
        return
    steps = rulebook.grades.steps
    names = [step.grade for step in steps]
    for step, after in itertools.pairwise(steps):
        if step.start <= after.start:
            yield Problem(
                "grade-order",
                after.at,
                Text("等级应从高到低排列,起点不能相同", "grades go from high to low, with different starts"),
            )
    for step in steps:
        if names.count(step.grade) > 1:
            yield Problem("duplicate-id", step.at, Text(f"等级“{step.grade}”重复", f"grade {step.grade} stands twice"))
    floor = rulebook.floor if rulebook.floor is not None else ZERO
    if steps and steps[-1].start > floor:
        low, high = decimal_text(floor), decimal_text(steps[-1].start)
        yield Problem(
            "grade-gap",
            steps[-1].at,
            Text(f"得分在 {low} 至 {high} 之间没有等级", f"no grade for scores from {low} to {high}"),
            Text(f"最低一级写 from: {low}", f"let the lowest grade start at {low}"),
        )


def _vetoes(rulebook: Rulebook) -> Iterator[Problem]:
    named = [(v.id, v.at) for v in rulebook.vetoes] + [(c.id, c.at) for c in rulebook.checks]
    ids = [one for one, _ in named]
    for one, at in named:
        if ids.count(one) > 1:
            yield Problem("duplicate-id", at, Text(f"编号“{one}”重复", f"id {one!r} is used twice"))
    for veto in rulebook.vetoes:
        yield from _veto(rulebook, veto)


def _veto(rulebook: Rulebook, veto: Veto) -> Iterator[Problem]:
    targets = {
        "result": [""],
        "section": [s.id for s in rulebook.sections],
        "indicator": [i.id for i in rulebook.indicators],
    }[veto.scope]
    if veto.target not in targets:
        yield Problem(
            "unknown-id",
            veto.at,
            Text(f"否决的范围“{veto.target}”不存在", f"the veto's scope {veto.target!r} does not exist"),
            did_you_mean(veto.target, targets) if veto.scope != "result" else NO_TEXT,
        )
    grade_effect = veto.effect.kind in ("failed", "grade", "grade_at_most")
    if grade_effect and veto.scope != "result":
        yield Problem(
            "veto-effect",
            veto.at,
            Text("只有针对总结果的否决才能定等级", "only a veto of the whole result sets a grade"),
            Text("用 zero 或 {score: N}", "use zero or {score: N}"),
        )
    elif grade_effect and rulebook.grades is None:
        yield Problem("veto-effect", veto.at, Text("规则集没有等级", "the rulebook has no grades"))
    grades = [step.grade for step in rulebook.grades.steps] if rulebook.grades else []
    if veto.effect.grade and veto.effect.grade not in grades:
        yield Problem(
            "unknown-choice",
            veto.at,
            Text(f"没有“{veto.effect.grade}”这个等级", f"there is no grade {veto.effect.grade!r}"),
            did_you_mean(veto.effect.grade, grades),
        )


def _circles(rulebook: Rulebook) -> Iterator[Problem]:
    """Each veto and gate may look only at what is settled before it is needed."""
    graph = _dependencies(rulebook)
    state: dict[str, int] = {}

    def visit(node: str, path: tuple[str, ...]) -> tuple[str, ...] | None:
        if state.get(node) == 2:
            return None
        if node in path:
            return (*path[path.index(node) :], node)
        for following in graph.get(node, ()):
            if circle := visit(following, (*path, node)):
                return circle
        state[node] = 2
        return None

    for node in graph:
        if circle := visit(node, ()):
            shown = " → ".join(circle)
            yield Problem(
                "circle",
                rulebook.at,
                Text(f"否决、门槛之间互相依赖:{shown}", f"vetoes and gates depend on one another: {shown}"),
            )
            return


def _dependencies(rulebook: Rulebook) -> dict[str, list[str]]:
    graph: dict[str, list[str]] = {"total": [s.id for s in rulebook.sections]}
    for section in rulebook.sections:
        graph[section.id] = [i.id for i in section.indicators] + _refs(section.counts_if)
    for veto in rulebook.vetoes:
        if veto.target:
            graph.setdefault(veto.target, []).extend(_refs(veto.when))
    return graph


def _refs(tree: Expr | None) -> list[str]:
    return [one.ref or "total" for one in rollups_in(tree) if one.function != "points"]


_CHECKS: tuple[Check, ...] = (_size, _empty, _malus, check_grades, _vetoes, _circles)
