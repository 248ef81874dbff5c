"""Places as users know them: where the server keeps a file for a moment is nobody's business and changes with every run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from facts.problem import Problem, Text
from facts.provenance import Position

# Of two folders each file may be in either: the key of the request says which.
_TOLD_APART = ("old", "new")
_SHIPPED = Path(__file__).resolve().parents[3] / "rules"


class Names:
    """What of a text is a path of this machine, and what is shown instead: files of a folder by their place in it."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        found = dict(_paths(request))
        folders = [f"{path}/" for path, name in found.items() if not name]
        found = {path: name for path, name in found.items() if not path.startswith(tuple(folders))}
        found[str(_SHIPPED)] = "rules"
        # The longest first: what lies within another folder is named by the nearest.
        self.shown = sorted(found.items(), key=lambda pair: -len(pair[0]))

    def text(self, text: str) -> str:
        """The text without paths of this machine."""
        if "/" in text:
            for path, name in self.shown:
                if path in text:
                    text = text.replace(f"{path}/", f"{name}/" if name else "").replace(path, name or ".")
        return text

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


def _paths(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every absolute path of a request with its name: nothing for a folder, its own name for a file."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _paths(one, str(name))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for one in value:
            yield from _paths(one, key)
    elif isinstance(value, str) and value.startswith("/") and "\n" not in value and len(value) < 4096:
        path = Path(value)
        folder = key if key in _TOLD_APART else ""
        for shape in dict.fromkeys((str(path), str(path.resolve()))):
            yield shape, folder if path.is_dir() else path.name
