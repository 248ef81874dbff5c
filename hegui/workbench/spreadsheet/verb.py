"""`hegui xlsx export` and `hegui xlsx import`: a rulebook as a workbook people edit, and back."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from engine.lint.sourcing import concepts_used
from engine.load import load_rulebook
from engine.model import Rulebook
from engine.stated import state_indicator
from facts.problem import Language, Problem, Text, has_errors
from facts.provenance import Position
from facts.templatebook.needed import needs_openpyxl
from facts.yamledit import CannotEdit
from hegui.binary import unseen, write_bytes, write_together
from hegui.command import Arguments
from hegui.delivery import language_of, told
from hegui.workbench.spreadsheet import layout as lo
from hegui.workbench.spreadsheet.applying import apply_changes
from hegui.workbench.spreadsheet.casefiles import cases_left
from hegui.workbench.spreadsheet.describing import describe
from hegui.workbench.spreadsheet.merging import SheetChanges, merge
from hegui.workbench.spreadsheet.newrows import draft_new_rows
from hegui.workbench.spreadsheet.placing import at_cells, key_place
from hegui.workbench.spreadsheet.reading import NewRows, Workbook, read_workbook
from hegui.workbench.spreadsheet.tables import Tables, read_tables, same, section_files
from hegui.workbench.spreadsheet.writing import write_workbook
from hegui.workbench.starting.wordings import wordings
from hegui.writing import overwrites, write_result

_Result = tuple[dict[str, str] | None, str, tuple[Problem, ...]]


def export(arguments: Arguments) -> int:
    """Write the workbook of a rulebook."""
    language = language_of(arguments)
    rulebook, problems = load_rulebook(arguments.rules)
    blocked = (
        needs_openpyxl()
        or overwrites(arguments.output, _yaml_files(arguments.rules))
        or unseen("xlsx", arguments.output)
    )
    if rulebook is None or blocked is not None:
        return told((*problems, *([blocked] if blocked else [])), arguments)
    data, found = exported(rulebook, arguments.rules, language)
    problem = None if data is None else write_bytes(data, arguments.output)
    problems = (*problems, *found, *([problem] if problem else []))
    return told(problems, arguments)


def exported(rulebook: Rulebook, folder: Path, language: Language = "zh") -> tuple[bytes | None, tuple[Problem, ...]]:
    """The workbook of a loaded rulebook."""
    try:
        tables = read_tables(read_texts(folder))
    except CannotEdit as error:
        return None, (_cannot(folder, error),)
    sentences = {one.id: state_indicator(rulebook, one, beyond_defaults=True) for one in rulebook.indicators}
    shown = {key: f"{one.criterion.in_(language)}{one.silent.in_(language)}" for key, one in sentences.items()}
    label = {"id": rulebook.id, "version": rulebook.version, "title": rulebook.title.zh, "digest": rulebook.digest}
    return write_workbook(tables, shown, label, _library(rulebook)), ()


def _library(rulebook: Rulebook) -> list[tuple[str, ...]]:
    """The data items included from rules/common, those that rules read first."""
    used, rows = concepts_used(rulebook), []
    for one in rulebook.vocabulary.concepts.values():
        file = Path(one.at.file)
        if file.name != lo.VOCABULARY:
            unit = one.unit.name if one.unit else ""
            reads = "是" if one.id in used else ""
            rows.append((one.label, one.type, unit, one.definition, one.reported_in, file.stem, reads))
    return sorted(rows, key=lambda row: not row[-1])


def import_(arguments: Arguments) -> int:
    """Read an edited workbook back into the files of its rulebook: everything, or nothing."""
    language = language_of(arguments)
    blocked = needs_openpyxl()
    book, problems = (None, (blocked,)) if blocked else read_workbook(arguments.book)
    if book is None or has_errors(problems):
        return told(problems, arguments)
    texts, said, found = imported(book, arguments.rules, language, drop_cases=arguments.drop_cases)
    problems = (*problems, *found)
    if texts is None:
        return told(problems, arguments)
    if not arguments.dry_run:
        problem = write_rulebook(texts, arguments.rules, arguments.output)
        if problem is not None:
            return told((*problems, problem), arguments)
    nothing = Text("没有改动。\n", "Nothing changed.\n").in_(language)
    trouble = write_result(said or nothing, None)
    return told((*problems, *([trouble] if trouble else [])), arguments)


def imported(book: Workbook, folder: Path, language: Language = "zh", *, drop_cases: bool = False) -> _Result:
    """The files as they should be ("": to be taken away), what changed in words, and Problems; no files after an error.

    `drop_cases`: the cases lose what the rulebook loses.
    """
    before, problems = load_rulebook(folder)
    if before is None:
        return None, "", problems
    if before.id != book.label.get("id"):
        return None, "", (_other_rulebook(book, before),)
    try:
        return _imported(book, folder, before, language, drop_cases)
    except CannotEdit as error:
        return None, "", (_cannot(folder, error),)


def _imported(book: Workbook, folder: Path, before: Rulebook, language: Language, drop: bool) -> _Result:
    texts = read_texts(folder)
    current = read_tables(texts)
    known, problems = wordings()
    problems = (*problems, *(draft_new_rows(book, before, known) if known else ()))
    changes, found = merge(book, current, lambda *where: key_place(texts, str(folder), *where))
    problems = (*problems, *found)
    if has_errors(found):
        return None, "", problems
    new, rows, found = apply_changes(book, texts, changes)
    problems = (*problems, *found)
    if has_errors(problems):
        return None, "", problems
    after, found = _tried(new, book, rows)
    problems = (*problems, *found)
    if after is None:
        return None, "", problems
    tables = read_tables(new)
    lost = _lost(book, changes, tables)
    if lost:
        return None, "", (*problems, *lost)
    changed = {name: text for name, text in new.items() if texts.get(name) != text}
    cases = cases_left(folder, before, after, drop)
    said = describe(before, after, current, tables, language)
    return changed | cases.texts, said, (*problems, *cases.problems)


def read_texts(folder: Path) -> dict[str, str]:
    """The texts of the rulebook's files, line ends as they are. They have been loaded before: they can be read."""
    root = (folder / lo.ROOT).read_bytes().decode("utf-8-sig")
    names = [lo.VOCABULARY, *section_files({lo.ROOT: root})]
    return {
        lo.ROOT: root,
        **{n: (folder / n).read_bytes().decode("utf-8-sig") for n in names if (folder / n).is_file()},
    }


