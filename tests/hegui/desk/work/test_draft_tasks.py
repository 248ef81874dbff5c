"""What the editor of a rulebook asks for, through a real worker: what the draft says, what is wrong with it, what may be written."""

from __future__ import annotations

from pathlib import Path
from random import Random

from hegui.desk.work.tasks.drafts import draft
from hegui.desk.work.tasks.schemakeys import nodes_of_schemas
from tests.hegui.desk.work.conftest import Ask
from tests.hegui.desk.work.kunming import RULES, done, rulebook_in


def _indicator(data: dict, name: str) -> dict:  # type: ignore[type-arg]
    indicators = [one for section in data["rulebook"]["sections"] for one in section["indicators"]]
    return next(one for one in indicators if one["id"] == name)


def test_a_draft_says_each_rule_as_a_sentence_and_where_it_stands(ask: Ask) -> None:
    data = done(ask("draft", rules=RULES, language="en"))
    one = _indicator(data, "three-public-control")
    assert "at most 100%: full points (1 point)" in one["sentence"] and one["points"] == "1"
    lines = (RULES / one["file"]).read_text("utf-8").splitlines()
    assert lines[one["line"] - 1].strip() == "- id: three-public-control"
    assert not any("id:" in line for line in lines[one["line"] : one["end"]])
    assert data["loads"] and data["rulebook"]["listed"] == "102" and data["rulebook"]["points"] == "100"


def test_a_broken_draft_still_says_what_can_be_read(ask: Ask, tmp_path: Path) -> None:
    folder = rulebook_in(tmp_path)
    file = folder / "management.yaml"
    file.write_text(file.read_text("utf-8").replace('full: "<= 100%"', 'full: "<= 100 万元"', 1), "utf-8")
    data = done(ask("draft", rules=folder))
    assert not data["loads"] and data["errors"] == 1
    assert data["problems"][0]["file"] == "management.yaml"
    assert _indicator(data, "project-execution")["sentence"].endswith("否则不得分。")


def test_no_draft_however_cut_up_brings_the_task_down(tmp_path: Path) -> None:
    folder = rulebook_in(tmp_path)
    random, file = Random(17), folder / "management.yaml"  # noqa: S311  # of a test
    lines = file.read_text("utf-8").splitlines()
    for _ in range(25):
        kept = [line for line in lines if random.random() > 0.05]
        file.write_text("\n".join(kept), "utf-8")
        data, problems = draft({"rules": str(folder)}, lambda *_: None)
        assert data is not None and not problems


def test_an_editor_is_told_the_keys_of_every_place_with_their_chinese_titles(ask: Ask) -> None:
    data = done(ask("words", rules=RULES))
    nodes, node = data["nodes"], data["roots"]["section"]
    for key in ("indicators", "score", "deduct"):
        node = nodes[node]["keys"][key]["node"]
    assert nodes[node]["keys"]["when"]["title"] == "条件" and nodes[node]["keys"]["when"]["takes"] == "formula"
    indicator = nodes[nodes[data["roots"]["section"]]["keys"]["indicators"]["node"]]["keys"]
    assert indicator["missing"]["values"] == ["undetermined", "zero", "full"]
    assert {"id": "budget", "label": "部门预算数"}.items() <= data["concepts"][0].items()
    assert "万元" in data["units"]


def test_every_node_an_entry_names_is_there() -> None:
    nodes, roots = nodes_of_schemas()
    named = {one["node"] for node in nodes.values() for one in (*node["keys"].values(), *filter(None, [node["other"]]))}
    assert named | set(roots.values()) <= set(nodes)
