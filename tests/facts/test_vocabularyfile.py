"""Vocabularies: what may be stated."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.problem import Problem
from facts.vocabulary import Concept, ReportingPlace, Vocabulary
from facts.vocabularyfile import EMPTY, read_vocabulary
from facts.vocabularylibrary import COMMON_FOLDER, read_libraries
from facts.yamltree import read_yaml

HEAD = "format: hegui/vocabulary/v1\nconcepts:\n"


def read(*entries: str) -> tuple[Vocabulary, tuple[Problem, ...]]:
    text = HEAD + "".join(f"  - {{{entry}}}\n" for entry in entries)
    node, problems = read_yaml(text.encode(), "v.yaml")
    assert problems == ()
    return read_vocabulary(node)


def one(entry: str) -> Concept:
    vocabulary, problems = read(entry)
    assert [p.show() for p in problems] == []
    (concept,) = vocabulary.concepts.values()
    return concept


def test_a_concept_is_found_by_id_label_and_alias() -> None:
    vocabulary, _ = read("id: spent, label: 三公经费决算数, aliases: [“三公”经费支出数], type: quantity, unit: 万元")
    assert {vocabulary.find(n) for n in ("spent", "三公经费决算数", "“三公”经费支出数")} == {
        vocabulary.concepts["spent"]
    }


def test_an_empty_vocabulary_knows_nothing() -> None:
    assert read_vocabulary(None) == (EMPTY, ())


def test_money_counts_and_durations_are_not_negative_unless_signed() -> None:
    for unit in ("万元", "份", "天", "工作日", "亩"):
        assert one(f"id: a, label: 甲, type: quantity, unit: {unit}").minimum == 0
    assert one("id: a, label: 甲, type: quantity, unit: 万元, signed: true").minimum is None


def test_rates_and_pure_numbers_are_unbounded_unless_stated() -> None:
    assert one('id: a, label: 甲, type: quantity, unit: "%"').range.lo is None
    assert one('id: a, label: 甲, type: quantity, unit: ""').range.hi is None


def test_counters_are_whole_unless_said_otherwise() -> None:
    assert one("id: a, label: 甲, type: quantity, unit: 份").whole
    assert not one("id: a, label: 甲, type: quantity, unit: 份, whole: false").whole
    assert not one("id: a, label: 甲, type: quantity, unit: 万元").whole


def test_bounds_may_carry_a_unit_or_are_in_the_concepts_own() -> None:
    concept = one("id: a, label: 甲, type: quantity, unit: 万元, minimum: 1, maximum: 1 亿元")
    assert (concept.minimum, concept.maximum) == (Fraction(10**4), Fraction(10**8))


def test_booleans_choose_between_yes_and_no_and_scores_are_points_from_zero() -> None:
    assert one("id: a, label: 甲, type: boolean").choices == ("是", "否")
    score = one("id: a, label: 甲, type: score, maximum: 5")
    assert score.unit is not None and score.unit.name == "分" and score.range.contains(Fraction(0))


def test_a_table_has_typed_columns() -> None:
    columns = "{name: 名称, type: text}, {name: 金额, type: quantity, unit: 万元}, {name: 是否量化, type: boolean}"
    table = one(f"id: a, label: 甲, type: table, columns: [{columns}]")
    money = table.column("金额")
    assert money is not None and money.minimum == 0


@pytest.mark.parametrize(
    ("entry", "code", "word"),
    [
        ("id: a, label: 甲, type: quantity, unit: 万圆", "unknown-unit", "万圆"),
        ("id: a, label: 甲, type: quantity", "missing-key", ""),
        ("id: a, label: 甲, type: choice", "missing-key", ""),
        ("id: a, label: 甲, type: table", "missing-key", ""),
        ("id: a, label: 甲, type: text, choices: [x]", "misplaced-key", "choices"),
        ("id: a, label: 甲, type: boolean, unit: 元", "misplaced-key", "unit"),
        ("id: a, label: 合计, type: text", "reserved-name", "合计"),
        ("id: sum, label: 甲, type: text", "reserved-name", "sum"),
        ("id: a, label: 甲, type: quantity, unit: 元, minimum: 5, maximum: 3", "empty-range", "maximum"),
        ("id: a, label: 甲, type: quantity, unit: 元, maximum: 5 天", "unit-mismatch", "天"),
        ("id: a, label: 甲, type: quantity, unit: 元, maximum: 1e400", "not-a-number", "1e400"),
        ("id: a, label: 甲, type: score, unit: 元", "unit-mismatch", "元"),
        ("id: a, label: 甲, type: numeric", "unknown-value", "numeric"),
    ],
)
def test_what_a_concept_cannot_be_is_told_at_its_place(entry: str, code: str, word: str) -> None:
    problems = read(entry)[1]
    column = entry.index(word) + 6 if word else 5
    assert [(p.code, p.at.column) for p in problems] == [(code, column)]


def test_a_name_used_twice_names_both_places() -> None:
    (problem,) = read("id: a, label: 甲, type: text", "id: b, label: 乙, type: text, aliases: [甲]")[1]
    assert problem.code == "duplicate-name" and problem.at.line == 4 and "v.yaml:3:20" in problem.message.zh


def test_an_id_used_twice_keeps_the_first() -> None:
    vocabulary, problems = read("id: a, label: 甲, type: text", "id: a, label: 乙, type: date")
    assert [p.code for p in problems] == ["duplicate-name"] and vocabulary.concepts["a"].type == "text"


@given(
    st.lists(
        st.sampled_from(["id", "label", "type", "unit", "[", "]", "{", "}", ":", ",", "a", "quantity", " ", "\n", "- "])
    )
)
def test_no_vocabulary_whatever_raises(pieces: list[str]) -> None:
    node, _ = read_yaml((HEAD + "  - " + "".join(pieces)).encode(), "v.yaml")
    read_vocabulary(node)


# --- where a concept is reported ---


def test_a_concept_says_in_which_cell_of_which_form_it_is_reported() -> None:
    place = "{form: 决算公开01表, row: 本年支出合计, column: 决算数, item: 58}"
    concept = one(f"id: a, label: 甲, type: quantity, unit: 万元, reported: [{place}, {{form: 决算公开03表}}]")
    assert concept.reported == (
        ReportingPlace(("决算公开01表",), ("本年支出合计",), ("决算数",), "58"),
        ReportingPlace(("决算公开03表",)),
    )
    assert [str(place) for place in concept.reported] == ["决算公开01表·本年支出合计·决算数(58)", "决算公开03表"]


def test_a_form_a_row_and_a_column_may_have_several_names_and_a_row_its_neighbours() -> None:
    place = "{form: [公开04表, 财政拨款总表], row: 一般公共预算, column: [金额, 决算数], before: 本年收入合计, after: [收入]}"
    (read_back,) = one(f"id: a, label: 甲, type: quantity, unit: 万元, reported: [{place}]").reported
    assert read_back == ReportingPlace(
        ("公开04表", "财政拨款总表"), ("一般公共预算",), ("金额", "决算数"), "", ("本年收入合计",), ("收入",)
    )
    assert str(read_back) == "公开04表或财政拨款总表·一般公共预算·金额或决算数"


def test_where_a_row_stands_is_said_of_a_row() -> None:
    place = "{form: 公开04表, column: 金额, before: 本年收入合计}"
    assert [p.code for p in read(f"id: a, label: 甲, type: text, reported: [{place}]")[1]] == ["missing-key"]


def test_names_that_differ_only_in_quotes_and_blanks_are_one_name_to_readers() -> None:
    two = "id: a, label: 三公经费, type: text}\n  - {id: b, label: 乙, aliases: [“三公” 经费], type: text"
    assert [p.code for p in read(two)[1]] == ["duplicate-name"]
    assert read("id: a, label: 三公经费, aliases: [“三公”经费], type: text")[1] == ()


def test_a_place_without_a_form_is_a_problem() -> None:
    assert [p.code for p in read("id: a, label: 甲, type: text, reported: [{row: 合计}]")[1]] == ["missing-key"]


# --- libraries ---

LIBRARY = """\
format: hegui/vocabulary/v1
concepts:
  - {id: staff, label: 在职人员数, aliases: [实有人数], type: quantity, unit: 人}
  - {id: posts, label: 编制数, type: quantity, unit: 人}
