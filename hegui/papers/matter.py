"""What the chapters of a report share: the assessment, its rulebook, the facts it used, and where each is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.assessment import Assessment, IndicatorResult, Operand, SectionResult, Step
from engine.model import Citation, Indicator, Rulebook
from engine.stated import state_indicator
from facts.problem import Language
from facts.provenance import Provenance
from facts.values import Rounding, decimal_text, exact_places
from hegui.papers.model import Line, Paragraph, Row, Span, line
from hegui.saying import Sayer
from hegui.wording import NUMERALS

# More digits than this are told by `≈`; the JSON has them.
MOST_PLACES = 6
_SHARE = Rounding(2)
# A fact known to several steps is the same fact.
Facts = tuple[Operand, ...]


class Matter(Sayer):
    """Says things about an assessment as the papers do, with links to the clause and the place each number rests on."""

    def __init__(self, assessment: Assessment, rulebook: Rulebook, language: Language) -> None:
        super().__init__(assessment, language)
        self.rulebook = rulebook
        self.rules: dict[str, Indicator] = {one.id: one for one in rulebook.indicators}
        self.numbers = {one.id: number for number, one in enumerate(assessment.indicators, 1)}
        self.steps = {step.n: step for step in assessment.trail}
        self.facts = facts_used(assessment, rulebook)
        self.fact_numbers = {operand.concept: number for number, operand in enumerate(self.facts, 1)}

    # --- numbers ---

    def points(self, value: Fraction) -> str:
        """Points as they are printed; `≈` before those that are rounded."""
        places = exact_places(value)
        if places is not None and places <= MOST_PLACES:
            return decimal_text(value, max(2, places))
        return "≈" + decimal_text(value, MOST_PLACES)

    def share(self, one: Assessment | SectionResult | IndicatorResult) -> str:
        """A score as a share of its points; nothing where there is nothing to share, or only something to lose."""
        if one.points <= 0 or self.is_malus(one):
            return "—"
        low, high = (decimal_text(_SHARE(value * 100 / one.points), 2) for value in (one.lower, one.upper))
        return f"{low}%" if low == high else f"[{low}%, {high}%]"

    def is_malus(self, one: Assessment | SectionResult | IndicatorResult) -> bool:
        """Whether it only takes points off."""
        if isinstance(one, IndicatorResult):
            return any(section.kind == "malus" for section in self.of.sections if section.id == one.section)
        return isinstance(one, SectionResult) and one.kind == "malus"

    # --- anchors ---

    def own(self, kind: str, one: IndicatorResult) -> str:
        """The anchor of an indicator's analysis (i), clause (c) or trail (t)."""
        return f"{kind}{self.numbers[one.id]}"

    def fact(self, concept: str) -> str:
        """The anchor of a fact; "" where no step read it."""
        number = self.fact_numbers.get(concept)
        return f"f{number}" if number else ""

    def source(self, key: str) -> str:
        """The anchor of a source."""
        number = next((n for n, one in enumerate(self.of.sources, 1) if one.id == key), None)
        return f"q{number}" if number else ""

    # --- lines ---

    def place_line(self, provenance: Provenance) -> Line:
        """A place with the words that stand there."""
        quote = f":“{provenance.quote}”" if provenance.quote else ""
        return line(Span(self.place(provenance), self.source(provenance.source)), quote)

    def fact_line(self, operand: Operand) -> Line:
        """A fact: its value, what it rests on, the words it was read from."""
        pieces: list[str | Span] = [Span(self.operand(operand), self.fact(operand.concept))]
        for provenance in operand.provenance:
            pieces += [self.both(";", "; "), *self.place_line(provenance)]
        return line(*pieces)

    def clause_line(self, cite: Citation) -> Line:
        """A clause with its words."""
        return line(self.clause(cite), f":“{cite.quote}”" if cite.quote else "")

    def short_clause(self, cite: Citation) -> str:
        """A clause in a table; the document all of a rulebook cites is named once, in the chapter on method."""
        known = cite.document == self.rulebook.cite.document and cite.item
        return self.clause(replace(cite, document="")) if known else self.clause(cite)

    def criterion(self, one: IndicatorResult) -> str:
        """The criterion in words, made from the rule."""
        stated = state_indicator(self.rulebook, self.rules[one.id], beyond_defaults=True)
        said = [self.text(text) for text in (stated.criterion, stated.silent)]
        return self.both("", " ").join(text for text in said if text)

    # --- parts of the assessment ---

    def steps_of(self, one: IndicatorResult) -> list[Step]:
        """The steps of one indicator."""
        return [self.steps[n] for n in one.steps if n in self.steps]

    def reasons(self, one: IndicatorResult) -> list[str]:
        """Why it has its score: the steps that moved points, or the one that decided."""
        decided = [step for step in self.steps_of(one) if "?" not in step.rule.partition("/")[0]]
        moved = [step for step in decided[1:] if step.after is not None and step.after != step.before]
        # Where items or parts took the points, they say more than the step that only adds them up.
        said = [self.text(step.reason) for step in (moved or decided[:1])]
        # A veto on the indicator takes points without a step of its own.
        said += [self.text(lost.reason) for lost in one.deductions if lost.rule.endswith("/veto")]
        return list(dict.fromkeys(text for text in said if text))

    def facts_of(self, one: IndicatorResult) -> Facts:
        """The facts one indicator read."""
        measured = one.measure.operands if one.measure else ()
        return _distinct([*(fact for step in self.steps_of(one) for fact in step.facts), *measured])

    def indicators_of(self, section: SectionResult) -> list[IndicatorResult]:
        """The indicators of a section."""
        return [one for one in self.of.indicators if one.section == section.id]

    def has_groups(self) -> bool:
        """Whether there are 二级指标."""
        return any(one.group for one in self.of.indicators)


