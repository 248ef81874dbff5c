"""The difference of two rulebooks in meaning: which clauses were added, removed or changed, and in what.

Layout, comments, order, spellings of numbers and names, and what is written out instead of inherited make no difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from engine.expr import NOWHERE
from engine.model import Indicator, Rulebook, Title
from engine.printing import Printed, printed
from engine.stated import state_indicator
from engine.statedbook import state_check, state_grades, state_parameter, state_section, state_veto
from facts.problem import NO_TEXT, Text
from facts.provenance import Position
from facts.vocabulary import Vocabulary

ClauseKind = Literal[
    "rulebook", "grades", "parameter", "concept", "section", "indicator", "veto", "check", "acceptance"
]
EditKind = Literal["added", "removed", "changed"]
Data = Mapping[str, Any]

# What can change without any score changing.
_SILENT = frozenset(
    ("title", "title_en", "cite", "reason", "message", "message_en", "group", "definition", "aliases", "label", "label_en",
     "reported", "reported_in", "id", "version", "authority", "declares", "effective", "severity", "actual", "expected")
)  # fmt: skip
_FORMULAS = frozenset(
    ("measure", "when", "applies", "full", "that", "over", "under", "around", "to", "formula", "points", "each", "counts_if",
     "actual", "expected", "value")
)  # fmt: skip
_WORD = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs: where in the clause (keys from the outside in), before and after ("" where there is none).

    `silent`: it can change no score.
    """

    path: tuple[str, ...]
    before: str
    after: str
    silent: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """One clause that differs. `id` is its id in the new rulebook, or in the old one where it was removed."""

    kind: EditKind
    clause: ClauseKind
    id: str
    title: Title
    section: str
    changes: tuple[Change, ...]
    before_at: Position = field(default=NOWHERE, compare=False)
    after_at: Position = field(default=NOWHERE, compare=False)
    old_id: str = ""
    # The clause in a sentence, before and after; nothing where it is none that has one.
    before: Text = NO_TEXT
    after: Text = NO_TEXT

    @property
    def name(self) -> str:
        """What tells it from every other edit."""
        return f"{self.clause}:{self.id}" if self.id else self.clause

    @property
    def silent(self) -> bool:
        """Whether it can change no score: only words differ, or the clause bears no points."""
        return self.clause in ("check", "acceptance") or (
            self.kind == "changed" and all(change.silent for change in self.changes)
        )


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause as data, with what people call it and where it stands."""

    data: Data
    title: Title
    at: Position
    section: str = ""
    said: Callable[[], Text] = lambda: NO_TEXT


_Clauses = dict[tuple[ClauseKind, str], _Clause]


def difference(old: Rulebook, new: Rulebook) -> tuple[Edit, ...]:
    """Every clause that differs, in the order of the new rulebook; what was removed comes where it stood."""
    before, after = _clauses(old), _clauses(new)
    defaults = [clauses[("rulebook", "")].data["defaults"] for clauses in (before, after)]
    return tuple(_edits(before, after, _Shown(old.vocabulary, new.vocabulary, *defaults)))


# --- clauses ----------------------------------------------------------------------------------------------------------


def _clauses(rulebook: Rulebook) -> _Clauses:
    data = printed(rulebook)
    found: _Clauses = {("rulebook", ""): _Clause(_head(data.root), rulebook.title, rulebook.at)}
    if rulebook.grades is not None:
        steps = rulebook.grades.steps
        grades = {"of": rulebook.grades.of, "scale": {s["grade"]: s["from"] for s in data.root["grades"]["scale"]}}
        at = steps[0].at if steps else rulebook.at
        found[("grades", "")] = _Clause(grades, Title("等级", "Grades"), at, "", partial(state_grades, rulebook.grades))
    _add_parameters(found, data, rulebook)
    for section, plain in zip(rulebook.sections, data.sections, strict=True):
        head = {key: value for key, value in plain.items() if key not in ("indicators", "parameters", "format", "id")}
        found[("section", section.id)] = _Clause(
            head, section.title, section.at, "", partial(state_section, rulebook, section)
        )
        for indicator, one in zip(section.indicators, plain.get("indicators", ()), strict=True):
            body = {"section": section.id, **{key: value for key, value in one.items() if key != "id"}}
            found[("indicator", indicator.id)] = _Clause(
                body, indicator.title, indicator.at, section.id, partial(_criterion, rulebook, indicator)
            )
    for veto, one in zip(rulebook.vetoes, data.root.get("vetoes", ()), strict=True):
        found[("veto", veto.id)] = _Clause(
            _without_id(one), veto.title, veto.at, "", partial(state_veto, rulebook, veto)
        )
    for check, one in zip(rulebook.checks, data.root.get("checks", ()), strict=True):
        found[("check", check.id)] = _Clause(
            _without_id(one), check.title, check.at, "", partial(state_check, rulebook, check)
        )
    for accepted, one in zip(rulebook.accepted, data.root.get("accept", ()), strict=True):
        key = f"{accepted.problem}@{accepted.target}"
        found[("acceptance", key)] = _Clause(one, Title(key, key), accepted.at)
    for concept, one in zip(rulebook.vocabulary.concepts.values(), data.concepts, strict=True):
        title = Title(concept.label, concept.label_en)
        found[("concept", concept.id)] = _Clause(_without_id(one), title, concept.at)
    return found


def _criterion(rulebook: Rulebook, indicator: Indicator) -> Text:
    return state_indicator(rulebook, indicator, beyond_defaults=True).whole


def _head(root: Data) -> Data:
    apart = ("format", "grades", "parameters", "vetoes", "checks", "accept", "sections")
    return {key: value for key, value in root.items() if key not in apart}


def _without_id(data: Data) -> Data:
    return {key: value for key, value in data.items() if key != "id"}


def _add_parameters(found: _Clauses, data: Printed, rulebook: Rulebook) -> None:
    owners = [("", data.root, rulebook.parameters)]
    owners += [(s.id, d, s.parameters) for s, d in zip(rulebook.sections, data.sections, strict=True)]
    for section, plain, parameters in owners:
        for one in parameters:
            value = (plain.get("parameters") or {})[one.name]
            key = f"{section}/{one.name}" if section else one.name
            body = value if isinstance(value, dict) else {"value": value}
            found[("parameter", key)] = _Clause(
                body, Title(one.name, one.name), one.at, section, partial(state_parameter, rulebook, one)
            )


def _renamed(before: _Clauses, after: _Clauses) -> dict[tuple[ClauseKind, str], tuple[ClauseKind, str]]:
    """Clauses of one kind that went by another id: the same Chinese title, and the only one of it on either side."""
    gone = [key for key in before if key not in after]
    come = [key for key in after if key not in before]
    found = {}
    for key in come:
        same = [other for other in gone if other[0] == key[0] and before[other].title.zh == after[key].title.zh]
        twins = [other for other in come if other[0] == key[0] and after[other].title.zh == after[key].title.zh]
        if len(same) == len(twins) == 1 and key[0] in ("indicator", "section", "veto", "check", "concept"):
            found[key] = same[0]
    return found


# --- edits ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shown:
    """Writes values for people: concepts by their labels in formulas. Policies that follow the defaults are theirs to tell."""

    old: Vocabulary
    new: Vocabulary
    old_defaults: Data
    new_defaults: Data

    def inherited(self, key: str, old: object, new: object) -> bool:
        """Whether a policy differs only because the rulebook's default does."""
        return key in self.old_defaults and (old, new) == (self.old_defaults[key], self.new_defaults.get(key))

    def text(self, key: str, value: object, vocabulary: Vocabulary) -> str:
        if value is None:
            return ""
        if isinstance(value, Mapping):
            return "{" + ", ".join(f"{k}: {self.text(k, v, vocabulary)}" for k, v in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self.text(key, one, vocabulary) for one in value) + "]"
        if value is True or value is False:
            return str(value).lower()
        text = str(value)
        return _WORD.sub(_labels(vocabulary), text) if key in _FORMULAS else text


