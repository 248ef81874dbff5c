"""Searching for a case in which a property does not hold, and making what was found as small as it can be."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings

from engine.assessment import Assessment
from engine.evaluate import Evaluator
from engine.model import Rulebook
from engine.testing.limits import Limits, limits_of
from engine.testing.properties import PROPERTIES, Property, Sample
from engine.testing.randomcases import samples_for, within
from facts.model import Case, Fact
from facts.problem import Text
from facts.vocabulary import Concept

# So many samples between two looks at the clock.
BATCH = 25
CRASH = Text("评价不出错", "assessing never fails")


@dataclass(frozen=True)
class Counterexample:
    """A property that does not hold, the smallest sample found for it, and what was expected and found."""

    property: str
    title: Text
    sample: Sample
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """What a search came to: how many samples it tried, and a counterexample for each property that does not hold."""

    tried: int
    counterexamples: tuple[Counterexample, ...]


class _DoesNotHold(Exception):
    """Ends a batch: a property does not hold for a sample."""


def search(
    rulebook: Rulebook,
    examples: int = 200,
    first_seed: int = 0,
    seconds: float | None = None,
    properties: Sequence[Property] = PROPERTIES,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Found:
    """Try so many random samples, for at most so many seconds; the same seed gives the same samples.

    Without `seconds` the answer depends on nothing but the rulebook, the number of examples and the seed.
    """
    end = None if seconds is None else time.monotonic() + seconds
    hunt = _Hunt(rulebook, list(properties))
    tried = 0
    while tried < examples and (end is None or time.monotonic() < end):
        size = min(BATCH, examples - tried)
        hunt.batch(size, first_seed + tried)
        tried += size
        progress(tried, examples)
    return Found(tried, tuple(hunt.found))


class _Remembering:
    """An evaluator that assesses each case object once: most properties look at the same assessment."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.rulebook = evaluator.rulebook
        self.known: list[tuple[Case, Assessment]] = []

    def assess(self, case: Case) -> Assessment:
        """The assessment of this very object; of a copy it is made anew."""
        for one, found in self.known:
            if one is case:
                return found
        self.known = [*self.known[-3:], (case, self.evaluator.assess(case))]
        return self.known[-1][1]


class _Hunt:
    """One rulebook's search: properties that were found not to hold are not tried again."""

    def __init__(self, rulebook: Rulebook, properties: list[Property]) -> None:
        self.rulebook, self.open = rulebook, properties
        self.found: list[Counterexample] = []
        self.last: tuple[Sample, str] | None = None

    def batch(self, size: int, number: int) -> None:
        """Try some samples; a counterexample is made small and the same samples are tried for what is left."""
        while self.open:
            self.last = None
            with Evaluator(self.rulebook) as plain:
                evaluator = _Remembering(plain)
                if not self._meets_one(evaluator, size, number) or self.last is None:
                    return
                self._keep(evaluator, *self.last)

    def _keep(self, evaluator: _Remembering, sample: Sample, name: str) -> None:
        """A counterexample, as small as it gets; its property is not tried again."""
        small = smallest(sample, self.rulebook, lambda one: bool(self._wrong(evaluator, one, name)))
        title = next((one.title for one in self.open if one.id == name), CRASH)
        self.found.append(Counterexample(name, title, small, tuple(self._wrong(evaluator, small, name))))
        # Where assessing fails, nothing else can be said.
        self.open = [] if name == "crash" else [one for one in self.open if one.id != name]

    def _meets_one(self, evaluator: _Remembering, size: int, number: int) -> bool:
        @seed(number)
        @settings(
            max_examples=size,
            database=None,
            deadline=None,
            phases=(Phase.generate,),  # `smallest` knows what is small to a person, and is much quicker
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            verbosity=Verbosity.quiet,
            print_blob=False,
        )
        @given(samples_for(self.rulebook))
        def every_sample_is_sound(sample: Sample) -> None:
            name = self._broken(evaluator, sample)
            if name is not None:
                self.last = (sample, name)
                raise _DoesNotHold

        try:
            every_sample_is_sound()
        except _DoesNotHold:
            return True
        return False

    def _broken(self, evaluator: _Remembering, sample: Sample) -> str | None:
        """The first property that does not hold."""
        names = ["crash", *(one.id for one in self.open)]
        return next((name for name in names if self._wrong(evaluator, sample, name)), None)

    def _wrong(self, evaluator: _Remembering, sample: Sample, name: str) -> list[str]:
        """What does not hold of one property; an exception is what the property `crash` is about, and no other."""
        try:
            if name == "crash":
                evaluator.assess(sample.case)
                evaluator.assess(sample.complete)
                return []
            return next(one for one in self.open if one.id == name).check(evaluator, sample)
        except Exception as error:  # noqa: BLE001  # any failure at all is what is looked for
            return [f"{type(error).__name__}: {error}"[:500]] if name == "crash" else []


