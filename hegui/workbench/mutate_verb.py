"""`hegui mutate`: alter a rulebook in every small way, and see whether its cases notice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction

from engine.load import load_rulebook
from engine.model import Rulebook
from engine.trials.equivalence import MAX_ROWS
from engine.trials.mutants import mutants_of
from engine.trials.mutation import Tried, try_mutants
from facts.problem import Language, Problem, Text, did_you_mean, has_errors, in_order
from facts.provenance import Position
from hegui.command import CLEAN, FINDINGS, UNUSABLE, Arguments
from hegui.delivery import deliver, files_of, language_of, unusable, unwritable, warn
from hegui.progress import progress_of
from hegui.workbench.coverage_text import percent
from hegui.workbench.proposals import facts_text
from hegui.workbench.running import claims_of, examples_of
from hegui.writing import overwrites


def run(arguments: Arguments) -> int:
    """Try every mutant; 1 where the cases notice fewer than --fail-under wants."""
    folder = arguments.folder
    clash = overwrites(arguments.output, files_of(folder))
    if clash is not None:
        return unwritable(clash, arguments)
    book, problems = load_rulebook(folder)
    if book is None:
        return unusable(problems, arguments)
    examples, more = examples_of(folder, book)
    problems = in_order((*problems, *more, *_unknown(book, arguments.indicator)))
    if has_errors(problems):
        return unusable(problems, arguments)
    warn(problems, arguments)
    total = sum(1 for _ in mutants_of(book, arguments.indicator))
    progress = progress_of(arguments)
    tried = list[Tried]()
    for one in try_mutants(book, claims_of(examples), arguments.indicator):
        tried.append(one)
        progress(len(tried), total, book.id)
    language = language_of(arguments)
    text = _json(book, tried, language) if arguments.format == "json" else _text(book, tried, language)
    if not deliver(text, arguments):
        return UNUSABLE
    return FINDINGS if score_of(tried) * 100 < Fraction(arguments.fail_under) else CLEAN


def score_of(tried: Sequence[Tried]) -> Fraction:
    """What was noticed of all that could be: equivalent mutants, and those that would not load, could not."""
    killed = sum(one.fate == "killed" for one in tried)
    lived = sum(one.fate == "lived" for one in tried)
    return Fraction(killed, killed + lived) if killed + lived else Fraction(1)


def _unknown(book: Rulebook, indicator: str) -> tuple[Problem, ...]:
    ids = [one.id for one in book.indicators]
    if indicator in ("", *ids):
        return ()
    message = Text(f"没有编号为“{indicator}”的指标", f"there is no indicator “{indicator}”")
    return (Problem("unknown-indicator", Position(book.at.file), message, did_you_mean(indicator, ids)),)


def _text(book: Rulebook, tried: Sequence[Tried], language: Language) -> str:
    return "\n".join(_lines(book, tried, language)) + "\n"


def _lines(book: Rulebook, tried: Sequence[Tried], language: Language) -> Iterator[str]:
    for one in tried:
        if one.fate == "lived":
            yield one.mutant.sentence.in_(language) + Text(",没有个案发现", "; no case notices").in_(language)
            yield f"    {_suggestion(one, book).in_(language)}"
    count = {fate: sum(one.fate == fate for one in tried) for fate in ("killed", "lived", "equivalent", "refused")}
    zh = f"{book.id}:{len(tried)} 处改动,个案发现 {count['killed']},没有发现 {count['lived']}"
    zh += f";不影响结果的 {count['equivalent']}、装载时即被拒绝的 {count['refused']} 不计。得分 {percent(score_of(tried))}"
    en = f"{book.id}: {len(tried)} mutants, {count['killed']} noticed, {count['lived']} not; not counted: "
    en += f"{count['equivalent']} that give the same, {count['refused']} that would not load. Score {percent(score_of(tried))}"
    yield Text(zh, en).in_(language)
    unproven = sum(one.unproven for one in tried)
    if unproven:
        yield Text(
            f"其中 {unproven} 处没有找到能分清的事实,情形又超过 {MAX_ROWS} 种、没有逐一比对:也可能不影响结果,仍按没有发现计",
            f"of {unproven} no facts tell them apart, and there are more than {MAX_ROWS} regions to go through: "
            "they may give the same, and count as not noticed",
        ).in_(language)


def _suggestion(one: Tried, book: Rulebook) -> Text:
    if one.unproven:
        return Text(
            f"没有找到能分清两者的事实;情形超过 {MAX_ROWS} 种,没有逐一比对,不能断定有无区别",
            f"no facts were found that tell them apart; there are more than {MAX_ROWS} regions, which were not gone through",
        )
    if one.facts is None:
        return Text(
            "也没有找到能分清两者的事实;可能确实没有区别", "no facts were found that tell them apart; perhaps none do"
        )
    facts = facts_text(one.facts, book)
    return Text(f"可加一个个案,事实为 {facts}", f"a case that would: facts {facts}")


def _json(book: Rulebook, tried: Sequence[Tried], language: Language) -> str:
    data = {
        "format": "hegui/mutation/v1",
        "rulebook": {"id": book.id, "version": book.version, "digest": book.digest},
        "score": percent(score_of(tried)),
        "mutants": [
            {
                "at": str(one.mutant.at),
                "about": one.mutant.owner.about,
                "id": one.mutant.owner.id or None,
                "kind": one.mutant.kind,
                "before": one.mutant.before,
                "after": one.mutant.after,
                "message": one.mutant.sentence.in_(language),
                "fate": one.fate,
                "by": one.by or None,
                "facts": facts_text(one.facts, book) if one.facts is not None else None,
                "unproven": one.unproven,
            }
            for one in tried
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
