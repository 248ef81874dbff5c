"""`hegui test`: run the cases beside rulebooks."""

from __future__ import annotations

from facts.problem import Problem, has_errors, in_order
from hegui.command import CLEAN, FINDINGS, UNUSABLE, Arguments
from hegui.delivery import deliver, files_of, language_of, unwritable, warn
from hegui.workbench.running import Suite, rulebooks_among, run_suite
from hegui.workbench.telling import suites_json, suites_junit, suites_text
from hegui.writing import overwrites


def test(arguments: Arguments) -> int:
    """Run every case, or those named; say what does not hold and why. With --write, propose those that are missing."""
    if arguments.write:
        from hegui.workbench.write_verb import write

        return write(arguments)
    clash = overwrites(arguments.output, files_of(*arguments.folders))
    if clash is not None:
        return unwritable(clash, arguments)
    suites, found = list[Suite](), list[Problem]()
    folders, passed = rulebooks_among(arguments.folders)
    found += passed
    for folder in folders:
        suite, more = run_suite(folder, arguments.case)
        suites.append(suite)
        found += more
    problems = in_order(found)
    language = language_of(arguments)
    if arguments.format != "json":
        warn(problems, arguments)
    if arguments.format == "json":
        text = suites_json(suites, problems, language)
    elif arguments.format == "junit":
        text = suites_junit(suites, language)
    else:
        text = suites_text(suites, language)
    if not deliver(text, arguments) or has_errors(problems):
        return UNUSABLE
    return FINDINGS if any(suite.failed for suite in suites) else CLEAN
