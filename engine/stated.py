"""The sentence of a criterion, generated from the rule itself: what a policy reader would recognise as 评分标准.

Complete over all forms, deterministic, and exact: every number of the rule stands in it, with its unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from engine.expr import Expr, Name
from engine.model import Indicator, Part, Policies, Rulebook, Section
from engine.statedforms import Around, form_text
from engine.walk import inner_parts, zero_denominators
from engine.wordings import Words, joined, points, rounding_text, say, those, unit_text
from facts.problem import NO_TEXT, Text

# A title that ends so names what is measured: “三公经费”控制率.
_MEASURED = re.compile(r"[\w“”《》·]*(率|比例|比重|比|额|数|量|增幅|系数)")

MISSING = {
    "undetermined": Text("数据缺失的,得分待定", "undetermined where facts are missing"),
    "zero": Text("数据缺失的,不得分", "no points where facts are missing"),
    "full": Text("数据缺失的,得满分", "full points where facts are missing"),
}
ZERO_DENOMINATOR = {
    "undetermined": Text("分母为零的,得分待定", "undetermined where the denominator is zero"),
    "not_applicable": Text("分母为零的,视为不适用", "not applicable where the denominator is zero"),
    "zero": Text("分母为零的,得最低分", "the least points where the denominator is zero"),
    "full": Text("分母为零的,得满分", "full points where the denominator is zero"),
}
NOT_APPLICABLE = {
    "full": Text("不适用的,得满分", "full points where it does not apply"),
    "rescale": Text("不适用的,其余得分按比例折算", "the others are scaled up where it does not apply"),
    "spread": Text("不适用的,其分值由其余平均分摊", "its points are shared among the others where it does not apply"),
    "exclude": Text("不适用的,不计入", "left out where it does not apply"),
}


@dataclass(frozen=True, slots=True)
class Stated:
    """A criterion in words.

    `worth` is its points, which a table has a column for; `silent` what is done about what the criterion leaves silent
    (missing facts, rounding, …).
    """

    worth: Text
    criterion: Text
    silent: Text

    @property
    def whole(self) -> Text:
        """Everything the rule says."""
        return joined([text for text in (self.worth, self.criterion, self.silent) if text.zh], "", " ")


def state_indicator(rulebook: Rulebook, indicator: Indicator, *, beyond_defaults: bool = False) -> Stated:
    """The sentences of an indicator.

    With `beyond_defaults`, `silent` has only what differs from the rulebook's defaults, and what becomes of a zero
    denominator where there is one: what a published table says beside each criterion.
    """
    section = next(one for one in rulebook.sections if one.id == indicator.section)
    return state_part(rulebook, section, indicator.part, rulebook.defaults if beyond_defaults else None)


def state_part(rulebook: Rulebook, section: Section, part: Part, known: Policies | None = None) -> Stated:
    """The sentences of a part as if it stood alone; policies that are as `known` are not said again."""
    writer = _Writer(Words(rulebook, section.id), section.kind == "malus")
    clauses = writer.clauses(part, None)
    divided = any(zero_denominators(one) for one in inner_parts(part))
    worth = say("分值 {n}", "{n}", n=points(part.points)) if isinstance(part.points, Fraction) else NO_TEXT
    silent = _policies(part.policies, known, divided=divided)
    return Stated(sentences([worth]), sentences(clauses), sentences(silent))


def sentences(clauses: list[Text]) -> Text:
    """Clauses as sentences that end."""
    kept = [clause for clause in clauses if clause.zh]
    zh = "".join(f"{clause.zh}。" for clause in kept)
    return Text(zh, " ".join(f"{clause.en[:1].upper()}{clause.en[1:]}." for clause in kept))


# --- what the criteria leave silent -----------------------------------------------------------------------------------


def state_policies(policies: Policies) -> Text:
    """Every policy: what a rulebook says once for all its criteria."""
    partial = {
        "up": Text("不足一个步长的按一个步长计", "a part of a step counts as a whole one"),
        "down": Text("不足一个步长的不计", "a part of a step does not count"),
        "linear": Text("不足一个步长的按比例计", "a part of a step counts in proportion"),
    }[policies.partial_unit]
    measure = say("测算值{how}", "measures are {how}", how=rounding_text(policies.round_measure))
    return sentences([*_policies(policies, None, divided=True), partial, measure])


def _policies(policies: Policies, known: Policies | None, *, divided: bool) -> list[Text]:
    """Those that differ from what is known; a zero denominator is always spoken of where there is one."""
    found = []
    if divided:
        text = ZERO_DENOMINATOR[policies.zero_denominator]
        if policies.zero_denominator == "not_applicable" and policies.not_applicable == "full":
            text = say("{x}(得满分)", "{x} (full points)", x=text)
        found.append(text)
    if known is None or policies.missing != known.missing:
        found.append(MISSING[policies.missing])
    if known is None or policies.not_applicable != known.not_applicable:
        found.append(NOT_APPLICABLE[policies.not_applicable])
    if known is None or policies.round_score != known.round_score:
        found.append(say("得分{how}", "scores are {how}", how=rounding_text(policies.round_score)))
    return found


# --- parts ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Writer:
    """Writes one criterion; `words` remembers which parameters it has explained."""

    words: Words
    malus: bool
    depth: int = 0

    def clauses(self, part: Part, outer: Part | None) -> list[Text]:
        """What the part says, clause by clause; of a part inside another only what it does not inherit."""
        before = self.words.subject
        said = [*self._worth(part, outer), *self._applies(part), *self._measure(part, outer)]
        around = Around(self.words, part, self.malus, self.depth, lambda one: self._inner(one, part))
        said += [form_text(part.form, around), *self._bounds(part), *self._guards(part, around)]
        if outer is not None:
            own = bool(zero_denominators(part)) and part.policies.zero_denominator != outer.policies.zero_denominator
            said += _policies(part.policies, outer.policies, divided=own)
        self.words.subject = before
        return said

    def _inner(self, part: Part, outer: Part) -> Text:
        self.depth += 1
        text = joined(self.clauses(part, outer), ";", "; ")
        self.depth -= 1
        return text

    def _worth(self, part: Part, outer: Part | None) -> list[Text]:
        if outer is not None:
            return []
        if not isinstance(part.points, Fraction):
            return [say("本项分值 = {x}", "the item's points = {x}", x=self.words.quantity(part.points))]
        if self.malus:
            return [say("本项为扣分项,最多扣 {n}", "a malus of at most {n}", n=points(part.points))]
        return []

    def _applies(self, part: Part) -> list[Text]:
        if part.applies is None:
            return []
        when = self.words.condition(part.applies)
        return [say("仅适用于{x}", "applies only where {x}", x=those(when))]

    def _measure(self, part: Part, outer: Part | None) -> list[Text]:
        """Names the measure for what follows, and says what it is unless its name does."""
        if part.measure is None:
            return []
        inherited = outer is not None and part.measure == outer.measure
        said = [] if inherited else self._named(part, part.measure)
        rounding = part.policies.round_measure
        known = inherited and outer is not None and (rounding, part.unit) == (outer.policies.round_measure, outer.unit)
        if rounding is None or known or self._is_label(part.measure):
            return said
        unit = unit_text(part.unit) if part.unit is not None else NO_TEXT
        how = say("{how}", "{how}", how=rounding_text(rounding))
        if unit.zh:
            how = say("以{unit}计,{how}", "{how} in {unit}", unit=unit, how=how)
        return [*said, say("{m}{how}", "{m} is {how}", m=self.words.subject, how=how)]

    def _is_label(self, measure: Expr) -> bool:
        concept = self.words.rulebook.vocabulary.concepts.get(measure.name) if isinstance(measure, Name) else None
        return concept is not None and concept.type not in ("quantity", "score", "date")

    def _named(self, part: Part, measure: Expr) -> list[Text]:
        formula = self.words.quantity(measure)
        vocabulary = self.words.rulebook.vocabulary
        if isinstance(measure, Name) and measure.name in vocabulary.concepts:
            self.words.subject = formula
            return []
        # The title names the measure where it sounds like one, and nothing else bears that name.
        title = part.title.zh if _MEASURED.fullmatch(part.title.zh) and not vocabulary.find(part.title.zh) else ""
        self.words.subject = Text(title or "测算值", "the measure")
        return [say("{m} = {x}", "{m} = {x}", m=self.words.subject, x=formula)]

    def _bounds(self, part: Part) -> list[Text]:
        found = []
        if part.floor is not None:
            found.append(say("得分不低于 {n}", "at least {n}", n=points(part.floor)))
        if part.cap is not None:
            found.append(say("得分不高于 {n}", "at most {n}", n=points(part.cap)))
        return [joined(found, ",", ", ")] if found else []

    def _guards(self, part: Part, around: Around) -> list[Text]:
        least = say("扣满 {n}", "{n} off", n=around.full) if self.malus else Text("不得分", "no points")
        if part.floor is not None:
            least = around.gives(part.floor)
        found = [(guard, least) for guard in part.voids] + [(guard, around.most) for guard in part.exempts]
        return [
            say("{when},{gives}", "where {when}: {gives}", when=those(self.words.condition(one.when)), gives=gives)
            for one, gives in found
        ]
