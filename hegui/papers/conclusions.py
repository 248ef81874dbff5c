"""What came out: the score, the table of sections, what it rests on, vetoes, waivers, what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from engine.assessment import Assessment, SectionResult, Waived, WaiverResult
from facts.problem import Text
from facts.values import ZERO
from hegui.charts import CALM, GAIN, LOSS, Bar
from hegui.papers.matter import Matter, Numbering, row
from hegui.papers.model import Block, Column, Heading, Line, Paragraph, Picture, Row, Span, Table, Unfold, line
from hegui.papers.trail import trail
from hegui.report_text import NAMED_MISSING
from hegui.wording import BASES, WAIVER_STATES

_KIND = {"base": Text("", ""), "bonus": Text("(加分)", " (bonus)"), "malus": Text("(减分)", " (malus)")}


def result_line(matter: Matter) -> Line:
    """The score, or what bounds it, and the grade."""
    one = matter.of
    score, of = Span(matter.span(one.lower, one.upper), "scores", strong=True), matter.points(one.points)
    if one.score is not None:
        said = (matter.both("评价得分", "The score is "), score, matter.both(f"分(满分{of}分)", f" of {of} points"))
    else:
        said = (
            matter.both("评价得分未能确定,在", "The score is not determined; it lies within "),
            score,
            matter.both(f"分之间(满分{of}分)", f" of {of} points"),
        )
    return line(*said, *_grade(matter, one), matter.both("。", "."))


def _grade(matter: Matter, one: Assessment | Waived) -> Line:
    grades = [Span(f"“{grade}”", "grades", strong=True) for grade in one.grades]
    if not grades:
        return ()
    sure = (
        matter.both(",评价等级为", "; grade ")
        if len(grades) == 1
        else matter.both(",评价等级可能为", "; possible grades ")
    )
    listed = [
        piece for n, grade in enumerate(grades) for piece in ((Span(matter.both("、", ", ")), grade) if n else (grade,))
    ]
    return line(sure, *listed)


def score_picture(matter: Matter) -> Picture:
    """Each section's score as a share of its points."""
    bars = []
    for one in matter.of.sections:
        if one.points <= 0 or one.kind == "malus":
            continue
        told = f"{matter.span(one.lower, one.upper)} / {matter.points(one.points)}"
        length = int(max(one.lower, ZERO) * 1000 / one.points)
        bars.append(Bar(matter.title(one.title), length, told, GAIN if one.score is not None else CALM))
    return Picture(matter.both("各部分得分率", "Scores by section, as shares of their points"), tuple(bars))


def conclusion(matter: Matter) -> Iterator[Block]:
    """The chapter's first half; the analysis follows."""
    number = Numbering(matter.zh, 3)
    yield Heading(3, matter.both("(一)评价结论", "1. Result"))
    yield Heading(4, number.next(matter.both("评价结果", "Score and grade")))
    yield Paragraph(result_line(matter))
    yield score_table(matter)
    yield from _notes(matter)
    yield Unfold(
        matter.both("总分、等级、否决和勾稽关系的评分轨迹", "Trail of the total, the grade, vetoes and checks"),
        tuple(trail(matter, [step for step in matter.of.trail if not step.indicator])),
        "t0",
    )
    yield Heading(4, number.next(matter.both("得分依据", "What the score rests on")))
    yield Paragraph(line(matter.basis()))
    yield _basis_picture(matter)
    if matter.of.missing:
        yield Heading(4, number.next(matter.both("未能确定的部分", "What is open")))
        yield Paragraph(line(_missing(matter)))
    if matter.of.waived is not None:
        yield Heading(4, number.next(matter.both("豁免", "Waivers")))
        yield from _waivers(matter, matter.of.waived)


def score_table(matter: Matter) -> Table:
    """评价得分简表: sections and the total."""
    columns = (
        Column(matter.word("section"), 34, head=True),
        Column(matter.word("declared"), 15, numeric=True),
        Column(matter.word("listed"), 15, numeric=True),
        Column(matter.word("score"), 20, numeric=True),
        Column(matter.both("得分率", "Share"), 24, numeric=True),
    )
    rows = [_section(matter, number, one) for number, one in enumerate(matter.of.sections, 1)]
    one = matter.of
    total = (
        matter.word("total"),
        Span(matter.points(one.points), "scoring"),
        "",
        Span(matter.span(one.lower, one.upper), "t0"),
        matter.share(one),
    )
    name = matter.both("评价得分简表", "Scores")
    return Table(name, columns, (*rows, row(*total, anchor="scores", total=True)))


