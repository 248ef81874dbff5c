"""An assessment as the bytes that are hashed: its JSON in Chinese, canonical, with places where it names files of one machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.assessment import Assessment
from hegui.interchange import assessment_data
from hegui.receipts.canonical import canonical, sha256
from hegui.receipts.model import About, Outcome, ResultDigest
from hegui.receipts.places import TABLES

# A place in a table is written file[row].
_ROW = re.compile(r"(.*?)(\[\d+\])?", re.DOTALL)


def result_bytes(assessment: Assessment, names: Mapping[str, str]) -> bytes:
    """The canonical JSON; `names` says what each path the assessment was made from is called in a receipt."""
    return canonical(result_data(assessment, names))


def result_data(assessment: Assessment, names: Mapping[str, str]) -> dict[str, Any]:
    """The same as plain data."""
    data = assessment_data(assessment, "zh")
    for problem in data["problems"]:
        problem["file"] = _named(problem["file"], names)
    for waiver in data["waived"]["waivers"] if data["waived"] else ():
        waiver["file"] = _named(waiver["file"], names)
    for source in data["sources"]:
        # What a case file calls a source is text; only a table's source is the path it was opened by.
        place = _named(source["file"], names)
        source["file"] = place if place.startswith(f"{TABLES}/") else source["file"]
    return data


def about_of(plain: Mapping[str, Any]) -> About:
    """Whom a result is about, and which days."""
    subject, period = plain["subject"], plain["period"]
    return About(subject["id"], subject["name"], period["from"], period["to"])


def digest_of_result(data: bytes, plain: Mapping[str, Any]) -> ResultDigest:
    """What a receipt says of a result; `plain` is what the bytes hold."""
    return ResultDigest(
        sha256(data),
        plain["score"],
        plain["lower"],
        plain["upper"],
        plain["grade"],
        tuple(Outcome(i["id"], i["verdict"], i["lower"], i["upper"]) for i in plain["indicators"]),
    )


def _named(file: str, names: Mapping[str, str]) -> str:
    found = _ROW.fullmatch(file)
    path, row = (found[1], found[2] or "") if found else (file, "")
    if file in names:
        return names[file]
    return names[path] + row if path in names else file
