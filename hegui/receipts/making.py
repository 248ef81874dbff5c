"""Inputs, options and what they came to -> Receipt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hegui.receipts.canonical import Data, canonical, sha256
from hegui.receipts.documents import content_digest, seal_of
from hegui.receipts.inputs import Inputs, Scored
from hegui.receipts.model import (
    Content,
    FileDigest,
    Made,
    Options,
    Receipt,
    RulebookDigest,
    Where,
)
from hegui.receipts.places import PAPERS, plain
from hegui.receipts.result import about_of, digest_of_result, result_data
from hegui.receipts.versions import versions

NOWHERE = Where()


def make_receipt(
    inputs: Inputs,
    options: Options,
    scored: Scored,
    made: Made,
    papers: Mapping[str, Data] | None = None,
    where: Where = NOWHERE,
) -> Receipt:
    """The receipt of an assessment, unsigned. `papers`: files of the result that are handed over, by name."""
    content = make_content(inputs, options, scored, papers or {})
    digest = content_digest(content)
    made = Made(printable_line(made.by), made.at)
    return Receipt(content, made, where, digest, seal_of(digest, made, where))


def make_content(inputs: Inputs, options: Options, scored: Scored, papers: Mapping[str, Data]) -> Content:
    """The hashed part."""
    plain_result = result_data(scored.assessment, scored.names)
    book = scored.rulebook
    return Content(
        about=about_of(plain_result),
        rulebook=RulebookDigest(book.id, book.version, book.digest, _digests(inputs.rulebook, inputs.files)),
        facts=_digests(inputs.facts, inputs.files),
        table=inputs.table,
        waivers=_digests(inputs.waivers, inputs.files),
        sources=_digests(inputs.sources, inputs.files),
        options=options,
        versions=versions(),
        result=digest_of_result(canonical(plain_result), plain_result),
        papers=tuple(FileDigest(paper_place(name), sha256(data)) for name, data in sorted(papers.items())),
    )


def paper_place(name: str) -> str:
    """The place of a paper."""
    return f"{PAPERS}/{plain(name, 'result')}"


def printable_line(text: str, limit: int = 200) -> str:
    """A name of somebody as one line that can be shown anywhere."""
    return "".join(c if c.isprintable() else " " for c in text).strip()[:limit]


def _digests(places: Iterable[str], files: Mapping[str, Data]) -> tuple[FileDigest, ...]:
    return tuple(FileDigest(place, sha256(files[place])) for place in places)
