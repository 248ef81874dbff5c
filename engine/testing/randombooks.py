"""Whole rulebook folders: file name -> YAML text, always sound."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from engine.load import load_rulebook
from engine.model import Rulebook
from engine.testing.randomforms import Draw, Place, parts
from engine.testing.randomformulas import fact_conditions
from engine.testing.words import VOCABULARY, Yaml, number

POINTS = tuple(Fraction(text) for text in ("1", "2", "2.5", "4", "10"))
ALL_NA = ("full", "rescale", "spread", "exclude")
ROUNDINGS = (
    "none",
    {"places": 2, "mode": "half_up"},
    {"places": 1, "mode": "half_even"},
    {"places": 0, "mode": "down"},
)
GRADES = [
    {"grade": "优", "from": 9, "to": 12},
    {"grade": "良", "from": 5, "below": 9},
    {"grade": "中", "from": 2.5},
    {"grade": "差", "from": 0},
]
PERCENT = [{"grade": "优", "from": 90}, {"grade": "良", "from": 80}, {"grade": "差", "from": 0}]

Files = dict[str, str]


@dataclass(frozen=True)
class Wanted:
    """What kinds of rulebooks to draw: the policies for missing facts, and whether there is anything above sections."""

    missing: tuple[str, ...] = ("undetermined",)
    top: bool = True


@st.composite
def rulebook_files(draw: Draw, wanted: Wanted = Wanted()) -> Files:
    """A complete, sound rulebook folder."""
    kinds = ["base", *draw(st.lists(st.sampled_from(("base", "bonus", "malus")), max_size=2))]
    sections = [draw(_sections(number, kind, wanted)) for number, kind in enumerate(kinds, 1)]
    root = draw(_roots(sections, wanted))
    files = {f"{section['id']}.yaml": _dumped(section) for section in sections}
    return {"rulebook.yaml": _dumped(root), "vocabulary.yaml": _dumped(VOCABULARY), **files}


def rulebooks(wanted: Wanted = Wanted()) -> st.SearchStrategy[Rulebook]:
    """A complete, sound rulebook, loaded."""
    return rulebook_files(wanted).map(loaded)


class _Dumper(yaml.SafeDumper):
    """Writes what is used twice twice: rule files have no anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _dumped(content: Yaml) -> str:
    return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)


# --- sections ---


@st.composite
def _sections(draw: Draw, place: int, kind: str, wanted: Wanted) -> Yaml:
    model = draw(st.sampled_from((None, "sum", "declared_less_deductions", "rescaled")))
    policies = ("full", "exclude") if model in (None, "declared_less_deductions") else ALL_NA
    size = draw(st.integers(1, 3))
    found = [draw(_indicators(f"i{place}{n}", kind, policies, wanted)) for n in range(1, size + 1)]
    listed = sum((Fraction(str(one["points"])) for one in found if not isinstance(one["points"], str)), Fraction(0))
    section: Yaml = {"format": "hegui/section/v1", "id": f"s{place}", "title": f"部分{place}", "kind": kind}
    section["points"] = number(listed + draw(st.sampled_from((Fraction(0), Fraction(0), Fraction(1)))) or Fraction(6))
    if model:
        section["model"] = model
    if draw(st.integers(0, 5)) == 0:
        section["cap"] = number(Fraction(0) if kind == "malus" else max(listed / 2, Fraction(1)))
    if draw(st.integers(0, 5)) == 0:
        section["floor"] = number(Fraction(-1) if kind == "malus" else Fraction(0))
    if draw(st.integers(0, 4)) == 0:
        gates = st.sampled_from(("score(s1) > 2", "score(i11) >= 1")) if place > 1 else fact_conditions()
        section["counts_if"] = draw(gates)
    if draw(st.booleans()):
        section["parameters"] = {"标准率": "95%"}
    return {**section, "indicators": found}


@st.composite
def _indicators(draw: Draw, key: str, kind: str, policies: tuple[str, ...], wanted: Wanted) -> Yaml:
    points = draw(st.sampled_from(POINTS))
    malus = kind == "malus"
    low, high = (-points, Fraction(0)) if malus else (Fraction(0), points)
    place = Place(points, low, high, malus, policies, wanted.missing)
    part = draw(parts(place))
    shown: Any = number(points)
    if draw(st.integers(0, 9)) == 0:
        shown = "6 / count(明细)" if "sum" not in str(part["score"]) else shown
    head: Yaml = {"id": key, "group": "一组", "title": f"指标{key}", "points": shown}
    if draw(st.integers(0, 3)) == 0:
        head["round_score"] = draw(st.sampled_from(ROUNDINGS))
    return {**head, **part}


# --- above the sections ---


