"""Two rulebooks told apart in meaning, and what each edit does: shares that add up, whatever was edited together."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.difference import Edit, difference
from engine.evaluate import Evaluator
from engine.hybrids import MOST_LEVERS, hybrid, levers
from engine.impact import Impact, find_impact
from engine.model import Rulebook
from facts.model import Case
from tests.engine.example import ROOT, case, indicator, section, sound

GRADES = "grades: {of: score, scale: [{grade: 优, from: 9}, {grade: 良, from: 0}]}\n"
DOCUMENTS = indicator(
    "{per_unit: {deduct: 2, per: 1 份, over: 上限}}", head="id: documents\ntitle: 发文\npoints: 6\nmeasure: 发文数\n"
)
PUBLISHED = indicator("{full: 已公开 is 是, otherwise: 0}", head="id: published\ntitle: 公开\npoints: 4\n")
PARAMETERS = "parameters: {上限: 10 份}\n"
VETO = "vetoes:\n  - {id: fraud, title: 弄虚作假, when: 弄虚作假 is 是, scope: result, effect: {score: 1}, precedence: 1}\n"
OLD_ROOT = ROOT + GRADES + PARAMETERS + VETO
FACTS = "发文数: 12 份\n已公开: 否\n弄虚作假: 否"


def rulebook(*indicators: str, root: str = OLD_ROOT) -> Rulebook:
    listed = section(*(indicators or (DOCUMENTS, PUBLISHED)))
    alone = indicators == (DOCUMENTS,)
    return sound(listed.replace("points: 10\n", "points: 6\n") if alone else listed, root=root)


def names(edits: tuple[Edit, ...]) -> list[tuple[str, str]]:
    return [(edit.kind, edit.name) for edit in edits]


def changed(old: Rulebook, new: Rulebook) -> list[tuple[tuple[str, ...], str, str]]:
    return [(c.path, c.before, c.after) for edit in difference(old, new) for c in edit.changes]


def quiet(done: int, total: int, what: str) -> None:
    """No progress."""


# --- what differs ---


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("over: 上限", "over:   上限"),
        ("points: 4", "points: 4.00"),
        ("measure: 发文数", "measure: documents"),
        ("已公开 is 是", "published is 是"),
        ("deduct: 2", "deduct: 2.0"),
    ],
)
def test_spelling_makes_no_difference(old: str, new: str) -> None:
    texts = (DOCUMENTS, PUBLISHED)
    assert difference(rulebook(*texts), rulebook(*(text.replace(old, new) for text in texts))) == ()


def test_a_default_written_out_makes_no_difference() -> None:
    written = PUBLISHED.replace("points: 4\n", "points: 4\nmissing: undetermined\nnot_applicable: full\n")
    assert written != PUBLISHED
    assert difference(rulebook(), rulebook(DOCUMENTS, written)) == ()


def test_a_change_says_where_and_what_in_the_names_people_use() -> None:
    new = rulebook(DOCUMENTS.replace("over: 上限", "over: 通知数"), PUBLISHED)
    assert changed(rulebook(), new) == [(("score", "per_unit", "over"), "上限", "通知数")]
    (edit,) = difference(rulebook(), new)
    assert edit.before_at.line and edit.after_at.line and "通知数" in edit.after.zh and edit.before.en


def test_another_form_is_another_whole() -> None:
    new = rulebook(DOCUMENTS, PUBLISHED.replace("{full: 已公开 is 是, otherwise: 0}", "{fixed: 4}"))
    ((path, before, after),) = changed(rulebook(), new)
    assert path == ("score",) and "已公开" in before and "fixed: 4" in after


def test_added_removed_and_renamed_clauses_are_told_apart() -> None:
    renamed = PUBLISHED.replace("id: published", "id: openness")
    assert names(difference(rulebook(), rulebook(DOCUMENTS))) == [
        ("changed", "section:one"),
        ("removed", "indicator:published"),
    ]
    assert names(difference(rulebook(DOCUMENTS), rulebook())) == [
        ("changed", "section:one"),
        ("added", "indicator:published"),
    ]
    (edit,) = difference(rulebook(), rulebook(DOCUMENTS, renamed))
    assert (edit.kind, edit.id, edit.old_id, edit.silent) == ("changed", "openness", "published", True)


@pytest.mark.parametrize(
    ("old", "new", "name", "silent"),
    [
        ("上限: 10 份", "上限: 11 份", "parameter:上限", False),
        ("grade: 优, from: 9", "grade: 优, from: 8", "grades", False),
        ("effect: {score: 1}", "effect: {score: 2}", "veto:fraud", False),
        ("title: 弄虚作假", "title: 弄虚作假行为", "veto:fraud", True),
        ("missing: undetermined", "missing: zero", "rulebook", False),
        ("version: \"1.0\"", "version: \"1.1\"", "rulebook", True),
    ],
)  # fmt: skip
def test_each_clause_above_the_indicators_is_an_edit(old: str, new: str, name: str, silent: bool) -> None:
    from tests.engine.example import HEAD, VOCABULARY, load

    text = HEAD + OLD_ROOT
    assert old in text
    after, problems = load(section(DOCUMENTS, PUBLISHED), root=OLD_ROOT.replace(old, new), words=VOCABULARY)
    if old in HEAD:
        import dataclasses

        after = dataclasses.replace(rulebook(), version="1.1")
    assert after is not None, problems
    (edit,) = difference(rulebook(), after)
    assert (edit.name, edit.silent) == (name, silent)


# --- what an edit does ---


def impact(old: Rulebook, new: Rulebook, *cases: Case) -> Impact:
    return find_impact(old, new, cases or (case(FACTS),), quiet)[1]


def test_each_clause_has_its_share() -> None:
    new = rulebook(
        DOCUMENTS.replace("deduct: 2", "deduct: 3"), PUBLISHED.replace("otherwise: 0", "otherwise: 1"), root=OLD_ROOT
    )
    (unit,) = impact(rulebook(), new).units
    assert [unit.effect.before.lower, unit.effect.after.lower, unit.effect.change] == [2, 1, -1]
    shares = {name: share.lower for name, share in unit.effect.shares.items()}
    assert shares == {"indicator:documents": Fraction(-2), "indicator:published": Fraction(1)}


def test_what_two_edits_do_only_together_is_shared_evenly() -> None:
    """A veto that caps at 1, and an indicator below it: neither shows without the other."""
    old = rulebook(root=OLD_ROOT.replace("effect: {score: 1}", "effect: {score: 2}"))
    new = rulebook(DOCUMENTS, PUBLISHED.replace("otherwise: 0", "otherwise: 4"), root=OLD_ROOT.replace(VETO, ""))
    struck = case(FACTS.replace("弄虚作假: 否", "弄虚作假: 是"))
    (unit,) = impact(old, new, struck).units
    assert [unit.effect.before.lower, unit.effect.after.lower] == [2, 6]
    assert {n: s.lower for n, s in unit.effect.shares.items()} == {
        "indicator:published": Fraction(2),
        "veto:fraud": Fraction(2),
    }


def test_a_default_moves_the_indicators_that_follow_it_and_no_others() -> None:
    own = PUBLISHED.replace("points: 4\n", "points: 4\nmissing: undetermined\n")
    old, new = (
        rulebook(DOCUMENTS, own),
        rulebook(DOCUMENTS, own, root=OLD_ROOT.replace("missing: undetermined", "missing: zero")),
    )
    assert names(difference(old, new)) == [("changed", "rulebook")]
    (unit,) = impact(old, new, case("弄虚作假: 否")).units
    assert [unit.effect.before.lower, unit.effect.before.upper, unit.effect.after.lower, unit.effect.after.upper] == [
        0,
        10,
        0,
        4,
    ]
    assert unit.effect.change is None and unit.effect.shares["rulebook"].upper == -6


def test_a_change_is_known_where_only_what_no_edit_is_about_is_open() -> None:
    """发文数 is missing, so every total is a range; what an edit of the other indicator gains is certain all the same."""
    facts = case("已公开: 否\n弄虚作假: 否")
    for edit, change in (("otherwise: 1", 1), ("otherwise: 0.0", 0)):
        (unit,) = impact(rulebook(), rulebook(DOCUMENTS, PUBLISHED.replace("otherwise: 0", edit)), facts).units
        assert not unit.effect.before.determined and unit.effect.change == change
    (removed,) = impact(rulebook(), rulebook(DOCUMENTS), case("已公开: 是\n弄虚作假: 否")).units
    assert removed.effect.change == -4


def test_ranges_that_stay_alike_prove_no_change_of_the_clause_that_is_open() -> None:
    """Points turned about: 4 for yes becomes 4 for no. The range is 0 to 4 before and after; the score is not the same."""
    turned = PUBLISHED.replace("full: 已公开 is 是", "full: 已公开 is 否")
    (unit,) = impact(rulebook(), rulebook(DOCUMENTS, turned), case("发文数: 10 份\n弄虚作假: 否")).units
    assert (unit.effect.before.lower, unit.effect.before.upper) == (unit.effect.after.lower, unit.effect.after.upper)
    assert unit.effect.change is None


POINTS = st.integers(0, 3)


@st.composite
def edited(draw: st.DrawFn) -> Rulebook:
    """The rulebook with any of its clauses edited."""
    root = OLD_ROOT
    for old, new in (
        ("上限: 10 份", f"上限: {draw(st.integers(8, 12))} 份"),
        ("effect: {score: 1}", f"effect: {{score: {draw(POINTS)}}}"),
        ("missing: undetermined", f"missing: {draw(st.sampled_from(('undetermined', 'zero', 'full')))}"),
        ("grade: 优, from: 9", f"grade: 优, from: {draw(st.integers(1, 9))}"),
    ):
        root = root.replace(old, new)
    if draw(st.booleans()):
        root = root.replace(VETO, "")
    indicators = [DOCUMENTS.replace("deduct: 2", f"deduct: {draw(st.integers(1, 3))}")]
    if draw(st.booleans()):
        indicators.append(PUBLISHED.replace("otherwise: 0", f"otherwise: {draw(POINTS)}"))
    if draw(st.booleans()):
        indicators.append(indicator("{fixed: 2}", head="id: extra\ntitle: 另加\npoints: 4\n"))
    listed = section(*indicators)
    total = 6 + 4 * (len(indicators) - 1)
    return sound(listed.replace("points: 10\n", f"points: {total}\n", 1), root=root)


CASES = (
    case(FACTS),
    case(FACTS.replace("否\n弄虚作假: 否", "是\n弄虚作假: 是")),
    case("发文数: {at_most: 12 份}"),
)


@given(old=edited(), new=edited())
def test_shares_add_up_and_the_ends_are_the_two_rulebooks(old: Rulebook, new: Rulebook) -> None:
    found = impact(old, new, *CASES)
    for rules, side in ((old, "before"), (new, "after")):
        with Evaluator(rules) as evaluator:
            for one, unit in zip(CASES, found.units, strict=True):
                end, outcome = getattr(unit.effect, side), evaluator.decide(one).outcome
                assert (end.lower, end.upper, end.grades) == (outcome.lo, outcome.hi, outcome.grades)
    for unit in found.units:
        moved = (unit.effect.after.lower - unit.effect.before.lower, unit.effect.after.upper - unit.effect.before.upper)
        shares = unit.effect.shares.values()
        assert moved == (sum(s.lower for s in shares), sum(s.upper for s in shares))


@given(old=edited(), new=edited())
def test_all_edits_made_give_the_new_rulebook_and_none_the_old(old: Rulebook, new: Rulebook) -> None:
    edits = difference(old, new)
    assert difference(old, hybrid(old, new, edits, ())) == ()
    left = difference(hybrid(old, new, edits, edits), new)
    assert all(edit.silent for edit in left), left


def test_thousands_of_edits_are_pulled_together() -> None:
    many = [indicator("{fixed: 1}", head=f"id: i{n}\ntitle: 指标{n}\npoints: 1\n") for n in range(MOST_LEVERS + 6)]
    head = "format: hegui/section/v1\nid: one\ntitle: 部门管理\npoints: 70\n"
    old, new = (sound(section(*[m.replace("fixed: 1", f"fixed: {k}") for m in many], head=head)) for k in (1, 0))
    assert len(levers(difference(old, new))) == 1
    (unit,) = impact(old, new).units
    assert unit.effect.change == -70 and sum(s.lower for s in unit.effect.shares.values()) == -70


def test_a_grade_renamed_in_scale_and_veto_is_shared_all_the_same() -> None:
    """Halfway, the veto sets a grade that the scale does not have."""
    root = OLD_ROOT.replace("effect: {score: 1}", "effect: {grade_at_most: 良}")
    old = rulebook(DOCUMENTS, root=root)
    new = rulebook(DOCUMENTS.replace("deduct: 2", "deduct: 1"), PUBLISHED, root=root.replace("良", "可"))
    (unit,) = impact(old, new, case(FACTS.replace("弄虚作假: 否", "弄虚作假: 是"))).units
    assert (unit.effect.before.grades, unit.effect.after.grades) == (("良",), ("可",))
