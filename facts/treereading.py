"""Small readings off a tree whose structure was already checked: what is not there reads as nothing."""

from __future__ import annotations

from facts.yamltree import Mapping, Node, Scalar, Sequence, is_null


def child(node: Node | None, key: str) -> Node | None:
    """The value of a key; None if this is no mapping, or has no such key."""
    return node.get(key) if isinstance(node, Mapping) else None


def text_of(node: Node | None, key: str) -> str:
    """The text under a key; "" where there is none."""
    value = child(node, key)
    return value.text if isinstance(value, Scalar) and not is_null(value) else ""


def items_of(node: Node | None, key: str) -> tuple[Node, ...]:
    """The items of the list under a key."""
    value = child(node, key)
    return value.items if isinstance(value, Sequence) else ()


def texts_of(node: Node | None, key: str) -> tuple[str, ...]:
    """The texts of the list under a key."""
    return tuple(item.text for item in items_of(node, key) if isinstance(item, Scalar))


def words_of(node: Node | None) -> tuple[str, ...]:
    """A word, or the words of a list."""
    if isinstance(node, Scalar):
        return (node.text,)
    items = node.items if isinstance(node, Sequence) else ()
    return tuple(item.text for item in items if isinstance(item, Scalar))


def flag_of(node: Node | None, key: str, default: bool) -> bool:
    """The true or false under a key."""
    value = child(node, key)
    return value.text == "true" if isinstance(value, Scalar) else default


def entries_of(node: Node | None, key: str) -> tuple[tuple[Scalar, Node], ...]:
    """The entries of the mapping under a key."""
    value = child(node, key)
    return value.entries if isinstance(value, Mapping) else ()
