"""The Kunming rulebook, its case and the report it was made from, as a desk would lay them out for a task."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path

from hegui.desk.work.queueing import Answer, Done, Refusal
from hegui.desk.work.wire import Data

ROOT = Path(__file__).parents[4]
RULES = ROOT / "rules" / "kunming-2017"
CASE = RULES / "cases" / "kunming-2017.yaml"
TEMPORARY = f"{tempfile.gettempdir()}/"
REPORT = RULES / "sources" / "report.txt"


def rulebook_in(folder: Path) -> Path:
    """A copy of the rulebook that may be changed."""
    return Path(shutil.copytree(RULES, folder / "rules"))


def case_in(folder: Path, text: str | None = None) -> Path:
    """The case in a folder of its own, with its source."""
    home = folder / "case" / "case"
    home.mkdir(parents=True)
    shutil.copytree(RULES / "sources", home.parent / "sources")
    case = home / "case.yaml"
    case.write_text(CASE.read_text() if text is None else text)
    return case


def done(answer: Answer) -> Data:
    assert isinstance(answer, Done), answer
    return answer.data


def tells_no_place_of_the_server(folder: Path) -> bool:
    """Whether no file in a folder, zipped or not, names a path of this machine."""
    for path in folder.rglob("*"):
        parts = [path.read_bytes()] if path.is_file() else []
        if path.is_file() and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                parts = [archive.read(name) for name in archive.namelist()]
        for data in parts:
            assert TEMPORARY.encode() not in data and str(ROOT).encode() not in data, path
    return True


def codes(answer: Answer) -> set[str]:
    """Codes of a refusal's Problems, of which none shows where the server keeps its files."""
    assert isinstance(answer, Refusal), answer
    for one in answer.problems:
        for text in (one.at.file, *one.message, *one.hint):
            assert TEMPORARY not in text and str(ROOT) not in text, one
    return set(answer.codes)
