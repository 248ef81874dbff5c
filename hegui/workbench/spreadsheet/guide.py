"""The first sheet: how to edit, in the words of the people who do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def guide(label: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """Lines, and whether each is a heading."""
    yield f"{label['title']}({label['id']} {label['version']})", True
    yield from (
        ("本工作簿由规则集导出,改好后用“hegui xlsx import”读回;没有改动的内容在规则文件里一个字节都不变。", False),
        ("怎么改 / How to edit", True),
        ("• 黄色单元格可以改。“评分标准(自动生成,只读)”由规则生成,读回时不看。", False),
        ("• 增加指标:在“指标”表下方空行填写(一级指标、三级指标、分值和计分方式必填,编号可空)。", False),
        ("• 删除指标:清空该行,或撤销工作表保护(没有密码)后删除该行。调整次序:撤销保护后移动整行。", False),
        ("• 最简单的计分方式写在“满分条件”“否则得分”两栏;其余写在“其他计分方式”,用规则语言,例如:", False),
        ("      per_unit: {deduct: 0.1, per: 1 个百分点, over: 100%, partial_unit: up}", False),
        ("      bands: [{when: '>= 90%', points: 5}, {when: '>= 80% and < 90%', points: 3}, {otherwise: 0}]", False),
        ("• 公式里的数据项先在“数据项”表登记。以 = 开头的条件前面加一个单引号('= 0%),否则会变成电子表格公式。", False),
        ("• 不要改表头的文字;列可以移动、隐藏,删去的列视为没有改动。", False),
        (
            "Yellow cells may be edited; the generated sentences are not read back. Fill a blank row to add an indicator; clear",
            False,
        ),
        (
            "a row to delete it. Sheets are protected without a password. A column that is gone counts as not edited.",
            False,
        ),
        ("导出时的规则文件校验码 / Digest of the files exported", True),
        (label["digest"], False),
    )
