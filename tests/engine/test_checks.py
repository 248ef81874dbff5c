"""What must hold over a whole rulebook, one mistake at a time."""

from __future__ import annotations

import pytest

from tests.engine.example import ROOT, SECTION, assessed, codes, indicator, load, section, sound

PLAIN = indicator("full: 发文数 <= 680\notherwise: 0")
OTHER = PLAIN.replace("id: only", "id: other")
GOOD = section(PLAIN)


def scale(*steps: str) -> str:
    """A grade scale."""
    return "grades:\n  of: score\n  scale:\n" + "".join(
        f"    - {{grade: {s.split()[0]}, from: {s.split()[1]}}}\n" for s in steps
    )


def accept(problem: str, at: str) -> str:
    """An acceptance."""
    return f"  - {{problem: {problem}, at: {at}, reason: 原文如此, authority: 市财政局}}\n"


GRADED = ROOT + scale("优 9", "差 0")


def veto(scope: str = "result", effect: str = "zero", when: str = "弄虚作假 is 是", key: str = "fraud") -> str:
    """A veto."""
    return f"  - {{id: {key}, title: 否决, when: {when}, scope: {scope}, effect: {effect}, precedence: 1}}\n"


def test_a_sound_rulebook_has_no_problem() -> None:
    assert codes(GOOD, root=GRADED + "vetoes:\n" + veto(effect="failed")) == []


CONTRADICTIONS = [
    ("declares: {points: 100}\n", GOOD, "declared-points", "rulebook"),
    ("declares: {sections: 3}\n", GOOD, "declared-sections", "rulebook"),
    ("declares: {indicators: 49}\n", GOOD, "declared-indicators", "rulebook"),
    ("", section(PLAIN, OTHER), "listed-points", "one"),
]


@pytest.mark.parametrize(("declares", "text", "code", "at"), CONTRADICTIONS)
def test_a_contradiction_is_a_problem_until_it_is_accepted_by_name(
    declares: str, text: str, code: str, at: str
) -> None:
    root = ROOT + declares
    assert codes(text, root=root) == [code]
    assert codes(text, root=root + "accept:\n" + accept(code, at)) == []


def test_the_contradictions_of_the_report_name_both_numbers() -> None:
    (problem,) = load(section(PLAIN, OTHER))[1]
    assert "10" in problem.message.zh and "20" in problem.message.zh
    assert "accept" in problem.hint.zh


@pytest.mark.parametrize(
    ("code", "at"), [("declared-points", "rulebook"), ("listed-points", "one"), ("listed-points", "two")]
)
def test_accepting_what_is_not_there_is_a_problem(code: str, at: str) -> None:
    assert codes(GOOD, root=ROOT + "accept:\n" + accept(code, at)) == ["stale-acceptance"]


def test_an_acceptance_covers_only_the_section_it_names() -> None:
    root = ROOT.replace("[one.yaml]", "[one.yaml, two.yaml]")
    second = section(OTHER.replace("points: 10", "points: 4"), head=SECTION.replace("id: one", "id: two"))
    first = section(PLAIN.replace("points: 10", "points: 7"))
    assert codes(first, second, root=root + "accept:\n" + accept("listed-points", "two")) == ["listed-points"]


def test_points_that_depend_on_facts_are_not_added_up() -> None:
    assert codes(section(PLAIN.replace("points: 10", "points: 15 / count(绩效目标)"))) == []


@pytest.mark.parametrize("policy", ["rescale", "spread"])
def test_declared_less_deductions_cannot_rescale(policy: str) -> None:
    root = ROOT.replace("model: sum", "model: declared_less_deductions").replace(
        "not_applicable: full", f"not_applicable: {policy}"
    )
    assert codes(GOOD, root=root) == ["model-conflict"]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (("优 9", "良 8", "差 0"), []),
        (("优 8", "良 9", "差 0"), ["grade-order"]),
        (("优 9", "良 9", "差 0"), ["grade-order"]),
        (("优 9", "优 8", "差 0"), ["duplicate-id", "duplicate-id"]),
        (("优 9", "差 6"), ["grade-gap"]),
    ],
)
def test_a_grade_scale_is_ordered_and_complete(steps: tuple[str, ...], expected: list[str]) -> None:
    assert codes(GOOD, root=ROOT + scale(*steps)) == expected


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (veto(scope="section:two"), "unknown-id"),
        (veto(scope="indicator:onlyy"), "unknown-id"),
        (veto(scope="section:one", effect="failed"), "veto-effect"),
        (veto(scope="indicator:only", effect="{grade: 差}"), "veto-effect"),
        (veto(effect="{grade_at_most: 优秀}"), "unknown-choice"),
        (veto() + veto(), "duplicate-id"),
    ],
)
def test_a_veto_says_what_it_can_do(entry: str, expected: str) -> None:
    assert set(codes(GOOD, root=GRADED + "vetoes:\n" + entry)) == {expected}


def test_without_grades_no_veto_sets_one() -> None:
    assert codes(GOOD, root=ROOT + "vetoes:\n" + veto(effect="failed")) == ["veto-effect"]


@pytest.mark.parametrize(
    "entries",
    [
        veto(scope="indicator:only", when="score(only) < 5 分"),
        veto(scope="section:one", when="total() < 5 分"),
        veto(scope="indicator:only", when="score(one) < 5 分"),
        veto(scope="indicator:only", when="score(other) < 5 分")
        + veto("indicator:other", "zero", "score(only) > 5 分", "b"),
    ],
)
def test_vetoes_that_depend_on_one_another_are_a_problem(entries: str) -> None:
    text = section(PLAIN.replace("points: 10", "points: 5"), OTHER.replace("points: 10", "points: 5"))
    assert codes(text, root=ROOT + "vetoes:\n" + entries) == ["circle"]


def test_a_gate_on_its_own_section_is_a_circle() -> None:
    assert codes(section(PLAIN, head=SECTION + "counts_if: score(one) > 3\n")) == ["circle"]
    assert codes(section(PLAIN, head=SECTION + "counts_if: score(only) > 3\n")) == []
    assert codes(section(PLAIN, head=SECTION + "counts_if: points(one) > 3\n")) == []


def test_everything_wrong_is_said_at_once() -> None:
    root = ROOT + scale("优 8", "良 9", "差 0") + "vetoes:\n" + veto(scope="section:two") + "declares: {points: 100}\n"
    assert sorted(codes(section(PLAIN, OTHER), root=root)) == [
        "declared-points",
        "grade-order",
        "listed-points",
        "unknown-id",
    ]


def test_an_accepted_contradiction_stands_in_every_assessment() -> None:
    root = ROOT + "declares: {points: 100}\naccept:\n" + accept("declared-points", "rulebook")
    found = assessed(sound(GOOD, root=root), "发文数: 680 份")
    assert [(one.problem, one.reason) for one in found.accepted] == [("declared-points", "原文如此")]
    assert [(one.code, one.severity) for one in found.accepted_problems] == [("declared-points", "note")]
