"""Every Problem that loading a rulebook can give: what it is, why it matters, the way out. All are errors.

Told here and not where they are found, so that one page explains a code wherever it comes from.
"""

from __future__ import annotations

from engine.lint.codes import FINDINGS, Code
from facts.problem import Text


def _error(code: str, title: tuple[str, str], why: tuple[str, str], mend: tuple[str, str]) -> Code:
    return Code(code, "error", Text(*title), Text(*why), Text(*mend))


_FILES = (
    _error("no-rulebook", ("没有规则集", "No rulebook"), ("所给的不是文件夹。", "What was given is no folder."), ("写含 rulebook.yaml 的文件夹。", "Name the folder that holds rulebook.yaml.")),
    _error("no-such-file", ("缺少文件", "A file that is not there"), ("规则集缺 rulebook.yaml,或 sections 里列的文件不存在。", "rulebook.yaml, or a file named under `sections`, does not exist."), ("补上文件,或改正文件名。", "Add the file, or correct its name.")),
    _error("not-a-file", ("不是文件", "Not a file"), ("同名的是文件夹或设备。", "A folder or a device has that name."), ("换成普通文件。", "Use an ordinary file.")),
    _error("unreadable-file", ("文件无法读取", "A file that cannot be read"), ("没有权限,或文件名不合法。", "Permission is missing, or the name is not valid."), ("检查权限和文件名。", "Check permissions and name.")),
    _error("file-too-large", ("文件过大", "A file too large"), ("超出上限的文件不读,以免拖垮程序。", "Files beyond the limit are not read, so that nothing can exhaust the machine."), ("拆成几个文件。", "Split it.")),
    _error("empty-file", ("空文件", "An empty file"), ("文件里什么也没有,或只有注释。", "There is nothing in it, or only comments."), ("写上内容,或从 sections 里删去。", "Write it, or take it off `sections`.")),
    _error("not-utf8", ("不是 UTF-8", "Not UTF-8"), ("文件是别的编码(常见:GBK),汉字会读错。", "The file has another encoding (often GBK); characters would be misread."), ("用编辑器另存为 UTF-8。", "Save it as UTF-8.")),
    _error("not-yaml", ("不是 YAML 文件", "No YAML file"), ("工作簿、Word 文件和 PDF 不能当作规则文件或个案文件。", "A workbook, a Word file or a PDF is no rule file and no case file."), ("请先用 hegui facts read 读成个案。", "Read it into a case with hegui facts read first.")),
    _error("control-character", ("控制字符", "A control character"), ("文字里有看不见的控制字符,显示出来的与读到的不同。", "An invisible control character makes what is shown differ from what is read."), ("删去它。", "Remove it.")),
    _error("bad-file-name", ("文件名不合规", "A file name that is not allowed"), ("sections 只能列本文件夹里的文件;指到外面的不读。", "`sections` lists files of this folder; nothing outside is read."), ("把文件放进文件夹,只写文件名。", "Put the file into the folder and write its name alone.")),
    _error("empty-rulebook", ("空规则集", "An empty rulebook"), ("既没有一级指标,也没有勾稽关系。", "It has neither sections nor checks."), ("列出 sections,或写 checks。", "List `sections`, or write `checks`.")),
    _error("too-large", ("指标过多", "Too many indicators"), ("三级指标超过 10000 个。", "There are more than 10,000 indicators."), ("拆成几个规则集。", "Make several rulebooks of it.")),
)  # fmt: skip

