"""Values worth trying for one fact: every label, every value that puts a measure where it matters, tables row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import islice, product

from engine.compute import Env
from engine.expr import Aggregate, Comparison, Expr, Is, Name, Number, Quantifier
from engine.model import Rulebook
from engine.ranges import simplest
from engine.solving import Line, measured_by, solve
from engine.trials.targets import Target
from engine.walk import nodes
from facts.model import Row, Value
from facts.model import Scalar as CellValue
from facts.units import PLAIN, Unit
from facts.values import ZERO, exact_places
from facts.vocabulary import YES, Column, Concept

MAX_PLACES = 6
_MAX_LISTS = 160
_MAX_ROWS = 20
_NAMES = "甲乙丙丁戊己庚辛壬癸"


@dataclass(frozen=True, slots=True)
class Values:
    """What to try for the concepts one question is about; `trees` are its formulas, `targets` its measures."""

    book: Rulebook
    targets: Sequence[Target]
    trees: Sequence[Expr]
    day: date
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _made: dict[tuple[str, tuple[str, ...]], list[Value]] = field(default_factory=dict, init=False)

    def first(self, concept: Concept, scale: Fraction, *, yes: bool) -> Value:
        """A sane value to start from: `scale` in the concept's unit, or as near as it may be."""
        match concept.type:
            case "boolean":
                return concept_labels(concept)[0 if yes else -1]
            case "choice" | "text":
                known = (*concept.choices, *self.labels.get(concept.id, ()))
                return known[0 if yes else -1] if known else "示例"
            case "date":
                return self.day
            case "table":
                return (self._row(concept, yes),) if yes else ()
            case _:
                return within(concept, scale * (concept.unit or PLAIN).factor) or ZERO

    def every(self, concept: Concept, env: Env) -> Iterator[Value]:
        """Everything worth trying for a concept while the others are as they are."""
        match concept.type:
            case "boolean" | "choice":
                yield from concept_labels(concept)
            case "text":
                yield from (*self.labels.get(concept.id, ()), "其他")
            case "table":
                yield from self._lists(concept, env)
            case "date":
                for value in self._solved(concept, env):
                    if 1 <= value <= date.max.toordinal() and value.denominator == 1:
                        yield date.fromordinal(int(value))
            case _:
                yield from self._numbers(concept, env)

    # --- numbers ---

    def _numbers(self, concept: Concept, env: Env) -> Iterator[Fraction]:
        ends = [end for end in (concept.minimum, concept.maximum, ZERO) if end is not None]
        found = dict.fromkeys((*self._solved(concept, env), *ends))
        yield from (value for value in found if writable(concept, value))

    def _solved(self, concept: Concept, env: Env) -> Iterator[Fraction]:
        now = env.facts.get(concept.id)
        if not isinstance(now, Fraction):
            return
        for target in self.targets:
            if concept.id in target.measure.concepts:
                at = measured_by(target.measure, concept.id, env)
                for wanted in target.values:
                    yield from _near(solve(at, now, wanted), concept)

    # --- tables ---

    def _row(self, concept: Concept, yes: bool) -> Row:
        return {column.name: _cell(column, self.day, yes=yes) for column in concept.columns}

    def _lists(self, concept: Concept, env: Env) -> list[Value]:
        """Rows worth trying, made once for each state of the facts that are measured together with the table."""
        beside = {c for t in self.targets if concept.id in t.measure.concepts for c in t.measure.concepts}
        key = (concept.id, tuple(str(env.facts.get(name)) for name in sorted(beside - {concept.id})))
        if key not in self._made:
            self._made[key] = list(islice(self._tables(concept, env), _MAX_LISTS))
        return self._made[key]

    def _tables(self, concept: Concept, env: Env) -> Iterator[Value]:
        variants = self._variants(concept)
        base = variants[0]
        yield ()
        lists = [[row] for row in variants] + [[base, row] for row in variants[1:]]
        yield from (_named(rows, concept) for rows in lists)
        yield from self._solved_rows(concept, env, lists)
        about = [target for target in self.targets if concept.id in target.measure.concepts]
        wanted = {value for target in about for value in target.values}
        counts = sorted({int(value) for value in wanted if 1 < value <= _MAX_ROWS * 2 and value.denominator == 1})
        for number in counts:
            yield from (_named([row] * number, concept) for row in variants[:6])
        mixed = {(share.numerator, share.denominator) for share in wanted if 0 < share < 1 and share.denominator <= 20}
        mixed |= {(1, 2)} if mixed else set()
        for (number, size), one, other in product(sorted(mixed), variants[:5], variants[:5]):
            if one is not other:
                yield _named([one] * number + [other] * (size - number), concept)

    def _variants(self, concept: Concept) -> list[Row]:
        """Rows that differ in what the formulas look at."""
        constants = dict(self._constants(concept))
        base = self._row(concept, yes=True)
        found: list[Row] = [base]
        labelled = [c for c in concept.columns if c.type in ("boolean", "choice") or c.name in constants]
        choices = [_column_values(column, constants.get(column.name, ()), self.day) for column in labelled]
        if choices and len(choices) <= 4:
            names = [column.name for column in labelled]
            found += [{**base, **dict(zip(names, cells, strict=True))} for cells in islice(product(*choices), 40)]
        for column in concept.columns:
            values = _column_values(column, constants.get(column.name, ()), self.day)
            found += [{**base, column.name: value} for value in values]
        distinct = dict.fromkeys(tuple(row.items()) for row in found)
        return [dict(row) for row in islice(distinct, 40)]

    def _constants(self, concept: Concept) -> Iterator[tuple[str, tuple[CellValue, ...]]]:
        """What each column is compared with, by column."""
        found: dict[str, list[CellValue]] = {}
        for tree in self.trees:
            for node in nodes(tree):
                if isinstance(node, Aggregate | Quantifier) and node.table == concept.id:
                    for inner in nodes(node.where):
                        _note(inner, concept, found)
        yield from ((name, tuple(dict.fromkeys(values))) for name, values in found.items())

    def _solved_rows(self, concept: Concept, env: Env, lists: Sequence[list[Row]]) -> Iterator[Value]:
        """Rows one of whose cells puts a measure where it matters."""
        numeric = [column for column in concept.columns if column.type in ("quantity", "score")]
        for target in self.targets:
            if concept.id in target.measure.concepts and not _counts(target.measure.tree):
                for column, rows in product(numeric, lists[:6]):
                    now = rows[0].get(column.name)
                    if isinstance(now, Fraction):
                        at = _by_cell(target, concept, env, rows, column.name)
                        for wanted in target.values:
                            for value in _near(solve(at, now, wanted), column):
                                if writable(column, value):
                                    yield _named([{**rows[0], column.name: value}, *rows[1:]], concept)


