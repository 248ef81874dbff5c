"""Concept libraries: `include: [departments]` brings the concepts of `rules/common/departments.yaml` into a vocabulary.

A library is a vocabulary file that includes nothing itself. What it defines may be replaced only where the rulebook's own
file says so on the concept (`override: true`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from facts.problem import NO_TEXT, Problem, Text, did_you_mean
from facts.structure import check_structure
from facts.treereading import flag_of, items_of, text_of, texts_of
from facts.yamltree import Mapping, Node, Scalar, read_bytes, read_yaml

# Beside the schemas, see facts.structure.
COMMON_FOLDER = Path(__file__).resolve().parent.parent / "rules" / "common"
_NAME = re.compile(r"[a-z0-9-]{1,100}")


@dataclass(frozen=True, slots=True)
class Library:
    """An included file: its name, its bytes (they are part of a rulebook's digest) and its tree."""

    name: str
    data: bytes
    node: Node


def read_libraries(node: Node | None, folder: Path | None = None) -> tuple[tuple[Library, ...], tuple[Problem, ...]]:
    """The libraries a vocabulary's tree includes, in its order; those that cannot be read are left out and reported."""
    folder = folder or COMMON_FOLDER
    libraries, problems = dict[str, Library](), list[Problem]()
    for item in items_of(node, "include"):
        # Any other name is a Problem of the structure already.
        if isinstance(item, Scalar) and _NAME.fullmatch(item.text) and item.text not in libraries:
            library, found = _read(item, folder)
            problems += found
            if library is not None:
                libraries[item.text] = library
    return tuple(libraries.values()), tuple(problems)


def _read(item: Scalar, folder: Path) -> tuple[Library | None, tuple[Problem, ...]]:
    path = folder / f"{item.text}.yaml"
    if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
        return None, (_unknown(item, folder),)
    data, problem = read_bytes(path, str(path))
    if problem is not None:
        return None, (problem,)
    node, problems = read_yaml(data, str(path))
    return (None if node is None else Library(item.text, data, node)), problems


def _unknown(item: Scalar, folder: Path) -> Problem:
    message = Text(f"没有名为“{item.text}”的公共数据项文件", f"there is no concept library {item.text!r}")
    hint = did_you_mean(item.text, (path.stem for path in folder.glob("*.yaml")))
    fallback = Text("公共数据项文件在 rules/common 文件夹里。", "Concept libraries lie in the folder rules/common.")
    return Problem("unknown-library", item.at, message, hint if hint != NO_TEXT else fallback)


def merged_entries(node: Node, libraries: Sequence[Library]) -> tuple[tuple[Node, ...], tuple[Problem, ...]]:
    """The entries of every library, then the file's own; without those the file's own override."""
    own, problems = items_of(node, "concepts"), list[Problem]()
    overriding = tuple(entry for entry in own if flag_of(entry, "override", False))
    replaced = frozenset(name for entry in overriding for name in names_of(entry))
    kept, gone = list[Node](), set[str]()
    for library in libraries:
        problems += check_structure(library.node, "vocabulary")
        problems += _misplaced(library.node)
        for entry in items_of(library.node, "concepts"):
            names = replaced.intersection(names_of(entry))
            gone |= names
            if not names:
                kept.append(entry)
    problems += (_idle(entry) for entry in overriding if gone.isdisjoint(names_of(entry)))
    return (*kept, *own), tuple(problems)


def names_of(entry: Node) -> tuple[str, ...]:
    """Id, label and aliases of a concept's tree."""
    return tuple(name for name in (text_of(entry, "id"), text_of(entry, "label"), *texts_of(entry, "aliases")) if name)


def _misplaced(node: Node) -> Iterator[Problem]:
    """What only a rulebook's own file may say."""
    if isinstance(node, Mapping) and node.get("include") is not None:
        message = Text("被引入的文件不能再引入别的文件", "an included file includes nothing itself")
        hint = Text("请在规则集的 vocabulary.yaml 里一并引入。", "Include both in the rulebook's vocabulary.yaml.")
        yield Problem("nested-include", node.key_at("include"), message, hint)
    for entry in _overriding(items_of(node, "concepts")):
        message = Text("override 只能写在规则集自己的词表里", "override stands in a rulebook's own vocabulary only")
        yield Problem("misplaced-key", entry.key_at("override"), message)


def _overriding(entries: Iterable[Node]) -> Iterator[Mapping]:
    return (entry for entry in entries if isinstance(entry, Mapping) and flag_of(entry, "override", False))


def _idle(entry: Node) -> Problem:
    at = entry.key_at("override") if isinstance(entry, Mapping) else entry.at
    label = text_of(entry, "label") or text_of(entry, "id")
    message = Text(f"“{label}”写了 override,但没有引入同名的数据项", f"“{label}” overrides nothing that is included")
    hint = Text("请去掉 override,或检查 include 和名称。", "Remove override, or look at include and the names.")
    return Problem("idle-override", at, message, hint)