_YAML = (
    _error("bad-yaml", ("YAML 写法有误", "Not YAML"), ("缩进、引号、冒号或括号有误,从这里起读不下去。", "Indentation, quotes, a colon or a bracket is wrong; reading stops here."), ("按提示改正;文字里有特殊字符的加引号。", "Correct it as the hint says; quote texts with special characters.")),
    _error("duplicate-key", ("键重复", "A key that stands twice"), ("同一个键写了两次,只有一个能算数。", "Only one of the two can count."), ("只保留一处。", "Keep one of them.")),
    _error("key-not-text", ("键不是文字", "A key that is no text"), ("冒号前应是键名。", "A name must stand before the colon."), ("写上键名,复杂的键不支持。", "Write a name; complex keys are not used.")),
    _error("anchor", ("锚点", "An anchor"), ("规则文件不用 YAML 的锚点和别名:每处写的是什么就是什么。", "Rule files have no anchors and aliases: what a place says is what stands there."), ("写出内容。", "Write it out.")),
    _error("alias", ("别名", "An alias"), ("同上:引用别处的内容读者看不见,也能被用来撑爆内存。", "What an alias stands for is not seen by readers, and can be made to exhaust memory."), ("写出内容。", "Write it out.")),
    _error("merge-key", ("合并键", "A merge key"), ("“<<”把别处的键并进来,位置就说不清了。", "`<<` brings keys from elsewhere and places are lost."), ("写出各键。", "Write the keys out.")),
    _error("tag", ("类型标记", "A tag"), ("“!”标记会让 YAML 造出别的类型。", "A `!` tag makes YAML build other types."), ("删去标记。", "Remove it.")),
    _error("several-documents", ("几份文档", "Several documents"), ("一个文件只能有一份文档(只有一个“---”)。", "A file holds one document."), ("分成几个文件。", "Make several files.")),
    _error("too-deep", ("嵌套过深", "Nested too deeply"), ("YAML 或组合嵌套超过上限;这样的规则人也读不懂。", "YAML, or parts in parts, beyond the limit; nobody can read such a rule."), ("拆成几项指标。", "Make several indicators of it.")),
    _error("too-many-nodes", ("内容过多", "Too much in one file"), ("一个文件的节点数超过上限。", "A file has more nodes than the limit."), ("拆成几个文件。", "Split it.")),
    _error("too-long", ("文字过长", "A text too long"), ("一段文字超过上限。", "A text is longer than the limit."), ("缩短。", "Shorten it.")),
)  # fmt: skip

_STRUCTURE = (
    _error("unknown-key", ("不认识的键", "An unknown key"), ("写错的键如果被忽略,规则就少了一条而没人知道。", "A misspelt key that was ignored would be a rule missing in silence."), ("按提示改正键名。", "Correct it as suggested.")),
    _error("missing-key", ("缺少必写的键", "A key that is missing"), ("没有默认值:没写就是没说。", "There are no silent defaults: what is not written is not said."), ("补上。", "Add it.")),
    _error("wrong-type", ("类型不对", "The wrong type"), ("应为文字的写成了列表,或应为数的写成了文字。", "A list where a text belongs, a text where a number does."), ("按提示改写。", "Write it as the hint says.")),
    _error("unknown-value", ("不在可选值之内", "A value that is not among those allowed"), ("这个键只能取几个词之一。", "The key takes one of a few words."), ("按提示选一个。", "Choose one of them.")),
    _error("bad-form", ("写法不对", "Not in the expected form"), ("编号、文件名等有固定写法。", "Ids, file names and the like have a form of their own."), ("按提示改写。", "Write it as the hint says.")),
    _error("bad-size", ("大小不合", "Too many or too few"), ("列表或数超出允许的范围。", "A list or a number is outside what is allowed."), ("按提示改正。", "Correct it as the hint says.")),
    _error("repeated-item", ("列表里有重复", "An item that stands twice"), ("同一个文件列了两次,就会计两次。", "A file listed twice would count twice."), ("只保留一个。", "Keep one.")),
    _error("one-of", ("只能写其中之一", "Exactly one of these"), ("几种写法互斥,或者一个都没有写。", "The forms exclude each other, or none is there."), ("只写一种。", "Write exactly one.")),
)  # fmt: skip

