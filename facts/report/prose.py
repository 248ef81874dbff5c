"""Claims in prose: an indicator's points and score in its paragraph, a section's in its introduction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from facts.report.items import Item, Stretch, bare, number
from facts.report.lines import Line
from facts.report.model import Claim
from facts.report.outline import Node
from facts.report.patterns import Found, Patterns

# “……的,得1分” says when points are given: that is a criterion, not a claim.
_CRITERION = re.compile(r"的,?(?:可|则|各|计|得分|得|为)+(?:为|是|:)?$")
_SCORED = re.compile(r"(?:得分|得|计)(?:为|:)?(?:满分)?\d{1,4}(?:\.\d{1,4})?分")
# A claim under such a name is the total's.
_WHOLES = ("总分", "满分", "合计", "总计", "综上", "自评总分")
_SENTENCE_END = re.compile(r"[。;]")


MAX_NAME = 24


@dataclass(frozen=True, slots=True)
class _Spot:
    """A match of a claim pattern in the line of a node."""

    node: Node
    line: Line
    found: Found


def read_prose(root: Node, patterns: Patterns) -> tuple[Item, ...]:
    """Every claim the sentences make, sections before what they are made of."""
    items: list[Item] = []
    _visit(root, None, "", patterns, items)
    return tuple(_summaries(items))


def _summaries(items: Sequence[Item]) -> Iterator[Item]:
    """Claims of one sentence that make up 100 points are the sections, summed up once more."""
    sums: dict[int, Fraction] = {}
    for item in items:
        if item.inline and item.score is not None and item.claim.points is not None:
            line = item.score.line.number
            sums[line] = sums.get(line, Fraction(0)) + item.claim.points
    for item in items:
        whole = item.inline and item.score is not None and sums.get(item.score.line.number) == 100
        yield replace(item, claim=replace(item.claim, kind="section")) if whole else item


def _visit(node: Node, parent: int | None, section: str, patterns: Patterns, items: list[Item]) -> None:
    spots = [*_spots(node, patterns)]
    below = [child for child in node.children if _has_claims(child, patterns)]
    own = spots[0] if spots and (len(spots) == 1 or not _name(spots[0].found)) and node.style != "root" else None
    here, name = parent, section
    if own is not None:
        items.append(_item(own, node, _title(node), bool(below), section, patterns))
        _attach(items, parent)
        if below:
            here, name = len(items) - 1, items[-1].claim.name
    elif below and (glued := _points_in_title(node)) is not None:
        items.append(_headed(node, glued, section))
        _attach(items, parent)
        here, name = len(items) - 1, items[-1].claim.name
    for spot in spots:
        if spot is not own and _name(spot.found):
            items.append(_item(spot, node, bare(_name(spot.found)), False, name, patterns))
            _attach(items, here)
    for child in below:
        _visit(child, here, name, patterns, items)
    if below and here is not None and here != parent:
        items[here] = replace(items[here], complete=_complete(items, here, node, patterns))


def _points_in_title(node: Node) -> Stretch | None:
    """The points of a heading that states no score: (一)产出指标完成情况(50分)."""
    line = node.line
    match = re.search(r"[(](?:满分|分值|共)?:?(\d{1,4}(?:\.\d{1,4})?)分[)]", line.text[node.start : node.start + 60])
    return Stretch(line, node.start + match.start(1), node.start + match.end(1)) if match else None


def _headed(node: Node, points: Stretch, above: str) -> Item:
    title = Stretch(node.line, node.start, min(len(node.line.text), node.start + 60))
    value = number(points.text)
    claim = Claim("section", _title(node), above, value, None, node.label, provenance=(title.place,))
    return Item(claim, "prose", points=points, title=title)


_PRONOUNS = ("此项", "该项", "本项", "此", "该", "本", "各项", "上述", "指标")


def _name(found: Found) -> str:
    """The name a sentence gives its claim; 此项 is none."""
    name = found.text("name")
    return "" if name.startswith(_PRONOUNS) else name


def _attach(items: list[Item], parent: int | None) -> None:
    items[-1] = replace(items[-1], parent=parent)


def _has_claims(node: Node, patterns: Patterns) -> bool:
    return any(True for one in node.walk() for _ in _spots(one, patterns))


def _spots(node: Node, patterns: Patterns) -> Iterator[_Spot]:
    seen = set[int]()
    for line in node.lines:
        if line.number in seen:
            continue
        seen.add(line.number)
        for found in sorted(patterns.find("claims", line.text), key=lambda f: f.start):
            of_all = found.text("name").startswith(_WHOLES) or line.text.endswith("总分", 0, found.slots["points"][0])
            if of_all or _CRITERION.search(line.text[: found.slots["score"][0]]):
                continue
            sure = _surely(found, line, patterns)
            if sure is not None:
                yield _Spot(node, line, sure)


def _surely(found: Found, line: Line, patterns: Patterns) -> Found | None:
    """The claim where the line scores several things: 得5分;……得5分;该项得10分. None where nobody can say which it is."""
    points, score = found.slots["points"], found.slots["score"]
    if not 0 < score[0] - points[1] > 8 or re.search(r"(?:实际|自评|评价)得分?(?:为|是|:)?$", line.text[: score[0]]):
        return found
    scored = list(_SCORED.finditer(line.text, points[1]))
    if len(scored) < 2:
        return found
    words = sorted(patterns.words["item_sums"], key=len, reverse=True)
    total = re.search(
        rf"(?:{'|'.join(map(re.escape, words))})(?:为|:)?(\d{{1,4}}(?:\.\d{{1,4}})?)分", line.text[points[1] :]
    )
    if total is None:
        return None
    start, end = (points[1] + at for at in total.span(1))
    return replace(found, end=max(found.end, end + 1), slots={**found.slots, "score": (start, end, total[1])})


def _item(spot: _Spot, node: Node, name: str, section: bool, above: str, patterns: Patterns) -> Item:
    line, found = spot.line, spot.found
    points, score = _stretch(line, found, "points"), _stretch(line, found, "score")
    inline = name != _title(node)
    body = tuple(_body(spot, node, inline=inline))
    claim = Claim(
        kind="section" if section else "indicator",
        name=name,
        section=above,
        points=number(points.text) if points else None,
        score=number(score.text) if score else None,
        number=node.label,
        provenance=(_trimmed(line, found.start, found.end).place,),
    )
    reason = _reason(body, patterns) or _reason(() if inline or section else _below(node), patterns)
    return Item(
        claim=replace(claim, reason=reason.place.quote if reason else ""),
        origin="prose",
        score=score,
        points=points,
        rate=_stretch(line, found, "rate"),
        title=Stretch(node.line, node.start, node.start + len(node.title)) if node.style != "root" else None,
        reason=reason,
        body=body,
        inline=inline,
    )


def _title(node: Node) -> str:
    """The item's name: the heading without its points, or, of a whole sentence, what it begins with."""
    title = bare(re.sub(r"[(][^()]*\d分[)].*$", "", node.title))
    if len(title) <= MAX_NAME:
        return title
    return bare(re.split(r"(?<=”)指标|[,(]|目标值|指标值", title, maxsplit=1)[0])


