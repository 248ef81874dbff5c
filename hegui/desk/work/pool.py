"""A pool of workers: runs tasks by name, each in a process that can be killed, and always gives an Answer.

    pool = Pool(2)
    match await pool.run("lint", {"rules": "/…"}, timeout=20):
        case Done(data, problems): …
        case Refusal(problems): …

Every worker has a thread in the server that hands it one task at a time, hears its progress, and ends it on time-out or
cancellation; a fresh one takes its place.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from facts.problem import Problem
from hegui.desk.work import refusals
from hegui.desk.work.child import Child, Gone, Late, Setup
from hegui.desk.work.limits import Limits
from hegui.desk.work.queueing import Answer, Done, Queue, Refusal, Say, Ticket
from hegui.desk.work.scratch import drop_scratch, make_scratch
from hegui.desk.work.wire import Data, problem_from_wire

TASKS = "hegui.desk.work.tasks"
# How long a worker may take to be ready: it imports what it may need.
_STARTING = 60.0


class Pool:
    """`size` workers and a queue of at most `waiting` runs. Thread-safe; `close` ends everything.

    `scratch` is where temporary files of workers go; `registry` names the module that knows the tasks, `path` folders to find
    it in.
    """

    def __init__(
        self,
        size: int,
        *,
        waiting: int = 64,
        limits: Limits | None = None,
        scratch: Path | None = None,
        registry: str = TASKS,
        path: Sequence[Path] = (),
    ) -> None:
        self._scratch = make_scratch(scratch)
        self._setup = Setup(registry, tuple(path), limits or Limits(), self._scratch)
        self._queue, self._running = Queue(waiting), set[Ticket]()
        self._closing = False
        self._change = threading.Condition()
        # A worker dies with the thread that started it: each has one that lives as long as the pool.
        self._threads = [threading.Thread(target=self._attend, name=f"attendant-{n}", daemon=True) for n in range(size)]
        for thread in self._threads:
            thread.start()

    # --- asking -------------------------------------------------------------------------------------------------------

    async def run(
        self,
        task: str,
        request: Data,
        *,
        timeout: float,
        say: Say | None = None,
        owner: str = "",
        patience: float = 30.0,
    ) -> Answer:
        """The Answer. Nobody waits in the queue for longer than `patience`; who stops waiting has cancelled the run.

        `say` hears of the progress in the loop's own thread.
        """
        loop = asyncio.get_running_loop()

        def saying(done: int, total: int, what: str) -> None:
            if say is not None:
                with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                    loop.call_soon_threadsafe(say, done, total, what)

        ticket = self.submit(task, request, timeout=timeout, say=saying, owner=owner)
        giving_up = loop.call_later(patience, self.give_up, ticket)
        try:
            return await asyncio.shield(asyncio.wrap_future(ticket.future))
        except asyncio.CancelledError:
            self.cancel(ticket)
            raise
        finally:
            giving_up.cancel()

    def submit(self, task: str, request: Data, *, timeout: float, say: Say | None = None, owner: str = "") -> Ticket:
        """Queue a run. Who waits is served by owner in turn."""
        ticket = Ticket(task, request, timeout, say, owner)
        with self._change:
            closing = self._closing
            if not closing and self._queue.put(ticket):
                self._change.notify()
                return ticket
        ticket.refuse(refusals.closing(task) if closing else refusals.busy(task))
        return ticket

    def cancel(self, ticket: Ticket) -> None:
        """End a run wherever it is: its worker is killed, and another takes its place."""
        with self._change:
            ticket.was_cancelled = True
            if ticket in self._running:
                if ticket.child is not None:
                    ticket.child.kill()
                return  # its attendant settles it
            self._queue.withdraw(ticket)
        ticket.refuse(refusals.cancelled(ticket.task))

    def give_up(self, ticket: Ticket) -> None:
        """Refuse a run that has not begun."""
        with self._change:
            waited = self._queue.withdraw(ticket)
        if waited:
            ticket.refuse(refusals.busy(ticket.task))

    @property
    def load(self) -> tuple[int, int]:
        """How many runs are under way, and how many wait."""
        with self._change:
            return len(self._running), len(self._queue)

    def close(self) -> None:
        """Refuse what waits, end what runs, and wait until every worker is gone."""
        with self._change:
            self._closing = True
            left = []
            while (ticket := self._queue.take()) is not None:
                left.append(ticket)
            for running in self._running:
                if running.child is not None:
                    running.child.kill()
            self._change.notify_all()
        for ticket in left:
            ticket.refuse(refusals.closing(ticket.task))
        for thread in self._threads:
            thread.join()
        drop_scratch(self._scratch)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- attending to a worker, in its thread ---------------------------------------------------------------------------

    def _attend(self) -> None:
        child = self._started()
        while (ticket := self._next()) is not None:
            child = self._serve(ticket, child)
            if child is not None and not self._fit(child):
                child = _ended(child)
            if child is None and not self._closing:
                child = self._started()
        if child is not None:
            _ended(child)

    def _next(self) -> Ticket | None:
        """The next run; None when the pool closes."""
        with self._change:
            while not self._closing:
                ticket = self._queue.take()
                if ticket is not None:
                    self._running.add(ticket)
                    return ticket
                self._change.wait()
            return None

    def _started(self) -> Child | None:
        """A fresh worker that is ready; None where there can be none."""
        try:
            child = Child(self._setup)
        except OSError:
            return None
        try:
            child.receive(time.monotonic() + _STARTING)
        except (Gone, Late):
            return _ended(child)
        return child

    def _fit(self, child: Child) -> bool:
        """Whether it may do another task."""
        limits = self._setup.limits
        return child.alive and child.tasks < limits.tasks and child.memory <= limits.retire

    def _serve(self, ticket: Ticket, child: Child | None) -> Child | None:
        """Have one run done; the worker, where it lives on."""
        answer: Answer = Refusal((refusals.not_started(ticket.task),))
        try:
            if child is not None and not child.alive:
                child = _ended(child)
            child = child or self._started()
            if child is not None:
                answer, child = self._asked(ticket, child)
        except Exception as error:  # noqa: BLE001  # a bug of ours must not leave anybody waiting for ever
            answer = Refusal((refusals.fault(ticket.task, type(error).__name__),))
            child = None if child is None else _ended(child)
        finally:
            with self._change:
                self._running.discard(ticket)
                ticket.child = None
            ticket.settle(answer)
        return child

    def _asked(self, ticket: Ticket, child: Child) -> tuple[Answer, Child | None]:
        """What the worker answers, and the worker where it lives on."""
        with self._change:
            unwanted = self._unwanted(ticket)
            if unwanted is not None:
                return Refusal((unwanted,)), child
            ticket.child = child
        deadline = time.monotonic() + ticket.timeout
        child.tasks += 1
        try:
            child.send({"task": ticket.task, "request": ticket.request}, deadline)
            while "say" in (message := child.receive(deadline)):
                _tell(ticket, message)
        except Late:
            child.kill()
            child.end()
            return Refusal((refusals.late(ticket.task, ticket.timeout),)), None
        except Gone as gone:
            problem = self._unwanted(ticket) or refusals.ended(ticket.task, gone.status)
            return Refusal((problem,)), None
        child.memory = message.get("memory", child.memory)
        answer = _answer(ticket.task, message)
        return answer, _ended(child) if message.get("fault") in ("bug", "memory") else child

    def _unwanted(self, ticket: Ticket) -> Problem | None:
        """Why nobody waits for it any more; None where somebody does."""
        if ticket.was_cancelled:
            return refusals.cancelled(ticket.task)
        return refusals.closing(ticket.task) if self._closing else None


def _ended(child: Child) -> Child | None:
    """End a worker; there is none then."""
    child.kill()
    child.end()
    return None


def _tell(ticket: Ticket, message: Data) -> None:
    if ticket.say is not None:
        done, total, what = message["say"]
        ticket.say(done, total, what)


def _answer(task: str, message: Data) -> Answer:
    """The message a run ends with."""
    match message.get("fault"):
        case "unknown":
            return Refusal((refusals.unknown(task),))
        case "memory":
            return Refusal((refusals.out_of_memory(task),))
        case "large":
            return Refusal((refusals.too_large(task),))
        case "bug":
            return Refusal((refusals.fault(task, message["kind"]),))
    problems = tuple(map(problem_from_wire, message["problems"]))
    data: Data | None = message["data"]
    return Refusal(problems) if data is None else Done(data, problems)
