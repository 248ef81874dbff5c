"""What the trail says: formulas with numbers put in, comparisons as executed, and why, in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from engine.casefacts import CaseFacts
from engine.compute import Compiler, Env, Quantity
from engine.effects import units
from engine.expr import (
    Aggregate,
    Arithmetic,
    Comparison,
    Expr,
    Is,
    Logic,
    Name,
    Not,
    Number,
    Quantifier,
    Rollup,
    Subject,
)
from engine.model import Parameter, PerUnit
from engine.parts import PartResult
from engine.plan import Branch, ByFormula, ByItems, ByJudgement, ByMeasure, Measure
from engine.showing import bare_name, default_unit, formula_text, label_text, quantity_text
from engine.typecheck import Scope, check
from facts.model import Row
from facts.problem import Text
from facts.units import DATE, PLAIN, POINTS, Dimension, Unit
from facts.values import ZERO, decimal_text

OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}
_SLOT = re.compile(r"\{([^{}]{1,60})\}")


@dataclass(slots=True)
class Memory:
    """Texts that are the same for every case of a rulebook.

    Formulas in words; and, for parts that read labels only, whatever follows from those labels. Plans live as long as
    the memory, so their identity is a good key.
    """

    formulas: dict[int, str] = field(default_factory=dict)
    by_labels: dict[tuple[object, ...], object] = field(default_factory=dict)

    def remember(self, key: tuple[object, ...], value: object) -> None:
        """Keep a text, up to a bound."""
        if len(self.by_labels) < MAX_REMEMBERED:
            self.by_labels[key] = value


MAX_REMEMBERED = 50_000


@dataclass(slots=True)
class Sentences:
    """Texts for one case."""

    facts: CaseFacts
    env: Env
    memory: Memory = field(default_factory=Memory)
    # The section whose parameters names mean now; the writer of Steps sets it.
    section: str = ""
    _measures: dict[int, tuple[str, str, str]] = field(default_factory=dict)

    def measure_texts(self, measure: Measure) -> tuple[str, str, str]:
        """A part's measure in words, with numbers put in, and its value."""
        known = self._measures.get(id(measure))
        if known is None:
            words, value = self.in_words(measure.tree), self.measure_text(measure)
            numbers = value if isinstance(measure.tree, Name) else self.with_numbers(measure.tree, measure)
            known = self._measures[id(measure)] = (words, numbers, value)
        return known

    def labels_only(self, concepts: tuple[str, ...]) -> tuple[object, ...] | None:
        """The values of concepts if every one is a label, known or not; they then determine every text."""
        found = []
        for concept in concepts:
            value = self.env.facts.get(concept)
            if value is not None and type(value) is not str:
                return None
            found.append(value)
        return tuple(found)

    # --- names ---

    def label(self, tree: Expr) -> str:
        """A concept by its Chinese label, a parameter by its name."""
        if isinstance(tree, Subject):
            return "测算值"
        assert isinstance(tree, Name)
        concept = self.facts.rulebook.vocabulary.concepts.get(tree.name)
        return bare_name(concept.label if concept else tree.name)

    def in_words(self, tree: Expr) -> str:
        """A formula with labels; trees live as long as the rulebook, so their identity is a good key."""
        formulas = self.memory.formulas
        text = formulas.get(id(tree))
        if text is None:
            text = formulas[id(tree)] = formula_text(tree, self.label)
        return text

    def with_numbers(self, tree: Expr, measure: Measure | None) -> str:
        """A formula with the values it was executed on."""
        return formula_text(tree, lambda node: self.value(node, measure, None))

    def value(self, tree: Expr, measure: Measure | None, unit: Unit | None, against: Fraction | None = None) -> str:
        """What the measure, a concept or a parameter is in this case."""
        if isinstance(tree, Subject):
            assert measure is not None
            return self.measure_text(measure, unit, against)
        assert isinstance(tree, Name)
        concept = self.facts.rulebook.vocabulary.concepts.get(tree.name)
        if concept is None:
            parameter = self.parameters().get(tree.name)
            if parameter is None:
                return self.label(tree)
            return quantity_text(self.env.parameters[parameter.key], unit or parameter.unit)
        if concept.type == "table":
            return bare_name(concept.label)
        known = self.env.facts.get(tree.name)
        if concept.type == "date":
            return quantity_text(known, Unit("", DATE, Fraction(1))) if isinstance(known, Fraction) else "?"
        if known is None or isinstance(known, str | tuple):
            return known if isinstance(known, str) else "?"
        return quantity_text(known, unit or concept.unit or PLAIN, against)

    def parameters(self) -> dict[str, Parameter]:
        """What parameter names mean here."""
        return self.facts.rulebook.parameters_in(self.section)

    def rows_meeting(self, node: Aggregate | Quantifier) -> tuple[Row, ...]:
        """Rows of a table that surely meet the condition."""
        rows = self.env.facts.get(node.table)
        if not isinstance(rows, tuple) or node.where is None:
            return rows if isinstance(rows, tuple) else ()
        compiler = Compiler(self.facts.rulebook.vocabulary, self.parameters())
        where = compiler.where(node.table, node.where)
        return tuple(row for row in rows if where(self.env, row) is True)

    def measure_text(self, measure: Measure, unit: Unit | None = None, against: Fraction | None = None) -> str:
        """A measure's value, in its own unit unless another is better beside it."""
        value: Quantity = measure.compute(self.env, None)
        return quantity_text(value, measure.unit or unit or default_unit_of(measure), against)

    # --- conditions ---

    def executed(self, tree: Expr, measure: Measure | None, *, holds: bool = True) -> str:
        """A condition with numbers put in; with `holds` False, its opposite, which is what was found."""
        match tree:
            case Comparison(op, left, right):
                shown = op if holds else OPPOSITE[op]
                unit = next((n.unit for n in (right, left) if isinstance(n, Number) and n.unit.name), None)
                against = right.value if isinstance(right, Number) else None
                sides = [self._side(side, measure, unit, against) for side in (left, right)]
                return f"{sides[0]} {shown} {sides[1]}"
            case Is(left, label, negated):
                found = self.value(left, measure, None) if isinstance(left, Name) else "?"
                word = "is not" if holds == negated else "is"
                return f"{self.in_words(left)}({found}) {word} {label_text(label)}"
            case Not(operand):
                return self.executed(operand, measure, holds=not holds)
            case Logic(op, operands):
                joined = f" {op} ".join(self._joined(o, measure) for o in operands)
                return joined if holds else f"not [{joined}]"
            case Quantifier():
                return self.in_words(tree) if holds else f"not [{self.in_words(tree)}]"
            case _:
                return self.in_words(tree)

    def _joined(self, tree: Expr, measure: Measure | None) -> str:
        """One of several conditions, in brackets where its end could be taken for another's."""
        text = self.executed(tree, measure)
        return text if isinstance(tree, Comparison | Is) else f"({text})"

    def _side(self, tree: Expr, measure: Measure | None, unit: Unit | None, against: Fraction | None) -> str:
        if isinstance(tree, Subject | Name):
            return self.value(tree, measure, unit, against)
        if isinstance(tree, Rollup):
            value = self.env.rollups.get((tree.function, tree.ref))
            name = "总分" if tree.ref.startswith("@") else formula_text(tree, self.label)
            return f"{name}({quantity_text(value, POINTS) if value is not None else '?'})"
        if isinstance(tree, Aggregate):
            return f"{self.in_words(tree)}({self.aggregate(tree)})"
        return formula_text(tree, lambda node: self.value(node, measure, None))

    def aggregate(self, tree: Aggregate) -> str:
        """The value of an aggregate, in the unit of its column."""
        rulebook = self.facts.rulebook
        value = Compiler(rulebook.vocabulary, self.parameters()).quantity(tree)(self.env, None)
        column = rulebook.vocabulary.concepts[tree.table].column(tree.column)
        if column is not None and column.unit is not None:
            return quantity_text(value, column.unit)
        kind = check(tree, Scope(rulebook.vocabulary, self.parameters())).type
        return quantity_text(value, default_unit(kind) if isinstance(kind, Dimension) else PLAIN)

    # --- reasons ---

    def filled(self, template: str, result: PartResult, count: Quantity | None, rows: tuple[Row, ...]) -> str:
        """A rule's own sentence with {value}, {count} and {column} put in."""
        measure = result.plan.measure

        def slot(match: re.Match[str]) -> str:
            word = match[1]
            if word in ("value", "测算值") and measure is not None:
                return self.measure_text(measure)
            if word in ("count", "次数") and count is not None:
                return quantity_text(count, PLAIN)
            if rows and word in rows[0]:
                names = [str(row[word]) for row in rows if row[word] is not None]
                return "、".join(dict.fromkeys(names)) or "?"
            return match[0]

        return _SLOT.sub(slot, template)

    def with_facts(self, template: str) -> str:
        """A check's own sentence with {concept} put in."""

        def slot(match: re.Match[str]) -> str:
            concept = self.facts.rulebook.vocabulary.find(match[1])
            return match[0] if concept is None else self.value(Name(concept.id), None, None)

        return _SLOT.sub(slot, template)

    def reason(self, result: PartResult, branch: Branch, compared: Text) -> Text:
        """Why a part got its points, when the rule has no sentence of its own."""
        score = result.score
        points = points_text(score.lo)
        beside = Text(*(f"({one})" if one else "" for one in (compared.zh, compared.en)))
        if result.by_missing_policy:
            word = result.plan.part.policies.missing
            zh = "缺少数据,按规定" + ("不得分" if word == "zero" else "得满分")
            return Text(zh, f"facts are missing; the rule says {word}")
        match branch.name:
            case "not-applicable" | "applies":
                return Text("不适用", "not applicable")
            case "zero-denominator" if result.plan.part.policies.zero_denominator == "undetermined":
                return Text("分母为零,规则未定如何计分,待定", "the denominator is zero and no rule says what then")
            case "zero-denominator":
                return Text(f"分母为零,按规定得 {points} 分", f"the denominator is zero; the rule gives {points}")
            case "full" | "within" | "reached":
                return Text(f"达到标准{beside.zh},得 {points} 分", f"the criterion is met {beside.en}: {points} points")
            case "not-computable":
                return Text(branch.reason or "本条无法计算", "this clause cannot be computed")
        zh, en = self._by_effect(result, branch, beside)
        return Text(f"{zh},得 {points} 分", f"{en}: {points} points")

    def _by_effect(self, result: PartResult, branch: Branch, beside: Text) -> tuple[str, str]:
        effect = branch.effect
        match effect:
            case ByMeasure() if isinstance(effect.form, PerUnit):
                return self._per_unit(result, effect, effect.form, beside)
            case ByMeasure():
                return f"按比例计分{beside.zh}", f"in proportion {beside.en}"
            case ByJudgement():
                return "按评价人评定的分数", "as judged by the assessor"
            case ByFormula():
                return f"按公式计分{beside.zh}", f"by the formula {beside.en}"
            case ByItems(_, from_full):
                return ("逐项扣分", "item by item") if from_full else ("逐项计分", "item by item")
            case _:
                return f"符合该档标准{beside.zh}", f"in this band {beside.en}"

    def _per_unit(self, result: PartResult, effect: ByMeasure, form: PerUnit, beside: Text) -> tuple[str, str]:
        value = effect.measure.compute(self.env, None)
        if not isinstance(value, Fraction):
            return f"按差距计分{beside.zh}", f"by the distance from the base {beside.en}"
        excess = abs(value) if effect.around else max(ZERO, value)
        number = decimal_text(units(excess, form))
        amount = decimal_text(form.amount)
        far = quantity_text(excess, form.per_unit)
        step = form.per_unit.show(form.per)
        verb = ("扣", "off") if form.sign < 0 else ("加", "on")
        zh = f"与基准相差 {far}{beside.zh},每 {step}{verb[0]} {amount} 分,计 {number} 个"
        en = f"{far} from the base {beside.en}, {amount} {verb[1]} per {step}, {number} times"
        return zh, en


_PERCENT = Unit("%", POINTS.dimension, Fraction(1, 100))


def default_unit_of(measure: Measure) -> Unit:
    """Percent for a bare quotient, plain otherwise; the loader's types are not at hand here."""
    tree = measure.tree
    if isinstance(tree, Aggregate) and tree.function == "share":
        return _PERCENT
    return _PERCENT if isinstance(tree, Arithmetic) and tree.op == "/" else PLAIN


def points_text(value: Fraction) -> str:
    """Points in sentences: two decimals where they suffice."""
    if value.denominator == 1:
        return f"{value.numerator}.00"
    exact = decimal_text(value)
    whole, _, rest = exact.partition(".")
    return f"{whole}.{rest.ljust(2, '0')}"
