"""`hegui xlsx`: people edit a rulebook in a spreadsheet; what they did not touch stays byte for byte."""

from __future__ import annotations

import difflib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from engine.load import load_rulebook
from hegui.cli import main
from tests.engine.example import RULES
from tests.hegui.sheets import KUNMING, blank_row, cell, copy_of, edited, exported, files_of, put, read_back

EVERY = tuple(sorted(path.parent for path in RULES.glob("**/rulebook.yaml")))


def changed_lines(before: bytes, after: bytes) -> list[str]:
    one, other = before.decode().splitlines(), after.decode().splitlines()
    return [line for line in difflib.ndiff(one, other) if line[:1] in "+-" and line[:2] != "? "]


@pytest.mark.parametrize("folder", EVERY, ids=lambda folder: folder.name)
def test_a_workbook_that_nobody_edited_changes_no_byte(folder: Path, tmp_path: Path) -> None:
    rules = copy_of(folder, tmp_path)
    before = files_of(rules)
    # Saved by a program in between: what it does to the file is no edit.
    book = edited(exported(rules, tmp_path), lambda book: None)
    assert read_back(book, rules) == 0
    assert files_of(rules) == before


def test_an_edit_of_cells_changes_their_lines_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = copy_of(KUNMING, tmp_path)
    before = files_of(rules)

    def edit(book: Any) -> None:
        cell(book["指标"], "three-public-control", "满分条件").value = " <= 95% "
        cell(book["指标"], "three-public-control", "分值").value = 1
        cell(book["数据项"], "budget", "口径").value = "财政部门批复的当年部门预算"
        cell(book["等级"], "良", "起点(含)").value = 75
        cell(book["勾稽关系"], "within-budget", "程度").value = "warning"

    assert read_back(edited(exported(rules, tmp_path), edit), rules) == 0
    after = files_of(rules)
    assert {name for name in after if after[name] != before[name]} == {
        "management.yaml",
        "vocabulary.yaml",
        "rulebook.yaml",
    }
    lines = changed_lines(before["management.yaml"], after["management.yaml"])
    assert lines == ['-       full: "<= 100%"', '+       full: "<= 95%"']
    assert len(changed_lines(before["rulebook.yaml"], after["rulebook.yaml"])) == 4
    told = capsys.readouterr().out
    assert "改前:“三公经费”控制率:分值 1 分。三公经费控制率不高于 100% 的,得满分 1 分;否则不得分。" in told.replace(
        "\n          ", ""
    )
    assert "改后:“三公经费”控制率:分值 1 分。三公经费控制率不高于 95% 的" in told.replace("\n          ", "")


def test_someone_who_writes_no_code_adds_an_indicator_lints_and_publishes(tmp_path: Path) -> None:
    rules = copy_of(KUNMING, tmp_path)
    before = files_of(rules)

    def edit(book: Any) -> None:
        items, sheet, accepted = book["数据项"], book["指标"], book["接受的矛盾"]
        put(
            items,
            blank_row(items),
            编号="on_time",
            名称="项目按期完成率",
            类型="quantity",
            单位="%",
            口径="按期完成的占比",
        )
        put(sheet, blank_row(sheet), 一级指标="部门绩效", 三级指标="项目按期完成率", 分值=1, 测算公式="项目按期完成率", 单位="%",
            其他计分方式="per_unit: {deduct: 0.1, per: 1 个百分点, under: 100%}", 依据条款="新增")  # fmt: skip
        # 44 + 1 listed points are the 45 the document declares: nothing is left to accept there.
        assert accepted.cell(4, 2).value == "performance"
        put(accepted, 4, 矛盾=None, 何处=None, 理由=None, 依据=None)

    assert read_back(edited(exported(rules, tmp_path), edit), rules) == 0
    after = files_of(rules)
    assert changed_lines(before["performance.yaml"], after["performance.yaml"]) == [
        "+ ",
        "+   - id: new-72",
        "+     title: 项目按期完成率",
        "+     points: 1",
        "+     cite:",
        "+       item: 新增",
        "+     measure: 项目按期完成率",
        '+     unit: "%"',
        "+     score:",
        "+       per_unit: {deduct: 0.1, per: 1 个百分点, under: 100%}",
    ]
    assert all(line.startswith("-") for line in changed_lines(before["rulebook.yaml"], after["rulebook.yaml"]))
    assert main(["lint", str(rules)]) == 0
    page = tmp_path / "table.html"
    assert main(["docs", str(rules), "-o", str(page)]) == 0
    assert "项目按期完成率不低于 100% 的,得满分 1 分;每低于 1 个百分点扣 0.1 分" in page.read_text(encoding="utf-8")


