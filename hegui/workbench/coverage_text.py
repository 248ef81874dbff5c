"""Coverage as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from engine.trials.covering import Coverage, Covered, share_of
from facts.problem import Language, Text
from facts.values import Rounding, decimal_text
from hegui.layout import table
from hegui.wording import title_in

_ABOVE = Text("规则集本身", "the rulebook itself")


def percent(share: Fraction) -> str:
    """A share in percent with one digit, rounded down: 100 is all of it."""
    return f"{decimal_text(Rounding(1, 'down')(share * 100), 1)}%"


def coverage_text(coverage: Coverage, folder: Path, language: Language) -> str:
    """The lines of the rules in which something is not exercised, with what; then the share by section."""
    lines = [line for file, each in by_file(coverage) for line in _file(file, each, language)]
    if not coverage.gaps:
        lines.append(Text("没有遗漏:每一条都有个案用到。", "No gaps: some case exercises everything.").in_(language))
    return "\n".join([*lines, "", *table(summary(coverage, language), numeric=(1, 2, 3))]) + "\n"


def summary(coverage: Coverage, language: Language) -> list[list[str]]:
    """The heading and a row for each section, for what stands above them, and for all."""
    heads = (Text("部分", "part"), Text("应有", "elements"), Text("用到", "exercised"), Text("覆盖", "covered"))
    rows = [[head.in_(language) for head in heads]]
    parts = [(title_in(s.title, language), coverage.of_section(s.id)) for s in coverage.book.sections]
    parts += [(_ABOVE.in_(language), coverage.of_section(""))]
    for name, each in (*parts, (Text("合计", "total").in_(language), coverage.each)):
        if each:
            rows.append([name, str(len(each)), str(sum(bool(one.cases) for one in each)), percent(share_of(each))])
    return rows


def by_file(coverage: Coverage) -> Iterator[tuple[str, list[Covered]]]:
    """The elements of each file, in order."""
    files = dict.fromkeys(one.element.at.file for one in coverage.each)
    yield from ((file, [one for one in coverage.each if one.element.at.file == file]) for file in files)


def lines_of(file: str) -> list[str]:
    """The text of a rule file; it was read a moment ago, and is shown empty if it has gone."""
    try:
        return Path(file).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def _file(file: str, each: Sequence[Covered], language: Language) -> Iterator[str]:
    text = lines_of(file)
    gaps: dict[int, list[Covered]] = {}
    for one in each:
        if not one.cases:
            gaps.setdefault(one.element.at.line, []).append(one)
    if gaps:
        yield file
    for line, missing in sorted(gaps.items()):
        written = text[line - 1] if 0 < line <= len(text) else ""
        yield f"  {line:>5} ✗ {written.rstrip()}"
        for one in missing:
            yield f"          {one.element.at.column}: {told(one, language)}"


def told(one: Covered, language: Language) -> str:
    """An element in words, with whose it is."""
    owner = one.element.owner.id
    words = one.element.words.in_(language)
    return f"[{owner}] {words}" if owner else words


def coverage_json(coverage: Coverage, language: Language) -> str:
    """`hegui/coverage/v1`."""
    data = {
        "format": "hegui/coverage/v1",
        "rulebook": {"id": coverage.book.id, "version": coverage.book.version, "digest": coverage.book.digest},
        "covered": percent(coverage.share),
        "sections": [
            {
                "id": section.id,
                "title": title_in(section.title, language),
                "covered": percent(share_of(coverage.of_section(section.id))),
            }
            for section in coverage.book.sections
        ],
        "elements": [
            {
                "key": one.element.key,
                "kind": one.element.kind,
                "about": one.element.owner.about,
                "id": one.element.owner.id or None,
                "at": str(one.element.at),
                "words": one.element.words.in_(language),
                "cases": list(one.cases),
            }
            for one in coverage.each
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
