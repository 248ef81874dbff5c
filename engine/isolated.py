"""Assessing in a spawned child: a crash or a hang of the C library ends the child, not its parent."""

from __future__ import annotations

import multiprocessing
from collections.abc import Collection
from multiprocessing.connection import Connection

from engine.assessment import Assessment
from engine.evaluate import Evaluator
from engine.model import Rulebook
from engine.session import EngineFault
from engine.waivers import Waivers, assess_waived
from facts.model import BASES, Basis, Case

DEFAULT_TIMEOUT = 60


def assess_isolated(
    rulebook: Rulebook,
    case: Case,
    accept: Collection[Basis] = BASES,
    timeout: int = DEFAULT_TIMEOUT,
    waivers: Waivers | None = None,
) -> Assessment:
    """Assess in a child process, waiting at most `timeout` seconds.

    Raises EngineFault if the child dies, does not answer in time, or itself meets an engine fault.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_serve, args=(sender, rulebook, case, tuple(accept), waivers))
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


def _serve(
    sender: Connection, rulebook: Rulebook, case: Case, accept: tuple[Basis, ...], waivers: Waivers | None
) -> None:
    """The child: answers with an Assessment or with the words of what went wrong."""
    try:
        with Evaluator(rulebook) as evaluator:
            sender.send(assess_waived(evaluator, case, accept, waivers))
    except EngineFault as fault:
        sender.send(str(fault))
    except Exception as error:  # noqa: BLE001  # whatever it is, the parent must hear of it in words
        sender.send(f"{type(error).__name__}: {error}")
    finally:
        sender.close()
