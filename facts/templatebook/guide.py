"""What the first sheet tells the people who fill the workbook in."""

from __future__ import annotations

from collections.abc import Iterator

from facts.templatebook.layout import RulesLabel

_ZH = """\
#填报说明
请在“基本情况”“数据”和各清单工作表的浅黄色格子里填写,填完后交回本文件,由 hegui facts read 读入。
1. 填报值:填数字即可,单位见“单位”一栏;换单位请从下拉框选(如 元、万元、亿元),也可以把单位写在数字后面,如 5,657.15 万元。
2. 比率:格子是百分比格式,填 95 或 95% 都显示为 95.00%。粘贴进来的常规格式小数(如 0.95)含义不明,读入时会要求写明 %。
3. 没有数据不要填 0,也不要留下“0”:在“状态”选“未提供”,在“说明”写原因。整行不填表示没有填报。
4. 不适用:在“状态”选“不适用”,在“说明”写原因。
5. 只知道上下限:填数字,在“状态”选 不高于、不低于、低于、高于;两头都有时选“介于”,填报值写成 ≥ 10 万元 < 20 万元。
6. 依据类型:可复算(有数字、有原始资料可以重算)、自述(本单位的陈述)、评定(评分人的判断)。不填按“自述”。
7. 出处写资料编号或名称(详见“资料来源”);位置写页、行或单元格,如 第3页、第12行、数据!C12;摘录写原文。
8. 同一数据有几处出处的,第二处起写在“其他出处”。
9. 清单:一行一条,“序号”可以不填。只写了序号、别的都没填的行不算。确有一条全空的,在序号写“空行”。
10. 行和列可以移动,但“数据项编号”和表头不要改。鼠标移到数据项名称上可以看到口径。
11. 公式可以用,读入的是公式算出并保存的值。工作表保护没有密码。"""
_EN = """\
#How to fill this in
Fill in the light yellow cells of 基本情况 (who and when), 数据 (data) and the list sheets; hegui facts read reads the file back.
1. 填报值 (value): a number in the unit beside it. Choose another unit from the list, or write it after the number: 5,657.15 万元.
2. Rates: the cells are in percent; 95 and 95% both show as 95.00%. A pasted plain 0.95 is not clear and will be asked about.
3. No data is not zero: choose 未提供 (not provided) under 状态 (status) and say why under 说明. An untouched row states nothing.
4. Not applicable: choose 不适用 and say why under 说明.
5. Only a bound is known: write the number and choose 不高于 (at most), 不低于 (at least), 低于 (below) or 高于 (above);
   for both ends choose 介于 and write ≥ 10 万元 < 20 万元.
6. 依据类型 (basis): 可复算 figure, 自述 stated, 评定 judged; nothing means stated.
7. 出处 (source): an id or title of the sheet 资料来源; 位置 (place): 第3页, 第12行, 数据!C12; 摘录: the words that stand there.
8. Further places of the same fact go into 其他出处.
9. Lists: one line each; 序号 (number) may be left out. A line with a number only does not count; 空行 marks one that is meant empty.
10. Rows and columns may be moved; leave 数据项编号 (id) and the headings as they are. Notes on the names hold the definitions.
11. Formulas are read as the value saved with them. The sheets are protected without a password."""


def guide_lines(rules: RulesLabel) -> Iterator[tuple[str, bool]]:
    """Lines of the first sheet, and whether each is a heading."""
    yield f"部门评价填报表 / Workbook for {rules.title or rules.id}", True
    yield f"规则集 / rulebook: {rules.id}    版本 / version: {rules.version}", False
    yield f"校验值 / digest: {rules.digest}", False
    for text in (_ZH, _EN):
        for line in text.splitlines():
            yield line.removeprefix("#"), line.startswith("#")
