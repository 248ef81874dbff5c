"""The nouns of receipts: what an assessment was made of and what it came to, by digests. Plain records; nothing here computes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from facts.problem import NO_TEXT, Text

RECEIPT_FORMAT = "hegui/receipt/v1"


@dataclass(frozen=True, slots=True)
class FileDigest:
    """A file by its name among the inputs (`hegui.receipts.places`) and its SHA-256."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RulebookDigest:
    """The rulebook an assessment was made with: its own files and the concept libraries it includes."""

    id: str
    version: str
    digest: str
    files: tuple[FileDigest, ...]


@dataclass(frozen=True, slots=True)
class TableUnit:
    """The one unit of a table that was scored, where the facts are no case file: year asked for, tables of items by name."""

    unit: str
    year: str | None
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for. `as_of` is a day only where one mattered: with waivers, or acceptances that expire."""

    accept: tuple[str, ...]
    as_of: str | None


@dataclass(frozen=True, slots=True)
class Versions:
    """The programs. `engine` is a digest of the code that scores; nothing here tells one machine from another."""

    hegui: str
    engine: str
    durable_rules: str
    python: str


@dataclass(frozen=True, slots=True)
class About:
    """Who was assessed, and for which days."""

    id: str
    name: str
    start: str
    end: str

    @property
    def period(self) -> str:
        """The year, or the days."""
        year = self.start[:4]
        return year if (self.start, self.end) == (f"{year}-01-01", f"{year}-12-31") else f"{self.start}/{self.end}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One indicator's verdict and bounds."""

    id: str
    verdict: str
    lower: str
    upper: str


@dataclass(frozen=True, slots=True)
class ResultDigest:
    """The assessment: the SHA-256 of its canonical JSON, and what people ask for first."""

    sha256: str
    score: str | None
    lower: str
    upper: str
    grade: str | None
    indicators: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """The hashed part. The same inputs, options and programs give the same bytes, whoever asks, wherever and whenever.

    `papers` are the files of the result that were handed over with it, by their names.
    """

    about: About
    rulebook: RulebookDigest
    facts: tuple[FileDigest, ...]
    table: TableUnit | None
    waivers: tuple[FileDigest, ...]
    sources: tuple[FileDigest, ...]
    options: Options
    versions: Versions
    result: ResultDigest
    papers: tuple[FileDigest, ...] = ()

    @property
    def inputs(self) -> tuple[FileDigest, ...]:
        """Every file the assessment was made of."""
        return (*self.rulebook.files, *self.facts, *self.waivers, *self.sources)


@dataclass(frozen=True, slots=True)
class Made:
    """Who made a receipt, and when (UTC)."""

    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Where:
    """Where the inputs were, as paths below the folder the command was run in; None where they were not below it."""

    rules: str | None = None
    facts: tuple[str | None, ...] = ()
    items: tuple[str | None, ...] = ()
    waivers: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature over the seal: the public key and the value, both in hexadecimal."""

    algorithm: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """评价回执. `digest` is that of the content, `seal` that of everything but the signature; both as the file says."""

    content: Content
    made: Made
    where: Where
    digest: str
    seal: str
    signature: Signature | None = None


State = Literal["agrees", "differs", "missing", "additional", "unchecked", "noted"]
FAILING = ("differs", "missing", "additional")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing that was compared.

    `what`: digest, seal, form, signature, input, version, rerun, rulebook, result, field, paper, archive; of a ledger entry
    and entry-<kind of fault>.
    """

    what: str
    place: str
    state: State
    message: Text
    expected: str | None = None
    found: str | None = None
    hint: Text = NO_TEXT

    @property
    def fails(self) -> bool:
        """Whether what was compared does not agree."""
        return self.state in FAILING


@dataclass(frozen=True, slots=True)
class Verification:
    """核验结果: everything that was compared."""

    receipt: Receipt
    comparisons: tuple[Comparison, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing differs, lacks or is too much, and the result was made again."""
        return agree(self.comparisons)


def agree(comparisons: Iterable[Comparison]) -> bool:
    """Whether what was compared of a receipt agrees: nothing fails, and the assessment gave the same bytes again."""
    every = tuple(comparisons)
    return not any(one.fails for one in every) and any(one.what == "result" and one.state == "agrees" for one in every)
