"""`hegui cover`: what of a rulebook no case exercises, shown on the rule text itself."""

from __future__ import annotations

from fractions import Fraction

from engine.load import load_rulebook
from engine.trials.covering import Coverage, cover
from facts.problem import has_errors, in_order
from hegui.command import CLEAN, FINDINGS, UNUSABLE, Arguments
from hegui.delivery import deliver, files_of, language_of, unusable, unwritable, warn
from hegui.workbench.coverage_html import coverage_html
from hegui.workbench.coverage_text import coverage_json, coverage_text
from hegui.workbench.running import claims_of, examples_of
from hegui.writing import overwrites


def run(arguments: Arguments) -> int:
    """Exercise every case, show what is left; 1 where less is covered than --fail-under wants."""
    folder = arguments.folder
    clash = overwrites(arguments.output, files_of(folder))
    if clash is not None:
        return unwritable(clash, arguments)
    book, problems = load_rulebook(folder)
    if book is None:
        return unusable(problems, arguments)
    examples, more = examples_of(folder, book)
    problems = in_order((*problems, *more))
    if has_errors(problems):
        return unusable(problems, arguments)
    warn(problems, arguments)
    coverage: Coverage = cover(book, claims_of(examples))
    language = language_of(arguments)
    if arguments.format == "json":
        text = coverage_json(coverage, language)
    elif arguments.format == "html":
        text = coverage_html(coverage, folder, language)
    else:
        text = coverage_text(coverage, folder, language)
    if not deliver(text, arguments):
        return UNUSABLE
    return FINDINGS if coverage.share * 100 < Fraction(arguments.fail_under) else CLEAN
