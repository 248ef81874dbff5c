"""The cases beside a rulebook when a record of it goes: which expect it still, and their files without it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from engine.model import Rulebook
from facts.examples import case_files
from facts.problem import Problem, Text
from facts.provenance import Position
from facts.yamledit import CannotEdit, Keys, Tree, set_value, split_records

_CASES = ("cases",)
_NAMED = 12


@dataclass(slots=True)
class CasesLeft:
    """Files as they should be ("": a file none of whose cases is left), and what is said of them."""

    texts: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Gone:
    """What the cases of the old rulebook may name and those of the new one may not."""

    expected: Mapping[str, frozenset[str]]
    facts: frozenset[str]

    def paths(self, tree: Tree) -> Iterator[Keys]:
        """Where a case names any of it."""
        for about, ids in self.expected.items():
            yield from (("expect", about, one) for one in _keys(tree, ("expect", about)) if one in ids)
        yield from (("facts", one) for one in _keys(tree, ("facts",)) if one in self.facts)


def cases_left(folder: Path, before: Rulebook, after: Rulebook, drop: bool) -> CasesLeft:
    """What becomes of the cases in the folder; `drop` takes out what the rulebook no longer has, and nothing else."""
    gone = _gone(before, after)
    found = CasesLeft()
    if any(gone.expected.values()) or gone.facts:
        for path in case_files(folder):
            _file(path, gone, drop, found)
    return found


def _gone(before: Rulebook, after: Rulebook) -> _Gone:
    old, new = _ids(before), _ids(after)
    names = set(before.vocabulary.names) | set(before.vocabulary.concepts)
    facts = {name for name in names if after.vocabulary.find(name) is None}
    return _Gone({about: old[about] - new[about] for about in old}, frozenset(facts))


def _ids(rulebook: Rulebook) -> dict[str, frozenset[str]]:
    return {
        "sections": frozenset(one.id for one in rulebook.sections),
        "indicators": frozenset(one.id for one in rulebook.indicators),
        "findings": frozenset((*(one.id for one in rulebook.checks), *(one.id for one in rulebook.vetoes))),
    }


def _keys(tree: Tree, path: Keys) -> tuple[str, ...]:
    found = tree.entry(path)
    return (
        tuple(str(key.value) for key, _ in found[2].value) if found and isinstance(found[2], yaml.MappingNode) else ()
    )


def _file(path: Path, gone: _Gone, drop: bool, found: CasesLeft) -> None:
    text = path.read_bytes().decode("utf-8-sig")
    try:
        named, left = _without(text, gone, path.stem)
    except (CannotEdit, yaml.YAMLError):
        # Written so that it cannot be cut into its cases: what names the record is told by `hegui test`.
        return
    if not named:
        return
    cases = [case for case, _ in named]
    ids = list(dict.fromkeys(one for _, paths in named for one in paths))
    listed = "、".join(cases[:_NAMED]) + ("…" if len(cases) > _NAMED else "")
    at = Position(str(path))
    what = "、".join(f"“{one}”" for one in ids)
    if drop:
        found.texts[f"{path.parent.name}/{path.name}"] = left
        message = Text(
            f"{len(cases)} 个个案里删去了 {what}:{listed}", f"{what} taken out of {len(cases)} cases: {listed}"
        )
        found.problems.append(Problem("cases-dropped", at, message, severity="note"))
        return
    message = Text(f"{len(cases)} 个个案还写着规则集里已经没有的 {what}:{listed}",
                   f"{len(cases)} cases name {what}, which the rulebook no longer has: {listed}")  # fmt: skip
    hint = Text("加 --drop-cases 把这些期望从个案里删去(其余原样保留);不加,hegui test 会报错。",
                "Add --drop-cases to take these out of the cases and leave the rest as it is; hegui test fails without.")  # fmt: skip
    found.problems.append(Problem("cases-of-deleted", at, message, hint, "warning"))


_Named = list[tuple[str, list[str]]]


def _without(text: str, gone: _Gone, stem: str) -> tuple[_Named, str]:
    """Each case that names what is gone, with the names; and the file without them."""
    tree = Tree(text)
    if tree.entry(_CASES) is None:
        paths = list(gone.paths(tree))
        return ([(stem, [path[-1] for path in paths])] if paths else []), _taken_out(text, paths)
    records = split_records(text, _CASES)
    assert records is not None
    named: _Named = []
    kept, carried = [], ""
    for record in records.records:
        own = Tree(record.text)
        paths = list(gone.paths(own))
        left = _taken_out(record.text, paths)
        if paths:
            named.append((_name(own), [path[-1] for path in paths]))
        if Tree(left).entry(("expect",)) is None:
            # Comments that stand apart are nobody's own: they stay.
            carried = carried or (record.gap if "#" in record.gap else "")
            continue
        kept.append(type(record)(carried or record.gap, left))
        carried = ""
    shared = [("facts", one) for one in _keys(tree, ("facts",)) if one in gone.facts]
    if shared:
        named.append((stem, [path[-1] for path in shared]))
    left = records.joined(kept) if kept else ""
    return named, _taken_out(left, shared) if left else left


def _taken_out(text: str, paths: Collection[Keys]) -> str:
    for path in paths:
        text = set_value(text, path, "source", "")
    return text


def _name(tree: Tree) -> str:
    found = tree.entry(("name",))
    return str(found[2].value) if found else ""
