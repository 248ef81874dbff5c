"""The API for people: every operation with what it takes and answers, from the same table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from hegui.desk.api.openapi import is_file
from hegui.desk.api.operation import PREFIX, Operation
from hegui.desk.api.operations import OPERATIONS
from hegui.desk.web.visit import Visit


def api_page(visit: Visit) -> Response:
    """The page /api."""
    return visit.page("api.html", operations=[_shown(one, visit) for one in OPERATIONS], prefix=PREFIX)


def _shown(one: Operation, visit: Visit) -> Mapping[str, Any]:
    body = one.body or {"properties": {}}
    required = set(body.get("required", ()))
    fields = [_field(name, schema, "path", True, visit) for name, schema in one.parts.items()]
    fields += [_field(name, schema, "query", False, visit) for name, schema in one.query.items()]
    fields += [_field(name, schema, "body", name in required, visit) for name, schema in body["properties"].items()]
    answers = [
        {
            "status": status,
            "about": _side(answer.about, visit),
            "schema": answer.schema.removesuffix(".json") if isinstance(answer.schema, str) else "",
            "media": answer.media,
        }
        for status, answer in one.answers.items()
    ]
    return {
        "name": one.name,
        "method": one.method,
        "path": PREFIX + one.path,
        "title": one.title.in_(visit.language),
        "about": one.about.in_(visit.language),
        "role": one.allow,
        "forms": one.forms,
        "fields": fields,
        "answers": answers,
    }


def _field(name: str, schema: Mapping[str, Any], where: str, required: bool, visit: Visit) -> Mapping[str, Any]:
    kind = schema.get("type") or ("enum" if "enum" in schema else "")
    if is_file(schema):
        kind = "file"
    about = _side(str(schema.get("description", "")), visit)
    return {"name": name, "where": where, "required": required, "kind": kind, "about": about}


def _side(text: str, visit: Visit) -> str:
    """Schemas say things once in Chinese and once in English, with a stroke between."""
    zh, stroke, en = text.partition(" / ")
    return zh.strip() if visit.language == "zh" or not stroke else en.strip()
