"""The words of a difference of rulebooks, in both languages."""

from __future__ import annotations

from engine.difference import Change, Edit
from engine.hybrids import Lever
from facts.problem import Language, Text

CLAUSES: dict[str, Text] = {
    "rulebook": Text("规则集", "rulebook"),
    "grades": Text("等级标准", "grade scale"),
    "parameter": Text("参数", "parameter"),
    "concept": Text("数据项", "concept"),
    "section": Text("一级指标", "section"),
    "indicator": Text("三级指标", "indicator"),
    "veto": Text("一票否决", "veto"),
    "check": Text("勾稽关系", "check"),
    "acceptance": Text("接受的矛盾", "acceptance"),
}
EDITS: dict[str, Text] = {
    "added": Text("新增", "added"),
    "removed": Text("删去", "removed"),
    "changed": Text("修改", "changed"),
}
KEYS: dict[str, Text] = {
    "title": Text("名称", "title"), "title_en": Text("英文名称", "English title"), "points": Text("分值", "points"),
    "measure": Text("测算公式", "measure"), "unit": Text("单位", "unit"), "score": Text("计分", "score"),
    "full": Text("满分条件", "full if"), "otherwise": Text("否则", "otherwise"), "bands": Text("分档", "bands"),
    "per_unit": Text("按单位扣(得)分", "per unit"), "deduct": Text("扣分", "deduct"), "add": Text("得分项", "add"),
    "gain": Text("得分", "gain"), "per": Text("每", "per"), "over": Text("超过", "over"), "under": Text("低于", "under"),
    "around": Text("偏离", "around"), "partial_unit": Text("不足一个单位", "partial unit"), "limit": Text("限额", "limit"),
    "start": Text("起算分", "start"), "when": Text("条件", "when"), "each": Text("次数", "each"), "reason": Text("理由", "reason"),
    "proportional": Text("按比例", "proportional"), "to": Text("目标", "to"), "direction": Text("方向", "direction"),
    "up_to": Text("封顶比例", "up to"), "interpolate": Text("插值", "interpolate"), "at": Text("处", "at"),
    "judged": Text("评定", "judged"), "from": Text("起", "from"), "formula": Text("公式", "formula"), "fixed": Text("固定", "fixed"),
    "weight": Text("权重", "weight"), "applies": Text("适用条件", "applies"), "void": Text("不得分条件", "void"),
    "exempt": Text("免责条件", "exempt"), "floor": Text("下限", "floor"), "cap": Text("上限", "cap"), "cite": Text("依据", "citation"),
    "document": Text("文件", "document"), "item": Text("条款", "item"), "quote": Text("原文", "quote"),
    "uncertain": Text("存疑", "uncertain"), "missing": Text("缺数时", "missing"), "zero_denominator": Text("分母为零", "zero denominator"),
    "not_applicable": Text("不适用时", "not applicable"), "round_measure": Text("测算值取整", "rounding of the measure"),
    "round_score": Text("得分取整", "rounding of the score"), "defaults": Text("默认", "defaults"), "model": Text("计分模式", "model"),
    "kind": Text("类别", "kind"), "section": Text("所属一级指标", "section"), "group": Text("二级指标", "group"),
    "counts_if": Text("计入条件", "counts if"), "scale": Text("等级起点", "grades from"), "effect": Text("后果", "effect"),
    "scope": Text("范围", "scope"), "precedence": Text("次序", "precedence"), "that": Text("关系", "that"),
    "severity": Text("程度", "severity"), "message": Text("提示", "message"), "version": Text("版本", "version"),
    "effective": Text("施行期间", "effective"), "declares": Text("声明", "declares"), "total": Text("总分", "total"),
    "id": Text("编号", "id"), "minimum": Text("最小值", "minimum"), "maximum": Text("最大值", "maximum"), "value": Text("值", "value"),
    "definition": Text("定义", "definition"), "label": Text("名称", "label"), "aliases": Text("别名", "aliases"),
}  # fmt: skip
_NOTHING = Text("(无)", "(none)")


def edit_title(edit: Edit, language: Language) -> str:
    """修改 三级指标 “三公经费”控制率 [three-public-control]."""
    title = indicator_title(edit, language)
    told = f"{EDITS[edit.kind].in_(language)} {CLAUSES[edit.clause].in_(language)}"
    if edit.id:
        told += f" {title} [{edit.id}]" if title != edit.id else f" {title}"
    return told


def indicator_title(edit: Edit, language: Language) -> str:
    """Its title alone."""
    return edit.title.en if language == "en" and edit.title.en else edit.title.zh


def lever_title(lever: Lever, language: Language) -> str:
    """The first of its edits, and how many more there are."""
    rest = len(lever.edits) - 1
    more = Text(f" 等 {rest + 1} 处", f" and {rest} more") if rest else Text("", "")
    return edit_title(lever.edits[0], language) + more.in_(language)


def change_path(change: Change, language: Language) -> str:
    """计分 › 满分条件."""
    return " › ".join(KEYS[key].in_(language) if key in KEYS else key for key in change.path)


def side(value: str, language: Language) -> str:
    """A value, or that there is none."""
    return value or _NOTHING.in_(language)