def test_a_mistake_is_told_at_its_cell_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = copy_of(KUNMING, tmp_path)
    before = files_of(rules)

    def edit(book: Any) -> None:
        sheet = book["指标"]
        cell(sheet, "long-term-goals", "满分条件").value = "没有这个数据项 is 是"
        cell(sheet, "target-soundness", "其他计分方式").value = "deduct: [{points: 1, when: any 绩效目标 where"
        cell(sheet, "annual-goals", "其他计分方式").value = "fixed: 2"
        cell(book["数据项"], "budget", "名称").value = "部门预算数额"
        # An apostrophe was left out: the condition became a formula.
        cell(sheet, "budget-adjustment", "满分条件").value = "=0%"
        row = blank_row(sheet)
        put(sheet, row, 一级指标="没有这个一级指标", 三级指标="新", 分值=1, 满分条件="资金使用合规 is 是", 否则得分=0)
        put(sheet, row + 1, 一级指标="部门管理", 三级指标="又一个", 满分条件="资金使用合规 is 是")

    book = edited(exported(rules, tmp_path), edit)
    assert read_back(book, rules, "--lang", "en") == 2
    assert "book.xlsx!指标!H19: error[cell-error]" in capsys.readouterr().err
    edited(book, lambda found: setattr(cell(found["指标"], "budget-adjustment", "满分条件"), "value", "'= 0%"))
    assert read_back(book, rules, "--lang", "en") == 2
    told = capsys.readouterr().err
    assert "two-rules" in told and "not-yaml" in told and "unknown-section" in told and "half-a-rule" in told
    assert "book.xlsx!指标!A73: error[unknown-section]" in told
    assert files_of(rules) == before


def test_columns_may_be_moved_hidden_or_missing_and_rows_merged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = copy_of(KUNMING, tmp_path)
    before = files_of(rules)

    def edit(book: Any) -> None:
        sheet = book["指标"]
        # The generated sentence and 免扣情形 are deleted, the ids come first, some columns are hidden, headings get blanks.
        head = {one.value: one.column for one in sheet[1]}
        sheet.delete_cols(head["免扣情形"])
        sheet.delete_cols(head["评分标准"])
        sheet.insert_cols(1)
        head = {one.value: one.column for one in sheet[1]}
        for row in range(1, sheet.max_row + 1):
            sheet.cell(row, 1).value = sheet.cell(row, head["编号"]).value
        sheet.delete_cols(head["编号"])
        sheet.column_dimensions["D"].hidden = sheet.row_dimensions[5].hidden = True
        sheet.cell(1, 2).value = " 一级指标 "
        sheet.merge_cells("B2:B15")
        cell(sheet, "annual-goals", "三级指标").value = "　年度工作目标  \n"
        book["数据项"].insert_rows(1)
        book.remove(book["等级"])

    assert read_back(edited(exported(rules, tmp_path), edit), rules) == 0
    after = files_of(rules)
    assert {name for name in after if after[name] != before[name]} == {"decision.yaml"}
    assert changed_lines(before["decision.yaml"], after["decision.yaml"]) == [
        "-     title: 年度工作目标的明确性与合理性",
        "+     title: 年度工作目标",
    ]
    told = capsys.readouterr().err
    assert "没有“免扣情形”这一列,视为没有改动" in told and "没有这张工作表,视为没有改动" in told


def test_rows_are_moved_deleted_and_renamed_with_the_comments_they_carry(tmp_path: Path) -> None:
    rules = copy_of(KUNMING, tmp_path)
    before = files_of(rules)["decision.yaml"].decode()

    def edit(book: Any) -> None:
        sheet = book["指标"]
        assert sheet.cell(5, 3).value == "绩效目标合理性"
        # To the top of its section, with the comment above it; another one goes; a third gets a new id.
        moved = [sheet.cell(5, column).value for column in range(1, sheet.max_column + 1)]
        sheet.delete_rows(5)
        sheet.insert_rows(2)
        for column, value in enumerate(moved, 1):
            sheet.cell(2, column).value = value
        row = cell(sheet, "office-input", "编号").row
        put(sheet, row, **{heading: None for heading in [one.value for one in sheet[1]] if heading != "hegui"})
        cell(sheet, "staff-input", "编号").value = "staffing"
        put(book["一级指标"], 2, 分值=33)
        head = book["规则集"]
        row = next(row for row in range(2, 40) if head.cell(row, 1).value == "规定总分值")
        head.cell(row, 2).value = 98

    assert read_back(edited(exported(rules, tmp_path), edit), rules) == 0
    after = (rules / "decision.yaml").read_text(encoding="utf-8")
    rulebook, _ = load_rulebook(rules)
    assert rulebook is not None
    ids = [one.id for one in rulebook.sections[0].indicators]
    assert ids[:2] == ["target-soundness", "long-term-goals"] and "office-input" not in ids and "staffing" in ids
    # The comment of the moved one stands above it, and no line is lost but those of the one that was deleted.
    moved = after.index("  # 扣分项\n  - id: target-soundness")
    assert moved < after.index("  - id: long-term-goals")
    gone = Counter(before.splitlines()) - Counter(after.splitlines())
    record = before[before.index("  - id: office-input") : before.index("  - id: key-project-resources")]
    assert gone == Counter([*record.splitlines(), "points: 35", "  - id: staff-input"])


