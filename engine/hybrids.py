"""Rulebooks between an old and a new one: the old one with some of the edits made. What an edit does is found out by them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from engine.difference import Edit
from engine.model import (
    Choose,
    Combine,
    Form,
    GradeScale,
    Indicator,
    Parameter,
    Part,
    PerUnit,
    Policies,
    Rulebook,
    Section,
    Threshold,
    Veto,
)
from facts.vocabulary import Concept, Vocabulary

_POLICIES = ("missing", "zero_denominator", "partial_unit", "not_applicable", "round_measure", "round_score")
Named = TypeVar("Named", bound=Veto | Parameter | Concept)
# More levers than this are pulled section by section, or else all at once.
MOST_LEVERS = 64


@dataclass(frozen=True, slots=True)
class Lever:
    """Edits that only make sense together (a section comes with its indicators); `name` is that of the first."""

    edits: tuple[Edit, ...]

    @property
    def name(self) -> str:
        """What tells it from every other lever."""
        return self.edits[0].name


def levers(edits: Iterable[Edit]) -> tuple[Lever, ...]:
    """The edits that can change a score, as levers, in their order."""
    loud = [edit for edit in edits if not edit.silent]
    whole = {edit.id for edit in loud if edit.clause == "section" and edit.kind != "changed"}
    found = []
    for edit in loud:
        if edit.clause == "section" and edit.id in whole:
            inside = [e for e in loud if e.section == edit.id and e.kind == edit.kind and e is not edit]
            found.append(Lever((edit, *inside)))
        elif edit.section not in whole or edit.kind == "changed":
            found.append(Lever((edit,)))
    return _few(found)


def _few(found: Sequence[Lever]) -> tuple[Lever, ...]:
    """At most MOST_LEVERS: thousands of edits are told apart by section only, or not at all."""
    if len(found) <= MOST_LEVERS:
        return tuple(found)
    grouped: dict[str, list[Edit]] = {}
    for lever in found:
        grouped.setdefault(lever.edits[0].section or lever.name, []).extend(lever.edits)
    if len(grouped) > MOST_LEVERS:
        return (Lever(tuple(edit for lever in found for edit in lever.edits)),)
    return tuple(Lever(tuple(edits)) for edits in grouped.values())


def hybrid(old: Rulebook, new: Rulebook, edits: Collection[Edit], made: Collection[Edit]) -> Rulebook:
    """The old rulebook with the edits in `made`.

    Checks are left out: they bear no points. So are acceptances: what they accept need not be there halfway.
    """
    done = {edit.name for edit in made}
    known = {edit.name: edit for edit in edits}
    choice = _Choice(old, new, known, frozenset(done))
    head = new if "rulebook" in done else old
    grades = (new if "grades" in done else old).grades
    return replace(
        head,
        sections=choice.sections(),
        parameters=choice.named("parameter", old.parameters, new.parameters),
        vetoes=tuple(_graded(veto, grades) for veto in choice.named("veto", old.vetoes, new.vetoes)),
        grades=grades,
        checks=(),
        accepted=(),
        vocabulary=choice.vocabulary(),
    )


def _graded(veto: Veto, scale: GradeScale | None) -> Veto:
    """The veto with a grade its scale has: halfway, its own may be one of the other scale. No score hangs on it."""
    names = [step.grade for step in scale.steps] if scale is not None else [""]
    if not veto.effect.grade or veto.effect.grade in names:
        return veto
    return replace(veto, effect=replace(veto.effect, grade=names[-1]))


@dataclass(frozen=True, slots=True)
class _Choice:
    old: Rulebook
    new: Rulebook
    known: Mapping[str, Edit]
    done: frozenset[str]

    def made(self, name: str) -> bool:
        """Whether the clause is as in the new rulebook; a clause no edit is about is the same in both."""
        return name in self.done

    def named(self, kind: str, old: Sequence[Named], new: Sequence[Named], section: str = "") -> tuple[Named, ...]:
        """Vetoes, parameters or concepts: in the order of the new ones, then those that are gone, where not yet gone."""
        before = {_id(one): one for one in old}
        found: list[Named] = []
        for one in new:
            edit = self.known.get(f"{kind}:{_key(one, section)}")
            if edit is None or self.made(edit.name):
                found.append(one)
            elif edit.kind != "added":
                found.append(before[edit.old_id or _id(one)])
        for one in old:
            edit = self.known.get(f"{kind}:{_key(one, section)}")
            if edit is not None and edit.kind == "removed" and not self.made(edit.name):
                found.append(one)
        return tuple(found)

    def vocabulary(self) -> Vocabulary:
        """Every concept of both; those that differ as in the one or the other."""
        chosen = {one.id: one for one in self.named("concept", _concepts(self.old), _concepts(self.new))}
        concepts = {**self.old.vocabulary.concepts, **self.new.vocabulary.concepts, **chosen}
        return Vocabulary(concepts, {**self.old.vocabulary.names, **self.new.vocabulary.names})

    # --- sections and indicators ---

    def sections(self) -> tuple[Section, ...]:
        """Sections with their indicators; an indicator whose new section is not there yet stays in its old one."""
        heads = self._heads()
        home: dict[str, list[Indicator]] = {section.id: [] for section in heads}
        for indicator, places in self._indicators():
            place = next((place for place in places if place in home), None)
            if place is not None:
                home[place].append(replace(indicator, section=place))
        return tuple(replace(section, indicators=tuple(home[section.id])) for section in heads)

    def _heads(self) -> list[Section]:
        before = {section.id: section for section in self.old.sections}
        found = []
        for section in self.new.sections:
            edit = self.known.get(f"section:{section.id}")
            old = before.get(edit.old_id or section.id) if edit else before.get(section.id)
            if old is None and not (edit and self.made(edit.name)):
                continue
            head = section if old is None or edit is None or self.made(edit.name) else replace(old, id=section.id)
            parameters = self.named("parameter", old.parameters if old else (), section.parameters, section.id)
            found.append(replace(head, parameters=parameters))
        for section in self.old.sections:
            edit = self.known.get(f"section:{section.id}")
            if edit is not None and edit.kind == "removed" and not self.made(edit.name):
                found.append(section)
        return found

    def _indicators(self) -> Iterable[tuple[Indicator, tuple[str, ...]]]:
        """Each indicator that is there, with the sections it may stand in, the likeliest first."""
        before = {indicator.id: indicator for indicator in self.old.indicators}
        for indicator in self.new.indicators:
            edit = self.known.get(f"indicator:{indicator.id}")
            old = before.get(edit.old_id or indicator.id) if edit else before.get(indicator.id)
            if old is None:
                if edit is not None and self.made(edit.name):
                    yield indicator, (indicator.section,)
            elif edit is not None and self.made(edit.name):
                yield indicator, (indicator.section, old.section)
            elif edit is None:
                yield (indicator if self.made("rulebook") else old), (indicator.section, old.section)
            else:
                part = self._inheriting(old.part) if self.made("rulebook") else old.part
                yield replace(old, part=part), (old.section, indicator.section)
        for indicator in self.old.indicators:
            edit = self.known.get(f"indicator:{indicator.id}")
            if edit is not None and edit.kind == "removed" and not self.made(edit.name):
                yield indicator, (indicator.section,)

    def _inheriting(self, part: Part) -> Part:
        """The part with the new rulebook's defaults where it had the old one's."""
        form = self._form(part.form)
        return replace(part, policies=self._policies(part.policies), form=form)

    def _policies(self, policies: Policies) -> Policies:
        old, new = self.old.defaults, self.new.defaults
        same = [name for name in _POLICIES if getattr(policies, name) == getattr(old, name)]
        return replace(policies, **{name: getattr(new, name) for name in same})

    def _form(self, form: Form) -> Form:
        match form:
            case Threshold():
                return replace(form, otherwise=self._form(form.otherwise))
            case PerUnit() if form.partial_unit == self.old.defaults.partial_unit:
                return replace(form, partial_unit=self.new.defaults.partial_unit)
            case Combine():
                return replace(form, parts=tuple(self._inheriting(part) for part in form.parts))
            case Choose():
                return replace(form, options=tuple((when, self._inheriting(part)) for when, part in form.options))
            case _:
                return form


def _concepts(rulebook: Rulebook) -> tuple[Concept, ...]:
    return tuple(rulebook.vocabulary.concepts.values())


def _id(one: Veto | Parameter | Concept) -> str:
    return one.name if isinstance(one, Parameter) else one.id


def _key(one: Veto | Parameter | Concept, section: str) -> str:
    return f"{section}/{_id(one)}" if section else _id(one)
