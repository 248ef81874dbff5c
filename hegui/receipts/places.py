"""Names of inputs, the same on every machine, and as folders the layout in which an assessment is made again.

    rulebook/<file>                  the rulebook's own files
    common/<library>.yaml            concept libraries it includes
    facts/<n>/case/<file>            the n-th case file
    facts/<n>/<path>                 a source it cites, where its `file:` leads to from there
    tables/<n>/<file>                the table of units, then the tables of items
    waivers/<n>/<file>
    papers/<file>                    files of the result that were handed over with it

What a receipt or an archive of somebody else calls a file is only ever used if it has one of these forms.
"""

from __future__ import annotations

import posixpath

RULEBOOK, COMMON, FACTS, TABLES, WAIVERS, PAPERS = "rulebook", "common", "facts", "tables", "waivers", "papers"
_ROOTS = frozenset((RULEBOOK, COMMON, FACTS, TABLES, WAIVERS, PAPERS))
_MAX_PART, _MAX_PARTS = 200, 20
_NEVER = frozenset('\\:*?"<>|')


def is_place(name: str) -> bool:
    """Whether this is a name of an input: it leads nowhere but below its own folder.

    >>> is_place("facts/1/case/个案.yaml"), is_place("facts/../../x"), is_place("/etc/passwd")
    (True, False, False)
    """
    parts = name.split("/")
    return 2 <= len(parts) <= _MAX_PARTS and parts[0] in _ROOTS and all(map(_is_part, parts))


def _is_part(part: str) -> bool:
    if part in ("", ".", "..") or not part.isprintable() or _NEVER & set(part):
        return False
    try:
        return len(part.encode("utf-8")) <= _MAX_PART
    except UnicodeEncodeError:
        return False


def plain(name: str, otherwise: str) -> str:
    """The name of a file where it can be a name of ours, else another with its suffix."""
    if _is_part(name):
        return name
    suffix = posixpath.splitext(name)[1]
    return otherwise + (suffix if _is_part("x" + suffix) else "")


def case_place(number: int, name: str) -> str:
    """The place of the n-th case file."""
    return f"{FACTS}/{number}/case/{plain(name, 'case')}"


def source_place(case: str, file: str) -> str | None:
    """The place of a source, from the place of its case file and what that calls it; None where it leads elsewhere."""
    root = "/".join(case.split("/")[:2]) + "/"
    if file.startswith("/"):
        return None
    place = posixpath.normpath(posixpath.join(posixpath.dirname(case), file))
    return place if place.startswith(root) and place != case and is_place(place) else None
