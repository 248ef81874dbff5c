"""A rulebook's published table as a file: what `hegui docs` and the desk both write."""

from __future__ import annotations

from engine.drafts import draft_marks, own_concepts
from engine.model import Rulebook
from facts.problem import Language, Problem, Text
from hegui.workbench.publishing.contents import publication
from hegui.workbench.publishing.webpage import webpage
from hegui.workbench.publishing.wordfile import wordfile
from hegui.workbench.publishing.workbook import workbook

_NAMED = 8


def drafts_in(rulebook: Rulebook) -> tuple[Problem, ...]:
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


def published(rulebook: Rulebook, kind: str, language: Language) -> bytes:
    """The published table as a docx, an xlsx or an HTML page."""
    found = publication(rulebook, language)
    if kind == "docx":
        return wordfile(found)
    # A name of a concept may hold what is no character at all; a page shows its escape.
    return workbook(found) if kind == "xlsx" else webpage(found).encode("utf-8", errors="backslashreplace")