def _labels(vocabulary: Vocabulary) -> Callable[[re.Match[str]], str]:
    def label(match: re.Match[str]) -> str:
        concept = vocabulary.concepts.get(match[0])
        return match[0] if concept is None else concept.label

    return label


def _edits(before: _Clauses, after: _Clauses, shown: _Shown) -> Iterator[Edit]:
    renamed = _renamed(before, after)
    taken = set(renamed.values())
    removed = [key for key in before if key not in after and key not in taken]
    for key, clause in after.items():
        old_key = renamed.get(key, key)
        old = before.get(old_key)
        if old is None:
            yield Edit(
                "added", key[0], key[1], clause.title, clause.section, (), NOWHERE, clause.at, after=clause.said()
            )
            continue
        changes = tuple(_changes((), old.data, clause.data, shown, "", False))
        if old_key != key:
            changes = (Change(("id",), old_key[1], key[1], True), *changes)
        if changes:
            old_id = old_key[1] if old_key != key else ""
            yield Edit(
                "changed", key[0], key[1], clause.title, clause.section, changes, old.at, clause.at, old_id,
                old.said(), clause.said(),
            )  # fmt: skip
    for key in removed:
        gone = before[key]
        yield Edit("removed", key[0], key[1], gone.title, gone.section, (), gone.at, NOWHERE, before=gone.said())


def _changes(
    path: tuple[str, ...], old: object, new: object, shown: _Shown, key: str, silent: bool
) -> Iterator[Change]:
    """The innermost differences between two values."""
    if old == new or ("defaults" not in path and shown.inherited(key, old, new)):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping) and not _other_form(old, new):
        for one in _keys(old, new):
            quiet = silent or one in _SILENT
            yield from _changes((*path, one), old.get(one), new.get(one), shown, one, quiet)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (left, right) in enumerate(zip(old, new, strict=True), 1):
            yield from _changes((*path, str(place)), left, right, shown, key, silent)
    else:
        yield Change(path, shown.text(key, old, shown.old), shown.text(key, new, shown.new), silent)


_FORMS = frozenset(
    ("full", "bands", "per_unit", "deduct", "add", "proportional", "interpolate", "judged", "formula", "fixed", "sum", "best",
     "worst", "average", "weighted", "choose", "not_computable")
)  # fmt: skip


def _other_form(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether both are ways to score, and different ones: then the whole is another, not its pieces."""
    forms = [set(one) & _FORMS for one in (old, new)]
    return all(forms) and forms[0] != forms[1] and "id" not in old


def _keys(old: Iterable[str], new: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*new, *old)))
