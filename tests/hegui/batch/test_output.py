"""The folder of a run: killed at any step of taking or leaving it, the same run is let in again, and no other."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hegui.batch.output import CLAIMS, RUN, TABLES, Output

MINE, OTHER = {"partition": 1}, {"partition": 2}


class Killed(BaseException):
    """Nothing runs after it, not even what clears up."""


def killing(after: int, real: Callable[..., Any]) -> Callable[..., Any]:
    """`real`, until it has been called so many times."""
    left = [after]

    def call(*arguments: Any, **named: Any) -> Any:
        if not left[0]:
            raise Killed
        left[0] -= 1
        return real(*arguments, **named)

    return call


def let_in_again(output: Output) -> None:
    """By the process after the one that was killed, of which the system has let go."""
    if output._lock is not None:
        os.close(output._lock)
    again = Output(output.folder)
    assert again.claim(MINE) is None
    assert {path.name for path in again.folder.iterdir()} >= {RUN, *TABLES}
    again.close(finished=False)
    assert not list(again.folder.iterdir())


@pytest.mark.parametrize("function", ["mkdir", "replace"])
def test_a_run_killed_while_it_takes_its_folder_is_let_in_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    killed = 0
    for steps in range(20):
        output = Output(tmp_path / f"out{steps}")
        with monkeypatch.context() as patched:
            patched.setattr(Path, function, killing(steps, getattr(Path, function)))
            try:
                assert output.claim(MINE) is None
                break
            except Killed:
                killed += 1
        output.folder.mkdir(exist_ok=True)
        let_in_again(output)
    assert 1 <= killed < 19


@pytest.mark.parametrize("steps", range(5))
def test_a_run_killed_while_it_leaves_its_folder_is_let_in_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    output = Output(tmp_path / "out")
    assert output.claim(MINE) is None
    (output.folder / CLAIMS).mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", killing(steps, shutil.rmtree))
        with pytest.raises(Killed):
            output.close(finished=False)
    let_in_again(output)


def test_another_run_is_not_let_in(tmp_path: Path) -> None:
    output = Output(tmp_path / "out")
    assert output.claim(MINE) is None
    problem = Output(output.folder).claim(OTHER)
    assert problem is not None and problem.code == "other-run"
    output.close(finished=False)
    assert Output(output.folder).claim(OTHER) is None


def test_a_run_that_came_to_nothing_leaves_nothing_of_its_claims_either(tmp_path: Path) -> None:
    output = Output(tmp_path / "out")
    assert output.claim(MINE) is None
    (output.folder / CLAIMS).mkdir()
    output.close(finished=False)
    assert not list(output.folder.iterdir())