_VOCABULARY = (
    _error("duplicate-name", ("名称重复", "A name used twice"), ("公式里写这个名称,不知道指哪一个。", "A formula that uses the name could mean either."), ("改名;要替换引入的数据项,写 override: true。", "Rename one; to replace an included concept write `override: true`.")),
    _error("reserved-name", ("保留词", "A reserved word"), ("这是公式用词,不能作名称。", "The word belongs to the formula language."), ("换一个名称。", "Choose another name.")),
    _error("misplaced-key", ("键用错了类型", "A key of another type"), ("例如 choices 只用于选项。", "`choices`, say, is for choices only."), ("删去,或改 type。", "Remove it, or correct `type`.")),
    _error("empty-range", ("范围为空", "An empty range"), ("最小值大于最大值,什么值都不行。", "The minimum is above the maximum: no value fits."), ("改其中之一。", "Correct either.")),
    _error("unknown-library", ("没有这个公用词表", "An unknown library"), ("include 只能引入 rules/common 里的词表。", "`include` takes vocabularies of rules/common."), ("改正名称。", "Correct the name.")),
    _error("nested-include", ("引入里又有引入", "An include within an include"), ("公用词表自己不引入别的,读者只需看一层。", "Libraries include nothing, so that readers look in one place."), ("在 vocabulary.yaml 里分别引入。", "Include both in vocabulary.yaml.")),
    _error("idle-override", ("没有可替换的", "An override of nothing"), ("override 写了,却没有同名的引入项:多半是名称写错。", "`override` is set and nothing of that name was included; probably misspelt."), ("改名称,或删去 override。", "Correct the name, or remove `override`.")),
    _error("unknown-unit", ("不认识的单位", "An unknown unit"), ("单位决定量纲,不认识的不能换算。", "A unit gives the dimension; an unknown one cannot be converted."), ("用已有的单位,或按 docs/architecture.md 增加。", "Use a known one, or add it as docs/architecture.md says.")),
    _error("unit-mismatch", ("量纲不符", "Different dimensions"), ("万元与 %、比率与百分点、天与工作日不能相加、相比。写成 1% 的步长不是 1 个百分点。", "Money and rates, rates and percentage points, days and working days cannot be added or compared. A step of 1% is not 1 百分点."), ("换成同类的量;比率的步长写“1 个百分点”。", "Use quantities of one kind; write a step of a rate as 1 个百分点.")),
    _error("unit-missing", ("缺少单位", "A unit is missing"), ("没有单位的数不知道是元还是万元。", "A number without its unit could be 元 or 万元."), ("写上单位。", "Write the unit.")),
    _error("out-of-range", ("超出范围", "Out of range"), ("数超出数据项允许的范围。", "The number is outside what the concept allows."), ("改数或改范围。", "Correct the number or the range.")),
)  # fmt: skip

_FORMULAS = (
    _error("formula-syntax", ("公式写法有误", "A formula that cannot be read"), ("运算符、括号或名称有误。", "An operator, a bracket or a name is wrong."), ("按位置改正;含标点的名称放在反引号之间。", "Correct it at the place shown; put names with punctuation between backquotes.")),
    _error("unknown-concept", ("没有这个数据项", "An unknown concept"), ("公式里的名称词表没有,参数也没有。", "The name is neither in the vocabulary nor a parameter."), ("按提示改正,或在词表里定义。参数的值只能是常数,不能引用另一个参数。", "Correct it, or define it in the vocabulary. Values of parameters are constants and name no other parameter.")),
    _error("unknown-table", ("没有这个明细表", "An unknown table"), ("count、sum 等只能用于明细表。", "`count`, `sum` and the like are for tables."), ("改正表名。", "Correct its name.")),
    _error("unknown-column", ("没有这一列", "An unknown column"), ("明细表里没有这一列,或它不是数量。", "The table has no such column, or it is no quantity."), ("改正列名。", "Correct its name.")),
    _error("nested-table", ("表里套表", "A table within a table"), ("where 里只能用本表的列。", "Within `where` only the columns of the table can be used."), ("拆成两个条件。", "Make two conditions of it.")),
    _error("unknown-choice", ("没有这个选项", "An unknown choice"), ("数据项或等级里没有这个选项,条件永远不成立。", "The concept, or the grades, have no such label; the condition would never hold."), ("按提示改正。", "Correct it as suggested.")),
    _error("not-a-condition", ("不是条件", "Not a condition"), ("此处要能判断成立与否。", "What stands here must hold or not."), ("写成比较,如“>= 90%”“X is 是”。", "Write a comparison, such as `>= 90%` or `X is 是`.")),
    _error("not-a-number", ("不是数", "Not a number"), ("分值、步长等应为十进制数。", "Points, steps and the like are decimal numbers."), ("写成数,不用科学计数法。", "Write a number, without exponent.")),
    _error("bad-date", ("不是日期", "Not a date"), ("没有这一天,或写法不对。", "There is no such day, or it is written otherwise."), ("写成 2017-12-31。", "Write 2017-12-31.")),
    _error("no-measure", ("缺少测算值", "No measure"), ("以比较符号开头的条件、按单位扣分等都要有 measure。", "A condition that begins with an operator, and forms per unit, need a `measure`."), ("写 measure,或把数据项写在符号前面。", "Write `measure`, or put the concept before the operator.")),
    _error("rollup-here", ("此处不能用得分", "A score where none may stand"), ("score()、points()、total() 只能用在否决、门槛和勾稽里。", "`score()`, `points()` and `total()` stand in vetoes, gates and checks only."), ("改用数据项。", "Use a concept.")),
    _error("unknown-id", ("没有这个编号", "An unknown id"), ("没有这个指标或一级指标。", "There is no such indicator or section."), ("按提示改正。", "Correct it as suggested.")),
    _error("circle", ("互相依赖", "A circle"), ("否决、门槛之间互相等对方先定。", "Vetoes and gates wait for each other."), ("去掉其中一个依赖。", "Remove one of the dependencies.")),
    _error("threshold-too-large", ("门槛过大", "A threshold too large"), ("门槛超出引擎可精确比较的范围。", "The threshold is beyond what the engine compares exactly."), ("换更大的单位,或减少小数位。", "Use a larger unit or fewer digits.")),
)  # fmt: skip

