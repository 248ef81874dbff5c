"""Budget tables (预算数, 决算数, 执行率): each rate recomputed from its row, each 合计 from the rows that are surely all it sums up.

A table with any column besides (年初预算数, 调整数, 得分) is passed over: what it adds up is not certain. Tables of scores are read as
claims (facts.report.tables).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice

from facts.documents.model import Cell, Document, Paragraph, Table
from facts.provenance import Source
from facts.report.content import Report
from facts.report.figures import Number
from facts.report.items import bare, cell_figure
from facts.report.lines import cell_line, packed
from facts.report.patterns import Patterns
from facts.report.statements.model import Statement
from facts.report.statements.parts import sum_statement
from facts.report.statements.rates import fits, percentage, place
from facts.units import MONEY, Unit, parse_unit

_NAMES = re.compile(
    r"(?:项目|类别|支出类别|支出项目|科目|名称|内容|资金来源|序号|备注|说明|支出内容|资金类别|指标)(?:名称|内容)?"
)
_BUDGET = re.compile(r"(?:本年度?|当年|全年|20\d\d年度?)?(?:部门|支出)?预算(?:数|金额|额)(?:[(]?[A-Z][)]?)?")
_DONE = re.compile(
    r"(?:本年度?|当年|全年|20\d\d年度?)?(?:部门|支出)?(?:决算|执行|预算执行)(?:数|金额|额)(?:[(]?[A-Z][)]?)?"
)
_RATE = re.compile(r"(?:部门|支出)?(?:预算)?(?:执行率|完成率)")
_BRACKETS = re.compile(r"[(][^()]*[)]")
_UNIT = re.compile(r"[(](?:单位:)?(千元|万元|亿元|元)[)]$|(?:金额)?单位:(千元|万元|亿元|元)")
_TOTALS = ("合计", "总计", "支出合计", "合计数")
_AMOUNT = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")
_LOOKS_LIKE_AMOUNT = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+\.[0-9]+)")
_TOO_LONG = 24
MAX_ROWS = 200


@dataclass(frozen=True, slots=True)
class BudgetTable:
    """A table whose columns are all known: where names, budgeted and spent amounts and rates stand, and the unit of the amounts."""

    table: Table
    source: Source
    header: int
    columns: Mapping[str, int]
    unit: Unit | None
    rows: Sequence[int] = field(default=())

    def amount(self, row: int, role: str) -> Number | None:
        """The amount of a row, if it is a plain number that was written."""
        cell = self.table.rows[row][self.columns[role]] if role in self.columns else None
        value = cell_figure(cell) if cell is not None and not cell.covered else None
        if cell is None or value is None:
            return None
        line = cell_line(cell, self.source)
        if not _AMOUNT.fullmatch(line.text):
            return None
        places = len(line.text.partition(".")[2])
        factor, unit = (self.unit.factor, self.unit.name) if self.unit is not None else (Fraction(1), "")
        name = f"{self.name(row)}{packed(self.table.rows[self.header][self.columns[role]].text)}"
        name = _BRACKETS.sub("", name)
        return Number(line, 0, len(line.text), name, name, value * factor, "money", unit, places, factor)

    def name(self, row: int) -> str:
        """What the row is called."""
        return bare(packed(self.table.rows[row][self.columns["name"]].text))


def budget_tables(document: Document) -> Iterator[BudgetTable]:
    """The tables of a report that are of this shape."""
    above = ""
    for block in document.blocks:
        if isinstance(block, Paragraph):
            above = block.text
            continue
        found = _read(block, document.source, packed(above))
        above = ""
        if found is not None:
            yield found


def _read(table: Table, source: Source, above: str) -> BudgetTable | None:
    for at, row in enumerate(table.rows[:4]):
        columns = _columns(row)
        if columns is not None:
            rows = range(at + 1, len(table.rows))
            words = (*(packed(row[columns[role]].text) for role in ("budget", "done")), above, packed(table.title))
            units = [_unit(word) for word in words]
            own = {one for one in units[:2] if one is not None}
            if len(own) > 1 or len(rows) > MAX_ROWS:
                return None
            return BudgetTable(table, source, at, columns, next((one for one in units if one), None), tuple(rows))
    return None


def _unit(words: str) -> Unit | None:
    found = _UNIT.search(words)
    unit = parse_unit(found[1] or found[2]) if found else None
    return unit if unit is not None and unit.dimension == MONEY else None


def _columns(row: Sequence[Cell]) -> dict[str, int] | None:
    """The columns of a heading in which every cell is known and each role stands once; None where one is another."""
    found: dict[str, int] = {}
    for column, cell in enumerate(row):
        role = _role(cell)
        if cell.covered or not role or role in found:
            return None
        if role != "words":
            found[role] = column
    return found if {"name", "budget", "done"} <= found.keys() and found["name"] == 0 else None


def _role(cell: Cell) -> str:
    text = packed(cell.text)
    name = _BRACKETS.sub("", text)
    if len(text) > _TOO_LONG:
        return ""
    for role, form in (("budget", _BUDGET), ("done", _DONE), ("rate", _RATE), ("name", _NAMES)):
        if form.fullmatch(name):
            return "words" if name in ("备注", "说明") else role
    return ""


def budget_statements(report: Report) -> Iterator[Statement]:
    """What the tables say of their rates and sums."""
    stated = {number.value for number in report.numbers if number.kind == "money" and number.value > 0}
    for one in budget_tables(report.document):
        yield from _of_table(one, stated, report.patterns)


def _of_table(one: BudgetTable, stated: Set[Fraction], patterns: Patterns) -> Iterator[Statement]:
    for row in one.rows:
        yield from _rate(one, row, stated)
    for role in ("budget", "done"):
        yield from _sum(one, role, patterns)


def unread_tables(report: Report) -> list[str]:
    """What the tables are called with amounts that are neither score tables nor read here: nothing is known of their sums."""
    claimed = {item.table for item in report.items if item.origin == "table"}
    tables = budget_tables(report.document)
    read = {id(one.table) for one in tables if any(True for _ in _of_table(one, frozenset(), report.patterns))}
    return [
        table.title or f"表{number + 1}"
        for number, table in enumerate(report.document.tables)
        if number not in claimed and id(table) not in read and _has_amounts(table)
    ]


def _has_amounts(table: Table) -> bool:
    """Whether two cells or more hold numbers with decimals or thousands, as amounts do and serial numbers do not."""
    cells = (cell for row in table.rows[:MAX_ROWS] for cell in row if not cell.covered)
    return len(list(islice((cell for cell in cells if _LOOKS_LIKE_AMOUNT.fullmatch(packed(cell.text))), 2))) == 2


def _rate(one: BudgetTable, row: int, stated: Set[Fraction]) -> Iterator[Statement]:
    """A rate against its own row. More spent than budgeted at no more than 100% means a budget that was changed."""
    done, budget = one.amount(row, "done"), one.amount(row, "budget")
    if "rate" not in one.columns or done is None or budget is None or budget.value <= 0 or done.value < 0:
        return
    cell = one.table.rows[row][one.columns["rate"]]
    line = cell_line(cell, one.source)
    shown = line.text
    if cell.covered or not re.fullmatch(r"\d{1,4}(?:\.\d{1,6})?%", shown):
        return
    words = f"{one.name(row)}{_BRACKETS.sub('', packed(one.table.rows[one.header][one.columns['rate']].text))}"
    top, slack, places = (done.value, _shown(done)), (done.slack, budget.slack), (place(done), place(budget))
    rate = (shown, line.place())
    if Fraction(shown[:-1]) <= 100 and done.value > budget.value:
        return
    for statement in percentage(words, rate, top, (budget.value, _shown(budget)), slack, places):
        if fits(statement) or not _explained(statement, stated):
            yield statement


def _explained(statement: Statement, stated: Set[Fraction]) -> bool:
    """Whether an amount the text states makes the rate right: another budget, or what was added to this one or taken off."""
    rate, done, budget, slack = (
        Fraction(statement.values[key]) for key in ("stated_rate", "numerator", "denominator", "rate_tolerance")
    )
    others = (
        (done, other) for amount in stated - {done, budget} for other in (amount, budget + amount, budget - amount)
    )
    more = ((other, budget) for amount in stated - {done, budget} for other in (done + amount, done - amount))
    return any(bottom > 0 and abs(rate - top / bottom) <= slack for top, bottom in (*others, *more))


def _shown(number: Number) -> str:
    return number.shown + number.unit


def _sum(one: BudgetTable, role: str, patterns: Patterns) -> Iterator[Statement]:
    """The last row's 合计 against the rows above it where these are, by their names, all there is."""
    totals = [row for row in one.rows if one.name(row) in _TOTALS]
    parts = [row for row in one.rows if row not in totals and any(packed(cell.text) for cell in one.table.rows[row])]
    names = [one.name(row) for row in parts]
    if len(totals) != 1 or one.unit is None or sorted(names) not in map(sorted, patterns.partitions):
        return
    whole, amounts = one.amount(totals[0], role), [one.amount(row, role) for row in parts]
    known = [amount for amount in amounts if amount is not None]
    if whole is not None and len(known) == len(amounts) >= 2:
        yield sum_statement(whole, known)
