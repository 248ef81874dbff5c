"""What every report says about an assessment, in one language: scores, clauses, places, facts, what points rest on."""

from __future__ import annotations

from fractions import Fraction

from engine.assessment import Assessment, Operand, WaiverResult
from engine.model import Citation, Title
from facts.placewords import place_words
from facts.problem import Language, Text
from facts.provenance import PageRef, Provenance
from facts.values import Interval
from hegui.interchange import points_decimal
from hegui.wording import BASES, KNOWN, title_in, word


class Sayer:
    """Says things about one assessment."""

    def __init__(self, assessment: Assessment, language: Language) -> None:
        self.of, self.language = assessment, language
        self.zh = language == "zh"

    # --- words ---

    def word(self, key: str) -> str:
        """A fixed word."""
        return word(key, self.language)

    def both(self, zh: str, en: str) -> str:
        """A sentence in the language of the report."""
        return zh if self.zh else en

    def text(self, text: Text) -> str:
        """A sentence that comes in both."""
        return text.in_(self.language)

    def title(self, title: Title) -> str:
        """A title; Chinese where there is no English."""
        return title_in(title, self.language)

    def listed(self, *words: str) -> str:
        """Words one after another."""
        return self.both("、", ", ").join(words)

    @property
    def subject(self) -> str:
        """Who is evaluated."""
        one = self.of.subject
        return one.name_en if not self.zh and one.name_en else one.name

    # --- numbers ---

    def points(self, value: Fraction) -> str:
        """Points with two decimals, or as many as they have."""
        return points_decimal(value)

    def span(self, lower: Fraction, upper: Fraction) -> str:
        """A score, or the range it lies in."""
        if lower == upper:
            return self.points(lower)
        return f"[{self.points(lower)}, {self.points(upper)}]"

    def interval(self, interval: Interval | None) -> str:
        """The points of a Step."""
        if interval is None:
            return self.both("不适用", "n/a")
        if interval.lo is None or interval.hi is None:
            return "?"
        return self.span(interval.lo, interval.hi)

    # --- where it stands ---

    def clause(self, cite: Citation) -> str:
        """Document and item, and what is uncertain about them."""
        text = " ".join(part for part in (cite.document, cite.item) if part) or "—"
        if cite.uncertain:
            text += self.both(f"(存疑:{cite.uncertain})", f" (uncertain: {cite.uncertain})")
        return text

    def place(self, provenance: Provenance) -> str:
        """A source and the place in it."""
        source = next((s for s in self.of.sources if s.id == provenance.source), None)
        name = source.title if source and source.title else provenance.source
        where = ""
        if provenance.locator is not None:
            where = self.both(f" 第 {provenance.locator} 处", f" at {provenance.locator}")
            if isinstance(provenance.locator, PageRef):
                where = f" {place_words(str(provenance.locator), self.language)}"
        return f"《{name}》{where}" if self.zh else f"{name}{where}"

    # --- facts ---

    def shown(self, operand: Operand) -> str:
        """The value of a fact."""
        rows = f"({self.both('明细', 'rows')} {len(operand.rows)})" if operand.rows else ""
        return operand.shown or rows or "?"

    def standing(self, operand: Operand) -> str:
        """What is to be known of a fact beside its value: whether it is relied on, and what it rests on."""
        refused = operand.basis is not None and operand.basis not in self.of.accepted_bases
        known = self.text(KNOWN["refused" if refused else operand.known])
        basis = self.text(BASES[operand.basis]) if operand.basis and (refused or operand.known != "absent") else ""
        return self.both(",", ", ").join(part for part in (known, basis) if part)

    def operand(self, operand: Operand) -> str:
        """A fact in a line."""
        notes = self.standing(operand)
        return f"{self.text(operand.label)} = {self.shown(operand)}" + (f" [{notes}]" if notes else "")

    # --- the whole ---

    def basis(self) -> str:
        """What the points rest on."""
        by = self.of.by_basis
        listed = sum((s.listed_points for s in self.of.sections if s.kind == "base"), Fraction(0))
        figures = [self.points(value) for value in (by.figure, by.stated, by.judged, by.open)]
        text = self.both(
            f"所列指标分值 {self.points(listed)} 分中:数字可复算 {figures[0]} 分,仅凭部门陈述 {figures[1]} 分,"
            f"凭评价人判断 {figures[2]} 分,尚未确定 {figures[3]} 分。",
            f"Of {self.points(listed)} points the indicators list: {figures[0]} proven by figures, "
            f"{figures[1]} rest on bare statements, {figures[2]} on judgements, {figures[3]} are open.",
        )
        if by.none:
            other = self.points(by.none)
            text += self.both(f"另有 {other} 分不依赖任何事实。", f" {other} rest on no fact.")
        return text

    def waived_finding(self, result: WaiverResult) -> str:
        """The finding a waiver is about, as people call it."""
        one, title = result.waiver, self.text(result.title)
        if one.finding != "deduction":
            return f"{title} [{one.finding}]" if title else one.finding
        points = self.points(one.points or Fraction(0))
        return self.both(f"扣 {points} 分 {title}", f"-{points} {title}") + f" [{one.target}]"
