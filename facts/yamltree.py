"""Reads YAML (and JSON, which is YAML) from people we do not know, and remembers where everything stands.

The tree holds text only: what a scalar means is for the reader of the form to say. Whatever lets a small file become a
large structure (anchors, aliases, merge keys), names a type (tags) or hides a value (duplicate keys) is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from facts.problem import NO_TEXT, Problem, Text
from facts.provenance import Position
from facts.yamlerrors import explain

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 200_000
MAX_SCALAR = 100_000
MAX_PROBLEMS = 100
MAX_NUMERAL = 60

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Everything but tab, line feed, carriage return and printable characters; the Unicode line separators are among them,
# because YAML 1.1 would count them as lines and no editor does.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_FORBIDDEN_VALUE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
# How zip archives (xlsx, docx), old Office files and PDFs begin.
_OTHER_FILES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-")
_NULLS = ("", "~", "null")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text with the place of its first content character (after an opening quote; the first line of a block).

    `plain` is false for quoted and block scalars. Within a scalar that spans several lines, or that has escapes, only the
    first line up to the first escape can be located by `at.shifted(n)`: folding loses the rest.
    """

    text: str
    plain: bool
    at: Position


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    at: Position


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values, in the order of the file; each key once."""

    entries: tuple[tuple[Scalar, Node], ...]
    at: Position
    _index: dict[str, tuple[Scalar, Node]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {key.text: (key, value) for key, value in self.entries})

    def get(self, key: str) -> Node | None:
        """The value of that key, or None."""
        found = self._index.get(key)
        return found[1] if found else None

    def keys(self) -> tuple[str, ...]:
        """The keys, in the order of the file."""
        return tuple(self._index)

    def key_at(self, key: str) -> Position:
        """Where that key stands; the mapping's own place if it is not there."""
        found = self._index.get(key)
        return found[0].at if found else self.at


Node = Scalar | Sequence | Mapping
Read = tuple[Node | None, tuple[Problem, ...]]


def read_yaml_file(path: Path, name: str | None = None) -> Read:
    """The tree of a file. `name` is what messages call it (default: the path as given)."""
    called = name if name is not None else str(path)
    data, problem = read_bytes(path, called)
    return (None, (problem,)) if problem else read_yaml(data, called)


def read_bytes(path: Path, name: str, limit: int = MAX_BYTES) -> tuple[bytes, Problem | None]:
    """The bytes of an ordinary file of at most `limit` bytes, or the Problem that keeps us from having them."""
    try:
        if path.is_dir():
            return b"", _file_problem("not-a-file", name, Text("这是文件夹,不是文件", "this is a folder, not a file"))
        if path.exists() and not path.is_file():
            return b"", _file_problem("not-a-file", name, Text("这不是普通文件", "this is not an ordinary file"))
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError:
        return b"", _file_problem("no-such-file", name, Text("找不到这个文件", "there is no such file"))
    except (OSError, ValueError):
        return b"", _file_problem("unreadable-file", name, Text("这个文件无法读取", "this file cannot be read"))
    return (b"", _too_large(name, limit)) if len(data) > limit else (data, None)


def read_yaml(data: bytes, name: str) -> Read:
    """The tree of a document; as many Problems at once as the parser can go on after. Never raises.

    The tree is None where none could be made; with errors beside it, it is what could be understood.
    """
    if len(data) > MAX_BYTES:
        return None, (_too_large(name, MAX_BYTES),)
    text, problems = _decode(data, name)
    if text is None:
        return None, problems
    return _Builder(name, text, list(problems)).build()


def to_plain(node: Node | None) -> object:
    """The tree as dicts, lists and scalars, the form JSON Schema speaks of.

    Only plain `true`, `false`, `null` (or nothing) and plain decimal numerals are more than text; 是, yes, dates and
    everything quoted stay text. No float is made.

    >>> to_plain(Scalar("12.50", True, Position("x"))), to_plain(Scalar("12", False, Position("x")))
    (Decimal('12.50'), '12')
    """
    if isinstance(node, Mapping):
        return {key.text: to_plain(value) for key, value in node.entries}
    if isinstance(node, Sequence):
        return [to_plain(item) for item in node.items]
    return None if node is None else _plain_scalar(node)


def is_null(node: Node | None) -> bool:
    """Whether nothing is written there, or `null`."""
    return node is None or (isinstance(node, Scalar) and node.plain and node.text in _NULLS)


def _plain_scalar(node: Scalar) -> object:
    text = node.text
    if not node.plain:
        return text
    if text in _NULLS:
        return None
    if text in ("true", "false"):
        return text == "true"
    if len(text) > MAX_NUMERAL:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    return Decimal(text) if _DECIMAL.fullmatch(text) else text


