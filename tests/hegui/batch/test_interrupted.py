"""Ctrl-C at any moment: exit status 130, a word that the same command goes on, and never a fault."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hegui.cli import main
from hegui.command import INTERRUPTED
from hegui.interruption import told_apart
from tests.repo.repository import ROOT

RULES = str(ROOT / "rules" / "kunming-2017")
UNITS = 20_000


def population(folder: Path) -> Path:
    path = folder / "单位.csv"
    rows = (f"U{n},单位{n},{95 + n % 9}%,{100 + n},{99 + n}.5,{'是' if n % 3 else '否'}" for n in range(UNITS))
    header = "单位编号,单位名称,三公经费控制率,部门预算数(万元),部门决算数(万元),财务监控有效"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def started(table: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "hegui",
        "batch",
        str(table),
        "--rules",
        RULES,
        "-o",
        str(out),
        "--partition",
        "1000",
    ]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, preexec_fn=_heard)  # no threads yet


def _heard() -> None:
    """Ctrl-C counts, also where whoever started the tests has it ignored, as shells do for what runs behind them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("moment", [".run/work/work.duckdb", "scores/part-*"])
def test_ctrl_c_ends_a_run_that_the_same_command_goes_on_with(tmp_path: Path, moment: str) -> None:
    table, out = population(tmp_path), tmp_path / "out"
    process = started(table, out)
    until = time.monotonic() + 60
    while not any(out.glob(moment)) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1].decode()
    assert process.returncode == INTERRUPTED, said
    assert said.endswith("hegui: 已中断;再次运行同一命令会接着做\n")
    assert "fault" not in said
    assert "Traceback" not in said
    again = started(table, out)
    again.communicate(timeout=120)
    assert again.returncode == 0


def test_what_fails_without_ctrl_c_is_told_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError), told_apart():
        raise ZeroDivisionError


def test_an_interruption_of_another_command_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> int:
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except KeyboardInterrupt as error:
            raise RuntimeError("Query interrupted") from error
        raise AssertionError

    monkeypatch.setattr("hegui.batch.verb.batch", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert main(["batch", "x.csv", "--rules", RULES, "-o", "out"]) == INTERRUPTED
    finally:
        signal.signal(signal.SIGINT, before)
    assert capsys.readouterr().err == "hegui: 已中断 / interrupted\n"
