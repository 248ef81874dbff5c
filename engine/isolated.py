"""Assessing in a spawned child: a crash or a hang of the C library ends the child, not its parent."""

from __future__ import annotations

import multiprocessing
from collections.abc import Collection, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from engine.assessment import Assessment
from engine.session import EngineFault
from facts.model import BASES, Basis

DEFAULT_TIMEOUT = 60


def assess_isolated(
    folder: Path, case_files: Sequence[Path], accept: Collection[Basis] = BASES, timeout: int = DEFAULT_TIMEOUT
) -> Assessment:
    """Load and assess in a child process, waiting at most `timeout` seconds.

    Rulebook and case must have been found sound by the caller; the child loads them again from the files. Raises
    EngineFault if the child dies, does not answer in time, or itself meets an engine fault.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_serve, args=(sender, str(folder), [str(path) for path in case_files], tuple(accept)))
    child.start()
    sender.close()
    try:
        return _answer(receiver, timeout)
    finally:
        receiver.close()
        if child.is_alive():
            child.kill()
        child.join()


def _answer(receiver: Connection, timeout: int) -> Assessment:
    if not receiver.poll(timeout):
        raise EngineFault(f"the isolated engine did not answer within {timeout} s")
    try:
        answer = receiver.recv()
    except EOFError:
        raise EngineFault("the isolated engine died before it answered") from None
    if isinstance(answer, Assessment):
        return answer
    raise EngineFault(str(answer))


def _serve(sender: Connection, folder: str, case_files: list[str], accept: tuple[Basis, ...]) -> None:
    """The child: answers with an Assessment or with the words of what went wrong."""
    try:
        sender.send(_assess(folder, case_files, accept))
    except EngineFault as fault:
        sender.send(str(fault))
    except Exception as error:  # whatever it is, the parent must hear of it in words
        sender.send(f"{type(error).__name__}: {error}")
    finally:
        sender.close()


def _assess(folder: str, case_files: list[str], accept: tuple[Basis, ...]) -> Assessment:
    # Imported in the child: importing them in the parent would load the C library there too.
    from engine.evaluate import Evaluator
    from engine.load import load_rulebook
    from facts.casefile import read_case

    rulebook, problems = load_rulebook(Path(folder))
    if rulebook is None:
        raise EngineFault("; ".join(problem.show("en") for problem in problems))
    case, problems = read_case([Path(name) for name in case_files], rulebook.vocabulary)
    if case is None:
        raise EngineFault("; ".join(problem.show("en") for problem in problems))
    with Evaluator(rulebook) as evaluator:
        return evaluator.assess(case, accept)
