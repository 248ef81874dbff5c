"""Every finding of the linter that is not a fault of loading: how serious it is, what it is, why it matters, the way out.

The one place this is said: the pages in docs/lint, the rules of a SARIF document and the tests are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from facts.problem import Severity, Text


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding."""

    code: str
    severity: Severity
    title: Text
    why: Text
    mend: Text


def warning(code: str, title: tuple[str, str], why: tuple[str, str], mend: tuple[str, str]) -> Code:
    """Something that is almost surely not what was meant."""
    return Code(code, "warning", Text(*title), Text(*why), Text(*mend))


def note(code: str, title: tuple[str, str], why: tuple[str, str], mend: tuple[str, str]) -> Code:
    """Something a careful reader of the rulebook would ask about."""
    return Code(code, "note", Text(*title), Text(*why), Text(*mend))


_REACHED = (
    warning(
        "unreachable-case",
        ("永远轮不到的一档", "A case no facts reach"),
        ("条件要求的值,数据项按词表取不到:这一档写了等于没写,多半是上下限或数据项的范围写错了。", "The condition asks for a value the vocabulary says the concept cannot have. The case might as well not be there; more likely a limit or the range of the concept is wrong."),
        ("改条件,或改词表里的 minimum、maximum,或删去这一档。", "Correct the condition, or `minimum` and `maximum` in the vocabulary, or remove the case."),
    ),
    warning(
        "masked-case",
        ("被前面各条盖住的一档", "A case covered by those before it"),
        ("choose 和 judged 取第一个成立的条件。前面的条件更宽,后面的就永远轮不到。", "`choose` and `judged` take the first condition that holds. A wider condition before a narrower one leaves nothing for it."),
        ("把更窄的条件放在前面,或给前面的条件补上上限。", "Put the narrower condition first, or give the earlier one its other end."),
    ),
    note(
        "idle-otherwise",
        ("多余的 otherwise", "An `otherwise` nothing is left for"),
        ("前面的各条已经覆盖了一切可能的值,otherwise 的分值谁也得不到,读规则的人却会以为有这种情形。", "What stands before covers every possible value. Nobody gets what `otherwise` gives, but readers will think somebody can."),
        ("删去 otherwise;若本该有剩余的情形,改前面的条件。", "Remove `otherwise`; if something should be left for it, correct the conditions."),
    ),
    warning(
        "never-holds",
        ("永远不成立的条件", "A condition that never holds"),
        ("按词表允许的范围,没有任何事实能使它成立:扣分扣不到、一票否决否不掉、满分得不到。", "Within what the vocabulary allows no facts make it hold: nothing is ever deducted, struck down or earned by it."),
        ("改条件或数据项的范围;确实不需要的,删去。", "Correct the condition or the concept's range; remove it if it is not needed."),
    ),
    warning(
        "always-holds",
        ("永远成立的条件", "A condition that always holds"),
        ("任何事实都使它成立,它后面的标准从不起作用。", "All facts make it hold; whatever comes after it never takes effect."),
        ("改条件;本来就没有条件的,用 fixed 或去掉这一条。", "Correct it; what has no condition is `fixed`, or not needed."),
    ),
    warning(
        "contradictory-condition",
        ("自相矛盾或包罗万象的条件", "A condition whose parts exclude each other, or cover everything"),
        ("“且”的几部分不能同时成立,或“或”的几部分合起来什么都成立。通常是“且”“或”用反,或上下限写反。", "The parts of an `and` cannot hold together, or those of an `or` leave nothing out. Usually `and` and `or`, or the two limits, were exchanged."),
        ("换成另一个连接词,或对调上下限。", "Use the other word, or exchange the limits."),
    ),
    note(
        "redundant-condition",
        ("多余的条件", "A condition that says what another says"),
        ("去掉它结果也一样。要么是赘笔,要么本来想写的是别的门槛。", "Without it the result is the same. Either it is idle, or another threshold was meant."),
        ("删去,或写成原意。", "Remove it, or write what was meant."),
    ),
    warning(
        "idle-per-unit",
        ("永远不起作用的按单位扣分或加分", "A deduction or gain per unit that never applies"),
        ("走到这一步时测算值已经在基准的另一边,over 与 under 很可能写反了。", "Where this is tried the measure already lies on the other side of the base: `over` and `under` are probably exchanged."),
        ("对调 over 与 under,或改基准。", "Exchange `over` and `under`, or correct the base."),
    ),
)  # fmt: skip

