"""Checks facts against the documents they were read from: the bytes, and the words at the place."""

from __future__ import annotations

import bisect
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from facts.problem import NO_TEXT, Problem, Text
from facts.provenance import Position, Source, TextSpan

MAX_SOURCE_TEXT = 32 * 1024 * 1024
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class SourceText:
    """A plain text without its white space, and where each remaining piece stood.

    Quotes are compared without white space: where a text breaks its lines is no part of what it says.
    """

    packed: str
    line_starts: tuple[int, ...]
    lines: tuple[str, ...]

    @staticmethod
    def of(text: str) -> SourceText:
        """The text, split at line feeds."""
        lines = tuple(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"))
        packed, starts, length = [], [], 0
        for line in lines:
            squeezed = _SPACE.sub("", line)
            starts.append(length)
            packed.append(squeezed)
            length += len(squeezed)
        return SourceText("".join(packed), tuple(starts), lines)

    def stands_at(self, quote: str, line: int, column: int | None) -> bool:
        """Whether the words begin there; anywhere on the line where no column is given."""
        if not 1 <= line <= len(self.lines):
            return False
        begin, words = self.line_starts[line - 1], _SPACE.sub("", quote)
        if column is not None:
            before = _SPACE.sub("", self.lines[line - 1][: column - 1])
            return column <= len(self.lines[line - 1]) and self.packed.startswith(words, begin + len(before))
        end = self.line_starts[line] if line < len(self.lines) else len(self.packed)
        return 0 <= self.packed.find(words, begin) < max(end, begin + 1)

    def places(self, quote: str, limit: int = 3) -> tuple[TextSpan, ...]:
        """Where the words do stand, from the top."""
        words, found, index = _SPACE.sub("", quote), list[TextSpan](), -1
        while words and len(found) < limit and (index := self.packed.find(words, index + 1)) >= 0:
            found.append(self._span(index))
        return tuple(found)

    def _span(self, index: int) -> TextSpan:
        line = bisect.bisect_right(self.line_starts, index) - 1
        rest = index - self.line_starts[line]
        for column, character in enumerate(self.lines[line]):
            if not character.isspace():
                if rest == 0:
                    return TextSpan(line + 1, column + 1)
                rest -= 1
        return TextSpan(line + 1, 1)


@dataclass(slots=True)
class SourceFiles:
    """The source documents beside one case file, each opened once."""

    folder: Path
    texts: dict[str, SourceText | None] = field(default_factory=dict)

    def check(self, source: Source, at: Position) -> tuple[Problem, ...]:
        """Whether the file stays in its place and is what it was. A file that is not there is no Problem."""
        path = self._path(source)
        if not source.file:
            return ()
        if path is None:
            return (_outside(source, at),)
        try:
            found = _digest(path) if source.sha256 and path.is_file() else source.sha256
        except OSError:
            return (Problem("unreadable-file", at, Text(f"无法读取 {source.file}", f"cannot read {source.file}")),)
        return () if found == source.sha256 else (_changed(source, found, at),)

    def check_quote(self, source: Source, span: TextSpan, has_column: bool, quote: str, at: Position) -> Problem | None:
        """Whether the words stand where the fact says, as far as the source is a text at hand."""
        text = self._text(source)
        if text is None or not _SPACE.sub("", quote):
            return None
        if text.stands_at(quote, span.line, span.column if has_column else None):
            return None
        return _not_found(source, span, text.places(quote), at)

    def _path(self, source: Source) -> Path | None:
        try:
            home = self.folder.resolve().parent
            path = (self.folder / source.file).resolve()
        except (OSError, ValueError, RuntimeError):
            return None
        return path if path.is_relative_to(home) and not Path(source.file).is_absolute() else None

    def _text(self, source: Source) -> SourceText | None:
        if source.id not in self.texts:
            path = self._path(source) if source.file else None
            self.texts[source.id] = _read_text(path) if path else None
        return self.texts[source.id]


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read_text(path: Path) -> SourceText | None:
    try:
        if not path.is_file() or path.stat().st_size > MAX_SOURCE_TEXT:
            return None
        text = path.read_bytes().decode("utf-8")
    except (OSError, ValueError):
        return None
    return None if "\0" in text else SourceText.of(text)


def _outside(source: Source, at: Position) -> Problem:
    message = Text(f"来源文件 {source.file} 在允许的文件夹之外", f"source file {source.file} is outside the folder")
    hint = Text(
        "请放在个案文件夹或其上一级文件夹之内,用相对路径。",
        "Keep it in the case's folder or the one above; use a relative path.",
    )
    return Problem("source-outside", at, message, hint)


def _changed(source: Source, found: str, at: Position) -> Problem:
    message = Text(
        f"来源文件 {source.file} 已改动:应为 {source.sha256},实为 {found}",
        f"source file {source.file} has changed: expected {source.sha256}, found {found}",
    )
    hint = Text("请核对事实后更新 sha256。", "Check the facts against it, then update sha256.")
    return Problem("source-changed", at, message, hint)


def _not_found(source: Source, span: TextSpan, places: tuple[TextSpan, ...], at: Position) -> Problem:
    message = Text(
        f"来源“{source.id}”的 {span} 处没有这段摘录", f"the quote does not stand at {span} of source “{source.id}”"
    )
    where = "、".join(map(str, places)), ", ".join(map(str, places))
    hint = Text(f"它在 {where[0]}(行:列)。", f"It stands at {where[1]} (line:column).") if places else NO_TEXT
    nowhere = Text("整份来源中都没有这段文字。", "These words stand nowhere in the source.")
    return Problem("quote-not-found", at, message, hint if places else nowhere)
