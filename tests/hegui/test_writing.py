"""Where results go: whole or not at all, and never over what is not a result."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from hegui.cli import main
from hegui.writing import overwrites, write_result

ROOT = Path(__file__).resolve().parents[2]
KUNMING = ROOT / "rules" / "kunming-2017"
CASE = KUNMING / "cases" / "kunming-2017.yaml"


def shell(command: str) -> subprocess.CompletedProcess[str]:
    known = {**os.environ, "PYTHONPATH": str(ROOT)}
    line = f"{sys.executable} -m hegui {command}"
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, env=known, check=False)


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    # A device is treated alike; only a pipe can be tried without harm should this ever break.
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    assert write_result("结果\n", pipe) is None
    reader.join(timeout=10)
    assert read == ["结果\n"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "out.txt", tmp_path / "link"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    assert write_result("new", link) is None
    assert link.is_symlink() and target.read_text(encoding="utf-8") == "new"


def test_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o600)
    assert write_result("new", target) is None
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_what_cannot_be_written_is_a_problem_and_leaves_nothing(tmp_path: Path) -> None:
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    for output in (tmp_path, tmp_path / "no" / "out", tmp_path / ("x" * 300), circle):
        problem = write_result("text", output)
        assert problem is not None and problem.code == "cannot-write"
        assert problem.message.zh and problem.message.en and problem.hint.zh
    assert [path.name for path in tmp_path.iterdir()] == ["circle"]


def test_a_name_that_is_not_utf8_can_be_spoken_of_in_a_file(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    assert write_result('{"file": "\udcff"}', target) is None
    assert json.loads(target.read_text(encoding="utf-8")) == {"file": "\udcff"}


def test_a_result_never_replaces_what_it_is_made_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = tmp_path / "case.yaml"
    before = "format: hegui/case/v1\nsubject: {id: x, name: 甲局}\nperiod: 2017\nfacts: {}\n"
    case.write_text(before, encoding="utf-8")
    link = tmp_path / "link"
    link.symlink_to(case)
    for output in (case, link):
        assert main(["check", str(case), "--rules", str(KUNMING), "-o", str(output)]) == 2
        assert "output-is-input" in capsys.readouterr().err
    assert main(["explain", str(case), "assets-in-use", "--rules", str(KUNMING), "-o", str(case)]) == 2
    assert case.read_text(encoding="utf-8") == before
    assert overwrites(tmp_path / "new", [case]) is None
    capsys.readouterr()


def test_scripts_find_why_nothing_was_written_on_stdout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["check", str(CASE), "--rules", str(KUNMING), "--format", "json", "-o", str(tmp_path)]
    assert main(arguments) == 2
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["code"] == "cannot-write"


def test_a_closed_stdout_is_a_problem_not_a_fault() -> None:
    done = shell(f"lint {KUNMING} >&-")
    assert done.returncode == 2
    assert "cannot-write" in done.stderr and "Traceback" not in done.stderr


def test_a_closed_stderr_changes_nothing_but_that_nobody_is_told(tmp_path: Path) -> None:
    done = shell(f"check {tmp_path / 'none.yaml'} --rules {KUNMING} 2>&-")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="no device that is always full")
def test_a_full_disk_is_a_problem_not_a_fault() -> None:
    # stdout is redirected: nothing here hands the path of a device to -o.
    done = shell(f"check {CASE} --rules {KUNMING} > /dev/full")
    assert done.returncode == 2
    assert "cannot-write" in done.stderr and "Exception" not in done.stderr
