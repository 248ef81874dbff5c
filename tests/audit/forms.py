"""Score tables in the layouts of many places, for departments that do not exist; sound, but for what `say` is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby

from hypothesis import strategies as st

from facts.values import Rounding, decimal_text
from tests.audit.grids import Grid, Span

_SECTIONS = ("产出指标", "效益指标", "满意度指标")
_GROUPS = (("数量指标", "质量指标"), ("社会效益指标", "可持续影响指标"), ("服务对象满意度指标",))
_NAMES = (
    "培训基层人员", "新建便民站点", "材料验收合格", "设备完好情况", "拨付到位情况", "管护里程", "带动增收情况", "安全生产情况", "资料归档情况",
    "政策知晓情况", "长效管护机制", "居民评价情况", "企业评价情况", "学员评价情况", "宣传覆盖情况", "问题整改情况",
)  # fmt: skip
_REASONS = (
    "两个标段受汛期影响推迟到次年完工", "部分乡镇上报的资料不完整,退回后重新填报", "有三家单位的验收安排在了下一年度", "报名人数低于预期,少办了一个班",
    "窗口服务的等候时间偏长,已增设窗口", "供货商交货晚于合同约定的时间", "管护责任落实到人的比例还不高", "抽查中发现一处台账记录不全",
)  # fmt: skip
_UNITS = ("%", "人次", "个", "公里")


@dataclass(frozen=True)
class Row:
    """An indicator: what it aims at, what came out, what it claims."""

    section: str
    group: str
    name: str
    points: Fraction
    score: Fraction
    sign: str
    mark: int
    unit: str
    result: Fraction
    reason: str

    @property
    def target(self) -> str:
        return f"{self.sign}{self.mark}{self.unit}"

    @property
    def actual(self) -> str:
        return f"{decimal_text(self.result)}{self.unit}"


@dataclass(frozen=True)
class Form:
    """A form; budget and executed in 万元 with two decimals."""

    rows: tuple[Row, ...]
    budget: Fraction
    executed: Fraction
    wrong: Mapping[str, str] = field(default_factory=dict)

    def say(self, key: str, true: str) -> str:
        return self.wrong.get(key, true)

    @property
    def rate(self) -> Fraction:
        return self.executed / self.budget

    @property
    def execution(self) -> Fraction:
        """The score of ten points for the rate of execution."""
        return Rounding(2)(10 * self.rate)

    @property
    def points(self) -> Fraction:
        return sum((row.points for row in self.rows), Fraction(0))

    @property
    def score(self) -> Fraction:
        return sum((row.score for row in self.rows), Fraction(0))

    def cells(self, row: Row) -> dict[str, str]:
        """What the cells of a row say."""
        said = {
            "name": row.name, "target": row.target, "actual": row.actual, "points": plain(row.points),
            "score": plain(row.score), "reason": row.reason, "sign": row.sign, "mark": str(row.mark), "unit": row.unit,
        }  # fmt: skip
        return {key: self.say(f"{key}:{row.name}", text) for key, text in said.items()}


def plain(value: Fraction) -> str:
    return decimal_text(value)


@st.composite
def forms(draw: st.DrawFn) -> Form:
    names = iter(draw(st.permutations(_NAMES)))
    reasons = iter(draw(st.permutations(_REASONS)))
    rows: list[Row] = []
    for section, groups in zip(_SECTIONS, _GROUPS, strict=True):
        for group in groups[: draw(st.integers(1, len(groups)))]:
            rows += [_row(draw, section, group, next(names), reasons) for _ in range(draw(st.integers(1, 3)))]
    budget = draw(st.integers(100_00, 90_000_00))
    executed = draw(st.integers(budget * 6 // 10, budget))
    return Form(tuple(rows), Fraction(budget, 100), Fraction(executed, 100))


def _row(draw: st.DrawFn, section: str, group: str, name: str, reasons: Iterator[str]) -> Row:
    points = Fraction(draw(st.integers(2, 15)))
    sign, unit, mark = draw(st.sampled_from("≥≤")), draw(st.sampled_from(_UNITS)), draw(st.integers(20, 90))
    away = Fraction(draw(st.integers(1, 19)), draw(st.sampled_from((1, 2))))
    reason = next(reasons, "") if draw(st.booleans()) else ""
    lost = bool(reason)
    # What misses its target loses half a point or one and a half: neither follows from the rate.
    better = (sign == "≥") != lost
    score = points - (Fraction(draw(st.sampled_from((1, 3))), 2) if lost else 0)
    return Row(section, group, name, points, score, sign, mark, unit, mark + (away if better else -away), reason)


# --- layouts ---


def _leveled(form: Form, head: Callable[[str, str, list[Row]], list[str]], cells: Callable[[Row], list[str]]) -> Grid:
    """Rows whose section and group are merged over their indicators; `head` writes the cells of a level."""
    out: list[list[Span | str]] = []
    for section, rows in groupby(form.rows, key=lambda row: row.section):
        inside = list(rows)
        lead: list[Span | str] = [Span(text, len(inside)) for text in head("section", section, inside)]
        for group, below in groupby(inside, key=lambda row: row.group):
            members = list(below)
            lead += [Span(text, len(members)) for text in head("group", group, members)]
            for row in members:
                out.append([*lead, *cells(row)])
                lead = []
    return out


def _sum(rows: Sequence[Row]) -> str:
    return plain(sum((row.points for row in rows), Fraction(0)))


def _names(form: Form) -> Callable[[str, str, list[Row]], list[str]]:
    return lambda level, name, rows: [name]


def _glued(form: Form) -> Callable[[str, str, list[Row]], list[str]]:
    return lambda level, name, rows: [f"{name}({form.say(f'{level}:{name}', _sum(rows))}分)"]


def _beside(form: Form) -> Callable[[str, str, list[Row]], list[str]]:
    return lambda level, name, rows: [name, form.say(f"{level}:{name}", _sum(rows))]


def _total(form: Form, extra: int = 0) -> tuple[str, str]:
    score = form.score + (form.execution if extra else 0)
    return form.say("full", plain(form.points + extra)), form.say("total", plain(score))


def ministry(form: Form) -> Grid:
    """The form of the ministry of finance: a block of money, aims in words, indicators, a total."""
    money = [decimal_text(value, 2) for value in (form.budget, form.budget, form.executed)]
    rate = form.say("rate", decimal_text(Rounding(2)(form.rate * 100), 2) + "%")
    count = len(form.rows)
    return [
        [Span("项目支出绩效自评表", columns=9)],
        [Span("项目名称", columns=2), Span("基层服务能力建设", columns=7)],
        [Span("项目资金(万元)", 4, 2), "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["年度资金总额", *money, "10", rate, form.say("score:execution", plain(form.execution))],
        ["其中:当年财政拨款", *money, "-", rate, "-"],
        ["上年结转资金", "", "", "", "-", "", "-"],
        [Span("年度总体目标", 2), Span("预期目标", columns=4), Span("实际完成情况", columns=4)],
        [Span("完成基层服务站点建设,群众满意。", columns=4), Span("完成了年度任务,群众满意。", columns=4)],
        [
            Span("绩效指标", count + 1), "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分",
            "偏差原因分析及改进措施",
        ],
        *_leveled(form, _names(form), lambda row: _said(form, row, "name target actual points score reason")),
        [Span("总分", columns=6), *_total(form, 10), ""],
        [Span("注:预算执行率10分,其余指标由单位自行设定。", columns=9)],
    ]  # fmt: skip


def _said(form: Form, row: Row, keys: str) -> list[str]:
    cells = form.cells(row)
    return [cells.get(key, key) for key in keys.split()]


def provincial(form: Form) -> Grid:
    """Two rows of headers; the target in three columns: its sign, its number, its unit."""
    above = [Span("绩效指标", columns=3), Span("年度指标值", columns=3)]
    return [
        [*above, *(Span(text, 2) for text in ("实际完成值", "分值", "得分", "偏差原因分析及改进措施"))],
        ["一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位"],
        *_leveled(
            form, _names(form), lambda row: _said(form, row, "name sign mark unit actual points score reason")
        ),
        [Span("总分", columns=7), *_total(form), ""],
    ]  # fmt: skip


def glued(form: Form) -> Grid:
    """Points glued to the names of sections and groups, criteria in words."""
    return [
        ["一级指标", "二级指标", "三级指标", "评分标准", "分值", "自评得分", "扣分原因和其他说明"],
        *_leveled(
            form, _glued(form), lambda row: _said(form, row, "name 完成得满分,未完成酌情扣分。 points score reason")
        ),
        [Span("合计", columns=4), *_total(form), ""],
    ]


def reversed_columns(form: Form) -> Grid:
    """One heading over all names, and the score before the points."""
    full, total = _total(form)
    return [
        [Span("绩效指标", columns=3), "计分标准", "自评得分", "指标分值", "扣分原因"],
        *_leveled(form, _glued(form), lambda row: _said(form, row, "name 按完成情况计分 score points reason")),
        [Span("合 计", columns=4), total, full, ""],
    ]


def level_points(form: Form) -> Grid:
    """Three rows of headers, and a column of points for every level."""
    names = [Span(text, columns=2) for text in ("一级指标", "二级指标", "三级指标")]
    full, total = _total(form)
    return [
        [Span("评价指标", columns=6), *(Span(text, 3) for text in ("评分标准", "自评分数", "扣分原因"))],
        names,
        ["名称", "权重(%)"] * 3,
        *_leveled(form, _beside(form), lambda row: _said(form, row, "name points 按标准 score reason")),
        ["合计", plain(form.points), "", plain(form.points), "", full, "", total, ""],
    ]


def subtotals(form: Form) -> Grid:
    """A subtotal under every section; numbers before the rows."""
    out: list[list[Span | str]] = [
        ["序号", "一级指标", "二级指标", "三级指标", "标准分值", "自评分", "复核分", "扣分原因"]
    ]
    for section, below in groupby(form.rows, key=lambda row: row.section):
        rows = list(below)
        for n, row in enumerate(rows):
            lead = [Span(section, len(rows) + 1)] if n == 0 else []
            name, points, score, reason = _said(form, row, "name points score reason")
            out.append([str(form.rows.index(row) + 1), *lead, row.group, name, points, score, "", reason])
        score = plain(sum((row.score for row in rows), Fraction(0)))
        out.append(["", Span("小计", columns=2), form.say(f"section:{section}", _sum(rows)), score, "", ""])
    full, total = _total(form)
    return [*out, [Span("合计", columns=4), full, total, "", ""]]


def heads(form: Form) -> Grid:
    """A row that sums up each section before its indicators."""
    out: list[list[Span | str]] = [["一级指标", "二级指标", "三级指标", "分值", "得分", "扣分原因"]]
    for section, below in groupby(form.rows, key=lambda row: row.section):
        rows = list(below)
        score = plain(sum((row.score for row in rows), Fraction(0)))
        out.append([section, "", "", form.say(f"section:{section}", _sum(rows)), score, ""])
        out += [["", row.group, *_said(form, row, "name points score reason")] for row in rows]
    return [*out, [Span("合计", columns=3), *_total(form), ""]]


LAYOUTS: dict[str, Callable[[Form], Grid]] = {
    "ministry": ministry, "provincial": provincial, "glued": glued, "reversed": reversed_columns,
    "level-points": level_points, "subtotals": subtotals, "heads": heads,
}  # fmt: skip
# Layouts that have columns for targets and results, and those that state points of sections.
WITH_TARGETS = ("ministry", "provincial")
WITH_SECTIONS = ("glued", "reversed", "level-points", "subtotals", "heads")
