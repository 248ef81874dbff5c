"""Criteria that grade by degree: 好 5 分, 较好 4 分, 一般 3 分, 差 0 分; 效益显著得 5 分, 较显著得 3 分."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from fractions import Fraction

from facts.values import ZERO, decimal_text
from hegui.workbench.starting.words import Question, Understood, Wordings, label_of, number, quoted, source

_STEP = re.compile(
    r"(?P<degree>[^0-9%≥≤<>=每扣]{1,20}?)(?:的)?:?(?:(?:得|计|为)?(?P<points>[0-9]+(?:\.[0-9]+)?)分|(?:不得分|不计分))"
)
_FEWEST = 3


def read_degrees(plain: str, title: str, points: Fraction, known: Wordings) -> Understood | None:
    """Points that fall with the degree, each degree one of a known scale; what they are about may stand before the first."""
    matches = [_STEP.fullmatch(piece) for piece in re.split("[,;。]", plain)]
    steps = [(match["degree"], number(match["points"]) if match["points"] else ZERO) for match in matches if match]
    given = [value for _, value in steps if value is not None]
    if len(matches) < _FEWEST or len(given) < len(matches) or given[0] != points:
        return None
    if any(one <= other for one, other in itertools.pairwise(given)):
        return None
    found = next((one for scale in known.degrees if (one := _on(scale, [name for name, _ in steps]))), None)
    if found is None:
        return None
    subject, degrees = found
    label = label_of(subject) if subject else f"{label_of(title)}评级"
    lines = [
        f"  - {{when: {source(f'is “{degree}”', inside=True)}, points: {decimal_text(value)}}}"
        for degree, value in zip(degrees, given, strict=True)
    ]
    said = "" if given[-1] == 0 else f"原文没有写不到“{degrees[-1]}”的怎么计"
    question = Question(label, "choice", "", plain, tuple(degrees))
    return Understood(quoted(label), "bands:\n" + "\n".join(lines), (question,), said, "")


def _on(scale: Sequence[str], names: Sequence[str]) -> tuple[str, list[str]] | None:
    """What is graded and its degrees, where they follow one another on the scale from the best down."""
    for best in sorted((word for word in scale if names[0].endswith(word)), key=len, reverse=True):
        subject = names[0].removesuffix(best)
        degrees = [best, *(name.removeprefix(subject) for name in names[1:])]
        if all(one in scale for one in degrees):
            places = [scale.index(one) for one in degrees]
            if all(one < other for one, other in itertools.pairwise(places)):
                return subject.rstrip(":"), degrees
    return None
