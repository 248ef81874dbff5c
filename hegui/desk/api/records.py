"""What is on record: published rulebooks, the ledger, and verifying a receipt by making its assessment again."""

from __future__ import annotations

from starlette.responses import Response

from hegui.desk.api.answering import document, made, missing
from hegui.desk.api.inputs import content_of
from hegui.desk.api.operation import Call, Refused
from hegui.desk.store.database import now
from hegui.desk.web.recording import made_again
from hegui.receipts.documents import read_receipt
from hegui.receipts.ledger import entry_data
from hegui.receipts.telling import VERIFICATION_FORMAT, receipt_told

_PAGE = 100


def rulebooks(call: Call) -> Response:
    """Every publication, and whether it is in force on a day."""
    day = call.data.get("on") or now()[:10]
    found = [
        {
            "publication": one.id,
            "id": one.rulebook,
            "version": one.version,
            "title": one.title,
            "digest": one.digest,
            "effective_from": one.effective_from,
            "effective_to": one.effective_to,
            "in_force": one.in_force(day),
        }
        for one in call.visit.desk.publications.listed()
    ]
    return document({"rulebooks": found})


def ledger(call: Call) -> Response:
    """Entries of the ledger, the last first."""
    most = call.data.get("most", _PAGE)
    entries = call.visit.desk.records.entries(call.data.get("before"), most)
    earlier = entries[-1].n if len(entries) == most and entries[-1].n > 1 else None
    return document({"entries": [entry_data(one) for one in entries], "next": earlier})


def verify(call: Call) -> Response:
    """Whether an assessment made again from the same files is the same."""
    desk = call.visit.desk
    if "record" in call.data:
        record = desk.records.get(call.data["record"])
        if record is None:
            raise missing(call.data["record"])
        written = desk.blobs.read(record.receipt)
    else:
        written = call.data["receipt"].encode()
    receipt, problems = read_receipt(written, "receipt.json")
    if receipt is None:
        raise Refused(422, *problems)
    given = {place: content_of(file) for place, file in call.data.get("inputs", {}).items()}
    found = made(made_again(call.visit, receipt, written, given))
    said = {"file": "receipt.json", "agrees": found["agrees"], "receipt": receipt_told(receipt), "ledger": None}
    return document({"format": VERIFICATION_FORMAT, **said, "comparisons": found["comparisons"]})