def _section(matter: Matter, number: int, one: SectionResult) -> Row:
    """A section; its points lead to the rule, its score to the analysis."""
    return row(
        matter.title(one.title) + matter.text(_KIND[one.kind]),
        Span(matter.points(one.points), f"r{number}"),
        Span(matter.points(one.listed_points), "a1"),
        Span(matter.span(one.lower, one.upper), f"s{number}"),
        matter.share(one),
    )


def _notes(matter: Matter) -> Iterator[Block]:
    """Where a table and what it sums up differ."""
    for one in matter.of.sections:
        if one.note.zh:
            yield Paragraph(line(f"{matter.title(one.title)}{matter.both(':', ': ')}{matter.text(one.note)}"), "note")
    struck = [finding for finding in matter.of.findings if finding.code.startswith("veto:")]
    for finding in struck:
        yield Paragraph(line(matter.both("一票否决成立:", "A veto holds: "), matter.text(finding.message)))


def _basis_picture(matter: Matter) -> Picture:
    by = matter.of.by_basis
    parts = (
        (matter.text(BASES["figure"]), by.figure, GAIN),
        (matter.text(BASES["stated"]), by.stated, CALM),
        (matter.text(BASES["judged"]), by.judged, CALM),
        (matter.both("不依赖事实", "on no fact"), by.none, CALM),
        (matter.both("尚未确定", "open"), by.open, LOSS),
    )
    bars = [Bar(name, int(value * 1000), matter.points(value), colour) for name, value, colour in parts if value]
    return Picture(matter.both("指标得分的依据", "What the indicators' points rest on"), tuple(bars))


def _missing(matter: Matter) -> str:
    missing = matter.of.missing
    first, rest = missing[0], missing[1 : NAMED_MISSING + 1]
    names = [f"“{matter.text(one.label)}”({matter.points(one.settles)})" for one in rest]
    text = matter.both(
        f"缺少{len(missing)}项事实。补上“{matter.text(first.label)}”一项即可确定{matter.points(first.settles)}分。",
        f"{len(missing)} facts are missing. “{matter.text(first.label)}” alone would settle {matter.points(first.settles)} points.",
    )
    if names:
        text += matter.both(f"其次是{matter.listed(*names)}。", f" Then: {matter.listed(*names)}.")
    return text + matter.both("全部缺少的事实见第六章。", " All of them: chapter 6.")


def _waivers(matter: Matter, waived: Waived) -> Iterator[Block]:
    one = matter.of
    before, after = matter.span(one.lower, one.upper), matter.span(waived.lower, waived.upper)
    yield Paragraph(
        line(
            matter.both(
                f"以{waived.as_of}为准,豁免前得分{before}分", f"As of {waived.as_of}: without waivers {before}"
            ),
            *_grade(matter, one),
            matter.both(f";豁免后得分{after}分", f"; with them {after}"),
            *_grade(matter, waived),
            matter.both("。按规则的得分不因豁免而改变。", ". The score by the rules does not change."),
        )
    )
    columns = (
        Column(matter.both("问题", "Finding"), 28, head=True),
        Column(matter.both("状态", "State"), 12),
        Column(matter.both("理由", "Reason"), 30),
        Column(matter.word("authority"), 30),
    )
    yield Table(
        matter.both("豁免清单", "Waivers"), columns, tuple(_waiver(matter, result) for result in waived.waivers)
    )


def _waiver(matter: Matter, result: WaiverResult) -> Row:
    one = result.waiver
    span = matter.both(f"(有效期至{one.expires})", f" (until {one.expires})")
    return row(
        matter.waived_finding(result),
        matter.text(WAIVER_STATES[result.state]) + matter.both(":", ": ") + matter.text(result.message),
        one.reason,
        one.authority + span,
    )
