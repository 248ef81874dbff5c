"""Rulebook -> Publication: the table of indicators with a sentence for every criterion, and whatever else it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from engine.checks import accepted_problems
from engine.drafts import is_draft, is_drafted
from engine.lint.sourcing import concepts_used
from engine.model import Citation, Indicator, Rulebook, Section, Title
from engine.stated import state_indicator, state_policies
from engine.statedbook import (
    state_check,
    state_declared,
    state_grades,
    state_parameter,
    state_section,
    state_total,
    state_veto,
)
from engine.walk import concepts_in, trees_in
from facts.problem import Language, Text
from facts.units import PLAIN
from facts.values import ZERO, decimal_text
from facts.vocabulary import Concept
from hegui.wording import title_in
from hegui.workbench.publishing.model import Cell, Chapter, Publication

# How the table prints the type of a data item; the workbook takes these words too.
TYPE_NAMES = {
    "quantity": Text("数量", "quantity"),
    "boolean": Text("是/否", "yes or no"),
    "choice": Text("选项", "choice"),
    "text": Text("文字", "text"),
    "date": Text("日期", "date"),
    "table": Text("明细表", "table"),
    "score": Text("评定分数", "assessed score"),
}
_CRITERIA = (
    (Text("一级指标", "Section"), 8),
    (Text("二级指标", "Group"), 9),
    (Text("三级指标", "Indicator"), 13),
    (Text("分值", "Points"), 5),
    (Text("评分标准", "Criterion"), 38),
    (Text("依据", "Citation"), 14),
    (Text("数据来源", "Data"), 13),
)


def publication(rulebook: Rulebook, language: Language) -> Publication:
    """Everything the rulebook says, in the order of a published document."""
    return _Contents(rulebook, language).publication()


class _Contents:
    """Writes the chapters of one rulebook in one language."""

    def __init__(self, rulebook: Rulebook, language: Language) -> None:
        self.rulebook, self.language = rulebook, language
        self.read = {indicator.id: self._read_by(indicator) for indicator in rulebook.indicators}

    def publication(self) -> Publication:
        chapters = (
            self._criteria(),
            self._rules(),
            self._grades(),
            self._vetoes(),
            self._checks(),
            self._items(),
            self._uncertain(),
            self._accepted(),
        )
        kept = [chapter for chapter in chapters if chapter is not None]
        return Publication(title_in(self.rulebook.title, self.language), self.language, self._facts(), tuple(kept))

    # --- words ---

    def word(self, zh: str, en: str) -> str:
        return Text(zh, en).in_(self.language)

    def text(self, text: Text) -> str:
        return text.in_(self.language)

    def title(self, title: Title) -> str:
        return title_in(title, self.language)

    def draft_or(self, draft: bool, text: str) -> str:
        """The text, marked where it is a draft."""
        return self.word("【草案】", "[draft] ") + text if draft else text

    def label(self, concept: Concept) -> str:
        return concept.label if self.language == "zh" or not concept.label_en else concept.label_en

    def columns(self, columns: Sequence[tuple[Text, int]]) -> tuple[tuple[str, ...], tuple[int, ...]]:
        return tuple(self.text(name) for name, _ in columns), tuple(width for _, width in columns)

    def _read_by(self, indicator: Indicator) -> tuple[str, ...]:
        parameters = self.rulebook.parameters_in(indicator.section)
        found: dict[str, None] = {}
        for tree in trees_in(indicator.part):
            found.update(dict.fromkeys(concepts_in(tree, self.rulebook.vocabulary, parameters)))
        return tuple(found)

    def _facts(self) -> tuple[tuple[str, str], ...]:
        rulebook = self.rulebook
        end = rulebook.effective_to.isoformat() if rulebook.effective_to else self.word("(未定)", "(open)")
        said = (
            (self.word("发布机关", "Authority"), rulebook.authority),
            (self.word("依据", "Citation"), _cited(rulebook.cite)),
            (self.word("适用期间", "In force"), f"{rulebook.effective_from.isoformat()} – {end}"),
            (self.word("版本", "Version"), f"{rulebook.id} {rulebook.version}"),
            (self.word("规则文件校验码", "Digest of the rule files"), rulebook.digest),
            (self.word("规定", "Declared"), self.text(state_declared(rulebook))),
        )
        return tuple((word, text) for word, text in said if text)

    # --- the table of indicators ---

    def _criteria(self) -> Chapter:
        columns, widths = self.columns(_CRITERIA)
        rows = [row for section in self.rulebook.sections for row in self._section(section)]
        total = sum((section.points for section in self.rulebook.sections if section.kind == "base"), ZERO)
        blank = (Cell(),) * 3
        rows.append(
            (Cell(self.word("合计", "Total"), strong=True), Cell(), Cell(), Cell(points=total, strong=True), *blank)
        )
        if not any(indicator.group for indicator in self.rulebook.indicators):
            # No 二级指标: no column for them.
            columns, widths = (*columns[:1], *columns[2:]), (*widths[:1], *widths[2:])
            rows = [(row[0], *row[2:]) for row in rows]
        return Chapter(self.word("一、指标体系", "1. Indicators"), (), columns, widths, tuple(rows))

    def _section(self, section: Section) -> Iterator[tuple[Cell, ...]]:
        head = f"{self.title(section.title)}\n({self._worth(section)})"
        indicators = section.indicators
        for place, indicator in enumerate(indicators):
            first = Cell(head, rows=0 if place else len(indicators), anchor="" if place else f"s-{section.id}")
            yield (first, self._group(indicators, place), *self._indicator(indicator))

    def _worth(self, section: Section) -> str:
        points = decimal_text(section.points)
        kinds = {
            "base": Text(f"{points} 分", f"{points} points"),
            "bonus": Text(f"加分,最多 {points} 分", f"bonus, up to {points}"),
            "malus": Text(f"减分,最多 {points} 分", f"malus, up to {points}"),
        }
        return self.text(kinds[section.kind])

    def _group(self, indicators: Sequence[Indicator], place: int) -> Cell:
        group = indicators[place].group
        if place and indicators[place - 1].group == group:
            return Cell(group, rows=0)
        size = 1
        while place + size < len(indicators) and indicators[place + size].group == group:
            size += 1
        return Cell(group, rows=size)

    def _indicator(self, indicator: Indicator) -> tuple[Cell, ...]:
        part = indicator.part
        stated = state_indicator(self.rulebook, indicator, beyond_defaults=True)
        criterion = "".join(self.text(text) for text in (stated.criterion, stated.silent))
        if self.language == "en":
            criterion = " ".join(text for text in (stated.criterion.en, stated.silent.en) if text)
        points = (
            Cell(points=part.points)
            if isinstance(part.points, Fraction)
            else Cell(self.word("见标准", "see criterion"))
        )
        concepts = [self.rulebook.vocabulary.concepts[key] for key in self.read[indicator.id]]
        places = dict.fromkeys(one.reported_in for one in concepts if one.reported_in)
        links = tuple((self.label(one), f"d-{one.id}") for one in concepts)
        return (
            Cell(self.title(part.title), anchor=f"i-{indicator.id}"),
            points,
            Cell(self.draft_or(is_drafted(part.cite), criterion)),
            Cell(self._citation(part.cite)),
            Cell(";".join(places), links=links),
        )

    def _citation(self, cite: Citation) -> str:
        said = [self._cited(cite), f"“{cite.quote}”" if cite.quote else ""]
        if cite.uncertain and not is_draft(cite.uncertain):
            said.append(self.word("(存疑,见后)", "(uncertain, see below)"))
        return "\n".join(text for text in said if text)

    def _cited(self, cite: Citation) -> str:
        """Document and item; the document the whole rulebook follows is named once, above the table."""
        known = cite.document == self.rulebook.cite.document and cite.item
        return cite.item if known else _cited(cite)

    # --- rules of the whole ---

    def _rules(self) -> Chapter:
        rulebook = self.rulebook
        said = [f"{self.title(one.title)}:{self.text(state_section(rulebook, one))}" for one in rulebook.sections]
        parameters = [*rulebook.parameters, *(one for section in rulebook.sections for one in section.parameters)]
        said += [self.text(state_parameter(rulebook, one)) for one in parameters]
        said.append(self.text(state_total(rulebook)))
        unless = self.word("评分标准未另行说明的,一律:", "Unless a criterion says otherwise: ")
        said.append(unless + self.text(state_policies(rulebook.defaults)))
        return Chapter(self.word("二、计分规则", "2. How scores are made"), tuple(said))

    def _grades(self) -> Chapter | None:
        scale = self.rulebook.grades
        if scale is None:
            return None
        return Chapter(self.word("三、等级", "3. Grades"), (self.text(state_grades(scale)),))

    def _vetoes(self) -> Chapter | None:
        rows = tuple(
            (
                Cell(self.title(veto.title)),
                Cell(self.draft_or(is_drafted(veto.cite), self.text(state_veto(self.rulebook, veto)))),
                Cell(self._citation(veto.cite)),
            )
            for veto in self.rulebook.vetoes
        )
        columns = (
            (Text("事项", "Veto"), 20),
            (Text("条件与后果", "Condition and effect"), 55),
            (Text("依据", "Citation"), 25),
        )
        return self._table(Text("四、一票否决", "4. Vetoes"), columns, rows)

    def _checks(self) -> Chapter | None:
        rows = tuple(
            (
                Cell(self.title(one.title)),
                Cell(self.draft_or(is_drafted(one.cite), self.text(state_check(self.rulebook, one)))),
                Cell(self._citation(one.cite)),
            )
            for one in self.rulebook.checks
        )
        columns = ((Text("关系", "Check"), 25), (Text("应当成立", "Must hold"), 50), (Text("依据", "Citation"), 25))
        return self._table(Text("五、勾稽关系", "5. Checks"), columns, rows)

    def _table(
        self, heading: Text, columns: Sequence[tuple[Text, int]], rows: tuple[tuple[Cell, ...], ...]
    ) -> Chapter | None:
        names, widths = self.columns(columns)
        return Chapter(self.text(heading), (), names, widths, rows) if rows else None

    # --- data items ---

    def _items(self) -> Chapter | None:
        used: dict[str, list[Indicator]] = {}
        for indicator in self.rulebook.indicators:
            for key in self.read[indicator.id]:
                used.setdefault(key, []).append(indicator)
        # A library brings many along; what nothing here reads is no part of this table.
        named = concepts_used(self.rulebook) | used.keys()
        listed = [one for one in self.rulebook.vocabulary.concepts.values() if one.id in named]
        rows = tuple(self._item(one, used.get(one.id, [])) for one in listed)
        columns = (
            (Text("数据项", "Data item"), 20),
            (Text("类型与单位", "Type and unit"), 14),
            (Text("口径", "Definition"), 34),
            (Text("报告出处", "Reported in"), 16),
            (Text("用于", "Used by"), 16),
        )
        return self._table(Text("六、数据项口径", "6. Data items"), columns, rows)

    def _item(self, concept: Concept, used: Sequence[Indicator]) -> tuple[Cell, ...]:
        kind = self.text(TYPE_NAMES[concept.type])
        unit = concept.unit or PLAIN
        words = [
            f"{kind}({unit.name})" if unit.name else kind,
            "、".join(concept.choices if concept.type == "choice" else ()),
        ]
        definition = [
            self.draft_or(is_draft(concept.definition), concept.definition),
            *(_column(one.name, one.definition) for one in concept.columns),
        ]
        places = [concept.reported_in, *(str(place) for place in concept.reported)]
        links = tuple((self.title(one.title), f"i-{one.id}") for one in used)
        return (
            Cell(self.label(concept), anchor=f"d-{concept.id}"),
            Cell("\n".join(word for word in words if word)),
            Cell("\n".join(text for text in definition if text)),
            Cell("\n".join(dict.fromkeys(text for text in places if text))),
            Cell("", links=links),
        )

    # --- what is not settled ---

    def _uncertain(self) -> Chapter | None:
        said = [(self.title(one.title), one.part.cite.uncertain, f"i-{one.id}") for one in self.rulebook.indicators]
        said += [(self.title(one.title), one.cite.uncertain, "") for one in self.rulebook.vetoes]
        said += [(self.title(one.title), one.cite.uncertain, "") for one in self.rulebook.checks]
        said = [(self.title(self.rulebook.title), self.rulebook.cite.uncertain, ""), *said]
        rows = tuple(
            (Cell("" if to else title, links=((title, to),) if to else ()), Cell(text))
            for title, text, to in said
            if text
        )
        columns = ((Text("何处", "Where"), 25), (Text("存疑", "What is uncertain"), 75))
        return self._table(Text("七、存疑之处", "7. What is uncertain"), columns, rows)

    def _accepted(self) -> Chapter | None:
        rulebook = self.rulebook
        rows = tuple(
            (Cell(self.text(problem.message)), Cell(one.reason), Cell(one.authority))
            for one, problem in zip(rulebook.accepted, accepted_problems(rulebook), strict=True)
        )
        columns = (
            (Text("矛盾", "Contradiction"), 40),
            (Text("接受理由", "Why it is accepted"), 35),
            (Text("依据", "Authority"), 25),
        )
        return self._table(Text("八、文件自身的矛盾(已接受)", "8. Contradictions, accepted"), columns, rows)


def _cited(cite: Citation) -> str:
    return " ".join(text for text in (cite.document, cite.item) if text)


def _column(name: str, definition: str) -> str:
    return f"{name}:{definition}" if definition else name
