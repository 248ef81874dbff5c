"""Places as users know them: where the server keeps a file for a moment is nobody's business and changes with every run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.desk.work.requests import named_paths

# Of two folders each file may be in either: the key of the request says which.
_TOLD_APART = ("old", "new")
_SHIPPED = Path(__file__).resolve().parents[3] / "rules"


class Names:
    """What of a text is a path of this machine, and what is shown instead: files of a folder by their place in it.

    Paths are what `read_request` took for such. What people have typed is left as it is, whatever it looks like.
    """

    def __init__(self, request: Mapping[str, Any]) -> None:
        found = dict(_paths(request, named_paths()))
        folders = [f"{path}/" for path, name in found.items() if not name]
        found = {path: name for path, name in found.items() if not path.startswith(tuple(folders))}
        found[str(_SHIPPED)] = "rules"
        self.shown = found
        # The longest first: what lies within another folder is named by the nearest.
        paths = sorted(found, key=len, reverse=True)
        self.pattern = re.compile("(" + "|".join(map(re.escape, paths)) + ")(/?)")

    def text(self, text: str) -> str:
        """The text without paths of this machine."""
        return self.pattern.sub(self._named, text) if "/" in text else text

    def _named(self, match: re.Match[str]) -> str:
        name = self.shown[match[1]]
        return f"{name}{match[2]}" if name else "" if match[2] else "."

    def data(self, value: Any) -> Any:
        """Plain data, every text in it."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(key): self.data(one) for key, one in value.items()}
        return [self.data(one) for one in value] if isinstance(value, list | tuple) else value

    def problem(self, one: Problem) -> Problem:
        """A Problem at a place users know."""
        at = Position(self.text(one.at.file), one.at.line, one.at.column)
        return replace(one, at=at, message=self._both(one.message), hint=self._both(one.hint))

    def _both(self, text: Text) -> Text:
        return Text(self.text(text.zh), self.text(text.en))


def _paths(value: Any, known: Collection[str], key: str = "") -> Iterator[tuple[str, str]]:
    """Every path of a request with its name: nothing for a folder, its own name for a file."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _paths(one, known, str(name))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for one in value:
            yield from _paths(one, known, key)
    elif isinstance(value, str) and value in known:
        path = Path(value)
        folder = key if key in _TOLD_APART else ""
        for shape in dict.fromkeys((str(path), str(path.resolve()))):
            yield shape, folder if path.is_dir() else path.name
