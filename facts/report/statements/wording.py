"""Statements about words: pasted text, names of others, numbering, brackets, document numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from facts.provenance import Provenance
from facts.report.content import Report
from facts.report.items import Item, Stretch
from facts.report.lines import Line
from facts.report.numerals import numeral
from facts.report.outline import find_skips
from facts.report.statements.model import Statement

_MIN_REASON = 12
_NAMED = re.compile(r"《([^《》]{2,60})》")
_PUNCTUATION = re.compile(r"[,。;:、!?()“”\"'<>《》\s]")


def wording_statements(report: Report) -> Iterator[Statement]:
    """All of them."""
    yield from _same_reasons(report)
    for index, item in enumerate(report.items):
        if item.is_leaf and item.origin == "prose":
            yield from _opposite(item, index, report)
            yield from _other_item(item, index, report)
    yield from _section_names(report)
    yield from _other_bodies(report)
    yield from _repeated(report)
    yield from _numbering(report)
    yield from _brackets(report)
    yield from _document_numbers(report)


# --- reasons and results ---


def _same_reasons(report: Report) -> Iterator[Statement]:
    first: dict[tuple[str, str], Item] = {}
    for index, item in enumerate(report.items):
        claim = item.claim
        if item.reason is None or claim.points is None or claim.score is None or claim.score >= claim.points:
            continue
        words = _PUNCTUATION.sub("", item.reason.text)
        if len(words) < _MIN_REASON:
            continue
        before = first.setdefault((item.origin, words), item)
        if before is not item and before.reason is not None and before.claim.name != claim.name:
            values = {"subject_words": claim.name, "reason_repeated": "是"}
            yield Statement(values, (item.reason.place, before.reason.place), item=index)


def _result(item: Item, report: Report) -> Stretch | None:
    """The words that say what came out, from 反映 on."""
    for stretch in item.body:
        for word in report.patterns.words["results"]:
            at = stretch.text.find(word)
            if at >= 0:
                return Stretch(stretch.line, stretch.start + at, stretch.end)
    return None


def _opposite(item: Item, index: int, report: Report) -> Iterator[Statement]:
    result, name = _result(item, report), item.claim.name
    if result is None or item.title is None:
        return
    for one, other in report.patterns.opposites:
        for own, foreign in ((one, other), (other, one)):
            speaks = _says(result.text, foreign, own) and not _says(result.text, own, foreign)
            if _says(name, own, foreign) and not _says(name, foreign, own) and speaks:
                values = {"subject_words": name, "opposite": "是"}
                yield Statement(values, (result.place, item.title.place), item=index)


def _says(text: str, words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether one of the words stands there, not as part of an opposite (满意率 in 不满意率)."""
    for other in sorted(others, key=len, reverse=True):
        if any(word in other for word in words):
            text = text.replace(other, "")
    return any(word in text for word in words)


def _other_item(item: Item, index: int, report: Report) -> Iterator[Statement]:
    """The result names another item's 《document》 and not its own."""
    result = _result(item, report)
    own = set(_NAMED.findall(item.claim.name))
    if result is None or item.title is None or not own:
        return
    said = [(m[1], m.start(), m.end()) for m in _NAMED.finditer(result.text)]
    if not said or any(_same(name, one) for name, _, _ in said for one in own):
        return
    for other in report.items:
        theirs = set(_NAMED.findall(other.claim.name))
        if other is item or other.title is None or not other.is_leaf or other.origin != "prose":
            continue
        for name, start, end in said:
            if name in theirs:
                quote = result.line.place(result.start + start, result.start + end)
                values = {"subject_words": item.claim.name, "other_item": "是"}
                yield Statement(values, (quote, item.title.place, other.title.place), item=index)
                return


def _same(one: str, other: str) -> bool:
    return one in other or other in one


# --- names ---


def _section_names(report: Report) -> Iterator[Statement]:
    """A section that introduces itself under the name of another."""
    sections = [item for item in report.items if item.claim.kind == "section" and item.origin == "prose" and item.title]
    named = [(item, name) for item in sections if (name := _introduced(item))]
    for item, name in named:
        assert item.title is not None and item.points is not None
        if name.text in item.title.text:
            continue
        owners = [other for other in sections if other is not item and other.title and name.text in other.title.text]
        if len(owners) == 1:
            own = item.claim.name
            values = {"other_section": "是", "own_section": own, "stated_name": name.text}
            yield Statement(values, (name.place, item.title.place))