"""


def including(
    folder: Path, *entries: str, names: str = "[common]", library: str = LIBRARY
) -> tuple[Vocabulary, tuple[Problem, ...]]:
    (folder / "common.yaml").write_text(library, encoding="utf-8")
    concepts = "".join(f"  - {{{entry}}}\n" for entry in entries) or "  []\n"
    text = f"format: hegui/vocabulary/v1\ninclude: {names}\nconcepts:\n{concepts}"
    node, _ = read_yaml(text.encode(), "v.yaml")
    libraries, problems = read_libraries(node, folder)
    vocabulary, more = read_vocabulary(node, libraries)
    return vocabulary, (*problems, *more)


def test_an_included_library_adds_its_concepts_to_the_files_own(tmp_path: Path) -> None:
    vocabulary, problems = including(tmp_path, "id: own, label: 自有项, type: text")
    assert problems == () and set(vocabulary.concepts) == {"staff", "posts", "own"}
    found = vocabulary.find("实有人数")
    assert found is not None and found.id == "staff"


@pytest.mark.parametrize(
    "entry",
    [
        "id: staff, label: 人数, type: text",
        "id: a, label: 在职人员数, type: text",
        "id: a, label: 甲, aliases: [实有人数], type: text",
    ],
)
def test_a_name_of_a_library_is_taken_unless_it_is_overridden(tmp_path: Path, entry: str) -> None:
    (problem,) = including(tmp_path, entry)[1]
    assert problem.code == "duplicate-name" and problem.at.file == "v.yaml" and "override: true" in problem.hint.zh
    assert "common.yaml:3" in problem.message.zh
    vocabulary, problems = including(tmp_path, f"{entry}, override: true")
    assert problems == () and len(vocabulary.concepts) == 2
    assert [c.type for c in vocabulary.concepts.values() if c.id != "posts"] == ["text"]


def test_overriding_what_is_not_included_is_a_problem(tmp_path: Path) -> None:
    problems = including(tmp_path, "id: own, label: 自有项, type: text, override: true")[1]
    assert [(p.code, p.at.line) for p in problems] == [("idle-override", 4)]


def test_what_is_wrong_in_a_library_is_told_there(tmp_path: Path) -> None:
    library = LIBRARY.replace("unit: 人}\n", "unit: 尺}\n", 1) + "  - {id: c, label: 丙, type: text, override: true}\n"
    problems = including(tmp_path, library=library.replace("concepts:", "include: [common]\nconcepts:"))[1]
    assert [(p.code, Path(p.at.file).name, p.at.line) for p in problems] == [
        ("nested-include", "common.yaml", 2),
        ("unknown-unit", "common.yaml", 4),
        ("misplaced-key", "common.yaml", 6),
    ]


@pytest.mark.parametrize("name", ["../common", "/common", "COMMON", "common.yaml", "a/b", "."])
def test_a_library_is_named_and_is_no_path(tmp_path: Path, name: str) -> None:
    vocabulary, problems = including(tmp_path, names=f"['{name}']")
    assert problems and {p.at.line for p in problems} == {2} and not vocabulary.concepts


def test_a_library_that_is_not_there_has_a_suggestion(tmp_path: Path) -> None:
    (problem,) = including(tmp_path, names="[comon]")[1]
    assert (problem.code, problem.at.line) == ("unknown-library", 2) and "common" in problem.hint.zh


def test_a_library_that_leads_out_of_its_folder_is_not_read(tmp_path: Path) -> None:
    inside = tmp_path / "libraries"
    inside.mkdir()
    (tmp_path / "secret.yaml").write_text(LIBRARY, encoding="utf-8")
    (inside / "out.yaml").symlink_to(tmp_path / "secret.yaml")
    assert [p.code for p in including(inside, names="[out]")[1]] == ["unknown-library"]


def test_every_library_of_ours_is_sound_and_says_where_it_is_reported() -> None:
    for path in sorted(COMMON_FOLDER.glob("*.yaml")):
        node, problems = read_yaml(path.read_bytes(), path.name)
        vocabulary, more = read_vocabulary(node)
        assert [p.show() for p in (*problems, *more)] == []
        mute = [
            c.id
            for c in vocabulary.concepts.values()
            if not (c.label_en and c.definition and c.reported and c.reported_in)
        ]
        assert mute == []


def test_departments_really_report_the_concepts_of_the_library() -> None:
    node, _ = read_yaml((COMMON_FOLDER / "departments.yaml").read_bytes(), "departments.yaml")
    vocabulary, _ = read_vocabulary(node)
    for name in ("本年支出合计", "三公经费决算数", "年末结转和结余", "政府采购支出合计", "编制数", "公务接待费决算数"):
        assert vocabulary.find(name) is not None, name
    places = (place for concept in vocabulary.concepts.values() for place in concept.reported)
    forms = {name for place in places for name in place.form}
    assert {f"决算公开{number:02}表" for number in range(1, 10)} <= forms
