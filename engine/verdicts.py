"""Verdict of a score."""

from __future__ import annotations

from engine.assessment import Verdict
from engine.combine import NO, YES, Score
from engine.parts import Frame


def verdict_of(score: Score, frame: Frame) -> Verdict:
    """met: full points or more; not_met: the floor or less; between: partly_met; open bounds: undetermined."""
    if score.na == YES:
        return "not_applicable"
    if score.na != NO or score.lo != score.hi:
        return "undetermined"
    if score.lo >= frame.full:
        return "met"
    return "not_met" if score.lo <= frame.floor else "partly_met"
