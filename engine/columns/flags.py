"""Truth values as columns, in three-valued logic: SQL's NULL is "not decided", and its AND, OR and NOT mean just that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from sqlglot import exp

Node = exp.Expr


@dataclass(frozen=True, slots=True)
class Flag:
    """A truth value for each unit; `node` None: the same `constant` for all (None: undecided).

    `nullable`: whether it may be undecided.
    """

    node: Node | None
    constant: bool | None = None
    nullable: bool = False

    @property
    def always(self) -> bool:
        """Whether it holds for every unit, whatever its facts."""
        return self.node is None and self.constant is True

    @property
    def never(self) -> bool:
        """Whether it holds for no unit, whatever its facts."""
        return self.node is None and self.constant is False

    def sql(self) -> Node:
        """Its expression, free to be put anywhere."""
        if self.node is not None:
            return wrapped(self.node)
        if self.constant is None:
            return cast(exp.null(), "BOOLEAN")
        return exp.true() if self.constant else exp.false()


TRUE, FALSE, UNDECIDED = Flag(None, True), Flag(None, False), Flag(None, None, True)


def wrapped(node: Node) -> Node:
    """A node that can stand as an operand. Nodes are shared, never changed: copying them is most of the work otherwise."""
    return exp.Paren(this=node) if isinstance(node, exp.Binary | exp.Connector | exp.Not | exp.Unary) else node


def cast(node: Node, kind: str) -> Node:
    """A node in a type by name; the names are read once, not each time."""
    wanted = _kind(kind)
    return node if isinstance(node, exp.Cast) and node.to == wanted else exp.Cast(this=node, to=wanted)


@cache
def _kind(name: str) -> exp.DataType:
    return exp.DataType.build(name)


def column(name: str) -> Node:
    """A column by name."""
    return exp.Column(this=exp.Identifier(this=name, quoted=False))


def both(*flags: Flag) -> Flag:
    """All of them hold."""
    return _joined(flags, exp.And, absorbing=False)


def either(*flags: Flag) -> Flag:
    """One of them holds."""
    return _joined(flags, exp.Or, absorbing=True)


def _joined(flags: Iterable[Flag], kind: type[exp.Connector], *, absorbing: bool) -> Flag:
    kept: list[Flag] = []
    for flag in flags:
        if flag.node is None and flag.constant is absorbing:
            return TRUE if absorbing else FALSE
        if (flag.node is not None or flag.constant is None) and flag not in kept:
            if not flag.nullable and any(other.node is not None and other == negation(flag) for other in kept):
                return TRUE if absorbing else FALSE
            kept.append(flag)
    if not kept:
        return FALSE if absorbing else TRUE
    if all(flag.node is None for flag in kept):
        return UNDECIDED
    node = kept[0].sql()
    for flag in kept[1:]:
        node = kind(this=node, expression=flag.sql())
    return Flag(node, nullable=any(flag.nullable for flag in kept)) if len(kept) > 1 else kept[0]


def negation(flag: Flag) -> Flag:
    """It does not hold."""
    if flag.node is None:
        return Flag(None, None if flag.constant is None else not flag.constant, flag.nullable)
    if isinstance(flag.node, exp.Not):
        inner = flag.node.this
        return Flag(inner.this if isinstance(inner, exp.Paren) else inner, nullable=flag.nullable)
    return Flag(exp.Not(this=flag.sql()), nullable=flag.nullable)


def surely(flag: Flag) -> Flag:
    """It holds and is decided."""
    return _settled(flag, False)


def possibly(flag: Flag) -> Flag:
    """It holds, or is not decided."""
    return _settled(flag, True)


def _settled(flag: Flag, undecided: bool) -> Flag:
    if flag.node is None:
        return Flag(None, undecided if flag.constant is None else flag.constant)
    if not flag.nullable:
        return flag
    return Flag(exp.Coalesce(this=flag.sql(), expressions=[exp.true() if undecided else exp.false()]))


def undecided(flag: Flag) -> Flag:
    """It is not decided."""
    if flag.node is None:
        return TRUE if flag.constant is None else FALSE
    return is_null(flag.sql()) if flag.nullable else FALSE


def is_null(node: Node) -> Flag:
    """An expression has no value."""
    return Flag(exp.Is(this=wrapped(node), expression=exp.null()))


def is_given(node: Node) -> Flag:
    """An expression has a value."""
    return Flag(exp.Not(this=exp.Is(this=wrapped(node), expression=exp.null())))


def cases(branches: Iterable[tuple[Flag, Flag]], otherwise: Flag) -> Flag:
    """The flag behind the first condition that holds; conditions that are not decided do not hold."""
    kept = _reached(branches)
    if not kept:
        return otherwise
    if kept[-1][0].always:
        kept, otherwise = kept[:-1], kept[-1][1]
    if not kept:
        return otherwise
    if all(flag == otherwise for _, flag in kept):
        return otherwise
    ifs = [exp.If(this=when.sql(), true=flag.sql()) for when, flag in kept]
    return Flag(
        exp.Case(ifs=ifs, default=otherwise.sql()), nullable=any(f.nullable for f in (otherwise, *(f for _, f in kept)))
    )


def _reached(branches: Iterable[tuple[Flag, Flag]]) -> list[tuple[Flag, Flag]]:
    kept = []
    for when, flag in branches:
        if when.node is None and not when.constant:
            continue
        kept.append((when, flag))
        if when.always:
            break
    return kept
