"""Item by item: points, score, share, reason, clause, facts, and the trail to unfold."""

from __future__ import annotations

from collections.abc import Iterator

from engine.assessment import IndicatorResult, SectionResult
from engine.stated import NOT_APPLICABLE
from hegui.papers.matter import Matter, Numbering
from hegui.papers.model import Block, Heading, Line, Paragraph, Span, Unfold, line
from hegui.papers.trail import indicator_trail
from hegui.wording import VERDICTS


def analysis(matter: Matter) -> Iterator[Block]:
    """Every section and every indicator of it."""
    yield Heading(3, matter.both("(二)具体绩效分析", "2. Analysis"))
    number = Numbering(matter.zh, 3)
    for place, section in enumerate(matter.of.sections, 1):
        yield Heading(4, number.next(matter.title(section.title)), f"s{place}")
        yield Paragraph(_section(matter, section))
        inner, group = Numbering(matter.zh, 4), ""
        for one in matter.indicators_of(section):
            if one.group != group:
                group = one.group
                yield Paragraph(line(Span(group, strong=True)), "lead")
            yield Heading(5, inner.next(matter.title(one.title)), matter.own("i", one))
            yield from _indicator(matter, one)


def _section(matter: Matter, one: SectionResult) -> Line:
    score = Span(matter.span(one.lower, one.upper), strong=True)
    full, share = matter.points(one.points), matter.share(one)
    if one.kind == "malus":
        told = matter.both(f"本部分为减分项,最多减{full}分,计", f"Takes off up to {full} points: ")
        return line(told, score, matter.both("分。", "."))
    if one.score is None:
        told = matter.both(f"{matter.title(one.title)}满分为{full}分,得分未能确定,在", f"Of {full} points, within ")
        return line(told, score, matter.both(f"分之间(占满分的{share})。", f" ({share})."))
    told = matter.both(f"{matter.title(one.title)}满分为{full}分,实际得分", f"Of {full} points: ")
    return line(told, score, matter.both(f"分(占满分的{share})。", f" ({share})."))


def _indicator(matter: Matter, one: IndicatorResult) -> Iterator[Block]:
    yield Paragraph(_worth(matter, one))
    for reason in matter.reasons(one):
        yield Paragraph(line(f"{matter.word('reason')}{matter.both(':', ': ')}", reason), "item")
    if one.missing:
        labels = [
            Span(matter.text(m.label), matter.fact(m.concept)) for m in matter.of.missing if m.concept in one.missing
        ]
        listed = [
            piece for n, label in enumerate(labels) for piece in ((matter.both("、", ", "), label) if n else (label,))
        ]
        yield Paragraph(line(f"{matter.word('missing')}{matter.both(':', ': ')}", *listed), "item")
    clause = Span(f"{matter.word('clause')}{matter.both(':', ': ')}", matter.own("c", one))
    yield Paragraph(line(clause, *matter.clause_line(one.citation)), "note")
    known = [fact for fact in matter.facts_of(one) if fact.known != "absent"]
    yield from (Paragraph(line(f"{matter.both('事实:', 'Fact: ')}", *matter.fact_line(fact)), "note") for fact in known)
    summary = matter.both(f"评分轨迹:{matter.title(one.title)}", f"Trail: {matter.title(one.title)}")
    yield Unfold(summary, tuple(indicator_trail(matter, one)), matter.own("t", one))


def _worth(matter: Matter, one: IndicatorResult) -> Line:
    """Points, score, share and verdict, each number with a link: points to the clause, the score to its trail."""
    points = Span(matter.points(one.points), matter.own("c", one))
    score = Span(matter.span(one.lower, one.upper), matter.own("t", one), strong=True)
    verdict = matter.text(VERDICTS[one.verdict])
    head = line(matter.both("此项指标满分为", "Of "), points)
    if matter.is_malus(one):
        loss = line(matter.both("此项为减分项,最多减", "Takes off up to "), points, matter.both("分,计", " points: "))
        return line(*loss, score, matter.both(f"分,判定为{verdict}。", f", {verdict}."))
    if one.verdict == "not_applicable":
        policy = matter.text(NOT_APPLICABLE[matter.rules[one.id].part.policies.not_applicable])
        told = matter.both(f"分,对评价对象不适用({policy}),计", f" points; not applicable ({policy}): ")
        return line(*head, told, score, matter.both("分。", "."))
    share = matter.share(one)
    if one.verdict == "undetermined":
        told = matter.both("分,得分未能确定,在", " points, not determined, within ")
        end = matter.both(f"分之间(占该指标分值的{share}),判定为{verdict}。", f" ({share}): {verdict}.")
        return line(*head, told, score, end)
    told = matter.both("分,实际得分", " points: ")
    return line(
        *head, told, score, matter.both(f"分(占该指标分值的{share}),判定为{verdict}。", f" ({share}), {verdict}.")
    )
