"""Logs on stderr. structlog is imported only when a line is written: most runs write none."""

from __future__ import annotations

import sys
from typing import Any


def log(event: str, **members: object) -> None:
    """One structured line on stderr."""
    _logger().info(event, **members)


def log_fault(event: str, **members: object) -> None:
    """A line about something that went wrong in the program itself."""
    _logger().error(event, **members)


def _logger() -> Any:
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    return structlog.get_logger("hegui")
