"""Small typed readers over YAML nodes: text, decimals, quantities, formulas. Each reports what does not fit."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from engine.expr import Expr, Negative, Number
from engine.model import Citation, Title
from engine.parser import parse_formula
from engine.typecheck import Scope, Type, check, type_text
from facts import yamltree as yt
from facts.problem import NO_TEXT, Problem, Severity, Text
from facts.provenance import Position
from facts.units import Dimension, Unit, known_units, parse_unit
from facts.values import Rounding, parse_decimal


@dataclass(slots=True)
class Reading:
    """Collects the Problems of one rulebook while it is read."""

    problems: list[Problem] = field(default_factory=list)

    def problem(
        self, code: str, at: Position, message: Text, hint: Text = NO_TEXT, severity: Severity = "error"
    ) -> None:
        """Note a Problem."""
        self.problems.append(Problem(code, at, message, hint, severity))

    # --- scalars ---

    def text(self, node: yt.Mapping, key: str, default: str = "") -> str:
        """The text under a key."""
        found = node.get(key)
        return found.text if isinstance(found, yt.Scalar) else default

    def title(self, node: yt.Mapping) -> Title:
        """`title` and `title_en`."""
        return Title(self.text(node, "title"), self.text(node, "title_en"))

    def decimal(self, node: yt.Node | None) -> Fraction | None:
        """A bare decimal; None (with a Problem, unless the node is missing) if it is not one."""
        if node is None:
            return None
        value = parse_decimal(node.text) if isinstance(node, yt.Scalar) else None
        if value is None:
            found = node.text if isinstance(node, yt.Scalar) else "…"
            self.problem(
                "not-a-number",
                node.at,
                Text(f"此处应为十进制数,却是“{found[:40]}”", f"expected a decimal number, found {found[:40]!r}"),
                Text("不接受科学计数法、NaN 和单位", "no exponents, NaN or units"),
            )
        return value

    def points(self, node: yt.Mapping, key: str = "points") -> Fraction | None:
        """Points that may not be negative."""
        value = self.decimal(node.get(key))
        if value is not None and value < 0:
            at = node.get(key)
            self.problem(
                "negative-points",
                at.at if at else node.at,
                Text("分值不能为负", "points cannot be negative"),
                Text("扣分写正数", "deductions are written as positive numbers"),
            )
        return value

    def day(self, node: yt.Node | None) -> date | None:
        """A day written 2017-12-31."""
        if not isinstance(node, yt.Scalar):
            return None
        try:
            return date.fromisoformat(node.text)
        except ValueError:
            self.problem(
                "bad-date",
                node.at,
                Text(f"“{node.text[:40]}”不是日期", f"{node.text[:40]!r} is not a date"),
                Text("写成 2017-12-31", "write 2017-12-31"),
            )
            return None

    def unit(self, node: yt.Node | None) -> Unit | None:
        """A unit by name."""
        if not isinstance(node, yt.Scalar):
            return None
        found = parse_unit(node.text)
        if found is None:
            self.problem(
                "unknown-unit",
                node.at,
                Text(f"不认识的单位“{node.text[:20]}”", f"unknown unit {node.text[:20]!r}"),
                Text("可用:" + " ".join(known_units()[:30]) + " …", "known: " + " ".join(known_units()[:30]) + " …"),
            )
        return found

    def rounding(self, node: yt.Node | None) -> Rounding | None:
        """`none` or {places, mode}."""
        if not isinstance(node, yt.Mapping):
            return None
        places = self.decimal(node.get("places"))
        if places is None or places.denominator != 1 or not 0 <= places <= 10:
            self.problem(
                "bad-rounding", node.at, Text("小数位应为 0 到 10 的整数", "places: a whole number from 0 to 10")
            )
            return None
        return Rounding(int(places), self.text(node, "mode", "half_up"))  # type: ignore[arg-type]  # the schema's enum

    def citation(self, node: yt.Node | None, default: Citation) -> Citation:
        """`cite`, merged over the citation it inherits."""
        if not isinstance(node, yt.Mapping):
            return default
        document = self.text(node, "document", default.document)
        inherited = default if document == default.document else Citation(document)
        return Citation(
            document,
            self.text(node, "item", inherited.item),
            self.text(node, "quote", ""),
            self.text(node, "uncertain", ""),
        )

    # --- formulas ---

    def formula(self, node: yt.Node | None, scope: Scope) -> tuple[Expr | None, Type | None]:
        """A formula, parsed, resolved and typed."""
        if not isinstance(node, yt.Scalar):
            return None, None
        tree, problems = parse_formula(node.text, node.at)
        self.problems += problems
        if tree is None:
            return None, None
        checked = check(tree, scope)
        self.problems += checked.problems
        return checked.tree, checked.type if not checked.problems else None

    def condition(self, node: yt.Node | None, scope: Scope) -> Expr | None:
        """A condition; anything else is a Problem."""
        tree, kind = self.formula(node, scope)
        if tree is not None and node is not None and kind is not None and kind != "truth":
            found = type_text(kind)
            self.problem(
                "not-a-condition",
                node.at,
                Text(f"此处应为条件,却是{found.zh}", f"expected a condition, found {found.en}"),
                Text("写成比较,如“<= 100%”或“X is 是”", "write a comparison, such as `<= 100%` or `X is 是`"),
            )
            return None
        return tree if kind == "truth" else None

    def quantity(self, node: yt.Node | None, wanted: Dimension | None) -> tuple[Fraction, Unit] | None:
        """A literal with its unit, of the wanted dimension (None: any). Value in base units."""
        if not isinstance(node, yt.Scalar):
            return None
        tree, problems = parse_formula(node.text, node.at)
        self.problems += problems
        sign = -1 if isinstance(tree, Negative) else 1
        number = tree.operand if isinstance(tree, Negative) else tree
        if tree is None:
            return None
        if not isinstance(number, Number):
            self.problem(
                "not-a-number",
                node.at,
                Text("此处应为带单位的数,如 100%、30 天", "expected a number with its unit, such as 100% or 30 天"),
            )
            return None
        kind = number.unit.dimension
        bare = number.unit.name == "" and (number.value == 0 or (wanted is not None and is_countlike(wanted)))
        if wanted is not None and kind != wanted and not bare:
            want, got = type_text(wanted), type_text(kind)
            self.problem(
                "unit-mismatch",
                node.at,
                Text(f"此处应为{want.zh},却是{got.zh}", f"expected {want.en}, found {got.en}"),
                unit_hint(wanted, kind),
            )
            return None
        return sign * number.value, number.unit


def is_countlike(kind: Dimension) -> bool:
    """Whether a bare number may stand for this dimension: counts and points."""
    return kind.powers in ((("count", 1),), (("score", 1),))


def unit_hint(wanted: Dimension, found: Dimension) -> Text:
    """What to write instead, where the mistake is a common one."""
    if wanted.kind == "points_of_rate":
        return Text(
            "比率的步长写成“1 个百分点”;若确指相对变化,请把相对变化本身写成 measure",
            "write a step of a rate as `1 个百分点`; if a relative change is meant, make it the measure",
        )
    if wanted.kind == "rate":
        return Text("比率请写成百分数,如 100%", "write rates as percentages, such as 100%")
    return NO_TEXT


def as_mapping(node: yt.Node | None) -> yt.Mapping | None:
    """The node if it is a mapping."""
    return node if isinstance(node, yt.Mapping) else None


def items_of(node: yt.Node | None) -> tuple[yt.Node, ...]:
    """The items of a sequence; nothing of anything else."""
    return node.items if isinstance(node, yt.Sequence) else ()


def mappings_of(node: yt.Node | None) -> tuple[yt.Mapping, ...]:
    """The mappings in a sequence."""
    return tuple(item for item in items_of(node) if isinstance(item, yt.Mapping))


def scoped(scope: Scope, subject: Type | None, *, broken: bool = False) -> Scope:
    """The scope with another subject."""
    return replace(scope, subject=subject, subject_broken=broken)
