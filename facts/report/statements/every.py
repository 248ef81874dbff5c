"""Every statement of a report, in a fixed order, one at a time: a large table makes hundreds of thousands."""

from __future__ import annotations

from collections.abc import Iterator

from facts.report.content import Report
from facts.report.statements.amounts import amount_statements
from facts.report.statements.budgets import budget_statements
from facts.report.statements.goals import goal_statements
from facts.report.statements.lists import list_statements
from facts.report.statements.model import Statement
from facts.report.statements.scores import score_statements
from facts.report.statements.sums import sum_statements
from facts.report.statements.wording import wording_statements

_KINDS = (
    sum_statements,
    list_statements,
    amount_statements,
    budget_statements,
    goal_statements,
    score_statements,
    wording_statements,
)


def every_statement(report: Report) -> Iterator[Statement]:
    """What can be held against something else the report says."""
    return (statement for kind in _KINDS for statement in kind(report))
