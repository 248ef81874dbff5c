"""Assessments for the record: receipts that anybody can verify, a ledger that shows what was done to it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from hegui.desk.store.blobs import Blob
from hegui.desk.store.database import now
from hegui.desk.store.records import Record
from hegui.desk.web.desk import Desk
from hegui.desk.work.queueing import Done
from hegui.receipts.documents import read_receipt
from hegui.receipts.verifying import AtHand, verify_receipt
from tests.hegui.desk.stores import KINDS, stores_on

RULES = Path(__file__).resolve().parents[3] / "rules"
ANSWER = {
    "digest": "d" * 64, "subject": "甲局", "period": "2017", "points": "100", "score": "96", "lower": "96", "upper": "96",
    "grade": "优", "options": {"accept": ["figure"], "as_of": None},
}  # fmt: skip


@pytest.fixture(params=KINDS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with stores_on(request.param, tmp_path / "data") as desk:
        yield desk


def record(desk: Desk, **answer: Any) -> Record:
    blob = desk.blobs.put([b"{}"])
    return desk.records.record(
        folder="c1", n=1, publication="b1", answer=ANSWER | answer, receipt=blob, result=blob, by="li", at=now()
    )


def test_a_recorded_assessment_is_verified_from_the_store_alone(desk: Desk, tmp_path: Path) -> None:
    case = tmp_path / "case"
    shutil.copytree(RULES / "kunming-2017" / "cases", case / "cases")
    shutil.copytree(RULES / "kunming-2017" / "sources", case / "sources")
    request = {
        "rules": str(RULES / "kunming-2017"),
        "case": str(case / "cases" / "kunming-2017.yaml"),
        "output": str(tmp_path / "out"),
        "by": "li",
        "at": now(),
    }
    done = desk.quick.submit("record", request, timeout=120).future.result()
    assert isinstance(done, Done) and done.data["score"] == "96.00"
    written = (tmp_path / "out" / "receipt.json").read_bytes()
    receipt, problems = read_receipt(written, "receipt.json")
    assert receipt is not None and not problems
    at_hand = {file.name: _bytes(file.name, case) for file in receipt.content.inputs}
    verification = verify_receipt(receipt, AtHand(at_hand, written=written))
    assert verification.agrees, [one for one in verification.comparisons if one.fails]
    at_hand["facts/1/case/kunming-2017.yaml"] += b"# changed"
    assert not verify_receipt(receipt, AtHand(at_hand, written=written)).agrees


def _bytes(name: str, case: Path) -> bytes:
    root, _, rest = name.partition("/")
    if root == "facts":
        rest = rest.removeprefix("1/")
        return (case / rest.replace("case/", "cases/", 1)).read_bytes()
    return ((RULES / "kunming-2017" if root == "rulebook" else RULES / "common") / rest).read_bytes()


def test_entries_follow_one_another(desk: Desk) -> None:
    first, second = record(desk), record(desk, digest="e" * 64)
    assert [first.entry, second.entry] == [1, 2]
    entries = tuple(desk.records.all_entries())
    assert entries[1].previous == entries[0].digest and desk.records.faults(entries[1].digest) == ()
    assert desk.records.of_folder("c1") == (second, first) and desk.records.latest() == {"c1": second}


def test_many_at_once_make_one_chain(desk: Desk) -> None:
    threads = [threading.Thread(target=record, args=(desk,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.n for entry in desk.records.all_entries()] == list(range(1, 21))
    assert desk.records.faults() == ()


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE ledger SET kind = 'mallory' WHERE n = 2", "changed"),
        ("DELETE FROM ledger WHERE n = 2", "removed"),
        ("DELETE FROM ledger WHERE n = 3", "truncated"),
    ],
)
def test_whoever_tampers_with_the_database_itself_is_shown(desk: Desk, statement: str, kind: str) -> None:
    for _ in range(3):
        record(desk)
    head = desk.records.entries(most=1)[0].digest
    with desk.database.writing() as connection:  # somebody who owns the file can take the guards off
        take_guards_off(connection)
        connection.execute(text(statement))
    faults = desk.records.faults(head)
    assert kind in {fault.kind for fault in faults}
    assert all(fault.n in (2, 3) for fault in faults)


def take_guards_off(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("DROP TRIGGER ledger_no_update"))
        connection.execute(text("DROP TRIGGER ledger_no_delete"))
    else:
        connection.execute(text("ALTER TABLE ledger DISABLE TRIGGER ALL"))


def test_nothing_is_entered_where_the_assessment_cannot_be_kept(desk: Desk) -> None:
    with pytest.raises(Exception, match=r"(?i)not.null"):
        desk.records.record(
            folder="c1", n=1, publication="b1", answer=ANSWER | {"subject": None}, receipt=Blob("a" * 64, 1),
            result=Blob("a" * 64, 1), by="li", at=now(),
        )  # fmt: skip
    assert tuple(desk.records.all_entries()) == ()
