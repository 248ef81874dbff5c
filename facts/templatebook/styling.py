"""How the workbook's cells look and behave: what is locked, what may be typed, what the drop-downs offer."""

from __future__ import annotations

from datetime import date
from typing import Any

from facts.problem import Text
from facts.templatebook import layout as lo
from facts.templatebook.celltext import FORMULA_SIGNS, to_cell
from facts.templatebook.filling import Content, number_format, percent_format
from facts.units import COUNT
from facts.values import decimal_text, is_decimal
from facts.vocabulary import Concept

_LISTS_FROM = 4  # column of the hidden sheet
_INLINE = 250  # characters a list of choices may have inside a validation
_NUMERIC = ("quantity", "score")

# The height of a line, in points.
_LINE = 15


class Styling:
    """Writes cells of one workbook; shares what they have in common."""

    def __init__(self, book: Any) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

        self.book = book
        side = Side(style="thin", color="FFBFBFBF")
        self._border = Border(left=side, right=side, top=side, bottom=side)
        self._heading_fill = PatternFill("solid", fgColor="FFD9E1F2")
        self._group_fill = PatternFill("solid", fgColor="FFEDEDED")
        self._input_fill = PatternFill("solid", fgColor="FFFFFFE5")
        self._bold, self._free = Font(bold=True), Protection(locked=False)
        self._wrap = Alignment(wrap_text=True, vertical="top")
        self._validated: dict[tuple[str, tuple[Any, ...]], list[str]] = {}
        self._lists: list[tuple[str, ...]] = []

    # --- contents ---

    def put(self, cell: Any, content: Content | None) -> Any:
        """Write a value; a text is a text, whatever sign it begins with."""
        if content is None:
            return cell
        if content.kind == "date":
            cell.value = date.fromisoformat(content.text)
        elif content.kind == "number":
            # The numeral itself goes into the file: no binary fraction is ever made of it.
            cell._value, cell.data_type = content.text, "n"
        else:
            cell._value, cell.data_type = to_cell(content.text), "s"
        cell.number_format = content.format
        if content.kind == "text" and content.text.startswith(FORMULA_SIGNS):
            cell.quotePrefix = True
        return cell

    def input(self, cell: Any, content: Content | None, concept: Concept | None = None) -> None:
        """A cell to fill in."""
        cell.number_format = _empty_format(concept)
        self.put(cell, content)
        cell.fill, cell.border, cell.protection = self._input_fill, self._border, self._free

    # --- looks ---

    def heading(self, cell: Any) -> None:
        """A heading."""
        cell.font, cell.fill, cell.border, cell.alignment = self._bold, self._heading_fill, self._border, self._wrap
        _make_room(cell)

    def group(self, cell: Any) -> None:
        """The name of a form over its rows."""
        cell.font, cell.fill = self._bold, self._group_fill

    def locked(self, cell: Any) -> None:
        """A label."""
        cell.border, cell.alignment = self._border, self._wrap
        _make_room(cell)

    def words(self, cell: Any) -> None:
        """A sentence."""
        cell.alignment = self._wrap

    def comment(self, cell: Any, concept: Concept) -> None:
        """A note with the definition and where the concept is reported."""
        from openpyxl.comments import Comment

        places = ";".join(str(place) for place in concept.reported)
        said = [concept.label_en, concept.definition, concept.reported_in, places]
        text = "\n".join(line for line in said if line)
        if text:
            cell.comment = Comment(text, "hegui", height=140, width=360)

    def widths(self, sheet: Any, widths: tuple[int, ...]) -> None:
        """Widths of the columns from the first, in characters."""
        from openpyxl.utils import get_column_letter

        for number, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(number)].width = width

    def print_whole(self, sheet: Any, headings: str = "") -> None:
        """Print all columns on one page's width, sideways; `headings` ("1:1") on every page."""
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        if headings:
            sheet.print_title_rows = headings

    def protect(self, sheet: Any) -> None:
        """Lock what is not to be filled in; without a password, and rows and columns may be sized and added."""
        protection = sheet.protection
        protection.sheet = True
        protection.formatColumns = protection.formatRows = protection.formatCells = False
        protection.insertRows = protection.sort = protection.autoFilter = False

    # --- what may be typed ---

    def validate(self, sheet: Any, cell: Any, concept: Concept) -> None:
        """What the value of a concept may be."""
        self._add(sheet, cell.coordinate, self._rule(concept))

    def validate_column(self, sheet: Any, place: int, first: int, last: int, concept: Concept) -> None:
        """The same for the cells of a table's column."""
        from openpyxl.utils import get_column_letter

        letter = get_column_letter(place)
        self._add(sheet, f"{letter}{first}:{letter}{last}", self._rule(concept))

    def units(self, sheet: Any, cell: Any, concept: Concept) -> None:
        """The units to choose from."""
        if concept.type in _NUMERIC and concept.unit and concept.unit.name:
            self.words_of(sheet, cell, tuple(unit.name for unit in lo.units_for(concept)))

    def words_of(self, sheet: Any, cell: Any, words: tuple[str, ...]) -> None:
        """A drop-down of words."""
        self._add(sheet, cell.coordinate, self._choice(words))

    def dates(self, sheet: Any, cell: Any) -> None:
        """A day."""
        self._add(sheet, cell.coordinate, _DAY)

    def choices(self, sheet: Any) -> None:
        """The lists that are too long, or written with commas, stand on the hidden sheet."""
        for offset, words in enumerate(self._lists):
            for row, word in enumerate(words, 1):
                self.put(sheet.cell(row, _LISTS_FROM + offset), Content("text", word))

    def _rule(self, concept: Concept) -> tuple[Any, ...] | None:
        if concept.type in ("boolean", "choice"):
            return self._choice(concept.choices)
        if concept.type == "date":
            return _DAY
        return _number_rule(concept) if concept.type in _NUMERIC else None

    def _choice(self, words: tuple[str, ...]) -> tuple[Any, ...]:
        joined = ",".join(words)
        plain = len(joined) <= _INLINE and all("," not in w and '"' not in w and w == w.strip() for w in words)
        formula = f'"{joined}"' if plain and not joined.startswith(FORMULA_SIGNS) else self._listed(words)
        return ("list", None, formula, None, "stop", Text("请从下拉框选择", "Choose from the list"))

    def _listed(self, words: tuple[str, ...]) -> str:
        from openpyxl.utils import get_column_letter

        if words not in self._lists:
            self._lists.append(words)
        letter = get_column_letter(_LISTS_FROM + self._lists.index(words))
        return f"{lo.MARK}!${letter}$1:${letter}${len(words)}"

    def _add(self, sheet: Any, cells: str, rule: tuple[Any, ...] | None) -> None:
        if rule is None:
            return
        self._validated.setdefault((sheet.title, rule), []).append(cells)

    def finish(self) -> None:
        """Put the checks into their sheets: all cells of one at once, adding them one by one takes quadratic time."""
        from openpyxl.worksheet.cell_range import MultiCellRange

        for (title, rule), cells in self._validated.items():
            validation = _validation(rule)
            validation.sqref = MultiCellRange(" ".join(cells))
            self.book[title].add_data_validation(validation)