_EARNING = (
    warning(
        "points-not-earned",
        ("得不到的分", "Points nobody can earn"),
        ("评分标准给出的最高分低于本项分值:满分的部门也会丢分。", "The most the criterion gives is below the points of the item: even a perfect department loses some."),
        ("补足分值(常见:首档分值写小了、limit 太小、评分数据项的 maximum 太小),或把 points 改小。", "Make it give all of them (often the top band, a limit or the maximum of a score is too small), or lower `points`."),
    ),
    note(
        "points-never-lost",
        ("丢不掉的分", "Points nobody can lose"),
        ("无论事实如何都至少得这些分,它们不区分任何部门。原文如此的,读者应当知道。", "Whatever the facts are these points are given; they tell no department from another. If the document says so, readers should know."),
        ("补足扣分;原文如此的,写进 cite.uncertain。", "Let more be lost; if the document says so, note it in cite.uncertain."),
    ),
    warning(
        "constant-score",
        ("与事实无关的得分", "A score that does not depend on facts"),
        ("所有情形给同一个分数,这条标准什么也没有评价。", "Every case gives the same score: the criterion judges nothing."),
        ("改各档分值;确实固定的,写 fixed。", "Correct the points; what is fixed is written `fixed`."),
    ),
    warning(
        "checklist-sum",
        ("各条之和与分值不符", "Entries that do not add up to the points"),
        ("加分清单各条合计与本项分值不等:不足则满分得不到,超过则有的条目白做。", "The entries of an additive checklist come to another sum than its points: less, and full points cannot be had; more, and some entries count for nothing."),
        ("改条目或 points;有意封顶的,写明 cap。", "Correct the entries or `points`; where a cap is meant, state `cap`."),
    ),
    note(
        "deduction-without-floor",
        ("没有写明扣到何处为止", "Deductions with no end stated"),
        ("按次、按单位的扣分可以无穷多,本项却没有写 floor 或 limit,引文也没有“扣完为止”。程序按 0 分封底,原文未必这样说。", "What is deducted per count or per unit has no end, and neither `floor`, `limit` nor the quote says where it stops. It stops at 0, which the document may not say."),
        ("写 floor: 0(扣完为止)或 limit;照抄原文的引文也可以。", "Write `floor: 0` or `limit`, or quote the words that say it."),
    ),
    warning(
        "marks-out-of-range",
        ("给不出的评分", "Marks that cannot be given"),
        ("评分区间超出评分数据项允许的范围:区间里的有些分数,填报时就会被当作错误。", "The range allows marks the concept does not: some of them would be refused as wrong facts."),
        ("改 from、to,或改词表里的 minimum、maximum。", "Correct `from` and `to`, or `minimum` and `maximum` in the vocabulary."),
    ),
    warning(
        "limit-above-points",
        ("上限高于分值", "A limit above the points"),
        ("limit 比本项分值还大,限制不了任何东西。", "The limit is larger than the item itself and limits nothing."),
        ("把 limit 改到分值以内,或改 points。", "Bring the limit within the points, or correct `points`."),
    ),
    warning(
        "limit-below-step",
        ("上限低于一次的分值", "A limit below one step"),
        ("一次就超过了 limit:写着扣 2 分,最多却只能扣 1 分。", "One step is already more than the limit: it says 2 points and can only ever take 1."),
        ("改 limit 或每次的分值。", "Correct the limit or the points of a step."),
    ),
    warning(
        "part-above-whole",
        ("部分高于整体", "A part worth more than the whole"),
        ("这一部分的满分高于它所在的项,多出的分会被截去。", "The part gives more than what it stands in can hold; the rest is cut off."),
        ("改部分或整体的 points、cap。", "Correct `points` or `cap` of either."),
    ),
    note(
        "uneven-parts",
        ("平均的各部分满分不同", "Averaged parts of different points"),
        ("满分高的部分在平均里占得多,权重就不是写出来的那样。", "Parts with more points weigh more in a mean than the weights say."),
        ("各部分不写 points(同用上级的满分),轻重写在 weight 里。", "Leave `points` out of the parts and say weights by `weight`."),
    ),
)  # fmt: skip

