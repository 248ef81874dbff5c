"""What an edit means, record by record: the sentence before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.model import Rulebook
from engine.stated import state_indicator
from engine.statedbook import (
    state_check,
    state_declared,
    state_grades,
    state_parameter,
    state_section,
    state_total,
    state_veto,
)
from facts.problem import Language, Text
from hegui.layout import wrapped
from hegui.wording import title_in
from hegui.workbench.spreadsheet.tables import Tables, same

_ADDED, _GONE, _CHANGED = Text("新增", "added"), Text("删除", "deleted"), Text("改动", "changed")
_BEFORE, _AFTER = Text("改前:", "before: "), Text("改后:", "after:  ")


def describe(before: Rulebook, after: Rulebook, old: Tables, new: Tables, language: Language) -> str:
    """Lines for people: what became of every record; cells where the sentence does not show it."""
    lines: list[str] = []
    told: set[tuple[str, str]] = set()
    for sheet, said in (("指标", _criteria), ("一级指标", _sections), ("一票否决", _vetoes), ("勾稽关系", _checks)):
        one, other = said(before, language), said(after, language)
        for key in dict.fromkeys((*one, *other)):
            if one.get(key) != other.get(key):
                lines += _sentences(sheet, key, one.get(key), other.get(key), language)
                told.add((sheet, key))
    for heading, said_of in _WHOLE.items():
        first, second = (said_of(rulebook).in_(language) for rulebook in (before, after))
        if first != second:
            lines += _sentences(heading.in_(language), "", first, second, language)
    for sheet in new.sheets:
        lines += _cells(sheet, old, new, told, language)
    return "\n".join(lines) + "\n" if lines else ""


_WHOLE: Mapping[Text, Callable[[Rulebook], Text]] = {
    Text("等级", "Grades"): lambda rulebook: state_grades(rulebook.grades) if rulebook.grades else Text("", ""),
    Text("总分", "Total"): state_total,
    Text("规定", "Declared"): state_declared,
    Text("参数", "Parameters"): lambda rulebook: _parameters(rulebook),
}


def _parameters(rulebook: Rulebook) -> Text:
    every = [*rulebook.parameters, *(one for section in rulebook.sections for one in section.parameters)]
    said = [state_parameter(rulebook, one) for one in every]
    return Text("".join(text.zh for text in said), " ".join(text.en for text in said))


def _criteria(rulebook: Rulebook, language: Language) -> dict[str, str]:
    return {
        one.id: f"{title_in(one.title, language)}:{state_indicator(rulebook, one).whole.in_(language)}"
        for one in rulebook.indicators
    }


def _sections(rulebook: Rulebook, language: Language) -> dict[str, str]:
    return {
        one.id: f"{title_in(one.title, language)}:{state_section(rulebook, one).in_(language)}"
        for one in rulebook.sections
    }


def _vetoes(rulebook: Rulebook, language: Language) -> dict[str, str]:
    return {
        one.id: f"{title_in(one.title, language)}:{state_veto(rulebook, one).in_(language)}" for one in rulebook.vetoes
    }


def _checks(rulebook: Rulebook, language: Language) -> dict[str, str]:
    return {
        one.id: f"{title_in(one.title, language)}:{state_check(rulebook, one).in_(language)}" for one in rulebook.checks
    }


def _sentences(sheet: str, key: str, before: str | None, after: str | None, language: Language) -> list[str]:
    what = _CHANGED if before is not None and after is not None else _ADDED if before is None else _GONE
    lines = [f"{what.in_(language)} {sheet}{' ' if key else ''}{key}"]
    for head, text in ((_BEFORE, before), (_AFTER, after)):
        if text is not None:
            lines.append(wrapped(text, "          ", f"    {head.in_(language)}"))
    return lines


def _cells(sheet: str, old: Tables, new: Tables, told: set[tuple[str, str]], language: Language) -> Iterator[str]:
    """Cells that differ in records whose sentence says nothing of it: titles, citations, definitions."""
    before = {row.key: row.cells for row in old.rows(sheet)}
    after = {row.key: row.cells for row in new.rows(sheet)}
    for key in dict.fromkeys((*before, *after)):
        if key not in before or key not in after:
            if (sheet, key[0]) not in told:
                yield f"{(_ADDED if key not in before else _GONE).in_(language)} {sheet} {'/'.join(key)}"
            continue
        for heading in dict.fromkeys((*before[key], *after[key])):
            one, other = before[key].get(heading, ""), after[key].get(heading, "")
            if not same(one, other):
                yield f"{_CHANGED.in_(language)} {sheet} {'/'.join(key)} {heading}:“{_short(one)}” → “{_short(other)}”"
    if moved := _moved(list(before), list(after)):
        yield Text(f"次序 {sheet} {moved}", f"order {sheet} {moved}").in_(language)


def _moved(before: Sequence[tuple[str, ...]], after: Sequence[tuple[str, ...]]) -> str:
    common = {*before} & {*after}
    one, other = [k for k in before if k in common], [k for k in after if k in common]
    return (
        "" if one == other else " ".join("/".join(key) for key, old in zip(other, one, strict=True) if key != old)[:400]
    )


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else flat[:59] + "…"
