"""Firings -> Steps: every rule that fired, in the order it fired, with what it read, compared and gave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from engine.assessment import Deduction, Operand, Step, Unfired
from engine.combine import NO, YES, Score
from engine.compute import Quantity
from engine.expr import Aggregate, Expr, Quantifier
from engine.model import Citation
from engine.parts import ItemResult, PartResult
from engine.plan import FALSE, TRUE, AnyPoints, ByItems, Decision, Measure
from engine.sentences import Sentences, points_text
from engine.telling import Teller, folded
from engine.walk import nodes
from engine.wordings import Words
from facts.model import Row
from facts.problem import NO_TEXT, Text
from facts.values import ONE, Interval, decimal_text

Firing = tuple[Decision, int]

_TRUTH = {0: Text("不成立", "does not hold"), 1: Text("因缺少数据未能判定", "is not decided"), 2: Text("成立", "holds")}
_LATER = Text("前面的条件已成立,轮不到", "an earlier case applies")


@dataclass(slots=True)
class StepWriter:
    """Writes the Steps of one case; `n` runs through the whole trail."""

    sentences: Sentences
    steps: list[Step] = field(default_factory=list)

    def write(self, firings: list[Firing], result: PartResult, indicator: str, section: str) -> tuple[int, ...]:
        """Steps of one indicator's firings; their numbers."""
        parts, items = _owners(result)
        self.sentences.section = section
        first = len(self.steps) + 1
        for decision, outcome in firings:
            if decision.kind in parts:
                self._part(decision, parts[decision.kind], indicator)
            elif decision.kind in items:
                self._item(decision, *items[decision.kind], indicator)
            else:
                self.condition(decision, outcome, indicator, result.plan.part.cite)
        return tuple(range(first, len(self.steps) + 1))

    def condition(self, decision: Decision, outcome: int, indicator: str, cite: Citation) -> None:
        """A condition that fired on its own: true, false or not decided."""
        word = _TRUTH.get(outcome, Text("均不成立", "none holds")) if not decision.selection else _TRUTH[0]
        tree = decision.conditions[0] if decision.conditions else None
        compared = "" if tree is None else self.sentences.executed(tree, decision.subject, holds=outcome != FALSE)
        words = "" if tree is None else self.sentences.in_words(tree)
        self._add(
            rule=f"{decision.label or indicator}?{words}",
            indicator=indicator,
            facts=self.operands(decision.concepts),
            formula=words,
            compared=compared,
            before=None,
            after=None,
            reason=self._whether(tree, word),
            citation=cite,
        )

    def _whether(self, tree: Expr | None, word: Text) -> Text:
        """Whether a condition holds, in the words of the generated sentences; rulebooks' trees live as long as these texts."""
        sentences = self.sentences
        if tree is None:
            return Text(f"条件{word.zh}", f"the condition {word.en}")
        key = ("condition", id(tree), sentences.section)
        said = sentences.memory.by_labels.get(key)
        if not isinstance(said, Text):
            said = Words(sentences.facts.rulebook, sentences.section).condition(folded(tree))
            sentences.memory.remember(key, said)
        return Text(f"条件{word.zh}:{said.zh}", f"the condition {word.en}: {said.en}")

    def told(self, tree: Expr, measure: Measure | None, *, holds: bool = True) -> Text:
        """A condition with its values put in, as prose."""
        return Teller(self.sentences, measure).told(tree, holds=holds)

    def total(self, score: str, grades: str, after: Interval, sure: bool, cite: Citation) -> None:
        """The grade that fired for the total."""
        words = Text(f"总分 {score},等级 {grades}", f"total {score}, grade {grades}")
        unsure = Text(f"总分 {score},等级可能为 {grades}", f"total {score}, the grade may be {grades}")
        self._add(
            rule="grade",
            indicator="",
            facts=(),
            formula="",
            compared=score,
            before=None,
            after=after,
            reason=words if sure else unsure,
            citation=cite,
        )

    def operands(self, concepts: tuple[str, ...]) -> tuple[Operand, ...]:
        """The facts behind concepts."""
        return tuple([self.sentences.facts.operand(concept) for concept in concepts])

    def _add(self, **members: object) -> None:
        self.steps.append(Step(n=len(self.steps) + 1, **members))  # type: ignore[arg-type]  # named by the callers

    # --- parts ---

    def _part(self, decision: Decision, result: PartResult, indicator: str) -> None:
        part = result.plan.part
        formula, compared, unfired, reason = self._texts(result)
        name = result.branch.name if result.branch else "undetermined"
        self._add(
            rule=f"{part.id}/{name}",
            indicator=indicator,
            facts=self.operands(decision.concepts),
            formula=formula,
            compared=compared,
            before=Interval(result.frame.full, result.frame.full),
            after=interval_of(result.score),
            reason=reason,
            citation=part.cite,
            unrounded="" if result.unrounded is None else decimal_text(result.unrounded.lo),
            unfired=unfired,
        )

    def _texts(self, result: PartResult) -> tuple[str, str, tuple[Unfired, ...], Text]:
        """Formula, comparison, what did not fire, reason; remembered where labels alone determine them."""
        labels = self.sentences.labels_only(result.plan.concepts)
        key = (id(result.plan), result.place, result.score, labels)
        memory = self.sentences.memory
        if labels is not None and (known := memory.by_labels.get(key)) is not None:
            return known  # type: ignore[return-value]  # put there below
        compared, unfired = self.compared(result)
        executed = self._executed(result)
        found = (self._formula(result.plan.measure), executed, unfired, self.reason(result, compared))
        if labels is not None:
            memory.remember(key, found)
        return found

    def _formula(self, measure: Measure | None) -> str:
        if measure is None:
            return ""
        words, numbers, value = self.sentences.measure_texts(measure)
        return f"{words} = {value}" if numbers == value else f"{words} = {numbers} = {value}"

    def reason(self, result: PartResult, compared: Text = NO_TEXT) -> Text:
        """The sentence of a part: the rule's own where it has one."""
        branch = result.branch
        open_ = result.score.na != YES and not result.score.determined
        if branch is None or (open_ and not isinstance(branch.effect, AnyPoints)):
            return Text("数据不足,未能判定", "the facts do not suffice to decide")
        general = self.sentences.reason(result, branch, compared)
        if not branch.reason or result.by_missing_policy:
            return general
        own = self.sentences.filled(branch.reason, result, None, ())
        return Text(own, f"{own}: {general.en}")

    def compared(self, result: PartResult) -> tuple[Text, tuple[Unfired, ...]]:
        """The comparison that decided, told as prose, and why each other case did not fire."""
        branches, measure = result.plan.branches, result.plan.measure
        compared = NO_TEXT
        unfired: list[Unfired] = []
        for place, branch in enumerate(branches):
            tree = branch.condition
            if place == result.place and result.branch is not None:
                compared = self.told(tree, measure) if tree is not None else compared
            elif place < result.place:
                if tree is None:
                    unfired.append(Unfired(branch.name, Text("所用数据均适用", "every fact applies")))
                    continue
                compared = self.told(tree, measure, holds=False)
                unfired.append(Unfired(branch.name, compared))
            elif result.branch is not None:
                unfired.append(Unfired(branch.name, _LATER))
        return compared, tuple(unfired)

    def _executed(self, result: PartResult) -> str:
        """The comparison that decided, or could not, as it was executed."""
        branches, measure = result.plan.branches, result.plan.measure
        decided = result.branch is not None
        conditions = [one.condition for one in branches[: result.place + 1]]
        if len(conditions) > result.place and (last := conditions[-1]) is not None:
            return self.sentences.executed(last, measure) + ("" if decided else " ?")
        failed = [one for one in conditions[: result.place] if one is not None]
        return self.sentences.executed(failed[-1], measure, holds=False) if failed else ""

    # --- items ---

    def _item(self, decision: Decision, item: ItemResult, owner: PartResult, indicator: str) -> None:
        before, after = item_scores(owner, item)
        self._add(
            rule=f"{owner.plan.part.id}/{item_name(item)}",
            indicator=indicator,
            facts=self.operands(decision.concepts),
            formula=self.sentences.in_words(decision.conditions[0]),
            compared=self.sentences.executed(decision.conditions[0], decision.subject, holds=item.outcome != FALSE),
            before=before,
            after=after,
            reason=self.item_reason(owner, item),
            citation=owner.plan.part.cite,
        )

    def item_reason(self, owner: PartResult, item: ItemResult) -> Text:
        """The sentence of an item: the rule's own, with its count and its rows' columns put in."""
        plan = item.item
        moved = points_text(item.low) if item.low == item.high else f"{points_text(item.low)}–{points_text(item.high)}"
        zh_verb, en_verb = ("扣", "off") if plan.sign < 0 else ("得", "on")
        if item.outcome == FALSE:
            nothing = Text("不扣分", "nothing off") if plan.sign < 0 else Text("不得分", "nothing on")
            return Text(f"{plan.title or '条件不成立'},{nothing.zh}", f"does not apply: {nothing.en}")
        if item.outcome != TRUE:
            return Text(f"未能判定,可能{zh_verb} {moved} 分", f"not decided: {moved} points {en_verb} at most")
        count: Quantity = ONE if plan.count is None else plan.count.compute(self.sentences.env, None)
        own = self.sentences.filled(plan.reason, owner, count, self._rows(plan.decision.conditions[0]))
        number = decimal_text(count) if isinstance(count, Fraction) else "?"
        times = "" if plan.count is None else f" x {number}"
        zh = f"{own},{zh_verb} {moved} 分" if own else f"{zh_verb} {moved} 分{self._working(item, number, moved)}"
        en = f"{decimal_text(plan.points)}{times} = {moved} points {en_verb}"
        # The rule's sentence is in the language of the policy; it stands in both.
        return Text(zh, f"{own}: {en}" if own else en)

    def _working(self, item: ItemResult, number: str, moved: str) -> str:
        """How an item without a sentence of its own came to its points: times what was counted, or its condition."""
        plan = item.item
        if plan.count is not None:
            return f"({decimal_text(plan.points)} × {number} = {moved})"
        told = self.told(plan.decision.conditions[0], plan.decision.subject)
        return f"({told.zh})"

    def _rows(self, tree: Expr) -> tuple[Row, ...]:
        """Rows of the first table a condition is about, those that meet its `where`."""
        for node in nodes(tree):
            if isinstance(node, Aggregate | Quantifier):
                return self.sentences.rows_meeting(node)
        return ()


