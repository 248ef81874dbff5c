"""What is not well, and what would help: findings, what is open, points that can be regained, facts to bring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.assessment import Finding, IndicatorResult, Operand
from facts.problem import printable
from hegui.papers.matter import Matter, Numbering, items, row
from hegui.papers.model import Block, Column, Heading, Line, Paragraph, Span, Table, line
from hegui.wording import SEVERITIES


def shortfalls(matter: Matter) -> Iterator[Block]:
    """Findings with their clauses and quotes, then what could not be decided, then what is wrong with the input."""
    number = Numbering(matter.zh, 2)
    lost = [one for one in matter.of.indicators if one.deductions]
    failed = [one for one in matter.of.findings if one.code != "deduction"]
    open_ = [one for one in matter.of.indicators if one.verdict == "undetermined"]
    if lost:
        yield Heading(3, number.next(matter.both("扣分", "Points lost")))
        for one in lost:
            yield from _lost(matter, one)
    if failed:
        yield Heading(3, number.next(matter.both("勾稽关系与否决事项", "Checks and vetoes")))
        for finding in failed:
            yield from _failed(matter, finding)
    if open_:
        yield Heading(3, number.next(matter.both("未能定分的指标", "Undetermined indicators")))
        yield _open(matter, open_)
    if matter.of.problems:
        yield Heading(3, number.next(matter.both("资料本身的问题", "Problems of the input")))
        for problem in matter.of.problems:
            where = f"{problem.at}: " if str(problem.at) else ""
            yield Paragraph(line(printable(f"{where}{matter.text(problem.message)} [{problem.code}]")), "item")
    if not number.count:
        yield Paragraph(
            line(
                matter.both(
                    "没有扣分,没有否决,勾稽关系没有不符。", "No points are lost, no veto holds, no check fails."
                )
            )
        )


def _waived(matter: Matter, waived: bool) -> str:
    return matter.both("(已豁免)", " (waived)") if waived else ""


def _lost(matter: Matter, one: IndicatorResult) -> Iterator[Block]:
    waived = any(f.waived for f in matter.of.findings if f.code == "deduction" and f.indicator == one.id)
    for deduction in one.deductions:
        title = Span(matter.title(one.title), matter.own("i", one), strong=True)
        points = matter.points(deduction.points)
        told = matter.both(
            f":扣{points}分。{matter.text(deduction.reason)}", f": {points} points off. {matter.text(deduction.reason)}"
        )
        yield Paragraph(line(title, told, _waived(matter, waived)), "item")
        yield Paragraph(line(f"{matter.word('clause')} ", *matter.clause_line(deduction.citation)), "note")
    yield from _facts(matter, [fact for fact in matter.facts_of(one) if fact.known != "absent"])


def _facts(matter: Matter, facts: Sequence[Operand]) -> Iterator[Block]:
    return (Paragraph(line(matter.both("事实 ", "Fact "), *matter.fact_line(fact)), "note") for fact in facts)


def _failed(matter: Matter, one: Finding) -> Iterator[Block]:
    severity = matter.text(SEVERITIES[one.severity])
    against = [
        matter.both(f"应为 {one.expected}", f"expected {one.expected}") if one.expected else "",
        matter.both(f"实为 {one.actual}", f"found {one.actual}") if one.actual else "",
        matter.both(f"差 {one.difference}", f"difference {one.difference}") if one.difference else "",
    ]
    told = matter.both(",", ", ").join(text for text in against if text)
    beside = matter.both(f"({told})", f" ({told})") if told else ""
    head = Span(f"[{severity}] ", strong=True)
    yield Paragraph(line(head, matter.text(one.message), beside, f" [{one.code}]", _waived(matter, one.waived)), "item")
    yield Paragraph(line(f"{matter.word('clause')} ", *matter.clause_line(one.citation)), "note")
    yield from _facts(matter, one.facts)


def _open(matter: Matter, found: list[IndicatorResult]) -> Table:
    labels = {one.concept: matter.text(one.label) for one in matter.of.missing}
    rows = []
    for one in found:
        title = Span(matter.title(one.title), matter.own("i", one))
        lacks = matter.listed(*(labels.get(concept, concept) for concept in one.missing)) or "—"
        rows.append(row(title, matter.points(one.points), matter.span(one.lower, one.upper), lacks))
    columns = (
        Column(matter.word("indicator"), 36, head=True),
        Column(matter.word("points"), 10, numeric=True),
        Column(matter.both("得分区间", "Bounds"), 18, numeric=True),
        Column(matter.word("missing"), 36),
    )
    return Table(matter.both("未能定分的指标", "Undetermined indicators"), columns, tuple(rows))


def outlook(matter: Matter) -> Iterator[Block]:
    """What would regain points and settle what is open: nothing is suggested that does not follow from the rules."""
    number = Numbering(matter.zh, 2)
    lost = [one for one in matter.of.indicators if one.regain > 0]
    if lost:
        yield Heading(3, number.next(matter.both("可以挽回的分", "Points to be regained")))
        yield from items(_regain(matter, one) for one in lost)
    if matter.of.missing:
        yield Heading(3, number.next(matter.both("应当补充的事实", "Facts to bring")))
        yield _missing(matter)
    hints = [one for one in matter.of.problems if matter.text(one.hint)]
    if hints:
        yield Heading(3, number.next(matter.both("应当核对的资料", "Input to be checked")))
        yield from items(
            line(printable(f"{matter.text(one.message)}{matter.both('。', '. ')}{matter.text(one.hint)}"))
            for one in hints
        )
    if not number.count:
        yield Paragraph(
            line(
                matter.both(
                    "评价结果中没有可以挽回的分,也没有缺少的事实。",
                    "There are no points to regain and no facts to bring.",
                )
            )
        )


def _regain(matter: Matter, one: IndicatorResult) -> Line:
    title = Span(matter.title(one.title), matter.own("i", one), strong=True)
    points = matter.points(one.regain)
    told = matter.both(f":全部改好可挽回{points}分", f": up to {points} points")
    nearest = matter.both("。", "; ") + matter.text(one.nearest.sentence) if one.nearest is not None else ""
    return line(title, told, nearest, matter.both("。", "."))


def _missing(matter: Matter) -> Table:
    by_id = {one.id: one for one in matter.of.indicators}
    rows = []
    for missing in matter.of.missing:
        found = [by_id[key] for key in missing.indicators if key in by_id]
        names = [Span(matter.title(one.title), matter.own("i", one)) for one in found]
        listed = [
            piece for n, name in enumerate(names) for piece in ((matter.both("、", ", "), name) if n else (name,))
        ]
        label = Span(matter.text(missing.label), matter.fact(missing.concept))
        rows.append(row(label, matter.points(missing.settles), matter.points(missing.touches), line(*listed)))
    columns = (
        Column(matter.both("缺少的事实", "Missing fact"), 34, head=True),
        Column(matter.both("补上即可确定", "Settles alone"), 14, numeric=True),
        Column(matter.both("涉及分值", "Touches"), 12, numeric=True),
        Column(matter.both("用于", "Used by"), 40),
    )
    return Table(matter.both("缺少的事实", "Missing facts"), columns, tuple(rows))
