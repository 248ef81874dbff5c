"""New rows of the sheet of indicators, as people write them: the words of a criterion become a rule, or an assessor's marks.

Whatever is drafted says so: as uncertain in the rule, and as a finding at its cell.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from engine.model import Rulebook
from facts.gathering.yamltext import scalar
from facts.problem import NO_TEXT, Problem, Severity, Text
from facts.units import PERCENT
from facts.values import ZERO, decimal_text, parse_decimal
from facts.yamledit import Tree, value_at
from hegui.workbench.spreadsheet import layout as lo
from hegui.workbench.spreadsheet.reading import EditedRow, EditedSheet, Workbook
from hegui.workbench.starting.drafting import Answers, renamed, uncertainty
from hegui.workbench.starting.tablereading import IndicatorTable, TableRow
from hegui.workbench.starting.trying import drafted
from hegui.workbench.starting.words import Question, Understood, Wordings, label_of

_RULE = (*lo.SIMPLE, lo.OTHER)
# What was made from the words, and goes with them.
_DRAFTED = (*_RULE, "测算公式", "单位", "原文", "存疑")
_ALONE = Answers("draft", "草案", "草案", "2000-01-01", "草案")


def draft_new_rows(book: Workbook, rulebook: Rulebook, known: Wordings) -> tuple[Problem, ...]:
    """Fill in what new rows leave to be understood: their section, their rule, the data items it reads."""
    sheet = book.sheets.get(lo.CRITERIA)
    if sheet is None or not any(row.key is None or row.rewritten for row in sheet.rows):
        return ()
    drafter = _Drafter(book, rulebook, known)
    above, group = "", ""
    for place, row in enumerate(sheet.rows):
        if row.key is None:
            section = row.cells.get(lo.SECTION) or above or _section_below(book, sheet, place)
            own = row.cells.get(lo.GROUP) or (group if section == above else "")
            row = drafter.row(replace(row, cells={**row.cells, lo.SECTION: section, lo.GROUP: own}))
            sheet.rows[place] = row
        elif row.rewritten:
            sheet.rows[place] = drafter.again(row)
        above = row.cells.get(lo.SECTION) or _exported(book, row) or above
        group = row.cells.get(lo.GROUP) or _exported(book, row, lo.GROUP)
    return tuple(drafter.problems)


def _exported(book: Workbook, row: EditedRow, heading: str = lo.SECTION) -> str:
    """The section an exported row stood in; tables are often read downwards, with the name in the first row only."""
    return next((one.cells.get(heading, "") for one in book.base.rows(lo.CRITERIA) if one.key == row.key), "")


def _section_below(book: Workbook, sheet: EditedSheet, place: int) -> str:
    found = (row.cells.get(lo.SECTION) or _exported(book, row) for row in sheet.rows[place + 1 :])
    return next((name for name in found if name), "")


class _Drafter:
    def __init__(self, book: Workbook, rulebook: Rulebook, known: Wordings) -> None:
        self.book, self.rulebook, self.known = book, rulebook, known
        self.problems: list[Problem] = []
        # Data items new rows name already, drafted or entered by hand.
        items = book.sheets.get(lo.ITEMS)
        self.taken = {row.cells.get("名称", "") for row in items.rows} if items else set()

    def say(
        self, code: str, row: EditedRow, heading: str, message: Text, hint: Text = NO_TEXT, severity: Severity = "error"
    ) -> None:
        self.problems.append(Problem(code, self.book.at(lo.CRITERIA, row, heading), message, hint, severity))

    def row(self, row: EditedRow) -> EditedRow:
        """The row with its rule, and the words it was read from."""
        words, title = row.sentence or row.cells.get("原文", ""), row.cells.get("三级指标", "")
        if any(row.cells.get(heading) for heading in _RULE):
            return self._quoted(row, row.sentence)
        if not words:
            self.say(
                "no-rule",
                row,
                lo.SENTENCE,
                Text("新增的指标没有评分标准", "the new indicator has no criterion"),
                Text("写评分标准原文,或填“满分条件”和“否则得分”,或“其他计分方式”。",
                     "Write the words of the criterion, or fill in the columns of the rule."),
            )  # fmt: skip
            return row
        points = parse_decimal(row.cells.get("分值", ""))
        if not title or points is None or points <= 0:
            if row.cells.get("分值") and (points is None or points <= 0):
                self.say(
                    "not-a-number", row, "分值", Text("分值应为大于 0 的数", "the points should be a number above 0")
                )
            return self._quoted(row, words)
        return self._drafted(self._quoted(row, words), words, title, points)

    def again(self, row: EditedRow) -> EditedRow:
        """A row whose words were written anew: its rule is drafted from them, or told why it is not."""
        bare = {heading: "" if heading in _DRAFTED else text for heading, text in row.cells.items()}
        left = any(row.cells.get(heading) for heading in _RULE)
        points = parse_decimal(row.cells.get("分值", "")) or ZERO
        found, why = self._understood(row.sentence, row.cells.get("三级指标", ""), points)
        if found is None and left:
            self.say(
                "sentence-edited", row, lo.SENTENCE,
                Text(f"改写的评分标准没有读成规则,原来的草案照旧:{why.zh}", f"the rewritten criterion was not understood, the draft stays: {why.en}"),
                severity="warning",
            )  # fmt: skip
            return row
        return self.row(replace(row, cells=bare))

    def _quoted(self, row: EditedRow, words: str) -> EditedRow:
        return replace(row, cells={**row.cells, "原文": row.cells.get("原文") or words})

    def _drafted(self, row: EditedRow, words: str, title: str, points: Fraction) -> EditedRow:
        found, why = self._understood(words, title, points)
        if found is None:
            label = self._free(f"{label_of(title)}评分", title)
            self._ask(row, Question(label, "score", decimal_text(points), "评价人按评分标准原文评定"))
            score = f"judged: {{value: {scalar(label, True)}, from: 0, to: {decimal_text(points)}}}"
            cells = {lo.OTHER: score}
            self.say(
                "criterion-not-understood",
                row,
                lo.SENTENCE,
                Text(f"评分标准没有读成规则({why.zh}),暂由评价人在分值以内评定", f"the criterion was not understood ({why.en}); an assessor gives marks within its points"),
                Text("改写评分标准再导入,或在“满分条件”“其他计分方式”里写规则。", "Rewrite the words and import again, or write the rule in its columns."),
                "warning",
            )  # fmt: skip
        else:
            names = self._names(row, found, title)
            cells = _rule_cells(renamed(found.measure, names), renamed(found.score, names), found.unit)
            self.say(
                "criterion-drafted",
                row,
                lo.SENTENCE,
                Text("按评分标准原文起草了规则,请对照核对", "a rule was drafted from the criterion; compare the two"),
                Text("核对后清空“存疑”一栏。", "Clear “存疑” when it is right."),
                "note",
            )
        uncertain = row.cells.get("存疑") or uncertainty(found)
        return replace(row, cells={**row.cells, **cells, "存疑": uncertain})

    def _understood(self, words: str, title: str, points: Fraction) -> tuple[Understood | None, Text]:
        """What the words say, if it loads by itself; else why not."""
        alone = TableRow("草案", "", title, points, words, "草案", self.book.at(lo.CRITERIA, None, ""))
        made, _, _ = drafted(IndicatorTable([alone]), _ALONE, self.known)
        found = next((found for _, found in made.rows.values()), None)
        return found, next(iter(made.why.values()), NO_TEXT)

    # --- data items ---

    def _names(self, row: EditedRow, found: Understood, title: str) -> dict[str, str]:
        """The data items of a rule; one that is there already is taken for what it is called, if it can be."""
        names = {}
        for one in found.questions:
            label = one.label
            if not self._is_there(one):
                label = self._free(label, title)
                self._ask(row, replace(one, label=label))
            if label != one.label:
                names[one.label] = label
        return names

    def _is_there(self, one: Question) -> bool:
        concept = self.rulebook.vocabulary.find(one.label)
        if concept is None or concept.type != one.type:
            return False
        rate = concept.unit is not None and concept.unit.dimension == PERCENT.dimension
        return one.type == "boolean" or (one.unit == "%" and rate)

    def _free(self, label: str, title: str) -> str:
        found, number = label, 1
        while self.rulebook.vocabulary.find(found) is not None or found in self.taken:
            number += 1
            found = f"{label_of(title)}_{label}" + (f"_{number}" if number > 2 else "")
        return found

    def _ask(self, row: EditedRow, one: Question) -> None:
        """A new row of the sheet of data items."""
        self.taken.add(one.label)
        cells = {"名称": one.label, "类型": one.type, "口径": one.definition or "草案:口径待写定"}
        if one.type == "quantity":
            cells["单位"] = one.unit
        if one.minimum:
            cells["最小"] = one.minimum
        if one.choices:
            cells["选项"] = f"[{', '.join(scalar(choice, True) for choice in one.choices)}]"
        if one.type == "score":
            cells |= {"最小": "0", "最大": one.unit}
        sheet = self.book.sheets.get(lo.ITEMS)
        if sheet is None:
            kept = [EditedRow(old.key, old.cells, 0) for old in self.book.base.rows(lo.ITEMS)]
            sheet = self.book.sheets[lo.ITEMS] = EditedSheet(lo.ITEMS, {}, kept)
        sheet.rows.append(EditedRow(None, cells, row.number, drafted_in=lo.CRITERIA))


def _rule_cells(measure: str, score: str, unit: str) -> dict[str, str]:
    """A rule in the columns it belongs to."""
    cells = {"测算公式": measure, "单位": unit} if measure else {}
    cells = {heading: text for heading, text in cells.items() if text}
    if not score.startswith("full:"):
        return {**cells, lo.OTHER: score}
    tree = Tree(score + "\n")
    full, otherwise = value_at(tree, ("full",), "text"), value_at(tree, ("otherwise",), "source")
    return {**cells, lo.SIMPLE[0]: full, lo.SIMPLE[1]: otherwise}
