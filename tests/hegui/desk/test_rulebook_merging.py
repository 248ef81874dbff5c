"""Lines of two edits of one text: nothing of either is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hegui.desk.web.rulebooks.merging import MOST_COMPARED, compared, merged

_MARKS = ("yours", "theirs")
# Few different lines, so that texts share many of them.
_TEXTS = st.lists(st.sampled_from("abc") | st.just(""), max_size=12).map("\n".join)
BASE = "points: 1\nunit: 万元\nfull: <= 100%\notherwise: 0\nreason: 超过\n"


def test_edits_that_do_not_touch_are_put_together() -> None:
    mine, theirs = BASE.replace("points: 1", "points: 2"), BASE.replace("reason: 超过", "reason: 超过 100%")
    both = merged(BASE, mine, theirs, _MARKS)
    assert both.conflicts == 0
    assert both.text == BASE.replace("points: 1", "points: 2").replace("reason: 超过", "reason: 超过 100%")


def test_edits_of_one_line_both_stay_between_marks() -> None:
    both = merged(BASE, BASE.replace("100%", "95%"), BASE.replace("100%", "98%"), _MARKS)
    assert both.conflicts == 1
    assert (
        "<<<<<<< yours\nfull: <= 95%\n=======\nfull: <= 98%\n>>>>>>> theirs\n" in both.text
        and "reason: 超过" in both.text
    )


def test_lines_that_stand_beside_each_other_are_for_a_person_to_judge() -> None:
    both = merged(BASE, BASE.replace("points: 1", "points: 2"), BASE.replace("万元", "元"), _MARKS)
    assert both.conflicts == 1


@given(_TEXTS, _TEXTS)
def test_where_only_one_side_changed_that_side_is_the_answer(base: str, other: str) -> None:
    assert merged(base, base, other, _MARKS).text == other
    assert merged(base, other, base, _MARKS).text == other
    assert merged(base, other, other, _MARKS) == merged(other, other, other, _MARKS)


@given(_TEXTS, _TEXTS, _TEXTS)
def test_every_line_that_either_added_is_still_there(base: str, mine: str, theirs: str) -> None:
    both = merged(base, mine, theirs, _MARKS)
    lines = both.text.split("\n")
    for added in (set(mine.split("\n")) | set(theirs.split("\n"))) - set(base.split("\n")):
        assert added in lines
    assert both.text.count("<<<<<<< yours") == both.conflicts


@given(_TEXTS, _TEXTS)
def test_what_is_shown_as_gone_and_come_stands_in_the_texts_at_those_lines(old: str, new: str) -> None:
    for line in compared(old, new):
        if line.kind in ("old", "same"):
            assert old.split("\n")[line.old - 1] == line.text
        if line.kind in ("new", "same"):
            assert new.split("\n")[line.new - 1] == line.text


def test_texts_made_to_take_for_ever_are_not_compared() -> None:
    lines = [str(n % 997) for n in range(MOST_COMPARED + 1)]
    mine, theirs = "\n".join([*lines, "mine"]), "\n".join([*lines, "theirs"])
    both = merged("\n".join(lines), mine, theirs, _MARKS)
    assert both.conflicts == 1 and both.text == f"<<<<<<< yours\n{mine}\n=======\n{theirs}\n>>>>>>> theirs\n"
    assert [line.kind for line in compared(mine, theirs)] == ["gap"]
