"""Changes YAML where it is changed and nowhere else: comments, order, quoting and every other byte stay.

Works on files that `facts.yamltree` has accepted (no anchors, tags or duplicate keys). A value is read as people see it: a
text decoded, a structure as it is written. Every change is checked by reading the result again.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import yaml

from facts.provenance import Position
from facts.yamltree import Mapping as TreeMapping
from facts.yamltree import Scalar, read_yaml, to_plain

# `text`: a text, whatever it looks like. `number`: a numeral stands plain. `source`: written as it is given.
Kind = Literal["text", "number", "source"]
Keys = tuple[str, ...]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BREAK = re.compile("\r\n|\n|\r")
_NUMERAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_STEP = 2


class CannotEdit(Exception):
    """The file is written in a way this module does not change; the message says which."""


class Tree:
    """A document with the offset of every node."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in _BREAK.finditer(text))]
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.root: Any = yaml.compose(text, Loader=_LOADER)

    def start(self, node: Any) -> int:
        """Where a node begins."""
        line, column = int(node.start_mark.line), int(node.start_mark.column)
        return self.starts[line] + column

    def end(self, node: Any) -> int:
        """Where its last character stands, comments and blank lines after it left out."""
        if isinstance(node, yaml.ScalarNode):
            block = node.style in ("|", ">")
            return len(self.text[: self._mark(node)].rstrip()) if block else self._mark(node)
        if node.flow_style or not node.value:
            return self._mark(node)
        last = node.value[-1]
        return self.end(last[1] if isinstance(node, yaml.MappingNode) else last)

    def _mark(self, node: Any) -> int:
        line, column = int(node.end_mark.line), int(node.end_mark.column)
        return self.starts[line] + column

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins."""
        return self.starts[bisect_right(self.starts, offset) - 1]

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends, its line break included."""
        match = _BREAK.search(self.text, offset)
        return match.end() if match else len(self.text)

    def entry(self, path: Keys) -> tuple[Any, Any, Any] | None:
        """(mapping, key, value) at a path; the only item of a list of one is looked into."""
        node = self.top()
        found = None
        for name in path:
            if not isinstance(node, yaml.MappingNode):
                return None
            pair = next(((key, value) for key, value in node.value if key.value == name), None)
            if pair is None:
                return None
            found, node = (node, *pair), pair[1]
        return found

    def top(self) -> Any:
        """The root, or the item of a list of one: a record cut out of its list."""
        root = self.root
        return root.value[0] if isinstance(root, yaml.SequenceNode) else root

    def shown(self, node: Any) -> str:
        """A value as people see it: a text decoded, a structure as it is written, its indentation taken off."""
        if isinstance(node, yaml.ScalarNode):
            plain_nothing = not node.style and node.value in ("", "~", "null")
            return "" if plain_nothing else str(node.value)
        return self.source(node)

    def source(self, node: Any) -> str:
        """A value exactly as it is written."""
        lines = _BREAK.split(self.text[self.start(node) : self.end(node)])
        indent = " " * int(node.start_mark.column)
        return "\n".join([lines[0], *(line.removeprefix(indent) for line in lines[1:])])


def value_at(tree: Tree, path: Keys, kind: Kind) -> str:
    """The value at a path as people see it; "" where there is none."""
    found = tree.entry(path)
    if found is None:
        return ""
    return tree.source(found[2]) if kind == "source" else tree.shown(found[2])


# --- setting a value --------------------------------------------------------------------------------------------------


def set_value(text: str, path: Keys, kind: Kind, new: str, order: Sequence[str] = ()) -> str:
    """The text with another value at a path; "" takes it away. `order` says after which keys a new one belongs."""
    tree = Tree(text)
    found = tree.entry(path)
    if new == value_at(tree, path, kind):
        return text
    if new == "":
        return _without(tree, path)
    if found is None:
        return _with_new(tree, path, kind, new, order)
    mapping, key, old = found
    for written in _writings(new, kind, old):
        block = _is_block(written)
        if block and mapping.flow_style:
            raise CannotEdit("a structure of several lines inside {…}")
        changed = _replaced(tree, mapping, key, old, written, block)
        if _reads_as(changed, path, kind, new):
            return changed
    raise CannotEdit(f"{'.'.join(path)} cannot be written as {new[:40]!r}")


def _replaced(tree: Tree, mapping: Any, key: Any, old: Any, written: str, block: bool) -> str:
    start, end = tree.start(old), tree.end(old)
    one_line = old.start_mark.line == key.end_mark.line
    if block or not one_line or start == end:
        # From the colon on: what stood on its own lines gives way to what follows the key, and the other way round.
        start = tree.text.index(":", tree._mark(key)) + 1
        end = max(end, start)
        written = _hung(tree, mapping, written) if block else f" {written}"
    return tree.text[:start] + written + tree.text[end:]


