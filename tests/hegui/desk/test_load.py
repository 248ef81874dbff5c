"""Fifty people at once: everybody gets an answer. How fast is for benchmarks/desk.py to say."""

from __future__ import annotations

from pathlib import Path

from benchmarks.desk import load
from hegui.desk.settings import Settings
from hegui.desk.web.desk import open_desk
from tests.hegui.desk.browser import somebody
from tests.hegui.desk.process import serving
from tests.hegui.desk.recorded import recorded


def test_fifty_people_at_once_without_an_error(tmp_path: Path) -> None:
    data = tmp_path / "data"
    desk = open_desk(Settings(data, workers=1))
    record = recorded(desk)
    session = desk.accounts.open_session(somebody(desk, "auditor"))
    desk.close()
    with serving(data) as process:
        measured = load(process.address, session, record, users=50, rounds=1)
    assert measured.errors == []
    assert {len(times) for times in measured.times.values()} == {50}
    assert "Traceback" not in process.said
