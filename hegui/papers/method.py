"""The chapters before the result: the department, its targets, and how it was evaluated."""

from __future__ import annotations

from collections.abc import Iterator

from engine.assessment import IndicatorResult, Operand
from engine.model import Citation
from engine.stated import state_policies
from engine.statedbook import state_declared, state_grades, state_parameter, state_section, state_total, state_veto
from facts.problem import Text
from hegui.papers.matter import Matter, Numbering, documents, items, row
from hegui.papers.model import Block, Column, Heading, Line, Paragraph, Row, Span, Table, line
from hegui.wording import BASES, VERDICTS

_BASIS_SAID = {
    "figure": Text("可由数字复算", "can be recomputed from figures"),
    "stated": Text("由部门陈述", "stated by the department"),
    "judged": Text("由评价人判断", "judged by an assessor"),
}


def department(matter: Matter) -> Iterator[Block]:
    """What the case holds on the department as a whole: facts no indicator reads. Nothing else is known of it."""
    own = {fact.concept for one in matter.of.indicators for fact in matter.facts_of(one)}
    found = [fact for fact in matter.facts if fact.concept not in own and fact.known in ("known", "bounded")]
    name = Span(matter.subject, strong=True)
    if not found:
        nothing = matter.both(
            "。除各指标所用的数据外,评价个案没有可供评价使用的部门概况资料。",
            ". Beside the data of its indicators the case holds nothing on it that the evaluation uses.",
        )
        yield Paragraph(line(matter.both("评价对象:", "Evaluated: "), name, nothing))
        return
    some = matter.both(
        "。评价用到的、不属于单项指标的数据如下;评价没有用到其他部门概况资料。",
        ". The data the evaluation uses beside those of single indicators; it uses nothing else on the department.",
    )
    yield Paragraph(line(matter.both("评价对象:", "Evaluated: "), name, some))
    yield Table(
        matter.both("部门数据", "Data on the department"),
        (
            Column(matter.both("数据项", "Data item"), 26, head=True),
            Column(matter.both("数值", "Value"), 16, numeric=True),
            Column(matter.word("basis"), 14),
            Column(matter.both("出处", "Where it was read"), 44),
        ),
        tuple(row(*_fact_cells(matter, fact)) for fact in found),
    )


def _fact_cells(matter: Matter, fact: Operand) -> tuple[Line, ...]:
    places = [matter.place_line(one) for one in fact.provenance]
    read = tuple(span for n, one in enumerate(places) for span in ((Span("; "), *one) if n else one))
    return (
        line(matter.text(fact.label)),
        line(Span(matter.shown(fact), matter.fact(fact.concept))),
        line(matter.standing(fact)),
        read,
    )


def targets(matter: Matter) -> Iterator[Block]:
    """What the rules ask for where they measure, and what was found."""
    measured = [one for one in matter.of.indicators if one.measure is not None]
    if not measured:
        yield Paragraph(line(matter.both("没有以测算值评分的指标。", "No indicator is scored by a measure.")))
        return
    yield Paragraph(
        line(
            matter.both(
                f"以下{len(measured)}项指标以测算值评分。目标取自评分标准,实际值由事实算出。",
                f"These {len(measured)} indicators are scored by a measure: what the criterion asks for, and what the facts give.",
            )
        )
    )
    yield Table(
        matter.both("量化目标及实际", "Measured targets"),
        (
            Column(matter.word("indicator"), 26, head=True),
            Column(matter.both("评分标准", "Criterion"), 40),
            Column(matter.both("实际", "Actual"), 17, numeric=True),
            Column(matter.word("verdict"), 17),
        ),
        tuple(_target(matter, one) for one in measured),
    )


def _target(matter: Matter, one: IndicatorResult) -> Row:
    assert one.measure is not None
    shown = Span(matter.text(one.measure.told), matter.own("i", one))
    title = Span(matter.title(one.title), matter.own("c", one))
    return row(title, matter.criterion(one), shown, matter.text(VERDICTS[one.verdict]))


def method(matter: Matter) -> Iterator[Block]:
    """What was evaluated by, how scores are made, what was relied on."""
    number = Numbering(matter.zh, 2)
    yield Heading(3, number.next(matter.both("评价依据", "What it rests on")))
    yield from _authority(matter)
    yield Heading(3, number.next(matter.both("指标体系", "The indicators")))
    yield from _system(matter)
    yield Heading(3, number.next(matter.both("计分方法", "How scores are made")), "scoring")
    yield from _scoring(matter)
    yield Heading(3, number.next(matter.both("等级", "Grades")), "grades")
    yield from _grades(matter)
    yield Heading(3, number.next(matter.both("采信的事实", "Facts relied on")))
    yield from _relied(matter)


