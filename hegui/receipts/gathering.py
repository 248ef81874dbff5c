"""The files of an assessment as they lie on this machine, by the places a receipt gives them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.load import rulebook_files
from engine.rulefiles import LIBRARY, RuleFile, digest_of
from facts.problem import Problem, Text
from facts.provenance import Position
from facts.treereading import entries_of, text_of
from facts.vocabularylibrary import COMMON_FOLDER
from facts.yamltree import read_yaml
from hegui.assessing import Asked
from hegui.receipts.canonical import Data, sha256
from hegui.receipts.inputs import Inputs
from hegui.receipts.model import Content, FileDigest, TableUnit, Where
from hegui.receipts.places import COMMON, RULEBOOK, TABLES, WAIVERS, case_place, plain, source_place

# Files up to this size are held in memory; a table may be larger than that.
_HELD = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Gathered:
    """Inputs found on disk: where each lies and what it was then; the rulebook's digest; where they are for a receipt."""

    inputs: Inputs
    paths: Mapping[str, Path]
    digests: Mapping[str, str]
    rulebook: str
    where: Where

    @property
    def names(self) -> dict[str, str]:
        """What each path is called in a receipt. Of a file that was named twice, everything is told at the first."""
        return {str(path): place for place, path in reversed(tuple(self.paths.items()))}

    def still(self) -> bool:
        """Whether every file still is what it was when it was gathered."""
        try:
            return all(sha256(self.paths[place]) == digest for place, digest in self.digests.items())
        except OSError:
            return False


def gather(asked: Asked, recorded: Content | None = None) -> tuple[Gathered, tuple[Problem, ...]]:
    """What an assessment reads. Files that cannot be read are left out, and told.

    With what a receipt records, files are called as they are there, in its order, whatever they are called now.
    """
    paths, problems = dict[str, Path](), list[Problem]()
    # What is wrong with a rulebook, loading it tells.
    book, _ = rulebook_files(asked.rules, asked.common)
    paths |= _rulebook(book, asked, recorded)
    facts = tuple(_place(n, path, asked, recorded) for n, path in enumerate(_facts(asked)))
    waivers = tuple(
        _named(recorded.waivers if recorded else (), n, f"{WAIVERS}/{n + 1}/{plain(path.name, 'waivers.yaml')}")
        for n, path in enumerate(asked.waivers)
    )
    paths |= dict(zip(facts, _facts(asked), strict=True)) | dict(zip(waivers, asked.waivers, strict=True))
    files, unread = _contents(paths)
    problems += unread
    sources = dict[str, Path]()
    if asked.unit is None:
        for place, path in zip(facts, asked.facts, strict=True):
            sources |= dict(_sources(place, path, files.get(place), problems))
    held, unread = _contents(sources)
    inputs = Inputs(files | held, facts, waivers, tuple(held), _table(asked, facts))
    digests = {place: sha256(data) for place, data in inputs.files.items()}
    return Gathered(inputs, paths | sources, digests, digest_of(book), _where(asked)), (*problems, *unread)


def _facts(asked: Asked) -> tuple[Path, ...]:
    return (*asked.facts, *asked.items.values()) if asked.unit is not None else asked.facts


def _rulebook(files: Sequence[RuleFile], asked: Asked, recorded: Content | None) -> dict[str, Path]:
    common = asked.common or COMMON_FOLDER
    paths = {
        f"{COMMON}/{file.name}.yaml" if file.kind == LIBRARY else f"{RULEBOOK}/{file.name}": (
            common / f"{file.name}.yaml" if file.kind == LIBRARY else asked.rules / file.name
        )
        for file in files
    }
    for file in recorded.rulebook.files if recorded else ():
        # A rulebook that cannot be read any more still has files that can be compared.
        root, _, rest = file.name.partition("/")
        path = (common if root == COMMON else asked.rules) / rest
        if path.is_file() and not path.is_symlink():
            paths.setdefault(file.name, path)
    return paths


def _place(number: int, path: Path, asked: Asked, recorded: Content | None) -> str:
    if asked.unit is not None:
        place = f"{TABLES}/{number + 1}/{plain(path.name, 'table')}"
    else:
        place = case_place(number + 1, path.name)
    return _named(recorded.facts if recorded else (), number, place)


def _named(recorded: Sequence[FileDigest], number: int, place: str) -> str:
    """The place a receipt records for the n-th file of a kind, else the one it would have now."""
    return recorded[number].name if number < len(recorded) else place


def _table(asked: Asked, facts: Sequence[str]) -> TableUnit | None:
    if asked.unit is None:
        return None
    year = str(asked.period.start.year) if asked.period else None
    return TableUnit(asked.unit, year, tuple(zip(asked.items, facts[1:], strict=True)))


def _sources(case: str, path: Path, data: Data | None, problems: list[Problem]) -> Iterator[tuple[str, Path]]:
    """The files a case cites that are at hand."""
    node = read_yaml(data, str(path))[0] if isinstance(data, bytes) else None
    for key, source in entries_of(node, "sources"):
        file = text_of(source, "file")
        found = path.parent / file
        if not file or not _is_file(found):
            continue
        place = source_place(case, file)
        if place is None:
            message = Text(
                f"来源“{key.text}”不在回执里:它的路径不能照搬",
                f"source “{key.text}” is not in the receipt: its path cannot be kept",
            )
            hint = Text("请放在个案文件夹或其上一级文件夹之内", "keep it in the case's folder or the one above")
            problems.append(Problem("source-not-in-receipt", key.at, message, hint, "warning"))
        else:
            yield place, found


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _contents(paths: Mapping[str, Path]) -> tuple[dict[str, Data], list[Problem]]:
    files, problems = dict[str, Data](), list[Problem]()
    for place, path in paths.items():
        try:
            files[place] = path.read_bytes() if path.stat().st_size <= _HELD else path
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            message = Text(f"无法读取({reason})", f"cannot be read ({reason})")
            problems.append(Problem("unreadable-file", Position(str(path)), message))
    return files, problems


# --- where they were --------------------------------------------------------------------------------------------------


def _where(asked: Asked) -> Where:
    return Where(
        below(asked.rules),
        tuple(map(below, asked.facts)),
        tuple(map(below, asked.items.values())),
        tuple(map(below, asked.waivers)),
    )


def below(path: Path) -> str | None:
    """A path as it is below the current folder; None where it is not, or leads out of it by a link."""
    try:
        here = Path.cwd()
        plainly = Path(os.path.abspath(path))  # noqa: PTH100  # links are looked at below, not followed here
        inside = plainly.is_relative_to(here) and path.resolve().is_relative_to(here.resolve())
    except (OSError, RuntimeError, ValueError):
        return None
    text = plainly.relative_to(here).as_posix() if inside else ""
    return text if text and text.isprintable() and len(text) <= _LONGEST else None


_LONGEST = 4000
