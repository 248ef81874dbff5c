"""What a case came to against what its file says it should give: every difference, with the Step that made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from engine.assessment import Assessment, IndicatorResult, SectionResult, Step
from engine.model import Rulebook
from engine.sentences import points_text
from facts.expectation import Expectation, Expected, ExpectedReason
from facts.problem import NO_TEXT, Problem, Text, did_you_mean

_WHAT: dict[str, Text] = {
    "score": Text("得分", "score"),
    "lower": Text("下限", "lower bound"),
    "upper": Text("上限", "upper bound"),
    "grade": Text("等级", "grade"),
    "verdict": Text("判定", "verdict"),
    "measure": Text("测算值", "measure"),
    "reasons": Text("扣分理由", "reasons"),
    "state": Text("状态", "state"),
}


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that does not hold. `step` gave what came out; None where no single Step did, and `because` says what."""

    expected: Expected
    subject: Text
    wanted: Text
    actual: Text
    step: Step | None = None
    because: Text = NO_TEXT

    @property
    def sentence(self) -> Text:
        """What was expected of what, and what came out."""
        what = _WHAT[self.expected.what]
        zh = f"{self.subject.zh} {what.zh}:应为 {self.wanted.zh},实为 {self.actual.zh}"
        en = f"{self.subject.en} {what.en}: expected {self.wanted.en}, found {self.actual.en}"
        return Text(zh, en)

    @property
    def why(self) -> Text:
        """How it came to what came out."""
        if self.step is None:
            return self.because
        compared = f"({self.step.compared})" if self.step.compared else ""
        zh = f"轨迹第 {self.step.n} 步 {self.step.rule}{compared}:{self.step.reason.zh}"
        return Text(zh, f"step {self.step.n} of the trail, {self.step.rule} {compared}: {self.step.reason.en}")


def unknown_names(expectation: Expectation, rulebook: Rulebook) -> tuple[Problem, ...]:
    """A Problem for each thing expected of something the rulebook does not have."""
    known = {
        "section": [section.id for section in rulebook.sections],
        "indicator": [indicator.id for indicator in rulebook.indicators],
        "finding": [*(veto.id for veto in rulebook.vetoes), *(check.id for check in rulebook.checks)],
    }
    word = {
        "section": Text("一级指标", "section"),
        "indicator": Text("指标", "indicator"),
        "finding": Text("勾稽关系或否决事项", "check or veto"),
    }
    found = list[Problem]()
    for one in expectation.each:
        if one.about != "result" and one.id not in known[one.about]:
            what = word[one.about]
            message = Text(f"规则集没有编号为“{one.id}”的{what.zh}", f"the rulebook has no {what.en} “{one.id}”")
            found.append(Problem("unknown-id", one.id_at, message, did_you_mean(one.id, known[one.about])))
        elif one.what == "grade" and not _has_grade(rulebook, one):
            grades = [step.grade for step in rulebook.grades.steps] if rulebook.grades else []
            message = Text(f"规则集没有“{one.value}”这一等级", f"the rulebook has no grade “{one.value}”")
            found.append(Problem("unknown-choice", one.at, message, did_you_mean(str(one.value), grades)))
    return tuple(dict.fromkeys(found))


def _has_grade(rulebook: Rulebook, one: Expected) -> bool:
    return rulebook.grades is not None and one.value in [step.grade for step in rulebook.grades.steps]


def judge(expectation: Expectation, assessment: Assessment, states: Mapping[str, str]) -> tuple[Failure, ...]:
    """Every expectation that does not hold; `states` says of each check and veto whether it fired."""
    judge_ = _Judge(assessment, states)
    return tuple(failure for one in expectation.each if (failure := judge_.failure(one)) is not None)


