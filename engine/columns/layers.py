"""Named intermediate columns, in layers: what is used more than once is worked out once, in an inner query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from engine.columns import flags as fl
from engine.columns.flags import Flag, Node, column, wrapped
from engine.columns.integers import Int
from engine.columns.ratios import Ratio


@dataclass(slots=True)
class Layers:
    """Columns over a base relation. `prefix` tells the names of one builder from those of another."""

    prefix: str = "b"
    levels: list[dict[str, Node]] = field(default_factory=list)
    _depth: dict[str, int] = field(default_factory=dict)
    _names: dict[Node, str] = field(default_factory=dict)
    _reads: dict[str, list[str]] = field(default_factory=dict)

    def name(self, node: Node) -> Node:
        """A column that holds an expression; the same one for the same expression."""
        if isinstance(node, exp.Column):
            return node
        known = self._names.get(node)
        if known is None:
            reads = columns_of(node)
            level = max((self._depth.get(one, 0) for one in reads), default=0)
            known = f"{self.prefix}{len(self._names)}"
            self._names[node], self._depth[known], self._reads[known] = known, level + 1, reads
            while len(self.levels) <= level:
                self.levels.append({})
            self.levels[level][known] = node
        return column(known)

    def flag(self, flag: Flag) -> Flag:
        """A truth value by name; one that only denies a name keeps to that, so that the two are known for opposites."""
        node = flag.node
        if node is None or isinstance(node, exp.Column):
            return flag
        if isinstance(node, exp.Not):
            denied = fl.negation(flag)
            assert denied.node is not None
            return fl.negation(Flag(self.name(denied.node), nullable=flag.nullable))
        return Flag(self.name(node), nullable=flag.nullable)

    def integer(self, value: Int) -> Int:
        """An integer by name."""
        return value if value.node is None else Int(self.name(value.node), value.low, value.high, value.wide)

    def ratio(self, value: Ratio) -> Ratio:
        """A rational by name."""
        return Ratio(self.integer(value.num), self.integer(value.den))

    def reads(self, name: str) -> list[str]:
        """The columns that a name is made of; none of what the base query gives."""
        return self._reads.get(name, [])

    def reached(self, names: Iterable[str]) -> set[str]:
        """Every column these rest on, themselves among them."""
        found, waiting = set[str](), list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.reads(name)
        return found

    def over(
        self, base: exp.Select, kept: list[Node], *, fenced: bool = False, given: Container[str] = ()
    ) -> exp.Select:
        """The columns `kept` of everything named so far, over a base query; only what is needed passes through.

        `fenced`: an engine that would put each layer into the next, again wherever it is used, is kept from it. `given`: names
        that the base query has already.
        """
        levels = self._emitted(kept, given)
        read = [{name for node in level.values() for name in columns_of(node)} for level in levels]
        last = {name for node in kept for name in columns_of(node)}
        query = base
        for place, level in enumerate(levels):
            if level:
                later = last.union(*read[place + 1 :])
                passed = [column(name) for name in query.named_selects if name in later]
                named = [exp.alias_(node, name, copy=False) for name, node in level.items()]
                query = nested([*passed, *named], _fence(query) if fenced else query, f"q{place}")
        return nested(list(kept), _fence(query) if fenced else query, "q")

    def _emitted(self, kept: list[Node], given: Container[str]) -> list[dict[str, Node]]:
        """What each level works out: names that are read more than once; what is read once stands where it is read.

        There it is worked out only for the units for which the case it stands in is reached.
        """
        nodes = {name: node for level in self.levels for name, node in level.items() if name not in given}
        last = [name for node in kept for name in columns_of(node)]
        uses, waiting = Counter(last), list(dict.fromkeys(last))
        while waiting:
            for name in self._reads[found] if (found := waiting.pop()) in nodes else ():
                uses[name] += 1
                if uses[name] == 1:
                    waiting.append(name)
        once = {name: node for name, node in nodes.items() if uses[name] == 1 and name not in last}
        return [
            {
                name: _inlined(node, once)
                for name, node in level.items()
                if name in nodes and uses[name] and name not in once
            }
            for level in self.levels
        ]


def columns_of(node: Node) -> list[str]:
    """The columns an expression reads, as often as it does."""
    return [one.name for one in node.find_all(exp.Column)]


def _inlined(node: Node, once: Mapping[str, Node]) -> Node:
    """An expression with these columns in their places; trees are shared, and the one given is left as it is."""
    if not any(name in once for name in columns_of(node)):
        return node
    made = node.copy()
    for one in list(made.find_all(exp.Column)):
        if one.name in once:
            one.replace(wrapped(_inlined(once[one.name], once)))
    return made


def _fence(query: exp.Select) -> exp.Select:
    query.set("offset", exp.Offset(expression=exp.Literal.number(0)))
    return query


def nested(selected: list[Node], query: exp.Select, alias: str) -> exp.Select:
    """SELECT … FROM (query) AS alias."""
    source = exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(alias)))
    return exp.Select(expressions=selected, from_=exp.From(this=source))
