"""What a rulebook says of itself that is not settled: drafted rules and definitions, and TODO left in its files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.model import Citation, Rulebook
from facts.problem import Text
from facts.provenance import Position
from facts.vocabulary import Concept

_DRAFT = re.compile(r"^\s*草案|(?<![A-Za-z])TODO(?![A-Za-z])")
_COMMENT = re.compile(r"(?:^|\s)#\s*(TODO(?![A-Za-z]).*)$")
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class DraftMark:
    """A place that says it is a draft: of which clause (id), where, and in what words."""

    target: str
    at: Position
    what: Text


@dataclass(frozen=True, slots=True)
class TodoComment:
    """A comment in a file of the rulebook that begins with TODO; `below` is the line it stands above."""

    at: Position
    below: int
    text: str


def is_draft(text: str) -> bool:
    """Whether a text says that it is a draft: 草案 at its beginning, or TODO."""
    return _DRAFT.search(text) is not None


def is_drafted(cite: Citation) -> bool:
    """Whether a citation says that the rule, or its own words, are a draft."""
    return any(is_draft(text) for text in (cite.uncertain, cite.item, cite.document))


def draft_marks(rulebook: Rulebook) -> Iterator[DraftMark]:
    """Every draft among the citations and the rulebook's own data items."""
    cited = [("rulebook", rulebook.at, rulebook.cite)]
    cited += [(one.id, one.at, one.part.cite) for one in rulebook.indicators]
    cited += [(one.id, one.at, one.cite) for one in rulebook.vetoes]
    cited += [(one.id, one.at, one.cite) for one in rulebook.checks]
    inherited = rulebook.cite
    for target, at, cite in cited:
        own = target == "rulebook" or cite != inherited
        texts = (cite.uncertain, cite.item, cite.document)
        said = next((text for text in texts if is_draft(text)), "")
        if said and own:
            yield DraftMark(
                target, at, Text(f"规则还没有写定:{said[:_SHOWN]}", f"the rule is not settled: {said[:_SHOWN]}")
            )
    for concept in own_concepts(rulebook):
        if is_draft(concept.definition):
            said = concept.definition[:_SHOWN]
            what = Text(
                f"数据项“{concept.label}”的口径还没有写定:{said}",
                f"the definition of {concept.label} is not settled: {said}",
            )
            yield DraftMark(concept.id, concept.at, what)


def own_concepts(rulebook: Rulebook) -> list[Concept]:
    """The concepts of the rulebook's own file: what is included from a library is defined for everyone."""
    return [one for one in rulebook.vocabulary.concepts.values() if one.at.file.endswith("vocabulary.yaml")]


def todo_comments(folder: Path) -> tuple[TodoComment, ...]:
    """Every TODO comment in the rulebook's files; `folder` has been loaded before."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        for number, line in enumerate(lines, 1):
            match = _COMMENT.search(line)
            if match is not None:
                below = next((n for n, text in enumerate(lines[number - 1 :], number) if _says_something(text)), number)
                found.append(
                    TodoComment(Position(str(path), number, match.start(1) + 1), below, match[1].strip()[:_SHOWN])
                )
    return tuple(found)


def comment_marks(rulebook: Rulebook, comments: tuple[TodoComment, ...]) -> Iterator[DraftMark]:
    """Each comment with the clause it stands above or in."""
    placed = [(section.at, section.id) for section in rulebook.sections]
    placed += [(indicator.at, indicator.id) for indicator in rulebook.indicators]
    placed += [(concept.at, concept.id) for concept in own_concepts(rulebook)]
    root = Path(rulebook.at.file).name
    for comment in comments:
        here = [(at.line, key) for at, key in placed if Path(at.file).name == Path(comment.at.file).name]
        before = sorted(one for one in here if one[0] <= comment.below)
        name = Path(comment.at.file)
        target = before[-1][1] if before else "rulebook" if name.name == root else name.stem
        yield DraftMark(target, comment.at, Text(f"文件里还留着 {comment.text}", f"the file still says {comment.text}"))


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.strip().startswith("#")
