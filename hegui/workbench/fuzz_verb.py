"""`hegui fuzz`: search for a case a rulebook gets wrong, and write what is found as a case file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.load import load_rulebook
from engine.model import Rulebook
from facts.problem import Language, Problem, Text, has_errors, in_order
from facts.provenance import Position
from hegui.command import CLEAN, FINDINGS, Arguments
from hegui.delivery import language_of, unusable, warn
from hegui.problemdata import problem_data
from hegui.progress import progress_of
from hegui.workbench.running import rulebooks_among
from hegui.writing import write_result

if TYPE_CHECKING:
    from engine.testing import Counterexample

FORMAT = "hegui/fuzz/v1"


@dataclass(frozen=True)
class Searched:
    """What the search in one rulebook came to, and the files its counterexamples were written to."""

    folder: Path
    rulebook: Rulebook
    tried: int
    reloads: tuple[str, ...]
    found: Mapping[Path, Counterexample]

    @property
    def sound(self) -> bool:
        """Whether everything held."""
        return not self.reloads and not self.found


def fuzz(arguments: Arguments) -> int:
    """Search every rulebook; write counterexamples; say what was tried and found."""
    rulebooks, problems = list[tuple[Path, Rulebook]](), list[Problem]()
    if find_spec("hypothesis") is None:
        return unusable([_extra_missing()], arguments)
    folders, passed = rulebooks_among(arguments.folders)
    problems += passed
    for folder in folders:
        rulebook, found = load_rulebook(folder)
        problems += found
        if rulebook is not None:
            rulebooks.append((folder, rulebook))
    if has_errors(problems):
        return unusable(in_order(problems), arguments)
    searched = [_search(folder, rulebook, arguments) for folder, rulebook in rulebooks]
    problems += [one for one in (_write(result, arguments) for result in searched) if one is not None]
    if has_errors(problems):
        return unusable(in_order(problems), arguments)
    language = language_of(arguments)
    if arguments.format == "json":
        write_result(_json(searched, problems, language), None)
    else:
        warn(in_order(problems), arguments)
        write_result("".join(_told(one, language) for one in searched), None)
    return CLEAN if all(one.sound for one in searched) else FINDINGS


def _extra_missing() -> Problem:
    return Problem(
        "extra-missing",
        Position("hegui fuzz"),
        Text("没有安装 hypothesis", "hypothesis is not installed"),
        Text("请安装:pip install 'hegui[testing]'", "Install it: pip install 'hegui[testing]'"),
    )


def _search(folder: Path, rulebook: Rulebook, arguments: Arguments) -> Searched:
    from engine.testing import reloads, search

    say = progress_of(arguments)
    found = search(
        rulebook,
        arguments.examples,
        arguments.seed,
        arguments.time,
        progress=lambda done, total: say(done, total, f"fuzz {rulebook.id}"),
    )
    into = arguments.output if arguments.output is not None else folder / "cases"
    files = {_free(into, one.property): one for one in found.counterexamples}
    return Searched(folder, rulebook, found.tried, tuple(reloads(rulebook)), files)


def _free(folder: Path, name: str) -> Path:
    """A file name nothing has yet: what a person may have worked on is never written over."""
    number, path = 1, folder / f"counterexample-{name}.yaml"
    while path.exists():
        number += 1
        path = folder / f"counterexample-{name}-{number}.yaml"
    return path


def _write(searched: Searched, arguments: Arguments) -> Problem | None:
    from hegui.workbench.counterexamples import counterexample_text

    for path, one in searched.found.items():
        text = counterexample_text(searched.rulebook, one, arguments.seed, language_of(arguments))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = Text(f"不能建立文件夹:{error.strerror}", f"the folder cannot be made: {error.strerror}")
            return Problem("cannot-write", Position(str(path.parent)), message)
        problem = write_result(text, path)
        if problem is not None:
            return problem
    return None


# --- telling ----------------------------------------------------------------------------------------------------------


def _told(one: Searched, language: Language) -> str:
    return "\n".join(_lines(one, language)) + "\n"


def _lines(one: Searched, language: Language) -> Iterator[str]:
    bad = len(one.found) + bool(one.reloads)
    head = Text(
        f"{one.rulebook.id}:试了 {one.tried} 个个案," + (f"{bad} 项性质不成立" if bad else "没有反例"),
        f"{one.rulebook.id}: {one.tried} cases tried, "
        + (f"{bad} properties do not hold" if bad else "no counterexample"),
    )
    yield head.in_(language)
    for line in one.reloads:
        yield "  " + Text(f"写出后再读入不相同:{line}", f"printed and reloaded it differs: {line}").in_(language)
    for path, found in one.found.items():
        yield "  " + Text(f"不成立:{found.title.zh} → {path}", f"does not hold: {found.title.en} → {path}").in_(
            language
        )
        yield from (f"    {line}" for line in found.wrong)


def _json(searched: list[Searched], problems: list[Problem], language: Language) -> str:
    def rulebook(one: Searched) -> dict[str, Any]:
        found = [
            {
                "property": example.property,
                "title": example.title.in_(language),
                "file": str(path),
                "wrong": list(example.wrong),
            }
            for path, example in one.found.items()
        ]
        own = {"id": one.rulebook.id, "version": one.rulebook.version, "digest": one.rulebook.digest}
        return {"rulebook": own, "tried": one.tried, "reloads": list(one.reloads), "counterexamples": found}

    document = {
        "format": FORMAT,
        "rulebooks": [rulebook(one) for one in searched],
        "problems": [problem_data(one, language) for one in in_order(problems)],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
