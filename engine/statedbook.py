"""What a rulebook says beyond its criteria, in words: sections, grades, vetoes, checks, parameters, the total."""

from __future__ import annotations

from fractions import Fraction

from engine.model import Check, GradeScale, GradeStep, Parameter, Rulebook, Section, Veto
from engine.stated import sentences
from engine.wordings import Words, joined, numeral, points, rounding_text, say, spaced, those
from facts.problem import Text

_MODELS = {
    "sum": Text("得分为各项指标得分之和", "the sum of its indicators' scores"),
    "declared_less_deductions": Text(
        "得分为规定分值减去各项指标所失分值", "its declared points less what its indicators lost"
    ),
    "rescaled": Text(
        "得分为各项指标得分之和按规定分值与适用指标分值之比折算",
        "the sum of its indicators' scores, scaled to its declared points by what applies",
    ),
}
_KINDS = {
    "base": Text("{n}", "{n}"),
    "bonus": Text("加分项,最多加 {n}", "a bonus of up to {n}"),
    "malus": Text("扣分项,最多扣 {n}", "a malus of up to {n}"),
}
_SEVERITIES = {
    "error": Text("不符的,列为错误", "otherwise an error"),
    "warning": Text("不符的,列为警告", "otherwise a warning"),
    "note": Text("不符的,予以提示", "otherwise a note"),
}


def state_section(rulebook: Rulebook, section: Section) -> Text:
    """What a section is worth, how it is made up and when it counts."""
    worth = _KINDS[section.kind]
    said = [say(worth.zh, worth.en, n=points(section.points)), _MODELS[section.model]]
    said += _bounds(section.floor, section.cap)
    if section.counts_if is not None:
        when = Words(rulebook, section.id).condition(section.counts_if)
        said.append(say("仅在{x}时计入,否则计 0 分", "counts only where {x}, else 0 points", x=spaced(when)))
    return sentences(said)


def _bounds(floor: Fraction | None, cap: Fraction | None) -> list[Text]:
    found = []
    if floor is not None:
        found.append(say("不低于 {n}", "at least {n}", n=points(floor)))
    if cap is not None:
        found.append(say("不高于 {n}", "at most {n}", n=points(cap)))
    return found


def state_total(rulebook: Rulebook) -> Text:
    """How the total is made of the sections, and how it is rounded."""
    said = [Text("总分为各一级指标得分之和", "the total is the sum of the sections")]
    said += _bounds(rulebook.floor, rulebook.cap)
    how = rounding_text(rulebook.defaults.round_score)
    return sentences([*said, say("总分{how}", "the total is {how}", how=how)])


def state_grades(scale: GradeScale) -> Text:
    """The scale, from the highest grade down; every score has exactly one."""
    unit = "%" if scale.of == "percent" else " 分"
    unit_en = "%" if scale.of == "percent" else " points"
    steps, found = scale.steps, []
    for place, step in enumerate(steps):
        low, last = numeral(step.start), place == len(steps) - 1
        above = numeral(steps[place - 1].start) if place else ""
        slots: dict[str, Text | str] = {"a": low + unit, "a_en": low + unit_en, "grade": step.grade}
        slots |= {"b": above + unit, "b_en": above + unit_en}
        if not place and last:
            found.append(say("一律为“{grade}”(自 {a}起)", "always “{grade}” (from {a_en})", **slots))
        elif not place:
            found.append(say("{a}(含)以上为“{grade}”", "“{grade}” from {a_en}", **slots))
        elif last:
            found.append(say("{b}以下为“{grade}”(自 {a}起)", "“{grade}” below {b_en} (from {a_en})", **slots))
        else:
            found.append(say("{a}(含)至 {b}(不含)为“{grade}”", "“{grade}” from {a_en} to below {b_en}", **slots))
    head = Text("按得分率(总分占规定总分值的百分比)评定等级", "grades by percent of the declared points")
    if scale.of == "score":
        head = Text("按总分评定等级", "grades by the total")
    said = [say("{head}:{x}", "{head}: {x}", head=head, x=joined(found, ";", "; "))]
    published = [_published(step) for step in steps if step.end is not None]
    if published:
        x = joined(published, ";", "; ")
        said.append(say("原文所写的范围:{x}", "the ranges as published: {x}", x=x))
    return sentences(said)


def _published(step: GradeStep) -> Text:
    """A range of the scale as the document writes it."""
    assert step.end is not None
    slots: dict[str, Text | str] = {"grade": step.grade, "a": numeral(step.start), "b": numeral(step.end)}
    if step.closed:
        return say("“{grade}”{a} 至 {b}", "“{grade}” {a} to {b}", **slots)
    return say("“{grade}”{a} 至 {b}(不含)", "“{grade}” {a} to below {b}", **slots)


def state_veto(rulebook: Rulebook, veto: Veto) -> Text:
    """When a veto holds, on what, and what it does; a lower number is applied earlier."""
    words = Words(rulebook)
    scope = {
        "result": Text("评价结果", "the result"),
        "section": say("一级指标{x}", "section {x}", x=words.target(veto.target)),
        "indicator": say("指标{x}", "indicator {x}", x=words.target(veto.target)),
    }[veto.scope]
    when = those(words.condition(veto.when))
    head = say(
        "{when},{scope}{effect}",
        "where {when}: {scope} {effect}",
        when=when,
        scope=scope,
        effect=_effect(rulebook, veto),
    )
    order = say("适用次序 {n}", "order {n}", n=str(veto.precedence))
    return sentences([say("{head}({order})", "{head} ({order})", head=head, order=order)])


def _effect(rulebook: Rulebook, veto: Veto) -> Text:
    effect = veto.effect
    match effect.kind:
        case "zero":
            return Text("计 0 分", "scores 0 points")
        case "score":
            assert effect.value is not None
            return say("计 {n}", "scores {n}", n=points(effect.value))
        case "failed":
            lowest = rulebook.grades.steps[-1].grade if rulebook.grades else ""
            return say("等级为最低等级“{g}”,得分不变", "gets the lowest grade, “{g}”; its score stays", g=lowest)
        case "grade":
            return say("等级为“{g}”", "gets the grade “{g}”", g=effect.grade)
        case "grade_at_most":
            return say("等级最高为“{g}”", "gets the grade “{g}” at most", g=effect.grade)


def state_check(rulebook: Rulebook, check: Check) -> Text:
    """What must hold over the facts, and how grave it is if not."""
    that = Words(rulebook).condition(check.that)
    return sentences([say("应有:{x}", "must hold: {x}", x=that), _SEVERITIES[check.severity]])


def state_parameter(rulebook: Rulebook, parameter: Parameter) -> Text:
    """A constant, or constants by class."""
    words = Words(rulebook, parameter.section)
    head = Text(parameter.name, parameter.name)
    if parameter.section:
        head = say(
            "{name}(限一级指标{x})", "{name} (in section {x} only)", name=head, x=words.target(parameter.section)
        )
    return sentences([say("{head} = {x}", "{head} = {x}", head=head, x=words.parameter(parameter))])


def state_declared(rulebook: Rulebook) -> Text:
    """What the document says of itself."""
    declared, found = rulebook.declared, list[Text]()
    for value, zh, en in (
        (declared.points, "总分值 {n} 分", "{n} points"),
        (declared.sections, "一级指标 {n} 个", "{n} sections"),
        (declared.indicators, "三级指标 {n} 个", "{n} indicators"),
    ):
        if value is not None:
            found.append(say(zh, en, n=numeral(Fraction(value))))
    return sentences([joined(found, ",", ", ")]) if found else Text("", "")
