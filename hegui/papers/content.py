"""Assessment and Rulebook -> Paper: the chapters of a self-evaluation report, in the order such reports have."""

from __future__ import annotations

from collections.abc import Iterator

from engine.assessment import Assessment
from engine.model import Rulebook
from facts.problem import Language
from hegui.papers.analysis import analysis
from hegui.papers.annexes import annexes
from hegui.papers.conclusions import conclusion, result_line, score_picture
from hegui.papers.matter import Matter, Numbering, items
from hegui.papers.method import department, method, targets
from hegui.papers.model import Block, Heading, Line, Paper, Paragraph, Span, line
from hegui.papers.outlook import outlook, shortfalls
from hegui.wording import BASES

# Hexadecimal digits of a digest on the cover, as in the report on the terminal.
DIGEST_SHOWN = 12


def paper(assessment: Assessment, rulebook: Rulebook, language: Language) -> Paper:
    """The report. Every sentence is made from the assessment and its rules: what they do not carry is not said."""
    matter = Matter(assessment, rulebook, language)
    blocks = (*_summary(matter), *_body(matter), *annexes(matter))
    return Paper(_title(matter), matter.title(assessment.rulebook_title), language, _about(matter), blocks)


def _title(matter: Matter) -> str:
    period = matter.of.period
    year = f"{period}年度" if str(period).isdigit() else f"{period.start}至{period.end}"
    return matter.both(f"{matter.subject}{year}绩效评价报告", f"Evaluation report: {matter.subject}, {period}")


def _about(matter: Matter) -> tuple[tuple[str, str], ...]:
    one = matter.of
    accepted = matter.listed(*(matter.text(BASES[basis]) for basis in one.accepted_bases))
    return (
        (matter.word("subject"), f"{matter.subject} [{one.subject.id}]"),
        (matter.word("period"), f"{one.period.start} – {one.period.end}"),
        (matter.word("rulebook"), f"{one.rulebook_id} {one.rulebook_version}"),
        (matter.both("规则文件校验码", "Digest of the rules"), _digest(matter)),
        (matter.word("accept"), accepted),
    )


def _digest(matter: Matter) -> str:
    """As much of it as fits a line of the cover; the annex has all of it."""
    begin = matter.of.rulebook_digest[:DIGEST_SHOWN]
    return matter.both(f"sha256 {begin}…(全文见附件3)", f"sha256 {begin}… (whole in annex 3)")


def _summary(matter: Matter) -> Iterator[Block]:
    yield Heading(1, matter.both("第一部分 摘要", "Part 1: Summary"), "summary")
    number = Numbering(matter.zh, 1)
    yield Heading(2, number.next(matter.both("评价对象", "Who is evaluated")), "who")
    yield Paragraph(line(_who(matter)))
    yield Heading(2, number.next(matter.both("评价结论", "Result")), "result")
    yield Paragraph(result_line(matter))
    yield Paragraph(line(matter.basis()))
    yield score_picture(matter)
    yield Heading(2, number.next(matter.both("问题和建议", "Problems and suggestions")), "short")
    yield from items(_in_short(matter))


def _who(matter: Matter) -> str:
    one = matter.of
    return matter.both(
        f"评价对象为{matter.subject},评价期间为{one.period.start}至{one.period.end},"
        f"按“{matter.title(one.rulebook_title)}”评价,共{len(one.sections)}个一级指标、{len(one.indicators)}个三级指标。",
        f"{matter.subject} is evaluated for {one.period.start} to {one.period.end} by "
        f"“{matter.title(one.rulebook_title)}”: {len(one.sections)} sections, {len(one.indicators)} indicators.",
    )


def _in_short(matter: Matter) -> Iterator[Line]:
    """A line for each thing that is not well, with its place in the report."""
    one = matter.of
    for result in one.indicators:
        if result.deductions:
            lost = matter.points(sum(deduction.points for deduction in result.deductions) or result.regain)
            title = Span(matter.title(result.title), matter.own("i", result))
            yield line(title, matter.both(f":扣{lost}分", f": {lost} points off"))
    for finding in one.findings:
        if finding.code != "deduction":
            yield line(matter.text(finding.message))
    open_ = [result for result in one.indicators if result.verdict == "undetermined"]
    if open_:
        yield line(
            matter.both(
                f"{len(open_)}项指标因事实不足未能定分,缺少{len(one.missing)}项事实",
                f"{len(open_)} indicators are undetermined; {len(one.missing)} facts are missing",
            )
        )
    if not (one.findings or open_):
        yield line(
            matter.both("没有扣分,也没有未能定分的指标。", "No points are lost, and no indicator is undetermined.")
        )
    else:
        yield line(Span(matter.both("建议见第二部分第六章", "Suggestions: part 2, chapter 6"), "outlook"))


def _body(matter: Matter) -> Iterator[Block]:
    yield Heading(1, matter.both("第二部分 正文", "Part 2: Report"), "body")
    number = Numbering(matter.zh, 1)
    yield Heading(2, number.next(matter.both("部门概况", "The department")), "department")
    yield from department(matter)
    yield Heading(2, number.next(matter.both("绩效目标", "Targets")), "targets")
    yield from targets(matter)
    yield Heading(2, number.next(matter.both("评价思路和方法", "Method")), "method")
    yield from method(matter)
    yield Heading(2, number.next(matter.both("评价结论和绩效分析", "Conclusions and analysis")), "conclusion")
    yield from conclusion(matter)
    yield from analysis(matter)
    yield Heading(2, number.next(matter.both("存在的问题", "Problems")), "problems")
    yield from shortfalls(matter)
    yield Heading(2, number.next(matter.both("改进措施及建议", "Suggestions")), "outlook")
    yield from outlook(matter)
