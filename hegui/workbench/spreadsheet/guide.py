"""The first sheet: how to edit, in the words of the people who do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def guide(label: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """Lines, and whether each is a heading."""
    yield f"{label['title']}({label['id']} {label['version']})", True
    yield from (
        ("本工作簿由规则集导出,改好后用“hegui xlsx import”读回;没有改动的内容在规则文件里一个字节都不变。", False),
        ("怎么改 / How to edit", True),
        (
            "• 黄色单元格可以改。已有指标的“评分标准”由规则生成,改了也不读(会提示);要改规则,改后面的计分方式各栏。",
            False,
        ),
        ("• 增加指标:插入一行(或用下方空行),写三级指标、分值、评分标准原文、依据。一级指标空着,随上一行。", False),
        ("      读得懂的原文起草成规则,读不懂的暂由评价人评定;两种都在“存疑”里写明是草案,核对后清空该格。", False),
        ("      编号空着会自动编。要自己写规则,填“满分条件”“否则得分”,或“其他计分方式”。", False),
        ("• 删除指标:删除或清空该行。调整次序:移动整行。复制的行,请清空编号。", False),
        ("• “共用数据项”只供查名称,不读回。", False),
        ("• 最简单的计分方式写在“满分条件”“否则得分”两栏;其余写在“其他计分方式”,用规则语言,例如:", False),
        ("      per_unit: {deduct: 0.1, per: 1 个百分点, over: 100%, partial_unit: up}", False),
        ("      bands: [{when: '>= 90%', points: 5}, {when: '>= 80% and < 90%', points: 3}, {otherwise: 0}]", False),
        ("• 公式里的数据项先在“数据项”表登记。以 = 开头的条件前面加一个单引号('= 0%),否则会变成电子表格公式。", False),
        ("• 不要改表头的文字;列可以移动、隐藏,删去的列视为没有改动。", False),
        (
            "Insert a row to add an indicator: name, points, the words of the criterion, citation. Words that are understood become",
            False,
        ),
        (
            "a rule, others are left to an assessor; both are marked as drafts in 存疑. Delete or move whole rows as you like. The",
            False,
        ),
        ("generated sentences of exported rows are not read back. A column that is gone counts as not edited.", False),
        ("导出时的规则文件校验码 / Digest of the files exported", True),
        (label["digest"], False),
    )
