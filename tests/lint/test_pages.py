"""A page for every code the linter can show, and none that is out of date."""

from __future__ import annotations

import json
import re
from pathlib import Path

from engine.checks import CONTRADICTIONS
from engine.lint.codes import FINDINGS
from engine.lint.loadercodes import ALL, LOADING
from tests.lint.pages import FOLDER, pages
from tests.repo.repository import ROOT

READERS = ["load", "checks", "bands", "forms", "partreading", "reading", "typecheck", "parser", "lexer", "conditions"]
# Where Problems of a rulebook are made; what reads cases and documents has codes of its own.
LOADER = [
    *(ROOT / "engine" / f"{name}.py" for name in READERS),
    *(ROOT / "facts" / name for name in ("structure.py", "yamltree.py", "yamlerrors.py", "treereading.py")),
    *(ROOT / "facts").glob("vocabulary*.py"),
]
_CODE = re.compile(r"""(?:[Pp]roblem|add|_note|_fail|_declared)\(\s*(?:rulebook, )?"([a-z]+(?:-?[a-z0-9]+)+)",""")


def codes_made(paths: list[Path]) -> set[str]:
    return {code for path in paths for code in _CODE.findall(path.read_text(encoding="utf-8"))}


def test_every_page_is_as_the_codes_and_examples_say() -> None:
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}

    assert found == pages(), "renew them: python -m tests.lint.pages"


def test_every_code_of_the_loader_has_a_page() -> None:
    made = codes_made(LOADER)

    assert len(made) > 60
    assert made - set(ALL) == set()


def test_every_code_of_the_linter_is_told_somewhere() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "engine/lint").glob("*.py"))

    assert [code for code in FINDINGS if text.count(f'"{code}"') < 2] == []
    assert set(FINDINGS) & set(LOADING) == set()


def test_what_can_be_accepted_is_what_the_schema_lists() -> None:
    schema = json.loads((ROOT / "rules/schema/rulebook.json").read_text(encoding="utf-8"))

    assert schema["$defs"]["acceptance"]["properties"]["problem"]["enum"] == [*CONTRADICTIONS, *FINDINGS]


def test_every_code_is_explained_in_both_languages() -> None:
    for one in ALL.values():
        for text in (one.title, one.why, one.mend):
            assert text.zh and text.en, one.code