def item_name(item: ItemResult) -> str:
    """`deduct-1`, `add-2`."""
    return f"{'deduct' if item.item.sign < 0 else 'add'}-{item.item.number}"


def item_scores(owner: PartResult, item: ItemResult) -> tuple[Interval, Interval]:
    """The part's score before and after one item, kept within floor and cap."""
    effect = owner.possible[0].effect
    start = owner.frame.full if isinstance(effect, ByItems) and effect.from_full else Fraction(0)
    low = high = start
    for one in owner.items:
        before = _kept(low, high, owner)
        if item.item.sign < 0:
            low, high = low - one.high, high - one.low
        else:
            low, high = low + one.low, high + one.high
        if one is item:
            return before, _kept(low, high, owner)
    raise AssertionError("an item of another part")


def _kept(low: Fraction, high: Fraction, owner: PartResult) -> Interval:
    floor, cap = owner.frame.floor, owner.frame.cap
    return Interval(min(max(low, floor), cap), min(max(high, floor), cap))


def interval_of(score: Score) -> Interval | None:
    """A score as a range; None where the part does not apply."""
    return None if score.na == YES else Interval(score.lo, score.hi)


def _owners(result: PartResult) -> tuple[dict[str, PartResult], dict[str, tuple[ItemResult, PartResult]]]:
    """Whose firing a decision is. Of a chain of selections only the one that decided is the part's own."""
    parts: dict[str, PartResult] = {}
    items: dict[str, tuple[ItemResult, PartResult]] = {}
    for one in every_part(result):
        parts[_decider_of(one).kind] = one
        for item in one.items:
            items[item.item.decision.kind] = (item, one)
    return parts, items