_TOTALS = (
    warning(
        "cap-below-points",
        ("cap 低于分值", "A cap below the points"),
        ("得满分的也会被截去一截。", "Whoever earns everything has some of it cut off."),
        ("改 cap 或分值。", "Correct the cap or the points."),
    ),
    warning(
        "total-without-floor",
        ("总分没有下限", "A total without a floor"),
        ("减分项可以使总分成为负数,规则集没有说最低到多少。", "What is taken off can make the total negative, and the rulebook does not say how far."),
        ("写 total: {floor: 0},或写出可到的负数。", "Write `total: {floor: 0}`, or how far below zero it may go."),
    ),
    warning(
        "grade-never-reached",
        ("评不到的等级", "A grade nobody can reach"),
        ("等级的起点高于可能的最高分:分值改过而等级没有改,或 score 与 percent 用混了。", "The grade begins above the highest score there can be: points were changed and grades were not, or `score` and `percent` were confused."),
        ("改等级的起点,或改 of。", "Correct the start of the grade, or `of`."),
    ),
    warning(
        "grade-range-gap",
        ("落在两级之间的得分", "A score between two grades"),
        ("等级表按原文写了两端,80-89、90-100 之间的 89.5 却哪一级都不是;程序按起点计为较低的一级。总分取整时没有这样的分,不提示。", "The scale is written with both ends, and 89.5 lies in neither of 80-89 and 90-100; by the starts it counts as the lower grade. Where the total is rounded to whole points there is no such score, and nothing is said."),
        ("写 below: 下一级的起点;原文就是这样写的,在 grades.cite.uncertain 写明按哪一级。", "Write `below:` with the start of the next grade; where the document says it so, say in grades.cite.uncertain how it is read."),
    ),
    warning(
        "grade-range-overlap",
        ("属于两级的得分", "A score in two grades"),
        ("等级表写 80-90、90-100 时,90 分两级都是;程序计为较高的一级。", "With 80-90 and 90-100 a score of 90 lies in both; it counts as the higher grade."),
        ("较低的一级写 below。", "Write `below` in the lower grade."),
    ),
)  # fmt: skip

_SCALES = (
    warning(
        "gap-to-otherwise",
        ("夹缝中的值落到 otherwise", "Values between two ranges fall to `otherwise`"),
        ("按整数写的档次(80-89、90-100)之间,89.5 不属于任何一档,却落到 otherwise,得分比两边都低。", "Between ranges written in whole numbers (80-89, 90-100) lies 89.5, which is in neither, falls to `otherwise` and gets less than both."),
        ("上限写成“< 下一档的起点”。", "End a range with `<` where the next begins."),
    ),
    warning(
        "shared-end",
        ("属于两档的端点", "An end that belongs to two ranges"),
        ("两个范围都含端点,归谁只看谁写在前面;换个顺序,分数就变。", "Both ranges include the end; which one wins is decided by their order alone."),
        ("把其中一端写成 < 或 >。", "Write one of the two ends with < or >."),
    ),
    warning(
        "closed-scale",
        ("原文的闭区间留下小数", "The document's closed ranges leave decimals out"),
        ("原文写 80-89、90-100,没有说 89.5 归谁。规则按一种理解计分,应当写明。", "The document says 80-89 and 90-100 and not where 89.5 belongs. The rule reads it in one way, which should be said."),
        ("在 cite.uncertain 里写明按哪一种理解。", "Say in cite.uncertain how it is read."),
    ),
    warning(
        "points-up-and-down",
        ("得分先降后升", "Points that fall and rise again"),
        ("测算值一路增大,得分却先降后升:两端都奖励。常见原因是某一档分值或上下限写反。优、良、中、差之类按程度分档的,好的反而得分低,也是如此。", "As the measure grows the points fall and then rise: both ends are rewarded. Usually one band has the wrong points or limits. So it is where a better degree (优, 良, 中, 差) gives fewer points than a worse one."),
        ("核对各档。", "Check the bands."),
    ),
    note(
        "direction-against-name",
        ("方向与名称相反", "A direction against the name"),
        ("控制率、投诉率之类越低越好,完成率、满意度之类越高越好,评分标准却相反。", "Rates of control or complaint are better low, rates of completion or satisfaction high; the criterion rewards the opposite."),
        ("核对比较符号、over 与 under、at_least 与 at_most。", "Check the comparison, `over` and `under`, `at_least` and `at_most`."),
    ),
)  # fmt: skip

