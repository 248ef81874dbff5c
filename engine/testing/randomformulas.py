"""Formulas and conditions as a rule writer would type them, over the shared vocabulary."""

from __future__ import annotations

from hypothesis import strategies as st

from engine.testing.words import literals

_MEASURES: dict[str, tuple[str, ...]] = {
    "rate": (
        "甲率",
        "乙率",
        "甲金额 / 乙金额",
        "甲件数 / 乙件数",
        "(甲金额 - 乙金额) / 乙金额",
        "share(明细 where 完成 is 是)",
        "sum(明细.金额 where 完成 is 是) / sum(明细.金额)",
        "greatest(甲率, 乙率)",
        "average(明细, least(100%, 金额 / 乙金额))",
        "max(明细, 金额 / 甲金额 where 完成 is 是)",
    ),
    "points_of_rate": ("甲率 - 乙率",),
    "money": (
        "甲金额",
        "abs(甲金额 - 乙金额)",
        "sum(明细.金额 where 完成 is 否)",
        "max(明细.金额)",
        "min(明细.金额 where 完成 is 是)",
        "average(明细.金额)",
        "sum(明细, 金额 * 完成值 / 指标值 where 完成 is 是)",
        "min(明细, 金额 - 甲金额 * 标准率)",
        "round(甲金额, 0, half_up)",
    ),
    "count": (
        "甲件数",
        "乙件数",
        "甲件数 + 乙件数",
        "count(明细)",
        "count(明细 where 金额 >= 3 万元)",
        "sum(明细.件数)",
    ),
    "days": ("用时", "days(起日, 止日)", "least(用时, 30 天)"),
    "number": ("rank(甲金额, 明细.金额, desc)", "rank(甲金额, 明细.金额, asc)"),
}
_COUNTS = (
    "甲件数",
    "乙件数",
    "count(明细 where 完成 is 否)",
    "count(明细 where 金额 < 3 万元 or 件数 > 2 件)",
    "用时",
    "sum(明细, 完成值 / 指标值 where 完成 is 否)",
)
_FACTS = (
    "甲旗 is 是",
    "乙旗 is 否",
    "评级 is 优",
    "评级 is not 差",
    "地区 is 西部",
    "甲金额 <= 乙金额",
    "甲率 >= 标准率",
    "甲率 >= 上限率",
    "甲件数 = 乙件数",
    "止日 - 起日 <= 15 天",
    "止日 <= 2017年12月31日",
    "any 明细 where 完成 is 否",
    "all 明细 where 金额 >= 3 万元",
    "none 明细 where 件数 > 2 件 and 完成 is 否",
    "甲金额 / 乙金额 > 95%",
    "count(明细) >= 2 个",
    "sum(明细, 分值 * 完成值 / 指标值) > 3 分",
    "max(明细, 完成值 - 指标值 where 完成 is not 否) > 1",
)
_POINTS = (
    "甲率 * 5 分",
    "10 分 - 5 分 * 甲金额 / 乙金额",
    "least(乙率, 100%) * 4 分",
    "2 分 * 甲件数 / 乙件数",
    "average(明细.金额) / 乙金额 * 3 分",
    "甲评分",
    "甲评分 / 2",
    "share(明细 where 完成 is 是) * 6 分",
    "sum(明细, 分值 * least(1, 完成值 / 指标值) where 完成 is 是)",
    "sum(明细, 分值 * 指标值 / 完成值 where 完成值 > 指标值) + sum(明细.分值 where 完成值 <= 指标值)",
    "sum(明细, 1 分 * 1 件 / 件数)",
    "average(明细, 分值 / (完成值 / 指标值))",
)


def measures(dimension: str) -> st.SearchStrategy[str]:
    """A measure of that dimension."""
    return st.sampled_from(_MEASURES[dimension])


def counts() -> st.SearchStrategy[str]:
    """What `each` may count."""
    return st.sampled_from(_COUNTS)


def points_formulas() -> st.SearchStrategy[str]:
    """A formula that gives points."""
    return st.sampled_from(_POINTS)


def targets(dimension: str) -> st.SearchStrategy[str]:
    """A target or base: a constant above zero, or a fact of the same kind."""
    facts = {"rate": ("乙率", "标准率"), "money": ("乙金额",), "count": ("乙件数",), "days": ("用时",)}
    constants = literals(dimension, positive=True)
    return st.one_of(constants, st.sampled_from(facts[dimension])) if dimension in facts else constants


def fact_conditions() -> st.SearchStrategy[str]:
    """A condition over facts, with no measure in it."""
    plain = st.sampled_from(_FACTS)
    joined = st.builds(lambda a, op, b: f"({a}) {op} ({b})", plain, st.sampled_from(("and", "or")), plain)
    return st.one_of(plain, plain, joined, plain.map(lambda one: f"not ({one})"))


def measure_conditions(dimension: str | None) -> st.SearchStrategy[str]:
    """A condition whose subject is the measure (dimension "label": the rating); None: there is no measure."""
    if dimension is None:
        return fact_conditions()
    if dimension == "label":
        return st.sampled_from(("is 优", "is 优 or is 良", "is not 差"))
    operators = st.sampled_from(("<", "<=", ">", ">=", "=", "!="))
    compared = st.builds(lambda op, value: f"{op} {value}", operators, literals(dimension))
    between = st.builds(lambda a, b: f">= {a} and <= {b}", literals(dimension), literals(dimension))
    return st.one_of(compared, compared, between, fact_conditions())
