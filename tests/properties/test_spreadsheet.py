"""An edit in the workbook of any rulebook is the edit of its records, and of nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.load import load_rulebook
from engine.testing.randombooks import loaded, rulebook_files
from facts.yamledit import Tree, set_value, split_records, value_at
from hegui.workbench.spreadsheet.reading import read_workbook
from hegui.workbench.spreadsheet.verb import exported, imported
from tests.hegui.sheets import cell

# What people write, and what YAML or a spreadsheet might take for something else.
_ODD = ("完成情况", "a: b", "# 注", "- 项", "=1+1", "'引'", '"双"', "123", "2.50", "true", "null", "~", "{a}", "[b]", "*x", "&y", "!z",
        "%d", "@e", "`f`", "多行\n第二行", "末尾:", "C:\\dir", "是", "no", "1e5", "2017-01-01", ">= 3", "|", "甲,乙", "100%", "_x000D_")  # fmt: skip
texts = st.one_of(
    st.sampled_from(_ODD),
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12),
)
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@contextmanager
def folder_of(files: dict[str, str]) -> Iterator[Path]:
    """A rulebook on disk."""
    with tempfile.TemporaryDirectory() as name:
        for file, text in files.items():
            (Path(name) / file).write_text(text, encoding="utf-8")
        yield Path(name)


@FEW
@given(rulebook_files(), st.data())
def test_an_edit_in_the_sheet_is_the_edit_of_the_record(files: dict[str, str], data: st.DataObject) -> None:
    import openpyxl

    with folder_of(files) as folder:
        rulebook, _ = load_rulebook(folder)
        assert rulebook is not None
        workbook, problems = exported(rulebook, folder)
        assert workbook is not None and not problems
        path = folder / "book.xlsx"
        path.write_bytes(workbook)
        book: Any = openpyxl.load_workbook(path)
        wanted = _edited(files, book, data)
        book.save(path)
        found, problems = read_workbook(path)
        assert found is not None and not problems, problems
        changed, _, problems = imported(found, folder)
        assert changed is not None, "\n".join(problem.show("en") for problem in problems)
        for file, text in changed.items():
            (folder / file).write_bytes(text.encode())
        after, problems = load_rulebook(folder)
        assert after is not None, problems
    assert after == loaded(wanted)


def _edited(files: dict[str, str], book: Any, data: st.DataObject) -> dict[str, str]:
    """Edits some cells of the sheet, and the same keys of the records; gives the files with the records edited."""
    records = {name: yaml.safe_load(text) for name, text in files.items()}
    sections = [name for name in files if name not in ("rulebook.yaml", "vocabulary.yaml")]
    file = data.draw(st.sampled_from(sections))
    indicator = data.draw(st.sampled_from(records[file]["indicators"]))
    keys = {"三级指标": "title", "英文名称": "title_en", "二级指标": "group", "原文": "quote", "存疑": "uncertain"}
    for heading in data.draw(st.sets(st.sampled_from(sorted(keys)), min_size=1)):
        text = data.draw(texts)
        _put(cell(book["指标"], indicator["id"], heading), text)
        holder = indicator.setdefault("cite", {}) if heading in ("原文", "存疑") else indicator
        holder[keys[heading]] = text
    title, definition = data.draw(texts), data.draw(texts)
    _put(cell(book["一级指标"], records[file]["id"], "名称"), title)
    records[file]["title"] = title
    _put(cell(book["数据项"], "unrelated", "口径"), definition)
    records["vocabulary.yaml"]["concepts"][-1]["definition"] = definition
    _moved(records[file], book["指标"], data)
    return {name: yaml.safe_dump(record, allow_unicode=True, sort_keys=False) for name, record in records.items()}


def _moved(section: Any, sheet: Any, data: st.DataObject) -> None:
    """Half of the time the section's last indicator is moved to its top."""
    if len(section["indicators"]) < 2 or not data.draw(st.booleans()):
        return
    section["indicators"] = [section["indicators"][-1], *section["indicators"][:-1]]
    ids = [one["id"] for one in section["indicators"]]
    first = min(cell(sheet, own, "编号").row for own in ids)
    last = cell(sheet, ids[0], "编号").row
    values = [(one.value, one.data_type) for one in sheet[last]]
    sheet.delete_rows(last)
    sheet.insert_rows(first)
    for column, (value, kind) in enumerate(values, 1):
        sheet.cell(first, column).value = value
        sheet.cell(first, column).data_type = kind


def _put(target: Any, text: str) -> None:
    target.value, target.data_type = text.replace("_x", "_x005F_x"), "s"


@given(rulebook_files(), st.data(), texts)
def test_a_text_set_in_a_file_is_read_back_and_every_other_line_stays(
    files: dict[str, str], data: st.DataObject, text: str
) -> None:
    source = files["s1.yaml"]
    records = split_records(source, ("indicators",))
    assert records is not None
    assert records.joined(records.records) == source
    record = data.draw(st.sampled_from(records.records)).text
    path = data.draw(st.sampled_from((("title",), ("group",), ("cite", "quote"), ("title_en",))))
    changed = set_value(record, path, "text", text, ("id", "group", "title", "title_en", "cite"))
    assert value_at(Tree(changed), path, "text") == text
    before, after = record.splitlines(), changed.splitlines()
    assert [line for line in before if line in after or not line.strip().startswith(f"{path[-1]}:")] == [
        line for line in before if line in after
    ]
    # Taken away again, it is the file it was.
    if value_at(Tree(record), path, "text") == "":
        assert set_value(changed, path, "text", "") == record
