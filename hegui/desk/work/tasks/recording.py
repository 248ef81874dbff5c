"""The task that scores for the record: the assessment, its receipt, and the bytes both are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from engine.load import load_rulebook, rulebook_files
from engine.rulefiles import LIBRARY
from facts.casefile import read_case
from facts.model import BASES, Basis, Case
from facts.problem import Language, Problem, has_errors
from hegui.command import today
from hegui.desk.work.requests import File, Folder, Output, read_request
from hegui.desk.work.wire import Data
from hegui.desk.work.worker import Result, Say
from hegui.interchange import assessment_json, points_decimal
from hegui.receipts.documents import receipt_text
from hegui.receipts.inputs import Inputs, Scored, assess_inputs, options_of
from hegui.receipts.making import make_receipt
from hegui.receipts.model import Made, Options, Receipt
from hegui.receipts.places import COMMON, RULEBOOK, case_place, source_place
from hegui.receipts.signing import signed


@dataclass(frozen=True, slots=True)
class Record:
    """A case and the rulebook to score it with, who asks and when (UTC), and the folder to write to.

    `key`: the private key (PEM) the receipt is signed with.
    """

    rules: Folder
    case: File
    output: Output
    by: str
    at: str
    accept: tuple[Basis, ...] = BASES
    as_of: date | None = None
    waivers: tuple[File, ...] = ()
    key: File | None = None
    language: Language = "zh"


def record(request: Data, say: Say) -> Result:
    """Score from nothing but these files, in a process of its own, and make the receipt.

    Writes `receipt.json` and `assessment.json` into the folder. Answer: subject, period, points, score, lower, upper, grade as
    in an assessment; `digest` of the receipt's content; `rulebook` {id, version}; `options`; `inputs` [{name, sha256}].
    """
    asked, problems = read_request(Record, request)
    if asked is None:
        return None, problems
    inputs, problems = _inputs(asked)
    if inputs is None:
        return None, problems
    day = asked.as_of or today()
    scored, found = assess_inputs(inputs, Options(tuple(asked.accept), day.isoformat()))
    if scored is None or has_errors(found):
        return None, found
    options = options_of(scored.rulebook, tuple(asked.accept), day, bool(inputs.waivers))
    receipt, problem = _sealed(asked, inputs, options, scored)
    if receipt is None:
        return None, () if problem is None else (problem,)
    asked.output.mkdir(exist_ok=True)
    (asked.output / "receipt.json").write_text(receipt_text(receipt), "utf-8")
    (asked.output / "assessment.json").write_text(assessment_json(scored.assessment, asked.language), "utf-8")
    return _answer(receipt, scored), found


def _inputs(asked: Record) -> tuple[Inputs | None, tuple[Problem, ...]]:
    rulebook, problems = load_rulebook(asked.rules, asked.as_of)
    if rulebook is None:
        return None, problems
    case, found = read_case((asked.case,), rulebook.vocabulary)
    if case is None or has_errors(found):
        return None, (*problems, *found)
    read, found = rulebook_files(asked.rules)
    if has_errors(found):
        return None, found
    files: dict[str, Path | bytes] = {
        f"{COMMON}/{one.name}.yaml" if one.kind == LIBRARY else f"{RULEBOOK}/{one.name}": one.data for one in read
    }
    place = case_place(1, asked.case.name)
    files[place] = asked.case
    sources = _sources(case, asked.case, place)
    waivers = {f"waivers/{n}/{path.name}": path for n, path in enumerate(asked.waivers, 1)}
    every = {**files, **sources, **waivers}
    return Inputs(every, (place,), tuple(waivers), tuple(sorted(sources))), problems


def _sources(case: Case, path: Path, place: str) -> dict[str, Path]:
    """The documents the case cites that are at hand, by place."""
    found = {}
    for source in case.sources.values():
        known = source_place(place, source.file) if source.file else None
        at = path.parent / source.file
        if known is not None and at.is_file():
            found[known] = at
    return found


def _sealed(asked: Record, inputs: Inputs, options: Options, scored: Scored) -> tuple[Receipt | None, Problem | None]:
    receipt = make_receipt(inputs, options, scored, Made(asked.by, asked.at))
    if asked.key is None:
        return receipt, None
    sealed, problem = signed(receipt, asked.key.read_bytes(), asked.key.name)
    # Where the server keeps its key is nobody's business.
    return sealed, problem and replace(problem, at=replace(problem.at, file="key.pem"))


def _answer(receipt: Receipt, scored: Scored) -> Data:
    one, result = scored.assessment, receipt.content.result
    inputs: list[Mapping[str, Any]] = [{"name": file.name, "sha256": file.sha256} for file in receipt.content.inputs]
    return {
        "subject": one.subject.name,
        "period": str(one.period),
        "rulebook": {"id": one.rulebook_id, "version": one.rulebook_version},
        "points": points_decimal(one.points),
        "score": result.score,
        "lower": result.lower,
        "upper": result.upper,
        "grade": result.grade,
        "digest": receipt.digest,
        "options": {"accept": list(receipt.content.options.accept), "as_of": receipt.content.options.as_of},
        "inputs": inputs,
        "signed": receipt.signature is not None,
    }
