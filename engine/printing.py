"""Rulebook -> the YAML files it could have been read from. Loading them again gives an equal rulebook."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import yaml

from engine.expr import Expr, Name, Number, Subject
from engine.model import (
    Bands,
    Choose,
    Citation,
    Combine,
    Fixed,
    Form,
    Guard,
    Indicator,
    Interpolate,
    Item,
    Items,
    Judged,
    NotComputable,
    Parameter,
    Part,
    PerUnit,
    PointsFormula,
    Policies,
    Proportional,
    Rulebook,
    Section,
    Threshold,
    Title,
    Veto,
)
from engine.showing import bare_name, formula_text
from facts.units import PERCENT, PLAIN, Unit
from facts.values import Rounding, decimal_text, is_decimal
from facts.vocabulary import Column, Concept, ReportingPlace, Vocabulary

Data = dict[str, Any]


def print_rulebook(rulebook: Rulebook) -> dict[str, str]:
    """File name -> text, for every file of the rulebook's folder."""
    files = {"rulebook.yaml": _dump(_rulebook(rulebook))}
    if rulebook.vocabulary.concepts:
        files["vocabulary.yaml"] = _dump(_vocabulary(rulebook.vocabulary))
    for section in rulebook.sections:
        files[section.file] = _dump(_section(section, rulebook))
    return files


@dataclass(frozen=True, slots=True)
class Printed:
    """A rulebook as plain data, one form for one meaning: what its files hold, without layout, comments and inheritance."""

    root: Data
    sections: tuple[Data, ...]
    concepts: tuple[Data, ...]


def printed(rulebook: Rulebook) -> Printed:
    """The rulebook as plain data; equal meaning gives equal data."""
    concepts = tuple(_concept(c) for c in rulebook.vocabulary.concepts.values())
    return Printed(_rulebook(rulebook), tuple(_section(s, rulebook) for s in rulebook.sections), concepts)


class _Number(str):
    """A numeral written without quotes."""


