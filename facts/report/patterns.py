"""Patterns as data: `patterns.yaml` of the checks rulebook, compiled with RE2, which no pattern can make hang."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from facts import yamltree as yt
from facts.problem import Problem, Text, has_errors
from facts.provenance import Position
from facts.structure import check_structure

_NUMBER = r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_HANZI_NUMBER = r"(?:\d+|[一二两三四五六七八九十百]+)"
_UNIT = r"(?:万元|亿元|千元|元|%|个百分点|万人次|人次|万人|[^0-9\s,。;:、()<>《》“”]{0,2})"
# What stands for each slot; a slot may be numbered (low2) where it occurs twice.
_SLOTS = {
    **dict.fromkeys(("points", "score", "total", "low", "high"), r"\d{1,4}(?:\.\d{1,4})?"),
    "rate": r"-?\d+(?:\.\d+)?%",
    "n": _HANZI_NUMBER,
    # A name does not end in a word that takes points: 扣2分,得8分 names nothing.
    "name": r"[^,。;:()、]{1,38}?[^,。;:()、.\d扣得加减计为共满总到超]",
    "rates": r"\d+(?:\.\d+)?%(?:[、,和及与]+\d+(?:\.\d+)?%)+",
    "list": r"\d+(?:\.\d+)?分?(?:[、,和及与]+\d+(?:\.\d+)?分?)+",
    **dict.fromkeys(("now", "before", "by", "value", "limit"), _NUMBER + _UNIT),
    "body": r"[\x{4e00}-\x{9fff}]{2,20}",
    "level": r"(?:一级|二级|三级|四级|具体)",
}
_SLOT = re.compile(r"\{([a-z]+)(\d?)\}")


@dataclass(frozen=True, slots=True)
class Found:
    """A match: what each slot holds and where it stands; `start` and `end` are of the whole."""

    start: int
    end: int
    slots: Mapping[str, tuple[int, int, str]]

    def text(self, slot: str) -> str:
        """What the slot holds; "" if the pattern has no such slot or it matched nothing."""
        return self.slots[slot][2] if slot in self.slots else ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One compiled pattern."""

    source: str
    compiled: Any

    def find(self, text: str) -> Iterator[Found]:
        """Every match, from the left, not overlapping."""
        names: dict[str, int] = self.compiled.groupindex
        for match in self.compiled.finditer(text):
            slots = {name: (*match.span(n), match.group(n)) for name, n in names.items() if match.group(n) is not None}
            yield Found(match.start(), match.end(), slots)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rate by the endings of its name and of what it divides."""

    rate: tuple[str, ...]
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """A sentence that says a value lies within a limit, or reaches a mark."""

    pattern: Pattern
    relation: str


@dataclass(frozen=True, slots=True)
class Patterns:
    """What `patterns.yaml` says. Groups of patterns and lists of words by their key."""

    groups: Mapping[str, tuple[Pattern, ...]]
    words: Mapping[str, tuple[str, ...]]
    levels: Mapping[str, str]
    ratios: tuple[Ratio, ...]
    partitions: tuple[tuple[str, ...], ...]
    directions: Mapping[str, tuple[str, ...]]
    bounds: tuple[Bound, ...]
    denials: tuple[tuple[Pattern, tuple[str, ...]], ...]
    opposites: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    issuers: Mapping[str, tuple[str, ...]]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    same_grades: tuple[tuple[str, ...], ...] = ()
    # The sign of a target by the words for it in a column of its own.
    signs: Mapping[str, str] = field(default_factory=dict)
    disjoint: tuple[tuple[str, ...], ...] = ()
    section_sets: tuple[tuple[str, ...], ...] = ()

    def find(self, group: str, text: str) -> Iterator[Found]:
        """Matches of a group's patterns; earlier patterns first, no stretch of text twice."""
        taken: list[tuple[int, int]] = []
        for pattern in self.groups.get(group, ()):
            for found in pattern.find(text):
                if all(found.end <= start or found.start >= end for start, end in taken):
                    taken.append((found.start, found.end))
                    yield found


_PATTERN_KEYS = (
    "claims", "totals", "grades", "after_total", "scales", "indicator_counts", "weights", "point_lists", "full_points",
    "changes", "restated", "own_voice", "breakdowns", "completions", "deductions", "bonus", "results_in_prose", "by_rate",
)  # fmt: skip
_WORD_KEYS = (
    "not_totals", "grade_names", "counted_nouns", "counters", "list_openers", "list_follows", "singular", "results",
    "completion_rates", "target_words", "result_words", "rest_words", "item_sums", "satisfied", "unsatisfied", "not_total_subjects",
    "reason_words", "partial_words", "body_endings", "total_rows", "not_targets",
    "less_is_better", "whole_words",
)  # fmt: skip


