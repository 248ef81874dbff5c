"""Any formula that can be written: trees as the parser makes them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from hypothesis import strategies as st

from engine.expr import (
    Aggregate,
    Arithmetic,
    Call,
    Comparison,
    DateLiteral,
    Expr,
    Is,
    Label,
    Logic,
    Name,
    Negative,
    Not,
    Number,
    Quantifier,
    Rank,
    Rollup,
    Subject,
)
from engine.showing import bare_name
from facts.units import parse_unit

NAMES = ("决算数", "budget_a", "三公经费决算数", "“12345”平台投诉率", "count", "总分", "A股", "a.b", "是", "x 2")
UNITS = tuple(
    unit for name in ("", "%", "‰", "百分点", "万元", "份", "工作日", "分", "亩") if (unit := parse_unit(name))
)
LABELS = ("优", "是", "and", "not", "不", "达到 要求", "3级", "未达标")

_names = st.sampled_from(NAMES)
_decimals = st.builds(Fraction, st.integers(0, 10**9), st.sampled_from((1, 10, 100, 1000)))
_numbers = st.builds(lambda value, unit: Number(value * unit.factor, unit), _decimals, st.sampled_from(UNITS))
_dates = st.dates(date(1000, 1, 1)).map(DateLiteral)
_leaves: st.SearchStrategy[Expr] = st.one_of(
    _names.map(Name), _numbers, _dates, st.just(Subject()), st.builds(Label, st.sampled_from(LABELS))
)
_rollups: st.SearchStrategy[Expr] = st.one_of(
    st.builds(Rollup, st.sampled_from(("score", "points")), st.sampled_from(("base", "three-public-control"))),
    st.just(Rollup("total")),
)


def name_of(tree: Expr) -> str:
    """How a name or `measure` is written."""
    if isinstance(tree, Subject):
        return "measure"
    assert isinstance(tree, Name)
    return bare_name(tree.name)


def _sums(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    calls = st.builds(Call, st.sampled_from(("least", "greatest")), st.lists(inner, min_size=2, max_size=3).map(tuple))
    return st.one_of(
        st.builds(Arithmetic, st.sampled_from(("+", "-", "*", "/")), inner, inner),
        inner.map(Negative),
        calls,
        inner.map(lambda one: Call("abs", (one,))),
        st.builds(lambda one, n: Call("round", (one,), n, "half_even"), inner, st.integers(0, 10)),
        st.builds(lambda a, b: Call("days", (a, b)), inner, inner),
        st.builds(Rank, inner, _names, _names, st.booleans()),
        st.builds(
            lambda f, t, c: Aggregate(f, t, c), st.sampled_from(("sum", "average", "max", "min")), _names, _names
        ),
        st.builds(
            lambda f, t, v: Aggregate(f, t, value=v), st.sampled_from(("sum", "average", "max", "min")), _names, inner
        ),
    )


quantities: st.SearchStrategy[Expr] = st.recursive(st.one_of(_leaves, _rollups), _sums, max_leaves=8)
_operators = st.sampled_from(("<", "<=", ">", ">=", "=", "!="))
_tests: st.SearchStrategy[Expr] = st.one_of(
    st.builds(Comparison, _operators, quantities, quantities),
    st.builds(Is, st.one_of(_names.map(Name), st.just(Subject())), st.sampled_from(LABELS), st.booleans()),
)


def _conditions(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.one_of(
        st.builds(Logic, st.sampled_from(("and", "or")), st.lists(inner, min_size=2, max_size=3).map(tuple)),
        inner.map(Not),
        st.builds(Quantifier, st.sampled_from(("any", "all", "none")), _names, inner),
        st.builds(
            lambda f, t, w: Comparison(">", Aggregate(f, t, "", w), Number(Fraction(0), UNITS[0])),
            st.sampled_from(("count", "share")),
            _names,
            inner,
        ),
    )


conditions: st.SearchStrategy[Expr] = st.recursive(_tests, _conditions, max_leaves=6)
