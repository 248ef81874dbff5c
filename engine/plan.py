"""The Plan: the one intermediate form between the rulebook and whatever evaluates it.

A Decision is a choice among disjoint, exhaustive cases over one record of integers: every comparison of an exact measure
with a constant is a comparison of integer codes (`code`). A PlanPart says which effect in points each outcome has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from engine.compute import LabelFunction, QuantityFunction, TruthFunction
from engine.expr import Expr
from engine.model import Check, Form, Indicator, Part, Rulebook, Section, Veto
from facts.units import Unit
from facts.values import Rounding

# Codes beyond every threshold; thresholds are checked to lie well inside when the Plan is made.
CODE_LIMIT = 2**61
THRESHOLD_LIMIT = 2**60

# Outcomes of a truth decision.
FALSE, UNKNOWN, TRUE = 0, 1, 2
# Outcome of a selection that is not decided, plus the place of the condition that is not.
OPEN = 1000


def code(value: Fraction, scale: int) -> int:
    """Where a value lies among the multiples of 1/scale: 2n at n/scale, 2n + 1 between n/scale and (n+1)/scale.

    So `x <= n/scale` iff `code(x) <= 2n` and `x < n/scale` iff `code(x) < 2n`, exactly, in integers.

    >>> [code(Fraction(v), 10) for v in ("0.9", "0.95", "1")]
    [18, 19, 20]
    """
    whole, rest = divmod(value.numerator * scale, value.denominator)
    return max(-CODE_LIMIT, min(CODE_LIMIT, 2 * whole + (rest > 0)))


class Test(NamedTuple):
    """One comparison in a guard: property, operator, integer constant."""

    property: str
    op: str
    constant: int


class Case(NamedTuple):
    """A rule: its outcome when every test of its guard holds."""

    outcome: int
    guard: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """An exact quantity that guards and effects read. `raw` is before rounding."""

    tree: Expr
    compute: QuantityFunction
    raw: QuantityFunction
    rounding: Rounding | None
    unit: Unit | None
    concepts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RangeInput:
    """Properties `a<n>` and `b<n>`: codes of the lowest and the highest value a measure can have."""

    name: str
    measure: Measure
    scale: int


@dataclass(frozen=True, slots=True)
class LabelInput:
    """Property `c<n>`: the place of the label among those tested; their number for any other; -1 for unknown."""

    name: str
    compute: LabelFunction
    labels: tuple[str, ...]
    concepts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TruthInput:
    """Property `t<n>`: outcome of another decision, chained inside the engine."""

    name: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class InapplicableInput:
    """Property `n<n>`: 2 where a fact the part needs is stated not to apply, else 0."""

    name: str
    concepts: tuple[str, ...]


Input = RangeInput | LabelInput | TruthInput | InapplicableInput


@dataclass(frozen=True, slots=True)
class Decision:
    """Cases of which exactly one fires. `truths` decide the same in plain Python, for the cross-check.

    `selection`: the outcome is the place of the first condition that holds (len: none); else it is a truth value.
    `subject` is what `measure` means in its conditions. `inapplicable`: facts of which one stated not to apply is outcome 0, before every condition.
    """

    kind: str
    label: str
    inputs: tuple[Input, ...]
    cases: tuple[Case, ...]
    truths: tuple[TruthFunction, ...]
    selection: bool
    conditions: tuple[Expr, ...]
    concepts: tuple[str, ...]
    inapplicable: tuple[str, ...] = ()
    subject: Measure | None = None


# --- effects ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The part does not apply."""


@dataclass(frozen=True, slots=True)
class FullPoints:
    """All the part's points."""


@dataclass(frozen=True, slots=True)
class FloorPoints:
    """The least the part can give."""


@dataclass(frozen=True, slots=True)
class FixedPoints:
    """A number of points."""

    points: Fraction


@dataclass(frozen=True, slots=True)
class SharePoints:
    """A share of the part's points."""

    share: Fraction


@dataclass(frozen=True, slots=True)
class AnyPoints:
    """Anything from floor to cap: the clause cannot be computed, or its denominator is zero and no policy says what."""


@dataclass(frozen=True, slots=True)
class ByMeasure:
    """Points as a monotone function of one measure: (value, the part's points) -> points, at both ends of a range."""

    measure: Measure
    function: Callable[[Fraction | None, Fraction, int], Fraction | None]
    form: Form
    around: bool = False


@dataclass(frozen=True, slots=True)
class ByFormula:
    """Points are a measure."""

    measure: Measure


@dataclass(frozen=True, slots=True)
class ByJudgement:
    """Points are a measure (an assessor's), which must lie within [low, high]."""

    measure: Measure
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One entry of an Items form: `decision` tells whether it applies at all, `count` how often (None: once)."""

    number: int
    sign: int
    points: Fraction
    limit: Fraction | None
    decision: Decision
    count: Measure | None
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class ByItems:
    """From `start` (full points or zero), each item off or on."""

    items: tuple[PlanItem, ...]
    from_full: bool


@dataclass(frozen=True, slots=True)
class ByParts:
    """Parts made into a whole."""

    how: str
    parts: tuple[PlanPart, ...]
    weights: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class OnePart:
    """What another part gives."""

    part: PlanPart


Effect = (
    NotApplicable
    | FullPoints
    | FloorPoints
    | FixedPoints
    | SharePoints
    | AnyPoints
    | ByMeasure
    | ByFormula
    | ByJudgement
    | ByItems
    | ByParts
    | OnePart
)


@dataclass(frozen=True, slots=True)
class Branch:
    """What happens when condition `n` is the first to hold; `condition` None for the last."""

    name: str
    condition: Expr | None
    effect: Effect
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlanPart:
    """A part ready to be decided: selections tried in order (each but the last may pass to the next), then an effect.

    `floor` and `cap` None: natural (0 and the points; malus: minus the points and 0).
    """

    part: Part
    malus: bool
    points: Fraction | Measure
    measure: Measure | None
    selections: tuple[Decision, ...]
    branches: tuple[Branch, ...]
    concepts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanVeto:
    """A veto with its decision; `guard` is what it says."""

    veto: Veto
    decision: Decision


@dataclass(frozen=True, slots=True)
class PlanCheck:
    """A check with its decision."""

    check: Check
    decision: Decision


@dataclass(frozen=True, slots=True)
class PlanIndicator:
    """An indicator with its part."""

    indicator: Indicator
    part: PlanPart


@dataclass(frozen=True, slots=True)
class PlanSection:
    """A section with its indicators and gate."""

    section: Section
    indicators: tuple[PlanIndicator, ...]
    gate: Decision | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything to decide for one case, and every decision there is, in the order of the rulebook."""

    rulebook: Rulebook
    sections: tuple[PlanSection, ...]
    vetoes: tuple[PlanVeto, ...]
    checks: tuple[PlanCheck, ...]
    grade: tuple[Decision, ...]
    decisions: tuple[Decision, ...]
