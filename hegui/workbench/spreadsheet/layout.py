"""The sheets of the workbook: which column holds which key of which file."""

from __future__ import annotations

from dataclasses import dataclass, field

from facts.yamledit import Keys, Kind

MARK = "hegui-rules"
FORMAT = "hegui/rulebook-workbook/v1"
GUIDE = "说明"
CRITERIA, ITEMS, PARAMETERS, GRADES = "指标", "数据项", "参数", "等级"
SECTIONS, VETOES, CHECKS, ACCEPTED, HEAD = "一级指标", "一票否决", "勾稽关系", "接受的矛盾", "规则集"
# Data items of rules/common, to look names up in; not read back.
LIBRARY = "共用数据项"
LIBRARY_HEADINGS = (
    ("名称", 28),
    ("类型", 10),
    ("单位", 8),
    ("口径", 60),
    ("报告出处", 32),
    ("出自", 16),
    ("本规则集用到", 14),
)
ROOT, VOCABULARY = "rulebook.yaml", "vocabulary.yaml"

# Columns that are no key of a record.
SECTION, GROUP, FILE, NAME, VALUE, WHERE = "一级指标", "二级指标", "文件", "名称", "取值", "适用于"
KEY = "hegui"
SENTENCE = "评分标准"
WHOLE = "整个规则集"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, the key it stands for, how the key is written, how wide it is.

    `choices` are offered in a drop-down; `rule` marks texts of the rule language, where a spreadsheet formula is a mistake.
    """

    heading: str
    path: Keys
    kind: Kind = "text"
    width: int = 14
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """A sheet of records: where they stand in the files, what tells them apart, and their columns.

    `lists` is the path of the list inside a file; () for one record per file. `own` are columns of the sheet's own.
    """

    name: str
    lists: Keys
    key: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    own: tuple[str, ...] = ()
    required: tuple[str, ...] = field(default=())

    def column(self, heading: str) -> Column | None:
        """The column of that heading."""
        return next((column for column in self.columns if column.heading == heading), None)

    @property
    def id_heading(self) -> str:
        """The column of what tells records apart; "" where there is none."""
        return next((column.heading for column in self.columns if column.path == (self.key,)), "")

    @property
    def name_heading(self) -> str:
        """The column people know a record by."""
        found = (column.heading for column in self.columns if column.path in (("title",), ("label",)))
        return next(found, self.id_heading or NAME)

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading that may be edited, in order."""
        return (*self.own, *(column.heading for column in self.columns))


_MISSING = ("undetermined", "zero", "full")
_ZERO = ("undetermined", "not_applicable", "zero", "full")
_NOT = ("full", "rescale", "spread", "exclude")
_MODELS = ("sum", "declared_less_deductions", "rescaled")
_CITED = (
    Column("依据文件", ("cite", "document"), width=22),
    Column("依据条款", ("cite", "item"), width=18),
    Column("原文", ("cite", "quote"), width=34),
    Column("存疑", ("cite", "uncertain"), width=26),
)

