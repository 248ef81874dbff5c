"""A verification in words, and as the document scripts read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from facts.problem import Language, Text, printable
from hegui.receipts.ledger import GENESIS, Entry, Fault
from hegui.receipts.model import Comparison, Receipt, State, agree

VERIFICATION_FORMAT = "hegui/verification/v1"
_MARKS = {"agrees": "✓", "differs": "✗", "missing": "✗", "additional": "✗", "unchecked": "?", "noted": "·"}


@dataclass(frozen=True, slots=True)
class Told:
    """What was verified, whose file it is, and how it went."""

    file: str
    comparisons: Sequence[Comparison]
    receipt: Receipt | None = None
    entries: int = 0
    last: Entry | None = None

    @property
    def agrees(self) -> bool:
        """Whether nothing fails, and of a receipt that the result was made again."""
        if self.receipt is not None:
            return agree(self.comparisons)
        return not any(one.fails for one in self.comparisons)


def compared_faults(faults: Iterable[Fault], file: str) -> Iterator[Comparison]:
    """Faults of a ledger as what was compared. A line that was not finished is no tampering."""
    for fault in faults:
        state: State = "noted" if fault.kind == "torn" else "differs"
        place = f"{file}:{fault.line}"
        yield Comparison(f"entry-{fault.kind}", place, state, fault.message, fault.expected, fault.found)


# --- words ------------------------------------------------------------------------------------------------------------


def verification_text(told: Told, language: Language) -> str:
    """The verification for people."""
    return "\n".join(printable(line) for line in _lines(told, language)) + "\n"


def _lines(told: Told, language: Language) -> Iterator[str]:
    def both(zh: str, en: str) -> str:
        return Text(zh, en).in_(language)

    yield both(f"核验 {told.file}", f"Verification of {told.file}")
    yield from (f"  {line}" for line in _heading(told, language))
    yield ""
    same = [one for one in told.comparisons if one.what == "input" and one.state == "agrees"]
    if same:
        yield f"  ✓ {both(f'输入文件 {len(same)} 个未改动', f'{len(same)} input files are unchanged')}"
    for one in told.comparisons:
        if one not in same:
            yield from _comparison(one, language)
    failed = sum(one.fails for one in told.comparisons)
    yield ""
    if failed:
        places = "1 place" if failed == 1 else f"{failed} places"
        yield both(f"结论:不相符,{failed} 处", f"Verdict: does not agree, in {places}")
    elif any(one.state == "unchecked" and one.what == "signature" for one in told.comparisons):
        yield both("结论:已核对的都相符,有未核对的", "Verdict: what was compared agrees, but not everything was")
    else:
        yield both("结论:相符", "Verdict: agrees")


def _heading(told: Told, language: Language) -> Iterator[str]:
    zh = language == "zh"
    if told.receipt is None:
        head = told.last.digest if told.last else GENESIS
        yield f"台账 {told.entries} 条,末条摘要 {head}" if zh else f"ledger of {told.entries} entries, head {head}"
        return
    content, made = told.receipt.content, told.receipt.made
    about, book, result = content.about, content.rulebook, content.result
    score = result.score or f"[{result.lower}, {result.upper}]"
    grade = result.grade or "—"
    yield f"{about.name} [{about.id}] {about.period} · {book.id} {book.version}"
    yield f"得分 {score},等级 {grade}" if zh else f"score {score}, grade {grade}"
    yield f"{made.by or '—'} {made.at}"
    yield f"{'摘要' if zh else 'digest'} {told.receipt.digest}"


def _comparison(one: Comparison, language: Language) -> Iterator[str]:
    message = one.message.in_(language)
    place = (
        f"{one.place} "
        if one.what in ("input", "paper", "rerun", "form", "rulebook") or one.what.startswith("entry")
        else ""
    )
    yield f"  {_MARKS[one.state]} {place}{message}"
    if one.fails and one.what != "field":
        for zh, en, value in (("应为", "expected", one.expected), ("实为", "found", one.found)):
            if value is not None:
                yield f"      {zh if language == 'zh' else en} {value}"
    hint = one.hint.in_(language)
    if hint:
        yield f"      {hint}"


# --- data -------------------------------------------------------------------------------------------------------------


def verification_json(told: Told, language: Language) -> str:
    """The document `hegui/verification/v1`."""
    receipt = told.receipt
    document = {
        "format": VERIFICATION_FORMAT,
        "file": told.file,
        "agrees": told.agrees,
        "receipt": None if receipt is None else receipt_told(receipt),
        "ledger": None
        if receipt is not None
        else {"entries": told.entries, "head": told.last.digest if told.last else GENESIS},
        "comparisons": [
            {
                "what": one.what,
                "place": one.place,
                "state": one.state,
                "message": one.message.in_(language),
                "expected": one.expected,
                "found": one.found,
                "hint": one.hint.in_(language),
            }
            for one in told.comparisons
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def receipt_told(receipt: Receipt) -> dict[str, Any]:
    """What a receipt says, as it stands in a verification."""
    content, made, signature = receipt.content, receipt.made, receipt.signature
    return {
        "digest": receipt.digest,
        "subject": {"id": content.about.id, "name": content.about.name},
        "period": {"from": content.about.start, "to": content.about.end},
        "rulebook": {"id": content.rulebook.id, "version": content.rulebook.version},
        "score": content.result.score,
        "lower": content.result.lower,
        "upper": content.result.upper,
        "grade": content.result.grade,
        "made": {"by": made.by, "at": made.at},
        "key": signature.key if signature else None,
    }
