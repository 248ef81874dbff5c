"""Values of rule files set where they stand, through a real worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hegui.desk.work.conftest import Ask
from tests.hegui.desk.work.kunming import RULES, codes, done, rulebook_in


def test_the_values_of_a_simple_rule_have_names(ask: Ask) -> None:
    data = done(ask("indicator", rules=RULES, indicator="three-public-control"))
    assert data["file"] == "management.yaml" and data["simple"]
    assert data["values"]["points"] == "1" and data["values"]["score.full"] == "<= 100%"
    assert data["values"]["cite.item"] == "正文 四(二)2(3)" and data["values"]["score"] == ""
    other = done(ask("indicator", rules=RULES, indicator="target-soundness"))
    assert not other["simple"] and other["values"]["score"].startswith("deduct:")


def test_only_what_is_set_changes(ask: Ask) -> None:
    values = {"score.full": "<= 95%", "points": "2", "title": "“三公经费”控制率"}
    data = done(ask("set_values", rules=RULES, indicator="three-public-control", values=values))
    before = (RULES / "management.yaml").read_text("utf-8").split("\n")
    after = data["text"].split("\n")
    assert data["changed"] == ["score.full", "points"]
    differing = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert differing == [("    points: 1", "    points: 2"), ('      full: "<= 100%"', '      full: "<= 95%"')]


def test_days_and_version_of_the_whole_are_set_in_place(ask: Ask, tmp_path: Path) -> None:
    folder = rulebook_in(tmp_path)
    values = {"version": "1.1", "effective.from": "2018-01-01", "effective.to": ""}
    data = done(ask("set_values", rules=folder, values=values))
    (folder / "rulebook.yaml").write_text(data["text"], "utf-8")
    said = done(ask("draft", rules=folder))["rulebook"]
    assert (said["version"], said["from"], said["to"]) == ("1.1", "2018-01-01", None)
    assert "# 自评依据昆财绩〔2018〕56号" in data["text"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"colour": "red"}, "unknown-value"),
        ({"score": "{deduct: [}"}, "not-yaml"),
        ({"score": "!!python/none x"}, "not-yaml"),
    ],
)
def test_what_cannot_be_set_is_told(ask: Ask, values: dict[str, str], code: str) -> None:
    assert codes(ask("set_values", rules=RULES, indicator="three-public-control", values=values)) == {code}


def test_an_indicator_that_is_not_there_is_told(ask: Ask, tmp_path: Path) -> None:
    assert codes(ask("indicator", rules=RULES, indicator="<script>")) == {"unknown-indicator"}
    folder = rulebook_in(tmp_path)
    (folder / "management.yaml").write_text("indicators: [", "utf-8")
    assert codes(ask("indicator", rules=folder, indicator="three-public-control")) == {"unknown-indicator"}
    (folder / "rulebook.yaml").write_text("id: [", "utf-8")
    assert codes(ask("set_values", rules=folder, values={"version": "2"})) == {"bad-yaml"}


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "a: b # c", '"quoted"', "- x", "多行\n文字", "\u202e反", "{x}", "null", "1e5"]
)
def test_any_text_is_a_title_and_reads_back_as_itself(ask: Ask, tmp_path: Path, text: str) -> None:
    folder = rulebook_in(tmp_path)
    data = done(ask("set_values", rules=folder, indicator="three-public-control", values={"title": text}))
    (folder / "management.yaml").write_text(data["text"], "utf-8")
    again = done(ask("indicator", rules=folder, indicator="three-public-control"))
    assert again["values"]["title"] == text and again["values"]["points"] == "1"
