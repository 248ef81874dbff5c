"""Finding one's way in a JSON Schema and, by a validator's path, in the tree it was held against."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from facts.problem import Text
from facts.yamltree import Mapping, Node, Scalar, Sequence, is_null

_BRANCHING = ("allOf", "anyOf", "oneOf")
_NESTED = ("then", "else", "if")


def find_node(root: Node, path: Iterable[str | int]) -> Node:
    """The node at a validator's path; the nearest one above it if the path leads nowhere."""
    node = root
    for step in path:
        child = _child(node, step)
        if child is None:
            break
        node = child
    return node


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(node, Mapping):
        return node.get(str(step))
    if isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None


def resolve(schema: Any, root: Any) -> Any:
    """The schema a local reference (`#/$defs/…`) leads to; keywords beside the reference stay."""
    for _ in range(10):
        if not isinstance(schema, dict) or "$ref" not in schema:
            break
        target: Any = root
        for step in schema["$ref"].removeprefix("#").strip("/").split("/"):
            target = target[step] if step else target
        schema = {**target, **{k: v for k, v in schema.items() if k != "$ref"}}
    return schema if isinstance(schema, dict) else {}


def properties_of(schema: Any, root: Any, depth: int = 6) -> dict[str, Any]:
    """Every key some branch of the schema knows, with its schema."""
    schema = resolve(schema, root)
    found: dict[str, Any] = {}
    if depth > 0:
        branches = [b for word in _BRANCHING for b in schema.get(word, [])]
        branches += [schema[word] for word in _NESTED if word in schema]
        for branch in branches:
            found |= properties_of(branch, root, depth - 1)
    found |= schema.get("properties", {})
    return found


def own_keys(branches: list[Any]) -> list[tuple[str, ...]]:
    """For each alternative the required keys that not all of them require: what tells it from the others."""
    required = [tuple(branch.get("required", ())) for branch in branches]
    shared = set.intersection(*map(set, required)) if required else set()
    return [tuple(key for key in keys if key not in shared) for keys in required]


def found_text(node: Node) -> Text:
    """What stands there, shortened, for a message."""
    if isinstance(node, Mapping):
        return Text("若干“键: 值”", "a mapping")
    if isinstance(node, Sequence):
        return Text("列表", "a list")
    return Text("空", "nothing") if is_null(node) else _quoted(node)


def _quoted(node: Scalar) -> Text:
    short = node.text if len(node.text) <= 40 else node.text[:39] + "…"
    return Text(f"“{short}”", f"“{short}”")