_FORMS = (
    _error("band-gap", ("档次有空档", "A gap between bands"), ("有的值没有档次(80-89、90-100 之间的 89.5),那时没有得分。", "Some values have no band (89.5 between 80-89 and 90-100) and no score."), ("上限写成“< 下一档的起点”,或最后写 otherwise。", "End a band with `<` where the next begins, or end with `otherwise`.")),
    _error("band-overlap", ("档次重叠", "Bands that overlap"), ("同一个值属于两档,得分不定。", "A value in two bands has two scores."), ("写明上下限。", "State both ends.")),
    _error("band-condition", ("档次的条件不能证明", "A band that cannot be proved"), ("bands 只比较测算值与常数,才能证明不重不漏。", "Bands compare the measure with constants only, so that they can be proved disjoint and complete."), ("涉及其他数据项的用 choose。", "Use `choose` for conditions on other concepts.")),
    _error("otherwise-last", ("otherwise 不在最后", "An `otherwise` that is not the last"), ("otherwise 之后的永远轮不到。", "What follows is never reached."), ("放到最后。", "Put it last.")),
    _error("no-otherwise", ("条件之外没有说法", "Nothing said of the rest"), ("所有条件都不成立时怎么办没有写。", "What happens when no condition holds is not said."), ("最后写 otherwise: true。", "End with `otherwise: true`.")),
    _error("bad-knots", ("插值点有误", "Wrong points of interpolation"), ("插值至少要两个不同的点。", "Interpolation takes two different points at least."), ("补足,或去掉重复的。", "Add one, or remove the double.")),
    _error("bad-range", ("区间颠倒", "A range upside down"), ("from 大于 to。", "`from` is above `to`."), ("对调。", "Exchange them.")),
    _error("zero-target", ("目标为 0", "A target of zero"), ("按比例得分的目标是 0 或负数:反向比例除以 0,正向比例不做也满分。", "A proportion to zero or less divides by nothing, or gives everything for nothing."), ("写大于 0 的目标;目标为 0 的用 full 或 bands。", "Write a target above 0; for a target of 0 use `full` or `bands`.")),
    _error("negative-points", ("分值为负", "Negative points"), ("扣分写正数。", "Deductions are written as positive numbers."), ("去掉负号。", "Remove the sign.")),
    _error("points-sum", ("部分之和不等于整体", "Parts that do not add up"), ("sum 的各部分分值之和与本项不等。", "The parts of a `sum` come to another number of points than the whole."), ("改其一。", "Correct either.")),
    _error("weights-sum", ("权重之和不是 100%", "Weights that do not add up"), ("权重合计不等于 100%。", "The weights come to something else than 100%."), ("改权重。", "Correct the weights.")),
    _error("points-out-of-reach", ("超出上下限的分值", "Points out of reach"), ("写明的得分在上下限之外,永远得不到。", "Stated points outside floor and cap can never be given."), ("改分值,或写 cap、floor。", "Correct the points, or state `cap` or `floor`.")),
    _error("points-unbounded", ("分值没有上限", "Points without a bound"), ("分值公式可以无穷大。", "The formula of the points can grow without end."), ("用 least(…, 上限)。", "Cap it with `least(…, N)`.")),
    _error("floor-above-cap", ("下限高于上限", "A floor above the cap"), ("没有任何得分能同时满足。", "No score can satisfy both."), ("改其一。", "Correct either.")),
    _error("bad-rounding", ("舍入位数有误", "Wrong places of rounding"), ("小数位应为 0 到 10 的整数。", "Places are a whole number from 0 to 10."), ("改正。", "Correct it.")),
    _error("parameter-classes", ("分类参数不齐", "Values by class that do not fit"), ("参数按类取值,缺了一类或多了一类。", "A parameter by class lacks a class or has one too many."), ("按选项补齐。", "Give one value for each choice.")),
)  # fmt: skip