def _tried(texts: Mapping[str, str], book: Workbook, rows: NewRows) -> tuple[Rulebook | None, tuple[Problem, ...]]:
    """The rulebook the new files would be, read by the strict loader; its Problems at the cells they come from."""
    with tempfile.TemporaryDirectory() as name:
        for file, text in texts.items():
            (Path(name) / file).write_bytes(text.encode())
        rulebook, problems = load_rulebook(Path(name))
        return rulebook, at_cells(problems, texts, book, name, rows)


def _lost(book: Workbook, changes: Mapping[str, SheetChanges], tables: Tables) -> tuple[Problem, ...]:
    """Cells whose edit is not in the new files: never to be written in silence."""
    found = []
    for sheet, one in changes.items():
        rows = {row.key: row.cells for row in tables.rows(sheet)}
        said = list(rows.values())
        for edit in one.edits:
            cells = {h: text for h, text in edit.cells.items() if text and h != lo.FILE}
            near = [rows[edit.key]] if edit.key in rows else said
            if not any(all(same(text, row.get(h, "")) for h, text in cells.items()) for row in near):
                heading = next(iter(cells), "")
                message = Text("这一行的改动没有全部写成", "not every edit of this row could be written")
                found.append(Problem("edit-lost", book.at(sheet, edit.row, heading), message))
        found += [
            Problem(
                "edit-lost",
                Position(f"{book.name}!{sheet}"),
                Text(f"“{'/'.join(key)}”没有删成", f"{'/'.join(key)} is still there"),
            )
            for key in one.deleted
            if key in rows
        ]
    return tuple(found)


# --- writing ----------------------------------------------------------------------------------------------------------


def write_rulebook(texts: Mapping[str, str], folder: Path, output: Path | None) -> Problem | None:
    """The files of `imported`, in place or in a new folder that holds the whole rulebook."""
    target = folder if output is None else output
    if output is not None:
        problem = _copied(folder, output)
        if problem is not None:
            return problem
    problem = write_together({target / name: _bytes(text, folder / name) for name, text in texts.items() if text})
    for name in (name for name, text in texts.items() if not text and problem is None):
        (target / name).unlink(missing_ok=True)
    return problem


def _bytes(text: str, old: Path) -> bytes:
    mark = old.is_file() and old.read_bytes().startswith(b"\xef\xbb\xbf")
    return (b"\xef\xbb\xbf" if mark else b"") + text.encode()


def _copied(folder: Path, output: Path) -> Problem | None:
    """The whole rulebook in a new folder."""
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        message = Text("这个文件夹已经有内容", "this folder is not empty")
        return Problem(
            "output-exists", Position(str(output)), message, Text("请换一个新的文件夹名。", "Name a new folder.")
        )
    try:
        shutil.copytree(folder, output, dirs_exist_ok=True)
    except OSError as error:
        message = Text(f"不能写入({error.strerror})", f"cannot be written ({error.strerror})")
        return Problem("cannot-write", Position(str(output)), message)
    return None


# --- words ------------------------------------------------------------------------------------------------------------


def _yaml_files(folder: Path) -> list[Path]:
    return list(folder.rglob("*.yaml")) if folder.is_dir() else []


def _cannot(folder: Path, error: CannotEdit) -> Problem:
    message = Text(
        f"规则文件的写法不能逐处改动({error})", f"the files are written in a way that cannot be edited ({error})"
    )
    hint = Text("请把清单写成一行一项。", "Write lists with one item per line.")
    return Problem("cannot-edit", Position(str(folder)), message, hint)


def _other_rulebook(book: Workbook, rulebook: Rulebook) -> Problem:
    own = book.label.get("id", "?")
    message = Text(
        f"工作簿导自规则集 {own},不是 {rulebook.id}", f"the workbook was exported from {own}, not {rulebook.id}"
    )
    hint = Text("--rules 请指它导出时的规则集。", "--rules takes the rulebook it was exported from.")
    return Problem("other-rulebook", Position(book.name), message, hint)
