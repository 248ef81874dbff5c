"""Which rulebook scores which year."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hegui.desk.store.publications import AlreadyPublished, Publication, Publications
from hegui.desk.store.shipped import heading_of
from hegui.desk.web.desk import Desk, open_desk
from tests.hegui.desk.stores import KINDS, stores_on


@pytest.fixture(params=KINDS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with stores_on(request.param, tmp_path / "data") as desk:
        yield desk


def publish(desk: Desk, version: str, start: str, end: str | None = None, rulebook: str = "a") -> Publication:
    values = {"rulebook": rulebook, "title": "甲", "digest": "", "note": "", "by": "li", "folder": "r1", "n": 1}
    return desk.publications.publish(version=version, effective_from=start, effective_to=end, **values)


def in_force(publications: Publications, day: str, rulebook: str = "a") -> str | None:
    return next((one.version for one in publications.for_day(day) if one.rulebook == rulebook), None)


def test_a_desk_begins_with_the_rulebooks_that_come_along(desk: Desk) -> None:
    assert [one.rulebook for one in desk.publications.listed()] == ["kunming-2017", "mof-2013-53", "mof-2020-10"]
    assert {one.rulebook for one in desk.publications.for_day("2017-12-31")} == {"kunming-2017", "mof-2013-53"}


def test_a_desk_that_has_rulebooks_takes_no_others_in(desk: Desk) -> None:
    before = desk.folders.listed("rulebook")
    again = open_desk(desk.settings)
    assert again.folders.listed("rulebook") == before
    again.close()


def test_of_several_in_force_the_last_to_come_into_force_scores(desk: Desk) -> None:
    publish(desk, "1", "2015-01-01")
    publish(desk, "2", "2018-01-01")
    publish(desk, "1.1", "2016-01-01", "2016-12-31")
    found = [in_force(desk.publications, f"{year}-12-31") for year in (2014, 2015, 2016, 2017, 2018, 2030)]
    assert found == [None, "1", "1.1", "1", "2", "2"]


def test_a_version_is_published_once(desk: Desk) -> None:
    publish(desk, "1", "2015-01-01")
    with pytest.raises(AlreadyPublished):
        publish(desk, "1", "2019-01-01")
    assert in_force(desk.publications, "2020-01-01") == "1"


@pytest.mark.parametrize("text", ["", "[", "id: a", "id: a\nversion: 1\ntitle: t\neffective: [1]", "\x00"])
def test_a_heading_that_is_not_there_is_none(text: str) -> None:
    assert heading_of(text.encode()) is None