def concept_labels(concept: Concept | Column) -> tuple[str, ...]:
    """The labels a concept can have."""
    return concept.choices or (YES, "否")


def within(concept: Concept | Column, value: Fraction) -> Fraction | None:
    """The value, or the end of the concept's range that is nearest to it."""
    if concept.minimum is not None and value < concept.minimum:
        value = concept.minimum
    if concept.maximum is not None and value > concept.maximum:
        value = concept.maximum
    return value if not concept.whole or value.denominator == 1 else Fraction(int(value))


def writable(concept: Concept | Column, value: Fraction) -> bool:
    """Whether a case file can say it: within the range, and with few digits after the point."""
    if not concept.range.contains(value) or (concept.whole and value.denominator != 1):
        return False
    unit: Unit = concept.unit or PLAIN
    places = exact_places(value / unit.factor)
    return places is not None and places <= MAX_PLACES and abs(value / unit.factor) < 10**12


def _near(value: Fraction | None, concept: Concept | Column) -> Iterator[Fraction]:
    """A solution, or for what is counted the whole numbers beside it."""
    if value is None:
        return
    whole = concept.whole or concept.type == "date"
    if whole and value.denominator != 1:
        yield Fraction(value.numerator // value.denominator)
        yield Fraction(value.numerator // value.denominator + 1)
    else:
        yield value


def _counts(tree: Expr) -> bool:
    return isinstance(tree, Aggregate) and tree.function in ("count", "share")


def _by_cell(target: Target, concept: Concept, env: Env, rows: Sequence[Row], column: str) -> Line:
    def at(value: Fraction) -> Fraction | None:
        changed = ({**rows[0], column: value}, *rows[1:])
        found = target.measure.raw(Env({**env.facts, concept.id: changed}, env.parameters, env.rollups), None)
        return found if isinstance(found, Fraction) else None

    return at


def _cell(column: Column, day: date, *, yes: bool) -> CellValue:
    match column.type:
        case "boolean" | "choice":
            return concept_labels(column)[0 if yes else -1]
        case "date":
            return day
        case "text":
            return "甲"
        case _:
            return within(column, 100 * (column.unit or PLAIN).factor)


def _column_values(column: Column, constants: Iterable[CellValue], day: date) -> tuple[CellValue, ...]:
    if column.type in ("boolean", "choice"):
        return concept_labels(column)
    if column.type in ("quantity", "score"):
        step = Fraction(1) if column.whole else (column.unit or PLAIN).factor / 100
        numbers = [value for value in constants if isinstance(value, Fraction)]
        beside = [value + offset for value in numbers for offset in (ZERO, step, -step)]
        base = _cell(column, day, yes=True)
        found = (*beside, base, ZERO, None)
        return tuple(dict.fromkeys(v for v in found if v is None or (isinstance(v, Fraction) and writable(column, v))))
    return tuple(dict.fromkeys((*constants, _cell(column, day, yes=True))))


def _note(node: Expr, concept: Concept, found: dict[str, list[CellValue]]) -> None:
    match node:
        case Comparison(_, Name(name), Number(value)) | Comparison(_, Number(value), Name(name)):
            if concept.column(name) is not None:
                found.setdefault(name, []).append(value)
        case Is(Name(name), label):
            if concept.column(name) is not None:
                found.setdefault(name, []).append(label)


def _named(rows: Sequence[Row], concept: Concept) -> Value:
    """Rows told apart by their texts, so that a person can read the case."""
    texts = [column.name for column in concept.columns if column.type == "text"]
    named = list[Row]()
    for number, row in enumerate(rows):
        cells = dict(row)
        for name in texts:
            if cells.get(name) == "甲":
                cells[name] = _NAMES[number] if number < len(_NAMES) else f"第{number + 1}"
        named.append(cells)
    return tuple(named)


def plain(value: Value) -> object:
    """A value as formulas see it: dates as day numbers."""
    if isinstance(value, date):
        return Fraction(value.toordinal())
    return simplest(value) if hasattr(value, "lo_open") else value  # type: ignore[arg-type]  # an Interval has it