def _stretch(line: Line, found: Found, slot: str) -> Stretch | None:
    at = found.slots.get(slot)
    return Stretch(line, at[0], at[1]) if at else None


def _body(spot: _Spot, node: Node, inline: bool) -> Iterator[Stretch]:
    """What the report says of the item: the rest of its line, and the lines after it under the same number."""
    line, found = spot.line, spot.found
    if inline:
        match = _SENTENCE_END.search(line.text, found.end)
        yield Stretch(line, found.end, match.start() if match else len(line.text))
        return
    begin = node.start if line is node.line else 0
    if found.start - begin > MAX_NAME or re.search(r"\d", line.text[begin : found.start]):
        yield _trimmed(line, begin, found.start)
    score = found.slots["score"][0]
    points = found.slots["points"][1] if "points" in found.slots else found.start
    if score > points:
        yield _trimmed(line, points, score)
    yield _trimmed(line, found.end, len(line.text))
    for other in node.lines[1:]:
        if other.number > line.number:
            yield Stretch(other, 0, len(other.text))


def _below(node: Node) -> tuple[Stretch, ...]:
    """What stands under the numbers within an item: it may say why the item lost points."""
    lines = [line for child in node.children for one in child.walk() for line in one.lines]
    return tuple(Stretch(line, 0, len(line.text)) for line in lines)


def _trimmed(line: Line, start: int, end: int) -> Stretch:
    """The words without the punctuation that joins them to the claim."""
    while start < end and line.text[start] in "),。;:、":
        start += 1
    return Stretch(line, start, end)


def _reason(body: Sequence[Stretch], patterns: Patterns) -> Stretch | None:
    words = patterns.words["reason_words"]
    return next((s for s in body if any(word in s.text for word in words)), None)


def _complete(items: Sequence[Item], parent: int, node: Node, patterns: Patterns) -> bool:
    """Whether the items under a section are surely all of it: numbered without a gap, some of them with full marks."""
    children = [item for item in items if item.parent == parent]
    full = any(i.claim.score == i.claim.points and i.claim.points is not None for i in children)
    words = "".join(line.text for line in node.lines)
    numbered = [child.number for child in node.children]
    whole = numbered == list(range(1, len(numbered) + 1)) and len(children) >= len(numbered)
    return len(children) >= 2 and full and whole and not any(word in words for word in patterns.words["partial_words"])
