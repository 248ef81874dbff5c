"""An Assessment as a report to read in a terminal or a file, and one indicator explained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.assessment import Assessment, Deduction, IndicatorResult, Operand, Step
from facts.problem import Language, Problem, has_errors
from hegui.layout import WIDTH, table, wrapped
from hegui.saying import Sayer
from hegui.wording import BASES, NUMERALS, SEVERITIES, VERDICTS, WAIVER_STATES

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


class _Writer(Sayer):
    """Lines of a report."""

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

    def numbered(self, key: str) -> str:
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
        yield wrapped(self.title(one.rulebook_title))
        yield "═" * WIDTH
        yield f"{self.word('subject')}  {self.subject}"
        yield f"{self.word('period')}  {one.period}"
        yield f"{self.word('rulebook')}  {one.rulebook_id} {one.rulebook_version} (sha256 {one.rulebook_digest[:12]})"
        accepted = self.both("、", ", ").join(BASES[basis].in_(self.language) for basis in one.accepted_bases)
        yield f"{self.word('accept')}  {accepted}"

    def conclusion(self) -> Iterator[str]:
        one = self.of
        yield f"\n{self.numbered('conclusion')}"
        grades = self.both("、", ", ").join(one.grades)
        of = self.points(one.points)
        if one.score is not None:
            yield f"  {self.word('score')} {self.points(one.score)} / {of}" + (
                self.both(f",等级 {grades}", f", grade {grades}") if grades else ""
            )
        else:
            shown = self.span(one.lower, one.upper)
            possible = self.both(f",等级可能为 {grades}", f", possible grades {grades}") if grades else ""
            if one.grade is not None:
                possible = self.both(f",等级 {grades}", f", grade {grades}")
            yield self.both(f"  得分未能确定,在 {shown} 之间(满分 {of})", f"  Score within {shown} of {of}") + possible
        if one.grade_citation.uncertain:
            yield wrapped(self.both("等级依据 ", "Grades by ") + self.clause(one.grade_citation), "  ")
        yield wrapped(self.basis(), "  ")
        if one.missing:
            yield from self.missing()

    def missing(self) -> Iterator[str]:
        missing = self.of.missing
        first = missing[0]
        name, settles = first.label.in_(self.language), self.points(first.settles)
        yield wrapped(
            self.both(
                f"缺少 {len(missing)} 项事实。最能缩小区间的一项是“{name}”,补上它即可确定 {settles} 分。",
                f"{len(missing)} facts are missing. The one that would narrow this most is {name!r}: "
                f"it alone settles {settles} points.",
            ),
            "  ",
        )
        if len(missing) > 1:
            names = [f"{m.label.in_(self.language)}({self.points(m.settles)})" for m in missing[1 : NAMED_MISSING + 1]]
            yield wrapped(self.both("其次:", "Then: ") + self.both("、", ", ").join(names) + " …", "  ")

    def sections(self) -> Iterator[str]:
        yield f"\n{self.numbered('sections')}"
        rows = [[self.word(key) for key in ("section", "declared", "listed", "score")]]
        for one in self.of.sections:
            points = [self.points(value) for value in (one.points, one.listed_points)]
            rows.append([self.title(one.title), *points, self.span(one.lower, one.upper)])
        rows.append([self.word("total"), self.points(self.of.points), "", self.span(self.of.lower, self.of.upper)])
        yield from table(rows, numeric=(1, 2, 3))

    def waivers(self) -> Iterator[str]:
        """The score before waivers and after, and what became of each."""
        waived = self.of.waived
        if waived is None:
            return
        yield self.both(f"\n豁免(以 {waived.as_of} 为准)", f"\nWaivers (as of {waived.as_of})")
        before, after = self.span(self.of.lower, self.of.upper), self.span(waived.lower, waived.upper)
        grades = [self.both("、", ", ").join(one.grades) for one in (self.of, waived)]
        told = [f"{score} {grade}".strip() for score, grade in zip((before, after), grades, strict=True)]
        yield self.both(f"  豁免前 {told[0]},豁免后 {told[1]}", f"  before {told[0]}, after {told[1]}")
        for result in waived.waivers:
            one = result.waiver
            state = WAIVER_STATES[result.state].in_(self.language)
            why = self.both(":", ": ") + result.message.in_(self.language)
            yield wrapped(f"[{state}] {self.waived_finding(result)}{why}", "    ", "  · ")
            yield wrapped(one.reason, "      ", f"    {self.word('reason')} ")
            yield wrapped(one.authority, "      ", f"    {self.word('authority')} ")

    def deductions(self) -> Iterator[str]:
        yield f"\n{self.numbered('deductions')}"
        found = [(i, d) for i in self.of.indicators for d in i.deductions]
        if not found:
            yield f"  {self.word('none')}"
        for indicator, deduction in found:
            yield from self.deduction(indicator, deduction)

    def deduction(self, indicator: IndicatorResult, deduction: Deduction) -> Iterator[str]:
        title, points = self.title(indicator.title), self.points(deduction.points)
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
        yield f"\n{self.numbered('findings')}"
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
        yield f"\n{self.numbered('contradictions')}"
        for acceptance, problem in zip(self.of.accepted, self.of.accepted_problems, strict=True):
            yield wrapped(f"{problem.message.in_(self.language)} [{acceptance.problem}]", "    ", "  · ")
            yield wrapped(acceptance.reason, "      ", f"    {self.word('reason')} ")
            yield wrapped(acceptance.authority, "      ", f"    {self.word('authority')} ")

    def indicators(self) -> Iterator[str]:
        yield f"\n{self.numbered('indicators')}"
        rows = [["#", *(self.word(key) for key in ("indicator", "points", "score", "verdict", "basis"))]]
        for number, one in enumerate(self.of.indicators, 1):
            rows.append(
                [
                    str(number),
                    self.title(one.title),
                    self.points(one.points),
                    self.span(one.lower, one.upper),
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
            yield f"\n{self.numbered('problems')}"
            for problem in self.of.problems:
                yield problem.show(self.language)


class _Explanation(_Writer):
    def lines(self, one: IndicatorResult) -> Iterator[str]:
        yield wrapped(f"{self.title(one.title)} [{one.id}]")
        yield "─" * WIDTH
        verdict = VERDICTS[one.verdict].in_(self.language)
        yield f"{self.word('score')}  {self.span(one.lower, one.upper)} / {self.points(one.points)}  {verdict}"
        yield wrapped(self.clause(one.citation), "      ", f"{self.word('clause')}  ")
        if one.citation.quote:
            yield wrapped(f"“{one.citation.quote}”", "      ", "      ")
        if one.measure is not None:
            yield wrapped(one.measure.formula, "      ", f"{self.word('measure')}  ")
            told = one.measure.told.in_(self.language)
            if one.measure.executed != one.measure.shown:
                yield wrapped(f"= {one.measure.executed}", "        ", "      ")
            yield f"      = {told}"
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
            moved = f"{self.interval(step.before)} → {self.interval(step.after)}"
            rounded = self.both(f"(舍入前 {step.unrounded})", f" (before rounding {step.unrounded})")
            yield f"     {self.word('points')} {moved}" + (rounded if step.unrounded else "")
        yield f"     {self.both('规则', 'Rule')} {step.rule}"
        for unfired in step.unfired:
            text = f"{unfired.case}: {unfired.because.in_(self.language)}"
            yield wrapped(text, "       ", self.both("     未触发 ", "     not fired "))

    def outlook(self, one: IndicatorResult) -> Iterator[str]:
        if one.missing:
            names = [m.label.in_(self.language) for m in self.of.missing if m.concept in one.missing]
            yield wrapped(self.both("、", ", ").join(names), "  ", f"\n{self.word('missing')}  ")
        if one.regain:
            yield f"\n{self.word('regain')}  {self.points(one.regain)}"
        if one.nearest is not None:
            yield wrapped(one.nearest.sentence.in_(self.language), "  ", f"\n{self.word('nearest')}  ")
