"""Vetoes against each other: two that cannot both stand, one that another always undoes, one that changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.lint.book import Book, Found, finding
from engine.lint.conditions import ANYTHING, where
from engine.lint.values import World
from engine.model import Rulebook, Veto
from facts.problem import Text

# What each effect sets.
_SETS = {"zero": "score", "score": "score", "failed": "grade", "grade": "grade", "grade_at_most": "at most"}


def find_vetoes(book: Book) -> Iterator[Found]:
    """Pairs of vetoes of one scope and target, and each by itself."""
    rulebook, world = book.rulebook, book.world()
    by_place: dict[tuple[str, str], list[Veto]] = {}
    for veto in rulebook.vetoes:
        by_place.setdefault((veto.scope, veto.target), []).append(veto)
        yield from _idle(veto, rulebook)
    for listed in by_place.values():
        ordered = sorted(listed, key=lambda one: one.precedence)
        for place, earlier in enumerate(ordered):
            yield from _against(earlier, ordered[place + 1 :], rulebook, world)


def _against(one: Veto, later: Sequence[Veto], rulebook: Rulebook, world: World) -> Iterator[Found]:
    """The first veto after one that is in conflict with it or undoes it."""
    held = where(ANYTHING, one.when, world)
    for other in later:
        if one.precedence == other.precedence and _contrary(one, other, rulebook):
            if where(held, other.when, world):
                yield _conflict(one, other)
                return
        elif _undoes(other, one) and held and not where(held, other.when, world, holds=False):
            yield _masked(one, other)
            return


def _what(veto: Veto, rulebook: Rulebook) -> tuple[str, object]:
    effect = veto.effect
    if effect.kind == "zero":
        return "score", 0
    if effect.kind == "failed":
        return "grade", rulebook.grades.steps[-1].grade if rulebook.grades and rulebook.grades.steps else ""
    return _SETS[effect.kind], effect.value if effect.kind == "score" else effect.grade


def _contrary(one: Veto, other: Veto, rulebook: Rulebook) -> bool:
    """Whether two effects set the same thing differently, so that the order decides."""
    first, second = _what(one, rulebook), _what(other, rulebook)
    return first[0] == second[0] != "at most" and first[1] != second[1]


def _undoes(later: Veto, earlier: Veto) -> bool:
    """Whether nothing is left of the earlier veto where the later one holds too."""
    one, other = _SETS[earlier.effect.kind], _SETS[later.effect.kind]
    return one == other != "at most" or (one == "at most" and other == "grade")


def _conflict(one: Veto, other: Veto) -> Found:
    return finding(
        "veto-conflict",
        other.id,
        other.at,
        Text(f"与否决“{one.id}”(第 {one.at.line} 行)可以同时成立,效果不同而次序相同", f"can hold together with veto {one.id} of line {one.at.line}; their effects differ and their precedence is the same"),
        Text("写不同的 precedence:后者覆盖前者", "give them different `precedence`; the later wins"),
    )  # fmt: skip


def _masked(one: Veto, other: Veto) -> Found:
    return finding(
        "veto-masked",
        one.id,
        one.at,
        Text(f"凡成立时,次序更后的“{other.id}”也成立并覆盖它的效果", f"wherever it holds, veto {other.id} holds too, comes later and undoes it"),
        Text("调换 precedence,或删去被覆盖的一条", "exchange their `precedence`, or remove the one that is undone"),
    )  # fmt: skip


def _idle(veto: Veto, rulebook: Rulebook) -> Iterator[Found]:
    top = rulebook.grades.steps[0].grade if rulebook.grades and rulebook.grades.steps else ""
    if veto.effect.kind == "grade_at_most" and top and veto.effect.grade == top:
        yield finding(
            "veto-without-effect",
            veto.id,
            veto.at,
            Text(f"“不高于{top}”就是最高等级,没有作用", f"at most {top} is the highest grade: it changes nothing"),
            Text("写更低的等级", "name a lower grade"),
        )
