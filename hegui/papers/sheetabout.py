"""The last sheet of the workbook: what was scored by what, in lines of (what, says)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.statedbook import state_grades
from facts.problem import printable
from hegui.papers.matter import Matter
from hegui.wording import BASES, WAIVER_STATES


def told(matter: Matter) -> Iterator[tuple[str, str]]:
    """Identity, grades, waivers, missing facts, contradictions, sources, problems of the input."""
    one = matter.of
    yield matter.word("subject"), f"{matter.subject} [{one.subject.id}]"
    yield matter.word("period"), f"{one.period.start} – {one.period.end}"
    yield matter.word("rulebook"), f"{matter.title(one.rulebook_title)} [{one.rulebook_id} {one.rulebook_version}]"
    yield matter.both("规则文件校验码", "Digest of the rules"), f"sha256 {one.rulebook_digest}"
    yield matter.word("accept"), matter.listed(*(matter.text(BASES[basis]) for basis in one.accepted_bases))
    if matter.rulebook.grades is not None:
        yield matter.both("等级", "Grades"), matter.text(state_grades(matter.rulebook.grades))
        yield matter.both("等级依据", "Grades by"), matter.clause(one.grade_citation)
    yield from _waived(matter)
    for missing in one.missing:
        settles = matter.both("补上即可确定", "settles alone")
        yield matter.word("missing"), f"{matter.text(missing.label)}({settles} {matter.points(missing.settles)})"
    for accepted, problem in zip(one.accepted, one.accepted_problems, strict=True):
        why = f"{matter.text(problem.message)} [{accepted.problem}];{accepted.reason};{accepted.authority}"
        yield matter.both("接受的矛盾", "Accepted contradiction"), why
    for source in one.sources:
        where = "; ".join(text for text in (source.title, source.file, source.url, source.date) if text)
        yield matter.both("来源", "Source"), f"{source.id}: {where}; sha256 {source.sha256 or '—'}"
    for problem in one.problems:
        yield (
            matter.both("输入问题", "Problem of the input"),
            printable(f"{problem.at}: {matter.text(problem.message)}"),
        )


def _waived(matter: Matter) -> Iterator[tuple[str, str]]:
    waived = matter.of.waived
    if waived is None:
        return
    before, after = matter.span(matter.of.lower, matter.of.upper), matter.span(waived.lower, waived.upper)
    name = matter.both("豁免", "Waivers")
    grades = [matter.listed(*one.grades) for one in (matter.of, waived)]
    yield (
        name,
        matter.both(
            f"以 {waived.as_of} 为准:豁免前 {before} {grades[0]},豁免后 {after} {grades[1]}",
            f"as of {waived.as_of}: without {before} {grades[0]}, with {after} {grades[1]}",
        ),
    )
    for result in waived.waivers:
        one = result.waiver
        state = matter.text(WAIVER_STATES[result.state])
        yield (
            name,
            f"{matter.waived_finding(result)} [{state}] {matter.text(result.message)};{one.reason};{one.authority}",
        )
