"""One pool of real workers for all tests of tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from hegui.desk.work.pool import Pool
from hegui.desk.work.queueing import Answer

Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def workers() -> Iterator[Pool]:
    with Pool(1) as pool:
        yield pool


@pytest.fixture
def ask(workers: Pool) -> Ask:
    """Run a task and wait for its Answer: ask("lint", rules=folder)."""

    def asked(task: str, **request: object) -> Answer:
        return workers.submit(task, {key: _plain(value) for key, value in request.items()}, timeout=120).future.result(
            200
        )

    return asked


def _plain(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return str(value) if hasattr(value, "__fspath__") else value
