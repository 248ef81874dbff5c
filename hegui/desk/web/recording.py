"""Scoring a case for the record, and looking at what was recorded: receipts, the ledger, making an assessment again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import SpooledTemporaryFile

from starlette.responses import Response

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.store.blobs import Blob
from hegui.desk.store.database import now
from hegui.desk.store.folders import Version
from hegui.desk.store.publications import Publication
from hegui.desk.store.records import Record
from hegui.desk.web.routes import Page
from hegui.desk.web.sending import attachment
from hegui.desk.web.visit import Visit, shown
from hegui.desk.web.working import ask, laid_out, stored
from hegui.desk.work.queueing import Answer, Done, Refusal
from hegui.receipts.bundle import write_bundle
from hegui.receipts.documents import read_receipt
from hegui.receipts.ledger import entry_line
from hegui.receipts.model import Receipt

Problems = tuple[Problem, ...]


def keep_record(
    visit: Visit,
    version: Version,
    publication: Publication,
    accept: Sequence[str] = ("figure", "stated", "judged"),
    waivers: Sequence[Blob] = (),
) -> Record | Problems:
    """Score a version of a case by a published rulebook, for the record; or why that cannot be done."""
    rulebook = visit.desk.folders.version(publication.folder, publication.n)
    assert rulebook is not None
    at, by = now(), visit.user.name
    with visit.desk.scratch() as scratch:
        request = {
            "rules": laid_out(visit, rulebook, scratch, "rules"),
            "case": f"{laid_out(visit, version, scratch, 'case')}/case.yaml",
            "output": str(scratch / "out"),
            "by": by,
            "at": at,
            "accept": list(accept),
            "waivers": _waivers(visit, waivers, scratch),
        }
        if visit.desk.settings.signing_key is not None:
            request["key"] = str(visit.desk.settings.signing_key)
        answer = ask(visit, "record", request)
        if isinstance(answer, Refusal):
            return answer.problems
        # The libraries among the inputs become blobs too: a record must be verifiable when they have changed.
        written = stored(visit, scratch / "out")
    return visit.desk.records.record(
        folder=version.folder,
        n=version.n,
        publication=publication.id,
        answer=answer.data,
        receipt=written["receipt.json"],
        result=written["assessment.json"],
        by=by,
        at=at,
    )


def _waivers(visit: Visit, waivers: Sequence[Blob], scratch: Path) -> list[str]:
    paths = []
    for n, blob in enumerate(waivers, 1):
        path = scratch / f"waivers-{n}.yaml"
        path.write_bytes(visit.desk.blobs.read(blob.sha256))
        paths.append(str(path))
    return paths


# --- one record -------------------------------------------------------------------------------------------------------


def _record(visit: Visit) -> Response:
    record = visit.desk.records.get(visit.part("record"))
    return visit.missing() if record is None else _record_page(visit, record)


def _record_page(visit: Visit, record: Record, verified: object = None, problems: Problems = ()) -> Response:
    folder = visit.desk.folders.get(record.folder)
    receipt, _ = read_receipt(visit.desk.blobs.read(record.receipt), "receipt.json")
    return visit.page(
        "record.html",
        record=record,
        folder=folder,
        publication=visit.desk.publications.get(record.publication),
        receipt=receipt,
        options=json.loads(record.options),
        verified=verified,
        problems=shown(problems, visit.language),
    )


def _verify(visit: Visit) -> Response:
    record = visit.desk.records.get(visit.part("record"))
    if record is None:
        return visit.missing()
    written = visit.desk.blobs.read(record.receipt)
    receipt, problems = read_receipt(written, "receipt.json")
    if receipt is None:
        return _record_page(visit, record, problems=problems)
    answer = made_again(visit, receipt, written)
    if isinstance(answer, Done):
        return _record_page(visit, record, answer.data, answer.problems)
    return _record_page(visit, record, problems=answer.problems)


def made_again(visit: Visit, receipt: Receipt, written: bytes, given: Mapping[str, bytes] | None = None) -> Answer:
    """Make the assessment of a receipt again, of the files that are given by their places and those kept here, and compare."""
    with visit.desk.scratch() as scratch:
        (scratch / "receipt.json").write_bytes(written)
        inputs = scratch / "inputs"
        inputs.mkdir()
        for file in receipt.content.inputs:
            data = (given or {}).get(file.name)
            source = visit.desk.blobs.path(file.sha256)
            if data is None and source.is_file():  # what is gone is told by the comparison
                data = source.read_bytes()
            if data is not None:
                (inputs / file.name).parent.mkdir(parents=True, exist_ok=True)
                (inputs / file.name).write_bytes(data)
        return ask(visit, "verify", {"receipt": str(scratch / "receipt.json"), "inputs": str(inputs)})


def _receipt_file(visit: Visit) -> Response:
    record = visit.desk.records.get(visit.part("record"))
    if record is None:
        return visit.missing()
    return attachment(visit.desk.blobs.read(record.receipt), f"{record.subject}-{record.period}-receipt.json")


def _archive(visit: Visit) -> Response:
    """The receipt with every input, to be verified anywhere: `hegui verify`."""
    record = visit.desk.records.get(visit.part("record"))
    if record is None:
        return visit.missing()
    written = visit.desk.blobs.read(record.receipt)
    receipt, problems = read_receipt(written, "receipt.json")
    if receipt is None:
        return _record_page(visit, record, problems=problems)
    files = {file.name: visit.desk.blobs.path(file.sha256) for file in receipt.content.inputs}
    # What is gone, `hegui verify` names.
    data, problem = write_bundle(written, None, {n: p for n, p in files.items() if p.is_file()}, {}, "receipt.zip")
    if problem is not None:
        return _record_page(visit, record, problems=(problem,))
    return attachment(data, f"{record.subject}-{record.period}-receipt.zip")


def _result_file(visit: Visit) -> Response:
    record = visit.desk.records.get(visit.part("record"))
    if record is None:
        return visit.missing()
    return attachment(visit.desk.blobs.read(record.result), f"{record.subject}-{record.period}-assessment.json")


# --- the ledger -------------------------------------------------------------------------------------------------------


def _ledger(visit: Visit) -> Response:
    before = visit.asked("before")
    entries = visit.desk.records.entries(int(before) if before.isascii() and before.isdigit() else None)
    records = {record.entry: record for record in visit.desk.records.of_entries(entries)}
    return visit.page("ledger.html", entries=entries, records=records, checked=None, faults=[], head="", problems=[])


def _check(visit: Visit) -> Response:
    head = visit.field("head").lower()
    problems = []
    if head and (len(head) != 64 or set(head) - set("0123456789abcdef")):
        message = Text("摘要应为 64 位十六进制数字", "a digest has 64 hexadecimal digits")
        problems.append(Problem("bad-digest", Position(""), message))
    entries = visit.desk.records.entries()
    records = {record.entry: record for record in visit.desk.records.of_entries(entries)}
    faults = () if problems else visit.desk.records.faults(head)
    said = [
        {"kind": one.kind, "line": one.line, "n": one.n, "message": one.message.in_(visit.language)} for one in faults
    ]
    return visit.page(
        "ledger.html",
        400 if problems else 200,
        entries=entries,
        records=records,
        checked=None if problems else not faults,
        faults=said,
        head=head,
        problems=shown(problems, visit.language),
    )


def _ledger_file(visit: Visit) -> Response:
    with SpooledTemporaryFile(max_size=4 * 1024 * 1024) as stream:
        for entry in visit.desk.records.all_entries():
            stream.write(f"{entry_line(entry)}\n".encode())
        stream.seek(0)
        return attachment(stream.read(), "ledger.jsonl")


PAGES = (
    Page("/records/{record}", _record, "viewer"),
    Page("/records/{record}/verify", _verify, "viewer", "POST"),
    Page("/records/{record}/receipt.json", _receipt_file, "viewer"),
    Page("/records/{record}/receipt.zip", _archive, "viewer"),
    Page("/records/{record}/assessment.json", _result_file, "viewer"),
    Page("/ledger", _ledger, "viewer"),
    Page("/ledger", _check, "viewer", "POST"),
    Page("/ledger/ledger.jsonl", _ledger_file, "viewer"),
)
