"""For other people's tests: random rulebooks, cases close to every limit, an independent evaluator, and what must hold.

Needs the extra `hegui[testing]`. Nothing else in the program imports this package but `hegui fuzz`. See
docs/property-testing.md.
"""

from __future__ import annotations

from engine.testing.comparing import differences, outside
from engine.testing.limits import Limits, concepts_of, limits_of
from engine.testing.oracle import OracleResult, evaluate
from engine.testing.properties import PROPERTIES, Property, Sample, reloads
from engine.testing.randombooks import Wanted, loaded, rulebook_files, rulebooks
from engine.testing.randomcases import KNOWN, PARTLY, Kind, cases_for, completions, facts_for, numbers_of, samples_for
from engine.testing.searching import Counterexample, search

__all__ = [
    # strategies
    "rulebooks",
    "rulebook_files",
    "Wanted",
    "loaded",
    "facts_for",
    "cases_for",
    "completions",
    "samples_for",
    "numbers_of",
    "Kind",
    "KNOWN",
    "PARTLY",
    # the limits a rulebook compares with
    "Limits",
    "limits_of",
    "concepts_of",
    # the independent evaluator
    "evaluate",
    "OracleResult",
    "differences",
    "outside",
    # what must hold, and the search for a case where it does not
    "PROPERTIES",
    "Property",
    "Sample",
    "reloads",
    "search",
    "Counterexample",
]
