"""An Assessment as SARIF 2.1.0: findings and undetermined indicators, each where its facts were read and beside its rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import join, normpath

from engine.assessment import Assessment, Finding, IndicatorResult, Operand
from engine.expr import NOWHERE
from engine.model import Citation, Rulebook, Title
from facts.problem import Language, Problem
from facts.provenance import Position, Provenance, Source, TextSpan
from hegui.papers.matter import Matter
from hegui.sarif import Data, artifact, fingerprint, named_place, region, sarif_text
from hegui.wording import title_in

UNDETERMINED = "undetermined"


def assessment_sarif(
    assessment: Assessment, rulebook: Rulebook, language: Language = "zh", home: str = ""
) -> Iterator[str]:
    """One run: its rules are the indicators, vetoes and checks of the rulebook that have something to say.

    `home` is the folder that the files of sources are told from: the one of the case.
    """
    run = _Run(Matter(assessment, rulebook, language), home)
    results = [*run.findings(), *run.undetermined(), *run.problems()]
    names = list(dict.fromkeys(str(result["ruleId"]) for result in results))
    for result in results:
        result["ruleIndex"] = names.index(str(result["ruleId"]))
    return sarif_text([run.rule(name) for name in names], results)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule of the rulebook as a result names it: its title, where it is written, its citation."""

    title: Title
    at: Position
    cite: Citation


