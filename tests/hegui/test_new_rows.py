"""A policy writer adds indicators in Excel by their words alone; what is missing is told at its cell."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.load import load_rulebook
from engine.model import Bands, Judged, PerUnit, Rulebook, Threshold
from hegui.cli import main
from tests.engine.example import RULES
from tests.hegui.sheets import KUNMING, cell, copy_of, edited, exported, files_of, read_back

STEPS = "公务卡使用率≥90%,得2分;每低于1个百分点扣0.1分,扣完为止。"


def inserted(sheet: Any, after: str, **cells: Any) -> int:
    """A row inserted below the one of an indicator, as people do it: nothing but what they typed."""
    head = {one.value: one.column for one in sheet[1]}
    place = int(cell(sheet, after, "编号").row) + 1
    sheet.insert_rows(place)
    for heading, value in cells.items():
        sheet.cell(place, head[heading]).value = value
    return place


def loaded(rules: Path) -> Rulebook:
    rulebook, problems = load_rulebook(rules)
    assert rulebook is not None, problems
    return rulebook


def test_the_words_of_a_criterion_become_a_rule_or_an_assessors_marks_and_say_they_are_drafts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = copy_of(KUNMING, tmp_path)

    def edit(book: Any) -> None:
        sheet = book["指标"]
        inserted(sheet, "procurement", 三级指标="公务卡使用率", 分值=2, 评分标准=STEPS, 依据条款="第八条")
        inserted(sheet, "procurement", 三级指标="台账", 分值=1, 评分标准="建立完整台账,得1分,否则不得分。")
        inserted(sheet, "staff-control", 三级指标="档案管理", 分值=1, 评分标准="由考核组视情况酌情打分")

    assert read_back(edited(exported(rules, tmp_path), edit), rules) == 0
    told = capsys.readouterr().err
    assert told.count("note[criterion-drafted]") == 2 and told.count("warning[criterion-not-understood]") == 1
    rulebook = loaded(rules)
    section = next(one for one in rulebook.sections if one.id == "management")
    new = {one.title.zh: one.part for one in section.indicators if one.id.startswith("new-")}
    assert {title: type(part.form) for title, part in new.items()} == {
        "公务卡使用率": PerUnit,
        "台账": Threshold,
        "档案管理": Judged,
    }
    assert all(part.cite.uncertain.startswith("草案:") for part in new.values())
    assert new["公务卡使用率"].cite.item == "第八条" and new["公务卡使用率"].cite.quote == STEPS
    ids = [one.id for one in section.indicators]
    assert ids.index(new["台账"].id) == ids.index("procurement") + 1
    # What was drafted can be exported, and read back unchanged.
    before = files_of(rules)
    assert read_back(exported(rules, tmp_path), rules) == 0
    assert files_of(rules) == before


def test_a_rule_that_would_not_load_is_left_to_the_assessor(tmp_path: Path) -> None:
    rules = copy_of(KUNMING, tmp_path)
    gap = "支付率≥95%得1分;90%(含)-94%得0.5分;低于90%不得分"

    def edit(book: Any) -> None:
        inserted(book["指标"], "procurement", 三级指标="支付率", 分值=1, 评分标准=gap)
        inserted(
            book["指标"],
            "procurement",
            三级指标="拨付率",
            分值=1,
            评分标准=gap.replace("94%", "95%").replace("支付", "拨付"),
        )

    assert read_back(edited(exported(rules, tmp_path), edit), rules) == 0
    forms = {one.title.zh: type(one.part.form) for one in loaded(rules).indicators}
    assert (forms["支付率"], forms["拨付率"]) == (Judged, Bands)


def test_a_data_item_that_is_there_is_read_and_one_of_another_kind_is_not(tmp_path: Path) -> None:
    rules = copy_of(KUNMING, tmp_path)

    def edit(book: Any) -> None:
        sheet = book["指标"]
        inserted(sheet, "procurement", 三级指标="再说使用合规", 分值=1, 评分标准="资金使用合规,得1分,否则不得分。")
        inserted(sheet, "procurement", 三级指标="编制数", 分值=1, 评分标准="编制数≥90%,得1分,否则不得分。")

    assert read_back(edited(exported(rules, tmp_path), edit), rules) == 0
    rulebook = loaded(rules)
    labels = [one.label for one in rulebook.vocabulary.concepts.values() if one.id.startswith("new_")]
    assert labels == ["编制数_编制数"]


MISSING: dict[str, tuple[dict[str, Any], str, str]] = {
    "no criterion": ({"三级指标": "新", "分值": 1}, "no-rule", "E"),
    "no points": ({"三级指标": "新", "评分标准": STEPS}, "missing-cell", "D"),
    "no name": ({"分值": 2, "评分标准": STEPS}, "missing-cell", "C"),
    "points in words": ({"三级指标": "新", "分值": "两分", "评分标准": STEPS}, "not-a-number", "D"),
    "points that do not add up": ({"三级指标": "新", "分值": 2, "评分标准": STEPS}, "listed-points", ""),
}


@pytest.mark.parametrize("what", MISSING)
def test_what_is_missing_is_told_at_its_cell_and_nothing_is_written(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = copy_of(KUNMING, tmp_path)
    before, (cells, code, letter) = files_of(rules), MISSING[what]
    places: list[int] = []
    book = edited(exported(rules, tmp_path), lambda b: places.append(inserted(b["指标"], "target-soundness", **cells)))
    assert read_back(book, rules) == 2
    where = f"指标!{letter}{places[0]}" if letter else "一级指标!D2"
    told = capsys.readouterr().err
    assert f"book.xlsx!{where}: error[{code}]" in told
    assert "tmp" not in told.replace(str(tmp_path), "")
    assert files_of(rules) == before


def test_two_editors_add_the_same_indicator_to_the_same_export(tmp_path: Path) -> None:
    rules = copy_of(KUNMING, tmp_path)
    one = exported(rules, tmp_path)
    other = Path(shutil.copy(one, tmp_path / "other.xlsx"))

    def edit(book: Any) -> None:
        # What this section lists and what it declares differ, and that is accepted.
        for after in ("procurement", "staff-control"):
            inserted(book["指标"], after, 三级指标="档案管理", 分值=1, 评分标准="酌情打分")

    for book in (one, other):
        assert read_back(edited(book, edit), rules) == 0
    ids = [i.id for i in loaded(rules).indicators if i.id.startswith("new-")]
    assert len(ids) == len(set(ids)) == 4


def test_rows_are_told_by_their_names_when_the_columns_of_ids_are_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = copy_of(KUNMING, tmp_path)
    before = files_of(rules)

    def without(*gone: str) -> Callable[[Any], None]:
        def edit(book: Any) -> None:
            sheet = book["指标"]
            cell(sheet, "three-public-control", "满分条件").value = "<= 95%"
            for heading in gone:
                sheet.delete_cols({one.value: one.column for one in sheet[1]}[heading])

        return edit

    assert read_back(edited(exported(rules, tmp_path), without("编号", "hegui", "三级指标")), rules) == 2
    assert "missing-ids" in capsys.readouterr().err and files_of(rules) == before
    assert read_back(edited(exported(rules, tmp_path), without("编号", "hegui")), rules) == 0
    assert {name for name, data in files_of(rules).items() if before[name] != data} == {"management.yaml"}


def test_an_edit_of_a_generated_sentence_is_told_and_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = copy_of(KUNMING, tmp_path)
    before = files_of(rules)

    def edit(book: Any) -> None:
        cell(book["指标"], "three-public-control", "评分标准").value = "不高于 90% 的,得满分"

    assert read_back(edited(exported(rules, tmp_path), edit), rules) == 0
    assert "warning[sentence-edited]" in capsys.readouterr().err and files_of(rules) == before


def test_rows_may_be_inserted_deleted_and_sorted_without_taking_off_a_protection(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(exported(KUNMING, tmp_path))
    open_ = [sheet.title for sheet in book if not sheet.protection.sheet]
    assert open_ == ["指标", "一级指标", "数据项", "参数", "等级", "一票否决", "勾稽关系", "接受的矛盾", "hegui-rules"]


def test_the_data_items_of_shared_libraries_are_shown_those_in_use_first(tmp_path: Path) -> None:
    import openpyxl

    rules = RULES / "mof-2013-53"
    sheet = openpyxl.load_workbook(exported(rules, tmp_path))["共用数据项"]
    rows = [[one.value for one in row] for row in sheet.iter_rows(min_row=2)]
    own = [c for c in loaded(rules).vocabulary.concepts.values() if not c.at.file.endswith("vocabulary.yaml")]
    assert {row[0] for row in rows} == {one.label for one in own}
    used = [row[-1] for row in rows]
    assert used[0] == "是" and used == sorted(used, key=lambda one: one != "是")
    copied = copy_of(rules, tmp_path / "copy")
    assert main(["xlsx", "import", str(tmp_path / "book.xlsx"), "--rules", str(copied)]) == 0


def test_drafts_are_told_by_lint_marked_in_the_table_and_gone_with_the_rule_that_takes_their_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = copy_of(KUNMING, tmp_path)
    file = rules / "management.yaml"
    text = file.read_text(encoding="utf-8")
    head = "  # 有人写的\n  # TODO 把原文写成规则\n"
    drafted = text.replace("  - id: procurement\n", f"{head}  - id: procurement\n", 1)
    assert drafted != text
    file.write_text(drafted, encoding="utf-8")

    def edit(book: Any) -> None:
        inserted(book["指标"], "procurement", 三级指标="档案管理", 分值=1, 评分标准="由考核组视情况酌情打分")

    assert read_back(edited(exported(rules, tmp_path), edit), rules) == 0
    capsys.readouterr()
    main(["lint", str(rules)])
    told = capsys.readouterr().out
    (new,) = [one.id for one in loaded(rules).indicators if one.id.startswith("new-")]
    assert told.count("warning[draft-mark]") == 2 and "还留着 TODO 把原文写成规则" in told
    page = tmp_path / "t.html"
    assert main(["docs", str(rules), "-o", str(page)]) == 0
    assert "warning[draft-mark]: 表里有 1 处还是草案" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8").count("【草案】由评价人评定") == 1

    def settle(book: Any) -> None:
        sheet = book["指标"]
        cell(sheet, "procurement", "其他计分方式").value = None
        cell(sheet, "procurement", "满分条件").value = "资金使用合规 is 是"
        cell(sheet, "procurement", "否则得分").value = 0
        cell(sheet, new, "其他计分方式").value = "fixed: 1"

    assert read_back(edited(exported(rules, tmp_path), settle), rules) == 0
    capsys.readouterr()
    main(["lint", str(rules)])
    assert "draft-mark" not in capsys.readouterr().out
    assert "  # 有人写的\n  - id: procurement\n" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("cleared", [False, True])
def test_a_draft_whose_words_are_written_anew_is_drafted_anew(
    cleared: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = copy_of(KUNMING, tmp_path)

    def edit(book: Any) -> None:
        inserted(book["指标"], "procurement", 三级指标="公务卡使用率", 分值=2, 评分标准=STEPS)

    assert read_back(edited(exported(rules, tmp_path), edit), rules) == 0
    (new,) = [one.id for one in loaded(rules).indicators if one.id.startswith("new-")]
    words = "公务卡使用率≥80%得2分,否则不得分"

    def again(words: str) -> Callable[[Any], None]:
        def edit(book: Any) -> None:
            sheet = book["指标"]
            cell(sheet, new, "评分标准").value = words
            for heading in ("测算公式", "单位", "其他计分方式", "原文", "存疑") if cleared else ():
                cell(sheet, new, heading).value = None

        return edit

    before = files_of(rules)
    capsys.readouterr()
    assert read_back(edited(exported(rules, tmp_path), again("由考核组酌情打分")), rules, "--dry-run") == 0
    told = capsys.readouterr().err
    assert "“酌情”没有写给多少分" in told and ("criterion-not-understood" in told) == cleared
    assert files_of(rules) == before
    assert read_back(edited(exported(rules, tmp_path), again(words)), rules) == 0
    (part,) = [one.part for one in loaded(rules).indicators if one.id == new]
    assert isinstance(part.form, Threshold) and part.cite.quote == words
    assert len([one for one in loaded(rules).vocabulary.concepts if one.startswith("new_")]) == 1
