"""Runs that wait: a bounded queue, served by owner in turn, so that nobody's twenty runs keep another's one waiting."""

from __future__ import annotations

import contextlib
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass

from facts.problem import Problem
from hegui.desk.work.child import Child
from hegui.desk.work.wire import Data

Say = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Done:
    """What a task made, and what it has to say beside it (warnings, notes)."""

    data: Data
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no result: the input cannot be used, or the work was not done."""

    problems: tuple[Problem, ...]

    @property
    def codes(self) -> frozenset[str]:
        """What it is about; where the work was not done they begin with `work-`."""
        return frozenset(one.code for one in self.problems)


Answer = Done | Refusal


class Ticket:
    """A run that was asked for: queued, then running, then settled with its Answer, once.

    `future` is the Answer; `say` is called in a thread of the pool.
    """

    def __init__(self, task: str, request: Data, timeout: float, say: Say | None, owner: str) -> None:
        self.task, self.request, self.timeout, self.owner, self.say = task, request, timeout, owner, say
        self.future: Future[Answer] = Future()
        self.child: Child | None = None
        self.was_cancelled = False

    def settle(self, answer: Answer) -> None:
        """Give the answer; a second one is dropped."""
        with contextlib.suppress(InvalidStateError):
            self.future.set_result(answer)

    def refuse(self, problem: Problem) -> None:
        """Settle it without a result."""
        self.settle(Refusal((problem,)))


class Queue:
    """Tickets by owner. Not thread-safe: the pool holds its lock."""

    def __init__(self, most: int) -> None:
        self.most, self.length = most, 0
        self._owners: OrderedDict[str, deque[Ticket]] = OrderedDict()

    def __len__(self) -> int:
        return self.length

    def put(self, ticket: Ticket) -> bool:
        """Let it wait; False where the queue is full."""
        if self.length >= self.most:
            return False
        self._owners.setdefault(ticket.owner, deque()).append(ticket)
        self.length += 1
        return True

    def take(self) -> Ticket | None:
        """The first run of the owner whose turn it is."""
        if not self.length:
            return None
        owner, tickets = next(iter(self._owners.items()))
        ticket = tickets.popleft()
        self.length -= 1
        if tickets:
            self._owners.move_to_end(owner)
        else:
            del self._owners[owner]
        return ticket

    def withdraw(self, ticket: Ticket) -> bool:
        """Take one out wherever it stands; False where it is not here."""
        tickets = self._owners.get(ticket.owner)
        if tickets is None or ticket not in tickets:
            return False
        tickets.remove(ticket)
        self.length -= 1
        if not tickets:
            del self._owners[ticket.owner]
        return True
