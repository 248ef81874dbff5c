"""Trying rules out, on rulebooks nobody wrote: what is proposed holds, what is called the same is, what is noticed differs."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, note, settings
from hypothesis import strategies as st

from engine.evaluate import Evaluator, WhatIf
from engine.judging import judge
from engine.load import load_rulebook
from engine.model import Rulebook
from engine.testing.randombooks import Files, loaded, rulebook_files
from engine.testing.randomcases import Kind, cases_for
from engine.trials.covering import cover
from engine.trials.elements import elements_of
from engine.trials.expecting import expected_of
from engine.trials.killing import Cases, Claim, equivalent
from engine.trials.mutants import Mutant, mutants_of
from engine.trials.mutation import Suggester, fate_of
from engine.trials.observing import observe
from engine.trials.proposing import Proposer
from engine.trials.slices import case_of, slice_of
from engine.trials.watching import Owner
from facts.examples import case_files, read_examples
from facts.expectation import Expectation
from facts.model import Case
from tests.engine.example import ROOT, RULES, section, sound

FEW = settings(max_examples=5)
SOME = settings(max_examples=15)
ALL_KNOWN = Kind()


def claims_from(rulebook: Rulebook, cases: list[Case]) -> list[Claim]:
    """What the rules make of cases, as cases that expect just that of every indicator."""
    made = WhatIf(rulebook)
    found = []
    for number, case in enumerate(cases):
        decided = made.decide(case)
        each = [one for i in rulebook.indicators for one in expected_of(Owner("indicator", i.id), decided)]
        found.append(Claim(f"case-{number}", case, Expectation(tuple(each))))
    return found


def told(mutant: Mutant) -> None:
    note(mutant.sentence.en)


@FEW
@given(rulebook_files())
def test_every_proposed_case_holds_for_the_engine(files: Files) -> None:
    whole = loaded(files)
    rulebook = slice_of(whole, whole.indicators[0].id)
    cases = Cases(rulebook, [])
    Proposer(rulebook, cases, set()).run()
    with Evaluator(rulebook) as evaluator:
        for claim in cases.claims:
            decided = evaluator.decide(claim.case)
            note(f"{claim.name} {claim.case.facts}")
            assert judge(claim.expectation, decided.assessment(), decided.states) == ()


@SOME
@given(rulebook_files(), st.data())
def test_what_is_shown_to_be_the_same_gives_the_same_points_for_known_facts(files: Files, data: st.DataObject) -> None:
    rulebook = loaded(files)
    mutants = [one for one in mutants_of(rulebook) if not one.refused and equivalent(one, rulebook)]
    cases = [data.draw(cases_for(rulebook, ALL_KNOWN)) for _ in range(3)]
    made = WhatIf(replace(rulebook, accepted=()))
    for mutant in mutants[:30]:
        told(mutant)
        other = WhatIf(replace(mutant.rulebook, accepted=()))
        for case in cases:
            one, two = made.decide(case), other.decide(case)
            assert one.outcome == two.outcome
            assert {i: r.score for i, r in one.rollup.indicators.items()} == {
                i: r.score for i, r in two.rollup.indicators.items()
            }
            assert one.states == two.states


@SOME
@given(rulebook_files(), st.data())
def test_a_mutant_that_is_noticed_really_gives_something_else(files: Files, data: st.DataObject) -> None:
    rulebook = loaded(files)
    claims = claims_from(rulebook, [data.draw(cases_for(rulebook)) for _ in range(2)])
    cases = Cases(rulebook, claims)
    made = WhatIf(replace(rulebook, accepted=()))
    for mutant in list(mutants_of(rulebook))[:40]:
        tried = fate_of(mutant, cases, None)
        if tried.fate == "killed":
            told(mutant)
            case = next(claim.case for claim in claims if claim.name == tried.by)
            other = WhatIf(replace(mutant.rulebook, accepted=()))
            assert made.decide(case).assessment().indicators != other.decide(case).assessment().indicators


@SOME
@given(rulebook_files(), st.data())
def test_more_cases_never_exercise_less(files: Files, data: st.DataObject) -> None:
    rulebook = loaded(files)
    claims = claims_from(rulebook, [data.draw(cases_for(rulebook)) for _ in range(3)])
    shares = []
    known: set[str] = set()
    for number in range(len(claims) + 1):
        coverage = cover(rulebook, claims[:number])
        covered = {one.element.key for one in coverage.each if one.cases}
        assert known <= covered
        known = covered
        shares.append(coverage.share)
    assert shares == sorted(shares)


@SOME
@given(rulebook_files(), st.data())
def test_what_a_case_exercises_of_an_indicator_is_the_same_in_its_slice(files: Files, data: st.DataObject) -> None:
    rulebook = loaded(files)
    case = data.draw(cases_for(rulebook))
    whole = WhatIf(rulebook)
    seen = observe(elements_of(whole), whole.decide(case))
    for indicator in rulebook.indicators:
        part = WhatIf(slice_of(rulebook, indicator.id))
        owner = Owner("indicator", indicator.id)
        alone = {key for who, key in observe(elements_of(part), part.decide(case)) if who == owner}
        together = {key for who, key in seen if who == owner}
        # A veto that looks at other scores is no part of the slice.
        assert {k for k in alone if "/verdict:" not in k} == {k for k in together if "/verdict:" not in k}


def test_elements_do_not_depend_on_where_they_stand() -> None:
    text = section('id: a\ntitle: 甲\npoints: 10\nmeasure: 发文数\nscore:\n  full: "<= 680 份"\n  otherwise: 0\n')
    plain = elements_of(WhatIf(sound(text))).listed
    moved = elements_of(WhatIf(sound("# 一\n# 二\n" + text.replace("\n", "\n\n")))).listed
    assert plain == moved
    assert [e.at.line for e in plain.values()] != [e.at.line for e in moved.values()]


def test_the_absolute_value_of_what_is_never_negative_changes_nothing() -> None:
    text = (
        "id: a\ntitle: 甲\npoints: 10\nmeasure: abs({}) / 预算数\nunit: '%'\nscore:\n  full: '<= 10%'\n  otherwise: 0\n"
    )
    for concept, same in (("决算数", True), ("收支差额", False)):
        rulebook = sound(section(text.format(concept)))
        (mutant,) = [m for m in mutants_of(rulebook) if m.kind == "dropped" and "abs" in m.before]
        assert equivalent(mutant, rulebook) == same


def test_what_the_floor_hides_is_the_same_and_what_it_does_not_is_not() -> None:
    text = "id: a\ntitle: 甲\npoints: 2\nscore:\n  deduct:\n    - {{points: {}, when: 弄虚作假 is 是}}\n    - {{points: 1, when: 已公开 is 否}}\n"
    for points, same in (("2", True), ("1", False)):
        rulebook = sound(section(text.format(points), head="format: hegui/section/v1\nid: one\ntitle: 一\npoints: 2\n"))
        mutant = next(
            m for m in mutants_of(rulebook) if m.before == f"points: {points}" and m.after == f"points: {points}.01"
        )
        mutants = [m for m in mutants_of(rulebook) if (m.before, m.after) == (mutant.before, mutant.after)]
        assert any(equivalent(m, rulebook) for m in mutants) == same


def test_what_a_veto_on_an_indicator_does_is_no_part_of_it_and_can_be_told_apart() -> None:
    text = "id: a\ntitle: 甲\npoints: 10\nscore:\n  full: 已公开 is 是\n  otherwise: 0\n"
    veto = "{id: v, title: 否, when: 弄虚作假 is 是, scope: 'indicator:a', effect: {score: 1.5}, precedence: 1}"
    rulebook = sound(section(text), root=f"{ROOT}vetoes: [{veto}]\n")
    effects = [mutant for mutant in mutants_of(rulebook) if mutant.kind == "effect"]
    assert effects and not any(equivalent(mutant, rulebook) for mutant in effects)


def test_a_grade_that_starts_between_two_possible_totals_cannot_be_told_from_its_neighbours() -> None:
    top = "grades: {of: score, scale: [{grade: 优, from: 9}, {grade: 差, from: 0}]}\n"
    half = "id: a\ntitle: 甲\npoints: 10\nscore:\n  full: 已公开 is 是\n  otherwise: 8.5\n"
    rulebook = sound(section(half), root=ROOT + top)
    found = {m.after: equivalent(m, rulebook) for m in mutants_of(rulebook) if m.title.zh == "等级“优”"}
    assert found == {"from: 9.01": False, "from: 8.99": True, "from: 9.9": False, "from: 8.1": False}


def test_the_kunming_cases_exercise_everything() -> None:
    rulebook, _ = load_rulebook(RULES / "kunming-2017")
    assert rulebook is not None
    claims = [
        Claim(example.full_name, example.case, example.expectation)
        for path in case_files(RULES / "kunming-2017")
        for example in read_examples(path, rulebook.vocabulary)[0]
        if example.expectation is not None
    ]
    assert cover(rulebook, claims).gaps == ()


def test_facts_suggested_for_a_mutant_make_a_case_that_notices_it() -> None:
    text = (
        "id: a\ntitle: 甲\npoints: 10\nmeasure: 决算数 / 预算数\nunit: '%'\nscore:\n  full: '<= 95%'\n  otherwise: 0\n"
    )
    rulebook = sound(section(text))
    suggester = Suggester(rulebook)
    for mutant in mutants_of(rulebook, "a"):
        if fate_of(mutant, Cases(rulebook, []), None).fate == "lived":
            found = suggester.facts_for(mutant)
            assert found is not None, mutant.sentence.en
            claims = claims_from(rulebook, [case_of(rulebook, found[1])])
            assert fate_of(mutant, Cases(rulebook, claims), None).fate == "killed"


def test_more_regions_than_can_be_gone_through_are_said_to_be_unproven() -> None:
    # Sixteen comparisons of their own: two to the sixteenth regions.
    items = "\n".join(f"    - {{points: 0.1, when: 发文数 > {n} 份 and 决算数 > {n} * 预算数}}" for n in range(2, 18))
    text = f"id: a\ntitle: 甲\npoints: 10\nscore:\n  deduct:\n{items}\n"
    rulebook = sound(section(text))
    fates = {equivalent(mutant, rulebook) for mutant in mutants_of(rulebook) if not mutant.refused}
    assert None in fates


def same(text: str, before: str) -> dict[str, bool]:
    """What of an indicator is shown to make no difference, of what alters the rule from `before`."""
    rulebook = sound(section("id: a\ntitle: 甲\npoints: 10\n" + text))
    return {
        m.after: equivalent(m, rulebook) is True
        for m in mutants_of(rulebook, "a")
        if m.before == before and not m.refused
    }


def test_rounding_changes_nothing_where_every_score_is_a_multiple_of_half_a_point_and_else_does() -> None:
    form = (
        "measure: 决算数 / 预算数\nunit: '%'\nround_score: {{places: {}, mode: half_up}}\n"
        "score:\n  per_unit: {{deduct: 0.5, per: 1 个百分点, over: 100%, partial_unit: {}}}\n"
    )
    for places, parts, noticed in (
        (2, "up", set[str]()),
        (2, "linear", {"places: 3, mode: half_up", "places: 1, mode: half_up", "places: 2, mode: up"}),
        (1, "up", {"places: 0, mode: half_up"}),
    ):
        found = same(form.format(places, parts), f"round_score: {{places: {places}, mode: half_up}}")
        assert found
        told_apart = {after[len("round_score: {") : -1] for after, alike in found.items() if not alike}
        assert noticed <= told_apart and bool(noticed) == bool(told_apart)


def test_beyond_what_gives_all_there_is_a_share_may_go_as_far_as_it_likes() -> None:
    form = "measure: 决算数 / 预算数\nunit: '%'\nscore:\n  proportional: {to: 80%, direction: DIRECTION}\n"
    for direction in ("at_least", "at_most"):
        found = same(form.replace("DIRECTION", direction), "up_to: 1")
        assert found == {"up_to: 1.01": True, "up_to: 0.99": False, "up_to: 1.1": True, "up_to: 0.9": False}
    assert not any(same("cap: 12\n" + form.replace("DIRECTION", "at_least"), "up_to: 1").values())


def test_marks_nobody_can_give_may_be_allowed() -> None:
    form = (
        "measure: 质量\nscore:\n  judged:\n    value: 评定分\n"
        "    ranges: [{when: is 优, from: 8, to: 10}, {otherwise: true, from: 0, to: 8}]\n"
    )
    below_nothing = same(form, "from: 0")
    assert {after for after, alike in below_nothing.items() if alike} == {"from: -0.01", "from: -1"}
    assert len(below_nothing) == 4
    # More than ten marks can be given, and would be more than is allowed.
    assert not any(same(form, "to: 10").values()) and not any(same(form, "from: 8").values())


def test_a_difference_is_as_far_from_nothing_either_way_round() -> None:
    text = "measure: abs(决算数 - 预算数) / 预算数\nunit: '%'\nscore:\n  full: '<= 10%'\n  otherwise: 0\n"
    found = same(text, "abs(决算数 - 预算数) / 预算数")
    assert [after for after, alike in found.items() if alike] == ["abs(预算数 - 决算数) / 预算数"]
