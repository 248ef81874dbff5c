"""Tasks of the policy workbench: cases run, coverage, differences and their impact, the rulebook on paper and in spreadsheets."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from engine.difference import Edit
from engine.impact import Impact, Listed
from engine.model import Rulebook
from engine.trials.covering import cover as covered_by
from facts.casefile import read_case
from facts.problem import Language, Problem, has_errors, in_order
from facts.provenance import Position
from facts.templatebook.writing import write_template
from hegui.binary import missing_writer, pieces_of, temporary, write_bytes
from hegui.desk.work.naming import Names
from hegui.desk.work.requests import File, Folder, Output, read_request
from hegui.desk.work.tasks.books import BOOKS, load_here
from hegui.desk.work.tasks.files import write_all
from hegui.desk.work.wire import Data
from hegui.desk.work.worker import Result, Say
from hegui.template_verbs import label_of
from hegui.workbench.coverage_html import coverage_html
from hegui.workbench.coverage_text import coverage_json
from hegui.workbench.difference.comparing import Both, compare, grades_of, load_both
from hegui.workbench.difference.html import difference_html
from hegui.workbench.difference.interchange import difference_json
from hegui.workbench.difference.sheets import difference_sheets, split_note
from hegui.workbench.difference.summary import Summary, furthest, summarised
from hegui.workbench.publishing.files import drafts_in, published
from hegui.workbench.running import claims_of, examples_of, run_suite
from hegui.workbench.spreadsheet.reading import read_workbook
from hegui.workbench.spreadsheet.verb import exported, imported, write_rulebook
from hegui.workbench.telling import suites_json

# Of a population so many units are told one by one, those that move most first; the files hold all.
TOLD_UNITS = 500


# --- cases ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cases:
    """A rulebook with the cases beside it; `cases` names some of them, by full name, name or file."""

    rules: Folder
    cases: tuple[str, ...] = ()
    language: Language = "zh"


def run_cases(request: Data, say: Say) -> Result:
    """Run the cases of a rulebook. Answer: hegui/tests/v1, and `passed`, `failed`, `skipped`: how many."""
    asked, problems = read_request(Cases, request)
    if asked is None:
        return None, problems
    with contextlib.chdir(asked.rules):
        suite, problems = run_suite(Path(), asked.cases)
    if suite.rulebook is None:
        return None, problems
    data: Data = json.loads(suites_json([suite], problems, asked.language))
    skipped = sum(one.skipped for one in suite.outcomes)
    counts = {"failed": len(suite.failed), "skipped": skipped}
    return {**data, **counts, "passed": len(suite.outcomes) - sum(counts.values())}, problems


@dataclass(frozen=True, slots=True)
class Cover:
    """A rulebook with the cases beside it; `output` is a folder for coverage.html."""

    rules: Folder
    output: Output | None = None
    language: Language = "zh"


def cover(request: Data, say: Say) -> Result:
    """What of a rulebook no case exercises. Answer: hegui/coverage/v1, and `files`, the names of what was written."""
    asked, problems = read_request(Cover, request)
    if asked is None:
        return None, problems
    with contextlib.chdir(asked.rules):
        book, problems = load_here(Path())
        if book is None:
            return None, problems
        examples, more = examples_of(Path(), book)
        problems = in_order((*problems, *more))
        if has_errors(problems):
            return None, problems
        coverage = covered_by(book, claims_of(examples))
        data = json.loads(coverage_json(coverage, asked.language))
        page = coverage_html(coverage, Path(), asked.language).encode("utf-8", "backslashreplace")
    return _with_files(data, asked.output, {"coverage.html": page}, problems)


def _with_files(data: Data, folder: Path | None, files: dict[str, bytes], problems: tuple[Problem, ...]) -> Result:
    """The answer with the names of its files, once they are written."""
    problem = write_all(folder, files) if folder is not None else None
    if problem is not None:
        return None, (*problems, problem)
    return {**data, "files": sorted(files) if folder is not None else []}, problems


# --- differences ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Diff:
    """Two rulebooks, and what to try them on: a table of units, case files, or a folder of case files.

    `output` is a folder for difference.html and difference.xlsx.
    """

    old: Folder
    new: Folder
    population: tuple[File, ...] = ()
    cases: Folder | None = None
    output: Output | None = None
    language: Language = "zh"


def diff(request: Data, say: Say) -> Result:
    """What an edit changes in meaning, and what it does to a population.

    Answer: hegui/difference/v1 with `files`; of a population the units that move most, at most `TOLD_UNITS` (`impact.told` says
    how many): the files hold all.
    """
    asked, problems = read_request(Diff, request)
    if asked is None:
        return None, problems
    both, problems = load_both(asked.old, asked.new)
    if both is None:
        return None, problems
    population: list[Path] = [*asked.population, *([asked.cases] if asked.cases is not None else [])]
    with compare(both, population, say) as (compared, more):
        problems = in_order((*problems, *more))
        if compared is None or has_errors(problems):
            return None, problems
        edits, impact = _as_named(compared[0], Names(request)), compared[1]
        summary = None if impact is None else summarised(impact, grades_of(both))
        files = {} if asked.output is None else _difference_files(both, edits, impact, summary, asked.language)
        data = _difference(both, edits, impact, summary, asked.language)
        notes = split_note(impact) if files else ()
    return _with_files(data, asked.output, files, in_order((*problems, *notes)))


def _as_named(edits: Sequence[Edit], names: Names) -> tuple[Edit, ...]:
    """Edits at places users know: files that people take home say nothing of where the server keeps the rulebooks."""

    def named(at: Position) -> Position:
        return Position(names.text(at.file), at.line, at.column)

    return tuple(replace(one, before_at=named(one.before_at), after_at=named(one.after_at)) for one in edits)


def _difference(
    both: Both, edits: Sequence[Edit], impact: Impact | None, summary: Summary | None, language: Language
) -> Data:
    told = impact
    if impact is not None and len(impact.units) > TOLD_UNITS:
        told = replace(impact, units=Listed(furthest(impact.units, TOLD_UNITS)))
    data: Data = json.loads("".join(difference_json(both, edits, told, summary, (), language)))
    if told is not None:
        data["impact"]["told"] = len(told.units)
    return data


def _difference_files(
    both: Both, edits: Sequence[Edit], impact: Impact | None, summary: Summary | None, language: Language
) -> dict[str, bytes]:
    page = difference_html(both, edits, impact, summary, language).encode("utf-8", "backslashreplace")
    with temporary() as made:
        missing = difference_sheets(made, edits, impact, summary, language)
        sheets = {} if missing else {"difference.xlsx": b"".join(pieces_of(made))}
    return {"difference.html": page, **sheets}


# --- on paper and in spreadsheets ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paper:
    """A rulebook and the file to write; `cases` are filled into a template."""

    rules: Folder
    output: Output
    kind: Literal["html", "docx", "xlsx"] = "html"
    cases: tuple[File, ...] = ()
    language: Language = "zh"


def docs(request: Data, say: Say) -> Result:
    """Write the published table of a rulebook. Answer: `files`."""
    return _paper(request, lambda asked, book: (published(book, asked.kind, asked.language), drafts_in(book)))


def template(request: Data, say: Say) -> Result:
    """Write the workbook departments fill in, empty or with the facts of cases. Answer: `files`."""
    return _paper({**request, "kind": "xlsx"}, _filled)


def xlsx_export(request: Data, say: Say) -> Result:
    """Write the rulebook as a workbook people edit. Answer: `files`."""
    return _paper({**request, "kind": "xlsx"}, lambda asked, book: exported(book, asked.rules, asked.language))


Written = tuple[bytes | None, tuple[Problem, ...]]


def _paper(request: Data, write: Callable[[Paper, Rulebook], Written]) -> Result:
    asked, problems = read_request(Paper, request)
    if asked is None:
        return None, problems
    book = BOOKS.open(asked.rules)
    missing = missing_writer(asked.kind)
    if book.rulebook is None or missing is not None:
        return None, (*book.problems, *([missing] if missing else []))
    data, problems = write(asked, book.rulebook)
    problem = None if data is None else write_bytes(data, asked.output)
    problems = in_order((*book.problems, *problems, *([problem] if problem else [])))
    if data is None or problem is not None:
        return None, problems
    return {"files": [asked.output.name]}, problems


def _filled(asked: Paper, book: Rulebook) -> Written:
    case, problems = read_case(asked.cases, book.vocabulary) if asked.cases else (None, ())
    if has_errors(problems):
        return None, problems
    data, found = write_template(book.vocabulary, label_of(book), case, language=asked.language)
    return data, (*problems, *found)


@dataclass(frozen=True, slots=True)
class Import:
    """An edited workbook and the rulebook it was exported from.

    `output`: a new folder for the whole rulebook as it is then; without it the changes are only listed. `drop_cases`: cases lose
    what the rulebook loses.
    """

    rules: Folder
    book: File
    output: Output | None = None
    drop_cases: bool = False
    language: Language = "zh"


def xlsx_import(request: Data, say: Say) -> Result:
    """Read an edited workbook back. Answer: `said`, the changes in words ("" where there is none); `changed`, `removed`: files."""
    asked, problems = read_request(Import, request)
    if asked is None:
        return None, problems
    book, problems = read_workbook(asked.book)
    if book is None or has_errors(problems):
        return None, problems
    texts, said, found = imported(book, asked.rules, asked.language, drop_cases=asked.drop_cases)
    problems = in_order((*problems, *found))
    if texts is None:
        return None, problems
    problem = write_rulebook(texts, asked.rules, asked.output) if asked.output is not None else None
    if problem is not None:
        return None, in_order((*problems, problem))
    changed = sorted(name for name, text in texts.items() if text)
    return {"said": said, "changed": changed, "removed": sorted(set(texts) - set(changed))}, problems