def _introduced(item: Item) -> Stretch | None:
    """The name before 指标满分为 in a section's introduction."""
    if item.points is None:
        return None
    before = item.points.line.text[: item.points.start]
    match = re.search(r"([一-鿿]{2,12}?)(?:类)?指标?(?:满分|分值|总分)(?:值)?(?:为|是|:)?$", before)
    if match is None:
        return None
    start, end = match.span(1)
    cut = max(before.rfind(stop, 0, end) for stop in ",。;:、(") + 1
    start = max(start, cut)
    return Stretch(item.points.line, start, end) if end - start >= 2 else None


def _other_bodies(report: Report) -> Iterator[Statement]:
    """Sentences only the subject can say of itself, with another body as their subject."""
    if not report.names:
        return
    for line in report.lines:
        for found in report.patterns.find("own_voice", line.text):
            _, end, body = found.slots["body"]
            body = re.sub(r"^(?:根据|按照|依据|现将|现就|经|对)?(?:20\d\d年度?)?", "", body)
            if not body.endswith(report.patterns.words["body_endings"]) or _is_own(body, report):
                continue
            values = {"other_body": "是", "own_body": report.names[-1], "stated_name": body}
            yield Statement(values, (line.place(end - len(body), end), *_named(report)))


def _named(report: Report) -> Iterator[Provenance]:
    """Where the report first says whom it is about."""
    for line in report.lines[:40]:
        at = line.text.find(report.names[0])
        if at >= 0:
            yield line.place(at, at + len(report.names[0]))
            return


def _is_own(body: str, report: Report) -> bool:
    if any(_same(body, name) or _abbreviates(body, name) for name in report.names):
        return True
    return body.startswith(("我", "本", "该")) or body in ("单位", "部门")


def _abbreviates(short: str, name: str) -> bool:
    """区文旅局 is 北京市云山区文化和旅游局: its characters in their order."""
    rest = iter(name)
    return all(character in rest for character in short)


# --- repeated words, numbering, brackets ---

_TWICE = re.compile(r"([^\d|]{6,40}?)\1")


def _repeated(report: Report) -> Iterator[Statement]:
    for line in report.lines:
        for match in _TWICE.finditer(line.text[:20_000]):
            words = match[1]
            quote = line.place(*match.span()).quote
            # A space between the two: cells of a table that lost its lines, not words said twice.
            if len(re.findall(r"[一-鿿]", words)) >= 6 and len(set(words)) >= 4 and not re.search(r"\s", quote):
                yield Statement({"repeated": "是", "repeated_words": words}, (line.place(*match.span()),))


def _numbering(report: Report) -> Iterator[Statement]:
    for skip in find_skips(report.outline):
        before, after = skip.before, skip.after
        yield _skip(
            (before.number, before.label, before.line.place(0, min(len(before.line.text), before.start + 20))),
            (after.number, after.label, after.line.place(0, min(len(after.line.text), after.start + 20))),
        )
    for line in report.lines:
        for pattern in _WITHIN:
            yield from _skips_within(line, pattern)


Mark = tuple[int, str, Provenance]


def _skip(before: Mark, after: Mark) -> Statement:
    return Statement(
        {
            "this_number": Fraction(after[0]),
            "due_number": Fraction(before[0] + 1),
            "previous_label": before[1],
            "this_label": after[1],
        },
        (after[2], before[2]),
    )


# Numbers within a paragraph: 一是……二是……, 1.……;2.……, (1)……;(2)……
_WITHIN = (
    re.compile(r"(?:^|[。;:,])(([一二三四五六七八九十]{1,2})是)"),
    re.compile(r"(?:^|[。;:])((\d{1,2})[.、])(?!\d)"),
    re.compile(r"(?:^|[。;:,])([(](\d{1,2})[)])"),
)