def _hung(tree: Tree, mapping: Any, written: str) -> str:
    """Lines of a structure below its key."""
    indent = " " * (int(mapping.start_mark.column) + _STEP)
    return "".join(f"{tree.newline}{indent if line else ''}{line}" for line in written.split("\n"))


def _with_new(tree: Tree, path: Keys, kind: Kind, new: str, order: Sequence[str]) -> str:
    parent = path[:-1]
    if parent and tree.entry(parent) is None:
        inner = _first_entry(path[-1], kind, new)
        return set_value(tree.text, parent, "source", inner, order)
    holder = tree.entry(parent)[2] if parent else tree.top()  # type: ignore[index]  # it is there
    if not isinstance(holder, yaml.MappingNode):
        raise CannotEdit(f"{'.'.join(parent)} is no mapping")
    for written in _writings(new, kind, None):
        changed = _inserted(tree, holder, path[-1], written, () if parent else order)
        if changed is not None and _reads_as(changed, path, kind, new):
            return changed
    raise CannotEdit(f"{'.'.join(path)} cannot be written as {new[:40]!r}")


def _first_entry(name: str, kind: Kind, new: str) -> str:
    for written in _writings(new, kind, None):
        text = f"{name}: {written}" if not _is_block(written) else f"{name}:\n" + _indented(written)
        if _reads_as(text, (name,), kind, new):
            return text
    raise CannotEdit(f"{name} cannot be written as {new[:40]!r}")


def _indented(text: str) -> str:
    return "\n".join(f"{' ' * _STEP}{line}" if line else "" for line in text.split("\n"))


def _inserted(tree: Tree, holder: Any, name: str, written: str, order: Sequence[str]) -> str | None:
    key = _quoted_key(name)
    if holder.flow_style:
        if _is_block(written):
            return None
        place = tree.end(holder) - 1
        comma = ", " if holder.value else ""
        at = len(tree.text[:place].rstrip())
        return f"{tree.text[:at]}{comma}{key}: {written}{tree.text[at:]}"
    before = _before(holder, name, order)
    entry = f"{key}:{_hung(tree, holder, written)}" if _is_block(written) else f"{key}: {written}"
    indent = " " * int(holder.start_mark.column)
    if before is None:
        place = tree.start(holder.value[0][0])
        return f"{tree.text[:place]}{entry}{tree.newline}{indent}{tree.text[place:]}"
    place = tree.line_end(tree.end(before[1]))
    head = tree.text[:place]
    gap = "" if head.endswith(("\n", "\r")) else tree.newline
    return f"{head}{gap}{indent}{entry}{tree.newline if not gap else ''}{tree.text[place:]}"


def _before(holder: Any, name: str, order: Sequence[str]) -> tuple[Any, Any] | None:
    """The entry a new key comes after: the last whose place in `order` is before it; without an order, the last."""
    if name not in order:
        return holder.value[-1] if holder.value else None
    rank = order.index(name)
    known = [pair for pair in holder.value if pair[0].value in order and order.index(pair[0].value) < rank]
    return known[-1] if known else None


def _without(tree: Tree, path: Keys) -> str:
    found = tree.entry(path)
    assert found is not None
    mapping, key, value = found
    if len(mapping.value) == 1 and len(path) > 1:
        return _without(tree, path[:-1])
    place = next(number for number, pair in enumerate(mapping.value) if pair[0] is key)
    start = tree.start(key)
    if mapping.flow_style:
        if place + 1 < len(mapping.value):
            return tree.text[:start] + tree.text[tree.start(mapping.value[place + 1][0]) :]
        before = tree.end(mapping.value[place - 1][1]) if place else start
        return tree.text[:before] + tree.text[tree.end(value) :]
    line = tree.line_start(start)
    if tree.text[line:start].strip():
        # It stands behind the dash of a list: the next key takes its place.
        if place + 1 == len(mapping.value):
            raise CannotEdit(f"{'.'.join(path)} is all there is")
        return tree.text[:start] + tree.text[tree.start(mapping.value[place + 1][0]) :]
    return tree.text[:line] + tree.text[tree.line_end(max(tree.end(value), tree._mark(key))) :]


def _reads_as(text: str, path: Keys, kind: Kind, new: str) -> bool:
    """Whether the file is still one, and says at that path what was meant."""
    try:
        tree = Tree(text)
    except yaml.YAMLError:
        return False
    found = tree.entry(path)
    if found is None:
        return False
    if kind == "source":
        return tree.source(found[2]).rstrip() == new.rstrip()
    value = found[2]
    if not isinstance(value, yaml.ScalarNode) or value.value != new:
        return False
    typed = to_plain(Scalar(value.value, not value.style, Position("")))
    return isinstance(typed, str) or (kind == "number" and _NUMERAL.fullmatch(new) is not None)