def test_edits_of_the_files_and_of_the_sheet_are_both_kept_unless_they_meet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = copy_of(KUNMING, tmp_path)

    def edit(book: Any) -> None:
        cell(book["指标"], "three-public-control", "满分条件").value = "<= 95%"
        cell(book["指标"], "budget-adjustment", "三级指标").value = "预算调整"

    book = edited(exported(rules, tmp_path), edit)
    section = rules / "management.yaml"
    original = section.read_text(encoding="utf-8")
    # Meanwhile somebody edits the file: another title, another reason of the same rule, a comment.
    other = original.replace("title: 财务监控的有效性", "title: 财务监控有效性 # 改名")
    section.write_text(other, encoding="utf-8")
    assert read_back(book, rules) == 0
    merged = section.read_text(encoding="utf-8")
    assert "title: 财务监控有效性 # 改名" in merged and 'full: "<= 95%"' in merged and "title: 预算调整\n" in merged

    clash = original.replace("title: 预算调整情况", "title: 预算调整率").replace('full: "<= 100%"', 'full: "<= 90%"')
    section.write_text(clash, encoding="utf-8")
    assert read_back(book, rules) == 2
    assert section.read_text(encoding="utf-8") == clash
    told = capsys.readouterr().err
    line = clash[: clash.index("title: 预算调整率")].count("\n") + 1
    assert f"management.yaml:{line}:5" in told and told.count("edit-conflict") == 2
    assert "规则文件里同时改成了“<= 90%”" in told


def test_a_dry_run_and_a_new_folder_leave_the_rulebook_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = copy_of(KUNMING, tmp_path)
    before = files_of(rules)
    book = edited(
        exported(rules, tmp_path),
        lambda book: setattr(cell(book["指标"], "three-public-control", "否则得分"), "value", 0.5),
    )
    assert read_back(book, rules, "--dry-run", "--lang", "en") == 0
    assert "otherwise 0.5 points" in capsys.readouterr().out
    assert files_of(rules) == before
    new = tmp_path / "new"
    assert read_back(book, rules, "-o", str(new)) == 0
    assert files_of(rules) == before
    assert {name for name, data in files_of(new).items() if before[name] != data} == {"management.yaml"}
    assert read_back(book, rules, "-o", str(new)) == 2


def test_a_write_that_fails_half_way_leaves_every_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = copy_of(KUNMING, tmp_path)
    before = files_of(rules)

    def edit(book: Any) -> None:
        cell(book["指标"], "three-public-control", "满分条件").value = "<= 95%"
        cell(book["指标"], "long-term-goals", "三级指标").value = "中长期目标"

    book = edited(exported(rules, tmp_path), edit)
    replaced: list[Path] = []
    real = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if len(replaced) == 1 and target.name == "management.yaml":
            raise OSError(28, "No space left on device")
        replaced.append(target)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    assert read_back(book, rules) == 2
    assert replaced and files_of(rules) == before


def test_a_workbook_of_another_kind_or_rulebook_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import openpyxl

    rules = copy_of(KUNMING, tmp_path)
    stranger = tmp_path / "stranger.xlsx"
    openpyxl.Workbook().save(stranger)
    assert read_back(stranger, rules) == 2
    assert "not-a-rulebook-workbook" in capsys.readouterr().err
    other = copy_of(RULES / "clauses" / "pilot-city", tmp_path)
    assert read_back(exported(other, tmp_path), rules) == 2
    assert "other-rulebook" in capsys.readouterr().err


def test_a_copied_row_is_a_new_record_once_it_has_another_id(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = copy_of(RULES / "clauses" / "compendium", tmp_path)

    def copied(own: str | None) -> Any:
        def edit(book: Any) -> None:
            sheet = book["数据项"]
            new = blank_row(sheet)
            for column in range(1, sheet.max_column + 1):
                sheet.cell(new, column).value = sheet.cell(2, column).value
            put(sheet, new, 编号=own or sheet.cell(2, 1).value, 名称="另一个数据项", 别名=None, 英文名称=None)

        return edit

    assert read_back(edited(exported(rules, tmp_path), copied(None)), rules) == 2
    assert "duplicate-row" in capsys.readouterr().err
    before = files_of(rules)["vocabulary.yaml"]
    assert read_back(edited(exported(rules, tmp_path), copied("another_one")), rules) == 0
    lines = changed_lines(before, files_of(rules)["vocabulary.yaml"])
    assert all(line.startswith("+") for line in lines) and "+   - id: another_one" in lines


def test_texts_that_look_like_formulas_stay_texts(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(exported(KUNMING, tmp_path))
    assert not [one for sheet in book for row in sheet for one in row if one.data_type == "f"]
    assert cell(book["指标"], "budget-adjustment", "满分条件").value == "= 0%"