CRITERIA_LAYOUT = SheetLayout(
    CRITERIA,
    ("indicators",),
    "id",
    (
        Column("二级指标", ("group",), width=14),
        Column("三级指标", ("title",), width=24),
        Column("分值", ("points",), "number", 8),
        Column("测算公式", ("measure",), width=30),
        Column("单位", ("unit",), width=8),
        Column("满分条件", ("score", "full"), width=26),
        Column("否则得分", ("score", "otherwise"), "source", 16),
        Column("扣分理由", ("score", "reason"), width=26),
        Column("其他计分方式", ("score",), "source", 40),
        *_CITED,
        Column("编号", ("id",), width=18),
        Column("适用条件", ("applies",), width=20),
        Column("作废情形", ("void",), "source", 20),
        Column("免扣情形", ("exempt",), "source", 20),
        Column("缺数处理", ("missing",), width=12, choices=_MISSING),
        Column("分母为零", ("zero_denominator",), width=12, choices=_ZERO),
        Column("不适用", ("not_applicable",), width=10, choices=_NOT),
        Column("下限", ("floor",), "number", 7),
        Column("上限", ("cap",), "number", 7),
        Column("测算值舍入", ("round_measure",), "source", 14),
        Column("得分舍入", ("round_score",), "source", 14),
        Column("英文名称", ("title_en",), width=24),
    ),
    (
        *("id", "group", "title", "title_en", "points", "cite", "measure", "unit", "round_measure", "round_score"),
        *("zero_denominator", "missing", "not_applicable", "applies", "void", "exempt", "floor", "cap", "score"),
    ),
    own=(SECTION,),
    required=("三级指标", "分值"),
)
SECTIONS_LAYOUT = SheetLayout(
    SECTIONS,
    (),
    "id",
    (
        Column("编号", ("id",), width=18),
        Column("名称", ("title",), width=24),
        Column("分值", ("points",), "number", 8),
        Column("类别", ("kind",), width=10, choices=("base", "bonus", "malus")),
        Column("计分模式", ("model",), width=18, choices=_MODELS),
        Column("下限", ("floor",), "number", 7),
        Column("上限", ("cap",), "number", 7),
        Column("计入条件", ("counts_if",), width=24),
        Column("依据", ("cite",), "source", 24),
        Column("默认处理", ("defaults",), "source", 24),
        Column("英文名称", ("title_en",), width=24),
    ),
    ("format", "id", "title", "title_en", "points", "kind", "cite", "model", "floor", "cap", "counts_if", "parameters",
     "defaults", "indicators"),
    own=(FILE,),
    required=("名称", "分值"),
)  # fmt: skip
ITEMS_LAYOUT = SheetLayout(
    ITEMS,
    ("concepts",),
    "id",
    (
        Column("编号", ("id",), width=22),
        Column("名称", ("label",), width=24),
        Column("类型", ("type",), width=10,
               choices=("quantity", "boolean", "choice", "text", "date", "table", "score")),
        Column("单位", ("unit",), width=8),
        Column("口径", ("definition",), width=44),
        Column("报告出处", ("reported_in",), width=24),
        Column("选项", ("choices",), "source", 20),
        Column("最小", ("minimum",), "number", 8),
        Column("最大", ("maximum",), "number", 8),
        Column("整数", ("whole",), "source", 8),
        Column("可为负", ("signed",), "source", 8),
        Column("表的列", ("columns",), "source", 34),
        Column("别名", ("aliases",), "source", 18),
        Column("报告位置", ("reported",), "source", 30),
        Column("取代共用", ("override",), "source", 8),
        Column("英文名称", ("label_en",), width=24),
    ),
    ("id", "label", "label_en", "aliases", "type", "unit", "minimum", "maximum", "signed", "whole", "choices", "columns",
     "definition", "reported_in", "reported", "override"),
    required=("名称", "类型"),
)  # fmt: skip
GRADES_LAYOUT = SheetLayout(
    GRADES,
    ("grades", "scale"),
    "grade",
    (
        Column("等级", ("grade",), width=14),
        Column("起点(含)", ("from",), "number", 12),
        Column("终点(含)", ("to",), "number", 12),
        Column("终点(不含)", ("below",), "number", 12),
    ),
    ("grade", "from", "to", "below"),
)
VETOES_LAYOUT = SheetLayout(
    VETOES,
    ("vetoes",),
    "id",
    (
        Column("编号", ("id",), width=18),
        Column("名称", ("title",), width=24),
        Column("条件", ("when",), width=34),
        Column("范围", ("scope",), width=18),
        Column("后果", ("effect",), "source", 20),
        Column("次序", ("precedence",), "number", 8),
        Column("理由", ("reason",), width=34),
        *_CITED,
        Column("英文名称", ("title_en",), width=24),
    ),
    ("id", "title", "title_en", "when", "scope", "effect", "precedence", "cite", "reason"),
    required=("名称", "条件"),
)
CHECKS_LAYOUT = SheetLayout(
    CHECKS,
    ("checks",),
    "id",
    (
        Column("编号", ("id",), width=18),
        Column("名称", ("title",), width=24),
        Column("应当成立", ("that",), width=40),
        Column("程度", ("severity",), width=10, choices=("error", "warning", "note")),
        Column("说明", ("message",), width=34),
        Column("实际值", ("actual",), width=20),
        Column("应为值", ("expected",), width=20),
        *_CITED,
        Column("英文名称", ("title_en",), width=24),
        Column("英文说明", ("message_en",), width=24),
    ),
    ("id", "title", "title_en", "that", "severity", "message", "message_en", "actual", "expected", "cite"),
    required=("名称", "应当成立"),
)
ACCEPTED_LAYOUT = SheetLayout(
    ACCEPTED,
    ("accept",),
    "problem",
    (
        Column("矛盾", ("problem",), width=22),
        Column("何处", ("at",), width=18),
        Column("理由", ("reason",), width=50),
        Column("依据", ("authority",), width=34),
        Column("期限", ("expires",), width=14),
    ),
    ("problem", "at", "reason", "authority", "expires"),
)
HEAD_LAYOUT = SheetLayout(
    HEAD,
    (),
    "id",
    (
        Column("名称", ("title",)),
        Column("英文名称", ("title_en",)),
        Column("编号", ("id",)),
        Column("版本", ("version",)),
        Column("发布机关", ("authority",)),
        Column("起始日期", ("effective", "from")),
        Column("截止日期", ("effective", "to")),
        *_CITED,
        Column("规定总分值", ("declares", "points"), "number"),
        Column("规定一级指标数", ("declares", "sections"), "number"),
        Column("规定三级指标数", ("declares", "indicators"), "number"),
        Column("计分模式", ("model",), choices=_MODELS),
        Column("默认:缺数", ("defaults", "missing"), choices=_MISSING),
        Column("默认:分母为零", ("defaults", "zero_denominator"), choices=_ZERO),
        Column("默认:不足一个步长", ("defaults", "partial_unit"), choices=("up", "down", "linear")),
        Column("默认:不适用", ("defaults", "not_applicable"), choices=_NOT),
        Column("默认:测算值舍入", ("defaults", "round_measure"), "source"),
        Column("默认:得分舍入", ("defaults", "round_score"), "source"),
        Column("总分下限", ("total", "floor"), "number"),
        Column("总分上限", ("total", "cap"), "number"),
        Column("等级依据", ("grades", "of"), choices=("score", "percent")),
    ),
    (
        *(
            "format",
            "id",
            "version",
            "title",
            "title_en",
            "authority",
            "effective",
            "cite",
            "declares",
            "model",
            "defaults",
        ),
        *("parameters", "sections", "total", "grades", "vetoes", "checks", "accept"),
    ),
)
PARAMETERS_LAYOUT = SheetLayout(
    PARAMETERS, (), "", (Column(VALUE, (), "source", 50),), (), own=(WHERE, NAME), required=(VALUE,)
)

# In the order the sheets stand; lists of rulebook.yaml are those with a path.
LAYOUTS = (
    CRITERIA_LAYOUT,
    SECTIONS_LAYOUT,
    ITEMS_LAYOUT,
    PARAMETERS_LAYOUT,
    GRADES_LAYOUT,
    VETOES_LAYOUT,
    CHECKS_LAYOUT,
    ACCEPTED_LAYOUT,
    HEAD_LAYOUT,
)
# A rule in the simple form stands in these columns, any other in the one below.
SIMPLE = ("满分条件", "否则得分", "扣分理由")
OTHER = "其他计分方式"
SIMPLE_KEYS = frozenset({"full", "otherwise", "reason"})
