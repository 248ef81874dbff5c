"""Headers of tables about many units: which column names the unit, and which concept or column each other one is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from facts.gathering.folding import key_of
from facts.gathering.views import Grid
from facts.problem import Problem, Severity, Text
from facts.provenance import Position
from facts.vocabulary import Concept, Vocabulary

_ID_WORDS = (
    "单位编号", "部门编号", "单位编码", "部门编码", "单位代码", "部门代码", "预算单位编码", "预算单位代码", "评价对象编号", "unit_id",
    "unit", "subject", "id",
)  # fmt: skip
_NAME_WORDS = ("单位名称", "部门名称", "预算单位名称", "评价对象", "单位", "部门", "预算单位", "unit_name", "name")
_IDS = frozenset(map(key_of, _ID_WORDS))
_NAMES = frozenset(map(key_of, _NAME_WORDS))
# Ids that may be those of anything.
_OWN_IDS = frozenset(map(key_of, ("id", "unit", "subject")))
_HEADER_ROWS = 20
Columns = Mapping[int, Concept]


@dataclass(frozen=True, slots=True)
class Heading:
    """The header of a table with a row for each unit: its row, the columns of id and name, and those of concepts.

    `tables`: columns called after a table concept, where a unit may state that it has nothing to list.
    """

    row: int
    id: int | None
    name: int | None
    concepts: Columns
    unknown: tuple[str, ...] = ()
    tables: Columns = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemsHeading:
    """The header of a table with a row for each item: its row, the columns of units, the column behind each column's name.

    `owners`: where the unit of an item is named, its id before its name.
    """

    row: int
    owners: tuple[int, ...]
    columns: Mapping[str, int]
    unknown: tuple[str, ...] = ()


def find_heading(grid: Grid, vocabulary: Vocabulary) -> Heading | None:
    """The first row that names units and the most concepts."""
    keys = {key_of(name): vocabulary.concepts[concept] for name, concept in vocabulary.names.items()}
    best: Heading | None = None
    for row, cells in enumerate(grid.table.rows[:_HEADER_ROWS]):
        named = [key_of(cell.text) if not cell.covered else "" for cell in cells]
        concepts = _concept_columns(named, keys)
        tables = {n: keys[key] for n, key in enumerate(named) if key in keys and keys[key].type == "table"}
        ids = [n for n, key in enumerate(named) if key in _IDS and n not in concepts]
        names = [n for n, key in enumerate(named) if key in _NAMES and n not in concepts]
        if not ids and not names:
            continue
        taken = {*concepts, *ids[:1], *names[:1], *tables}
        unknown = tuple(cell.text.strip() for n, cell in enumerate(cells) if named[n] and n not in taken)
        heading = Heading(row, ids[0] if ids else None, names[0] if names else None, concepts, unknown, tables)
        if best is None or len(heading.concepts) > len(best.concepts):
            best = heading
    return best


def _concept_columns(named: Sequence[str], keys: Mapping[str, Concept]) -> dict[int, Concept]:
    found: dict[int, Concept] = {}
    for column, key in enumerate(named):
        concept = keys.get(key)
        if concept is not None and concept.type != "table" and concept not in found.values():
            found[column] = concept
    return found


def find_items_heading(grid: Grid, concept: Concept) -> ItemsHeading | None:
    """The first row that names units and columns of a table concept."""
    wanted = {key_of(column.name): column.name for column in concept.columns}
    for row, cells in enumerate(grid.table.rows[:_HEADER_ROWS]):
        named = [key_of(cell.text) for cell in cells]
        columns = {wanted[key]: n for n, key in reversed(list(enumerate(named))) if key in wanted}
        owners = _owners([key if n not in columns.values() else "" for n, key in enumerate(named)])
        if owners and columns:
            taken = {n for n, key in enumerate(named) if key in wanted or key in _IDS | _NAMES}
            unknown = tuple(cell.text.strip() for n, cell in enumerate(cells) if named[n] and n not in taken)
            return ItemsHeading(row, owners, columns, unknown)
    return None


def _owners(named: Sequence[str]) -> tuple[int, ...]:
    """The columns that name the unit of an item: its id, then its name. A column `id` after the unit's name is the item's own."""
    ids = [n for n, key in enumerate(named) if key in _IDS]
    names = [n for n, key in enumerate(named) if key in _NAMES]
    if ids and names and names[0] < ids[0]:
        ids = [n for n in ids if named[n] not in _OWN_IDS]
    return (*ids[:1], *names[:1])


def is_called_after(grid: Grid, concept: Concept) -> bool:
    """Whether the table's own title (the name of its sheet) is a name of the concept: it is meant to hold its rows."""
    return key_of(grid.table.title) in map(key_of, (concept.id, concept.label, *concept.aliases))


def no_items(concept: Concept, at: Position, severity: Severity = "error") -> Problem:
    """The Problem of a table called after a table concept that has none of its columns."""
    names = "、".join(column.name for column in concept.columns[:8])
    message = Text(
        f"没有“{concept.label}”的表:表头里应有单位和这些列:{names}",
        f"no table of {concept.label}: its header needs a column of units, and of {names}",
    )
    return Problem("no-items", at, message, severity=severity)
