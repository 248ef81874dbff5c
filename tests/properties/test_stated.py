"""What holds for the sentences of every rulebook: every number is in them, and what differs in effect reads differently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine import expr as ex
from engine import model as m
from engine.stated import state_indicator, state_part, state_policies
from engine.statedbook import state_check, state_grades, state_section, state_veto
from engine.testing.randombooks import loaded, rulebook_files
from engine.walk import inner_parts, zero_denominators
from engine.wordings import amount, numeral
from facts.units import PERCENT
from facts.values import Rounding

# What people read beside the rule, where it was read, and where it inherits what is said elsewhere.
_SAID_ELSEWHERE = ("at", "id", "title", "cite", "reason", "unit", "per_unit", "concept", "partial_stated")
_OTHER = {
    "op": {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "!=", "!=": "=", "+": "-", "-": "+", "*": "/", "/": "*"}
    | {"and": "or", "or": "and"},
    "function": {"count": "share", "sum": "average", "average": "max", "max": "min", "min": "sum", "share": "count"}
    | {"any": "all", "all": "none", "none": "any", "least": "greatest", "greatest": "least"},
    "side": {"over": "under", "under": "around", "around": "over"},
    "partial_unit": {"up": "down", "down": "linear", "linear": "up"},
    "direction": {"at_least": "at_most", "at_most": "at_least"},
    "how": {"sum": "best", "best": "worst", "worst": "average", "average": "sum"},
    "label": {"优": "良", "良": "中", "差": "优", "是": "否", "否": "是", "西部": "东部"},
    "missing": {"undetermined": "zero", "zero": "full", "full": "undetermined"},
    "zero_denominator": {"undetermined": "zero", "zero": "full", "full": "not_applicable", "not_applicable": "zero"},
    "not_applicable": {"full": "exclude", "exclude": "rescale", "rescale": "spread", "spread": "full"},
}


@given(rulebook_files())
def test_every_number_of_a_rule_stands_in_its_sentence(files: dict[str, str]) -> None:
    rulebook = loaded(files)
    for indicator in rulebook.indicators:
        stated = state_indicator(rulebook, indicator)
        for text in (stated.whole.zh, stated.whole.en):
            missing = [number for number in _numbers(indicator.part) if number not in text]
            assert not missing, f"{missing} in {text}"
    above = [(state_veto(rulebook, veto), veto.when) for veto in rulebook.vetoes]
    above += [(state_check(rulebook, check), check.that) for check in rulebook.checks]
    for sentence, tree in above:
        assert all(number in sentence.zh and number in sentence.en for number in _numbers(tree))
    if rulebook.grades is not None:
        starts = [numeral(step.start) for step in rulebook.grades.steps]
        assert all(start in state_grades(rulebook.grades).zh for start in starts)
    assert all(numeral(section.points) in state_section(rulebook, section).zh for section in rulebook.sections)


@given(rulebook_files(), st.data())
def test_a_rule_that_is_changed_reads_differently(files: dict[str, str], data: st.DataObject) -> None:
    rulebook = loaded(files)
    indicator = data.draw(st.sampled_from(rulebook.indicators))
    section = next(one for one in rulebook.sections if one.id == indicator.section)
    changed = list(_changes(indicator.part, indicator.part))
    if not changed:
        return
    other = data.draw(st.sampled_from(changed))
    before, after = (state_part(rulebook, section, part).whole for part in (indicator.part, other))
    assert before.zh != after.zh and before.en != after.en, f"{before.zh}\n{indicator.part}\n{other}"


@given(rulebook_files())
def test_the_same_rulebook_reads_the_same_again(files: dict[str, str]) -> None:
    one, other = loaded(files), loaded(files)
    for indicator, again in zip(one.indicators, other.indicators, strict=True):
        assert state_indicator(one, indicator) == state_indicator(other, again)
    assert state_policies(one.defaults) == state_policies(other.defaults)


# --- the numbers of a rule ---


def _numbers(node: object) -> Iterator[str]:
    """Every number of a part or formula as a reader would look for it; a zero may stand as a word."""
    if isinstance(node, ex.Number):
        yield amount(node.value, node.unit).zh.split(" ")[0]
    elif isinstance(node, m.PerUnit):
        yield amount(node.per, node.per_unit).zh.split(" ")[0]
        yield from (numeral(n) for n in (node.amount, node.start, node.limit) if n)
        yield from _numbers(node.base)
    elif isinstance(node, m.Interpolate):
        for at, points in node.knots:
            yield amount(at, node.unit).zh.split(" ")[0]
            yield numeral(abs(points)) if points else ""
    elif isinstance(node, m.Proportional):
        yield amount(node.up_to, PERCENT).zh if node.up_to != 1 else ""
        yield from _numbers(node.to)
    elif isinstance(node, Fraction):
        yield numeral(abs(node)) if node else ""
    elif isinstance(node, tuple) and not isinstance(node, Rounding):
        for one in node:
            yield from _numbers(one)
    elif is_dataclass(node):
        weights = node.weights if isinstance(node, m.Combine) else ()
        yield from (amount(weight, PERCENT).zh for weight in weights)
        for field in fields(node):
            # Full points stand with what gives them; a part that never gives them does not say them.
            if field.name not in (
                *_SAID_ELSEWHERE,
                "weights",
                "policies",
                "points" if isinstance(node, m.Part) else "",
            ):
                yield from _numbers(getattr(node, field.name))


# --- rules that differ in one place ---


def _changes(node: Any, top: m.Part) -> Iterator[Any]:
    """The node with one number, operator, label or policy changed to another."""
    for field in fields(node):
        value = getattr(node, field.name)
        if field.name in _SAID_ELSEWHERE or _unsaid(node, field.name, top):
            continue
        for other in _others(field.name, value, top):
            yield replace(node, **{field.name: other})


def _others(name: str, value: Any, top: m.Part) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, Fraction):
        yield value + 1
    elif isinstance(value, str):
        yield from (other for other in [_OTHER.get(name, {}).get(value)] if other is not None)
    elif isinstance(value, Rounding):
        yield value._replace(places=value.places + 1)
        yield None
    elif isinstance(value, tuple):
        for place, one in enumerate(value):
            inner = _others(name, one, top) if isinstance(one, Fraction | tuple) else _deep(one, top)
            for other in inner:
                yield (*value[:place], other, *value[place + 1 :])
    elif is_dataclass(value):
        yield from _changes(value, top)


def _deep(one: Any, top: m.Part) -> Iterator[Any]:
    return _changes(one, top) if is_dataclass(one) else iter(())


def _unsaid(node: Any, name: str, top: m.Part) -> bool:
    """What has no effect where it stands, and so is not said."""
    if isinstance(node, m.Policies):
        divided = any(zero_denominators(part) for part in inner_parts(top))
        # A default of per_unit, which says its own; how a measure is rounded is said with the measure.
        return name in ("partial_unit", "round_measure") or (name == "zero_denominator" and not divided)
    # Weights and shares of a sum are tied to each other; full points are said where a form gives them.
    inherits = isinstance(node, m.Part) and (name == "measure" or (node is not top and name in ("points", "policies")))
    return inherits or (isinstance(node, ex.Is) and isinstance(node.left, ex.Subject) and name == "negated")