def _skips_within(line: Line, pattern: re.Pattern[str]) -> Iterator[Statement]:
    """Where the numbers of a paragraph, from 1 on and in order, leave one or two out."""
    marks: list[Mark] = []
    for match in pattern.finditer(line.text):
        value = numeral(match[2])
        if value is None:
            return
        mark = (value, match[1], line.place(match.start(1), min(len(line.text), match.end(1) + 16)))
        if value == 1:
            marks = [mark]
        elif marks and value == marks[-1][0] + 1:
            marks.append(mark)
        elif marks and 1 < value - marks[-1][0] <= 3 and (len(marks) >= 2 or match[1].endswith("是")):
            yield _skip(marks[-1], mark)
            marks.append(mark)
        else:
            marks = []


_PAIRS = {"(": ")", "〔": "〕", "《": "》", "“": "”", "【": "】"}
_CLOSERS = {close: open_ for open_, close in _PAIRS.items()}
_LIST_MARK = re.compile(r"^[^()]{0,2}?(?:[0-9a-zA-Z]{1,3}|[一二三四五六七八九十]{1,3})\)")


def _unpaired(line: Line) -> list[int]:
    """Where brackets stand that have no counterpart in the line."""
    stack: list[int] = []
    loose: list[int] = []
    skip = _LIST_MARK.match(line.text)
    for at, character in enumerate(line.text):
        if skip and at == skip.end() - 1:
            continue
        if character in _PAIRS:
            stack.append(at)
        elif character in _CLOSERS:
            if stack and line.text[stack[-1]] == _CLOSERS[character]:
                stack.pop()
            elif any(line.text[a] == _CLOSERS[character] for a in stack):
                while line.text[stack[-1]] != _CLOSERS[character]:
                    loose.append(stack.pop())
                stack.pop()
            else:
                loose.append(at)
    return sorted(loose + stack)


def _brackets(report: Report) -> Iterator[Statement]:
    unpaired = {line.number: _unpaired(line) for line in report.lines}
    for line in report.lines:
        for at in unpaired[line.number]:
            character = line.text[at]
            if not _goes_on(character, line, report.lines, unpaired):
                start, end = max(0, at - 16), min(len(line.text), at + 17)
                yield Statement({"closed": "否", "unclosed": character}, (line.place(start, end),))


def _goes_on(character: str, line: Line, lines: Sequence[Line], unpaired: dict[int, list[int]]) -> bool:
    """Whether the counterpart stands in one of the next lines (or those before): broken lines, long quotations."""
    wanted = _PAIRS.get(character) or _CLOSERS[character]
    step = 1 if character in _PAIRS else -1
    reach = 40 if character in "“”" else 4
    for n in range(1, reach):
        at = line.number + step * n
        if not 0 <= at < len(lines):
            break
        if any(lines[at].text[k] == wanted for k in unpaired[at]):
            return True
    return False


# --- document numbers ---

_CITED = re.compile(r"《((?:[^《》]|《[^《》]*》){4,120})》[(]([一-鿿]{2,8})〔?\[?(\d{4})[〕\]]?第?(\d{1,5})号")


def _document_numbers(report: Report) -> Iterator[Statement]:
    first: dict[str, tuple[str, Provenance]] = {}
    for line in report.lines:
        for match in _CITED.finditer(line.text):
            title, number = _PUNCTUATION.sub("", match[1]), f"{match[2]}〔{match[3]}〕{match[4]}号"
            quote = line.place(match.start(2), match.end(4) + 1)
            before = first.setdefault(title, (number, quote))
            if before[0] != number:
                values = {"two_numbers": "是", "number_here": number, "number_there": before[0]}
                yield Statement(values, (quote, before[1]))
            yield from _issuer(match, number, line, report)


def _issuer(match: re.Match[str], number: str, line: Line, report: Report) -> Iterator[Statement]:
    title = match[1].lstrip("<《")
    for issuer, signs in report.patterns.issuers.items():
        # Alone, and in its own name: of two issuers either may have given the number.
        named = re.match(rf"(?:[^委府厅局办院会部]{{1,8}}?[省市县区州盟旗])?{re.escape(issuer)}(?=关于)", title)
        if named and not any(sign in match[2] for sign in signs):
            values = {"issuer_differs": "是", "issuer": named[0], "number_here": number}
            yield Statement(
                values, (line.place(match.start(2), match.end(4) + 1), line.place(match.start(1) - 1, match.end(1) + 1))
            )
            return
