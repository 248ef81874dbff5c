"""`hegui test --write`: propose the cases a rulebook lacks."""

from __future__ import annotations

from pathlib import Path

from engine.evaluate import WhatIf
from engine.load import load_rulebook
from engine.model import Rulebook
from engine.trials.covering import exercised
from engine.trials.elements import elements_of
from engine.trials.killing import Cases, sound_claims
from engine.trials.proposing import Proposer
from facts.examples import Example
from facts.problem import Problem, Text, has_errors
from hegui.command import CLEAN, UNUSABLE, Arguments
from hegui.delivery import language_of, unwritable, warn
from hegui.progress import Progress, progress_of
from hegui.workbench.proposals import free_path, in_files, proposals_text
from hegui.workbench.running import claims_of, examples_of, rulebooks_among
from hegui.writing import cannot_write, write_result


def write(arguments: Arguments) -> int:
    """Propose, write and say what was written and what could not be built."""
    worst = CLEAN
    folders, passed = rulebooks_among(arguments.folders)
    warn(passed, arguments)
    for folder in folders:
        worst = max(worst, _write(folder, arguments))
    return worst


def _write(folder: Path, arguments: Arguments) -> int:
    book, problems = load_rulebook(folder)
    if book is None:
        warn(problems, arguments)
        return UNUSABLE
    examples, more = examples_of(folder, book)
    errors = tuple(problem for problem in more if problem.severity == "error")
    warn((*problems, *errors), arguments)
    if has_errors(errors):
        return UNUSABLE
    proposer = propose(book, examples, progress_of(arguments))
    written = list[tuple[Path, int]]()
    for stem, proposals in in_files(proposer.proposals):
        path = free_path(folder, stem, book.vocabulary)
        problem = _into(path, proposals_text(proposals, book))
        if problem:
            return unwritable(problem, arguments)
        written.append((path, len(proposals)))
    return _told(proposer, written, arguments)


def propose(book: Rulebook, examples: tuple[Example, ...], progress: Progress) -> Proposer:
    """What the confirmed cases leave open."""
    confirmed = claims_of(example for example in examples if not example.proposed)
    judge = WhatIf(book)
    sound = sound_claims(book, confirmed)
    seen = set(exercised(book, elements_of(judge), judge, sound))
    proposer = Proposer(book, Cases(book, sound), seen, progress)
    proposer.run()
    return proposer


def _into(path: Path, text: str) -> Problem | None:
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        return cannot_write(str(path.parent), error)
    return write_result(text, path)


def _told(proposer: Proposer, written: list[tuple[Path, int]], arguments: Arguments) -> int:
    language = language_of(arguments)
    said = [
        Text(f"{path}:提议 {count} 个个案,请核对", f"{path}: {count} cases proposed, to be checked by a person")
        for path, count in written
    ] or [Text(f"{proposer.book.id}:没有缺少的个案", f"{proposer.book.id}: no case is missing")]
    lines = [text.in_(language) for text in said]
    if proposer.unbuilt:
        lines.append(Text("没有找到事实的:", "No facts were found for:").in_(language))
        lines += [f"  {one.sentence.in_(language)}" for one in proposer.unbuilt]
    problem = write_result("\n".join(lines) + "\n", arguments.output)
    return unwritable(problem, arguments) if problem else CLEAN