_DIVISION = (
    warning(
        "target-may-be-zero",
        ("目标可以为 0", "A target that can be zero"),
        ("正向比例的目标为 0 时不做也得满分,反向比例的目标为 0 时一有发生就得 0 分,与完成得怎样无关。", "With a target of zero a proportion gives everything for nothing, a reverse one nothing for anything."),
        ("用 applies 或 choose 写明目标为 0 时怎么办。", "Say by `applies` or `choose` what a target of zero means."),
    ),
    warning(
        "zero-denominator-always",
        ("分母只能是 0", "A denominator that is always zero"),
        ("按词表的范围分母只能是 0,这一项永远算不出来。", "Within the ranges of the vocabulary the denominator can only be zero; the item can never be computed."),
        ("改公式,或改数据项的范围。", "Correct the formula, or the range of the concept."),
    ),
    note(
        "silent-zero-denominator",
        ("分母可以为 0 而没有写明怎么办", "A denominator that can be zero, and silence about it"),
        ("本项没有写 zero_denominator,用的是规则集的默认;原文未必同意。", "The item does not state `zero_denominator` and takes the rulebook's default, with which the document may not agree."),
        ("在本项(或一级指标的 defaults)写 zero_denominator。", "State `zero_denominator` on the item, or in the section's defaults."),
    ),
    note(
        "undecided-quotient",
        ("条件里的分母可以为 0", "A condition that may be divided by zero"),
        ("适用、作废、免扣、计入、否决条件和清单的“其中”条件里,分母为 0 时条件待定:zero_denominator 管不到它们,结果只有区间。", "In `applies`, `void`, `exempt`, gates, vetoes and `where`, a zero denominator leaves the condition undecided: `zero_denominator` does not reach them, and the result has bounds instead of a score."),
        ("在条件里写明:分母 > 0 且 …(为 0 时不成立),或 分母 = 0 或 …(为 0 时成立);用乘法改写也可以。", "Say it in the condition: denominator > 0 and … (zero: it fails), or denominator = 0 or … (zero: it holds). A product instead of the quotient will do too."),
    ),
)  # fmt: skip

_SILENT = (
    note(
        "silent-missing",
        ("缺数据就定分,而本项没有写明", "Missing facts decide points, and the item is silent"),
        ("规则集的默认把缺数据当作零分或满分,本项没有自己写明。", "The rulebook's default turns missing facts into nothing or everything, and the item does not say so itself."),
        ("在本项写 missing,或改为 undetermined。", "State `missing` on the item, or make it undetermined."),
    ),
    note(
        "silent-not-applicable",
        ("可以不适用而没有写明怎么计分", "An item that may not apply, and silence about its points"),
        ("有 applies,却没有写 not_applicable:给满分、折算还是分摊,结果大不相同。", "There is `applies` but no `not_applicable`: full points, rescaling and spreading give very different results."),
        ("在本项写 not_applicable。", "State `not_applicable` on the item."),
    ),
    note(
        "silent-partial-unit",
        ("零头没有写明怎么算", "Partial units, and silence about them"),
        ("“每超过1个百分点扣0.1分”,超过 0.5 个百分点扣不扣,原文往往没说。规则集的默认替它说了。", "“0.1 off for every percentage point”: and for half a point? The document is often silent, and the rulebook's default speaks for it."),
        ("在 per_unit 里写 partial_unit。", "State `partial_unit` in per_unit."),
    ),
)  # fmt: skip

_TEXTS = (
    warning(
        "text-points",
        ("文字与分值不符", "A text with other points than the rule"),
        ("名称、理由或引文写的分值,规则里没有。读报告的人看到的是文字,算分的是规则。", "The title, reason or quote names points the rule does not have. Readers see the text, scores come from the rule."),
        ("改文字,或改规则。", "Correct the text, or the rule."),
    ),
    warning(
        "text-threshold",
        ("文字与门槛不符", "A text with another threshold than the rule"),
        ("理由写“低于95%”,规则比的却是 90%。", "The reason says “below 95%”, the rule compares with 90%."),
        ("改文字,或改规则。", "Correct the text, or the rule."),
    ),
    note(
        "percent-or-points",
        ("% 与百分点", "Percent or percentage points"),
        ("从 50% 到 55%,是 5 个百分点,却是 10%。原文与规则用的不是同一个,而没有说明。", "From 50% to 55% is 5 percentage points and 10 percent. Document and rule use different ones and do not say so."),
        ("照原文改 per;确按另一种理解的,写进 cite.uncertain。", "Let `per` follow the document; where it is read otherwise, say so in cite.uncertain."),
    ),
)  # fmt: skip

