"""The names of the streams in an OLE container: what tells an old workbook, an old Word file and an encrypted file apart."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = 128
# The first directory sectors name all that matters; a chain that leads in circles ends here.
_MAX_SECTORS = 64
_END = 0xFFFFFFFA


def stream_names(path: Path) -> frozenset[str]:
    """The names in the directory of the container, as far as it can be read."""
    with path.open("rb") as stream:
        header = stream.read(512)
        if len(header) < 512 or not header.startswith(MAGIC):
            return frozenset()
        (shift,) = struct.unpack_from("<H", header, 30)
        if shift not in (9, 12):
            return frozenset()
        return frozenset(_names(stream, header, 1 << shift))


def _names(stream: BinaryIO, header: bytes, size: int) -> Iterator[str]:
    (sector,) = struct.unpack_from("<I", header, 48)
    for _ in range(_MAX_SECTORS):
        data = _sector(stream, sector, size)
        for at in range(0, len(data) - _ENTRY + 1, _ENTRY):
            (length,) = struct.unpack_from("<H", data, at + 64)
            if 2 <= length <= 64:
                yield data[at : at + length - 2].decode("utf-16-le", "replace")
        sector = _next(stream, header, sector, size)
        if sector >= _END:
            return


def _sector(stream: BinaryIO, number: int, size: int) -> bytes:
    stream.seek((number + 1) * size)
    return stream.read(size)


def _next(stream: BinaryIO, header: bytes, sector: int, size: int) -> int:
    """The sector that follows one, by the allocation table; as if none did where the table is far away or cut off."""
    table, place = divmod(sector, size // 4)
    if table >= 109:
        table_sector = _far_table(stream, header, table - 109, size)
    else:
        (table_sector,) = struct.unpack_from("<I", header, 76 + 4 * table)
    if table_sector >= _END:
        return _END
    entry = _sector(stream, table_sector, size)[4 * place : 4 * place + 4]
    return int.from_bytes(entry, "little") if len(entry) == 4 else _END


def _far_table(stream: BinaryIO, header: bytes, table: int, size: int) -> int:
    """The sector of a piece of the allocation table that the header has no room for."""
    per_sector = size // 4 - 1
    (sector,) = struct.unpack_from("<I", header, 68)
    for _ in range(min(table // per_sector, 10_000)):
        if sector >= _END:
            return _END
        sector = int.from_bytes(_sector(stream, sector, size)[-4:], "little")
    entry = _sector(stream, sector, size)[4 * (table % per_sector) :][:4] if sector < _END else b""
    return int.from_bytes(entry, "little") if len(entry) == 4 else _END