def _file_problem(code: str, name: str, message: Text) -> Problem:
    return Problem(code, Position(name), message)


def _too_large(name: str, limit: int) -> Problem:
    size = f"{limit // (1024 * 1024)} MiB" if limit >= 1024 * 1024 else f"{limit} B"
    message = Text(f"文件超过 {size},不予读取", f"the file is larger than {size} and is not read")
    hint = Text("请拆成几个文件。", "Split it into several files.")
    return Problem("file-too-large", Position(name), message, hint)


# --- bytes to text ----------------------------------------------------------------------------------------------------


def _decode(data: bytes, name: str) -> tuple[str | None, tuple[Problem, ...]]:
    if data.startswith(_OTHER_FILES):
        message = Text(
            "这不是 YAML 文件,是工作簿、Word 文件或 PDF", "this is no YAML but a workbook, a Word file or a PDF"
        )
        hint = Text("请先用 hegui facts read 读成个案", "read it into a case with hegui facts read first")
        return None, (Problem("not-yaml", Position(name), message, hint),)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, (_not_utf8(data, error.start, name),)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return None, (Problem("empty-file", Position(name), Text("文件是空的", "the file is empty")),)
    problems = tuple(_forbidden(text, found, name) for found in islice(_FORBIDDEN.finditer(text), MAX_PROBLEMS))
    return _FORBIDDEN.sub("\ufffd", text), problems


def _not_utf8(data: bytes, start: int, name: str) -> Problem:
    before = data[:start].decode("utf-8").removeprefix("\ufeff")
    at = _position(before, len(before), name)
    message = Text(f"字节 0x{data[start]:02x} 不是 UTF-8 编码", f"byte 0x{data[start]:02x} is not UTF-8")
    hint = Text(
        "请用编辑器把文件另存为 UTF-8(它可能是 GBK 或 UTF-16 编码)。",
        "Save the file as UTF-8 (it may be GBK or UTF-16 now).",
    )
    return Problem("not-utf8", at, message, hint)


def _forbidden(text: str, match: re.Match[str], name: str) -> Problem:
    code = f"U+{ord(match.group()):04X}"
    message = Text(f"文件中不能有控制字符 {code}", f"control character {code} may not stand in the file")
    hint = Text("请删除这个看不见的字符。", "Delete this invisible character.")
    return Problem("control-character", _position(text, match.start(), name), message, hint)


def _position(text: str, index: int, name: str) -> Position:
    line_start = text.rfind("\n", 0, index) + 1
    return Position(name, text.count("\n", 0, index) + 1, index - line_start + 1)


# --- events to tree ---------------------------------------------------------------------------------------------------


class _Stop(Exception):
    """Reading on makes no sense; the problem is already noted."""


