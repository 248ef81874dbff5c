"""Scoring for the record: the assessment, its receipt and the bytes both are; and doing it again to verify a receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from engine.assessment import Assessment
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
from hegui.receipts.documents import read_receipt, receipt_text
from hegui.receipts.inputs import Inputs, Scored, assess_inputs, options_of
from hegui.receipts.making import make_receipt
from hegui.receipts.model import Made, Options, Receipt
from hegui.receipts.places import COMMON, RULEBOOK, case_place, source_place
from hegui.receipts.signing import public_key, signed
from hegui.receipts.verifying import AtHand, verify_receipt


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

    Writes `receipt.json`, `assessment.json` and under `inputs/` the files that are not the caller's (concept libraries) into the
    folder. Answer: subject, period, points, score, lower, upper, grade as
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
    _keep_libraries(asked.output / "inputs", inputs)
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


def _keep_libraries(folder: Path, inputs: Inputs) -> None:
    for place, data in inputs.files.items():
        if place.startswith(f"{COMMON}/") and isinstance(data, bytes):
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_bytes(data)


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


def _waived(one: Assessment) -> Data | None:
    """What the result is with the waivers in force; None without any."""
    with_them = one.waived
    if with_them is None:
        return None
    return {
        "score": None if with_them.score is None else points_decimal(with_them.score),
        "lower": points_decimal(with_them.lower),
        "upper": points_decimal(with_them.upper),
        "grade": with_them.grade,
    }


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
        "options": {
            "accept": list(receipt.content.options.accept),
            "as_of": receipt.content.options.as_of,
            "waived": _waived(one),
        },
        "inputs": inputs,
        "signed": receipt.signature is not None,
    }


@dataclass(frozen=True, slots=True)
class Verify:
    """A receipt and the folder its inputs lie in, each at its place; `public`: the public key (PEM) it must be signed with."""

    receipt: File
    inputs: Folder
    public: File | None = None
    language: Language = "zh"


def verify(request: Data, say: Say) -> Result:
    """Make the assessment again and compare. Answer: `agrees`; `comparisons` [{what, place, state, message, expected, found}]."""
    asked, problems = read_request(Verify, request)
    if asked is None:
        return None, problems
    written = asked.receipt.read_bytes()
    receipt, problems = read_receipt(written, asked.receipt.name)
    if receipt is None:
        return None, problems
    key, problem = public_key(asked.public.read_bytes(), asked.public.name) if asked.public else ("", None)
    if problem is not None:
        return None, (problem,)
    files: dict[str, Path | bytes] = {
        path.relative_to(asked.inputs).as_posix(): path for path in sorted(asked.inputs.rglob("*")) if path.is_file()
    }
    verification = verify_receipt(receipt, AtHand(files, written=written, key=key))
    compared = [
        {
            "what": one.what,
            "place": one.place,
            "state": one.state,
            "message": one.message.in_(asked.language),
            "hint": one.hint.in_(asked.language),
            "expected": one.expected,
            "found": one.found,
        }
        for one in verification.comparisons
    ]
    return {"agrees": verification.agrees, "comparisons": compared}, problems
