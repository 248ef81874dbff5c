"""The published schemas: sound, explained in Chinese, and in agreement with what the language page shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from facts.schemapaths import resolve
from facts.structure import check_structure
from facts.yamltree import Node, read_yaml
from tests.repo.repository import ROOT

SCHEMAS = {p.stem: json.loads(p.read_text(encoding="utf-8")) for p in sorted((ROOT / "rules/schema").glob("*.json"))}
LANGUAGE = (ROOT / "docs/rule-language.md").read_text(encoding="utf-8")
SKETCHES = re.findall(r"```yaml\n(.*?)```", LANGUAGE, re.DOTALL)

FORMS = """
- {full: "<= 100%", otherwise: 0}
- {full: "<= 100%", otherwise: {per_unit: {deduct: 0.1, per: 1 个百分点, over: 100%, partial_unit: up}}, reason: "{value}"}
- {bands: [{when: ">= 90%", points: 5, reason: 好}, {otherwise: 0}]}
- {per_unit: {gain: 0.5, per: 1, around: 0, start: 5, limit: 3}}
- {deduct: [{points: 1, when: any 绩效目标 where 是否量化 is 否}, {points: 0.5, each: count(投诉), limit: 2}]}
- {add: [{title: 有制度, points: 1, when: 有制度 is 是}]}
- {proportional: {to: 100%, direction: at_least, up_to: 120%}}
- {interpolate: [{at: 15 日, points: 0.5}, {at: 30 日, points: 0}]}
- {judged: {value: 打分, ranges: [{when: 档次 is 良, from: 41, to: 59}, {otherwise: true, from: 0, to: 20}]}}
- {judged: {value: 打分, from: 0, to: 20}}
- {formula: 5 分 * 完成数 / 计划数}
- {sum: [{points: 1, score: {fixed: 1}}, {points: 15 / count(三级指标), score: {best: [{score: {fixed: 0}}]}}]}
- {worst: [{score: {fixed: 0}}]}
- {average: [{score: {fixed: 0}}]}
- {weighted: [{weight: 40%, score: {fixed: 0}}, {weight: 60%, score: {full: "> 0", otherwise: 0}}]}
- {choose: [{when: 地区 is 中部, score: {fixed: 1}}, {otherwise: true, score: {not_computable: {reason: 无口径}}}]}
"""
BROKEN_FORMS = """
- {}
- {full: "<= 100%"}
- {fixed: 1, otherwise: 0}
- {fixed: 1, formula: x}
- {full: 680, otherwise: 0}
- {full: x, otherwise: {fixd: 0}}
- {bands: [{points: 1, otherwise: 0}]}
- {per_unit: {deduct: 1, per: 1}}
- {per_unit: {deduct: 1, gain: 1, per: 1, over: 1}}
- {judged: {value: x, from: 1}}
- {choose: [{score: {fixed: 1}}]}
- {sum: [{points: 1}]}
- {reason: 只有理由}
"""


def _tree(text: str) -> Node | None:
    node, problems = read_yaml(text.encode(), "sketch.yaml")
    assert problems == ()
    return node


def _section(indicators: str) -> str:
    return "format: hegui/section/v1\nid: s\ntitle: 示例\npoints: 1\nindicators:\n" + indicators


def _indicator(form: str) -> str:
    return _section(f"- {{id: i, title: 示例, points: 1, score: {form}}}\n")


def _forms(listed: str) -> list[str]:
    return [line.removeprefix("- ") for line in listed.strip().splitlines()]


def _properties(schema: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(schema, dict):
        own = schema.get("properties")
        if isinstance(own, dict):
            yield from ((f"{path}.{key}", value) for key, value in own.items())
        for key, value in schema.items():
            yield from _properties(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from _properties(value, f"{path}/{index}")


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_itself_valid(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", ["rulebook", "section", "vocabulary", "case", "cases"])
def test_every_key_is_explained_in_chinese(name: str) -> None:
    explained = re.compile("[\u4e00-\u9fff]")
    mute = [
        path
        for path, schema in _properties(SCHEMAS[name], name)
        if not explained.search(schema.get("description", "") or resolve(schema, SCHEMAS[name]).get("description", ""))
    ]

    assert mute == []


def test_the_language_pages_rulebook_passes() -> None:
    assert check_structure(_tree(SKETCHES[0]), "rulebook") == ()


def test_the_language_pages_section_passes() -> None:
    head = SKETCHES[1].replace("{…}", "{}").replace("[ … ]", "")
    indicator = SKETCHES[2].replace("<form>", "{fixed: 1}")

    assert check_structure(_tree(head + indicator), "section") == ()


@pytest.mark.parametrize("form", _forms(FORMS))
def test_every_form_of_the_language_page_passes(form: str) -> None:
    assert check_structure(_tree(_indicator(form)), "section") == ()


@pytest.mark.parametrize("form", _forms(BROKEN_FORMS))
def test_a_broken_form_does_not_pass(form: str) -> None:
    assert check_structure(_tree(_indicator(form)), "section") != ()


def test_the_schema_and_the_language_page_know_the_same_forms() -> None:
    table = LANGUAGE.split("## Forms")[1].split("## Formulas")[0]
    rows = "\n".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    shown = set(re.findall(r"`(\w+):", rows))
    ruled = SCHEMAS["section"]["$defs"]["form"]
    known = {branch["required"][0] for branch in ruled["then"]["then"]["oneOf"]}

    assert ruled["then"]["then"]["oneOf"] == ruled["else"]["else"]["oneOf"]
    assert known | {"otherwise", "reason"} == set(ruled["properties"])
    assert shown - {"otherwise"} == known
