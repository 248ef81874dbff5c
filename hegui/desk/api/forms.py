"""A multipart body as the value its operation wants: parts with a file are files, others are texts or, where no text is wanted, JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData, UploadFile

from facts.problem import Text
from hegui.desk.api.answering import problem
from hegui.desk.api.operation import Refused, Schema
from hegui.desk.api.reading import read_json


def form_value(form: FormData, body: Schema) -> tuple[Mapping[str, Any], dict[str, UploadFile]]:
    """The value, and the files by the names of their parts; `items.NAME` is NAME of the mapping `items`. Raises Refused."""
    found: dict[str, Any] = {}
    uploads: dict[str, UploadFile] = {}
    for name, part in form.multi_items():
        outer, dot, inner = name.partition(".")
        place = found.setdefault(outer, {}) if dot else found
        key = inner if dot else outer
        if not isinstance(place, dict) or key in place or name in uploads:
            message = Text(f"“{name[:60]}”写了两次", f"{name[:60]!r} is given twice")
            raise Refused(400, problem("repeated-key", message))
        if isinstance(part, UploadFile):
            uploads[name] = part
            place[key] = {"name": part.filename or "file", "text": ""}
        else:
            place[key] = _value(part, body["properties"].get(outer, {}) if not dot else {})
    return found, uploads


def _value(text: str, schema: Schema) -> Any:
    if schema.get("type") == "string":
        return text
    try:
        return read_json(text.encode("utf-8", "replace"))
    except Refused:
        return text  # the schema will say what is wanted