class _Builder:
    """Turns the parser's events into one tree, noting Problems as it goes."""

    def __init__(self, name: str, text: str, problems: list[Problem]) -> None:
        self.name = name
        self.text = text
        self.problems = problems
        self.nodes = 0
        self.events: Iterator[Any] = iter(())

    def build(self) -> Read:
        """The first document's tree and all Problems."""
        root: Node | None = None
        try:
            self.events = yaml.parse(self.text, Loader=_LOADER)
            root = self._documents()
        except _Stop:
            pass
        except yaml.YAMLError as error:
            self.problems.append(explain(error, self.name, self.text))
        return root, tuple(self.problems[:MAX_PROBLEMS])

    def _documents(self) -> Node | None:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self._note("several-documents", self._at(event), *_SEVERAL)
                    break
                root = self._node(next(self.events), 0)
        if root is None:
            self._note("empty-file", Position(self.name), Text("文件里只有注释", "the file holds only comments"))
        return root

    def _node(self, event: Any, depth: int) -> Node:
        self._count(event, depth)
        if isinstance(event, yaml.AliasEvent):
            self._note("alias", self._at(event), *_ALIAS)
            return Scalar(f"*{event.anchor}", False, self._at(event))
        self._check_properties(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._mapping(event, depth)

    def _count(self, event: Any, depth: int) -> None:
        self.nodes += 1
        if depth > MAX_DEPTH:
            message = Text(f"嵌套超过 {MAX_DEPTH} 层", f"nested more than {MAX_DEPTH} levels deep")
            self._fail("too-deep", self._at(event), message)
        if self.nodes > MAX_NODES:
            message = Text(f"内容超过 {MAX_NODES} 个节点", f"more than {MAX_NODES} nodes")
            self._fail("too-many-nodes", self._at(event), message)
        if len(self.problems) > MAX_PROBLEMS:
            raise _Stop

    def _check_properties(self, event: Any) -> None:
        if event.anchor is not None:
            self._note("anchor", self._at(event), *_ANCHOR)
        if event.tag is not None:
            message = Text(f"不能使用类型标记 {event.tag}", f"the tag {event.tag} is not allowed")
            self._note("tag", self._at(event), message, Text("请删去“!”标记。", "Remove the “!” tag."))

    def _scalar(self, event: Any) -> Scalar:
        at = self._content_at(event)
        text: str = event.value
        if len(text) > MAX_SCALAR:
            message = Text(f"一段文字超过 {MAX_SCALAR} 个字符", f"a text is longer than {MAX_SCALAR} characters")
            self._note("too-long", at, message)
            text = text[:MAX_SCALAR]
        if _FORBIDDEN_VALUE.search(text):
            message = Text("转义写出的字符是控制字符", "an escape stands for a control character")
            self._note("control-character", at, message)
            text = _FORBIDDEN_VALUE.sub("\ufffd", text)
        return Scalar(text, event.style in (None, ""), at)

    def _sequence(self, start: Any, depth: int) -> Sequence:
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return Sequence(tuple(items), self._at(start))

    def _mapping(self, start: Any, depth: int) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self.events), depth + 1)
            if isinstance(key, Scalar) and self._key_is_sound(key, entries):
                entries[key.text] = (key, value)
            elif not isinstance(key, Scalar):
                self._note("key-not-text", key.at, *_KEY_NOT_TEXT)
        return Mapping(tuple(entries.values()), self._at(start))

    def _key_is_sound(self, key: Scalar, entries: dict[str, tuple[Scalar, Node]]) -> bool:
        if key.plain and key.text == "<<":
            self._note("merge-key", key.at, *_MERGE)
            return False
        if key.text == "":
            self._note("key-not-text", key.at, Text("冒号前缺少键名", "the key before the colon is missing"))
            return False
        if key.text not in entries:
            return True
        first = entries[key.text][0].at
        message = Text(f"键“{key.text[:60]}”已在 {first} 写过", f"key “{key.text[:60]}” already stands at {first}")
        self._note("duplicate-key", key.at, message, Text("请只保留一处。", "Keep one of the two."))
        return False

    def _at(self, event: Any) -> Position:
        return Position(self.name, event.start_mark.line + 1, event.start_mark.column + 1)

    def _content_at(self, event: Any) -> Position:
        at = self._at(event)
        if event.style in ('"', "'"):
            return at.shifted(self._properties_before(event) + 1)
        return self._block_at(event, at) if event.style in ("|", ">") else at

    def _properties_before(self, event: Any) -> int:
        # A tag or an anchor stands before the quote; both are refused, the position is only nicer without them.
        start: int = event.start_mark.index
        return max(self.text.find(event.style, start) - start, 0)

    def _block_at(self, event: Any, at: Position) -> Position:
        index, line = event.start_mark.index, at.line
        while (end := self.text.find("\n", index)) >= 0:
            index, line = end + 1, line + 1
            rest = self.text[index : index + 1000].split("\n", 1)[0]
            if rest.strip():
                return Position(self.name, line, len(rest) - len(rest.lstrip(" ")) + 1)
        return at

    def _note(self, code: str, at: Position, message: Text, hint: Text = NO_TEXT) -> None:
        self.problems.append(Problem(code, at, message, hint))

    def _fail(self, code: str, at: Position, message: Text) -> None:
        self._note(code, at, message)
        raise _Stop


_SEVERAL = (
    Text("一个文件里只能有一份文档", "a file may hold one document only"),
    Text("请删去第二个“---”,或拆成两个文件。", "Remove the second “---” or split the file."),
)
_ALIAS = (
    Text("不能使用 YAML 引用(*)", "YAML aliases (*) are not allowed"),
    Text("请把内容写全;本意是文字时加引号。", "Write the content out; quote it if it is meant as text."),
)
_ANCHOR = (
    Text("不能使用 YAML 锚点(&)", "YAML anchors (&) are not allowed"),
    Text("请删去“&…”;本意是文字时加引号。", "Remove the “&…”; quote it if it is meant as text."),
)
_MERGE = (
    Text("不能使用 YAML 合并键(<<)", "YAML merge keys (<<) are not allowed"),
    Text("请把内容写全。", "Write the content out."),
)
_KEY_NOT_TEXT = (
    Text("键必须是文字,不能是列表或映射", "a key must be a text, not a list or a mapping"),
    Text("本意是文字时请加引号。", "Quote it if it is meant as text."),
)
