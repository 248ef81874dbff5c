"""The keys each place of a rule file may have, taken from the JSON Schemas: what an editor offers. Lists are passed through."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from facts.schemapaths import resolve
from facts.structure import SCHEMA_FOLDER

Nodes = dict[str, dict[str, Any]]
# The files of a rulebook, by what their schema is called.
SCHEMAS = ("rulebook", "section", "vocabulary", "case", "mapping")
_BRANCHES = ("allOf", "anyOf", "oneOf")
_NESTED = ("then", "else", "if", "items")
_DEPTH = 8
# What a value is written in, by the definition its schema refers to.
_TAKES = {"condition": "formula", "formula": "formula", "quantity": "unit", "unit": "unit"}


@cache
def nodes_of_schemas() -> tuple[Nodes, dict[str, str]]:
    """Every node by its name, and which one each schema begins with.

    A node is {"keys": {key: {title, about, node, values, takes, needed}}, "other": the same for any other key, or null}.
    """
    nodes: Nodes = {}
    roots = {}
    for name in SCHEMAS:
        root = json.loads((SCHEMA_FOLDER / f"{name}.json").read_text("utf-8"))
        roots[name] = _Walk(name, root, nodes).node(root)
    return nodes, roots


class _Walk:
    """Adds the nodes of one schema."""

    def __init__(self, name: str, root: Any, nodes: Nodes) -> None:
        self.name, self.root, self.nodes = name, root, nodes
        self.names: dict[Any, str] = {}

    def node(self, schema: Any) -> str:
        """The name of the node for a schema; made where it is not there yet (schemas refer to themselves)."""
        # The same definition, or the same place in the file.
        own = schema.get("$ref", id(schema)) if isinstance(schema, dict) else id(schema)
        if own in self.names:
            return self.names[own]
        name = self.names[own] = f"{self.name}{len(self.names)}"
        node: dict[str, Any] = {"keys": {}, "other": None}
        self.nodes[name] = node
        for branch in self.branches(schema):
            needed = branch.get("required", ())
            for key, one in branch.get("properties", {}).items():
                node["keys"].setdefault(key, self.entry(one, needed=key in needed))
            other = branch.get("additionalProperties")
            if isinstance(other, dict) and node["other"] is None:
                node["other"] = self.entry(other, needed=False)
        return name

    def entry(self, schema: Any, *, needed: bool) -> dict[str, Any]:
        """What is said of one key."""
        plain = resolve(schema, self.root)
        return {
            "title": plain.get("title", ""),
            "about": plain.get("description", ""),
            "node": self.node(schema),
            "values": self.values(schema),
            "takes": next((_TAKES[name] for name in self.references(schema) if name in _TAKES), ""),
            "needed": needed,
        }

    def values(self, schema: Any) -> list[str]:
        """The words a value may be, where the schema lists them."""
        found: dict[str, None] = {}
        for branch in self.branches(schema):
            listed = [*branch.get("enum", ()), *([branch["const"]] if "const" in branch else ())]
            found |= {("true" if one else "false") if isinstance(one, bool) else str(one): None for one in listed}
            if branch.get("type") == "boolean":
                found |= {"true": None, "false": None}
        return list(found)

    def branches(self, schema: Any, depth: int = _DEPTH) -> Iterator[dict[str, Any]]:
        """The schema and whatever it may be instead, references followed."""
        plain = resolve(schema, self.root)
        if not depth:
            return
        yield plain
        inner = [one for word in _BRANCHES for one in plain.get(word, ())]
        inner += [plain[word] for word in _NESTED if isinstance(plain.get(word), dict)]
        for one in inner:
            yield from self.branches(one, depth - 1)

    def references(self, schema: Any, depth: int = 3) -> Iterator[str]:
        """The definitions a schema refers to, by name, the nearest first."""
        if not isinstance(schema, dict) or not depth:
            return
        if "$ref" in schema:
            yield schema["$ref"].rpartition("/")[2]
        for one in (one for word in _BRANCHES for one in schema.get(word, ())):
            yield from self.references(one, depth - 1)