class _Judge:
    """Looks things up in one assessment."""

    def __init__(self, assessment: Assessment, states: Mapping[str, str]) -> None:
        self.of, self.states = assessment, states
        self.indicators = {one.id: one for one in assessment.indicators}
        self.sections = {one.id: one for one in assessment.sections}

    def failure(self, one: Expected) -> Failure | None:
        """The difference, or None where there is none; what does not exist has been said to be a Problem."""
        match one.about:
            case "finding":
                return self._state(one)
            case "indicator" if one.id in self.indicators:
                return self._indicator(one, self.indicators[one.id])
            case "section" if one.id in self.sections:
                section = self.sections[one.id]
                title = Text(f"一级指标“{section.title.zh}”", f"section {section.id}")
                return self._points(one, title, section, None, self._losses(section.id))
            case "result":
                return self._result(one)
            case _:
                return None

    def _result(self, one: Expected) -> Failure | None:
        title = Text("总体", "the result")
        step = next((step for step in reversed(self.of.trail) if step.rule == "grade"), None)
        if one.what == "grade":
            if self.of.grade == one.value:
                return None
            shown = "、".join(self.of.grades)
            return Failure(one, title, _same(str(one.value)), _same(shown or "—"), step)
        return self._points(one, title, self.of, step, NO_TEXT if step else self._losses(""))

    def _points(
        self,
        one: Expected,
        title: Text,
        found: Assessment | SectionResult | IndicatorResult,
        step: Step | None,
        because: Text = NO_TEXT,
    ) -> Failure | None:
        actual: Fraction | None = getattr(found, one.what)
        if actual == one.value:
            return None
        assert isinstance(one.value, Fraction)
        span = f"[{points_text(found.lower)}, {points_text(found.upper)}]"
        shown = Text(f"未定 {span}", f"open {span}") if actual is None else _same(points_text(actual))
        return Failure(one, title, _same(points_text(one.value)), shown, step, because)

    def _losses(self, section: str) -> Text:
        """Where points went, when no single Step says so."""
        lost = [i for i in self.of.indicators if section in ("", i.section) and (i.regain or i.score is None)]
        named = [
            f"{i.id} {'?' if i.score is None else points_text(i.score)}/{points_text(i.points)}" for i in lost[:10]
        ]
        more = "、…" if len(lost) > 10 else ""
        if not named:
            return Text("各项指标均为满分", "every indicator has full points")
        return Text(f"未得满分的指标:{'、'.join(named)}{more}", f"not at full points: {', '.join(named)}{more}")

    # --- indicators ---

    def _indicator(self, one: Expected, found: IndicatorResult) -> Failure | None:
        title = Text(f"“{found.title.zh}”[{found.id}]", f"{found.title.en or found.title.zh} [{found.id}]")
        step = self._step(found)
        if one.what == "verdict":
            wrong = found.verdict != one.value
            return Failure(one, title, _same(str(one.value)), _same(found.verdict), step) if wrong else None
        if one.what == "measure":
            shown = found.measure.shown if found.measure else ""
            return Failure(one, title, _same(str(one.value)), _same(shown or "—"), step) if shown != one.value else None
        if one.what == "reasons":
            return self._reasons(one, found, title, step)
        return self._points(one, title, found, step)

    def _step(self, found: IndicatorResult) -> Step | None:
        """The last Step that gave the indicator points."""
        steps = [self.of.trail[number - 1] for number in found.steps]
        scoring = [step for step in steps if step.rule.startswith(f"{found.id}/")]
        return next(iter([*scoring[::-1], *steps[::-1]]), None)

    def _reasons(self, one: Expected, found: IndicatorResult, title: Text, step: Step | None) -> Failure | None:
        said = [deduction.reason for deduction in found.deductions]
        assert isinstance(one.value, tuple)
        lacking = [reason for reason in one.value if not any(_says(text, reason) for text in said)]
        if not lacking and (one.value or not said):
            return None
        shown = Text(";".join(f"“{t.zh}”" for t in said) or "没有扣分", "; ".join(t.en for t in said) or "none")
        wanted = ";".join(f"{'一字不差的' if r.exact else ''}“{r.text}”" for r in lacking) or "没有扣分"
        english = "; ".join(f"{'exactly ' if r.exact else ''}“{r.text}”" for r in lacking) or "none"
        return Failure(one, title, Text(wanted, english), shown, step)

    # --- checks and vetoes ---

    def _state(self, one: Expected) -> Failure | None:
        actual = self.states.get(one.id)
        if actual is None or actual == one.value:
            return None
        labels = (f"check:{one.id}?", f"veto:{one.id}?")
        step = next((step for step in self.of.trail if step.rule.startswith(labels)), None)
        return Failure(one, Text(f"[{one.id}]", f"[{one.id}]"), _same(str(one.value)), _same(actual), step)


def _same(text: str) -> Text:
    return Text(text, text)


def _says(text: Text, reason: ExpectedReason) -> bool:
    return reason.text in (text.zh, text.en) if reason.exact else reason.text in text.zh or reason.text in text.en
