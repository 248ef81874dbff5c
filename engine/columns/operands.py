"""What stands in the operands of a reason where there is no value: a fact that is unknown, one that does not apply, a table."""

from __future__ import annotations

UNKNOWN_OPERAND, APART_OPERAND, TABLE_OPERAND = "?", "-", "#"
