"""What nothing refers to any more goes after a day; what anything refers to stays for ever."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from time import sleep

import pytest
from sqlalchemy import update

from hegui.desk.housekeeping import LISTED, clear, every_day
from hegui.desk.settings import Settings
from hegui.desk.store.blobs import Blob
from hegui.desk.store.database import jobs as table
from hegui.desk.web.desk import RESULTS, Desk, open_desk
from hegui.desk.web.layingout import file_of
from hegui.desk.work.jobs import NewJob
from hegui.desk.work.sqljobs import SqlJobs
from tests.hegui.desk.recorded import recorded

NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=2)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(open_desk(Settings(tmp_path / "data"))) as desk:
        yield desk


def here(desk: Desk, blob: Blob | str) -> bool:
    return desk.blobs.path(blob if isinstance(blob, str) else blob.sha256).is_file()


def cleared(desk: Desk, now: datetime = LATER) -> tuple[int, int]:
    found = clear(desk.database, desk.blobs, results(desk), now)
    return found.files, found.results


def results(desk: Desk) -> Path:
    return desk.settings.data / RESULTS


def stored(desk: Desk) -> set[str]:
    return {path.name for path in (desk.settings.data / "blobs").glob("??/*")}


def job_with_files(desk: Desk, blob: Blob, state: str = "done", owner: str = "li") -> str:
    """A job as stored, with a file it has read and one it has written."""
    jobs = SqlJobs(desk.database)
    job, _ = jobs.add(NewJob(secrets.token_hex(8), "audit", {"report": file_of(blob, "报告.docx")}, owner))
    ended = None if state in ("queued", "running") else NOW.isoformat(timespec="seconds").replace("+00:00", "Z")
    with desk.database.writing() as connection:
        connection.execute(update(table).where(table.c.id == job.id).values(state=state, ended=ended))
    folder = results(desk) / job.id
    folder.mkdir(parents=True)
    (folder / "audit.json").write_text("{}")
    return job.id


def test_bytes_of_a_refused_upload_go_after_a_day_and_not_before(desk: Desk) -> None:
    refused = desk.blobs.put([b"nobody took this"])
    assert cleared(desk, NOW + timedelta(hours=23)) == (0, 0) and here(desk, refused)
    assert cleared(desk) == (1, 0) and not here(desk, refused)
    assert cleared(desk) == (0, 0)


def test_what_a_version_a_record_or_a_receipt_refers_to_stays(desk: Desk) -> None:
    record = recorded(desk)
    first = desk.folders.latest(record.folder)
    text = desk.folders.put_text("another")
    desk.folders.save(first, {"case.yaml": text}, "li")
    before = stored(desk)
    assert cleared(desk, NOW + timedelta(days=4000)) == (0, 0) and stored(desk) == before
    assert all(here(desk, blob) for blob in first.files.values()), "an old version is one too"
    named = re.findall("[0-9a-f]{64}", desk.blobs.read(record.receipt).decode())
    assert here(desk, record.result) and sum(here(desk, one) for one in named) > 2


def test_what_unfinished_or_listed_work_refers_to_stays(desk: Desk) -> None:
    blobs = [desk.blobs.put([state.encode()]) for state in ("running", "queued", "done", "interrupted")]
    names = [
        job_with_files(desk, blob, state)
        for blob, state in zip(blobs, ("running", "queued", "done", "interrupted"), strict=True)
    ]
    assert cleared(desk) == (0, 0)
    assert all(here(desk, blob) for blob in blobs) and all((results(desk) / name).is_dir() for name in names)


def test_work_no_list_shows_goes_with_its_files_unless_it_goes_on(desk: Desk) -> None:
    old, running, new = (desk.blobs.put([word]) for word in (b"old", b"running", b"new"))
    gone, stays = job_with_files(desk, old), job_with_files(desk, running, "running")
    for _ in range(LISTED):
        job_with_files(desk, new)
    orphan = results(desk) / "0000-of-no-job"
    orphan.mkdir()
    assert cleared(desk, NOW) == (0, 0), "a day has not gone by"
    assert cleared(desk) == (1, 2)
    assert not here(desk, old) and not (results(desk) / gone).exists() and not orphan.exists()
    assert here(desk, running) and (results(desk) / stays).is_dir() and here(desk, new)
    assert len(list(results(desk).iterdir())) == LISTED + 1


def test_what_is_asked_for_again_stays_another_day(desk: Desk) -> None:
    sent, kept, left = (desk.blobs.put([word]) for word in (b"sent again", b"kept in a form", b"left"))
    for blob in (sent, kept, left):
        os.utime(desk.blobs.path(blob.sha256), (0, 0))
    desk.blobs.put([b"sent again"])
    assert desk.blobs.holds(kept.sha256, kept.size) and not desk.blobs.holds(left.sha256, left.size + 1)
    assert cleared(desk, NOW + timedelta(hours=1)) == (1, 0)
    assert here(desk, sent) and here(desk, kept) and not here(desk, left)


def test_a_receipt_that_cannot_be_read_keeps_everything(desk: Desk) -> None:
    record = recorded(desk)
    desk.blobs.path(record.receipt).unlink()
    refused = desk.blobs.put([b"nobody took this"])
    with pytest.raises(OSError, match=record.receipt):
        cleared(desk)
    assert here(desk, refused)


def test_it_is_done_at_the_start_and_a_failure_ends_nothing(desk: Desk, tmp_path: Path) -> None:
    refused = desk.blobs.put([b"nobody took this"])
    os.utime(desk.blobs.path(refused.sha256), (0, 0))
    desk.clear_daily().set()
    for _ in range(500):
        if not here(desk, refused):
            break
        sleep(0.02)
    assert not here(desk, refused)
    stop = Event()
    desk.database.close()
    (results(desk)).parent.joinpath("desk.sqlite").unlink()
    failing = Thread(target=every_day, args=(desk.database, desk.blobs, tmp_path, stop))
    failing.start()
    sleep(0.3)
    assert failing.is_alive(), "it waits for tomorrow"
    stop.set()
    failing.join(10)
    assert not failing.is_alive()
