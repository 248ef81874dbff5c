"""Scoring a case, explaining an indicator, checking a rulebook: quick work the request waits for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.responses import Response

from hegui.desk.api.answering import document, made
from hegui.desk.api.inputs import case_file, rulebook_folder
from hegui.desk.api.operation import Call
from hegui.desk.api.reading import plain
from hegui.desk.web.working import ask


def assess(call: Call) -> Response:
    """hegui/assessment/v1."""
    return _scored(call, "assess", {})


def explain(call: Call) -> Response:
    """hegui/explanation/v1."""
    return _scored(call, "explain", {"indicator": call.data["indicator"]})


def _scored(call: Call, task: str, more: dict[str, Any]) -> Response:
    with call.visit.desk.scratch() as scratch:
        waivers = [
            _waiver(text, scratch / f"waivers-{n}.yaml") for n, text in enumerate(call.data.get("waivers", ()), 1)
        ]
        request = {
            "rules": rulebook_folder(call, scratch),
            "case": case_file(call, scratch),
            "waivers": waivers,
            **{key: call.data[key] for key in ("accept", "as_of") if key in call.data},
            "changes": [_change(one) for one in call.data.get("changes", ())],
            **more,
        }
        return document(made(ask(call.visit, task, request)))


def _change(one: dict[str, Any]) -> dict[str, Any]:
    return {
        **one,
        **({"choice": int(one["choice"])} if "choice" in one else {}),
        **({"fact": plain(one["fact"])} if "fact" in one else {}),
    }


def _waiver(text: str, path: Path) -> str:
    path.write_text(text, "utf-8")
    return str(path)


def lint(call: Call) -> Response:
    """hegui/problems/v1: everything the loader and the linter find."""
    with call.visit.desk.scratch() as scratch:
        request = {"rules": rulebook_folder(call, scratch)}
        if "as_of" in call.data:
            request["as_of"] = call.data["as_of"]
        found = made(ask(call.visit, "lint", request))
    # How an edit would mend it is for pages; the published document has no such key.
    listed = [{key: value for key, value in one.items() if key != "fix"} for one in found["problems"]]
    return document({"format": found["format"], "problems": listed})
