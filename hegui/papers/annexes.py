"""Annexes: the indicator system with scores, the facts, the sources with their digests, accepted contradictions."""

from __future__ import annotations

from collections.abc import Iterator

from engine.assessment import IndicatorResult, Operand, SectionResult
from hegui.papers.matter import Matter, row
from hegui.papers.model import Block, Column, Heading, Line, Paragraph, Row, Span, Table, line
from hegui.wording import BASES, VERDICTS


def annexes(matter: Matter) -> Iterator[Block]:
    """All of them, on pages turned on their side."""
    yield Heading(1, matter.both("附件", "Annexes"), "annexes", wide=True)
    yield Heading(2, matter.both("附件1 指标体系及得分", "Annex 1: The indicators and their scores"), "a1")
    yield _system(matter)
    yield Heading(2, matter.both("附件2 评分所用的事实", "Annex 2: Facts that were read"), "a2")
    yield from _facts(matter)
    yield Heading(2, matter.both("附件3 资料来源", "Annex 3: Sources"), "a3")
    yield from _sources(matter)
    if matter.of.accepted:
        yield Heading(
            2,
            matter.both("附件4 规则集中已知并接受的矛盾", "Annex 4: Contradictions of the rulebook, accepted by name"),
            "a4",
        )
        yield _accepted(matter)


def _system(matter: Matter) -> Table:
    grouped = matter.has_groups()
    columns = [Column(matter.both("序号", "No."), 6, numeric=True), Column(matter.word("section"), 11)]
    columns += [Column(matter.both("二级指标", "Group"), 9)] if grouped else []
    columns += [
        Column(matter.word("indicator"), 17, head=True),
        Column(matter.both("评分标准", "Criterion"), 24),
        Column(matter.word("clause"), 18),
        Column(matter.word("points"), 8, numeric=True),
        Column(matter.word("score"), 9, numeric=True),
        Column(matter.both("得分率", "Share"), 10, numeric=True),
        Column(matter.word("verdict"), 10),
        Column(matter.word("basis"), 8),
    ]
    rows = [found for section in matter.of.sections for found in _section(matter, section, grouped)]
    return Table(matter.both("指标体系及得分", "Indicators and scores"), tuple(columns), tuple(rows))


def _section(matter: Matter, section: SectionResult, grouped: bool) -> Iterator[Row]:
    for one in matter.indicators_of(section):
        yield _indicator(matter, section, one, grouped)
    blank = [""] * (2 if grouped else 1)
    name = matter.title(section.title) + matter.both("小计", ", subtotal")
    score = matter.span(section.lower, section.upper)
    share = matter.share(section)
    points = matter.points(section.points)
    yield row("", name, *blank, matter.text(section.note), "", points, score, share, "", "", total=True)


def _indicator(matter: Matter, section: SectionResult, one: IndicatorResult, grouped: bool) -> Row:
    number, cite = str(matter.numbers[one.id]), one.citation
    cells: list[str | Span | Line] = [number, matter.title(section.title)]
    cells += [one.group] if grouped else []
    cells += [
        Span(matter.title(one.title), matter.own("i", one)),
        matter.criterion(one),
        line(matter.short_clause(cite), f":“{cite.quote}”" if cite.quote else ""),
        matter.points(one.points),
        Span(matter.span(one.lower, one.upper), matter.own("t", one)),
        matter.share(one),
        matter.text(VERDICTS[one.verdict]),
        matter.text(BASES[one.basis]),
    ]
    return row(*cells, anchor=matter.own("c", one))


def _facts(matter: Matter) -> Iterator[Block]:
    if not matter.facts:
        yield Paragraph(line(matter.both("评分没有读取任何事实。", "No fact was read.")))
        return
    columns = (
        Column(matter.both("序号", "No."), 6, numeric=True),
        Column(matter.both("数据项", "Data item"), 20, head=True),
        Column(matter.both("数值", "Value"), 15, numeric=True),
        Column(matter.both("状态、依据", "Status, basis"), 13),
        Column(matter.both("出处和原文", "Where it was read, and the words"), 32),
        Column(matter.both("说明", "Note"), 15),
    )
    rows = tuple(_fact(matter, number, one) for number, one in enumerate(matter.facts, 1))
    yield Table(matter.both("评分所用的事实", "Facts that were read"), columns, rows)


def _fact(matter: Matter, number: int, one: Operand) -> Row:
    places = [matter.place_line(place) for place in one.provenance]
    read = tuple(span for n, place in enumerate(places) for span in ((Span("\n"), *place) if n else place))
    notes = "\n".join([*(place.note for place in one.provenance if place.note), *one.rows])
    value = matter.shown(one) if one.known != "conflict" else "?"
    told = notes if one.known != "conflict" else "\n".join(text for text in (one.shown, notes) if text)
    return row(str(number), matter.text(one.label), value, matter.standing(one), read, told, anchor=f"f{number}")


def _sources(matter: Matter) -> Iterator[Block]:
    digest = f"sha256 {matter.of.rulebook_digest}"
    yield Paragraph(line(matter.both(f"规则文件校验码:{digest}", f"Digest of the rules: {digest}")), "note")
    if not matter.of.sources:
        yield Paragraph(line(matter.both("评价个案没有写明来源。", "The case names no source.")))
        return
    columns = (
        Column(matter.both("编号", "Id"), 10, head=True),
        Column(matter.both("名称", "Title"), 30),
        Column(matter.both("日期", "Date"), 10),
        Column(matter.both("文件或网址", "File or address"), 22),
        Column("SHA-256", 28),
    )
    rows = [
        row(
            one.id,
            one.title,
            one.date,
            "\n".join(text for text in (one.file, one.url) if text),
            one.sha256 or "—",
            anchor=f"q{number}",
        )
        for number, one in enumerate(matter.of.sources, 1)
    ]
    yield Table(matter.both("资料来源", "Sources"), columns, tuple(rows))


def _accepted(matter: Matter) -> Table:
    columns = (
        Column(matter.both("矛盾", "Contradiction"), 38),
        Column(matter.both("接受理由", "Why it is accepted"), 36),
        Column(matter.word("authority"), 26),
    )
    rows = []
    for one, problem in zip(matter.of.accepted, matter.of.accepted_problems, strict=True):
        until = matter.both(f"(有效期至{one.expires})", f" (until {one.expires})") if one.expires else ""
        rows.append(row(f"{matter.text(problem.message)} [{one.problem}]", one.reason, one.authority + until))
    return Table(matter.both("已接受的矛盾", "Accepted contradictions"), columns, tuple(rows))
