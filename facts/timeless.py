"""Office files without the time of their making: the same content, the same bytes."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from typing import IO

_WHEN = b"2000-01-01T00:00:00Z"
_ZIPPED = (1980, 1, 1, 0, 0, 0)
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def timeless(data: bytes) -> bytes:
    """The same xlsx or docx archive with one time for every part, packed alike on every system."""
    out = io.BytesIO()
    timeless_copy(io.BytesIO(data), out)
    return out.getvalue()


def timeless_copy(source: IO[bytes], target: IO[bytes]) -> None:
    """The same from file to file: an archive of any size needs no memory."""
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            info = zipfile.ZipInfo(name, _ZIPPED)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            if name == "docProps/core.xml":
                after.writestr(info, _TIMES.sub(rb"\g<1>" + _WHEN, before.read(name)))
                continue
            # A sheet of 200,000 rows is hundreds of megabytes when it is unpacked.
            info.file_size = before.getinfo(name).file_size
            with before.open(name) as part, after.open(info, "w") as copy:
                shutil.copyfileobj(part, copy)
