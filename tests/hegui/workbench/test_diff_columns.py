"""A table of units run in columns gives what the engine gives unit by unit: outcomes, shares, changes."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.difference import difference
from engine.impact import Impact, UnitImpact, find_impact
from engine.load import load_rulebook
from engine.model import Rulebook
from engine.testing import KNOWN, PARTLY, Wanted, cases_for, rulebooks
from engine.trials.mutants import mutants_of
from facts.documents.model import no_progress
from facts.documents.reading import read_document
from facts.gathering.populations import read_population
from facts.model import Case, Fact, Period
from facts.problem import Problem
from facts.values import Interval, decimal_text
from facts.vocabulary import Concept, Vocabulary
from hegui.workbench.difference.comparing import grades_of
from hegui.workbench.difference.summary import Summary, summarised
from hegui.workbench.difference.tables import impact_of_table
from tests.engine.example import case as one_case
from tests.engine.test_adding import FACTS, PLAIN
from tests.engine.test_adding import book as adding_book
from tests.engine.test_adding import edits as adding_edits

YEAR = Period(date(2017, 1, 1), date(2017, 12, 31))
WANTED = Wanted(missing=("undetermined", "undetermined", "zero", "full"))
KUNMING = Path(__file__).parents[3] / "rules" / "kunming-2017"
FULL, THREE_PUBLIC = 'full: "<= 100%"\n', "      otherwise: 0\n      reason: “三公"
counted: Counter[str] = Counter()


def shared(old: Rulebook, new: Rulebook) -> Vocabulary:
    return Vocabulary(
        {**old.vocabulary.concepts, **new.vocabulary.concepts}, {**old.vocabulary.names, **new.vocabulary.names}
    )


@dataclass(frozen=True)
class Found:
    """Every unit, and what a report sums up."""

    units: list[UnitImpact]
    summary: Summary


def found_in(old: Rulebook, new: Rulebook, impact: Impact) -> Found:
    return Found(list(impact.units), summarised(impact, grades_of((old, new))))


def by_engine(old: Rulebook, new: Rulebook, path: Path) -> Found:
    """As it was before there were columns: every unit of the table a case."""
    document, _ = read_document(path)
    assert document is not None
    population, problems = read_population(document, shared(old, new), YEAR)
    assert population is not None, problems
    return found_in(old, new, find_impact(old, new, population.cases, no_progress)[1])


def in_columns(old: Rulebook, new: Rulebook, path: Path) -> tuple[Found, tuple[Problem, ...]]:
    with impact_of_table((old, new), path, shared(old, new), YEAR, no_progress) as (found, problems):
        assert found is not None, problems
        return found_in(old, new, found[1]), problems


def written(concept: Concept, fact: Fact | None) -> str:
    """A fact as a cell; what no cell can say is left blank."""
    if fact is None or fact.status not in ("known", "not_applicable"):
        return ""
    value = fact.value
    if fact.status == "not_applicable":
        return "不适用"
    if isinstance(value, Interval):
        if (value.lo is None) == (value.hi is None) or value.lo_open or value.hi_open:
            return ""
        return f"不超过{numeral(value.hi, concept)}" if value.hi is not None else f"不少于{numeral(value.lo, concept)}"
    if isinstance(value, Fraction):
        return numeral(value, concept)
    return "" if isinstance(value, tuple) else str(value)


def numeral(value: Fraction | None, concept: Concept) -> str:
    assert value is not None
    return decimal_text(value / concept.unit.factor if concept.unit is not None else value)


def table(folder: Path, vocabulary: Vocabulary, cases: Sequence[Case]) -> Path:
    """The cases as a table of units."""
    concepts = [concept for concept in vocabulary.concepts.values() if concept.type != "table"]
    heads = [f"{c.label}({c.unit.name})" if c.unit is not None and c.unit.name else c.label for c in concepts]
    path = folder / "units.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerow(["unit_id", "name", *heads])
        for n, case in enumerate(cases):
            lines.writerow([f"U{n}", f"某局{n}", *(written(c, case.facts.get(c.id)) for c in concepts)])
    return path


@st.composite
def edits(draw: st.DrawFn) -> tuple[Rulebook, Rulebook, list[Case]]:
    """A rulebook, the same altered at some places (or another one over the same concepts), and some cases."""
    old = new = draw(rulebooks(WANTED))
    for _ in range(draw(st.integers(0, 3))):
        sound = [mutant.rulebook for mutant in mutants_of(new) if not mutant.refused]
        new = draw(st.sampled_from(sound)) if sound else new
    if new is old:
        new = draw(rulebooks(WANTED))
    kind = draw(st.sampled_from((KNOWN, PARTLY)))
    return old, new, draw(st.lists(cases_for(old, kind), min_size=1, max_size=5))


# Each example runs up to 16 rulebooks, in both ways.
@settings(max_examples=max(5, settings().max_examples // 5))
@given(edits())
def test_columns_give_every_unit_what_the_engine_gives(edit: tuple[Rulebook, Rulebook, list[Case]]) -> None:
    old, new, cases = edit
    with TemporaryDirectory() as folder:
        path = table(Path(folder), shared(old, new), cases)
        mine, problems = in_columns(old, new, path)
        assert mine == by_engine(old, new, path)
    by_hand = sum(int(p.message.en.split()[0]) for p in problems if p.code == "by-engine")
    counted["by engine"] += by_hand
    counted["in columns"] += len(cases) - by_hand


def test_columns_decided_many_of_them() -> None:
    few = sum(counted.values()) < 60  # a handful of rulebooks may all be beyond columns
    assert few or 3 * counted["in columns"] > counted["by engine"], counted


@settings(max_examples=max(5, settings().max_examples // 5))
@given(adding_edits())
def test_columns_know_the_changes_the_engine_knows(edit: tuple[Rulebook, Rulebook, Case]) -> None:
    """Of rulebooks whose open totals often gain what an edited indicator gains."""
    old, new, case = edit
    with TemporaryDirectory() as folder:
        path = table(Path(folder), shared(old, new), [case, *(without(case, fact) for fact in case.facts)])
        mine, problems = in_columns(old, new, path)
        assert mine == by_engine(old, new, path)
    assert not [p for p in problems if p.code == "by-engine"]


def without(case: Case, fact: str) -> Case:
    return replace(case, facts={key: value for key, value in case.facts.items() if key != fact})


def test_columns_know_what_an_open_total_gains(tmp_path: Path) -> None:
    old, new = (adding_book(full, "6", "undetermined", PLAIN) for full in ("10", "8"))
    (unit,) = in_columns(old, new, table(tmp_path, shared(old, new), [one_case(FACTS)]))[0].units
    assert unit.effect.change == -1 and not unit.effect.before.determined


def edited(folder: Path, *changes: tuple[str, str, str]) -> tuple[Rulebook, Rulebook]:
    """A published rulebook, and a copy with words replaced."""
    for file in KUNMING.glob("*.yaml"):
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    for name, before, after in changes:
        text = (folder / name).read_text(encoding="utf-8")
        assert before in text
        (folder / name).write_text(text.replace(before, after), encoding="utf-8")
    both = load_rulebook(KUNMING)[0], load_rulebook(folder)[0]
    assert both[0] is not None and both[1] is not None
    return both[0], both[1]


def test_tables_of_items_and_renamed_concepts_are_found_under_the_ids_of_either_rulebook(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    old, new = edited(
        rules,
        ("vocabulary.yaml", "- id: assets_in_use\n", "- id: assets_used\n"),
        ("management.yaml", FULL + THREE_PUBLIC, FULL.replace("100%", "98%") + THREE_PUBLIC),
        ("decision.yaml", "when: any 绩效目标 where 是否量化 is 否", "when: any 绩效目标 where 是否量化 is 是"),
    )
    book = openpyxl.Workbook()
    sheet, targets = book.active, book.create_sheet("绩效目标")
    assert sheet is not None
    sheet.append(["单位编号", "三公经费控制率(%)", "在用固定资产总额(万元)", "账面固定资产总额(万元)"])
    targets.append(["单位编号", "名称", "是否量化"])
    for n in range(40):
        sheet.append([f"U{n}", 95 + n % 8, 80 + n, 100 if n % 5 else None])
        for k in range(n % 3):
            targets.append([f"U{n}", f"目标{k}", "是" if (n + k) % 2 else "否"])
    path = tmp_path / "units.xlsx"
    book.save(path)
    mine, problems = in_columns(old, new, path)
    assert mine == by_engine(old, new, path)
    assert not [p for p in problems if p.code == "by-engine"]
    assert any(edit.old_id == "assets_in_use" for edit in difference(old, new))
    assert (
        len(
            {
                tuple(sorted((key, share.lower, share.upper) for key, share in unit.effect.shares.items()))
                for unit in mine.units
            }
        )
        > 2
    )


def test_units_that_state_to_have_nothing_to_list_are_scored_like_by_the_engine(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    targets = ("decision.yaml", "when: count(绩效目标) = 0", "when: count(绩效目标) < 2")
    both = edited(rules, ("management.yaml", 'full: "<= 100%"', 'full: "<= 98%"'), targets)
    path = tmp_path / "units.csv"
    path.write_text("单位编号,三公经费控制率(%),绩效目标\nU1,99,无\nU2,97,\nU3,99,没有\nU4,99,-\n", encoding="utf-8")
    mine, problems = in_columns(*both, path)
    assert mine == by_engine(*both, path)
    assert not [p for p in problems if p.code in ("by-engine", "unknown-column")]
