"""Files as answers: always to be saved, never shown as a page of ours."""

from __future__ import annotations

import mimetypes
from urllib.parse import quote

from starlette.responses import Response

_TYPES = {".jsonl": "application/jsonl", ".sarif": "application/sarif+json", ".yaml": "application/yaml"}


def attachment(data: bytes, name: str) -> Response:
    """Bytes under a name. Whatever characters it has, it is one name and in no folder."""
    suffix = name[name.rfind(".") :] if "." in name else ""
    kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    safe = "".join("_" if c in '/\\:*?"<>|' or not c.isprintable() else c for c in name)[-120:]
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(safe, safe='')}",
        "cache-control": "no-store",
    }
    return Response(data, media_type=kind, headers=headers)
