"""`hegui new DIR`: a rulebook that loads, from a table of indicators or from nothing; what was understood is printed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.model import Rulebook
from engine.stated import state_indicator
from facts.documents.reading import read_document
from facts.problem import Language, Problem, Text, has_errors
from facts.provenance import Position
from hegui.binary import write_together
from hegui.command import Arguments
from hegui.delivery import language_of, told
from hegui.layout import wrapped
from hegui.workbench.starting.answering import ASKED, settle
from hegui.workbench.starting.drafting import Answers, Draft
from hegui.workbench.starting.tablereading import IndicatorTable, read_indicators
from hegui.workbench.starting.trying import drafted
from hegui.workbench.starting.wordings import wordings
from hegui.workbench.starting.words import Wordings
from hegui.writing import write_result


def new(arguments: Arguments) -> int:
    """Write a new rulebook folder."""
    language = language_of(arguments)
    problems: tuple[Problem, ...] = _occupied(arguments.folder)
    known, found = wordings()
    table, more = (None, ()) if known is None or arguments.table is None else _table(arguments.table, known)
    problems = (*problems, *found, *more)
    if has_errors(problems) or known is None:
        return told(problems, arguments)
    answers, found = _answers(arguments, table, language)
    problems = (*problems, *found)
    if answers is None:
        return told(problems, arguments)
    made, rulebook, found = drafted(table, answers, known)
    problems = (*problems, *found)
    if rulebook is None:
        return told(problems, arguments)
    trouble = _written(arguments.folder, made) or write_result(
        "\n".join(told_lines(made, rulebook, language)) + "\n", None
    )
    if trouble is not None:
        return told((*problems, trouble), arguments)
    return told(problems, arguments)


def _table(path: Path, known: Wordings) -> tuple[IndicatorTable | None, tuple[Problem, ...]]:
    document, problems = read_document(path)
    if document is None:
        return None, problems
    table, found = read_indicators(document, path.name, known)
    return table, (*problems, *found)


# --- answers ----------------------------------------------------------------------------------------------------------


def _answers(
    arguments: Arguments, table: IndicatorTable | None, language: Language
) -> tuple[Answers | None, tuple[Problem, ...]]:
    """What was given, what the table says, and what a person at a terminal answers; never a guess."""
    given = {name: str(getattr(arguments, name) or "") for name, _ in ASKED}
    given["title"] = given["title"] or (table.title if table else "")
    if sys.stdin.isatty():
        for name, question in ASKED:
            given[name] = given[name] or ask(f"{question.in_(language)}: ")
    key = arguments.id or arguments.folder.resolve().name
    return settle(given, key, arguments.document or "", lambda name: f"--{name}")


def ask(question: str) -> str:
    """A line from the person at the terminal; nothing where the input ends."""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip()


# --- writing ----------------------------------------------------------------------------------------------------------


def _occupied(folder: Path) -> tuple[Problem, ...]:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return ()
    message = Text("这个文件夹已经有内容", "this folder is not empty")
    return (
        Problem("output-exists", Position(str(folder)), message, Text("请换一个新的文件夹名。", "Name a new folder.")),
    )


def _written(folder: Path, made: Draft) -> Problem | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = Text(f"不能建立文件夹({error.strerror})", f"the folder cannot be made ({error.strerror})")
        return Problem("cannot-write", Position(str(folder)), message)
    return write_together({folder / name: text.encode() for name, text in made.files.items()})


# How a text is laid out: the text, what further lines begin with, what the first begins with.
Laid = Callable[[str, str, str], str]


def told_lines(made: Draft, rulebook: Rulebook, language: Language) -> Iterator[str]:
    """What became of the table, in lines for a terminal, and what to do next there."""
    yield from told_rows(made, rulebook, language, wrapped)
    yield Text(
        "下一步:hegui lint;hegui xlsx export 在电子表格里改。",
        "Next: hegui lint; hegui xlsx export to edit it in a spreadsheet.",
    ).in_(language)


def told_rows(made: Draft, rulebook: Rulebook, language: Language, laid: Laid) -> Iterator[str]:
    """Every indicator: the words of the table beside the sentence of the rule, or why there is none; `laid` breaks long ones."""
    say: Callable[[str, str], str] = lambda zh, en: Text(zh, en).in_(language)  # noqa: E731  # a word, said often
    for indicator in rulebook.indicators:
        stated = state_indicator(rulebook, indicator, beyond_defaults=True)
        row, found = made.rows.get(indicator.id, (None, None))
        if row is None:
            continue
        yield f"{row.title}({indicator.id})"
        yield laid(row.criterion or "—", "        ", say("  原文: ", "  text: "))
        if found is None:
            yield say("  没有读成规则,留给评价人评定(见 TODO)", "  not understood: left to an assessor (see TODO)")
            if indicator.id in made.why:
                yield laid(made.why[indicator.id].in_(language), "        ", say("  原因: ", "  why:  "))
        else:
            yield laid(stated.criterion.in_(language), "        ", say("  读作: ", "  rule: "))
            if found.open_:
                yield laid(found.open_, "        ", say("  未定: ", "  open: "))
    understood = sum(found is not None for _, found in made.rows.values())
    if made.rows:
        yield say(
            f"共 {len(made.rows)} 项指标,{understood} 项读成规则。",
            f"{len(made.rows)} indicators, {understood} understood.",
        )
    yield from (say(f"不一致:{note}", f"does not agree: {note}") for note in made.notes)
