"""Reads the cases a rulebook is tested with: a file with one case, or a list of many small ones that share a heading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from facts.casefile import Document, build_case
from facts.expectation import Expectation, read_expectations
from facts.model import Case
from facts.problem import Problem, Text, in_order
from facts.provenance import Position
from facts.structure import check_structure, sound_parts
from facts.treereading import child, entries_of, items_of, text_of
from facts.vocabulary import Vocabulary
from facts.yamltree import Mapping, Node, Scalar, read_yaml_file

LIST_FORMAT = "hegui/cases/v1"
_SHARED = ("subject", "period", "sources", "basis", "source")


@dataclass(frozen=True, slots=True)
class Example:
    """A case with what it should give. `name` tells it from the others of its file; None: it expects nothing."""

    file: Path
    name: str
    title: str
    case: Case
    expectation: Expectation | None
    proposed: bool = False
    at: Position = field(default=Position(""), compare=False)

    @property
    def full_name(self) -> str:
        """Its name among all cases of a rulebook: file and name."""
        return self.file.stem if self.name == self.file.stem else f"{self.file.stem}/{self.name}"


Read = tuple[tuple[Example, ...], tuple[Problem, ...]]


def read_examples(path: Path, vocabulary: Vocabulary) -> Read:
    """Every case of a file that can be made, and everything wrong with the file."""
    node, problems = read_yaml_file(path)
    if node is None:
        return (), in_order(problems)
    found = list(problems)
    examples = list[Example]()
    for name, title, one, proposed in _entries(node, path, found):
        example, wrong = _example(path, name, title, one, proposed, vocabulary)
        found.extend(wrong)
        examples.extend([example] if example else [])
    return tuple(examples), in_order(found)


def case_files(folder: Path) -> tuple[Path, ...]:
    """The files beside a rulebook that hold its cases."""
    return tuple(sorted((folder / "cases").glob("*.yaml")))


def _entries(node: Node, path: Path, problems: list[Problem]) -> Iterator[tuple[str, str, Mapping, bool]]:
    """Name, title and tree of each case: the tree of a case file of its own, made of what is shared and what is not."""
    if text_of(node, "format") != LIST_FORMAT or not isinstance(node, Mapping):
        if isinstance(node, Mapping):
            yield path.stem, "", node, False
        else:
            problems.extend(check_structure(node, "case"))
        return
    structure = check_structure(node, "cases")
    problems.extend(structure)
    node = sound_parts(node, structure)
    names = dict[str, Position]()
    for item in items_of(node, "cases"):
        name = text_of(item, "name")
        at = item.key_at("name") if isinstance(item, Mapping) else item.at
        if name in names:
            problems.append(_twice(name, at, names[name]))
        elif isinstance(item, Mapping):
            yield name, text_of(item, "title"), _whole(node, item), text_of(item, "proposed") == "true"
        names.setdefault(name, at)


def _whole(node: Mapping, item: Mapping) -> Mapping:
    """One case of a list as a file of its own: the shared facts under its own."""
    entries: list[tuple[Scalar, Node]] = [(Scalar("format", True, item.at), Scalar("hegui/case/v1", True, item.at))]
    entries += [(key, value) for key, value in node.entries if key.text in _SHARED]
    if child(node, "subject") is None:
        entries.append(_someone(item.at))
    own = entries_of(item, "facts")
    stated = {key.text for key, _ in own}
    shared = tuple((key, value) for key, value in entries_of(node, "facts") if key.text not in stated)
    entries.append((Scalar("facts", True, item.at), Mapping((*shared, *own), item.at)))
    entries += [(key, value) for key, value in item.entries if key.text == "expect"]
    return Mapping(tuple(entries), item.at)


def _someone(at: Position) -> tuple[Scalar, Node]:
    """Whom a made-up case is about when its file does not say."""
    named = (("id", "example"), ("name", "示例单位"))
    about = tuple((Scalar(key, True, at), Scalar(value, False, at)) for key, value in named)
    return Scalar("subject", True, at), Mapping(about, at)


def _example(
    path: Path, name: str, title: str, node: Mapping, proposed: bool, vocabulary: Vocabulary
) -> tuple[Example | None, tuple[Problem, ...]]:
    case, problems = build_case([Document(node, path.parent)], vocabulary)
    expectation, more = read_expectations(node)
    if case is None:
        return None, (*problems, *more)
    return Example(path, name, title, case, expectation, proposed, node.at), (*problems, *more)


def _twice(name: str, at: Position, known: Position) -> Problem:
    message = Text(f"个案名“{name}”已在 {known} 用过", f"the name “{name}” is already used at {known}")
    return Problem("duplicate-id", at, message, Text("请换一个名字", "Give it another name"))