def _authority(matter: Matter) -> Iterator[Block]:
    rulebook = matter.rulebook
    until = rulebook.effective_to.isoformat() if rulebook.effective_to else matter.both("(未定)", "(open)")
    yield Paragraph(
        line(
            matter.both(
                f"“{matter.title(rulebook.title)}”由{rulebook.authority}发布,适用期间为{rulebook.effective_from}至{until}。"
                "评分标准引用以下文件:",
                f"“{matter.title(rulebook.title)}”, issued by {rulebook.authority}, in force {rulebook.effective_from} to {until}. "
                "Its criteria cite:",
            )
        )
    )
    cites = [rulebook.cite, *(one.part.cite for one in rulebook.indicators), *(one.cite for one in rulebook.vetoes)]
    cites += [one.cite for one in rulebook.checks]
    cites += [rulebook.grades.cite] if rulebook.grades else []
    named = documents(cites) or (matter.both("(没有写明文件)", "(no document is named)"),)
    yield from items(line(one) for one in named)
    if rulebook.cite.uncertain:
        yield Paragraph(line(matter.both("存疑:", "Uncertain: "), rulebook.cite.uncertain), "note")


def _system(matter: Matter) -> Iterator[Block]:
    rulebook = matter.rulebook
    groups = {(one.section, one.group) for one in matter.of.indicators if one.group}
    middle = matter.both(f"{len(groups)}个二级指标、", f"{len(groups)} groups, ") if groups else ""
    counted = matter.both(
        f"所列{len(matter.of.sections)}个一级指标、{middle}{len(matter.of.indicators)}个三级指标;满分{matter.points(matter.of.points)}分。",
        f"Listed: {len(matter.of.sections)} sections, {middle}{len(matter.of.indicators)} indicators; "
        f"full marks {matter.points(matter.of.points)}.",
    )
    declared = matter.text(state_declared(rulebook))
    if declared:
        counted += matter.both(f"文件自称:{declared}", f" The document declares: {declared}")
    yield Paragraph(line(counted, Span(matter.both("指标体系见附件1。", " The whole table: annex 1."), "a1")))
    for number, one in enumerate(rulebook.sections, 1):
        title = Span(matter.title(one.title), strong=True)
        said = line(title, matter.both(":", ": "), matter.text(state_section(rulebook, one)))
        yield Paragraph(said, "item", f"r{number}")


def _scoring(matter: Matter) -> Iterator[Block]:
    rulebook = matter.rulebook
    yield Paragraph(line(matter.text(state_total(rulebook))))
    unless = matter.both("评分标准未另行说明的,一律:", "Unless a criterion says otherwise: ")
    yield Paragraph(line(unless, matter.text(state_policies(rulebook.defaults))))
    parameters = [*rulebook.parameters, *(one for section in rulebook.sections for one in section.parameters)]
    yield from items(line(matter.text(state_parameter(rulebook, one))) for one in parameters)
    for veto in rulebook.vetoes:
        title = Span(matter.title(veto.title), strong=True)
        yield Paragraph(
            line(matter.both("一票否决:", "Veto: "), title, " ", matter.text(state_veto(rulebook, veto))), "item"
        )
        yield _cited(matter, veto.cite)


def _cited(matter: Matter, cite: Citation) -> Paragraph:
    return Paragraph(line(f"{matter.word('clause')} ", *matter.clause_line(cite)), "note")


def _grades(matter: Matter) -> Iterator[Block]:
    scale = matter.rulebook.grades
    if scale is None:
        yield Paragraph(line(matter.both("规则没有规定等级。", "The rules set no grades.")))
        return
    yield Paragraph(line(matter.text(state_grades(scale))))
    yield _cited(matter, matter.of.grade_citation)


def _relied(matter: Matter) -> Iterator[Block]:
    facts, sources = len(matter.facts), len(matter.of.sources)
    named = matter.listed(
        *(f"{matter.text(BASES[one])}({matter.text(_BASIS_SAID[one])})" for one in matter.of.accepted_bases)
    )
    pieces: list[str | Span] = [matter.both(f"采信以下依据的事实:{named}。", f"Facts are relied on that are: {named}.")]
    if facts:
        pieces.append(
            Span(matter.both(f"评分读取的{facts}项事实见附件2。", f" Facts that were read ({facts}): annex 2."), "a2")
        )
    if sources:
        pieces.append(Span(matter.both(f"{sources}份来源见附件3。", f" Sources ({sources}): annex 3."), "a3"))
    yield Paragraph(line(*pieces))
