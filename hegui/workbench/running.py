"""Runs the cases beside a rulebook: each is assessed by the engine and held against what it says it should give."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.evaluate import Evaluator, usable
from engine.judging import Failure, judge, unknown_names
from engine.load import load_rulebook
from engine.model import Rulebook
from engine.trials.killing import Claim
from facts.examples import Example, case_files, read_examples
from facts.problem import Problem, Text, did_you_mean, has_errors, in_order
from facts.provenance import Position


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case run: what does not hold. `skipped`: it says nothing of what it should give."""

    example: Example
    failures: tuple[Failure, ...]
    skipped: bool = False

    @property
    def passed(self) -> bool:
        """Whether everything it says holds."""
        return not self.failures and not self.skipped


@dataclass(frozen=True, slots=True)
class Suite:
    """The cases of one rulebook, run. No rulebook where it could not be loaded."""

    folder: Path
    rulebook: Rulebook | None
    outcomes: tuple[Outcome, ...] = ()

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The cases of which something does not hold."""
        return tuple(one for one in self.outcomes if one.failures)


def rulebooks_among(folders: Sequence[Path]) -> tuple[tuple[Path, ...], tuple[Problem, ...]]:
    """Of several folders (rules/*) those that hold a rulebook; the others are told. One alone is what was meant."""
    kept = tuple(one for one in folders if not one.exists() or (one / "rulebook.yaml").exists())
    if len(folders) == 1 or not kept:
        return tuple(folders), ()
    message = Text("不是规则集文件夹,跳过", "no rulebook folder; passed over")
    others = (one for one in folders if one not in kept)
    return kept, tuple(Problem("not-a-rulebook", Position(str(one)), message, severity="note") for one in others)


def run_suite(folder: Path, names: Sequence[str] = ()) -> tuple[Suite, tuple[Problem, ...]]:
    """Run the cases of a rulebook, or those of these names; what could not be used is a Problem."""
    rulebook, problems = load_rulebook(folder)
    if rulebook is None:
        return Suite(folder, None), problems
    examples, more = examples_of(folder, rulebook)
    if names:
        examples, none = _chosen(examples, names, folder)
        more = (*none, *(problem for problem in more if problem.severity == "error"))
    with Evaluator(rulebook) as evaluator:
        outcomes = tuple(run(evaluator, example) for example in examples)
    return Suite(folder, rulebook, outcomes), in_order((*problems, *more))


def examples_of(folder: Path, rulebook: Rulebook) -> tuple[tuple[Example, ...], tuple[Problem, ...]]:
    """Every case beside a rulebook that it can assess, and everything wrong with the rest."""
    found, problems = list[Example](), list[Problem]()
    for path in case_files(folder):
        examples, more = usable_examples(path, rulebook)
        found += examples
        problems += more
    if not found and not problems:
        message = Text("规则集旁没有个案可运行", "there is no case beside the rulebook")
        hint = Text(
            "在 cases/ 下写个案,或用 hegui test --write 提议", "write cases/*.yaml, or let hegui test --write do so"
        )
        problems.append(Problem("no-cases", Position(str(folder)), message, hint, "warning"))
    return tuple(found), in_order(problems)


def claims_of(examples: Iterable[Example]) -> list[Claim]:
    """Cases that say what they should give."""
    return [Claim(one.full_name, one.case, one.expectation) for one in examples if one.expectation is not None]


def usable_examples(path: Path, rulebook: Rulebook) -> tuple[tuple[Example, ...], tuple[Problem, ...]]:
    """The cases of one file that this rulebook can assess, and everything wrong with the file."""
    examples, problems = read_examples(path, rulebook.vocabulary)
    found = list[Problem](problems)
    kept = list[Example]()
    for example in examples:
        wrong = usable(rulebook, example.case)
        if example.expectation is not None:
            wrong += unknown_names(example.expectation, rulebook)
        found += wrong
        if not has_errors(wrong):
            kept.append(example)
    return tuple(kept), in_order(found)


def run(evaluator: Evaluator, example: Example) -> Outcome:
    """One case, by the engine."""
    if example.expectation is None:
        return Outcome(example, (), skipped=True)
    decided = evaluator.decide(example.case)
    return Outcome(example, judge(example.expectation, decided.assessment(), decided.states))


def _chosen(
    examples: Iterable[Example], names: Sequence[str], folder: Path
) -> tuple[tuple[Example, ...], tuple[Problem, ...]]:
    """The cases named: by full name, by name or by file."""
    examples = tuple(examples)
    known = [name for one in examples for name in (one.full_name, one.name, one.file.stem)]
    chosen = tuple(one for one in examples if {one.full_name, one.name, one.file.stem} & set(names))
    problems = tuple(
        Problem(
            "unknown-case",
            Position(str(folder)),
            Text(f"没有名为“{name}”的个案", f"there is no case named “{name}”"),
            did_you_mean(name, known),
        )
        for name in names
        if name not in known
    )
    return chosen, problems
