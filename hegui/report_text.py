"""An Assessment as a report to read in a terminal or a file, and one indicator explained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from engine.assessment import Assessment, Deduction, IndicatorResult, Operand, Step
from engine.model import Citation
from facts.problem import Language, Problem, has_errors
from facts.provenance import Provenance
from facts.values import Interval
from facts.waiver import Waiver
from hegui.interchange import points_decimal
from hegui.layout import WIDTH, table, wrapped
from hegui.wording import BASES, KNOWN, NUMERALS, SEVERITIES, VERDICTS, WAIVER_STATES, title_in, word

# Of a long list of missing facts these many are named; the JSON has them all.
NAMED_MISSING = 5


def report_text(assessment: Assessment, language: Language = "zh") -> str:
    """The whole assessment as text."""
    report = _Report(assessment, language)
    return "\n".join(report.lines()) + "\n"


def explain_text(assessment: Assessment, indicator: IndicatorResult, language: Language = "zh") -> str:
    """One indicator from the clause to the quote."""
    return "\n".join(_Explanation(assessment, language).lines(indicator)) + "\n"


def problems_text(problems: Sequence[Problem], language: Language = "zh") -> str:
    """Problems with their places and ways out, and how many there are."""
    if not problems:
        return "没有发现问题。\n" if language == "zh" else "No problems found.\n"
    errors = sum(problem.severity == "error" for problem in problems)
    lines = [problem.show(language) for problem in problems]
    if language == "zh":
        tail = f"共 {len(problems)} 个问题,其中错误 {errors} 个。"
        tail += "请修正后重试。" if has_errors(problems) else ""
    else:
        many = "problem" if len(problems) == 1 else "problems"
        tail = f"{len(problems)} {many}, of them errors: {errors}."
    return "\n".join([*lines, tail]) + "\n"


def span(lower: Fraction, upper: Fraction) -> str:
    """A score, or the range it lies in."""
    if lower == upper:
        return points_decimal(lower)
    return f"[{points_decimal(lower)}, {points_decimal(upper)}]"


class _Writer:
    def __init__(self, assessment: Assessment, language: Language) -> None:
        self.of, self.language = assessment, language
        self.zh = language == "zh"

    def word(self, key: str) -> str:
        return word(key, self.language)

    def both(self, zh: str, en: str) -> str:
        return zh if self.zh else en

    def clause(self, cite: Citation) -> str:
        text = " ".join(part for part in (cite.document, cite.item) if part) or "—"
        if cite.uncertain:
            text += self.both(f"(存疑:{cite.uncertain})", f" (uncertain: {cite.uncertain})")
        return text

    def place(self, provenance: Provenance) -> str:
        source = next((s for s in self.of.sources if s.id == provenance.source), None)
        name = source.title if source and source.title else provenance.source
        where = ""
        if provenance.locator is not None:
            where = self.both(f" 第 {provenance.locator} 处", f" at {provenance.locator}")
        return f"《{name}》{where}" if self.zh else f"{name}{where}"

    def operand(self, operand: Operand) -> str:
        label = operand.label.in_(self.language)
        refused = operand.basis is not None and operand.basis not in self.of.accepted_bases
        known = KNOWN["refused" if refused else operand.known].in_(self.language)
        shown = operand.shown or (f"({self.both('明细', 'rows')} {len(operand.rows)})" if operand.rows else "")
        basis = (
            BASES[operand.basis].in_(self.language) if operand.basis and (refused or operand.known != "absent") else ""
        )
        notes = self.both(",", ", ").join(part for part in (known, basis) if part)
        return f"{label} = {shown or '?'}" + (f" [{notes}]" if notes else "")

    def quotes(self, operands: Iterable[Operand], indent: str) -> Iterator[str]:
        seen = set()
        for operand in operands:
            for provenance in operand.provenance:
                if provenance.quote and provenance not in seen:
                    seen.add(provenance)
                    text = f"{self.place(provenance)}:“{provenance.quote}”"
                    yield wrapped(text, indent + "  ", f"{indent}{self.word('quote')} ")


class _Report(_Writer):
    """A report; its sections are numbered as they are printed, since some are only there where they say something."""

    def __init__(self, assessment: Assessment, language: Language) -> None:
        super().__init__(assessment, language)
        self.printed = 0

    def title(self, key: str) -> str:
        """The heading of the next section."""
        self.printed += 1
        return self.both(f"{NUMERALS[self.printed - 1]}、", f"{self.printed}. ") + self.word(key)

    def lines(self) -> Iterator[str]:
        yield from self.heading()
        yield from self.conclusion()
        yield from self.sections()
        yield from self.waivers()
        yield from self.deductions()
        yield from self.findings()
        yield from self.contradictions()
        yield from self.indicators()
        yield from self.problems()

    def heading(self) -> Iterator[str]:
        one = self.of
        subject = one.subject.name_en if not self.zh and one.subject.name_en else one.subject.name
        yield wrapped(title_in(one.rulebook_title, self.language))
        yield "═" * WIDTH
        yield f"{self.word('subject')}  {subject}"
        yield f"{self.word('period')}  {one.period}"
        yield f"{self.word('rulebook')}  {one.rulebook_id} {one.rulebook_version} (sha256 {one.rulebook_digest[:12]})"
        accepted = self.both("、", ", ").join(BASES[basis].in_(self.language) for basis in one.accepted_bases)
        yield f"{self.word('accept')}  {accepted}"

    def conclusion(self) -> Iterator[str]:
        one = self.of
        yield f"\n{self.title('conclusion')}"
        grades = self.both("、", ", ").join(one.grades)
        of = points_decimal(one.points)
        if one.score is not None:
            yield f"  {self.word('score')} {points_decimal(one.score)} / {of}" + (
                self.both(f",等级 {grades}", f", grade {grades}") if grades else ""
            )
        else:
            shown = span(one.lower, one.upper)
            possible = self.both(f",等级可能为 {grades}", f", possible grades {grades}") if grades else ""
            if one.grade is not None:
                possible = self.both(f",等级 {grades}", f", grade {grades}")
            yield self.both(f"  得分未能确定,在 {shown} 之间(满分 {of})", f"  Score within {shown} of {of}") + possible
        if one.grade_citation.uncertain:
            yield wrapped(self.both("等级依据 ", "Grades by ") + self.clause(one.grade_citation), "  ")
        yield wrapped(self.basis(), "  ")
        if one.missing:
            yield from self.missing()

    def basis(self) -> str:
        by = self.of.by_basis
        listed = sum((s.listed_points for s in self.of.sections if s.kind == "base"), Fraction(0))
        figures = [points_decimal(value) for value in (by.figure, by.stated, by.judged, by.open)]
        text = self.both(
            f"所列指标分值 {points_decimal(listed)} 分中:数字可复算 {figures[0]} 分,仅凭部门陈述 {figures[1]} 分,"
            f"凭评价人判断 {figures[2]} 分,尚未确定 {figures[3]} 分。",
            f"Of {points_decimal(listed)} points the indicators list: {figures[0]} proven by figures, "
            f"{figures[1]} rest on bare statements, {figures[2]} on judgements, {figures[3]} are open.",
        )
        if by.none:
            other = points_decimal(by.none)
            text += self.both(f"另有 {other} 分不依赖任何事实。", f" {other} rest on no fact.")
        return text

    def missing(self) -> Iterator[str]:
        missing = self.of.missing
        first = missing[0]
        name, settles = first.label.in_(self.language), points_decimal(first.settles)
        yield wrapped(
            self.both(
                f"缺少 {len(missing)} 项事实。最能缩小区间的一项是“{name}”,补上它即可确定 {settles} 分。",
                f"{len(missing)} facts are missing. The one that would narrow this most is {name!r}: "
                f"it alone settles {settles} points.",
            ),
            "  ",
        )
        if len(missing) > 1:
            names = [
                f"{m.label.in_(self.language)}({points_decimal(m.settles)})" for m in missing[1 : NAMED_MISSING + 1]
            ]
            yield wrapped(self.both("其次:", "Then: ") + self.both("、", ", ").join(names) + " …", "  ")

    def sections(self) -> Iterator[str]:
        yield f"\n{self.title('sections')}"
        rows = [[self.word(key) for key in ("section", "declared", "listed", "score")]]
        for one in self.of.sections:
            points = [points_decimal(value) for value in (one.points, one.listed_points)]
            rows.append([title_in(one.title, self.language), *points, span(one.lower, one.upper)])
        rows.append([self.word("total"), points_decimal(self.of.points), "", span(self.of.lower, self.of.upper)])
        yield from table(rows, numeric=(1, 2, 3))

    def waivers(self) -> Iterator[str]:
        """The score before waivers and after, and what became of each."""
        waived = self.of.waived
        if waived is None:
            return
        yield self.both(f"\n豁免(以 {waived.as_of} 为准)", f"\nWaivers (as of {waived.as_of})")
        before, after = span(self.of.lower, self.of.upper), span(waived.lower, waived.upper)
        grades = [self.both("、", ", ").join(one.grades) for one in (self.of, waived)]
        told = [f"{score} {grade}".strip() for score, grade in zip((before, after), grades, strict=True)]
        yield self.both(f"  豁免前 {told[0]},豁免后 {told[1]}", f"  before {told[0]}, after {told[1]}")
        for result in waived.waivers:
            one = result.waiver
            state = WAIVER_STATES[result.state].in_(self.language)
            why = self.both(":", ": ") + result.message.in_(self.language)
            yield wrapped(f"[{state}] {self.waived_finding(one)}{why}", "    ", "  · ")
            yield wrapped(one.reason, "      ", f"    {self.word('reason')} ")
            yield wrapped(one.authority, "      ", f"    {self.word('authority')} ")

    def waived_finding(self, one: Waiver) -> str:
        """The finding a waiver is about, as people call it."""
        indicator = next((i for i in self.of.indicators if i.id == one.target), None)
        if one.finding != "deduction" or indicator is None:
            return one.finding
        title, points = title_in(indicator.title, self.language), points_decimal(one.points or Fraction(0))
        return self.both(f"扣 {points} 分 {title}", f"-{points} {title}") + f" [{one.target}]"

    def deductions(self) -> Iterator[str]:
        yield f"\n{self.title('deductions')}"
        found = [(i, d) for i in self.of.indicators for d in i.deductions]
        if not found:
            yield f"  {self.word('none')}"
        for indicator, deduction in found:
            yield from self.deduction(indicator, deduction)

    def deduction(self, indicator: IndicatorResult, deduction: Deduction) -> Iterator[str]:
        title, points = title_in(indicator.title, self.language), points_decimal(deduction.points)
        head = self.both(f"-{points} 分 {title}", f"-{points} {title}")
        yield wrapped(f"{head} [{indicator.id}]", "    ", "  · ")
        yield wrapped(deduction.reason.in_(self.language), "      ", f"    {self.word('reason')} ")
        yield wrapped(self.clause(deduction.citation), "      ", f"    {self.word('clause')} ")
        yield from self.quotes(self.facts(indicator), "    ")
        if indicator.nearest is not None:
            yield wrapped(indicator.nearest.sentence.in_(self.language), "      ", f"    {self.word('regain')} ")

    def facts(self, indicator: IndicatorResult) -> list[Operand]:
        steps = [step for step in self.of.trail if step.n in indicator.steps]
        fired = [step for step in steps if step.after is not None and step.after != step.before]
        return [operand for step in fired for operand in step.facts if operand.known != "absent"]

    def findings(self) -> Iterator[str]:
        yield f"\n{self.title('findings')}"
        found = [finding for finding in self.of.findings if finding.code != "deduction"]
        if not found:
            yield f"  {self.word('none')}"
        for finding in found:
            severity = SEVERITIES[finding.severity].in_(self.language)
            waived = self.both("(已豁免)", " (waived)") if finding.waived else ""
            text = f"[{severity}] {finding.message.in_(self.language)} ({finding.code}){waived}"
            yield wrapped(text, "    ", "  · ")
            yield from self.quotes(finding.facts, "    ")

    def contradictions(self) -> Iterator[str]:
        if not self.of.accepted:
            return
        yield f"\n{self.title('contradictions')}"
        for acceptance, problem in zip(self.of.accepted, self.of.accepted_problems, strict=True):
            yield wrapped(f"{problem.message.in_(self.language)} [{acceptance.problem}]", "    ", "  · ")
            yield wrapped(acceptance.reason, "      ", f"    {self.word('reason')} ")
            yield wrapped(acceptance.authority, "      ", f"    {self.word('authority')} ")

    def indicators(self) -> Iterator[str]:
        yield f"\n{self.title('indicators')}"
        rows = [["#", *(self.word(key) for key in ("indicator", "points", "score", "verdict", "basis"))]]
        for number, one in enumerate(self.of.indicators, 1):
            rows.append(
                [
                    str(number),
                    title_in(one.title, self.language),
                    points_decimal(one.points),
                    span(one.lower, one.upper),
                    VERDICTS[one.verdict].in_(self.language),
                    BASES[one.basis].in_(self.language),
                ]
            )
        yield from table(rows, numeric=(0, 2, 3))
        example = self.of.indicators[0].id if self.of.indicators else ""
        yield self.both(
            f"\n  每一分的来历:hegui explain 个案文件 指标编号 --rules 规则集(如 {example})",
            f"\n  Where a point comes from: hegui explain FACTS INDICATOR --rules DIR (such as {example})",
        )

    def problems(self) -> Iterator[str]:
        if self.of.problems:
            yield f"\n{self.title('problems')}"
            for problem in self.of.problems:
                yield problem.show(self.language)


class _Explanation(_Writer):
    def lines(self, one: IndicatorResult) -> Iterator[str]:
        yield wrapped(f"{title_in(one.title, self.language)} [{one.id}]")
        yield "─" * WIDTH
        verdict = VERDICTS[one.verdict].in_(self.language)
        yield f"{self.word('score')}  {span(one.lower, one.upper)} / {points_decimal(one.points)}  {verdict}"
        yield wrapped(self.clause(one.citation), "      ", f"{self.word('clause')}  ")
        if one.citation.quote:
            yield wrapped(f"“{one.citation.quote}”", "      ", "      ")
        if one.measure is not None:
            yield wrapped(one.measure.formula, "      ", f"{self.word('measure')}  ")
            yield wrapped(f"= {one.measure.executed}", "        ", "      ")
            if one.measure.executed != one.measure.shown:
                yield f"      = {one.measure.shown}"
        steps = [step for step in self.of.trail if step.n in one.steps]
        yield from self.operands(steps)
        yield f"\n{self.word('steps')}"
        for step in steps:
            yield from self.step(step)
        yield from self.outlook(one)

    def operands(self, steps: Sequence[Step]) -> Iterator[str]:
        yield f"\n{self.word('facts')}"
        found = list(dict.fromkeys(operand for step in steps for operand in step.facts))
        if not found:
            yield f"  {self.word('none')}"
        for operand in found:
            yield wrapped(self.operand(operand), "    ", "  · ")
            for row in operand.rows:
                yield wrapped(row, "        ", "      - ")
            yield from self.quotes([operand], "    ")
            for provenance in operand.provenance:
                if provenance.note:
                    yield wrapped(provenance.note, "      ", self.both("    说明 ", "    Note "))

    def step(self, step: Step) -> Iterator[str]:
        yield wrapped(step.reason.in_(self.language), "     ", f"  {step.n}. ")
        if step.compared:
            yield wrapped(step.compared, "       ", "     ⇒ ")
        if step.before is not None or step.after is not None:
            moved = f"{self.range(step.before)} → {self.range(step.after)}"
            rounded = self.both(f"(舍入前 {step.unrounded})", f" (before rounding {step.unrounded})")
            yield f"     {self.word('points')} {moved}" + (rounded if step.unrounded else "")
        yield f"     {self.both('规则', 'Rule')} {step.rule}"
        for unfired in step.unfired:
            text = f"{unfired.case}: {unfired.because.in_(self.language)}"
            yield wrapped(text, "       ", self.both("     未触发 ", "     not fired "))

    def range(self, interval: Interval | None) -> str:
        if interval is None:
            return self.both("不适用", "n/a")
        if interval.lo is None or interval.hi is None:
            return "?"
        return span(interval.lo, interval.hi)

    def outlook(self, one: IndicatorResult) -> Iterator[str]:
        if one.missing:
            names = [m.label.in_(self.language) for m in self.of.missing if m.concept in one.missing]
            yield wrapped(self.both("、", ", ").join(names), "  ", f"\n{self.word('missing')}  ")
        if one.regain:
            yield f"\n{self.word('regain')}  {points_decimal(one.regain)}"
        if one.nearest is not None:
            yield wrapped(one.nearest.sentence.in_(self.language), "  ", f"\n{self.word('nearest')}  ")
