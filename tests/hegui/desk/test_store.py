"""What the desk keeps: bytes by digest, folders in versions, rows nobody can change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from hegui.desk.store.blobs import Blobs, TooLarge
from hegui.desk.store.folders import BadPath, Stale, checked_path
from hegui.desk.web.desk import Desk
from tests.hegui.desk.stores import KINDS, stores_on


@pytest.fixture(params=KINDS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with stores_on(request.param, tmp_path / "data") as desk:
        yield desk


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    first, second = blobs.put([b"one ", b"two"]), blobs.put([b"one two"])
    assert first == second and blobs.read(first.sha256) == b"one two"
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == 1


def test_what_is_too_large_leaves_nothing(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    with pytest.raises(TooLarge):
        blobs.put([b"x" * 10] * 10, limit=99)
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half of it"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        Blobs(tmp_path).put(broken())
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_two_people_saving_one_folder(desk: Desk) -> None:
    one, two = desk.folders.put_text("1"), desk.folders.put_text("2")
    base = desk.folders.create("case", "甲局", {"case.yaml": one}, "ann")
    saved = desk.folders.save(base, {"case.yaml": two}, "ann")
    with pytest.raises(Stale) as stale:
        desk.folders.save(base, {"case.yaml": one}, "bob")
    assert stale.value.latest == saved == desk.folders.latest(base.folder)
    assert [version.n for version in desk.folders.history(base.folder)] == [2, 1]


def test_versions_cannot_be_changed_even_by_sql(desk: Desk) -> None:
    version = desk.folders.create("case", "甲局", {"case.yaml": desk.folders.put_text("1")}, "ann")
    for statement in ("UPDATE versions SET note = 'x'", "DELETE FROM versions"):
        with pytest.raises(SQLAlchemyError), desk.database.writing() as connection:
            connection.execute(text(statement))
    assert desk.folders.latest(version.folder).note == ""


def test_a_version_is_laid_out_as_the_files_it_is(desk: Desk, tmp_path: Path) -> None:
    files = {"case.yaml": desk.folders.put_text("甲: 1"), "sources/表.csv": desk.folders.put_text("a,b")}
    version = desk.folders.create("case", "甲局", files, "ann")
    desk.folders.lay_out(version, tmp_path / "out")
    assert (tmp_path / "out/case.yaml").read_text("utf-8") == "甲: 1"
    assert (tmp_path / "out/sources/表.csv").read_text("utf-8") == "a,b"


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "..\\x", "", "a\x00b", "a\nb", " a", "x" * 300])
def test_paths_that_lead_elsewhere_are_refused(path: str) -> None:
    with pytest.raises(BadPath):
        checked_path(path)


@given(st.text(max_size=60))
def test_a_path_that_is_taken_stays_inside(path: str) -> None:
    try:
        found = checked_path(path)
    except BadPath:
        return
    assert not found.startswith("/") and ".." not in found.split("/")
    assert checked_path(found) == found
