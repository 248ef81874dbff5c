"""A counterexample as a case file a person can read: which property, what was expected and found, and the facts."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from engine.evaluate import Evaluator
from engine.model import Rulebook
from engine.testing import Counterexample, evaluate
from facts.gathering.casewriting import case_text
from facts.gathering.gathering import Gathered
from facts.model import Case, Fact
from facts.problem import Language, Text
from facts.values import decimal_text, is_decimal
from facts.vocabulary import Vocabulary


def counterexample_text(rulebook: Rulebook, found: Counterexample, seed: int, language: Language) -> str:
    """The case file. For a disagreement it expects what the independent evaluator gives, so that it fails until it is put right."""
    agrees = found.property == "agreement"
    case = found.sample.complete if agrees else found.sample.case
    heading = [
        Text(
            f"hegui fuzz 找到的反例(规则集 {rulebook.id} {rulebook.version},种子 {seed}),已缩到最小",
            f"found by hegui fuzz (rulebook {rulebook.id} {rulebook.version}, seed {seed}), made as small as it gets",
        ).in_(language),
        Text(f"不成立的性质:{found.title.zh}", f"what does not hold: {found.title.en}").in_(language),
        *found.wrong,
    ]
    if found.property == "bounds":
        heading += _completion(rulebook.vocabulary, found, language)
    text = case_text(Gathered(case.subject, case.period, case.facts, case.sources), rulebook.vocabulary, heading)
    text = text.split("\n\n# 未找到", 1)[0].rstrip("\n") + "\n"
    return text + "".join(f"{line}\n" for line in _expected(rulebook, case)) if agrees else text


def _completion(vocabulary: Vocabulary, found: Counterexample, language: Language) -> Iterator[str]:
    """What the missing facts turned out to be, as comments."""
    case, complete = found.sample.case, found.sample.complete
    changed: dict[str, Fact] = {key: fact for key, fact in complete.facts.items() if case.facts.get(key) != fact}
    if changed:
        yield Text("其余事实为下列各值时,结果在区间之外:", "the result is outside the bounds where the rest is:").in_(
            language
        )
        text = case_text(Gathered(None, None, changed, {}), vocabulary)
        yield from text[text.index("facts:") :].split("\n\n# ", 1)[0].splitlines()


def _expected(rulebook: Rulebook, case: Case) -> Iterator[str]:
    """What the independent evaluator gives where the engine gives something else."""
    with Evaluator(rulebook) as evaluator:
        found = evaluator.assess(case)
    expected = evaluate(rulebook, case)
    wrong = {
        one.id: score
        for one in found.indicators
        if (score := expected.indicators[one.id].score) is not None and score != one.score and is_decimal(score)
    }
    if wrong or _whole(expected.score):
        yield "expect:"
    if wrong:
        yield "  indicators:"
        yield from (f"    {name}: {decimal_text(score)}" for name, score in wrong.items())
    elif expected.score is not None and _whole(expected.score):
        yield f"  score: {decimal_text(expected.score)}"


def _whole(score: Fraction | None) -> bool:
    return score is not None and is_decimal(score)
