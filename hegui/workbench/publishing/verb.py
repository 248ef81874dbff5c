"""`hegui docs RULES`: the rulebook as people publish it."""

from __future__ import annotations

import importlib.util
import sys
from typing import cast

from engine.load import load_rulebook
from facts.problem import Language, Problem, Text
from facts.provenance import Position
from facts.templatebook.needed import needs_openpyxl
from hegui.binary import write_bytes
from hegui.command import CLEAN, UNUSABLE, Arguments
from hegui.report_text import problems_text
from hegui.workbench.publishing.contents import publication
from hegui.workbench.publishing.model import Publication
from hegui.workbench.publishing.webpage import webpage
from hegui.workbench.publishing.wordfile import wordfile
from hegui.workbench.publishing.workbook import workbook
from hegui.writing import overwrites


def docs(arguments: Arguments) -> int:
    """Write the published table of a rulebook."""
    language = cast(Language, arguments.lang)
    rulebook, problems = load_rulebook(arguments.rules)
    clash = overwrites(arguments.output, arguments.rules.rglob("*.yaml") if arguments.rules.is_dir() else ())
    blocked = clash or _missing(arguments.format) or _unseen(arguments)
    if rulebook is not None and blocked is None:
        blocked = write_bytes(_written(publication(rulebook, language), arguments.format), arguments.output)
    found = (*problems, *([blocked] if blocked else []))
    if found:
        sys.stderr.write(problems_text(found, language))
    return UNUSABLE if rulebook is None or blocked is not None else CLEAN


def _written(found: Publication, kind: str) -> bytes:
    if kind == "docx":
        return wordfile(found)
    # A name of a concept may hold what is no character at all; a page shows its escape.
    return workbook(found) if kind == "xlsx" else webpage(found).encode("utf-8", errors="backslashreplace")


def _missing(kind: str) -> Problem | None:
    if kind == "xlsx":
        return needs_openpyxl()
    if kind != "docx" or importlib.util.find_spec("docx") is not None:
        return None
    message = Text("写 docx 需要 python-docx", "writing docx needs python-docx")
    hint = Text("请安装:pip install 'hegui[documents]'", "Install it: pip install 'hegui[documents]'")
    return Problem("extra-missing", Position("--format"), message, hint)


def _unseen(arguments: Arguments) -> Problem | None:
    """Office files are nothing to look at in a terminal."""
    if arguments.format == "html" or arguments.output is not None or not sys.stdout.isatty():
        return None
    message = Text("这种文件不能显示在终端里", "such a file cannot be shown in a terminal")
    hint = Text(f"请用 -o FILE.{arguments.format} 指定文件。", f"Name a file: -o FILE.{arguments.format}.")
    return Problem("no-output", Position("-o"), message, hint)
