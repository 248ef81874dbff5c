"""Tasks about a rulebook, run by real workers on the Kunming rulebook."""

from __future__ import annotations

from pathlib import Path

from tests.hegui.desk.work.conftest import Ask
from tests.hegui.desk.work.kunming import RULES, codes, done, rulebook_in


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1))


# --- lint -------------------------------------------------------------------------------------------------------------


def test_a_sound_rulebook_has_nothing_to_lint(ask: Ask) -> None:
    data = done(ask("lint", rules=RULES))
    assert data["loads"] is True and data["errors"] == 0
    assert data["format"] == "hegui/problems/v1"


def test_a_typing_mistake_is_found_with_its_place_and_both_ways_to_say_it(ask: Ask, tmp_path: Path) -> None:
    rules = rulebook_in(tmp_path)
    edit(rules, "decision.yaml", "points:", "pionts:")
    zh = done(ask("lint", rules=rules))
    en = done(ask("lint", rules=rules, language="en"))
    assert zh["loads"] is False and zh["errors"] >= 1
    wrong = next(one for one in zh["problems"] if one["severity"] == "error")
    assert wrong["file"] == "decision.yaml" and wrong["line"] and wrong["column"]
    assert {one["code"] for one in zh["problems"]} == {one["code"] for one in en["problems"]}
    assert zh["problems"] != en["problems"]


def test_yaml_that_is_none_is_told_by_line(ask: Ask, tmp_path: Path) -> None:
    rules = rulebook_in(tmp_path)
    (rules / "decision.yaml").write_text("id: [\n")
    data = done(ask("lint", rules=rules))
    assert data["loads"] is False
    assert any(one["file"] == "decision.yaml" and one["line"] for one in data["problems"])


def test_what_is_no_rulebook_is_told(ask: Ask, tmp_path: Path) -> None:
    data = done(ask("lint", rules=tmp_path))
    assert data["loads"] is False and data["problems"]


def test_a_request_that_is_wrong_is_refused(ask: Ask, tmp_path: Path) -> None:
    assert codes(ask("lint", rules=tmp_path / "nowhere")) == {"no-such-file"}
    assert codes(ask("lint", rules="rules/kunming-2017")) == {"bad-request"}
    assert codes(ask("lint", rules=RULES, as_of="yesterday")) == {"bad-request"}
    assert codes(ask("lint", rules=RULES, langauge="en")) == {"bad-request"}
    assert codes(ask("lint")) == {"bad-request"}