@dataclass(slots=True)
class Numbering:
    """Headings numbered as they are written, since some are only there where they say something."""

    zh: bool
    style: int
    count: int = 0

    def next(self, text: str) -> str:
        """The heading with its number: 一、 (一) 1. (1), in English 1. 1) a number in every case."""
        self.count += 1
        if not self.zh:
            return f"{self.count}. {text}" if self.style < 4 else f"({self.count}) {text}"
        numeral = chinese(self.count)
        return (f"{numeral}、", f"({numeral})", f"{self.count}. ", f"({self.count})")[self.style - 1] + text


def chinese(number: int) -> str:
    """A small number as Chinese headings count.

    >>> chinese(3), chinese(10), chinese(12), chinese(20), chinese(45)
    ('三', '十', '十二', '二十', '四十五')
    """
    tens, ones = divmod(number, 10)
    if number > 99:
        return str(number)
    head = "" if not tens else ("十" if tens == 1 else NUMERALS[tens - 1] + "十")
    return head + (NUMERALS[ones - 1] if ones else "")


def facts_used(assessment: Assessment, rulebook: Rulebook) -> Facts:
    """Every fact a step or a measure read, each once, in the order of the vocabulary."""
    found = [fact for step in assessment.trail for fact in step.facts]
    found += [fact for one in assessment.indicators if one.measure for fact in one.measure.operands]
    found += [fact for one in assessment.findings for fact in one.facts]
    order = {concept: place for place, concept in enumerate(rulebook.vocabulary.concepts)}
    return tuple(sorted(_distinct(found), key=lambda fact: (order.get(fact.concept, len(order)), fact.concept)))


def _distinct(operands: Iterable[Operand]) -> Facts:
    return tuple({operand.concept: operand for operand in operands}.values())


def items(lines: Iterable[Line]) -> Iterator[Paragraph]:
    """Entries of a list."""
    return (Paragraph(one, "item") for one in lines)


def row(*cells: str | Span | Line, anchor: str = "", total: bool = False) -> Row:
    """A row of a table."""
    return Row(tuple(one if isinstance(one, tuple) else line(one) for one in cells), anchor, total)


def documents(cites: Sequence[Citation]) -> tuple[str, ...]:
    """The documents cited, each once."""
    return tuple(dict.fromkeys(one.document for one in cites if one.document))
