"""The typed Rulebook: what the loader makes of a folder of YAML, and everything downstream reads.

`docs/rule-language.md` says what each piece means. Positions take no part in equality: a rulebook printed and reloaded is
the same rulebook.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from engine.expr import NOWHERE, Expr
from facts.provenance import Position
from facts.units import Unit
from facts.values import Rounding
from facts.vocabulary import Vocabulary

Model = Literal["sum", "declared_less_deductions", "rescaled"]
SectionKind = Literal["base", "bonus", "malus"]
MissingPolicy = Literal["undetermined", "zero", "full"]
ZeroDenominatorPolicy = Literal["undetermined", "not_applicable", "zero", "full"]
PartialUnitPolicy = Literal["up", "down", "linear"]
NotApplicablePolicy = Literal["full", "rescale", "spread", "exclude"]
CheckSeverity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Title:
    """A title; English may be missing."""

    zh: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where the policy says it: document, item, and what is uncertain about it."""

    document: str = ""
    item: str = ""
    quote: str = ""
    uncertain: str = ""


@dataclass(frozen=True, slots=True)
class Policies:
    """What is done about what the criteria leave silent. None in `round_*` is no rounding."""

    missing: MissingPolicy
    zero_denominator: ZeroDenominatorPolicy
    partial_unit: PartialUnitPolicy
    not_applicable: NotApplicablePolicy
    round_measure: Rounding | None
    round_score: Rounding | None


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition with the sentence to say when it holds."""

    when: Expr
    reason: str = ""
    at: Position = field(default=NOWHERE, compare=False)


# --- forms: how one criterion turns a measure into points -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Threshold:
    """Full points where `full` holds, else `otherwise` (points, or another form)."""

    full: Expr
    otherwise: Form
    reason: str = ""
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Band:
    """One band: condition on the measure (None: otherwise) and its points."""

    when: Expr | None
    points: Fraction
    reason: str = ""
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Bands:
    """Disjoint, complete bands."""

    bands: tuple[Band, ...]
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class PerUnit:
    """`amount` off (sign -1) or on (sign 1) for every `per` by which the measure is over/under/around the base.

    `per` and `base` are in base units. `start` None: full points for -1, zero for 1. `limit` bounds the sum moved.
    `partial_stated`: whether the form itself says what is done with partial units.
    """

    sign: Literal[-1, 1]
    amount: Fraction
    per: Fraction
    per_unit: Unit
    side: Literal["over", "under", "around"]
    base: Expr
    partial_unit: PartialUnitPolicy
    start: Fraction | None = None
    limit: Fraction | None = None
    reason: str = ""
    at: Position = field(default=NOWHERE, compare=False)
    partial_stated: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of `deduct` or `add`: points once (`when`) or times a count (`each`); exactly one of the two is set."""

    points: Fraction
    when: Expr | None = None
    each: Expr | None = None
    limit: Fraction | None = None
    title: str = ""
    reason: str = ""
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Items:
    """`deduct` (sign -1, from full points down) or `add` (sign 1, from zero up)."""

    sign: Literal[-1, 1]
    items: tuple[Item, ...]
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Proportional:
    """points x measure/to (at_least) or points x to/measure (at_most), the share not above `up_to`."""

    to: Expr
    direction: Literal["at_least", "at_most"]
    up_to: Fraction
    reason: str = ""
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Interpolate:
    """Straight lines through (measure, points), measures ascending; flat outside."""

    knots: tuple[tuple[Fraction, Fraction], ...]
    unit: Unit
    reason: str = ""
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class JudgedRange:
    """Where the condition holds (None: otherwise) an assessor's points lie within [low, high]."""

    when: Expr | None
    low: Fraction
    high: Fraction
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Judged:
    """Points set by an assessor: a concept of type score, by id."""

    concept: str
    ranges: tuple[JudgedRange, ...]
    reason: str = ""
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class PointsFormula:
    """Points by a formula."""

    formula: Expr
    reason: str = ""
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always the same points."""

    points: Fraction
    reason: str = ""
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Combine:
    """Parts made into a whole; `weights` (fractions of 1) for weighted only."""

    how: Literal["sum", "best", "worst", "average", "weighted"]
    parts: tuple[Part, ...]
    weights: tuple[Fraction, ...] = ()
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Choose:
    """The first part whose condition holds; the last condition may be None (otherwise)."""

    options: tuple[tuple[Expr | None, Part], ...]
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class NotComputable:
    """The clause cannot be computed, and why."""

    reason: str
    at: Position = field(default=NOWHERE, compare=False)


Form = (
    Threshold
    | Bands
    | PerUnit
    | Items
    | Proportional
    | Interpolate
    | Judged
    | PointsFormula
    | Fixed
    | Combine
    | Choose
    | NotComputable
)


@dataclass(frozen=True, slots=True)
class Part:
    """What is decided and scored in one piece; an indicator is a part with a name.

    `points` is a decimal or a formula; `floor` and `cap` bound the score (None: the natural bound, see the language).
    `stated` names the policies said here or between here and the rulebook's defaults.
    """

    id: str
    title: Title
    points: Fraction | Expr
    measure: Expr | None
    unit: Unit | None
    form: Form
    policies: Policies
    cite: Citation
    applies: Expr | None = None
    voids: tuple[Guard, ...] = ()
    exempts: tuple[Guard, ...] = ()
    floor: Fraction | None = None
    cap: Fraction | None = None
    stated: frozenset[str] = field(default=frozenset(), compare=False)
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Indicator:
    """三级指标: a part with a place in a section and group."""

    id: str
    section: str
    group: str
    part: Part
    at: Position = field(default=NOWHERE, compare=False)

    @property
    def title(self) -> Title:
        """The indicator's title."""
        return self.part.title


