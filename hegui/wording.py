"""The words of the text reports, in both languages; sentences about facts and rules come with the Assessment."""

from __future__ import annotations

from engine.model import Title
from facts.problem import Language, Text

# What the sections of a report are numbered by; a report has fewer sections than these.
NUMERALS = "一二三四五六七八九十"

WORDS: dict[str, Text] = {
    "subject": Text("评价对象", "Subject"),
    "period": Text("评价期间", "Period"),
    "rulebook": Text("规则集", "Rulebook"),
    "accept": Text("采信依据", "Relied on"),
    "conclusion": Text("评价结论", "Conclusion"),
    "sections": Text("各部分得分", "Scores by section"),
    "deductions": Text("扣分", "Deductions"),
    "findings": Text("勾稽关系与否决事项", "Checks and vetoes"),
    "contradictions": Text("规则集中已知并接受的矛盾", "Contradictions of the rulebook, accepted by name"),
    "indicators": Text("指标明细", "Indicators"),
    "problems": Text("输入问题", "Problems of the input"),
    "section": Text("一级指标", "Section"),
    "declared": Text("声明分值", "Declared"),
    "listed": Text("所列分值", "Listed"),
    "score": Text("得分", "Score"),
    "points": Text("分值", "Points"),
    "indicator": Text("三级指标", "Indicator"),
    "verdict": Text("判定", "Verdict"),
    "basis": Text("依据", "Basis"),
    "clause": Text("条款", "Clause"),
    "quote": Text("原文", "Quote"),
    "reason": Text("理由", "Reason"),
    "authority": Text("依据", "Authority"),
    "none": Text("无。", "None."),
    "measure": Text("测算", "Measure"),
    "facts": Text("所用事实", "Facts"),
    "steps": Text("评分轨迹", "Trail"),
    "unfired": Text("未触发的情形", "Cases that did not fire"),
    "regain": Text("可挽回", "To be regained"),
    "nearest": Text("最近的变化", "Nearest change"),
    "missing": Text("缺少的事实", "Missing facts"),
    "total": Text("合计", "Total"),
    "way_out": Text("如何改进", "What would regain points"),
}

VERDICTS: dict[str, Text] = {
    "met": Text("达标", "met"),
    "partly_met": Text("部分达标", "partly met"),
    "not_met": Text("未达标", "not met"),
    "not_applicable": Text("不适用", "n/a"),
    "undetermined": Text("待定", "undetermined"),
}

BASES: dict[str | None, Text] = {
    "figure": Text("数字可复算", "figure"),
    "stated": Text("部门陈述", "stated"),
    "judged": Text("评价人判断", "judged"),
    None: Text("—", "—"),
}

KNOWN: dict[str, Text] = {
    "known": Text("", ""),
    "bounded": Text("仅知范围", "a bound only"),
    "absent": Text("缺少", "missing"),
    "not_applicable": Text("不适用", "not applicable"),
    "conflict": Text("来源冲突", "sources conflict"),
    "refused": Text("不予采信", "not relied on"),
}

SEVERITIES: dict[str, Text] = {
    "error": Text("错误", "error"),
    "warning": Text("警告", "warning"),
    "note": Text("提示", "note"),
}


WAIVER_STATES: dict[str, Text] = {
    "in_force": Text("有效", "in force"),
    "expired": Text("已失效", "expired"),
    "not_yet": Text("未生效", "not yet in force"),
    "changed": Text("情况已变", "changed"),
    "gone": Text("已不需要", "no longer needed"),
}


def word(key: str, language: Language) -> str:
    """A fixed word."""
    return WORDS[key].in_(language)


def title_in(title: Title, language: Language) -> str:
    """A title; Chinese where there is no English."""
    return title.zh if language == "zh" or not title.en else title.en
