"""Formulas and conditions as sentences of a criterion, in both languages; numbers stay exactly as the rule states them.

`engine.showing` writes formulas as a rule file does; this module writes them as an official document does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from engine.expr import (
    Aggregate,
    Arithmetic,
    Call,
    Comparison,
    DateLiteral,
    Expr,
    Is,
    Label,
    Logic,
    Name,
    Negative,
    Not,
    Number,
    Quantifier,
    Rank,
    Rollup,
    Subject,
)
from engine.model import Indicator, Parameter, Rulebook, Section, Title
from facts.problem import NO_TEXT, Text
from facts.units import COUNT, DATE, DAYS, PLAIN, Dimension, Unit
from facts.values import Rounding, decimal_text, is_decimal
from facts.vocabulary import NO, YES, Column, Concept, Vocabulary

# Names that need no marks around them in Chinese text.
_PLAIN_ZH = re.compile(r"[\w“”《》·]+")
_PLAIN_EN = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_YES_OR_NO = ("是否", "有无", "能否")
_SPACED = re.compile(r"[0-9A-Za-z%‰]$")

_UNITS_ZH = {"百分点": "个百分点", "月": "个月", "季度": "个季度", "工作日": "个工作日"}
_UNITS_EN = {
    "百分点": "percentage points",
    "分": "points",
    "元": "yuan",
    "千元": "thousand yuan",
    "万元": "ten thousand yuan",
    "百万元": "million yuan",
    "亿元": "hundred million yuan",
    "倍": "times",
    "成": "tenths",
    "日": "days",
    "天": "days",
    "工作日": "working days",
    "周": "weeks",
    "月": "months",
    "季度": "quarters",
    "年": "years",
    "秒": "seconds",
    "分钟": "minutes",
    "小时": "hours",
    "平方米": "square metres",
    "亩": "mu",
    "万亩": "ten thousand mu",
    "公顷": "hectares",
    "平方公里": "square kilometres",
    "米": "metres",
    "公里": "kilometres",
    "千克": "kilograms",
    "公斤": "kilograms (公斤)",
    "吨": "tonnes",
}
_MODES = {
    "half_up": Text("四舍五入", "rounded half up"),
    "half_even": Text("四舍六入五成双", "rounded half to even"),
    "up": Text("只入不舍", "rounded up"),
    "down": Text("只舍不入", "rounded down"),
}

AMOUNTS = {
    "<": Text("低于", "is below"),
    "<=": Text("不高于", "is at most"),
    ">": Text("高于", "is above"),
    ">=": Text("不低于", "is at least"),
    "=": Text("等于", "equals"),
    "!=": Text("不等于", "differs from"),
}
COUNTS = {
    **AMOUNTS,
    "<": Text("少于", "is below"),
    "<=": Text("不超过", "is at most"),
    ">": Text("超过", "is above"),
    ">=": Text("不少于", "is at least"),
}
DAYS_OF_YEAR = {
    "<": Text("早于", "is before"),
    "<=": Text("不晚于", "is no later than"),
    ">": Text("晚于", "is after"),
    ">=": Text("不早于", "is no earlier than"),
    "=": Text("为", "is"),
    "!=": Text("不为", "is not"),
}
_SIGNS = {"+": "+", "-": "-", "*": "×", "/": "÷"}


def say(zh: str, en: str, **slots: Text | str) -> Text:
    """A sentence in both languages with its slots filled, each in its own language."""
    return Text(
        zh.format(**{key: slot.zh if isinstance(slot, Text) else slot for key, slot in slots.items()}),
        en.format(**{key: slot.en if isinstance(slot, Text) else slot for key, slot in slots.items()}),
    )


def joined(texts: Sequence[Text], zh: str, en: str) -> Text:
    """Texts put together, with what stands between them in either language."""
    return Text(zh.join(text.zh for text in texts), en.join(text.en for text in texts))


def titled(title: Title) -> Text:
    """A title; the Chinese one where there is no English."""
    return Text(title.zh, title.en or title.zh)


def spaced(text: Text) -> Text:
    """A text that a Chinese word follows: 100% needs a blank before 的."""
    return Text(text.zh + (" " if _SPACED.search(text.zh) else ""), text.en)


def numeral(value: Fraction) -> str:
    """A bare number; a fraction where its digits never end."""
    return decimal_text(value) if is_decimal(value) else f"{value.numerator}/{value.denominator}"


def those(text: Text) -> Text:
    """A condition as what a consequence follows in Chinese: …的,得满分."""
    return Text(text.zh if text.zh.endswith("的") else f"{spaced(text).zh}的", text.en)


def with_gap(text: Text) -> Text:
    """A text that follows a Chinese word: the blank before 100%."""
    gap = " " if text.zh[:1].isascii() and text.zh[:1] != "(" else ""
    return Text(gap + text.zh, text.en)


def amount(value: Fraction, unit: Unit) -> Text:
    """A quantity in base units, in a unit: `1 个百分点`, `1 percentage points`."""
    number = numeral(value / unit.factor)
    if unit.name in ("%", "‰", ""):
        return Text(number + unit.name, number + unit.name)
    english = "" if unit.dimension == COUNT and unit.factor == 1 else " " + _UNITS_EN.get(unit.name, unit.name)
    english = english[:-1] if number == "1" and english.endswith("s") else english
    return Text(f"{number} {_UNITS_ZH.get(unit.name, unit.name)}", number + english)


def unit_text(unit: Unit) -> Text:
    """A unit by name."""
    return Text(unit.name, _UNITS_EN.get(unit.name, unit.name))


def points(value: Fraction) -> Text:
    """Points as such: `1 分`."""
    number = numeral(value)
    return Text(f"{number} 分", f"{number} point" if value == 1 else f"{number} points")


def rounding_text(rounding: Rounding | None) -> Text:
    """How something is rounded."""
    if rounding is None:
        return Text("不取舍", "not rounded")
    places = str(rounding.places)
    if not rounding.places:
        return say("{how}取整数", "{how} to a whole number (0 places)", how=_MODES[rounding.mode])
    return say("{how}保留 {n} 位小数", "{how} to {n} places", how=_MODES[rounding.mode], n=places)


class _SharedLabels:
    """English labels that several concepts bear; found once for a vocabulary, not once for each of its criteria."""

    def __init__(self) -> None:
        self._of: tuple[Vocabulary | None, frozenset[str]] = (None, frozenset())

    def of(self, vocabulary: Vocabulary) -> frozenset[str]:
        """Those of a vocabulary."""
        known, labels = self._of
        if known is not vocabulary:
            counted = Counter(concept.label_en or concept.label for concept in vocabulary.concepts.values())
            labels = frozenset(label for label, count in counted.items() if count > 1)
            self._of = (vocabulary, labels)
        return labels


_SHARED = _SharedLabels()


@dataclass(slots=True)
class Words:
    """Writes the formulas of one criterion. A parameter's values are said where it is first mentioned."""

    rulebook: Rulebook
    section: str = ""
    subject: Text = Text("测算值", "the measure")
    _table: Concept | None = None
    _told: set[tuple[str, str]] = field(default_factory=set)
    _shared: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._shared = _SHARED.of(self.rulebook.vocabulary)

    # --- names ---

    def name(self, name: str) -> Text:
        """A column, a concept or a parameter."""
        if self._table is not None and self._table.column(name) is not None:
            return Text(_marked_zh(name), _marked_en(name))
        concept = self.rulebook.vocabulary.concepts.get(name)
        if concept is not None:
            return self.concept(concept)
        parameter = self.rulebook.parameters_in(self.section).get(name)
        shown = Text(_marked_zh(name), _marked_en(name))
        if parameter is None or parameter.key in self._told:
            return shown
        self._told.add(parameter.key)
        return say("{name}({values})", "{name} ({values})", name=shown, values=self.parameter(parameter))

    def concept(self, concept: Concept) -> Text:
        """A concept by its label; its id beside an English label that another concept has too."""
        english = concept.label_en or concept.label
        if english in self._shared:
            english = f"{english} ({concept.id})"
        return Text(_marked_zh(concept.label), _marked_en(english))

    def parameter(self, parameter: Parameter) -> Text:
        """What a parameter is, by class where it has classes."""
        if not parameter.by:
            return amount(parameter.values[0][1], parameter.unit)
        cases = [
            say("{label} {value}", "{label} {value}", label=label, value=amount(value, parameter.unit))
            for label, value in parameter.values
        ]
        by = self.rulebook.vocabulary.concepts[parameter.by]
        listed = joined(cases, "、", ", ")
        return say("按{by}:{cases}", "by {by}: {cases}", by=self.concept(by), cases=listed)

    def target(self, ref: str) -> Text:
        """A section or an indicator by its title."""
        known: list[Section | Indicator] = [*self.rulebook.sections, *self.rulebook.indicators]
        for one in known:
            if one.id == ref:
                return say("“{title}”", "“{title}”", title=titled(one.title))
        # Names the rollup knows and people do not write: the base sections together, for instance.
        return Text(f"“{ref}”", f"“{ref}”")

    # --- quantities ---

    def quantity(self, tree: Expr) -> Text:
        """A formula that gives a quantity, a day or a label."""
        match tree:
            case Number(value, unit):
                return amount(value, unit)
            case DateLiteral(value):
                return Text(f"{value.year}年{value.month}月{value.day}日", value.isoformat())
            case Label(value):
                return Text(f"“{value}”", f"“{value}”")
            case Name(name):
                return self.name(name)
            case Subject():
                return self.subject
            case Negative(operand):
                return say("-{x}", "-{x}", x=self._bracketed(operand, Arithmetic | Negative))
            case Arithmetic(op, left, right):
                return say(
                    f"{{a}} {_SIGNS[op]} {{b}}",
                    f"{{a}} {_SIGNS[op]} {{b}}",
                    a=self._side(left, op, right=False),
                    b=self._side(right, op, right=True),
                )
            case Aggregate():
                return self._aggregate(tree)
            case _:
                return self._function(tree)

    def _side(self, tree: Expr, op: str, *, right: bool) -> Text:
        looser = isinstance(tree, Arithmetic) and (right or (op in "*/" and tree.op in "+-"))
        text = self.quantity(tree)
        return say("({x})", "({x})", x=text) if looser or isinstance(tree, Negative) else text

    def _bracketed(self, tree: Expr, kinds: object) -> Text:
        text = self.quantity(tree)
        return say("({x})", "({x})", x=text) if isinstance(tree, kinds) else text  # type: ignore[arg-type]

    def _aggregate(self, tree: Aggregate) -> Text:
        table = self.rulebook.vocabulary.concepts[tree.table]
        where = self._rows(table, tree.where)
        column = self._of_each(table, tree)
        zh, en = {
            "count": ("{rows}的个数", "the number of {rows_en}"),
            "share": ("{rows}的占比", "the share of {rows_en}"),
            "sum": ("{rows}的{column}合计", "the sum of {column} over {rows_en}"),
            "average": ("{rows}的{column}平均值", "the average of {column} over {rows_en}"),
            "max": ("{rows}的{column}最大值", "the largest {column} of {rows_en}"),
            "min": ("{rows}的{column}最小值", "the smallest {column} of {rows_en}"),
        }[tree.function]
        rows = spaced(where) if tree.where is None else where
        return say(zh, en, rows=rows, rows_en=where, column=column)

    def _rows(self, table: Concept, where: Expr | None) -> Text:
        name = self.concept(table)
        if where is None:
            return say("{table}", "the rows of {table}", table=name)
        return say("{table}中{where}", "the rows of {table} where {where}", table=name, where=self._of(table, where))

    def _of(self, table: Concept, where: Expr) -> Text:
        """A condition on the rows of a table."""
        outer, self._table = self._table, table
        text = spaced(self.condition(where))
        self._table = outer
        return text

    def _of_each(self, table: Concept, tree: Aggregate) -> Text:
        """What is added up or compared of each row: a column, or a formula over columns."""
        if tree.value is None:
            return Text(_marked_zh(tree.column), _marked_en(tree.column))
        outer, self._table = self._table, table
        text = self._bracketed(tree.value, Arithmetic | Negative)
        self._table = outer
        return text

    def _function(self, tree: Expr) -> Text:
        match tree:
            case Call("abs", arguments):
                return say("{x}的绝对值", "the absolute value of {x}", x=self._bracketed(arguments[0], Arithmetic))
            case Call("round", arguments, places, mode):
                how = rounding_text(Rounding(places, mode))  # type: ignore[arg-type]  # the parser admits only modes
                return say("({x}){how}", "({x}) {how}", x=self.quantity(arguments[0]), how=how)
            case Call("days", arguments):
                ends = [self.quantity(argument) for argument in arguments]
                return say("{a}至{b}的天数", "the days from {a} to {b}", a=spaced(ends[0]), b=spaced(ends[1]))
            case Call(function, arguments):
                most = function == "greatest"
                listed = joined([self.quantity(argument) for argument in arguments], "、", ", ")
                words = Text("较大者" if most else "较小者", "the greatest of" if most else "the least of")
                return say("({x})中的{which}", "{which} ({x})", x=listed, which=words)
            case Rank(value, table, column, descending):
                order = Text("由高到低", "highest first") if descending else Text("由低到高", "lowest first")
                return say(
                    "{value}在{table}的{column}中{order}的名次",
                    "the rank of {value} among {column} of {table}, {order}",
                    value=spaced(self.quantity(value)),
                    table=self.concept(self.rulebook.vocabulary.concepts[table]),
                    column=Text(_marked_zh(column), _marked_en(column)),
                    order=order,
                )
            case Rollup("total"):
                return Text("总分", "the total")
            case Rollup(function, ref):
                what = Text("得分", "the score of") if function == "score" else Text("分值", "the points of")
                return say("{ref}的{what}", "{what} {ref}", ref=self.target(ref), what=what)
            case _:
                return self.condition(tree)

    # --- conditions ---

    def condition(self, tree: Expr) -> Text:
        """A condition."""
        match tree:
            case Comparison(op, left, right):
                return self._compared(self.quantity(left), op, left, right)
            case Is(left, label, negated):
                return self._is(left, label, negated)
            case Logic(op, operands):
                return self._logic(op, operands)
            case Not(operand):
                return say("并非({x})", "not ({x})", x=self.condition(operand))
            case Quantifier(function, table, where):
                concept = self.rulebook.vocabulary.concepts[table]
                zh, en = {
                    "any": ("{table}中有{where}的", "some row of {table} has {where}"),
                    "all": ("{table}全部{where}", "every row of {table} has {where}"),
                    "none": ("{table}中没有{where}的", "no row of {table} has {where}"),
                }[function]
                return say(zh, en, table=self.concept(concept), where=self._of(concept, where))
            case _:
                return self.quantity(tree)

    def _compared(self, left: Text, op: str, left_tree: Expr, right: Expr) -> Text:
        words = {"day": DAYS_OF_YEAR, "count": COUNTS, "": AMOUNTS}[self._kind(right) or self._kind(left_tree)][op]
        return say("{a}{op}{b}", "{a} {op} {b}", a=left, op=words, b=with_gap(self.quantity(right)))

    def _kind(self, tree: Expr) -> str:
        """What is compared: days, counts and durations, or amounts; each has its own verbs in Chinese."""
        if isinstance(tree, DateLiteral):
            return "day"
        found: Dimension = tree.unit.dimension if isinstance(tree, Number) else PLAIN.dimension
        if isinstance(tree, Name):
            one = self._named(tree.name)
            if one is not None and one.type == "date":
                return "day"
            found = (one.unit or PLAIN).dimension if one is not None else found
        return "count" if found in (COUNT, DAYS) else "day" if found == DATE else ""

    def _named(self, name: str) -> Concept | Column | None:
        column = self._table.column(name) if self._table is not None else None
        return column or self.rulebook.vocabulary.concepts.get(name)

    def _is(self, left: Expr, label: str, negated: bool) -> Text:
        one = self._named(left.name) if isinstance(left, Name) else None
        name = self.quantity(left)
        if one is None or one.type != "boolean" or label not in (YES, NO):
            words = Text("不为", "is not") if negated else Text("为", "is")
            return say("{name}{words}“{label}”", "{name} {words} “{label}”", name=name, words=words, label=label)
        holds = (label == YES) != negated
        if holds and not name.zh.startswith(_YES_OR_NO):
            return say("{name}", "{name} holds", name=name)
        word = Text("是" if holds else "否", "holds" if holds else "does not hold")
        return say("{name}为“{word}”", "{name} {word}", name=name, word=word)

    def _logic(self, op: str, operands: tuple[Expr, ...]) -> Text:
        first = operands[0]
        texts: list[Text] = []
        for number, operand in enumerate(operands):
            # 测算值不低于 80% 且低于 90%: what is compared is named once.
            if number and isinstance(operand, Comparison) and _left(first) == operand.left:
                texts.append(self._compared(NO_TEXT, operand.op, operand.left, operand.right))
                continue
            text = self.condition(operand)
            inner = isinstance(operand, Logic | Quantifier)
            texts.append(say("({x})", "({x})", x=text) if inner else text)
        trimmed = [Text(spaced(text).zh, text.en.strip()) for text in texts[:-1]]
        last = Text(texts[-1].zh, texts[-1].en.strip())
        return joined([*trimmed, last], "且" if op == "and" else "或", f" {op} ")


def _left(tree: Expr) -> Expr | None:
    return tree.left if isinstance(tree, Comparison) else None


def _marked_zh(name: str) -> str:
    return name if _PLAIN_ZH.fullmatch(name) else f"「{name}」"


def _marked_en(name: str) -> str:
    return name if _PLAIN_EN.fullmatch(name) else f"“{name}”"
