"""Named intermediate columns, in layers: what is used more than once is worked out once, in an inner query."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from engine.columns.flags import Flag, Node, column
from engine.columns.integers import Int
from engine.columns.ratios import Ratio


@dataclass(slots=True)
class Layers:
    """Columns over a base relation. `prefix` tells the names of one builder from those of another."""

    prefix: str = "b"
    levels: list[dict[str, Node]] = field(default_factory=list)
    _depth: dict[str, int] = field(default_factory=dict)
    _names: dict[Node, str] = field(default_factory=dict)

    def name(self, node: Node) -> Node:
        """A column that holds an expression; the same one for the same expression."""
        if isinstance(node, exp.Column):
            return node
        known = self._names.get(node)
        if known is None:
            level = max((self._depth.get(one.name, 0) for one in node.find_all(exp.Column)), default=0)
            known = f"{self.prefix}{len(self._names)}"
            self._names[node], self._depth[known] = known, level + 1
            while len(self.levels) <= level:
                self.levels.append({})
            self.levels[level][known] = node
        return column(known)

    def flag(self, flag: Flag) -> Flag:
        """A truth value by name."""
        return flag if flag.node is None else Flag(self.name(flag.node), nullable=flag.nullable)

    def integer(self, value: Int) -> Int:
        """An integer by name."""
        return value if value.node is None else Int(self.name(value.node), value.low, value.high, value.wide)

    def ratio(self, value: Ratio) -> Ratio:
        """A rational by name."""
        return Ratio(self.integer(value.num), self.integer(value.den))

    def over(self, base: exp.Select, kept: list[Node], *, fenced: bool = False) -> exp.Select:
        """The columns `kept` of everything named so far, over a base query; only what is needed passes through.

        `fenced`: an engine that would put each layer into the next, again wherever it is used, is kept from it.
        """
        needed = self._needed(kept)
        query = base
        for place, level in enumerate(self.levels):
            chosen = {name: node for name, node in level.items() if name in needed}
            if chosen:
                passed = [column(name) for name in self._passed(place, needed, kept, query)]
                named = [exp.alias_(node, name, copy=False) for name, node in chosen.items()]
                query = nested([*passed, *named], _fence(query) if fenced else query, f"q{place}")
        return nested(list(kept), _fence(query) if fenced else query, "q")

    def _needed(self, kept: list[Node]) -> set[str]:
        """Names that the kept expressions read, directly or through others."""
        nodes = {name: node for level in self.levels for name, node in level.items()}
        found: set[str] = set()
        waiting = [one.name for node in kept for one in node.find_all(exp.Column)]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                if name in nodes:
                    waiting += [one.name for one in nodes[name].find_all(exp.Column)]
        return found

    def _passed(self, place: int, needed: set[str], kept: list[Node], query: exp.Select) -> list[str]:
        """Columns of the query below that this level or a higher one still reads."""
        read = {one.name for node in kept for one in node.find_all(exp.Column)}
        for level in self.levels[place + 1 :]:
            for name, node in level.items():
                if name in needed:
                    read |= {one.name for one in node.find_all(exp.Column)}
        return [name for name in query.named_selects if name in read]


def _fence(query: exp.Select) -> exp.Select:
    query.set("offset", exp.Offset(expression=exp.Literal.number(0)))
    return query


def nested(selected: list[Node], query: exp.Select, alias: str) -> exp.Select:
    """SELECT … FROM (query) AS alias."""
    source = exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(alias)))
    return exp.Select(expressions=selected, from_=exp.From(this=source))
