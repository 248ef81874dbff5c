"""Why a criterion was not read as a rule, as far as its words show it: what its writer can change."""

from __future__ import annotations

import re
from fractions import Fraction

from facts.problem import Text
from facts.values import ZERO, decimal_text, parse_decimal
from hegui.workbench.starting.words import MAX_CRITERION, Wordings, folded

_SHOWN = 30
_POINTS = re.compile(r"([0-9]+(?:\.[0-9]+)?)分(?![之钟])")
_AT_WILL = re.compile("酌情|视情况|视情|适当")
_PER_CENT = re.compile(r"每[^,;。%0-9一]{0,8}(?:[0-9.]+|一)%")
_ENDS = re.compile(r"[0-9.]+%?[-~至到][0-9.]+%(?!\()")


def unread(text: str, points: Fraction, known: Wordings) -> Text:
    """The first reason found; where none shows, that the sentence is of no known kind."""
    plain = folded(text)
    for reason in (_of_length, _of_words, _of_points, _of_clauses):
        found = reason(plain, points, known)
        if found is not None:
            return found
    return Text(
        "各句都认得,合起来却不成一种计分方式(情形没有写全,或有重叠)",
        "each clause is known, but together they make no rule (cases are missing, or overlap)",
    )


def _of_length(plain: str, points: Fraction, known: Wordings) -> Text | None:
    if not plain:
        return Text("没有写评分标准", "there is no criterion")
    if "…" in plain:
        return Text("有省略(…),省去的话可能另有规定", "words are left out (…), and may say something else")
    if len(plain) > MAX_CRITERION:
        return Text(f"太长(超过 {MAX_CRITERION} 字)", f"it is too long (over {MAX_CRITERION} characters)")
    return None


def _of_words(plain: str, points: Fraction, known: Wordings) -> Text | None:
    will, share, ends = _AT_WILL.search(plain), _PER_CENT.search(plain), _ENDS.search(plain)
    if will is not None:
        return Text(f"“{will[0]}”没有写给多少分", f"“{will[0]}” does not say how many points")
    if share is not None:
        return Text(
            f"“{share[0]}”是几个百分点,还是百分之几,没有写清", f"“{share[0]}”: percentage points, or per cent of what?"
        )
    if ends is not None:
        return Text(f"“{ends[0]}”两端算不算在内,没有写清", f"“{ends[0]}” does not say whether its ends are included")
    return None


def _of_points(plain: str, points: Fraction, known: Wordings) -> Text | None:
    stated = [value for value in map(parse_decimal, _POINTS.findall(plain)) if value is not None]
    if not stated:
        return Text("没有写各种情形得多少分", "it does not say how many points what gives")
    if "满分" in plain or "扣" in plain or points in stated or sum(stated, ZERO) == points:
        return None
    shown = "、".join(decimal_text(value) for value in dict.fromkeys(stated))
    return Text(
        f"句中写 {shown} 分,与分值 {decimal_text(points)} 分对不上",
        f"it names {shown} points, which do not agree with the {decimal_text(points)} of the indicator",
    )


def _of_clauses(plain: str, points: Fraction, known: Wordings) -> Text | None:
    """The first clause that is none of the known kinds."""
    families = [pattern for family in (known.criteria, known.bands, known.pieces, known.rungs) for _, pattern in family]
    patterns = [*families, known.checklist]
    for clause in (clause for clause in re.split("[;。]", plain) if clause):
        parts = [clause] if any(one.fullmatch(clause) for one in patterns) else clause.split(",")
        odd = next((part for part in parts if part and not any(one.fullmatch(part) for one in patterns)), "")
        if odd:
            shown = odd[:_SHOWN] + ("…" if len(odd) > _SHOWN else "")
            return Text(f"“{shown}”不是认得的句式", f"“{shown}” is no known kind of sentence")
    return None