_SOURCES = (
    warning(
        "missing-citation",
        ("没有依据", "No citation"),
        ("扣分要有依据;没有文件和条款,谁也无法复核。", "A deduction needs its clause; without a document nobody can check it."),
        ("写 cite,可写在规则集或一级指标上。", "State `cite`, on the rulebook or the section if you like."),
    ),
    note(
        "citation-without-item",
        ("依据没有条款", "A citation without its item"),
        ("只有文件名,读者要在整份文件里找。", "With the document alone a reader has to search all of it."),
        ("写 cite 的 item。", "State the `item` of `cite`."),
    ),
    warning(
        "unused-concept",
        ("没有用到的数据项", "A concept nothing reads"),
        ("要部门填报却没有规则用到:要么多余,要么漏了一条规则。", "Departments are asked for it and no rule reads it: it is idle, or a rule is missing."),
        ("删去,或补上规则。", "Remove it, or write the rule."),
    ),
    note(
        "concept-without-source",
        ("没有出处的数据项", "A concept without a source"),
        ("没有定义,也没有写在哪里报告,两个人会填出两个数。", "With neither a definition nor a place where it is reported two people will fill in two figures."),
        ("写 definition、reported_in 或 reported。", "State `definition`, `reported_in` or `reported`."),
    ),
    warning(
        "draft-mark",
        ("还没有写定的草案", "A draft nobody has settled"),
        ("起草时留下的“草案”或 TODO 还在:没有人对照原文核对过,评价和公布的标准却照它执行。", "What was left when this was drafted (草案, TODO) still stands: nobody has compared it with the document, yet departments are scored by it and the table is published with it."),
        ("核对、写定后删去“草案”或 TODO;确有疑问的,在 cite.uncertain 写明是什么疑问。", "Settle it and remove the mark; where a doubt remains, say in cite.uncertain what it is."),
    ),
    warning(
        "unused-parameter",
        ("没有用到的参数", "A parameter nothing uses"),
        ("改了它什么也不会变;公式里很可能另写死了一个数。", "Changing it changes nothing; a formula probably has the number written out."),
        ("在公式里用它,或删去。", "Use it in the formula, or remove it."),
    ),
    note(
        "no-english-title",
        ("没有英文名称", "No English title"),
        ("英文报告里会出现中文名称。每个文件只提示一次。", "English reports will show the Chinese title. Said once for each file."),
        ("写 title_en。", "State `title_en`."),
    ),
    warning(
        "duplicate-criterion",
        ("两项同一标准", "Two indicators with one criterion"),
        ("同一事实按同一标准计分两次。复制之后忘了改?", "One fact is scored twice by the same criterion. Copied and not changed?"),
        ("删去其一,或改用各自的数据项。", "Remove one, or let each read its own concept."),
    ),
    note(
        "duplicate-title",
        ("两项同名", "Two indicators with one title"),
        ("同一组里两个名称相同的指标,报告里分不清。", "Two indicators of a group with the same title cannot be told apart in a report."),
        ("名称写出两者的不同。", "Let the titles say how they differ."),
    ),
)  # fmt: skip

_VETOES = (
    warning(
        "veto-conflict",
        ("互相冲突的否决", "Vetoes in conflict"),
        ("两条否决可以同时成立,效果不同而次序相同,结果取决于谁写在前面。", "Two vetoes can hold together with different effects and the same precedence; which one counts depends on their order in the file."),
        ("写不同的 precedence。", "Give them different `precedence`."),
    ),
    warning(
        "veto-masked",
        ("总被覆盖的否决", "A veto that is always undone"),
        ("凡它成立时,次序更后的一条也成立并覆盖它。", "Wherever it holds a later one holds too and undoes it."),
        ("调换次序,或删去。", "Exchange their precedence, or remove it."),
    ),
    warning(
        "veto-without-effect",
        ("没有作用的否决", "A veto that changes nothing"),
        ("限定“不高于最高等级”等于没有限定。", "“At most the highest grade” is no restriction."),
        ("写更低的等级。", "Name a lower grade."),
    ),
)  # fmt: skip

FINDINGS: dict[str, Code] = {
    one.code: one
    for group in (_REACHED, _EARNING, _TOTALS, _SCALES, _DIVISION, _SILENT, _TEXTS, _SOURCES, _VETOES)
    for one in group
}
