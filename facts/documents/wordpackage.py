"""The parts of a Word file (docx, docm): its body element by element, so that a long report is never held as a whole."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_KINDS = ("numbering", "styles", "footnotes", "endnotes", "header", "footer", "vbaProject")
# What may stand in a body.
_PARTS = (f"{W}p", f"{W}tbl", f"{W}sdt", f"{W}customXml")


class StrictError(Exception):
    """The file is written in the strict form of the standard, whose names are all different."""


class WordPackage:
    """One Word file: where its parts are, and what is in them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = set(archive.namelist())
        self.main = next((p for k, p in self._relations("") if k == "officeDocument"), "word/document.xml")
        self.parts: dict[str, list[str]] = {kind: [] for kind in _KINDS}
        for kind, part in self._relations(self.main):
            if kind in self.parts and part in self.names:
                self.parts[kind].append(part)

    def root(self, kind: str) -> Any:
        """The root of the only part of a kind; None where there is none."""
        return next(self.roots(kind), None)

    def roots(self, kind: str) -> Iterator[Any]:
        """The roots of the parts of a kind, in the order the file names them."""
        for part in sorted(set(self.parts[kind]), key=self.parts[kind].index):
            with self.archive.open(part) as stream:
                yield etree.parse(stream, _parser()).getroot()

    def body(self) -> Iterator[Any]:
        """Paragraphs, tables and content controls of the body, in order; each is gone when the next is asked for."""
        with self.archive.open(self.main) as stream:
            events = etree.iterparse(
                cast(BinaryIO, stream),
                events=("start", "end"),
                resolve_entities=False,
                no_network=True,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
            )
            depth = 0
            for event, element in events:
                if event == "start":
                    depth += 1
                    if depth == 1 and element.tag != f"{W}document":
                        raise StrictError
                    continue
                depth -= 1
                if depth == 2 and element.tag in _PARTS and element.getparent().tag == f"{W}body":
                    yield element
                    _let_go(element)

    def _relations(self, part: str) -> Iterator[tuple[str, str]]:
        """What a part names: the kind of each relation, and the part it leads to."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.names:
            return
        with self.archive.open(rels) as stream:
            for relation in etree.parse(stream, _parser()).getroot().iter(_RELATIONS):
                if relation.get("TargetMode") != "External":
                    kind = str(relation.get("Type") or "").rpartition("/")[2]
                    target = str(relation.get("Target") or "")
                    path = target if target.startswith("/") else posixpath.join("/", folder, target)
                    yield kind, posixpath.normpath(path).lstrip("/")


def _parser() -> Any:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)


def _let_go(element: Any) -> None:
    """Frees an element that has been read and what stood before it."""
    element.clear()
    parent = element.getparent()
    while element.getprevious() is not None:
        del parent[0]