def read_patterns(path: Path) -> tuple[Patterns | None, tuple[Problem, ...]]:
    """The patterns of a file, or every Problem of it."""
    root, problems = yt.read_yaml_file(path)
    if root is None or not isinstance(root, yt.Mapping):
        return None, problems
    problems = (*problems, *check_structure(root, "patterns"))
    if has_errors(problems):
        return None, problems
    compiler = _Compiler(_words(root.get("directions")), _strings(root.get("grade_names")))
    patterns = _build(root, compiler)
    return (None if compiler.problems else patterns), (*problems, *compiler.problems)


def _build(root: yt.Mapping, compiler: _Compiler) -> Patterns:
    return Patterns(
        groups={key: tuple(compiler.pattern(node) for node in _items(root.get(key))) for key in _PATTERN_KEYS},
        words={key: _strings(root.get(key)) for key in _WORD_KEYS},
        levels={key: words[0] for key, words in _words(root.get("levels")).items()},
        ratios=tuple(
            Ratio(_strings(one.get("rate")), _strings(one.get("numerator")), _strings(one.get("denominator")))
            for one in _mappings(root.get("rates"))
        ),
        partitions=tuple(_strings(node) for node in _items(root.get("partitions"))),
        directions=_words(root.get("directions")),
        bounds=tuple(
            Bound(compiler.pattern(words), relation.text)
            for one in _mappings(root.get("bounds"))
            if (words := one.get("words")) and isinstance(relation := one.get("relation"), yt.Scalar)
        ),
        denials=tuple(
            (compiler.pattern(words), _strings(one.get("counted")))
            for one in _mappings(root.get("denials"))
            if (words := one.get("words"))
        ),
        same_grades=tuple(_strings(node) for node in _items(root.get("same_grades"))),
        disjoint=tuple(_strings(node) for node in _items(root.get("disjoint"))),
        section_sets=tuple(_strings(node) for node in _items(root.get("section_sets"))),
        opposites=tuple((_strings(a), _strings(b)) for a, b in (_items(one) for one in _items(root.get("opposites")))),
        issuers=_words(root.get("issuers")),
        columns=_words(root.get("columns")),
        signs={word: sign for sign, words in _words(root.get("signs")).items() for word in words},
    )


@dataclass(slots=True)
class _Compiler:
    """Compiles patterns, keeping what is wrong with them."""

    directions: Mapping[str, tuple[str, ...]]
    grades: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)

    def pattern(self, node: yt.Node) -> Pattern:
        text = node.text if isinstance(node, yt.Scalar) else ""
        import re2

        options = re2.Options()
        options.log_errors = False
        try:
            return Pattern(text, re2.compile(_SLOT.sub(self._slot, text), options))
        except re2.error as error:
            self.problems.append(_bad_pattern(text, node.at, str(error)))
        return Pattern(text, re2.compile("$^"))

    def _slot(self, match: re.Match[str]) -> str:
        kind = match[1]
        if kind == "direction":
            words = [word for words in self.directions.values() for word in words]
        elif kind == "grade":
            words = sorted(self.grades, key=len, reverse=True)
        else:
            inner = _SLOTS.get(kind)
            return f"(?P<{kind}{match[2]}>{inner})" if inner else match[0]
        return f"(?P<{kind}{match[2]}>{'|'.join(map(re.escape, words))})"


def _bad_pattern(text: str, at: Position, why: str) -> Problem:
    return Problem(
        "bad-pattern",
        at,
        Text(f"句式“{text[:60]}”写得不对:{why[:100]}", f"the pattern “{text[:60]}” cannot be used: {why[:100]}"),
        Text(
            "句式是 RE2 正则表达式;花括号里是要取出的内容",
            "patterns are RE2 expressions; braces hold what is taken out",
        ),
    )


def _items(node: yt.Node | None) -> Sequence[yt.Node]:
    return node.items if isinstance(node, yt.Sequence) else ()


def _mappings(node: yt.Node | None) -> Iterator[yt.Mapping]:
    return (item for item in _items(node) if isinstance(item, yt.Mapping))


def _strings(node: yt.Node | None) -> tuple[str, ...]:
    if isinstance(node, yt.Scalar):
        return (node.text,)
    return tuple(item.text for item in _items(node) if isinstance(item, yt.Scalar))


def _words(node: yt.Node | None) -> dict[str, tuple[str, ...]]:
    return {key.text: _strings(value) for key, value in node.entries} if isinstance(node, yt.Mapping) else {}
