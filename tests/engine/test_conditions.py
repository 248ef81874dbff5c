"""Conditions fired in durable_rules say exactly what plain evaluation of the same conditions says."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compute import Env, Known
from engine.conditions import MAX_SELECTION, Context, Registry, normal, selection_decisions, truth_decision
from engine.decide import Decider
from engine.expr import Expr
from engine.plan import FALSE, OPEN, TRUE, UNKNOWN, Decision
from engine.session import MAX_KINDS, MAX_NODES, Rulesets, Session
from facts.model import Row
from facts.values import EVERYTHING, Interval
from tests.engine.example import COMPILER, WORDS, checked

WAN = 10_000
_amounts = ("-3", "0", "1", "2", "5", "5.5", "9.99", "10")
_money = st.sampled_from(_amounts).map(lambda text: f"{text} 万元")
_names = st.sampled_from(("收支差额", "调剂额"))
_operators = st.sampled_from(("<", "<=", ">", ">=", "=", "!="))
_atoms = st.one_of(
    st.builds("{} {} {}".format, _names, _operators, _money),
    st.builds("{} {} {}".format, _money, _operators, _names),
    st.builds("收支差额 {} 调剂额".format, _operators),
    st.builds("收支差额 - 2 * 调剂额 {} {}".format, _operators, _money),
    st.builds("执行率 {} {}%".format, _operators, st.sampled_from(("0", "33.3", "95", "100"))),
    st.builds("质量 {} {}".format, st.sampled_from(("is", "is not")), st.sampled_from(("优", "良", "中"))),
    st.builds("弄虚作假 {} 是".format, st.sampled_from(("is", "is not"))),
    st.builds("{} 绩效目标 where 金额 > {} and 是否量化 is 是".format, st.sampled_from(("any", "all", "none")), _money),
    st.builds("count(绩效目标 where 是否量化 is 否) {} {}".format, _operators, st.integers(0, 3)),
    st.builds("收支差额 / 调剂额 {} {}%".format, _operators, st.sampled_from(("0", "50", "100"))),
)


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    joined = st.builds(
        lambda op, parts: f" {op} ".join(f"({part})" for part in parts),
        st.sampled_from(("and", "or")),
        st.lists(inner, min_size=2, max_size=9),
    )
    return st.one_of(joined, inner.map("not ({})".format))


condition_texts = st.recursive(_atoms, _compound, max_leaves=14)

_exact = st.builds(
    lambda text, shift: (Fraction(text) + shift) * WAN,
    st.sampled_from(_amounts),
    st.sampled_from((Fraction(0), Fraction(1, 10**9), -Fraction(1, 10**9), Fraction(1, 7))),
)


@st.composite
def _quantities(draw: st.DrawFn) -> Known:
    kind = draw(st.sampled_from(("known", "known", "known", "bounded", "missing")))
    if kind == "missing":
        return EVERYTHING
    lo: Fraction = draw(_exact)
    if kind == "known":
        return lo
    hi = lo + WAN * draw(st.sampled_from((Fraction(1), Fraction(5), Fraction(1, 3))))
    return Interval(lo, draw(st.sampled_from((hi, hi, None))), draw(st.booleans()), False)


_rows: st.SearchStrategy[Row] = st.fixed_dictionaries(
    {"是否量化": st.sampled_from(("是", "否", None)), "金额": st.one_of(st.none(), _exact)}
)
facts: st.SearchStrategy[dict[str, Known]] = st.fixed_dictionaries(
    {
        "gap": _quantities(),
        "shift": _quantities(),
        "rate": _quantities().map(lambda v: v / WAN / 10 if isinstance(v, Fraction) else EVERYTHING),
        "quality": st.sampled_from(("优", "良", "中", "差", None)),
        "fraud": st.sampled_from(("是", "否", None)),
        "targets": st.one_of(st.none(), st.lists(_rows, max_size=3).map(tuple)),
    }
)


def context() -> Context:
    """Where the conditions stand: no part, no measure."""
    return Context(Registry(), WORDS, COMPILER)


def fired(decisions: Sequence[Decision], every: Sequence[Decision], env: Env) -> list[int]:
    """Outcomes of decisions in one session over the rulesets of all of them."""
    rulesets = Rulesets(every, "conditions")
    try:
        with Session(rulesets) as session:
            decider = Decider(session, env, frozenset(), lambda *_: None)
            return [decider.decide(decision) for decision in decisions]
    finally:
        rulesets.close()


def plain(tree: Expr, env: Env) -> int:
    """The outcome of one condition by plain evaluation of the condition as it was written."""
    truth = COMPILER.truth(tree)(env, None)
    return UNKNOWN if truth is None else (TRUE if truth else FALSE)


def nodes_of(decision: Decision) -> int:
    """How many different tests stand in the guards of one kind."""
    return len({test for one in decision.cases for test in one.guard})


@given(condition_texts, st.lists(facts, min_size=1, max_size=4))
def test_a_condition_fires_as_plain_evaluation_says(text: str, known: list[dict[str, Known]]) -> None:
    tree, where = checked(text), context()
    decision = truth_decision(tree, where)
    for one in known:
        env = Env(one, {})
        assert fired([decision], where.registry.decisions, env) == [plain(tree, env)]


@given(st.lists(condition_texts, min_size=1, max_size=20), facts)
@settings(max_examples=25)
def test_a_selection_finds_the_first_condition_that_holds_or_is_open(texts: list[str], known: dict[str, Known]) -> None:
    trees, where, env = [checked(text) for text in texts], context(), Env(known, {})
    decisions = selection_decisions(trees, where)
    outcomes = fired(decisions, where.registry.decisions, env)
    truths = [plain(tree, env) for tree in trees]
    expected = next((n for n, truth in enumerate(truths) if truth != FALSE), len(trees))
    found = len(trees)
    for number, outcome in enumerate(outcomes):
        if outcome % OPEN < len(decisions[number].truths):
            found = number * MAX_SELECTION + outcome % OPEN
            assert (outcome >= OPEN) == (truths[found] == UNKNOWN)
            break
    assert found == expected


@given(st.lists(condition_texts, min_size=1, max_size=12))
@settings(max_examples=25)
def test_no_kind_has_more_condition_nodes_than_are_safe_whatever_is_written(texts: list[str]) -> None:
    where = context()
    selection_decisions([checked(text) for text in texts], where)
    assert max(nodes_of(decision) for decision in where.registry.decisions) <= MAX_NODES
    kinds = [decision.kind for decision in where.registry.decisions]
    assert len(kinds) == len(set(kinds))


@given(condition_texts, facts)
def test_the_normal_form_of_a_condition_says_the_same(text: str, known: dict[str, Known]) -> None:
    tree, env = checked(text), Env(known, {})
    assert plain(normal(tree, WORDS), env) == plain(tree, env)


@given(condition_texts, facts)
def test_exactly_one_guard_of_a_decision_holds(text: str, known: dict[str, Known]) -> None:
    where = context()
    truth_decision(checked(text), where)
    env = Env(known, {})
    for decision in where.registry.decisions:
        held = fired([decision], where.registry.decisions, env)
        assert len(held) == 1 and held[0] in (FALSE, UNKNOWN, TRUE)


def test_more_than_eight_conditions_become_a_chain() -> None:
    where = context()
    texts = [f"收支差额 > {n} 万元" for n in range(30, 0, -1)]
    decisions = selection_decisions([checked(text) for text in texts], where)
    assert [len(decision.truths) for decision in decisions] == [8, 8, 8, 6]
    env = Env({"gap": Fraction(20 * WAN)}, {})
    assert fired(decisions, where.registry.decisions, env)[:2] == [8, 3]


def test_a_long_conjunction_is_chained_and_still_decides() -> None:
    text = " and ".join(f"收支差额 != {n} 万元" for n in range(100))
    where = context()
    decision = truth_decision(checked(text), where)
    assert len(where.registry.decisions) > 1
    for value, expected in ((Fraction(57 * WAN), FALSE), (Fraction(57 * WAN + 1), TRUE), (Fraction(10**7), TRUE)):
        env = Env({"gap": value}, {})
        assert fired([decision], where.registry.decisions, env) == [expected]


def test_more_kinds_than_one_ruleset_is_safe_with_are_spread_over_several() -> None:
    where = context()
    conditions = [checked(f"收支差额 >= {n} 元") for n in range(MAX_KINDS + 50)]
    decisions = [truth_decision(condition, where) for condition in conditions]
    rulesets = Rulesets(decisions, "many")
    shards = {rulesets.shard_of(decision.kind) for decision in decisions}
    rulesets.close()
    assert shards == {0, 1}
    outcomes = fired(decisions, decisions, Env({"gap": Fraction(200)}, {}))
    assert outcomes == [TRUE] * 201 + [FALSE] * (len(decisions) - 201)


@pytest.mark.parametrize("threshold", ["9" * 25 + " 亿元", "1." + "0" * 30 + "1 元"])
def test_a_threshold_beyond_exact_comparison_is_a_problem(threshold: str) -> None:
    where = context()
    truth_decision(checked(f"收支差额 > {threshold}"), where)
    assert [problem.code for problem in where.registry.problems] == ["threshold-too-large"]


@pytest.mark.parametrize(
    ("text", "below", "at", "above"),
    [
        ("执行率 >= 95%", FALSE, TRUE, TRUE),
        ("执行率 > 95%", FALSE, FALSE, TRUE),
        ("执行率 <= 95%", TRUE, TRUE, FALSE),
        ("执行率 < 95%", TRUE, FALSE, FALSE),
        ("执行率 = 95%", FALSE, TRUE, FALSE),
        ("执行率 != 95%", TRUE, FALSE, TRUE),
        ("95% <= 执行率", FALSE, TRUE, TRUE),
    ],
)
@pytest.mark.parametrize("step", [Fraction(1, 100), Fraction(1, 10**12), Fraction(1, 3 * 10**40)])
def test_a_threshold_is_exact_one_step_below_at_and_above(
    text: str, below: int, at: int, above: int, step: Fraction
) -> None:
    where, base = context(), Fraction(95, 100)
    decision = truth_decision(checked(text), where)
    found = [fired([decision], [decision], Env({"rate": v}, {}))[0] for v in (base - step, base, base + step)]
    assert found == [below, at, above]
