"""Proposed cases as the file a person looks through: in `cases/proposed.yaml`, never over a file somebody has worked on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from engine.model import Rulebook
from engine.sentences import points_text
from engine.trials.proposing import Proposal
from engine.trials.slices import period_of
from facts.examples import read_examples
from facts.expectation import Expectation, Expected, ExpectedReason
from facts.gathering.casewriting import short_fact
from facts.gathering.yamltext import scalar
from facts.model import Fact, Period
from facts.vocabulary import Vocabulary

HEADING = """\
# 由 hegui test --write 提议:expect 是规则现在给出的结果,是不是应得的结果,要由人核对。
# 核对无误的,删去 proposed: true(也可移到自己的个案文件);还留着 proposed: true 的,下次提议时会重写。
# Proposed by hegui test --write: expect is what the rules give now; whether they should is for a person to say.
# Remove `proposed: true` from what was checked; what still has it is written anew by the next run.
"""


def free_path(folder: Path, stem: str, vocabulary: Vocabulary) -> Path:
    """Where proposals go: the file of earlier proposals if nobody has confirmed one of them, else one that is not there."""
    number = 1
    while True:
        path = folder / "cases" / (f"{stem}.yaml" if number == 1 else f"{stem}-{number}.yaml")
        if not path.exists() or _untouched(path, vocabulary):
            return path
        number += 1


def _untouched(path: Path, vocabulary: Vocabulary) -> bool:
    """Whether a file holds proposals and nothing else."""
    if (
        path.is_symlink()
        or not path.is_file()
        or not path.read_text(encoding="utf-8", errors="replace").startswith(HEADING)
    ):
        return False
    examples, problems = read_examples(path, vocabulary)
    return not problems and all(example.proposed for example in examples)


def in_files(proposals: Sequence[Proposal]) -> Iterator[tuple[str, list[Proposal]]]:
    """Names of files with what belongs in them: small cases, and those of the whole, which share most of their facts."""
    whole = [proposal for proposal in proposals if _is_whole(proposal)]
    small = [proposal for proposal in proposals if not _is_whole(proposal)]
    yield from ((name, some) for name, some in (("proposed", small), ("proposed-whole", whole)) if some)


def _is_whole(proposal: Proposal) -> bool:
    return any(one.about == "result" for one in proposal.expectation.each)


def proposals_text(proposals: Sequence[Proposal], book: Rulebook) -> str:
    """The file."""
    shared = _shared(proposals) if len(proposals) > 1 and all(map(_is_whole, proposals)) else {}
    lines = [f"{HEADING}format: hegui/cases/v1", _period(period_of(book)), "basis: figure"]
    if shared:
        lines += ["facts:", *(f"  {name}: {text}" for name, text in _facts(shared, book))]
    lines.append("cases:")
    for proposal in proposals:
        lines += _case(proposal, shared, book)
    return "\n".join(lines) + "\n"


def _shared(proposals: Sequence[Proposal]) -> dict[str, Fact]:
    """What most cases say of each concept that all of them know."""
    names = set.intersection(*(set(proposal.facts) for proposal in proposals))
    found = {}
    for name in sorted(names):
        facts = [proposal.facts[name] for proposal in proposals]
        found[name] = max(facts, key=facts.count)
    return found


def _facts(facts: Mapping[str, Fact], book: Rulebook) -> list[tuple[str, str]]:
    """Labels and values, in the order of the vocabulary."""
    concepts = book.vocabulary.concepts
    return [(scalar(concepts[n].label), short_fact(facts[n], concepts[n])) for n in concepts if n in facts]


def _period(period: Period) -> str:
    if str(period).isdigit():
        return f"period: {period}"
    return f"period: {{from: {period.start}, to: {period.end}}}"


def facts_text(facts: Mapping[str, Fact], book: Rulebook) -> str:
    """Facts in braces."""
    return _braced(_facts(facts, book))


def _braced(facts: Sequence[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{name}: {text}" for name, text in facts) + "}"


def _case(proposal: Proposal, shared: Mapping[str, Fact], book: Rulebook) -> Iterator[str]:
    yield f"  - name: {scalar(proposal.name)}"
    yield f"    title: {scalar(proposal.title.zh)}"
    yield "    proposed: true"
    facts = _facts({n: fact for n, fact in proposal.facts.items() if shared.get(n) != fact}, book)
    short = _braced(facts)
    if len(short) <= 100:
        yield f"    facts: {short}"
    else:
        yield "    facts:"
        yield from (f"      {name}: {text}" for name, text in facts)
    yield f"    expect: {expect_text(proposal.expectation)}"


def expect_text(expectation: Expectation) -> str:
    """What a case should give, in braces."""
    parts = [f"{one.what}: {_value(one)}" for one in expectation.each if one.about == "result"]
    for about, key in (("section", "sections"), ("indicator", "indicators"), ("finding", "findings")):
        named: dict[str, list[Expected]] = {}
        for one in expectation.each:
            if one.about == about:
                named.setdefault(one.id, []).append(one)
        if named:
            inner = ", ".join(f"{scalar(name, True)}: {_things(each)}" for name, each in named.items())
            parts.append(f"{key}: {{{inner}}}")
    return "{" + ", ".join(parts) + "}"


def _things(each: Sequence[Expected]) -> str:
    if len(each) == 1 and each[0].what in ("score", "state"):
        return _value(each[0])
    return "{" + ", ".join(f"{one.what}: {_value(one)}" for one in each) + "}"


def _value(one: Expected) -> str:
    if isinstance(one.value, str):
        return scalar(one.value, True)
    if isinstance(one.value, tuple):
        return "[" + ", ".join(map(_reason, one.value)) + "]"
    return points_text(one.value).removesuffix(".00")


def _reason(reason: ExpectedReason) -> str:
    return f"{{exact: {scalar(reason.text, True)}}}" if reason.exact else scalar(reason.text, True)
