"""The units of a table as the relations of a rulebook between old and new: its concepts, in its own order, under its own ids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.columns.profile import ColumnProfile, Profile, TableProfile
from engine.difference import Edit
from facts.columns.intake import Intake
from facts.columns.normal import items_sql, units_sql
from facts.problem import Text
from facts.vocabulary import Concept, Vocabulary
from hegui.batch.compiling import odd_scales, profile_of

_PARTS = ("v", "s", "l", "h", "lo", "ho")


class Relations:
    """Tables `population` and `population_items_<place>`, made once; views `units` and `items_<place>` for each rulebook."""

    def __init__(self, intake: Intake, edits: Sequence[Edit]) -> None:
        self.intake, self._store, self._profile = intake, intake.store, profile_of(intake)
        (last,) = self._store.one(f"SELECT max(row) FROM {intake.units.name}")
        self.top = last + 1
        self._store.run(f"CREATE TABLE population AS {units_sql(intake, 0, self.top)}")
        self._has = {str(name) for name, *_ in self._store.all("DESCRIBE population")}
        self._items = {one.concept: one for one in intake.items}
        for one in intake.items:
            self._store.run(f"CREATE TABLE population_items_{one.place} AS {items_sql(intake, one, 0, self.top)}")
        self._places = {concept: place for place, concept in enumerate(intake.vocabulary.concepts)}
        self._renamed = [(edit.old_id, edit.id) for edit in edits if edit.clause == "concept" and edit.old_id]

    def profile(self, vocabulary: Vocabulary) -> tuple[Profile | None, Text | None]:
        """What is known of the columns under a rulebook's concepts; why columns cannot be theirs."""
        odd = odd_scales(self.intake)
        if odd:
            return None, odd[0].message
        ids = [one for pair in self._renamed for one in pair]
        if len(set(ids)) < len(ids) or any(old in self._places and self._both(old, new) for old, new in self._renamed):
            return None, Text("改名的数据项有两列", "a concept that was renamed has two columns")
        found: dict[str, ColumnProfile | TableProfile] = {}
        for concept in vocabulary.concepts.values():
            source = self._source(concept.id)
            if source is None:
                continue
            if not _alike(self.intake.vocabulary.concepts[source], concept):
                label = concept.label
                return None, Text(f"“{label}”的类型改了", f"the type of {label!r} changed")
            found[concept.id] = self._profile.concepts[source]
        return Profile(found), None

    def _both(self, old: str, new: str) -> bool:
        return old in self._profile.concepts and new in self._profile.concepts

    def _source(self, concept: str) -> str | None:
        """The concept whose column is meant: its own, else that of its other id."""
        pairs = dict(self._renamed) | {new: old for old, new in self._renamed}
        for one in (concept, pairs.get(concept, "")):
            if one in self._profile.concepts:
                return one
        return None

    def bind(self, vocabulary: Vocabulary, condition: str) -> None:
        """Make the views, over the units for which a condition on `row` holds."""
        picked = ["row", "unit", "name"]
        for place, concept in enumerate(vocabulary.concepts.values()):
            source = self._source(concept.id)
            if source is not None:
                own = self._places[source]
                picked += [f"{part}{own} AS {part}{place}" for part in _PARTS if f"{part}{own}" in self._has]
                if source in self._items:
                    columns = ", ".join(("row", "item", *self._columns(source, concept)))
                    table = f"population_items_{self._items[source].place}"
                    self._view(f"items_{place}", f"SELECT {columns} FROM {table} WHERE {condition}")
        self._view("units", f"SELECT {', '.join(picked)} FROM population WHERE {condition}")

    def _columns(self, source: str, concept: Concept) -> Iterator[str]:
        """Columns of a table of items, found by name."""
        own = {column.name: place for place, column in enumerate(self.intake.vocabulary.concepts[source].columns)}
        known = self._items[source].facts.columns
        for place, column in enumerate(concept.columns):
            if column.name in known:
                yield f"c{own[column.name]} AS c{place}"

    def _view(self, name: str, query: str) -> None:
        self._store.run(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")


def _alike(one: Concept, other: Concept) -> bool:
    """Whether values of the one can stand for values of the other."""
    columns = {column.name: column.type for column in one.columns}
    return one.type == other.type and all(columns.get(c.name, c.type) == c.type for c in other.columns)
