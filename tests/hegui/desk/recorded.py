"""A case that was scored for the record."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from starlette.requests import Request

from hegui.desk.store.accounts import Session
from hegui.desk.store.records import Record
from hegui.desk.web.cases.saving import about_of
from hegui.desk.web.desk import Desk
from hegui.desk.web.recording import keep_record
from hegui.desk.web.visit import Visit
from tests.hegui.desk.browser import somebody

CASE = Path(__file__).resolve().parents[3] / "rules/kunming-2017"


def recorded(desk: Desk) -> Record:
    text_ = (CASE / "cases/kunming-2017.yaml").read_text("utf-8").replace("../sources/", "sources/")
    files = {
        "case.yaml": desk.folders.put_text(text_),
        "sources/report.txt": desk.blobs.put_file(CASE / "sources/report.txt"),
    }
    publication = next(one for one in desk.publications.listed() if one.rulebook == "kunming-2017")
    visit = Visit(cast(Request, None), desk, Session(somebody(desk, "auditor", "li"), "", ""), "en", "")
    documents = {path: blob for path, blob in files.items() if path != "case.yaml"}
    about = about_of(visit, publication, text_, documents)
    version = desk.folders.create("case", "昆明市人民政府办公厅", files, "li", about=about)
    record = keep_record(visit, version, publication)
    assert isinstance(record, Record), record
    return record
