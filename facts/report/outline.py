"""The outline of a report: numbered headings and items as a tree, found by their numbers alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from facts.provenance import TextSpan
from facts.report.lines import Line
from facts.report.numerals import numeral

_HANZI = "一二三四五六七八九十百"
# From the outside in where a document uses several; which of them lies inside which is found by how they follow.
_STYLES = (
    ("part", re.compile(rf"第([{_HANZI}]+)(?:部分|章)[、:.]?")),
    ("hanzi", re.compile(rf"([{_HANZI}]{{1,3}})、")),
    ("hanzi-brackets", re.compile(rf"[(]([{_HANZI}]{{1,3}})[)]、?")),
    ("dot", re.compile(r"(\d{1,2})(?:\.(?!\d)|、(?!\d))")),
    ("brackets", re.compile(r"[(](\d{1,3})[)]、?")),
    ("half-brackets", re.compile(r"(\d{1,2})[)]、?")),
    ("circled", re.compile(r"([①-⑳])、?")),
)
# “一、部门概况(一)机构设置”: a heading, and the first heading under it on the same line.
_GLUED = re.compile(rf"^([{_HANZI}]{{1,3}}、[^,。;:()、]{{2,24}})([(]一[)])")
MAX_HEADING = 60


@dataclass(slots=True)
class Node:
    """A numbered line and all that stands under it. `title` is what follows the number, up to the first full stop."""

    style: str
    number: int
    label: str
    title: str
    line: Line
    start: int
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    # The lines that stand directly under it, its own first.
    lines: list[Line] = field(default_factory=list)

    @property
    def is_heading(self) -> bool:
        """Whether the numbered line is a title rather than a sentence."""
        rest = self.line.text[self.start :]
        return len(rest) <= MAX_HEADING and not rest.endswith(("。", ";", ","))

    def walk(self) -> Iterator[Node]:
        """The node and all below, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def path(self) -> tuple[Node, ...]:
        """From the outermost heading down to this."""
        return ((*self.parent.path(), self) if self.parent else ()) if self.style != "root" else ()


@dataclass(frozen=True, slots=True)
class Skip:
    """A place where the numbering skips: the numbered line before, and the one that should be its successor."""

    before: Node
    after: Node


@dataclass(frozen=True, slots=True)
class Marker:
    """A number at the beginning of a line, or of the second heading glued to the first."""

    style: str
    number: int
    label: str
    start: int
    end: int


def read_outline(lines: Sequence[Line]) -> Node:
    """The tree of numbered lines; what stands before the first is directly under the root."""
    first = lines[0] if lines else Line(0, "", "", (), TextSpan(1), "")
    root = Node("root", 0, "", "", first, 0)
    stack = [root]
    for line in lines:
        markers = list(_markers(line))
        for marker, end in zip(markers, [*(m.start for m in markers[1:]), len(line.text)], strict=False):
            _open(stack, marker, line, end)
        stack[-1].lines.append(line)
    return root


def _markers(line: Line) -> Iterator[Marker]:
    marker = _marker_at(line.text, 0)
    if marker is None:
        return
    yield marker
    glued = _GLUED.match(line.text)
    if glued:
        second = _marker_at(line.text, glued.start(2))
        if second:
            yield second


def _marker_at(text: str, start: int) -> Marker | None:
    for style, pattern in _STYLES:
        match = pattern.match(text, start)
        value = numeral(match[1]) if match else None
        if match and value:
            return Marker(style, value, match[0].rstrip("、"), start, match.end())
    return None


def _open(stack: list[Node], marker: Marker, line: Line, end: int) -> None:
    """Close what the new number does not stand under, and put it in its place."""
    depth = next((n for n in range(len(stack) - 1, 0, -1) if stack[n].style == marker.style), None)
    if depth is None:
        rank = [style for style, _ in _STYLES].index(marker.style)
        # A kind of number not yet open lies inside what is open, unless it is of an outer kind.
        while len(stack) > 1 and _rank(stack[-1]) > rank:
            stack.pop()
    else:
        del stack[depth:]
    title = re.split(r"[。:;]", line.text[marker.end : end], maxsplit=1)[0]
    node = Node(marker.style, marker.number, marker.label, title, line, marker.end, stack[-1])
    stack[-1].children.append(node)
    stack.append(node)


def _rank(node: Node) -> int:
    return [style for style, _ in _STYLES].index(node.style) if node.style != "root" else -1


def find_skips(root: Node) -> Iterator[Skip]:
    """Where a list that began at 1 leaves out a number and then goes on; anything less is no evidence."""
    for node in root.walk():
        for style in {child.style for child in node.children}:
            yield from _skips([child for child in node.children if child.style == style])


def _skips(nodes: Sequence[Node]) -> Iterator[Skip]:
    started = False
    for n, node in enumerate(nodes):
        if node.number == 1:
            started = True
        if n == 0 or not started:
            continue
        before = nodes[n - 1]
        goes_on = n + 1 < len(nodes) and nodes[n + 1].number == node.number + 1
        if before.number + 1 < node.number <= before.number + 3 and goes_on:
            yield Skip(before, node)