@st.composite
def _roots(draw: Draw, sections: list[Yaml], wanted: Wanted) -> Yaml:
    grades = draw(st.sampled_from((None, {"of": "score", "scale": GRADES}, {"of": "percent", "scale": PERCENT})))
    root: Yaml = {
        "format": "hegui/rulebook/v1",
        "id": "generated",
        "version": "1.0",
        "title": "生成的规则集",
        "authority": "某市财政局",
        "effective": {"from": "2017-01-01"},
        "cite": {"document": "某文件"},
        "model": draw(st.sampled_from(("sum", "declared_less_deductions"))),
        "defaults": {
            "missing": draw(st.sampled_from(wanted.missing)),
            "zero_denominator": draw(st.sampled_from(("undetermined", "not_applicable", "zero", "full"))),
            "partial_unit": draw(st.sampled_from(("up", "down", "linear"))),
            "not_applicable": draw(st.sampled_from(("full", "exclude"))),
            "round_measure": draw(st.sampled_from(("none", "none", {"places": 2, "mode": "half_up"}))),
            "round_score": draw(st.sampled_from(ROUNDINGS)),
        },
        "parameters": {
            "上限率": "90%",
            "标准率": {"by": "地区", "values": {"东部": "100%", "中部": "40%", "西部": "30%"}, "unit": "%"},
        },
        "sections": [f"{section['id']}.yaml" for section in sections],
    }
    if draw(st.booleans()):
        root["total"] = {"floor": 0, "cap": 12}
    if grades:
        root["grades"] = grades
    if wanted.top:
        names = [step["grade"] for step in grades["scale"]] if grades else []
        root["vetoes"] = [draw(_vetoes(n, sections, names)) for n in range(draw(st.integers(0, 3)))]
        root["checks"] = [draw(_checks(n, sections)) for n in range(draw(st.integers(0, 2)))]
    root["accept"] = [
        {"problem": "listed-points", "at": section["id"], "reason": "原文如此", "authority": "某文件"}
        for section in sections
        if _contradicts(section)
    ]
    return root


def _contradicts(section: Yaml) -> bool:
    points = [one["points"] for one in section["indicators"]]
    if section["kind"] == "malus" or any(isinstance(one, str) for one in points):
        return False
    return bool(sum(Fraction(str(one)) for one in points) != Fraction(str(section["points"])))


@st.composite
def _vetoes(draw: Draw, place: int, sections: list[Yaml], grades: list[str]) -> Yaml:
    scope = draw(st.sampled_from(("result", "result", "section:s1", "indicator:i11")))
    effects: list[Any] = ["zero", {"score": 1.5}]
    conditions = fact_conditions()
    if scope == "result":
        effects += ["failed", *({"grade": one} for one in grades), *({"grade_at_most": one} for one in grades)]
        effects = effects if grades else effects[:2]
        conditions = st.one_of(
            conditions, st.sampled_from(("total() > 5", "score(s1) < 1", "score(i11) = points(i11)"))
        )
    return {
        "id": f"v{place}",
        "title": f"否决{place}",
        "when": draw(conditions),
        "scope": scope,
        "effect": draw(st.sampled_from(effects)),
        "precedence": draw(st.integers(1, 3)),
        "reason": "情形成立",
    }


@st.composite
def _checks(draw: Draw, place: int, sections: list[Yaml]) -> Yaml:
    rollups = st.sampled_from(("total() >= 1", "score(s1) <= points(s1)", "score(i11) > 0 or 甲旗 is 是"))
    return {
        "id": f"c{place}",
        "title": f"勾稽{place}",
        "that": draw(st.one_of(fact_conditions(), rollups)),
        "severity": draw(st.sampled_from(("error", "warning", "note"))),
        "message": "不符",
    }


# --- loading ---


def loaded(files: Files) -> Rulebook:
    """The rulebook, read by the loader from a folder; every generated folder must be sound."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in files.items():
            (folder / file).write_text(text, encoding="utf-8")
        rulebook, problems = load_rulebook(folder)
    shown = "\n".join(problem.show("en") for problem in problems)
    assert rulebook is not None, f"{shown}\n" + "\n---\n".join(f"# {key}\n{text}" for key, text in files.items())
    return rulebook


def one_indicator(points: Fraction, part: Yaml, **root: Any) -> Rulebook:
    """A rulebook of one section and one indicator, everything else as plain as can be."""
    return loaded(one_indicator_files(points, part, **root))


def one_indicator_files(points: Fraction, part: Yaml, **root: Any) -> Files:
    """The folder of such a rulebook."""
    defaults = {
        "missing": "undetermined",
        "zero_denominator": "undetermined",
        "partial_unit": "up",
        "not_applicable": "full",
        "round_measure": "none",
        "round_score": "none",
    }
    top: Yaml = {
        "format": "hegui/rulebook/v1",
        "id": "one-indicator",
        "version": "1.0",
        "title": "一项指标",
        "authority": "某市财政局",
        "effective": {"from": "2017-01-01"},
        "model": "sum",
        "defaults": defaults,
        "sections": ["s1.yaml"],
        **root,
    }
    section: Yaml = {"format": "hegui/section/v1", "id": "s1", "title": "一", "points": number(points)}
    section["indicators"] = [{"id": "i11", "title": "一", "points": number(points), **part}]
    files = {"rulebook.yaml": top, "vocabulary.yaml": VOCABULARY, "s1.yaml": section}
    return {name: _dumped(content) for name, content in files.items()}