class _Dumper(yaml.SafeDumper):
    """Plain numerals, no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _numeral(dumper: yaml.SafeDumper, value: _Number) -> yaml.ScalarNode:
    tag = "tag:yaml.org,2002:float" if "." in value else "tag:yaml.org,2002:int"
    return dumper.represent_scalar(tag, str(value))


_Dumper.add_representer(_Number, _numeral)


def _dump(data: Data) -> str:
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def _kept(data: Data) -> Data:
    """Only what is said: None, empty text and empty lists are left out, but for the sections, which are always said."""
    kept = {key: value for key, value in data.items() if value is not None and value != "" and value != []}
    return {"sections": [], **kept} if data.get("sections") == [] else kept


def _number(value: Fraction | None) -> _Number | None:
    return None if value is None else _Number(decimal_text(value))


def _quantity(value: Fraction, unit: Unit) -> str:
    """A literal that reads back as exactly this value; in base units where the unit does not divide it evenly."""
    if is_decimal(value / unit.factor):
        return unit.show(value)
    return formula_text(Number(value, unit), _name)


def _name(tree: Expr) -> str:
    if isinstance(tree, Subject):
        return "measure"
    assert isinstance(tree, Name)
    return bare_name(tree.name)


def _formula(tree: Expr | None) -> str | None:
    return None if tree is None else formula_text(tree, _name)


def _title(title: Title) -> Data:
    return {"title": title.zh, "title_en": title.en}


def _cite(cite: Citation) -> Data | None:
    said = _kept({key: getattr(cite, key) for key in ("document", "item", "quote", "uncertain")})
    return said or None


def _rounding(rounding: Rounding | None) -> str | Data:
    return "none" if rounding is None else {"places": rounding.places, "mode": rounding.mode}


def _policies(policies: Policies, *, part: bool = False) -> Data:
    data: Data = {
        "missing": policies.missing,
        "zero_denominator": policies.zero_denominator,
        "partial_unit": policies.partial_unit,
        "not_applicable": policies.not_applicable,
        "round_measure": _rounding(policies.round_measure),
        "round_score": _rounding(policies.round_score),
    }
    if part:
        del data["partial_unit"]
    return data


# --- rulebook.yaml ---


def _rulebook(rulebook: Rulebook) -> Data:
    declared = rulebook.declared
    effective: Data = {"from": rulebook.effective_from.isoformat()}
    if rulebook.effective_to is not None:
        effective["to"] = rulebook.effective_to.isoformat()
    return _kept(
        {
            "format": "hegui/rulebook/v1",
            "id": rulebook.id,
            "version": rulebook.version,
            **_title(rulebook.title),
            "authority": rulebook.authority,
            "effective": effective,
            "cite": _cite(rulebook.cite),
            "declares": _kept(
                {
                    "points": _number(declared.points),
                    "sections": declared.sections,
                    "indicators": declared.indicators,
                }
            )
            or None,
            "model": rulebook.model,
            "defaults": _policies(rulebook.defaults),
            "parameters": _parameters(rulebook.parameters, rulebook.vocabulary),
            "sections": [section.file for section in rulebook.sections],
            "total": _kept({"floor": _number(rulebook.floor), "cap": _number(rulebook.cap)}) or None,
            "grades": _grades(rulebook),
            "vetoes": [_veto(veto) for veto in rulebook.vetoes],
            "checks": [
                _kept(
                    {
                        "id": check.id,
                        **_title(check.title),
                        "that": _formula(check.that),
                        "severity": check.severity,
                        "message": check.message,
                        "message_en": check.message_en or None,
                        "actual": _formula(check.actual) if check.actual else None,
                        "expected": _formula(check.expected) if check.expected else None,
                        "cite": _cite(check.cite),
                    }
                )
                for check in rulebook.checks
            ],
            "accept": [
                _kept(
                    {
                        "problem": one.problem,
                        "at": one.target,
                        "reason": one.reason,
                        "authority": one.authority,
                        "expires": one.expires.isoformat() if one.expires else None,
                    }
                )
                for one in (*rulebook.accepted, *rulebook.tolerated)
            ],
        }
    )


def _grades(rulebook: Rulebook) -> Data | None:
    scale = rulebook.grades
    if scale is None:
        return None
    steps = [
        _kept({"grade": step.grade, "from": _number(step.start), "to" if step.closed else "below": _number(step.end)})
        for step in scale.steps
    ]
    return _kept({"of": scale.of, "cite": _cite(scale.cite), "scale": steps})


def _veto(veto: Veto) -> Data:
    effect: str | Data = veto.effect.kind
    if veto.effect.kind == "score":
        effect = {"score": _number(veto.effect.value)}
    elif veto.effect.grade:
        effect = {veto.effect.kind: veto.effect.grade}
    return _kept(
        {
            "id": veto.id,
            **_title(veto.title),
            "when": _formula(veto.when),
            "scope": f"{veto.scope}:{veto.target}" if veto.target else veto.scope,
            "effect": effect,
            "precedence": veto.precedence,
            "cite": _cite(veto.cite),
            "reason": veto.reason,
        }
    )


def _parameters(parameters: tuple[Parameter, ...], vocabulary: Vocabulary) -> Data | None:
    found: Data = {}
    for one in parameters:
        if not one.by:
            found[one.name] = _quantity(one.values[0][1], one.unit)
            continue
        values = {label: _quantity(value, one.unit) for label, value in one.values}
        found[one.name] = {"by": one.by, "values": values}
        if one.unit.name:
            found[one.name]["unit"] = one.unit.name
    return found or None


# --- vocabulary.yaml ---


def _vocabulary(vocabulary: Vocabulary) -> Data:
    return {"format": "hegui/vocabulary/v1", "concepts": [_concept(c) for c in vocabulary.concepts.values()]}


def _concept(concept: Concept) -> Data:
    numeric = concept.type in ("quantity", "score")
    return _kept(
        {
            "id": concept.id,
            "label": concept.label,
            "label_en": concept.label_en,
            "aliases": list(concept.aliases),
            "type": concept.type,
            **_range(concept, quantity=concept.type == "quantity"),
            "whole": concept.whole if numeric and concept.type == "quantity" else None,
            "choices": list(concept.choices) if concept.type == "choice" else None,
            "columns": [_column(column) for column in concept.columns],
            "definition": concept.definition,
            "reported_in": concept.reported_in,
            "reported": [_place(place) for place in concept.reported],
        }
    ) | _plain_unit(concept)


def _place(place: ReportingPlace) -> Data:
    names = {key: list(getattr(place, key)) for key in ("form", "row", "column", "before", "after")}
    return _kept({**names, "item": place.item})


def _column(column: Column) -> Data:
    choices = list(column.choices) if column.type == "choice" else None
    said = {"name": column.name, "type": column.type, **_range(column, quantity=column.type == "quantity")}
    return _kept(said | {"choices": choices, "definition": column.definition}) | _plain_unit(column)


def _plain_unit(one: Concept | Column) -> Data:
    """A pure number says so with an empty unit."""
    return {"unit": ""} if one.type == "quantity" and (one.unit or PLAIN) == PLAIN else {}


def _range(one: Concept | Column, *, quantity: bool) -> Data:
    unit = one.unit or PLAIN
    if not quantity:
        shown = [None if end is None else _number(end) for end in (one.minimum, one.maximum)]
        return {"minimum": shown[0], "maximum": shown[1]} if one.type == "score" else {}
    ends = [None if end is None else _end(end, unit) for end in (one.minimum, one.maximum)]
    data: Data = {"unit": unit.name or None, "minimum": ends[0], "maximum": ends[1]}
    if one.minimum is None and isinstance(one, Concept):
        data["signed"] = True
    return data


def _end(value: Fraction, unit: Unit) -> _Number | str:
    return _Number(decimal_text(value / unit.factor))


# --- sections and parts ---


def _section(section: Section, rulebook: Rulebook) -> Data:
    return _kept(
        {
            "format": "hegui/section/v1",
            "id": section.id,
            **_title(section.title),
            "points": _number(section.points),
            "kind": section.kind,
            "model": section.model,
            "floor": _number(section.floor),
            "cap": _number(section.cap),
            "counts_if": _formula(section.counts_if),
            "parameters": _parameters(section.parameters, rulebook.vocabulary),
            "indicators": [_indicator(indicator) for indicator in section.indicators],
        }
    )


def _indicator(indicator: Indicator) -> Data:
    return {"id": indicator.id, **({"group": indicator.group} if indicator.group else {}), **_part(indicator.part)}


def _part(part: Part, *, inner: bool = False) -> Data:
    points = part.points
    data: Data = {}
    if inner:
        data["id"] = part.id.rsplit("/", 1)[1]
    data |= _title(part.title)
    data |= {
        "points": _number(points) if isinstance(points, Fraction) else _formula(points),
        "cite": _cite(part.cite),
        "measure": _formula(part.measure),
        "unit": part.unit.name if part.unit is not None else None,
        **_policies(part.policies, part=True),
        "applies": _formula(part.applies),
        "void": [_guard(guard) for guard in part.voids],
        "exempt": [_guard(guard) for guard in part.exempts],
        "floor": _number(part.floor),
        "cap": _number(part.cap),
        "score": _form(part.form),
    }
    return _kept(data)


def _guard(guard: Guard) -> Data:
    return _kept({"when": _formula(guard.when), "reason": guard.reason})


def _form(form: Form) -> Data:
    match form:
        case Threshold(full, otherwise, reason):
            inner: object = _number(otherwise.points) if isinstance(otherwise, Fixed) else _form(otherwise)
            return _kept({"full": _formula(full), "otherwise": inner, "reason": reason})
        case Bands(bands):
            return {"bands": [_band(b.when, b.points, b.reason) for b in bands]}
        case PerUnit():
            return _kept({"per_unit": _per_unit(form), "reason": form.reason})
        case Items(sign, items):
            return {"deduct" if sign < 0 else "add": [_item(item) for item in items]}
        case Proportional(to, direction, up_to, reason):
            share = _quantity(up_to, PERCENT)
            said = {"to": _formula(to), "direction": direction, "up_to": share}
            return _kept({"proportional": _kept(said), "reason": reason})
        case Interpolate(knots, unit, reason):
            return _kept(
                {
                    "interpolate": [{"at": _quantity(at, unit), "points": _number(points)} for at, points in knots],
                    "reason": reason,
                }
            )
        case Judged():
            return _kept({"judged": _judged(form), "reason": form.reason})
        case PointsFormula(formula, reason):
            return _kept({"formula": _formula(formula), "reason": reason})
        case Fixed(points, reason):
            return _kept({"fixed": _number(points), "reason": reason})
        case Combine(how, parts, weights):
            listed = [_part(part, inner=True) for part in parts]
            for place, weight in enumerate(weights):
                listed[place] = {"weight": _quantity(weight, PERCENT), **listed[place]}
            return {how: listed}
        case Choose(options):
            return {"choose": [_option(when, part) for when, part in options]}
        case NotComputable(reason):
            return {"not_computable": {"reason": reason}}


def _band(when: Expr | None, points: Fraction, reason: str) -> Data:
    if when is None:
        return _kept({"otherwise": _number(points), "reason": reason})
    return _kept({"when": _formula(when), "points": _number(points), "reason": reason})


def _per_unit(form: PerUnit) -> Data:
    return _kept(
        {
            "deduct" if form.sign < 0 else "gain": _number(form.amount),
            "per": _quantity(form.per, form.per_unit),
            form.side: _formula(form.base),
            "partial_unit": form.partial_unit,
            "start": _number(form.start),
            "limit": _number(form.limit),
        }
    )


def _item(item: Item) -> Data:
    return _kept(
        {
            "title": item.title,
            "points": _number(item.points),
            "when": _formula(item.when),
            "each": _formula(item.each),
            "limit": _number(item.limit),
            "reason": item.reason,
        }
    )


def _judged(form: Judged) -> Data:
    ranges = [
        ({"otherwise": True} if one.when is None else {"when": _formula(one.when)})
        | {"from": _number(one.low), "to": _number(one.high)}
        for one in form.ranges
    ]
    if len(ranges) == 1 and form.ranges[0].when is None:
        only = {key: value for key, value in ranges[0].items() if key != "otherwise"}
        return _kept({"value": form.concept, **only})
    return _kept({"value": form.concept, "ranges": ranges})


def _option(when: Expr | None, part: Part) -> Data:
    head: Data = {"otherwise": True} if when is None else {"when": _formula(when)}
    return head | _part(part, inner=True)
