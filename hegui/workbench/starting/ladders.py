"""Criteria that name the cases one of which is so: 健全 10 分, 基本健全 6 分, 不健全 0 分; and when two cases are all there are."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction

from facts.values import ZERO, decimal_text
from hegui.workbench.starting.words import Question, Understood, Wordings, label_of, number, quoted, source

# What the other case may be called when it needs no name.
_ELSE = re.compile(
    "否则|反之|其他|其余|没有|未完成|未达标|达不到|未达到|(?:不|未)符合(?:要求|标准|规定)?|(?:未达到?|达不到)(?:要求|标准|规定)"
)
_NOT = ("没有", "未能", "没", "未", "不", "无")
_OPPOSITE = (
    (("大于或等于", "大于等于", "不低于", "不少于", "不小于", "达到"), ("少于", "小于", "低于", "未达到", "不足")),
    (("小于或等于", "小于等于", "不高于", "不超过", "不大于"), ("大于", "高于", "超过")),
    (("大于", "高于", "超过"), ("小于或等于", "小于等于", "不高于", "不超过")),
)
_DEGREES = ("", "基本", "较", "比较", "部分", "不", "未", "欠", "不够", "很", "非常")
_SAYS_MORE = re.compile(
    "扣|酌情|满分|得分|计分|否则|最多|最高|[0-9.]+分|(?:有|每|发现|出现|缺|少)(?:一|1)[次项处户个条件]"
)
# So many cases, falling to nothing, are meant to be all there are.
_CASES = 3
_LONGEST_CORE = 4


def complement(condition: str, other: str) -> bool:
    """Whether the other case is exactly that the condition does not hold."""
    one, other = condition.removesuffix("的"), other.removesuffix("的")
    if _ELSE.fullmatch(other):
        return True
    for word in _NOT:
        rest = other.removeprefix(word)
        if rest != other and (
            one == rest
            # 按要求及时报送统计报表, 未按要求及时报送: only what it is about is left out.
            or (len(rest) >= _LONGEST_CORE and one.startswith(rest))
            or one.removeprefix(rest) == "" != rest
            or one in (f"有{rest}", f"已{rest}", f"能{rest}", f"能够{rest}")
            # 档案资料齐全, 不齐全: only the subject is. 按时报送, 未报送 leave out more.
            or (word == "不" and 2 <= len(rest) <= _LONGEST_CORE and one.endswith(rest))
        ):
            return True
    return any(
        one.endswith(mine + other.removeprefix(theirs))
        for ours, opposite in _OPPOSITE
        for mine in ours
        for theirs in opposite
        if other.startswith(theirs) and other != theirs
    )


def read_ladder(plain: str, title: str, points: Fraction, known: Wordings) -> Understood | None:
    """Cases with their points, as a choice of one of them."""
    apart = _rungs(re.split("[;。]", plain), points, known)
    rungs = apart or _rungs(plain.split(","), points, known)
    if rungs is None or max(given for _, given in rungs) != points or len({case for case, _ in rungs}) < len(rungs):
        return None
    named = _degrees([case for case, _ in rungs])
    if named is not None:
        subject, labels = named
    elif (
        apart and len(rungs) >= _CASES and rungs[-1][1] == 0 and all(a[1] > b[1] for a, b in itertools.pairwise(rungs))
    ):
        subject, labels = "", [label_of(case) for case, _ in rungs]
    else:
        return None
    label = label_of(subject or f"{title}情形")
    lines = [
        f"  - {{when: {source(f'is “{case}”', inside=True)}, points: {decimal_text(given)}}}"
        for case, (_, given) in zip(labels, rungs, strict=True)
    ]
    question = Question(label, "choice", "", plain, tuple(labels))
    return Understood(quoted(label), "bands:\n" + "\n".join(lines), (question,), "", "")


def _rungs(pieces: list[str], points: Fraction, known: Wordings) -> list[tuple[str, Fraction]] | None:
    found = []
    for piece in (piece for piece in pieces if piece):
        match = next((m for form, pattern in known.rungs if (m := pattern.fullmatch(piece))), None)
        if match is None or _SAYS_MORE.search(match.groupdict()["condition"]):
            return None
        said = match.groupdict()["points"]
        value = number(re.sub("[^0-9.]", "", said)) if said not in ("不得分", "不计分") else ZERO
        if value is None:
            return None
        given = points - value if said.startswith("扣") else value
        if not 0 <= given <= points:
            return None
        found.append((match.groupdict()["condition"].strip(",:").removesuffix("的"), given))
    return found if len(found) > 1 else None


def _degrees(cases: list[str]) -> tuple[str, list[str]] | None:
    """What is judged, and to which degree: 财务会计制度, (健全, 基本健全, 不健全); None where it is something else."""
    for size in range(2, _LONGEST_CORE + 1):
        core, subject = cases[0][-size:], cases[0][:-size]
        labels = [case.removeprefix(subject) for case in cases]
        if len(cases) > 2 and all(label in {degree + core for degree in _DEGREES} for label in labels):
            return subject, labels
    return None