_WHOLE = (
    _error("missing-policy", ("默认没有写全", "Defaults that are not complete"), ("缺数据、分母为零等怎么办,不由程序代为决定。", "What is done about missing facts, zero denominators and so on is not for the program to decide."), ("在 defaults 里逐一写明。", "State each in `defaults`.")),
    _error("bad-period", ("止日早于起日", "A period that ends before it begins"), ("这样的规则集永远不施行。", "Such a rulebook is never in force."), ("改日期。", "Correct the dates.")),
    _error("duplicate-id", ("编号重复", "An id used twice"), ("编号在规则集内唯一,否则得分、否决、接受都不知道指谁。", "Ids are unique; scores, vetoes and acceptances refer to them."), ("改其一。", "Rename one.")),
    _error("declared-points", ("总分值与所列不符", "Declared points that are not listed"), ("文件自称的总分与各一级指标之和不等。", "The total the document declares is not what its sections add up to."), ("改正其一,或在 accept 里点名接受。", "Correct either, or accept it by name under `accept`.")),
    _error("declared-sections", ("一级指标个数不符", "Declared sections that are not listed"), ("文件自称的个数与所列不等。", "The document declares another number than it lists."), ("改正其一,或点名接受。", "Correct either, or accept it by name.")),
    _error("declared-indicators", ("三级指标个数不符", "Declared indicators that are not listed"), ("文件自称的个数与所列不等。", "The document declares another number than it lists."), ("改正其一,或点名接受。", "Correct either, or accept it by name.")),
    _error("listed-points", ("一级指标分值与所列不符", "A section's points that are not listed"), ("一级指标声明的分值与其下指标之和不等。", "A section declares other points than its indicators add up to."), ("改正其一,或点名接受。", "Correct either, or accept it by name.")),
    _error("stale-acceptance", ("接受了并不存在的", "An acceptance of nothing"), ("矛盾已经改正,接受却还在:它会掩盖下一个真的。", "The contradiction is gone and its acceptance is not: it would hide the next one."), ("删去这一条。", "Remove it.")),
    _error("expired-acceptance", ("接受已过期", "An acceptance that has expired"), ("接受有期限,过后重新打开。", "What was accepted for a time is open again."), ("重新批准,或改正。", "Have it accepted anew, or correct it.")),
    _error("model-conflict", ("计分办法冲突", "Models in conflict"), ("“声明分值减扣分”之下不能再折算或分摊。", "Under declared_less_deductions nothing can be rescaled or spread."), ("改用 full 或 exclude。", "Use `full` or `exclude`.")),
    _error("grade-order", ("等级次序有误", "Grades out of order"), ("等级应从高到低,起点各不相同。", "Grades go from high to low, each with its own start."), ("调整次序或起点。", "Correct the order or the starts.")),
    _error("grade-gap", ("有的得分没有等级", "Scores without a grade"), ("最低一级没有从下限起。", "The lowest grade does not begin at the floor."), ("最低一级写 from: 0。", "Let the lowest grade start at 0.")),
    _error("veto-effect", ("否决的效果不合范围", "A veto's effect out of place"), ("等级只能由针对总结果的否决来定,且规则集要有等级。", "Only a veto of the whole result sets a grade, and there must be grades."), ("用 zero 或 {score: N}。", "Use `zero` or `{score: N}`.")),
)  # fmt: skip

LOADING: dict[str, Code] = {
    one.code: one for group in (_FILES, _YAML, _STRUCTURE, _VOCABULARY, _FORMULAS, _FORMS, _WHOLE) for one in group
}
ALL: dict[str, Code] = {**LOADING, **FINDINGS}
