"""Sound reports in sentences rather than under headings: shares, growth, completion, answers, sums and lists with counts.

Like a World, an Essay knows what is true; `essay` writes it, and `wrong` holds what a test writes instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from hypothesis import strategies as st

from facts.values import Rounding, decimal_text

_SETS = (("投入", "过程", "产出", "效果"), ("决策", "过程", "产出", "效益"))
_UNITS = ("市农技站", "市种子站", "市植保站", "市畜牧站", "市水产站", "市农机站", "市农经站")
_TASKS = (("新建公办园", "所"), ("培训农民", "人次"), ("改造老旧小区", "个"), ("抽检食品", "批次"))
Wrong = Mapping[str, str]


@dataclass(frozen=True)
class Essay:
    """Amounts are in hundredths of 万元."""

    year: int
    names: tuple[str, ...]
    points: tuple[int, ...]
    lost: tuple[Fraction, ...]
    units: tuple[str, ...]
    staff: tuple[int, int, int]
    basic: int
    project: int
    before: int
    task: tuple[str, str]
    target: int
    done: int
    answers: tuple[int, int, int]
    style: int
    wrong: Wrong = field(default_factory=dict)

    @property
    def spent(self) -> int:
        return self.basic + self.project

    @property
    def scores(self) -> tuple[Fraction, ...]:
        return tuple(points - lost for points, lost in zip(self.points, self.lost, strict=True))

    @property
    def total(self) -> Fraction:
        return sum(self.scores, Fraction(0))

    def say(self, key: str, true: str) -> str:
        return self.wrong.get(key, true)


def money(hundredths: int) -> str:
    return f"{hundredths // 100:,}.{hundredths % 100:02d}万元"


def percent(part: int | Fraction, whole: int | Fraction) -> str:
    return decimal_text(Rounding(2)(Fraction(part) / Fraction(whole) * 100), 2) + "%"


@st.composite
def essays(draw: st.DrawFn) -> Essay:
    names = draw(st.sampled_from(_SETS))
    points = draw(st.sampled_from(((10, 30, 30, 30), (20, 20, 30, 30), (15, 25, 40, 20))))
    lost = tuple(Fraction(draw(st.integers(0, 5)), 2) for _ in points)
    return Essay(
        year=draw(st.integers(2018, 2024)),
        names=names,
        points=points,
        lost=lost,
        units=tuple(draw(st.permutations(_UNITS))[: draw(st.integers(3, 7))]),
        staff=(draw(st.integers(11, 60)), draw(st.integers(11, 60)), draw(st.integers(61, 160))),
        basic=draw(st.integers(50_000, 900_000)),
        project=draw(st.integers(50_000, 900_000)),
        before=draw(st.integers(100_000, 1_800_000)),
        task=draw(st.sampled_from(_TASKS)),
        target=draw(st.integers(101, 900)),
        done=draw(st.integers(101, 900)),
        answers=(draw(st.integers(200, 400)), draw(st.integers(50, 150)), draw(st.integers(5, 40))),
        style=draw(st.integers(0, 2)),
    )


def essay(e: Essay) -> str:
    """The report: what it is, what it spent, what it did, what it scores itself."""
    return "\n".join(
        (
            f"东川市农业农村局{e.year}年度部门整体支出绩效自评报告",
            "一、基本情况", _units(e), _staff(e), "二、资金情况", _spending(e), "三、完成情况", _work(e), "四、自评得分", _scores(e),
        )
    ) + "\n"  # fmt: skip


def _units(e: Essay) -> str:
    count = e.say("units", str(len(e.units)))
    listed = "、".join(e.units)
    return (
        f"局属事业单位{count}个,分别为:{listed}。",
        f"下属{count}个事业单位,即{listed}。",
        f"下设{listed}等{count}个事业单位。",
    )[e.style]


def _staff(e: Essay) -> str:
    first, second, third = e.staff
    total = e.say("staff", str(first + second + third))
    return (
        f"年末在职人员{total}人,其中:行政{first}人、参公{second}人、事业{third}人。",
        f"在职人员{total}人(行政{first}人、参公{second}人、事业{third}人)。",
        f"年末在职行政{first}人、参公{second}人、事业{third}人,共{total}人。",
    )[e.style]


def _spending(e: Essay) -> str:
    change = abs(e.spent - e.before)
    up = e.spent >= e.before
    words = ("增加", "增长") if up else ("减少", "下降")
    by = e.say("by", money(change))
    rate = e.say("growth", percent(change, e.before))
    compared = (
        f"比上年的{money(e.before)}{words[0]}{by},{words[1]}{rate}",
        f"较上年{words[0]}{by},{words[1]}{rate}",
        f"与{e.year - 1}年决算数{money(e.before)}相比,{words[0]}{by},{words[1]}{rate}",
    )[e.style]
    return (
        f"{e.year}年支出合计{money(e.spent)},{compared}。其中:基本支出{e.say('basic', money(e.basic))},"
        f"占{e.say('share', percent(e.basic, e.spent))};项目支出{money(e.project)},占{percent(e.project, e.spent)}。"
    )


def _work(e: Essay) -> str:
    name, unit = e.task
    rate = e.say("completion", percent(e.done, e.target))
    content, partly, not_content = e.answers
    satisfied = e.say("satisfaction", percent(content + partly, sum(e.answers)))
    task = (
        f"{name}目标任务{e.target}{unit},实际完成{e.done}{unit},完成率{rate}",
        f"{name}{e.done}{unit},完成年度计划{e.target}{unit}的{rate}",
        f"计划{name}{e.target}{unit},实际{name}{e.done}{unit},完成率为{rate}",
    )[e.style]
    return (
        f"一是{task}。{e.say('second', '二')}是开展满意度调查,发放问卷{sum(e.answers) + 20}份,收回有效问卷{sum(e.answers)}份,"
        f"其中满意{content}份、基本满意{partly}份、不满意{not_content}份,满意率{satisfied},{e.say('bound', _bound(e))}。"
        f"三是按进度考核,得分=20×{percent(e.basic, e.spent)}={e.say('formula', _formula(e))}分。"
    )


def _bound(e: Essay) -> str:
    return "高于50%的目标"


def _formula(e: Essay) -> str:
    rate = Rounding(2)(Fraction(e.basic, e.spent) * 100)
    return decimal_text(Rounding(2)(20 * rate / 100), 2)


def _scores(e: Essay) -> str:
    total = e.say("total", decimal_text(e.total))
    parts = list(zip(e.names, e.points, e.scores, strict=True))
    text = decimal_text
    if e.style == 0:
        listed = "、".join(f"{name}{text(score)}分" for name, _, score in parts)
        said = f"经自评,我局自评得分为{total}分,其中{listed}。"
        # Without their points, parts that make 100 could be read as the points themselves.
        return said if e.total != 100 else f"我局自评得分为{total}分。"
    if e.style == 1:
        return f"我局自评总得分{total}分,其中:" + "、".join(f"{n}得{text(s)}分(满分{p}分)" for n, p, s in parts) + "。"
    losses = ";".join(f"{name}扣{text(lost)}分" for name, lost in zip(e.names, e.lost, strict=True) if lost)
    return f"我局自评总得分{total}分。" + (f"扣分情况:{losses}。" if losses else "")
