"""`hegui docs RULES`: the rulebook as people publish it."""

from __future__ import annotations

import sys
from typing import cast

from engine.drafts import draft_marks, own_concepts
from engine.load import load_rulebook
from engine.model import Rulebook
from facts.problem import Language, Problem, Text
from hegui.binary import missing_writer, unseen, write_bytes
from hegui.command import CLEAN, UNUSABLE, Arguments
from hegui.report_text import problems_text
from hegui.workbench.publishing.contents import publication
from hegui.workbench.publishing.model import Publication
from hegui.workbench.publishing.webpage import webpage
from hegui.workbench.publishing.wordfile import wordfile
from hegui.workbench.publishing.workbook import workbook
from hegui.writing import overwrites

_NAMED = 8


def docs(arguments: Arguments) -> int:
    """Write the published table of a rulebook."""
    language = cast(Language, arguments.lang)
    rulebook, problems = load_rulebook(arguments.rules)
    clash = overwrites(arguments.output, arguments.rules.rglob("*.yaml") if arguments.rules.is_dir() else ())
    blocked = clash or missing_writer(arguments.format) or unseen(arguments.format, arguments.output)
    if rulebook is not None and blocked is None:
        blocked = write_bytes(_written(publication(rulebook, language), arguments.format), arguments.output)
    drafts = _drafts(rulebook) if rulebook is not None and blocked is None else ()
    found = (*problems, *drafts, *([blocked] if blocked else []))
    if found:
        sys.stderr.write(problems_text(found, language))
    return UNUSABLE if rulebook is None or blocked is not None else CLEAN


def _drafts(rulebook: Rulebook) -> tuple[Problem, ...]:
    """A table with drafts in it is about to be published: where they are, and how many."""
    marks = list(draft_marks(rulebook))
    if not marks:
        return ()
    names = {one.id: one.title.zh for one in rulebook.indicators}
    names |= {veto.id: veto.title.zh for veto in rulebook.vetoes} | {one.id: one.title.zh for one in rulebook.checks}
    names |= {concept.id: concept.label for concept in own_concepts(rulebook)}
    listed = "、".join(names.get(mark.target, mark.target) for mark in marks[:_NAMED]) + ("…" if marks[_NAMED:] else "")
    message = Text(
        f"表里有 {len(marks)} 处还是草案,已标“【草案】”:{listed}",
        f"{len(marks)} places are still drafts, marked [draft]: {listed}",
    )
    hint = Text("公布前请核对写定;hegui lint 逐处列出。", "Settle them before it is published; hegui lint lists each.")
    return (Problem("draft-mark", marks[0].at, message, hint, "warning"),)


def _written(found: Publication, kind: str) -> bytes:
    if kind == "docx":
        return wordfile(found)
    # A name of a concept may hold what is no character at all; a page shows its escape.
    return workbook(found) if kind == "xlsx" else webpage(found).encode("utf-8", errors="backslashreplace")
