"""What was recorded, looked at in the browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from hegui.cli import main
from hegui.receipts.documents import read_receipt
from tests.hegui.desk.browser import Served, served_in
from tests.hegui.desk.recorded import recorded
from tests.hegui.desk.stores import database_on_postgresql


@pytest.mark.parametrize("spoilt", [False, True])
def test_a_recorded_assessment_is_made_again_in_the_browser(served: Served, spoilt: bool) -> None:
    record = recorded(served.desk)
    browser = served.visitor("viewer").get("/ledger")
    assert f'href="/records/{record.id}"' in browser.page and "96.00" in browser.page
    browser.get(f"/records/{record.id}")
    if spoilt:  # somebody changes what is on the disk
        receipt, _ = read_receipt(served.desk.blobs.read(record.receipt), "receipt.json")
        assert receipt is not None
        report = next(one for one in receipt.content.inputs if one.name.endswith("report.txt"))
        path = served.desk.blobs.path(report.sha256)
        path.chmod(0o600)
        path.write_bytes(path.read_bytes().replace(b"96.00", b"97.00"))
    browser.send(f"/records/{record.id}/verify")
    if spoilt:
        assert "Does not agree" in browser.page and re.search(
            r"report\.txt</code></td><td><span class=\"tag bad\"", browser.page
        )
    else:
        assert "the same byte by byte" in browser.page, browser.page


def test_files_are_saved_and_never_shown(served: Served) -> None:
    record = recorded(served.desk)
    browser = served.visitor("viewer")
    for path in (f"/records/{record.id}/receipt.json", f"/records/{record.id}/assessment.json", "/ledger/ledger.jsonl"):
        browser.get(path)
        assert browser.status == 200 and browser.headers["content-disposition"].startswith("attachment;")
    assert browser.page.count("\n") == 1  # one line for the one entry


def test_a_receipt_with_its_files_is_verified_away_from_the_desk(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = recorded(served.desk)
    browser = served.visitor("viewer").get(f"/records/{record.id}")
    address = f"/records/{record.id}/receipt.zip"
    assert f'href="{address}"' in browser.page
    archive, ledger = tmp_path / "receipt.zip", tmp_path / "ledger.jsonl"
    archive.write_bytes(browser.client.get(address).content)
    ledger.write_bytes(browser.client.get("/ledger/ledger.jsonl").content)
    assert main(["verify", str(archive), "--ledger", str(ledger), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "the same bytes" in said and "the receipt is entry 1" in said


def test_tampering_is_shown_with_its_place(served: Served) -> None:
    recorded(served.desk)
    browser = served.visitor("viewer").get("/ledger").send("/ledger", head="")
    assert "The ledger is whole" in browser.page
    with served.desk.database.writing() as connection:
        connection.execute(text("DROP TRIGGER ledger_no_update"))
        connection.execute(text("UPDATE ledger SET by = 'mallory'"))
    browser.send("/ledger", head="")
    assert "entry 1" in browser.page and "The ledger is whole" not in browser.page
    browser.send("/ledger", head="not a digest")
    assert browser.status == 400 and "64 hexadecimal digits" in browser.page


def test_a_desk_on_postgresql(tmp_path: Path) -> None:
    with database_on_postgresql() as url, served_in(tmp_path / "data", database=url) as served:
        record = recorded(served.desk)
        browser = served.visitor("viewer").get("/ledger").send("/ledger", head="")
        assert "The ledger is whole" in browser.page and record.id in browser.page
        assert not (tmp_path / "data" / "desk.sqlite").exists()
