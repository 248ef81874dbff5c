"""What the READMEs say is so: their commands exist, their YAML is sound, the output they show is the output."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache

import pytest

from facts.structure import check_structure
from facts.yamltree import read_yaml
from tests.repo.repository import ROOT

READMES = ("README.md", "README.zh-CN.md")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
SECTION = "format: hegui/section/v1\nid: s\ntitle: 示例\npoints: 1\nindicators:\n"
DEMO = re.compile(r"<!-- demo: begin.*?-->\n```\n(.*?)```\n<!-- demo: end -->", re.DOTALL)


def _text(readme: str) -> str:
    return (ROOT / readme).read_text(encoding="utf-8")


def _blocks(readme: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", _text(readme), re.DOTALL)


def _commands(readme: str) -> list[list[str]]:
    return [line.split() for line in re.findall(r"^    (hegui .*)$", _text(readme), re.MULTILINE)]


def _verb(command: list[str]) -> list[str]:
    return command[1:3] if command[1] in ("facts", "xlsx", "key") else command[1:2]


@cache
def _help(*command: str) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "hegui", *command, "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@cache
def _demo() -> list[str]:
    """What `make demo` prints: the commands of its recipe, run here without setting anything up."""
    case, rules = "rules/kunming-2017/cases/kunming-2017.yaml", "rules/kunming-2017"
    lines: list[str] = []
    for more in ([], ["--accept", "figure"]):
        command = [sys.executable, "-m", "hegui", "check", case, "--rules", rules, "--lang", "zh", *more]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=120)
        assert run.returncode in (0, 1), run.stderr
        lines += run.stdout.splitlines()
    report = "rules/kunming-2017/sources/report.txt"
    command = [sys.executable, "-m", "hegui", "audit", report, "--rules", rules, "--lang", "zh"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert run.returncode == 1, run.stderr
    return lines + run.stdout.splitlines()


@pytest.mark.parametrize("readme", READMES)
def test_every_make_command_of_the_readme_exists(readme: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    named = set(re.findall(r"(?:^    |`)make ([a-z]+)", _text(readme), re.MULTILINE))

    assert {"demo", "test"} <= named
    assert named - targets == set()


@pytest.mark.parametrize("readme", READMES)
def test_every_hegui_command_and_option_of_the_readme_exists(readme: str) -> None:
    missing = [
        " ".join(command)
        for command in _commands(readme)
        if command[1] not in _help()
        or not all(word in _help(*_verb(command)) for word in command if word.startswith("-"))
    ]

    assert _commands(readme)
    assert missing == []


@pytest.mark.parametrize("readme", READMES)
def test_the_yaml_of_the_readme_is_sound(readme: str) -> None:
    case, indicator = _blocks(readme)
    trees = [(read_yaml(case.encode(), readme), "case"), (read_yaml((SECTION + indicator).encode(), readme), "section")]

    for (tree, problems), schema in trees:
        assert problems == ()
        assert check_structure(tree, schema) == ()


@pytest.mark.parametrize("readme", READMES)
def test_the_yaml_of_the_readme_speaks_of_the_rulebook_it_names(readme: str) -> None:
    case, indicator = _blocks(readme)
    vocabulary, section = (
        (ROOT / "rules/kunming-2017" / name).read_text(encoding="utf-8")
        for name in ("vocabulary.yaml", "management.yaml")
    )
    names = re.findall(r"^  (\S+):", case.split("\nfacts:\n")[1], re.MULTILINE)
    shown = [line.strip() for line in indicator.splitlines() if "cite:" not in line]

    assert names
    assert [name for name in names if f"label: {name}\n" not in vocabulary] == []
    assert [line for line in shown if line not in section] == []


@pytest.mark.parametrize("readme", READMES)
def test_the_output_the_readme_shows_is_the_output(readme: str) -> None:
    shown = DEMO.search(_text(readme))
    assert shown is not None
    printed = iter(line.rstrip() for line in _demo())

    untrue = [line for line in shown.group(1).splitlines() if line.strip() not in ("", "…") and line not in printed]

    assert untrue == []


def test_both_readmes_show_the_same_commands_and_yaml() -> None:
    english, chinese = ([_commands(r), [_uncommented(b) for b in _blocks(r)]] for r in READMES)

    assert english == chinese


def _uncommented(block: str) -> str:
    return re.sub(r"\s*#.*", "", block)


def test_the_demo_of_the_makefile_is_the_demo_tested_here() -> None:
    recipe = MAKEFILE.split("\ndemo:")[1].split("\n\n")[0]

    assert "check $(CASE) --rules $(RULES) --lang zh" in recipe
    assert "--accept figure" in recipe
    assert "audit $(REPORT) --rules $(RULES) --lang zh" in recipe
    assert "CASE := $(RULES)/cases/kunming-2017.yaml" in MAKEFILE
