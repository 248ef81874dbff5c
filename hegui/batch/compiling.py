"""A rulebook compiled for the columns of an intake: SQL of the engine's making, and the engine's own rows beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.columns.build import column_plan
from engine.columns.dialects import Dialect
from engine.columns.profile import ColumnProfile, Profile, TableProfile
from engine.columns.queries import OWN, Group, Grouped
from engine.columns.rowwise import reasons_rows, scores_row
from engine.evaluate import Evaluator
from facts.columns.intake import Intake
from facts.columns.model import ColumnFacts, TableFacts
from facts.columns.store import quoted
from facts.model import Case, Period, Subject
from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.batch.model import Compiled, Record, Rowwise

# Fields of the engine's rows that are texts; all others are numbers.
_TEXTS = ("grade", "grades", "indicator", "verdict", "code", "operands")
_TEXT_PREFIXES = ("veto_", "check_")


def profile_of(intake: Intake) -> Profile:
    """What the intake found out, in the words of the engine."""
    return Profile({concept: _told(facts) for concept, facts in intake.concepts.items()})


def _told(facts: ColumnFacts | TableFacts) -> ColumnProfile | TableProfile:
    if isinstance(facts, TableFacts):
        columns = {name: _column(one) for name, one in facts.columns.items()}
        return TableProfile(facts.complete, facts.applies, columns, facts.most_rows)
    return _column(facts)


def _column(facts: ColumnFacts) -> ColumnProfile:
    return ColumnProfile(facts.scale, facts.low, facts.high, facts.complete, facts.applies, facts.bounded)


def compile_columns(
    evaluator: Evaluator, intake: Intake, dialect: Dialect = "duckdb"
) -> tuple[Compiled | None, tuple[Problem, ...]]:
    """The rulebook in columns; what columns cannot say of it leaves every unit to the engine, by name.

    Where another dialect is named, its results are there in that one too, and there is no engine to leave anything to.
    """
    profile, odd = profile_of(intake), odd_scales(intake)
    plan, problems = (None, odd) if odd else column_plan(evaluator.plan, profile)
    if plan is None and dialect != "duckdb":
        return None, problems
    if plan is None:
        compiled, _ = compile_by_engine(evaluator, intake)
        unsaid = tuple(replace(problem, severity="warning", hint=Text("", "")) for problem in problems)
        return None if compiled is None else replace(compiled, unsaid=unsaid), ()
    other = dialect != "duckdb"
    elsewhere = (plan.queries(dialect).results, plan.queries("duckdb").results) if other else ("", "")
    return Compiled(plan.grouped("duckdb"), _rowwise(profile), elsewhere), problems


def compile_by_engine(evaluator: Evaluator, intake: Intake) -> tuple[Compiled | None, tuple[Problem, ...]]:
    """No columns: every unit is left to the engine. Numbers are written as numerator and denominator."""
    rowwise = _rowwise(profile_of(intake))
    nobody = Case(Subject("", ""), Period(evaluator.rulebook.effective_from, evaluator.rulebook.effective_from), {}, {})
    wide, long = rowwise(evaluator.decide(nobody), 0)
    reasons = f"SELECT {_empty(long[0])} WHERE false"
    group = Group("results", OWN, ("row",), "SELECT row, true AS beyond FROM units", reasons)
    return Compiled(Grouped((group,), f"SELECT {_empty(wide)} WHERE false"), rowwise), ()


def _rowwise(profile: Profile) -> Rowwise:
    def rows(decided: Any, row: int) -> tuple[Record, Sequence[Record]]:
        unit = {"row": row, "unit": decided.case.subject.id}
        wide = {**unit, "name": decided.case.subject.name, **scores_row(decided)}
        return wide, [{**unit, **one} for one in reasons_rows(decided, profile)]

    return rows


def _empty(record: Mapping[str, Any]) -> str:
    """The columns of a record, without a row."""
    columns = []
    for name in record:
        if name == "row":
            columns.append("CAST(NULL AS BIGINT) AS row")
        elif name in ("unit", "name", *_TEXTS) or name.startswith(_TEXT_PREFIXES):
            columns.append(f"CAST(NULL AS VARCHAR) AS {quoted(name)}")
        else:
            columns += [f"CAST(NULL AS DECIMAL(38, 0)) AS {quoted(name + end)}" for end in ("_num", "_den")]
    return ", ".join(columns)


def odd_scales(intake: Intake) -> tuple[Problem, ...]:
    """Columns in units that are no decimals of their base unit: a third of something is no integer of any power of ten."""
    found = []
    tables = [(one.concept, column, facts) for one in intake.items for column, facts in one.facts.columns.items()]
    for concept, column, facts in [(c.concept.id, "", intake.facts[c.key]) for c in intake.units.columns] + tables:
        if facts.scale != 10 ** (len(str(facts.scale)) - 1):
            label = intake.vocabulary.concepts[concept].label + (f"·{column}" if column else "")
            message = Text(
                f"“{label}”的单位换算成基本单位除不尽,不能按列计算",
                f"{label}: its unit is no decimal of the base unit and cannot be worked out in columns",
            )
            hint = Text(
                "请在表里改用平方米等基本单位,或加 --by-engine。",
                "Write it in a base unit (平方米), or add --by-engine.",
            )
            found.append(Problem("not-in-columns", Position(intake.source.file), message, hint))
    return tuple(found)
