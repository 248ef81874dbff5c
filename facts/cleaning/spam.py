"""Injected text, found by its repetition: a phrase that stands, again and again, where one word of a title belongs.

Honest boilerplate repeats far more often than spam does, so repetition alone proves nothing. What tells spam: it stands
inside titles 《…》 between a body's name and what the title is about, in the place of 关于, it holds marks no title holds,
and the words around it differ from title to title.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from facts.cleaning.model import Spam

_TITLE = re.compile(r"《[^《》\n]{0,20}?[^《》\n]{6,200}》")
_BODY_END = re.compile(r"(?:政府|办公厅|办公室|委员会|人大|财政[部厅局]|[局厅委部院处会]|小组|党组|总部|中心)$")
_AFTER = re.compile(
    r"^(?:印发|下达|开展|全面|进一步|实施|做好|加强|批复|转发|公布|发布|推进|分解|深化|规范|修订|调整|报送|组织|落实|完善|建立|提前|拨付|同意|成立|"
    r"明确|切实|20\d\d年|<|〈|《|＜|[一-鿿])"
)
# Marks that a slogan has and the title of a document never has between its words.
_FOREIGN = re.compile(r"[_|｜~～@#*★☆●◆►▶|\\^$￥&+=—–]|[a-zA-Z]{2,}|\d{3,}|www|\.(?:com|cn|net)|[!！?？]")
MIN_COUNT, MIN_LENGTH, MAX_LENGTH = 5, 6, 40


def find_spam(paragraphs: Sequence[str]) -> tuple[Spam, ...]:
    """Phrases that were injected for 关于 in the titles of documents, most frequent first.

    A phrase is named only if it stands there at least 5 times, in titles that differ, after a body's name and before a
    verb, and carries marks no title has. `count` is how often it stands within other words;
    a line of its own (the banner of a page) is no title's.
    """
    places = [place for paragraph in paragraphs for place in _places(paragraph)]
    grams = Counter(gram for gram in {(p, q) for p, q in _candidates(places)})
    seen: dict[str, set[str]] = {}
    for phrase, title in grams:
        seen.setdefault(phrase, set()).add(title)
    found = [phrase for phrase, titles in seen.items() if len(titles) >= MIN_COUNT and _FOREIGN.search(phrase)]
    spam = [Spam(phrase, _count(phrase, paragraphs), "关于") for phrase in _best(found, seen)]
    return tuple(sorted(spam, key=lambda one: (-one.count, one.phrase)))


def _count(phrase: str, paragraphs: Sequence[str]) -> int:
    return sum(paragraph.count(phrase) for paragraph in paragraphs if paragraph.strip() != phrase)


def _places(paragraph: str) -> Iterator[str]:
    for match in _TITLE.finditer(paragraph):
        if _FOREIGN.search(match[0]) and "关于" not in match[0]:
            yield match[0][1:-1]


def _candidates(titles: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(phrase, title) for every phrase two titles have in common that stands between a body and a verb."""
    distinct = sorted(set(titles))
    phrases: set[str] = set()
    for one, other in zip(distinct, distinct[1:] + distinct[:1], strict=True):
        phrases |= set(_common(one, other))
    for phrase in sorted(phrases):
        for title in distinct:
            at = title.find(phrase)
            if at > 0 and _BODY_END.search(title[:at]) and _AFTER.match(title[at + len(phrase) :]):
                yield phrase, title


def _common(one: str, other: str) -> Iterator[str]:
    """Phrases of allowed length in both titles that begin after a body's name in both and cannot go on in both."""
    for start in range(1, len(one)):
        if not _BODY_END.search(one[:start]):
            continue
        at = other.find(one[start : start + MIN_LENGTH])
        if at <= 0:
            continue
        length = 0
        while length < MAX_LENGTH and start + length < len(one) and at + length < len(other):
            if one[start + length] != other[at + length]:
                break
            length += 1
        if length >= MIN_LENGTH:
            yield one[start : start + length]


def _best(phrases: Sequence[str], seen: dict[str, set[str]]) -> list[str]:
    """Of phrases that overlap, the one in most titles."""
    kept: list[str] = []
    for phrase in sorted(phrases, key=lambda p: (-len(seen[p]), len(p), p)):
        if not any(phrase[2:-2] in other or other[2:-2] in phrase for other in kept):
            kept.append(phrase)
    return kept
