"""`hegui docs RULES`: the rulebook as people publish it."""

from __future__ import annotations

import sys
from typing import cast

from engine.load import load_rulebook
from facts.problem import Language
from hegui.binary import missing_writer, unseen, write_bytes
from hegui.command import CLEAN, UNUSABLE, Arguments
from hegui.report_text import problems_text
from hegui.workbench.publishing.files import drafts_in, published
from hegui.writing import overwrites


def docs(arguments: Arguments) -> int:
    """Write the published table of a rulebook."""
    language = cast(Language, arguments.lang)
    rulebook, problems = load_rulebook(arguments.rules)
    clash = overwrites(arguments.output, arguments.rules.rglob("*.yaml") if arguments.rules.is_dir() else ())
    blocked = clash or missing_writer(arguments.format) or unseen(arguments.format, arguments.output)
    if rulebook is not None and blocked is None:
        blocked = write_bytes(published(rulebook, arguments.format, language), arguments.output)
    drafts = drafts_in(rulebook) if rulebook is not None and blocked is None else ()
    found = (*problems, *drafts, *([blocked] if blocked else []))
    if found:
        sys.stderr.write(problems_text(found, language))
    return UNUSABLE if rulebook is None or blocked is not None else CLEAN
