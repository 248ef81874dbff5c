"""Workers are real processes here; what is done to them is what engines, libraries and people do."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from facts.problem import Problem
from hegui.desk.work.limits import Limits
from hegui.desk.work.pool import Pool
from hegui.desk.work.queueing import Answer, Done, Refusal, Ticket

HERE = Path(__file__).parent
_MIB = 1024 * 1024


def make_pool(size: int = 1, *, waiting: int = 64, limits: Limits | None = None, scratch: Path | None = None) -> Pool:
    return Pool(size, waiting=waiting, limits=limits, scratch=scratch, registry="badtasks", path=[HERE])


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    limits = Limits(memory=1024 * _MIB, processor=60)
    with make_pool(limits=limits) as one:
        yield one


def ask(pool: Pool, task: str, timeout: float = 20, **request: object) -> Answer:
    return pool.submit(task, dict(request), timeout=timeout).future.result(60)


def only(answer: Answer) -> Problem:
    assert isinstance(answer, Refusal), answer
    (problem,) = answer.problems
    assert problem.message.zh and problem.message.en
    return problem


def pid_of(pool: Pool) -> int:
    answer = ask(pool, "echo")
    assert isinstance(answer, Done)
    pid = answer.data["pid"]
    assert isinstance(pid, int)
    return pid


def is_there(pid: int) -> bool:
    """Whether a process runs; a zombie counts: it is still in the table."""
    return Path(f"/proc/{pid}").exists()


def gone_within(pid: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not is_there(pid):
            return True
        time.sleep(0.02)
    return not is_there(pid)


def wait_until_running(pool: Pool, ticket: Ticket) -> int:
    """The process that has taken the run up."""
    end = time.monotonic() + 30
    while ticket.child is None:
        assert time.monotonic() < end
        time.sleep(0.01)
    return ticket.child.process.pid


# --- what is asked is answered ----------------------------------------------------------------------------------------


def test_a_task_gives_what_it_was_given(pool: Pool) -> None:
    answer = ask(pool, "echo", 文="值\ud800", n=1, none=None, list=[1, "二"])
    assert isinstance(answer, Done)
    assert answer.data["echo"] == {"文": "值\ud800", "n": 1, "none": None, "list": [1, "二"]}
    assert answer.problems == ()


def test_one_worker_does_task_after_task(pool: Pool) -> None:
    assert pid_of(pool) == pid_of(pool)


def test_a_refusal_has_both_languages_and_no_path_of_the_server(pool: Pool, tmp_path: Path) -> None:
    problem = only(ask(pool, "refuse", rules=str(tmp_path)))
    assert (problem.code, str(problem.at)) == ("made-up", "decision.yaml:3:7")
    assert (problem.message.zh, problem.hint.en) == ("甲 x", "b")


def test_what_people_typed_stays_as_it_is_though_it_looks_like_a_path(pool: Pool, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("a")
    for note in ("/", "/etc", "万元/人", "https://example.com/a"):
        answer = ask(pool, "refuse", rules=str(tmp_path), table=str(tmp_path / "table.csv"), note=note)
        assert isinstance(answer, Done) and answer.data == {"note": note, "table": "table.csv"}


def test_what_a_library_prints_is_no_answer(pool: Pool) -> None:
    heard: list[tuple[int, int, str]] = []
    answer = pool.submit("chat", {}, timeout=20, say=lambda *said: heard.append(said)).future.result(30)
    assert isinstance(answer, Done) and answer.data == {"said": 6}
    assert heard[0] == (0, 5, "step 0") and heard[-1] == (5, 5, "done")


def test_a_task_that_does_not_exist_is_said(pool: Pool) -> None:
    assert only(ask(pool, "nonesuch")).code == "unknown-task"


def test_a_long_answer_arrives_whole(pool: Pool) -> None:
    answer = ask(pool, "large", size=8 * _MIB)
    assert isinstance(answer, Done) and len(answer.data["text"]) == 8 * _MIB


def test_a_long_request_arrives_whole(pool: Pool) -> None:
    answer = ask(pool, "echo", text="长" * _MIB)
    assert isinstance(answer, Done) and answer.data["echo"]["text"] == "长" * _MIB


# --- bad behaviour ends in a sentence ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "code", "word"),
    [
        ("segfault", "work-crashed", "SIGSEGV"),
        ("abort", "work-crashed", "SIGABRT"),
        ("leave", "work-crashed", "exit 7"),
        ("system_exit", "work-fault", "SystemExit"),
        ("fail", "work-fault", "LookupError"),
        ("recurse", "work-fault", "RecursionError"),
        ("flood", "work-out-of-memory", "内存"),
    ],
)
def test_a_worker_that_fails_is_replaced(pool: Pool, task: str, code: str, word: str) -> None:
    before = pid_of(pool)
    problem = only(ask(pool, task))
    assert problem.code == code
    assert word in problem.message.zh
    assert "/secret" not in problem.message.zh + problem.hint.zh
    assert pid_of(pool) != before
    assert gone_within(before, 2), "a zombie is left"


@pytest.mark.parametrize("task", ["hang", "spin", "stubborn"])
def test_a_task_that_takes_too_long_is_stopped(pool: Pool, task: str) -> None:
    before, begun = pid_of(pool), time.monotonic()
    problem = only(ask(pool, task, timeout=0.5))
    assert problem.code == "work-timed-out" and "0.5" in problem.message.en
    assert time.monotonic() - begun < 5
    assert gone_within(before, 2)
    assert pid_of(pool) != before


def test_processor_time_is_bounded_for_each_task() -> None:
    with make_pool(limits=Limits(processor=1)) as pool:
        assert isinstance(ask(pool, "nap", seconds=0), Done)
        problem = only(ask(pool, "spin", timeout=30))
        assert problem.code == "work-timed-out" and "处理器" in problem.message.zh


def test_a_worker_killed_from_outside_is_replaced(pool: Pool) -> None:
    ticket = pool.submit("nap", {"seconds": 30}, timeout=60)
    os.kill(wait_until_running(pool, ticket), signal.SIGKILL)
    assert only(ticket.future.result(10)).code == "work-out-of-memory"
    assert isinstance(ask(pool, "echo"), Done)


def test_a_worker_that_dies_while_idle_harms_nobody(pool: Pool) -> None:
    pid = pid_of(pool)
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)
    assert pid_of(pool) != pid


def test_nothing_a_killed_task_has_begun_is_left(tmp_path: Path) -> None:
    with make_pool(scratch=tmp_path) as pool:
        heard = threading.Event()
        ticket = pool.submit("hang", {}, timeout=60, say=lambda *_: heard.set())
        assert heard.wait(20)
        assert list(tmp_path.rglob("left"))
        pool.cancel(ticket)
        ticket.future.result(10)
        assert not list(tmp_path.rglob("left"))
    assert not list(tmp_path.iterdir())


def test_what_a_task_has_started_dies_with_it(pool: Pool) -> None:
    pids: list[int] = []
    problem = only(pool.submit("offspring", {}, timeout=1.5, say=lambda pid, *_: pids.append(pid)).future.result(30))
    assert problem.code == "work-timed-out"
    # It is not our child: whoever adopts it takes it out of the table.
    assert gone_within(pids[0], 5) or Path(f"/proc/{pids[0]}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"


def test_a_worker_grown_large_is_replaced() -> None:
    with make_pool(limits=Limits(retire=48 * _MIB)) as pool:
        answer = ask(pool, "grow")
        assert isinstance(answer, Done)
        assert pid_of(pool) != answer.data["pid"]


def test_a_worker_is_replaced_after_so_many_tasks() -> None:
    with make_pool(limits=Limits(tasks=2)) as pool:
        pids = [pid_of(pool) for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


# --- cancelling -------------------------------------------------------------------------------------------------------


def test_a_running_task_is_cancelled_at_once(pool: Pool) -> None:
    ticket = pool.submit("spin", {}, timeout=60)
    pid = wait_until_running(pool, ticket)
    begun = time.monotonic()
    pool.cancel(ticket)
    assert only(ticket.future.result(10)).code == "work-cancelled"
    assert time.monotonic() - begun < 2
    assert gone_within(pid, 2)
    assert isinstance(ask(pool, "echo"), Done)


def test_a_waiting_task_is_cancelled_without_harm_to_the_running_one(pool: Pool) -> None:
    running = pool.submit("nap", {"seconds": 0.5}, timeout=60)
    wait_until_running(pool, running)
    waiting = pool.submit("echo", {}, timeout=60)
    pool.cancel(waiting)
    assert only(waiting.future.result(1)).code == "work-cancelled"
    assert isinstance(running.future.result(10), Done)


def test_cancelling_what_is_done_changes_nothing(pool: Pool) -> None:
    ticket = pool.submit("echo", {}, timeout=60)
    pid = ticket.future.result(20)
    pool.cancel(ticket)
    assert ticket.future.result() is pid


def test_a_coroutine_that_is_cancelled_cancels_its_run(pool: Pool) -> None:
    async def go() -> None:
        task = asyncio.ensure_future(pool.run("spin", {}, timeout=60))
        while not pool.load[0]:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(go())
    assert isinstance(ask(pool, "echo"), Done)


# --- many at once -----------------------------------------------------------------------------------------------------


def test_a_full_queue_is_said_to_be_full() -> None:
    with make_pool(waiting=2) as pool:
        running = pool.submit("spin", {}, timeout=60)
        wait_until_running(pool, running)
        waiting = [pool.submit("echo", {}, timeout=60) for _ in range(2)]
        assert only(pool.submit("echo", {}, timeout=60).future.result(1)).code == "work-busy"
        pool.cancel(running)
        assert all(isinstance(one.future.result(20), Done) for one in waiting)


def test_nobody_waits_longer_than_their_patience(pool: Pool) -> None:
    running = pool.submit("spin", {}, timeout=60)
    wait_until_running(pool, running)
    answer = asyncio.run(pool.run("echo", {}, timeout=60, patience=0.2))
    assert only(answer).code == "work-busy"
    assert pool.load == (1, 0)
    pool.cancel(running)
    running.future.result(10)


def test_fifty_at_once_are_all_answered(pool: Pool) -> None:
    async def go(pool: Pool) -> list[Answer]:
        heard: list[str] = []
        runs = [pool.run("echo", {"n": n}, timeout=30, owner=f"user-{n % 7}") for n in range(49)]
        chat = pool.run("chat", {}, timeout=30, say=lambda done, total, what: heard.append(what))
        answers = await asyncio.gather(chat, *runs)
        assert heard[-1] == "done"
        return answers[1:]

    with make_pool(2) as two:
        answers = asyncio.run(go(two))
    assert [one.data["echo"]["n"] for one in answers if isinstance(one, Done)] == list(range(49))


def test_owners_are_served_in_turn() -> None:
    order: list[str] = []
    with make_pool() as pool:
        first = pool.submit("nap", {"seconds": 0.5}, timeout=30)
        wait_until_running(pool, first)
        tickets = [pool.submit("nap", {"seconds": 0.01}, timeout=30, owner="greedy") for _ in range(10)]
        tickets.append(pool.submit("nap", {"seconds": 0.01}, timeout=30, owner="modest"))
        for ticket in tickets:
            ticket.future.add_done_callback(lambda _, owner=ticket.owner: order.append(owner))  # type: ignore[misc]  # binds now
        for ticket in tickets:
            ticket.future.result(30)
    assert order.index("modest") <= 2


def test_crashes_among_many_harm_nobody_else() -> None:
    with make_pool(2) as pool:
        tickets = [pool.submit(("echo", "segfault", "leave")[n % 3], {}, timeout=60) for n in range(18)]
        answers = [one.future.result(60) for one in tickets]
    assert [isinstance(one, Done) for one in answers] == [n % 3 == 0 for n in range(18)]


# --- the server's end -------------------------------------------------------------------------------------------------


def test_closing_ends_what_runs_and_refuses_what_waits() -> None:
    pool = make_pool()
    running = pool.submit("stubborn", {}, timeout=60)
    pid = wait_until_running(pool, running)
    waiting = pool.submit("echo", {}, timeout=60)
    pool.close()
    assert only(running.future.result(1)).code == only(waiting.future.result(1)).code == "work-closing"
    assert only(pool.submit("echo", {}, timeout=60).future.result(1)).code == "work-closing"
    assert not is_there(pid)


def test_a_worker_gets_no_socket_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEGUI_DB_PASSWORD", "hunter2")
    with socket.create_server(("127.0.0.1", 0)) as server:
        os.set_inheritable(server.fileno(), True)
        with make_pool() as pool:
            answer = ask(pool, "open_files")
    assert isinstance(answer, Done)
    assert not [name for name in answer.data["files"][:] if name.startswith("socket:")]
    assert "hunter2" not in answer.data["environment"].values()
    assert "" not in answer.data["path"]


def test_what_a_killed_server_has_left_is_swept_and_what_a_living_one_needs_is_not(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as gone:
        gone.wait()
    names = [
        f"hegui-work-{gone.pid}-abc",
        f"hegui-work-{os.getpid()}-of-an-earlier-life",
        f"hegui-work-{os.getppid()}-x",
        "hegui-work-else",
    ]
    for name in names:
        (tmp_path / name / "worker-1").mkdir(parents=True)
    with make_pool(scratch=tmp_path) as first, make_pool(scratch=tmp_path) as second:
        assert isinstance(ask(first, "echo"), Done) and isinstance(ask(second, "echo"), Done)
        left = {path.name for path in tmp_path.iterdir()}
        assert set(names) & left == set(names[2:]) and len(left) == 4


_SERVER = """
import sys, time
sys.path.insert(0, {root!r})
from pathlib import Path
from hegui.desk.work.pool import Pool
pool = Pool(3, registry="badtasks", path=[Path({here!r})])
tickets = [pool.submit(task, {{}}, timeout=600) for task in ("hang", "stubborn")]
while any(ticket.child is None for ticket in tickets):
    time.sleep(0.01)
idle = pool.submit("echo", {{}}, timeout=60).future.result(60).data["pid"]
print(*(ticket.child.process.pid for ticket in tickets), idle, flush=True)
time.sleep(600)
"""


def test_no_worker_outlives_a_server_killed_without_warning() -> None:
    program = _SERVER.format(root=str(HERE.parents[3]), here=str(HERE))
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        pids = [int(word) for word in server.stdout.readline().split()]
        assert len(pids) == 3 and all(map(is_there, pids))
        server.kill()
        server.wait()
    for pid in pids:
        assert _ended(pid), pid


def _ended(pid: int) -> bool:
    """Whether a process whose parent has gone runs no more; in a container nobody may have taken it out of the table yet."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False
