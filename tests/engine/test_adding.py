"""A change that is called known is known: whatever the open facts turn out to be, the total moves by exactly that much."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluate import Evaluator
from engine.impact import UnitImpact, find_impact
from engine.model import Rulebook
from engine.testing import PARTLY, Wanted, cases_for, completions, rulebooks
from engine.trials.mutants import mutants_of
from facts.model import BASES, Case
from tests.engine.example import ROOT, case, indicator, section, sound

counted: Counter[str] = Counter()
FACTS = "已公开: 是\n发文数: 12 份"


def run(old: Rulebook, new: Rulebook, one: Case) -> UnitImpact:
    (unit,) = find_impact(old, new, (one,), lambda *_: None)[1].units
    return unit


def moved(old: Rulebook, new: Rulebook, one: Case) -> Fraction | None:
    """What a case of which everything is known gains; None where a rule is silent about it."""
    ends = []
    for rulebook in (old, new):
        with Evaluator(rulebook) as evaluator:
            outcome = evaluator.decide(one).outcome
        ends.append(outcome.lo if outcome.lo == outcome.hi else None)
    return None if ends[0] is None or ends[1] is None else ends[1] - ends[0]


ACCEPTED = "accept:\n  - {problem: listed-points, at: one, reason: 原文如此, authority: 原文}\n"


# --- rulebooks of which an indicator was edited ---


def book(full: str, points: str, missing: str, frame: tuple[str, str, str, str, str]) -> Rulebook:
    """The edited indicator first; one that asks for another fact; one of a section of its own."""
    model, policy, limits, ends, rounding = frame
    edited = indicator(
        f'{{full: "<= {full} 份", otherwise: {{per_unit: {{deduct: 1, per: 2 份, over: {full} 份}}}}}}',
        f"missing: {missing}\nnot_applicable: {policy}\napplies: 已公开 is 是\n",
        f"id: edited\ntitle: 甲\npoints: {points}\nmeasure: 发文数\n",
    )
    other = indicator(
        "{full: 通知数 <= 5 份, otherwise: 0.125}",
        f"not_applicable: {policy}\napplies: 弄虚作假 is 否\n",
        "id: other\ntitle: 乙\npoints: 4\n",
    )
    third = indicator("{full: 质量 is 优, otherwise: 0.5}", head="id: third\ntitle: 丙\npoints: 5\n")
    head = "format: hegui/section/v1\nid: {}\ntitle: {}\npoints: {}\n"
    one = section(edited, other, head=head.format("one", "一", 10) + limits)
    two = section(third, head=head.format("two", "二", 5))
    root = ROOT.replace("model: sum", f"model: {model}").replace("[one.yaml]", "[one.yaml, two.yaml]")
    accepted = "" if points == "6" else ACCEPTED
    return sound(one, two, root=root.replace("round_score: none", f"round_score: {rounding}") + ends + accepted)


MODELS = st.sampled_from(
    (
        ("sum", "full"),
        ("sum", "exclude"),
        ("sum", "spread"),
        ("sum", "rescale"),
        ("declared_less_deductions", "full"),
        ("declared_less_deductions", "exclude"),
        ("rescaled", "exclude"),
    )
)
FRAMES = st.builds(
    lambda model, *more: (*model, *more),
    MODELS,
    st.sampled_from(("", "", "floor: 3\n", "cap: 9\n", "floor: -1\ncap: 20\n")),
    st.sampled_from(
        ("", "total: {floor: 0, cap: 15}\n", "total: {floor: 4, cap: 15}\n", "total: {floor: 0, cap: 9}\n")
    ),
    st.sampled_from(("none", "{places: 0, mode: half_up}", "{places: 1, mode: half_even}", "{places: 1, mode: down}")),
)
LIMITS, POINTS = st.sampled_from(("8", "10", "11", "13")), st.sampled_from(("6", "5.5", "3.25"))
KNOWN_FACTS = st.lists(
    st.sampled_from(("已公开: 是", "发文数: 12 份", "弄虚作假: 否", "通知数: 9 份", "质量: 优", "质量: 良")),
    unique_by=lambda one: one[0],
)


@st.composite
def edits(draw: st.DrawFn) -> tuple[Rulebook, Rulebook, Case]:
    """An indicator with another limit and other points, in sections and totals that cut off and round in many ways."""
    frame = draw(FRAMES)
    old, new = (book(draw(LIMITS), draw(POINTS), "undetermined", frame) for _ in range(2))
    usual = FACTS if draw(st.integers(0, 3)) else ""
    listed = dict(line.split(": ", 1) for line in (*usual.split("\n"), *draw(KNOWN_FACTS)) if line)
    return old, new, case("\n".join(f"{key}: {value}" for key, value in listed.items()))


@given(edits(), st.data())
def test_a_known_change_is_that_of_every_completion(edit: tuple[Rulebook, Rulebook, Case], data: st.DataObject) -> None:
    old, new, one = edit
    unit = run(old, new, one).effect
    open_ = not (unit.before.determined and unit.after.determined)
    counted["open"] += open_
    if unit.change is None:
        return
    counted["known"] += open_
    counted["moved"] += open_ and unit.change != 0
    for _ in range(3):
        whole = data.draw(completions(new, data.draw(completions(old, one, BASES)), BASES))
        assert moved(old, new, whole) == unit.change


def test_many_of_them_were_known_and_not_zero() -> None:
    assert counted["open"] < 300 or counted["moved"] > 0, counted


@st.composite
def mutated(draw: st.DrawFn) -> tuple[Rulebook, Rulebook, Case]:
    """Any rulebook, the same altered at a place or two, and a case of which something is open."""
    old = new = draw(rulebooks(Wanted(top=draw(st.booleans()))))
    for _ in range(draw(st.integers(1, 2))):
        sound_ones = [mutant.rulebook for mutant in mutants_of(new) if not mutant.refused]
        new = draw(st.sampled_from(sound_ones)) if sound_ones else new
    return old, new, draw(cases_for(old, PARTLY))


@settings(max_examples=max(5, settings().max_examples // 2))
@given(mutated(), st.data())
def test_so_it_is_with_any_edit_of_any_rulebook(edit: tuple[Rulebook, Rulebook, Case], data: st.DataObject) -> None:
    old, new, one = edit
    change = run(old, new, one).effect.change
    if change is not None:
        whole = data.draw(completions(new, data.draw(completions(old, one, BASES)), BASES))
        assert moved(old, new, whole) in (None, change)


# --- one by one ---

PLAIN = ("declared_less_deductions", "full", "", "total: {floor: 0, cap: 15}\n", "{places: 2, mode: half_up}")


def change_of(frame: tuple[str, str, str, str, str], facts: str = FACTS, points: str = "6", missing: str = "undetermined") -> Fraction | None:  # fmt: skip
    unit = run(book("10", "6", missing, frame), book("8", points, missing, frame), case(facts)).effect
    assert not unit.before.determined
    return unit.change


def test_what_an_edited_indicator_gains_the_open_total_gains_where_nothing_is_cut_off_or_rounded() -> None:
    model, policy, limits, ends, rounding = PLAIN
    assert change_of(PLAIN) == -1
    assert change_of(("sum", policy, limits, ends, rounding)) == -1
    assert change_of((model, policy, limits, "", "none")) == -1
    assert change_of((model, policy, "floor: 3\n", ends, rounding)) == -1
    # What the section or the total cuts off may be part of it.
    assert change_of((model, policy, "floor: 5\n", ends, rounding)) is None
    assert change_of((model, policy, "cap: 8\n", ends, rounding)) is None
    assert change_of((model, policy, limits, "total: {floor: 6, cap: 15}\n", rounding)) is None
    assert change_of((model, policy, limits, "total: {floor: 0, cap: 13}\n", rounding)) is None
    # A sum that is rescaled, or shared out; rounding that turns on the digit before.
    assert change_of(("rescaled", "exclude", limits, ends, rounding)) is None
    assert change_of(("sum", "spread", limits, ends, rounding)) is None
    assert change_of((model, policy, limits, ends, "{places: 0, mode: half_even}")) is None
    # A missing fact that scores zero is open all the same, if it is told.
    assert change_of(PLAIN, missing="zero") is None
    assert change_of(PLAIN, "发文数: 12 份") is None and change_of(PLAIN, "已公开: 是") is None
