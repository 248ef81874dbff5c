"""The files an assessment is made of, by their places; and an assessment made of nothing but them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import cast

from engine.assessment import Assessment
from engine.model import Rulebook
from facts.model import Basis, Period
from facts.problem import Problem, Text
from facts.vocabularylibrary import COMMON_FOLDER
from hegui.assessing import DEFAULT_TIMEOUT, Asked, assess_files
from hegui.receipts.canonical import Data
from hegui.receipts.model import Content, Options, TableUnit
from hegui.receipts.places import COMMON, RULEBOOK, is_place
from hegui.writing import cannot_write


@dataclass(frozen=True, slots=True)
class Inputs:
    """Files by place, bytes or where they lie; which of them are facts, waivers and sources, in order."""

    files: Mapping[str, Data]
    facts: tuple[str, ...]
    waivers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    table: TableUnit | None = None

    @property
    def rulebook(self) -> tuple[str, ...]:
        """The files of the rulebook and of the concept libraries it includes."""
        return tuple(sorted(name for name in self.files if name.split("/")[0] in (RULEBOOK, COMMON)))


@dataclass(frozen=True, slots=True)
class Scored:
    """An assessment of inputs, and what the files it was made from are called in a receipt."""

    assessment: Assessment
    rulebook: Rulebook
    names: Mapping[str, str] = field(repr=False)


def inputs_of(content: Content, files: Mapping[str, Data]) -> Inputs:
    """These files as the inputs a receipt speaks of."""
    return Inputs(
        files,
        tuple(file.name for file in content.facts),
        tuple(file.name for file in content.waivers),
        tuple(file.name for file in content.sources),
        content.table,
    )


def options_of(rulebook: Rulebook, accept: tuple[str, ...], as_of: date | None, waivers: bool) -> Options:
    """What was asked for; the day only where it can have mattered, so that a receipt is the same on any other."""
    mattered = waivers or any(one.expires for one in rulebook.accepted)
    return Options(accept, as_of.isoformat() if as_of and mattered else None)


def assess_inputs(
    inputs: Inputs, options: Options, timeout: int | None = DEFAULT_TIMEOUT
) -> tuple[Scored | None, tuple[Problem, ...]]:
    """Assess what is put into a temporary folder; nothing but these inputs is read.

    The engine runs in a process of its own for at most `timeout` seconds; None: in this one, for whoever is that process
    already. Raises engine.session.EngineFault, also where it takes longer.
    """
    with tempfile.TemporaryDirectory(prefix="hegui-") as name:
        folder = Path(name)
        problem = _stage(inputs, folder)
        if problem is not None:
            return None, (problem,)
        assessed, problems = assess_files(_asked(inputs, options, folder, timeout))
        problems = tuple(_unstaged(one, folder) for one in problems)
        if assessed is None:
            return None, problems
        names = {str(folder / place): place for place in inputs.files}
        return Scored(assessed.assessment, assessed.rulebook, names), problems


def _stage(inputs: Inputs, folder: Path) -> Problem | None:
    for root in (RULEBOOK, COMMON):
        (folder / root).mkdir()
    for place, data in inputs.files.items():
        assert is_place(place)
        target = folder / place
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            # "x": on a file system that cannot tell two names apart, neither takes the other's place.
            with target.open("xb") as stream:
                if isinstance(data, bytes):
                    stream.write(data)
                else:
                    with data.open("rb") as source:
                        shutil.copyfileobj(source, stream)
        except OSError as error:
            return cannot_write(place, error)
    return None


def _asked(inputs: Inputs, options: Options, folder: Path, timeout: int | None) -> Asked:
    table = inputs.table
    year = int(table.year) if table and table.year else None
    return Asked(
        rules=folder / RULEBOOK,
        facts=tuple(folder / place for place in inputs.facts[: None if table is None else 1]),
        accept=cast("tuple[Basis, ...]", options.accept),
        waivers=tuple(folder / place for place in inputs.waivers),
        as_of=date.fromisoformat(options.as_of) if options.as_of else None,
        unit=table.unit if table else None,
        items={name: folder / place for name, place in table.items} if table else {},
        period=Period(date(year, 1, 1), date(year, 12, 31)) if year else None,
        common=folder / COMMON,
        isolated=timeout is not None,
        timeout=timeout or DEFAULT_TIMEOUT,
    )


def _unstaged(problem: Problem, folder: Path) -> Problem:
    """A Problem that speaks of places, not of a folder that is gone."""

    def named(text: str) -> str:
        return text.replace(f"{folder}/", "")

    at = replace(problem.at, file=named(problem.at.file))
    message, hint = (Text(named(one.zh), named(one.en)) for one in (problem.message, problem.hint))
    return replace(problem, at=at, message=message, hint=hint)


def names_on_disk(rules: Path, paths: Mapping[str, Path], common: Path = COMMON_FOLDER) -> dict[str, str]:
    """What the files of a rulebook's folder and others, by place, are called: for an assessment made where they lie."""
    names = {str(path): place for place, path in paths.items()}
    for place in paths:
        root, _, rest = place.partition("/")
        if root == RULEBOOK:
            names[str(rules / rest)] = place
        elif root == COMMON:
            names[str(common / rest)] = place
    return names