_DAY = ("date", "greaterThan", "1", None, "warning", Text("请填日期,如 2017-12-31", "A date, such as 2017-12-31"))


def _validation(rule: tuple[Any, ...]) -> Any:
    from openpyxl.worksheet.datavalidation import DataValidation

    kind, operator, first, second, style, words = rule
    found = DataValidation(kind, first, second, operator=operator, allow_blank=True, errorStyle=style)
    found.error, found.errorTitle = f"{words.zh} / {words.en}", "hegui"
    found.showErrorMessage = True
    return found


def _number_rule(concept: Concept) -> tuple[Any, ...]:
    """A number in the concept's range. A warning only: a unit may be written after it, or another one chosen."""
    kind = "whole" if concept.whole else "decimal"
    low, high = (_end(end, concept) for end in (concept.minimum, concept.maximum))
    words = Text("应为数值;单位不同时可写在数字后面", "A number; another unit may be written after it")
    if low is not None and high is not None:
        return (kind, "between", low, high, "warning", words)
    if low is not None:
        return (kind, "greaterThanOrEqual", low, None, "warning", words)
    if high is not None:
        return (kind, "lessThanOrEqual", high, None, "warning", words)
    return (kind, "between", "-1E+30", "1E+30", "warning", words)


def _end(end: Any, concept: Concept) -> str | None:
    if end is None:
        return None
    unit = concept.unit
    value = end if unit is None or unit.name == "%" else end / unit.factor
    return decimal_text(value) if is_decimal(value) else None


def _empty_format(concept: Concept | None) -> str:
    """The number format of a cell nobody has filled in yet."""
    if concept is None or concept.type in ("text", "choice", "boolean"):
        return "@"
    if concept.type == "date":
        return "yyyy-mm-dd"
    if concept.unit is not None and concept.unit.name == "%":
        return percent_format()
    counted = concept.unit is not None and concept.unit.dimension == COUNT
    return number_format(0, concept.whole or counted)


def _make_room(cell: Any) -> None:
    """A row as high as the lines in its label: not every program finds that out when it opens the file."""
    lines = str(cell.value or "").count("\n") + 1
    if lines > 1:
        cell.parent.row_dimensions[cell.row].height = _LINE * lines