class _Run:
    def __init__(self, matter: Matter, home: str) -> None:
        self.matter, self.of = matter, matter.of
        self.sources = {source.id: source for source in self.of.sources}
        self.rules = _rules(matter.rulebook)
        self.home, self.seen = home, Counter[tuple[str, str]]()

    def rule(self, name: str) -> Data:
        """A rule with its title and its clause."""
        found = self.rules.get(name)
        if found is None:
            return {"id": name, "shortDescription": {"text": self.matter.word("problems")}}
        title = title_in(found.title, self.matter.language)
        return {
            "id": name,
            "shortDescription": {"text": title},
            "help": {"text": self.matter.clause(found.cite)},
        }

    def findings(self) -> Iterator[Data]:
        """Deductions, vetoes that hold, checks that fail."""
        indicators = {one.id: one for one in self.of.indicators}
        for one in self.of.findings:
            name = one.indicator if one.code == "deduction" else one.code
            facts = one.facts
            if one.code == "deduction":
                facts = self.matter.facts_of(indicators[one.indicator])
            result = self.result(name, one.severity, self.message(one), facts, one.citation)
            if one.waived and self.of.waived is not None:
                result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": self.waiver(one)}]
            yield result

    def message(self, one: Finding) -> str:
        """The finding, with what was expected and found."""
        both = self.matter.both
        told = [self.matter.text(one.message)]
        told += [both(f"应为 {one.expected}", f"expected {one.expected}")] if one.expected else []
        told += [both(f"实为 {one.actual}", f"found {one.actual}")] if one.actual else []
        told += [both(f"差 {one.difference}", f"difference {one.difference}")] if one.difference else []
        return both(";", "; ").join(told)

    def waiver(self, one: Finding) -> str:
        """Who accepted it, and why."""
        assert self.of.waived is not None
        in_force = [result.waiver for result in self.of.waived.waivers if result.state == "in_force"]
        those = [w for w in in_force if w.finding == one.code and w.target in ("", one.indicator)]
        return self.matter.both(";", "; ").join(f"{waiver.authority}: {waiver.reason}" for waiver in those)

    def undetermined(self) -> Iterator[Data]:
        """Indicators whose facts do not suffice: a note, with the bounds and what is missing."""
        labels = {missing.concept: self.matter.text(missing.label) for missing in self.of.missing}
        for one in self.of.indicators:
            if one.verdict == "undetermined":
                yield self.result(
                    one.id, "note", self.open(one, labels), self.matter.facts_of(one), one.citation, UNDETERMINED
                )

    def open(self, one: IndicatorResult, labels: Mapping[str, str]) -> str:
        """What is open and for lack of what."""
        matter = self.matter
        lacks = matter.listed(*(labels.get(concept, concept) for concept in one.missing))
        title, span = matter.title(one.title), matter.span(one.lower, one.upper)
        text = matter.both(f"{title}:得分未能确定,在 {span} 之间", f"{title}: not determined, within {span}")
        return text + (matter.both(f";缺少 {lacks}", f"; missing: {lacks}") if lacks else "")

    def problems(self) -> Iterator[Data]:
        """What is wrong with the input, such as sources that disagree."""
        for one in self.of.problems:
            yield {
                "ruleId": f"input:{one.code}",
                "level": one.severity,
                "message": {"text": _said(one, self.matter.language)},
                "locations": [_at(one.at)] if one.at.file else [],
                "partialFingerprints": {"hegui/v1": fingerprint(one.code, one.message.zh)},
            }

    def result(
        self, name: str, level: str, message: str, facts: Sequence[Operand], cite: Citation, kind: str = "finding"
    ) -> Data:
        """One result: the places of its facts first, then the rule that decided."""
        read = [place for fact in facts if fact.known != "absent" for place in fact.provenance]
        places = [self.place(one) for one in dict.fromkeys(read)]
        rule = self.rules.get(name)
        by_rule = [_at(rule.at, cite, self.matter)] if rule is not None and rule.at != NOWHERE else []
        # An indicator may lose points in several ways; the first, the second, … stay apart.
        self.seen[name, kind] += 1
        nth = str(self.seen[name, kind])
        related = [*places[1:], *(by_rule if places else [])]
        found: Data = {
            "ruleId": name,
            "level": level,
            "message": {"text": message},
            "locations": places[:1] or by_rule,
            "partialFingerprints": {"hegui/v1": fingerprint(name, kind, self.of.subject.id, str(self.of.period), nth)},
        }
        if kind == UNDETERMINED:
            found["properties"] = {"verdict": kind}
        if related:
            found["relatedLocations"] = [{"id": n, **one} for n, one in enumerate(related, 1)]
        return found

    def place(self, one: Provenance) -> Data:
        """Where a fact was read; a place that is no line of a text by its name."""
        source = self.sources.get(one.source)
        name = (self.file(source) or source.title) if source else one.source
        if isinstance(one.locator, TextSpan):
            at = region(one.locator.line, one.locator.column, one.quote)
            return {"physicalLocation": {"artifactLocation": artifact(name), "region": at}}
        return named_place(name, str(one.locator or one.note or one.source), one.quote)

    def file(self, source: Source) -> str:
        """A source's file as it is found from where the command was given."""
        return normpath(join(self.home, source.file)) if source.file else ""


def _rules(rulebook: Rulebook) -> dict[str, _Rule]:
    found = {one.id: _Rule(one.title, one.at, one.part.cite) for one in rulebook.indicators}
    found |= {f"veto:{one.id}": _Rule(one.title, one.at, one.cite) for one in rulebook.vetoes}
    return found | {f"check:{one.id}": _Rule(one.title, one.at, one.cite) for one in rulebook.checks}


def _said(one: Problem, language: Language) -> str:
    hint = one.hint.in_(language)
    return one.message.in_(language) + (f"\n{hint}" if hint else "")


def _at(at: Position, cite: Citation | None = None, matter: Matter | None = None) -> Data:
    """A place in a file of ours; the clause it stands for beside it."""
    physical: Data = {"artifactLocation": artifact(at.file)}
    if at.line:
        physical["region"] = {"startLine": at.line, "startColumn": max(1, at.column)}
    found: Data = {"physicalLocation": physical}
    if cite is not None and matter is not None:
        found["message"] = {"text": f"{matter.word('clause')} {matter.clause(cite)}"}
    return found
