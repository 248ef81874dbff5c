"""Made-up cases of the whole rulebook: everything well, everything ill, each section alone, and totals at every grade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NamedTuple

from engine.evaluate import Decided, WhatIf
from engine.model import Rulebook
from engine.rollup import base_points
from engine.trials.search import Search, Trial, finding_search, indicator_search
from engine.trials.slices import case_of, finding_slice, slice_of
from engine.trials.targets import score_targets
from facts.model import Fact
from facts.problem import Text
from facts.values import ZERO

MAX_SUMS = 20_000
# Of the facts tried for one indicator, so many that give the same score are kept to be put together.
_KEPT = 6
_MOST_TRIED = 400
_FINEST = (Fraction(1, 100), Fraction(1, 10), Fraction(1, 2), Fraction(1))
Facts = Mapping[str, Fact]


class Whole(NamedTuple):
    """Facts for every indicator, and what they are meant to show."""

    facts: Facts
    title: Text


class Option(NamedTuple):
    """One way an indicator can come out: its score (None: not applicable) and the facts for it."""

    score: Fraction | None
    facts: Facts


@dataclass(slots=True)
class Wholes:
    """Puts the trials of single indicators together. `searches` is shared with whoever looks at single indicators."""

    book: Rulebook
    searches: dict[str, Search] = field(default_factory=dict)
    options: dict[str, list[Option]] = field(default_factory=dict)
    findings: dict[str, Search] = field(default_factory=dict)

    def search(self, indicator: str) -> Search:
        """The search for one indicator, made and run once."""
        if indicator not in self.searches:
            search = indicator_search(WhatIf(slice_of(self.book, indicator)))
            search.run()
            self.searches[indicator] = search
        return self.searches[indicator]

    def every(self) -> Iterator[Whole]:
        """The cases, from the plainest on."""
        for indicator in self.book.indicators:
            self.options[indicator.id] = self._options(indicator.id)
        best = self._together({})
        if not best:
            return
        settled = self._harmless(best)
        yield Whole(settled, Text("各项都最好", "everything at its best"))
        sections = [section.id for section in self.book.sections]
        yield Whole(
            self._harmless(self._together(dict.fromkeys(sections, "worst"))),
            Text("各项都最差", "everything at its worst"),
        )
        for section in self.book.sections:
            facts = self._together({section.id: "worst"})
            title = Text(f"只有“{section.title.zh}”最差", f"only {section.id} at its worst")
            yield Whole(self._harmless(facts), title)
            if len(sections) > 1 and section.kind != "base":
                facts = self._together({one: "worst" for one in sections if one != section.id})
                title = Text(f"只有“{section.title.zh}”最好", f"only {section.id} at its best")
                yield Whole(self._harmless(facts), title)
        yield from self._inapplicable(settled)
        yield from self._grades(settled)
        yield from self._vetoed(settled)

    # --- putting together ---

    def _options(self, indicator: str) -> list[Option]:
        search = self.search(indicator)
        found: dict[Fraction | None, list[Option]] = {}
        for trial in sorted(search.trials, key=lambda one: clumsiness(one.facts)):
            score = _score(search, trial)
            kept = found.setdefault(score, [])
            if score is not None and len(kept) < _KEPT and _all_known(trial.facts):
                kept.append(Option(score, trial.facts))
        ordered = sorted((score for score in found if score is not None), reverse=True)
        return [option for score in ordered for option in found[score]]

    def _together(self, sections: Mapping[str, str]) -> dict[str, Fact]:
        """Facts of every indicator, best or worst by section; where two read one fact, the first to ask has it."""
        facts: dict[str, Fact] = {}
        for indicator in self.book.indicators:
            options = self.options[indicator.id]
            if sections.get(indicator.section) == "worst":
                options = options[::-1]
            chosen = next((option for option in options if _agrees(option.facts, facts)), None)
            facts.update(chosen.facts if chosen else {})
        return facts

    def _harmless(self, facts: Facts) -> Facts:
        """The facts with those with which no veto holds: one that is not decided leaves score and grade open."""
        made = WhatIf(replace(self.book, accepted=()))
        known = dict(facts)
        for veto in made.plan.vetoes:
            known.update(self._with_state(made, known, veto.veto.id, "not_fired") or {})
        return known

    def _with_state(self, made: WhatIf, known: Facts, veto: str, state: str) -> Facts | None:
        """What to add for a veto to fire, or not to; None where no facts do it."""
        if made.decide(case_of(made.rulebook, known)).states[veto] == state:
            return {}
        if veto not in self.findings:
            self.findings[veto] = finding_search(WhatIf(finding_slice(self.book, veto)), veto)
            self.findings[veto].run()
        # What no indicator reads is altered rather than what one does.
        read = {name for indicator in self.book.indicators for name in self.search(indicator.id).concepts}
        trials = sorted(self.findings[veto].trials, key=lambda trial: len(read & set(trial.facts)))
        for trial in trials:
            facts = {**known, **trial.facts}
            if made.decide(case_of(made.rulebook, facts)).states[veto] == state:
                return trial.facts
        return None

    # --- what does not apply ---

    def _inapplicable(self, best: Facts) -> Iterator[Whole]:
        """One indicator of each section not applicable, where that alters the others."""
        for section in self.book.sections:
            for indicator in section.indicators:
                search = self.search(indicator.id)
                trial = next((t for t in search.trials if _not_applicable(search, t)), None)
                if trial is not None:
                    others = {name: fact for name, fact in best.items() if name not in search.concepts}
                    title = Text(f"“{indicator.title.zh}”不适用", f"{indicator.id} does not apply")
                    yield Whole({**others, **trial.facts}, title)
                    break

    # --- grades ---

    def _grades(self, best: Facts) -> Iterator[Whole]:
        """Totals at each start of a grade, and the nearest below it."""
        grades = self.book.grades
        made = WhatIf(replace(self.book, accepted=()))
        top = made.decide(case_of(made.rulebook, best))
        if grades is None or top.outcome.lo != top.outcome.hi:
            return
        sums = self._losses(best)
        unit = base_points(made.plan) / 100 if grades.of == "percent" else Fraction(1)
        for step in grades.steps[:-1]:
            start = step.start * unit
            for exact in (True, False):
                whole = self._at(made, top, best, sums, start, exact)
                if whole is not None:
                    zh = f"总分恰好达到“{step.grade}”的起点" if exact else f"总分刚好低于“{step.grade}”的起点"
                    en = f"total {'exactly at' if exact else 'just below'} the start of grade {step.grade}"
                    yield Whole(whole, Text(zh, en))

    def _at(
        self, made: WhatIf, top: Decided, best: Facts, sums: Mapping[Fraction, Facts], start: Fraction, exact: bool
    ) -> Facts | None:
        """Facts whose total is the start or, failing `exact`, the nearest below it."""
        wanted = top.outcome.lo - start
        near = sorted(loss for loss in sums if (loss == wanted if exact else loss > wanted))
        for change in self._changes(wanted, near, sums, exact):
            facts = {**best, **change}
            outcome = made.decide(case_of(made.rulebook, facts)).outcome
            if outcome.lo == outcome.hi and (outcome.lo == start if exact else outcome.lo < start):
                return facts
        return None

    def _changes(
        self, wanted: Fraction, near: list[Fraction], sums: Mapping[Fraction, Facts], exact: bool
    ) -> Iterator[Facts]:
        """What loses just so much or, failing `exact`, as little more as can be found."""
        for step in (ZERO,) if exact else _FINEST:
            if near and near[0] <= wanted + step:
                break
            solved = self._losing(wanted + step, sums)
            if solved is not None:
                yield solved
        yield from (sums[loss] for loss in near[:5])

    def _losing(self, loss: Fraction, sums: Mapping[Fraction, Facts]) -> Facts | None:
        """Facts that lose just so much: one indicator brought to the score that is left, on top of a sum that is near."""
        for indicator in self.book.indicators:
            options = self.options[indicator.id]
            if not options or options[0].score is None:
                continue
            # What the others lose, so that this one has less to lose than it has; it must have no part in that itself.
            own = self.search(indicator.id).concepts
            rest = [
                known for known in sums if ZERO <= loss - known < options[0].score and not set(own) & set(sums[known])
            ]
            for known in sorted(rest, reverse=True)[:3]:
                facts = self._with_score(indicator.id, options[0].score - (loss - known))
                if facts is not None:
                    return {**sums[known], **facts}
        return None

    def _with_score(self, indicator: str, score: Fraction) -> Facts | None:
        """Facts with which one indicator gives just this score."""
        search = self.search(indicator)
        section = search.judge.plan.sections[0]
        targets = score_targets(search.judge.rulebook, section.indicators[0].part, section.section.id, score)
        if not targets:
            return None
        finer = replace(search, values=replace(search.values, targets=targets), trials=[], tried=set())
        for start in [*search.seeds(), *(trial.assignment for trial in search.trials[:10])]:
            for near in finer.neighbours(start):
                trial = finer.attempt(near) if len(finer.tried) < _MOST_TRIED else None
                if trial is not None and _score(finer, trial) == score and _all_known(trial.facts):
                    return trial.facts
        return None

    def _losses(self, best: Facts) -> dict[Fraction, Facts]:
        """Sums of points lost, each with the facts that lose them; only of facts one indicator reads alone."""
        readers: dict[str, int] = {}
        for indicator in self.book.indicators:
            for concept in self.search(indicator.id).concepts:
                readers[concept] = readers.get(concept, 0) + 1
        sums: dict[Fraction, Facts] = {ZERO: {}}
        for indicator in self.book.indicators:
            options = self.options[indicator.id]
            alone = all(readers[concept] == 1 for concept in self.search(indicator.id).concepts)
            if not options or not alone or options[0].score is None or len(sums) > MAX_SUMS:
                continue
            for loss, facts in list(sums.items()):
                for option in {o.score: o for o in options if o.score != options[0].score}.values():
                    assert option.score is not None
                    more = loss + options[0].score - option.score
                    if more not in sums:
                        sums[more] = {**facts, **option.facts}
        return sums

    # --- vetoes ---

    def _vetoed(self, best: Facts) -> Iterator[Whole]:
        """Each veto of the result or a section fired, alone and each two together."""
        made = WhatIf(replace(self.book, accepted=()))
        fired: list[tuple[Text, Facts]] = []
        for veto in made.plan.vetoes:
            facts = self._with_state(made, best, veto.veto.id, "fired")
            if facts is not None:
                fired.append((Text(f"否决“{veto.veto.title.zh}”成立", f"veto {veto.veto.id} holds"), facts))
        yield from (Whole({**best, **facts}, title) for title, facts in fired)
        for place, (one, facts) in enumerate(fired):
            for other, more in fired[place + 1 :]:
                yield Whole({**best, **facts, **more}, Text(f"{one.zh},{other.zh}", f"{one.en}, {other.en}"))


def _all_known(facts: Facts) -> bool:
    return all(fact.status == "known" for fact in facts.values())


def clumsiness(facts: Facts) -> int:
    """How much there is to read: more digits and rows are worse."""
    return sum(_length(fact) for fact in facts.values())


def _length(fact: Fact) -> int:
    value = fact.value
    if isinstance(value, Fraction):
        # Trailing zeros cost nothing: 10000 is as plain as 1.
        return len(str(value.numerator).rstrip("0")) + 2 * len(str(value.denominator).strip("10"))
    return 3 * len(value) if isinstance(value, tuple) else 1


def _score(search: Search, trial: Trial) -> Fraction | None:
    """The indicator's score; None where it is open or does not apply."""
    decided = search.decide(trial)
    (result,) = decided.rollup.indicators.values()
    score = result.score
    return score.lo if score.determined and not score.na else None


def _not_applicable(search: Search, trial: Trial) -> bool:
    return any(key.endswith("/verdict:not_applicable") for _, key in trial.seen)


def _agrees(facts: Facts, known: Facts) -> bool:
    return all(name not in known or known[name] == fact for name, fact in facts.items())