# --- making it small --------------------------------------------------------------------------------------------------

Fails = Callable[[Sample], bool]


def smallest(sample: Sample, rulebook: Rulebook, fails: Fails) -> Sample:
    """The sample without the facts and rows that are not needed for it to fail, and with the plainest values that do."""
    bare = Sample(_bare(sample.case), _bare(sample.complete))
    sample = bare if fails(bare) else sample
    sample = _fewer_facts(sample, sorted({*sample.case.facts, *sample.complete.facts}), fails)
    limits = limits_of(rulebook)
    for name in sorted(sample.complete.facts):
        sample = _fewer_rows(sample, name, fails)
        sample = _plainer(sample, rulebook.vocabulary.concepts[name], limits, fails)
    return sample


def _fewer_facts(sample: Sample, names: list[str], fails: Fails) -> Sample:
    """Drop facts, many at a time as long as that goes."""
    size = len(names)
    while size:
        for place in range(0, len(names), size):
            dropped = names[place : place + size]
            fewer = Sample(_without(sample.case, dropped), _without(sample.complete, dropped))
            sample = fewer if fails(fewer) else sample
        size //= 2
    return sample


def _fewer_rows(sample: Sample, name: str, fails: Fails) -> Sample:
    """The sample with as few rows of a table as fail; the rows of its completion go with them."""
    place = 0
    while True:
        rows = sample.complete.facts[name].value
        if not isinstance(rows, tuple) or place >= len(rows):
            return sample
        fewer = Sample(_without_row(sample.case, name, place), _without_row(sample.complete, name, place))
        if fails(fewer):
            sample = fewer
        else:
            place += 1


def _plainer(sample: Sample, concept: Concept, limits: Limits, fails: Fails) -> Sample:
    """The sample with a number of its own replaced by the plainest that still fails: 0, 1, or one the rules state."""
    value = sample.complete.facts[concept.id].value
    if not isinstance(value, Fraction):
        return sample
    unit = Fraction(1) if concept.unit is None else concept.unit.factor
    stated = limits.by_concept.get(concept.id, ())
    for plain in (Fraction(0), unit, *stated, 100 * unit, value // unit * unit):
        if plain == value:
            return sample
        if within(concept, plain):
            other = Sample(
                _with(sample.case, concept.id, value, plain), _with(sample.complete, concept.id, value, plain)
            )
            if fails(other):
                return other
    return sample


def _bare(case: Case) -> Case:
    facts = {key: replace(fact, provenance=()) for key, fact in case.facts.items()}
    return replace(case, facts=facts, sources={})


def _without(case: Case, names: Collection[str]) -> Case:
    return replace(case, facts={key: fact for key, fact in case.facts.items() if key not in names})


def _with(case: Case, name: str, old: Fraction, new: Fraction) -> Case:
    fact = case.facts.get(name)
    if fact is None or fact.value != old:
        return case
    return replace(case, facts={**case.facts, name: replace(fact, value=new)})


def _without_row(case: Case, name: str, place: int) -> Case:
    fact: Fact | None = case.facts.get(name)
    if fact is None or not isinstance(fact.value, tuple):
        return case
    rows = (*fact.value[:place], *fact.value[place + 1 :])
    return replace(case, facts={**case.facts, name: replace(fact, value=rows)})