def _decider_of(one: PartResult) -> Decision:
    offset = 0
    for selection in one.plan.selections:
        offset += len(selection.truths) + bool(selection.inapplicable)
        if one.place < offset:
            return selection
    return one.plan.selections[-1]


def every_part(result: PartResult) -> Iterator[PartResult]:
    """A part's result and those inside it."""
    yield result
    for inner in result.parts:
        yield from every_part(inner)


def deductions_of(result: PartResult, writer: StepWriter) -> tuple[Deduction, ...]:
    """Where the points of a determined part went: item by item, part by part, or in one."""
    score = result.score
    if score.na != NO or score.lo != score.hi:
        return ()
    lost = result.frame.full - score.lo
    if lost <= 0:
        return ()
    inner = _of_items(result, writer) or _of_parts(result, writer)
    if inner and sum((one.points for one in inner), Fraction(0)) == lost:
        return inner
    name = result.branch.name if result.branch else "missing"
    compared = writer.compared(result)[0]
    part = result.plan.part
    return (Deduction(lost, f"{part.id}/{name}", writer.reason(result, compared), part.cite),)


def _of_items(result: PartResult, writer: StepWriter) -> tuple[Deduction, ...]:
    found = []
    for item in result.items:
        before, after = item_scores(result, item)
        if item.item.sign > 0 or item.outcome != TRUE or before.lo is None or after.lo is None:
            continue
        if before.lo > after.lo:
            rule = f"{result.plan.part.id}/{item_name(item)}"
            reason = writer.item_reason(result, item)
            found.append(Deduction(before.lo - after.lo, rule, reason, result.plan.part.cite))
    return tuple(found)


def _of_parts(result: PartResult, writer: StepWriter) -> tuple[Deduction, ...]:
    return tuple(one for inner in result.parts for one in deductions_of(inner, writer))