def _writings(new: str, kind: Kind, old: Any) -> list[str]:
    """Ways to write a value, the likest to the old one first."""
    if kind == "source":
        return [new]
    double = json.dumps(new, ensure_ascii=False)
    single = "'" + new.replace("'", "''") + "'"
    style = old.style if isinstance(old, yaml.ScalarNode) else None
    if kind == "number" and _NUMERAL.fullmatch(new):
        return [new, double]
    if style == '"':
        return [double]
    if style == "'":
        return [single, double]
    return [double] if "\n" in new else [new, double]


def _quoted_key(name: str) -> str:
    plain = re.fullmatch(r"[\w][\w-]*", name) and not _NUMERAL.fullmatch(name)
    return name if plain else json.dumps(name, ensure_ascii=False)


def _is_block(written: str) -> bool:
    """Whether a value has to stand on lines of its own below its key."""
    try:
        node = yaml.compose(written, Loader=_LOADER)
    except yaml.YAMLError:
        return "\n" in written
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def is_value(text: str, name: str) -> bool:
    """Whether a text may stand as the value of a key: sound YAML with none of what is refused everywhere."""
    written = f"value:\n{_indented(text)}\n" if _is_block(text) else f"value: {text}\n"
    node, problems = read_yaml(written.encode(), name)
    return isinstance(node, TreeMapping) and node.keys() == ("value",) and not problems


# --- lists of records -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Record:
    """An item of a list as it is written: the blank lines above it, the comments it carries and its lines."""

    gap: str
    text: str


@dataclass(frozen=True, slots=True)
class Records:
    """A list cut into its items: `head` and `tail` are the rest of the file."""

    head: str
    records: tuple[Record, ...]
    tail: str
    indent: str

    def joined(self, records: Sequence[Record]) -> str:
        """The file with these items instead. The first keeps the distance to its key that the first had."""
        usual = Counter(record.gap for record in self.records[1:]).most_common(1)
        gap = usual[0][0] if usual else ""
        parts = [self.head]
        for place, record in enumerate(records):
            own = record.gap
            if not place and "#" not in own:
                own = self.records[0].gap if self.records else ""
            elif place and self.records and record is self.records[0]:
                own = own or gap
            parts += [own, record.text if record.text.endswith(("\n", "\r")) else f"{record.text}\n"]
        whole = "".join([*parts, self.tail])
        # A file that ended without a line break still does.
        bare = not self.tail and self.records and not self.records[-1].text.endswith(("\n", "\r"))
        return whole.rstrip("\r\n") if bare else whole


def split_records(text: str, path: Keys) -> Records | None:
    """The items of the list at a path; None where there is none. CannotEdit where it is written in one line."""
    tree = Tree(text)
    found = tree.entry(path)
    if found is None or not isinstance(found[2], yaml.SequenceNode):
        return None
    items = found[2]
    if not items.value:
        return None
    if items.flow_style:
        raise CannotEdit(f"{'.'.join(path)} stands in one line")
    column = int(items.start_mark.column)
    begins = [tree.line_start(tree.start(item)) for item in items.value]
    if len(set(begins)) < len(begins):
        raise CannotEdit(f"{'.'.join(path)} has items in one line")
    begins = [_dash_line(tree, item, column) for item in items.value]
    ends = [tree.line_end(tree.end(item)) for item in items.value]
    after_key = tree.line_end(tree.text.index(":", tree._mark(found[1])))
    records, last = [], after_key
    for begin, end in zip(begins, ends, strict=True):
        own = _own_comments(tree.text, last, begin)
        records.append(Record(tree.text[last:own], tree.text[own:end]))
        last = end
    return Records(tree.text[:after_key], tuple(records), tree.text[last:], " " * column)


def _dash_line(tree: Tree, item: Any, column: int) -> int:
    """The line of an item's dash: its own, or one above where the item begins below it."""
    line = int(item.start_mark.line)
    while line and not tree.text[tree.starts[line] + column :].startswith("-"):
        line -= 1
    return tree.starts[line]


def _own_comments(text: str, last: int, begin: int) -> int:
    """Where the comments begin that stand directly above an item."""
    lines = text[last:begin].splitlines(keepends=True)
    own = begin
    while lines and lines[-1].strip().startswith("#"):
        own -= len(lines.pop())
    return own


def new_record(indent: str, key: str, value: str, kind: Kind = "text") -> str:
    """The first line of a new item, for `set_value` to go on with."""
    for written in _writings(value, kind, None):
        text = f"{indent}- {key}: {written}\n"
        if _reads_as(text, (key,), kind, value):
            return text
    raise CannotEdit(f"{key} cannot be written as {value[:40]!r}")
