"""How the desk holds up: many people at once, each page beside a bare endpoint of the same server in the same run.

    python benchmarks/desk.py [--users 50] [--rounds 4]

Prints for each page the requests, errors, median and 95th percentile in milliseconds, and the ratio of its p95 to that of
`/alive`, which does nothing. All users are at it at the same time; scoring goes through the worker processes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from hegui.desk.settings import Settings  # the path comes first
from hegui.desk.store.accounts import Session
from hegui.desk.store.records import Record
from hegui.desk.web.desk import open_desk
from tests.hegui.desk.browser import Browser, somebody
from tests.hegui.desk.process import serving
from tests.hegui.desk.recorded import recorded


@dataclass
class Measured:
    """Nanoseconds of every answer by page, and what went wrong."""

    times: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, browser: Browser, name: str, path: str) -> None:
        """One request."""
        before = time.perf_counter_ns()
        try:
            browser.get(path)
        except Exception as error:  # noqa: BLE001  # counted, that is what this is for
            with self.lock:
                self.errors.append(f"{name}: {type(error).__name__}")
            return
        taken = time.perf_counter_ns() - before
        with self.lock:
            self.times[name].append(taken)
            if browser.status != 200:
                self.errors.append(f"{name}: {browser.status}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=4)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        desk = open_desk(Settings(data, workers=1))
        record = recorded(desk)
        session = desk.accounts.open_session(somebody(desk, "auditor"))
        desk.close()
        with serving(data) as process:
            measured = load(process.address, session, record, asked.users, asked.rounds)
    show(measured, asked.users)


def load(address: str, session: Session, record: Record, users: int, rounds: int) -> Measured:
    """That many people, each asking for every page so many times."""
    pages = {
        "/alive (bare)": "/alive",
        "home": "/",
        "ledger": "/ledger",
        "a record": f"/records/{record.id}",
        "cases": "/cases",
        "a case": f"/cases/{record.folder}",
        "a score (engine)": f"/cases/{record.folder}/score",
    }
    measured = Measured()
    browsers = [Browser(address) for _ in range(users)]
    for browser in browsers:  # passwords are slow on purpose, and are not what is measured
        browser.client.cookies.set("hegui_session", session.token)

    def visit(browser: Browser) -> None:
        for _ in range(rounds):
            for name, path in pages.items():
                measured.ask(browser, name, path)

    threads = [threading.Thread(target=visit, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for browser in browsers:
        browser.client.close()
    return measured


def show(measured: Measured, users: int) -> None:
    print(f"{users} users at once; {sum(map(len, measured.times.values()))} requests, {len(measured.errors)} errors")
    for error in sorted(set(measured.errors)):
        print(f"  {error} x {measured.errors.count(error)}")
    bare = percentile(measured.times["/alive (bare)"], 95)
    print(f"{'page':<20}{'requests':>10}{'median ms':>12}{'p95 ms':>10}{'p95 / bare':>12}")
    for name, times in measured.times.items():
        middle, late = percentile(times, 50), percentile(times, 95)
        print(f"{name:<20}{len(times):>10}{middle / 1e6:>12.1f}{late / 1e6:>10.1f}{late / bare:>12.2f}")


def percentile(times: list[int], share: int) -> int:
    return sorted(times)[min(len(times) - 1, len(times) * share // 100)]


if __name__ == "__main__":
    main()
