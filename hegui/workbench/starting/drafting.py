"""Rows of a table -> the files of a rulebook: rules where the words are certain, an assessor's marks and a TODO elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from facts.gathering.yamltext import scalar
from facts.problem import Text
from facts.values import ZERO, decimal_text
from hegui.workbench.starting.tablereading import IndicatorTable, TableRow, sections_of
from hegui.workbench.starting.unread import unread
from hegui.workbench.starting.wordings import understand
from hegui.workbench.starting.words import Question, Understood, Wordings, label_of

# Indicators whose words were read as a rule that does not load, and why it does not.
NONE_REFUSED: Mapping[str, Text] = {}


@dataclass(frozen=True, slots=True)
class Answers:
    """What the table does not say."""

    id: str
    title: str
    authority: str
    effective: str
    document: str


@dataclass(slots=True)
class Draft:
    """Files by name; for every indicator its row, the rule found in it (None: an assessor's marks) and why not."""

    files: dict[str, str] = field(default_factory=dict)
    rows: dict[str, tuple[TableRow, Understood | None]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    refused: Mapping[str, Text] = field(default_factory=dict)
    # Why a criterion was left to the assessor.
    why: dict[str, Text] = field(default_factory=dict)


def draft(
    table: IndicatorTable, answers: Answers, known: Wordings, refused: Mapping[str, Text] = NONE_REFUSED
) -> Draft:
    """The files. Indicators in `refused` are left to the assessor: the loader did not take what was read."""
    return _Drafter(answers, known, refused).draft(table)


def uncertainty(found: Understood | None) -> str:
    """What is said to be uncertain about a draft until somebody has looked at it; it stands in every assessment."""
    if found is None:
        return "草案:原文未能读成规则,暂由评价人评定"
    return f"草案:由原文读成,核对后删去此句{';' if found.open_ else ''}{found.open_}"


class _Drafter:
    def __init__(self, answers: Answers, known: Wordings, refused: Mapping[str, Text]) -> None:
        self.answers, self.known, self.refused = answers, known, refused
        self.questions: dict[str, Question] = {}
        self.result = Draft(refused=refused)

    def draft(self, table: IndicatorTable) -> Draft:
        names: list[str] = []
        total = ZERO
        for number, (name, rows) in enumerate(sections_of(table), 1):
            file = f"section-{number}.yaml"
            names.append(file)
            listed = sum((row.points for row in rows), ZERO)
            total += listed
            self.result.files[file] = self._section(number, name, rows, listed, table.declared.get(name))
        self.result.files["vocabulary.yaml"] = self._vocabulary()
        self.result.files["rulebook.yaml"] = self.rulebook(names, total, len(table.rows), table)
        return self.result

    def rulebook(self, names: Sequence[str], total: Fraction, indicators: int, table: IndicatorTable) -> str:
        a = self.answers
        lines = [
            "# 由 hegui new 生成。写着 TODO 的地方要由政策人员写定;写定后删去 TODO。",
            "format: hegui/rulebook/v1",
            f"id: {scalar(a.id)}",
            'version: "0.1"',
            f"title: {scalar(a.title)}",
            f"authority: {scalar(a.authority)}",
            f"effective: {{from: {a.effective}}}",
            f"cite: {{document: {scalar(a.document or a.title, True)}}}",
        ]
        if table.total is not None and table.total != total:
            said = f"表中合计 {decimal_text(table.total)} 分,所列指标相加 {decimal_text(total)} 分"
            lines.append(f"# TODO {said}")
            self.result.notes.append(said)
        lines += [
            f"declares: {{points: {decimal_text(total)}, sections: {len(names)}, indicators: {indicators}}}",
            "model: sum",
            "# TODO 标准没有说清之处怎么办,逐项写定",
            "defaults:",
            "  missing: undetermined",
            "  zero_denominator: undetermined",
            "  partial_unit: up",
            "  not_applicable: full",
            "  round_measure: none",
            "  round_score: {places: 2, mode: half_up}",
            f"sections: [{', '.join(names)}]",
            "# TODO 有等级的,写上 grades",
        ]
        return "\n".join(lines) + "\n"

    def _section(
        self, number: int, name: str, rows: Sequence[TableRow], listed: Fraction, declared: Fraction | None
    ) -> str:
        lines = ["format: hegui/section/v1", f"id: s{number}", f"title: {scalar(name or '指标')}"]
        if declared is not None and declared != listed:
            said = f"“{name}”写明 {decimal_text(declared)} 分,所列指标相加 {decimal_text(listed)} 分"
            lines.append(f"# TODO {said}")
            self.result.notes.append(said)
        lines += [f"points: {decimal_text(listed)}", "indicators:"]
        for place, row in enumerate(rows, 1):
            lines += ["", *self._indicator(f"s{number}-{place:02}", row)][0 if place > 1 else 1 :]
        return "\n".join(lines) + "\n"

    def _indicator(self, key: str, row: TableRow) -> list[str]:
        found = None if key in self.refused else understand(row.criterion, row.title, row.points, self.known)
        self.result.rows[key] = (row, found)
        names = self._named(found, row.title) if found else {}
        lines = []
        if found is None:
            why = self.refused.get(key) or unread(row.criterion, row.points, self.known)
            self.result.why[key] = why
            reason = " ".join(why.zh.split())
            lines.append(f"  # TODO 把原文写成规则(没有读成:{reason});在此之前由评价人在分值以内评定")
        lines += [f"  - id: {key}", *([f"    group: {scalar(row.group)}"] if row.group else [])]
        lines += [f"    title: {scalar(row.title)}", f"    points: {decimal_text(row.points)}", *self._cite(row, found)]
        if found is not None:
            measure = renamed(found.measure, names)
            lines += [f"    measure: {scalar(measure)}"] if measure else []
            lines += [f"    unit: {json.dumps(found.unit, ensure_ascii=False)}"] if measure and found.unit else []
            return [*lines, "    score:", *(f"      {line}" for line in renamed(found.score, names).split("\n"))]
        if not row.criterion.strip():
            return [*lines, "    score:", "      not_computable: {reason: 表中没有写评分标准}"]
        label = self._taken(f"{label_of(row.title)}评分", row.title)
        self.questions[label] = Question(label, "score", decimal_text(row.points), "评价人按评分标准原文评定")
        return [
            *lines,
            "    score:",
            f"      judged: {{value: {scalar(label, True)}, from: 0, to: {decimal_text(row.points)}}}",
        ]

    def _cite(self, row: TableRow, found: Understood | None) -> list[str]:
        uncertain = uncertainty(found) if row.criterion.strip() else ""
        said = {"item": row.cite or str(row.at), "quote": row.criterion.strip(), "uncertain": uncertain}
        return ["    cite:", *(f"      {key}: {scalar(text)}" for key, text in said.items() if text)]

    def _named(self, found: Understood, title: str) -> Mapping[str, str]:
        """Data items of an understood rule: rates of one name are one item, whatever else is an item of its own."""
        names = {}
        for one in found.questions:
            label = one.label
            if one.unit != "%" or (label in self.questions and self.questions[label].unit != "%"):
                label = self._taken(label, title)
            self.questions.setdefault(label, replace(one, label=label))
            if label != one.label:
                names[one.label] = label
        return names

    def _taken(self, label: str, title: str) -> str:
        """The label, made different from those that are there."""
        if label not in self.questions:
            return label
        longer, number = f"{label_of(title)}_{label}", 2
        while longer in self.questions:
            longer, number = f"{label_of(title)}_{label}_{number}", number + 1
        return longer

    def _vocabulary(self) -> str:
        lines = ["# TODO 逐项写定口径(definition)和报告出处(reported_in)", "format: hegui/vocabulary/v1", "concepts:"]
        for number, one in enumerate(self.questions.values(), 1):
            lines += [*([""] if number > 1 else []), f"  - id: q{number:03}", f"    label: {scalar(one.label)}"]
            lines.append(f"    type: {one.type}")
            if one.type == "quantity":
                lines.append(f"    unit: {scalar(one.unit) if one.unit != '%' else json.dumps('%')}")
            if one.minimum:
                lines.append(f"    minimum: {one.minimum}")
            if one.choices:
                lines.append(f"    choices: [{', '.join(scalar(choice, True) for choice in one.choices)}]")
            if one.type == "score":
                lines += ["    minimum: 0", f"    maximum: {one.unit}"]
            lines.append(f"    definition: {scalar(one.definition or 'TODO')}")
        if not self.questions:
            lines[-1] = "concepts: []"
        return "\n".join(lines) + "\n"


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The text with data items under their new names."""
    for old, new in names.items():
        written = [f"`{old}`", old]
        text = next((text.replace(one, f"`{new}`") for one in written if one in text), text)
    return text


def template(answers: Answers) -> dict[str, str]:
    """A rulebook to start from when there is no table: one section, one indicator of the commonest kind."""
    drafter = _Drafter(answers, Wordings({}, (), (), (), (), (), None), NONE_REFUSED)
    rulebook = drafter.rulebook(["section-1.yaml"], Fraction(10), 1, IndicatorTable())
    section = """format: hegui/section/v1
id: s1
title: 过程
points: 10
indicators:
  # TODO 换成自己的指标;写法见 docs/rule-language.md,或用 hegui xlsx export 在电子表格里改
  - id: budget-execution
    group: 预算执行
    title: 预算执行率
    points: 10
    cite: {item: TODO, quote: "预算执行率达到100%,得10分;每低于1个百分点扣0.5分,扣完为止"}
    measure: 预算执行数 / 预算数
    unit: "%"
    score:
      per_unit: {deduct: 0.5, per: 1 个百分点, under: 100%, partial_unit: up}
"""
    vocabulary = """format: hegui/vocabulary/v1
concepts:
  - id: executed
    label: 预算执行数
    type: quantity
    unit: 万元
    definition: TODO

  - id: budget
    label: 预算数
    type: quantity
    unit: 万元
    definition: TODO
"""
    return {"rulebook.yaml": rulebook, "vocabulary.yaml": vocabulary, "section-1.yaml": section}
