"""What reading Parquet files and DuckDB databases have in common: a closed connection, and columns by type."""

from __future__ import annotations

import re

from facts.documents.stored_values import Column, ColumnKind

# Fetches nothing, loads nothing, writes nothing beside the database, and does not take the whole machine.
CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "512MB",
    "temp_directory": "",
    "threads": "1",
}
_WHOLE = frozenset(
    f"{sign}{name}" for sign in ("", "U") for name in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
)
_KINDS: dict[str, ColumnKind] = {
    "FLOAT": "float",
    "DOUBLE": "float",
    "DATE": "date",
    "BOOLEAN": "truth",
    "TIMESTAMP": "time",
    "TIMESTAMP_S": "time",
    "TIMESTAMP_MS": "time",
    "TIMESTAMP_NS": "time",
}
_DECIMAL = re.compile(r"DECIMAL\([0-9]+,[0-9]+\)")


def column(name: str, type_name: str) -> Column:
    """A column by the name of its type.

    >>> column("a", "DECIMAL(9,2)").kind, column("b", "FLOAT").kind, column("c", "INTEGER[]").kind
    ('exact', 'float', 'text')
    """
    if type_name in _WHOLE or _DECIMAL.fullmatch(type_name):
        return Column(name, "exact")
    return Column(name, _KINDS.get(type_name, "text"))


def first_line(error: Exception) -> str:
    """What a driver says, without its traces and hints, for a message."""
    line = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return line[:200]
