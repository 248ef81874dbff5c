"""What the linter says always, never, cannot be earned: the evaluator of generated cases never finds otherwise."""

from __future__ import annotations

from hypothesis import given, note
from hypothesis import strategies as st

from engine.casefacts import CaseFacts
from engine.combine import NO
from engine.compute import UNDEFINED, Compiler, Env
from engine.evaluate import Decided, Evaluator
from engine.expr import Expr, Quantifier
from engine.lint.book import Book
from engine.lint.conditions import ANYTHING, where
from engine.lint.reach import Explored, Seen
from engine.lint.run import lint_rulebook
from engine.lint.values import Box, Labels, World
from engine.model import Rulebook
from engine.parts import PartResult
from engine.ranges import intersection, ranges
from engine.session import Session
from engine.testing.randombooks import Files, loaded, rulebook_files
from engine.testing.randomcases import cases_for
from engine.testing.randomformulas import fact_conditions
from engine.typecheck import Scope, check
from facts.model import BASES, Case
from facts.values import Interval
from tests.engine.example import parsed

# Branches that are about policies, of which the linter says nothing.
_POLICIES = ("zero-denominator", "not-applicable", "applies")


def decided(rulebook: Rulebook, case: Case) -> Decided:
    with Evaluator(rulebook) as evaluator, Session(evaluator.rulesets) as session:
        found = Decided(evaluator, case, BASES)
        found.run(session)
        return found


def ordinary(result: PartResult) -> bool:
    """Whether a part was decided by its criterion alone."""
    known = result.branch is not None and result.branch.name not in _POLICIES and result.score.determined
    return known and result.out_of_range is None and all(ordinary(part) for part in result.parts)


def chosen(result: PartResult, one: Explored) -> Seen | None:
    """The case of the linter that is the branch that was taken."""
    assert result.branch is not None
    name, _, number = result.branch.name.partition("-")
    kinds = {"void": "void", "exempt": "exempt", "full": "full", "band": "band", "option": "option", "range": "range"}
    if name not in kinds:
        return None
    cases = [case for case in one.cases if case.part is result.plan.part and case.kind == kinds[name]]
    return cases[int(number or 1) - 1]


def results_in(result: PartResult) -> list[PartResult]:
    return [result, *(inner for part in result.parts for inner in results_in(part))]


@given(rulebook_files(), st.data())
def test_every_score_lies_within_what_the_linter_says_can_be_earned(files: Files, data: st.DataObject) -> None:
    rulebook = loaded(files)
    case = data.draw(cases_for(rulebook))
    found = decided(rulebook, case)
    for one in Book(rulebook).explored:
        result = found.rollup.indicators[one.indicator.id]
        if not ordinary(result) or result.score.na != NO:
            continue
        note("\n".join(text for name, text in files.items() if name != "vocabulary.yaml"))
        scores = one.whole.scores
        assert scores is not None, f"{one.indicator.id} can be scored"
        assert scores.lo <= result.score.lo <= scores.hi, one.indicator.id
        for inner in results_in(result):
            seen = chosen(inner, one)
            assert seen is None or seen.after, f"{inner.plan.part.id}: {seen} was reached"


@given(rulebook_files())
def test_sound_rulebooks_are_linted_without_a_fault_of_ours(files: Files) -> None:
    found, stale = lint_rulebook(loaded(files))

    assert all(one.problem.severity in ("warning", "note") for one in found)
    assert stale == ()


# --- conditions -------------------------------------------------------------------------------------------------------

_COMPARED = (
    "甲率 {} 90%",
    "乙率 {} 200%",
    "乙率 {} 0%",
    "甲金额 {} 3 万元",
    "甲件数 {} 2 件",
    "乙件数 {} 40 件",
    "甲金额 {} 乙金额",
    "乙金额 {} 甲金额",
    "甲金额 / 乙金额 {} 100%",
    "甲金额 - 乙金额 {} 0 万元",
    "abs(甲率 - 乙率) {} 5 个百分点",
    "least(用时, 30 天) {} 30 天",
    "round(甲率, 1, half_up) {} 90%",
    "甲评分 {} 20",
    "甲率 {} 标准率",
    "甲率 {} 上限率",
    "count(明细 where 完成 is 是) {} 2 个",
    "rank(甲金额, 明细.金额, desc) {} 1",
)
comparisons = st.builds(str.format, st.sampled_from(_COMPARED), st.sampled_from(("<", "<=", ">", ">=", "=", "!=")))
leaves = st.one_of(comparisons, comparisons, fact_conditions()).map(lambda one: f"({one})")
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda found: "(" + " and ".join(found) + ")"),
        st.lists(inner, min_size=2, max_size=3).map(lambda found: "(" + " or ".join(found) + ")"),
        inner.map(lambda one: f"not ({one})"),
    ),
    max_leaves=6,
)


def holds_in(box: Box, env: Env, compiler: Compiler) -> bool:
    """Whether the facts are among those a box allows."""
    return all(_is_within(key, known, env, compiler) for key, known in box.items())


def _is_within(key: Expr, known: object, env: Env, compiler: Compiler) -> bool:
    if isinstance(known, Labels):
        if isinstance(key, Quantifier):
            label = {True: "是", False: "否", None: None}[compiler.truth(key)(env, None)]
        else:
            label = compiler.label(key)(env, None)
        return label is None or (label in known.labels) != known.negated
    value = compiler.quantity(key)(env, None)
    if value is UNDEFINED or isinstance(value, Interval):
        return True
    return bool(intersection(ranges(Interval(value, value)), known))  # type: ignore[arg-type]  # a set of values


@given(rulebook_files(), conditions, st.data())
def test_facts_that_meet_a_condition_are_in_one_of_its_boxes(files: Files, text: str, data: st.DataObject) -> None:
    rulebook = loaded(files)
    parameters = rulebook.parameters_in("")
    checked = check(parsed(text), Scope(rulebook.vocabulary, parameters))
    assert not checked.problems, checked.problems
    case = data.draw(cases_for(rulebook))
    env = CaseFacts(rulebook, case, BASES).env()
    compiler = Compiler(rulebook.vocabulary, parameters)
    truth = compiler.truth(checked.tree)(env, None)
    if truth is None:
        return
    state = where(ANYTHING, checked.tree, World(rulebook.vocabulary, parameters), holds=truth)
    note(f"{text} is {truth}: {state}")
    assert any(holds_in(box, env, compiler) for box in state)
