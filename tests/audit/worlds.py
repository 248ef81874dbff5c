"""Sound self-evaluation reports of departments that do not exist, and the words in which they can be made wrong.

A World knows what is true; `render` writes it as a report. Everything a report says goes through `say`, which writes
something else for the one thing a test has made wrong.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from hypothesis import strategies as st

from facts.values import Rounding, decimal_text

_BODIES = (
    ("青石市水利局", "市水利局"),
    ("临江县教育局", "县教育局"),
    ("云岭区卫生健康局", "区卫健局"),
    ("东湖市交通运输局", "市交通局"),
)
_SECTIONS = ("项目决策", "过程管理", "产出情况", "履职效果")
_ITEMS = (
    "绩效目标合理性", "绩效指标明确性", "预算编制科学性", "资金分配合理性", "管理制度健全性", "资金使用合规性", "组织机构完整性",
    "质量标准执行情况", "档案资料规范性", "项目验收情况", "政策知晓情况", "社会效益", "生态效益", "长效机制建设", "信息公开情况", "队伍建设情况",
)  # fmt: skip
_REASONS = (
    "个别目标没有细化到季度,年中又作了调整", "部分支出的附件没有按规定归集", "有两个科室的资料移交时间晚于规定", "现场抽查发现一处记录不完整",
    "部分群众反映办理窗口偏少", "培训的覆盖面没有达到全部工作人员", "网站上的信息更新不够及时", "年度中期有一笔资金拨付偏晚",
    "制度修订工作尚未全部完成", "验收资料中有一份缺少签字", "宣传形式单一,乡镇覆盖不够", "后续管护责任尚未落实到人",
)  # fmt: skip
_GRADES = (("优", 90), ("良", 80), ("中", 60), ("差", 0))
Wrong = Mapping[str, str]


@dataclass(frozen=True)
class Item:
    name: str
    points: Fraction
    score: Fraction
    reason: str


@dataclass(frozen=True)
class Section:
    name: str
    items: tuple[Item, ...]

    @property
    def points(self) -> Fraction:
        return sum((item.points for item in self.items), Fraction(0))

    @property
    def score(self) -> Fraction:
        return sum((item.score for item in self.items), Fraction(0))


@dataclass(frozen=True)
class World:
    body: str
    short: str
    year: int
    sections: tuple[Section, ...]
    basic: int
    project: int
    budget: int
    style: int
    wrong: Wrong = field(default_factory=dict)

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for section in self.sections for item in section.items)

    @property
    def total(self) -> Fraction:
        return sum((section.score for section in self.sections), Fraction(0))

    @property
    def grade(self) -> str:
        return next(name for name, start in _GRADES if self.total >= start)

    def say(self, key: str, true: str) -> str:
        return self.wrong.get(key, true)


def plain(value: Fraction) -> str:
    return decimal_text(value)


def money(cents: int) -> str:
    """An amount in units of 100 元, as 万元 with two decimals and thousands separators."""
    return f"{cents // 100:,}.{cents % 100:02d}万元"


def percent(part: Fraction, whole: Fraction) -> str:
    return decimal_text(Rounding(2)(part / whole * 100), 2) + "%"


@st.composite
def worlds(draw: st.DrawFn) -> World:
    body, short = draw(st.sampled_from(_BODIES))
    count = draw(st.integers(2, 4))
    names = draw(st.permutations(_ITEMS))
    reasons = draw(st.permutations(_REASONS))
    sections, used = [], 0
    for n, fifths in enumerate(_split(draw, 20, count)):
        points = 5 * fifths
        size = draw(st.integers(2, min(4, points)))
        items = []
        for k, share in enumerate(_split(draw, points, size)):
            lost = Fraction(draw(st.sampled_from((0, 0, 0, 1, 2))), 2)
            lost = Fraction(0) if used + k >= len(reasons) else min(lost, Fraction(share, 2))
            reason = reasons[used + k] if lost else ""
            items.append(Item(names[used + k], Fraction(share), share - lost, reason))
        items[0] = Item(items[0].name, items[0].points, items[0].points, "")
        sections.append(Section(_SECTIONS[n], tuple(items)))
        used += size
    basic, project = draw(st.integers(10_000, 900_000)), draw(st.integers(10_000, 900_000))
    budget = basic + project + draw(st.integers(0, 50_000))
    return World(
        body, short, draw(st.integers(2018, 2024)), tuple(sections), basic, project, budget, draw(st.integers(0, 2))
    )


def _split(draw: st.DrawFn, total: int, count: int) -> list[int]:
    """Whole parts of at least 1 that add up."""
    cuts = sorted(draw(st.sets(st.integers(1, total - 1), min_size=count - 1, max_size=count - 1)))
    ends = [0, *cuts, total]
    return [b - a for a, b in itertools.pairwise(ends)]


# --- writing it down ---

_CLAIM = (
    "此项指标满分为{points}分,实际得分{score}分(占该指标分值的{rate})",
    "该指标分值{points}分,自评得分{score}分,得分率{rate}",
    "本项满分{points}分,得{score}分,得分率为{rate}",
)  # fmt: skip
_HANZI = "一二三四五六七八九十"


def prose(world: World) -> str:
    """The report in sentences, an indicator under each number."""
    w = world
    lines = [
        f"{w.body}{w.year}年度部门整体支出绩效自评报告", "一、基本情况",
        f"{w.body}(以下简称“{w.short}”)内设{w.say('offices', '办公室、财务科、业务科')}{w.say('office-count', '3')}个科室。",
        (f"{w.year}年度部门预算{money(w.budget)},年度决算{w.say('final', money(w.basic + w.project))},"
        f"其中:基本支出{w.say('basic', money(w.basic))};项目支出{money(w.project)};"
        f"预算执行率{w.say('execution', percent(Fraction(w.basic + w.project), Fraction(w.budget)))}。"),
        "二、评价依据",
    ]  # fmt: skip
    for n, (label, title) in enumerate(
        (("1", "《中华人民共和国预算法》"), ("2", "《某省财政厅关于印发绩效管理办法的通知》(某财绩〔2020〕5号"), ("3", f"《{w.body}财务管理制度》"), ("4", f"《{w.body}采购管理制度》"))
    ):  # fmt: skip
        closing = w.say("bracket", ")") if n == 1 else ""
        lines.append(f"{w.say(f'number:{n}', label)}.{title}{closing};")
    shares = "、".join(f"{plain(s.points)}%" for s in w.sections[:-1])
    last = w.say("weight", plain(w.sections[-1].points))
    lines += [
        "三、评价结论",
        f"评价指标包括{len(w.sections)}个一级指标,{w.say('count', str(len(w.items)))}个三级指标,一级指标权重分别为{shares}、{last}%。",
        "90(含)-100分为优,80(含)-90分为良,60(含)-80分为中,60分以下为差。",
        f"本次部门整体支出绩效自评得分{w.say('total', plain(w.total))}分,评价等级为“{w.say('grade', w.grade)}”。",
        "四、指标分析",
    ]  # fmt: skip
    for n, section in enumerate(w.sections):
        lines.append(f"({_HANZI[n]}){section.name}分析")
        lines.append(
            f"从评价情况看,{w.say(f'name:{n}', section.name)}指标满分为{w.say(f'points:{n}', plain(section.points))}分,"
            f"实际得分{w.say(f'score:{n}', plain(section.score))}分(占该部分满分的{w.say(f'rate:{n}', percent(section.score, section.points))})。"
        )
        for k, item in enumerate(section.items, 1):
            claim = _CLAIM[w.style].format(
                points=plain(item.points),
                score=w.say(f"item-score:{item.name}", plain(item.score)),
                rate=w.say(f"item-rate:{item.name}", percent(item.score, item.points)),
            )
            why = (
                w.say(f"reason:{item.name}", f",因{item.reason},故扣{plain(item.points - item.score)}分")
                if item.reason
                else ",反映出该项工作开展良好"
            )
            lines += [f"{k}.{item.name}", f"{claim}{why}。"]
    return "\n".join(lines) + "\n"


def table(world: World) -> str:
    """The report as a score table drawn with bars."""
    w = world
    lines = [
        f"{w.body}{w.year}年度部门整体支出绩效自评表",
        f"自评总分:{plain(w.total)}分",
        "| 一级指标 | 三级指标 | 分值 | 自评得分 | 扣分原因 |",
        "|---|---|---|---|---|",
    ]
    for n, section in enumerate(w.sections):
        for item in section.items:
            head = f"{section.name}({w.say(f'points:{n}', plain(section.points))}分)"
            score = w.say(f"item-score:{item.name}", plain(item.score))
            reason = w.say(f"reason:{item.name}", item.reason)
            lines.append(f"| {head} | {item.name} | {plain(item.points)} | {score} | {reason} |")
    lines.append(f"| 合计 | | {w.say('full', '100')} | {w.say('table-total', plain(w.total))} | |")
    return "\n".join(lines) + "\n"