@dataclass(frozen=True, slots=True)
class Section:
    """一级指标: declared points, a kind, a model, indicators.

    `unread` are the places of indicators too broken to be read; a rulebook with one is never used, only told about.
    """

    id: str
    title: Title
    points: Fraction
    kind: SectionKind
    model: Model
    indicators: tuple[Indicator, ...]
    file: str
    floor: Fraction | None = None
    cap: Fraction | None = None
    counts_if: Expr | None = None
    parameters: tuple[Parameter, ...] = ()
    unread: tuple[Position, ...] = field(default=(), compare=False)
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named constant, or constants by the label of a concept (`by`, a concept id).

    `section` is the id of the section it belongs to; "" is the whole rulebook.
    """

    name: str
    by: str
    values: tuple[tuple[str, Fraction], ...]
    unit: Unit
    section: str = ""
    at: Position = field(default=NOWHERE, compare=False)

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from a parameter of the same name elsewhere."""
        return (self.section, self.name)


@dataclass(frozen=True, slots=True)
class GradeStep:
    """A grade and the score it starts at, inclusive; it reaches up to the next one.

    `end` is the upper end as the document publishes it, `closed` if it belongs to the grade. It sets nothing: the linter
    holds it against the next start.
    """

    grade: str
    start: Fraction
    end: Fraction | None = None
    closed: bool = True
    at: Position = field(default=NOWHERE, compare=False)
    end_at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class GradeScale:
    """Grades from highest to lowest; `of` says whether starts are scores or percent of the declared points."""

    of: Literal["score", "percent"]
    steps: tuple[GradeStep, ...]
    cite: Citation = Citation()


@dataclass(frozen=True, slots=True)
class VetoEffect:
    """What a veto does. `value` for score, `grade` for grade and grade_at_most."""

    kind: Literal["zero", "failed", "score", "grade", "grade_at_most"]
    value: Fraction | None = None
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Veto:
    """一票否决: a condition with a declared scope, effect and precedence."""

    id: str
    title: Title
    when: Expr
    scope: Literal["result", "section", "indicator"]
    target: str
    effect: VetoEffect
    precedence: int
    cite: Citation
    reason: str = ""
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Check:
    """勾稽关系: a statement that must hold over the facts; no points.

    `actual` and `expected` are what a finding shows; where the rule does not say, the two sides of the comparison.
    """

    id: str
    title: Title
    that: Expr
    severity: CheckSeverity
    message: str
    cite: Citation
    message_en: str = ""
    actual: Expr | None = None
    expected: Expr | None = None
    at: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A contradiction of the document, or a finding of the linter, accepted by name; after `expires` it is open again."""

    problem: str
    target: str
    reason: str
    authority: str
    expires: date | None = None
    at: Position = field(default=NOWHERE, compare=False)

    def has_expired(self, as_of: date | None) -> bool:
        """Whether it no longer counts on a day; None is no day."""
        return as_of is not None and self.expires is not None and as_of > self.expires


@dataclass(frozen=True, slots=True)
class Declared:
    """What the document says of itself; None where it says nothing."""

    points: Fraction | None = None
    sections: int | None = None
    indicators: int | None = None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything a folder of rules says. `digest` is the SHA-256 over its files' bytes.

    `accepted` are contradictions of the document, `tolerated` findings of the linter: those change no assessment.
    """

    id: str
    version: str
    title: Title
    authority: str
    effective_from: date
    effective_to: date | None
    cite: Citation
    declared: Declared
    model: Model
    defaults: Policies
    parameters: tuple[Parameter, ...]
    sections: tuple[Section, ...]
    floor: Fraction | None
    cap: Fraction | None
    grades: GradeScale | None
    vetoes: tuple[Veto, ...]
    checks: tuple[Check, ...]
    accepted: tuple[Acceptance, ...]
    vocabulary: Vocabulary
    tolerated: tuple[Acceptance, ...] = ()
    digest: str = field(default="", compare=False)
    at: Position = field(default=NOWHERE, compare=False)

    def __repr__(self) -> str:
        """A rulebook in full is no help in a message, and takes its time."""
        return f"Rulebook({self.id!r}, {self.version!r}, {len(self.indicators)} indicators)"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """The same for printers that write a dataclass out whatever its repr is, such as that of Hypothesis."""
        printer.text(repr(self))

    def parameters_in(self, section: str) -> dict[str, Parameter]:
        """What parameter names mean in a section: its own over the rulebook's. "" is outside every section."""
        found = {parameter.name: parameter for parameter in self.parameters}
        for one in self.sections:
            if one.id == section:
                found.update({parameter.name: parameter for parameter in one.parameters})
        return found

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Every indicator, in the order of the files."""
        return tuple(i for s in self.sections for i in s.indicators)
